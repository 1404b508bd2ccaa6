//! Which of several portfolios would no risk-averse investor hold? Monthly returns, paired by month and dependent
//! in time: block bootstrap, efficient sets, mean-risk table, and the classical test of dominance.
//!
//! Without arguments: five simulated funds with calm and stormy times (no real returns; their means and spreads
//! are of the size of those of bills, bonds and shares). With a CSV file: a column per portfolio, a row per month,
//! in the order of time; a first column of dates is skipped.

#[path = "../support/mod.rs"]
mod support;

mod simulated;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use risk_sd::plot::{self, Picture};
use risk_sd::{
    BlockLength, Bootstrap, BootstrapMethod, EfficientSet, Order, RankingReport, RankingTest, Samples,
    UniformTest, optimal_block_length,
};

use support::output::{print_table, short, write};
use support::{Failure, progress::Bar, run, scores::Csv};

/// Finds the portfolios that no other dominates.
#[derive(Parser)]
struct Arguments {
    /// CSV file of returns. Without a file: simulated funds.
    file: Option<PathBuf>,
    /// Columns to compare, separated by commas; all by default.
    #[arg(long, value_delimiter = ',', requires = "file")]
    columns: Vec<String>,
    /// Months per block; chosen by the data where left out.
    #[arg(long)]
    block: Option<usize>,
    /// Blocks that do not go on at the start of the series.
    #[arg(long)]
    moving: bool,
    /// Violation ratio up to which dominance is called "almost", in (0, 0.5].
    #[arg(long, default_value_t = 0.05)]
    threshold: f64,
    /// Level of the exclusions together, in (0, 0.5).
    #[arg(long, default_value_t = 0.05)]
    level: f64,
    /// Tail level of the mean-risk table, in (0, 1].
    #[arg(long, default_value_t = 0.05)]
    tail: f64,
    /// Bootstrap replicates.
    #[arg(long, default_value_t = 1000)]
    replicates: usize,
    /// Seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/portfolio_dominance")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run(|| portfolios(&arguments))
}

fn portfolios(arguments: &Arguments) -> Result<(), Failure> {
    let returns = match &arguments.file {
        Some(file) => read(file, &arguments.columns)?,
        None => simulated::funds(480, 7),
    };
    print_block_lengths(&returns)?;
    let length = arguments.block.map_or(BlockLength::Automatic, BlockLength::Rows);
    let samples = Samples::paired(returns)?.time_series(length)?;
    print_mean_risk(&samples, arguments.tail)?;
    let report = rank(arguments, &samples)?;
    println!("\n{report}");
    let set = |order| report.efficient_set(order).ok_or("both orders are the default");
    let sets = [set(Order::First)?, set(Order::Second)?];
    for set in &sets {
        println!("\n{set}");
    }
    print_classical(arguments, &samples, &report)?;
    draw(&arguments.out, &samples, &report)?;
    if arguments.file.is_none() {
        check(&samples, &sets);
    }
    Ok(())
}

/// Columns in the order of their rows.
type Returns = Vec<(String, Vec<f64>)>;

fn read(file: &Path, wanted: &[String]) -> Result<Returns, Failure> {
    let csv = Csv::read(file)?;
    let names: Vec<String> = match wanted {
        [] => csv.value_columns().into_iter().map(str::to_owned).collect(),
        wanted => wanted.to_vec(),
    };
    let column = |name: String| {
        let values = csv.column(&name)?.into_iter().map(|(_, value)| value).collect();
        Ok((name, values))
    };
    names.into_iter().map(column).collect()
}

fn print_block_lengths(returns: &Returns) -> Result<(), Failure> {
    println!("Optimal lengths of circular blocks (Politis and White), of returns and of their sizes:");
    let row = |(name, values): &(String, Vec<f64>)| {
        let sizes = values.iter().map(|value| value.abs());
        let lengths = [optimal_block_length(values)?, optimal_block_length(sizes.collect::<Vec<_>>())?];
        let cells = lengths.map(|length| short(length.circular));
        Ok::<_, Failure>([name.clone()].into_iter().chain(cells).collect::<Vec<_>>())
    };
    let rows = returns.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    print_table(&["", "returns", "sizes"], &rows);
    println!();
    Ok(())
}

