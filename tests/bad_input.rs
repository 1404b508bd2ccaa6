//! Input that is wrong, or at the edge of being wrong: a typed error that names the place, or finite numbers.

mod draws;

use draws::{ORDERS, sample};
use proptest::prelude::*;
use proptest::sample::select;
use risk_sd::{
    Adjustment, Bootstrap, DominanceReport, DominanceTest, Error, Guard, Order, Outcome, Rule, Sample,
    Samples, Verdict, gap, verdict,
};
use risk_sd::{BlockLength, Kernel, PowerAnalysis, RankingReport, RankingTest, UniformTest};

const INFINITY: f64 = f64::INFINITY;

/// The error, having checked that its sentence holds these words.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, words: &[&str]) -> Error {
    let error = result.expect_err("bad input");
    let sentence = error.to_string();
    for word in words {
        assert!(sentence.contains(word), "'{sentence}' does not say '{word}'");
    }
    error
}

fn pair(a: &[f64], b: &[f64]) -> Samples {
    Samples::independent([("a", sample(a)), ("b", sample(b))]).unwrap()
}

fn few(order: Order) -> DominanceTest {
    DominanceTest::new(order).bootstrap(Bootstrap::new().replicates(99)).guard(Guard::Replicates(99))
}

#[test]
fn samples_of_anything_but_finite_numbers() {
    assert_eq!(refused(Sample::new([0.0; 0]), &["empty"]), Error::Empty);
    refused(Sample::new([1.0, 2.0, f64::NAN]), &["row 2", "NaN"]);
    refused(Sample::new([-INFINITY, f64::NAN]), &["row 0", "-inf"]);
    refused(Sample::from_sorted([1.0, INFINITY]), &["row 1", "inf"]);
    refused(Sample::from_sorted([1.0, 2.0, 1.5]), &["row 2"]);
    refused(Sample::new([1.0f32, f32::INFINITY]), &["row 1"]);
    refused(Sample::weighted([0.0; 0], [1.0; 0]), &["empty"]);
    // A bad value is bad at weight 0 too.
    refused(Sample::weighted([1.0, f64::NAN], [1.0, 0.0]), &["row 1", "NaN"]);
}

#[test]
fn weights_that_are_none() {
    refused(Sample::weighted([1.0, 2.0], [1.0, -1e-9]), &["row 1", "-0.000000001"]);
    refused(Sample::weighted([1.0, 2.0], [f64::NAN, 1.0]), &["row 0", "NaN"]);
    refused(Sample::weighted([1.0, 2.0], [1.0, INFINITY]), &["row 1", "inf"]);
    refused(Sample::weighted([1.0, 2.0], [0.0, -0.0]), &["all weights are zero"]);
    refused(Sample::weighted([1.0, 2.0], [1.0]), &["weights", "expected 2", "found 1"]);
    // The row is the caller's, not that of the sorted sample.
    refused(Sample::weighted([9.0, 5.0, 1.0], [1.0, 1.0, -3.0]), &["row 2"]);
}

