//! The trust index: hand values, what changes it and what does not, bad input.

use proptest::prelude::*;
use risk_sd::{
    Dimension, Error, FoldRisk, IncompleteRows, Metric, Order, Profile, RankingTest, Replication,
    RiskMeasure, Sampling, Table, TableBuilder, TrustIndex, TrustReport, Warning,
};

fn says(error: Error, sentence: &str) {
    assert_eq!(error.to_string(), sentence);
}

/// `values[g][f][m]`: candidates "g0", ..., folds "f0", ..., metrics "m0", ...
fn table(values: &[Vec<Vec<f64>>]) -> Table {
    let mut builder = TableBuilder::new();
    for (g, folds) in values.iter().enumerate() {
        for (f, metrics) in folds.iter().enumerate() {
            for (m, value) in metrics.iter().enumerate() {
                builder.push(&format!("g{g}"), &format!("f{f}"), &format!("m{m}"), *value).unwrap();
            }
        }
    }
    builder.paired(IncompleteRows::Refuse).unwrap()
}

/// One dimension for each metric; weights 1, 2, ... under the second profile.
fn index(metrics: usize) -> TrustIndex {
    let dimension = |m| Dimension::new(format!("d{m}"), [Metric::new(format!("m{m}"))]);
    TrustIndex::new((0..metrics).map(dimension)).unwrap()
}

fn profiles(metrics: usize) -> [Profile; 2] {
    let uneven = (0..metrics).map(|m| (format!("d{m}"), (m + 1) as f64));
    [Profile::uniform("uniform").risk_aversion(0.0), Profile::new("uneven", uneven)]
}

fn run(values: &[Vec<Vec<f64>>]) -> TrustReport {
    let metrics = values[0][0].len();
    index(metrics).run(&table(values), &profiles(metrics)).unwrap()
}

/// Metric, values of A, B, C, D.
const HAND: [(&str, [f64; 4]); 7] = [
    ("W1", [0.30, 0.20, 0.10, 0.00]),
    ("KS", [0.20, 0.20, 0.10, 0.00]),
    ("correlation", [0.10, 0.90, 0.80, 1.00]),
    ("closest", [0.90, 0.70, 0.40, 0.00]),
    ("copies", [0.00, 0.00, 0.10, 1.00]),
    ("AUC", [0.60, 0.70, 0.80, 0.80]),
    ("log-loss", [0.70, 0.50, 0.60, 0.40]),
];

fn hand_index() -> TrustIndex {
    TrustIndex::new([
        Dimension::new(
            "fidelity",
            [
                Metric::new("W1").lower_is_better().weight(2.0),
                Metric::new("KS").lower_is_better(),
                Metric::new("correlation"),
            ],
        ),
        Dimension::new("privacy", [Metric::new("closest"), Metric::new("copies").lower_is_better()]),
        Dimension::new("utility", [Metric::new("AUC"), Metric::new("log-loss").lower_is_better()]),
    ])
    .unwrap()
}

