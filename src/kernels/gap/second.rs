//! Second order, equal sizes: the integrated difference, squared and integrated again.
//!
//! ```text
//! D_0 = 0,  D_i = D_(i-1) + (x_i - y_i)        in units of 1/n: the difference of the integrated quantiles
//! above = 1/(3 n^3) sum over cells of  a^2 + a b + b^2     a = D_(i-1), b = D_i, both >= 0
//! below                                                     the same, both <= 0
//! where a and b have opposite signs, each side gets p^3 / |a - b|, p its end of the line
//! ```
//!
//! Departures from that, by blocks of 512 cells, over which D goes from s to e:
//!
//! - *Blocks without a change of sign*, nearly all: with `a b = (a^2 + b^2 - d^2) / 2` their cells sum to
//!   `3 sum b^2 + 3/2 (s^2 - e^2) - 1/2 sum d^2`. The last sum is known from the first order, and the first comes out
//!   of one pass over eight runs side by side ([`runs`](super::runs)).
//! - *Which blocks these are* is read from the first order too. By the inequality of Cauchy and Schwarz, all falls of D
//!   within a block sum to at most the root of 512 times the sum of their squares. If that is at most s/2, D stays
//!   above s/2, and the terms of the pass are of the size of the result ([`FAR`]). No sign of any D is looked at.
//! - *The other blocks* take the cells as they stand ([`changing`]).
//! - D at the start of a block, and the totals of blocks, are carried with compensation.

use super::changing::{self, Cells};
use super::first::{self, BLOCK};
use super::runs::{Counted, Moments, Runs, STEPS};
use super::sums::Sums;
use crate::kernels::lanes::{Lanes, fold};
use crate::kernels::sum::Sum;
use crate::kernels::tier::per_tier;
use std::cmp::Ordering;

/// Both orders at once, in sums that still lack their division.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Both {
    /// (above, below) of the first order times n.
    pub(super) first: (f64, f64),
    /// (above, below) of the second order times 3 n^3.
    pub(super) second: (f64, f64),
}

per_tier! {
    /// Sums of both orders over two columns of equal length.
    pub(super) fn sums(x: &[f64], y: &[f64]) -> Both = body
}

#[inline(always)]
fn body<L: Lanes>(lanes: L, x: &[f64], y: &[f64]) -> Both {
    let (mut sums, mut integral) = ([Sum::default(); 2], Integral::new(lanes));
    let ((x, rest_x), (y, rest_y)) = (x.as_chunks::<BLOCK>(), y.as_chunks::<BLOCK>());
    for (x, y) in x.iter().zip(y) {
        let first = first_of_block(lanes, &mut sums, x, y);
        let (x, y) = (x.as_chunks().0, y.as_chunks().0);
        let eights = |at: usize| lanes.sub(lanes.load(&x[at]), lanes.load(&y[at]));
        second_of_block(lanes, &mut integral, Counted::<L, true>::new(lanes, BLOCK), eights, first);
    }
    if !rest_x.is_empty() {
        let first = first_of_block(lanes, &mut sums, rest_x, rest_y);
        let counted = Counted::<L, false>::new(lanes, rest_x.len());
        let ((x, rest_x), (y, rest_y)) = (rest_x.as_chunks(), rest_y.as_chunks());
        let (mut last_x, mut last_y) = ([0.0; 8], [0.0; 8]);
        last_x[..rest_x.len()].copy_from_slice(rest_x);
        last_y[..rest_y.len()].copy_from_slice(rest_y);
        let eights = |at: usize| {
            let (x, y) = match at.cmp(&x.len()) {
                Ordering::Less => (&x[at], &y[at]),
                Ordering::Equal => (&last_x, &last_y),
                Ordering::Greater => (&[0.0; 8], &[0.0; 8]),
            };
            lanes.sub(lanes.load(x), lanes.load(y))
        };
        second_of_block(lanes, &mut integral, counted, eights, first);
    }
    let side = |sums: Sums<L>| lane(lanes, sums.value(lanes), 0);
    let second = (side(integral.above), side(integral.below));
    Both { first: (sums[0].value(), sums[1].value()), second }
}

/// Adds a block to the sums of the first order, and returns what it added.
#[inline(always)]
fn first_of_block<L: Lanes>(lanes: L, sums: &mut [Sum; 2], x: &[f64], y: &[f64]) -> [f64; 2] {
    let [up, down] = first::block(lanes, x, y);
    let (up, down) = (fold(lanes, up), fold(lanes, down));
    sums[0].add(up);
    sums[1].add(down);
    [up, down]
}

