//! The classical tests of stratified rows, surveys and time series: p-values against all outcomes of small samples,
//! invariance, and what is refused.

mod draws;

use draws::Random;
use risk_sd::{
    Adjustment, BlockLength, Error, NonDominanceTest, NullLaw, Samples, Sampling, SubsampleSize, Survey,
    UniformMethod, UniformReport, UniformTest,
};

/// Signed weights of rows: what a replicate, or the data, makes of Delta.
type Rows = Vec<(f64, f64)>;

/// How often each row of a column counts.
type Counts = Vec<f64>;

fn test() -> UniformTest {
    UniformTest::new().replicates(199)
}

/// From how often rows count, times their weights, to Delta.
fn signed(columns: [&[f64]; 2], weights: [&[f64]; 2], counts: [&Counts; 2]) -> Rows {
    let mut rows = Vec::new();
    for side in 0..2 {
        let masses: Vec<f64> = weights[side].iter().zip(counts[side]).map(|(w, c)| w * c).collect();
        let total: f64 = masses.iter().sum();
        let sign = [1.0, -1.0][side];
        rows.extend(columns[side].iter().zip(masses).map(|(&v, mass)| (v, sign * mass / total)));
    }
    rows
}

/// sup max(Delta_s, 0) for s = 1, 2, by its definition.
fn supremum(order: u32, rows: &Rows) -> f64 {
    let delta = |z: f64| -> f64 {
        let below = rows.iter().filter(|row| row.0 <= z);
        below.map(|&(v, weight)| weight * if order == 1 { 1.0 } else { z - v }).sum()
    };
    rows.iter().map(|row| delta(row.0)).fold(0.0, f64::max)
}

/// All outcomes of h - 1 draws from the h units of a stratum, each h / (h - 1) times.
fn of_stratum(units: usize) -> Vec<Counts> {
    (0..units.pow(units as u32 - 1))
        .map(|draw| {
            let mut counts = vec![0.0; units];
            for i in 0..units as u32 - 1 {
                counts[draw / units.pow(i) % units] += units as f64 / (units as f64 - 1.0);
            }
            counts
        })
        .collect()
}

/// All outcomes of circular blocks of two rows; `rows` is even.
fn of_series(rows: usize) -> Vec<Counts> {
    let blocks = rows as u32 / 2;
    (0..rows.pow(blocks))
        .map(|draw| {
            let mut counts = vec![0.0; rows];
            for i in 0..blocks {
                let start = draw / rows.pow(i) % rows;
                counts[start] += 1.0;
                counts[(start + 1) % rows] += 1.0;
            }
            counts
        })
        .collect()
}

/// Every outcome of the one with every outcome of the other, one after the other.
fn joined(first: &[Counts], second: &[Counts]) -> Vec<Counts> {
    first.iter().flat_map(|a| second.iter().map(move |b| [&a[..], &b[..]].concat())).collect()
}

/// The Monte Carlo p-values against the share of all equally likely outcomes, both directions and orders.
fn check(
    samples: &Samples,
    columns: [&[f64]; 2],
    weights: [&[f64]; 2],
    outcomes: impl Iterator<Item = [Counts; 2]> + Clone,
) {
    let replicates = 4000;
    let report = UniformTest::new().replicates(replicates).seed(8).run(samples, "a", "b").unwrap();
    let ones = columns.map(|column| vec![1.0; column.len()]);
    let observed = signed(columns, weights, [&ones[0], &ones[1]]);
    for result in &report.orders {
        for (sign, found) in [(1.0, result.a_over_b), (-1.0, result.b_over_a)] {
            let of = |rows: &Rows| {
                let rows = rows.iter().map(|row| (row.0, sign * row.1)).collect();
                supremum(result.order, &rows)
            };
            let least = of(&observed) - 1e-12;
            let (mut reach, mut all) = (0.0, 0.0);
            for [a, b] in outcomes.clone() {
                let drawn = signed(columns, weights, [&a, &b]);
                let centred =
                    drawn.iter().zip(&observed).map(|(star, seen)| (star.0, star.1 - seen.1)).collect();
                reach += f64::from(u8::from(of(&centred) >= least));
                all += 1.0;
            }
            let (expected, p): (f64, f64) = (reach / all, found.p_value);
            let chance = 4.5 * (0.25 / replicates as f64).sqrt();
            let what = format!("{:?}, order {}, {sign}", samples.sampling(), result.order);
            assert!((p - expected).abs() < chance, "{what}: {p} {expected}");
        }
    }
}

const A: [f64; 6] = [0.0, 2.1, 6.2, 4.4, 1.3, 7.0];
const B: [f64; 6] = [0.6, 2.4, 4.0, 5.1, 0.9, 3.3];
const ONE: [f64; 6] = [1.0; 6];

#[test]
fn p_values_of_strata_approach_those_of_all_outcomes() {
    let strata = Samples::paired([("a", A), ("b", B)]).unwrap().stratified(&[0, 0, 1, 1, 1, 1]).unwrap();
    let outcomes = joined(&of_stratum(2), &of_stratum(4));
    check(&strata, [&A, &B], [&ONE, &ONE], outcomes.iter().map(|both| [both.clone(), both.clone()]));
}