/// One fold, N = 4. Shares of the four values that are not better:
///
/// ```text
///                     A     B     C     D
/// W1          b 1/2   1/4   2/4   3/4   4/4    lower is better
/// KS          b 1/4   2/4   2/4   3/4   4/4    lower is better; A and B tie and get the rank of the better
/// correlation b 1/4   1/4   3/4   2/4   4/4
/// closest     b 1/2   4/4   3/4   2/4   1/4
/// copies      b 1/2   4/4   4/4   2/4   1/4    lower is better; A and B tie
/// AUC         b 1/2   1/4   2/4   4/4   4/4    C and D tie
/// log-loss    b 1/2   1/4   3/4   2/4   4/4    lower is better
///
/// fidelity   A  (1/4)^(1/2) (1/2)^(1/4) (1/4)^(1/4) = 2^-(1 + 1/4 + 1/2)         = 2^(-7/4)
///            B  (1/2)^(1/2) (1/2)^(1/4) (3/4)^(1/4) = 2^(-3/4) 3^(1/4) 2^(-1/2)  = 2^(-5/4) 3^(1/4)
///            C  (3/4)^(1/2) (3/4)^(1/4) (1/2)^(1/4) = 3^(3/4) 2^(-3/2) 2^(-1/4)  = 2^(-7/4) 3^(3/4)
///            D  1
/// privacy    A  1,   B  (3/4)^(1/2) = 2^-1 3^(1/2),   C  1/2,   D  1/4
/// utility    A  1/4, B  (3/8)^(1/2) = 2^(-3/2) 3^(1/2),   C  2^(-1/2),   D  1
///
/// uniform: cube roots of the products
///            A  2^(-7/4 - 0 - 2)                     = 2^(-15/4)           -> 2^(-5/4)             0.42045
///            B  2^(-5/4 - 1 - 3/2) 3^(1/4 + 1/2 + 1/2) = 2^(-15/4) 3^(5/4) -> 2^(-5/4) 3^(5/12)    0.66453
///            C  2^(-7/4 - 1 - 1/2) 3^(3/4)           = 2^(-13/4) 3^(3/4)   -> 2^(-13/12) 3^(1/4)   0.62110
///            D  2^-2                                                       -> 2^(-2/3)             0.62996
/// so B, D, C, A. Weights (1/4, 3/4, 0), given as (2, 6):
///            A  2^(-7/16)                            0.73841
///            B  2^(-5/16 - 3/4) 3^(1/16 + 3/8)       = 2^(-17/16) 3^(7/16)   0.77428
///            C  2^(-7/16 - 3/4) 3^(3/16)             = 2^(-19/16) 3^(3/16)   0.53949
///            D  4^(-3/4)                             = 2^(-3/2)              0.35355
/// so B, A, C, D.
/// ```
#[test]
fn the_index_of_a_table_by_hand() {
    let mut builder = TableBuilder::new();
    for (metric, values) in HAND {
        for (candidate, value) in ["A", "B", "C", "D"].into_iter().zip(values) {
            builder.push(candidate, "all", metric, value).unwrap();
        }
    }
    let table = builder.paired(IncompleteRows::Refuse).unwrap();
    let private = Profile::new("private", [("fidelity", 2.0), ("privacy", 6.0)]);
    let report = hand_index().run(&table, &[Profile::uniform("uniform"), private.clone()]).unwrap();

    let power = |two: f64, three: f64| 2f64.powf(two) * 3f64.powf(three);
    let near =
        |found: f64, expected: f64| assert!((found - expected).abs() < 1e-15, "{found} {expected}");
    let expected = [
        [power(-1.75, 0.0), power(-1.25, 0.25), power(-1.75, 0.75), 1.0],
        [1.0, power(-1.0, 0.5), 0.5, 0.25],
        [0.25, power(-1.5, 0.5), power(-0.5, 0.0), 1.0],
    ];
    for (dimension, expected) in report.dimensions.iter().zip(expected) {
        dimension.index.iter().zip(expected).for_each(|(found, expected)| near(found[0], expected));
    }
    let u: Vec<f64> = report.dimensions[0].metrics[1].u.iter().map(|folds| folds[0]).collect();
    assert_eq!(u, [0.5, 0.5, 0.75, 1.0]);
    assert_eq!(report.dimensions[0].metrics[0].weight, 0.5);

    let expected = [
        ("uniform", "B", power(-1.25, 5.0 / 12.0), 0.66453),
        ("uniform", "D", power(-2.0 / 3.0, 0.0), 0.62996),
        ("uniform", "C", power(-13.0 / 12.0, 0.25), 0.62110),
        ("uniform", "A", power(-1.25, 0.0), 0.42045),
        ("private", "B", power(-17.0 / 16.0, 7.0 / 16.0), 0.77428),
        ("private", "A", power(-7.0 / 16.0, 0.0), 0.73841),
        ("private", "C", power(-19.0 / 16.0, 3.0 / 16.0), 0.53949),
        ("private", "D", power(-1.5, 0.0), 0.35355),
    ];
    for (i, (profile, candidate, exact, printed)) in expected.into_iter().enumerate() {
        let found = &report.profile(profile).unwrap().candidates[i % 4];
        assert_eq!((found.candidate.as_str(), found.rank), (candidate, (i % 4 + 1) as f64));
        near(found.mean, exact);
        assert!((found.mean - printed).abs() < 5e-6, "{candidate} {}", found.mean);
        assert_eq!((found.score, found.standard_deviation, found.risk), (found.mean, None, None));
    }
    let weights: Vec<f64> = report.profiles[1].weights.iter().map(|w| w.weight).collect();
    assert_eq!(weights, [0.25, 0.75, 0.0]);
    let printed = "\
Trust index of 4 candidate(s) over 1 fold(s); 3 dimension(s), 7 metric(s)
  Profile 'private': fidelity 0.250, privacy 0.750, utility 0.000; score: the index of the single fold
   rank  candidate   score    mean      SD      SE   first   fidelity  privacy  utility
      1  B           0.774   0.774       -       -   100 %      0.553    0.866    0.612
      2  A           0.738   0.738       -       -     0 %      0.297    1.000    0.250
      3  C           0.539   0.539       -       -     0 %      0.678    0.500    0.707
      4  D           0.354   0.354       -       -     0 %      1.000    0.250    1.000
Ranks among N = 4 reference values of each metric; 1 is best.";
    assert_eq!(hand_index().run(&table, &[private]).unwrap().to_string(), printed);
}

