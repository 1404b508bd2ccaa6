//! Second order, equal sizes: the integrated difference, squared and integrated again.
//!
//! ```text
//! D_0 = 0,  D_i = D_(i-1) + (x_i - y_i)        in units of 1/n: the difference of the integrated quantiles
//! above = 1/(3 n^3) sum over cells of  a^2 + a b + b^2     a = D_(i-1), b = D_i, both >= 0
//! below                                                     the same, both <= 0
//! where a and b have opposite signs, each side gets p^3 / |a - b|, p its end of the line
//! ```
//!
//! Departures from that:
//!
//! - *Prefix sums in 32 runs.* A chain of additions waits for the adder at every step. A block of 512 elements is
//!   cut into 32 runs of 16, summed side by side; then each run is lifted by all that came before it. Vectors hold
//!   the same step of eight runs, so the differences of a block are transposed first.
//! - *Blocks without a change of sign*, nearly all, need one product per cell: with `a b = (a^2 + b^2 - d^2) / 2`
//!   the cells of a block from D = s to D = e sum to `3 sum b^2 + 3/2 (s^2 - e^2) - 1/2 sum d^2`, and the last sum is
//!   known from the first order. Nothing cancels: the result is at least half of what is subtracted from.
//! - *Blocks with a change of sign* take the cells as they stand, without a branch ([`mixed`]).
//! - D at the start of a block, and the totals of blocks, are carried with compensation.

use super::first::BLOCK;
use crate::kernels::lanes::{Lanes, fold};
use crate::kernels::sum::Sum;
use crate::kernels::tier::per_tier;

/// Elements in a run: what lies side by side in the transposed form of a block.
const STEPS: usize = 16;

/// A block as `[group][step][lane]`: element `128 group + 16 lane + step`. On its own cache lines, because a store
/// across two takes twice as long.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Runs([[[f64; 8]; STEPS]; 4]);

impl Runs {
    pub(super) const EMPTY: Runs = Runs([[[0.0; 8]; STEPS]; 4]);

    /// Eight steps of the runs of a group.
    #[inline(always)]
    pub(super) fn steps(&self, group: usize, half: usize) -> &[[f64; 8]; 8] {
        &self.0[group].as_chunks().0[half]
    }

    #[inline(always)]
    pub(super) fn steps_mut(&mut self, group: usize, half: usize) -> &mut [[f64; 8]; 8] {
        &mut self.0[group].as_chunks_mut().0[half]
    }
}

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
    let (mut above, mut below) = (Sum::default(), Sum::default());
    let mut integral = Integral::default();
    let mut scratch = Runs::EMPTY;
    let (mut padded_x, mut padded_y) = ([0.0; BLOCK], [0.0; BLOCK]);
    for (x, y) in x.chunks(BLOCK).zip(y.chunks(BLOCK)) {
        let (count, x, y) = (x.len(), whole(x, &mut padded_x), whole(y, &mut padded_y));
        let difference =
            |at: usize| lanes.sub(lanes.load(&x.as_chunks().0[at]), lanes.load(&y.as_chunks().0[at]));
        // The sums of the first order, on the way: each accumulator takes its elements in the order of `first`.
        let (mut up, mut down) = ([lanes.splat(0.0); 4], [lanes.splat(0.0); 4]);
        let steps = |group, half| {
            let rows: [L::V; 8] = std::array::from_fn(|lane| difference(eight(group, half, lane)));
            for (lane, &d) in rows.iter().enumerate() {
                let of = 2 * (lane % 2) + half;
                lanes.add_by_sign(d, lanes.mul(d, d), &mut up[of], &mut down[of]);
            }
            lanes.transpose(rows)
        };
        let open = integral.open_block(lanes, steps, &mut scratch);
        let (up, down) = (fold(lanes, up), fold(lanes, down));
        above.add(up);
        below.add(down);
        integral.close_block(lanes, count, up + down, open, &scratch);
    }
    Both { first: (above.value(), below.value()), second: integral.sums() }
}

/// Which eight elements of a block are half of the run of a lane.
#[inline(always)]
pub(super) fn eight(group: usize, half: usize, lane: usize) -> usize {
    16 * group + 2 * lane + half
}

/// The block itself, or a copy followed by zeros.
#[inline(always)]
pub(super) fn whole<'a>(block: &'a [f64], padded: &'a mut [f64; BLOCK]) -> &'a [f64; BLOCK] {
    match block.first_chunk() {
        Some(whole) => whole,
        None => {
            padded[..block.len()].copy_from_slice(block);
            padded
        }
    }
}

