//! Stochastic dominance of samples: which candidate would a risk-averse person choose, and how sure is that?
//!
//! Means hide the tails. A candidate *dominates* another at first order where its quantile function is nowhere
//! lower (everybody who prefers more to less prefers it), at second order where its integrated quantile
//! function is nowhere lower (every risk-averse chooser prefers it). Samples rarely dominate each other
//! exactly; the *violation ratio* says how nearly: 0 is full dominance, 1 the reverse. This crate computes it
//! exactly, tests it, and ranks k candidates by it, over one metric or many.
//!
//! ```
//! use risk_sd::{DominanceTest, Order, Outcome, Sample, Samples, Verdict, gap, verdict};
//!
//! let steady = Sample::new([3.0, 3.5, 4.0, 4.5])?;
//! let risky = Sample::new([1.0, 2.5, 4.5, 6.5])?;
//! assert_eq!(verdict(&steady, &risky), Verdict::ADominates(Order::Second));
//! assert_eq!(gap(Order::Second, &steady, &risky).violation_ratio(), 0.0);
//!
//! // Four rows prove nothing: the test says so.
//! let samples = Samples::independent([("steady", steady), ("risky", risky)])?;
//! let report = DominanceTest::new(Order::Second).run(&samples, "steady", "risky")?;
//! assert_eq!(report.outcome, Outcome::NotDistinguished);
//! # Ok::<(), risk_sd::Error>(())
//! ```
//!
//! # Which question, which function
//!
//! | question | answer |
//! |---|---|
//! | Does A dominate B in these samples? | [`verdict`] |
//! | How nearly? | [`gap`], [`Gap::violation_ratio`] (named alternatives: [`l1_order1`], [`l1_order2_ths`], [`l1_order2_ll`]) |
//! | Does it hold beyond these samples? | [`DominanceTest`] |
//! | Do the data contradict dominance? (Barrett-Donald and its family, any order) | [`UniformTest`] |
//! | Is there evidence for dominance on a range? (Davidson-Duclos) | [`NonDominanceTest`] |
//! | Which of k models is best, and how sure is the ranking? | [`RankingTest`] |
//! | ... over several metrics? | [`TableBuilder`], [`Portfolio`], then [`RankingTest`] |
//! | Do two rankings agree? How to merge several? | [`kendall_tau`], [`aggregate_rankings`] |
//! | Which candidates does no other dominate? | [`RankingReport::efficient_set`] |
//! | How many rows are enough? What can be claimed with those there are? | [`PowerAnalysis`] |
//! | Clusters, strata, weights, time series? | [`Samples`], [`Survey`], [`BlockLength`], [`BootstrapMethod`] |
//! | One vector of label probabilities out of several? | [`LabelBarycenter`], [`arithmetic_mean`], [`geometric_mean`] |
//! | Which gradient moves one reward distribution above another? | [`Aot`], [`soft_sort`] |
//! | Policy optimisation on groups of rewards? | [`GroupAdvantage`], [`ClippedSurrogate`], [`PolicyTask`] |
//! | Which candidate can be trusted, over fidelity, privacy, utility, ... at once? | [`TrustIndex`], [`Profile`] |
//! | Who wins under which trade-offs? | [`TradeOffSweep`]; picture: `plot::trade_off_map` |
//! | Which checkpoint to choose, and what is it worth on other data? | [`Selection`] |
//! | Mean and risk of one candidate? | methods of [`Sample`], [`mean_risk`] |
//! | How far apart are two distributions? What carries one to the other? | [`wasserstein`], [`transport_cost`], [`coupling`], [`potentials`] |
//! | What lies between several? | [`barycenter`] |
//! | How well does a synthetic table follow the real one, column by column, in dependence and in time? | [`TableFidelity`], [`MixedTable`] |
//! | Does a generator copy its training data? | [`ClosestRecords`], [`novelty`] |
//! | Curves for a plot? | [`Sample::curve`], [`pair_curve`]; pictures: `plot` (feature `plot`) |
//!
//! # Conventions
//!
//! - Larger is better. Polarity is settled once, in a [`Portfolio`].
//! - Data are checked at the door ([`Sample`], [`Samples`], [`TableBuilder`]): NaN, infinities, empty or
//!   unequal columns are an [`Error`] that names the place. Afterwards nothing panics and no NaN comes out.
//! - Exact: integrals of step and piecewise linear functions are summed piece by piece, for any sizes, weights
//!   (down to 1e-15 of their total) and ties; there is no grid and no tuning constant.
//! - Multiplying the data by c > 0 or adding a constant changes no ratio, p-value, verdict or rank.
//! - The seed decides, nothing else: the same bits on every machine, at any number of threads, with or without
//!   the feature `rayon`.
//! - p-values of relabellings are (1 + #)/(B + 1); every decision comes in both directions and in words.
//!
//! # Reading the source in a quarter of an hour
//!
//! `sample` (the doors) -> `kernels/cells.rs`, `kernels/gap/` (the integrals) -> `dominance` (ratio, verdict)
//! -> `resampling` (multiplicities) -> `inference` (`influence.rs`, `rule.rs`, `guard.rs`, `dominance_test.rs`) ->
//! `ranking` (`relative.rs`, `compare.rs`). The mathematics is in `docs/statistics.md`, the measured error
//! rates in `docs/calibration.md`.
#![deny(unsafe_code, missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod alignment;
mod audit;
mod dominance;
mod ensemble;
mod error;
mod fidelity;
mod inference;
mod kernels;
#[cfg(feature = "plot")]
pub mod plot;
pub mod portfolio;
mod ranking;
mod report;
mod resampling;
mod risk;
mod rng;
mod sample;
mod transport;

