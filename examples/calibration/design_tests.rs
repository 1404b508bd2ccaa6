//! The classical tests of dependent rows and of strata, told and not told how the rows came.

use risk_sd::{Adjustment, NonDominanceOutcome, NonDominanceTest, Samples, UniformMethod, UniformTest};

use crate::bounds::{LEVEL, REPLICATES};
use crate::laws::{Dependence, Law, Population, STANDARD};
use crate::monte_carlo::{Check, Effort, rate};

const CASES: [(&str, Dependence, usize); 4] = [
    ("four strata", Dependence::Stratified { strata: 4, share: 0.5 }, 200),
    ("four strata", Dependence::Stratified { strata: 4, share: 0.5 }, 1000),
    ("AR(1), .5", Dependence::Serial { memory: 0.5 }, 200),
    ("AR(1), .5", Dependence::Serial { memory: 0.5 }, 1000),
];

/// At least as high as [`STANDARD`] everywhere, and equal to it at 0: the distribution functions touch in one point.
const TOUCHING: Law = Law::Bent { below: 0.7, above: 1.3 };

/// Column by column: the test, its order.
const COLUMNS: [(&str, Option<UniformMethod>, u32); 7] = [
    ("Barrett-Donald, first", Some(UniformMethod::BarrettDonald), 1),
    ("second", Some(UniformMethod::BarrettDonald), 2),
    ("Linton-Song-Whang, first", Some(UniformMethod::LintonSongWhang), 1),
    ("second", Some(UniformMethod::LintonSongWhang), 2),
    ("Donald-Hsu, first", Some(UniformMethod::DonaldHsu), 1),
    ("second", Some(UniformMethod::DonaldHsu), 2),
    ("non-dominance, first", None, 1),
];

pub fn print(effort: Effort, check: &mut Check) {
    println!(
        "\nThe classical tests: \"0 dominates 1\" rejected, both columns N(0, 1); non-dominance rejected"
    );
    println!("where the distribution functions touch in one point:\n");
    let heads = COLUMNS.map(|column| column.0);
    println!("| rows | n | treated | {} |\n|---|---|---|{}", heads.join(" | "), "---|".repeat(7));
    let data_sets = (effort.replicates / 4).max(20);
    for (cell, (name, dependence, rows)) in CASES.into_iter().enumerate() {
        let population =
            |law, dependence| Population { columns: vec![(law, rows), (STANDARD, rows)], dependence };
        let cell = 640 + 2 * cell as u64;
        for (treated, right) in [("as pairs", false), ("**right design**", true)] {
            let seen_as = if right { dependence } else { Dependence::Paired { correlation: 0.0 } };
            let tied = |law, seed| {
                let values = population(law, dependence).values(seed);
                population(law, seen_as).tied_together(values).expect("valid columns")
            };
            let equal =
                effort.simulate(cell, &population(STANDARD, dependence), data_sets, |seed, _| {
                    uniform(seed, &tied(STANDARD, seed))
                });
            let touching = population(TOUCHING, dependence);
            let touching = effort.simulate(cell + 1, &touching, data_sets, |seed, _| {
                let report = NonDominanceTest::new(1).run(&tied(TOUCHING, seed), "0", "1");
                report.expect("a valid test").outcome == NonDominanceOutcome::ADominatesOnRange
            });
            let mut rates: Vec<f64> = (0..6).map(|column| rate(&equal, |found| found[column])).collect();
            rates.push(rate(&touching, |&shown| shown));
            if right {
                // Blocks understate the spread of a series, less so the longer it is.
                let limit = match (dependence, rows) {
                    (Dependence::Serial { .. }, 200) => 0.085,
                    (Dependence::Serial { .. }, _) => 0.065,
                    _ => LEVEL,
                };
                for (rate, (test, ..)) in rates.iter().zip(COLUMNS) {
                    check.at_most(&format!("{name}, n = {rows}, {test}"), *rate, data_sets, limit);
                }
            }
            let cells: Vec<String> = rates.iter().map(|rate| format!("{rate:.3}")).collect();
            println!("| {name} | {rows} | {treated} | {} |", cells.join(" | "));
        }
    }
}

/// Whether "0 dominates 1" is rejected, column by column.
fn uniform(seed: u64, samples: &Samples) -> [bool; 6] {
    let mut rejected = [false; 6];
    for (both, (_, method, _)) in rejected.chunks_mut(2).zip(COLUMNS.iter().step_by(2)) {
        let test = UniformTest::new().method(method.unwrap_or_default()).adjustment(Adjustment::None);
        let report =
            test.replicates(REPLICATES).seed(seed).run(samples, "0", "1").expect("a valid test");
        for (rejected, result) in both.iter_mut().zip(&report.orders) {
            *rejected = result.a_over_b.p_value <= LEVEL;
        }
    }
    rejected
}
