//! Sampling designs: identities between them, values of other packages, spreads over simulated data sets, and what
//! each refuses.

mod draws;
#[allow(dead_code)] // each test file uses a part
#[path = "../examples/calibration/laws.rs"]
mod laws;

use draws::{ORDERS, Random, sample};
use laws::{Dependence, Population, STANDARD, WIDE, WIDE_OVER_STANDARD};
use risk_sd::{
    BlockLength, Bootstrap, BootstrapMethod, DominanceTest, Error, Guard, Order, RankingTest, Sample,
    Samples, Sampling, Survey, optimal_block_length,
};

/// x_i = rho x_(i - 1) + e_i from x_0 = e_0.
fn autoregressive(n: usize, rho: f64, seed: u64) -> Vec<f64> {
    let mut before = 0.0;
    Random(seed).column(n, |random| {
        before = rho * before + random.normal();
        before
    })
}

/// Circular and stationary lengths of the Python package arch 8.0.0, on the same series.
#[test]
fn block_lengths_of_another_package() {
    let published = [
        (200, 0.0, 1, 1.8074523008375114, 1.5789550209543257),
        (500, 0.5, 2, 9.04745511652164, 7.90368004537178),
        (500, 0.9, 3, 28.616836169902637, 24.999109040586074),
        (819, -0.4, 4, 10.926973210032614, 9.545590334981378),
        (1000, 0.7, 5, 21.52594937157857, 18.804648855913644),
    ];
    for (n, rho, seed, circular, stationary) in published {
        let found = optimal_block_length(autoregressive(n, rho, seed)).unwrap();
        assert!((found.circular / circular - 1.0).abs() < 1e-9, "rho {rho}: {found:?}");
        assert!((found.stationary / stationary - 1.0).abs() < 1e-9, "rho {rho}: {found:?}");
    }
}

fn columns() -> [(&'static str, Vec<f64>); 3] {
    let column = |seed, lift: f64| Random(seed).column(60, |r| r.normal() + lift);
    [("a", column(1, 0.2)), ("b", column(2, 0.0)), ("c", column(3, 0.1))]
}

fn paired() -> Samples {
    Samples::paired(columns()).unwrap()
}

fn analytic_error(samples: &Samples, order: Order) -> f64 {
    let test = DominanceTest::new(order).analytic().guard(Guard::Off);
    test.run(samples, "a", "b").unwrap().a_over_b.unwrap().standard_error
}

/// Standard errors of a pair and of differences of mean ratios.
#[track_caller]
fn same_errors(one: &Samples, other: &Samples) {
    for order in ORDERS {
        let (found, expected) = (analytic_error(one, order), analytic_error(other, order));
        assert!((found / expected - 1.0).abs() < 1e-12, "{order}: {found} {expected}");
        let errors = |samples: &Samples| {
            let report =
                RankingTest::new().order(order).analytic().guard(Guard::Off).run(samples).unwrap();
            report.rankings[0].pairs.iter().map(|p| p.difference_standard_error).collect::<Vec<_>>()
        };
        for (found, expected) in errors(one).iter().zip(errors(other)) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{order}: {found} {expected}");
        }
    }
}

#[test]
fn designs_that_say_nothing_change_nothing() {
    same_errors(&paired().stratified(&[7; 60]).unwrap(), &paired());
    same_errors(&paired().time_series(BlockLength::Rows(1)).unwrap(), &paired());
    let rows: Vec<usize> = (0..60).collect();
    same_errors(&paired().clustered(&rows).unwrap(), &paired());
    let weights: Vec<f64> = (0..60).map(|i| 1.0 + f64::from(i % 7)).collect();
    let surveys = columns().map(|(name, values)| (name, Survey::new(values).weights(weights.clone())));
    let apart =
        columns().map(|(name, values)| (name, Sample::weighted(values, weights.clone()).unwrap()));
    same_errors(&Samples::surveys(surveys).unwrap(), &Samples::independent(apart).unwrap());
    let surveys = columns().map(|(name, values)| (name, Survey::new(values)));
    let apart = columns().map(|(name, values)| (name, sample(&values)));
    let surveys = Samples::surveys(surveys).unwrap();
    same_errors(&surveys, &Samples::independent(apart).unwrap());
    let series = Samples::independent_series(columns(), BlockLength::Rows(1)).unwrap();
    same_errors(&series, &surveys);
}

