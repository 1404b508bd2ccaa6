//! The variance of a resampled mean is known in closed form: every scheme must show it.

use super::{Bootstrap, BootstrapMethod, Resample, Resampler};
use crate::kernels::cells::Law;
use crate::sample::{BlockLength, Samples, Survey};

const VALUES: [f64; 8] = [3.0, 1.0, 4.0, 1.5, 9.0, 2.6, 5.0, 3.5];
const REPLICATES: usize = 40_000;

fn mean_of(law: Law<'_>) -> f64 {
    let values = law.values();
    let total: f64 = (0..values.len()).map(|i| values[i] * (law.mass(i + 1) - law.mass(i))).sum();
    total / law.total()
}

/// Mean and variance of the resampled mean.
fn moments(samples: &Samples, method: BootstrapMethod) -> (f64, f64) {
    let resampler = Resampler::new(samples, &[0], Bootstrap::new().seed(2).method(method));
    let mut resample = Resample::default();
    let means: Vec<f64> = (0..REPLICATES)
        .map(|replicate| {
            resampler.draw(replicate, &mut resample).unwrap();
            mean_of(resampler.law(&resample, 0))
        })
        .collect();
    let mean = means.iter().sum::<f64>() / REPLICATES as f64;
    (mean, means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / (REPLICATES - 1) as f64)
}

/// Six standard errors of a variance of nearly normal numbers.
#[track_caller]
fn check(samples: &Samples, method: BootstrapMethod, mean: f64, variance: f64) {
    let (found_mean, found) = moments(samples, method);
    assert!(
        (found_mean - mean).abs() < 6.0 * (variance / REPLICATES as f64).sqrt(),
        "{found_mean} {mean}"
    );
    let tolerance = 6.0 * (2.0 / REPLICATES as f64).sqrt();
    assert!((found / variance - 1.0).abs() < tolerance, "{found} {variance}");
}

fn paired() -> Samples {
    Samples::paired([("a", VALUES)]).unwrap()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn squares(values: &[f64]) -> f64 {
    values.iter().map(|v| (v - mean(values)).powi(2)).sum()
}

#[test]
fn rows_and_bayesian_weights() {
    let (center, squares) = (mean(&VALUES), squares(&VALUES));
    check(&paired(), BootstrapMethod::ByDesign, center, squares / 64.0);
    check(&paired(), BootstrapMethod::BayesianWeights, center, squares / (8.0 * 9.0));
    let sample = crate::Sample::new(VALUES).unwrap();
    let independent = Samples::independent([("a", sample)]).unwrap();
    check(&independent, BootstrapMethod::BayesianWeights, center, squares / (8.0 * 9.0));
}

/// Sum over strata of (h / n)^2 s^2 / h: unbiased, also for strata of two and three.
#[test]
fn strata_have_the_unbiased_variance() {
    let strata = [0, 0, 1, 1, 1, 2, 2, 2];
    let variance = |of: &[f64]| squares(of) / (of.len() as f64 - 1.0) * of.len() as f64 / 64.0;
    let expected = variance(&VALUES[..2]) + variance(&VALUES[2..5]) + variance(&VALUES[5..]);
    let samples = paired().stratified(&strata).unwrap();
    check(&samples, BootstrapMethod::ByDesign, mean(&VALUES), expected);
    let survey = Samples::surveys([("a", Survey::new(VALUES).strata(&strata))]).unwrap();
    check(&survey, BootstrapMethod::ByDesign, mean(&VALUES), expected);
}

/// n / L independent blocks, each a window of the circle (of the line) with the same probability.
#[test]
fn blocks_have_the_variance_of_windows() {
    let series = paired().time_series(BlockLength::Rows(4)).unwrap();
    let circle = [VALUES, VALUES].concat();
    for (method, starts) in [(BootstrapMethod::ByDesign, 8), (BootstrapMethod::MovingBlocks, 5)] {
        let windows: Vec<f64> = (0..starts).map(|start| mean(&circle[start..start + 4])).collect();
        check(&series, method, mean(&windows), squares(&windows) / starts as f64 / 2.0);
    }
}

/// Weighted rows of clusters: the weighted mean, and its linearised variance for weights that differ little.
#[test]
fn weights_of_rows_are_kept() {
    let weights = [1.0, 1.02, 0.98, 1.0, 1.01, 0.99, 1.0, 1.03];
    let samples = paired().weighted(&weights).unwrap().clustered(&[0, 0, 1, 1, 2, 2, 3, 3]).unwrap();
    let total: f64 = weights.iter().sum();
    let center = VALUES.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / total;
    let of_cluster = |c: usize| -> f64 {
        (2 * c..2 * c + 2).map(|row| weights[row] * (VALUES[row] - center) / total).sum()
    };
    let expected: f64 = (0..4).map(|c| of_cluster(c).powi(2)).sum();
    let (found_mean, found) = moments(&samples, BootstrapMethod::ByDesign);
    assert!((found_mean - center).abs() < 0.03, "{found_mean} {center}");
    assert!((found / expected - 1.0).abs() < 0.06, "{found} {expected}");
}
