//! Standard errors against the standard deviation over data sets.

use risk_sd::{Bootstrap, DominanceTest, Guard, Order, RankingTest, Samples};

use crate::bounds::{REPLICATES, test};
use crate::laws::{Dependence, Law, Population, STANDARD, WIDE};
use crate::monte_carlo::{Check, Effort, moments, spread_tolerance};

/// An estimate with its two standard errors; the bootstrap's only on some data sets.
#[derive(Clone, Copy)]
struct Estimate {
    value: f64,
    analytic: f64,
    bootstrap: Option<f64>,
}

struct Case {
    name: &'static str,
    columns: Vec<(Law, usize)>,
    dependence: Dependence,
    /// Standard deviation and mean analytic error of an independent simulation, per order and estimate;
    /// empty where there is none.
    reference: [Vec<[f64; 2]>; 2],
}

/// Data sets behind the reference, from its Monte Carlo errors.
const REFERENCE_SETS: f64 = 2000.0;

pub fn print(effort: Effort, check: &mut Check) {
    println!("| samples | order | estimate | SD over data sets | analytic error | bootstrap error |");
    println!("|---|---|---|---|---|---|");
    // Analytic errors are cheap, so there are as many data sets as for small samples.
    let data_sets = effort.replicates;
    let with_bootstrap = (data_sets / 20).max(10);
    for (cell, case) in cases().iter().enumerate() {
        let population = Population { columns: case.columns.clone(), dependence: case.dependence };
        let numbers = effort.simulate(300 + cell as u64, &population, data_sets, |seed, s| {
            [Order::First, Order::Second].map(|order| estimates(order, seed, s, false))
        });
        let resampled = effort.simulate(300 + cell as u64, &population, with_bootstrap, |seed, s| {
            [Order::First, Order::Second].map(|order| estimates(order, seed, s, true))
        });
        for (index, order) in [Order::First, Order::Second].into_iter().enumerate() {
            let plain: Vec<_> = numbers.iter().map(|d| &d[index]).collect();
            let resampled: Vec<_> = resampled.iter().map(|d| &d[index]).collect();
            for which in 0..plain[0].len() {
                case.print_row(order, index, which, &plain, &resampled, check);
            }
        }
    }
}

impl Case {
    fn print_row(
        &self,
        order: Order,
        index: usize,
        which: usize,
        plain: &[&Vec<Estimate>],
        resampled: &[&Vec<Estimate>],
        check: &mut Check,
    ) {
        let all = |of: fn(&Estimate) -> f64| plain.iter().map(|d| of(&d[which])).collect::<Vec<_>>();
        let (_, sd) = moments(&all(|e| e.value));
        let (analytic, _) = moments(&all(|e| e.analytic));
        let bootstrap: Vec<f64> = resampled.iter().filter_map(|d| d[which].bootstrap).collect();
        let (bootstrap, _) = moments(&bootstrap);
        let estimate = if plain[0].len() == 1 { "ratio" } else { DIFFERENCES[which] };
        let what = format!("{}, {order} order, {estimate}", self.name);
        // Errors are estimates too: at these sizes their means are within 3 % of the truth.
        let own = 0.03 + spread_tolerance(plain.len() as f64);
        check.close(&format!("{what}: analytic error"), analytic, sd, own);
        check.close(&format!("{what}: bootstrap error"), bootstrap, sd, own + 0.02);
        let reference = self.reference[index].get(which).copied();
        if let Some([reference_sd, reference_error]) = reference {
            let sets = 1.0 / (1.0 / plain.len() as f64 + 1.0 / REFERENCE_SETS);
            check.close(&format!("{what}: SD"), sd, reference_sd, spread_tolerance(sets));
            check.close(&format!("{what}: error of the reference"), analytic, reference_error, 0.02);
        }
        let shown = |found: f64, reference: Option<f64>| {
            format!("{found:.5}{}", reference.map_or(String::new(), |r| format!(" ({r})")))
        };
        let (of_sd, of_error) = (reference.map(|r| r[0]), reference.map(|r| r[1]));
        let (sd, analytic) = (shown(sd, of_sd), shown(analytic, of_error));
        println!("| {} | {order} | {estimate} | {sd} | {analytic} | {bootstrap:.5} |", self.name);
    }
}

