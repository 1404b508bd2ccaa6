//! All pairs of many columns of equal length.
//!
//! ```text
//! for each block of 512 elements
//!     for each pair i < j:  add the block to the sums of the pair, as the kernels of a pair do
//! ```
//!
//! The block of every column stays in the cache while all pairs look at it, and is transposed once for the second
//! order. A pair's sums pass through the same additions in the same order as in [`first`] and [`second`], so
//! a pair has the same bits among many columns as alone.
//!
//! The sums of eight pairs are folded and carried on side by side.

use super::changing;
use super::first::{self, BLOCK};
use super::runs::{Counted, Moments, Runs, STEPS};
use super::second::{Both, Integral, areas_far_from_zero, near_zero};
use super::sums::{Stored, Sums};
use crate::kernels::lanes::{Lanes, fold_to_eight, prefix_each, sum_each, sum_rows};
use crate::kernels::tier::{Tier, per_tier};

/// The buffers of one thread.
#[derive(Default)]
pub(crate) struct Sweep {
    /// All pairs in the order in which a block is swept.
    order: Vec<(usize, usize)>,
    /// Eight pairs of that order each: the sums of the first order, and of the second.
    firsts: Vec<First>,
    seconds: Vec<Second>,
    /// A block of each column.
    blocks: Vec<Block>,
    /// The same in runs.
    runs: Vec<Runs>,
}

/// A block followed by zeros, on its own cache lines: columns start anywhere, and a load across two lines takes
/// twice as long.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Block([f64; BLOCK]);

/// Sums of the first order of eight pairs. Folding one pair at a time took a fifth of the samples of a profile.
#[derive(Clone, Copy, Default)]
struct First {
    above: Stored,
    below: Stored,
}

impl First {
    /// Adds a block of up to eight pairs, and returns what it added.
    #[inline(always)]
    fn add<L: Lanes>(&mut self, lanes: L, pairs: &[(usize, usize)], blocks: &[Block]) -> [L::V; 2] {
        let mut sides = [[lanes.splat(0.0); 8]; 2];
        for (p, &(i, j)) in pairs.iter().enumerate().take(8) {
            let [up, down] = first::block(lanes, &blocks[i].0, &blocks[j].0);
            sides[0][p] = fold_to_eight(lanes, up);
            sides[1][p] = fold_to_eight(lanes, down);
        }
        let (up, down) = (sum_each(lanes, sides[0]), sum_each(lanes, sides[1]));
        self.above.add(lanes, up);
        self.below.add(lanes, down);
        [up, down]
    }
}

/// Sums of the second order of eight pairs.
#[derive(Clone, Copy, Default)]
struct Second {
    level: Stored,
    above: Stored,
    below: Stored,
}

impl Second {
    /// Adds a block of `rows` rows of up to eight pairs, whose sums of the first order are `first`.
    #[inline(always)]
    fn add<L: Lanes, const WHOLE: bool>(
        &mut self,
        lanes: L,
        rows: usize,
        pairs: &[(usize, usize)],
        runs: &[Runs],
        first: [L::V; 2],
    ) {
        let counted = Counted::<L, WHOLE>::new(lanes, rows);
        let mut integral = Integral {
            level: Sums::load(lanes, &self.level),
            above: Sums::load(lanes, &self.above),
            below: Sums::load(lanes, &self.below),
        };
        let start = integral.level(lanes);
        let near = near_zero(lanes, start, first);
        let [mut starts, mut is_near, mut above, mut below] = [[0.0; 8]; 4];
        lanes.store(start, &mut starts);
        lanes.store(near, &mut is_near);
        let [mut rises, mut sums, mut squares] = [[lanes.splat(0.0); 8]; 3];
        for (p, &(i, j)) in pairs.iter().enumerate().take(8) {
            if is_near[p].is_sign_negative() {
                let difference = |quarter: usize, step: usize| {
                    lanes.sub(
                        lanes.load(&runs[i].0[quarter][step]),
                        lanes.load(&runs[j].0[quarter][step]),
                    )
                };
                let keep = |quarter, step, v| counted.keep(lanes, STEPS * quarter + step, v);
                let cells = changing::cells(lanes, starts[p], difference, keep);
                (rises[p], above[p], below[p]) = (cells.rises, cells.above, cells.below);
            } else {
                let moments = Moments::of_runs(lanes, counted, &runs[i], &runs[j]);
                (rises[p], sums[p], squares[p]) = (moments.rise, moments.sum, moments.square);
            }
        }
        // From here on a vector holds the same run of eight pairs.
        let (rises, sums, mut squares) =
            (lanes.transpose(rises), lanes.transpose(sums), lanes.transpose(squares));
        let (before, rise) = prefix_each(lanes, rises);
        for (run, square) in squares.iter_mut().enumerate() {
            let moments = Moments { rise: rises[run], sum: sums[run], square: *square };
            let start = lanes.add(start, before[run]);
            *square = moments.squares_from(lanes, start, lanes.splat(counted.length(run)));
        }
        integral.rise(lanes, rise);
        let ends = [start, integral.level(lanes)];
        let far = areas_far_from_zero(lanes, ends, sum_rows(lanes, squares), first);
        let above = lanes.choose(near, lanes.load(&above), far[0]);
        let below = lanes.choose(near, lanes.load(&below), far[1]);
        integral.add(lanes, [above, below]);
        integral.level.store(lanes, &mut self.level);
        integral.above.store(lanes, &mut self.above);
        integral.below.store(lanes, &mut self.below);
    }
}

