//! The same seed gives the same bits: on any number of threads, with or without a listener.

#[path = "draws/designs.rs"]
mod designs;
mod draws;

use std::ops::ControlFlow;

use designs::{NAMES, design};
use risk_sd::{
    Bootstrap, ClosestRecords, DominanceTest, Error, Guard, MixedTable, NullLaw, Order, PowerAnalysis,
    Progress, RankingTest, Samples, Stage, TableFidelity, UniformMethod, UniformTest,
    wasserstein_matrix,
};

fn dominance(order: Order) -> DominanceTest {
    DominanceTest::new(order)
        .bootstrap(Bootstrap::new().replicates(300).seed(5))
        .guard(Guard::Replicates(300))
}

fn ranking() -> RankingTest {
    RankingTest::new().bootstrap(Bootstrap::new().replicates(300).seed(5)).guard(Guard::Replicates(300))
}

/// Everything the tests report. `Debug` prints the shortest decimals that read back as the same f64, so
/// equal text means equal bits.
fn everything(samples: &Samples) -> String {
    let pair = |order| dominance(order).run(samples, "a", "b").unwrap();
    let analytic = dominance(Order::Second).analytic().run(samples, "b", "c").unwrap();
    let models = ranking().run(samples).unwrap();
    format!("{:?}\n{:?}\n{analytic:?}\n{models:?}", pair(Order::First), pair(Order::Second))
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for name in NAMES {
        let samples = design(name);
        let on_threads = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| everything(&samples))
        };
        let one = on_threads(1);
        for threads in [2, 3, 8] {
            assert_eq!(on_threads(threads), one, "{name}, {threads} threads");
        }
        assert_eq!(everything(&samples), one, "{name}, outside of any pool");
    }
}

#[test]
fn another_seed_gives_other_replicates() {
    for name in NAMES {
        let samples = design(name);
        let run = |seed: u64| dominance(Order::First).seed(seed).run(&samples, "a", "b").unwrap();
        let errors =
            [0, 1, 2, u64::MAX].map(|seed| run(seed).a_over_b.unwrap().standard_error.to_bits());
        for (i, error) in errors.iter().enumerate() {
            assert!(!errors[..i].contains(error), "{name}: {errors:?}");
        }
        let ranks = |seed: u64| ranking().seed(seed).run(&samples).unwrap().rankings;
        assert_ne!(ranks(1), ranks(2), "{name}");
    }
}

/// Independent columns have streams of their own: a third model does not disturb a pair.
#[test]
fn other_columns_do_not_disturb_a_pair() {
    let three = design("unequal");
    let two: Vec<_> = three.iter().take(2).map(|(name, sample)| (name, sample.clone())).collect();
    let two = Samples::independent(two).unwrap();
    let run = |samples: &Samples| dominance(Order::Second).run(samples, "a", "b").unwrap();
    assert_eq!(run(&three), run(&two));
}

/// A ranking looks at the same replicates as a test of one of its pairs.
#[test]
fn a_ranking_agrees_with_the_test_of_a_pair() {
    for name in NAMES {
        let samples = design(name);
        let report = ranking().run(&samples).unwrap();
        for order in [Order::First, Order::Second] {
            let pair = &report.at(order).unwrap().pairs[0];
            let alone = dominance(order).run(&samples, "a", "b").unwrap();
            let direction = alone.a_over_b.unwrap();
            assert_eq!(pair.violation_ratio, direction.violation_ratio, "{name}");
            assert_eq!(pair.standard_error, direction.standard_error, "{name}");
            assert_eq!(pair.upper_bound.a_over_b, direction.upper_bound, "{name}");
            assert_eq!(pair.p_value.a_over_b, direction.p_value, "{name}");
            assert_eq!(pair.p_value.b_over_a, alone.b_over_a.unwrap().p_value, "{name}");
        }
    }
}

/// Runs with a listener that stops at the given call, and returns what it heard.
fn listen(
    stop_at: usize,
    run: impl FnOnce(&mut dyn FnMut(Progress) -> ControlFlow<()>),
) -> Vec<Progress> {
    let mut heard = Vec::new();
    let mut listener = |progress: Progress| {
        heard.push(progress);
        if heard.len() == stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    run(&mut listener);
    heard
}

#[test]
fn progress_comes_at_fixed_counts_and_changes_nothing() {
    let samples = design("paired");
    let silent = dominance(Order::First).run(&samples, "a", "b").unwrap();
    let heard = listen(0, |listener| {
        let report = dominance(Order::First).run_with_progress(&samples, "a", "b", listener);
        assert_eq!(report.unwrap(), silent);
    });
    let at = |stage, done| Progress { stage, done, total: 300 };
    let of = |stage| [128, 256, 300].map(|done| at(stage, done));
    assert_eq!(heard, [of(Stage::Bootstrap), of(Stage::Guard)].concat());

    let silent = ranking().run(&samples).unwrap();
    let heard = listen(0, |listener| {
        assert_eq!(ranking().run_with_progress(&samples, listener).unwrap(), silent);
    });
    let guard: Vec<usize> = heard.iter().filter(|p| p.stage == Stage::Guard).map(|p| p.done).collect();
    assert_eq!(guard, [128, 256, 300, 428, 556, 600, 728, 856, 900]);
    assert!(heard.iter().all(|p| p.total == if p.stage == Stage::Guard { 900 } else { 300 }));
}

#[test]
fn a_listener_can_stop_in_every_stage() {
    let samples = design("unequal");
    for (stop_at, done) in [(1, 128), (3, 300), (5, 256)] {
        let heard = listen(stop_at, |listener| {
            let stopped = dominance(Order::First).run_with_progress(&samples, "a", "b", listener);
            assert_eq!(stopped, Err(Error::Cancelled { done, total: 300 }));
        });
        assert_eq!(heard.len(), stop_at);
        let total = if stop_at > 3 { 900 } else { 300 };
        listen(stop_at, |listener| {
            let stopped = ranking().run_with_progress(&samples, listener);
            assert_eq!(stopped, Err(Error::Cancelled { done, total }));
        });
    }
}

/// What is told how far a run has come.
type Listener<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// A test on samples, and all that it reports.
type Run<'a> = Box<dyn Fn(&mut Listener<'_>) -> Result<String, Error> + 'a>;

