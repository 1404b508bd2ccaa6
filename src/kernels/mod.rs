//! Slices in, numbers out: the loops everything else is made of.
//!
//! Nothing here validates or knows [`Error`](crate::Error): inputs are finite columns that came through the doors of
//! `sample`, ascending but for those that are about to be sorted. What is called per replicate is passed its scratch.
//! Every sum has one association, fixed in the source, so that the same input gives the same bits on every CPU.

pub(crate) mod cells;
pub(crate) mod concordance;
pub(crate) mod counts;
pub(crate) mod cumulate;
pub(crate) mod expand;
pub(crate) mod gap;
pub(crate) mod in_order;
pub(crate) mod lanes;
pub(crate) mod polynomial;
pub(crate) mod power_sum;
pub(crate) mod process;
pub(crate) mod product;
#[cfg(feature = "ndarray")]
pub(crate) mod project;
pub(crate) mod scale;
pub(crate) mod sort;
pub(crate) mod split;
pub(crate) mod sum;
pub(crate) mod tier;
