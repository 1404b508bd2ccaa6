//! The coins of `portable.rs` in AVX-512: a block is one register.
#![allow(unsafe_code)] // loads and stores by pointer, and the calls into functions of the tier

use std::arch::x86_64::*;

use super::Tree;
use super::coins::{Coins, Compared, NARROW, WIDE};
use crate::kernels::tier;
use crate::rng::Lanes;

/// Grows a tree.
pub(super) fn grow(_: tier::Avx512, tree: Tree, lanes: &mut Lanes) -> bool {
    // SAFETY: the proof says that the processor has these features.
    unsafe { grow_in_registers(tree, lanes) }
}

#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bitalg,avx512vpopcntdq,bmi2,popcnt"
)]
fn grow_in_registers(tree: Tree, lanes: &mut Lanes) -> bool {
    let mut coins = Avx512::new(lanes);
    let is_narrow = tree.grow(&mut coins);
    coins.store(lanes);
    is_narrow
}

/// The state of all lanes. Only code of this tier can make one, so one that exists proves the features.
struct Avx512 {
    state: [__m512i; 4],
}

/// Loads a block's worth of anything.
#[inline]
#[target_feature(enable = "avx512f")]
fn load<T: Copy, const N: usize>(from: &[T; N]) -> __m512i {
    const { assert!(size_of::<[T; N]>() == 64) };
    // SAFETY: the reference is good for 64 bytes; loads of this kind need no alignment.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store<T: Copy, const N: usize>(to: &mut [T; N], vector: __m512i) {
    const { assert!(size_of::<[T; N]>() == 64) };
    // SAFETY: as in `load`, and T is u8 or u64, which take any bits.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), vector) }
}

/// N elements from `start`.
#[inline(always)]
fn at<T, const N: usize>(nodes: &mut [T], start: usize) -> &mut [T; N] {
    nodes[start..].first_chunk_mut().expect("room for a whole vector")
}

impl Avx512 {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn new(lanes: &Lanes) -> Avx512 {
        let [a, b, c, d] = &lanes.state;
        Avx512 { state: [load(a), load(b), load(c), load(d)] }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn store(&self, lanes: &mut Lanes) {
        for (words, &vector) in lanes.state.iter_mut().zip(&self.state) {
            store(words, vector);
        }
    }

    /// One step of xoshiro256++ in each lane.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn block(&mut self) -> __m512i {
        const XOR3: i32 = 0x96;
        let [s0, s1, s2, s3] = self.state;
        let out = _mm512_add_epi64(_mm512_rol_epi64::<23>(_mm512_add_epi64(s0, s3)), s0);
        let t = _mm512_slli_epi64::<17>(s1);
        let s3_new = _mm512_xor_si512(s3, s1);
        self.state = [
            _mm512_xor_si512(s0, s3_new),
            _mm512_ternarylogic_epi64::<XOR3>(s1, s2, s0),
            _mm512_ternarylogic_epi64::<XOR3>(s2, s0, t),
            _mm512_rol_epi64::<45>(s3_new),
        ];
        out
    }

