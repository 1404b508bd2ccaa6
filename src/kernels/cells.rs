//! The cells of two distributions: (0, 1] cut at the levels of both.
//!
//! On a cell both quantile functions are constant, so every integral over p is a finite sum over cells.
//! Unweighted samples of n and m rows have n + m - gcd(n, m) cells.

use std::hint::select_unpredictable;

/// One empirical distribution as the kernels see it: ascending values, and what each weighs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Law<'a> {
    /// All rows weigh the same.
    Uniform(&'a [f64]),
    /// `cumulative[i]` is the mass of the values up to and including the i-th; the last is the total.
    Weighted { values: &'a [f64], cumulative: &'a [f64] },
}

impl<'a> Law<'a> {
    pub(crate) fn values(self) -> &'a [f64] {
        match self {
            Law::Uniform(values) | Law::Weighted { values, .. } => values,
        }
    }

    /// The values of a law whose rows weigh the same.
    pub(crate) fn uniform(self) -> Option<&'a [f64]> {
        match self {
            Law::Uniform(values) => Some(values),
            Law::Weighted { .. } => None,
        }
    }

    /// The same masses on other values.
    pub(crate) fn with_values<'b>(self, values: &'b [f64]) -> Law<'b>
    where
        'a: 'b,
    {
        match self {
            Law::Uniform(_) => Law::Uniform(values),
            Law::Weighted { cumulative, .. } => Law::Weighted { values, cumulative },
        }
    }

    /// Mass up to and including row i.
    #[inline(always)]
    fn cumulative(self, i: usize) -> f64 {
        match self {
            // By way of i64, for which processors have an instruction.
            Law::Uniform(_) => (i as i64 + 1) as f64,
            Law::Weighted { cumulative, .. } => cumulative[i],
        }
    }

    /// The mass of all rows.
    pub(crate) fn total(self) -> f64 {
        self.cumulative(self.values().len() - 1)
    }

    /// The mass of the first `rows` rows.
    #[inline(always)]
    pub(crate) fn mass(self, rows: usize) -> f64 {
        rows.checked_sub(1).map_or(0.0, |last| self.cumulative(last))
    }

    /// The part of the total mass in the first `rows` rows: F at the last of them.
    #[inline(always)]
    pub(crate) fn share(self, rows: usize) -> f64 {
        self.mass(rows) / self.total()
    }

    /// How many of the first rows have a mass of at most `mass` together.
    pub(crate) fn rows_within(self, mass: f64) -> usize {
        match self {
            Law::Uniform(values) => (mass as usize).min(values.len()),
            Law::Weighted { cumulative, .. } => cumulative.partition_point(|&c| c <= mass),
        }
    }
}

/// Two weighted levels closer than this (relative) are one breakpoint. Weights and the same weights divided by
/// their sum were seen to differ by 7 roundings.
const SAME_LEVEL: f64 = 16.0 * (f64::EPSILON / 2.0);

/// What the masses handed out by [`for_each_cell`] sum to.
pub(crate) fn cell_total(x: Law, y: Law) -> f64 {
    match (x, y) {
        (Law::Uniform(a), Law::Uniform(b)) if a.len() == b.len() => a.len() as f64,
        _ => x.total() * y.total(),
    }
}

/// Calls `f(i, j, mass)` for every cell in ascending order: there the quantile functions are `x[i]`,
/// `y[j]`. The masses sum to [`cell_total`].
///
/// Unweighted: every x carries m units and every y carries n units of mass 1/(nm); a cell is what is
/// left of the smaller. Integers, so no breakpoint is ever compared in floating point.
#[inline(always)]
pub(crate) fn for_each_cell(x: Law, y: Law, mut f: impl FnMut(usize, usize, f64)) {
    match (x, y) {
        (Law::Uniform(a), Law::Uniform(b)) if a.len() == b.len() => {
            for i in 0..a.len() {
                f(i, i, 1.0);
            }
        }
        (Law::Uniform(a), Law::Uniform(b)) => uniform_cells(a.len(), b.len(), f),
        _ => weighted_cells(x, y, f),
    }
}

#[inline(always)]
fn uniform_cells(n: usize, m: usize, mut f: impl FnMut(usize, usize, f64)) {
    let (mut i, mut j) = (0, 0);
    let (mut left_x, mut left_y) = (m, n);
    while i < n {
        let step = left_x.min(left_y);
        f(i, j, step as f64);
        // Which side ends is a coin toss: counted, not branched on.
        let (ends_x, ends_y) = (usize::from(left_x == step), usize::from(left_y == step));
        i += ends_x;
        j += ends_y;
        left_x = left_x - step + ends_x * m;
        left_y = left_y - step + ends_y * n;
    }
}

