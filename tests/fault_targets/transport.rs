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
    let (cost, derivative) = input.pick(&COSTS);
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
            checked(number, &input);
        }
        printed(wasserstein_split(&a, &b), &input);
        let weights = input.weights(2);
        checked(barycenter([&a, &b], &weights), &input);
    }
    if let (Some(a), Some(b)) = (indexed(&mut input), indexed(&mut input)) {
        sound(&coupling(&a, &b), &input);
        checked(potentials(&a, &b, cost), &input);
        checked(weight_gradient(&a, &b, cost), &input);
        checked(location_gradient(&a, &b, cost, derivative), &input);
        checked(wasserstein_gradient(p, &a, &b), &input);
    }
    if let Some(samples) = input.samples() {
        printed(wasserstein_matrix(p, &samples), &input);
    }
    #[cfg(feature = "ndarray")]
    clouds(p, &mut input);
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
    let (a, b, given) = (cloud(input), cloud(input), cloud(input));
    checked(wasserstein_rows(p, a.view(), b.view()), input);
    let directions = match input.below(4) {
        0 => Directions::given(given.view()),
        1 => Directions::new().count(input.pick(&[0, 1, 2])).seed(input.seed()),
        2 => Directions::new().count(input.pick(&[3, 20])),
        _ => Directions::new(),
    };
    printed(sliced_wasserstein(p, a.view(), b.view(), &directions), input);
    checked(max_sliced_wasserstein(p, a.view(), b.view(), &directions), input);
}
