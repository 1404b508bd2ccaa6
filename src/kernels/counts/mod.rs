//! Exact multinomial counts: how often each of n cells is hit by N balls that fall independently.
//!
//! ```text
//! split(N balls, w cells)                 w a power of two: the root of a binary tree over the cells
//!     w = 1:  the count of a cell is N
//!     left  = heads among N fair coins    = popcount of N random bits ~ Binomial(N, 1/2)
//!     split(left, w/2), split(N - left, w/2)
//! ```
//!
//! Integers only, exact, without a scatter; about 3.5 random bytes a cell. Departures from the formula:
//!
//! 1. Nodes are split level by level. Their counts lie in one array that doubles: `c[i] = left`,
//!    `c[k + i] = N - left`. Cells are exchangeable, so the order in which they end up is of no account.
//! 2. n need not be a power of two. A level of width w has n / w full nodes and one partial node of n % w
//!    cells, which gives its next full child by an exact Binomial(N, (w/2) / (n % w)) (`binomial.rs`).
//! 3. Nodes live in u64 while few and deep, in u8 (64 to a vector) once they fit. Whether they fit is looked up,
//!    never assumed: a level that does not stays in u64, and a count that arises beyond 255 brings u64 back.
//! 4. All tiers draw the same blocks of [`Lanes`] in the same order (`coins.rs`), so they count the same.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod binomial;
mod coins;
mod gather;
mod given;
mod portable;
#[cfg(test)]
mod tests;

use super::tier::Tier;
use crate::rng::Lanes;
use binomial::binomial;
use coins::{Coins, NARROW};

/// How often each cell was hit. The buffer is made to be used again: `clear`, then [`multinomial`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    narrow: Vec<u8>,
    /// In use, and then for all cells, where a count is above 255.
    wide: Vec<u64>,
    is_wide: bool,
    /// Deep nodes of the tree.
    nodes: Vec<u64>,
}

/// The counts of all cells, in the narrowest type that holds them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Multiplicities<'a> {
    Narrow(&'a [u8]),
    Wide(&'a [u64]),
}

impl Counts {
    pub(crate) fn clear(&mut self) {
        self.narrow.clear();
        self.wide.clear();
        self.is_wide = false;
    }

    pub(crate) fn get(&self) -> Multiplicities<'_> {
        match self.is_wide {
            false => Multiplicities::Narrow(&self.narrow),
            true => Multiplicities::Wide(&self.wide),
        }
    }

    /// From here on in u64.
    fn widen(&mut self) {
        if !self.is_wide {
            self.is_wide = true;
            self.wide.extend(self.narrow.iter().map(|&count| u64::from(count)));
        }
    }
}

/// Throws `balls` over `cells` further cells and appends their counts: N, n below 2^48.
///
/// Several calls make strata: each its own balls over its own cells.
pub(crate) fn multinomial(
    tier: Tier,
    lanes: &mut Lanes,
    balls: usize,
    cells: usize,
    counts: &mut Counts,
) {
    if cells == 0 {
        return;
    }
    let (balls, cells) = (balls as u64, cells as u64);
    debug_assert!(balls.max(cells) < 1 << 48);
    let Counts { narrow, nodes, .. } = counts;
    let start = narrow.len();
    let tree = Tree { balls, cells, start, narrow, nodes, pays };
    let is_narrow = match tier {
        Tier::Portable => tree.grow(&mut portable::Portable(lanes)),
        #[cfg(target_arch = "x86_64")]
        Tier::Avx2(proof) => avx2::grow(proof, tree, lanes),
        #[cfg(target_arch = "x86_64")]
        Tier::Avx512(proof) => avx512::grow(proof, tree, lanes),
    };
    if !is_narrow {
        counts.widen();
        counts.wide.extend_from_slice(&counts.nodes);
    } else if counts.is_wide {
        counts.wide.extend(counts.narrow[start..].iter().map(|&count| u64::from(count)));
    }
    if counts.is_wide {
        counts.narrow.clear();
    }
}