/// Adds a block, whose differences are given by eights, to the sums of the second order. `up` and `down` are what it
/// adds to the first.
#[inline(always)]
fn second_of_block<L: Lanes, const WHOLE: bool>(
    lanes: L,
    integral: &mut Integral<L>,
    counted: Counted<L, WHOLE>,
    eights: impl Fn(usize) -> L::V,
    [up, down]: [f64; 2],
) {
    let (start, first) = (integral.level(lanes), [lanes.splat(up), lanes.splat(down)]);
    if lanes.any_negative(near_zero(lanes, start, first)) {
        let mut runs = Runs::EMPTY;
        runs.fill(lanes, eights);
        let difference = |quarter: usize, step: usize| lanes.load(&runs.0[quarter][step]);
        let keep = |quarter, step, v| counted.keep(lanes, STEPS * quarter + step, v);
        let Cells { rises, above, below } =
            changing::cells(lanes, lane(lanes, start, 0), difference, keep);
        let (_, rise) = lanes.prefix(rises);
        integral.rise(lanes, lanes.splat(rise));
        integral.add(lanes, [lanes.splat(above), lanes.splat(below)]);
    } else {
        let moments = Moments::of_eights(lanes, counted, eights);
        let (before, rise) = lanes.prefix(moments.rise);
        let length = counted.lengths(lanes);
        let squares = lanes.sum(moments.squares_from(lanes, lanes.add(start, before), length));
        integral.rise(lanes, lanes.splat(rise));
        let ends = [start, integral.level(lanes)];
        integral.add(lanes, areas_far_from_zero(lanes, ends, lanes.splat(squares), first));
    }
}

/// One number of eight.
#[inline(always)]
fn lane<L: Lanes>(lanes: L, v: L::V, lane: usize) -> f64 {
    let mut numbers = [0.0; 8];
    lanes.store(v, &mut numbers);
    numbers[lane]
}

/// D at the end of the blocks so far, and their sums: of eight pairs, or eight times of one.
#[derive(Clone, Copy)]
pub(super) struct Integral<L: Lanes> {
    pub(super) level: Sums<L>,
    pub(super) above: Sums<L>,
    pub(super) below: Sums<L>,
}

/// A block is taken at once where s^2 is at least so many times the squares of the differences that lead to the other
/// side: then D keeps at least half of s.
///
/// So much, and not merely its sign: at the start l of a run D is then at most twice what it is at any later cell of
/// the block, and `64 l^2` and `sum c^2` are within a small factor of the sum of D^2 that they are added up to.
const FAR: f64 = 4.0 * BLOCK as f64;

impl<L: Lanes> Integral<L> {
    #[inline(always)]
    pub(super) fn new(lanes: L) -> Integral<L> {
        let zero = Sums::new(lanes);
        Integral { level: zero, above: zero, below: zero }
    }

    /// D at the end of the blocks so far.
    #[inline(always)]
    pub(super) fn level(&self, lanes: L) -> L::V {
        self.level.value(lanes)
    }

    /// Goes on to the end of a block.
    #[inline(always)]
    pub(super) fn rise(&mut self, lanes: L, by: L::V) {
        self.level.add(lanes, by);
    }

    /// Adds the areas of a block.
    #[inline(always)]
    pub(super) fn add(&mut self, lanes: L, [above, below]: [L::V; 2]) {
        self.above.add(lanes, above);
        self.below.add(lanes, below);
    }
}

/// Negative where D may come near zero or change its sign within a block that it enters at `start`: there the areas
/// are to be found cell by cell. `up` and `down` are the squares of the positive and of the negative differences.
#[inline(always)]
pub(super) fn near_zero<L: Lanes>(lanes: L, start: L::V, [up, down]: [L::V; 2]) -> L::V {
    let (zero, far) = (lanes.splat(0.0), lanes.splat(FAR));
    // s |s|: bounds the squares of falls where s is positive, and those of rises where it is negative.
    let side = lanes.mul(start, lanes.max(start, lanes.sub(zero, start)));
    let falls = lanes.sub(side, lanes.mul(far, down));
    let rises = lanes.sub(lanes.sub(zero, side), lanes.mul(far, up));
    lanes.both_negative(falls, rises)
}

