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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::BlockLength;
    use approx::assert_relative_eq;

    const T: [f64; 6] = [0.5, -1.0, 2.0, 0.25, -2.5, 0.75];

    fn six() -> Samples {
        Samples::paired([("a", [1., 2., 3., 4., 5., 6.])]).unwrap()
    }

    fn variance(samples: &Samples, of_unit: &[f64]) -> f64 {
        let mut total = 0.0;
        for_each_deviation(samples, of_unit, 1, |weight, d| total += weight * d[0] * d[0]);
        total
    }

    /// Sum over lags of Bartlett's weight times the circular autocovariance, as one reads it in a textbook.
    fn bartlett(t: &[f64], length: usize) -> f64 {
        let n = t.len();
        let lag = |k: usize| (0..n).map(|i| t[i] * t[(i + k) % n]).sum::<f64>();
        let weight = |k: usize| 1.0 - k as f64 / length as f64;
        let sum = lag(0) + (1..length).map(|k| 2.0 * weight(k) * lag(k)).sum::<f64>();
        sum * n as f64 / (n - length) as f64
    }

    #[test]
    fn series_are_bartlett_sums_of_autocovariances() {
        for length in 1..=3 {
            let series = six().time_series(BlockLength::Rows(length)).unwrap();
            assert_relative_eq!(variance(&series, &T), bartlett(&T, length), max_relative = 1e-14);
        }
        // Blocks of one row: the variance of independent rows.
        let one = six().time_series(BlockLength::Rows(1)).unwrap();
        assert_relative_eq!(variance(&one, &T), variance(&six(), &T), max_relative = 1e-14);
    }

    #[test]
    fn strata_sum_their_own_variances() {
        let strata = six().stratified(&[0, 1, 0, 1, 1, 0]).unwrap();
        let of_stratum = |t: [f64; 3]| {
            let mean = t.iter().sum::<f64>() / 3.0;
            1.5 * t.iter().map(|t| (t - mean).powi(2)).sum::<f64>()
        };
        let expected = of_stratum([0.5, 2.0, 0.75]) + of_stratum([-1.0, 0.25, -2.5]);
        assert_relative_eq!(variance(&strata, &T), expected, max_relative = 1e-14);
    }
}
