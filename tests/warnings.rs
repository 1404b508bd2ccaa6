//! Every warning: a result that carries it, the nearest that does not, and what its sentence recommends.

mod draws;

use draws::{Random, sample};
use risk_sd::{
    Bootstrap, Dimension, DominanceTest, Functional, Guard, IncompleteRows, Metric, MixedTable, NullLaw,
    Order, PowerAnalysis, Profile, RankingTest, Rule, Sample, Samples, Selection, TableBuilder,
    TableFidelity, TradeOffSweep, TrustIndex, UniformMethod, UniformTest, Warning, gap,
};

/// Two columns of nearly normal values, the first a little higher and twice as wide.
fn normal(rows: usize) -> [Vec<f64>; 2] {
    let wide = Random(1).column(rows, |r| 0.5 + 2.0 * r.normal());
    [wide, Random(2).column(rows, Random::normal)]
}

fn independent([a, b]: &[Vec<f64>; 2]) -> Samples {
    Samples::independent([("a", sample(a)), ("b", sample(b))]).unwrap()
}

fn almost(test: DominanceTest, samples: &Samples) -> Vec<Warning> {
    let bootstrap = Bootstrap::new().replicates(99);
    let test = if test == test.analytic() { test } else { test.bootstrap(bootstrap) };
    test.run(samples, "a", "b").unwrap().warnings
}

/// At first order, where standard errors are small.
fn first() -> DominanceTest {
    DominanceTest::new(Order::First)
}

#[test]
fn many_normal_rows_need_no_warning() {
    let samples = independent(&normal(2000));
    assert_eq!(almost(first(), &samples), []);
    assert_eq!(almost(first().analytic(), &samples), []);
    let ranking = RankingTest::new().bootstrap(Bootstrap::new().replicates(99)).run(&samples).unwrap();
    assert_eq!(ranking.warnings, []);
    assert_eq!(UniformTest::new().replicates(199).run(&samples, "a", "b").unwrap().warnings, []);
}

#[test]
fn few_rows() {
    let warned = |rows: usize| {
        let samples = independent(&normal(rows));
        let of_pair = almost(first(), &samples).contains(&Warning::FewRows { found: rows });
        let test = RankingTest::new().bootstrap(Bootstrap::new().replicates(99));
        let of_ranking =
            test.run(&samples).unwrap().warnings.contains(&Warning::FewRows { found: rows });
        [of_pair, of_ranking]
    };
    assert_eq!((warned(299), warned(300)), ([true; 2], [false; 2]));
    // Clusters count, not rows.
    let [a, b] = normal(600);
    let clusters: Vec<usize> = (0..600).map(|row| row / 3).collect();
    let clustered = Samples::paired([("a", a), ("b", b)]).unwrap().clustered(&clusters).unwrap();
    assert!(almost(first(), &clustered).contains(&Warning::FewRows { found: 200 }));
    let sentence = Warning::FewRows { found: 20 }.to_string();
    assert!(sentence.contains("20") && sentence.contains("halve the level"), "{sentence}");
}

#[test]
fn few_distinct_values_with_analytic_errors_only() {
    let levels = |seed| Random(seed).column(400, |r| r.below(5) as f64);
    let samples = independent(&[levels(1), levels(2)]);
    let few = Warning::FewDistinctValues { found: 5 };
    assert!(almost(first().analytic(), &samples).contains(&few));
    assert!(!almost(first(), &samples).contains(&few));
    assert!(few.to_string().contains("use the bootstrap"));
    // A pair of a ranking that has more values with any other column.
    let [fine, _] = normal(400);
    let columns = [("fine", fine), ("a", levels(1)), ("b", levels(2))].map(|(n, v)| (n, sample(&v)));
    let three = Samples::independent(columns).unwrap();
    assert!(RankingTest::new().analytic().run(&three).unwrap().warnings.contains(&few));
    let bootstrap = RankingTest::new().bootstrap(Bootstrap::new().replicates(99));
    assert!(!bootstrap.run(&three).unwrap().warnings.contains(&few));
}

#[test]
fn ratios_near_0_and_small_thresholds() {
    let samples = independent(&normal(2000));
    let at_edge =
        |warnings: Vec<Warning>| warnings.iter().any(|w| matches!(w, Warning::RatioAtEdge { .. }));
    assert!(!at_edge(almost(first(), &samples)));
    // Without a violation the standard error of the influences is 0.
    let [a, _] = normal(400);
    let above = independent(&[a.iter().map(|v| v + 1.0).collect(), a]);
    for test in [first(), first().analytic()] {
        assert!(almost(test, &above).contains(&Warning::RatioAtEdge { ratio: 0.0 }));
    }
    assert!(Warning::RatioAtEdge { ratio: 0.0 }.to_string().contains("read the bound"));

    let small = Warning::SmallThreshold { threshold: 0.019 };
    assert!(almost(first().threshold(0.019), &samples).contains(&small));
    assert_eq!(almost(first().threshold(0.02), &samples), []);
    let ranking = RankingTest::new().bootstrap(Bootstrap::new().replicates(99));
    let warned = |threshold| ranking.threshold(threshold).run(&samples).unwrap().warnings;
    assert_eq!((warned(0.019), warned(0.02)), (vec![small], vec![]));
    assert!(small.to_string().contains("use a larger one"));
}

