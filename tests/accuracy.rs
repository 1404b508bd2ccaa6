//! Every descriptive statistic against exact arithmetic, on inputs that are hard in one way each.
//!
//! Bounded: the same cases in larger numbers make the tables of `docs/accuracy.md` (`cargo run --release --example
//! accuracy`).

mod oracle;

use num_rational::BigRational;
use oracle::classes::CLASSES;
use oracle::dominance::Areas;
use oracle::draws::Random;
use oracle::rows::{Column, Pair};
use oracle::truth::{Truth, fraction};
use oracle::{Kind, Measured, copula, dominance, risk, transport};
use risk_sd::{Order, verdict};

/// Pairs of columns of a class.
const PAIRS: usize = 60;

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
    for (number, class) in CLASSES.iter().enumerate().filter(|(_, class)| class.has_exact_levels()) {
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
        check(&risk::whole(y), class, || format!("{y:?}"));
        check(&risk::curves(x), class, || format!("{x:?}"));
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

/// Sums of real weights are rounded: masses err by some 1e-16 of the total weight, and answers by as much of their
/// largest part.
#[test]
fn real_weights() {
    let class = CLASSES.iter().find(|class| !class.has_exact_levels()).expect("a class");
    let (mut random, one) = (Random(5), Truth::of_f64(1.0));
    for _ in 0..PAIRS {
        let (x, y) = class.pair(&mut random);
        let pair = Pair::of(&x, &y);
        check(&risk::whole(&x), class.name, || format!("{x:?}"));
        let values = x.values.iter().chain(&y.values);
        let size = Truth::of_f64(values.fold(0.0, |m: f64, v| m.max(v.abs())));
        for one_of in dominance::measured(&x, &y, &pair) {
            let scale = match one_of.routine.kind {
                Kind::Ratio => &one,
                _ => &size.times(&size),
            };
            let error = one_of.truth.error(one_of.found, scale);
            assert!(error < 1e-11, "{}: {error:e}, {x:?} against {y:?}", one_of.routine.name);
        }
    }
}

/// The oracle itself, on hand values.
#[test]
fn the_oracle_knows_the_hand_values() {
    let column = |values: &[f64], weights: &[f64]| Column {
        values: values.to_vec(),
        weights: (!weights.is_empty()).then(|| weights.to_vec()),
    };
    let check = |x: &Column, y: &Column, order: Order, below: [i64; 2], above: [i64; 2]| {
        let pair = Pair::of(x, y);
        let areas = Areas::of(order, &pair);
        let power = |area: &BigRational| pair.truth(area, 2);
        for (area, [numerator, denominator]) in [(&areas.below, below), (&areas.above, above)] {
            let hand = Truth::new(&fraction(numerator, denominator), 0);
            assert!(power(area).minus(&hand).is_zero());
        }
    };
    let (x, y) = (column(&[0.0, 2.0, 4.0], &[]), column(&[1.0, 1.5, 3.0], &[]));
    check(&x, &y, Order::First, [1, 3], [5, 12]);
    check(&x, &y, Order::Second, [23, 648], [1, 648]);
    let (x, y) = (column(&[0.0, 2.0, 5.0], &[]), column(&[1.0, 3.0], &[]));
    check(&x, &y, Order::First, [1, 2], [3, 2]);
    check(&x, &y, Order::Second, [13, 324], [1, 162]);
    let x = column(&[3.0, -1.0, 2.0, 0.5], &[0.5, 1.0, 0.25, 2.0]);
    let y = column(&[1.0, 2.0, -2.0], &[1.0, 3.0, 0.5]);
    check(&x, &y, Order::First, [76, 45], [11, 45]);
    check(&x, &y, Order::Second, [46, 135], [1, 1458]);
}

#[test]
fn scores_of_portfolios() {
    let mut random = Random(4);
    for _ in 0..PAIRS {
        check(&copula::measured(&mut random), "whole ranks", String::new);
    }
}
