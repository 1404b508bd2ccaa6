//! Objectives of alignment, forward and backward. Each benchmark asserts its answer once.
//!
//! ```text
//! cargo bench --bench alignment                     all
//! cargo bench --bench alignment -- aot/first        one group
//! ```

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use risk_sd::{Aot, AotLoss, ClippedSurrogate, GroupAdvantage, Order, PolicyBatch, soft_sort};
use support::normal;

mod support;

const LOSSES: [(&str, AotLoss); 4] = [
    ("logistic", AotLoss::Logistic { beta: 0.1, label_smoothing: 0.0 }),
    ("squared_hinge", AotLoss::SquaredHinge { margin: 0.1 }),
    ("least_squares", AotLoss::LeastSquares { margin: 0.1 }),
    ("hinge", AotLoss::Hinge { margin: 0.1 }),
];

/// Value and both gradients, from rows in any order.
fn aot(c: &mut Criterion) {
    let mut group = c.benchmark_group("aot");
    for n in [256, 4096] {
        let (u, v) = (normal(1, n, 0.0, 1.0), normal(2, n, 0.3, 1.5));
        let fewer = &v[..n * 3 / 4];
        group.throughput(Throughput::Elements(2 * n as u64));
        for order in [Order::First, Order::Second] {
            for (name, loss) in LOSSES {
                let aot = Aot::new(loss).order(order);
                let found = aot.unpaired(&u, &v).expect("finite values");
                assert!(found.value > 0.0);
                let slopes = found.gradient_chosen.iter().chain(&found.gradient_rejected);
                assert!(slopes.sum::<f64>().abs() < 1e-12);
                group.bench_function(BenchmarkId::new(format!("{order}/{name}"), n), |b| {
                    b.iter(|| aot.unpaired(black_box(&u), black_box(&v)));
                });
            }
            let aot = Aot::default().order(order);
            group.bench_function(BenchmarkId::new(format!("{order}/unequal"), n), |b| {
                b.iter(|| aot.unpaired(black_box(&u), black_box(fewer)));
            });
            let soft = aot.soft_sort(n as f64);
            group.bench_function(BenchmarkId::new(format!("{order}/soft"), n), |b| {
                b.iter(|| soft.unpaired(black_box(&u), black_box(&v)));
            });
        }
    }
    group.finish();
}

/// A strength at which about half of the rows are pooled, forward and backward.
fn soft_sorts(c: &mut Criterion) {
    let mut group = c.benchmark_group("soft_sort");
    for n in [1_000, 100_000] {
        let values = normal(1, n, 0.0, 1.0);
        let cotangent = normal(2, n, 0.0, 1.0);
        let strength = n as f64 / 3.0;
        let total: f64 = values.iter().sum();
        let soft = soft_sort(&values, strength).expect("finite values");
        assert!((soft.values().iter().sum::<f64>() - total).abs() < 1e-9 * n as f64);
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(BenchmarkId::new("forward", n), |b| {
            b.iter(|| soft_sort(black_box(&values), strength));
        });
        group.bench_function(BenchmarkId::new("backward", n), |b| {
            b.iter(|| soft.vjp(black_box(&cotangent)));
        });
    }
    group.finish();
}

/// 512 prompts with 8 answers each: advantages, clipped objective and gradient.
fn grpo(c: &mut Criterion) {
    let n = 4096;
    let rewards: Vec<f64> = normal(1, n, 0.0, 1.0).into_iter().map(|r| f64::from(r > 0.5)).collect();
    let (policy, sampling) = (normal(2, n, -2.0, 0.3), normal(3, n, -2.0, 0.3));
    let step = || {
        let advantages = GroupAdvantage::new().run(black_box(&rewards), 8)?;
        ClippedSurrogate::new(0.2).run(&PolicyBatch {
            policy: &policy,
            sampling: &sampling,
            advantages: &advantages.values,
            previous: None,
            weights: Some(&advantages.weights),
            kl: None,
        })
    };
    let found = step().expect("finite values");
    assert!(found.clipped > 0 && found.clipped < n);
    let mut group = c.benchmark_group("grpo");
    group.throughput(Throughput::Elements(n as u64));
    group.bench_function(BenchmarkId::new("step", n), |b| b.iter(step));
    group.finish();
}

criterion_group!(benches, aot, soft_sorts, grpo);
criterion_main!(benches);
