//! Optimal transport beside the sorts it rests on, on shared inputs. Each benchmark asserts its answer once.
//!
//! ```text
//! cargo bench --bench transport                      all
//! RAYON_NUM_THREADS=1 cargo bench --bench transport  one thread
//! ```
//!
//! `sorts` is what must be done in any case: the two `Sample`s, or all rows sorted. Compare the others with it.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use risk_sd::{
    Directions, IndexedSample, Sample, barycenter, coupling, potentials, sliced_wasserstein,
    wasserstein, wasserstein_rows,
};
use support::normal;

mod support;

fn sample(values: &[f64]) -> Sample {
    Sample::new(values).expect("finite values")
}

/// From raw columns to the distance, and the part of it that is not sorting.
fn pairs(c: &mut Criterion) {
    for (name, n, m) in [("equal_1e6", 1_000_000, 1_000_000), ("unequal_1e6_7e5", 1_000_000, 700_000)] {
        let (x, y) = (normal(1, n, 0.0, 1.0), normal(2, m, 0.3, 1.5));
        let (a, b) = (sample(&x), sample(&y));
        // Normal laws: W_1 = 2 b phi(a/b) + a (2 Phi(a/b) - 1), a = 0.3, b = 0.5; W_2 = sqrt(0.34).
        assert!((wasserstein(1.0, &a, &b).expect("an exponent") - 0.468645).abs() < 0.01);
        assert!((wasserstein(2.0, &a, &b).expect("an exponent") - 0.34_f64.sqrt()).abs() < 0.01);
        let mut group = c.benchmark_group(format!("pair/{name}"));
        group.sample_size(20).throughput(Throughput::Elements((n + m) as u64));
        group.bench_function("sorts", |bench| {
            bench.iter(|| (sample(black_box(&x)), sample(black_box(&y))))
        });
        for p in [1.0, 2.0] {
            group.bench_function(format!("w{p}"), |bench| {
                bench.iter(|| wasserstein(p, &sample(black_box(&x)), &sample(black_box(&y))));
            });
        }
        for p in [1.0, 2.0, 3.0, 2.5] {
            group.bench_function(format!("w{p}_of_samples"), |bench| {
                bench.iter(|| wasserstein(p, black_box(&a), black_box(&b)));
            });
        }
        group.finish();
    }
}

fn weighted(c: &mut Criterion) {
    let n = 100_000;
    let (x, y) = (normal(1, n, 0.0, 1.0), normal(2, n, 0.3, 1.5));
    let weights =
        |seed| normal(seed, n, 0.0, 1.0).into_iter().map(|v| v.abs() + 0.1).collect::<Vec<f64>>();
    let (v, w) = (weights(3), weights(4));
    let pair = || {
        let weighted = |x: &[f64], w: &[f64]| Sample::weighted(x, w).expect("valid weights");
        (weighted(black_box(&x), &v), weighted(black_box(&y), &w))
    };
    let (a, b) = pair();
    assert!((wasserstein(1.0, &a, &b).expect("an exponent") - 0.468645).abs() < 0.02);
    let mut group = c.benchmark_group("pair/weighted_1e5");
    group.throughput(Throughput::Elements(2 * n as u64));
    group.bench_function("sorts", |bench| bench.iter(pair));
    group.bench_function("w1", |bench| {
        bench.iter(|| {
            let (a, b) = pair();
            wasserstein(1.0, &a, &b)
        });
    });
    group.bench_function("w1_of_samples", |bench| bench.iter(|| wasserstein(1.0, black_box(&a), &b)));
    group.finish();
}

fn plans(c: &mut Criterion) {
    let (x, y) = (normal(1, 100_000, 0.0, 1.0), normal(2, 70_000, 0.3, 1.5));
    let data = |v: &[f64]| IndexedSample::new(v).expect("finite values");
    let (a, b) = (data(&x), data(&y));
    assert!(coupling(&a, &b).atoms.len() < 170_000);
    let mut group = c.benchmark_group("plans/100000_70000");
    group.throughput(Throughput::Elements(170_000));
    group.bench_function("coupling", |bench| bench.iter(|| coupling(black_box(&a), &b)));
    group.bench_function("potentials", |bench| bench.iter(|| potentials(black_box(&a), &b, |d| d * d)));
    group.bench_function("barycenter", |bench| {
        bench.iter(|| barycenter([black_box(a.sample()), b.sample()], &[1.0, 1.0]));
    });
    group.finish();
}

/// 10,000 pairs of 256.
fn batch(c: &mut Criterion) {
    let rows = |seed, mean, sd| {
        Array2::from_shape_vec((10_000, 256), normal(seed, 2_560_000, mean, sd)).expect("a matrix")
    };
    let (a, b) = (rows(1, 0.0, 1.0), rows(2, 0.3, 1.5));
    let found = wasserstein_rows(1.0, a.view(), b.view()).expect("finite entries");
    assert!((found.iter().sum::<f64>() / 1e4 - 0.4825).abs() < 0.01);
    let mut group = c.benchmark_group("batch/10000_pairs_of_256");
    group.sample_size(20).throughput(Throughput::Elements(5_120_000));
    group.bench_function("sorts", |bench| {
        bench.iter(|| {
            for matrix in [&a, &b] {
                for row in matrix.rows() {
                    black_box(sample(row.as_slice().expect("a contiguous row")));
                }
            }
        });
    });
    for p in [1.0, 2.0] {
        group.bench_function(format!("w{p}"), |bench| {
            bench.iter(|| wasserstein_rows(p, black_box(a.view()), b.view()));
        });
    }
    group.finish();
}

/// Two clouds of 10,000 points in 16 dimensions, 1000 directions.
fn sliced(c: &mut Criterion) {
    let cloud = |seed, mean, sd| {
        Array2::from_shape_vec((10_000, 16), normal(seed, 160_000, mean, sd)).expect("a matrix")
    };
    let (a, b) = (cloud(1, 0.0, 1.0), cloud(2, 0.3, 1.5));
    let directions = Directions::new().count(1000).seed(7);
    let found = sliced_wasserstein(2.0, a.view(), b.view(), &directions).expect("finite coordinates");
    assert!((found.distance - 0.34_f64.sqrt()).abs() < 0.03);
    let projections: Vec<Vec<f64>> = (0..2000).map(|l| normal(l, 10_000, 0.0, 1.0)).collect();
    let mut group = c.benchmark_group("sliced/10000x16_1000_directions");
    group.sample_size(10).throughput(Throughput::Elements(20_000_000));
    group.bench_function("sorts", |bench| {
        bench.iter(|| projections.iter().for_each(|row| drop(black_box(sample(row)))));
    });
    group.bench_function("sw2", |bench| {
        bench.iter(|| sliced_wasserstein(2.0, black_box(a.view()), b.view(), &directions));
    });
    group.finish();
}

criterion_group!(benches, pairs, weighted, plans, batch, sliced);
criterion_main!(benches);
