//! Gaps, ratios, standard errors and bounds against reference values computed in 60-digit arithmetic.

mod common;

use common::{Case, cases, close, floats, reference};
use risk_sd::{DominanceTest, Guard, Order, RankingTest, Rule, Sample, Samples, Verdict, gap, verdict};

const ORDERS: [(Order, &str); 2] = [(Order::First, "1"), (Order::Second, "2")];

#[test]
fn gaps_ratios_and_distances() {
    for case in cases() {
        for (order, s) in ORDERS {
            let gap = gap(order, &case.x, &case.y);
            let check = |key: &str, found: f64, relative: f64| {
                if let Some(expected) = case.stat(key) {
                    let what = format!("{} {key}", case.id);
                    // Ratios below 1e-9 are differences of numbers 1e9 times larger.
                    if expected.abs() < 1e-9 && key.starts_with("eps") {
                        assert!((found - expected).abs() <= 1e-18, "{what}: {found} for {expected}");
                    } else {
                        close(&what, found, expected, relative);
                    }
                }
            };
            let second = if order == Order::Second { 1e-10 } else { 1e-12 };
            check(&format!("gap{s}_above"), gap.above(), second);
            check(&format!("gap{s}_below"), gap.below(), second);
            check(&format!("eps{s}"), gap.violation_ratio(), second);
            check(if s == "1" { "w2" } else { "d_iq" }, gap.distance(), 1e-12);
            let mirror = risk_sd::gap(order, &case.y, &case.x).violation_ratio();
            assert!((mirror + gap.violation_ratio() - 1.0).abs() < 1e-12, "{}", case.id);
        }
    }
}

#[test]
fn verdicts_of_the_small_cases() {
    use Order::{First, Second};
    let expected = [
        ("hand_3_3", Verdict::Crossing),
        ("order3_tail", Verdict::Crossing),
        ("weighted_147_235", Verdict::BDominates(Second)),
        ("binary", Verdict::ADominates(First)),
        ("ssd_not_fsd", Verdict::ADominates(Second)),
        ("one_vs_four", Verdict::ADominates(Second)),
        ("likert_10_8", Verdict::BDominates(Second)),
        ("signed_zero", Verdict::BDominates(First)),
        ("equal_multiset", Verdict::Equal),
    ];
    for (id, expected) in expected {
        let case = common::case(id);
        assert_eq!(verdict(&case.x, &case.y), expected, "{id}");
    }
}

/// The samples of a case under a sampling design.
fn samples(case: &Case, sampling: &str) -> Samples {
    let [x, y] = &case.rows;
    match sampling {
        "independent" => Samples::independent([("x", case.x.clone()), ("y", case.y.clone())]).unwrap(),
        "paired" => Samples::paired([("x", x), ("y", y)]).unwrap(),
        "clustered" => {
            let clusters: Vec<usize> = (0..x.len()).map(|row| row / 5).collect();
            Samples::paired([("x", x), ("y", y)]).unwrap().clustered(&clusters).unwrap()
        }
        other => panic!("unknown design {other}"),
    }
}

const DESIGNS: [&str; 3] = ["independent", "paired", "clustered"];

#[test]
fn analytic_standard_errors_and_bounds() {
    let mut compared = 0;
    for case in cases() {
        for (order, s) in ORDERS {
            for design in DESIGNS {
                let Some(se) = case.stat(&format!("se{s}_{design}")) else { continue };
                let samples = samples(&case, design);
                for (rule, name) in [(Rule::Root, "root"), (Rule::Linear, "linear")] {
                    let test = DominanceTest::new(order).analytic().rule(rule).guard(Guard::Off);
                    let Ok(report) = test.run(&samples, "x", "y") else {
                        panic!("{} {design}", case.id);
                    };
                    let Some(found) = report.a_over_b else { continue };
                    let what = format!("{} order {s} {design}", case.id);
                    let scale = if se == 0.0 { 1e-15 } else { 0.0 };
                    assert!(
                        (found.standard_error - se).abs() <= 1e-9 * se + scale,
                        "{what}: {} for {se}",
                        found.standard_error
                    );
                    if let Some(upper) = case.stat(&format!("upper{s}_{name}_{design}")) {
                        close(&format!("{what} upper {name}"), found.upper_bound, upper, 1e-8);
                        compared += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 80, "{compared} bounds compared");
}

#[test]
fn relative_statistics_of_four_models() {
    let multi = &reference()["multi"];
    let columns: Vec<Vec<f64>> = multi["values"].as_array().unwrap().iter().map(floats).collect();
    let names = ["a", "b", "c", "d"];
    let paired = Samples::paired(names.into_iter().zip(&columns)).unwrap();
    let own = columns.iter().map(|column| Sample::new(column).unwrap());
    let independent = Samples::independent(names.into_iter().zip(own)).unwrap();
    for (design, samples) in [("independent", independent), ("paired", paired)] {
        for (order, s) in ORDERS {
            let expected = &multi["stats"][format!("order{s}")];
            let report =
                RankingTest::new().order(order).analytic().guard(Guard::Off).run(&samples).unwrap();
            let ranking = report.at(order).unwrap();
            for (name, ratio) in names.iter().zip(floats(&expected["eps_mean"])) {
                let model = ranking.models.iter().find(|model| model.name == *name).unwrap();
                assert!((model.relative_ratio - ratio).abs() < 1e-12, "{name} order {s}");
            }
            for pair in &ranking.pairs {
                let at = |key: &str| {
                    let (i, j) = (
                        names.iter().position(|n| *n == pair.a),
                        names.iter().position(|n| *n == pair.b),
                    );
                    floats(&expected[key].as_array().unwrap()[i.unwrap()])[j.unwrap()]
                };
                let what = format!("{} {} order {s} {design}", pair.a, pair.b);
                close(&what, pair.difference, at("delta"), 1e-10);
                let se = at(&format!("se_delta_{design}"));
                close(&what, pair.difference_standard_error, se, 1e-9);
            }
        }
    }
}
