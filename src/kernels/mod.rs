//! Slices in, numbers out: the loops everything else is made of.
//!
//! Nothing here validates, allocates per call (scratch is passed in) or knows [`Error`](crate::Error):
//! inputs are ascending finite columns that came through the doors of `sample`. Every sum has one
//! association, fixed in the source, so that the same input gives the same bits on every CPU.

pub(crate) mod cells;
pub(crate) mod counts;
pub(crate) mod cumulate;
pub(crate) mod expand;
pub(crate) mod gap;
pub(crate) mod lanes;
pub(crate) mod power_sum;
pub(crate) mod product;
#[cfg(feature = "ndarray")]
pub(crate) mod project;
pub(crate) mod scale;
pub(crate) mod sort;
pub(crate) mod split;
pub(crate) mod sum;
pub(crate) mod tier;
