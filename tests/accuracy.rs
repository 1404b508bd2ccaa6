//! Every descriptive statistic against exact arithmetic, on inputs that are hard in one way each.
//!
//! Bounded: the same cases in larger numbers make the tables of `docs/accuracy.md` (`cargo run --release --example
//! accuracy`).

mod oracle;

use oracle::classes::CLASSES;
use oracle::draws::Random;
use oracle::rows::{Column, Pair};
use oracle::{Measured, copula, dominance, risk, transport};
use risk_sd::verdict;

/// Pairs of columns of a class.
const PAIRS: usize = 150;

#[track_caller]
fn check(measured: &[Measured], class: &str, input: impl Fn() -> String) {
    for one in measured {
        let error = one.error();
        assert!(
            error <= one.routine.kind.bound(),
            "{} of {class}: error {error:e} of {:?}, truth {:?}: {}",
            one.routine.name,
            one.found,
            one.truth.parts(),
            input()
        );
    }
}

fn pairs(salt: u64, mut of: impl FnMut(&mut Random, &'static str, &Column, &Column)) {
    for (number, class) in CLASSES.iter().enumerate() {
        let mut random = Random(1000 * salt + number as u64);
        for _ in 0..PAIRS {
            let (x, y) = class.pair(&mut random);
            of(&mut random, class.name, &x, &y);
        }
    }
}

#[test]
fn measures_of_one_column() {
    pairs(1, |random, class, x, y| {
        check(&risk::whole(x), class, || format!("{x:?}"));
        let n = x.values.len();
        let levels = [random.uniform(), (1 + random.below(n)) as f64 / n as f64];
        for p in levels {
            check(&risk::at_level(x, p), class, || format!("p = {p}, {x:?}"));
        }
        for z in [y.values[0], x.values[random.below(n)]] {
            check(&risk::at_value(x, z), class, || format!("z = {z}, {x:?}"));
        }
    });
}

#[test]
fn gaps_ratios_and_verdicts() {
    pairs(2, |_, class, x, y| {
        let pair = Pair::of(x, y);
        let input = || format!("{x:?} against {y:?}");
        assert_eq!(verdict(&x.sample(), &y.sample()), dominance::verdict(&pair), "{class}: {}", input());
        check(&dominance::measured(x, y, &pair), class, input);
    });
}

#[test]
fn distances_couplings_and_barycenters() {
    pairs(3, |_, class, x, y| {
        let pair = Pair::of(x, y);
        let input = || format!("{x:?} against {y:?}");
        check(&transport::distances(x, y, &pair), class, input);
        check(&transport::plan(x, y, &pair), class, input);
        check(&transport::between(x, y, &pair), class, input);
    });
}

#[test]
fn scores_of_portfolios() {
    let mut random = Random(4);
    for _ in 0..PAIRS {
        check(&copula::measured(&mut random), "whole ranks", String::new);
    }
}
