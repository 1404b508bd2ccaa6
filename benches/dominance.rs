//! The hot paths, on shared inputs. Each benchmark asserts its answer once.
//!
//! ```text
//! cargo bench --bench dominance                      all
//! cargo bench --bench dominance -- pair_bootstrap    one group
//! RAYON_NUM_THREADS=1 cargo bench --bench dominance  one thread
//! ```

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use risk_sd::{Bootstrap, DominanceTest, Guard, Order, RankingTest, Sample, Samples, gap};
use support::{log_normal, normal, ties};

mod support;

const ORDERS: [Order; 2] = [Order::First, Order::Second];

/// Name, X, Y.
fn inputs(n: usize) -> Vec<(&'static str, Vec<f64>, Vec<f64>)> {
    vec![
        ("normal", normal(1, n, 0.1, 1.0), normal(2, n, 0.0, 1.0)),
        ("ties", ties(1, n), ties(2, n)),
        ("heavy_tail", log_normal(1, n), log_normal(2, n)),
    ]
}

fn sample(values: &[f64]) -> Sample {
    Sample::new(values).expect("finite values")
}

/// One look at two sorted samples.
fn gaps(c: &mut Criterion) {
    let mut group = c.benchmark_group("gap");
    for n in [1_000, 10_000, 100_000] {
        for (name, x, y) in inputs(n) {
            let (x, y) = (sample(&x), sample(&y));
            group.throughput(Throughput::Elements(2 * n as u64));
            for order in ORDERS {
                let ratio = gap(order, &x, &y).violation_ratio();
                assert!((ratio + gap(order, &y, &x).violation_ratio() - 1.0).abs() < 1e-12);
                group.bench_function(BenchmarkId::new(format!("{order}/{name}"), n), |b| {
                    b.iter(|| gap(order, black_box(&x), black_box(&y)));
                });
            }
        }
    }
    let (x, y) = (sample(&normal(1, 10_000, 0.1, 1.0)), sample(&normal(2, 7_000, 0.0, 1.0)));
    group.throughput(Throughput::Elements(17_000));
    group.bench_function("first/unequal/10000", |b| b.iter(|| gap(Order::First, &x, black_box(&y))));
    group.finish();
}

/// A pair of 10,000 rows, 1000 replicates, first order: by multiplicities, and as one would write it first.
fn pair_bootstrap(c: &mut Criterion) {
    let mut group = c.benchmark_group("pair_bootstrap");
    group.sample_size(10);
    let n = 10_000;
    let (a, b) = (normal(1, n, 0.1, 1.0), normal(2, n, 0.0, 1.0));
    let samples = Samples::independent([("a", sample(&a)), ("b", sample(&b))]).expect("two columns");
    let bootstrap = Bootstrap::new().replicates(1000).seed(7);
    group.throughput(Throughput::Elements(2 * n as u64 * 1000));
    for order in ORDERS {
        let test = DominanceTest::new(order).bootstrap(bootstrap);
        for (name, guard) in [("", Guard::Off), ("_guarded", Guard::Replicates(999))] {
            let test = test.guard(guard);
            let report = test.run(&samples, "a", "b").expect("valid settings");
            assert!(report.a_over_b.is_some_and(|d| d.violation_ratio < 0.1));
            group.bench_function(format!("{order}{name}/{n}"), |bench| {
                bench.iter(|| test.run(black_box(&samples), "a", "b"));
            });
        }
    }
    // 20 replicates stand for 1000: this one is slow.
    group.throughput(Throughput::Elements(2 * n as u64 * 20));
    group.bench_function(format!("gather_and_sort_first/{n}"), |bench| {
        bench.iter(|| gather_and_sort(&a, &b, 20));
    });
    group.finish();
}

/// The bootstrap as one would write it first: draw rows, sort, compare. One thread.
fn gather_and_sort(a: &[f64], b: &[f64], replicates: u64) -> f64 {
    let draw = |rng: &mut StdRng, values: &[f64]| {
        let mut drawn: Vec<f64> =
            (0..values.len()).map(|_| values[rng.random_range(0..values.len())]).collect();
        drawn.sort_unstable_by(f64::total_cmp);
        drawn
    };
    let ratio = |replicate| {
        let mut rng = StdRng::seed_from_u64(replicate);
        let (x, y) = (draw(&mut rng, a), draw(&mut rng, b));
        let (mut below, mut total) = (0.0, 0.0);
        for (x, y) in x.iter().zip(&y) {
            let d = x - y;
            total += d * d;
            below += if d < 0.0 { d * d } else { 0.0 };
        }
        below / total
    };
    (0..replicates).map(ratio).sum()
}