/// `[above, below]` of a block over which D goes `from` one value `to` another and keeps its sign. `squares` is the sum
/// of D^2 at the right ends of its cells.
#[inline(always)]
pub(super) fn areas_far_from_zero<L: Lanes>(
    lanes: L,
    [from, to]: [L::V; 2],
    squares: L::V,
    [up, down]: [L::V; 2],
) -> [L::V; 2] {
    let (zero, times) = (lanes.splat(0.0), |factor, v| lanes.mul(lanes.splat(factor), v));
    let ends = lanes.sub(lanes.mul(from, from), lanes.mul(to, to));
    let cells = lanes.add(times(3.0, squares), times(1.5, ends));
    let cells = lanes.sub(cells, times(0.5, lanes.add(up, down)));
    let (mut above, mut below) = (zero, zero);
    lanes.add_by_sign(lanes.add(from, to), cells, &mut above, &mut below);
    [above, below]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::cells::Law;
    use crate::kernels::gap::{by_cell, first};
    use crate::kernels::tier::Tier;
    use proptest::prelude::*;

    /// Cell by cell, in plain sums.
    fn naive(x: &[f64], y: &[f64]) -> (f64, f64) {
        let (mut above, mut below, mut a) = (0.0, 0.0, 0.0);
        for (x, y) in x.iter().zip(y) {
            let b = a + (x - y);
            let (up, down) = by_cell::split_square(a, b);
            above += up;
            below += down;
            a = b;
        }
        (above, below)
    }

    /// Differences that a pass over runs could lose digits of: long stretches of one size, of noise or of nothing, with
    /// jumps of any size between them, that may undo what came before.
    fn jumps() -> impl Strategy<Value = Vec<f64>> {
        let stretch = (-12i32..6, 1usize..200, -1.0..1.0f64, 0usize..4);
        prop::collection::vec(stretch, 1..20).prop_map(|stretches| {
            let (mut all, mut level) = (Vec::new(), 0.0);
            for (exponent, length, factor, kind) in stretches {
                let size = factor * 10f64.powi(exponent);
                for i in 0..length {
                    let d = match kind {
                        0 => size,
                        1 => size * if i % 3 == 0 { -2.0 } else { 1.0 },
                        2 if i == 0 => size * 1e3,
                        3 if i == 0 => -level * (1.0 - factor.abs() / 8.0),
                        _ => 0.0,
                    };
                    level += d;
                    all.push(d);
                }
            }
            all
        })
    }

    proptest! {
        #[test]
        fn no_digits_are_lost_over_jumps(d in jumps(), offset in prop::sample::select(vec![0.0, 1.0, 1e9])) {
            let y: Vec<f64> = (0..d.len()).map(|i| offset + offset * (i as f64)).collect();
            let x: Vec<f64> = y.iter().zip(&d).map(|(y, d)| y + d).collect();
            let found = sums(Tier::Portable, &x, &y).second;
            let exact = by_cell::second(Law::Uniform(&x), Law::Uniform(&y), |x, y| x - y);
            let cube = 3.0 * (d.len() as f64).powi(3);
            let (above, below) = (cube * exact.0, cube * exact.1);
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-14 * (above + below);
            prop_assert!(close(found.0, above) && close(found.1, below), "{:?} {} {}", found, above, below);
            for tier in Tier::available() {
                prop_assert_eq!(sums(tier, &x, &y).second, found, "{:?}", tier);
            }
        }

        /// Columns need not ascend here: D changes its sign as often as it likes.
        #[test]
        fn every_tier_gives_the_same_bits_and_the_formula(
            pairs in prop::collection::vec((-3.0..3.0f64, -3.0..3.0f64), 1..1300), lift in 0.0..2.0f64,
        ) {
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().map(|(x, y)| (x + lift, y)).unzip();
            let (above, below) = naive(&x, &y);
            let found = sums(Tier::Portable, &x, &y);
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-11 * (above + below);
            prop_assert!(close(found.second.0, above) && close(found.second.1, below), "{:?} {} {}", found, above, below);
            for tier in Tier::available() {
                prop_assert_eq!(sums(tier, &x, &y), found, "{:?}", tier);
                prop_assert_eq!(first::sums(tier, &x, &y), found.first, "{:?}", tier);
            }
        }
    }

    #[test]
    fn a_side_without_area_has_none_at_all() {
        let x: Vec<f64> = (0..700).map(|i| f64::from(i / 3)).collect();
        let y: Vec<f64> = x.iter().map(|v| v - 1.0).collect();
        for tier in Tier::available() {
            assert_eq!(sums(tier, &x, &y).second.1, 0.0);
            assert_eq!(sums(tier, &y, &x).second.0, 0.0);
            assert_eq!(sums(tier, &x, &x).second, (0.0, 0.0));
            // D_i = i: the sum of (i-1)^2 + (i-1) i + i^2 is n^3.
            assert_eq!(sums(tier, &x, &y).second.0, 700.0 * 700.0 * 700.0);
        }
    }
}
