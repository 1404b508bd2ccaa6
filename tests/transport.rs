//! Distances between distributions: reference values, closed forms, axioms, bad input.

mod common;

use common::{cases, close};
use proptest::prelude::*;
use risk_sd::{
    Error, IndexedSample, Sample, Samples, Verdict, barycenter, cramer_distance, energy_distance,
    integrated_quantile_distance, integrated_quantile_shortfall, kolmogorov_smirnov_distance,
    location_gradient, potentials, transport_cost, verdict, wasserstein, wasserstein_gradient,
    wasserstein_matrix, wasserstein_split,
};

/// 1000 values of N(0, 1) and of N(0.3, 1.5^2), drawn once with NumPy's `default_rng(12345)`.
fn normal_pair() -> (Vec<f64>, Vec<f64>) {
    let mut reader = csv::Reader::from_reader(include_str!("fixtures/normal_pair_1000.csv").as_bytes());
    reader.deserialize::<(f64, f64)>().map(|row| row.expect("two numbers")).unzip()
}

fn sample(values: &[f64]) -> Sample {
    Sample::new(values).expect("finite values")
}

const ROUNDING: f64 = 1e-14;

/// Computed in exact rational arithmetic from the same inputs.
#[test]
fn values_of_the_normal_pair() {
    let (x, y) = normal_pair();
    let (a, b) = (sample(&x), sample(&y));
    let expected = [
        (1.0, 0.4754222440492232),
        (2.0, 0.6071164342237644),
        (3.0, 0.726531577531217),
        (f64::INFINITY, 2.6702290697477538),
    ];
    for (p, value) in expected {
        close(&format!("W_{p}"), wasserstein(p, &a, &b).unwrap(), value, ROUNDING);
    }
    close("energy", energy_distance(&a, &b).unwrap(), 0.3149682775887743, ROUNDING);
    let shortfall = transport_cost(&a, &b, |d| (-d).max(0.0)).unwrap();
    close("shortfall", shortfall, 0.4108678242989901, ROUNDING);
    let squared = transport_cost(&a, &b, |d| d * d).unwrap();
    close("W_2^2", squared, 0.3685903647045784, ROUNDING);
}

/// Computed in 60-digit arithmetic.
#[test]
fn values_of_all_reference_cases() {
    let mut checked = 0;
    for case in cases() {
        let (a, b) = (&case.x, &case.y);
        let mut check = |key: &str, found: f64| {
            if let Some(expected) = case.stat(key) {
                close(&format!("{key} of {}", case.id), found, expected, ROUNDING);
                checked += 1;
            }
        };
        for (key, p) in [("w1", 1.0), ("w2", 2.0), ("w4", 4.0), ("winf", f64::INFINITY)] {
            check(key, wasserstein(p, a, b).unwrap());
        }
        check("d_iq", integrated_quantile_distance(a, b).unwrap());
        check("energy", energy_distance(a, b).unwrap().powi(2));
        check("cramer", cramer_distance(a, b).unwrap().powi(2));
        let suprema = ["sup1_x_minus_y", "sup1_y_minus_x"].map(|key| case.stat(key).unwrap_or(0.0));
        let supremum = kolmogorov_smirnov_distance(a, b);
        assert!((supremum - suprema[0].max(suprema[1])).abs() < 1e-15, "{}", case.id);
        let (one, other) =
            (integrated_quantile_shortfall(a, b).unwrap(), integrated_quantile_shortfall(b, a).unwrap());
        check("d_iq", one.hypot(other));
    }
    assert!(checked > 200, "only {checked} values checked");
}

/// `Q((i - 1/2) / n)` for i = 1..n.
fn quantiles(n: usize, quantile: impl Fn(f64) -> f64) -> Sample {
    Sample::new((0..n).map(|i| quantile((i as f64 + 0.5) / n as f64))).unwrap()
}

#[test]
fn closed_forms_are_approached() {
    // Exponential laws of means a, b: W_p = |a - b| Gamma(p + 1)^(1/p).
    let exponential = |mean: f64| quantiles(200_000, |t| -mean * (-t).ln_1p());
    let (a, b) = (exponential(1.0), exponential(2.5));
    for (p, gamma) in [(1.0, 1.0), (1.5, 1.329340388179137), (2.0, 2.0), (3.0, 6.0)] {
        let expected = 1.5 * f64::powf(gamma, 1.0 / p);
        close(&format!("exponentials, p = {p}"), wasserstein(p, &a, &b).unwrap(), expected, 1e-3);
    }
    // Uniform laws whose ends differ by -0.5 and 1: W_2^2 = (a^2 + a b + b^2) / 3.
    let uniform = |low: f64, high: f64| quantiles(100_000, |t| low + (high - low) * t);
    let found = wasserstein(2.0, &uniform(0.0, 2.0), &uniform(0.5, 1.0)).unwrap();
    close("uniforms", found, 0.5, 1e-9);
    // Pareto and its double: W_1 is the difference of the means, alpha = 3.
    let pareto = |scale: f64| quantiles(300_000, |t| scale * (1.0 - t).powf(-1.0 / 3.0));
    close("Pareto", wasserstein(1.0, &pareto(1.0), &pareto(2.0)).unwrap(), 1.5, 1e-3);
}

