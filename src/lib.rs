//! Stochastic dominance of samples.
#![deny(unsafe_code, missing_docs)]

mod dominance;
mod error;
mod kernels;
mod rng;
mod sample;

pub use dominance::Order;
pub use error::Error;
pub use sample::{Number, Sample, Samples, Sampling};