/// u = (1/4, 1) with equal b: pi = 1/2; with a second dimension of pi = 1 and even omega: tau = sqrt(1/2).
#[test]
fn two_dimensions_by_hand() {
    let values = [[1.0, 9.0, 5.0], [2.0, 1.0, 5.0], [3.0, 1.0, 5.0], [4.0, 1.0, 5.0]];
    let values = values.map(|metrics| vec![metrics.to_vec()]);
    let index = TrustIndex::new([
        Dimension::new("one", [Metric::new("m0"), Metric::new("m1")]),
        Dimension::new("two", [Metric::new("m2")]),
    ]);
    let report = index.unwrap().run(&table(&values), &[Profile::uniform("even")]).unwrap();
    assert_eq!((report.dimensions[0].index[0][0], report.dimensions[1].index[0][0]), (0.5, 1.0));
    assert!(
        (report.profiles[0].candidate("g0").unwrap().mean - std::f64::consts::FRAC_1_SQRT_2).abs()
            < 2e-16
    );
    assert_eq!(report.constant_metrics, ["m2"]);
}

/// One metric, two folds: pooled values 1, 2, 3, 4, so tau = value / 4. g0 (1, 4): mean 5/8, SD 3/8 sqrt 2;
/// g1 (2, 3): mean 5/8, SD 1/8 sqrt 2.
#[test]
fn spread_over_folds_costs_what_the_profile_says() {
    let values = [vec![vec![1.0], vec![4.0]], vec![vec![2.0], vec![3.0]]];
    let gini = FoldRisk::Measure { measure: RiskMeasure::GiniTail, tail: 0.05 };
    let profiles = [
        Profile::uniform("mean").risk_aversion(0.0),
        Profile::uniform("averse").risk_aversion(2.0),
        Profile::uniform("gini").risk(gini),
    ];
    let report = index(1).run(&table(&values), &profiles).unwrap();
    let [mean, averse, gini] = &report.profiles[..] else { panic!() };
    let ranks = |p: &risk_sd::ProfileReport| ["g0", "g1"].map(|name| p.candidate(name).unwrap().rank);
    assert_eq!((ranks(mean), ranks(averse), ranks(gini)), ([1.5, 1.5], [2.0, 1.0], [2.0, 1.0]));
    let wide = averse.candidate("g0").unwrap();
    assert_eq!((wide.mean, wide.first_share), (0.625, Some(0.5)));
    let sd = 0.375 * 2f64.sqrt();
    assert!((wide.standard_deviation.unwrap() - sd).abs() < 1e-15);
    assert!((wide.standard_error.unwrap() - 0.375).abs() < 1e-15);
    assert!((wide.score - (0.625 - 2.0 * sd)).abs() < 1e-15);
    // Gini tail: half the mean absolute difference of two draws, (3/4) / 4.
    assert_eq!(gini.candidate("g0").unwrap().risk, Some(0.1875));

    let draws = index(1).replication(Replication::BootstrapDraws);
    let report = draws.run(&table(&values), &profiles).unwrap();
    let wide = report.profiles[0].candidate("g0").unwrap();
    assert_eq!(wide.standard_error, wide.standard_deviation);
    let refused = report.dominance("mean", &RankingTest::new());
    assert!(matches!(refused, Err(Error::WrongSampling { .. })));
    // (1, 4) against (2, 3): as far below as above at the first order, dominated at the second.
    let ratios = |order| report.violation_ratios(order, "mean").unwrap();
    assert_eq!(ratios(Order::First), [[0.5, 0.5], [0.5, 0.5]]);
    assert_eq!(ratios(Order::Second), [[0.5, 1.0], [0.0, 0.5]]);
    assert!(report.violation_ratios(Order::First, "odd").is_err());
}