#[test]
fn normal_laws() {
    use statrs::distribution::{ContinuousCDF, Normal};
    let standard = Normal::new(0.0, 1.0).unwrap();
    let law = |mean: f64, sd: f64| quantiles(100_000, |t| mean + sd * standard.inverse_cdf(t));
    let (a, b) = (law(0.5, 2.0), law(0.0, 1.0));
    close("W_1", wasserstein(1.0, &a, &b).unwrap(), 0.895593114802612, 1e-5);
    close("W_2", wasserstein(2.0, &a, &b).unwrap(), 1.25_f64.sqrt(), 1e-4);
    let squared = integrated_quantile_distance(&a, &b).unwrap().powi(2);
    close("d_IQ^2", squared, 0.0341740866833596, 1e-4);
    // Normal laws have one shape.
    let split = wasserstein_split(&a, &b).unwrap();
    close("location", split.location, 0.5, 1e-12);
    close("size", split.size, 1.0, 1e-4);
    assert!(split.shape < 1e-7, "{split:?}");
    // Energy distance of N(0, 1) to N(1, 1), squared: 2 E|N(1, 2)| - 2 E|N(0, 2)|.
    let energy = energy_distance(&law(1.0, 1.0), &law(0.0, 1.0)).unwrap().powi(2);
    close("energy", energy, 0.5418087, 1e-4);
    // The barycenter of normal laws is the normal law of averaged mean and deviation.
    let middle = barycenter([&a, &b], &[1.0, 3.0]).unwrap();
    assert!(wasserstein(2.0, &middle, &law(0.125, 1.25)).unwrap() < 1e-12);
}

#[test]
fn hand_values_of_the_split_and_of_potentials() {
    let (a, b) = (sample(&[0.0, 2.0, 4.0]), sample(&[1.0, 1.5, 3.0]));
    let split = wasserstein_split(&a, &b).unwrap();
    close("distance", split.distance, 0.75_f64.sqrt(), ROUNDING);
    close("location", split.location, 1.0 / 6.0, ROUNDING);
    // Variances 8/3 and 13/18, covariance of the order statistics 4/3.
    let (sd_a, sd_b) = ((8.0_f64 / 3.0).sqrt(), (13.0_f64 / 18.0).sqrt());
    close("size", split.size, sd_a - sd_b, ROUNDING);
    let shape = (2.0 * sd_a * sd_b - 8.0 / 3.0).sqrt();
    close("shape", split.shape, shape, 1e-13);
    let text = "W_2 = 8.6603e-1: location 1.6667e-1, size 7.8316e-1, shape 3.2998e-1";
    assert_eq!(split.to_string(), text);
}

fn column() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(-5.0..5.0f64, 1..25),
        prop::collection::vec((-4i32..4).prop_map(f64::from), 1..25),
    ]
}

type Distance = fn(&Sample, &Sample) -> f64;

/// Every metric of the module.
fn metrics() -> Vec<Distance> {
    vec![
        |a, b| wasserstein(1.0, a, b).unwrap(),
        |a, b| wasserstein(1.7, a, b).unwrap(),
        |a, b| wasserstein(2.0, a, b).unwrap(),
        |a, b| wasserstein(5.0, a, b).unwrap(),
        |a, b| wasserstein(f64::INFINITY, a, b).unwrap(),
        |a, b| integrated_quantile_distance(a, b).unwrap(),
        |a, b| energy_distance(a, b).unwrap(),
        |a, b| cramer_distance(a, b).unwrap(),
        kolmogorov_smirnov_distance,
    ]
}

