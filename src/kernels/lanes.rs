//! Eight f64 side by side: the vector operations the sums are written in, once for all tiers.
//!
//! A kernel is one body, generic over [`Lanes`]; [`per_tier!`] compiles it for each tier. [`Portable`] says what
//! every operation means. Each is rounded on its own as IEEE 754 asks (there is no fused multiply-add), so a
//! body gives the same bits whichever instructions carry it.
//!
//! The compiler's own vectoriser was tried first: the same loops over arrays reached these speeds for some
//! shapes and lost a factor of four on others, with every change of the compiler's mind.

#![allow(unsafe_code)] // calls of instructions that a token proves to exist

/// Operations on eight f64. A value of the type proves that the processor has the instructions.
pub(crate) trait Lanes: Copy {
    /// Eight f64.
    type V: Copy;
    /// How many vectors a loop may keep as accumulators of one kind without spilling any.
    const GROUPS: usize;

    fn splat(self, value: f64) -> Self::V;
    fn load(self, from: &[f64; 8]) -> Self::V;
    fn store(self, v: Self::V, to: &mut [f64; 8]);
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// The smaller; `b` where they compare equal.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// The larger; `b` where they compare equal.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// Adds `v` to `up` where `d > 0`, and to `down` where not. No sum and no `v` is negative.
    fn add_by_sign(self, d: Self::V, v: Self::V, up: &mut Self::V, down: &mut Self::V);
    /// A vector whose sign is minus where any of two (in [`Lanes::both_negative`]: both) have a minus sign.
    fn either_negative(self, a: Self::V, b: Self::V) -> Self::V;
    fn both_negative(self, a: Self::V, b: Self::V) -> Self::V;
    /// Whether a lane has a minus sign.
    fn any_negative(self, v: Self::V) -> bool;
    /// Whether all lanes have one.
    fn all_negative(self, v: Self::V) -> bool;
    /// The sum of the lanes: halves are added until one is left.
    fn sum(self, v: Self::V) -> f64;
    /// Whether a lane is greater than 0.
    fn any_positive(self, v: Self::V) -> bool;
    /// Each lane becomes the sum of those before it, and the sum of all is returned too.
    ///
    /// In three steps: first each lane takes its neighbour, then the one two before, then the one four before.
    fn prefix(self, v: Self::V) -> (Self::V, f64);
    /// Column c of eight rows becomes row c.
    fn transpose(self, rows: [Self::V; 8]) -> [Self::V; 8];
}

/// Adds four vectors, then their lanes, pairwise: always in the same order.
#[inline(always)]
pub(crate) fn fold<L: Lanes>(lanes: L, [a, b, c, d]: [L::V; 4]) -> f64 {
    lanes.sum(fold_to_eight(lanes, [a, b, c, d]))
}

/// The first half of [`fold`].
#[inline(always)]
pub(crate) fn fold_to_eight<L: Lanes>(lanes: L, [a, b, c, d]: [L::V; 4]) -> L::V {
    lanes.add(lanes.add(a, c), lanes.add(b, d))
}

/// The sums of the lanes of eight vectors, each with the additions of [`Lanes::sum`], all at once.
#[inline(always)]
pub(crate) fn sum_each<L: Lanes>(lanes: L, rows: [L::V; 8]) -> L::V {
    let [a, b, c, d, e, f, g, h] = lanes.transpose(rows);
    let (ae, cg, bf, dh) = (lanes.add(a, e), lanes.add(c, g), lanes.add(b, f), lanes.add(d, h));
    lanes.add(lanes.add(ae, cg), lanes.add(bf, dh))
}

/// The same of 32 numbers.
#[inline(always)]
pub(crate) fn fold_array(lanes: &[f64; 32]) -> f64 {
    let [a, b, c, d] = std::array::from_fn(|group| std::array::from_fn(|lane| lanes[8 * group + lane]));
    fold(Portable, [a, b, c, d])
}