/// D at the end of the blocks so far, and their sums.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Integral {
    level: Sum,
    above: Sum,
    below: Sum,
}

impl Integral {
    pub(super) fn sums(&self) -> (f64, f64) {
        (self.above.value(), self.below.value())
    }

    /// Takes up the differences of a block, as eight `steps` of a group and half: writes the prefix sums within each
    /// run, and finds what to add to those of a run, which is D at its left end.
    #[inline(always)]
    pub(super) fn open_block<L: Lanes>(
        &mut self,
        lanes: L,
        mut steps: impl FnMut(usize, usize) -> [L::V; 8],
        scratch: &mut Runs,
    ) -> Open<L> {
        let start = self.level.value();
        let mut ends = [lanes.splat(0.0); 4];
        for (group, end) in ends.iter_mut().enumerate() {
            for half in 0..2 {
                for (step, to) in steps(group, half).into_iter().zip(scratch.steps_mut(group, half)) {
                    *end = lanes.add(*end, step);
                    lanes.store(*end, to);
                }
            }
        }
        let prefixes =
            [lanes.prefix(ends[0]), lanes.prefix(ends[1]), lanes.prefix(ends[2]), lanes.prefix(ends[3])];
        let mut before = 0.0;
        let mut lifts = [lanes.splat(0.0); 4];
        for (lift, (of_runs, total)) in lifts.iter_mut().zip(prefixes) {
            *lift = lanes.add(lanes.splat(start + before), of_runs);
            before += total;
        }
        self.level.add(before);
        Open { start, lifts }
    }

    /// Adds the areas of the first `count` cells of the block, the squares of whose differences sum to `squares`.
    #[inline(always)]
    pub(super) fn close_block<L: Lanes>(
        &mut self,
        lanes: L,
        count: usize,
        squares: f64,
        Open { start, lifts }: Open<L>,
        scratch: &Runs,
    ) {
        let Squares { square, end, negative, positive } = match count {
            BLOCK => squares_of_all(lanes, start, &lifts, scratch),
            _ => squares_of(lanes, start, &lifts, scratch, Some(count)),
        };
        if negative && positive {
            let (up, down) = mixed(lanes, &lifts, scratch, count);
            self.above.add(up);
            self.below.add(down);
        } else {
            let area = 3.0 * square + 1.5 * (start * start - end * end) - 0.5 * squares;
            if positive { &mut self.above } else { &mut self.below }.add(area);
        }
    }
}

/// A block between its prefix sums and its areas.
pub(super) struct Open<L: Lanes> {
    /// D at its left end.
    start: f64,
    /// What the prefix sums of each run lack.
    lifts: [L::V; 4],
}

/// 1 for lanes whose element at this step is among the first `count`, 0 for the others.
#[inline(always)]
fn kept<L: Lanes>(lanes: L, count: usize, offset: usize) -> L::V {
    const ONES: [f64; 16] = [1., 1., 1., 1., 1., 1., 1., 1., 0., 0., 0., 0., 0., 0., 0., 0.];
    let inside = count.saturating_sub(offset).div_ceil(STEPS).min(8);
    lanes.load(ONES[8 - inside..].first_chunk().unwrap_or(&[0.0; 8]))
}

/// What a block without a change of sign is made of.
struct Squares {
    /// The sum of D^2 at the right ends of its cells.
    square: f64,
    /// The last of these D.
    end: f64,
    /// Whether any D from the start on is negative, and positive.
    negative: bool,
    positive: bool,
}

/// Looks at all cells of a block.
///
/// Signs are collected by their bits: vectors take minima and maxima where they take sums, which are what the loop
/// waits for. A zero among negative numbers is told apart from a positive one by [`squares_of`].
#[inline(always)]
fn squares_of_all<L: Lanes>(lanes: L, start: f64, lifts: &[L::V; 4], runs: &Runs) -> Squares {
    let (none, every) = if start == 0.0 { (0.0, -0.0) } else { (start, start) };
    let (mut any, mut all) = (lanes.splat(none), lanes.splat(every));
    let mut sums = [lanes.splat(0.0); 4];
    for step in 0..STEPS {
        for group in 0..4 {
            let b = lanes.add(lanes.load(&runs.0[group][step]), lifts[group]);
            sums[group] = lanes.add(sums[group], lanes.mul(b, b));
            any = lanes.either_negative(any, b);
            all = lanes.both_negative(all, b);
        }
    }
    let (negative, positive) = (lanes.any_negative(any), !lanes.all_negative(all));
    if negative && positive {
        return squares_of(lanes, start, lifts, runs, None);
    }
    Squares { square: fold(lanes, sums), end: end_of(lanes, lifts, runs, BLOCK), negative, positive }
}

