//! The two squared areas between quantile functions: where x is above y, and where it is below.
//!
//! ```text
//! order 1:  D = Q_x - Q_y              above = int D_+^2 dp,  below = int D_-^2 dp
//! order 2:  D(p) = int_0^p (Q_x - Q_y) same integrals; D is linear on cells, from a to b over width h:
//!           same sign:       h (a^2 + a b + b^2) / 3             to that side
//!           opposite signs:  h a^3 / (3 |a - b|) and h |b|^3 / (3 |a - b|), each to its own side
//! ```
//!
//! Equal sizes run through vector kernels: [`first`], [`second`] (both orders in one walk), and [`Sweep`] for all
//! pairs of many columns. So do unequal sizes at the first order ([`unequal`]), and at second order anything else, by
//! lists of cells ([`any_width`]). The first order of weighted columns takes cells one by one ([`by_cell`]). All add with
//! compensation, so that the error does not grow with n. What is shown to a person, and not one of many replicates,
//! is [`refined`] where one side is small beside the other.

mod any_width;
mod by_cell;
mod changing;
mod first;
mod refined;
mod runs;
mod second;
mod sums;
mod sweep;
mod unequal;

use super::cells::Law;
use super::power_sum::largest_difference;
use super::scale::{Differences, SAFE};
use super::tier::Tier;
pub(crate) use refined::refined_second;
pub(crate) use sweep::Sweep;

/// `above` and `below`, in units of `unit` squared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Areas {
    pub(crate) above: f64,
    pub(crate) below: f64,
    /// A power of two; 1 unless squares of the data leave the range of f64.
    pub(crate) unit: f64,
}

/// Areas of the first order.
pub(crate) fn areas_first(x: Law, y: Law) -> Areas {
    in_safe_range(plain(x, y, First)).unwrap_or_else(|| rescued(x, y, First))
}

/// Areas of the second order.
pub(crate) fn areas_second(x: Law, y: Law) -> Areas {
    in_safe_range(plain(x, y, Second)).unwrap_or_else(|| rescued(x, y, Second))
}

/// Areas of the data as they are.
fn plain(x: Law, y: Law, order: Order) -> (f64, f64) {
    let tier = Tier::detected();
    match (order, x, y) {
        (First, Law::Uniform(a), Law::Uniform(b)) if a.len() == b.len() => {
            first_of_sums(first::sums(tier, a, b), a.len())
        }
        (First, Law::Uniform(a), Law::Uniform(b)) => unequal_first(tier, a, b),
        (First, ..) => by_cell::first(x, y, |x, y| x - y),
        (Second, Law::Uniform(a), Law::Uniform(b)) if a.len() == b.len() => {
            second_of_sums(second::sums(tier, a, b).second, a.len())
        }
        (Second, ..) => any_width::second(tier, x, y, |x, y| x - y),
    }
}

/// Areas of the first and of the second order, which share a walk.
pub(crate) fn areas_both(x: Law, y: Law) -> [Areas; 2] {
    match (x, y) {
        (Law::Uniform(a), Law::Uniform(b)) if a.len() == b.len() => {
            both_of_sums(second::sums(Tier::detected(), a, b), a, b)
        }
        _ => [areas_first(x, y), areas_second(x, y)],
    }
}

impl Sweep {
    /// Areas of the first order of all pairs (i, j), i < j, of columns of equal length: j fastest.
    pub(crate) fn areas_first(&mut self, rows: &[&[f64]], mut found: impl FnMut(Areas)) {
        for (sums, (x, y)) in self.first(Tier::detected(), rows).zip(pairs(rows)) {
            let plain = in_safe_range(first_of_sums(sums, x.len()));
            found(plain.unwrap_or_else(|| rescued(Law::Uniform(x), Law::Uniform(y), First)));
        }
    }

    /// Areas of both orders of all pairs.
    pub(crate) fn areas_both(&mut self, rows: &[&[f64]], mut found: impl FnMut([Areas; 2])) {
        for (sums, (x, y)) in self.both(Tier::detected(), rows).zip(pairs(rows)) {
            found(both_of_sums(sums, x, y));
        }
    }
}

fn pairs<'a>(rows: &'a [&'a [f64]]) -> impl Iterator<Item = (&'a [f64], &'a [f64])> {
    rows.iter().enumerate().flat_map(|(i, x)| rows[i + 1..].iter().map(move |y| (*x, *y)))
}

/// The order of a rescue.
#[derive(Clone, Copy)]
enum Order {
    First,
    Second,
}
use Order::{First, Second};

fn first_of_sums((above, below): (f64, f64), n: usize) -> (f64, f64) {
    let n = n as f64;
    (above / n, below / n)
}

