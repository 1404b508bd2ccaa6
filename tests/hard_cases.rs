//! Inputs at the edge of what f64, weights and clusters allow, each of which an earlier version got wrong.

mod draws;

use draws::{ORDERS, Random, sample};
use risk_sd::{
    Bootstrap, DominanceTest, Error, Guard, Order, RankedModel, Ranking, RankingTest, RelativeOutcome,
    Sample, Samples, Verdict, Warning, gap, verdict,
};

fn few(order: Order) -> DominanceTest {
    DominanceTest::new(order).bootstrap(Bootstrap::new().replicates(99)).guard(Guard::Replicates(99))
}

fn pair(a: &[f64], b: &[f64]) -> Samples {
    Samples::independent([("a", sample(a)), ("b", sample(b))]).unwrap()
}

fn model<'a>(ranking: &'a Ranking, name: &str) -> &'a RankedModel {
    ranking.model(name).unwrap()
}

/// Whether the error is that a column has rows in one cluster only.
fn one_cluster<T>(result: Result<T, Error>) -> bool {
    result.is_err_and(|error| error.to_string().contains("1 cluster(s)"))
}

/// Values are divided by the unit of their differences, and 1e200 / 1e-200 overflows.
#[test]
fn a_large_value_common_to_both_samples() {
    let (x, y) = (sample(&[0.0, 1e200]), sample(&[1e-200, 1e200]));
    for order in ORDERS {
        assert_eq!(gap(order, &x, &y).violation_ratio(), 1.0);
    }
}

/// Values are divided by the largest, and the small ones vanish; comparisons need no division.
#[test]
fn a_small_difference_beside_a_large_value() {
    let (x, y) = (sample(&[1e-300, 1e300]), sample(&[2e-300, 1e300]));
    assert_eq!(verdict(&x, &y), Verdict::BDominates(Order::First));
}

/// The distance 5e-324 / 2 rounds to 0, which is then divided by.
#[test]
fn a_distance_that_underflows() {
    let samples = pair(&[0.0; 4], &[0.0, 0.0, 0.0, 5e-324]);
    for test in [few(Order::First), few(Order::First).analytic()] {
        let report = test.run(&samples, "a", "b").unwrap();
        assert_eq!(report.b_over_a.unwrap().violation_ratio, 0.0);
    }
}

/// Masses come from differences of prefix sums, which lose rows lighter than the last digit: draws of
/// such rows alone have no mass, and 0 / 0 follows. The same weights in ascending order work.
#[test]
fn weights_of_very_different_size() {
    let values: Vec<f64> = (0..20).map(f64::from).collect();
    let mut weights = vec![1e-17; 20];
    for heavy in [19, 0] {
        weights.fill(1e-17);
        weights[heavy] = 1.0;
        let x = Sample::weighted(&values, &weights).unwrap();
        let columns = [("a", x), ("b", sample(&[1.0, 5.0, 20.0, 30.0]))];
        let samples = Samples::independent(columns).unwrap();
        let report = few(Order::First).run(&samples, "a", "b").unwrap();
        assert!(report.a_over_b.unwrap().guard_p_value.unwrap() > 0.01, "{report:?}");
    }
}

/// The number of guard replicates saturates at usize::MAX and the list of results cannot be allocated.
#[test]
fn a_level_that_asks_for_too_many_replicates() {
    let samples = pair(&[1.0, 2.0, 4.0], &[0.0, 1.0, 2.0]);
    let test = DominanceTest::new(Order::First).analytic().level(1e-300);
    assert!(test.run(&samples, "a", "b").is_err());
    let endless = few(Order::First).bootstrap(Bootstrap::new().replicates(usize::MAX));
    assert!(endless.run(&samples, "a", "b").is_err());
}

/// Both columns live in one cluster; other columns have the clusters that satisfy the check.
#[test]
fn a_pair_in_a_single_cluster() {
    let samples = Samples::in_clusters([
        ("a", vec![2.0, 3.0, 4.0], vec![0, 0, 0]),
        ("b", vec![1.0, 2.0, 3.5], vec![0, 0, 0]),
        ("c", vec![1.0, 2.0], vec![1, 2]),
    ])
    .unwrap();
    let run = |test: DominanceTest| test.guard(Guard::Off).run(&samples, "a", "b");
    for test in [few(Order::First), few(Order::First).analytic()] {
        assert!(one_cluster(run(test)));
    }
}

/// Draws that leave a column empty are repeated: k columns in a cluster each need k^k / k! draws (4e7
/// for 20). Refusing columns with a single cluster removes the worst of it.
#[test]
fn columns_in_clusters_of_their_own() {
    let columns = (0..20).map(|c| (format!("{c}"), vec![f64::from(c), 1.5 * f64::from(c)], vec![c, c]));
    let samples = Samples::in_clusters(columns).unwrap();
    let run = RankingTest::new().bootstrap(Bootstrap::new().replicates(99)).guard(Guard::Off);
    assert!(one_cluster(run.run(&samples)));
}

