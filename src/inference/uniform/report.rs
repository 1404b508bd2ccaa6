//! What a test of the hypothesis of dominance found.

use super::method::{NullLaw, SubsampleSize, UniformMethod};
use crate::dominance::Functional;
use crate::inference::{Adjustment, Warning};
use crate::sample::Sampling;

/// The result of a [`UniformTest`](crate::UniformTest): do the data contradict "A dominates B", and "B
/// dominates A"?
///
/// Prints as a block of text; holds all that is needed to run the test again.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct UniformReport {
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
    /// The test.
    pub method: UniformMethod,
    /// What it measures.
    pub functional: Functional,
    /// Where the law under the hypothesis came from.
    pub null_law: NullLaw,
    /// The rows (pairs, clusters) of a subsample, where the law is that of subsamples: never automatic.
    pub subsample: Option<SubsampleSize>,
    /// The threshold of contact set or recentring, in standard errors.
    pub threshold: Option<f64>,
    /// The level that all orders and both directions share.
    pub level: f64,
    /// How p-values are adjusted for the number of orders and directions.
    pub adjustment: Adjustment,
    /// Replicates; 0 where nothing was drawn.
    pub replicates: usize,
    /// The seed.
    pub seed: u64,
    /// Points of the grid whose sums are shown beside the exact statistics.
    pub published_grid: Option<usize>,
    /// What was found at each order, the lowest first.
    pub orders: Vec<UniformResult>,
    /// All orders in one verdict.
    pub conclusion: UniformConclusion,
    /// What to keep in mind when reading it.
    pub warnings: Vec<Warning>,
}

/// Both hypotheses at one order.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct UniformResult {
    /// The order.
    pub order: u32,
    /// The hypothesis "A dominates B".
    pub a_over_b: UniformDirection,
    /// The hypothesis "B dominates A".
    pub b_over_a: UniformDirection,
    /// Both together, from the adjusted p-values.
    pub verdict: UniformVerdict,
}

/// One hypothesis, "X dominates Y".
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct UniformDirection {
    /// The statistic, 0 where X dominates Y in the samples. In units of the data to the power s - 1 (supremum),
    /// s (L1) or 2s - 1 (L2), s the order; infinite or 0 where that is beyond the range of f64.
    pub statistic: f64,
    /// The statistic from which on the hypothesis is rejected at the level of this one test, without adjustment.
    pub critical_value: f64,
    /// p-value of the hypothesis: small means that the data contradict it.
    pub p_value: f64,
    /// The same, adjusted for all orders and both directions. As X dominates Y at all orders above one at which
    /// it dominates, a hypothesis is rejected wherever it is rejected at a higher order.
    pub adjusted_p_value: f64,
    /// The sum over the grid that some published numbers used; it decides nothing.
    pub grid_statistic: Option<f64>,
}

/// What two tests of the two hypotheses of dominance say together. None of these is evidence *for* dominance:
/// a hypothesis that is not rejected may still be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum UniformVerdict {
    /// "B dominates A" is rejected, "A dominates B" is not.
    CompatibleWithAOverB,
    /// "A dominates B" is rejected, "B dominates A" is not.
    CompatibleWithBOverA,
    /// Neither is rejected.
    NotDistinguished,
    /// Both are rejected: the curves cross.
    Crossing,
}

/// The verdict over all orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct UniformConclusion {
    /// The verdict at [`UniformConclusion::order`].
    pub verdict: UniformVerdict,
    /// The lowest order at which some hypothesis is not rejected; the highest tested where all are rejected.
    pub order: u32,
}