fn print_mean_risk(samples: &Samples, tail: f64) -> Result<(), Failure> {
    println!(
        "Percent a month (worst: mean of the worst {} % of months; scores: mean - risk):",
        100.0 * tail
    );
    let row = |(name, sample): (&str, &risk_sd::Sample)| {
        let mean = sample.mean();
        let numbers = [
            mean,
            sample.standard_deviation(),
            sample.tail_value_at_risk(tail)?,
            mean - sample.absolute_semideviation(),
            mean - sample.gini_tail(),
        ];
        let cells = numbers.map(|number| format!("{:.3}", 100.0 * number));
        Ok::<_, Failure>([name.to_owned()].into_iter().chain(cells).collect::<Vec<_>>())
    };
    let rows = samples.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    print_table(&["", "mean", "deviation", "worst", "semideviation", "Gini tail"], &rows);
    Ok(())
}

fn rank(arguments: &Arguments, samples: &Samples) -> Result<RankingReport, Failure> {
    let method =
        if arguments.moving { BootstrapMethod::MovingBlocks } else { BootstrapMethod::ByDesign };
    let bootstrap =
        Bootstrap::new().replicates(arguments.replicates).seed(arguments.seed).method(method);
    let mut bar = Bar::new();
    let test =
        RankingTest::new().threshold(arguments.threshold).level(arguments.level).bootstrap(bootstrap);
    Ok(test.run_with_progress(samples, |progress| bar.show(progress))?)
}

/// The classical question about the best two: do the returns contradict that one dominates the other? Circular blocks.
fn print_classical(
    arguments: &Arguments,
    samples: &Samples,
    report: &RankingReport,
) -> Result<(), Failure> {
    let best = report.at(Order::Second).map(|ranking| ranking.models.as_slice());
    let Some([first, second, ..]) = best else { return Ok(()) };
    let test = UniformTest::new().level(arguments.level).seed(arguments.seed);
    println!("\n{}", test.replicates(arguments.replicates).run(samples, &first.name, &second.name)?);
    Ok(())
}

fn draw(out: &Path, samples: &Samples, report: &RankingReport) -> Result<(), Failure> {
    let picture = Picture::default()
        .x_label("share of months p, worst first")
        .y_label("integrated return of the worst p");
    let mut pictures = vec![("lorenz_curves.svg", plot::lorenz_curves(samples, &picture)?)];
    let best = report.at(Order::Second).map(|ranking| &ranking.models);
    if let Some([first, second, ..]) = best.map(Vec::as_slice) {
        let (x, y) = (samples.get(&first.name)?, samples.get(&second.name)?);
        let svg = plot::violation_area(Order::Second, &first.name, x, &second.name, y, &picture)?;
        pictures.push(("best_two.svg", svg));
    }
    println!("\nPictures:");
    for (name, svg) in pictures {
        println!("  {}", write(out, name, &svg)?.display());
    }
    Ok(())
}

/// What is true of the simulated laws must not be denied.
fn check(samples: &Samples, [first, second]: &[EfficientSet; 2]) {
    assert!(samples.block_length().is_some_and(|length| length > 1), "stormy times last");
    let excluded = |set: &EfficientSet, name: &str| set.members().all(|member| member != name);
    // The costly fund is the index less a fee; the reckless fund is the index with more noise.
    assert!(excluded(first, "costly") && excluded(second, "costly"));
    assert!(excluded(second, "reckless") && !excluded(second, "bills"));
    // At first order the index is better in good months, bills are in bad ones.
    assert!(!excluded(first, "index") && !excluded(first, "bills"));
}
