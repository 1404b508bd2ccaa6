//! Algebra that every ratio, verdict and ranking obeys, on random samples.

mod draws;

use std::ops::Range;

use draws::{ORDERS, Random, sample};
use proptest::prelude::*;
use risk_sd::{Gap, Guard, Order, Ranking, RankingTest, Sample, Samples, Verdict, gap, verdict};

/// Multiples of 1/8, so that shifts and scales by small powers of two are exact: ties are common.
fn eighths(rows: Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-40i32..40).prop_map(|v| f64::from(v) / 8.0), rows.clone())
}

fn column(rows: Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        eighths(rows.clone()),
        prop::collection::vec(-5.0..5.0f64, rows.clone()),
        prop::collection::vec((-4.0..4.0f64).prop_map(f64::exp), rows.clone()),
    ]
}

/// Columns of all sizes, and pairs of the same size, which take another path.
fn pair(rows: Range<usize>) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    prop_oneof![
        (column(rows.clone()), column(rows.clone())),
        rows.clone().prop_flat_map(|n| {
            let same = prop::collection::vec((-40i32..40).prop_map(|v| f64::from(v) / 8.0), n);
            (same.clone(), same)
        }),
        (column(rows.clone()), -2.0..2.0f64).prop_map(|(x, shift)| {
            let y = x.iter().map(|v| 1.5 * v + shift).collect();
            (x, y)
        }),
    ]
}

fn map(values: &[f64], f: impl Fn(f64) -> f64) -> Sample {
    sample(&values.iter().map(|&v| f(v)).collect::<Vec<_>>())
}

fn repeated(values: &[f64], times: &[usize]) -> Sample {
    let rows = values.iter().zip(times).flat_map(|(&v, &t)| std::iter::repeat_n(v, t));
    sample(&rows.collect::<Vec<_>>())
}

fn ratio(order: Order, x: &Sample, y: &Sample) -> f64 {
    gap(order, x, y).violation_ratio()
}

/// The same areas, up to rounding relative to the squared distance.
fn same_areas(found: Gap, expected: Gap, tolerance: f64) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() <= tolerance * expected.squared_distance();
    close(found.above(), expected.above()) && close(found.below(), expected.below())
}

