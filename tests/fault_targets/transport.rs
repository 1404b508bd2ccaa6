//! Distances, couplings, potentials, gradients and barycenters on the line.

use risk_sd::{
    IndexedSample, barycenter, coupling, cramer_distance, energy_distance, integrated_quantile_distance,
    integrated_quantile_shortfall, kolmogorov_smirnov_distance, location_gradient, potentials,
    transport_cost, wasserstein, wasserstein_gradient, wasserstein_matrix, wasserstein_split,
    weight_gradient,
};

use super::input::Input;
use super::results::{checked, passed, printed, sound};

type Cost = fn(f64) -> f64;

/// Costs and derivatives: convex ones, one that is not, one that leaves the range of f64, one that is no number.
const COSTS: [(Cost, Cost); 6] = [
    (f64::abs, f64::signum),
    (|d| d * d, |d| 2.0 * d),
    (|d| d.max(0.0), |d| f64::from(d > 0.0)),
    (|d| d.abs().sqrt(), |d| d),
    (|d| exponential(d.abs()), |d| exponential(d.abs())),
    (|_| f64::NAN, |_| f64::NAN),
];

fn exponential(d: f64) -> f64 {
    d.min(1e3).exp()
}

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let p = match input.below(8) {
        0..=2 => 1.0,
        3..=4 => 2.0,
        5 => 1.0 + input.share(),
        6 => f64::INFINITY,
        _ => input.any(),
    };
    match input.below(8) {
        0..=2 => pair(p, &mut input),
        3 | 4 => rows(p, &mut input),
        5 => {
            let (Some(a), Some(b)) = (input.sample(), input.sample()) else { return };
            let weights = input.weights(2);
            checked(barycenter([&a, &b], &weights), &input);
        }
        6 => {
            let Some(samples) = input.samples() else { return };
            printed(wasserstein_matrix(p, &samples), &input);
        }
        _ => clouds(p, &mut input),
    }
}

fn pair(p: f64, input: &mut Input) {
    let (cost, _) = input.pick(&COSTS);
    if let (Some(a), Some(b)) = (input.sample(), input.sample()) {
        for number in [
            wasserstein(p, &a, &b),
            transport_cost(&a, &b, cost),
            cramer_distance(&a, &b),
            energy_distance(&a, &b),
            Ok(kolmogorov_smirnov_distance(&a, &b)),
            integrated_quantile_distance(&a, &b),
            integrated_quantile_shortfall(&a, &b),
        ] {
            checked(number, input);
        }
        printed(wasserstein_split(&a, &b), input);
    }
}

fn rows(p: f64, input: &mut Input) {
    let (cost, derivative) = input.pick(&COSTS);
    let (Some(a), Some(b)) = (indexed(input), indexed(input)) else { return };
    match input.below(5) {
        0 => sound(&coupling(&a, &b), input),
        1 => drop(checked(potentials(&a, &b, cost), input)),
        2 => drop(checked(weight_gradient(&a, &b, cost), input)),
        3 => drop(checked(location_gradient(&a, &b, cost, derivative), input)),
        _ => drop(checked(wasserstein_gradient(p, &a, &b), input)),
    }
}

fn indexed(input: &mut Input) -> Option<IndexedSample> {
    let rows = input.rows();
    let values = input.column(rows);
    let indexed = match input.rarely(2) {
        true => IndexedSample::weighted(values, input.weights(rows)),
        false => IndexedSample::new(values),
    };
    passed(indexed)
}

#[cfg(not(feature = "ndarray"))]
fn clouds(_: f64, _: &mut Input) {}

#[cfg(feature = "ndarray")]
fn clouds(p: f64, input: &mut Input) {
    use ndarray::Array2;
    use risk_sd::{Directions, max_sliced_wasserstein, sliced_wasserstein, wasserstein_rows};

    let dimensions = input.below(4);
    let cloud = |input: &mut Input| {
        let (rows, columns) = (input.below(7), dimensions + usize::from(input.rarely(32)));
        let entries = input.column(rows * columns);
        Array2::from_shape_vec((rows, columns), entries).expect("as many entries as there are places")
    };
    let (a, b) = (cloud(input), cloud(input));
    let directions = match input.below(4) {
        0 => Directions::given(cloud(input).view()),
        1 => Directions::new().count(input.pick(&[0, 1, 2, usize::MAX])).seed(input.seed()),
        _ => Directions::new().count(input.pick(&[3, 5, 20])),
    };
    match input.below(3) {
        0 => drop(checked(wasserstein_rows(p, a.view(), b.view()), input)),
        1 => drop(printed(sliced_wasserstein(p, a.view(), b.view(), &directions), input)),
        _ => drop(checked(max_sliced_wasserstein(p, a.view(), b.view(), &directions), input)),
    }
}
