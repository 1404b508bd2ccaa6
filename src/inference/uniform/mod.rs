//! The classical tests: do the data contradict the hypothesis that one distribution dominates the other?
//!
//! `settings` (the test and its run), `method` (what goes with what), `null` (statistics of data and replicates),
//! `outcome` (from replicates to verdicts), `closed_form` (Smirnov), `grid` (published numbers of another package), `report`.

mod closed_form;
mod grid;
mod method;
mod null;
mod outcome;
mod report;
mod settings;

pub use method::{NullLaw, SubsampleSize, UniformMethod};
pub use report::{UniformConclusion, UniformDirection, UniformReport, UniformResult, UniformVerdict};
pub use settings::UniformTest;
