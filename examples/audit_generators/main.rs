//! Which generator of synthetic data can be trusted, and under which trade-off?
//!
//! ```text
//! cargo run --release --example audit_generators
//! ```
//!
//! Eight generators, from independent columns to the training table itself, are audited on five folds of a simulated
//! table: fidelity, privacy, utility, fairness, robustness. The memoriser wins fidelity and loses privacy; who wins
//! over all depends on the profile.

#[path = "../support/mod.rs"]
mod support;

mod classifier;
mod generators;
mod metrics;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use risk_sd::plot::{self, Picture};
use risk_sd::{
    Bootstrap, IncompleteRows, Order, Profile, RankingTest, Selection, Table, TableBuilder,
    TradeOffSweep, TrustIndex, TrustReport,
};

use metrics::{FAIRNESS, FIDELITY, PRIVACY, ROBUSTNESS, UTILITY};
use support::Failure;
use support::output::write;

/// Audits generators of synthetic tables.
#[derive(Parser)]
struct Arguments {
    /// Rows to learn from in each fold.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(100..=2000))]
    rows: u32,
    /// Seed of the table, the generators and the bootstrap.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/audit_generators")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    support::run(|| body(&arguments))
}

const FOLDS: usize = 5;

fn body(arguments: &Arguments) -> Result<(), Failure> {
    let audit = audit(arguments)?;
    let index = TrustIndex::new(metrics::dimensions())?;
    let report = index.run(&audit, &profiles())?;
    println!("{report}\n");

    let bootstrap = Bootstrap::new().replicates(200).seed(arguments.seed);
    let over_all = TradeOffSweep::new().resolution(8).run(&report, "uniform")?;
    println!("{over_all}\n");

    let three = |d: &risk_sd::Dimension| [FIDELITY, PRIVACY, UTILITY].contains(&d.name.as_str());
    let three = TrustIndex::new(metrics::dimensions().into_iter().filter(three))?;
    let three = three.run(&audit, &[Profile::uniform("uniform")])?;
    let sweep = TradeOffSweep::new().resolution(40).bootstrap(bootstrap).run(&three, "uniform")?;
    println!("{sweep}\n");

    let dominance =
        report.dominance("open data", &RankingTest::new().order(Order::Second).seed(arguments.seed))?;
    println!("Trust index under 'open data' over folds:\n{dominance}\n");

    let folds = |range: std::ops::Range<usize>| range.map(fold_name);
    let open_data = profiles().into_iter().find(|p| p.name == "open data").expect("a profile");
    let selection = Selection::new(open_data).choose_on(folds(0..3)).report_on(folds(3..FOLDS));
    println!("{}\n", selection.run(&index, &audit)?);

    let picture = Picture::default();
    let title = "Eight generators of synthetic data: where is each strong, and where weak?";
    let svg = plot::dimension_indices(&report, "uniform", &picture.clone().width(1100).title(title))?;
    println!("wrote {}", write(&arguments.out, "dimensions.svg", &svg)?.display());
    let title = "Which generator wins under which trade-off?";
    let svg = plot::trade_off_map(&sweep, &picture.title(title))?;
    println!("wrote {}", write(&arguments.out, "trade_offs.svg", &svg)?.display());
    check(&report, &sweep)
}

fn profiles() -> [Profile; 5] {
    [
        Profile::uniform("uniform"),
        Profile::new("faithful copy", [(FIDELITY, 1.0)]),
        Profile::new("open data", [(PRIVACY, 5.0), (FIDELITY, 2.0), (UTILITY, 1.0)]),
        Profile::new("model training", [(UTILITY, 4.0), (ROBUSTNESS, 3.0), (PRIVACY, 1.0)]),
        Profile::new("fair decisions", [(FAIRNESS, 4.0), (UTILITY, 1.0), (PRIVACY, 1.0)]),
    ]
}

fn fold_name(fold: usize) -> String {
    format!("fold {}", fold + 1)
}

/// All generators on all folds. A fold is a stretch of time to learn from and the next one to test on.
fn audit(arguments: &Arguments) -> Result<Table, Failure> {
    let rows = arguments.rows as usize;
    let real = table::visits(arguments.seed, 2 * rows * FOLDS);
    let mut audit = TableBuilder::new();
    for (fold, stretch) in real.chunks(2 * rows).enumerate() {
        let (train, holdout) = stretch.split_at(rows);
        for (number, generator) in generators::ALL.into_iter().enumerate() {
            let seed = arguments.seed ^ ((fold * 100 + number + 1) as u64) << 20;
            let synthetic = generator.generate(train, seed);
            for (metric, value) in metrics::measure(train, holdout, &synthetic)? {
                audit.push(&generator.name(), &fold_name(fold), metric, value)?;
            }
        }
    }
    Ok(audit.paired(IncompleteRows::Refuse)?)
}

/// What is known beforehand.
fn check(report: &TrustReport, sweep: &risk_sd::SweepReport) -> Result<(), Failure> {
    let of = |dimension: &str, candidate: &str| -> f64 {
        let dimension = report.dimensions.iter().find(|d| d.name == dimension).expect("a dimension");
        let position = report.candidates.iter().position(|c| c == candidate).expect("a candidate");
        table::mean(&dimension.index[position])
    };
    for other in report.candidates.iter().filter(|c| *c != "memoriser") {
        assert!(of(FIDELITY, "memoriser") > of(FIDELITY, other), "the memoriser wins fidelity: {other}");
        assert!(of(PRIVACY, "memoriser") < of(PRIVACY, other), "the memoriser loses privacy: {other}");
    }
    assert_eq!(of(FIDELITY, "memoriser"), 1.0, "a perfect copy");
    assert_eq!(report.profile("faithful copy")?.best().candidate, "memoriser");
    assert_ne!(report.profile("open data")?.best().candidate, "memoriser");
    let mut winners: Vec<&str> = report.profiles.iter().map(|p| p.best().candidate.as_str()).collect();
    winners.sort_unstable();
    winners.dedup();
    assert!(winners.len() >= 2, "the winner changes with the profile: {winners:?}");
    assert!(of(FIDELITY, "Markov chain") > of(FIDELITY, "independent marginals"));
    assert!(of(PRIVACY, "noisy copy 1.5") > of(PRIVACY, "noisy copy 0.1"));
    let winning = sweep.shares.iter().filter(|share| share.share > 0.02).count();
    assert!(winning >= 2, "no generator wins under all trade-offs");
    Ok(())
}
