//! The clipped surrogate of policy optimisation, on and off policy.

use super::check_not_negative;
use crate::error::Error;
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::{Sum, sum};

/// Estimators of KL(policy || reference) from the log-probabilities of sampled answers; q = log reference - log policy.
///
/// In expectation over answers of the policy all three estimate the divergence; over answers of another policy
/// they do not, nor do their gradients in general. Name the one you mean.
///
/// Reference: Schulman 2020, "Approximating KL divergence".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum KlEstimator {
    /// `-q`: unbiased, of either sign.
    #[doc(alias = "k1")]
    LogRatio,
    /// `q^2 / 2`: biased, not negative; its gradient is unbiased on policy.
    #[doc(alias = "k2")]
    HalfSquare,
    /// `e^q - 1 - q`: unbiased, not negative. What GRPO uses.
    #[doc(alias = "k3")]
    Bregman,
}

impl KlEstimator {
    /// The estimate of one row and its derivative with respect to the policy's log-probability.
    fn at(self, q: f64) -> (f64, f64) {
        match self {
            KlEstimator::LogRatio => (-q, 1.0),
            KlEstimator::HalfSquare => (0.5 * q * q, -q),
            KlEstimator::Bregman => {
                // 1 - e^q is exact for small q as well.
                let rest = libm::expm1(q);
                (rest - q, -rest)
            }
        }
    }
}

/// A penalty on the distance from a reference policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KlPenalty<'a> {
    /// What the divergence is multiplied by, 0 or more.
    #[doc(alias = "beta")]
    pub weight: f64,
    /// How the divergence is estimated.
    pub estimator: KlEstimator,
    /// Log-probabilities of the answers under the reference.
    pub log_probabilities: &'a [f64],
}

/// Sampled answers of a batch; row i of every column belongs to answer (or token) i.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PolicyBatch<'a> {
    /// Log-probabilities under the policy that is trained.
    pub policy: &'a [f64],
    /// Log-probabilities under the policy that sampled the answers.
    pub sampling: &'a [f64],
    /// Advantages, as of [`GroupAdvantage`](crate::GroupAdvantage).
    pub advantages: &'a [f64],
    /// Off policy: log-probabilities under the policy that the step starts from, around which ratios are clipped.
    /// `None` where it is the sampling policy (on policy).
    pub previous: Option<&'a [f64]>,
    /// What each row counts; `None` where all count the same.
    pub weights: Option<&'a [f64]>,
    /// A penalty on the distance from a reference.
    pub kl: Option<KlPenalty<'a>>,
}

/// Which gradient makes good answers likelier, without leaving the policy that the step started from?
///
/// With rho = policy / sampling the ratio of probabilities, rho_k = previous / sampling (1 on policy) and c the
/// range, the objective, to be made **large**, is the weighted mean over rows of
///
/// ```text
/// f = min(rho A, clip(rho, max(rho_k - c, 0), rho_k + c) A)
///   = A min(rho, rho_k + c)           for A >= 0
///   = A max(rho, max(rho_k - c, 0))   for A < 0
/// ```
///
/// minus the weighted mean of the KL estimate, times its weight. The derivative of f with respect to the policy's
/// log-probability is rho A inside and 0 where the ratio is clipped; on the edge itself it is rho A.
///
/// ```
/// use risk_sd::{ClippedSurrogate, PolicyBatch};
///
/// let batch = PolicyBatch {
///     policy: &[0.5f64.ln(), 0.3f64.ln()],
///     sampling: &[0.4f64.ln(), 0.4f64.ln()],
///     advantages: &[1.0, -1.0],
///     previous: None,
///     weights: None,
///     kl: None,
/// };
/// let objective = ClippedSurrogate::new(0.2).run(&batch)?;
/// assert!((objective.value - (1.2 - 0.8) / 2.0).abs() < 1e-15); // ratios 1.25 and 0.75, both clipped
/// assert_eq!(objective.clipped, 2);
/// assert_eq!(objective.gradient, [0.0, 0.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: O(n). Reference: Schulman et al. 2017 (1707.06347); Shao et al. 2024 (2402.03300); off policy Mroueh et al. 2025
/// (2505.22257).
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[doc(alias = "PPO")]
#[doc(alias = "GRPO")]
pub struct ClippedSurrogate {
    clip: f64,
}

