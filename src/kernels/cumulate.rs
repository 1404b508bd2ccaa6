//! Prefix sums of the drawn mass of a weighted column.
//!
//! ```text
//! out[k] = sum over i <= k of masses[i] count[i]
//! ```
//!
//! One chain of additions would wait for the adder. Runs are summed side by side, then each is lifted by the
//! total before it. Additions of nothing negative in this order keep what the walk over cells rests on: the
//! sums never descend, and a row that was not drawn has exactly the sum of the row before it.

use super::counts::Multiplicities;

/// Length and number of the runs of a block: four chains hide the latency of an addition.
const RUN: usize = 16;
const RUNS: usize = 4;

/// Fills `out` with the prefix sums, one for each mass.
pub(crate) fn masses(masses: &[f64], counts: Multiplicities, out: &mut Vec<f64>) {
    match counts {
        Multiplicities::Narrow(counts) => sum_runs(masses, counts, f64::from, out),
        Multiplicities::Wide(counts) => sum_runs(masses, counts, |c| c as f64, out),
    }
}

#[inline(always)]
fn sum_runs<T: Copy>(masses: &[f64], counts: &[T], times: impl Fn(T) -> f64, out: &mut Vec<f64>) {
    out.resize(masses.len(), 0.0);
    let mut lift = 0.0;
    let (blocks, rest) = masses.as_chunks::<{ RUN * RUNS }>();
    let (blocks_of_counts, rest_of_counts) = counts.as_chunks::<{ RUN * RUNS }>();
    let (blocks_out, rest_out) = out.as_chunks_mut::<{ RUN * RUNS }>();
    for ((masses, counts), out) in blocks.iter().zip(blocks_of_counts).zip(blocks_out) {
        let mut run = [0.0; RUNS];
        for k in 0..RUN {
            for (r, sum) in run.iter_mut().enumerate() {
                *sum += masses[r * RUN + k] * times(counts[r * RUN + k]);
                out[r * RUN + k] = *sum;
            }
        }
        for (r, sum) in run.into_iter().enumerate() {
            for out in &mut out[r * RUN..(r + 1) * RUN] {
                *out += lift;
            }
            lift += sum;
        }
    }
    for ((mass, &count), out) in rest.iter().zip(rest_of_counts).zip(rest_out) {
        lift += mass * times(count);
        *out = lift;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_definition(drawn in prop::collection::vec((0u8..4, 0.01..10.0f64), 1..300)) {
            let (counts, weights): (Vec<u8>, Vec<f64>) = drawn.into_iter().unzip();
            let wide: Vec<u64> = counts.iter().map(|&c| u64::from(c)).collect();
            let (mut found, mut of_wide) = (Vec::new(), Vec::new());
            masses(&weights, Multiplicities::Narrow(&counts), &mut found);
            masses(&weights, Multiplicities::Wide(&wide), &mut of_wide);
            prop_assert_eq!(&found, &of_wide);
            let mut sum = 0.0;
            for k in 0..counts.len() {
                sum += weights[k] * f64::from(counts[k]);
                prop_assert!((found[k] - sum).abs() <= 1e-14 * sum);
                let before = k.checked_sub(1).map_or(0.0, |before| found[before]);
                let kept = if counts[k] == 0 { found[k] == before } else { found[k] > before };
                prop_assert!(kept, "{} after {}", found[k], before);
            }
        }
    }
}