/// The calls of a listener that never stops.
fn calls(run: &Run<'_>) -> usize {
    let mut calls = 0;
    let mut listener = |_| {
        calls += 1;
        ControlFlow::Continue(())
    };
    run(&mut listener).unwrap();
    calls
}

/// Nothing is left half-done by a run that was stopped, wherever that was: the same test on the same samples gives
/// the same result again.
#[test]
fn a_stopped_run_leaves_nothing_behind() {
    for name in ["paired", "unequal", "series"] {
        let samples = design(name);
        let (pair, models) = (dominance(Order::Second), ranking());
        let uniform = UniformTest::new().replicates(300).seed(5);
        let runs: [Run<'_>; 3] = [
            Box::new(|listener| {
                pair.run_with_progress(&samples, "a", "b", listener).map(|report| format!("{report:?}"))
            }),
            Box::new(|listener| {
                models.run_with_progress(&samples, listener).map(|report| format!("{report:?}"))
            }),
            Box::new(|listener| {
                uniform
                    .run_with_progress(&samples, "a", "b", listener)
                    .map(|report| format!("{report:?}"))
            }),
        ];
        runs.iter().for_each(|run| assert_unchanged_by_stops(name, run));
    }
}

/// Stopped at each of its calls in turn, and run to its end after each.
fn assert_unchanged_by_stops(name: &str, run: &Run<'_>) {
    let whole = run(&mut |_| ControlFlow::Continue(())).unwrap();
    for stop_at in 1..=calls(run) {
        let heard = listen(stop_at, |listener| {
            assert!(matches!(run(listener), Err(Error::Cancelled { .. })), "{name}, {stop_at}");
        });
        assert_eq!(heard.len(), stop_at, "{name}");
        assert_eq!(run(&mut |_| ControlFlow::Continue(())).unwrap(), whole, "{name}, {stop_at}");
    }
}

/// The same of tables: columns, pairs of columns, replicates, closest records.
#[test]
fn a_stopped_audit_of_tables_leaves_nothing_behind() {
    let mut random = draws::Random(4);
    let columns: [[Vec<f64>; 2]; 3] =
        std::array::from_fn(|_| std::array::from_fn(|_| random.column(150, draws::Random::normal)));
    let [real, synthetic, held_out] =
        columns.each_ref().map(|[x, y]| MixedTable::new().numeric("x", x).numeric("y", y));
    let audit = TableFidelity::new().bootstrap(Bootstrap::new().replicates(300).seed(5));
    let closest = ClosestRecords::new().test(dominance(Order::Second));
    let runs: [(&str, usize, Run<'_>); 2] = [
        (
            "fidelity",
            5,
            Box::new(|listener| {
                audit.run_with_progress(&real, &synthetic, listener).map(|report| format!("{report:?}"))
            }),
        ),
        (
            "closest records",
            8,
            Box::new(|listener| {
                closest
                    .run_with_progress(&real, &held_out, &synthetic, listener)
                    .map(|report| format!("{report:?}"))
            }),
        ),
    ];
    for (name, expected, run) in &runs {
        assert_eq!(calls(run), *expected, "{name}");
        assert_unchanged_by_stops(name, run);
    }
}

/// Everything else that takes a seed or draws, and results that threads compute in parallel.
fn other_draws() -> String {
    let (paired, series) = (design("paired"), design("series"));
    let mut found = Vec::new();
    for method in [UniformMethod::BarrettDonald, UniformMethod::DonaldHsu, UniformMethod::NumericalDelta]
    {
        let test = UniformTest::new().method(method).replicates(150).seed(3);
        found.push(format!("{:?}", test.run(&paired, "a", "b")));
    }
    for law in [NullLaw::Multiplier, NullLaw::Permutation, NullLaw::Bayesian] {
        let test = UniformTest::new().null_law(law).replicates(150).seed(3);
        found.push(format!("{:?}", test.run(&paired, "a", "b")));
    }
    let power = PowerAnalysis::new(Order::Second).data_sets(3).seed(9);
    found.push(format!("{:?}", power.simulate(&paired, "a", "b", 20)));
    found.push(format!("{:?}", wasserstein_matrix(1.5, &series)));
    #[cfg(feature = "ndarray")]
    {
        let cloud = |step: usize| {
            ndarray::Array2::from_shape_fn((40, 3), |(i, j)| ((i * step + 7 * j) % 23) as f64 / 8.0)
        };
        let (a, b) = (cloud(5), cloud(11));
        let directions = risk_sd::Directions::new().count(100).seed(4);
        found.push(format!("{:?}", risk_sd::sliced_wasserstein(2.0, a.view(), b.view(), &directions)));
        found.push(format!(
            "{:?}",
            risk_sd::max_sliced_wasserstein(2.0, a.view(), b.view(), &directions)
        ));
        found.push(format!("{:?}", risk_sd::wasserstein_rows(2.0, a.view(), b.view())));
    }
    found.join("\n")
}

#[test]
fn other_draws_are_the_same_on_any_number_of_threads() {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(other_draws);
    assert!(!one.contains("Err("), "{one}");
    for threads in [2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(other_draws), one, "{threads} threads");
    }
}