/// D at the right end of the last of the first `count` cells.
#[inline(always)]
fn end_of<L: Lanes>(lanes: L, lifts: &[L::V; 4], runs: &Runs, count: usize) -> f64 {
    let last = count - 1;
    let (group, lane, step) = (last / 128, last / STEPS % 8, last % STEPS);
    let mut lift = [0.0; 8];
    lanes.store(lifts[group], &mut lift);
    runs.0[group][step][lane] + lift[lane]
}

/// Looks at the first `count` cells of a block, or at all.
#[inline(always)]
fn squares_of<L: Lanes>(
    lanes: L,
    start: f64,
    lifts: &[L::V; 4],
    runs: &Runs,
    count: Option<usize>,
) -> Squares {
    let (mut low, mut high) = (lanes.splat(start), lanes.splat(start));
    let mut sums = [lanes.splat(0.0); 4];
    for (group, steps) in runs.0.iter().enumerate() {
        for (step, ends) in steps.iter().enumerate() {
            let mut b = lanes.add(lanes.load(ends), lifts[group]);
            if let Some(count) = count {
                b = lanes.mul(b, kept(lanes, count, 8 * STEPS * group + step));
            }
            sums[group] = lanes.add(sums[group], lanes.mul(b, b));
            low = lanes.min(low, b);
            high = lanes.max(high, b);
        }
    }
    Squares {
        square: fold(lanes, sums),
        end: end_of(lanes, lifts, runs, count.unwrap_or(BLOCK)),
        negative: lanes.any_positive(lanes.sub(lanes.splat(0.0), low)),
        positive: lanes.any_positive(high),
    }
}

/// The sums of the first `count` cells of a block in which D changes its sign.
///
/// ```text
/// with a+ = max(a, 0), b+ = max(b, 0):    (a+^2 + a+ b+ + b+^2) (a+ + b+) / (|a| + |b|)
/// ```
///
/// to the side above; the last factor is 1 where both ends are positive, 0 where none is, and right in between.
#[inline(always)]
fn mixed<L: Lanes>(lanes: L, lifts: &[L::V; 4], runs: &Runs, count: usize) -> (f64, f64) {
    let zero = lanes.splat(0.0);
    // Where a = b = 0, any divisor will do.
    let least = lanes.splat(f64::MIN_POSITIVE);
    let (mut up, mut down) = ([zero; 4], [zero; 4]);
    for (group, steps) in runs.0.iter().enumerate() {
        let mut a = lifts[group];
        for (step, ends) in steps.iter().enumerate() {
            let b = lanes.add(lanes.load(ends), lifts[group]);
            let parts = |v| (lanes.max(v, zero), lanes.max(lanes.sub(zero, v), zero));
            let ((a_up, a_down), (b_up, b_down)) = (parts(a), parts(b));
            let (sum_up, sum_down) = (lanes.add(a_up, b_up), lanes.add(a_down, b_down));
            let length = lanes.max(lanes.add(sum_up, sum_down), least);
            let kept = kept(lanes, count, 8 * STEPS * group + step);
            let side = |a, b, sum| {
                let square = lanes.add(lanes.mul(a, sum), lanes.mul(b, b));
                lanes.mul(lanes.mul(square, lanes.div(sum, length)), kept)
            };
            up[group] = lanes.add(up[group], side(a_up, b_up, sum_up));
            down[group] = lanes.add(down[group], side(a_down, b_down, sum_down));
            a = b;
        }
    }
    (fold(lanes, up), fold(lanes, down))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::gap::{cells, first};
    use crate::kernels::tier::Tier;
    use proptest::prelude::*;

    /// Cell by cell, in plain sums.
    fn naive(x: &[f64], y: &[f64]) -> (f64, f64) {
        let (mut above, mut below, mut a) = (0.0, 0.0, 0.0);
        for (x, y) in x.iter().zip(y) {
            let b = a + (x - y);
            let (up, down) = cells::split_square(a, b);
            above += up;
            below += down;
            a = b;
        }
        (above, below)
    }

    proptest! {
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
            assert_eq!(sums(tier, &x, &y).second.0, 700f64.powi(3));
        }
    }
}
