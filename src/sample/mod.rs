//! The doors: raw columns become ascending, finite, non-empty samples here, and nowhere else.

mod block_length;
mod design;
mod indexed;
mod number;
mod of_units;
#[allow(clippy::module_inception)]
mod sample;
mod samples;
mod survey;
mod table;
mod table_builder;
mod time_series;

pub use block_length::{OptimalBlockLength, optimal_block_length};
pub use design::Sampling;
pub(crate) use design::Series;
pub use indexed::IndexedSample;
pub use number::Number;
pub(crate) use of_units::OfUnits;
pub use sample::Sample;
pub(crate) use samples::Column;
pub use samples::Samples;
pub use survey::Survey;
pub use table::Table;
pub use table_builder::{IncompleteRows, TableBuilder};
pub use time_series::BlockLength;