/// Weights need not sum to one.
#[test]
fn weights_in_any_unit() {
    let values = [3.0, 1.0, 2.0];
    let counts = Sample::weighted(values, [5.0, 2.0, 3.0]).unwrap();
    let rows = sample(&[3.0, 3.0, 3.0, 3.0, 3.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
    for unit in [1.0, 0.1, 0.1 * (1.0 + 1e-6), 1e300, 1e-300, 5e-324] {
        let weighted = Sample::weighted(values, [5.0 * unit, 2.0 * unit, 3.0 * unit]).unwrap();
        assert_eq!(verdict(&weighted, &rows), Verdict::Equal, "{unit}");
        assert_eq!(verdict(&weighted, &counts), Verdict::Equal, "{unit}");
    }
    let one_left = Sample::weighted([1.0, 2.0], [0.0, 3.0]).unwrap();
    assert_eq!(one_left, sample(&[2.0]));
}

#[test]
fn columns_that_do_not_fit() {
    let none: [(&str, Sample); 0] = [];
    refused(Samples::independent(none), &["0 model(s)"]);
    refused(Samples::paired([("x", vec![0.0; 0])]), &["column 'x'", "empty"]);
    refused(
        Samples::paired([("x", vec![1.0, 2.0]), ("y", vec![1.0])]),
        &["column 'y'", "expected 2", "found 1"],
    );
    refused(Samples::paired([("x", [1.0]), ("y", [INFINITY])]), &["column 'y'", "row 0", "inf"]);
    refused(Samples::paired([("x", [1.0]), ("y", [2.0]), ("x", [3.0])]), &["'x'", "twice"]);
    let paired = || Samples::paired([("x", [1.0, 2.0]), ("y", [3.0, 4.0])]).unwrap();
    refused(paired().clustered(&["u"]), &["cluster labels", "expected 2", "found 1"]);
    refused(paired().clustered(&["u", "u"]), &["1 cluster(s)"]);
    refused(paired().clustered(&[1, 2]).unwrap().clustered(&[1, 2]), &["paired columns"]);
    refused(pair(&[1.0], &[2.0]).clustered(&[1]), &["paired columns"]);
    let in_clusters = |labels: Vec<u8>| Samples::in_clusters([("x", vec![1.0, 2.0], labels)]);
    refused(in_clusters(vec![1]), &["column 'x'", "cluster labels"]);
    refused(in_clusters(vec![1, 1]), &["1 cluster(s)"]);
    refused(paired().get("z"), &["'z'"]);
}

#[cfg(feature = "ndarray")]
#[test]
fn matrices_that_do_not_fit() {
    let scores = ndarray::array![[1.0, 2.0], [3.0, f64::NAN]];
    refused(
        Samples::from_array(["x", "y", "z"], scores.view()),
        &["column names", "expected 2", "found 3"],
    );
    refused(Samples::from_array(["x", "y"], scores.view()), &["column 'y'", "row 1", "NaN"]);
    let empty = ndarray::Array2::<f64>::zeros((0, 2));
    refused(Samples::from_array(["x", "y"], empty.view()), &["column 'x'", "empty"]);
}

#[test]
fn settings_of_a_test_of_a_pair() {
    let samples = pair(&[1.0, 2.0, 4.0], &[0.0, 1.0, 2.5]);
    let run = |test: DominanceTest| test.run(&samples, "a", "b");
    for level in [0.0, -0.1, 0.5, 1.0, f64::NAN, INFINITY] {
        refused(run(few(Order::First).level(level)), &["level", &level.to_string()]);
    }
    for threshold in [0.0, -0.1, 0.500001, f64::NAN, INFINITY] {
        refused(run(few(Order::First).threshold(threshold)), &["threshold", &threshold.to_string()]);
    }
    for found in [0, 1, 98] {
        let said = ["bootstrap", &found.to_string(), "99"];
        refused(run(few(Order::First).bootstrap(Bootstrap::new().replicates(found))), &said);
        let said = ["guard", &found.to_string(), "99"];
        refused(run(few(Order::First).guard(Guard::Replicates(found))), &said);
    }
    refused(run(few(Order::First).level(0.001)), &["guard", "99", "999"]);
    assert!(run(few(Order::First).threshold(0.5).level(0.499)).is_ok());
    // Analytic errors draw no bootstrap replicates, so their number does not matter.
    assert!(run(few(Order::First).bootstrap(Bootstrap::new().replicates(0)).analytic()).is_ok());
    let test = few(Order::First);
    refused(test.run(&samples, "a", "z"), &["'z'"]);
    refused(test.run(&samples, "z", "b"), &["'z'"]);
    refused(test.run(&samples, "b", "b"), &["'b'", "itself"]);
}

#[test]
fn columns_without_a_variance() {
    let samples = Samples::independent([("a", sample(&[1.0, 2.0])), ("one", sample(&[1.0]))]).unwrap();
    for (a, b) in [("a", "one"), ("one", "a")] {
        refused(few(Order::First).run(&samples, a, b), &["column 'one'", "1 row(s)", "2"]);
        refused(few(Order::First).analytic().run(&samples, a, b), &["column 'one'"]);
    }
    refused(RankingTest::new().run(&samples), &["column 'one'", "1 row(s)"]);
    // A row of weight 0 is none.
    let light = Sample::weighted([1.0, 2.0], [1.0, 0.0]).unwrap();
    let samples = Samples::independent([("a", sample(&[1.0, 2.0])), ("light", light)]).unwrap();
    refused(few(Order::First).run(&samples, "a", "light"), &["column 'light'", "1 row(s)"]);
    // Nothing of the kind is asked of a comparison.
    assert_eq!(verdict(&sample(&[1.0]), &sample(&[0.0, 1.0])), Verdict::ADominates(Order::First));
}

#[test]
fn settings_of_a_ranking() {
    let columns = [("a", [1.0, 2.0, 3.0]), ("b", [2.0, 3.0, 5.0]), ("c", [0.0, 4.0, 6.0])];
    let samples = Samples::paired(columns).unwrap();
    let test = RankingTest::new;
    refused(test().run(&Samples::paired([("a", [1.0, 2.0])]).unwrap()), &["1 model(s)", "2"]);
    refused(test().level(0.5).run(&samples), &["level 0.5"]);
    refused(test().threshold(0.0).run(&samples), &["threshold 0"]);
    refused(test().bootstrap(Bootstrap::new().replicates(98)).run(&samples), &["bootstrap", "98", "99"]);
    // Six ordered pairs share the level: 1 / (B + 1) <= .05 / 6 asks for 119 replicates; nine of k^2, 179.
    let guarded = |replicates| {
        test().bootstrap(Bootstrap::new().replicates(99)).guard(Guard::Replicates(replicates))
    };
    refused(guarded(118).run(&samples), &["guard", "118", "119"]);
    assert!(guarded(119).run(&samples).is_ok());
    refused(guarded(119).adjustment(Adjustment::PaperSquare).run(&samples), &["guard", "119", "179"]);
    assert!(guarded(99).adjustment(Adjustment::None).run(&samples).is_ok());
}

#[test]
fn the_literal_rule_on_unequal_sizes() {
    let samples = pair(&[1.0, 2.0, 3.0], &[0.0, 4.0]);
    let literal = few(Order::First).rule(Rule::PaperLiteral);
    refused(literal.run(&samples, "a", "b"), &["equal sample sizes", "3", "2"]);
    refused(
        RankingTest::new().rule(Rule::PaperLiteral).run(&samples),
        &["equal sample sizes", "3", "2"],
    );
}

#[test]
fn errors_have_a_source_where_they_wrap_one() {
    use std::error::Error as _;
    let error = refused(Samples::paired([("x", [f64::NAN])]), &["column 'x'"]);
    assert!(error.source().is_some_and(|source| source.to_string().starts_with("row 0")));
    assert!(Error::Empty.source().is_none());
}

#[test]
fn equal_columns_have_an_outcome_and_no_ratio() {
    let equal = |report: &DominanceReport| {
        assert_eq!(report.outcome, Outcome::Equal);
        assert_eq!((report.a_over_b, report.b_over_a, report.squared_distance), (None, None, 0.0));
    };
    for order in ORDERS {
        let (x, other_order) = ([1.0, 2.0, 2.0, 7.0], [2.0, 7.0, 1.0, 2.0]);
        for test in [few(order), few(order).analytic(), few(order).guard(Guard::Off)] {
            equal(&test.run(&pair(&x, &other_order), "a", "b").unwrap());
            let paired = Samples::paired([("a", x), ("b", other_order)]).unwrap();
            equal(&test.run(&paired, "a", "b").unwrap());
            equal(&test.run(&pair(&[4.0; 2], &[4.0; 5]), "a", "b").unwrap());
            let weighted = Sample::weighted([1.0, 2.0, 7.0], [1.0, 2.0, 1.0]).unwrap();
            let samples = Samples::independent([("a", sample(&x)), ("b", weighted)]).unwrap();
            equal(&test.run(&samples, "a", "b").unwrap());
        }
    }
}

/// Two constants: the better one dominates, whatever is drawn; the guard alone can doubt it.
#[test]
fn constant_columns() {
    for order in ORDERS {
        let samples = pair(&[1.0; 9], &[0.0; 8]);
        for test in [few(order), few(order).analytic()] {
            let report = test.run(&samples, "a", "b").unwrap();
            let (there, back) = (report.a_over_b.unwrap(), report.b_over_a.unwrap());
            assert_eq!(
                (there.violation_ratio, there.standard_error, there.upper_bound),
                (0.0, 0.0, 0.0)
            );
            assert_eq!((back.violation_ratio, back.upper_bound, back.bound_p_value), (1.0, 1.0, 1.0));
            assert_eq!(report.outcome, Outcome::AAlmostDominates);
            let two = test.run(&pair(&[1.0; 2], &[0.0; 2]), "a", "b").unwrap();
            assert_eq!(two.outcome, Outcome::NotDistinguished, "two rows prove nothing");
        }
    }
}

#[test]
fn many_rows_of_two_sizes() {
    let (n, m) = (300_000, 300_001);
    let x = Sample::from_sorted((0..n).map(|i| (i as f64 + 0.5) / n as f64)).unwrap();
    let y = Sample::from_sorted((0..m).map(|i| (i as f64 + 0.5) / m as f64)).unwrap();
    let first = gap(Order::First, &x, &y);
    // Quantiles of the same uniform law: the difference is a sawtooth, never larger than half a step of each.
    let step = 0.5 / n as f64 + 0.5 / m as f64;
    assert!(first.distance() > 0.0 && first.distance() <= step, "{}", first.distance());
    assert!((first.violation_ratio() - 0.5).abs() <= 1e-9);
    let higher = Sample::from_sorted(y.values().iter().map(|v| v + 1.0)).unwrap();
    assert_eq!(verdict(&higher, &x), Verdict::ADominates(Order::First));
    let shifted = gap(Order::First, &higher, &x);
    assert_eq!(shifted.violation_ratio(), 0.0);
    assert!((shifted.squared_distance() - 1.0).abs() <= 1e-10);
    // D(p) = p at second order: a third.
    assert!((gap(Order::Second, &higher, &x).squared_distance() - 1.0 / 3.0).abs() <= 1e-10);
}

/// Values whose sums, differences or squares leave the range of f64.
#[test]
fn values_at_the_ends_of_the_range() {
    let (a, b) = ([0.0, 2.0, 4.0, 1.0], [1.0, 1.5, 3.0, 0.5]);
    let plain = few(Order::Second).run(&pair(&a, &b), "a", "b").unwrap();
    for scale in [2f64.powi(1020), 2f64.powi(996), 2f64.powi(-996)] {
        let [a, b] = [a, b].map(|column| column.map(|v| v * scale));
        let report = few(Order::Second).run(&pair(&a, &b), "a", "b").unwrap();
        assert_eq!((report.a_over_b, report.b_over_a), (plain.a_over_b, plain.b_over_a), "{scale}");
    }
    // So small that the distance itself has few bits left: no field is lost, but digits are.
    let [a, b] = [a, b].map(|column| column.map(|v| v * 2f64.powi(-1060)));
    let small = few(Order::Second).run(&pair(&a, &b), "a", "b").unwrap().a_over_b.unwrap();
    let plain = plain.a_over_b.unwrap();
    assert_eq!(small.violation_ratio, plain.violation_ratio);
    assert!((small.bound_p_value - plain.bound_p_value).abs() <= 1e-3);
    let most = pair(&[f64::MIN, f64::MAX, f64::MAX], &[f64::MIN, f64::MIN, f64::MAX]);
    for order in ORDERS {
        assert_eq!(gap(order, most.get("a").unwrap(), most.get("b").unwrap()).violation_ratio(), 0.0);
        assert!(few(order).run(&most, "a", "b").is_ok());
    }
}

fn check_report(report: &DominanceReport) -> Result<(), TestCaseError> {
    prop_assert!(report.squared_distance >= 0.0);
    for direction in [report.a_over_b, report.b_over_a].into_iter().flatten() {
        let d = direction;
        let shares =
            [d.violation_ratio, d.upper_bound, d.interval.lower, d.interval.upper, d.smallest_threshold];
        prop_assert!(shares.iter().all(|v| (0.0..=1.0).contains(v)), "{:?}", d);
        prop_assert!(d.interval.lower <= d.interval.upper + 1e-12, "{:?}", d);
        prop_assert!(d.violation_ratio <= d.upper_bound + 1e-12, "{:?}", d);
        prop_assert!(d.standard_error.is_finite() && d.standard_error >= 0.0, "{:?}", d);
        // A bound without any spread may have p = 0; the rule with its guard never has.
        prop_assert!((0.0..=1.0).contains(&d.bound_p_value), "{:?}", d);
        let guard = d.guard_p_value.unwrap();
        prop_assert!(guard > 0.0 && guard <= d.p_value && d.p_value <= 1.0, "{:?}", d);
    }
    Ok(())
}

fn check_ranking(report: &RankingReport, k: usize) -> Result<(), TestCaseError> {
    for ranking in &report.rankings {
        for model in &ranking.models {
            prop_assert!((-1e-12..=1.0 + 1e-12).contains(&model.relative_ratio), "{:?}", model);
            prop_assert!(model.standard_error.is_finite() && model.standard_error >= 0.0, "{:?}", model);
            for rank in [model.rank, model.borda_rank, model.absolute_borda_rank] {
                prop_assert!((1.0..=k as f64).contains(&rank), "{:?}", model);
            }
            let set = model.rank_set.unwrap();
            prop_assert!(1 <= set.best && set.best <= set.worst && set.worst <= k, "{:?}", model);
            let frequencies = &model.rank_frequencies;
            prop_assert!((frequencies.iter().sum::<f64>() - 1.0).abs() <= 1e-9, "{:?}", model);
        }
        for pair in &ranking.pairs {
            for p in [
                pair.p_value,
                pair.adjusted_p_value,
                pair.relative_p_value,
                pair.relative_adjusted_p_value,
            ] {
                prop_assert!(p.a_over_b > 0.0 && p.a_over_b <= 1.0, "{:?}", pair);
                prop_assert!(p.b_over_a > 0.0 && p.b_over_a <= 1.0, "{:?}", pair);
            }
            for share in [pair.violation_ratio, pair.upper_bound.a_over_b, pair.upper_bound.b_over_a] {
                prop_assert!((0.0..=1.0).contains(&share), "{:?}", pair);
            }
            prop_assert!(pair.difference.abs() <= 1.0 + 1e-12, "{:?}", pair);
            prop_assert!(pair.standard_error.is_finite() && pair.difference_standard_error.is_finite());
        }
    }
    Ok(())
}

/// Few values of one magnitude: ties, constants, equal columns, tiny n.
fn nasty_columns() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let scale = select(vec![1.0, 1e-3, 1e9, 1e150, 1e-150]);
    let value = select(vec![0.0, -0.0, 1.0, -1.0, 2.0, 2.0000001, 5.0]);
    let columns = (2usize..5).prop_flat_map(move |rows| {
        prop::collection::vec(prop::collection::vec(value.clone(), rows), 2..4)
    });
    (columns, scale).prop_map(|(columns, scale)| {
        columns.into_iter().map(|column| column.into_iter().map(|v| v * scale).collect()).collect()
    })
}

/// Settings that draw little; every rule, both kinds of standard errors.
fn designs(columns: &[Vec<f64>], weights: &[f64]) -> Vec<Samples> {
    let named = || ["a", "b", "c"].into_iter().zip(columns);
    let rows = columns[0].len();
    let weighted = |column: &[f64], at: usize| Sample::weighted(column, weights[at..].iter().take(rows));
    let clusters: Vec<usize> = (0..rows).map(|row| row % 2).collect();
    vec![
        Samples::independent(named().map(|(name, column)| (name, sample(column)))).unwrap(),
        Samples::independent(
            named().enumerate().map(|(at, (name, column))| (name, weighted(column, at).unwrap())),
        )
        .unwrap(),
        Samples::paired(named()).unwrap(),
        Samples::paired(named()).unwrap().clustered(&clusters).unwrap(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_field_is_ever_nan(
        columns in nasty_columns(),
        weights in prop::collection::vec(select(vec![1.0, 2.0, 0.1, 1e-3]), 8),
        rule in select(vec![Rule::Root, Rule::Linear, Rule::PaperLiteral]),
        threshold in select(vec![1e-3, 0.25, 0.5]),
        seed: u64,
    ) {
        for samples in designs(&columns, &weights) {
            for order in ORDERS {
                let test = few(order).rule(rule).threshold(threshold).seed(seed);
                for test in [test, test.analytic()] {
                    check_report(&test.run(&samples, "a", "b").unwrap())?;
                }
            }
            let ranking = RankingTest::new()
                .rule(rule)
                .threshold(threshold)
                .bootstrap(Bootstrap::new().replicates(99).seed(seed))
                .guard(Guard::Replicates(179));
            check_ranking(&ranking.run(&samples).unwrap(), columns.len())?;
        }
    }

    /// Every magnitude in one sample: numbers, or a typed error where the spread leaves the range of f64.
    #[test]
    fn mixed_magnitudes_give_numbers_or_an_error(
        x in prop::collection::vec(select(vec![0.0, 1.0, -1.0, 1e-150, 1e150, -1e150, 1e9, f64::MAX, f64::MIN]), 2..6),
        y in prop::collection::vec(select(vec![0.0, 1.0, -1.0, 1e-150, 1e150, -1e150, 1e9, f64::MAX, f64::MIN]), 2..6),
    ) {
        for order in ORDERS {
            let gap = gap(order, &sample(&x), &sample(&y));
            prop_assert!((0.0..=1.0).contains(&gap.violation_ratio()), "{:?}", gap);
            for value in [gap.above(), gap.below(), gap.squared_distance(), gap.distance()] {
                prop_assert!(value >= 0.0, "{:?}", gap);
            }
            for test in [few(order), few(order).analytic()] {
                match test.run(&pair(&x, &y), "a", "b") {
                    Ok(report) => check_report(&report)?,
                    Err(error) => prop_assert_eq!(error, Error::VarianceOverflow),
                }
            }
        }
    }
}

/// Sizes whose products are beyond usize, or whose data would be beyond any memory.
#[test]
fn absurd_sizes_are_refused() {
    for rows in [usize::MAX, 1 << 31] {
        refused(Sample::from_quantiles(rows, |p| p), &["2^31 - 1", &rows.to_string()]);
    }
    refused(Kernel::identity(usize::MAX), &["2^31 - 1"]);
    let paired = || Samples::paired([("a", [1.0, 2.0, 5.0]), ("b", [0.0, 3.0, 4.0])]).unwrap();
    for length in [2, usize::MAX, usize::MAX / 2 + 1] {
        refused(
            paired().time_series(BlockLength::Rows(length)),
            &[&length.to_string(), "too long", "3"],
        );
    }
    let analysis = PowerAnalysis::new(Order::First);
    refused(analysis.simulate(&paired(), "a", "b", usize::MAX), &["too large", "100000000"]);
    refused(analysis.data_sets(usize::MAX).simulate(&paired(), "a", "b", 3), &["data set", "10000000"]);
    for found in [usize::MAX, 10_000_001] {
        let many = |test: DominanceTest| test.run(&paired(), "a", "b");
        refused(many(few(Order::First).bootstrap(Bootstrap::new().replicates(found))), &["bootstrap"]);
        refused(many(few(Order::First).guard(Guard::Replicates(found))), &["guard"]);
        let ranking = RankingTest::new().bootstrap(Bootstrap::new().replicates(found));
        refused(ranking.run(&paired()), &["bootstrap", "10000000"]);
        refused(UniformTest::new().replicates(found).run(&paired(), "a", "b"), &["null", "10000000"]);
    }
    // A level so small that no number of replicates is enough.
    let strict = few(Order::First).level(f64::MIN_POSITIVE);
    refused(strict.guard(Guard::Automatic).run(&paired(), "a", "b"), &["guard", "10000000"]);
    refused(UniformTest::new().level(5e-324).run(&paired(), "a", "b"), &["null"]);
}

#[cfg(feature = "ndarray")]
#[test]
fn absurd_numbers_of_directions_are_refused() {
    let cloud = ndarray::array![[0.0, 1.0], [2.0, 3.0]];
    let directions = risk_sd::Directions::new().count(usize::MAX);
    let distance = risk_sd::sliced_wasserstein(1.0, cloud.view(), cloud.view(), &directions);
    refused(distance, &["directions", "10000000"]);
}

/// Orders read from JSON are as those that were set: ascending, each once.
#[test]
fn deserialised_orders_are_ascending() {
    let test = UniformTest::new().orders([1, 3]);
    let mut json = serde_json::to_value(&test).unwrap();
    json["orders"] = serde_json::json!([3, 1, 3]);
    assert_eq!(serde_json::from_value::<UniformTest>(json).unwrap(), test);
}
