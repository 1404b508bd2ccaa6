//! The doors: raw columns become ascending, finite, non-empty samples here, and nowhere else.

mod indexed;
mod number;
#[allow(clippy::module_inception)]
mod sample;
mod samples;
mod table;
mod table_builder;

pub use indexed::IndexedSample;
pub use number::Number;
pub use sample::Sample;
pub(crate) use samples::Column;
pub use samples::{Samples, Sampling};
pub use table::Table;
pub use table_builder::{IncompleteRows, TableBuilder};
