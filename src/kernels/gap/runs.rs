//! A block of 512 differences in eight runs side by side, and what the second order needs to know of each.
//!
//! ```text
//! c_1 .. c_64   the sums of the first differences of a run, counted from its own start
//! Moments:      c_64,  sum c,  sum c^2
//! ```
//!
//! With D at the start of the run, l, known afterwards, `sum D^2 = 64 l^2 + 2 l sum c + sum c^2`: one pass, and
//! nothing is stored between the prefix sums and their squares.

use super::first::BLOCK;
use crate::kernels::lanes::Lanes;

/// Elements in a run.
pub(super) const RUN: usize = BLOCK / 8;

/// Elements in a quarter of a run. A chain of additions waits for the adder at every step, so the quarters of a run
/// are summed side by side, and put together afterwards.
pub(super) const STEPS: usize = RUN / 4;

/// A block as `[quarter][step][lane]`: element `64 lane + 16 quarter + step`. On its own cache lines, because a load
/// across two takes twice as long.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Runs(pub(super) [[[f64; 8]; STEPS]; 4]);

impl Runs {
    pub(super) const EMPTY: Runs = Runs([[[0.0; 8]; STEPS]; 4]);

    /// Writes the transposed form of a block, whose eights are given by their place.
    #[inline(always)]
    pub(super) fn fill<L: Lanes>(&mut self, lanes: L, eights: impl Fn(usize) -> L::V) {
        for (quarter, steps) in self.0.iter_mut().enumerate() {
            for (half, to) in steps.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                for (step, to) in transposed(lanes, quarter, half, &eights).into_iter().zip(to) {
                    lanes.store(step, to);
                }
            }
        }
    }
}

/// Eight steps of a quarter, from the eights of a block.
#[inline(always)]
fn transposed<L: Lanes>(
    lanes: L,
    quarter: usize,
    half: usize,
    eights: &impl Fn(usize) -> L::V,
) -> [L::V; 8] {
    lanes.transpose(std::array::from_fn(|lane| eights(RUN / 8 * lane + 2 * quarter + half)))
}

/// What is known of the runs of a block before D at their starts is.
#[derive(Clone, Copy)]
pub(super) struct Moments<L: Lanes> {
    /// How far D rises over each run.
    pub(super) rise: L::V,
    /// The sum of c, and of c^2.
    pub(super) sum: L::V,
    pub(super) square: L::V,
}

impl<L: Lanes> Moments<L> {
    #[inline(always)]
    pub(super) fn new(lanes: L) -> Moments<L> {
        let zero = lanes.splat(0.0);
        Moments { rise: zero, sum: zero, square: zero }
    }

    /// Goes on by the difference at `offset` of each run. Counts the first `count` elements of the block, if not the
    /// `WHOLE`.
    #[inline(always)]
    fn step<const WHOLE: bool>(
        &mut self,
        lanes: L,
        beside: Option<L::V>,
        d: L::V,
        offset: usize,
        count: usize,
    ) {
        self.rise = lanes.add(self.rise, d);
        let c = if WHOLE { self.rise } else { lanes.mul(self.rise, kept(lanes, count, offset)) };
        self.sum = match beside {
            Some(ones) => lanes.add_beside(ones, c, self.sum),
            None => lanes.add(self.sum, c),
        };
        self.square = lanes.add(self.square, lanes.mul(c, c));
    }

    /// Puts the quarters of runs together: with p the rise before a quarter of m elements, its squares are
    /// `m p^2 + 2 p sum c + sum c^2`, and its sum is `m p + sum c`.
    #[inline(always)]
    fn joined<const WHOLE: bool>(lanes: L, quarters: [Moments<L>; 4], count: usize) -> Moments<L> {
        let mut all = quarters[0];
        for (quarter, of) in quarters.iter().enumerate().skip(1) {
            let m = match WHOLE {
                true => lanes.splat(STEPS as f64),
                false => lanes.load(&lengths::<STEPS>(count, STEPS * quarter)),
            };
            let before = lanes.mul(m, all.rise);
            all.sum = lanes.add(all.sum, lanes.add(of.sum, before));
            all.square = lanes.add(all.square, of.squares_from(lanes, all.rise, m));
            all.rise = lanes.add(all.rise, of.rise);
        }
        all
    }

    /// `m l^2 + 2 l sum c + sum c^2`: the sum of D^2 over runs of m elements that start at l.
    #[inline(always)]
    pub(super) fn squares_from(&self, lanes: L, l: L::V, m: L::V) -> L::V {
        let twice = lanes.add(self.sum, self.sum);
        lanes.add(lanes.mul(l, lanes.add(lanes.mul(m, l), twice)), self.square)
    }

    /// Of the differences of a block in runs.
    #[inline(always)]
    pub(super) fn of_runs<const WHOLE: bool>(lanes: L, x: &Runs, y: &Runs, count: usize) -> Moments<L> {
        let mut quarters = [Moments::new(lanes); 4];
        let ones = lanes.splat(std::hint::black_box(1.0));
        // Four of the five operations on a difference add: the first of these and every other of the sums go to the
        // units that multiply (1.70 instead of 1.80 ms for all pairs of 50 columns of 10,000 rows). Quarters go side by
        // side where there are registers for that; the sums are the same.
        let abreast = L::GROUPS;
        for first in (0..4).step_by(abreast) {
            for step in 0..STEPS {
                for (quarter, of) in quarters.iter_mut().enumerate().skip(first).take(abreast) {
                    let (x, y) = (lanes.load(&x.0[quarter][step]), lanes.load(&y.0[quarter][step]));
                    let d = lanes.sub_beside(ones, x, y);
                    let (beside, offset) = ((quarter % 2 == 1).then_some(ones), STEPS * quarter + step);
                    of.step::<WHOLE>(lanes, beside, d, offset, count);
                }
            }
        }
        Moments::joined::<WHOLE>(lanes, quarters, count)
    }

    /// Of the differences of a block, given by eights. Writing them down in runs first took 2.8 instead of 2.3 us for a
    /// pair of 10,000 rows.
    #[inline(always)]
    pub(super) fn of_eights<const WHOLE: bool>(
        lanes: L,
        eights: impl Fn(usize) -> L::V,
        count: usize,
    ) -> Moments<L> {
        let mut quarters = [Moments::new(lanes); 4];
        for (quarter, of) in quarters.iter_mut().enumerate() {
            for half in 0..2 {
                for (step, d) in transposed(lanes, quarter, half, &eights).into_iter().enumerate() {
                    let offset = STEPS * quarter + 8 * half + step;
                    of.step::<WHOLE>(lanes, None, d, offset, count);
                }
            }
        }
        Moments::joined::<WHOLE>(lanes, quarters, count)
    }
}

/// 1 for runs whose element at `offset` is among the first `count` of the block, 0 for the others.
#[inline(always)]
pub(super) fn kept<L: Lanes>(lanes: L, count: usize, offset: usize) -> L::V {
    const ONES: [f64; 16] = [1., 1., 1., 1., 1., 1., 1., 1., 0., 0., 0., 0., 0., 0., 0., 0.];
    let inside = count.saturating_sub(offset).div_ceil(RUN).min(8);
    lanes.load(ONES[8 - inside..].first_chunk().unwrap_or(&[0.0; 8]))
}

/// How many of `LENGTH` elements of each run, from `offset` on, are among the first `count` of the block.
#[inline(always)]
pub(super) fn lengths<const LENGTH: usize>(count: usize, offset: usize) -> [f64; 8] {
    std::array::from_fn(|lane| count.saturating_sub(RUN * lane + offset).min(LENGTH) as f64)
}
