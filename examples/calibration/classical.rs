//! How often the classical tests reject, on five designs: X ~ LN(.85, .6) against
//!
//! 1. Y ~ LN(.85, .6), the same law;
//! 2. Y ~ LN(.6, .8): X dominates at second order, the curves of first order cross;
//! 3. Y ~ LN(1.2, .2): Y dominates at second order, at first but for a small part;
//! 4. Y ~ .9 LN(.8, .5) + .1 LN(.9, .9);
//! 5. Y ~ .9 LN(.85, .4) + .1 LN(.4, .9): several crossings.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use risk_sd::{
    Adjustment, Functional, NonDominanceOutcome, NonDominanceTest, NullLaw, Sample, Samples,
    UniformMethod, UniformTest,
};

use crate::bounds::{LEVEL, REPLICATES};
use crate::monte_carlo::{Check, Effort, rate};

/// Rates of an independent simulation of 1000 data sets (NumPy, exact suprema, recentred bootstrap): design,
/// rows, then "X dominates" and "Y dominates" rejected at first order and at second order.
const RECENTRED: [(usize, usize, [f64; 4]); 10] = [
    (1, 50, [0.043, 0.059, 0.046, 0.050]),
    (1, 500, [0.051, 0.057, 0.061, 0.049]),
    (2, 50, [0.004, 0.561, 0.006, 0.251]),
    (2, 500, [0.001, 1.000, 0.000, 0.981]),
    (3, 50, [1.000, 0.018, 0.983, 0.000]),
    (3, 500, [1.000, 0.881, 1.000, 0.000]),
    (4, 50, [0.030, 0.108, 0.011, 0.149]),
    (4, 500, [0.028, 0.480, 0.000, 0.485]),
    (5, 50, [0.086, 0.135, 0.011, 0.213]),
    (5, 500, [0.474, 0.921, 0.000, 0.911]),
];

/// The tests by name; a null law of `None` is the method's own.
fn tests() -> Vec<(&'static str, UniformTest)> {
    let of = |method| UniformTest::new().method(method);
    let least_favourable = |law| UniformTest::new().null_law(law);
    let delta = of(UniformMethod::NumericalDelta);
    vec![
        ("Barrett-Donald, recentred", UniformTest::new()),
        ("Barrett-Donald, pooled", least_favourable(NullLaw::Pooled)),
        ("Barrett-Donald, multiplier", least_favourable(NullLaw::Multiplier)),
        ("Barrett-Donald, permutation", least_favourable(NullLaw::Permutation)),
        ("Linton-Maasoumi-Whang, subsets", of(UniformMethod::LintonMaasoumiWhang)),
        ("Linton-Song-Whang", of(UniformMethod::LintonSongWhang)),
        ("Donald-Hsu", of(UniformMethod::DonaldHsu)),
        ("numerical delta, supremum", delta.clone()),
        ("numerical delta, L1", delta.functional(Functional::L1)),
    ]
}

fn draw(design: usize, rows: usize, seed: u64) -> Samples {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut x = Vec::with_capacity(rows);
    let mut y = Vec::with_capacity(rows);
    for _ in 0..rows {
        let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
        let (first, second) = (normal(), normal());
        let log_normal = |mean: f64, sd: f64| (mean + sd * second).exp();
        let minority = rng.random::<f64>() < 0.1;
        x.push((0.85 + 0.6 * first).exp());
        y.push(match (design, minority) {
            (1, _) => log_normal(0.85, 0.6),
            (2, _) => log_normal(0.6, 0.8),
            (3, _) => log_normal(1.2, 0.2),
            (4, true) => log_normal(0.9, 0.9),
            (4, false) => log_normal(0.8, 0.5),
            (_, true) => log_normal(0.4, 0.9),
            (_, false) => log_normal(0.85, 0.4),
        });
    }
    let sample = |values: Vec<f64>| Sample::new(values).expect("finite values");
    Samples::independent([("X", sample(x)), ("Y", sample(y))]).expect("two columns")
}

/// Per test: whether each hypothesis is rejected at the level of one test, as in [`RECENTRED`].
fn rejections(seed: u64, samples: &Samples) -> Vec<[bool; 4]> {
    let of_uniform = |(_, test): (&str, UniformTest)| {
        let test = test.adjustment(Adjustment::None).replicates(REPLICATES).seed(seed);
        let orders = test.run(samples, "X", "Y").expect("a valid test").orders;
        let p = |order: usize| [orders[order].a_over_b.p_value, orders[order].b_over_a.p_value];
        let [[a, b], [c, d]] = [p(0), p(1)];
        [a, b, c, d].map(|p| p <= LEVEL)
    };
    let shown = |order: u32| {
        let outcome = NonDominanceTest::new(order).run(samples, "X", "Y").expect("a valid test").outcome;
        [NonDominanceOutcome::ADominatesOnRange, NonDominanceOutcome::BDominatesOnRange]
            .map(|o| o == outcome)
    };
    let [[a, b], [c, d]] = [shown(1), shown(2)];
    tests().into_iter().map(of_uniform).chain([[a, b, c, d]]).collect()
}

pub fn print(effort: Effort, check: &mut Check) {
    println!(
        "| design | n | test | X dominates, first | Y dominates, first | X dominates, second | Y dominates, second |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (design, rows, recentred) in RECENTRED {
        let sets = effort.replicates;
        let cell = (600 + 2 * design + usize::from(rows > 50)) as u64;
        let found: Vec<Vec<[bool; 4]>> = (0..sets as u64)
            .into_par_iter()
            .map(|number| {
                let seed = effort.seed.wrapping_add(cell << 40).wrapping_add(number);
                rejections(seed, &draw(design, rows, seed))
            })
            .collect();
        for (index, (name, _)) in tests().into_iter().enumerate() {
            let rates = [0, 1, 2, 3].map(|of| rate(&found, |d| d[index][of]));
            let what = format!("design {design}, n = {rows}, {name}");
            if index == 0 {
                for (rate, reference) in rates.into_iter().zip(recentred) {
                    check.rate(&what, rate, sets, reference, 1000.0);
                }
            } else if design == 1 && !name.starts_with("numerical delta, sup") {
                rates.iter().for_each(|&rate| check.at_most(&what, rate, sets, LEVEL));
            }
            println!(
                "| {design} | {rows} | {name} | {} |",
                rates.map(|r| format!("{r:.3}")).join(" | ")
            );
        }
        let shown = [0, 1, 2, 3].map(|of| rate(&found, |d| d[tests().len()][of]));
        if design == 1 {
            let what = format!("design {design}, n = {rows}, non-dominance");
            shown.iter().for_each(|&rate| check.at_most(&what, rate, sets, LEVEL));
        }
        println!(
            "| {design} | {rows} | *non-dominance rejected* | {} |",
            shown.map(|r| format!("{r:.3}")).join(" | ")
        );
    }
}
