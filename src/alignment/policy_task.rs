//! What a standardised reward can promise: policies on finitely many answers, computed exactly.

use super::check_positive;
use crate::error::Error;
use crate::kernels::sum::sum;

/// Which constant the lower bound of [`PolicyTask::lower_bound`] has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum BoundConstant {
    /// 1: enough, because rewards in [0, 1] change by at most TV in the mean (own).
    One,
    /// 2: as published.
    Two,
}

/// How much better is a policy than the one that sampled, and what does the standardised surrogate say about it?
///
/// Rewards r in [0, 1] of finitely many answers, a the sampling policy, J(pi) the mean reward of a policy, s^2 the
/// variance of r under a, `S = sqrt(s^2 + epsilon)`:
///
/// ```text
/// A = (r - J(a)) / S
/// L(pi) = E_a[(pi / a) A] = (J(pi) - J(a)) / S                          exactly
/// J(pi) - J(pi_k) >= L(pi) - c |1 - S| / S TV(pi, a) - c TV(pi_k, a)    TV half the L1 distance
/// ```
///
/// The bound holds with c = 1: `J(pi) - J(a) - L = -(1 - S)/S (J(pi) - J(a))`, and J of two policies differs by at
/// most their TV. It was published with c = 2 for S <= 1.
///
/// Probabilities are divided by their sum, which must be 1 to within 1e-9 (what nine printed digits allow). The
/// sampling policy gives every answer a positive probability; the others may give 0.
///
/// ```
/// use risk_sd::{BoundConstant, PolicyTask};
///
/// let task = PolicyTask::new(&[0.0, 1.0, 0.3, 0.7], &[0.1, 0.2, 0.3, 0.4], 0.01)?;
/// let policy = [0.3, 0.3, 0.2, 0.2];
/// let (gain, surrogate) = (task.improvement(&policy)?, task.surrogate(&policy)?);
/// assert!((gain + 0.07).abs() < 1e-15);
/// assert!((surrogate - gain / task.scale()).abs() < 1e-15);
/// let bound = task.lower_bound(&policy, &[0.15, 0.25, 0.25, 0.35], BoundConstant::One)?;
/// assert!((bound + 0.925_353_269_644_075_9).abs() < 1e-14);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: O(n) per call. Reference: Mroueh et al. 2025 (2505.22257).
#[derive(Debug, Clone, PartialEq)]
#[doc(alias = "GRPO")]
pub struct PolicyTask {
    sampling: Vec<f64>,
    rewards: Vec<f64>,
    mean: f64,
    variance: f64,
    scale: f64,
}

impl PolicyTask {
    /// Rewards of the answers, their probabilities under the sampling policy, and what is added to the variance.
    ///
    /// # Errors
    /// [`Error::NotPositive`] for epsilon; [`Error::Empty`]; [`Error::InvalidReward`] outside [0, 1];
    /// [`Error::UnequalLengths`]; [`Error::InvalidPolicy`] for a probability outside (0, 1];
    /// [`Error::PolicyNotOne`].
    pub fn new(rewards: &[f64], sampling: &[f64], epsilon: f64) -> Result<PolicyTask, Error> {
        check_positive("epsilon", epsilon)?;
        if rewards.is_empty() {
            return Err(Error::Empty);
        }
        if let Some(row) = rewards.iter().position(|r| !(0.0..=1.0).contains(r)) {
            return Err(Error::InvalidReward { row, reward: rewards[row] });
        }
        if let Some(row) = sampling.iter().position(|&p| p == 0.0) {
            return Err(Error::InvalidPolicy { row, probability: 0.0 }.in_column("sampling policy"));
        }
        let sampling = masses("sampling policy", sampling, rewards.len())?;
        let weighted = sampling.iter().zip(rewards);
        let mean = sum(weighted.clone().map(|(p, r)| p * r));
        let variance = sum(weighted.map(|(p, r)| p * ((r - mean) * (r - mean))));
        let scale = (variance + epsilon).sqrt();
        Ok(PolicyTask { sampling, rewards: rewards.to_vec(), mean, variance, scale })
    }

    /// J(a), the mean reward under the sampling policy.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// s^2, the variance of the reward under the sampling policy.
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// S = sqrt(s^2 + epsilon).
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// A of every answer.
    pub fn advantages(&self) -> Vec<f64> {
        self.rewards.iter().map(|r| (r - self.mean) / self.scale).collect()
    }

