//! A block of 512 differences in eight runs side by side, and what the second order needs to know of each.
//!
//! ```text
//! c_1 .. c_64   the sums of the first differences of a run, counted from its own start
//! Moments:      c_64,  sum c,  sum c^2
//! ```
//!
//! With D at the start of the run, l, known afterwards, `sum D^2 = 64 l^2 + 2 l sum c + sum c^2`: one pass, and
//! nothing is stored between the prefix sums and their squares. Cells of different masses bring weighed sums: then the
//! mass of the run stands for 64.

use super::first::BLOCK;
use crate::kernels::lanes::Lanes;

/// Elements in a run.
const RUN: usize = BLOCK / 8;

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

    /// Goes on by the difference at `offset` of each run.
    #[inline(always)]
    fn step<const WHOLE: bool>(
        &mut self,
        lanes: L,
        beside: Option<L::V>,
        d: L::V,
        offset: usize,
        counted: Counted<L, WHOLE>,
    ) {
        self.rise = lanes.add(self.rise, d);
        let c = counted.keep(lanes, offset, self.rise);
        self.sum = match beside {
            Some(ones) => lanes.add_beside(ones, c, self.sum),
            None => lanes.add(self.sum, c),
        };
        self.square = lanes.add(self.square, lanes.mul(c, c));
    }

    /// Puts the quarters of runs together: with p the rise before a quarter of m elements (or mass m), its squares are
    /// `m p^2 + 2 p sum c + sum c^2`, and its sum is `m p + sum c`.
    #[inline(always)]
    pub(super) fn joined(lanes: L, quarters: [Moments<L>; 4], lengths: [L::V; 4]) -> Moments<L> {
        let mut all = quarters[0];
        for (of, m) in quarters.iter().zip(lengths).skip(1) {
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
    pub(super) fn of_runs<const WHOLE: bool>(
        lanes: L,
        counted: Counted<L, WHOLE>,
        x: &Runs,
        y: &Runs,
    ) -> Moments<L> {
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
                    of.step(lanes, beside, d, offset, counted);
                }
            }
        }
        Moments::joined(lanes, quarters, counted.quarters(lanes))
    }

    /// Of the differences of a block, given by eights. Writing them down in runs first took 2.8 instead of 2.3 us for a
    /// pair of 10,000 rows.
    #[inline(always)]
    pub(super) fn of_eights<const WHOLE: bool>(
        lanes: L,
        counted: Counted<L, WHOLE>,
        eights: impl Fn(usize) -> L::V,
    ) -> Moments<L> {
        let mut quarters = [Moments::new(lanes); 4];
        for (quarter, of) in quarters.iter_mut().enumerate() {
            for half in 0..2 {
                for (step, d) in transposed(lanes, quarter, half, &eights).into_iter().enumerate() {
                    let offset = STEPS * quarter + 8 * half + step;
                    of.step(lanes, None, d, offset, counted);
                }
            }
        }
        Moments::joined(lanes, quarters, counted.quarters(lanes))
    }
}

/// Which elements of a block are rows: all of a `WHOLE` one. The others are zeros that fill it up.
#[derive(Clone, Copy)]
pub(super) struct Counted<L: Lanes, const WHOLE: bool> {
    rows: usize,
    /// 1 for the runs whose element at an offset is a row, and 0 for the others: at offsets below `rows mod 64`, and
    /// from there on.
    masks: [L::V; 2],
}

impl<L: Lanes, const WHOLE: bool> Counted<L, WHOLE> {
    #[inline(always)]
    pub(super) fn new(lanes: L, rows: usize) -> Counted<L, WHOLE> {
        let first =
            |runs: usize| lanes.load(&std::array::from_fn(|run| f64::from(u8::from(run < runs))));
        Counted { rows, masks: [first(rows.div_ceil(RUN)), first(rows / RUN)] }
    }

    /// What belongs to the elements at `offset` of runs, where these are rows, and 0 elsewhere.
    #[inline(always)]
    pub(super) fn keep(self, lanes: L, offset: usize, v: L::V) -> L::V {
        match WHOLE {
            true => v,
            false => lanes.mul(v, self.masks[usize::from(offset >= self.rows % RUN)]),
        }
    }

    /// How many elements of a run are rows.
    #[inline(always)]
    pub(super) fn length(self, run: usize) -> f64 {
        self.of_part::<RUN>(run, 0)
    }

    /// The same of all runs.
    #[inline(always)]
    pub(super) fn lengths(self, lanes: L) -> L::V {
        lanes.load(&std::array::from_fn(|run| self.length(run)))
    }

    /// The same of their quarters.
    #[inline(always)]
    fn quarters(self, lanes: L) -> [L::V; 4] {
        let of = |quarter: usize| {
            lanes.load(&std::array::from_fn(|run| self.of_part::<STEPS>(run, STEPS * quarter)))
        };
        [of(0), of(1), of(2), of(3)]
    }

    /// How many of `LENGTH` elements of a run, from `offset` on, are rows.
    #[inline(always)]
    fn of_part<const LENGTH: usize>(self, run: usize, offset: usize) -> f64 {
        match WHOLE {
            true => LENGTH as f64,
            false => self.rows.saturating_sub(RUN * run + offset).min(LENGTH) as f64,
        }
    }
}
