//! Barycenters of label distributions: a batch in one call, and beside it what one would write first. Each
//! benchmark asserts its answer once.
//!
//! ```text
//! cargo bench --bench ensemble                            all
//! RAYON_NUM_THREADS=1 cargo bench --bench ensemble        one thread
//! ```

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use risk_sd::{CostMatrix, Domain, LabelBarycenter, Predictions, arithmetic_mean, geometric_mean};
use support::normal;

mod support;

const INSTANCES: usize = 1000;
const MODELS: usize = 5;
const LABELS: usize = 100;
const EPSILON: f64 = 0.1;
const STEPS: usize = 20;

/// Groups of ten labels: squared distances of embeddings in R^50, the largest 1.
fn cost() -> CostMatrix {
    let centres = normal(1, LABELS / 10 * 50, 0.0, 1.0);
    let offsets = normal(2, LABELS * 50, 0.0, 0.3);
    let embedding = |label: usize| {
        let (centre, offset) = (&centres[label / 10 * 50..], &offsets[label * 50..]);
        (0..50).map(|i| centre[i] + offset[i]).collect::<Vec<f64>>()
    };
    CostMatrix::squared_euclidean((0..LABELS).map(embedding)).expect("finite").divided_by_largest()
}

/// Softmax of logits that the models share, and noise of each.
fn predictions() -> Vec<Vec<Vec<f64>>> {
    let shared = normal(3, INSTANCES * LABELS, 0.0, 3.0);
    let own = normal(4, INSTANCES * MODELS * LABELS, 0.0, 1.0);
    let vector = |i: usize, m: usize| {
        let logit = |label: usize| shared[i * LABELS + label] + own[(i * MODELS + m) * LABELS + label];
        let masses: Vec<f64> = (0..LABELS).map(|label| logit(label).exp()).collect();
        let total: f64 = masses.iter().sum();
        masses.into_iter().map(|mass| mass / total).collect()
    };
    (0..INSTANCES).map(|i| (0..MODELS).map(|m| vector(i, m)).collect()).collect()
}

/// One instance, as the iteration is written down.
fn plain_loop(kernel: &[Vec<f64>], mu: &[Vec<f64>]) -> Vec<f64> {
    let times = |x: &[f64]| -> Vec<f64> {
        kernel.iter().map(|row| row.iter().zip(x).map(|(k, x)| k * x).sum()).collect()
    };
    let (mut v, mut p) = (vec![vec![1.0; LABELS]; MODELS], vec![0.0; LABELS]);
    for _ in 0..STEPS {
        let u = mu
            .iter()
            .zip(&v)
            .map(|(mu, v)| -> Vec<f64> { mu.iter().zip(times(v)).map(|(mu, kv)| mu / kv).collect() });
        let b: Vec<Vec<f64>> = u.map(|u| times(&u)).collect();
        let log = |i: usize| b.iter().map(|b| b[i].ln()).sum::<f64>() / MODELS as f64;
        p.iter_mut().enumerate().for_each(|(i, p)| *p = log(i).exp());
        v = b.iter().map(|b| b.iter().zip(&p).map(|(b, p)| p / b).collect()).collect();
    }
    p
}

fn barycenters(c: &mut Criterion) {
    let mut group = c.benchmark_group("label_barycenter");
    group.sample_size(10).throughput(Throughput::Elements(INSTANCES as u64));
    let (cost, raw) = (cost(), predictions());
    let predictions = Predictions::new(&raw).expect("probabilities");
    let steps = LabelBarycenter::new(cost.clone(), EPSILON).tolerance(0.0).max_iterations(STEPS);
    let row = |i: usize| (0..LABELS).map(|j| (-cost.at(i, j) / EPSILON).exp()).collect();
    let kernel: Vec<Vec<f64>> = (0..LABELS).map(row).collect();

    let report = steps.run(&predictions).expect("valid settings");
    for (instance, mu) in report.instances.iter().zip(&raw).step_by(100) {
        assert_eq!(instance.domain, Domain::Plain);
        let expected = plain_loop(&kernel, mu);
        let near = |(p, q): (&f64, &f64)| (p - q).abs() <= 1e-10 * q;
        assert!(instance.probabilities.iter().zip(&expected).all(near));
    }
    group.bench_function("batch/20 steps", |b| b.iter(|| steps.run(black_box(&predictions))));
    let unbalanced = steps.clone().marginal_penalty(1.0);
    group.bench_function("batch/20 steps unbalanced", |b| {
        b.iter(|| unbalanced.run(black_box(&predictions)))
    });
    group.bench_function("loops/20 steps", |b| {
        b.iter(|| raw.iter().map(|mu| plain_loop(&kernel, black_box(mu))).collect::<Vec<_>>());
    });

    let converged = LabelBarycenter::new(cost, EPSILON);
    assert_eq!(converged.run(&predictions).expect("valid settings").not_converged().count(), 0);
    group.bench_function("batch/converged", |b| b.iter(|| converged.run(black_box(&predictions))));
    let one = Predictions::new(&raw[..10]).expect("probabilities");
    let log = steps.log_domain();
    group.throughput(Throughput::Elements(10));
    group.bench_function("log domain/20 steps, 10 instances", |b| b.iter(|| log.run(black_box(&one))));
    group.finish();
}

fn means(c: &mut Criterion) {
    let mut group = c.benchmark_group("mean");
    let predictions = Predictions::new(predictions()).expect("probabilities");
    assert!((arithmetic_mean(&predictions)[7].iter().sum::<f64>() - 1.0).abs() < 1e-12);
    group.bench_function("arithmetic", |b| b.iter(|| arithmetic_mean(black_box(&predictions))));
    group.bench_function("geometric", |b| b.iter(|| geometric_mean(black_box(&predictions))));
    group.finish();
}

criterion_group!(benches, barycenters, means);
criterion_main!(benches);