proptest! {
    #[test]
    fn axioms_of_a_metric(x in column(), y in column(), z in column()) {
        let (a, b, c) = (sample(&x), sample(&y), sample(&z));
        let tripled = sample(&[&x[..], &x[..], &x[..]].concat());
        for distance in metrics() {
            let (ab, bc, ac) = (distance(&a, &b), distance(&b, &c), distance(&a, &c));
            prop_assert!((ab - distance(&b, &a)).abs() <= 1e-15 * ab);
            prop_assert!(ac <= (ab + bc) * (1.0 + 1e-14));
            prop_assert_eq!(distance(&a, &tripled), 0.0);
            prop_assert_eq!(ab == 0.0, verdict(&a, &b) == Verdict::Equal);
        }
    }

    #[test]
    fn shift_and_scale(x in column(), y in column(), shift in -100i32..100, power in -60i32..60) {
        let factor = 2f64.powi(power);
        // Integers shift exactly.
        let whole = |v: &[f64]| v.iter().map(|v| v.round()).collect::<Vec<f64>>();
        let (x, y) = (whole(&x), whole(&y));
        let moved = |v: &[f64]| sample(&v.iter().map(|v| factor * (v + f64::from(shift))).collect::<Vec<_>>());
        for p in [1.0, 1.5, 2.0, 3.0, f64::INFINITY] {
            let plain = wasserstein(p, &sample(&x), &sample(&y)).unwrap();
            let found = wasserstein(p, &moved(&x), &moved(&y)).unwrap();
            prop_assert!((found - factor * plain).abs() <= 4e-16 * factor * plain);
            let negated = |v: &[f64]| sample(&v.iter().map(|v| -v).collect::<Vec<_>>());
            let mirrored = wasserstein(p, &negated(&x), &negated(&y)).unwrap();
            prop_assert!((mirrored - plain).abs() <= 1e-15 * plain);
        }
    }

    #[test]
    fn distances_grow_with_the_exponent(x in column(), y in column()) {
        let (a, b) = (sample(&x), sample(&y));
        let distances: Vec<f64> = [1.0, 1.3, 2.0, 3.0, 10.0, 100.0, 1000.0, 1e6, f64::INFINITY]
            .iter().map(|p| wasserstein(*p, &a, &b).unwrap()).collect();
        for pair in distances.windows(2) {
            prop_assert!(pair[0] <= pair[1] * (1.0 + 1e-14), "{:?}", distances);
        }
    }

    /// W_2 splits, and halfway along the geodesic both ends are at half the distance.
    #[test]
    fn the_split_adds_up_and_barycenters_lie_between(
        x in column(), y in column(), w in prop::collection::vec(0.5..2.0f64, 25), t in 0.0..1.0f64,
    ) {
        let (a, b) = (Sample::weighted(&x, &w[..x.len()]).unwrap(), sample(&y));
        let split = wasserstein_split(&a, &b).unwrap();
        let sum = split.location.powi(2) + split.size.powi(2) + split.shape.powi(2);
        prop_assert!((sum - split.distance.powi(2)).abs() < 1e-12);
        let between = barycenter([&a, &b], &[1.0 - t, t]).unwrap();
        for p in [1.0, 2.0, 4.0] {
            let whole = wasserstein(p, &a, &b).unwrap();
            prop_assert!((wasserstein(p, &a, &between).unwrap() - t * whole).abs() < 1e-11);
            prop_assert!((wasserstein(p, &between, &b).unwrap() - (1.0 - t) * whole).abs() < 1e-11);
        }
    }
}

#[test]
fn a_matrix_of_distances_is_every_pair() {
    let columns = [("a", vec![3.0, 1.0]), ("b", vec![0.0, 5.0, 2.0]), ("c", vec![1.0])];
    let samples = Samples::independent(columns.map(|(name, v)| (name, sample(&v)))).unwrap();
    let matrix = wasserstein_matrix(2.5, &samples).unwrap();
    for (i, (_, a)) in samples.iter().enumerate() {
        for (j, (_, b)) in samples.iter().enumerate() {
            assert_eq!(matrix.distances[i][j], wasserstein(2.5, a, b).unwrap());
        }
    }
    assert_eq!(matrix.names, ["a", "b", "c"]);
}

#[test]
fn bad_input_is_named() {
    let (a, b) = (IndexedSample::new([1.0, 2.0]).unwrap(), IndexedSample::new([0.0]).unwrap());
    for p in [0.99, 0.0, -1.0, f64::NEG_INFINITY] {
        assert_eq!(wasserstein(p, a.sample(), b.sample()), Err(Error::InvalidExponent { p }));
        assert_eq!(wasserstein_gradient(p, &a, &b).unwrap_err(), Error::InvalidExponent { p });
    }
    assert_eq!(wasserstein_gradient(2.0, &a, &a).unwrap_err(), Error::ZeroDistance);
    assert_eq!(wasserstein_gradient(1.0, &a, &a).unwrap().a, [0.0, 0.0]);
    let nan = |d: f64| if d > 1.5 { f64::NAN } else { d };
    let error = potentials(&a, &b, nan).unwrap_err();
    assert_eq!(error.to_string(), "the cost of the difference 2 is NaN, not a finite number");
    let error = location_gradient(&a, &b, |d| d, nan).unwrap_err();
    assert!(matches!(error, Error::DerivativeNotFinite { difference: 2.0, .. }));
    let error = potentials(&a, &b, |d| -d * d).err();
    // Two differences lie on a line: nothing to see.
    assert_eq!(error, None);
    let wide = IndexedSample::new([-3.0, 1.0, 2.0, 7.0]).unwrap();
    let error = potentials(&wide, &b, |d| -d * d).unwrap_err();
    assert!(matches!(error, Error::CostNotConvex { .. }), "{error}");
}