const DIFFERENCES: [&str; 3] = ["relative, 1 - 2", "relative, 1 - 3", "relative, 2 - 3"];

/// The ratio of a pair; the three differences of mean ratios of three models.
fn estimates(order: Order, seed: u64, samples: &Samples, resample: bool) -> Vec<Estimate> {
    if samples.len() == 2 {
        ratio(order, seed, samples, resample)
    } else {
        relative(order, seed, samples, resample)
    }
}

fn ratio(order: Order, seed: u64, samples: &Samples, resample: bool) -> Vec<Estimate> {
    let run = |test: DominanceTest| {
        let report = test.guard(Guard::Off).run(samples, "0", "1").expect("a valid test");
        report.a_over_b.expect("different laws")
    };
    let analytic = run(test(order, seed).analytic());
    let bootstrap = resample.then(|| run(test(order, seed)).standard_error);
    vec![Estimate { value: analytic.violation_ratio, analytic: analytic.standard_error, bootstrap }]
}

fn relative(order: Order, seed: u64, samples: &Samples, resample: bool) -> Vec<Estimate> {
    let test = RankingTest::new().order(order).guard(Guard::Off);
    let run = |test: RankingTest| test.run(samples).expect("a valid test").rankings.remove(0).pairs;
    let analytic = run(test.analytic());
    let bootstrap =
        resample.then(|| run(test.bootstrap(Bootstrap::new().replicates(REPLICATES).seed(seed))));
    let estimate = |(pair, found): (usize, &risk_sd::PairComparison)| Estimate {
        value: found.difference,
        analytic: found.difference_standard_error,
        bootstrap: bootstrap.as_ref().map(|pairs| pairs[pair].difference_standard_error),
    };
    analytic.iter().enumerate().map(estimate).collect()
}

fn cases() -> Vec<Case> {
    let pair = |n, m| vec![(WIDE, n), (STANDARD, m)];
    let three = vec![(WIDE, 4000), (STANDARD, 4000), (Law::Normal { mean: 0.2, sd: 1.5 }, 4000)];
    let paired = |correlation| Dependence::Paired { correlation };
    let of_pair = |first, second| [vec![first], vec![second]];
    vec![
        Case {
            name: "independent, n = m = 4000",
            columns: pair(4000, 4000),
            dependence: Dependence::Independent,
            reference: of_pair([0.01883, 0.01897], [0.0908, 0.0917]),
        },
        Case {
            name: "independent, 3000 and 1500",
            columns: pair(3000, 1500),
            dependence: Dependence::Independent,
            reference: of_pair([0.02417, 0.02389], [0.1155, 0.1136]),
        },
        Case {
            name: "paired .6, n = 4000",
            columns: pair(4000, 4000),
            dependence: paired(0.6),
            reference: of_pair([0.01486, 0.01471], [0.06843, 0.06811]),
        },
        Case {
            name: "200 clusters of 5, correlation .5",
            columns: pair(1000, 1000),
            dependence: Dependence::Clustered { size: 5, correlation: 0.5 },
            reference: [vec![], vec![]],
        },
        Case {
            name: "three models, n = 4000",
            columns: three.clone(),
            dependence: Dependence::Independent,
            reference: [
                vec![[0.0365, 0.0366], [0.0520, 0.0518], [0.0467, 0.0472]],
                vec![[0.162, 0.161], [0.215, 0.209], [0.181, 0.183]],
            ],
        },
        Case {
            name: "three models paired .5, n = 4000",
            columns: three,
            dependence: paired(0.5),
            reference: [vec![[0.0314, 0.0303], [0.0416, 0.0405], [0.0375, 0.0369]], vec![]],
        },
    ]
}