impl ClippedSurrogate {
    /// Ratios are clipped to within `clip` of that of the previous policy; 0 or more, 0.2 is common.
    pub const fn new(clip: f64) -> ClippedSurrogate {
        ClippedSurrogate { clip }
    }

    /// The objective and its gradient.
    ///
    /// # Errors
    /// [`Error::Negative`] for the range or the weight of the KL penalty; [`Error::Empty`];
    /// [`Error::UnequalLengths`]; [`Error::NotFinite`] with row and column; [`Error::InvalidWeight`],
    /// [`Error::ZeroWeights`]; [`Error::RatioOverflow`] with the row.
    pub fn run(&self, batch: &PolicyBatch<'_>) -> Result<SurrogateObjective, Error> {
        check_not_negative("the clipping range", self.clip)?;
        batch.check()?;
        // In the unit of the largest weight: sums cannot overflow, and weights of 1e-300 keep their digits.
        let unit =
            batch.weights.map_or(1.0, |w| power_of_two_below(w.iter().copied().fold(0.0, f64::max)));
        let total = batch.weights.map_or(batch.policy.len() as f64, |w| sum(w.iter().map(|w| w / unit)));
        let weight = batch.kl.map_or(0.0, |kl| kl.weight);
        let (mut surrogate, mut divergence, mut clipped) = (Sum::default(), Sum::default(), 0);
        let mut gradient = Vec::with_capacity(batch.policy.len());
        for row in 0..batch.policy.len() {
            let share = batch.weights.map_or(1.0, |w| w[row] / unit) / total;
            if share == 0.0 {
                gradient.push(0.0);
                continue;
            }
            let found = self.row(batch, row).ok_or(Error::RatioOverflow { row })?;
            surrogate.add(share * found.surrogate);
            divergence.add(share * found.divergence);
            // Means of numbers next to the largest f64: their sums may be beyond it.
            if !(surrogate.value() - weight * divergence.value()).is_finite() {
                return Err(Error::RatioOverflow { row });
            }
            clipped += usize::from(found.clipped);
            gradient.push(share * found.slope);
        }
        let (surrogate, divergence) = (surrogate.value(), divergence.value());
        Ok(SurrogateObjective {
            value: surrogate - weight * divergence,
            gradient,
            surrogate,
            divergence,
            clipped,
        })
    }

    /// One row; `None` where a number leaves the range of f64.
    fn row(&self, batch: &PolicyBatch<'_>, row: usize) -> Option<Row> {
        let (policy, sampling) = (batch.policy[row], batch.sampling[row]);
        let advantage = batch.advantages[row];
        let ratio = libm::exp(policy - sampling);
        let previous = batch.previous.map_or(1.0, |previous| libm::exp(previous[row] - sampling));
        let (bound, beyond) = if advantage >= 0.0 {
            (previous + self.clip, ratio > previous + self.clip)
        } else {
            let low = (previous - self.clip).max(0.0);
            (low, ratio < low)
        };
        let surrogate = advantage * if beyond { bound } else { ratio };
        let (divergence, slope) = match batch.kl {
            None => (0.0, 0.0),
            Some(kl) => {
                let (value, slope) = kl.estimator.at(kl.log_probabilities[row] - policy);
                (value, kl.weight * slope)
            }
        };
        let slope = if beyond { 0.0 } else { surrogate } - slope;
        // Ratios of 0 (far below) are numbers; infinite ones are not, even where clipping or A = 0 would hide them.
        let numbers = [ratio, previous, bound, surrogate, divergence, slope];
        numbers.iter().all(|n| n.is_finite()).then_some(Row {
            surrogate,
            divergence,
            slope,
            clipped: beyond,
        })
    }
}

