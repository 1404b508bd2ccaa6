//! The fused kernels on ascending columns. Each benchmark asserts its answer once.
//!
//! ```text
//! cargo bench --bench gap                         all
//! cargo bench --bench gap -- equal                one group: reading both columns, and nothing else, beside
//! RISK_SD_TIER=avx2 cargo bench --bench gap       a lower tier: portable, avx2
//! ```

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kernels::cells::{Law, cell_total, for_each_cell};
use kernels::gap::{Sweep, areas_both, areas_first, areas_second};
use kernels::split;
use kernels::tier::Tier;
use support::normal;

// The kernels are private to the crate; the benchmark compiles them into itself.
#[allow(dead_code, unused_imports)] // it uses some of them
#[path = "../src/kernels/mod.rs"]
mod kernels;
#[allow(dead_code, unused_imports)]
#[path = "../src/rng.rs"]
mod rng;
mod support;

fn ascending(seed: u64, n: usize, mean: f64) -> Vec<f64> {
    let mut values = normal(seed, n, mean, 1.0);
    values.sort_unstable_by(f64::total_cmp);
    values
}

fn group<'c>(c: &'c mut Criterion, name: &str) -> BenchmarkGroup<'c, WallTime> {
    let mut group = c.benchmark_group(name);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.sample_size(20);
    group
}

/// One look at every value of both columns, 32 at a time.
fn read(x: &[f64], y: &[f64]) -> u64 {
    let mut lanes = [0u64; 32];
    for (x, y) in x.as_chunks::<32>().0.iter().zip(y.as_chunks::<32>().0) {
        for (lane, (x, y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
            *lane ^= x.to_bits() ^ y.to_bits();
        }
    }
    lanes.iter().fold(0, |all, lane| all ^ lane)
}

/// [`read`] with the registers of the processor, where they can be named.
fn read_fast(x: &[f64], y: &[f64]) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[target_feature(enable = "avx2")]
        fn wide(x: &[f64], y: &[f64]) -> u64 {
            read(x, y)
        }
        // SAFETY: the processor was asked.
        return unsafe { wide(x, y) };
    }
    read(x, y)
}

/// Equal sizes, per pair of values (16 bytes).
fn equal(c: &mut Criterion) {
    let mut group = group(c, "equal");
    for n in [1_000, 10_000, 100_000, 1_000_000, 10_000_000] {
        let (x, y) = (ascending(1, n, 0.1), ascending(2, n, 0.0));
        let (a, b) = (Law::Uniform(&x), Law::Uniform(&y));
        let [first, second] = areas_both(a, b);
        assert_eq!((first, second), (areas_first(a, b), areas_second(a, b)));
        assert!(first.above > first.below && second.above > second.below);
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(BenchmarkId::new("read", n), |t| t.iter(|| read_fast(black_box(&x), &y)));
        group.bench_function(BenchmarkId::new("first", n), |t| t.iter(|| areas_first(black_box(a), b)));
        group.bench_function(BenchmarkId::new("both", n), |t| t.iter(|| areas_both(black_box(a), b)));
    }
    group.finish();
}

/// The first order by walking the cells one after the other, as one would write it first.
fn merged(x: &[f64], y: &[f64]) -> f64 {
    let (a, b) = (Law::Uniform(x), Law::Uniform(y));
    let mut above = 0.0;
    for_each_cell(a, b, |i, j, mass| above += mass * (x[i] - y[j]).max(0.0).powi(2));
    above / cell_total(a, b)
}

