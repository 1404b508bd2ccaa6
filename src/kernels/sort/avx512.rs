//! Eight lanes: AVX-512.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

use super::avx2::Four;
use super::lanes::{Register, split_orders};
use super::network;
use super::partition::{self, FEW, MANY};
use super::quicksort::Engine;
use crate::kernels::tier::Avx512;

/// Eight f64 in a register of 512 bits.
#[derive(Clone, Copy)]
struct Eight(__m512d);

/// Bytes, widened when used: 2 KiB of the first cache instead of 16.
static SPLIT: [[u8; 8]; 256] = split_orders();

/// The first `count` lanes.
#[inline(always)]
fn first(count: usize) -> __mmask8 {
    ((1u32 << count.min(8)) - 1) as __mmask8
}

// SAFETY of all blocks: a register exists only where AVX-512 does (see `Register`); pointers are the caller's, and the
// prefetch as in `avx2.rs`.
impl Register for Eight {
    const COUNT: usize = 8;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        Eight(unsafe { _mm512_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f64, count: usize) -> Self {
        Eight(unsafe { _mm512_mask_loadu_pd(_mm512_set1_pd(f64::INFINITY), first(count), from) })
    }

    #[inline(always)]
    unsafe fn splat(value: f64) -> Self {
        Eight(unsafe { _mm512_set1_pd(value) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        unsafe { _mm512_storeu_pd(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f64, count: usize) {
        unsafe { _mm512_mask_storeu_pd(to, first(count), self.0) }
    }

    #[inline(always)]
    fn prefetch(address: *const f64) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Eight(unsafe { _mm512_min_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Eight(unsafe { _mm512_max_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn exchanged<const X: usize>(self) -> Self {
        Eight(unsafe {
            match X {
                1 => _mm512_permute_pd::<0b0101_0101>(self.0),
                2 => _mm512_permutex_pd::<0b01_00_11_10>(self.0),
                3 => _mm512_permutex_pd::<0b00_01_10_11>(self.0),
                7 => _mm512_permutexvar_pd(_mm512_setr_epi64(7, 6, 5, 4, 3, 2, 1, 0), self.0),
                _ => unreachable!("eight lanes"),
            }
        })
    }

    #[inline(always)]
    fn with_lanes_of<const BIT: usize>(self, other: Self) -> Self {
        let lanes = match BIT {
            1 => 0b1010_1010,
            2 => 0b1100_1100,
            4 => 0b1111_0000,
            _ => unreachable!("eight lanes"),
        };
        Eight(unsafe { _mm512_mask_blend_pd(lanes, self.0, other.0) })
    }

    #[inline(always)]
    fn split(self, pivot: Self) -> (Self, usize) {
        unsafe {
            let set = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, pivot.0);
            let order = _mm512_cvtepu8_epi64(_mm_loadl_epi64(SPLIT[set as usize].as_ptr().cast()));
            (Eight(_mm512_permutexvar_pd(order, self.0)), set.count_ones() as usize)
        }
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        let mut pairs = [block[0].0; 8];
        unsafe {
            for i in 0..4 {
                let (a, b) = (block[2 * i].0, block[2 * i + 1].0);
                pairs[2 * i] = _mm512_unpacklo_pd(a, b);
                pairs[2 * i + 1] = _mm512_unpackhi_pd(a, b);
            }
            // pairs[2 i + o]: lanes o, o + 2, o + 4, o + 6 of rows 2 i and 2 i + 1, in quarters of 128 bits.
            for odd in 0..2 {
                let [a, b, c, d] = [pairs[odd], pairs[2 + odd], pairs[4 + odd], pairs[6 + odd]];
                let (ab_low, ab_high) = (
                    _mm512_shuffle_f64x2::<0b10_00_10_00>(a, b),
                    _mm512_shuffle_f64x2::<0b11_01_11_01>(a, b),
                );
                let (cd_low, cd_high) = (
                    _mm512_shuffle_f64x2::<0b10_00_10_00>(c, d),
                    _mm512_shuffle_f64x2::<0b11_01_11_01>(c, d),
                );
                block[odd] = Eight(_mm512_shuffle_f64x2::<0b10_00_10_00>(ab_low, cd_low));
                block[4 + odd] = Eight(_mm512_shuffle_f64x2::<0b11_01_11_01>(ab_low, cd_low));
                block[2 + odd] = Eight(_mm512_shuffle_f64x2::<0b10_00_10_00>(ab_high, cd_high));
                block[6 + odd] = Eight(_mm512_shuffle_f64x2::<0b11_01_11_01>(ab_high, cd_high));
            }
        }
    }
}

impl Engine for Avx512 {
    const SMALL: usize = 128;

    fn sort_small(self, values: &mut [f64]) {
        // SAFETY: `self` is the proof.
        unsafe { sort_small(values) }
    }

    fn partition(self, values: &mut [f64], pivot: f64) -> usize {
        // SAFETY: `self` is the proof.
        unsafe { partition(values, pivot) }
    }
}

/// Registers of 256 bits up to 64 values: Zen 4 works on two of them at a time and one column merge falls away.
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,popcnt")]
fn sort_small(values: &mut [f64]) {
    // SAFETY: this function runs where AVX-512 is.
    unsafe {
        match values.len() {
            0..2 => {}
            2..=16 => network::sort::<Four, 4>(values),
            17..=32 => network::sort::<Four, 8>(values),
            33..=64 => network::sort::<Four, 16>(values),
            _ => network::sort::<Eight, 16>(values),
        }
    }
}

#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,popcnt")]
fn partition(values: &mut [f64], pivot: f64) -> usize {
    // SAFETY: this function runs where AVX-512 is.
    unsafe { partition::partition::<Eight, { 8 * FEW }, { 8 * MANY }>(values, pivot) }
}