/// Reference 5 for all (N = 2): a new 5 has u = 1, a new 4 has 1/4. The metric decides.
#[test]
fn constant_in_the_reference_is_not_without_influence() {
    let reference = index(1).reference(&table(&[vec![vec![5.0]], vec![vec![5.0]]])).unwrap();
    let audit = |a, b| reference.audit(&table(&[vec![vec![a]], vec![vec![b]]]), &profiles(1)).unwrap();
    let other = audit(5.0, 4.0);
    assert_eq!(other.dimensions[0].metrics[0].u, [[1.0], [0.25]]);
    assert_eq!(
        (other.constant_metrics.len(), &other.constant_in_reference[..]),
        (0, &["m0".into()][..])
    );
    assert!(
        other.to_string().contains("Constant in the reference, so that new values rank 1"),
        "{other}"
    );
    let same = audit(5.0, 5.0);
    assert_eq!((&same.constant_metrics[..], same.constant_in_reference.len()), (&["m0".into()][..], 0));
}

#[test]
fn a_held_out_value_below_all_has_half_a_rank() {
    let index = index(1);
    let reference =
        index.reference(&table(&[vec![vec![1.0], vec![2.0]], vec![vec![2.0], vec![3.0]]])).unwrap();
    assert_eq!(reference.size(), 4);
    let new = table(&[vec![vec![0.0], vec![9.0]], vec![vec![2.0], vec![2.5]]]);
    let report = reference.audit(&new, &profiles(1)).unwrap();
    assert_eq!(report.dimensions[0].metrics[0].u, [[0.125, 1.0], [0.75, 0.75]]);
}

/// Ten folds, one candidate ahead in all: the tests see it at both orders; five folds cannot prove anything.
#[test]
fn dominance_over_folds() {
    let audit = |folds: usize| {
        let fold =
            |g: usize, f: usize| vec![(g * folds + f) as f64, (g * folds + (f * 3) % folds) as f64];
        let values: Vec<Vec<Vec<f64>>> =
            (0..3).map(|g| (0..folds).map(|f| fold(g, f)).collect()).collect();
        run(&values).dominance("uniform", &RankingTest::new().seed(1)).unwrap()
    };
    for order in [Order::First, Order::Second] {
        let (many, few) = (audit(12), audit(5));
        let [many_ranking, few_ranking] = [&many, &few].map(|r| r.at(order).unwrap());
        assert_eq!(many_ranking.models[0].name, "g2");
        assert_eq!((many_ranking.models[0].wins, many_ranking.models[0].absolute_wins), (2, 2));
        assert_eq!(few_ranking.models[0].name, "g2");
        assert_eq!(few_ranking.models[0].absolute_wins, 0, "2^5 < 6 / 0.05");
        assert!(few.warnings.contains(&Warning::FewRows { found: 5 }));
    }
}

