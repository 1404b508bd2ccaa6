//! Which generator of transactions can be trusted? Five of them audited column by column, in their dependence, in
//! time, and for copies of the training data; fresh accounts of the same process show what a perfect one would get.
//!
//! ```text
//! cargo run --release --example audit_sequences
//! cargo run --release --example audit_sequences -- --large 1000000      # time and memory of a large audit
//! ```

#[path = "../support/mod.rs"]
mod support;

mod generators;
mod process;
mod size;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use risk_sd::plot::{self, Picture};
use risk_sd::{
    Bootstrap, ClosestRecords, ClosestRecordsReport, ColumnFidelity, Course, FidelityReport, Figure,
    PrivacyFinding, Samples, TableFidelity, lag_differences,
};

use generators::{ACCOUNTS, COPY, INDEPENDENT, MARKOV, SHUFFLED};
use process::{Columns, Ledger};
use support::Failure;
use support::output::{print_table, write};
use support::progress::Bar;

/// Audits generators of transactions.
#[derive(Parser)]
struct Arguments {
    /// Number of accounts to train on.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(100..=10_000))]
    accounts: u32,
    /// Bootstrap replicates of accounts for standard errors.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(20..=10_000))]
    replicates: u32,
    /// Seed of the simulation, the generators and the bootstrap.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Instead, audit two tables of so many rows and 12 columns, and print time and memory.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1000..=10_000_000))]
    large: Option<u32>,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/audit_sequences")]
    out: PathBuf,
}

const FRESH: &str = "fresh accounts";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    support::run(|| match arguments.large {
        Some(rows) => size::audit(rows as usize, arguments.seed).map(|_| ()),
        None => body(&arguments),
    })
}

/// A generator's ledger and what was found.
struct Audited {
    name: &'static str,
    columns: Columns,
    fidelity: FidelityReport,
    privacy: ClosestRecordsReport,
}

fn body(arguments: &Arguments) -> Result<(), Failure> {
    let (seed, accounts) = (arguments.seed, arguments.accounts as usize);
    let training = Ledger::simulate(seed, accounts);
    let held_out = Ledger::simulate(seed + 1_000_000, accounts);
    let fresh = Ledger::simulate(seed + 2_000_000, accounts);
    let mut candidates = vec![(FRESH, fresh)];
    candidates.extend(generators::all(&training, seed));

    let (real, unseen) = (training.columns(), held_out.one_of_each().columns());
    let bootstrap = Bootstrap::new().replicates(arguments.replicates as usize).seed(seed);
    let audit = TableFidelity::new().lags(5).bootstrap(bootstrap);
    let mut audited = Vec::new();
    for (name, ledger) in candidates {
        let (columns, one_of_each) = (ledger.columns(), ledger.one_of_each().columns());
        let mut bar = Bar::new();
        let fidelity = audit.run_with_progress(&real.table(), &columns.table(), |p| bar.show(p))?;
        let privacy = ClosestRecords::new().run(&real.rows(), &unseen.rows(), &one_of_each.rows())?;
        audited.push(Audited { name, columns, fidelity, privacy });
    }

    println!("{accounts} accounts of a hierarchical process; seed {seed}\n");
    print_columns(&audited);
    print_summary(&audited);
    let markov = of(&audited, MARKOV);
    println!("\n{MARKOV}, in full\n\n{}\n\n{}", markov.fidelity, markov.privacy);
    for path in draw(&arguments.out, &real, &audited)? {
        println!("wrote {}", path.display());
    }
    check(&audited);
    Ok(())
}

/// The tables of a paper: distances of each column, by generator.
fn print_columns(audited: &[Audited]) {
    let table = |title: &str, figure: &dyn Fn(&ColumnFidelity) -> Figure| {
        let names = audited[0].fidelity.columns.iter().map(|column| column.name.as_str());
        let heads: Vec<&str> = [title].into_iter().chain(names).collect();
        let row = |candidate: &Audited| {
            let cells = candidate.fidelity.columns.iter().map(|column| figure(column).to_string());
            [candidate.name.to_owned()].into_iter().chain(cells).collect()
        };
        print_table(&heads, &audited.iter().map(row).collect::<Vec<_>>());
        println!();
    };
    table("chi-square distance", &ColumnFidelity::chi_square);
    table("W_1, or total variation", &|column| {
        let numbers = column.figures.numeric().map(|figures| figures.wasserstein_1);
        let levels = column.figures.categorical().map(|figures| figures.total_variation);
        numbers.or(levels).expect("numbers or levels")
    });
}

