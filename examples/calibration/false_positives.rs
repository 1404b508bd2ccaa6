//! How often dominance is declared between equal laws, at every threshold.

use risk_sd::Order;

use crate::bounds::{Bounds, LEVEL, bounds};
use crate::laws::{Dependence, Law, Population};
use crate::monte_carlo::{Check, Effort, rate};

pub const THRESHOLDS: [f64; 6] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5];

/// Rates of an independent simulation: the linear rule at all thresholds; the root scale without and with
/// the guard at the smallest and the largest threshold (spread by bootstrap for independent columns,
/// analytic for paired ones).
struct Reference {
    law: Law,
    dependence: Dependence,
    rows: usize,
    order: Order,
    linear: [f64; 6],
    root: [f64; 2],
    guarded: [f64; 2],
}

/// Data sets behind the reference, from its Monte Carlo errors.
fn reference_sets(rows: usize) -> f64 {
    if rows < 1000 { 6000.0 } else { 3000.0 }
}

pub fn print(effort: Effort, check: &mut Check) {
    let mut linear = Vec::new();
    let mut root = Vec::new();
    for (cell, of_both_orders) in REFERENCES.chunks(2).enumerate() {
        let Reference { law, dependence, rows, .. } = of_both_orders[0];
        let population = Population { columns: vec![(law, rows); 2], dependence };
        let found =
            effort.simulate(100 + cell as u64, &population, effort.data_sets(rows), |seed, s| {
                [Order::First, Order::Second].map(|order| bounds(order, seed, s))
            });
        for (index, reference) in of_both_orders.iter().enumerate() {
            let of_order: Vec<[Bounds; 2]> = found.iter().map(|d| d[index]).collect();
            let (a, b) = reference.rows_of_tables(&of_order, check);
            linear.push(a);
            root.push(b);
        }
    }
    println!("\n### Linear scale, analytic spread, no guard\n");
    println!(
        "| law, samples | n | order | .05 | .1 | .2 | .3 | .4 | .5 |\n|---|---|---|---|---|---|---|---|---|"
    );
    println!("{}", linear.join("\n"));
    println!("\n### Root scale without and with the guard, at thresholds .05 to .5\n");
    println!(
        "| law, samples | n | order | bootstrap | **bootstrap, guard (default)** | analytic | analytic, guard |"
    );
    println!("|---|---|---|---|---|---|---|\n{}", root.join("\n"));
}

impl Reference {
    /// One row of each table. Under equal laws both directions have the same law: their mean is taken.
    fn rows_of_tables(&self, found: &[[Bounds; 2]], check: &mut Check) -> (String, String) {
        let r = found.len();
        let rates = |bound: fn(Bounds) -> f64| {
            THRESHOLDS.map(|threshold| {
                let way = |way: usize| rate(found, |d| bound(d[way]) <= threshold);
                (way(0) + way(1)) / 2.0
            })
        };
        let name = self.name();
        let sets = reference_sets(self.rows);
        let mut cells = Vec::new();
        for ((threshold, found), reference) in
            THRESHOLDS.iter().zip(rates(|b| b.linear)).zip(self.linear)
        {
            check.rate(&format!("{name}, linear at {threshold}"), found, r, reference, sets);
            cells.push(format!("{found:.3} ({reference:.3})"));
        }
        let by_bootstrap = self.dependence == Dependence::Independent;
        let mut range = |rule: &str, rates: [f64; 6], reference: Option<[f64; 2]>| {
            let ends = [rates[0], rates[5]];
            let Some(reference) = reference else {
                return format!("{:.3}-{:.3}", ends[0], ends[1]);
            };
            for (end, reference) in ends.iter().zip(reference) {
                check.rate(&format!("{name}, {rule}"), *end, r, reference, sets);
            }
            format!("{:.3}-{:.3} ({:.3}-{:.3})", ends[0], ends[1], reference[0], reference[1])
        };
        let default_rates = rates(|b| b.default_rule());
        let columns = [
            range("root", rates(|b| b.root), by_bootstrap.then_some(self.root)),
            range("default", default_rates, by_bootstrap.then_some(self.guarded)),
            range("root, analytic", rates(|b| b.root_analytic), (!by_bootstrap).then_some(self.root)),
            range(
                "root, analytic, guarded",
                rates(|b| b.guarded(b.root_analytic)),
                (!by_bootstrap).then_some(self.guarded),
            ),
        ];
        check.at_most(&format!("{name}, default at .5"), default_rates[5], r, LEVEL);
        (format!("| {name} | {} |", cells.join(" | ")), format!("| {name} | {} |", columns.join(" | ")))
    }

    fn name(&self) -> String {
        let law = match self.law {
            Law::LogNormal { .. } => "lognormal",
            _ => "normal",
        };
        let paired = if self.dependence == Dependence::Independent { "" } else { ", paired" };
        format!("{law}{paired} | {} | {}", self.rows, self.order)
    }
}

const NORMAL: Law = Law::Normal { mean: 0.0, sd: 1.0 };
const LOGNORMAL: Law = Law::LogNormal { mean: 0.0, sd: 1.0 };
const APART: Dependence = Dependence::Independent;
const PAIRED: Dependence = Dependence::Paired { correlation: 0.5 };

