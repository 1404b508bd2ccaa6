//! Rank correlations of columns: Spearman's rho and Kendall's tau-b, from one order of each column.
//!
//! ```text
//! d_i     twice the average rank of row i, less n + 1: an integer, 2 (rows before its ties) + (its ties) - n
//! rho     sum d_i e_i / sqrt(sum d_i^2 sum e_i^2)      integers: exact, whatever the order of the rows
//! tau_b   from counts of pairs                         kernels/concordance.rs
//! ```
//!
//! Rows may be repeated (bootstrap replicates): every sum then takes a row as often as it is repeated.

use crate::error::Error;
use crate::kernels::concordance::{PairCounts, discordant, pairs_of, tied_pairs};
use crate::kernels::sort;

/// Do two columns rise together? Spearman's rank correlation rho.
///
/// Pearson's correlation of the ranks, ties sharing the mean of their ranks. 1 where one column is an increasing
/// function of the other, -1 where it is a decreasing one. Only the order of values counts. The sums are integers,
/// so that the result does not depend on the order of the rows.
///
/// Cost O(n log n).
///
/// # Errors
/// [`Error::UnequalLengths`]; [`Error::Empty`]; [`Error::NotFinite`] in the named column (0 or 1);
/// [`Error::ConstantRanking`] where a column is constant.
///
/// Reference: Spearman 1904.
///
/// ```
/// use risk_sd::spearman_rho;
///
/// assert_eq!(spearman_rho(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0])?, 0.8);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "spearmanr")]
pub fn spearman_rho(a: &[f64], b: &[f64]) -> Result<f64, Error> {
    if a.len() != b.len() {
        let (expected, found) = (a.len(), b.len());
        return Err(Error::UnequalLengths { what: "the second column", expected, found });
    }
    if a.is_empty() {
        return Err(Error::Empty);
    }
    let ranked = |which: usize, values: &[f64]| match sort::survey(values) {
        Ok(_) => Ok(Ranked::of(values)),
        Err(row) => {
            let error = Error::NotFinite { row, value: values[row] };
            Err(error.in_column(&which.to_string()))
        }
    };
    let (a, b) = (ranked(0, a)?, ranked(1, b)?);
    spearman(&a.places, &b.places, |_| 1).map_err(|which| Error::ConstantRanking { which })
}

/// A column as ranks.
#[derive(Debug)]
pub(super) struct Ranked {
    /// Rows in ascending order of their values.
    pub(super) order: Vec<u32>,
    /// By row: `2 (rows before its ties) + (its ties)`, twice the average rank less 1. Below 2^32.
    pub(super) places: Vec<u32>,
}

impl Ranked {
    /// Of finite values.
    pub(super) fn of(values: &[f64]) -> Ranked {
        let order = sort::argsort(values);
        let mut places = vec![0; values.len()];
        let mut before = 0;
        for tied in order.chunk_by(|&a, &b| values[a as usize] == values[b as usize]) {
            let place = 2 * before + tied.len() as u32;
            tied.iter().for_each(|row| places[*row as usize] = place);
            before += tied.len() as u32;
        }
        Ranked { order, places }
    }

    /// Whether there are two different values.
    pub(super) fn varies(&self) -> bool {
        self.places.windows(2).any(|pair| pair[0] != pair[1])
    }

    /// The places where each row is repeated so often.
    pub(super) fn repeated(&self, times: impl Fn(usize) -> usize) -> Vec<u32> {
        let mut places = vec![0; self.places.len()];
        let mut before = 0;
        let tied = |a: &u32, b: &u32| self.places[*a as usize] == self.places[*b as usize];
        for tied in self.order.chunk_by(tied) {
            let rows: usize = tied.iter().map(|row| times(*row as usize)).sum();
            let place = 2 * before + rows as u32;
            tied.iter().for_each(|row| places[*row as usize] = place);
            before += rows as u32;
        }
        places
    }
}

/// Rho of two columns of places whose rows are repeated so often, or which column is constant.
pub(super) fn spearman(a: &[u32], b: &[u32], times: impl Fn(usize) -> usize) -> Result<f64, usize> {
    let rows = (0..a.len()).map(&times).sum::<usize>() as i64;
    let (mut aa, mut ab, mut bb) = (0i128, 0i128, 0i128);
    for (row, (&a, &b)) in a.iter().zip(b).enumerate() {
        let (d, e, times) = (i64::from(a) - rows, i64::from(b) - rows, times(row) as i128);
        // |d| < 2^31: products stay within i64.
        aa += times * i128::from(d * d);
        ab += times * i128::from(d * e);
        bb += times * i128::from(e * e);
    }
    if let Some(which) = [aa, bb].iter().position(|&square| square == 0) {
        return Err(which);
    }
    Ok((ab as f64 / (aa as f64 * bb as f64).sqrt()).clamp(-1.0, 1.0))
}