impl Sweep {
    /// Sums of the first order of all pairs (i, j), i < j, i before j.
    pub(super) fn first(&mut self, tier: Tier, rows: &[&[f64]]) -> impl Iterator<Item = (f64, f64)> {
        self.clear(rows.len());
        first_of_pairs(tier, rows, self);
        places(rows.len()).map(|at| self.first_of(at))
    }

    /// Sums of both orders.
    pub(super) fn both(&mut self, tier: Tier, rows: &[&[f64]]) -> impl Iterator<Item = Both> {
        self.clear(rows.len());
        self.runs.resize(rows.len(), Runs::EMPTY);
        both_of_pairs(tier, rows, self);
        places(rows.len()).map(|at| Both {
            first: self.first_of(at),
            second: (self.seconds[at / 8].above.value(at % 8), self.seconds[at / 8].below.value(at % 8)),
        })
    }

    /// The sums of the first order of a pair.
    fn first_of(&self, at: usize) -> (f64, f64) {
        let eight = &self.firsts[at / 8];
        (eight.above.value(at % 8), eight.below.value(at % 8))
    }

    fn clear(&mut self, k: usize) {
        if self.blocks.len() != k {
            self.blocks.resize(k, Block([0.0; BLOCK]));
            self.order = swept(k).collect();
        }
        let eights = self.order.len().div_ceil(8);
        self.firsts.clear();
        self.firsts.resize(eights, First::default());
        self.seconds.clear();
        self.seconds.resize(eights, Second::default());
    }
}

/// Columns i that are taken against each j before the next. Their blocks and that of j fit into the nearest cache,
/// into which a block j comes once for all of them. At both orders these are seven times 4 KiB with the runs; more rows
/// were no faster.
const HEIGHT: usize = 2;

/// All pairs i < j of k columns as they are swept.
fn swept(k: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..k).step_by(HEIGHT).flat_map(move |top| {
        (top + 1..k).flat_map(move |j| (top..j.min(top + HEIGHT)).map(move |i| (i, j)))
    })
}

/// Where the pairs of k columns, j fastest, are among those [`swept`].
fn places(k: usize) -> impl Iterator<Item = usize> {
    (0..k).flat_map(move |i| {
        let top = i - i % HEIGHT;
        // Before the rows from `top` on: all pairs of the rows above it. Before column j: a triangle, then columns.
        let before = top * (2 * k - top - 1) / 2;
        (i + 1..k).map(move |j| {
            let across = j - top;
            let columns = if across <= HEIGHT {
                across * (across - 1) / 2
            } else {
                HEIGHT * (HEIGHT - 1) / 2 + HEIGHT * (across - HEIGHT)
            };
            before + columns + (i - top)
        })
    })
}

/// Copies the block of every column that begins at row `start`, and returns its length.
#[inline(always)]
fn copy_blocks(rows: &[&[f64]], start: usize, blocks: &mut [Block]) -> usize {
    let count = BLOCK.min(rows[0].len() - start);
    for (row, block) in rows.iter().zip(blocks) {
        block.0[..count].copy_from_slice(&row[start..start + count]);
        block.0[count..].fill(0.0);
    }
    count
}

/// Where the blocks begin.
#[inline(always)]
fn starts(rows: &[&[f64]]) -> impl Iterator<Item = usize> {
    (0..rows.first().map_or(0, |row| row.len())).step_by(BLOCK)
}

per_tier! {
    fn first_of_pairs(rows: &[&[f64]], sweep: &mut Sweep) = first_body
}

#[inline(always)]
fn first_body<L: Lanes>(lanes: L, rows: &[&[f64]], sweep: &mut Sweep) {
    for start in starts(rows) {
        copy_blocks(rows, start, &mut sweep.blocks);
        for (first, pairs) in sweep.firsts.iter_mut().zip(sweep.order.chunks(8)) {
            first.add(lanes, pairs, &sweep.blocks);
        }
    }
}

per_tier! {
    fn both_of_pairs(rows: &[&[f64]], sweep: &mut Sweep) = both_body
}

#[inline(always)]
fn both_body<L: Lanes>(lanes: L, rows: &[&[f64]], sweep: &mut Sweep) {
    for start in starts(rows) {
        let count = copy_blocks(rows, start, &mut sweep.blocks);
        for (block, runs) in sweep.blocks.iter().zip(&mut sweep.runs) {
            runs.fill(lanes, |at| lanes.load(&block.0.as_chunks().0[at]));
        }
        let eights = sweep.firsts.iter_mut().zip(&mut sweep.seconds);
        for ((first, second), pairs) in eights.zip(sweep.order.chunks(8)) {
            let sides = first.add(lanes, pairs, &sweep.blocks);
            match count {
                BLOCK => second.add::<L, true>(lanes, count, pairs, &sweep.runs, sides),
                _ => second.add::<L, false>(lanes, count, pairs, &sweep.runs, sides),
            }
        }
    }
}
