//! Statistics against reference values, by hand, and as another package publishes them.

use crate::common::{Case, cases, close, floats};
use crate::draws::sample;
use crate::{pair, quick, root, run};
use risk_sd::{Functional, NullLaw, UniformMethod, UniformTest};
use serde_json::Value;

/// Suprema and integrals of all cases, both directions, without the root.
#[test]
fn statistics_agree_with_the_reference_values() {
    let mut compared = 0;
    for case in cases().iter().filter(|case| case.x.len() > 1 && case.y.len() > 1) {
        let Case { id, x, y, .. } = case;
        let samples = pair(x.clone(), y.clone());
        for functional in [Functional::Supremum, Functional::L1, Functional::L2] {
            let report = run(&quick().orders([1, 2, 3]).functional(functional), &samples);
            for result in &report.orders {
                let order = result.order;
                let (key, power) = match functional {
                    Functional::Supremum => (format!("sup{order}"), 1),
                    Functional::L1 => (format!("int{order}_L1"), 1),
                    Functional::L2 => (format!("int{order}_L2"), 2),
                };
                let scale = root(x.len(), y.len()).powi(power);
                for (way, direction) in [("x_minus_y", result.a_over_b), ("y_minus_x", result.b_over_a)]
                {
                    let Some(expected) = case.stat(&format!("{key}_{way}")) else { continue };
                    let what = format!("{id}: {key}_{way}");
                    let found = direction.statistic / scale;
                    // Rounding of the sums where the exact value is 0 or next to nothing beside the range.
                    let range = x.values()[x.len() - 1].max(y.values()[y.len() - 1])
                        - x.values()[0].min(y.values()[0]);
                    let size = range.powi(report_dimension(functional, order));
                    if (found - expected).abs() > 1e-16 * size {
                        close(&what, found, expected, 2e-12);
                    }
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 400, "{compared}");
}

fn report_dimension(functional: Functional, order: u32) -> i32 {
    let s = order as i32;
    match functional {
        Functional::Supremum => s - 1,
        Functional::L1 => s,
        Functional::L2 => 2 * s - 1,
    }
}

/// X = {0, 2, 4}, Y = {1, 1.5, 3}.
#[test]
fn hand_values() {
    let samples = pair(sample(&[0., 2., 4.]), sample(&[1., 1.5, 3.]));
    let report = run(&quick().orders([3, 1, 2]), &samples);
    let expected = [(1, 1. / 3., 1. / 3.), (2, 1. / 3., 1. / 6.), (3, 2. / 3., 0.)];
    for (result, (order, over, under)) in report.orders.iter().zip(expected) {
        let r = 1.5_f64.sqrt();
        assert_eq!(result.order, order);
        assert!((result.a_over_b.statistic - r * over).abs() < 1e-15);
        assert!((result.b_over_a.statistic - r * under).abs() < 1e-15);
    }
    assert_eq!(report.orders[2].b_over_a.p_value, 1.0);
}

/// What PySDTest publishes about two seeded samples, and the exact values it misses.
#[test]
fn published_numbers_come_out_of_the_grid() {
    let fixture: Value = serde_json::from_str(include_str!("../fixtures/two_normal_500.json")).unwrap();
    let samples = pair(sample(&floats(&fixture["a"])), sample(&floats(&fixture["b"])));
    let first = quick().orders([1]).published_grid(100);
    let of = |test: UniformTest| run(&test, &samples).orders[0].a_over_b;
    let rounded = |value: Option<f64>| format!("{:.4}", value.unwrap());

    let supremum = of(first.clone());
    assert_eq!(rounded(supremum.grid_statistic), "0.2214");
    assert!((supremum.statistic - 0.3478505426185217).abs() < 1e-15);
    let contact = of(first.clone().method(UniformMethod::LintonSongWhang));
    assert_eq!(rounded(contact.grid_statistic), "0.1495");
    let delta = first.clone().method(UniformMethod::NumericalDelta).functional(Functional::L1);
    assert_eq!(rounded(of(delta).grid_statistic), "1.5021");
    let second = run(&quick().orders([2]), &samples).orders[0].a_over_b;
    assert!((second.statistic - 0.004014440972022213).abs() < 1e-14);
    let limit = of(first.null_law(NullLaw::Asymptotic));
    assert!((limit.p_value - 0.7850561775518295).abs() < 1e-14);
    // The grid decides nothing.
    assert_eq!(supremum.p_value, of(quick().orders([1])).p_value);
}
