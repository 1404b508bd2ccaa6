//! The variance of a sum of contributions of units, for every sampling design.
//!
//! T_u is what unit u (row, pair, cluster) contributes to the linear approximation of a statistic; the T_u
//! sum to 0. The variance is a sum of squares of certain deviations d, each with a weight w:
//!
//! ```text
//! N units together     d = T_u                                  w = N / (N - 1)
//! strata of h units    d = T_u - mean of T over the stratum      w = h / (h - 1)
//! a series of n rows   d = T_t + ... + T_(t + L - 1), circular   w = n / (n - L) / L
//! ```
//!
//! The last is the circular form of the estimator of Newey and West (1987) with Bartlett's weights
//! 1 - |k| / L, at the L of the blocks: the variance of the circular block bootstrap, divided by 1 - L / n,
//! which for independent rows takes the bias out. L = 1 is the first line.

use crate::sample::Samples;

/// Calls `add(w, d)` for every deviation; `of_unit` holds `width` numbers per unit.
pub(crate) fn for_each_deviation(
    samples: &Samples,
    of_unit: &[f64],
    width: usize,
    mut add: impl FnMut(f64, &[f64]),
) {
    let design = samples.design();
    let unit = |u: usize| &of_unit[u * width..][..width];
    let units = of_unit.len() / width;
    let mut deviation = vec![0.0; width];
    if let Some(series) = &design.series {
        for range in series.ranges() {
            let (n, length) = (range.len(), series.block_length);
            let weight = n as f64 / (n - length) as f64 / length as f64;
            for start in 0..n {
                deviation.fill(0.0);
                for row in (start..start + length).map(|row| range.start + row % n) {
                    deviation.iter_mut().zip(unit(row)).for_each(|(sum, t)| *sum += t);
                }
                add(weight, &deviation);
            }
        }
    } else if let Some(stratum_of_unit) = &design.stratum_of_unit {
        let strata = samples.strata().unwrap_or(0);
        let (mut sizes, mut means) = (vec![0.0; strata], vec![0.0; strata * width]);
        for (u, &stratum) in stratum_of_unit.iter().enumerate() {
            sizes[stratum as usize] += 1.0;
            let mean = &mut means[stratum as usize * width..][..width];
            mean.iter_mut().zip(unit(u)).for_each(|(mean, t)| *mean += t);
        }
        for (u, &stratum) in stratum_of_unit.iter().enumerate() {
            let size = sizes[stratum as usize];
            let sums = &means[stratum as usize * width..][..width];
            for ((d, t), sum) in deviation.iter_mut().zip(unit(u)).zip(sums) {
                *d = t - sum / size;
            }
            add(size / (size - 1.0), &deviation);
        }
    } else {
        let weight = units as f64 / (units as f64 - 1.0);
        (0..units).for_each(|u| add(weight, unit(u)));
    }
}