/// Strata that explain most of the scores: within them little spread is left.
#[test]
fn strata_take_out_what_they_explain() {
    let strata: Vec<usize> = (0..200).map(|i| i / 50).collect();
    let column = |seed, lift: f64, width: f64| -> Vec<f64> {
        let mut random = Random(seed);
        strata.iter().map(|&s| width * (s as f64 + 0.2 * random.normal()) + lift).collect()
    };
    let samples = Samples::paired([("a", column(4, -0.5, 1.5)), ("b", column(5, 0.0, 1.0))]).unwrap();
    let stratified = samples.clone().stratified(&strata).unwrap();
    for order in ORDERS {
        let (with, without) = (analytic_error(&stratified, order), analytic_error(&samples, order));
        assert!(with < 0.9 * without, "{order}: {with} {without}");
        let bootstrap = DominanceTest::new(order).seed(1).guard(Guard::Off);
        let report = bootstrap.run(&stratified, "a", "b").unwrap();
        let error = report.a_over_b.unwrap().standard_error;
        assert!((error / with - 1.0).abs() < 0.12, "{order}: {error} {with}");
    }
}

/// Mean analytic and bootstrap errors against the spread of the ratio over data sets.
#[test]
fn errors_of_dependent_rows_match_their_spread() {
    let cases = [
        (Dependence::Serial { memory: 0.5 }, 0.75),
        (Dependence::Clustered { size: 5, correlation: 0.5 }, 0.9),
    ];
    for (dependence, most) in cases {
        let population = Population { columns: vec![(WIDE, 600), (STANDARD, 600)], dependence };
        let wrong =
            Population { dependence: Dependence::Paired { correlation: 0.0 }, ..population.clone() };
        let data_sets = 300;
        let (mut ratios, mut sums) = (Vec::new(), [0.0; 3]);
        for seed in 0..data_sets {
            let samples = population.draw(seed);
            let as_pairs = wrong.tied_together(population.values(seed)).unwrap();
            let run = |test: DominanceTest, samples: &Samples| {
                test.guard(Guard::Off).run(samples, "0", "1").unwrap().a_over_b.unwrap()
            };
            let test = DominanceTest::new(Order::First);
            let bootstrap = run(test.bootstrap(Bootstrap::new().replicates(99).seed(seed)), &samples);
            let errors = [run(test.analytic(), &samples), bootstrap, run(test.analytic(), &as_pairs)];
            ratios.push(bootstrap.violation_ratio);
            sums = [0, 1, 2].map(|k| sums[k] + errors[k].standard_error / data_sets as f64);
        }
        let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
        let spread =
            (ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (ratios.len() - 1) as f64).sqrt();
        // 300 data sets know a spread to 4 %.
        for error in &sums[..2] {
            assert!((error / spread - 1.0).abs() < 0.17, "{dependence:?}: {sums:?}, spread {spread}");
        }
        assert!(sums[2] < most * spread, "{dependence:?}: {sums:?}, spread {spread}");
    }
}

/// AR(1), rho = .5: the bound of the right design is below the true ratio hardly more often than it may, that of
/// paired rows far more often.
#[test]
fn bounds_of_a_series_cover_and_those_of_pairs_do_not() {
    let population = Population {
        columns: vec![(WIDE, 400), (STANDARD, 400)],
        dependence: Dependence::Serial { memory: 0.5 },
    };
    let wrong = Population { dependence: Dependence::Paired { correlation: 0.0 }, ..population.clone() };
    let data_sets = 400;
    let mut below = [0, 0];
    for seed in 0..data_sets {
        let designs = [population.draw(seed), wrong.tied_together(population.values(seed)).unwrap()];
        for (below, samples) in below.iter_mut().zip(designs) {
            let bootstrap = Bootstrap::new().replicates(199).seed(seed);
            let test = DominanceTest::new(Order::First).bootstrap(bootstrap).guard(Guard::Off);
            let bound = test.run(&samples, "0", "1").unwrap().a_over_b.unwrap().upper_bound;
            *below += usize::from(bound <= WIDE_OVER_STANDARD[0]);
        }
    }
    let rates = below.map(|count| count as f64 / data_sets as f64);
    assert!(rates[0] < 0.08 + 4.0 * (0.08 * 0.92 / data_sets as f64).sqrt(), "{rates:?}");
    assert!(rates[1] > rates[0] + 0.03, "{rates:?}");
}

