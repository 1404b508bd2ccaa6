//! Sorting of finite f64 without -0.0, and the order of rows.
//!
//! ```text
//! survey      one pass: a value that is not finite? in order already?            survey.rs
//! quicksort   partition until few values are left, sort those in registers       quicksort.rs
//!     partition   in place, whole registers at both ends                         partition.rs
//!     network     sorting networks over columns of registers, then merges        network.rs
//! argsort     keys and rows packed into integers, one sort of those              argsort.rs
//! ```
//!
//! `partition` and `network` are written once over [`lanes::Register`], a register of f64; `avx2.rs` and `avx512.rs`
//! say what its operations are there. Without either, the standard library sorts integer keys (`portable.rs`).
//!
//! Finite values without -0.0 have one sorted order, bit for bit, so neither the instruction set nor the number of
//! threads shows in a result; and f64 minima and maxima are exact on them, so no keys are needed.
//!
//! No scratch memory: values are sorted where they are. `argsort` takes 8 bytes a row beside its result.

mod argsort;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(any(target_arch = "x86_64", test))]
mod lanes;
#[cfg(any(target_arch = "x86_64", test))]
mod network;
#[cfg(any(target_arch = "x86_64", test))]
mod partition;
mod portable;
#[cfg(any(target_arch = "x86_64", test))]
mod quicksort;
mod survey;
#[cfg(test)]
mod tests;

use super::tier::Tier;

/// How a column lies before it is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrangement {
    Ascending,
    /// Strictly.
    Descending,
    Mixed,
}

/// How the values are arranged, or the first row that is not finite.
pub(crate) fn survey(values: &[f64]) -> Result<Arrangement, usize> {
    survey::survey(Tier::detected(), values)
}

/// Sorts ascending. -0.0 becomes +0.0; values that are not finite go to the ends.
pub(crate) fn sort(values: &mut [f64]) {
    values.iter_mut().for_each(|value| *value += 0.0);
    match survey(values) {
        Ok(arrangement) => sort_surveyed(values, arrangement),
        Err(_) => portable::sort(values),
    }
}

/// Sorts ascending what [`survey`] has seen: finite values, none of them -0.0.
pub(crate) fn sort_surveyed(values: &mut [f64], arrangement: Arrangement) {
    sort_arranged(Tier::detected(), values, arrangement);
}

/// The rows in ascending order of their finite values, ties by row: `order[k]` is the row of the k-th smallest.
pub(crate) fn argsort(values: &[f64]) -> Vec<u32> {
    argsort::argsort(Tier::detected(), values)
}

fn sort_arranged(tier: Tier, values: &mut [f64], arrangement: Arrangement) {
    match (arrangement, tier) {
        (Arrangement::Ascending, _) => {}
        (Arrangement::Descending, _) => values.reverse(),
        (Arrangement::Mixed, Tier::Portable) => portable::sort(values),
        #[cfg(target_arch = "x86_64")]
        (Arrangement::Mixed, Tier::Avx2(proof)) => quicksort::sort(proof, values),
        #[cfg(target_arch = "x86_64")]
        (Arrangement::Mixed, Tier::Avx512(proof)) => quicksort::sort(proof, values),
    }
}
