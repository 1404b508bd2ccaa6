//! Stochastic dominance of samples.
#![deny(unsafe_code, missing_docs)]

mod dominance;
mod error;
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

pub use dominance::{
    Curve, Gap, Knot, L1Ratio, Order, PairKnot, Verdict, gap, l1_order1, l1_order2_ll, l1_order2_ths,
    pair_curve, verdict, verdict_within,
};
pub use error::Error;
pub use inference::{
    Direction, DominanceReport, DominanceTest, Guard, Interval, Outcome, Rule, StandardError, Warning,
};
pub use portfolio::{Copula, Metric, Polarity, Portfolio, Scores};
pub use ranking::{
    Adjustment, BothWays, PairComparison, RankSet, RankedModel, Ranking, RankingReport, RankingTest,
    RelativeOutcome, aggregate_rankings, average_ranks, borda, kendall_tau,
};
pub use resampling::{Bootstrap, Progress, Stage};
pub use risk::{Consistency, MeanRisk, RiskMeasure, RiskScore, mean_risk};
pub use sample::{IncompleteRows, Number, Sample, Samples, Sampling, Table, TableBuilder};
