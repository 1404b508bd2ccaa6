//! Resampling stage by stage and end to end. Each benchmark asserts its answer once.
//!
//! ```text
//! cargo bench --bench resampling                              all
//! cargo bench --bench resampling -- counts                    one stage
//! RAYON_NUM_THREADS=1 cargo bench --bench resampling -- pair  end to end, one thread
//! RISK_SD_TIER=avx2 cargo bench --bench resampling -- pair    the same on a lower tier
//! ```
//!
//! Throughput is in rows drawn. Counts differ from iteration to iteration: a processor learns to guess the
//! branches of a replicate that comes again, and shows half of the true time.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kernels::counts::{self, Counts, Multiplicities};
use kernels::tier::Tier;
use kernels::{cumulate, expand};
use risk_sd::{Bootstrap, DominanceTest, Guard, Order, Sample, Samples};
use rng::{Lanes, Purpose, Stream};
use support::{normal, sorted};

// The stages are private to the crate; compiled in here, they need not be made public to be measured.
#[allow(dead_code, unused_imports)] // other kernels, and unit tests that do not run here
#[path = "../src/kernels/mod.rs"]
mod kernels;
#[allow(dead_code, unused_imports)] // as above
#[path = "../src/rng.rs"]
mod rng;
mod support;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// Replicates that stages after the counts are fed with in turn.
const REPLICATES: u64 = 64;

/// Every tier up to the one detected.
fn tiers() -> impl Iterator<Item = Tier> {
    Tier::available().filter(|&tier| tier <= Tier::detected())
}

fn draw(tier: Tier, n: usize, replicate: u64, counts: &mut Counts) {
    counts.clear();
    counts::multinomial(tier, &mut Lanes::new(7, Purpose::Bootstrap, replicate, 0), n, n, counts);
}

fn drawn(n: usize) -> Vec<Counts> {
    let one = |replicate| {
        let mut counts = Counts::default();
        draw(Tier::detected(), n, replicate, &mut counts);
        counts
    };
    (0..REPLICATES).map(one).collect()
}

/// A random rank of each row, as in a second column of paired rows.
fn ranks(n: usize) -> Vec<u32> {
    let mut ranks: Vec<u32> = (0..n as u32).collect();
    let mut stream = Stream::new(3, Purpose::Guard, 0, 0);
    for last in (1..n).rev() {
        ranks.swap(last, stream.below(last as u32 + 1) as usize);
    }
    ranks
}

/// n balls over n cells, the seeding of the generator included.
fn count(c: &mut Criterion) {
    let mut group = c.benchmark_group("counts");
    for n in SIZES {
        group.throughput(Throughput::Elements(n as u64));
        for tier in tiers() {
            let mut counts = Counts::default();
            let mut replicate = 0;
            draw(tier, n, 0, &mut counts);
            let Multiplicities::Narrow(found) = counts.get() else { panic!("a count above 255") };
            assert_eq!(found.iter().map(|&count| usize::from(count)).sum::<usize>(), n);
            group.bench_function(BenchmarkId::new(format!("{tier:?}"), n), |b| {
                b.iter(|| {
                    replicate += 1;
                    draw(tier, n, replicate, black_box(&mut counts));
                });
            });
        }
    }
    group.finish();
}

/// A sorted column by the counts of its rows, and by those of its units.
fn expansion(c: &mut Criterion) {
    let mut group = c.benchmark_group("expand");
    for n in SIZES {
        group.throughput(Throughput::Elements(n as u64));
        let (values, ranks, drawn) = (sorted(1, n), ranks(n), drawn(n));
        let mut next = drawn.iter().cycle();
        for tier in tiers() {
            let mut out = Vec::new();
            expand::repeat(tier, &values, drawn[0].get(), n, &mut out);
            assert!(out.len() == n && out.is_sorted());
            group.bench_function(BenchmarkId::new(format!("{tier:?}"), n), |b| {
                b.iter(|| {
                    let counts = next.next().expect("a cycle");
                    expand::repeat(tier, &values, counts.get(), n, black_box(&mut out));
                });
            });
        }
        let mut of_rows = Counts::default();
        let mut out = Vec::new();
        assert_eq!(drawn[0].gather(&ranks, &mut of_rows), n);
        group.bench_function(BenchmarkId::new("gathered", n), |b| {
            b.iter(|| {
                let total = next.next().expect("a cycle").gather(&ranks, &mut of_rows);
                expand::repeat(Tier::detected(), &values, of_rows.get(), total, black_box(&mut out));
            });
        });
        let masses = vec![1.0 / n as f64; n];
        cumulate::masses(&masses, drawn[0].get(), &mut out);
        assert!((out[n - 1] - 1.0).abs() < 1e-12);
        group.bench_function(BenchmarkId::new("weighted", n), |b| {
            b.iter(|| {
                let counts = next.next().expect("a cycle");
                cumulate::masses(&masses, counts.get(), black_box(&mut out));
            });
        });
    }
    group.finish();
}

/// A test of a pair at first order, n = m, in three designs. Two columns are drawn per replicate.
fn pair(c: &mut Criterion) {
    let mut group = c.benchmark_group("pair");
    group.sample_size(10);
    for n in SIZES {
        // Fewer would show what a test does once: the influence of every row.
        let replicates = (10_000_000 / n).max(1_000);
        group.throughput(Throughput::Elements(2 * (n * replicates) as u64));
        let test = DominanceTest::new(Order::First)
            .bootstrap(Bootstrap::new().replicates(replicates).seed(7))
            .guard(Guard::Off);
        for (design, samples) in designs(n) {
            let report = test.run(&samples, "a", "b").expect("valid settings");
            assert!(report.a_over_b.is_some_and(|d| d.violation_ratio < 0.5));
            group.bench_function(BenchmarkId::new(design, n), |b| {
                b.iter(|| test.run(black_box(&samples), "a", "b"));
            });
        }
    }
    group.finish();
}

/// Clusters have ten rows.
fn designs(n: usize) -> [(&'static str, Samples); 3] {
    let (a, b) = (normal(1, n, 0.1, 1.0), normal(2, n, 0.0, 1.0));
    let sample = |values: &Vec<f64>| Sample::new(values).expect("finite values");
    let paired = Samples::paired([("a", &a), ("b", &b)]).expect("equal lengths");
    let clusters: Vec<usize> = (0..n).map(|row| row / 10).collect();
    [
        (
            "independent",
            Samples::independent([("a", sample(&a)), ("b", sample(&b))]).expect("two names"),
        ),
        ("clustered", paired.clone().clustered(&clusters).expect("a label for each row")),
        ("paired", paired),
    ]
}

criterion_group!(benches, count, expansion, pair);
criterion_main!(benches);
