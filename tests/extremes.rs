//! Values and weights from the ends of the range of f64: no NaN comes out.

use proptest::prelude::*;
use proptest::sample::select;
use risk_sd::{
    Aot, AotLoss, Curve, Order, RiskMeasure, Sample, gap, l1_order1, l1_order2_ll, l1_order2_ths,
};
use risk_sd::{mean_risk, pair_curve};

const VALUES: [f64; 12] =
    [f64::MIN, -1e300, -1.0, -1e-300, -5e-324, 0.0, 5e-324, 1e-300, 1.0, 1e9, 1e300, f64::MAX];
const WEIGHTS: [f64; 6] = [5e-324, 1e-300, 1e-20, 1.0, 1e300, f64::MAX];
const LEVELS: [f64; 6] = [5e-324, 1e-300, 0.05, 0.5, 1.0 - f64::EPSILON / 2.0, 1.0];

fn sample() -> impl Strategy<Value = Sample> {
    let rows = prop::collection::vec((select(&VALUES[..]), select(&WEIGHTS[..])), 1..6);
    (rows, any::<bool>()).prop_map(|(rows, weighted)| {
        let values = rows.iter().map(|r| r.0);
        if weighted { Sample::weighted(values, rows.iter().map(|r| r.1)) } else { Sample::new(values) }
            .unwrap()
    })
}

proptest! {
    #[test]
    fn one_sample(sample in sample(), p in select(&LEVELS[..]), x in select(&VALUES[..])) {
        let range = sample.min()..=sample.max();
        prop_assert!(range.contains(&sample.mean()));
        prop_assert!(range.contains(&sample.tail_value_at_risk(p).unwrap()));
        if sample.weights().is_none() || p == 1.0 {
            prop_assert!(sample.tail_value_at_risk(p).unwrap() <= sample.quantile(p).unwrap());
        }
        prop_assert!((0.0..=1.0).contains(&sample.cdf(x).unwrap()));
        prop_assert!(sample.integrated_cdf(x).unwrap() >= 0.0);
        let models = mean_risk(&sample, p).unwrap();
        for measure in RiskMeasure::ALL {
            let scored = models.by(measure);
            prop_assert!(!scored.risk.is_nan() && !scored.score.is_nan(), "{:?}", measure);
        }
        for deviation in [models.standard_deviation, models.gini_tail, models.quantile_deviation] {
            prop_assert!(deviation.risk >= 0.0);
        }
        if sample.len() > 1 {
            prop_assert!(sample.sample_standard_deviation().unwrap() >= 0.0);
        }
    }

    #[test]
    fn two_samples(x in sample(), y in sample()) {
        for ratio in [l1_order1, l1_order2_ths, l1_order2_ll] {
            let found = ratio(&x, &y);
            prop_assert!((0.0..=1.0).contains(&found.ratio), "{:?}", found);
            prop_assert!(found.wasserstein_1 >= 0.0 && !found.mean_difference.is_nan());
        }
        for order in [Order::First, Order::Second] {
            let found = gap(order, &x, &y);
            prop_assert!((0.0..=1.0).contains(&found.violation_ratio()), "{:?}", found);
            prop_assert!(found.above() >= 0.0 && found.below() >= 0.0, "{:?}", found);
        }
        for curve in [Curve::Quantile, Curve::IntegratedQuantile, Curve::Cdf, Curve::IntegratedCdf] {
            for knot in pair_curve(curve, &x, &y) {
                prop_assert!(!knot.at.is_nan() && !knot.a.is_nan() && !knot.b.is_nan());
            }
        }
    }
}

/// A difference next to the largest f64, of so little mass that D moves by 3e-8 there, as it does for a common value of
/// a common mass.
#[test]
fn a_huge_difference_of_next_to_no_mass() {
    let x = Sample::new([-20.0, -16.0, 9.0, 16.0]).unwrap();
    let ratio = |low: f64, weights: [f64; 2]| {
        let found = gap(Order::Second, &x, &Sample::weighted([low, 0.265625], weights).unwrap());
        assert!(found.above() >= 0.0 && found.below() >= 0.0, "{found:?}");
        found.violation_ratio()
    };
    let huge = ratio(-1.325e301, [0.3984375, f64::MAX]);
    let common = ratio(-13.25, [0.3984375, f64::MAX / 1e300]);
    assert!((huge / common - 1.0).abs() < 1e-6, "{huge} {common}");
}

/// Shares of the largest f64 that add up to more than it.
#[test]
fn slopes_beyond_the_range_are_infinite() {
    let aot = Aot::new(AotLoss::Logistic { beta: f64::MAX, label_smoothing: 0.0 });
    let slope = |rows: usize| aot.unpaired(&vec![-1.0; rows], &[1.0]).unwrap().gradient_rejected[0];
    let slopes: Vec<f64> = (1..=100).map(slope).collect();
    assert!(slopes.iter().all(|slope| *slope >= f64::MAX * (1.0 - 1e-15)), "{slopes:?}");
    assert!(slopes.contains(&f64::INFINITY));
}