#[inline(always)]
fn weighted_cells(x: Law, y: Law, mut f: impl FnMut(usize, usize, f64)) {
    let (n, m) = (x.values().len(), y.values().len());
    let (total_x, total_y) = (x.total(), y.total());
    // Levels C_i / W_x and C_j / W_y, both multiplied by W_x W_y.
    let level_x = |i: usize| x.cumulative(i.min(n - 1)) * total_y;
    let level_y = |j: usize| y.cumulative(j.min(m - 1)) * total_x;
    let (mut i, mut j) = (0, 0);
    let (mut end_x, mut end_y) = (level_x(0), level_y(0));
    let (mut next_x, mut next_y) = (level_x(1), level_y(1));
    let mut level = 0.0;
    while i < n && j < m {
        let end = end_x.min(end_y);
        if end > level {
            f(i, j, end - level);
            level = end;
        }
        // Which side ends is a coin toss: counted, not branched on. The next level of both is fetched before it is
        // known.
        let together = (end_x - end_y).abs() <= SAME_LEVEL * end_x.max(end_y);
        let (ends_x, ends_y) = (together | (end_x < end_y), together | (end_y < end_x));
        i += usize::from(ends_x);
        j += usize::from(ends_y);
        end_x = select_unpredictable(ends_x, next_x, end_x);
        end_y = select_unpredictable(ends_y, next_y, end_y);
        (next_x, next_y) = (level_x(i + 1), level_y(j + 1));
    }
}

/// How the level of row i of x compares with the level of row j of y.
pub(crate) fn compare_levels(x: Law, i: usize, y: Law, j: usize) -> std::cmp::Ordering {
    use std::cmp::Ordering::{Equal, Greater, Less};
    match (x, y) {
        (Law::Uniform(a), Law::Uniform(b)) if a.len() == b.len() => i.cmp(&j),
        (Law::Uniform(a), Law::Uniform(b)) => {
            let end_x = (i as u128 + 1) * b.len() as u128;
            let end_y = (j as u128 + 1) * a.len() as u128;
            end_x.cmp(&end_y)
        }
        _ => {
            let end_x = x.cumulative(i) * y.total();
            let end_y = y.cumulative(j) * x.total();
            if (end_x - end_y).abs() <= SAME_LEVEL * end_x.max(end_y) {
                Equal
            } else if end_x < end_y {
                Less
            } else {
                Greater
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(x: Law, y: Law) -> Vec<(usize, usize, f64)> {
        let mut out = Vec::new();
        for_each_cell(x, y, |i, j, mass| out.push((i, j, mass)));
        out
    }

    #[test]
    fn three_against_two() {
        let (x, y) = ([0.0; 3], [0.0; 2]);
        let found = cells(Law::Uniform(&x), Law::Uniform(&y));
        assert_eq!(found, [(0, 0, 2.0), (1, 0, 1.0), (1, 1, 1.0), (2, 1, 2.0)]);
        assert_eq!(cell_total(Law::Uniform(&x), Law::Uniform(&y)), 6.0);
    }

    #[test]
    fn there_are_n_plus_m_minus_gcd_cells_and_their_masses_sum_to_one() {
        fn gcd(a: usize, b: usize) -> usize {
            if b == 0 { a } else { gcd(b, a % b) }
        }
        for n in 1..=12 {
            for m in 1..=12 {
                let (x, y) = (vec![0.0; n], vec![0.0; m]);
                let found = cells(Law::Uniform(&x), Law::Uniform(&y));
                assert_eq!(found.len(), n + m - gcd(n, m));
                let total: f64 = found.iter().map(|c| c.2).sum();
                assert_eq!(total, cell_total(Law::Uniform(&x), Law::Uniform(&y)));
            }
        }
    }

    #[test]
    fn rows_without_mass_make_no_cell() {
        let x = Law::Weighted { values: &[1.0, 4.0, 7.0], cumulative: &[0.0, 2.0, 2.0] };
        let y = Law::Uniform(&[2.0, 3.0]);
        assert_eq!(cells(x, y), [(1, 0, 2.0), (1, 1, 2.0)]);
    }

    #[test]
    fn levels_that_differ_by_rounding_are_one() {
        let tenths: Vec<f64> = (1..=10)
            .scan(0.0, |c, _| {
                *c += 0.1;
                Some(*c)
            })
            .collect();
        let x = Law::Weighted { values: &[0.0; 10], cumulative: &tenths };
        assert_eq!(cells(x, Law::Uniform(&[0.0; 10])).len(), 10);
    }
}