/// Unequal sizes and weights, per value of either column.
fn unequal(c: &mut Criterion) {
    let mut group = group(c, "unequal");
    let x = ascending(1, 10_000, 0.1);
    for m in [9_999, 7_000, 5_000, 1_000] {
        let y = ascending(2, m, 0.0);
        let (a, b) = (Law::Uniform(&x), Law::Uniform(&y));
        let above = areas_first(a, b).above;
        assert!((merged(&x, &y) - above).abs() < 1e-12 * above);
        group.throughput(Throughput::Elements((x.len() + m) as u64));
        group.bench_function(BenchmarkId::new("first", m), |t| t.iter(|| areas_first(black_box(a), b)));
        group.bench_function(BenchmarkId::new("merge", m), |t| t.iter(|| merged(black_box(&x), &y)));
        group
            .bench_function(BenchmarkId::new("second", m), |t| t.iter(|| areas_second(black_box(a), b)));
    }
    // Rows on either side of the border between cells one by one and blocks of them.
    for (n, m) in [(3, 2), (51, 49), (51, 50)] {
        let (x, y) = (ascending(1, n, 0.1), ascending(2, m, 0.0));
        let (a, b) = (Law::Uniform(&x), Law::Uniform(&y));
        group.throughput(Throughput::Elements((n + m) as u64));
        group.bench_function(format!("second/{n}x{m}"), |t| t.iter(|| areas_second(black_box(a), b)));
    }
    let y = ascending(2, 10_000, 0.0);
    let masses: Vec<f64> = (1..=10_000).map(|row| f64::from(row) + 0.25).collect();
    let weighted = Law::Weighted { values: &x, cumulative: &masses };
    let plain = Law::Uniform(&y);
    assert!(areas_first(weighted, plain).above > 0.0);
    group.throughput(Throughput::Elements(20_000));
    group.bench_function("weighted/first", |t| t.iter(|| areas_first(black_box(weighted), plain)));
    group.bench_function("weighted/second", |t| t.iter(|| areas_second(black_box(weighted), plain)));
    group.finish();
}

/// All pairs of k columns, per pair of values: block by block, and a call per pair.
fn sweep(c: &mut Criterion) {
    let mut group = group(c, "sweep");
    for (k, n) in [(12, 5_000), (50, 10_000)] {
        // Not in the order of their means: no branch knows the next sign.
        let mean = |i: usize| 0.02 * (7 * i % k) as f64;
        let columns: Vec<Vec<f64>> = (0..k).map(|i| ascending(i as u64, n, mean(i))).collect();
        let rows: Vec<&[f64]> = columns.iter().map(|column| &column[..]).collect();
        let pairs: Vec<(Law, Law)> = (0..k)
            .flat_map(|i| (i + 1..k).map(move |j| (i, j)))
            .map(|(i, j)| (Law::Uniform(rows[i]), Law::Uniform(rows[j])))
            .collect();
        let mut sweep = Sweep::default();
        let mut pair = pairs.iter();
        sweep.areas_both(&rows, |found| {
            assert_eq!(pair.next().map(|&(x, y)| areas_both(x, y)), Some(found))
        });
        group.throughput(Throughput::Elements((pairs.len() * n) as u64));
        let name = |what: &str| BenchmarkId::new(what.to_owned(), format!("{k}x{n}"));
        group.bench_function(name("first"), |t| {
            t.iter(|| sweep.areas_first(&rows, |a| _ = black_box(a)))
        });
        group.bench_function(name("both"), |t| t.iter(|| sweep.areas_both(&rows, |a| _ = black_box(a))));
        group.bench_function(name("first_by_pairs"), |t| {
            t.iter(|| pairs.iter().for_each(|&(x, y)| _ = black_box(areas_first(x, y))));
        });
        group.bench_function(name("both_by_pairs"), |t| {
            t.iter(|| pairs.iter().for_each(|&(x, y)| _ = black_box(areas_both(x, y))));
        });
    }
    group.finish();
}

/// The split of a relabelled pool, per pooled value.
fn relabel(c: &mut Criterion) {
    let mut group = group(c, "split");
    for n in [10_000, 100_000] {
        let pool = ascending(1, n, 0.0);
        let labels: Vec<u64> =
            normal(3, n.div_ceil(64), 0.0, 1.0).iter().map(|v| v.to_bits() << 12).collect();
        let (mut first, mut second) = (vec![0.0; n], vec![0.0; n]);
        let tier = Tier::detected();
        let taken = split::by_label(tier, &pool, &labels, &mut first, &mut second);
        assert!(first[..taken].is_sorted() && second[..n - taken].is_sorted());
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(BenchmarkId::from_parameter(n), |t| {
            t.iter(|| split::by_label(tier, black_box(&pool), &labels, &mut first, &mut second));
        });
    }
    group.finish();
}

criterion_group!(benches, equal, unequal, sweep, relabel);
criterion_main!(benches);
