//! Resampling as row multiplicities, and the runner that spreads replicates over threads. Knows no
//! statistic.
//!
//! A replicate never sorts and never copies the data set: it counts how often each row (or cluster) was
//! drawn and expands the sorted columns by these counts. The counts of replicate b depend on
//! the seed and on b alone; of paired rows, which row has which count also depends on the order of rows in the first
//! column (`numbering.rs`).

mod bayesian;
mod blocks;
mod bootstrap;
mod method;
#[cfg(test)]
mod moments_of_means;
mod numbering;
mod pool;
mod progress;
mod row_weights;
mod runner;
mod slots;
mod strata;
mod subset;

pub use bootstrap::Bootstrap;
pub(crate) use bootstrap::{MOST_DRAWS, Resample, Resampler};
pub use method::BootstrapMethod;
pub(crate) use pool::{Pool, Relabelled};
pub(crate) use progress::Reporter;
pub use progress::{Progress, Stage};
pub(crate) use row_weights::{Centring, Draw, RowWeights, Weights};
pub(crate) use runner::{Span, fold_chunks};