    /// L(pi), the mean under the sampling policy of the ratio times the advantage.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`]; [`Error::InvalidPolicy`] outside [0, 1]; [`Error::PolicyNotOne`].
    pub fn surrogate(&self, policy: &[f64]) -> Result<f64, Error> {
        let policy = masses("policy", policy, self.rewards.len())?;
        Ok(sum(policy.iter().zip(self.advantages()).map(|(p, a)| p * a)))
    }

    /// J(pi) - J(a).
    ///
    /// # Errors
    /// As [`PolicyTask::surrogate`].
    pub fn improvement(&self, policy: &[f64]) -> Result<f64, Error> {
        let policy = masses("policy", policy, self.rewards.len())?;
        let gains = policy.iter().zip(&self.sampling).zip(&self.rewards);
        Ok(sum(gains.map(|((p, a), r)| (p - a) * r)))
    }

    /// What J(pi) - J(previous) is at least.
    ///
    /// # Errors
    /// As [`PolicyTask::surrogate`], for both policies.
    pub fn lower_bound(
        &self,
        policy: &[f64],
        previous: &[f64],
        constant: BoundConstant,
    ) -> Result<f64, Error> {
        let c = match constant {
            BoundConstant::One => 1.0,
            BoundConstant::Two => 2.0,
        };
        let surrogate = self.surrogate(policy)?;
        let moved = self.distance(masses("policy", policy, self.rewards.len())?);
        let before = self.distance(masses("previous policy", previous, self.rewards.len())?);
        Ok(surrogate - c * ((1.0 - self.scale).abs() / self.scale * moved + before))
    }

    /// TV from the sampling policy.
    fn distance(&self, policy: Vec<f64>) -> f64 {
        0.5 * sum(policy.iter().zip(&self.sampling).map(|(p, a)| (p - a).abs()))
    }
}

/// How far a sum of probabilities may be from 1.
const TOLERANCE: f64 = 1e-9;

/// Checked probabilities, divided by their sum.
fn masses(what: &'static str, masses: &[f64], expected: usize) -> Result<Vec<f64>, Error> {
    if masses.len() != expected {
        return Err(Error::UnequalLengths { what, expected, found: masses.len() });
    }
    if let Some(row) = masses.iter().position(|p| !(0.0..=1.0).contains(p)) {
        return Err(Error::InvalidPolicy { row, probability: masses[row] }.in_column(what));
    }
    let total = sum(masses.iter().copied());
    if (total - 1.0).abs() > TOLERANCE {
        return Err(Error::PolicyNotOne { total }.in_column(what));
    }
    Ok(masses.iter().map(|p| p / total).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn law(weights: &[f64]) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        weights.iter().map(|w| w / total).collect()
    }

    proptest! {
        #[test]
        fn the_identity_and_the_bounds_hold(
            rows in prop::collection::vec((0.0..=1.0f64, 0.01..1.0f64, 0.0..1.0f64, 0.001..1.0f64), 1..9),
            epsilon in prop_oneof![Just(1e-6), Just(0.01), Just(3.0)],
        ) {
            let column = |f: fn(&(f64, f64, f64, f64)) -> f64| rows.iter().map(f).collect::<Vec<f64>>();
            let rewards = column(|r| r.0);
            let (sampling, policy, previous) = (law(&column(|r| r.1)), column(|r| r.2), law(&column(|r| r.3)));
            prop_assume!(policy.iter().sum::<f64>() > 1e-3);
            let policy = law(&policy);
            let task = PolicyTask::new(&rewards, &sampling, epsilon).unwrap();
            let (gain, surrogate) = (task.improvement(&policy).unwrap(), task.surrogate(&policy).unwrap());
            prop_assert!((surrogate - gain / task.scale()).abs() < 1e-12, "{surrogate} {gain}");
            let step = gain - task.improvement(&previous).unwrap();
            let bound = |c| task.lower_bound(&policy, &previous, c).unwrap();
            prop_assert!(bound(BoundConstant::Two) <= bound(BoundConstant::One));
            prop_assert!(bound(BoundConstant::One) <= step + 1e-12);
        }
    }
}