pub use alignment::{
    Advantages, Aot, AotLoss, AotObjective, BoundConstant, ClippedSurrogate, Divisor, EqualRewards,
    GroupAdvantage, GroupRewards, KlEstimator, KlPenalty, LogRatios, PairedLogProbabilities,
    PolicyBatch, PolicyTask, SoftSort, SurrogateObjective, soft_sort,
};
pub use audit::{
    CandidateIndex, CandidateShare, Dimension, DimensionReport, DimensionWeight, FoldRisk, Lead,
    MetricReport, Optimism, Profile, ProfileReport, ReferenceSet, Replication, Reported, Selection,
    SelectionReport, ShareKind, SweepPoint, SweepReport, TradeOffSweep, TradeOffs, TrustIndex,
    TrustReport, WinnerChange,
};
pub use dominance::{
    Curve, Functional, Gap, Knot, L1Ratio, Order, PairKnot, Verdict, gap, l1_order1, l1_order2_ll,
    l1_order2_ths, pair_curve, verdict, verdict_within,
};
pub use ensemble::{
    Convergence, CostMatrix, Domain, EnsembledInstance, Kernel, LabelBarycenter, LabelBarycenterReport,
    Predictions, arithmetic_mean, geometric_mean,
};
pub use error::Error;
pub use fidelity::{
    CategoricalCourse, CategoricalFidelity, ClosestRecords, ClosestRecordsReport, ColumnFidelity,
    ColumnFigures, ColumnPair, ColumnScale, CorrelationDifference, Course, Dependence,
    DependenceFidelity, FidelityReport, Figure, LevelCount, MixedTable, Novelty, NumericCourse,
    NumericFidelity, PrivacyFinding, QuantileBins, RankCorrelations, ResampledUnit, TableFidelity,
    TemporalColumn, TemporalFidelity, autocorrelation, categorical_fidelity, chi_square_distance,
    closest_record_distances, entropy, lag_differences, novelty, numeric_fidelity, rank_correlations,
    row_key, spearman_rho, total_variation_distance,
};
pub use inference::{
    Adjustment, Direction, DominanceReport, DominanceTest, Guard, Interval, NonDominanceDirection,
    NonDominanceOutcome, NonDominanceReport, NonDominanceTest, NullLaw, Outcome, PlanSize,
    PowerAnalysis, Rule, SamplePlan, SimulatedPower, StandardError, SubsampleSize, UniformConclusion,
    UniformDirection, UniformMethod, UniformReport, UniformResult, UniformTest, UniformVerdict, Warning,
};
pub use portfolio::{Copula, Metric, Polarity, Portfolio, Scores};
pub use ranking::{
    BothWays, Candidate, Dominator, EfficientSet, PairComparison, RankSet, RankedModel, Ranking,
    RankingReport, RankingTest, RelativeOutcome, aggregate_rankings, average_ranks, borda, kendall_tau,
};
pub use resampling::{Bootstrap, BootstrapMethod, Progress, Stage};
pub use risk::{Consistency, MeanRisk, RiskMeasure, RiskScore, mean_risk};
pub use sample::{
    BlockLength, IncompleteRows, IndexedSample, Number, OptimalBlockLength, Sample, Samples, Sampling,
    Survey, Table, TableBuilder, optimal_block_length,
};
pub use transport::{
    Atom, Coupling, DistanceMatrix, Potentials, TransportGradient, WassersteinSplit, barycenter,
    coupling, cramer_distance, energy_distance, integrated_quantile_distance,
    integrated_quantile_shortfall, kolmogorov_smirnov_distance, location_gradient, potentials,
    transport_cost, wasserstein, wasserstein_gradient, wasserstein_matrix, wasserstein_split,
    weight_gradient,
};
#[cfg(feature = "ndarray")]
pub use transport::{
    Directions, MaxSlicedDistance, SlicedDistance, max_sliced_wasserstein, sliced_wasserstein,
    wasserstein_rows,
};

/// Runs the code blocks of the README as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
