//! Inputs with exact answers, and this crate's, for other packages to answer: `benches/peers/accuracy.py`.

use std::path::Path;

use num_traits::Signed;
use risk_sd::{energy_distance, wasserstein};
use serde_json::{Value, json};

use crate::hex::hex;
use crate::oracle::classes::CLASSES;
use crate::oracle::draws::Random;
use crate::oracle::rows::{Column, Pair};
use crate::oracle::truth::Truth;
use crate::oracle::{Measured, risk, transport};
use crate::support::Failure;

/// Pairs of each class.
const PAIRS: usize = 200;

pub fn write(path: &Path, seed: u64) -> Result<(), Failure> {
    let mut cases = known(seed);
    cases.extend(of_classes(seed));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, serde_json::to_string(&cases)?)?;
    println!("{} cases in {}", cases.len(), path.display());
    Ok(())
}

fn numbers(values: &[f64]) -> Value {
    values.iter().map(|v| hex(*v)).collect()
}

/// A case without its answers.
fn case(table: &str, name: &str, x: &Column, y: &Column) -> Value {
    let weights = |c: &Column| c.weights.as_ref().map(|w| numbers(w));
    json!({
        "table": table, "name": name, "x": numbers(&x.values), "y": numbers(&y.values),
        "weights_x": weights(x), "weights_y": weights(y), "answers": {},
    })
}

fn answer(case: &mut Value, name: &str, found: f64, truth: &Truth) {
    let [high, low] = truth.parts().map(hex);
    case["answers"][name] = json!({ "truth": [high, low], "found": hex(found) });
}

fn of_classes(seed: u64) -> Vec<Value> {
    let mut cases = Vec::new();
    for (place, class) in CLASSES.iter().enumerate() {
        let mut random = Random(seed * 1000 + place as u64);
        for _ in 0..PAIRS {
            let (x, y) = class.pair(&mut random);
            let mut case = case("classes", class.name, &x, &y);
            let level = random.uniform();
            case["level"] = hex(level).into();
            let pair = Pair::of(&x, &y);
            let measured =
                [risk::whole(&x), risk::at_level(&x, level), transport::distances(&x, &y, &pair)];
            for Measured { routine, found, truth, .. } in measured.into_iter().flatten() {
                if truth.is_normal() || truth.is_zero() {
                    answer(&mut case, routine.name, found, &truth);
                }
            }
            cases.push(case);
        }
    }
    cases
}

/// Two columns whose distances other packages are known to get right or wrong.
fn known(seed: u64) -> Vec<Value> {
    let mut random = Random(seed);
    let mut draw = |n: usize, mean: f64, sd: f64| {
        Column::unweighted(random.column(n, |random| mean + sd * random.normal()))
    };
    let (x, y, y_700) = (draw(1000, 0.0, 1.0), draw(1000, 0.3, 1.5), draw(700, 0.3, 1.5));
    let (long_x, long_y, long_y_7) =
        (draw(1_000_000, 0.0, 1.0), draw(1_000_000, 0.3, 1.5), draw(700_000, 0.3, 1.5));
    let mapped = |c: &Column, f: &dyn Fn(f64) -> f64| Column {
        values: c.values.iter().map(|v| f(*v)).collect(),
        ..c.clone()
    };
    let mut shares = |n: usize, sum: f64| {
        let drawn = random.column(n, Random::uniform);
        let total: f64 = drawn.iter().sum();
        drawn.into_iter().map(|w| w / total * sum).collect::<Vec<f64>>()
    };
    let weighted = |c: &Column, weights: Vec<f64>| Column { weights: Some(weights), ..c.clone() };
    let times = |c: &Column, k: usize| Column::unweighted(c.values.repeat(k));
    let (w_x, w_y, above_one) = (shares(1000, 1.0), shares(700, 1.0), shares(1000, 1.0 + 1e-6));
    let coarse = |c: &Column| mapped(c, &|v| (2.0 * v).round() / 2.0);
    let outlier = Column::unweighted([&x.values[..], &[1e6]].concat());
    let counts = |n: u32| (1..=n).map(f64::from).collect::<Vec<f64>>();
    let first = |c: &Column, n: usize| Column::unweighted(c.values[..n].to_vec());
    let far = |c: &Column| mapped(c, &|v| 1e9 + v);
    let scaled = |c: &Column, factor: f64| mapped(c, &|v| v * factor);
    let steps =
        |from: u32| Column::unweighted((from..from + 1000).map(|k| f64::from(k) * 5e-324).collect());
    let both: &[u32] = &[1, 2];
    let cases: Vec<(&str, Column, Column, &[u32])> = vec![
        ("normal 1000/1000", x.clone(), y.clone(), &[1, 2, 3, 10, 100, 1000]),
        ("normal 1000/700", x.clone(), y_700.clone(), both),
        ("offset 1e9, 1000/700", far(&x), far(&y_700), both),
        (
            "ties (step 0.5) 1000/700, weighted",
            weighted(&coarse(&x), w_x.clone()),
            weighted(&coarse(&y_700), w_y.clone()),
            both,
        ),
        ("normal 1,000,000/1,000,000", long_x.clone(), long_y, both),
        ("normal 1,000,000/700,000", long_x, long_y_7, both),
        ("x against itself 3 times over: true 0", x.clone(), times(&x, 3), both),
        (
            "x and an outlier 1e6 against itself 7 times over: true 0",
            outlier.clone(),
            times(&outlier, 7),
            both,
        ),
        ("weights of one side sum to 1 + 1e-6", weighted(&x, above_one), weighted(&y_700, w_y), both),
        (
            "counts as weights (sums 5050, 4950)",
            weighted(&first(&x, 100), counts(100)),
            weighted(&first(&y, 99), counts(99)),
            both,
        ),
        ("1e-170 times normal", scaled(&x, 1e-170), scaled(&y, 1e-170), both),
        ("1e160 times normal", scaled(&x, 1e160), scaled(&y, 1e160), both),
        ("1e300 times normal", scaled(&x, 1e300), scaled(&y, 1e300), both),
        ("multiples of 2^-1074", steps(0), steps(5), both),
    ];
    cases.into_iter().map(|(name, x, y, exponents)| known_case(name, &x, &y, exponents)).collect()
}

fn known_case(name: &str, x: &Column, y: &Column, exponents: &[u32]) -> Value {
    let (pair, a, b) = (Pair::of(x, y), x.sample(), y.sample());
    let mut case = case("known", name, x, y);
    for &p in exponents {
        let truth = pair.truth(&pair.mean(|d| d.abs().pow(p)), p.into()).root(p);
        let found = wasserstein(p.into(), &a, &b).expect("in range");
        answer(&mut case, &format!("W_{p}"), found, &truth);
    }
    if x.values.len() <= 10_000 {
        let truth = transport::energy(&pair);
        answer(&mut case, "energy_distance", energy_distance(&a, &b).expect("in range"), &truth);
    }
    case
}
