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
//! The first order goes through the accumulators of one pair at a time and folds those of four at once.

use super::first::{self, BLOCK};
use super::second::{Both, Integral, OfRuns, Runs, eight};
use crate::kernels::lanes::{Lanes, fold_to_eight, sum_each};
use crate::kernels::tier::{Tier, per_tier};

/// The buffers of one thread.
#[derive(Default)]
pub(crate) struct Sweep {
    /// All pairs in the order in which a block is swept.
    order: Vec<(usize, usize)>,
    /// Four pairs of that order each.
    fours: Vec<Four>,
    /// The squares of a block of each pair of that order.
    squares: Vec<f64>,
    /// One for each pair of that order.
    integrals: Vec<Integral>,
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

/// The sums of the first order of four pairs so far: above, then below, each with its rounding errors beside it as
/// in [`Sum`](crate::kernels::sum::Sum). Folding one pair at a time took a fifth of the samples of a profile.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Four {
    total: [f64; 8],
    lost: [f64; 8],
}

impl Four {
    /// Adds a block of up to four pairs, and returns what it added.
    #[inline(always)]
    fn add<L: Lanes>(&mut self, lanes: L, pairs: &[(usize, usize)], blocks: &[Block]) -> [f64; 8] {
        let mut sums = [lanes.splat(0.0); 8];
        for (p, &(i, j)) in pairs.iter().enumerate().take(4) {
            let [up, down] = first::block(lanes, &blocks[i].0, &blocks[j].0);
            sums[p] = fold_to_eight(lanes, up);
            sums[4 + p] = fold_to_eight(lanes, down);
        }
        let sums = sum_each(lanes, sums);
        let old = lanes.load(&self.total);
        let new = lanes.add(old, sums);
        let t = lanes.sub(new, old);
        let error = lanes.add(lanes.sub(old, lanes.sub(new, t)), lanes.sub(sums, t));
        lanes.store(new, &mut self.total);
        lanes.store(lanes.add(lanes.load(&self.lost), error), &mut self.lost);
        let mut added = [0.0; 8];
        lanes.store(sums, &mut added);
        added
    }

    /// (above, below) of a pair.
    fn value(&self, pair: usize) -> (f64, f64) {
        let value = |lane: usize| self.total[lane] + self.lost[lane];
        (value(pair), value(4 + pair))
    }
}

impl Sweep {
    /// Sums of the first order of all pairs (i, j), i < j, i before j.
    pub(super) fn first(&mut self, tier: Tier, rows: &[&[f64]]) -> impl Iterator<Item = (f64, f64)> {
        self.clear(rows.len());
        first_of_pairs(tier, rows, &self.order, &mut self.blocks, &mut self.fours);
        places(rows.len()).map(|at| self.fours[at / 4].value(at % 4))
    }

    /// Sums of both orders.
    pub(super) fn both(&mut self, tier: Tier, rows: &[&[f64]]) -> impl Iterator<Item = Both> {
        self.clear(rows.len());
        self.runs.resize(rows.len(), Runs::EMPTY);
        both_of_pairs(tier, rows, self);
        places(rows.len()).map(|at| Both {
            first: self.fours[at / 4].value(at % 4),
            second: self.integrals[at].sums(),
        })
    }

    fn clear(&mut self, k: usize) {
        if self.blocks.len() != k {
            self.blocks.resize(k, Block([0.0; BLOCK]));
            self.order = swept(k).collect();
        }
        self.fours.clear();
        self.fours.resize(self.order.len().div_ceil(4), Four::default());
        self.squares.resize(self.order.len(), 0.0);
        self.integrals.clear();
        self.integrals.resize(self.order.len(), Integral::default());
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
    fn first_of_pairs(rows: &[&[f64]], order: &[(usize, usize)], blocks: &mut [Block], fours: &mut [Four]) = first_body
}

#[inline(always)]
fn first_body<L: Lanes>(
    lanes: L,
    rows: &[&[f64]],
    order: &[(usize, usize)],
    blocks: &mut [Block],
    fours: &mut [Four],
) {
    for start in starts(rows) {
        copy_blocks(rows, start, blocks);
        for (four, pairs) in fours.iter_mut().zip(order.chunks(4)) {
            four.add(lanes, pairs, blocks);
        }
    }
}

per_tier! {
    fn both_of_pairs(rows: &[&[f64]], sweep: &mut Sweep) = both_body
}

#[inline(always)]
fn both_body<L: Lanes>(lanes: L, rows: &[&[f64]], sweep: &mut Sweep) {
    let Sweep { order, fours, squares, integrals, blocks, runs } = sweep;
    let mut scratch = [Runs::EMPTY; 2];
    for start in starts(rows) {
        let count = copy_blocks(rows, start, blocks);
        for (block, runs) in blocks.iter().zip(&mut *runs) {
            into_runs(lanes, block, runs);
        }
        let fours = fours.iter_mut().zip(order.chunks(4));
        for ((four, pairs), squares) in fours.zip(squares.chunks_mut(4)) {
            let added = four.add(lanes, pairs, blocks);
            for (p, squares) in squares.iter_mut().enumerate() {
                *squares = added[p] + added[4 + p];
            }
        }
        second_of_block(lanes, count, order, runs, squares, integrals, &mut scratch);
    }
}

/// Adds a block of `count` rows to the sums of the second order, the squares of whose differences sum to `squares`:
/// every pair is opened while the one before is closed.
#[inline(always)]
fn second_of_block<L: Lanes>(
    lanes: L,
    count: usize,
    order: &[(usize, usize)],
    runs: &[Runs],
    squares: &[f64],
    integrals: &mut [Integral],
    [this, next]: &mut [Runs; 2],
) {
    let (mut this, mut next) = (this, next);
    let differences = |pair: usize| OfRuns { x: &runs[order[pair].0], y: &runs[order[pair].1] };
    let last = order.len() - 1;
    let mut open = integrals[0].open_runs(lanes, differences(0), this);
    for pair in 0..last {
        let (done, following) = integrals.split_at_mut(pair + 1);
        let (integral, following) = (&mut done[pair], &mut following[0]);
        let steps = differences(pair + 1);
        if count == BLOCK {
            let (squares, others) = (squares[pair], (following, steps, &mut *next));
            open = integral.close_and_open(lanes, squares, &open, this, others);
        } else {
            integral.close_block(lanes, count, squares[pair], &open, this);
            open = following.open_runs(lanes, steps, next);
        }
        std::mem::swap(&mut this, &mut next);
    }
    integrals[last].close_block(lanes, count, squares[last], &open, this);
}

/// The transposed form of a block.
#[inline(always)]
fn into_runs<L: Lanes>(lanes: L, block: &Block, runs: &mut Runs) {
    let eights = block.0.as_chunks().0;
    for group in 0..4 {
        for half in 0..2 {
            let rows = std::array::from_fn(|lane| lanes.load(&eights[eight(group, half, lane)]));
            for (step, to) in lanes.transpose(rows).into_iter().zip(runs.steps_mut(group, half)) {
                lanes.store(step, to);
            }
        }
    }
}