fn cells() -> impl Strategy<Value = Vec<Vec<Vec<f64>>>> {
    (2usize..5, 1usize..4, 1usize..5, 2i32..30).prop_flat_map(
        |(candidates, folds, metrics, distinct)| {
            let value = (-distinct..distinct).prop_map(f64::from);
            let fold = prop::collection::vec(value, metrics);
            prop::collection::vec(prop::collection::vec(fold, folds), candidates)
        },
    )
}

/// Which of each two candidates is ahead, under each profile.
fn orders(report: &TrustReport, of: usize) -> Vec<std::cmp::Ordering> {
    let rank = |p: &risk_sd::ProfileReport, g: usize| p.candidate(&format!("g{g}")).unwrap().rank;
    let pairs = || (0..of).flat_map(move |a| (0..of).map(move |b| (a, b)));
    let of_profile =
        |p: &risk_sd::ProfileReport| pairs().map(|(a, b)| rank(p, a).total_cmp(&rank(p, b))).collect();
    report.profiles.iter().map(of_profile).collect::<Vec<Vec<_>>>().concat()
}

proptest! {
    #[test]
    fn increasing_maps_of_metrics_change_nothing(values in cells()) {
        let maps: [fn(f64) -> f64; 4] =
            [f64::exp, |v| v.powi(3), |v| 1e300 * v - 1e299, |v| 1e9 + 1e-3 * v];
        let mut mapped = values.clone();
        for fold in mapped.iter_mut().flatten() {
            fold.iter_mut().zip(maps.iter().cycle()).for_each(|(value, map)| *value = map(*value));
        }
        let (one, other) = (run(&values), run(&mapped));
        prop_assert_eq!(one.profiles, other.profiles);
    }

    #[test]
    fn the_index_is_the_definition(values in cells()) {
        let report = run(&values);
        let (k, folds, metrics) = (values.len(), values[0].len(), values[0][0].len());
        for profile in &report.profiles {
            for g in 0..k {
                let found = &profile.candidate(&format!("g{g}")).unwrap().index;
                for f in 0..folds {
                    let u = |m: usize| {
                        let cells = values.iter().flatten();
                        cells.filter(|cell| cell[m] <= values[g][f][m]).count() as f64 / (k * folds) as f64
                    };
                    let naive: f64 = (0..metrics).map(|m| u(m).powf(profile.weights[m].weight)).product();
                    prop_assert!((found[f] - naive).abs() < 1e-14);
                }
            }
        }
    }

    #[test]
    fn who_is_nowhere_below_anything_has_index_one(values in cells(), at in 0usize..4) {
        let mut values = values;
        let at = at % values.len();
        for fold in &mut values[at] {
            fold.iter_mut().for_each(|value| *value = 30.0);
        }
        for profile in run(&values).profiles {
            let best = profile.candidate(&format!("g{at}")).unwrap();
            prop_assert!(best.index.iter().all(|tau| *tau == 1.0));
            prop_assert_eq!((best.score, best.rank <= profile.candidates[1].rank), (1.0, true));
        }
    }

    /// Ahead in every metric of every fold stays ahead, whoever else competes; copies of a candidate that is above
    /// both in everything never exchange two others; the copy ties with its original.
    #[test]
    fn what_a_copy_cannot_change(values in cells(), copied in 0usize..4) {
        let (k, copied) = (values.len(), copied % values.len());
        let mut more = values.clone();
        more.push(values[copied].clone());
        let (before, after) = (run(&values), run(&more));
        for profile in &after.profiles {
            let of = |g: usize| profile.candidate(&format!("g{g}")).unwrap();
            prop_assert_eq!(&of(k).index, &of(copied).index);
            prop_assert_eq!(of(k).rank, of(copied).rank);
        }
        let cells = |g: usize| values[g].iter().flatten();
        let (first, last) = (&before.profiles[0], &after.profiles[0]);
        for (a, b) in (0..k).flat_map(|a| (0..k).map(move |b| (a, b))) {
            let ahead = |p: &risk_sd::ProfileReport| {
                let rank = |g: usize| p.candidate(&format!("g{g}")).unwrap().rank;
                rank(a).total_cmp(&rank(b))
            };
            if cells(a).zip(cells(b)).all(|(x, y)| x >= y) {
                prop_assert!(ahead(first).is_le() && ahead(last).is_le());
            }
            // Above every fold of both: no rank of theirs counts the copy.
            let top = |m: usize| values[copied].iter().map(|f| f[m]).fold(f64::INFINITY, f64::min);
            let under = |g: usize| values[g].iter().all(|f| f.iter().enumerate().all(|(m, v)| *v < top(m)));
            if under(a) && under(b) {
                prop_assert_eq!(ahead(first), ahead(last));
            }
        }
    }

    #[test]
    fn copying_everybody_or_fixing_the_reference_changes_nothing(values in cells(), copied in 0usize..4) {
        let (k, metrics) = (values.len(), values[0][0].len());
        let before = run(&values);
        let twice = run(&[values.clone(), values.clone()].concat());
        prop_assert_eq!(orders(&before, k), orders(&twice, k));

        let mut more = values.clone();
        more.push(values[copied % k].clone());
        let reference = index(metrics).reference(&table(&values)).unwrap();
        let against = reference.audit(&table(&more), &profiles(metrics)).unwrap();
        prop_assert_eq!(orders(&before, k), orders(&against, k));
        for (profile, other) in before.profiles.iter().zip(&against.profiles) {
            for candidate in &profile.candidates {
                prop_assert_eq!(&candidate.index, &other.candidate(&candidate.candidate).unwrap().index);
            }
        }
    }
}

