//! How often dominance is declared where the true ratio equals the threshold: the worst case of the null
//! hypothesis, where a rule of level 5 % should err in 5 % of data sets.

use risk_sd::{Order, Rule};

use crate::bounds::{bounds, test, unguarded};
use crate::laws::{Dependence, Law, Population, STANDARD, WIDE, WIDE_OVER_STANDARD};
use crate::monte_carlo::{Check, Effort, rate};

/// Rates of an independent simulation, in the order of [`RULES`].
type Rates = [Option<f64>; 5];

const RULES: [&str; 5] = [
    "PaperLiteral",
    "linear, analytic",
    "linear, bootstrap",
    "root, analytic, guard",
    "**root, bootstrap, guard (default)**",
];

struct Case {
    name: &'static str,
    laws: [Law; 2],
    dependence: Dependence,
    rows: [usize; 2],
    /// The true ratios; no second order for heavy tails.
    ratios: [Option<f64>; 2],
    reference: [Rates; 2],
}

pub fn print(effort: Effort, check: &mut Check) {
    println!("| case | n | order | {} |\n|---|---|---|---|---|---|---|---|", RULES.join(" | "));
    for (cell, case) in cases().iter().enumerate() {
        let columns = case.laws.into_iter().zip(case.rows).collect();
        let population = Population { columns, dependence: case.dependence };
        let data_sets = effort.data_sets(case.rows[0]);
        for (index, order) in [Order::First, Order::Second].into_iter().enumerate() {
            let Some(ratio) = case.ratios[index] else {
                continue;
            };
            let found = effort.simulate(200 + cell as u64, &population, data_sets, |seed, samples| {
                let default = bounds(order, seed, samples)[0];
                let linear = test(order, seed).rule(Rule::Linear);
                let literal = test(order, seed).analytic().rule(Rule::PaperLiteral);
                let equal_sizes = case.rows[0] == case.rows[1];
                [
                    equal_sizes.then(|| unguarded(literal, samples)),
                    Some(default.linear),
                    Some(unguarded(linear, samples)),
                    Some(default.guarded(default.root_analytic)),
                    Some(default.default_rule()),
                ]
            });
            case.print_row(order, &found, ratio, case.reference[index], check);
        }
    }
}

impl Case {
    fn print_row(&self, order: Order, found: &[Rates], ratio: f64, reference: Rates, check: &mut Check) {
        let rows = match self.rows {
            [n, m] if n == m => n.to_string(),
            [n, m] => format!("{n}, {m}"),
        };
        let reference_sets = if self.rows[0] < 1000 { 6000.0 } else { 3000.0 };
        let mut cells = Vec::new();
        for (index, rule) in RULES.iter().enumerate() {
            let declared = rate(found, |bounds| bounds[index].is_some_and(|bound| bound <= ratio));
            cells.push(match (found[0][index], reference[index]) {
                (None, _) => "-".to_owned(),
                (_, None) => format!("{declared:.3}"),
                (_, Some(expected)) => {
                    let what = format!("{}, n = {rows}, {order} order, {rule}", self.name);
                    check.rate(&what, declared, found.len(), expected, reference_sets);
                    format!("{declared:.3} ({expected:.3})")
                }
            });
        }
        println!("| {} | {rows} | {order} | {} |", self.name, cells.join(" | "));
    }
}

fn all(rates: [f64; 5]) -> Rates {
    rates.map(Some)
}

fn cases() -> Vec<Case> {
    let (apart, paired) = (Dependence::Independent, Dependence::Paired { correlation: 0.5 });
    let normal = |dependence, rows, reference| Case {
        name: if dependence == apart { "N(.5, 2^2) v N(0, 1)" } else { "the same, paired .5" },
        laws: [WIDE, STANDARD],
        dependence,
        rows,
        ratios: WIDE_OVER_STANDARD.map(Some),
        reference,
    };
    let likert = |rows, reference| Case {
        name: "five-point scores",
        laws: [Law::FivePoints { mean: 3.4, sd: 1.4 }, Law::FivePoints { mean: 3.0, sd: 0.9 }],
        dependence: apart,
        rows: [rows; 2],
        ratios: [Some(FIVE_POINTS[0]), Some(FIVE_POINTS[1])],
        reference,
    };
    let lognormal = |rows, reference| Case {
        name: "LN(0, .9) v LN(.4, .6)",
        laws: [Law::LogNormal { mean: 0.0, sd: 0.9 }, Law::LogNormal { mean: 0.4, sd: 0.6 }],
        dependence: apart,
        rows: [rows; 2],
        ratios: [Some(0.36908030957494586), None],
        reference: [all(reference), [None; 5]],
    };
    // The reference has no linear bootstrap or default rule for the largest paired and middle sizes.
    let part = |[a, b, d]: [f64; 3]| [Some(a), Some(b), None, Some(d), None];
    vec![
        normal(
            apart,
            [20; 2],
            [all([0.385, 0.226, 0.111, 0.102, 0.108]), all([0.421, 0.321, 0.155, 0.088, 0.085])],
        ),
        normal(
            apart,
            [100; 2],
            [all([0.431, 0.126, 0.102, 0.070, 0.069]), all([0.455, 0.217, 0.136, 0.068, 0.068])],
        ),
        normal(apart, [300; 2], [part([0.443, 0.102, 0.061]), part([0.468, 0.149, 0.063])]),
        normal(
            apart,
            [1000; 2],
            [all([0.472, 0.061, 0.061, 0.048, 0.048]), all([0.492, 0.094, 0.094, 0.052, 0.051])],
        ),
        normal(
            paired,
            [100; 2],
            [all([0.429, 0.124, 0.104, 0.075, 0.078]), all([0.450, 0.196, 0.145, 0.073, 0.074])],
        ),
        normal(paired, [1000; 2], [part([0.458, 0.063, 0.052]), part([0.476, 0.083, 0.048])]),
        normal(
            apart,
            [200, 80],
            [all([0.420, 0.107, 0.091, 0.060, 0.065]), all([0.450, 0.182, 0.134, 0.060, 0.058])],
        ),
        likert(20, [all([0.343, 0.214, 0.043, 0.159, 0.084]), all([0.411, 0.373, 0.018, 0.125, 0.059])]),
        likert(
            100,
            [all([0.411, 0.146, 0.083, 0.143, 0.104]), all([0.427, 0.276, 0.022, 0.135, 0.064])],
        ),
        likert(
            1000,
            [all([0.460, 0.064, 0.052, 0.027, 0.010]), all([0.454, 0.166, 0.049, 0.064, 0.041])],
        ),
        lognormal(20, [0.280, 0.161, 0.035, 0.017, 0.013]),
        lognormal(100, [0.354, 0.158, 0.046, 0.029, 0.019]),
        lognormal(1000, [0.429, 0.123, 0.066, 0.029, 0.020]),
    ]
}

/// The true ratios of the five-point scores, from the normal probabilities of the five points.
const FIVE_POINTS: [f64; 2] = [0.09441784029860673, 0.016009211533002252];
