//! Measures the error rates of the tests by simulation: false positives between equal laws, rejection at
//! the true boundary, standard errors, family-wise errors, coverage of rank sets, the classical tests,
//! dependent rows.
//!
//! ```text
//! cargo run --release --example calibration                                 # small version, a minute
//! cargo run --release --example calibration -- --replicates 8000            # docs/calibration.md
//! cargo run --release --example calibration -- --table boundary --replicates 2000
//! ```
//!
//! Prints markdown tables, with the figures of an independent simulation in brackets, and ends in an
//! assertion that all of them agree within Monte Carlo error.

mod boundary;
mod bounds;
mod classical;
mod design_tests;
mod designs;
mod every_method;
mod false_positives;
mod laws;
mod monte_carlo;
mod rankings;
mod standard_errors;

use clap::{Parser, ValueEnum};
use monte_carlo::{Check, Effort};

/// Error rates of the tests, by simulation.
#[derive(Parser)]
struct Arguments {
    /// Data sets per cell of up to 300 rows (fewer for larger ones).
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(20..))]
    replicates: u32,
    /// Seed of all data sets.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which table.
    #[arg(long, value_enum, default_value_t = Table::All)]
    table: Table,
    /// A part of the table of every method: almost, classical, rankings, plans, audits or tables.
    #[arg(long)]
    family: Option<String>,
    /// Writes the counts that `tests/calibration.rs` compares to this file, and does nothing else.
    #[arg(long)]
    pin: Option<std::path::PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Table {
    All,
    /// Dominance declared between equal laws.
    FalsePositives,
    /// Dominance declared where the true ratio is the threshold.
    Boundary,
    /// Standard errors against the spread over data sets.
    StandardErrors,
    /// Any false claim among several models.
    FamilyWise,
    /// Coverage of rank sets.
    RankSets,
    /// The classical tests on five designs.
    Classical,
    /// Dependent rows, told and not told how they depend.
    Designs,
    /// Everything that returns a p-value, an interval, a bound or a set of ranks; not among all.
    EveryMethod,
}

/// Prints one table.
type Print = fn(Effort, &mut Check);

const TABLES: [(Table, &str, Print); 7] = [
    (Table::FalsePositives, "False positives between equal laws", false_positives::print),
    (Table::Boundary, "Rejection at the true boundary", boundary::print),
    (Table::StandardErrors, "Standard errors", standard_errors::print),
    (Table::FamilyWise, "Family-wise error", rankings::print_family_wise),
    (Table::RankSets, "Coverage of rank sets", rankings::print_rank_sets),
    (Table::Classical, "The classical tests", classical::print),
    (Table::Designs, "Dependent rows", designs::print),
];

fn main() {
    let Arguments { replicates, seed, table, family, pin } = Arguments::parse();
    if let Some(file) = pin {
        let lines: Vec<String> = every_method::pins().iter().map(|pin| format!("{pin}\n")).collect();
        std::fs::write(file, lines.concat()).expect("a file that can be written");
        return;
    }
    if table == Table::EveryMethod {
        let unwarned = every_method::print(family.as_deref(), replicates as usize);
        assert!(unwarned.is_empty(), "liberal without a warning:\n{}", unwarned.join("\n"));
        return;
    }
    let effort = Effort { replicates: replicates as usize, seed };
    let mut check = Check::default();
    for (_, title, print) in TABLES.into_iter().filter(|(name, ..)| [*name, Table::All].contains(&table))
    {
        println!("\n## {title}\n");
        print(effort, &mut check);
    }
    let Check { compared, disagreements, remarks } = check;
    let differ = disagreements.len() + remarks.len();
    println!(
        "\n{differ} of {compared} figures differ from the reference by more than Monte Carlo error;"
    );
    println!("{} of them although both keep the level:\n{}", remarks.len(), remarks.join("\n"));
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}
