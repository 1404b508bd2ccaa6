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
//! Two rows against three at a time in registers were tried: the loads they save are not what a pair waits for
//! without fused multiply-add (three additions against two loads from the nearest cache).

use super::first::{self, BLOCK};
use super::second::{Both, Integral, Runs, eight};
use crate::kernels::lanes::Lanes;
use crate::kernels::sum::Sum;
use crate::kernels::tier::{Tier, per_tier};

/// The buffers of one thread.
#[derive(Default)]
pub(crate) struct Sweep {
    pairs: Vec<Pair>,
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

/// The sums of a pair so far.
#[derive(Clone, Copy, Default)]
struct Pair {
    above: Sum,
    below: Sum,
    integral: Integral,
}

impl Sweep {
    /// Sums of the first order of all pairs (i, j), i < j, i before j.
    pub(super) fn first(&mut self, tier: Tier, rows: &[&[f64]]) -> impl Iterator<Item = (f64, f64)> {
        self.clear(rows.len());
        first_of_pairs(tier, rows, &mut self.blocks, &mut self.pairs);
        self.pairs.iter().map(|pair| (pair.above.value(), pair.below.value()))
    }

    /// Sums of both orders.
    pub(super) fn both(&mut self, tier: Tier, rows: &[&[f64]]) -> impl Iterator<Item = Both> {
        self.clear(rows.len());
        self.runs.resize(rows.len(), Runs::EMPTY);
        both_of_pairs(tier, rows, &mut self.blocks, &mut self.runs, &mut self.pairs);
        self.pairs.iter().map(|pair| Both {
            first: (pair.above.value(), pair.below.value()),
            second: pair.integral.sums(),
        })
    }

    fn clear(&mut self, k: usize) {
        self.blocks.resize(k, Block([0.0; BLOCK]));
        self.pairs.clear();
        self.pairs.resize(k * k.saturating_sub(1) / 2, Pair::default());
    }
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

/// The pairs i < j of k columns, `height` rows i at a time: a block j comes from the second cache once for each of
/// them, and all of them fit into the first.
#[inline(always)]
fn tiled(k: usize, height: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..k).step_by(height).flat_map(move |top| {
        (top + 1..k).flat_map(move |j| (top..j.min(top + height)).map(move |i| (i, j)))
    })
}

/// Where the sums of a pair are.
#[inline(always)]
fn place(k: usize, i: usize, j: usize) -> usize {
    i * (2 * k - i - 1) / 2 + (j - i - 1)
}

/// Where the blocks begin.
#[inline(always)]
fn starts(rows: &[&[f64]]) -> impl Iterator<Item = usize> {
    (0..rows.first().map_or(0, |row| row.len())).step_by(BLOCK)
}

impl Pair {
    /// Adds a block to the first order, and returns its sum of squares.
    #[inline(always)]
    fn add_first<L: Lanes>(&mut self, lanes: L, x: &Block, y: &Block) -> f64 {
        let (up, down) = first::block(lanes, &x.0, &y.0);
        self.above.add(up);
        self.below.add(down);
        up + down
    }
}

per_tier! {
    fn first_of_pairs(rows: &[&[f64]], blocks: &mut [Block], pairs: &mut [Pair]) = first_body
}

#[inline(always)]
fn first_body<L: Lanes>(lanes: L, rows: &[&[f64]], blocks: &mut [Block], pairs: &mut [Pair]) {
    for start in starts(rows) {
        copy_blocks(rows, start, blocks);
        for (i, j) in tiled(rows.len(), 4) {
            pairs[place(rows.len(), i, j)].add_first(lanes, &blocks[i], &blocks[j]);
        }
    }
}

per_tier! {
    fn both_of_pairs(
        rows: &[&[f64]], blocks: &mut [Block], runs: &mut [Runs], pairs: &mut [Pair],
    ) = both_body
}

#[inline(always)]
fn both_body<L: Lanes>(
    lanes: L,
    rows: &[&[f64]],
    blocks: &mut [Block],
    runs: &mut [Runs],
    pairs: &mut [Pair],
) {
    let mut scratch = Runs::EMPTY;
    for start in starts(rows) {
        let count = copy_blocks(rows, start, blocks);
        for (block, runs) in blocks.iter().zip(&mut *runs) {
            into_runs(lanes, block, runs);
        }
        for (i, j) in tiled(rows.len(), 2) {
            let pair = &mut pairs[place(rows.len(), i, j)];
            let squares = pair.add_first(lanes, &blocks[i], &blocks[j]);
            let (runs_x, runs_y) = (&runs[i], &runs[j]);
            let steps = |group, half| -> [L::V; 8] {
                let (x, y) = (runs_x.steps(group, half), runs_y.steps(group, half));
                std::array::from_fn(|step| lanes.sub(lanes.load(&x[step]), lanes.load(&y[step])))
            };
            let open = pair.integral.open_block(lanes, steps, &mut scratch);
            pair.integral.close_block(lanes, count, squares, open, &scratch);
        }
    }
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
