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
//! - *Blocks with a change of sign* take the cells as they stand ([`mixed`]).
//! - D at the start of a block, and the totals of blocks, are carried with compensation.

use super::first::BLOCK;
use super::look::{Look, Open, Squares, mixed, squares_of_all, squares_with_care};
use crate::kernels::lanes::{Lanes, fold};
use crate::kernels::sum::Sum;
use crate::kernels::tier::per_tier;

/// Elements in a run: what lies side by side in the transposed form of a block.
pub(super) const STEPS: usize = 16;

/// Elements in a group of eight runs.
pub(super) const GROUP: usize = 8 * STEPS;

/// A block as `[group][step][lane]`: element `128 group + 16 lane + step`. On its own cache lines, because a store
/// across two takes twice as long.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Runs(pub(super) [[[f64; 8]; STEPS]; 4]);

impl Runs {
    pub(super) const EMPTY: Runs = Runs([[[0.0; 8]; STEPS]; 4]);

    /// Eight steps of the runs of a group.
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
        integral.close_block(lanes, count, up + down, &open, &scratch);
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
        // Without AVX-512 the sums of four groups do not fit into registers: each is done with before the next, which
        // makes a sixth of the time.
        let mut prefixes = [(lanes.splat(0.0), 0.0); 4];
        for (group, prefix) in prefixes.iter_mut().enumerate() {
            let mut end = lanes.splat(0.0);
            for half in 0..2 {
                for (step, to) in steps(group, half).into_iter().zip(scratch.steps_mut(group, half)) {
                    end = lanes.add(end, step);
                    lanes.store(end, to);
                }
            }
            *prefix = lanes.prefix(end);
        }
        self.opened(lanes, prefixes)
    }

    /// The same for two blocks in runs.
    #[inline(always)]
    pub(super) fn open_runs<L: Lanes>(
        &mut self,
        lanes: L,
        differences: OfRuns,
        scratch: &mut Runs,
    ) -> Open<L> {
        let mut ends = [lanes.splat(0.0); 4];
        for step in 0..STEPS {
            differences.sum_step(lanes, step, &mut ends, scratch);
        }
        self.opened(lanes, prefixes(lanes, ends))
    }

    /// What the runs lack, from the prefix sums over the runs of each group.
    #[inline(always)]
    fn opened<L: Lanes>(&mut self, lanes: L, prefixes: [(L::V, f64); 4]) -> Open<L> {
        let start = self.level.value();
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
        open: &Open<L>,
        scratch: &Runs,
    ) {
        let seen = match count {
            BLOCK => squares_of_all(lanes, open, scratch),
            _ => squares_with_care(lanes, open, scratch, count),
        };
        self.settle(lanes, count, squares, open, scratch, seen);
    }

    /// [`Integral::close_block`] of a whole block and [`Integral::open_runs`] of the next pair, step by step. Either
    /// waits for its own additions, and together they keep the adders busy: all pairs of 50 columns took 0.43 ns one
    /// after the other, and 0.38 so.
    #[inline(always)]
    pub(super) fn close_and_open<L: Lanes>(
        &mut self,
        lanes: L,
        squares: f64,
        open: &Open<L>,
        scratch: &Runs,
        (next, differences, next_scratch): (&mut Integral, OfRuns, &mut Runs),
    ) -> Open<L> {
        let mut look = Look::new(lanes, open.start);
        let mut ends = [lanes.splat(0.0); 4];
        for step in 0..STEPS {
            for group in 0..4 {
                let d = lanes.add(lanes.load(&scratch.0[group][step]), open.lifts[group]);
                look.take(lanes, group, d);
            }
            differences.sum_step(lanes, step, &mut ends, next_scratch);
        }
        let next = next.opened(lanes, prefixes(lanes, ends));
        self.settle(lanes, BLOCK, squares, open, scratch, look.seen(lanes, open, scratch));
        next
    }

    /// Adds the areas of a block as it was seen.
    #[inline(always)]
    fn settle<L: Lanes>(
        &mut self,
        lanes: L,
        count: usize,
        squares: f64,
        Open { start, lifts }: &Open<L>,
        scratch: &Runs,
        Squares { square, end, negative, positive }: Squares,
    ) {
        if negative && positive {
            let (up, down) = mixed(lanes, lifts, scratch, count);
            self.above.add(up);
            self.below.add(down);
        } else {
            let area = 3.0 * square + 1.5 * (start * start - end * end) - 0.5 * squares;
            if positive { &mut self.above } else { &mut self.below }.add(area);
        }
    }
}

/// The differences of two blocks in runs.
#[derive(Clone, Copy)]
pub(super) struct OfRuns<'a> {
    pub(super) x: &'a Runs,
    pub(super) y: &'a Runs,
}

impl OfRuns<'_> {
    /// Adds a step to the sums of all runs, and writes them down. The groups go side by side, four chains of additions.
    #[inline(always)]
    fn sum_step<L: Lanes>(&self, lanes: L, step: usize, ends: &mut [L::V; 4], scratch: &mut Runs) {
        for (group, end) in ends.iter_mut().enumerate() {
            let (x, y) = (lanes.load(&self.x.0[group][step]), lanes.load(&self.y.0[group][step]));
            *end = lanes.add(*end, lanes.sub(x, y));
            lanes.store(*end, &mut scratch.0[group][step]);
        }
    }
}

/// [`Lanes::prefix`] of the sums of four groups.
#[inline(always)]
fn prefixes<L: Lanes>(lanes: L, [a, b, c, d]: [L::V; 4]) -> [(L::V, f64); 4] {
    [lanes.prefix(a), lanes.prefix(b), lanes.prefix(c), lanes.prefix(d)]
}

#[cfg(test)]
mod tests {
    use super::*;
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