const fn reference(
    (law, dependence, rows, order): (Law, Dependence, usize, Order),
    linear: [f64; 6],
    root: [f64; 2],
    guarded: [f64; 2],
) -> Reference {
    Reference { law, dependence, rows, order, linear, root, guarded }
}

// One row of the reference per line; a measured 0.318 is not 1 / pi.
#[rustfmt::skip]
#[allow(clippy::approx_constant)]
const REFERENCES: [Reference; 24] = {
    use Order::{First, Second};
    [
        reference((NORMAL, APART, 20, First), [0.069, 0.093, 0.134, 0.163, 0.187, 0.210], [0.009, 0.066], [0.009, 0.041]),
        reference((NORMAL, APART, 20, Second), [0.341, 0.356, 0.370, 0.380, 0.387, 0.393], [0.033, 0.061], [0.030, 0.045]),
        reference((NORMAL, APART, 100, First), [0.037, 0.061, 0.098, 0.126, 0.158, 0.184], [0.001, 0.053], [0.001, 0.040]),
        reference((NORMAL, APART, 100, Second), [0.337, 0.351, 0.366, 0.374, 0.381, 0.389], [0.028, 0.055], [0.027, 0.047]),
        reference((NORMAL, APART, 1000, First), [0.016, 0.034, 0.072, 0.103, 0.132, 0.167], [0.000, 0.048], [0.000, 0.036]),
        reference((NORMAL, APART, 1000, Second), [0.337, 0.354, 0.367, 0.381, 0.388, 0.395], [0.025, 0.051], [0.022, 0.037]),
        reference((LOGNORMAL, APART, 20, First), [0.169, 0.204, 0.245, 0.271, 0.294, 0.311], [0.033, 0.104], [0.026, 0.048]),
        reference((LOGNORMAL, APART, 20, Second), [0.303, 0.319, 0.336, 0.349, 0.358, 0.365], [0.018, 0.036], [0.017, 0.032]),
        reference((LOGNORMAL, APART, 100, First), [0.138, 0.181, 0.232, 0.263, 0.285, 0.305], [0.024, 0.095], [0.021, 0.051]),
        reference((LOGNORMAL, APART, 100, Second), [0.291, 0.309, 0.328, 0.342, 0.353, 0.360], [0.021, 0.040], [0.020, 0.032]),
        reference((LOGNORMAL, APART, 1000, First), [0.110, 0.149, 0.191, 0.221, 0.247, 0.274], [0.018, 0.077], [0.018, 0.046]),
        reference((LOGNORMAL, APART, 1000, Second), [0.293, 0.314, 0.334, 0.351, 0.362, 0.370], [0.018, 0.059], [0.018, 0.043]),
        reference((NORMAL, PAIRED, 20, First), [0.038, 0.059, 0.096, 0.127, 0.158, 0.188], [0.020, 0.058], [0.011, 0.039]),
        reference((NORMAL, PAIRED, 20, Second), [0.324, 0.339, 0.355, 0.368, 0.374, 0.380], [0.060, 0.064], [0.046, 0.048]),
        reference((NORMAL, PAIRED, 100, First), [0.014, 0.031, 0.059, 0.091, 0.127, 0.161], [0.003, 0.045], [0.003, 0.033]),
        reference((NORMAL, PAIRED, 100, Second), [0.311, 0.332, 0.350, 0.368, 0.378, 0.386], [0.052, 0.056], [0.040, 0.043]),
        reference((NORMAL, PAIRED, 1000, First), [0.004, 0.010, 0.039, 0.059, 0.099, 0.131], [0.001, 0.045], [0.001, 0.031]),
        reference((NORMAL, PAIRED, 1000, Second), [0.305, 0.327, 0.343, 0.355, 0.362, 0.370], [0.042, 0.045], [0.032, 0.033]),
        reference((LOGNORMAL, PAIRED, 20, First), [0.136, 0.180, 0.232, 0.266, 0.289, 0.311], [0.047, 0.121], [0.030, 0.048]),
        reference((LOGNORMAL, PAIRED, 20, Second), [0.277, 0.296, 0.320, 0.332, 0.342, 0.351], [0.038, 0.042], [0.032, 0.035]),
        reference((LOGNORMAL, PAIRED, 100, First), [0.121, 0.165, 0.219, 0.251, 0.277, 0.299], [0.035, 0.110], [0.024, 0.047]),
        reference((LOGNORMAL, PAIRED, 100, Second), [0.260, 0.281, 0.305, 0.321, 0.332, 0.344], [0.045, 0.052], [0.034, 0.040]),
        reference((LOGNORMAL, PAIRED, 1000, First), [0.105, 0.148, 0.194, 0.220, 0.252, 0.274], [0.035, 0.104], [0.023, 0.047]),
        reference((LOGNORMAL, PAIRED, 1000, Second), [0.241, 0.266, 0.286, 0.307, 0.318, 0.331], [0.045, 0.051], [0.034, 0.039]),
    ]
};