    /// The coins of each word up to a number: a shift by 64 or more leaves nothing to take away.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn lowest(bits: __m512i, coins: __m512i) -> __m512i {
        _mm512_andnot_si512(_mm512_sllv_epi64(_mm512_set1_epi64(-1), coins), bits)
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    fn count(&mut self, coins: u64) -> u64 {
        let mut heads = _mm512_setzero_si512();
        for _ in 0..coins / 512 {
            heads = _mm512_add_epi64(heads, _mm512_popcnt_epi64(self.block()));
        }
        if !coins.is_multiple_of(512) {
            let before = _mm512_setr_epi64(0, 64, 128, 192, 256, 320, 384, 448);
            let left = _mm512_sub_epi64(_mm512_set1_epi64((coins % 512) as i64), before);
            let left = _mm512_max_epi64(left, _mm512_setzero_si512());
            let used = Self::lowest(self.block(), left);
            heads = _mm512_add_epi64(heads, _mm512_popcnt_epi64(used));
        }
        _mm512_reduce_add_epi64(heads) as u64
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,popcnt")]
    fn compare_bytes(&mut self, draws: u64, digit: u8) -> Compared {
        let digit = _mm512_set1_epi8(digit as i8);
        let mut compared = Compared::default();
        let mut left = draws;
        while left > 0 {
            let used = left.min(64);
            let live = u64::MAX >> (64 - used);
            let bytes = self.block();
            let below = _mm512_mask_cmplt_epu8_mask(live, bytes, digit);
            let equal = _mm512_mask_cmpeq_epu8_mask(live, bytes, digit);
            compared.below += u64::from(below.count_ones());
            compared.equal += u64::from(equal.count_ones());
            left -= used;
        }
        compared
    }

    /// Heads of eight nodes.
    #[inline]
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    fn heads_wide(&mut self, nodes: __m512i) -> __m512i {
        let mut left = nodes;
        let mut heads = _mm512_setzero_si512();
        loop {
            let used = Self::lowest(self.block(), left);
            heads = _mm512_add_epi64(heads, _mm512_popcnt_epi64(used));
            left = _mm512_sub_epi64(left, _mm512_min_epu64(left, _mm512_set1_epi64(64)));
            if _mm512_test_epi64_mask(left, left) == 0 {
                return heads;
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    fn halve_words(&mut self, nodes: &mut [u64], k: usize) {
        for start in (0..k).step_by(WIDE) {
            // The last vector holds fewer nodes; what lies beyond them must stay.
            let live = (0xff >> (WIDE - WIDE.min(k - start))) as __mmask8;
            let before = load(at::<u64, WIDE>(nodes, start));
            let of_level = _mm512_maskz_mov_epi64(live, before);
            let heads = self.heads_wide(of_level);
            store(at::<u64, WIDE>(nodes, start), _mm512_mask_mov_epi64(before, live, heads));
            store(at::<u64, WIDE>(nodes, k + start), _mm512_sub_epi64(of_level, heads));
        }
    }

    /// Heads of 64 nodes. Bytes have no shift: their masks come from a table.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512bitalg")]
    fn heads_narrow(&mut self, nodes: __m512i) -> __m512i {
        let masks = _mm_setr_epi8(0, 1, 3, 7, 15, 31, 63, 127, -1, -1, -1, -1, -1, -1, -1, -1);
        let masks = _mm512_broadcast_i32x4(masks);
        let mut left = nodes;
        let mut heads = _mm512_setzero_si512();
        loop {
            let used = _mm512_min_epu8(left, _mm512_set1_epi8(8));
            let bits = _mm512_and_si512(self.block(), _mm512_shuffle_epi8(masks, used));
            heads = _mm512_add_epi8(heads, _mm512_popcnt_epi8(bits));
            left = _mm512_sub_epi8(left, used);
            if _mm512_test_epi8_mask(left, left) == 0 {
                return heads;
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512bitalg")]
    fn halve_bytes(&mut self, nodes: &mut [u8], k: usize) {
        let whole = k - k % NARROW;
        for start in (0..whole).step_by(NARROW) {
            let of_level = load(at::<u8, NARROW>(nodes, start));
            let heads = self.heads_narrow(of_level);
            store(at::<u8, NARROW>(nodes, start), heads);
            store(at::<u8, NARROW>(nodes, k + start), _mm512_sub_epi8(of_level, heads));
        }
        if whole < k {
            // As in `halve_words`, but only here: masks in the loop take a fifth of its time.
            let live = u64::MAX >> (NARROW - (k - whole));
            let before = load(at::<u8, NARROW>(nodes, whole));
            let of_level = _mm512_maskz_mov_epi8(live, before);
            let heads = self.heads_narrow(of_level);
            store(at::<u8, NARROW>(nodes, whole), _mm512_mask_mov_epi8(before, live, heads));
            store(at::<u8, NARROW>(nodes, k + whole), _mm512_sub_epi8(of_level, heads));
        }
    }
}

impl Coins for Avx512 {
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
