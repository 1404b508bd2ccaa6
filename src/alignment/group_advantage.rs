//! Advantages within groups of answers to the same prompt.

use super::check_not_negative;
use crate::error::Error;
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::sum;

/// What a variance is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Divisor {
    /// The number of rows: the variance of the rows themselves.
    #[default]
    Rows,
    /// One less: unbiased for the law that the rows came from.
    #[doc(alias = "Bessel")]
    RowsMinusOne,
}

/// What becomes of a group whose rewards are all equal. Its advantages are 0 in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum EqualRewards {
    /// It stays in the batch (and under the KL penalty).
    #[default]
    Keep,
    /// Its rows get weight 0 and leave the means.
    Mask,
}

/// How good is each answer beside the others of its group? Standardised rewards, the advantages of GRPO.
///
/// ```text
/// A_i = (r_i - mean) / S      S = sqrt(s^2 + epsilon)      s^2 = sum (r_i - mean)^2 / n   (n - 1 as an option)
/// ```
///
/// mean and s over the rows of the group. Equal rewards give 0, whatever epsilon, and never NaN; they can be
/// masked. Epsilon stands under the root, so it has the unit of a squared reward; trainers that add a constant
/// to s differ there.
///
/// ```
/// use risk_sd::{EqualRewards, GroupAdvantage};
///
/// // Two groups of three answers; nobody in the second was right.
/// let rewards = [1.0, 0.0, 0.5, 0.0, 0.0, 0.0];
/// let settings = GroupAdvantage::new().epsilon(0.0).equal_rewards(EqualRewards::Mask);
/// let advantages = settings.run(&rewards, 3)?;
/// assert!((advantages.values[0] - 1.5f64.sqrt()).abs() < 1e-15);
/// assert_eq!(advantages.values[3..], [0.0; 3]);
/// assert_eq!(advantages.weights, [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: O(n). Reference: Shao et al. 2024 (2402.03300); Mroueh et al. 2025 (2505.22257).
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[doc(alias = "GRPO")]
pub struct GroupAdvantage {
    epsilon: f64,
    divisor: Divisor,
    equal_rewards: EqualRewards,
}

impl Default for GroupAdvantage {
    fn default() -> GroupAdvantage {
        GroupAdvantage::new()
    }
}

impl GroupAdvantage {
    /// Divisor n, epsilon 1e-8 (below any variance of rewards that were told apart on purpose), groups of equal
    /// rewards kept.
    pub const fn new() -> GroupAdvantage {
        GroupAdvantage { epsilon: 1e-8, divisor: Divisor::Rows, equal_rewards: EqualRewards::Keep }
    }

    /// What is added to the variance, 0 or more.
    #[must_use]
    pub const fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// What the variance is divided by.
    #[must_use]
    pub const fn divisor(mut self, divisor: Divisor) -> Self {
        self.divisor = divisor;
        self
    }

    /// What becomes of groups of equal rewards.
    #[must_use]
    pub const fn equal_rewards(mut self, rule: EqualRewards) -> Self {
        self.equal_rewards = rule;
        self
    }

    /// The advantages of consecutive groups of `group_size` rows.
    ///
    /// # Errors
    /// [`Error::Negative`] for epsilon; [`Error::Empty`]; [`Error::NotFinite`] with the row; [`Error::GroupSize`]
    /// where the rows are no whole number of groups; [`Error::TooFewRows`] for groups of one with divisor n - 1.
    pub fn run(&self, rewards: &[f64], group_size: usize) -> Result<Advantages, Error> {
        check_not_negative("epsilon", self.epsilon)?;
        if rewards.is_empty() {
            return Err(Error::Empty);
        }
        if let Some(row) = rewards.iter().position(|r| !r.is_finite()) {
            return Err(Error::NotFinite { row, value: rewards[row] });
        }
        if group_size == 0 || !rewards.len().is_multiple_of(group_size) {
            return Err(Error::GroupSize { rows: rewards.len(), size: group_size });
        }
        if group_size == 1 && self.divisor == Divisor::RowsMinusOne {
            return Err(Error::TooFewRows { found: 1, needed: 2 });
        }
        let mut advantages = Advantages { values: Vec::new(), weights: Vec::new(), groups: Vec::new() };
        for group in rewards.chunks_exact(group_size) {
            let found = self.group(group, &mut advantages.values);
            let masked = all_equal(group) && self.equal_rewards == EqualRewards::Mask;
            let weight = if masked { 0.0 } else { 1.0 };
            advantages.weights.extend(std::iter::repeat_n(weight, group_size));
            advantages.groups.push(found);
        }
        Ok(advantages)
    }

    fn group(&self, rewards: &[f64], out: &mut Vec<f64>) -> GroupRewards {
        let n = rewards.len() as f64;
        if all_equal(rewards) {
            out.extend(rewards.iter().map(|_| 0.0));
            let scale = self.epsilon.sqrt();
            return GroupRewards { mean: rewards[0], standard_deviation: 0.0, scale };
        }
        // In the unit of the largest reward nothing overflows or vanishes.
        let unit = power_of_two_below(rewards.iter().fold(0.0f64, |most, r| most.max(r.abs())));
        let first = rewards[0] / unit;
        let mean = first + sum(rewards.iter().map(|r| r / unit - first)) / n;
        let deviations: Vec<f64> = rewards.iter().map(|r| r / unit - mean).collect();
        let divisor = match self.divisor {
            Divisor::Rows => n,
            Divisor::RowsMinusOne => n - 1.0,
        };
        let spread = (sum(deviations.iter().map(|d| d * d)) / divisor).sqrt();
        let root = self.epsilon.sqrt();
        let scale = hypotenuse(spread, root / unit);
        out.extend(deviations.iter().map(|d| d / scale));
        let standard_deviation = spread * unit;
        GroupRewards {
            mean: mean * unit,
            standard_deviation,
            scale: hypotenuse(standard_deviation, root),
        }
    }
}

