//! Lengths of the difference of two quantile functions: `(int |Q_x - Q_y|^p dp)^(1/p)`.
//!
//! ```text
//! p = 1, 2    sum over cells of mass |d|^p, on the data as they are; again in a unit where that left the range
//! other p     largest * (sum over cells of mass (|d| / largest)^p)^(1/p):  no power overflows, the root
//!             is taken of a number between 1/(n m) and 1
//! p = inf     largest = max |d|
//! ```
//!
//! Equal sizes run through blocks of fixed shape that compilers turn into vector code; anything else walks the
//! cells. Block totals are added with compensation.

use super::cells::{Law, cell_total, for_each_cell};
use super::lanes::fold_array;
use super::scale::{Differences, SAFE};
use super::sum::Sum;

/// Independent accumulators of the equal-size kernels, as in `gap/first.rs`; the bits of the result depend on it.
const LANES: usize = 32;
/// Elements between two compensated additions to the total.
const BLOCK: usize = 512;

/// The exponent p of a distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Exponent {
    One,
    Two,
    /// From 3 on: by repeated multiplication.
    Integer(u32),
    Real(f64),
    Infinite,
}

impl Exponent {
    /// The exponent of this value, at least 1.
    pub(crate) fn of(p: f64) -> Exponent {
        if p == f64::INFINITY {
            Exponent::Infinite
        } else if p == 1.0 {
            Exponent::One
        } else if p == 2.0 {
            Exponent::Two
        } else if p == libm::trunc(p) && p <= f64::from(u32::MAX) {
            Exponent::Integer(p as u32)
        } else {
            Exponent::Real(p)
        }
    }
}

/// The distance of exponent p between two distributions; infinite where it is beyond the range of f64.
pub(crate) fn distance(exponent: Exponent, x: Law, y: Law) -> f64 {
    match exponent {
        Exponent::One => {
            let plain = mean(x, y, |x, y| (x - y).abs());
            if plain.is_finite() { plain } else { scaled(x, y, f64::abs, |mean| mean) }
        }
        Exponent::Two => {
            let plain = mean(x, y, |x, y| (x - y) * (x - y));
            if SAFE.contains(&plain) { plain.sqrt() } else { scaled(x, y, |d| d * d, f64::sqrt) }
        }
        Exponent::Integer(p) => {
            scaled(x, y, |d| integer_power(d.abs(), p), |mean| libm::pow(mean, 1.0 / f64::from(p)))
        }
        Exponent::Real(p) => scaled(x, y, |d| libm::pow(d.abs(), p), |mean| libm::pow(mean, 1.0 / p)),
        Exponent::Infinite => {
            let (scale, largest) = largest_difference(x, y);
            scale.restore(largest)
        }
    }
}

/// The distance formed from differences divided by the largest of them.
#[inline(always)]
fn scaled(x: Law, y: Law, power: impl Fn(f64) -> f64, root: impl Fn(f64) -> f64) -> f64 {
    let Some(shares) = Shares::of(x, y) else {
        return 0.0;
    };
    let mean = mean(x, y, |x, y| power(shares.between(x, y)));
    shares.unit.restore(shares.top * root(mean))
}

/// The differences of two quantile functions as shares of the largest one, from -1 to 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    unit: Differences,
    /// The largest difference in the unit.
    top: f64,
}

impl Shares {
    /// `None` where all differences are 0.
    #[inline(always)]
    pub(crate) fn of(x: Law, y: Law) -> Option<Shares> {
        let (scale, largest) = largest_difference(x, y);
        let unit = scale.in_unit_of(largest);
        (largest > 0.0).then(|| Shares { unit, top: largest / (unit.unit() / scale.unit()) })
    }

    #[inline(always)]
    pub(crate) fn between(self, x: f64, y: f64) -> f64 {
        self.unit.between(x, y) / self.top
    }
}

/// Differences of the values of two distributions as they are, halved where they could overflow.
pub(crate) fn plain_differences(x: Law, y: Law) -> Differences {
    let (xs, ys) = (x.values(), y.values());
    Differences::plain(xs[0].min(ys[0]), xs[xs.len() - 1].max(ys[ys.len() - 1]))
}

/// The largest |Q_x - Q_y|, and the (halved, where they could overflow) differences it is one of.
pub(crate) fn largest_difference(x: Law, y: Law) -> (Differences, f64) {
    let (xs, ys, plain) = (x.values(), y.values(), plain_differences(x, y));
    let mut largest: f64 = 0.0;
    for_each_cell(x, y, |i, j, _| largest = largest.max(plain.between(xs[i], ys[j]).abs()));
    (plain, largest)
}

