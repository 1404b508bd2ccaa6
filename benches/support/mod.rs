//! The inputs all benchmarks share: laws and patterns of the literature on sorting and resampling.
#![allow(dead_code)] // each benchmark uses some of them

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, LogNormal, Normal};

pub fn normal(seed: u64, n: usize, mean: f64, sd: f64) -> Vec<f64> {
    let law = Normal::new(mean, sd).expect("a positive standard deviation");
    law.sample_iter(StdRng::seed_from_u64(seed)).take(n).collect()
}

pub fn log_normal(seed: u64, n: usize) -> Vec<f64> {
    let law = LogNormal::new(0.0, 1.0).expect("a positive sigma");
    law.sample_iter(StdRng::seed_from_u64(seed)).take(n).collect()
}

/// Normal values rounded to one decimal.
pub fn ties(seed: u64, n: usize) -> Vec<f64> {
    normal(seed, n, 0.0, 1.0).into_iter().map(|v| (v * 10.0).round() / 10.0).collect()
}

pub fn sorted(seed: u64, n: usize) -> Vec<f64> {
    let mut values = normal(seed, n, 0.0, 1.0);
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// Sorted values, one in a hundred exchanged with another.
pub fn swapped(seed: u64, n: usize) -> Vec<f64> {
    let mut values = sorted(seed, n);
    let mut rng = StdRng::seed_from_u64(seed);
    for _ in 0..n / 200 {
        values.swap(rng.random_range(0..n), rng.random_range(0..n));
    }
    values
}

/// Every pattern by its name.
pub fn patterns(seed: u64, n: usize) -> [(&'static str, Vec<f64>); 6] {
    [
        ("normal", normal(seed, n, 0.0, 1.0)),
        ("sorted", sorted(seed, n)),
        ("swapped", swapped(seed, n)),
        ("ties", ties(seed, n)),
        ("log_normal", log_normal(seed, n)),
        ("constant", vec![1.5; n]),
    ]
}
