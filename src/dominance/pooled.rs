//! The distinct pooled values of two distributions, with both distribution functions.

use crate::kernels::cells::{Law, compare_levels};
use std::cmp::Ordering;

/// Calls `f(z, i, j)` for every distinct pooled value z, ascending: i rows of x and j rows of y are at
/// most z.
pub(crate) fn for_each_value(x: Law, y: Law, mut f: impl FnMut(f64, usize, usize)) {
    let (xs, ys) = (x.values(), y.values());
    let (mut i, mut j) = (0, 0);
    while i < xs.len() || j < ys.len() {
        let z = match (xs.get(i), ys.get(j)) {
            (Some(&a), Some(&b)) => a.min(b),
            (Some(&a), None) => a,
            (None, _) => ys[j],
        };
        i += xs[i..].iter().take_while(|&&v| v == z).count();
        j += ys[j..].iter().take_while(|&&v| v == z).count();
        f(z, i, j);
    }
}

/// F_x - F_y where the first `i` rows of x and `j` of y are counted, in units of 1/`cell_total`:
/// unweighted an integer. Levels that are one breakpoint have difference 0.
pub(crate) fn level_difference(x: Law, i: usize, y: Law, j: usize) -> f64 {
    let (n, m) = (x.values().len(), y.values().len());
    match (x, y) {
        (Law::Uniform(_), Law::Uniform(_)) if n == m => i as f64 - j as f64,
        (Law::Uniform(_), Law::Uniform(_)) => {
            ((i as u128 * m as u128) as i128 - (j as u128 * n as u128) as i128) as f64
        }
        _ if i > 0 && j > 0 && compare_levels(x, i - 1, y, j - 1) == Ordering::Equal => 0.0,
        _ => x.mass(i) * y.total() - y.mass(j) * x.total(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_within_and_between_are_one_value() {
        let (x, y) = (Law::Uniform(&[1.0, 1.0, 3.0]), Law::Uniform(&[0.0, 1.0, 4.0, 4.0]));
        let mut found = Vec::new();
        for_each_value(x, y, |z, i, j| found.push((z, i, j, level_difference(x, i, y, j))));
        assert_eq!(found, [(0.0, 0, 1, -3.0), (1.0, 2, 2, 2.0), (3.0, 3, 2, 6.0), (4.0, 3, 4, 0.0)]);
    }

    #[test]
    fn weighted_levels_that_differ_by_rounding_are_one() {
        let tenths: Vec<f64> = (1..=10)
            .scan(0.0, |c, _| {
                *c += 0.1;
                Some(*c)
            })
            .collect();
        let (x, y) = ([0.0; 10], [0.0; 10]);
        let x = Law::Weighted { values: &x, cumulative: &tenths };
        for rows in 0..=10 {
            assert_eq!(level_difference(x, rows, Law::Uniform(&y), rows), 0.0);
        }
    }
}