fn all_equal(rewards: &[f64]) -> bool {
    rewards.iter().all(|&r| r == rewards[0])
}

/// sqrt(x^2 + y^2) of numbers >= 0, without overflow; the system's `hypot` has bits of its own.
fn hypotenuse(x: f64, y: f64) -> f64 {
    let (small, large) = (x.min(y), x.max(y));
    if large == 0.0 || large.is_infinite() {
        large
    } else {
        large * (1.0 + (small / large) * (small / large)).sqrt()
    }
}

/// The rewards of one group.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct GroupRewards {
    /// The mean of its rewards.
    pub mean: f64,
    /// s; 0 where all rewards are equal.
    pub standard_deviation: f64,
    /// S = sqrt(s^2 + epsilon), what the deviations were divided by.
    pub scale: f64,
}

/// The advantages of a batch of groups.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Advantages {
    /// One advantage per row, in the order of the rewards.
    pub values: Vec<f64>,
    /// What each row counts in the batch: 0 in a masked group, else 1.
    pub weights: Vec<f64>,
    /// Mean and scale of each group.
    pub groups: Vec<GroupRewards>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The deviation of the smallest numbers is below the range of f64.
    #[test]
    fn a_deviation_that_vanishes_is_a_scale_of_zero() {
        let tiny = 5e-324;
        let rewards = [18.0, 19.0, 18.0, 18.0, 18.0, 18.0].map(|r: f64| r * tiny);
        let found = GroupAdvantage::new().epsilon(0.0).run(&rewards, 6).unwrap();
        assert_eq!((found.groups[0].standard_deviation, found.groups[0].scale), (0.0, 0.0));
        assert!(found.values[1] > 2.0 && found.values[0] < 0.0, "{found:?}");
    }

    fn naive(rewards: &[f64], epsilon: f64, divisor: f64) -> Vec<f64> {
        let mean = rewards.iter().sum::<f64>() / rewards.len() as f64;
        let variance = rewards.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / divisor;
        rewards.iter().map(|r| (r - mean) / (variance + epsilon).sqrt()).collect()
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_twin(
            rewards in prop::collection::vec(-2.0..3.0f64, 2..12),
            epsilon in prop_oneof![Just(0.0), Just(1e-4), Just(0.3)],
        ) {
            let n = rewards.len();
            for (divisor, by) in [(Divisor::Rows, n), (Divisor::RowsMinusOne, n - 1)] {
                let found = GroupAdvantage::new().epsilon(epsilon).divisor(divisor).run(&rewards, n).unwrap();
                for (found, expected) in found.values.iter().zip(naive(&rewards, epsilon, by as f64)) {
                    prop_assert!((found - expected).abs() < 1e-13 * (1.0 + expected.abs()));
                }
                prop_assert!(sum(found.values.iter().copied()).abs() < 1e-12);
            }
        }

        #[test]
        fn without_epsilon_units_and_offsets_do_not_count(
            rewards in prop::collection::vec(-2i32..3, 2..12),
            exponent in -1000i32..1000,
        ) {
            let run = |map: &dyn Fn(f64) -> f64| {
                let rewards: Vec<f64> = rewards.iter().map(|&r| map(f64::from(r))).collect();
                GroupAdvantage::new().epsilon(0.0).run(&rewards, rewards.len()).unwrap().values
            };
            let plain = run(&|r| r);
            prop_assert_eq!(&run(&|r| r * 2f64.powi(exponent)), &plain);
            for (found, expected) in run(&|r| r + 1e9).iter().zip(&plain) {
                prop_assert!((found - expected).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn the_ends_of_the_range() {
        for rewards in [[f64::MAX, f64::MIN, 0.0], [5e-324, 0.0, 0.0], [1e-300, -1e300, 7.0]] {
            for epsilon in [0.0, 1e-8, 1e300] {
                let found = GroupAdvantage::new().epsilon(epsilon).run(&rewards, 3).unwrap();
                assert!(found.values.iter().all(|a| a.abs() < 1.5), "{rewards:?} {found:?}");
            }
        }
        // The deviation itself underflows, the group is told apart all the same.
        let mut smallest = [0.0; 100];
        smallest[0] = 5e-324;
        let told_apart = GroupAdvantage::new().epsilon(0.0).equal_rewards(EqualRewards::Mask);
        let found = told_apart.run(&smallest, 100).unwrap();
        assert_eq!((found.groups[0].standard_deviation, found.weights[0]), (0.0, 1.0));
        assert!((found.values[0] - 99f64.sqrt()).abs() < 1e-14);
        let zero = GroupAdvantage::new().epsilon(0.0).run(&[-0.0, 0.0], 2).unwrap();
        assert_eq!(zero.values, [0.0, 0.0]);
    }
}
