//! A resampled column without a sort: an ascending column, each value repeated as often as its row was
//! drawn, is ascending already.
//!
//! ```text
//! for k in 0..n:  out.append(values[k] count[k] times)
//! ```

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

use super::counts::Multiplicities;
use super::tier::Tier;

/// Elements a tier may write past the end of an expansion: the outputs of one of its steps.
const SLACK: usize = 64;

/// Copies that are stored without looking. 99.6% of the counts of a bootstrap are at most 4.
const COPIES: usize = 4;

/// Writes `values[k]` as often as its count says, in order. The counts sum to `total`.
pub(crate) fn repeat(
    tier: Tier,
    values: &[f64],
    counts: Multiplicities,
    total: usize,
    out: &mut Vec<f64>,
) {
    out.resize(total + SLACK, 0.0);
    let end = match counts {
        Multiplicities::Wide(counts) => one_by_one(values, counts, |count| count as usize, out),
        Multiplicities::Narrow(counts) => match tier {
            Tier::Portable => one_by_one(values, counts, usize::from, out),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2(proof) => avx2::repeat(proof, values, counts, out),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512(proof) => avx512::repeat(proof, values, counts, out),
        },
    };
    debug_assert_eq!(end, total);
    out.truncate(total);
}

/// Four copies are stored and the position moves by the count; what is too much is overwritten by the next
/// value. Returns how many values were written.
#[inline(always)]
fn one_by_one<T: Copy>(
    values: &[f64],
    counts: &[T],
    count: impl Fn(T) -> usize,
    out: &mut [f64],
) -> usize {
    let mut end = 0;
    for (&value, &times) in values.iter().zip(counts) {
        let count = count(times);
        out[end..end + COPIES].fill(value);
        if count > COPIES {
            out[end + COPIES..end + count].fill(value);
        }
        end += count;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(values: &[f64], counts: &[u64]) -> Vec<f64> {
        let repeated = values.iter().zip(counts).flat_map(|(&v, &c)| std::iter::repeat_n(v, c as usize));
        repeated.collect()
    }

    /// Small counts as a bootstrap draws them, some above each border of the kernels.
    fn count() -> impl Strategy<Value = u8> {
        prop_oneof![20 => 0u8..4, 2 => 0u8..10, 1 => Just(255), 4 => Just(0)]
    }

    proptest! {
        #[test]
        fn every_tier_agrees_with_the_naive_twin(counts in prop::collection::vec(count(), 0..150)) {
            let values: Vec<f64> = (0..counts.len()).map(|v| v as f64).collect();
            let wide: Vec<u64> = counts.iter().map(|&c| u64::from(c)).collect();
            let expected = naive(&values, &wide);
            for tier in Tier::available() {
                for counts in [Multiplicities::Narrow(&counts), Multiplicities::Wide(&wide)] {
                    let mut out = vec![9.0; 3];
                    repeat(tier, &values, counts, expected.len(), &mut out);
                    prop_assert_eq!(&out, &expected);
                }
            }
        }
    }
}