/// Buffers of [`kendall`].
#[derive(Default)]
pub(super) struct Scratch {
    b: Vec<u32>,
    merged: Vec<u32>,
}

/// Tau-b of two columns whose rows are repeated so often, or which column is constant. `b` are places, repeated or
/// not: only their order counts.
pub(super) fn kendall(
    a: &Ranked,
    b: &[u32],
    times: impl Fn(usize) -> usize,
    scratch: &mut Scratch,
) -> Result<f64, usize> {
    let Scratch { b: in_order, merged } = scratch;
    in_order.clear();
    let (mut tied_a, mut tied_both) = (0, 0);
    let tied = |one: &u32, two: &u32| a.places[*one as usize] == a.places[*two as usize];
    for rows in a.order.chunk_by(tied) {
        let start = in_order.len();
        for &row in rows {
            let row = row as usize;
            in_order.extend(std::iter::repeat_n(b[row], times(row)));
        }
        let group = &mut in_order[start..];
        if group.len() > 1 {
            group.sort_unstable();
            tied_a += pairs_of(group.len());
            tied_both += tied_pairs(group, |&place| place);
        }
    }
    let discordant = discordant(in_order, merged);
    let tied_b = tied_pairs(in_order, |&place| place);
    let all = pairs_of(in_order.len());
    PairCounts { all, tied_a, tied_b, tied_both, discordant }.tau_b()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By all pairs of rows.
    fn naive_kendall(a: &[f64], b: &[f64]) -> f64 {
        let (mut balance, mut apart_a, mut apart_b) = (0.0, 0.0, 0.0);
        for i in 0..a.len() {
            for j in 0..i {
                let sign = |d: f64| if d == 0.0 { 0.0 } else { d.signum() };
                let (da, db) = (sign(a[i] - a[j]), sign(b[i] - b[j]));
                (balance, apart_a, apart_b) = (balance + da * db, apart_a + da * da, apart_b + db * db);
            }
        }
        balance / f64::sqrt(apart_a * apart_b)
    }

    /// Pearson's correlation of counted ranks.
    fn naive_spearman(a: &[f64], b: &[f64]) -> f64 {
        let ranks = |v: &[f64]| -> Vec<f64> {
            let count = |f: &dyn Fn(f64) -> bool| v.iter().filter(|u| f(**u)).count() as f64;
            v.iter().map(|&x| count(&|u| u < x) + 0.5 * count(&|u| u == x)).collect()
        };
        let (a, b) = (ranks(a), ranks(b));
        let mean = a.len() as f64 / 2.0;
        let product = |u: &[f64], v: &[f64]| -> f64 {
            u.iter().zip(v).map(|(u, v)| (u - mean) * (v - mean)).sum()
        };
        product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt()
    }

    fn expanded(values: &[f64], times: &[usize]) -> Vec<f64> {
        values.iter().zip(times).flat_map(|(&v, &t)| std::iter::repeat_n(v, t)).collect()
    }

    proptest! {
        #[test]
        fn repeated_rows_agree_with_the_definitions(
            rows in prop::collection::vec((-4..4i32, -4..4i32, 0usize..4), 1..40),
        ) {
            let a: Vec<f64> = rows.iter().map(|r| r.0.into()).collect();
            let b: Vec<f64> = rows.iter().map(|r| r.1.into()).collect();
            let times: Vec<usize> = rows.iter().map(|r| r.2).collect();
            let count = |row: usize| times[row];
            let (x, y) = (Ranked::of(&a), Ranked::of(&b));
            let tau = kendall(&x, &y.places, count, &mut Scratch::default());
            let rho = spearman(&x.repeated(count), &y.repeated(count), count);
            let (a, b) = (expanded(&a, &times), expanded(&b, &times));
            match (tau, rho) {
                (Ok(tau), Ok(rho)) => {
                    prop_assert_eq!(tau, naive_kendall(&a, &b));
                    prop_assert!((rho - naive_spearman(&a, &b)).abs() < 1e-13);
                }
                (tau, rho) => {
                    prop_assert_eq!(tau, rho);
                    prop_assert!(naive_kendall(&a, &b).is_nan());
                }
            }
        }
    }

    #[test]
    fn bad_columns_are_named() {
        assert_eq!(spearman_rho(&[1.0, 2.0], &[3.0, 3.0]), Err(Error::ConstantRanking { which: 1 }));
        assert_eq!(spearman_rho(&[], &[]), Err(Error::Empty));
        assert!(matches!(spearman_rho(&[], &[1.0]), Err(Error::UnequalLengths { .. })));
        let message = spearman_rho(&[1.0, 2.0], &[f64::NAN, 1.0]).unwrap_err().to_string();
        assert_eq!(message, "column '1': row 0 is NaN, not a finite number");
    }

    #[test]
    fn signed_zeros_tie() {
        let ranked = Ranked::of(&[0.0, -0.0, 1.0]);
        assert_eq!(ranked.places, [2, 2, 5]);
    }
}
