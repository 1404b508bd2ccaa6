//! Objectives that move one distribution of rewards above another, with their gradients.
//!
//! `aot.rs` (settings and doors; what they take: `aot_batch.rs`) over `integral.rs` (the sums over cells), `loss.rs` and
//! `logistic.rs` (the losses, on a point and along a line) and `soft_sort.rs`; beside them policy optimisation on groups
//! of rewards: `group_advantage.rs`, `clipped_surrogate.rs`, `policy_task.rs`.

mod aot;
mod aot_batch;
mod clipped_surrogate;
mod group_advantage;
mod integral;
mod logistic;
mod loss;
mod policy_task;
mod side;
mod soft_sort;

pub use aot::{Aot, AotObjective};
pub use aot_batch::{LogRatios, PairedLogProbabilities};
pub use clipped_surrogate::{ClippedSurrogate, KlEstimator, KlPenalty, PolicyBatch, SurrogateObjective};
pub use group_advantage::{Advantages, Divisor, EqualRewards, GroupAdvantage, GroupRewards};
pub use loss::AotLoss;
pub use policy_task::{BoundConstant, PolicyTask};
pub use soft_sort::{SoftSort, soft_sort};

use crate::error::Error;

/// A setting that must be a finite number above 0.
fn check_positive(what: &'static str, value: f64) -> Result<(), Error> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(Error::NotPositive { what, value }) }
}

/// A setting that must be a finite number, 0 or more.
fn check_not_negative(what: &'static str, value: f64) -> Result<(), Error> {
    if value >= 0.0 && value.is_finite() { Ok(()) } else { Err(Error::Negative { what, value }) }
}
