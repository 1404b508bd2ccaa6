//! What a test of one pair found.

use super::dominance_test::StandardError;
use super::guard::Guard;
use super::rule::Rule;
use super::warning::Warning;
use crate::dominance::Order;
use crate::resampling::BootstrapMethod;
use crate::sample::Sampling;

/// The result of a [`DominanceTest`](crate::DominanceTest): does A almost dominate B, or B A?
///
/// Prints as a block of text; holds all that is needed to run the test again.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DominanceReport {
    /// Name of the first model.
    pub a: String,
    /// Name of the second model.
    pub b: String,
    /// Rows of A.
    pub n: usize,
    /// Rows of B.
    pub m: usize,
    /// How the rows belong together.
    pub sampling: Sampling,
    /// Rows (paired) or clusters that are resampled together; `None` for independent columns.
    pub units: Option<usize>,
    /// Strata within which units were drawn; `None` without strata.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub strata: Option<usize>,
    /// Rows per block of a time series; `None` for other designs.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub block_length: Option<usize>,
    /// The order of dominance.
    pub order: Order,
    /// The threshold eps0: A almost dominates B where the violation ratio is at most this.
    pub threshold: f64,
    /// The level of the test: the error rate allowed for a claim, in each direction.
    pub level: f64,
    /// How bounds and p-values were formed.
    pub rule: Rule,
    /// Where the standard error came from.
    pub standard_error_by: StandardError,
    /// Bootstrap replicates (0 for analytic standard errors).
    pub replicates: usize,
    /// How the replicates were drawn.
    pub method: BootstrapMethod,
    /// Bootstrap replicates in which the two distributions were equal, counted as ratio 1/2.
    pub equal_replicates: usize,
    /// The guard that was set.
    pub guard: Guard,
    /// Relabelled replicates of the guard; 0 for no guard.
    pub guard_replicates: usize,
    /// The seed.
    pub seed: u64,
    /// Squared distance between the (integrated) quantile functions; 0 for equal distributions.
    pub squared_distance: f64,
    /// The case for "A dominates B"; `None` for equal distributions, which have no ratio.
    pub a_over_b: Option<Direction>,
    /// The case for "B dominates A".
    pub b_over_a: Option<Direction>,
    /// The outcome.
    pub outcome: Outcome,
    /// What to keep in mind when reading it.
    pub warnings: Vec<Warning>,
}

/// The case for one direction, "X dominates Y".
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Direction {
    /// Share of the squared distance that speaks against X: 0 full dominance, 1 the reverse.
    pub violation_ratio: f64,
    /// Standard error of the ratio.
    pub standard_error: f64,
    /// One-sided upper confidence bound of the ratio, at the level of the test.
    pub upper_bound: f64,
    /// Two-sided confidence interval of the ratio, at one minus the level of the test.
    pub interval: Interval,
    /// p-value of H0: the ratio exceeds the threshold (bound only, without the guard). 0 where the ratio is below
    /// the threshold and has no spread at all.
    pub bound_p_value: f64,
    /// p-value of the guard, H0: the distributions are equal; `None` without a guard.
    pub guard_p_value: Option<f64>,
    /// p-value of the whole rule: the larger of the two.
    pub p_value: f64,
    /// The smallest threshold at which dominance could be claimed at this level; 1 where the guard fails. Tests take
    /// thresholds up to 1/2: a larger number means that nothing can be claimed.
    pub smallest_threshold: f64,
}

/// A confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[allow(missing_docs)]
pub struct Interval {
    pub lower: f64,
    pub upper: f64,
}

/// The outcome of a test of almost dominance, in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Outcome {
    /// A almost dominates B at the threshold, at the level of the test.
    AAlmostDominates,
    /// B almost dominates A at the threshold, at the level of the test.
    BAlmostDominates,
    /// Neither direction can be claimed: this is not evidence that the two are equal.
    NotDistinguished,
    /// The two samples have the same distribution: there is no ratio to test.
    Equal,
}