/// Whether k nodes that share `balls` are better split in u8: where the row of nodes is longer than the nodes
/// are deep, and a vector of 64 nodes spends few of its coins on waiting for the deepest (a mean of 64 balls
/// takes 11 blocks of coins for 64 nodes, against 16 in u64).
fn pays(balls: u64, k: u64) -> bool {
    k > 0 && balls / k <= k.min(64)
}

/// The levels of one tree, and where they are kept.
struct Tree<'a> {
    balls: u64,
    cells: u64,
    /// The counts go to `narrow[start..]`, or to `nodes` where they are too large.
    start: usize,
    narrow: &'a mut Vec<u8>,
    nodes: &'a mut Vec<u64>,
    pays: fn(u64, u64) -> bool,
}

impl Tree<'_> {
    /// Splits down to single cells. Says whether the counts are in `narrow`.
    #[inline(always)]
    fn grow<C: Coins>(mut self, coins: &mut C) -> bool {
        // Vectors are written whole, also the last one of a level.
        self.narrow.resize(self.start + self.cells as usize + NARROW, 0);
        self.nodes.clear();
        let mut width = self.cells.next_power_of_two();
        // Balls in the partial node; at first it is the root, unless n is a power of two.
        let mut partial = self.balls;
        if width == self.cells {
            self.nodes.push(partial);
            partial = 0;
        }
        let mut is_narrow = false;
        while width > 1 {
            let (k, rest) = (self.cells / width, self.cells % width);
            is_narrow = is_narrow || ((self.pays)(self.balls, k) && self.narrow_from_nodes());
            if is_narrow {
                coins.halve_narrow(&mut self.narrow[self.start..], k as usize);
            } else {
                self.nodes.resize(2 * k as usize + coins::WIDE, 0);
                split_wide(coins, self.nodes, k as usize, self.balls);
                self.nodes.truncate(2 * k as usize);
            }
            width /= 2;
            if rest >= width {
                let full = if rest == width { partial } else { binomial(coins, partial, width, rest) };
                partial -= full;
                is_narrow = self.push(full, 2 * k as usize, is_narrow);
            }
        }
        is_narrow = is_narrow || self.narrow_from_nodes();
        self.narrow.truncate(self.start + if is_narrow { self.cells as usize } else { 0 });
        is_narrow
    }

    /// Appends the node of index k. Says whether the level is still narrow.
    #[inline(always)]
    fn push(&mut self, node: u64, k: usize, is_narrow: bool) -> bool {
        if let (true, Ok(small)) = (is_narrow, u8::try_from(node)) {
            self.narrow[self.start + k] = small;
            return true;
        }
        if is_narrow {
            self.nodes.clear();
            self.nodes.extend(self.narrow[self.start..][..k].iter().map(|&node| u64::from(node)));
        }
        self.nodes.push(node);
        false
    }

    /// Copies the nodes to u8 where all of them fit.
    #[inline(always)]
    fn narrow_from_nodes(&mut self) -> bool {
        let fits = self.nodes.iter().fold(0, |all, node| all | node) <= u64::from(u8::MAX);
        if fits {
            for (small, &node) in self.narrow[self.start..].iter_mut().zip(self.nodes.iter()) {
                *small = node as u8;
            }
        }
        fits
    }
}

/// Splits k deep nodes: one after the other with all coins of a block where they are so few and so deep that
/// this takes fewer blocks (balls / 512 against balls / (64 k)), else eight at a time.
#[inline(always)]
fn split_wide<C: Coins>(coins: &mut C, nodes: &mut [u64], k: usize, balls: u64) {
    if k < coins::WIDE && balls > 64 * (k * k) as u64 {
        for i in 0..k {
            let left = coins.heads(nodes[i]);
            nodes[k + i] = nodes[i] - left;
            nodes[i] = left;
        }
    } else {
        coins.halve_wide(nodes, k);
    }
}