/// Defines a safe function that runs a body, generic over [`Lanes`], compiled for the instructions of a tier.
macro_rules! per_tier {
    ($(#[$doc:meta])* $visible:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? = $body:path) => {
        $(#[$doc])*
        #[allow(unsafe_code, clippy::too_many_arguments)]
        $visible fn $name(tier: $crate::kernels::tier::Tier, $($arg: $type),*) $(-> $out)? {
            use $crate::kernels::{lanes, tier::Tier};

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,bmi2")]
            fn avx2($($arg: $type),*) $(-> $out)? {
                $body(lanes::Avx2::new(), $($arg),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi2")]
            fn avx512($($arg: $type),*) $(-> $out)? {
                $body(lanes::Avx512::new(), $($arg),*)
            }

            match tier {
                Tier::Portable => $body(lanes::Portable, $($arg),*),
                // SAFETY: a tier is named only where the processor was found to have its instructions.
                #[cfg(target_arch = "x86_64")]
                Tier::Avx2 => unsafe { avx2($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                Tier::Avx512 => unsafe { avx512($($arg),*) },
            }
        }
    };
}
pub(crate) use per_tier;

/// The meaning of the operations, in plain Rust.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

#[inline(always)]
fn zip(a: [f64; 8], b: [f64; 8], f: impl Fn(f64, f64) -> f64) -> [f64; 8] {
    std::array::from_fn(|l| f(a[l], b[l]))
}

impl Lanes for Portable {
    type V = [f64; 8];
    // Eight lanes are four of the sixteen baseline registers.
    const GROUPS: usize = 1;

    #[inline(always)]
    fn splat(self, value: f64) -> [f64; 8] {
        [value; 8]
    }
    #[inline(always)]
    fn load(self, from: &[f64; 8]) -> [f64; 8] {
        *from
    }
    #[inline(always)]
    fn store(self, v: [f64; 8], to: &mut [f64; 8]) {
        *to = v;
    }
    #[inline(always)]
    fn add(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| a / b)
    }
    #[inline(always)]
    fn min(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn max(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn add_by_sign(self, d: [f64; 8], v: [f64; 8], up: &mut [f64; 8], down: &mut [f64; 8]) {
        *up = self.add(*up, zip(d, v, |d, v| if d > 0.0 { v } else { 0.0 }));
        *down = self.add(*down, zip(d, v, |d, v| if d > 0.0 { 0.0 } else { v }));
    }
    #[inline(always)]
    fn either_negative(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| f64::from_bits(a.to_bits() | b.to_bits()))
    }
    #[inline(always)]
    fn both_negative(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| f64::from_bits(a.to_bits() & b.to_bits()))
    }
    #[inline(always)]
    fn any_negative(self, v: [f64; 8]) -> bool {
        v.iter().fold(false, |any, v| any | v.is_sign_negative())
    }
    #[inline(always)]
    fn all_negative(self, v: [f64; 8]) -> bool {
        v.iter().fold(true, |all, v| all & v.is_sign_negative())
    }
    #[inline(always)]
    fn sum(self, v: [f64; 8]) -> f64 {
        ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]))
    }
    #[inline(always)]
    fn any_positive(self, v: [f64; 8]) -> bool {
        v.iter().fold(false, |any, &v| any | (v > 0.0))
    }
    #[inline(always)]
    fn prefix(self, v: [f64; 8]) -> ([f64; 8], f64) {
        let shifted = |v: [f64; 8], by: usize| -> [f64; 8] {
            std::array::from_fn(|l| if l < by { 0.0 } else { v[l - by] })
        };
        let sums = [1, 2, 4].into_iter().fold(v, |v, by| zip(v, shifted(v, by), |a, b| a + b));
        (shifted(sums, 1), sums[7])
    }
    #[inline(always)]
    fn transpose(self, rows: [[f64; 8]; 8]) -> [[f64; 8]; 8] {
        std::array::from_fn(|c| std::array::from_fn(|r| rows[r][c]))
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Lanes;
    use std::arch::x86_64::*;

    /// Two registers of four.
    #[derive(Clone, Copy)]
    pub(crate) struct Avx2(());

    impl Avx2 {
        /// Safe to call only where the compiler knows the instructions to exist.
        #[inline]
        #[target_feature(enable = "avx2,bmi2")]
        pub(crate) fn new() -> Avx2 {
            Avx2(())
        }
    }

    /// One register of eight.
    #[derive(Clone, Copy)]
    pub(crate) struct Avx512(());

    impl Avx512 {
        /// Safe to call only where the compiler knows the instructions to exist.
        #[inline]
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi2")]
        pub(crate) fn new() -> Avx512 {
            Avx512(())
        }
    }

    // SAFETY, of every block in the two implementations: `self` was made where the instructions exist. Loads and
    // stores are unaligned and cover exactly the array they are given.

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
        fn any_positive(self, v: Self::V) -> bool {
            unsafe {
                let zero = _mm256_setzero_pd();
                _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_GT_OQ>(_mm256_max_pd(v[0], v[1]), zero)) != 0
            }
        }
        #[inline(always)]
        fn prefix(self, v: Self::V) -> (Self::V, f64) {
            unsafe {
                let zero = _mm256_setzero_pd();
                let [low, high] = self.add(v, self.shifted(v));
                let two = [
                    _mm256_permute2f128_pd::<0x08>(low, low),
                    _mm256_permute2f128_pd::<0x21>(low, high),
                ];
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
                let (low, high) =
                    (_mm256_permute4x64_pd::<0x93>(low), _mm256_permute4x64_pd::<0x93>(high));
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
        fn any_negative(self, v: __m512d) -> bool {
            unsafe { _mm512_movepi64_mask(_mm512_castpd_si512(v)) != 0 }
        }
        #[inline(always)]
        fn all_negative(self, v: __m512d) -> bool {
            unsafe { _mm512_movepi64_mask(_mm512_castpd_si512(v)) == 0xff }
        }
        #[inline(always)]
        fn sum(self, v: __m512d) -> f64 {
            unsafe { Avx2(()).sum([_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd::<1>(v)]) }
        }
        #[inline(always)]
        fn any_positive(self, v: __m512d) -> bool {
            unsafe { _mm512_cmp_pd_mask::<_CMP_GT_OQ>(v, _mm512_setzero_pd()) != 0 }
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tier::Tier;
    use proptest::prelude::*;

    /// The results of every operation on 64 numbers, eight to a row.
    #[inline(always)]
    fn all_operations<L: Lanes>(lanes: L, input: &[[f64; 8]; 8], out: &mut Vec<[f64; 8]>) {
        let v = input.each_ref().map(|row| lanes.load(row));
        let (mut up, mut down) = (lanes.mul(v[2], v[2]), lanes.mul(v[3], v[3]));
        lanes.add_by_sign(v[0], lanes.mul(v[1], v[1]), &mut up, &mut down);
        let (before, total) = lanes.prefix(v[4]);
        let any = if lanes.any_positive(v[5]) { 1.0 } else { 0.0 };
        let results = [
            lanes.add(v[0], v[1]),
            lanes.sub(v[0], v[1]),
            lanes.mul(v[0], v[1]),
            lanes.div(v[0], v[1]),
            lanes.min(v[0], v[1]),
            lanes.max(v[0], v[1]),
            up,
            down,
            before,
            lanes.splat(total),
            lanes.splat(any),
            lanes.splat(lanes.sum(v[6])),
        ];
        for v in results.into_iter().chain(lanes.transpose(v)) {
            let mut row = [0.0; 8];
            lanes.store(v, &mut row);
            out.push(row);
        }
    }

    per_tier! {
        fn run(input: &[[f64; 8]; 8], out: &mut Vec<[f64; 8]>) = all_operations
    }

    proptest! {
        #[test]
        fn every_tier_means_the_same(values in prop::collection::vec(-4.0..4.0f64, 64), small in any::<bool>()) {
            // Few distinct values, for ties and zeros.
            let round = |v: f64| if small { v.round() } else { v };
            let input: [[f64; 8]; 8] = std::array::from_fn(|r| std::array::from_fn(|c| round(values[8 * r + c])));
            let bits = |tier| {
                let mut out = Vec::new();
                run(tier, &input, &mut out);
                // Adding 0 makes the two zeros one; what 0/0 is called does not matter.
                out.into_iter().map(|row| row.map(|v| if v.is_nan() { 1 } else { (v + 0.0).to_bits() })).collect::<Vec<_>>()
            };
            for tier in Tier::available() {
                prop_assert_eq!(bits(tier), bits(Tier::Portable), "{:?}", tier);
            }
        }
    }

    #[test]
    fn prefix_and_transpose_are_what_they_are_called() {
        let v = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
        assert_eq!(Portable.prefix(v), ([0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 127.0], 255.0));
        let rows = std::array::from_fn(|r| std::array::from_fn(|c| (10 * r + c) as f64));
        assert_eq!(Portable.transpose(rows)[3][5], 53.0);
    }
}