/// 12 models, 5000 rows, 1000 joint replicates, both orders, absolute and relative tests with win matrices.
fn ranking(c: &mut Criterion) {
    let mut group = c.benchmark_group("ranking_12x5000");
    group.sample_size(10);
    let columns: Vec<(String, Vec<f64>)> = (0..12)
        .map(|i| (format!("m{i}"), normal(i, 5000, 0.05 * i as f64, 1.0 + 0.05 * i as f64)))
        .collect();
    let paired = Samples::paired(columns.clone()).expect("equal lengths");
    let own = columns.iter().map(|(name, column)| (name.clone(), sample(column)));
    let independent = Samples::independent(own).expect("distinct names");
    for (design, samples) in [("paired", paired), ("independent", independent)] {
        for (name, test) in [
            ("bootstrap", RankingTest::new().guard(Guard::Off)),
            ("bootstrap_guarded", RankingTest::new()),
            ("analytic", RankingTest::new().guard(Guard::Off).analytic()),
        ] {
            let report = test.run(&samples).expect("valid settings");
            assert_eq!(report.rankings[0].models[0].name, "m11");
            group.bench_function(format!("{design}/{name}"), |b| {
                b.iter(|| test.run(black_box(&samples)))
            });
        }
    }
    group.finish();
}

/// k independent columns, shifted and stretched a little.
fn models(k: usize, n: usize) -> Samples {
    let column = |i: usize| normal(i as u64, n, 0.02 * i as f64, 1.0 + 0.01 * i as f64);
    let columns = (0..k).map(|i| (format!("m{i}"), sample(&column(i))));
    Samples::independent(columns).expect("distinct names")
}

/// A joint bootstrap of all pairs, without a guard.
fn joint(orders: &[Order], replicates: usize) -> RankingTest {
    let test = RankingTest::new().guard(Guard::Off).bootstrap(Bootstrap::new().replicates(replicates));
    match orders {
        [order] => test.order(*order),
        _ => test,
    }
}

/// 50 models, 10,000 rows, 1000 joint replicates.
fn many_models(c: &mut Criterion) {
    let mut group = c.benchmark_group("joint_50x10000");
    group.sample_size(10);
    let samples = models(50, 10_000);
    for (name, orders) in [("first", &ORDERS[..1]), ("both", &ORDERS[..])] {
        let test = joint(orders, 1000);
        let report = test.run(&samples).expect("valid settings");
        assert_eq!(report.rankings[0].pairs.len(), 1225);
        group.bench_function(name, |b| b.iter(|| test.run(black_box(&samples))));
    }
    group.finish();
}

/// How the joint bootstrap, at both orders, grows with models, rows, replicates and threads.
fn scaling(c: &mut Criterion) {
    let mut group = c.benchmark_group("scaling");
    group.sample_size(10);
    let mut run = |name: String, k: usize, n: usize, replicates: usize| {
        let (samples, test) = (models(k, n), joint(&ORDERS, replicates));
        assert!(test.run(&samples).is_ok());
        group.bench_function(name, |b| b.iter(|| test.run(black_box(&samples))));
    };
    for k in [3, 6, 12, 25, 50] {
        run(format!("models/{k}"), k, 2_000, 200);
    }
    for n in [500, 2_000, 8_000, 32_000, 128_000] {
        run(format!("rows/{n}"), 6, n, 100);
    }
    for replicates in [100, 1_000, 10_000] {
        run(format!("replicates/{replicates}"), 6, 1_000, replicates);
    }
    let x = sample(&normal(1, 10_000, 0.1, 1.0));
    for m in [1_000, 5_000, 9_999, 10_000] {
        let columns = [("a", x.clone()), ("b", sample(&normal(2, m, 0.0, 1.0)))];
        let samples = Samples::independent(columns).expect("two columns");
        let test = DominanceTest::new(Order::First).guard(Guard::Off);
        assert!(test.run(&samples, "a", "b").is_ok());
        group.bench_function(format!("other_rows/{m}"), |b| {
            b.iter(|| test.run(black_box(&samples), "a", "b"))
        });
    }
    let (samples, test) = (models(12, 5_000), joint(&ORDERS, 1_000));
    let report = test.run(&samples).expect("valid settings");
    let most = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    for threads in std::iter::successors(Some(1), |t| Some(2 * t)).take_while(|&t| t <= most) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert_eq!(pool.install(|| test.run(&samples)).as_ref(), Ok(&report));
        group.bench_function(format!("threads/{threads}"), |b| {
            b.iter(|| pool.install(|| test.run(black_box(&samples))));
        });
    }
    group.finish();
}

criterion_group!(benches, gaps, pair_bootstrap, ranking, many_models, scaling);
criterion_main!(benches);