/// One fold, two metrics, ranks (1, 2), (2, 3), (3, 1). Counts times counts: g0 1 * 2 = 2 below g2 3 * 1 = 3. With
/// a copy of g0 the counts become g0 2 * 3 = 6 and g2 4 * 1 = 4: the copy lifts its original above g2.
#[test]
fn a_copy_may_exchange_two_others() {
    let values = [[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]].map(|metrics| vec![metrics.to_vec()]);
    let copied = [values.to_vec(), vec![values[0].clone()]].concat();
    let rank = |report: &TrustReport, name: &str| report.profiles[0].candidate(name).unwrap().rank;
    let (before, after) = (run(&values), run(&copied));
    assert!(rank(&before, "g0") > rank(&before, "g2"));
    assert!(rank(&after, "g0") < rank(&after, "g2"));
}

/// 2 * 6 = 3 * 4, but the logarithms differ in the last bit.
#[test]
fn equal_products_of_ranks_tie() {
    let ranks = [[2.0, 6.0], [3.0, 4.0], [1.0, 1.0], [4.0, 2.0], [5.0, 3.0], [6.0, 5.0]];
    let report = run(&ranks.map(|metrics| vec![metrics.to_vec()]));
    let rank = |name: &str| report.profiles[0].candidate(name).unwrap().rank;
    assert_eq!(rank("g0"), rank("g1"));
}

#[test]
fn bad_indices_are_named() {
    let new = |dimensions: Vec<Dimension>| TrustIndex::new(dimensions).unwrap_err();
    says(new(vec![]), "the trust index has no dimension");
    says(new(vec![Dimension::new("privacy", [])]), "dimension 'privacy' has no metric");
    let [a, b] = ["a", "b"].map(|name| Dimension::new(name, [Metric::new("m")]));
    assert_eq!(new(vec![a.clone(), a.clone()]), Error::DuplicateName { name: "a".into() });
    assert_eq!(new(vec![a, b]), Error::DuplicateName { name: "m".into() });
    let zero = Dimension::new("utility", [Metric::new("m").weight(0.0)]);
    says(new(vec![zero]), "dimension 'utility': all weights are zero");
    let negative = Dimension::new("utility", [Metric::new("m").weight(-1.0)]);
    says(
        new(vec![negative]),
        "dimension 'utility': the weight of metric 'm' is -1: weights are finite and not negative",
    );
}

