//! Several models' probabilities of labels become one vector per instance: barycenters that know which labels
//! are near each other, and the means that do not.
//!
//! `predictions.rs`, `cost_matrix.rs` and `kernel.rs` are the doors. `scaling.rs` says what is iterated;
//! `plain.rs` does it with matrix products over blocks of instances, `log_domain.rs` in logarithms, one instance at
//! a time.

mod cost_matrix;
mod kernel;
mod label_barycenter;
mod log_domain;
mod means;
mod plain;
mod predictions;
mod report;
mod scaling;
mod square;

pub use cost_matrix::CostMatrix;
pub use kernel::Kernel;
pub use label_barycenter::LabelBarycenter;
pub use means::{arithmetic_mean, geometric_mean};
pub use predictions::Predictions;
pub use report::{Convergence, Domain, EnsembledInstance, LabelBarycenterReport};
