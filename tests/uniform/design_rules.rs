//! Stratified rows, surveys and time series: invariance, subsamples of series, error rates, what is refused.

use crate::METHODS;
use crate::draws::Random;
use risk_sd::{
    Adjustment, BlockLength, Error, NonDominanceOutcome, NonDominanceTest, NullLaw, Samples, Sampling,
    SubsampleSize, Survey, UniformMethod, UniformReport, UniformTest,
};

fn test() -> UniformTest {
    UniformTest::new().replicates(199)
}

/// 80 and 56 multiples of 1/32, no two equal, as every design with an order, strata or weights.
fn designs(map: impl Fn(f64) -> f64) -> Vec<Samples> {
    let mut values: Vec<f64> = (0..160).map(|i| f64::from(i) / 32.0).collect();
    Random(5).shuffle(&mut values);
    let spread = |v: &f64| map(if *v > 2.0 { 1.25 * v + 0.5 } else { *v });
    let a: Vec<f64> = values[..80].iter().map(spread).collect();
    let b: Vec<f64> = values[80..].iter().map(|v| map(*v)).collect();
    let paired = || Samples::paired([("a", &a), ("b", &b)]).unwrap();
    let strata: Vec<usize> = (0..80).map(|row| row % 5).collect();
    let survey = |values: &[f64], seed: u64| {
        let weights = Random(seed).column(values.len(), |r| (1 + r.below(9)) as f64 / 4.0);
        let (areas, regions): (Vec<usize>, Vec<usize>) =
            (0..values.len()).map(|row| (row / 3, row / 3 % 4)).unzip();
        Survey::new(values).weights(weights).clusters(&areas).strata(&regions)
    };
    let length = BlockLength::Rows(4);
    vec![
        paired().stratified(&strata).unwrap(),
        Samples::surveys([("a", survey(&a, 1)), ("b", survey(&b[..56], 2))]).unwrap(),
        paired().time_series(length).unwrap(),
        Samples::independent_series([("a", &a[..]), ("b", &b[..56])], length).unwrap(),
    ]
}

fn laws() -> [NullLaw; 9] {
    use NullLaw::{
        Asymptotic, Bayesian, Exact, Multiplier, OverlappingBlocks, Permutation, Pooled, RandomSubsets,
        Recentred,
    };
    let automatic = SubsampleSize::Automatic;
    [
        Recentred,
        Bayesian,
        Multiplier,
        Pooled,
        Permutation,
        RandomSubsets(automatic),
        OverlappingBlocks(automatic),
        Asymptotic,
        Exact,
    ]
}

#[test]
fn p_values_do_not_know_the_unit_of_measure() {
    let plain = designs(|v| v);
    let others = [designs(|v| 100.0 * v), designs(|v| v / 1e6 + 7.0)];
    let mut compared = 0;
    for method in METHODS {
        for law in laws() {
            let test = test().method(method).null_law(law).orders([1, 2, 3]);
            let test = test.adjustment(Adjustment::None).level(0.1);
            for (design, samples) in plain.iter().enumerate() {
                let Ok(report) = test.run(samples, "a", "b") else { continue };
                let p_values = |report: &UniformReport| -> Vec<f64> {
                    report.orders.iter().flat_map(|r| [r.a_over_b.p_value, r.b_over_a.p_value]).collect()
                };
                for other in &others {
                    let mapped = test.run(&other[design], "a", "b").unwrap();
                    assert_eq!(p_values(&report), p_values(&mapped), "{test:?}, design {design}");
                    compared += 1;
                }
            }
        }
    }
    // Recentred by four methods in four designs, exchange of stratified pairs, blocks of both kinds of series.
    assert_eq!(compared, 2 * 19);
}

/// A run of rows of a series is a run of pairs.
#[test]
fn overlapping_blocks_of_a_series_are_those_of_its_pairs() {
    let column = |seed| Random(seed).column(90, Random::normal);
    let paired = Samples::paired([("a", column(1)), ("b", column(2))]).unwrap();
    let series = paired.clone().time_series(BlockLength::Rows(5)).unwrap();
    let law = NullLaw::OverlappingBlocks(SubsampleSize::Rows(9));
    let test = UniformTest::new().method(LMW).null_law(law).orders([1, 2, 3]);
    let test = test.level(0.1);
    let [of_pairs, of_series] = [&paired, &series].map(|samples| test.run(samples, "a", "b").unwrap());
    assert_eq!((of_series.sampling, of_series.replicates), (Sampling::TimeSeries, 82));
    assert_eq!(of_series.orders, of_pairs.orders);
}

