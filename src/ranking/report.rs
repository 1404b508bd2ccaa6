//! What a ranking of k models found.

use crate::dominance::Order;
use crate::inference::Adjustment;
use crate::inference::{Guard, Outcome, Rule, StandardError, Warning};
use crate::resampling::BootstrapMethod;
use crate::sample::Sampling;

/// The result of a [`RankingTest`](crate::RankingTest).
///
/// Prints as a table per order; holds all that is needed to run the test again.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RankingReport {
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
    /// The threshold eps0 of the absolute tests.
    pub threshold: f64,
    /// The level that all comparisons of an order share.
    pub level: f64,
    /// How the level is shared.
    pub adjustment: Adjustment,
    /// How bounds and p-values were formed.
    pub rule: Rule,
    /// Where standard errors came from.
    pub standard_error_by: StandardError,
    /// Bootstrap replicates (0 for analytic standard errors).
    pub replicates: usize,
    /// How the replicates were drawn.
    pub method: BootstrapMethod,
    /// The guard that was set.
    pub guard: Guard,
    /// Relabelled replicates of the guard per pair; 0 for no guard.
    pub guard_replicates: usize,
    /// The seed.
    pub seed: u64,
    /// What to keep in mind when reading it.
    pub warnings: Vec<Warning>,
    /// One ranking per order asked for.
    pub rankings: Vec<Ranking>,
}

impl RankingReport {
    /// The ranking at an order; `None` where the test was restricted to the other order.
    pub fn at(&self, order: Order) -> Option<&Ranking> {
        self.rankings.iter().find(|ranking| ranking.order == order)
    }
}

/// The ranking of k models at one order of dominance.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Ranking {
    /// The order of dominance.
    pub order: Order,
    /// The models in the order of the columns: of rows and columns of the win matrices.
    pub names: Vec<String>,
    /// The models, best first.
    pub models: Vec<RankedModel>,
    /// All pairs, in the order of the columns.
    pub pairs: Vec<PairComparison>,
    /// Row i, column j (in the order of `names`): 1 where model i ranks above model j significantly.
    pub relative_wins: Vec<Vec<u8>>,
    /// The same for the absolute tests: 1 where i almost dominates j at the threshold.
    pub absolute_wins: Vec<Vec<u8>>,
    /// p-value of H0: some model almost dominates another. See [`EfficientSet`](crate::EfficientSet).
    pub maximality_p_value: f64,
}

impl Ranking {
    /// The model of this name.
    pub fn model(&self, name: &str) -> Option<&RankedModel> {
        self.models.iter().find(|model| model.name == name)
    }
}

/// One model of a ranking.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RankedModel {
    /// The model.
    pub name: String,
    /// Its rows.
    pub rows: usize,
    /// eps_i: mean violation ratio against all other models. 0 dominates them all.
    pub relative_ratio: f64,
    /// Standard error of eps_i.
    pub standard_error: f64,
    /// Rank by increasing eps_i; ties get their average rank.
    pub rank: f64,
    /// Confidence set of the rank: the sets of all models hold together with probability 1 - level.
    /// `None` for analytic standard errors, which draw no replicates.
    pub rank_set: Option<RankSet>,
    /// Share of bootstrap replicates in which the model has rank 1, 2, ..., k.
    pub rank_frequencies: Vec<f64>,
    /// Models it ranks above significantly (relative tests).
    pub wins: usize,
    /// Borda rank: by decreasing wins, ties averaged.
    pub borda_rank: f64,
    /// Models it almost dominates at the threshold (absolute tests).
    pub absolute_wins: usize,
    /// Borda rank by absolute wins.
    pub absolute_borda_rank: f64,
}

/// Ranks from `best` to `worst`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[allow(missing_docs)]
pub struct RankSet {
    pub best: usize,
    pub worst: usize,
}

/// A number for each direction of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[allow(missing_docs)]
pub struct BothWays {
    pub a_over_b: f64,
    pub b_over_a: f64,
}

/// Two models of a ranking, compared.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PairComparison {
    /// The first model.
    pub a: String,
    /// The second model.
    pub b: String,
    /// Violation ratio of "A over B" (1/2 for equal distributions); that of "B over A" is one minus it.
    pub violation_ratio: f64,
    /// Standard error of the ratio.
    pub standard_error: f64,
    /// One-sided upper confidence bounds of the ratios, at the level without adjustment.
    pub upper_bound: BothWays,
    /// p-values of the absolute tests (ratio at most the threshold, guard included).
    pub p_value: BothWays,
    /// The same, adjusted for all ordered pairs.
    pub adjusted_p_value: BothWays,
    /// Outcome of the absolute test, from the adjusted p-values.
    pub outcome: Outcome,
    /// Delta = eps_a - eps_b: negative where A stands better among all models.
    pub difference: f64,
    /// Standard error of Delta.
    pub difference_standard_error: f64,
    /// p-values of the relative tests (Delta at most 0, guard included).
    pub relative_p_value: BothWays,
    /// The same, adjusted for all ordered pairs.
    pub relative_adjusted_p_value: BothWays,
    /// Outcome of the relative test, from the adjusted p-values.
    pub relative_outcome: RelativeOutcome,
    /// p-values of the guard, H0: equal distributions; `None` without a guard.
    pub guard_p_value: Option<BothWays>,
}

/// The outcome of a relative test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum RelativeOutcome {
    /// A ranks above B significantly.
    ARanksAbove,
    /// B ranks above A significantly.
    BRanksAbove,
    /// Neither.
    NotDistinguished,
}