/// Weights, and rows 0, 1 and rows 4, 5 of A in a cluster each: strata of two clusters.
#[test]
fn p_values_of_surveys_approach_those_of_all_outcomes() {
    let weights = [1.0, 2.0, 1.5, 0.5, 3.0, 1.0];
    let clusters = [0, 0, 1, 2, 3, 3];
    let survey = Survey::new(A).weights(weights).clusters(&clusters).strata(&[0, 0, 0, 1, 1, 1]);
    let surveys = Samples::surveys([("a", survey), ("b", Survey::new(&B[..4]))]).unwrap();
    let of_clusters = joined(&of_stratum(2), &of_stratum(2));
    let of_rows = |counts: &Counts| clusters.iter().map(|&cluster| counts[cluster]).collect::<Vec<_>>();
    let of_b = of_stratum(4);
    let outcomes = of_clusters.iter().flat_map(|a| of_b.iter().map(move |b| [of_rows(a), b.clone()]));
    check(&surveys, [&A, &B[..4]], [&weights, &ONE[..4]], outcomes);
}

#[test]
fn p_values_of_series_approach_those_of_all_outcomes() {
    let length = BlockLength::Rows(2);
    let series = Samples::paired([("a", A), ("b", B)]).unwrap().time_series(length).unwrap();
    let outcomes = of_series(6);
    check(&series, [&A, &B], [&ONE, &ONE], outcomes.iter().map(|both| [both.clone(), both.clone()]));
    let apart = Samples::independent_series([("a", &A[..]), ("b", &B[..4])], length).unwrap();
    let (of_a, of_b) = (of_series(6), of_series(4));
    let outcomes = of_a.iter().flat_map(|a| of_b.iter().map(move |b| [a.clone(), b.clone()]));
    check(&apart, [&A, &B[..4]], [&ONE, &ONE[..4]], outcomes);
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

const METHODS: [UniformMethod; 5] = [
    UniformMethod::BarrettDonald,
    UniformMethod::LintonMaasoumiWhang,
    UniformMethod::LintonSongWhang,
    UniformMethod::DonaldHsu,
    UniformMethod::NumericalDelta,
];

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
    // Recentred by two methods in four designs, exchange of stratified pairs, blocks of series.
    assert!(compared >= 2 * 10, "{compared}");
}

/// A run of rows of a series is a run of pairs.
#[test]
fn overlapping_blocks_of_a_series_are_those_of_its_pairs() {
    let column = |seed| Random(seed).column(90, Random::normal);
    let paired = Samples::paired([("a", column(1)), ("b", column(2))]).unwrap();
    let series = paired.clone().time_series(BlockLength::Rows(5)).unwrap();
    let law = NullLaw::OverlappingBlocks(SubsampleSize::Rows(9));
    let test =
        UniformTest::new().method(UniformMethod::LintonMaasoumiWhang).null_law(law).orders([1, 2, 3]);
    let test = test.level(0.1);
    let [of_pairs, of_series] = [&paired, &series].map(|samples| test.run(samples, "a", "b").unwrap());
    assert_eq!((of_series.sampling, of_series.replicates), (Sampling::TimeSeries, 82));
    assert_eq!(of_series.orders, of_pairs.orders);
}

#[test]
fn what_does_not_fit_a_design_says_why() {
    use UniformMethod::{BarrettDonald, DonaldHsu, LintonMaasoumiWhang, LintonSongWhang};
    let samples = designs(|v| v);
    let [strata, surveys, series, apart] = &samples[..] else { panic!("four designs") };
    let automatic = SubsampleSize::Automatic;
    let subsets = NullLaw::RandomSubsets(automatic);
    let blocks = NullLaw::OverlappingBlocks(automatic);
    let refused = [
        (BarrettDonald, NullLaw::Bayesian, strata, "within strata"),
        (BarrettDonald, NullLaw::Multiplier, surveys, "within strata"),
        (BarrettDonald, NullLaw::Bayesian, series, "neighbours depend on each other"),
        (BarrettDonald, NullLaw::Multiplier, apart, "neighbours depend on each other"),
        (BarrettDonald, NullLaw::Permutation, series, "exchanging single rows"),
        (BarrettDonald, NullLaw::Permutation, surveys, "weights"),
        (BarrettDonald, NullLaw::Pooled, strata, "drawn apart"),
        (BarrettDonald, NullLaw::Pooled, apart, "drawn apart"),
        (BarrettDonald, NullLaw::Asymptotic, series, "independent samples without weights"),
        (BarrettDonald, NullLaw::Exact, surveys, "independent samples without weights"),
        (LintonMaasoumiWhang, subsets, strata, "within strata"),
        (LintonMaasoumiWhang, subsets, series, "use overlapping blocks"),
        (LintonMaasoumiWhang, blocks, strata, "keep the order"),
        (LintonMaasoumiWhang, blocks, surveys, "keep the order"),
    ];
    for (method, law, samples, reason) in refused {
        let error = test().method(method).null_law(law).orders([1]).run(samples, "a", "b").unwrap_err();
        assert!(matches!(error, Error::WrongNullLaw { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{law:?}: {error}");
    }
    for (samples, sampling) in
        samples.iter().zip(["stratified rows", "surveys", "time series", "time series"])
    {
        let words = format!("not valid for {sampling}: standard errors at single values");
        let non_dominance = NonDominanceTest::new(1).run(samples, "a", "b").unwrap_err();
        let uniform = [DonaldHsu, LintonSongWhang]
            .map(|method| test().method(method).run(samples, "a", "b").unwrap_err());
        for error in uniform.into_iter().chain([non_dominance]) {
            assert!(matches!(error, Error::WrongMethod { .. }), "{error}");
            assert!(error.to_string().contains(&words), "{error}");
        }
    }
    // Exchange within pairs keeps strata as they are.
    assert!(test().null_law(NullLaw::Permutation).run(strata, "a", "b").is_ok());
}