#[test]
fn a_row_that_decides() {
    let influential = |warnings: &[Warning]| {
        warnings
            .iter()
            .any(|w| matches!(w, Warning::InfluentialRow { share } if *share > 0.1 && *share <= 1.0))
    };
    let mut columns = normal(1000);
    let ranking = |columns: &[Vec<f64>; 2]| {
        let test = RankingTest::new().analytic().guard(Guard::Replicates(99));
        test.run(&independent(columns)).unwrap().warnings
    };
    assert!(!influential(&almost(first(), &independent(&columns))) && !influential(&ranking(&columns)));
    columns[0][17] = 40.0;
    assert!(influential(&almost(first(), &independent(&columns))) && influential(&ranking(&columns)));
    // Also in paired rows, and whatever the unit of measure.
    let far = columns.clone().map(|column| column.iter().map(|x| 1e300 * x).collect::<Vec<f64>>());
    assert!(influential(&ranking(&far)) && influential(&almost(first(), &independent(&far))));
    let [a, b] = columns;
    let paired = Samples::paired([("a", a), ("b", b)]).unwrap();
    assert!(influential(&almost(first(), &paired)));
    assert!(Warning::InfluentialRow { share: 0.5 }.to_string().contains("50 %"));
}

/// Of the squared derivatives of the ratio by the weights of rows.
#[test]
fn the_share_of_a_row_is_that_of_its_influence() {
    let (x, y) = ([-1.0, 0.5, 2.0, 7.0], [0.0, 1.0, 1.5]);
    let ratio = |row: usize, weight: f64| {
        let weights = |rows: std::ops::Range<usize>| {
            rows.map(|k| if k == row { weight } else { 1.0 }).collect::<Vec<_>>()
        };
        let [a, b] = [Sample::weighted(x, weights(0..4)), Sample::weighted(y, weights(4..7))];
        gap(Order::First, &a.unwrap(), &b.unwrap()).violation_ratio()
    };
    let step = 1e-4;
    let squares = (0..7).map(|row| (ratio(row, 1.0 + step) - ratio(row, 1.0 - step)).powi(2));
    let squares: Vec<f64> = squares.collect();
    let expected = squares.iter().fold(0.0, |most: f64, &s| most.max(s)) / squares.iter().sum::<f64>();
    let samples = Samples::independent([("a", sample(&x)), ("b", sample(&y))]).unwrap();
    let warnings = almost(first().analytic().guard(Guard::Off), &samples);
    let share = warnings.iter().find_map(|warning| match warning {
        Warning::InfluentialRow { share } => Some(*share),
        _ => None,
    });
    assert!((share.unwrap() / expected - 1.0).abs() < 1e-6, "{share:?} {expected}");
}

#[test]
fn a_wide_ratio() {
    let wide = |warnings: &[Warning]| warnings.iter().any(|w| matches!(w, Warning::WideRatio { .. }));
    let samples = independent(&normal(1000));
    let report = DominanceTest::new(Order::Second).analytic().run(&samples, "a", "b").unwrap();
    assert!(report.a_over_b.unwrap().standard_error > 0.1 && wide(&report.warnings));
    assert!(!wide(&almost(first(), &samples)));
    assert!(Warning::WideRatio { standard_error: 0.2 }.to_string().contains("more rows"));
}

#[test]
fn rules_and_laws_that_are_liberal() {
    let samples = independent(&normal(1000));
    for rule in [Rule::Linear, Rule::PaperLiteral] {
        assert!(almost(first().rule(rule), &samples).contains(&Warning::LiberalRule));
        let ranking = RankingTest::new().analytic().guard(Guard::Replicates(99)).rule(rule);
        assert!(ranking.run(&samples).unwrap().warnings.contains(&Warning::LiberalRule));
    }
    let delta = UniformTest::new().method(UniformMethod::NumericalDelta).replicates(199);
    let warnings = |test: &UniformTest| test.run(&samples, "a", "b").unwrap().warnings;
    assert_eq!(warnings(&delta), [Warning::LiberalRule]);
    assert_eq!(warnings(&delta.functional(Functional::L1)), []);
    assert!(Warning::LiberalRule.to_string().contains("DonaldHsu"));
}