#[test]
fn bad_profiles_are_named() {
    let table = table(&[vec![vec![1.0, 2.0]], vec![vec![2.0, 1.0]]]);
    let run = |profiles: &[Profile]| index(2).run(&table, profiles).unwrap_err();
    says(run(&[]), "no profile of trade-off weights was given");
    let same = Profile::uniform("p");
    assert_eq!(run(&[same.clone(), same.clone()]), Error::DuplicateName { name: "p".into() });
    for (weights, sentence) in [
        (vec![("d0", 1.0), ("d9", 1.0)], "profile 'p' weighs 'd9', which is no dimension of the index"),
        (vec![("d0", 0.0)], "profile 'p' gives every dimension the weight 0"),
        (vec![], "profile 'p' gives every dimension the weight 0"),
        (vec![("d0", 1.0), ("d0", 2.0)], "the name 'd0' is used twice"),
        (
            vec![("d0", 1.0), ("d1", -0.5)],
            "profile 'p' gives 'd1' the weight -0.5: weights are finite and not negative",
        ),
        (
            vec![("d0", f64::NAN)],
            "profile 'p' gives 'd0' the weight NaN: weights are finite and not negative",
        ),
    ] {
        says(run(&[Profile::new("p", weights)]), sentence);
    }
    let averse = |alpha| run(&[Profile::uniform("p").risk_aversion(alpha)]);
    assert_eq!(averse(-1.0), Error::Negative { what: "the risk aversion", value: -1.0 });
    assert!(matches!(averse(f64::INFINITY), Error::Negative { .. }));
    let tail = FoldRisk::Measure { measure: RiskMeasure::TailValueAtRisk, tail: 0.0 };
    assert_eq!(run(&[same.risk(tail)]), Error::InvalidProbability { probability: 0.0 });
    // Large weights are divided, not added.
    let large = Profile::new("large", [("d0", 1.5e308), ("d1", 1.5e308)]);
    let report = index(2).run(&table, &[large]).unwrap();
    assert_eq!(report.profiles[0].weights[1].weight, 0.5);
}

#[test]
fn bad_tables_are_named() {
    let mut builder = TableBuilder::new();
    let cells = [("a", "1"), ("a", "2"), ("b", "1")];
    cells.iter().for_each(|(g, f)| builder.push(g, f, "m0", 1.0).unwrap());
    builder.push("b", "2", "m1", 1.0).unwrap();
    let missing = builder.paired(IncompleteRows::Refuse).unwrap_err();
    says(missing, "no value of metric 'm1' for model 'a', sample '1' (4 cell(s) missing in all)");
    let twice = builder.push("a", "1", "m0", 2.0).unwrap_err();
    says(twice, "metric 'm0' of model 'a', sample '1' is given twice");
    let nan = builder.push("a", "3", "m0", f64::NAN).unwrap_err();
    says(nan, "metric 'm0' of model 'a', sample '3' is NaN, not a finite number");

    let independent = |folds: &[(&str, &str)]| {
        let mut builder = TableBuilder::new();
        folds.iter().for_each(|(g, f)| builder.push(g, f, "m0", f.len() as f64).unwrap());
        builder.independent(IncompleteRows::Refuse).unwrap()
    };
    let unequal = independent(&[("a", "1"), ("a", "2"), ("b", "1")]);
    says(
        index(1).run(&unequal, &profiles(1)).unwrap_err(),
        "candidate 'b' has 1 fold(s), the first candidate has 2",
    );
    let named = independent(&[("a", "seed 1"), ("a", "seed 2"), ("b", "seed 30"), ("b", "seed 4")]);
    let report = index(1).run(&named, &profiles(1)).unwrap();
    assert_eq!(report.sampling, Sampling::Independent);
    assert_eq!(report.profiles[0].candidates[0].first_share, None);
    assert!(report.to_string().contains("fold names differ between candidates: not paired"), "{report}");
    let unknown = index(2).run(&named, &profiles(2)).unwrap_err();
    assert_eq!(unknown, Error::UnknownName { name: "m1".into() });
}
