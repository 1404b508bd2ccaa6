//! What changes nothing, or only what it should: units of measure, the mirror, threads, scale, orders.

use crate::draws::{Random, sample};
use crate::{METHODS, all_tests, designs, pair, quick, run};
use risk_sd::{Adjustment, Functional, Sample, UniformMethod, UniformReport, UniformVerdict};

#[test]
fn p_values_do_not_know_the_unit_of_measure() {
    let plain = designs(|v| v);
    let others = [designs(|v| 100.0 * v), designs(|v| v / 1e6 + 7.0)];
    let mut compared = 0;
    for test in all_tests() {
        let test = test.orders([1, 2, 3]).adjustment(Adjustment::None).replicates(99);
        for (design, samples) in plain.iter().enumerate() {
            let Ok(report) = test.run(samples, "a", "b") else { continue };
            let p_values = |report: &UniformReport| -> Vec<f64> {
                report.orders.iter().flat_map(|r| [r.a_over_b.p_value, r.b_over_a.p_value]).collect()
            };
            for other in &others {
                let mapped = run(&test, &other[design]);
                assert_eq!(p_values(&report), p_values(&mapped), "{test:?}, design {design}");
                compared += 1;
            }
        }
    }
    // Valid combinations of method, law and functional: 32 of independent columns, less with weights, ...
    assert!(compared > 180, "{compared}");
}

#[test]
fn equal_columns_are_compatible_with_everything() {
    let column = [1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0, 89.0];
    for test in all_tests() {
        let Ok(report) = test.run(&pair(sample(&column), sample(&column)), "a", "b") else { continue };
        for result in &report.orders {
            for direction in [result.a_over_b, result.b_over_a] {
                assert_eq!((direction.statistic, direction.p_value), (0.0, 1.0), "{test:?}");
            }
        }
        assert_eq!(report.conclusion.verdict, UniformVerdict::NotDistinguished);
    }
}

/// A rejected hypothesis of a higher order is rejected at every lower one; verdicts follow the adjusted p-values.
#[test]
fn verdicts_are_coherent_over_the_orders() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..60 {
        let mut random = Random(seed);
        let (shift, spread) = (f64::from(seed as u32 % 5) * 0.2, 1.0 + f64::from(seed as u32 % 4) * 0.4);
        let a = random.column(60, |r| shift + r.normal() * spread);
        let b = random.column(60, Random::normal);
        let report = run(&quick().orders([1, 2, 3]).seed(seed), &pair(sample(&a), sample(&b)));
        for lower in report.orders.windows(2) {
            let p = |i: usize| [lower[i].a_over_b, lower[i].b_over_a].map(|d| d.adjusted_p_value);
            assert!((0..2).all(|side| p(0)[side] <= p(1)[side]));
        }
        for result in &report.orders {
            let rejected = [result.a_over_b, result.b_over_a].map(|d| d.adjusted_p_value <= 0.05);
            let expected = match rejected {
                [false, false] => UniformVerdict::NotDistinguished,
                [false, true] => UniformVerdict::CompatibleWithAOverB,
                [true, false] => UniformVerdict::CompatibleWithBOverA,
                [true, true] => UniformVerdict::Crossing,
            };
            assert_eq!(result.verdict, expected);
        }
        let decisive = report.orders.iter().find(|r| r.verdict != UniformVerdict::Crossing);
        assert_eq!(report.conclusion.order, decisive.map_or(3, |r| r.order));
        seen.insert(format!("{:?}", report.conclusion.verdict));
    }
    assert!(seen.len() >= 3, "{seen:?}");
}

/// Exchanging the columns exchanges the directions (statistics; the draws of independent columns are their own).
#[test]
fn the_mirror_exchanges_the_directions() {
    let functionals = [Functional::Supremum, Functional::L1, Functional::L2];
    let tests = functionals.map(|functional| quick().functional(functional)).into_iter();
    let tests: Vec<_> = tests.chain([quick().method(UniformMethod::NumericalDelta)]).collect();
    for samples in designs(|v| v) {
        for test in &tests {
            let test = test.clone().orders([1, 2, 3, 4]);
            let (forward, backward) = (run(&test, &samples), test.run(&samples, "b", "a").unwrap());
            for (one, other) in forward.orders.iter().zip(&backward.orders) {
                for (x, y) in [(one.a_over_b, other.b_over_a), (one.b_over_a, other.a_over_b)] {
                    assert!((x.statistic - y.statistic).abs() <= 1e-12 * x.statistic);
                    assert_eq!(x.p_value, y.p_value);
                }
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let samples = &designs(|v| v)[0];
    for method in METHODS {
        let test = quick().method(method).orders([1, 2, 3]);
        let in_pool = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(&test, samples))
        };
        let one = in_pool(1);
        assert!([2, 3, 8].into_iter().all(|threads| in_pool(threads) == one));
    }
}

/// The extremes of f64, where results themselves are in range.
#[test]
fn every_scale_works() {
    let (x, y) = (Random(5).column(30, Random::uniform), Random(6).column(25, Random::uniform));
    let scaled = |unit: f64| {
        let map = |v: &[f64]| Sample::new(v.iter().map(|v| unit * (v - 0.5))).unwrap();
        run(&quick().orders([1, 2, 3]), &pair(map(&x), map(&y)))
    };
    let plain = scaled(1.0);
    for exponent in [-1060, -600, 600, 1023] {
        let report = scaled(2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2));
        for (found, expected) in report.orders.iter().zip(&plain.orders) {
            assert_eq!(found.verdict, expected.verdict);
            assert_eq!(found.b_over_a.adjusted_p_value, expected.b_over_a.adjusted_p_value);
            assert!(!found.a_over_b.statistic.is_nan() && !found.a_over_b.critical_value.is_nan());
        }
        let second = report.orders[1].b_over_a.statistic;
        let expected = plain.orders[1].b_over_a.statistic * 2f64.powi(exponent / 2);
        let ratio = second / 2f64.powi(exponent - exponent / 2) / expected;
        assert!((ratio - 1.0).abs() < 1e-9 || exponent == -1060, "{exponent}: {ratio}");
    }
}
