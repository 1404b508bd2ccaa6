//! The coins without vector instructions: what the other tiers must agree with.

use super::coins::{Coins, Compared, NARROW, WIDE};
use crate::rng::Lanes;

pub(super) struct Portable<'a>(pub(super) &'a mut Lanes);

impl Portable<'_> {
    /// The next block: one step of xoshiro256++ in each lane.
    #[inline(always)]
    fn block(&mut self) -> [u64; WIDE] {
        let [s0, s1, s2, s3] = &mut self.0.state;
        let mut out = [0; WIDE];
        for l in 0..WIDE {
            out[l] = s0[l].wrapping_add(s3[l]).rotate_left(23).wrapping_add(s0[l]);
            let t = s1[l] << 17;
            s2[l] ^= s0[l];
            s3[l] ^= s1[l];
            s1[l] ^= s2[l];
            s0[l] ^= s3[l];
            s2[l] ^= t;
            s3[l] = s3[l].rotate_left(45);
        }
        out
    }

    #[inline(always)]
    fn bytes(&mut self) -> [u8; NARROW] {
        let mut bytes = [0; NARROW];
        for (of_word, word) in bytes.as_chunks_mut().0.iter_mut().zip(self.block()) {
            *of_word = word.to_le_bytes();
        }
        bytes
    }
}

/// A mask of the lowest `coins` bits of a byte, for up to 8 of them. Eight comparisons, because vectors
/// have no shift of bytes.
#[inline(always)]
fn lowest(coins: u8) -> u8 {
    (0..8).fold(0, |mask, bit| mask | u8::from(coins > bit) << bit)
}

impl Coins for Portable<'_> {
    #[inline(always)]
    fn heads(&mut self, coins: u64) -> u64 {
        let (mut heads, mut left) = (0, coins);
        while left > 0 {
            for word in self.block() {
                let used = left.min(64);
                heads += u64::from((word & low_bits(used)).count_ones());
                left -= used;
            }
        }
        heads
    }

    #[inline(always)]
    fn compare(&mut self, draws: u64, digit: u8) -> Compared {
        let mut compared = Compared::default();
        let mut left = draws as usize;
        while left > 0 {
            let used = left.min(NARROW);
            for &byte in &self.bytes()[..used] {
                compared.below += u64::from(byte < digit);
                compared.equal += u64::from(byte == digit);
            }
            left -= used;
        }
        compared
    }

    #[inline(always)]
    fn halve_wide(&mut self, nodes: &mut [u64], k: usize) {
        for start in (0..k).step_by(WIDE) {
            let used = WIDE.min(k - start);
            let mut left = [0; WIDE];
            left[..used].copy_from_slice(&nodes[start..start + used]);
            let mut heads = [0; WIDE];
            loop {
                for ((left, heads), word) in left.iter_mut().zip(&mut heads).zip(self.block()) {
                    let used = (*left).min(64);
                    *heads += u64::from((word & low_bits(used)).count_ones());
                    *left -= used;
                }
                if left == [0; WIDE] {
                    break;
                }
            }
            for (i, heads) in heads[..used].iter().enumerate() {
                nodes[k + start + i] = nodes[start + i] - heads;
                nodes[start + i] = *heads;
            }
        }
    }

    #[inline(always)]
    fn halve_narrow(&mut self, nodes: &mut [u8], k: usize) {
        for start in (0..k).step_by(NARROW) {
            let used = NARROW.min(k - start);
            let mut left = [0; NARROW];
            left[..used].copy_from_slice(&nodes[start..start + used]);
            let mut heads = [0; NARROW];
            loop {
                let bytes = self.bytes();
                for ((left, heads), byte) in left.iter_mut().zip(&mut heads).zip(bytes) {
                    let used = (*left).min(8);
                    *heads += (byte & lowest(used)).count_ones() as u8;
                    *left -= used;
                }
                if left == [0; NARROW] {
                    break;
                }
            }
            for (i, heads) in heads[..used].iter().enumerate() {
                nodes[k + start + i] = nodes[start + i] - heads;
                nodes[start + i] = *heads;
            }
        }
    }
}

/// A mask of the lowest `coins` bits, for up to 64 of them.
#[inline(always)]
fn low_bits(coins: u64) -> u64 {
    1u64.checked_shl(coins as u32).unwrap_or(0).wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    /// Against the scalar generator, whose values are the published ones.
    #[test]
    fn a_block_is_one_step_of_every_lane() {
        let mut lanes = Lanes::new(1, Purpose::Bootstrap, 2, 3);
        let state = lanes.state;
        let mut scalar: [_; 8] =
            std::array::from_fn(|l| crate::rng::Stream::from_state(state.map(|word| word[l])));
        for _ in 0..5 {
            let expected = scalar.each_mut().map(crate::rng::Stream::next_u64);
            assert_eq!(Portable(&mut lanes).block(), expected);
        }
    }

    #[test]
    fn masks_hold_the_lowest_bits() {
        assert!((0..8).all(|coins| lowest(coins) == (1 << coins) - 1) && lowest(8) == 255);
        assert!((0..64).all(|coins| low_bits(coins) == (1 << coins) - 1) && low_bits(64) == u64::MAX);
    }
}
