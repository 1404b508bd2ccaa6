//! Gradients of transport costs against finite differences.

mod draws;

use draws::Random;
use risk_sd::{
    IndexedSample, TransportGradient, location_gradient, potentials, transport_cost, wasserstein,
    wasserstein_gradient, weight_gradient,
};

/// Distinct values without ties, and uneven weights (no two levels coincide).
struct Data {
    values: Vec<f64>,
    weights: Vec<f64>,
}

impl Data {
    fn draw(random: &mut Random, n: usize) -> Data {
        let values = random.column(n, |random| 6.0 * random.uniform() - 3.0);
        let weights = random.column(n, |random| 0.5 + random.uniform());
        Data { values, weights }
    }

    fn indexed(&self) -> IndexedSample {
        IndexedSample::weighted(&self.values, &self.weights).unwrap()
    }
}

/// Central differences of `f` by each entry of `numbers`.
fn finite_differences(numbers: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    const STEP: f64 = 1e-6;
    let moved = |k: usize, by: f64| {
        let mut numbers = numbers.to_vec();
        numbers[k] += by;
        f(&numbers)
    };
    (0..numbers.len()).map(|k| (moved(k, STEP) - moved(k, -STEP)) / (2.0 * STEP)).collect()
}

#[track_caller]
fn agree(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-7, "{what}, row {k}: {found} against {expected}");
    }
}

/// Both sides of a gradient by location.
fn check_locations(
    what: &str,
    (a, b): (&Data, &Data),
    gradient: &TransportGradient,
    cost: impl Fn(&IndexedSample, &IndexedSample) -> f64,
) {
    let with = |values: &[f64], data: &Data| IndexedSample::weighted(values, &data.weights).unwrap();
    agree(what, &gradient.a, &finite_differences(&a.values, |v| cost(&with(v, a), &b.indexed())));
    agree(what, &gradient.b, &finite_differences(&b.values, |v| cost(&a.indexed(), &with(v, b))));
    let sum: f64 = gradient.a.iter().chain(&gradient.b).sum();
    assert!(sum.abs() < 1e-14, "{what}: the derivatives sum to {sum}");
}

type Function = fn(f64) -> f64;

#[test]
fn locations() {
    let mut random = Random(11);
    for (n, m) in [(7, 7), (9, 5), (1, 6)] {
        let (a, b) = (Data::draw(&mut random, n), Data::draw(&mut random, m));
        let (x, y) = (a.indexed(), b.indexed());
        let costs: [(Function, Function); 3] = [
            (|d| d * d, |d| 2.0 * d),
            (|d| (-d).max(0.0).powi(2), |d| 2.0 * d.min(0.0)),
            (|d| (-0.7 * d).exp().ln_1p(), |d| -0.7 / (0.7 * d).exp().mul_add(1.0, 1.0)),
        ];
        for (k, (cost, derivative)) in costs.into_iter().enumerate() {
            let gradient = location_gradient(&x, &y, cost, derivative).unwrap();
            check_locations(&format!("cost {k}"), (&a, &b), &gradient, |x, y| {
                transport_cost(x.sample(), y.sample(), cost).unwrap()
            });
        }
        for p in [1.0, 1.5, 2.0, 3.0, 7.5, f64::INFINITY] {
            let gradient = wasserstein_gradient(p, &x, &y).unwrap();
            assert_eq!(gradient.value, wasserstein(p, x.sample(), y.sample()).unwrap());
            check_locations(&format!("W_{p}"), (&a, &b), &gradient, |x, y| {
                wasserstein(p, x.sample(), y.sample()).unwrap()
            });
        }
    }
}

#[test]
fn weights() {
    let mut random = Random(12);
    let costs: [fn(f64) -> f64; 3] = [f64::abs, |d| d * d, |d| (-d).max(0.0)];
    for (n, m) in [(7, 7), (9, 5), (6, 1)] {
        let (a, b) = (Data::draw(&mut random, n), Data::draw(&mut random, m));
        for cost in costs {
            let found = weight_gradient(&a.indexed(), &b.indexed(), cost).unwrap();
            let with = |w: &[f64], data: &Data| IndexedSample::weighted(&data.values, w).unwrap();
            let value = |x: &IndexedSample, y: &IndexedSample| {
                transport_cost(x.sample(), y.sample(), cost).unwrap()
            };
            agree("a", &found.a, &finite_differences(&a.weights, |w| value(&with(w, &a), &b.indexed())));
            agree("b", &found.b, &finite_differences(&b.weights, |w| value(&a.indexed(), &with(w, &b))));
        }
    }
}

/// A row of weight 0 has a price as well: what the first bit of weight would cost.
#[test]
fn a_weightless_row_can_gain_weight() {
    let values = [1.0, -2.0, 0.3, 2.2];
    let b = IndexedSample::weighted([0.1, 1.4, -0.6], [1.0, 2.5, 1.2]).unwrap();
    let with = |w: f64| IndexedSample::weighted(values, [1.0, 2.0, w, 1.7]).unwrap();
    let cost = |d: f64| d * d;
    let found = weight_gradient(&with(0.0), &b, cost).unwrap();
    let value = |w: f64| transport_cost(with(w).sample(), b.sample(), cost).unwrap();
    let expected = (value(1e-7) - value(0.0)) / 1e-7;
    assert!((found.a[2] - expected).abs() < 1e-5, "{} {expected}", found.a[2]);
    let moved = location_gradient(&with(0.0), &b, cost, |d| 2.0 * d).unwrap();
    assert_eq!(moved.a[2], 0.0);
    assert_eq!(potentials(&with(0.0), &b, cost).unwrap().a.len(), 4);
}

/// Data of any magnitude have the gradient of the same data near one.
#[test]
fn distances_of_any_magnitude() {
    let (x, y) = ([1.0, -0.5, 0.25], [0.75, 1.5]);
    for factor in [2f64.powi(1022), 2f64.powi(-1000)] {
        let scaled = |v: &[f64]| IndexedSample::new(v.iter().map(|v| v * factor)).unwrap();
        for p in [1.0, 2.0, 2.5, 6.0, f64::INFINITY] {
            let plain = wasserstein_gradient(
                p,
                &IndexedSample::new(x).unwrap(),
                &IndexedSample::new(y).unwrap(),
            );
            let found = wasserstein_gradient(p, &scaled(&x), &scaled(&y)).unwrap();
            agree(&format!("p = {p}"), &found.a, &plain.unwrap().a);
        }
    }
}
