//! The operations in AVX2 and AVX-512.
#![allow(unsafe_code)] // calls of instructions that a proof says exist

use super::Lanes;
use crate::kernels::tier::{Avx2, Avx512};
use std::arch::x86_64::*;

// SAFETY, of every block in the two implementations: `self` is the proof that the instructions exist. Loads and
// stores are unaligned and cover exactly the array they are given.

/// Two registers of four.
impl Lanes for Avx2 {
    type V = [__m256d; 2];
    // Two kinds of accumulators, two registers each, times 2: half of the sixteen registers.
    const GROUPS: usize = 2;

    #[inline(always)]
    fn splat(self, value: f64) -> Self::V {
        unsafe { [_mm256_set1_pd(value); 2] }
    }
    #[inline(always)]
    fn load(self, from: &[f64; 8]) -> Self::V {
        unsafe { [_mm256_loadu_pd(from.as_ptr()), _mm256_loadu_pd(from.as_ptr().add(4))] }
    }
    #[inline(always)]
    fn store(self, v: Self::V, to: &mut [f64; 8]) {
        unsafe {
            _mm256_storeu_pd(to.as_mut_ptr(), v[0]);
            _mm256_storeu_pd(to.as_mut_ptr().add(4), v[1]);
        }
    }
    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_add_pd(a[0], b[0]), _mm256_add_pd(a[1], b[1])] }
    }
    #[inline(always)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_sub_pd(a[0], b[0]), _mm256_sub_pd(a[1], b[1])] }
    }
    #[inline(always)]
    fn add_beside(self, _: Self::V, a: Self::V, b: Self::V) -> Self::V {
        self.add(a, b)
    }
    #[inline(always)]
    fn sub_beside(self, _: Self::V, a: Self::V, b: Self::V) -> Self::V {
        self.sub(a, b)
    }
    #[inline(always)]
    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_mul_pd(a[0], b[0]), _mm256_mul_pd(a[1], b[1])] }
    }
    #[inline(always)]
    fn div(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_div_pd(a[0], b[0]), _mm256_div_pd(a[1], b[1])] }
    }
    #[inline(always)]
    fn min(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_min_pd(a[0], b[0]), _mm256_min_pd(a[1], b[1])] }
    }
    #[inline(always)]
    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_max_pd(a[0], b[0]), _mm256_max_pd(a[1], b[1])] }
    }
    #[inline(always)]
    fn add_by_sign(self, d: Self::V, v: Self::V, up: &mut Self::V, down: &mut Self::V) {
        for half in 0..2 {
            unsafe {
                let positive = _mm256_cmp_pd::<_CMP_GT_OQ>(d[half], _mm256_setzero_pd());
                up[half] = _mm256_add_pd(up[half], _mm256_and_pd(positive, v[half]));
                down[half] = _mm256_add_pd(down[half], _mm256_andnot_pd(positive, v[half]));
            }
        }
    }
    #[inline(always)]
    fn either_negative(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_or_pd(a[0], b[0]), _mm256_or_pd(a[1], b[1])] }
    }
    #[inline(always)]
    fn both_negative(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_and_pd(a[0], b[0]), _mm256_and_pd(a[1], b[1])] }
    }
    #[inline(always)]
    fn signs_differ(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_xor_pd(a[0], b[0]), _mm256_xor_pd(a[1], b[1])] }
    }
    #[inline(always)]
    fn choose(self, by: Self::V, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_blendv_pd(b[0], a[0], by[0]), _mm256_blendv_pd(b[1], a[1], by[1])] }
    }
    #[inline(always)]
    fn any_negative(self, v: Self::V) -> bool {
        unsafe { _mm256_movemask_pd(_mm256_or_pd(v[0], v[1])) != 0 }
    }
    #[inline(always)]
    fn all_negative(self, v: Self::V) -> bool {
        unsafe { _mm256_movemask_pd(_mm256_and_pd(v[0], v[1])) == 0xf }
    }
    #[inline(always)]
    fn sum(self, v: Self::V) -> f64 {
        unsafe {
            let four = _mm256_add_pd(v[0], v[1]);
            let two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd::<1>(four));
            _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)))
        }
    }
    #[inline(always)]
    fn prefix(self, v: Self::V) -> (Self::V, f64) {
        unsafe {
            let zero = _mm256_setzero_pd();
            let [low, high] = self.add(v, self.shifted(v));
            let two =
                [_mm256_permute2f128_pd::<0x08>(low, low), _mm256_permute2f128_pd::<0x21>(low, high)];
            let [low, high] = self.add([low, high], two);
            let sums = self.add([low, high], [zero, low]);
            let last = _mm256_permute4x64_pd::<0xff>(sums[1]);
            (self.shifted(sums), _mm256_cvtsd_f64(last))
        }
    }
    /// Four transposes of 4 x 4.
    #[inline(always)]
    fn transpose(self, rows: [Self::V; 8]) -> [Self::V; 8] {
        let quarter = |down: usize, across: usize| {
            self.turned(std::array::from_fn(|i| rows[4 * down + i][across]))
        };
        let (a, b, c, d) = (quarter(0, 0), quarter(1, 0), quarter(0, 1), quarter(1, 1));
        std::array::from_fn(|i| if i < 4 { [a[i], b[i]] } else { [c[i - 4], d[i - 4]] })
    }
}

