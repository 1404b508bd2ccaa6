//! What the sampling design is for: bounds and guards of dependent rows, told and not told how they depend.

use risk_sd::{Order, Samples};

use crate::bounds::{LEVEL, test, unguarded};
use crate::design_tests;
use crate::laws::{Dependence, Law, Population, STANDARD, WIDE, WIDE_OVER_STANDARD};
use crate::monte_carlo::{Check, Effort, rate};

const TREATED_AS: [&str; 4] =
    ["as independent", "as pairs", "right design, analytic", "**right design, bootstrap**"];

struct Case {
    name: &'static str,
    dependence: Dependence,
    rows: usize,
}

const CASES: [Case; 6] = [
    Case { name: "AR(1), .5", dependence: Dependence::Serial { memory: 0.5 }, rows: 200 },
    Case { name: "AR(1), .5", dependence: Dependence::Serial { memory: 0.5 }, rows: 1000 },
    Case {
        name: "clusters of 5, .5",
        dependence: Dependence::Clustered { size: 5, correlation: 0.5 },
        rows: 200,
    },
    Case {
        name: "clusters of 5, .5",
        dependence: Dependence::Clustered { size: 5, correlation: 0.5 },
        rows: 1000,
    },
    Case {
        name: "surveys of clusters of 5, .5",
        dependence: Dependence::Surveys { size: 5, correlation: 0.5 },
        rows: 200,
    },
    Case {
        name: "surveys of clusters of 5, .5",
        dependence: Dependence::Surveys { size: 5, correlation: 0.5 },
        rows: 1000,
    },
];

pub fn print(effort: Effort, check: &mut Check) {
    println!("Bounds below the true ratio, N(.5, 2^2) over N(0, 1), no guard:\n");
    heads();
    for (cell, case) in CASES.iter().enumerate() {
        for (order, ratio) in [Order::First, Order::Second].into_iter().zip(WIDE_OVER_STANDARD) {
            let found = case.simulate(effort, 600 + cell as u64, WIDE, |seed, treated| {
                let bootstrap = test(order, seed);
                let below = |test, samples| unguarded(test, samples) <= ratio;
                [
                    below(bootstrap.analytic(), &treated[0]),
                    below(bootstrap.analytic(), &treated[1]),
                    below(bootstrap.analytic(), &treated[2]),
                    below(bootstrap, &treated[2]),
                ]
            });
            let rates = case.row(order, &found);
            let what = format!("{}, n = {}, {order} order", case.name, case.rows);
            // Of 200 dependent rows there are some 40 to 70 independent ones, where bounds are liberal.
            let limit = if case.rows < 1000 { 0.13 } else { 0.09 };
            check.at_most(&what, rates[3], found.len(), limit);
        }
    }
    println!("\nGuard p-values at most the level, both columns N(0, 1), one direction:\n");
    heads();
    for (cell, case) in CASES.iter().enumerate() {
        let order = Order::First;
        let found = case.simulate(effort, 620 + cell as u64, STANDARD, |seed, treated| {
            let small = |samples: &Samples| {
                let report = test(order, seed).analytic().run(samples, "0", "1").expect("a valid test");
                report.a_over_b.and_then(|d| d.guard_p_value).is_some_and(|p| p <= LEVEL)
            };
            let right = small(&treated[2]);
            [small(&treated[0]), small(&treated[1]), right, right]
        });
        let rates = case.row(order, &found);
        let limit = if matches!(case.dependence, Dependence::Serial { .. }) { 0.07 } else { LEVEL };
        check.at_most(&format!("guard, {}, n = {}", case.name, case.rows), rates[2], found.len(), limit);
    }
    design_tests::print(effort, check);
}

fn heads() {
    println!("| rows | n | order | {} |\n|---|---|---|---|---|---|---|", TREATED_AS.join(" | "));
}

impl Case {
    /// Evaluates data sets treated as independent, as pairs, and as they are.
    fn simulate(
        &self,
        effort: Effort,
        cell: u64,
        law: Law,
        evaluate: impl Fn(u64, [Samples; 3]) -> [bool; 4] + Sync,
    ) -> Vec<[bool; 4]> {
        let as_if = |dependence| Population {
            columns: vec![(law, self.rows), (STANDARD, self.rows)],
            dependence,
        };
        let designs =
            [Dependence::Independent, Dependence::Paired { correlation: 0.0 }, self.dependence]
                .map(as_if);
        let data_sets = effort.data_sets(self.rows);
        effort.simulate(cell, &designs[2], data_sets, |seed, _| {
            let values = designs[2].values(seed);
            evaluate(
                seed,
                [0, 1, 2].map(|d| designs[d].tied_together(values.clone()).expect("valid columns")),
            )
        })
    }

    fn row(&self, order: Order, found: &[[bool; 4]]) -> [f64; 4] {
        let rates = [0, 1, 2, 3].map(|treated| rate(found, |below| below[treated]));
        let cells = rates.map(|rate| format!("{rate:.3}"));
        println!("| {} | {} | {order} | {} |", self.name, self.rows, cells.join(" | "));
        rates
    }
}