struct Row {
    surrogate: f64,
    divergence: f64,
    slope: f64,
    clipped: bool,
}

impl PolicyBatch<'_> {
    fn check(&self) -> Result<(), Error> {
        let expected = self.policy.len();
        if expected == 0 {
            return Err(Error::Empty);
        }
        let columns = [
            ("policy", Some(self.policy)),
            ("sampling", Some(self.sampling)),
            ("advantages", Some(self.advantages)),
            ("previous", self.previous),
            ("reference", self.kl.map(|kl| kl.log_probabilities)),
        ];
        for (what, column) in columns.into_iter().filter_map(|(what, c)| Some((what, c?))) {
            if column.len() != expected {
                return Err(Error::UnequalLengths { what, expected, found: column.len() });
            }
            if let Some(row) = column.iter().position(|v| !v.is_finite()) {
                return Err(Error::NotFinite { row, value: column[row] }.in_column(what));
            }
        }
        if let Some(weights) = self.weights {
            if weights.len() != expected {
                return Err(Error::UnequalLengths { what: "weights", expected, found: weights.len() });
            }
            if let Some(row) = weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
                return Err(Error::InvalidWeight { row, weight: weights[row] });
            }
            if weights.iter().all(|&w| w == 0.0) {
                return Err(Error::ZeroWeights);
            }
        }
        self.kl.map_or(Ok(()), |kl| check_not_negative("the weight of the KL penalty", kl.weight))
    }
}

