//! Stochastic dominance of samples.
#![deny(unsafe_code, missing_docs)]

mod dominance;
mod error;
mod inference;
mod kernels;
mod resampling;
pub mod portfolio;
mod risk;
mod rng;
mod sample;

pub use dominance::{Gap, Order, Verdict, gap, verdict, verdict_within};
pub use error::Error;
pub use inference::{
    Direction, DominanceReport, DominanceTest, Guard, Interval, Outcome, Rule, StandardError, Warning,
};
pub use resampling::{Bootstrap, Progress, Stage};
pub use portfolio::{Copula, Metric, Polarity, Portfolio, Scores};
pub use sample::{IncompleteRows, Number, Sample, Samples, Sampling, Table, TableBuilder};
pub use risk::{Consistency, MeanRisk, RiskMeasure, RiskScore, mean_risk};