/// Areas of the first order of columns of different lengths.
fn unequal_first(tier: Tier, x: &[f64], y: &[f64]) -> (f64, f64) {
    let total = x.len() as f64 * y.len() as f64;
    let (above, below) = match x.len() > y.len() {
        true => unequal::sums(tier, x, y),
        false => {
            let (above, below) = unequal::sums(tier, y, x);
            (below, above)
        }
    };
    (above / total, below / total)
}

fn second_of_sums((above, below): (f64, f64), n: usize) -> (f64, f64) {
    let n = n as f64;
    // Roundings below the normal range of f64 may leave a negative number, which ends as -0.0.
    (above / n / n / n / 3.0 + 0.0, below / n / n / n / 3.0 + 0.0)
}

fn both_of_sums(sums: second::Both, x: &[f64], y: &[f64]) -> [Areas; 2] {
    let rescue = |order| rescued(Law::Uniform(x), Law::Uniform(y), order);
    [
        in_safe_range(first_of_sums(sums.first, x.len())).unwrap_or_else(|| rescue(First)),
        in_safe_range(second_of_sums(sums.second, x.len())).unwrap_or_else(|| rescue(Second)),
    ]
}

/// What a kernel found on the data as they are, unless squares may have left the range of f64: then the
/// caller runs again on differences in the unit of the largest.
#[inline(always)]
fn in_safe_range((above, below): (f64, f64)) -> Option<Areas> {
    SAFE.contains(&(above + below)).then_some(Areas { above, below, unit: 1.0 })
}

/// Areas of differences in the unit of the largest.
///
/// The unit is a power of two. Values divided by it go through the same kernel, so that data of any magnitude have
/// the bits of ordinary ones; where a value common to both sides is too large for that, differences are divided.
#[cold]
fn rescued(x: Law, y: Law, order: Order) -> Areas {
    let scale = differences(x, y);
    let unit = scale.unit();
    let fits = |law: Law| {
        let values = law.values();
        (values[0] / unit).is_finite() && (values[values.len() - 1] / unit).is_finite()
    };
    let (above, below) = if fits(x) && fits(y) {
        let divided = |law: Law| law.values().iter().map(|value| value / unit).collect::<Vec<_>>();
        plain(x.with_values(&divided(x)), y.with_values(&divided(y)), order)
    } else {
        match order {
            First => by_cell::first(x, y, |x, y| scale.between(x, y)),
            Second => any_width::second(Tier::detected(), x, y, |x, y| scale.between(x, y)),
        }
    };
    Areas { above, below, unit }
}

