//! A resampled column without a sort: an ascending column, each value repeated as often as its row was
//! drawn, is ascending already.

/// Slots an expansion may write past its end; buffers carry that many more.
const SLACK: usize = 4;

/// Writes `values[k]` `count(k)` times to the front of `out` and returns how many values were written.
///
/// Nearly all multiplicities of a bootstrap are at most 4, so four copies are stored without looking
/// and the position moves by the count; what is too much is overwritten by the next value.
#[inline(always)]
fn repeat(values: &[f64], count: impl Fn(usize) -> u32, out: &mut Vec<f64>, total: usize) {
    out.resize(total + SLACK, 0.0);
    let mut end = 0;
    for (k, &value) in values.iter().enumerate() {
        let count = count(k) as usize;
        out[end..end + SLACK].fill(value);
        if count > SLACK {
            out[end + SLACK..end + count].fill(value);
        }
        end += count;
    }
    debug_assert_eq!(end, total);
    out.truncate(total);
}

/// Expands a column by the multiplicities of its sorted positions, which sum to `total`.
pub(crate) fn by_position(values: &[f64], counts: &[u32], total: usize, out: &mut Vec<f64>) {
    repeat(values, |k| counts[k], out, total);
}

/// Expands a column by the multiplicities of the units (rows, clusters) its values belong to.
pub(crate) fn by_unit(values: &[f64], unit: &[u32], counts: &[u32], out: &mut Vec<f64>) {
    let total = unit.iter().map(|&u| counts[u as usize] as usize).sum();
    repeat(values, |k| counts[unit[k] as usize], out, total);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(values: &[f64], unit: &[u32], counts: &[u32]) -> Vec<f64> {
        let repeated = values
            .iter()
            .zip(unit)
            .flat_map(|(&v, &u)| std::iter::repeat_n(v, counts[u as usize] as usize));
        repeated.collect()
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_twin(counts in prop::collection::vec(0u32..9, 1..40)) {
            let n = counts.len();
            let values: Vec<f64> = (0..n).map(|v| v as f64).collect();
            let unit: Vec<u32> = (0..n as u32).map(|k| (k * 7) % n as u32).collect();
            let mut out = vec![9.0; 3];
            by_unit(&values, &unit, &counts, &mut out);
            prop_assert_eq!(&out, &naive(&values, &unit, &counts));
            let identity: Vec<u32> = (0..n as u32).collect();
            by_position(&values, &counts, counts.iter().sum::<u32>() as usize, &mut out);
            prop_assert_eq!(&out, &naive(&values, &identity, &counts));
        }
    }
}
