//! Rows times a symmetric matrix, many rows at once.
//!
//! ```text
//! out[r][i] = ((x[r][0] * k[0][i] + x[r][1] * k[1][i]) + ...) + x[r][d-1] * k[d-1][i]
//! ```
//!
//! Every entry is one sum in the order of j, multiplied and added in two roundings. So it has the same bits
//! beside any other rows and on every CPU. The product of `ndarray` has not: its kernels fuse multiplication
//! and addition where the processor can, and split the sum differently from processor to processor.

use super::tier::{Tier, per_tier};

/// Columns of one panel: a register of AVX-512, two of AVX2.
const WIDTH: usize = 8;

/// Rows that share one reading of a panel: with AVX2 12 of 16 registers hold sums.
const ROWS: usize = 6;

type Lanes = [f64; WIDTH];

/// A symmetric matrix in panels of [`WIDTH`] columns, each contiguous, the last filled up with zeros.
#[derive(Debug, Clone)]
pub(crate) struct Panels {
    lanes: Vec<Lanes>,
    order: usize,
}

impl Panels {
    /// From the rows of a symmetric matrix, one after the other.
    pub(crate) fn new(order: usize, matrix: &[f64]) -> Panels {
        let entry = |row: usize, column: usize| match column < order {
            true => matrix[row * order + column],
            false => 0.0,
        };
        let lane = |panel: usize, row: usize| std::array::from_fn(|i| entry(row, panel * WIDTH + i));
        let panels = 0..order.div_ceil(WIDTH);
        let lanes = panels.flat_map(|panel| (0..order).map(move |row| lane(panel, row))).collect();
        Panels { lanes, order }
    }

    /// The largest entry.
    pub(crate) fn largest(&self) -> f64 {
        self.lanes.iter().flatten().copied().fold(0.0, f64::max)
    }

    /// Multiplies every row of `x` by the matrix. `out` is as long as `x`.
    pub(crate) fn multiply(&self, tier: Tier, x: &[f64], out: &mut [f64]) {
        multiply(tier, self, x, out);
    }
}

per_tier! {
    fn multiply(panels: &Panels, x: &[f64], out: &mut [f64]) {
        let order = panels.order;
        let groups = ROWS * order;
        for (panel, lanes) in panels.lanes.chunks_exact(order).enumerate() {
            for (x, out) in x.chunks(groups).zip(out.chunks_mut(groups)) {
                match x.len() / order {
                    1 => group::<1>(lanes, panel, x, out),
                    2 => group::<2>(lanes, panel, x, out),
                    3 => group::<3>(lanes, panel, x, out),
                    4 => group::<4>(lanes, panel, x, out),
                    5 => group::<5>(lanes, panel, x, out),
                    _ => group::<ROWS>(lanes, panel, x, out),
                }
            }
        }
    }
}

/// R rows times one panel.
#[inline(always)]
fn group<const R: usize>(lanes: &[Lanes], panel: usize, x: &[f64], out: &mut [f64]) {
    let order = lanes.len();
    let rows: [&[f64]; R] = std::array::from_fn(|r| &x[r * order..][..order]);
    let mut sums = [[0.0; WIDTH]; R];
    for (j, lane) in lanes.iter().enumerate() {
        for (sum, row) in sums.iter_mut().zip(&rows) {
            // A whole new array: one that is changed in place is not kept in a register.
            *sum = std::array::from_fn(|i| sum[i] + row[j] * lane[i]);
        }
    }
    let first = panel * WIDTH;
    for (out, sum) in out.chunks_exact_mut(order).zip(&sums) {
        let columns = WIDTH.min(order - first);
        out[first..first + columns].copy_from_slice(&sum[..columns]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(order: usize, matrix: &[f64], x: &[f64]) -> Vec<f64> {
        let entry = |row: &[f64], i: usize| {
            let terms = row.iter().enumerate().map(|(j, x)| x * matrix[j * order + i]);
            terms.fold(0.0, |sum, term| sum + term)
        };
        x.chunks(order).flat_map(|row| (0..order).map(move |i| entry(row, i))).collect()
    }

    proptest! {
        #[test]
        fn every_tier_has_the_bits_of_the_naive_product(
            order in 1usize..40, rows in 0usize..15, seed in prop::collection::vec(0.0f64..1.0, 1..97),
        ) {
            let value = |i: usize| seed[i % seed.len()] + 1e-3 * i as f64;
            let matrix: Vec<f64> = (0..order * order)
                .map(|at| value((at / order).min(at % order) * 41 + (at / order).max(at % order)))
                .collect();
            let x: Vec<f64> = (0..rows * order).map(|i| value(3 * i + 1)).collect();
            let panels = Panels::new(order, &matrix);
            let expected = naive(order, &matrix, &x);
            for tier in Tier::available() {
                let mut out = vec![f64::NAN; x.len()];
                panels.multiply(tier, &x, &mut out);
                prop_assert_eq!(&out, &expected, "{:?}", tier);
            }
        }
    }
}