impl Avx2 {
    /// Every lane moved up by one, 0 before them.
    #[inline(always)]
    fn shifted(self, [low, high]: [__m256d; 2]) -> [__m256d; 2] {
        unsafe {
            let zero = _mm256_setzero_pd();
            // [low 3, low 0, low 1, low 2], and the same of high.
            let (low, high) = (_mm256_permute4x64_pd::<0x93>(low), _mm256_permute4x64_pd::<0x93>(high));
            [_mm256_blend_pd::<1>(low, zero), _mm256_blend_pd::<1>(high, low)]
        }
    }

    /// The transpose of 4 x 4.
    #[inline(always)]
    fn turned(self, r: [__m256d; 4]) -> [__m256d; 4] {
        unsafe {
            let (even, odd) = (_mm256_unpacklo_pd(r[0], r[1]), _mm256_unpackhi_pd(r[0], r[1]));
            let (even2, odd2) = (_mm256_unpacklo_pd(r[2], r[3]), _mm256_unpackhi_pd(r[2], r[3]));
            [
                _mm256_permute2f128_pd::<0x20>(even, even2),
                _mm256_permute2f128_pd::<0x20>(odd, odd2),
                _mm256_permute2f128_pd::<0x31>(even, even2),
                _mm256_permute2f128_pd::<0x31>(odd, odd2),
            ]
        }
    }
}

/// One register of eight.
impl Lanes for Avx512 {
    type V = __m512d;
    const GROUPS: usize = 4;

