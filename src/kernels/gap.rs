//! The two squared areas between quantile functions: where x is above y, and where it is below.
//!
//! ```text
//! order 1:  D = Q_x - Q_y              above = int D_+^2 dp,  below = int D_-^2 dp
//! order 2:  D(p) = int_0^p (Q_x - Q_y) same integrals; D is linear on cells, from a to b over width h:
//!           same sign:       h (a^2 + a b + b^2) / 3             to that side
//!           opposite signs:  h a^3 / (3 |a - b|) and h |b|^3 / (3 |a - b|), each to its own side
//! ```
//!
//! Equal sizes run through blocks of fixed shape that compilers turn into vector code; anything else
//! walks the cells. Block totals are added with compensation, so the error does not grow with n.

use super::cells::{Law, cell_total, for_each_cell};
use super::scale::Differences;
use super::sum::Sum;

/// `above` and `below`, in units of `unit` squared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Areas {
    pub(crate) above: f64,
    pub(crate) below: f64,
    /// A power of two; 1 unless squares of the data leave the range of f64.
    pub(crate) unit: f64,
}

/// Independent accumulators of the equal-size kernels. 32 keep two 256-bit adders busy and are a whole
/// number of vectors on every instruction set; the bits of the result depend on this number.
const LANES: usize = 32;
/// Elements between two compensated additions to the total.
const BLOCK: usize = 512;
/// Prefix sums of the second order are formed in four runs of this length side by side, because one
/// chain of additions would wait for the adder's latency.
const RUN: usize = 16;

/// Inside this range of the total no square has overflowed, and none that matters has underflowed: ratios down
/// to 1e-200 keep their digits.
const SAFE: std::ops::Range<f64> = 1e-100..1e270;

/// Areas of the first order.
pub(crate) fn areas_first(x: Law, y: Law) -> Areas {
    let plain = match (x, y) {
        (Law::Uniform(a), Law::Uniform(b)) if a.len() == b.len() => first_equal(a, b),
        _ => first_cells(x, y, |x, y| x - y),
    };
    in_safe_range(plain).unwrap_or_else(|| {
        let scale = differences(x, y);
        let (above, below) = first_cells(x, y, |x, y| scale.between(x, y));
        Areas { above, below, unit: scale.unit() }
    })
}

/// Areas of the second order.
pub(crate) fn areas_second(x: Law, y: Law) -> Areas {
    let plain = match (x, y) {
        (Law::Uniform(a), Law::Uniform(b)) if a.len() == b.len() => second_equal(a, b),
        _ => second_cells(x, y, |x, y| x - y),
    };
    in_safe_range(plain).unwrap_or_else(|| {
        let scale = differences(x, y);
        let (above, below) = second_cells(x, y, |x, y| scale.between(x, y));
        Areas { above, below, unit: scale.unit() }
    })
}

/// What a kernel found on the data as they are, unless squares may have left the range of f64: then the
/// caller runs again on differences in the unit of the largest.
#[inline(always)]
fn in_safe_range((above, below): (f64, f64)) -> Option<Areas> {
    SAFE.contains(&(above + below)).then_some(Areas { above, below, unit: 1.0 })
}

/// Differences in the unit of max |Q_x - Q_y|. Differences are divided, never values: a large value common
/// to both sides would overflow.
pub(crate) fn differences(x: Law, y: Law) -> Differences {
    let (xs, ys) = (x.values(), y.values());
    let lowest = xs[0].min(ys[0]);
    let highest = xs[xs.len() - 1].max(ys[ys.len() - 1]);
    let plain = Differences::plain(lowest, highest);
    let mut largest: f64 = 0.0;
    for_each_cell(x, y, |i, j, _| largest = largest.max(plain.between(xs[i], ys[j]).abs()));
    plain.in_unit_of(largest)
}

#[inline(always)]
fn first_cells(x: Law, y: Law, difference: impl Fn(f64, f64) -> f64) -> (f64, f64) {
    let (xs, ys) = (x.values(), y.values());
    let (mut above, mut below) = (Sum::default(), Sum::default());
    for_each_cell(x, y, |i, j, mass| {
        let d = difference(xs[i], ys[j]);
        let square = mass * (d * d);
        if d > 0.0 {
            above.add(square);
        } else {
            below.add(square);
        }
    });
    let total = cell_total(x, y);
    (above.value() / total, below.value() / total)
}

fn first_equal(x: &[f64], y: &[f64]) -> (f64, f64) {
    let (mut above, mut below) = (Sum::default(), Sum::default());
    for (bx, by) in x.chunks(BLOCK).zip(y.chunks(BLOCK)) {
        let (mut up, mut down) = ([0.0; LANES], [0.0; LANES]);
        let (tiles_x, rest_x) = bx.as_chunks::<LANES>();
        let (tiles_y, rest_y) = by.as_chunks::<LANES>();
        let mut lanes = |xs: &[f64], ys: &[f64]| {
            for ((u, d), (x, y)) in up.iter_mut().zip(&mut down).zip(xs.iter().zip(ys)) {
                let difference = x - y;
                let positive = difference.max(0.0);
                let negative = difference - positive;
                *u += positive * positive;
                *d += negative * negative;
            }
        };
        for (tx, ty) in tiles_x.iter().zip(tiles_y) {
            lanes(tx, ty);
        }
        lanes(rest_x, rest_y);
        above.add(fold(up));
        below.add(fold(down));
    }
    let n = x.len() as f64;
    (above.value() / n, below.value() / n)
}

