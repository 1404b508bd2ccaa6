//! Four lanes: AVX2.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

use super::lanes::{Register, split_orders};
use super::network;
use super::partition::{self, FEW, MANY};
use super::quicksort::Engine;
use crate::kernels::tier::Avx2;

/// Four f64 in a register of 256 bits.
#[derive(Clone, Copy)]
pub(super) struct Four(__m256d);

/// [`split_orders`] in halves of lanes: AVX2 permutes 32 bits, not 64, by a register.
static SPLIT: [[u32; 8]; 16] = {
    let orders = split_orders::<4, 16>();
    let mut halves = [[0; 8]; 16];
    let mut i = 0;
    while i < 16 * 4 {
        let lane = orders[i / 4][i % 4] as u32;
        halves[i / 4][2 * (i % 4)] = 2 * lane;
        halves[i / 4][2 * (i % 4) + 1] = 2 * lane + 1;
        i += 1;
    }
    halves
};

// SAFETY of all blocks: a register exists only where AVX2 does (see `Register`); pointers are the caller's. The prefetch,
// which has no register, is in the baseline of x86-64 and may name any address.
impl Register for Four {
    const COUNT: usize = 4;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        Four(unsafe { _mm256_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f64, count: usize) -> Self {
        unsafe {
            let wanted =
                _mm256_cmpgt_epi64(_mm256_set1_epi64x(count as i64), _mm256_setr_epi64x(0, 1, 2, 3));
            let values = _mm256_maskload_pd(from, wanted);
            Four(_mm256_blendv_pd(_mm256_set1_pd(f64::INFINITY), values, _mm256_castsi256_pd(wanted)))
        }
    }

    #[inline(always)]
    unsafe fn splat(value: f64) -> Self {
        Four(unsafe { _mm256_set1_pd(value) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        unsafe { _mm256_storeu_pd(to, self.0) }
    }

    /// Lane by lane: the masked store of AVX2 is microcode on AMD.
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f64, count: usize) {
        let mut lanes = [0.0; 4];
        unsafe {
            self.store(lanes.as_mut_ptr());
            for (i, lane) in lanes.into_iter().take(3).enumerate() {
                if i < count {
                    to.add(i).write(lane);
                }
            }
        }
    }

    #[inline(always)]
    fn prefetch(address: *const f64) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Four(unsafe { _mm256_min_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Four(unsafe { _mm256_max_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn exchanged<const X: usize>(self) -> Self {
        Four(unsafe {
            match X {
                1 => _mm256_permute_pd::<0b0101>(self.0),
                2 => _mm256_permute4x64_pd::<0b01_00_11_10>(self.0),
                3 => _mm256_permute4x64_pd::<0b00_01_10_11>(self.0),
                _ => unreachable!("four lanes"),
            }
        })
    }

    #[inline(always)]
    fn with_lanes_of<const BIT: usize>(self, other: Self) -> Self {
        Four(unsafe {
            match BIT {
                1 => _mm256_blend_pd::<0b1010>(self.0, other.0),
                2 => _mm256_blend_pd::<0b1100>(self.0, other.0),
                _ => unreachable!("four lanes"),
            }
        })
    }

    #[inline(always)]
    fn split(self, pivot: Self) -> (Self, usize) {
        unsafe {
            let set = _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_LT_OQ>(self.0, pivot.0)) as usize;
            let order = _mm256_loadu_si256(SPLIT[set & 15].as_ptr().cast());
            let split = _mm256_permutevar8x32_ps(_mm256_castpd_ps(self.0), order);
            (Four(_mm256_castps_pd(split)), set.count_ones() as usize)
        }
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        unsafe {
            let [a, b, c, d] = [block[0].0, block[1].0, block[2].0, block[3].0];
            let (ab_even, ab_odd) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
            let (cd_even, cd_odd) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
            block[0] = Four(_mm256_permute2f128_pd::<0x20>(ab_even, cd_even));
            block[1] = Four(_mm256_permute2f128_pd::<0x20>(ab_odd, cd_odd));
            block[2] = Four(_mm256_permute2f128_pd::<0x31>(ab_even, cd_even));
            block[3] = Four(_mm256_permute2f128_pd::<0x31>(ab_odd, cd_odd));
        }
    }
}

impl Engine for Avx2 {
    const SMALL: usize = 64;

    fn sort_small(self, values: &mut [f64]) {
        // SAFETY: `self` is the proof.
        unsafe { sort_small(values) }
    }

    fn partition(self, values: &mut [f64], pivot: f64) -> usize {
        // SAFETY: `self` is the proof.
        unsafe { partition(values, pivot) }
    }
}

#[target_feature(enable = "avx2,popcnt")]
fn sort_small(values: &mut [f64]) {
    // SAFETY: this function runs where AVX2 is.
    unsafe {
        match values.len() {
            0..2 => {}
            2..=16 => network::sort::<Four, 4>(values),
            17..=32 => network::sort::<Four, 8>(values),
            _ => network::sort::<Four, 16>(values),
        }
    }
}

#[target_feature(enable = "avx2,popcnt")]
fn partition(values: &mut [f64], pivot: f64) -> usize {
    // SAFETY: this function runs where AVX2 is.
    unsafe { partition::partition::<Four, { 4 * FEW }, { 4 * MANY }>(values, pivot) }
}