/// `int f(Q_x, Q_y) dp`.
#[inline(always)]
fn mean(x: Law, y: Law, f: impl Fn(f64, f64) -> f64) -> f64 {
    match (x, y) {
        (Law::Uniform(a), Law::Uniform(b)) if a.len() == b.len() => mean_equal(a, b, f),
        _ => {
            let (xs, ys) = (x.values(), y.values());
            let mut total = Sum::default();
            for_each_cell(x, y, |i, j, mass| total.add(mass * f(xs[i], ys[j])));
            total.value() / cell_total(x, y)
        }
    }
}

#[inline(always)]
fn mean_equal(x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut total = Sum::default();
    for (bx, by) in x.chunks(BLOCK).zip(y.chunks(BLOCK)) {
        let mut sums = [0.0; LANES];
        let (tiles_x, rest_x) = bx.as_chunks::<LANES>();
        let (tiles_y, rest_y) = by.as_chunks::<LANES>();
        let mut add = |xs: &[f64], ys: &[f64]| {
            for (sum, (x, y)) in sums.iter_mut().zip(xs.iter().zip(ys)) {
                *sum += f(*x, *y);
            }
        };
        for (tx, ty) in tiles_x.iter().zip(tiles_y) {
            add(tx, ty);
        }
        add(rest_x, rest_y);
        total.add(fold_array(&sums));
    }
    total.value() / x.len() as f64
}

/// `t^p` by squaring. Each product adds a rounding, of which the root of the sum takes the p-th part.
#[inline(always)]
pub(crate) fn integer_power(t: f64, p: u32) -> f64 {
    let (mut result, mut square, mut left) = (1.0, t, p);
    while left > 0 {
        if left % 2 == 1 {
            result *= square;
        }
        square *= square;
        left /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    /// The definition, on n m equal cells.
    fn naive(p: f64, x: &[f64], y: &[f64]) -> f64 {
        let cells = x.len() * y.len();
        let differences = (0..cells).map(|k| (x[k / y.len()] - y[k / x.len()]).abs());
        if p == f64::INFINITY {
            return differences.fold(0.0, f64::max);
        }
        (differences.map(|d| d.powf(p)).sum::<f64>() / cells as f64).powf(1.0 / p)
    }

    fn column(max: usize) -> impl Strategy<Value = Vec<f64>> {
        prop_oneof![
            prop::collection::vec(-5.0..5.0f64, 1..max),
            prop::collection::vec((-4i32..4).prop_map(f64::from), 1..max),
        ]
        .prop_map(|mut v: Vec<f64>| {
            v.sort_by(f64::total_cmp);
            v
        })
    }

    const EXPONENTS: [f64; 7] = [1.0, 1.5, 2.0, 3.0, 4.0, 7.25, f64::INFINITY];

    proptest! {
        #[test]
        fn any_sizes_agree_with_the_naive_twin(x in column(30), y in column(30)) {
            for p in EXPONENTS {
                let (found, expected) =
                    (distance(Exponent::of(p), Law::Uniform(&x), Law::Uniform(&y)), naive(p, &x, &y));
                prop_assert!((found - expected).abs() <= 1e-13 * expected, "p = {}: {} {}", p, found, expected);
            }
        }

        #[test]
        fn equal_sizes_agree_with_the_naive_twin(x in column(1400), shift in -1.0..1.0f64) {
            // Long columns pass the borders of tiles and blocks.
            let y: Vec<f64> = x.iter().map(|v| v * 1.3 + shift).collect();
            let paired = |p: f64| {
                let powers = x.iter().zip(&y).map(|(x, y)| (x - y).abs().powf(p));
                (powers.sum::<f64>() / x.len() as f64).powf(1.0 / p)
            };
            for p in EXPONENTS.into_iter().filter(|p| p.is_finite()) {
                let found = distance(Exponent::of(p), Law::Uniform(&x), Law::Uniform(&y));
                prop_assert!((found - paired(p)).abs() <= 1e-12 * paired(p));
            }
        }

        #[test]
        fn weights_agree_with_repetition(
            x in column(12), w in prop::collection::vec(1usize..5, 12), y in column(12),
        ) {
            let repeated: Vec<f64> =
                x.iter().zip(&w).flat_map(|(&v, &w)| std::iter::repeat_n(v, w)).collect();
            let prefix = w.iter().scan(0, |c, &w| { *c += w; Some(*c as f64) });
            let cumulative: Vec<f64> = prefix.take(x.len()).collect();
            let weighted = Law::Weighted { values: &x, cumulative: &cumulative };
            for p in EXPONENTS {
                let found = distance(Exponent::of(p), weighted, Law::Uniform(&y));
                let expected = naive(p, &repeated, &y);
                prop_assert!((found - expected).abs() <= 1e-13 * expected);
            }
        }
    }

    #[test]
    fn powers_by_squaring() {
        for p in 0..20 {
            assert_relative_eq!(integer_power(1.5, p), 1.5_f64.powi(p as i32), max_relative = 1e-15);
        }
        assert_eq!(Exponent::of(1e300), Exponent::Real(1e300));
    }
}