const LMW: UniformMethod = UniformMethod::LintonMaasoumiWhang;

/// T of runs of rows by their definition: sup max(Delta_1, 0) of a run of 7 rows of a and of 5 of b.
#[test]
fn runs_of_series_of_their_own_are_spread_evenly() {
    let a = Random(1).column(40, Random::uniform);
    let b = Random(2).column(23, |r| r.uniform() * 1.2);
    let columns = [("other", &b[..]), ("a", &a[..]), ("b", &b[..])];
    let samples = Samples::independent_series(columns, BlockLength::Rows(3)).unwrap();
    let law = NullLaw::OverlappingBlocks(SubsampleSize::RowsOfEach { a: 7, b: 5 });
    let test = test().method(LMW).null_law(law).orders([1]).level(0.2);
    let report = test.run(&samples, "a", "b").unwrap();
    assert_eq!(report.replicates, 34);
    assert_eq!(report.subsample, Some(SubsampleSize::RowsOfEach { a: 7, b: 5 }));
    let share =
        |values: &[f64], z: f64| values.iter().filter(|&&v| v <= z).count() as f64 / values.len() as f64;
    let root = |n: f64, m: f64| (n * m / (n + m)).sqrt();
    let supremum = |a: &[f64], b: &[f64]| {
        let at = |z: &f64| share(a, *z) - share(b, *z);
        root(a.len() as f64, b.len() as f64) * a.iter().chain(b).map(at).fold(0.0, f64::max)
    };
    let statistic = supremum(&a, &b);
    // 34 runs of a, 19 of b.
    let runs = (0..34).map(|i| (i, i * 19 / 34));
    let reach = runs.filter(|&(i, j)| supremum(&a[i..i + 7], &b[j..j + 5]) >= statistic - 1e-12).count();
    let found = report.orders[0].a_over_b;
    assert!((found.statistic - statistic).abs() < 1e-14);
    assert_eq!(found.p_value, (1 + reach) as f64 / 35.0);
    assert!(report.to_string().contains("overlapping blocks of 7 and 5 rows"), "{report}");
    let law = NullLaw::OverlappingBlocks(SubsampleSize::RowsOfEach { a: 5, b: 7 });
    assert_eq!(test.null_law(law).run(&samples, "b", "a").unwrap().replicates, 34);
}

#[test]
fn subsampling_a_series_takes_overlapping_blocks() {
    let samples = designs(|v| v);
    let law = |samples| {
        let report = test().method(LMW).level(0.2).run(samples, "a", "b").unwrap();
        (report.null_law, report.subsample.unwrap(), report.replicates)
    };
    let blocks = NullLaw::OverlappingBlocks(SubsampleSize::Automatic);
    assert_eq!(law(&samples[2]), (blocks, SubsampleSize::Rows(9), 72));
    assert_eq!(law(&samples[3]), (blocks, SubsampleSize::RowsOfEach { a: 9, b: 6 }, 72));
    // Never shorter than the blocks of the series.
    let column = |seed| Random(seed).column(80, Random::normal);
    let long = Samples::paired([("a", column(1)), ("b", column(2))]).unwrap();
    let long = long.time_series(BlockLength::Rows(12)).unwrap();
    assert_eq!(law(&long), (blocks, SubsampleSize::Rows(12), 69));
}