/// Equal laws with memory: swaps of blocks keep the level, swaps of rows do not.
#[test]
fn the_guard_of_a_series_keeps_its_level() {
    let population =
        Population { columns: vec![(STANDARD, 300); 2], dependence: Dependence::Serial { memory: 0.5 } };
    let wrong = Population { dependence: Dependence::Paired { correlation: 0.0 }, ..population.clone() };
    let data_sets = 500;
    let mut small = [0, 0];
    for seed in 0..data_sets {
        let designs = [population.draw(seed), wrong.tied_together(population.values(seed)).unwrap()];
        for (small, samples) in small.iter_mut().zip(designs) {
            let test =
                DominanceTest::new(Order::First).analytic().guard(Guard::Replicates(99)).seed(seed);
            let p = test.run(&samples, "0", "1").unwrap().a_over_b.unwrap().guard_p_value.unwrap();
            *small += usize::from(p <= 0.05);
        }
    }
    let rates = small.map(|count| count as f64 / data_sets as f64);
    assert!(rates[0] < 0.05 + 4.0 * (0.05 * 0.95 / data_sets as f64).sqrt(), "{rates:?}");
    assert!(rates[1] > 0.10, "{rates:?}");
}

#[test]
fn methods_that_do_not_fit_the_design_say_why() {
    let run = |samples: &Samples, method| {
        let bootstrap = Bootstrap::new().replicates(99).method(method);
        DominanceTest::new(Order::First).bootstrap(bootstrap).run(samples, "a", "b").map(|r| r.method)
    };
    let series = paired().time_series(BlockLength::Rows(4)).unwrap();
    let halves: Vec<usize> = (0..60).map(|i| i / 30).collect();
    let stratified = paired().stratified(&halves).unwrap();
    let refused = [
        (&series, BootstrapMethod::BayesianWeights, "neighbours depend on each other"),
        (&stratified, BootstrapMethod::BayesianWeights, "in a stratum of h units"),
        (&stratified, BootstrapMethod::MovingBlocks, "no order in time"),
        (&paired(), BootstrapMethod::MovingBlocks, "moving blocks are not valid for paired rows"),
    ];
    for (samples, method, words) in refused {
        let error = run(samples, method).unwrap_err();
        assert!(matches!(error, Error::WrongMethod { .. }));
        assert!(error.to_string().contains(words), "{error}");
        let ranking = RankingTest::new().bootstrap(Bootstrap::new().method(method)).run(samples);
        assert_eq!(ranking.unwrap_err(), error);
    }
    for (samples, method) in
        [(&series, BootstrapMethod::MovingBlocks), (&paired(), BootstrapMethod::BayesianWeights)]
    {
        assert_eq!(run(samples, method), Ok(method));
    }
}

