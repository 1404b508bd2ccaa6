//! A block of the second order between its prefix sums and its areas: the squares and signs of D, and the cells of a
//! block in which D changes its sign. (The formulas are in [`second`](super::second).)

use super::first::BLOCK;
use super::second::{GROUP, Runs, STEPS};
use crate::kernels::lanes::{Lanes, fold};

/// A block between its prefix sums and its areas.
pub(super) struct Open<L: Lanes> {
    /// D at its left end.
    pub(super) start: f64,
    /// What the prefix sums of each run lack.
    pub(super) lifts: [L::V; 4],
}

/// 1 for lanes whose element at this step is among the first `count`, 0 for the others.
#[inline(always)]
fn kept<L: Lanes>(lanes: L, count: usize, offset: usize) -> L::V {
    const ONES: [f64; 16] = [1., 1., 1., 1., 1., 1., 1., 1., 0., 0., 0., 0., 0., 0., 0., 0.];
    let inside = count.saturating_sub(offset).div_ceil(STEPS).min(8);
    lanes.load(ONES[8 - inside..].first_chunk().unwrap_or(&[0.0; 8]))
}

/// What a block without a change of sign is made of.
pub(super) struct Squares {
    /// The sum of D^2 at the right ends of its cells.
    pub(super) square: f64,
    /// The last of these D.
    pub(super) end: f64,
    /// Whether any D from the start on is negative, and positive.
    pub(super) negative: bool,
    pub(super) positive: bool,
}

/// What is collected on the way through a whole block.
///
/// Signs are collected by their bits: vectors take minima and maxima where they take sums, which are what the loop
/// waits for. A zero among negative numbers is told apart from a positive one by [`squares_with_care`].
pub(super) struct Look<L: Lanes> {
    any: L::V,
    all: L::V,
    sums: [L::V; 4],
}

impl<L: Lanes> Look<L> {
    #[inline(always)]
    pub(super) fn new(lanes: L, start: f64) -> Look<L> {
        let (none, every) = if start == 0.0 { (0.0, -0.0) } else { (start, start) };
        Look { any: lanes.splat(none), all: lanes.splat(every), sums: [lanes.splat(0.0); 4] }
    }

    #[inline(always)]
    pub(super) fn take(&mut self, lanes: L, group: usize, d: L::V) {
        self.sums[group] = lanes.add(self.sums[group], lanes.mul(d, d));
        self.any = lanes.either_negative(self.any, d);
        self.all = lanes.both_negative(self.all, d);
    }

    #[inline(always)]
    pub(super) fn seen(self, lanes: L, open: &Open<L>, runs: &Runs) -> Squares {
        let (negative, positive) = (lanes.any_negative(self.any), !lanes.all_negative(self.all));
        if negative && positive {
            return squares_with_care(lanes, open, runs, BLOCK);
        }
        let end = end_of(lanes, &open.lifts, runs, BLOCK);
        Squares { square: fold(lanes, self.sums), end, negative, positive }
    }
}

/// Looks at all cells of a block.
#[inline(always)]
pub(super) fn squares_of_all<L: Lanes>(lanes: L, open: &Open<L>, runs: &Runs) -> Squares {
    let mut look = Look::new(lanes, open.start);
    // Groups side by side where there are registers for their sums and lifts; the sums are the same.
    let abreast = L::GROUPS;
    for first in (0..4).step_by(abreast) {
        for step in 0..STEPS {
            for group in first..first + abreast {
                let d = lanes.add(lanes.load(&runs.0[group][step]), open.lifts[group]);
                look.take(lanes, group, d);
            }
        }
    }
    look.seen(lanes, open, runs)
}

/// D at the right end of the last of the first `count` cells.
#[inline(always)]
fn end_of<L: Lanes>(lanes: L, lifts: &[L::V; 4], runs: &Runs, count: usize) -> f64 {
    let last = count - 1;
    let (group, lane, step) = (last / GROUP, last / STEPS % 8, last % STEPS);
    let mut lift = [0.0; 8];
    lanes.store(lifts[group], &mut lift);
    runs.0[group][step][lane] + lift[lane]
}

/// Looks at the first `count` cells of a block, and tells zeros from signs.
#[inline(always)]
pub(super) fn squares_with_care<L: Lanes>(
    lanes: L,
    Open { start, lifts }: &Open<L>,
    runs: &Runs,
    count: usize,
) -> Squares {
    let (mut low, mut high) = (lanes.splat(*start), lanes.splat(*start));
    let mut sums = [lanes.splat(0.0); 4];
    for (group, steps) in runs.0.iter().enumerate() {
        for (step, ends) in steps.iter().enumerate() {
            let b = lanes.add(lanes.load(ends), lifts[group]);
            let b = lanes.mul(b, kept(lanes, count, GROUP * group + step));
            sums[group] = lanes.add(sums[group], lanes.mul(b, b));
            low = lanes.min(low, b);
            high = lanes.max(high, b);
        }
    }
    Squares {
        square: fold(lanes, sums),
        end: end_of(lanes, lifts, runs, count),
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
pub(super) fn mixed<L: Lanes>(lanes: L, lifts: &[L::V; 4], runs: &Runs, count: usize) -> (f64, f64) {
    let zero = lanes.splat(0.0);
    // Where a = b = 0, any divisor will do.
    let least = lanes.splat(f64::MIN_POSITIVE);
    let (mut up, mut down) = ([zero; 4], [zero; 4]);
    for (group, steps) in runs.0.iter().enumerate() {
        let mut a = lifts[group];
        for (step, ends) in steps.iter().enumerate() {
            let b = lanes.add(lanes.load(ends), lifts[group]);
            let kept = kept(lanes, count, GROUP * group + step);
            if !lanes.any_negative(lanes.signs_differ(a, b)) {
                // No line crosses 0, so the last factor is 1 on one side. Divisions took most of the time of a block.
                let sum = lanes.add(a, b);
                let square = lanes.add(lanes.mul(a, sum), lanes.mul(b, b));
                lanes.add_by_sign(sum, lanes.mul(square, kept), &mut up[group], &mut down[group]);
                a = b;
                continue;
            }
            let parts = |v| (lanes.max(v, zero), lanes.max(lanes.sub(zero, v), zero));
            let ((a_up, a_down), (b_up, b_down)) = (parts(a), parts(b));
            let (sum_up, sum_down) = (lanes.add(a_up, b_up), lanes.add(a_down, b_down));
            let length = lanes.max(lanes.add(sum_up, sum_down), least);
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