/// Runs of either series see how its rows depend on each other.
#[test]
fn runs_of_series_are_no_shorter_than_their_blocks() {
    let column = |seed, n| Random(seed).column(n, Random::normal);
    let of = |n, m, length| {
        let columns = [("a", column(1, n)), ("b", column(2, m))];
        Samples::independent_series(columns, BlockLength::Rows(length)).unwrap()
    };
    let run = |samples: &Samples, size| {
        let law = NullLaw::OverlappingBlocks(size);
        test().method(LMW).null_law(law).level(0.2).run(samples, "a", "b")
    };
    let (automatic, rows) = (SubsampleSize::Automatic, SubsampleSize::Rows);
    for (n, m, a, b) in
        [(1000, 100, 200, 20), (100, 1000, 20, 200), (900, 900, 30, 30), (1000, 97, 207, 20)]
    {
        let report = run(&of(n, m, 20), automatic).unwrap();
        assert_eq!(report.subsample, Some(SubsampleSize::RowsOfEach { a, b }));
    }
    let samples = of(1000, 100, 20);
    assert!(run(&samples, rows(200)).is_ok());
    for (size, message) in [
        (
            rows(19),
            "a subsample of 19 consecutive rows is shorter than the blocks of the series, of 20 rows",
        ),
        (rows(32), "column 'b': a subsample of 3 consecutive rows"),
        (SubsampleSize::RowsOfEach { a: 200, b: 19 }, "column 'b': a subsample of 19 consecutive rows"),
        (SubsampleSize::RowsOfEach { a: 19, b: 20 }, "a subsample of 19 consecutive rows"),
        (rows(998), "column 'b': a subsample of 100 of 100 rows"),
    ] {
        let error = run(&samples, size).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
    let paired = Samples::paired([("a", column(1, 80)), ("b", column(2, 80))]).unwrap();
    let paired = paired.time_series(BlockLength::Rows(12)).unwrap();
    assert_eq!(run(&paired, rows(11)), Err(Error::SubsampleBelowBlock { found: 11, block_length: 12 }));
}

/// Without order as well: the whole of a sample has no variation, and one row alone no distribution.
#[test]
fn subsets_of_both_samples_vary() {
    let sample = |seed, n| risk_sd::Sample::new(Random(seed).column(n, Random::normal)).unwrap();
    let of = |n, m| Samples::independent([("a", sample(1, n)), ("b", sample(2, m))]).unwrap();
    let run = |samples: &Samples, size| {
        let law = NullLaw::RandomSubsets(size);
        test().method(LMW).null_law(law).orders([1]).run(samples, "a", "b")
    };
    for (size, found) in [(9, 3), (4, 1)] {
        let error = run(&of(10, 3), SubsampleSize::Rows(size)).unwrap_err();
        let of_b = Error::InvalidSubsample { found, rows: 3 };
        assert!(matches!(&error, Error::InColumn { source, .. } if **source == of_b), "{error}");
    }
    let report = run(&of(10, 3), SubsampleSize::Automatic).unwrap();
    assert_eq!(report.subsample, Some(SubsampleSize::RowsOfEach { a: 7, b: 2 }));
}

#[test]
fn what_does_not_fit_a_design_says_why() {
    use UniformMethod::{BarrettDonald, DonaldHsu, LintonSongWhang};
    let samples = designs(|v| v);
    let [strata, surveys, series, apart] = &samples[..] else { panic!("four designs") };
    let automatic = SubsampleSize::Automatic;
    let subsets = NullLaw::RandomSubsets(automatic);
    let blocks = NullLaw::OverlappingBlocks(automatic);
    let of_each = NullLaw::OverlappingBlocks(SubsampleSize::RowsOfEach { a: 9, b: 9 });
    let refused = [
        (BarrettDonald, NullLaw::Bayesian, strata, "within strata"),
        (DonaldHsu, NullLaw::Bayesian, surveys, "within strata"),
        (BarrettDonald, NullLaw::Multiplier, surveys, "within strata"),
        (BarrettDonald, NullLaw::Bayesian, series, "neighbours depend on each other"),
        (LintonSongWhang, NullLaw::Multiplier, series, "neighbours depend on each other"),
        (BarrettDonald, NullLaw::Multiplier, apart, "neighbours depend on each other"),
        (BarrettDonald, NullLaw::Permutation, series, "exchanging single rows"),
        (BarrettDonald, NullLaw::Permutation, surveys, "weights"),
        (BarrettDonald, NullLaw::Pooled, strata, "drawn apart"),
        (BarrettDonald, NullLaw::Pooled, apart, "drawn apart"),
        (BarrettDonald, NullLaw::Asymptotic, series, "independent samples without weights"),
        (BarrettDonald, NullLaw::Exact, surveys, "independent samples without weights"),
        (LMW, subsets, strata, "within strata"),
        (LMW, subsets, series, "use overlapping blocks"),
        (LMW, blocks, strata, "keep the order"),
        (LMW, blocks, surveys, "keep the order"),
        (LMW, of_each, series, "drawn together"),
    ];
    for (method, law, samples, reason) in refused {
        let error = test().method(method).null_law(law).orders([1]).run(samples, "a", "b").unwrap_err();
        assert!(matches!(error, Error::WrongNullLaw { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{law:?}: {error}");
    }
    // Subsets of single rows are what Linton-Maasoumi-Whang would take by itself.
    for samples in [strata, surveys] {
        assert!(matches!(test().method(LMW).run(samples, "a", "b"), Err(Error::WrongNullLaw { .. })));
    }
    for (a, b, message) in [
        (
            80,
            9,
            "a subsample of 80 of 80 rows or units: it needs more than 1 and fewer than all of them",
        ),
        (9, 56, "column 'b': a subsample of 56 of 56 rows"),
        (9, 1, "column 'b': a subsample of 1 of 56 rows"),
    ] {
        let law = NullLaw::OverlappingBlocks(SubsampleSize::RowsOfEach { a, b });
        let error = test().method(LMW).null_law(law).run(apart, "a", "b").unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
    }
    // Exchange within pairs keeps strata as they are.
    assert!(test().null_law(NullLaw::Permutation).run(strata, "a", "b").is_ok());
}

/// Weighted rows: where no pair is on both sides of a value, the distribution functions are equal there, whatever rounding
/// says. Neither dominates on a range that holds such a value.
#[test]
fn equal_weighted_distribution_functions_are_no_evidence() {
    for seed in 0..200 {
        let mut random = Random(seed);
        let weights = random.column(30, |r| 0.1 + r.uniform());
        // Below 1 and above 2, b is higher than a; nobody crosses the gap between.
        let a = random.column(30, |r| if r.below(2) == 0 { r.uniform() } else { 2.0 + r.uniform() });
        let b: Vec<f64> = a.iter().map(|v| v.floor() + (v - v.floor()).sqrt().sqrt()).collect();
        let samples = Samples::paired([("a", a), ("b", b)]).unwrap().weighted(&weights).unwrap();
        for order in [1, 2] {
            let report = NonDominanceTest::new(order).level(0.49).run(&samples, "a", "b").unwrap();
            if order == 1 {
                assert_eq!(report.outcome, NonDominanceOutcome::NotShown, "{seed}: {report}");
                assert_eq!(report.b_over_a.minimum_t, 0.0);
            }
        }
    }
}

/// Columns of equal laws in four strata that lie apart, and two series of an AR(1) with .5.
fn equal_laws(seed: u64) -> [Samples; 2] {
    let mut random = Random(3 << 32 | seed);
    let strata: Vec<usize> = (0..60).map(|row| row % 4).collect();
    let in_strata = |r: &mut Random| strata.iter().map(|&s| s as f64 + r.normal()).collect::<Vec<_>>();
    let columns = [("a", in_strata(&mut random)), ("b", in_strata(&mut random))];
    let stratified = Samples::paired(columns).unwrap().stratified(&strata).unwrap();
    let mut before = 0.0;
    let mut next = |r: &mut Random| {
        before = 0.5 * before + r.normal();
        before
    };
    let columns = ["a", "b"].map(|name| (name, random.column(150, &mut next)));
    [stratified, Samples::paired(columns).unwrap().time_series(BlockLength::Automatic).unwrap()]
}

/// Between equal laws: level .05, four standard errors of 300 data sets on top. Series of 150 rows with a memory of .5 are
/// worth some 50 independent ones, and blocks understate their spread: .08.
#[test]
fn tests_keep_their_level_in_strata_and_series() {
    let data_sets = 300;
    let mut rejected = [[0u32; 3]; 2];
    for seed in 0..data_sets {
        for (counts, samples) in rejected.iter_mut().zip(equal_laws(seed)) {
            for (count, method) in
                counts.iter_mut().zip([UniformMethod::LintonSongWhang, UniformMethod::DonaldHsu])
            {
                let test = UniformTest::new().method(method).adjustment(Adjustment::None).orders([1]);
                let report = test.replicates(99).seed(seed).run(&samples, "a", "b").unwrap();
                *count += u32::from(report.orders[0].a_over_b.p_value <= 0.05);
            }
            let report = NonDominanceTest::new(2).run(&samples, "a", "b").unwrap();
            counts[2] += u32::from(report.outcome != NonDominanceOutcome::NotShown);
        }
    }
    for (counts, level) in rejected.into_iter().zip([0.05, 0.08]) {
        let most = level + 4.0 * f64::sqrt(level * (1.0 - level) / data_sets as f64);
        assert!(counts.iter().all(|&count| f64::from(count) <= most * data_sets as f64), "{rejected:?}");
        assert!(counts[..2].iter().all(|&count| count > 3), "{rejected:?}");
    }
}
