//! Who wins under which trade-offs: exact areas, shifts of weight, draws of folds.

use proptest::prelude::*;
use risk_sd::plot::{Picture, dimension_indices, trade_off_map};
use risk_sd::{
    Bootstrap, Dimension, Error, IncompleteRows, Metric, Profile, ShareKind, SweepReport, TableBuilder,
    TradeOffSweep, TrustIndex, TrustReport,
};

/// One metric for each dimension; `values[g][f][m]`.
fn audited(values: &[Vec<Vec<f64>>], profiles: &[Profile]) -> TrustReport {
    let mut builder = TableBuilder::new();
    for (g, folds) in values.iter().enumerate() {
        for (f, metrics) in folds.iter().enumerate() {
            for (m, value) in metrics.iter().enumerate() {
                builder.push(&format!("g{g}"), &format!("f{f}"), &format!("m{m}"), *value).unwrap();
            }
        }
    }
    let dimension = |m| Dimension::new(format!("d{m}"), [Metric::new(format!("m{m}"))]);
    let index = TrustIndex::new((0..values[0][0].len()).map(dimension)).unwrap();
    index.run(&builder.paired(IncompleteRows::Refuse).unwrap(), profiles).unwrap()
}

fn sweep(values: &[Vec<Vec<f64>>], resolution: usize) -> SweepReport {
    let report = audited(values, &[Profile::uniform("even").risk_aversion(0.5)]);
    TradeOffSweep::new().resolution(resolution).run(&report, "even").unwrap()
}

fn one_fold<const T: usize>(ranks: &[[f64; T]]) -> Vec<Vec<Vec<f64>>> {
    ranks.iter().map(|metrics| vec![metrics.to_vec()]).collect()
}

/// u: g0 (1, 1/2, 1/2), g1 (1/2, 1, 1) in halves: g0 wins where omega_0 > 1/2, a quarter of the area. At g1's
/// expense of the even weights (1/3, 1/3, 1/3) the shift is 1/6, and all of it must go to dimension 0.
#[test]
fn two_candidates_by_hand_at_any_resolution() {
    for resolution in [1, 2, 3, 7, 20] {
        let found = sweep(&one_fold(&[[2.0, 1.0, 1.0], [1.0, 2.0, 2.0]]), resolution);
        assert_eq!(
            (found.shares_by, found.points.len()),
            (ShareKind::Exact, (resolution + 1) * (resolution + 2) / 2)
        );
        assert!((found.share("g0").unwrap() - 0.25).abs() < 1e-12, "{resolution}: {:?}", found.shares);
        assert_eq!(found.winner, "g1");
        let change = found.change.unwrap();
        assert_eq!(change.winner, "g0");
        assert!((change.shift - 1.0 / 6.0).abs() < 1e-12, "{change:?}");
        assert!((change.weights[0].weight - 0.5).abs() < 1e-12);
    }
}

/// Three candidates, each the best in one dimension by the same ranks: a third each.
#[test]
fn a_symmetric_contest_has_equal_shares() {
    let found = sweep(&one_fold(&[[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0]]), 9);
    for share in &found.shares {
        assert!((share.share - 1.0 / 3.0).abs() < 1e-12, "{:?}", found.shares);
    }
    let even =
        found.points.iter().find(|p| p.weights.iter().all(|w| (w - 1.0 / 3.0).abs() < 1e-9)).unwrap();
    assert_eq!((even.winners.len(), even.margin), (3, Some(0.0)));
    println!("{found}");
}

#[test]
fn beyond_three_dimensions_points_are_counted() {
    // g0 wins where omega_0 > 1/2 and ties at 1/2: of the 10 points of R = 2 in T = 4 dimensions one, and three ties.
    let found = sweep(&one_fold(&[[2.0, 1.0, 1.0, 1.0], [1.0, 2.0, 2.0, 2.0]]), 2);
    assert_eq!((found.shares_by, found.points.len()), (ShareKind::LatticePoints, 10));
    assert!((found.share("g0").unwrap() - 2.5 / 10.0).abs() < 1e-12);
    let single = sweep(&one_fold(&[[1.0], [2.0]]), 5);
    assert_eq!((single.points.len(), single.winner.as_str(), single.change), (1, "g1", None));
    assert!(
        sweep(&one_fold(&[[1.0, 2.0], [1.0, 3.0]]), 4).to_string().contains("'g1' wins under every")
    );
    let alone = sweep(&one_fold(&[[1.0, 2.0, 3.0]]), 4);
    assert_eq!((alone.points[0].margin, alone.shares[0].share), (None, 1.0));
}