/// Adds lanes (a power of two of them) pairwise, always in the same order.
#[inline(always)]
pub(super) fn fold<const N: usize>(mut lanes: [f64; N]) -> f64 {
    let mut width = N / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn second_cells(x: Law, y: Law, difference: impl Fn(f64, f64) -> f64) -> (f64, f64) {
    let (xs, ys) = (x.values(), y.values());
    let (mut above, mut below) = (Sum::default(), Sum::default());
    let mut level = Sum::default();
    let mut a = 0.0;
    for_each_cell(x, y, |i, j, mass| {
        level.add(mass * difference(xs[i], ys[j]));
        let b = level.value();
        let (up, down) = split_square(a, b);
        above.add(mass * up);
        below.add(mass * down);
        a = b;
    });
    // D was accumulated in units of 1/total, and each cell's width too.
    let cube = |sum: Sum, total: f64| sum.value() / total / total / total / 3.0;
    let total = cell_total(x, y);
    (cube(above, total), cube(below, total))
}

/// Three times the mean squared positive and negative part of the line from a to b.
#[inline(always)]
fn split_square(a: f64, b: f64) -> (f64, f64) {
    if (a < 0.0 && b > 0.0) || (a > 0.0 && b < 0.0) {
        let (positive, negative) = (a.max(b), a.min(b));
        let length = positive - negative;
        (positive * positive * (positive / length), negative * negative * (-negative / length))
    } else {
        let square = a * a + a * b + b * b;
        if a > 0.0 || b > 0.0 { (square, 0.0) } else { (0.0, square) }
    }
}

fn second_equal(x: &[f64], y: &[f64]) -> (f64, f64) {
    const WIDTH: usize = 4 * RUN;
    let (mut above, mut below) = (Sum::default(), Sum::default());
    let mut base = Sum::default();
    // ends[0] is D at the left end of the block, ends[k] its value after k elements.
    let mut ends = [0.0; WIDTH + 1];
    let (tiles_x, rest_x) = x.as_chunks::<WIDTH>();
    let (tiles_y, rest_y) = y.as_chunks::<WIDTH>();
    for (tx, ty) in tiles_x.iter().zip(tiles_y) {
        // Four prefix sums side by side ...
        let mut run = [0.0; 4];
        for k in 0..RUN {
            for (r, sum) in run.iter_mut().enumerate() {
                *sum += tx[r * RUN + k] - ty[r * RUN + k];
                ends[r * RUN + k + 1] = *sum;
            }
        }
        // ... then each run is lifted by all that came before it.
        ends[0] = base.value();
        for (r, sum) in run.into_iter().enumerate() {
            let lift = base.value();
            for end in &mut ends[r * RUN + 1..=(r + 1) * RUN] {
                *end += lift;
            }
            base.add(sum);
        }
        let (up, down) = block_squares(&ends);
        above.add(up);
        below.add(down);
    }
    let mut a = base.value();
    for (x, y) in rest_x.iter().zip(rest_y) {
        base.add(x - y);
        let b = base.value();
        let (up, down) = split_square(a, b);
        above.add(up);
        below.add(down);
        a = b;
    }
    let n = x.len() as f64;
    (above.value() / n / n / n / 3.0, below.value() / n / n / n / 3.0)
}

/// `split_square` over the consecutive pairs of a block, in 16 lanes. Blocks without a change of sign
/// (nearly all) go without a branch.
#[inline(always)]
fn block_squares<const N: usize>(ends: &[f64; N]) -> (f64, f64) {
    let (mut up, mut down) = ([0.0; 16], [0.0; 16]);
    let mut smallest = ends[0];
    let mut largest = ends[0];
    for &end in &ends[1..] {
        smallest = if end < smallest { end } else { smallest };
        largest = if end > largest { end } else { largest };
    }
    if smallest < 0.0 && largest > 0.0 {
        for (pair, lane) in ends.windows(2).zip((0..16).cycle()) {
            let (u, d) = split_square(pair[0], pair[1]);
            up[lane] += u;
            down[lane] += d;
        }
    } else {
        let lanes = if largest > 0.0 { &mut up } else { &mut down };
        let (tiles_a, _) = ends[..N - 1].as_chunks::<16>();
        let (tiles_b, _) = ends[1..].as_chunks::<16>();
        for (ta, tb) in tiles_a.iter().zip(tiles_b) {
            for ((lane, a), b) in lanes.iter_mut().zip(ta).zip(tb) {
                *lane += a * a + a * b + b * b;
            }
        }
    }
    (fold(up), fold(down))
}

#[cfg(test)]
mod tests {
    use super::*;
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
                    let (up, down) = split_square(a, b);
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

    proptest! {
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
            let cells = [(areas_first(lx, ly), first_cells(lx, ly, |x, y| x - y)), (areas_second(lx, ly), second_cells(lx, ly, |x, y| x - y))];
            for (found, (above, below)) in cells {
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