/// Dependence, time and privacy of every generator, one line each.
fn print_summary(audited: &[Audited]) {
    let heads = [
        "",
        "Spearman, mean diff.",
        "ACF of amount, diff.",
        "transitions, TV",
        "novelty",
        "closest record",
    ];
    let row = |candidate: &Audited| {
        let finding = match candidate.privacy.finding {
            PrivacyFinding::Closer => "closer than held-out",
            PrivacyFinding::SomeCopied => "some copied",
            PrivacyFinding::NotCloser => "not closer",
            PrivacyFinding::NotDistinguished => "no difference shown",
            PrivacyFinding::Equal => "equal",
        };
        vec![
            candidate.name.to_owned(),
            candidate.spearman().to_string(),
            candidate.memory().to_string(),
            candidate.transitions().to_string(),
            format!("{:.3}", candidate.fidelity.novelty.novelty_rate),
            finding.to_owned(),
        ]
    };
    print_table(&heads, &audited.iter().map(row).collect::<Vec<_>>());
}

/// The steps of amounts in time, and the distances to the closest training row.
fn draw(out: &std::path::Path, real: &Columns, audited: &[Audited]) -> Result<Vec<PathBuf>, Failure> {
    let steps = |columns: &Columns| {
        let logarithms: Vec<f64> = columns.amounts().iter().map(|amount| amount.log10()).collect();
        lag_differences(&logarithms, columns.accounts(), 1)
    };
    let shown = audited.iter().filter(|one| [INDEPENDENT, SHUFFLED, MARKOV].contains(&one.name));
    let mut series = vec![("training", steps(real)?)];
    for candidate in shown {
        series.push((candidate.name, steps(&candidate.columns)?));
    }
    let picture = Picture::default()
        .title("How far does an amount move from one transaction to the next?")
        .x_label("share of steps p")
        .y_label("step of log10(amount)");
    let steps = plot::quantile_curves(&Samples::independent(series)?, &picture)?;
    let shown = audited.iter().filter(|one| [INDEPENDENT, MARKOV, ACCOUNTS].contains(&one.name));
    let held_out = [("held-out", audited[0].privacy.held_out.clone())];
    let distances =
        held_out.into_iter().chain(shown.map(|one| (one.name, one.privacy.synthetic.clone())));
    let picture = Picture::default()
        .title("How far is a row from the closest training row?")
        .x_label("share of rows p, closest first")
        .y_label("distance, in robust scales");
    let distances = plot::quantile_curves(&Samples::independent(distances)?, &picture)?;
    Ok(vec![write(out, "steps.svg", &steps)?, write(out, "closest_records.svg", &distances)?])
}

impl Audited {
    /// Mean absolute difference of Spearman's correlations.
    fn spearman(&self) -> Figure {
        let dependence = self.fidelity.dependence.as_ref().expect("three numeric columns");
        dependence.spearman.mean.expect("columns that vary")
    }

    fn course(&self, name: &str) -> &Course {
        let temporal = self.fidelity.temporal.as_ref().expect("accounts");
        &temporal.columns.iter().find(|column| column.name == name).expect("a column").course
    }

    /// Largest difference of the autocorrelations of amounts.
    fn memory(&self) -> Figure {
        let course = self.course("amount").numeric().expect("amounts are numbers");
        course.autocorrelation.expect("amounts that vary")
    }

    fn transitions(&self) -> Figure {
        self.course("kind").categorical().expect("kinds are levels").transitions
    }
}

fn of<'a>(audited: &'a [Audited], name: &str) -> &'a Audited {
    audited.iter().find(|candidate| candidate.name == name).expect("a generator of this name")
}

/// Each generator must fail where it is wrong, and only there.
fn check(audited: &[Audited]) {
    let [fresh, independent, shuffled, markov, accounts, copy] =
        [FRESH, INDEPENDENT, SHUFFLED, MARKOV, ACCOUNTS, COPY].map(|name| of(audited, name));
    let error = |figure: Figure| figure.standard_error.expect("errors were asked for");
    // Much worse than fresh accounts: beyond five standard errors.
    let fails = |figure: Figure, fresh: Figure| {
        figure.value - fresh.value > 5.0 * error(figure).hypot(error(fresh))
    };

    assert!(fails(independent.spearman(), fresh.spearman()), "no dependence");
    assert!(fails(independent.transitions(), fresh.transitions()), "no time");
    assert!(independent.fidelity.mean_chi_square.value < 0.01, "but right columns");
    assert!(fails(shuffled.memory(), fresh.memory()), "no time");
    assert_eq!(shuffled.fidelity.mean_chi_square.value, 0.0, "but right columns");
    assert_eq!(shuffled.spearman().value, 0.0, "and right dependence");
    assert_eq!(copy.memory().value, 0.0, "a copy is perfect,");
    for copied in [copy, accounts, shuffled] {
        assert_eq!(copied.fidelity.novelty.novelty_rate, 0.0, "has nothing new");
        assert_eq!(copied.privacy.finding, PrivacyFinding::Closer, "and no privacy");
    }
    for new in [fresh, markov] {
        assert_eq!(new.fidelity.novelty.novelty_rate, 1.0);
        assert_ne!(new.privacy.finding, PrivacyFinding::Closer);
    }
    assert!(markov.memory().value < shuffled.memory().value);
    assert!(markov.spearman().value < independent.spearman().value);
}