    #[inline(always)]
    fn splat(self, value: f64) -> __m512d {
        unsafe { _mm512_set1_pd(value) }
    }
    #[inline(always)]
    fn load(self, from: &[f64; 8]) -> __m512d {
        unsafe { _mm512_loadu_pd(from.as_ptr()) }
    }
    #[inline(always)]
    fn store(self, v: __m512d, to: &mut [f64; 8]) {
        unsafe { _mm512_storeu_pd(to.as_mut_ptr(), v) }
    }
    #[inline(always)]
    fn add(self, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_add_pd(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_sub_pd(a, b) }
    }
    #[inline(always)]
    fn add_beside(self, ones: __m512d, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_fmadd_pd(a, ones, b) }
    }
    #[inline(always)]
    fn sub_beside(self, ones: __m512d, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_fmsub_pd(a, ones, b) }
    }
    #[inline(always)]
    fn mul(self, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_mul_pd(a, b) }
    }
    #[inline(always)]
    fn div(self, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_div_pd(a, b) }
    }
    #[inline(always)]
    fn min(self, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_min_pd(a, b) }
    }
    #[inline(always)]
    fn max(self, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_max_pd(a, b) }
    }
    #[inline(always)]
    fn add_by_sign(self, d: __m512d, v: __m512d, up: &mut __m512d, down: &mut __m512d) {
        unsafe {
            // Two comparisons: a mask is turned over by an instruction of its own, which waits for the first.
            let positive = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(d, _mm512_setzero_pd());
            let rest = _mm512_cmp_pd_mask::<_CMP_NGT_UQ>(d, _mm512_setzero_pd());
            *up = _mm512_mask_add_pd(*up, positive, *up, v);
            *down = _mm512_mask_add_pd(*down, rest, *down, v);
        }
    }
    #[inline(always)]
    fn either_negative(self, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_or_pd(a, b) }
    }
    #[inline(always)]
    fn both_negative(self, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_and_pd(a, b) }
    }
    #[inline(always)]
    fn signs_differ(self, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_xor_pd(a, b) }
    }
    #[inline(always)]
    fn choose(self, by: __m512d, a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_mask_blend_pd(_mm512_movepi64_mask(_mm512_castpd_si512(by)), b, a) }
    }
    #[inline(always)]
    fn any_negative(self, v: __m512d) -> bool {
        unsafe { _mm512_movepi64_mask(_mm512_castpd_si512(v)) != 0 }
    }
    #[inline(always)]
    fn all_negative(self, v: __m512d) -> bool {
        unsafe { _mm512_movepi64_mask(_mm512_castpd_si512(v)) == 0xff }
    }
    #[inline(always)]
    fn sum(self, v: __m512d) -> f64 {
        unsafe { self.avx2().sum([_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd::<1>(v)]) }
    }
    #[inline(always)]
    fn prefix(self, v: __m512d) -> (__m512d, f64) {
        unsafe {
            let v = _mm512_add_pd(v, self.shifted::<7>(v));
            let v = _mm512_add_pd(v, self.shifted::<6>(v));
            let sums = _mm512_add_pd(v, self.shifted::<4>(v));
            let last = _mm256_permute4x64_pd::<0xff>(_mm512_extractf64x4_pd::<1>(sums));
            (self.shifted::<7>(sums), _mm256_cvtsd_f64(last))
        }
    }
    /// Pairs of rows, then quarters of registers twice.
    #[inline(always)]
    fn transpose(self, r: [__m512d; 8]) -> [__m512d; 8] {
        unsafe {
            let even = |i: usize| _mm512_unpacklo_pd(r[i], r[i + 1]);
            let odd = |i: usize| _mm512_unpackhi_pd(r[i], r[i + 1]);
            let [a, c, e, g] = self.quarters([even(0), even(2), even(4), even(6)]);
            let [b, d, f, h] = self.quarters([odd(0), odd(2), odd(4), odd(6)]);
            [a, b, c, d, e, f, g, h]
        }
    }
}

impl Avx512 {
    /// Every lane moved up by 8 - `REST`, zeros before them.
    #[inline(always)]
    fn shifted<const REST: i32>(self, v: __m512d) -> __m512d {
        unsafe {
            let v = _mm512_castpd_si512(v);
            _mm512_castsi512_pd(_mm512_alignr_epi64::<REST>(v, _mm512_setzero_si512()))
        }
    }

    /// The transpose of 4 x 4 quarters of registers.
    #[inline(always)]
    fn quarters(self, [a, b, c, d]: [__m512d; 4]) -> [__m512d; 4] {
        unsafe {
            let ab = _mm512_shuffle_f64x2::<0x88>(a, b);
            let ab2 = _mm512_shuffle_f64x2::<0xdd>(a, b);
            let cd = _mm512_shuffle_f64x2::<0x88>(c, d);
            let cd2 = _mm512_shuffle_f64x2::<0xdd>(c, d);
            [
                _mm512_shuffle_f64x2::<0x88>(ab, cd),
                _mm512_shuffle_f64x2::<0x88>(ab2, cd2),
                _mm512_shuffle_f64x2::<0xdd>(ab, cd),
                _mm512_shuffle_f64x2::<0xdd>(ab2, cd2),
            ]
        }
    }
}