proptest! {
    #[test]
    fn the_ratios_of_both_directions_sum_to_one((x, y) in pair(1..40)) {
        let (x, y) = (sample(&x), sample(&y));
        for order in ORDERS {
            let sum = ratio(order, &x, &y) + ratio(order, &y, &x);
            prop_assert!((sum - 1.0).abs() <= 1e-12, "{}", sum);
            let reversed = gap(order, &x, &y).reversed();
            prop_assert!(same_areas(gap(order, &y, &x), reversed, 1e-13));
        }
    }

    /// Powers of two change exponents only, also where squares leave the range of f64.
    #[test]
    fn power_of_two_scales_change_no_bit((x, y) in (eighths(1..40), eighths(1..40)), power in -900i32..900) {
        let scale = 2f64.powi(power);
        let (scaled_x, scaled_y) = (map(&x, |v| v * scale), map(&y, |v| v * scale));
        let (x, y) = (sample(&x), sample(&y));
        prop_assert_eq!(verdict(&scaled_x, &scaled_y), verdict(&x, &y));
        for order in ORDERS {
            prop_assert_eq!(ratio(order, &scaled_x, &scaled_y), ratio(order, &x, &y));
            let distance = gap(order, &scaled_x, &scaled_y).distance();
            prop_assert_eq!(distance, gap(order, &x, &y).distance() * scale);
        }
    }

    #[test]
    fn other_scales_change_ratios_by_rounding_only((x, y) in pair(1..40), log10 in -250.0..250.0f64) {
        let unscaled = (sample(&x), sample(&y));
        for scale in [10f64.powf(log10), 1e250, 1e-250, 3.0] {
            let scaled = (map(&x, |v| v * scale), map(&y, |v| v * scale));
            for order in ORDERS {
                let expected = gap(order, &unscaled.0, &unscaled.1);
                let found = gap(order, &scaled.0, &scaled.1);
                // Rounded values cannot tell a distance that is itself rounding noise.
                if expected.distance() > 1e-3 {
                    let (found, expected) = (found.violation_ratio(), expected.violation_ratio());
                    prop_assert!((found - expected).abs() <= 1e-12, "{}: {} {}", scale, found, expected);
                }
            }
        }
    }

    #[test]
    fn shifts_change_nothing((x, y) in (eighths(1..40), eighths(1..40)), shift in -1_000_000_000i64..1_000_000_000) {
        let shift = shift as f64;
        let shifted = (map(&x, |v| v + shift), map(&y, |v| v + shift));
        let (x, y) = (sample(&x), sample(&y));
        prop_assert_eq!(verdict(&shifted.0, &shifted.1), verdict(&x, &y));
        for order in ORDERS {
            prop_assert_eq!(gap(order, &shifted.0, &shifted.1), gap(order, &x, &y));
        }
    }

    /// The mirror turns first-order dominance around; second order has no such rule.
    #[test]
    fn mirrored_values_mirror_the_first_order((x, y) in pair(1..40)) {
        let mirrored = gap(Order::First, &map(&x, |v| -v), &map(&y, |v| -v));
        let expected = gap(Order::First, &sample(&x), &sample(&y)).reversed();
        prop_assert!(same_areas(mirrored, expected, 1e-13));
    }

    #[test]
    fn verdict_and_ratios_agree((x, y) in pair(1..30)) {
        let (x, y) = (sample(&x), sample(&y));
        let [first, second] = ORDERS.map(|order| gap(order, &x, &y));
        let verdict = verdict(&x, &y);
        prop_assert_eq!(verdict == Verdict::Equal, first.is_zero());
        prop_assert_eq!(verdict == Verdict::Equal, first.squared_distance() == 0.0);
        prop_assert_eq!(verdict == Verdict::Equal, second.is_zero());
        // First order compares values, so nothing is rounded away.
        let first_order = |v| verdict == v;
        prop_assert_eq!(first_order(Verdict::ADominates(Order::First)), first.violation_ratio() == 0.0);
        prop_assert_eq!(first_order(Verdict::BDominates(Order::First)), first.violation_ratio() == 1.0);
        // Second order: the areas carry the rounding of one f64 sum, the verdict that of two.
        let ratio = second.violation_ratio();
        match verdict {
            Verdict::ADominates(_) => prop_assert!(ratio <= 1e-28, "{}", ratio),
            Verdict::BDominates(_) => prop_assert!(ratio >= 1.0 - 1e-15, "{}", ratio),
            Verdict::Equal => prop_assert_eq!(ratio, 0.5),
            Verdict::Crossing => prop_assert!((0.0..=1.0).contains(&ratio)),
        }
    }

    #[test]
    fn exchanging_the_samples_mirrors_the_verdict((x, y) in pair(1..30)) {
        let mirrored = match verdict(&sample(&x), &sample(&y)) {
            Verdict::ADominates(order) => Verdict::BDominates(order),
            Verdict::BDominates(order) => Verdict::ADominates(order),
            same => same,
        };
        prop_assert_eq!(verdict(&sample(&y), &sample(&x)), mirrored);
    }

    #[test]
    fn first_order_dominance_implies_second(x in column(1..30), lift in prop::collection::vec(0.0..2.0f64, 30)) {
        let above: Vec<f64> = x.iter().zip(&lift).map(|(v, l)| v + l).collect();
        let (above, x) = (sample(&above), sample(&x));
        prop_assert_eq!(verdict(&above, &x), Verdict::ADominates(Order::First));
        prop_assert_eq!(ratio(Order::First, &above, &x), 0.0);
        prop_assert_eq!(ratio(Order::Second, &above, &x), 0.0);
    }

    /// Repeating the rows of one sample leaves its distribution, whatever path the sizes take.
    #[test]
    fn repeated_rows_change_nothing((x, y) in pair(1..20), times in 2usize..6) {
        let (n, m) = (x.len(), y.len());
        let many = (repeated(&x, &vec![times; n]), repeated(&y, &vec![times; m]));
        let (x, y) = (sample(&x), sample(&y));
        for (a, b) in [(&many.0, &y), (&x, &many.1), (&many.0, &many.1)] {
            prop_assert_eq!(verdict(a, b), verdict(&x, &y));
            for order in ORDERS {
                prop_assert!(same_areas(gap(order, a, b), gap(order, &x, &y), 1e-13));
            }
        }
        prop_assert!(gap(Order::First, &x, &many.0).is_zero());
        prop_assert!(gap(Order::Second, &x, &many.0).is_zero());
    }

    #[test]
    fn weights_are_repetitions(
        (x, y) in pair(1..15),
        times in prop::collection::vec(1usize..7, 15),
        unit in prop_oneof![Just(1.0), Just(2f64.powi(-700)), Just(2f64.powi(700)), Just(0.1), Just(1e200)],
    ) {
        let rows = repeated(&x, &times);
        let weights = times[..x.len()].iter().map(|&t| t as f64 * unit);
        let weighted = Sample::weighted(&x, weights.collect::<Vec<_>>()).unwrap();
        let y = sample(&y);
        // Tenths are rounded, and rounded weights decide otherwise where the means are equal.
        if unit != 0.1 && unit != 1e200 {
            prop_assert_eq!(verdict(&weighted, &y), verdict(&rows, &y));
        }
        prop_assert_eq!(verdict(&weighted, &rows), Verdict::Equal);
        for order in ORDERS {
            prop_assert!(same_areas(gap(order, &weighted, &y), gap(order, &rows, &y), 1e-12));
            prop_assert!(same_areas(gap(order, &y, &weighted), gap(order, &y, &rows), 1e-12));
            prop_assert!(gap(order, &weighted, &rows).is_zero());
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(x in column(1..30), weights in prop::collection::vec(0.1..9.0f64, 30), seed: u64) {
        let mut rows: Vec<(f64, f64)> = x.into_iter().zip(weights).collect();
        let unzip = |rows: &[(f64, f64)]| -> (Vec<f64>, Vec<f64>) { rows.iter().copied().unzip() };
        let (values, weights) = unzip(&rows);
        Random(seed).shuffle(&mut rows);
        let (shuffled, their_weights) = unzip(&rows);
        prop_assert_eq!(sample(&values), sample(&shuffled));
        let weighted = Sample::weighted(&values, &weights).unwrap();
        let shuffled = Sample::weighted(&shuffled, &their_weights).unwrap();
        prop_assert_eq!(weighted.values(), shuffled.values());
        // Weights of tied values may stand in another order.
        prop_assert!(gap(Order::First, &weighted, &shuffled).distance() <= 1e-7);
    }
}

/// k columns of the same or of different sizes.
fn models() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let free = prop::collection::vec(-5.0..5.0f64, 2..12);
    prop::collection::vec(free, 2..6)
}

fn named(columns: &[Vec<f64>], order: &[usize]) -> Samples {
    let column = |&c: &usize| (format!("model {c}"), sample(&columns[c]));
    Samples::independent(order.iter().map(column)).unwrap()
}

fn rank(samples: &Samples, order: Order) -> Ranking {
    let test = RankingTest::new().order(order).analytic().guard(Guard::Off);
    test.run(samples).unwrap().rankings.remove(0)
}

fn ratio_of<'a>(ranking: &'a Ranking, name: &str) -> &'a risk_sd::RankedModel {
    ranking.models.iter().find(|model| model.name == name).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_order_of_columns_does_not_matter(columns in models(), seed: u64) {
        let mut order: Vec<usize> = (0..columns.len()).collect();
        let straight = named(&columns, &order);
        Random(seed).shuffle(&mut order);
        let permuted = named(&columns, &order);
        for at in ORDERS {
            let (expected, found) = (rank(&straight, at), rank(&permuted, at));
            for model in &expected.models {
                let same = ratio_of(&found, &model.name);
                prop_assert!((same.relative_ratio - model.relative_ratio).abs() <= 1e-12);
                let error = model.standard_error;
                prop_assert!((same.standard_error - error).abs() <= 1e-9 * error + 1e-12);
            }
            for pair in &expected.pairs {
                let same = found.pairs.iter().find(|p| (&p.a, &p.b) == (&pair.a, &pair.b));
                let turned = found.pairs.iter().find(|p| (&p.b, &p.a) == (&pair.a, &pair.b));
                let (difference, forward) = match (same, turned) {
                    (Some(p), _) => (p.difference, p.relative_p_value.a_over_b),
                    (_, Some(p)) => (-p.difference, p.relative_p_value.b_over_a),
                    _ => return Err(TestCaseError::fail("a pair is missing")),
                };
                prop_assert!((difference - pair.difference).abs() <= 1e-12);
                // Where Delta has no spread, its sign alone decides, and that may be rounding.
                if pair.difference_standard_error > 1e-6 {
                    prop_assert!((forward - pair.relative_p_value.a_over_b).abs() <= 1e-6);
                }
            }
        }
    }

    #[test]
    fn relative_ratios_are_means_of_pair_ratios(columns in models()) {
        let order: Vec<usize> = (0..columns.len()).collect();
        let samples = named(&columns, &order);
        let k = columns.len() as f64;
        for at in ORDERS {
            let ranking = rank(&samples, at);
            let sum: f64 = ranking.models.iter().map(|m| m.relative_ratio).sum();
            prop_assert!((sum / k - 0.5).abs() <= 1e-12);
            for (name, x) in samples.iter() {
                let others = samples.iter().filter(|(other, _)| *other != name);
                let mean = others.map(|(_, y)| ratio(at, x, y)).sum::<f64>() / (k - 1.0);
                prop_assert!((ratio_of(&ranking, name).relative_ratio - mean).abs() <= 1e-12);
            }
            for pair in &ranking.pairs {
                let [a, b] = [&pair.a, &pair.b].map(|name| ratio_of(&ranking, name).relative_ratio);
                prop_assert!((pair.difference - (a - b)).abs() <= 1e-12);
                let p = pair.relative_p_value;
                if pair.difference_standard_error > 0.0 {
                    prop_assert!((p.a_over_b + p.b_over_a - 1.0).abs() <= 1e-12);
                }
            }
        }
    }

    /// Two models: Delta = 2 eps - 1.
    #[test]
    fn two_models_need_no_average((x, y) in pair(2..12)) {
        let samples = named(&[x, y], &[0, 1]);
        for at in ORDERS {
            let pair = &rank(&samples, at).pairs[0];
            prop_assert!((pair.difference - (2.0 * pair.violation_ratio - 1.0)).abs() <= 1e-12);
        }
    }
}