#[test]
fn no_guard() {
    let samples = independent(&normal(1000));
    assert!(almost(first().guard(Guard::Off), &samples).contains(&Warning::NoGuard));
    let ranking = RankingTest::new().analytic().guard(Guard::Off).run(&samples).unwrap();
    assert!(ranking.warnings.contains(&Warning::NoGuard));
    let set = ranking.efficient_set(Order::First).unwrap();
    assert_eq!(set.warnings, ranking.warnings);
    assert!(set.to_string().contains("Guard::Automatic"), "{set}");
}

#[test]
fn classical_tests_of_few_clusters() {
    let [a, b] = normal(40);
    let clusters: Vec<usize> = (0..40).map(|row| row / 5).collect();
    let samples = Samples::paired([("a", a), ("b", b)]).unwrap().clustered(&clusters).unwrap();
    let few = |test: UniformTest| test.replicates(199).run(&samples, "a", "b").unwrap();
    let report = few(UniformTest::new());
    assert_eq!(report.warnings, [Warning::FewRows { found: 8 }]);
    assert!(report.to_string().contains("NullLaw::Permutation"), "{report}");
    assert_eq!(few(UniformTest::new().null_law(NullLaw::Permutation)).warnings, []);
}

#[test]
fn plans_for_few_rows_or_wide_ratios() {
    let samples = independent(&normal(4000));
    let plan = |order, threshold| {
        PowerAnalysis::new(order).threshold(threshold).plan(&samples, "a", "b").unwrap()
    };
    let small = plan(Order::First, 0.5);
    let large = plan(Order::First, small.violation_ratio + 0.03);
    let size = small.needed.unwrap().size();
    assert!(size < 300 && large.needed.unwrap().size() > 1000);
    assert_eq!(
        (&small.warnings[..], &large.warnings[..]),
        (&[Warning::OptimisticPlan { size }][..], &[][..])
    );
    assert!(small.to_string().contains("PowerAnalysis::simulate"), "{small}");
    // What counts is the standard error at the planned size, not that of the pilot.
    let [a, b] = normal(300);
    let pilot = independent(&[a.iter().map(|v| v - 0.1).collect(), b]);
    assert!(matches!(almost(first().analytic(), &pilot)[..], [Warning::WideRatio { .. }]));
    let analysis = PowerAnalysis::new(Order::First);
    let ratio = analysis.plan(&pilot, "a", "b").unwrap().violation_ratio;
    let plan = analysis.threshold(ratio + 0.03).plan(&pilot, "a", "b").unwrap();
    assert!(plan.needed.unwrap().size() > 10_000);
    assert_eq!(plan.warnings, []);
}

/// Two candidates on so many folds, of one metric.
fn audit(folds: usize) -> risk_sd::Table {
    let mut builder = TableBuilder::new();
    let mut random = Random(7);
    for fold in 0..folds {
        for candidate in ["a", "b"] {
            builder.push(candidate, &format!("f{fold}"), "m", random.normal()).unwrap();
        }
    }
    builder.paired(IncompleteRows::Refuse).unwrap()
}

#[test]
fn few_folds() {
    let index = TrustIndex::new([Dimension::new("d", [Metric::new("m")])]).unwrap();
    let profile = Profile::uniform("even").risk_aversion(0.0);
    let names = |folds: std::ops::Range<usize>| folds.map(|fold| format!("f{fold}"));
    let selection = |folds: usize| {
        let selection =
            Selection::new(profile.clone()).choose_on(names(0..4)).report_on(names(4..4 + folds));
        selection.run(&index, &audit(4 + folds)).unwrap()
    };
    let few = selection(9);
    assert_eq!(few.warnings, [Warning::FewFolds { found: 9 }]);
    assert!(few.to_string().contains("only 9 folds"), "{few}");
    assert_eq!(selection(10).warnings, []);
    let sweep = |folds: usize, drawn: bool| {
        let report = index.run(&audit(folds), std::slice::from_ref(&profile)).unwrap();
        let sweep = TradeOffSweep::new().resolution(2);
        let sweep = if drawn { sweep.bootstrap(Bootstrap::new().replicates(99)) } else { sweep };
        sweep.run(&report, "even").unwrap().warnings
    };
    assert_eq!(sweep(49, true), [Warning::FewFolds { found: 49 }]);
    assert_eq!((sweep(9, false), sweep(50, true)), (vec![], vec![]));
}

#[test]
fn standard_errors_of_small_tables() {
    let warnings = |rows: usize, bootstrap: bool| {
        let [real, synthetic] = normal(rows);
        let [real, synthetic] = [&real, &synthetic].map(|column| MixedTable::new().numeric("x", column));
        let test = TableFidelity::new();
        let test = if bootstrap { test.bootstrap(Bootstrap::new().replicates(20)) } else { test };
        test.run(&real, &synthetic).unwrap().warnings
    };
    assert_eq!(warnings(299, true), [Warning::FewRows { found: 299 }]);
    assert_eq!((warnings(299, false), warnings(300, true)), (vec![], vec![]));
}
