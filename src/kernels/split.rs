//! Relabelling of a pooled sample: an ascending pool, split by labels into two ascending columns.
//!
//! ```text
//! first  = the values whose label is 1, in order        second = the others, in order
//! ```
//!
//! Labels are bits: label k is bit k mod 64 of word k / 64. Both sides are written for every group of values and only
//! their positions move, so there is no branch to guess; what is written too far is overwritten by the next group. A side
//! never has more values than were read, so that a whole group fits behind them.
//! Registers are compressed and stored whole: storing compressed lanes alone is microcoded on some processors.

#![allow(unsafe_code)] // vector loads and stores at checked positions

use super::tier::Tier;

/// Splits `pool` into the values with label 1 (front of `first`) and label 0 (front of `second`), in order, and
/// returns how many went to `first`. Both outputs are as long as the pool.
pub(crate) fn by_label(
    tier: Tier,
    pool: &[f64],
    labels: &[u64],
    first: &mut [f64],
    second: &mut [f64],
) -> usize {
    assert!(labels.len() * 64 >= pool.len());
    assert!(first.len() >= pool.len() && second.len() >= pool.len());
    let (done, taken) = match tier {
        Tier::Portable => (0, 0),
        // SAFETY: the tier is the proof that the processor has its instructions; lengths were checked above.
        #[cfg(target_arch = "x86_64")]
        Tier::Avx2(_) => (pool.len() / 4 * 4, unsafe { x86::whole_fours(pool, labels, first, second) }),
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Tier::Avx512(_) => {
            (pool.len() / 8 * 8, unsafe { x86::whole_eights(pool, labels, first, second) })
        }
    };
    one_by_one(pool, labels, done, taken, first, second)
}

/// The meaning of the split, from value `done` on, when `taken` have gone to the first side.
fn one_by_one(
    pool: &[f64],
    labels: &[u64],
    done: usize,
    mut taken: usize,
    first: &mut [f64],
    second: &mut [f64],
) -> usize {
    for (k, &value) in pool.iter().enumerate().skip(done) {
        first[taken] = value;
        second[k - taken] = value;
        taken += (labels[k / 64] >> (k % 64) & 1) as usize;
    }
    taken
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    /// Splits all whole groups of eight. Returns how many values went to the first side.
    ///
    /// # Safety
    /// `labels` has a bit for each value; both outputs are as long as the pool.
    #[target_feature(enable = "avx512f,avx512vl,avx2,bmi2,popcnt")]
    pub(super) unsafe fn whole_eights(
        pool: &[f64],
        labels: &[u64],
        first: &mut [f64],
        second: &mut [f64],
    ) -> usize {
        let mut taken = 0;
        for (group, values) in pool.as_chunks::<8>().0.iter().enumerate() {
            let mask = (labels[group / 8] >> (group % 8 * 8)) as u8;
            // SAFETY: at most 8 * group values went to either side before this group, so eight more stay within the
            // pool's length.
            unsafe {
                let v = _mm512_loadu_pd(values.as_ptr());
                _mm512_storeu_pd(first.as_mut_ptr().add(taken), _mm512_maskz_compress_pd(mask, v));
                let rest = _mm512_maskz_compress_pd(!mask, v);
                _mm512_storeu_pd(second.as_mut_ptr().add(8 * group - taken), rest);
            }
            taken += mask.count_ones() as usize;
        }
        taken
    }

    /// Splits all whole groups of four, by a table of permutations.
    ///
    /// # Safety
    /// As for [`whole_eights`].
    #[target_feature(enable = "avx2,bmi2,popcnt")]
    pub(super) unsafe fn whole_fours(
        pool: &[f64],
        labels: &[u64],
        first: &mut [f64],
        second: &mut [f64],
    ) -> usize {
        let mut taken = 0;
        for (group, values) in pool.as_chunks::<4>().0.iter().enumerate() {
            let mask = (labels[group / 16] >> (group % 16 * 4)) as usize & 15;
            // SAFETY: at most 4 * group values went to either side before this group. Tables have 16 rows of eight
            // indices.
            unsafe {
                let v = _mm256_castpd_si256(_mm256_loadu_pd(values.as_ptr()));
                let chosen = |mask: usize| _mm256_loadu_si256(FRONT[mask].as_ptr().cast());
                let front = _mm256_permutevar8x32_epi32(v, chosen(mask));
                let rest = _mm256_permutevar8x32_epi32(v, chosen(15 ^ mask));
                _mm256_storeu_si256(first.as_mut_ptr().add(taken).cast(), front);
                _mm256_storeu_si256(second.as_mut_ptr().add(4 * group - taken).cast(), rest);
            }
            taken += mask.count_ones() as usize;
        }
        taken
    }

    /// For each set of four values, the permutation of their halves that brings the set to the front.
    static FRONT: [[u32; 8]; 16] = {
        let mut table = [[0; 8]; 16];
        let mut mask = 0;
        while mask < 16 {
            let (mut lane, mut to) = (0, 0);
            while lane < 4 {
                if mask >> lane & 1 == 1 {
                    table[mask][to] = 2 * lane;
                    table[mask][to + 1] = 2 * lane + 1;
                    to += 2;
                }
                lane += 1;
            }
            mask += 1;
        }
        table
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_tier_keeps_order_on_both_sides(labels in prop::collection::vec(any::<bool>(), 0..200)) {
            let pool: Vec<f64> = (0..labels.len()).map(|k| k as f64).collect();
            let bit = |word: &[bool]| word.iter().rev().fold(0, |bits, &label| bits << 1 | u64::from(label));
            let words: Vec<u64> = labels.chunks(64).map(bit).collect();
            let side = |wanted: bool| -> Vec<f64> {
                pool.iter().zip(&labels).filter(|(_, label)| **label == wanted).map(|(v, _)| *v).collect()
            };
            for tier in Tier::available() {
                let (mut first, mut second) = (vec![0.0; pool.len()], vec![0.0; pool.len()]);
                let taken = by_label(tier, &pool, &words, &mut first, &mut second);
                prop_assert_eq!(&first[..taken], &side(true), "{:?}", tier);
                prop_assert_eq!(&second[..pool.len() - taken], &side(false), "{:?}", tier);
            }
        }
    }
}