/// Reports of all settings that resample, in few replicates.
fn reports(samples: &Samples) -> Vec<risk_sd::DominanceReport> {
    let bootstrap = risk_sd::Bootstrap::new().replicates(99).seed(3);
    let run = |order| {
        let test = risk_sd::DominanceTest::new(order).guard(Guard::Replicates(99));
        [test.bootstrap(bootstrap), test.seed(3).analytic()].map(|t| t.run(samples, "a", "b").unwrap())
    };
    ORDERS.into_iter().flat_map(run).collect()
}

fn in_units_of(column: &[f64], scale: f64) -> Vec<f64> {
    column.iter().map(|v| v * scale).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    /// The unit of the data (a power of two, so that nothing is rounded) changes the distance alone.
    #[test]
    fn reports_do_not_depend_on_the_unit((x, y) in (eighths(2..12), eighths(2..12)), power in -900i32..900) {
        let (n, scale) = (x.len().min(y.len()), 2f64.powi(power));
        let design = |scale: f64| {
            let (x, y) = (in_units_of(&x, scale), in_units_of(&y, scale));
            let clusters: Vec<usize> = (0..n).map(|row| row % 2).collect();
            let paired = || Samples::paired([("a", &x[..n]), ("b", &y[..n])]).unwrap();
            let free = Samples::independent([("a", sample(&x)), ("b", sample(&y))]).unwrap();
            [free, paired(), paired().clustered(&clusters).unwrap()]
        };
        for (plain, scaled) in design(1.0).iter().zip(&design(scale)) {
            for (expected, mut found) in reports(plain).into_iter().zip(reports(scaled)) {
                found.squared_distance = expected.squared_distance;
                prop_assert_eq!(found, expected);
            }
        }
    }

    /// Exchanging the two samples exchanges the two directions (analytic errors: no draws involved).
    #[test]
    fn both_directions_are_in_one_report((x, y) in pair(2..15)) {
        let samples = Samples::independent([("a", sample(&x)), ("b", sample(&y))]).unwrap();
        for order in ORDERS {
            let test = risk_sd::DominanceTest::new(order).analytic().guard(Guard::Off);
            let run = |a, b| test.run(&samples, a, b).unwrap();
            let (there, back) = (run("a", "b"), run("b", "a"));
            for (one, other) in [(there.a_over_b, back.b_over_a), (there.b_over_a, back.a_over_b)] {
                let (Some(one), Some(other)) = (one, other) else {
                    prop_assert_eq!(one, other);
                    continue;
                };
                prop_assert!((one.violation_ratio - other.violation_ratio).abs() <= 1e-12);
                let scale = 1.0 + other.standard_error;
                prop_assert!((one.standard_error - other.standard_error).abs() <= 1e-9 * scale);
                prop_assert!(one.violation_ratio <= one.upper_bound + 1e-12);
            }
        }
    }

    /// Streams belong to sorted positions, so independent rows may come in any order.
    #[test]
    fn reports_do_not_depend_on_the_order_of_independent_rows((x, y) in pair(2..15), seed: u64) {
        let of = |x: &[f64], y: &[f64]| {
            reports(&Samples::independent([("a", sample(x)), ("b", sample(y))]).unwrap())
        };
        let expected = of(&x, &y);
        let (mut x, mut y) = (x, y);
        Random(seed).shuffle(&mut x);
        Random(seed).shuffle(&mut y);
        prop_assert_eq!(of(&x, &y), expected);
    }
}
