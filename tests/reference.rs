//! Descriptive statistics and area ratios against values computed in 60-digit arithmetic.

mod common;

use common::{cases, close, input, reference};
use risk_sd::{Curve, L1Ratio, MeanRisk, Sample, l1_order1, l1_order2_ll, l1_order2_ths};
use risk_sd::{mean_risk, pair_curve};
use serde_json::Value;

const RELATIVE: f64 = 1e-12;

/// Every sample of the fixture with its name and statistics.
fn samples() -> Vec<(String, Sample, &'static Value)> {
    let named = reference()["samples"].as_object().unwrap().iter();
    let mut all: Vec<_> =
        named.map(|(name, stats)| (name.clone(), Sample::new(input(name)).unwrap(), stats)).collect();
    for case in cases() {
        for (side, sample) in [("x", case.x), ("y", case.y)] {
            if let Some(stats) = case.json.get(format!("{side}_stats")) {
                all.push((format!("{side} of {}", case.id), sample, stats));
            }
        }
    }
    all
}

/// The statistic that a key of the fixture names.
fn statistic(sample: &Sample, key: &str) -> f64 {
    let (name, level) = match key.rsplit_once('_') {
        Some((name, level)) if level.starts_with("0.") => (name, level.parse().unwrap()),
        _ => (key, 1.0),
    };
    match name {
        "mean" => sample.mean(),
        "variance_population" => sample.standard_deviation().powi(2),
        "variance_sample" => sample.sample_standard_deviation().unwrap().powi(2),
        "sd_population" => sample.standard_deviation(),
        "abs_semideviation" => sample.absolute_semideviation(),
        "std_semideviation" => sample.standard_semideviation(),
        "gini_tail" => sample.gini_tail(),
        "quantile" => sample.quantile(level).unwrap(),
        "integrated_quantile" => sample.integrated_quantile(level).unwrap(),
        "tvar" => sample.tail_value_at_risk(level).unwrap(),
        "quantile_deviation" => sample.quantile_deviation(level).unwrap(),
        other => panic!("the fixture has an unknown statistic {other}"),
    }
}

#[test]
fn descriptive_statistics() {
    let mut checked = 0;
    for (name, sample, stats) in samples() {
        for (key, expected) in stats.as_object().unwrap() {
            let found = statistic(&sample, key);
            close(&format!("{key} of {name}"), found, expected.as_f64().unwrap(), RELATIVE);
            checked += 1;
        }
    }
    assert!(checked > 1000, "only {checked} values checked");
}

#[test]
fn mean_risk_collects_the_same_numbers() {
    for (name, sample, stats) in samples() {
        let models = mean_risk(&sample, MeanRisk::DEFAULT_TAIL).unwrap();
        let expected = |key: &str| stats[key].as_f64().unwrap();
        close(&name, models.gini_tail.risk, expected("gini_tail"), RELATIVE);
        close(&name, models.tail_value_at_risk.risk, -expected("tvar_0.05"), RELATIVE);
        close(&name, models.value_at_risk.risk, -expected("quantile_0.05"), RELATIVE);
        let deviation = models.quantile_deviation;
        close(&name, deviation.risk, expected("quantile_deviation_0.05"), RELATIVE);
        close(&name, deviation.score, expected("tvar_0.05"), RELATIVE);
    }
}

type Ratio = fn(&Sample, &Sample) -> L1Ratio;

#[test]
fn area_ratios() {
    let ratios: [(&str, Ratio); 3] = [
        ("ratio_l1_order1", l1_order1),
        ("ratio_ths_order2", l1_order2_ths),
        ("ratio_ll_order2", l1_order2_ll),
    ];
    let mut checked = 0;
    for case in cases() {
        for (key, function) in ratios {
            let found = function(&case.x, &case.y);
            // Without a ratio in the fixture the distributions are identical: 1/2 by convention.
            let expected = case.stat(key).unwrap_or(0.5);
            close(&format!("{key} of {}", case.id), found.ratio, expected, RELATIVE);
            let distance = case.stat("w1").unwrap();
            close(&format!("w1 of {}", case.id), found.wasserstein_1, distance, RELATIVE);
            checked += 1;
        }
    }
    assert!(checked >= 99, "only {checked} ratios checked");
}

/// The areas of the fixture, integrated from the knots alone.
#[test]
fn curves_carry_all_that_the_statistics_need() {
    for case in cases() {
        let (mut before, mut distance) = (0.0, 0.0);
        for knot in pair_curve(Curve::Quantile, &case.x, &case.y) {
            distance += (knot.at - before) * (knot.a - knot.b).abs();
            before = knot.at;
        }
        close(&format!("w1 of {}", case.id), distance, case.stat("w1").unwrap(), RELATIVE);
        let highest = |curve| {
            let knots = pair_curve(curve, &case.x, &case.y).into_iter();
            knots.map(|knot| knot.a - knot.b).fold(0.0, f64::max)
        };
        let supremum = case.stat("sup1_x_minus_y").unwrap();
        close(&format!("sup1 of {}", case.id), highest(Curve::Cdf), supremum, RELATIVE);
    }
}
