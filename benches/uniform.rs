//! The classical tests: Barrett-Donald by 1000 recentred bootstrap replicates.
//!
//! ```text
//! RAYON_NUM_THREADS=1 cargo bench --bench uniform
//! ```

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use risk_sd::{NonDominanceTest, Sample, Samples, UniformMethod, UniformTest};
use support::normal;

mod support;

fn samples(n: usize) -> Samples {
    let sample = |seed, mean| Sample::new(normal(seed, n, mean, 1.0)).expect("finite values");
    Samples::independent([("a", sample(1, 0.1)), ("b", sample(2, 0.0))]).expect("two columns")
}

/// One order at a time, as the NumPy baseline does it.
fn barrett_donald(c: &mut Criterion) {
    let mut group = c.benchmark_group("barrett_donald");
    group.sample_size(10);
    for n in [1_000, 10_000, 100_000] {
        let samples = samples(n);
        for order in [1, 2, 3] {
            let test = UniformTest::new().orders([order]).replicates(1000).seed(7);
            let report = test.run(&samples, "a", "b").expect("valid settings");
            assert!(report.orders[0].a_over_b.p_value > 0.01);
            group.bench_function(BenchmarkId::new(format!("order_{order}"), n), |bench| {
                bench.iter(|| test.run(black_box(&samples), "a", "b"));
            });
        }
    }
    group.finish();
}

/// All methods at 10,000 rows, orders 1 and 2 together.
fn methods(c: &mut Criterion) {
    let mut group = c.benchmark_group("classical_10000");
    group.sample_size(10);
    let samples = samples(10_000);
    for (name, method) in [
        ("barrett_donald", UniformMethod::BarrettDonald),
        ("linton_maasoumi_whang", UniformMethod::LintonMaasoumiWhang),
        ("linton_song_whang", UniformMethod::LintonSongWhang),
        ("donald_hsu", UniformMethod::DonaldHsu),
        ("numerical_delta", UniformMethod::NumericalDelta),
    ] {
        let test = UniformTest::new().method(method);
        assert!(test.run(&samples, "a", "b").is_ok());
        group.bench_function(name, |bench| bench.iter(|| test.run(black_box(&samples), "a", "b")));
    }
    let test = NonDominanceTest::new(2);
    group
        .bench_function("non_dominance", |bench| bench.iter(|| test.run(black_box(&samples), "a", "b")));
    group.finish();
}

criterion_group!(benches, barrett_donald, methods);
criterion_main!(benches);
