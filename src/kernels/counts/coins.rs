//! What a tier has to offer: fair coins by the block, used in a fixed order.
//!
//! The doc of each method is its definition, `portable.rs` its plainest form. A block is 512 coins: words of
//! 64 or bytes, in the order of [`Lanes`](crate::rng::Lanes). Coins of a block that nobody needs are
//! thrown away.

/// Nodes that [`Coins::halve_narrow`] splits at a time: the bytes of a block.
pub(super) const NARROW: usize = 64;
/// Nodes that [`Coins::halve_wide`] splits at a time: the words of a block.
pub(super) const WIDE: usize = 8;

/// Random bytes compared with a digit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Compared {
    pub(super) below: u64,
    pub(super) equal: u64,
}

pub(super) trait Coins {
    /// Heads among so many coins: one bits among the first `coins` bits of the next blocks.
    fn heads(&mut self, coins: u64) -> u64;

    /// Compares the first `draws` bytes of the next blocks with a digit of base 256.
    fn compare(&mut self, draws: u64, digit: u8) -> Compared;

    /// Splits the first k nodes, eight at a time: node i of eight takes coins from word i of block after block,
    /// at most 64 of each, until all eight have had theirs (one block at least). Heads stay, tails go to
    /// `nodes[k + i]`. The slice has room for [`WIDE`] nodes more than 2 k.
    fn halve_wide(&mut self, nodes: &mut [u64], k: usize);

    /// The same in bytes: 64 nodes at a time, node i from byte i, at most 8 coins of each block; room for
    /// [`NARROW`] more.
    fn halve_narrow(&mut self, nodes: &mut [u8], k: usize);
}