fn column(random: &mut Random) -> Vec<f64> {
    random.column(40, |r| r.below(1000) as f64 / 100.0)
}

/// eps_i is summed in the order of the pairs, and 1 - eps is rounded: twins differ in the last digit.
#[test]
fn identical_columns_share_their_rank() {
    let mut random = Random(1);
    for _ in 0..30 {
        let twin = column(&mut random);
        let columns =
            [("a", twin.clone()), ("b", column(&mut random)), ("c", column(&mut random)), ("d", twin)];
        let samples = Samples::paired(columns).unwrap();
        for guard in [Guard::Replicates(239), Guard::Off] {
            let test = RankingTest::new().bootstrap(Bootstrap::new().replicates(99)).guard(guard);
            for ranking in test.run(&samples).unwrap().rankings {
                let [a, d] = ["a", "d"].map(|name| model(&ranking, name));
                assert_eq!((a.rank, a.rank_set), (d.rank, d.rank_set));
                assert_eq!(a.rank_frequencies, d.rank_frequencies);
                let pair = ranking.pairs.iter().find(|p| p.a == "a" && p.b == "d").unwrap();
                assert_eq!(pair.relative_outcome, RelativeOutcome::NotDistinguished);
                assert_eq!((pair.relative_p_value.a_over_b, pair.relative_p_value.b_over_a), (1.0, 1.0));
            }
        }
    }
}

/// An equal pair has no distance to measure by, so its spread is taken in the units of the data.
#[test]
fn rankings_with_equal_columns_do_not_depend_on_the_unit() {
    let run = |scale: f64, test: RankingTest| {
        let of = |values: [f64; 3]| sample(&values.map(|v| v * scale));
        let (twin, other) = ([1.0, 2.0, 3.0], [1.0, 2.5, 3.0]);
        let columns = [("a", of(twin)), ("b", of(twin)), ("c", of(other))];
        test.run(&Samples::independent(columns).unwrap())
    };
    for test in
        [RankingTest::new().bootstrap(Bootstrap::new().replicates(99)), RankingTest::new().analytic()]
    {
        let expected = run(1.0, test);
        for power in [10, 600, -600] {
            assert_eq!(run(2f64.powi(power), test), expected, "2^{power}");
        }
    }
}

/// Totals down to 1e-270 count as safe, although the smaller area is below 1e-308 there.
#[test]
fn small_ratios_survive_small_units() {
    let of = |scale: f64| {
        let of = |values: [f64; 2]| sample(&values.map(|v| v * scale));
        gap(Order::First, &of([0.0, 1.0]), &of([2f64.powi(-200), 0.5])).violation_ratio()
    };
    for power in [-300, -440, -600, 300, 440, 600] {
        assert_eq!(of(2f64.powi(power)), of(1.0), "2^{power}");
    }
}

/// Seven roundings stand between a level and its twin (weight, prefix sum, total, product), and levels
/// are matched to four.
#[test]
fn normalised_weights_are_the_same_weights() {
    let mut random = Random(1);
    for _ in 0..5000 {
        let rows = 100 + random.below(300);
        let weights = random.column(rows, |r| (1 + r.below(1_000_000)) as f64 / 7.0);
        let total: f64 = weights.iter().sum();
        let values: Vec<f64> = (0..rows).map(|row| row as f64).collect();
        let x = Sample::weighted(&values, &weights).unwrap();
        let y = Sample::weighted(&values, weights.iter().map(|w| w / total)).unwrap();
        assert_eq!(verdict(&x, &y), Verdict::Equal);
    }
}

/// Nine different pooled values are too few for analytic errors; ten are enough, and bootstrap errors need none.
#[test]
fn few_distinct_values_are_warned_of_under_analytic_errors() {
    let column = |levels: u32, start: f64| -> Vec<f64> {
        (0..40).map(|i| start + f64::from(i % levels)).collect()
    };
    // 0, .., 5 and 3, .., 8: nine values in all.
    for (levels, expected) in [(6, Some(9)), (7, None)] {
        let samples = pair(&column(6, 0.0), &column(levels, 3.0));
        let found = |test: DominanceTest| {
            let report = test.run(&samples, "a", "b").unwrap();
            report.warnings.into_iter().find_map(|warning| match warning {
                Warning::FewDistinctValues { found } => Some(found),
                _ => None,
            })
        };
        assert_eq!(found(few(Order::First).analytic()), expected);
        assert_eq!(found(few(Order::First)), None);
    }
}