/// An objective to be made large, and its gradient.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SurrogateObjective {
    /// `surrogate` minus the weighted `divergence`.
    pub value: f64,
    /// Derivatives with respect to the policy's log-probabilities, row by row.
    pub gradient: Vec<f64>,
    /// Mean of the clipped advantage.
    pub surrogate: f64,
    /// Mean of the KL estimate; 0 without a penalty.
    pub divergence: f64,
    /// Rows whose ratio was clipped.
    pub clipped: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The first line of the definition.
    fn naive(rho: f64, rho_k: f64, a: f64, c: f64) -> f64 {
        (rho * a).min(rho.max((rho_k - c).max(0.0)).min(rho_k + c) * a)
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition_and_with_differences(
            rows in prop::collection::vec((-2.0..0.0f64, -2.0..0.0f64, -2.0..0.0f64, -2.0..2.0f64, 0.1..3.0f64), 1..8),
            clip in 0.0..0.8f64,
            estimator in prop::sample::select(vec![KlEstimator::LogRatio, KlEstimator::HalfSquare, KlEstimator::Bregman]),
        ) {
            let column = |f: fn(&(f64, f64, f64, f64, f64)) -> f64| rows.iter().map(f).collect::<Vec<f64>>();
            let (policy, sampling, previous) = (column(|r| r.0), column(|r| r.1), column(|r| r.2));
            let (advantages, weights) = (column(|r| r.3), column(|r| r.4));
            let kl = KlPenalty { weight: 0.3, estimator, log_probabilities: &previous };
            let run = |policy: &[f64]| ClippedSurrogate::new(clip).run(&PolicyBatch {
                policy, sampling: &sampling, advantages: &advantages, previous: Some(&previous),
                weights: Some(&weights), kl: Some(kl),
            }).unwrap();
            let found = run(&policy);
            let expected: f64 = rows.iter().map(|&(p, s, k, a, w)| {
                let q = k - p;
                let kl = match estimator {
                    KlEstimator::LogRatio => -q,
                    KlEstimator::HalfSquare => q * q / 2.0,
                    KlEstimator::Bregman => q.exp() - 1.0 - q,
                };
                w * (naive((p - s).exp(), (k - s).exp(), a, clip) - 0.3 * kl)
            }).sum::<f64>() / weights.iter().sum::<f64>();
            prop_assert!((found.value - expected).abs() < 1e-13);
            for row in 0..policy.len() {
                let at = |step: f64| {
                    let mut policy = policy.clone();
                    policy[row] += step;
                    run(&policy).value
                };
                let step = 1e-6;
                let (up, down) = ((at(step) - found.value) / step, (found.value - at(-step)) / step);
                let slack = 1e-8 + (up - down).abs();
                prop_assert!((found.gradient[row] - 0.5 * (up + down)).abs() < slack);
            }
        }
    }

    #[test]
    fn ratios_at_the_ends_of_the_range() {
        let run = |policy: f64, sampling: f64, advantage: f64| {
            ClippedSurrogate::new(0.2).run(&PolicyBatch {
                policy: &[policy],
                sampling: &[sampling],
                advantages: &[advantage],
                previous: None,
                weights: Some(&[f64::MAX]),
                kl: None,
            })
        };
        assert_eq!(run(-1e300, 0.0, 1.0).unwrap().value, 0.0);
        assert_eq!(run(-1e300, 0.0, -1.0).unwrap().value, -0.8);
        for advantage in [1.0, 0.0, -1.0] {
            assert_eq!(run(0.0, -1e300, advantage), Err(Error::RatioOverflow { row: 0 }));
        }
    }

    #[test]
    fn means_beyond_the_range_are_an_error() {
        let run = |advantages: &[f64]| {
            let zeros = vec![0.0; advantages.len()];
            ClippedSurrogate::new(0.2).run(&PolicyBatch {
                policy: &zeros,
                sampling: &zeros,
                advantages,
                previous: None,
                weights: None,
                kl: None,
            })
        };
        let mut beyond = 0;
        for rows in 1..=100 {
            match run(&vec![f64::MAX; rows]) {
                Ok(found) => assert!((found.value / f64::MAX - 1.0).abs() < 1e-15),
                Err(error) => {
                    assert!(matches!(error, Error::RatioOverflow { .. }));
                    beyond += 1;
                }
            }
        }
        assert!(beyond > 0);
        assert_eq!(run(&[f64::MAX, -f64::MAX]).unwrap().value, 0.0);
        // The divergence, 5e19, is a number, and so is the gradient, 1e300, but not the penalty.
        let kl =
            KlPenalty { weight: 1e290, estimator: KlEstimator::HalfSquare, log_probabilities: &[1e10] };
        let penalised = PolicyBatch {
            policy: &[0.0],
            sampling: &[0.0],
            advantages: &[1.0],
            previous: None,
            weights: None,
            kl: Some(kl),
        };
        assert_eq!(ClippedSurrogate::new(0.2).run(&penalised), Err(Error::RatioOverflow { row: 0 }));
    }

    #[test]
    fn only_the_shares_of_the_weights_count() {
        let run = |unit: f64| {
            ClippedSurrogate::new(0.2).run(&PolicyBatch {
                policy: &[-1.0, -2.0, -3.0],
                sampling: &[-1.1, -2.0, -2.7],
                advantages: &[1.0, -0.5, 0.3],
                previous: None,
                weights: Some(&[unit, 3.0 * unit, 0.0]),
                kl: None,
            })
        };
        for unit in [f64::MAX / 4.0, 1e-300, 5e-324] {
            let (found, expected) = (run(unit).unwrap(), run(1.0).unwrap());
            assert!((found.value - expected.value).abs() < 1e-15, "{unit}");
            assert_eq!(found.gradient[2], 0.0);
        }
    }

    #[test]
    fn on_policy_the_previous_policy_is_the_sampling_one() {
        let sampling = [-1.0, -2.0, -0.5];
        let batch = PolicyBatch {
            policy: &[-1.5, -1.0, -0.5],
            sampling: &sampling,
            advantages: &[1.0, -0.5, 0.3],
            previous: None,
            weights: None,
            kl: None,
        };
        let explicit = PolicyBatch { previous: Some(&sampling), ..batch };
        let surrogate = ClippedSurrogate::new(0.2);
        assert_eq!(surrogate.run(&batch), surrogate.run(&explicit));
    }
}
