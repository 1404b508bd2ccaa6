//! The expansion in AVX-512: sixteen sources at a time.
//!
//! ```text
//! slot j = 4 k + s of 64:  source k has a copy s where count[k] > s
//! mask     = which slots are filled;  as many outputs as it has one bits
//! sources  = j / 4 of the filled slots, packed to the front              (compress of bytes)
//! out[8 v + i] = values[sources[8 v + i]],  v = 0, 1, 2, 3               (permutation of two registers)
//! ```
//!
//! The compress goes to a register and full vectors are stored over what the next step overwrites: compressing
//! to memory is microcode on Zen 4. Counts above 4 (6% of the steps) take two steps of eight sources with eight
//! slots each; above 8 (one source in a million) the sixteen are copied one by one.
#![allow(unsafe_code)] // loads and stores by pointer, and the call into a function of the tier

use std::arch::x86_64::*;

use super::{SLACK, one_by_one};
use crate::kernels::tier::Avx512;

/// Sources of a step.
const SOURCES: usize = 16;

pub(super) fn repeat(_: Avx512, values: &[f64], counts: &[u8], out: &mut [f64]) -> usize {
    // SAFETY: the proof says that the processor has these features.
    unsafe { by_sixteen(values, counts, out) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,popcnt")]
fn by_sixteen(values: &[f64], counts: &[u8], out: &mut [f64]) -> usize {
    let (groups, rest) = values.as_chunks::<SOURCES>();
    let (groups_of_counts, rest_of_counts) = counts.as_chunks::<SOURCES>();
    let slots = Slots::new();
    let mut end = 0;
    for (values, counts) in groups.iter().zip(groups_of_counts) {
        end += slots.step(values, counts, &mut out[end..]);
    }
    if !rest.is_empty() {
        // One more step, with sources of count zero behind the last.
        let (mut last, mut last_counts) = ([0.0; SOURCES], [0; SOURCES]);
        last[..rest.len()].copy_from_slice(rest);
        last_counts[..rest.len()].copy_from_slice(rest_of_counts);
        end += by_sixteen(&last, &last_counts, &mut out[end..]);
    }
    end
}

/// The constants of a step.
struct Slots {
    /// j / 4, and j % 4, for each of 64 slots.
    source4: __m512i,
    copy4: __m512i,
    /// j / 8, and j % 8.
    source8: __m512i,
    copy8: __m512i,
    /// Exchanges rows and columns of 8 x 8 bytes: j / 8 + 8 (j % 8).
    transpose: __m512i,
}

static TABLES: [[u8; 64]; 5] = {
    let mut tables = [[0; 64]; 5];
    let mut j = 0;
    while j < 64 {
        let slot = j as u8;
        tables[0][j] = slot / 4;
        tables[1][j] = slot % 4;
        tables[2][j] = slot / 8;
        tables[3][j] = slot % 8;
        tables[4][j] = slot / 8 + 8 * (slot % 8);
        j += 1;
    }
    tables
};

#[inline]
#[target_feature(enable = "avx512f")]
fn load_table(table: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are there; the load needs no alignment.
    unsafe { _mm512_loadu_si512(table.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn halves(values: &[f64; SOURCES]) -> (__m512d, __m512d) {
    // SAFETY: twice eight values are there; the loads need no alignment.
    unsafe { (_mm512_loadu_pd(values.as_ptr()), _mm512_loadu_pd(values.as_ptr().add(8))) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load_counts(counts: &[u8; SOURCES]) -> __m128i {
    // SAFETY: sixteen bytes are there; the load needs no alignment.
    unsafe { _mm_loadu_si128(counts.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(to: &mut [f64; 8], values: __m512d) {
    // SAFETY: there is room for eight values; the store needs no alignment.
    unsafe { _mm512_storeu_pd(to.as_mut_ptr(), values) }
}

/// Kept out of the loop: inlined, it takes registers, and a loop that reads its own variables back from the stack
/// apparently waits for the addresses of its stores (0.19 ns a row on Zen 5, against 0.13).
#[cold]
#[inline(never)]
fn many_copies(values: &[f64; SOURCES], counts: &[u8; SOURCES], out: &mut [f64]) -> usize {
    one_by_one(values, counts, usize::from, out)
}

impl Slots {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn new() -> Slots {
        // Compilers would read tables they know from memory in every step, beside three loads that are needed.
        let [source4, copy4, source8, copy8, transpose] = std::hint::black_box(&TABLES);
        Slots {
            source4: load_table(source4),
            copy4: load_table(copy4),
            source8: load_table(source8),
            copy8: load_table(copy8),
            transpose: load_table(transpose),
        }
    }

    /// Expands sixteen sources to the front of `out`, which has room for [`SLACK`] more than they make.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,popcnt")]
    fn step(&self, values: &[f64; SOURCES], counts: &[u8; SOURCES], out: &mut [f64]) -> usize {
        let packed = load_counts(counts);
        let (low, high) = halves(values);
        let of_slots = _mm512_permutexvar_epi8(self.source4, _mm512_castsi128_si512(packed));
        let filled = _mm512_cmpgt_epu8_mask(of_slots, self.copy4);
        let made = filled.count_ones() as usize;
        if _mm_cmpgt_epu8_mask(packed, _mm_set1_epi8(4)) != 0 || made > 32 {
            if _mm_cmpgt_epu8_mask(packed, _mm_set1_epi8(8)) != 0 {
                return many_copies(values, counts, out);
            }
            let first = self.eight(low, packed, out);
            return first + self.eight(high, _mm_srli_si128::<8>(packed), &mut out[first..]);
        }
        // Byte v of word i: the source of output 8 v + i. A permutation looks at the lowest bits only.
        let sources = _mm512_maskz_compress_epi8(filled, self.source4);
        let sources = _mm512_permutexvar_epi8(self.transpose, sources);
        let of = |source| _mm512_permutex2var_pd(low, source, high);
        let (vectors, _) = out[..SLACK].as_chunks_mut::<8>();
        store(&mut vectors[0], of(sources));
        store(&mut vectors[1], of(_mm512_srli_epi64::<8>(sources)));
        store(&mut vectors[2], of(_mm512_srli_epi64::<16>(sources)));
        // 2% of the steps make more than 24.
        if made > 24 {
            store(&mut vectors[3], of(_mm512_srli_epi64::<24>(sources)));
        }
        made
    }

    /// Eight sources with counts up to 8, in the low half of `packed`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,popcnt")]
    fn eight(&self, values: __m512d, packed: __m128i, out: &mut [f64]) -> usize {
        let of_slots = _mm512_permutexvar_epi8(self.source8, _mm512_castsi128_si512(packed));
        let filled = _mm512_cmpgt_epu8_mask(of_slots, self.copy8);
        let made = filled.count_ones() as usize;
        let sources = _mm512_maskz_compress_epi8(filled, self.source8);
        let mut sources = _mm512_permutexvar_epi8(self.transpose, sources);
        let (vectors, _) = out[..SLACK].as_chunks_mut::<8>();
        // Two vectors nearly always do: no branch to guess.
        for vector in &mut vectors[..made.div_ceil(8).max(2)] {
            store(vector, _mm512_permutexvar_pd(sources, values));
            sources = _mm512_srli_epi64::<8>(sources);
        }
        made
    }
}
