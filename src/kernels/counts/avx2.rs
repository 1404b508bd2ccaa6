//! The coins of `portable.rs` in AVX2: a block is two registers, lanes 0..4 and 4..8.
//!
//! AVX2 cannot count bits. Bytes are counted by looking up their halves in a table of 16; words add their bytes.
#![allow(unsafe_code)] // loads and stores by pointer, and the calls into functions of the tier

use std::arch::x86_64::*;

use super::Tree;
use super::coins::{Coins, Compared, NARROW, WIDE};
use crate::kernels::tier;
use crate::rng::Lanes;

/// Grows a tree.
pub(super) fn grow(_: tier::Avx2, tree: Tree, lanes: &mut Lanes) -> bool {
    // SAFETY: the proof says that the processor has these features.
    unsafe { grow_in_registers(tree, lanes) }
}

#[target_feature(enable = "avx2,bmi2,popcnt")]
fn grow_in_registers(tree: Tree, lanes: &mut Lanes) -> bool {
    let mut coins = Avx2::new(lanes);
    let is_narrow = tree.grow(&mut coins);
    coins.store(lanes);
    is_narrow
}

/// Both halves of a block, or of as many nodes.
type Pair = [__m256i; 2];

/// The state of all lanes. Only code of this tier can make one, so one that exists proves the features.
struct Avx2 {
    state: [Pair; 4],
}

/// Loads a block's worth of anything.
#[inline]
#[target_feature(enable = "avx2")]
fn load<T: Copy, const N: usize>(from: &[T; N]) -> Pair {
    const { assert!(size_of::<[T; N]>() == 64) };
    let from: *const __m256i = from.as_ptr().cast();
    // SAFETY: the reference is good for 64 bytes; loads of this kind need no alignment.
    unsafe { [_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1))] }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store<T: Copy, const N: usize>(to: &mut [T; N], [low, high]: Pair) {
    const { assert!(size_of::<[T; N]>() == 64) };
    let to: *mut __m256i = to.as_mut_ptr().cast();
    // SAFETY: as in `load`, and T is u8 or u64, which take any bits.
    unsafe {
        _mm256_storeu_si256(to, low);
        _mm256_storeu_si256(to.add(1), high);
    }
}

/// N elements from `start`.
#[inline(always)]
fn at<T, const N: usize>(nodes: &mut [T], start: usize) -> &mut [T; N] {
    nodes[start..].first_chunk_mut().expect("room for a whole vector")
}

/// The one bits of each byte.
#[inline]
#[target_feature(enable = "avx2")]
fn ones_of_bytes(v: __m256i) -> __m256i {
    let ones = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, //
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
    );
    let half = _mm256_set1_epi8(15);
    let low = _mm256_and_si256(v, half);
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(v), half);
    _mm256_add_epi8(_mm256_shuffle_epi8(ones, low), _mm256_shuffle_epi8(ones, high))
}

/// The one bits of each word of 64.
#[inline]
#[target_feature(enable = "avx2")]
fn ones_of_words(v: __m256i) -> __m256i {
    _mm256_sad_epu8(ones_of_bytes(v), _mm256_setzero_si256())
}

/// The lowest coins of each word: a shift by 64 or more leaves nothing to take away.
#[inline]
#[target_feature(enable = "avx2")]
fn lowest(bits: __m256i, coins: __m256i) -> __m256i {
    _mm256_andnot_si256(_mm256_sllv_epi64(_mm256_set1_epi64x(-1), coins), bits)
}

/// Words less 64, or zero. Words are below 2^63.
#[inline]
#[target_feature(enable = "avx2")]
fn less_64(words: __m256i) -> __m256i {
    let rest = _mm256_sub_epi64(words, _mm256_set1_epi64x(64));
    _mm256_andnot_si256(_mm256_cmpgt_epi64(_mm256_setzero_si256(), rest), rest)
}