/// Differences in the unit of max |Q_x - Q_y|. Differences are divided, never values: a large value common
/// to both sides would overflow.
pub(crate) fn differences(x: Law, y: Law) -> Differences {
    let (plain, largest) = largest_difference(x, y);
    plain.in_unit_of(largest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::sum::{two_product, two_sum};
    use proptest::prelude::*;

    /// Ten lines per order, straight from the formula.
    fn naive(order: usize, x: &[f64], y: &[f64]) -> (f64, f64) {
        let (mut above, mut below, mut a) = (0.0, 0.0, 0.0);
        let h = 1.0 / (x.len() * y.len()) as f64;
        for k in 0..x.len() * y.len() {
            let d = x[k / y.len()] - y[k / x.len()];
            let b = a + h * d;
            let (up, down) = match order {
                1 => (d.max(0.0).powi(2), d.min(0.0).powi(2)),
                _ => {
                    let (up, down) = by_cell::split_square(a, b);
                    (up / 3.0, down / 3.0)
                }
            };
            above += h * up;
            below += h * down;
            a = b;
        }
        (above, below)
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

    fn check(order: usize, found: Areas, x: &[f64], y: &[f64]) -> Result<(), TestCaseError> {
        let (above, below) = naive(order, x, y);
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (above + below);
        prop_assert!(
            close(found.above, above) && close(found.below, below),
            "{found:?} {above} {below}"
        );
        Ok(())
    }

    /// A sum in twice the precision.
    #[derive(Default, Clone, Copy)]
    struct Exact(f64, f64);

    impl Exact {
        fn add(&mut self, value: f64, error: f64) {
            let (sum, lost) = two_sum(self.0, value);
            let (high, low) = two_sum(sum, self.1 + (lost + error));
            *self = Exact(high, low);
        }

        /// Adds `factor * (a * b)` of numbers given with their errors; `factor` is a power of two.
        fn add_product(&mut self, factor: f64, (a, a_low): (f64, f64), (b, b_low): (f64, f64)) {
            let (p, e) = two_product(a, b);
            self.add(factor * p, factor * (e + (a * b_low + b * a_low)));
        }
    }

    /// Errors at a million rows, in units of the last place, against sums in twice the precision.
    #[test]
    #[cfg_attr(miri, ignore = "long")]
    fn a_million_rows_are_summed_within_two_units_of_the_last_place() {
        let n = 1_000_000;
        let root = |i: usize, scale: f64| (i as f64 * scale).sqrt() / 3.0;
        let x: Vec<f64> = (0..n).map(|i| root(i, 1.0) + 12.0).collect();
        let y: Vec<f64> = (0..n).map(|i| root(i, 1.1)).collect();
        let (mut first, mut second, mut level) =
            ([Exact::default(); 2], Exact::default(), Exact::default());
        let mut mixed = false;
        for (x, y) in x.iter().zip(&y) {
            let d = two_sum(*x, -y);
            first[usize::from(d.0 < 0.0)].add_product(1.0, d, d);
            let before = (level.0, level.1);
            level.add(d.0, d.1);
            let after = (level.0, level.1);
            mixed |= before.0 < 0.0 || after.0 < 0.0;
            second.add_product(1.0, before, before);
            second.add_product(1.0, before, after);
            second.add_product(1.0, after, after);
        }
        assert!(!mixed && first[1].0 > 0.0, "D_2 keeps its sign, D_1 does not");
        for tier in Tier::available() {
            let found = second::sums(tier, &x, &y);
            assert_eq!(found.first, first::sums(tier, &x, &y));
            let ulps = |found: f64, exact: Exact| {
                ((found - exact.0) - exact.1).abs() / (exact.0 * f64::EPSILON)
            };
            assert!(ulps(found.first.0, first[0]) <= 2.0, "{}", ulps(found.first.0, first[0]));
            assert!(ulps(found.first.1, first[1]) <= 2.0, "{}", ulps(found.first.1, first[1]));
            assert!(ulps(found.second.0, second) <= 2.0, "{}", ulps(found.second.0, second));
            assert_eq!(found.second.1, 0.0);
        }
    }

    proptest! {
        /// Alone or among others, on any tier: the same bits.
        #[test]
        fn pairs_have_the_same_bits_alone_and_in_a_sweep(
            rows in prop::collection::vec(prop::collection::vec(-2.0..2.0f64, 1100), 3..7), n in 1usize..1100,
        ) {
            let sorted = |row: &Vec<f64>| {
                let mut row = row[..n].to_vec();
                row.sort_by(f64::total_cmp);
                row
            };
            let rows: Vec<Vec<f64>> = rows.iter().map(sorted).collect();
            let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
            let alone: Vec<second::Both> =
                pairs(&rows).map(|(x, y)| second::sums(Tier::Portable, x, y)).collect();
            let mut sweep = Sweep::default();
            for tier in Tier::available() {
                let both: Vec<second::Both> = sweep.both(tier, &rows).collect();
                prop_assert_eq!(&both, &alone, "{:?}", tier);
                let first: Vec<(f64, f64)> = sweep.first(tier, &rows).collect();
                let expected: Vec<(f64, f64)> = alone.iter().map(|both| both.first).collect();
                prop_assert_eq!(&first, &expected, "{:?}", tier);
                for ((x, y), both) in pairs(&rows).zip(&alone) {
                    prop_assert_eq!(&second::sums(tier, x, y), both, "{:?}", tier);
                }
            }
        }

        #[test]
        fn unequal_sizes_agree_with_the_naive_twin(x in column(30), y in column(30)) {
            let (lx, ly) = (Law::Uniform(&x), Law::Uniform(&y));
            check(1, areas_first(lx, ly), &x, &y)?;
            check(2, areas_second(lx, ly), &x, &y)?;
        }

        #[test]
        fn equal_sizes_agree_with_the_cells(x in column(1400), shift in -1.0..1.0f64) {
            // A shifted, stretched copy crosses once; long columns pass block and tile borders.
            let y: Vec<f64> = x.iter().map(|v| v * 1.3 + shift).collect();
            let (lx, ly) = (Law::Uniform(&x), Law::Uniform(&y));
            let first = (areas_first(lx, ly), by_cell::first(lx, ly, |x, y| x - y));
            let second = (areas_second(lx, ly), by_cell::second(lx, ly, |x, y| x - y));
            for (found, (above, below)) in [first, second] {
                let close = |a: f64, b: f64| (a - b).abs() <= 1e-13 * (above + below);
                prop_assert!(close(found.above, above) && close(found.below, below));
            }
        }

        #[test]
        fn weights_agree_with_repetition(x in column(12), w in prop::collection::vec(1usize..5, 12), y in column(12)) {
            let repeated: Vec<f64> = x.iter().zip(&w).flat_map(|(&v, &w)| std::iter::repeat_n(v, w)).collect();
            let cumulative: Vec<f64> = w.iter().scan(0, |c, &w| { *c += w; Some(*c as f64) }).take(x.len()).collect();
            let weighted = Law::Weighted { values: &x, cumulative: &cumulative };
            check(1, areas_first(weighted, Law::Uniform(&y)), &repeated, &y)?;
            check(2, areas_second(Law::Uniform(&y), weighted), &y, &repeated)?;
        }
    }
}