#[test]
fn series_that_cannot_be_cut_into_blocks() {
    assert_eq!(paired().time_series(BlockLength::Rows(0)), Err(Error::BlockOfNothing));
    let long = paired().time_series(BlockLength::Rows(31));
    assert_eq!(long, Err(Error::BlockTooLong { length: 31, rows: 60 }));
    let one = Samples::paired([("a", [1.0])]).unwrap().time_series(BlockLength::Automatic);
    assert_eq!(one, Err(Error::BlockTooLong { length: 1, rows: 1 }));
    let short = Samples::independent_series(
        [("a", vec![1.0, 2.0, 3.0, 4.0]), ("b", vec![1.0, 2.0])],
        BlockLength::Rows(2),
    );
    assert_eq!(short, Err(Error::BlockTooLong { length: 2, rows: 2 }));
    let rows: Vec<usize> = (0..60).map(|i| i / 6).collect();
    for designed in [
        paired().clustered(&rows).unwrap(),
        paired().stratified(&rows).unwrap(),
        paired().weighted(&[1.0, 2.0].repeat(30)).unwrap(),
    ] {
        let error = designed.time_series(BlockLength::Rows(2)).unwrap_err();
        assert!(matches!(error, Error::DesignConflict { .. }), "{error}");
    }
    let series = || paired().time_series(BlockLength::Rows(2)).unwrap();
    for error in [
        series().clustered(&rows).unwrap_err(),
        series().stratified(&rows).unwrap_err(),
        series().weighted(&[1.0; 60]).unwrap_err(),
    ] {
        assert!(error.to_string().contains("a time series does not go with"), "{error}");
    }
    let apart = Samples::independent([("a", sample(&[1.0, 2.0]))]).unwrap();
    assert_eq!(
        apart.time_series(BlockLength::Rows(1)),
        Err(Error::WrongSampling { needed: "paired columns" })
    );
}

#[test]
fn reports_say_which_design_it_was() {
    let text = |samples: &Samples| {
        let test = DominanceTest::new(Order::First).bootstrap(Bootstrap::new().replicates(99));
        let report = test.guard(Guard::Replicates(99)).run(samples, "a", "b").unwrap();
        assert_eq!(report.sampling, samples.sampling());
        report.to_string()
    };
    let series = text(&paired().time_series(BlockLength::Rows(4)).unwrap());
    assert!(series.contains("time series in blocks of 4 rows"), "{series}");
    assert!(
        series
            .contains("99 bootstrap replicates of circular blocks of 4 rows; guard: 99 swaps of blocks")
    );
    assert!(series.contains("only 15 independent rows, clusters or blocks"), "{series}");
    let thirds: Vec<usize> = (0..60).map(|i| i % 3).collect();
    let stratified = text(&paired().stratified(&thirds).unwrap());
    assert!(stratified.contains("60 units in 3 strata"), "{stratified}");
    assert!(
        stratified.contains("rescaled within strata; guard: 99 swaps within strata"),
        "{stratified}"
    );
    let surveys = columns().map(|(name, values)| (name, Survey::new(values).strata(&thirds)));
    let surveys = Samples::surveys(surveys).unwrap();
    assert_eq!((surveys.sampling(), surveys.strata()), (Sampling::Survey, Some(9)));
    assert!(text(&surveys).contains("surveys of 180 units in 9 strata together"));
}

/// x, 100 x and x / 1e6 + 7 have the same block lengths, ratios, bounds and p-values up to rounding.
#[test]
fn units_of_measure_change_nothing() {
    let of = |scale: f64, shift: f64| {
        let moved =
            columns().map(|(n, v)| (n, v.into_iter().map(|x| scale * x + shift).collect::<Vec<_>>()));
        let samples = Samples::paired(moved).unwrap().time_series(BlockLength::Automatic).unwrap();
        let test = DominanceTest::new(Order::Second).bootstrap(Bootstrap::new().replicates(99));
        let report = test.guard(Guard::Replicates(99)).run(&samples, "a", "b").unwrap();
        let direction = report.a_over_b.unwrap();
        let numbers = [direction.violation_ratio, direction.upper_bound, direction.bound_p_value];
        (samples.block_length(), direction.guard_p_value, numbers)
    };
    let expected = of(1.0, 0.0);
    for (scale, shift) in [(100.0, 0.0), (1e-6, 7.0)] {
        let found = of(scale, shift);
        assert_eq!((found.0, found.1), (expected.0, expected.1));
        for (found, expected) in found.2.iter().zip(expected.2) {
            assert!((found - expected).abs() < 1e-7 * expected.max(1e-3), "{found} {expected}");
        }
    }
}