impl Avx2 {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(lanes: &Lanes) -> Avx2 {
        let [a, b, c, d] = &lanes.state;
        Avx2 { state: [load(a), load(b), load(c), load(d)] }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(&self, lanes: &mut Lanes) {
        for (words, &pair) in lanes.state.iter_mut().zip(&self.state) {
            store(words, pair);
        }
    }

    /// One step of xoshiro256++ in each lane.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn block(&mut self) -> Pair {
        [self.half_block(0), self.half_block(1)]
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn half_block(&mut self, half: usize) -> __m256i {
        let [s0, s1, s2, s3] = self.state.map(|pair| pair[half]);
        let sum = _mm256_add_epi64(s0, s3);
        let rotated = _mm256_or_si256(_mm256_slli_epi64::<23>(sum), _mm256_srli_epi64::<41>(sum));
        let t = _mm256_slli_epi64::<17>(s1);
        let s2_new = _mm256_xor_si256(s2, s0);
        let s3_new = _mm256_xor_si256(s3, s1);
        self.state[0][half] = _mm256_xor_si256(s0, s3_new);
        self.state[1][half] = _mm256_xor_si256(s1, s2_new);
        self.state[2][half] = _mm256_xor_si256(s2_new, t);
        self.state[3][half] =
            _mm256_or_si256(_mm256_slli_epi64::<45>(s3_new), _mm256_srli_epi64::<19>(s3_new));
        _mm256_add_epi64(rotated, s0)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn count(&mut self, coins: u64) -> u64 {
        let mut heads = _mm256_setzero_si256();
        let before = [_mm256_setr_epi64x(0, 64, 128, 192), _mm256_setr_epi64x(256, 320, 384, 448)];
        let mut left = coins;
        while left > 0 {
            let block = self.block();
            for half in 0..2 {
                let of_word = _mm256_sub_epi64(_mm256_set1_epi64x(left as i64), before[half]);
                let none = _mm256_cmpgt_epi64(_mm256_setzero_si256(), of_word);
                let used = lowest(block[half], _mm256_andnot_si256(none, of_word));
                heads = _mm256_add_epi64(heads, ones_of_words(used));
            }
            left -= left.min(512);
        }
        let mut words = [0u64; 8];
        store(&mut words, [heads, _mm256_setzero_si256()]);
        words.iter().sum()
    }

    #[inline]
    #[target_feature(enable = "avx2,popcnt")]
    fn compare_bytes(&mut self, draws: u64, digit: u8) -> Compared {
        // Comparisons are signed: both sides are shifted by 128.
        let shift = _mm256_set1_epi8(i8::MIN);
        let digit = _mm256_xor_si256(_mm256_set1_epi8(digit as i8), shift);
        let mut compared = Compared::default();
        let mut left = draws;
        while left > 0 {
            let used = left.min(NARROW as u64);
            let live = u64::MAX >> (64 - used);
            let [low, high] = self.block().map(|half| _mm256_xor_si256(half, shift));
            let live_ones = |low, high| {
                let (low, high) = (_mm256_movemask_epi8(low) as u32, _mm256_movemask_epi8(high) as u32);
                u64::from(((u64::from(high) << 32 | u64::from(low)) & live).count_ones())
            };
            compared.below += live_ones(_mm256_cmpgt_epi8(digit, low), _mm256_cmpgt_epi8(digit, high));
            compared.equal += live_ones(_mm256_cmpeq_epi8(digit, low), _mm256_cmpeq_epi8(digit, high));
            left -= used;
        }
        compared
    }

    /// Heads of eight nodes.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn heads_wide(&mut self, nodes: Pair) -> Pair {
        let mut left = nodes;
        let mut heads = [_mm256_setzero_si256(); 2];
        loop {
            let block = self.block();
            for half in 0..2 {
                let used = lowest(block[half], left[half]);
                heads[half] = _mm256_add_epi64(heads[half], ones_of_words(used));
                left[half] = less_64(left[half]);
            }
            let any = _mm256_or_si256(left[0], left[1]);
            if _mm256_testz_si256(any, any) == 1 {
                return heads;
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn halve_words(&mut self, nodes: &mut [u64], k: usize) {
        for start in (0..k).step_by(WIDE) {
            // The last vector holds fewer nodes; what lies beyond them must stay.
            let used = WIDE.min(k - start);
            let mut of_level = [0u64; WIDE];
            of_level[..used].copy_from_slice(&nodes[start..start + used]);
            let of_level = load(&of_level);
            let heads = self.heads_wide(of_level);
            let tails = [0, 1].map(|half| _mm256_sub_epi64(of_level[half], heads[half]));
            let mut words = [0u64; WIDE];
            store(&mut words, heads);
            nodes[start..start + used].copy_from_slice(&words[..used]);
            store(at::<u64, WIDE>(nodes, k + start), tails);
        }
    }

    /// Heads of 64 nodes. Bytes have no shift: their masks come from a table.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn heads_narrow(&mut self, nodes: Pair) -> Pair {
        let masks = _mm256_setr_epi8(
            0, 1, 3, 7, 15, 31, 63, 127, -1, -1, -1, -1, -1, -1, -1, -1, //
            0, 1, 3, 7, 15, 31, 63, 127, -1, -1, -1, -1, -1, -1, -1, -1,
        );
        let mut left = nodes;
        let mut heads = [_mm256_setzero_si256(); 2];
        loop {
            for half in 0..2 {
                let used = _mm256_min_epu8(left[half], _mm256_set1_epi8(8));
                let bits = _mm256_and_si256(self.half_block(half), _mm256_shuffle_epi8(masks, used));
                heads[half] = _mm256_add_epi8(heads[half], ones_of_bytes(bits));
                left[half] = _mm256_sub_epi8(left[half], used);
            }
            let any = _mm256_or_si256(left[0], left[1]);
            if _mm256_testz_si256(any, any) == 1 {
                return heads;
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn halve_bytes(&mut self, nodes: &mut [u8], k: usize) {
        let whole = k - k % NARROW;
        for start in (0..whole).step_by(NARROW) {
            let of_level = load(at::<u8, NARROW>(nodes, start));
            let heads = self.heads_narrow(of_level);
            let tails = [0, 1].map(|half| _mm256_sub_epi8(of_level[half], heads[half]));
            store(at::<u8, NARROW>(nodes, start), heads);
            store(at::<u8, NARROW>(nodes, k + start), tails);
        }
        if whole < k {
            // The last vector holds fewer nodes; what lies beyond them must stay.
            let used = k - whole;
            let mut of_level = [0u8; NARROW];
            of_level[..used].copy_from_slice(&nodes[whole..k]);
            let of_level = load(&of_level);
            let heads = self.heads_narrow(of_level);
            let tails = [0, 1].map(|half| _mm256_sub_epi8(of_level[half], heads[half]));
            let mut bytes = [0u8; NARROW];
            store(&mut bytes, heads);
            nodes[whole..k].copy_from_slice(&bytes[..used]);
            store(at::<u8, NARROW>(nodes, k + whole), tails);
        }
    }
}

impl Coins for Avx2 {
    #[inline(always)]
    fn heads(&mut self, coins: u64) -> u64 {
        // SAFETY: `self` proves the features; so below.
        unsafe { self.count(coins) }
    }

    #[inline(always)]
    fn compare(&mut self, draws: u64, digit: u8) -> Compared {
        // SAFETY: see `heads`.
        unsafe { self.compare_bytes(draws, digit) }
    }

    #[inline(always)]
    fn halve_wide(&mut self, nodes: &mut [u64], k: usize) {
        // SAFETY: see `heads`.
        unsafe { self.halve_words(nodes, k) }
    }

    #[inline(always)]
    fn halve_narrow(&mut self, nodes: &mut [u8], k: usize) {
        // SAFETY: see `heads`.
        unsafe { self.halve_bytes(nodes, k) }
    }
}
