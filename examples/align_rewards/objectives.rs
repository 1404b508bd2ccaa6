//! The objectives that are compared.

use risk_sd::{Aot, AotLoss, Error, Order, PairedLogProbabilities};

#[derive(Clone, Copy, PartialEq)]
pub enum Objective {
    /// Chosen above rejected, as two heaps; three quarters of the rejected answers are left.
    Unpaired,
    /// The same, to the second order.
    SecondOrder,
    /// The same, sorted softly.
    SoftSort,
    /// Margins within pairs above those of the untrained model, as distributions.
    Paired,
    /// Direct preference optimisation: every pair is a batch of its own.
    Dpo,
}

/// One number per answer: its reward, or a derivative with respect to it.
pub struct Rewards {
    pub chosen: Vec<f64>,
    pub rejected: Vec<f64>,
}

/// Scale of the reward differences of all objectives.
const LOSS: AotLoss = AotLoss::Logistic { beta: 1.0, label_smoothing: 0.0 };

impl Objective {
    pub const ALL: [Objective; 5] = [
        Objective::Unpaired,
        Objective::SecondOrder,
        Objective::SoftSort,
        Objective::Paired,
        Objective::Dpo,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Objective::Unpaired => "unpaired transport",
            Objective::SecondOrder => "unpaired, second order",
            Objective::SoftSort => "unpaired, soft sort",
            Objective::Paired => "paired transport",
            Objective::Dpo => "pairwise (DPO)",
        }
    }

    /// The name of its picture.
    pub fn file(self) -> &'static str {
        match self {
            Objective::Unpaired => "unpaired",
            Objective::SecondOrder => "second_order",
            Objective::SoftSort => "soft_sort",
            Objective::Paired => "paired",
            Objective::Dpo => "pairwise",
        }
    }

    /// The gradient at the rewards of the model; `reference` is the untrained one.
    pub fn slopes(self, now: &Rewards, reference: &Rewards) -> Result<Rewards, Error> {
        let (chosen, rejected) = (&now.chosen[..], &now.rejected[..]);
        let aot = Aot::new(LOSS);
        let pairs = PairedLogProbabilities {
            policy_chosen: chosen,
            policy_rejected: rejected,
            reference_chosen: &reference.chosen,
            reference_rejected: &reference.rejected,
            weights: None,
        };
        match self {
            Objective::Unpaired => unpaired(aot, chosen, rejected),
            Objective::SecondOrder => unpaired(aot.order(Order::Second), chosen, rejected),
            Objective::SoftSort => unpaired(aot.soft_sort(chosen.len() as f64), chosen, rejected),
            Objective::Paired => {
                let found = aot.paired(&pairs)?;
                Ok(Rewards { chosen: found.gradient_chosen, rejected: found.gradient_rejected })
            }
            Objective::Dpo => pairwise(aot, &pairs),
        }
    }
}

/// Unequal sizes on purpose: nothing pairs the heaps.
fn unpaired(aot: Aot, chosen: &[f64], rejected: &[f64]) -> Result<Rewards, Error> {
    let kept = rejected.len() * 3 / 4;
    let found = aot.unpaired(chosen, &rejected[..kept])?;
    let mut slopes = found.gradient_rejected;
    slopes.resize(rejected.len(), 0.0);
    Ok(Rewards { chosen: found.gradient_chosen, rejected: slopes })
}

/// Batches of one.
fn pairwise(aot: Aot, pairs: &PairedLogProbabilities<'_>) -> Result<Rewards, Error> {
    let n = pairs.policy_chosen.len();
    let mut slopes = Rewards { chosen: Vec::new(), rejected: Vec::new() };
    for i in 0..n {
        let one = PairedLogProbabilities {
            policy_chosen: &pairs.policy_chosen[i..=i],
            policy_rejected: &pairs.policy_rejected[i..=i],
            reference_chosen: &pairs.reference_chosen[i..=i],
            reference_rejected: &pairs.reference_rejected[i..=i],
            weights: None,
        };
        let found = aot.paired(&one)?;
        slopes.chosen.push(found.gradient_chosen[0] / n as f64);
        slopes.rejected.push(found.gradient_rejected[0] / n as f64);
    }
    Ok(slopes)
}