fn cells() -> impl Strategy<Value = Vec<Vec<Vec<f64>>>> {
    (2usize..5, 1usize..4).prop_flat_map(|(candidates, folds)| {
        let fold = prop::collection::vec((0..12i32).prop_map(f64::from), 3);
        prop::collection::vec(prop::collection::vec(fold, folds), candidates)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Areas by counting the middles of small triangles; shifts by searching a fine lattice.
    #[test]
    fn areas_and_shifts_agree_with_brute_force(values in cells()) {
        let (found, fine) = (sweep(&values, 16), sweep(&values, 120));
        let points = fine.points.len() as f64;
        for (g, share) in found.shares.iter().enumerate() {
            let wins = |p: &&risk_sd::SweepPoint| p.winners.contains(&g);
            let tied = |p: &risk_sd::SweepPoint| 1.0 / p.winners.len() as f64;
            let counted: f64 = fine.points.iter().filter(wins).map(tied).sum::<f64>() / points;
            prop_assert!((share.share - counted).abs() < 0.03, "{} {counted}", share.share);
        }
        let winner = found.candidates.iter().position(|c| *c == found.winner).unwrap();
        let even = 1.0 / 3.0;
        let shift = |p: &risk_sd::SweepPoint| p.weights.iter().map(|w| (w - even).abs()).sum::<f64>() / 2.0;
        let lost = fine.points.iter().filter(|p| !p.winners.contains(&winner));
        let nearest = lost.map(shift).fold(f64::INFINITY, f64::min);
        match &found.change {
            // Only a tie, or less than the lattice sees.
            None => prop_assert!(nearest.is_infinite() || found.folds > 1, "{nearest}"),
            Some(change) if found.folds == 1 => {
                prop_assert!(change.shift <= nearest + 1e-9 && nearest <= change.shift + 0.03 || nearest.is_infinite());
            }
            Some(change) => prop_assert!(change.shift >= nearest - 0.02, "{} {nearest}", change.shift),
        }
    }

    #[test]
    fn every_point_agrees_with_an_audit_under_its_weights(values in cells(), at in 0usize..15) {
        let found = sweep(&values, 4);
        let point = &found.points[at];
        let weights = (0..3).map(|m| (format!("d{m}"), point.weights[m]));
        let profile = Profile::new("here", weights).risk_aversion(0.5);
        let report = audited(&values, &[profile]);
        let ranked = &report.profiles[0];
        for (g, score) in point.scores.iter().enumerate() {
            let candidate = ranked.candidate(&format!("g{g}")).unwrap();
            prop_assert!((candidate.score - score).abs() < 1e-14);
            prop_assert_eq!(point.winners.contains(&g), candidate.rank == ranked.best().rank);
        }
    }
}

/// Two folds, even weights; tau of g0 and g1 by fold: the mean of the draws (1,1), (1,2), (2,1), (2,2) decides. g0
/// is far ahead in fold 0 and little behind in fold 1, so it loses the draw (2,2) alone: kept in 3/4.
#[test]
fn winners_are_drawn_again() {
    let values = [vec![vec![9.0], vec![5.0]], vec![vec![1.0], vec![6.0]]];
    let report = audited(&values, &[Profile::uniform("even").risk_aversion(0.0)]);
    let run = |replicates| {
        let bootstrap = Bootstrap::new().replicates(replicates).seed(3);
        TradeOffSweep::new().resolution(1).bootstrap(bootstrap).run(&report, "even")
    };
    let kept = run(4000).unwrap().points[0].kept.unwrap();
    assert!((kept - 0.75).abs() < 4.0 * (0.1875f64 / 4000.0).sqrt(), "{kept}");
    assert_eq!(run(50).unwrap().points[0].kept, Some(0.82), "the draws of a seed never change");
    assert!(matches!(run(0), Err(Error::TooFewReplicates { .. })));
    for found in [10_000_001, usize::MAX] {
        let what = "bootstrap";
        assert_eq!(run(found), Err(Error::TooManyReplicates { what, found, most: 10_000_000 }));
    }

    let single = audited(&one_fold(&[[1.0], [2.0]]), &[Profile::uniform("even")]);
    let sweep = TradeOffSweep::new().bootstrap(Bootstrap::new()).run(&single, "even").unwrap();
    assert_eq!((sweep.bootstrap, sweep.points[0].kept), (None, None));
}

/// u = (1/12, 6/12) and (2/12, 3/12): the products are equal, the sums of logarithms differ in the last bit. Who tie
/// everywhere share the simplex, and neither overtakes.
#[test]
fn ties_up_to_rounding_are_ties_everywhere() {
    let table = |rows: &[[f64; 2]], rest: f64, dimensions: usize| {
        let mut builder = TableBuilder::new();
        for (g, row) in rows.iter().enumerate() {
            let rest = (2..=dimensions).map(|_| rest);
            for (m, value) in row.iter().copied().chain(rest).enumerate() {
                builder.push(&format!("g{g}"), "all", &format!("m{m}"), value).unwrap();
            }
        }
        builder.paired(IncompleteRows::Refuse).unwrap()
    };
    for dimensions in [2, 3] {
        let pair = Dimension::new("pair", [Metric::new("m0"), Metric::new("m1")]);
        let rest = (2..=dimensions)
            .map(|m| Dimension::new(format!("same {m}"), [Metric::new(format!("m{m}"))]));
        let index = TrustIndex::new([pair].into_iter().chain(rest)).unwrap();
        let known: Vec<[f64; 2]> = (1..=12).map(|rank| [f64::from(rank); 2]).collect();
        let reference = index.reference(&table(&known, 1.0, dimensions)).unwrap();
        let audited = table(&[[1.0, 6.0], [2.0, 3.0]], 1.0, dimensions);
        let report = reference.audit(&audited, &[Profile::uniform("even")]).unwrap();
        let u = |g: usize| [0, 1].map(|m| report.dimensions[0].metrics[m].u[g][0] * 12.0);
        assert_eq!((u(0), u(1)), ([1.0, 6.0], [2.0, 3.0]));
        let found = TradeOffSweep::new().resolution(4).run(&report, "even").unwrap();
        assert!(found.points.iter().all(|p| p.winners == [0, 1] && p.margin == Some(0.0)));
        assert_eq!((found.share("g0"), found.share("g1")), (Ok(0.5), Ok(0.5)));
        assert_eq!(found.change, None);
    }
}

/// g0 wins both corners. With two folds that proves nothing about what lies between.
#[test]
fn what_was_not_tried_is_not_claimed() {
    let values = [vec![vec![9.0, 9.0], vec![9.0, 8.0]], vec![vec![1.0, 2.0], vec![2.0, 3.0]]];
    let found = sweep(&values, 1);
    assert_eq!(found.change, None);
    let printed = found.to_string();
    assert!(printed.contains("'g0' wins at all 2 trade-offs tried."), "{printed}");
    assert!(printed.contains("wins under (share, interpolated)"), "{printed}");
    let tied = sweep(&one_fold(&[[1.0, 2.0], [1.0, 3.0]]), 4).to_string();
    assert!(tied.contains("'g1' wins under every trade-off, alone or tied."), "{tied}");
    // Few folds: kept is there, but not spoken of where risk counts.
    for (alpha, told) in [(0.5, false), (0.0, true)] {
        let report = audited(&values, &[Profile::uniform("even").risk_aversion(alpha)]);
        let bootstrap = Bootstrap::new().replicates(20);
        let drawn =
            TradeOffSweep::new().resolution(1).bootstrap(bootstrap).run(&report, "even").unwrap();
        assert!(drawn.points[0].kept.is_some());
        assert_eq!(drawn.to_string().contains("draws of the folds"), told);
    }
}

#[test]
fn bad_sweeps_are_named() {
    let report = audited(&one_fold(&[[1.0; 3], [2.0; 3]]), &[Profile::uniform("even")]);
    let run = |resolution, profile| TradeOffSweep::new().resolution(resolution).run(&report, profile);
    for resolution in [0, 723, 5000, usize::MAX] {
        let refused = run(resolution, "even").unwrap_err();
        assert_eq!(refused, Error::InvalidResolution { resolution, dimensions: 3, most: 1 << 18 });
    }
    assert_eq!(run(722, "even").unwrap().points.len(), 723 * 724 / 2);
    assert_eq!(run(2, "odd"), Err(Error::UnknownName { name: "odd".into() }));
    let two = sweep(&one_fold(&[[1.0, 2.0], [2.0, 1.0]]), 3);
    let map = trade_off_map(&two, &Picture::default());
    assert!(matches!(map, Err(Error::UnequalDimensions { expected: 3, found: 2, .. })));
    let three = run(4, "even").unwrap();
    for picture in [Picture::default().width(200), Picture::default().height(100)] {
        assert!(matches!(trade_off_map(&three, &picture), Err(Error::Plot { .. })));
        assert!(matches!(dimension_indices(&report, "even", &picture), Err(Error::Plot { .. })));
    }
    assert!(dimension_indices(&report, "odd", &Picture::default()).is_err());
}

/// The areas drawn cover the triangle: their pixels add up to its area.
#[test]
fn the_map_shows_the_shares() {
    let values = one_fold(&[[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0]]);
    let found = sweep(&values, 12);
    let svg = trade_off_map(&found, &Picture::default()).unwrap();
    assert_eq!(svg.matches(" 33 %").count(), 3);
    let area = |line: &str| {
        let points = line.split("points=\"").nth(1)?.trim_end_matches("\"/>");
        let points: Vec<(f64, f64)> = points
            .split_whitespace()
            .filter_map(|p| {
                p.split_once(',').and_then(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)))
            })
            .collect();
        let next = points.iter().cycle().skip(1);
        Some(points.iter().zip(next).map(|(p, q)| p.0 * q.1 - q.0 * p.1).sum::<f64>().abs() / 2.0)
    };
    let polygons = svg.lines().filter(|line| line.starts_with("<polygon"));
    let drawn: f64 = polygons.filter_map(area).sum::<f64>() / 64.0;
    let side = (900.0f64 * 0.7 - 14.0 - 88.0).min(600.0);
    let whole = side * side * 3f64.sqrt() / 4.0;
    assert!((drawn / whole - 1.0).abs() < 0.003, "{drawn} {whole}");
}
