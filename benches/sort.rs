//! Sorting and the order of rows, beside the standard library. Each input is sorted once and compared first.
//!
//! ```text
//! cargo bench --bench sort                               all patterns, 256 to 1,000,000 values
//! SORT_LARGE=1 cargo bench --bench sort -- normal/1e     normal values up to 100,000,000, too
//! RAYON_NUM_THREADS=1 cargo bench --bench sort           one thread
//! RISK_SD_TIER=avx2 cargo bench --bench sort             without AVX-512
//! python benches/peers/sort.py                           NumPy beside it
//! ```

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use support::{normal, patterns};

/// The kernel is not public, and needs the tiers alone.
#[path = "../src/kernels"]
#[allow(dead_code, unused_imports)] // the crate and its tests use more of it than the bench
mod kernels {
    pub(crate) mod sort;
    pub(crate) mod tier;
}
mod support;

fn sort(values: &mut [f64]) {
    let arrangement = kernels::sort::survey(values).expect("finite values");
    kernels::sort::sort_surveyed(values, arrangement);
}

fn std_total_cmp(values: &mut [f64]) {
    values.sort_unstable_by(f64::total_cmp);
}

/// The standard library on integers that order as the values do.
fn std_keys(keys: &mut [i64]) {
    keys.sort_unstable();
}

fn key(value: &f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// Name with the number of values, and the values as the doors store them: -0.0, a tie rounded, is +0.0.
fn inputs() -> Vec<(String, Vec<f64>)> {
    let mut inputs = Vec::new();
    for n in [256, 1_000, 10_000, 100_000, 1_000_000] {
        inputs.extend(patterns(1, n).map(|(name, values)| (format!("{name}/{n}"), values)));
    }
    if std::env::var_os("SORT_LARGE").is_some() {
        inputs.push(("normal/1e7".into(), normal(1, 10_000_000, 0.0, 1.0)));
        inputs.push(("normal/1e8".into(), normal(1, 100_000_000, 0.0, 1.0)));
    }
    inputs.iter_mut().for_each(|(_, values)| values.iter_mut().for_each(|value| *value += 0.0));
    inputs
}

fn sorts(c: &mut Criterion) {
    let mut group = c.benchmark_group("sort");
    group.sample_size(10);
    for (name, values) in inputs() {
        let (mut own, mut expected) = (values.clone(), values.clone());
        sort(&mut own);
        std_total_cmp(&mut expected);
        assert!(own == expected, "{name}");
        group.throughput(Throughput::Elements(values.len() as u64));
        let keys: Vec<i64> = values.iter().map(key).collect();
        group.bench_function(BenchmarkId::new("kernel", &name), |b| {
            b.iter_batched_ref(|| values.clone(), |v| sort(v), BatchSize::LargeInput);
        });
        group.bench_function(BenchmarkId::new("std_total_cmp", &name), |b| {
            b.iter_batched_ref(|| values.clone(), |v| std_total_cmp(v), BatchSize::LargeInput);
        });
        group.bench_function(BenchmarkId::new("std_i64_keys", &name), |b| {
            b.iter_batched_ref(|| keys.clone(), |v| std_keys(v), BatchSize::LargeInput);
        });
    }
    group.finish();
}

fn argsorts(c: &mut Criterion) {
    let mut group = c.benchmark_group("argsort");
    group.sample_size(10);
    for (name, values) in inputs() {
        let by_value = |values: &[f64]| {
            let mut rows: Vec<u32> = (0..values.len() as u32).collect();
            rows.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
            rows
        };
        assert!(kernels::sort::argsort(&values) == by_value(&values), "{name}");
        group.throughput(Throughput::Elements(values.len() as u64));
        group.bench_function(BenchmarkId::new("kernel", &name), |b| {
            b.iter(|| kernels::sort::argsort(black_box(&values)));
        });
        group.bench_function(BenchmarkId::new("std_by_value", &name), |b| {
            b.iter(|| by_value(black_box(&values)));
        });
    }
    group.finish();
}

criterion_group!(benches, sorts, argsorts);
criterion_main!(benches);
