//! Two candidates compared in full: descriptive statistics, verdict, tests at both orders in both directions.
//!
//! Without arguments: the log-likelihoods of two classifiers of the embedded digits data, paired by image.

#[path = "../support/mod.rs"]
mod support;

mod document;
mod screen;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use risk_sd::plot::{self, Picture};
use risk_sd::{Bootstrap, DominanceTest, IncompleteRows, Order, Sample, Samples};

use document::Document;
use support::output::write;
use support::{Failure, progress::Bar, scores::Csv};

const DIGITS: &str = include_str!("../data/digits_scores.csv");
const DIGITS_PAIR: [&str; 2] = ["extra_trees", "qda"];

/// Compares two candidates by stochastic dominance.
#[derive(Parser)]
struct Arguments {
    /// One wide CSV file (with --a and --b), or two files of one column of values each. Without a file: the
    /// embedded digits data.
    #[arg(num_args = 0..=2)]
    files: Vec<PathBuf>,
    /// Column of the first candidate. With two files: the column of values in the first.
    #[arg(long, requires = "files")]
    a: Option<String>,
    /// Column of the second candidate. With two files: the column of values in the second.
    #[arg(long, requires = "files")]
    b: Option<String>,
    /// Column of weights (survey weights); the rows are independent then.
    #[arg(long, value_name = "COLUMN", requires = "files")]
    weight: Option<String>,
    /// The rows of one file do not belong together (cells may be empty).
    #[arg(long, requires = "files")]
    independent: bool,
    /// Leave out rows that lack a value instead of refusing the file.
    #[arg(long, requires = "files")]
    drop_incomplete: bool,
    /// Violation ratio up to which dominance is called "almost", in (0, 0.5].
    #[arg(long, default_value_t = 0.25)]
    threshold: f64,
    /// Level of the tests, in (0, 0.5).
    #[arg(long, default_value_t = 0.05)]
    level: f64,
    /// Tail level of value at risk, tail value at risk and quantile deviation, in (0, 1].
    #[arg(long, default_value_t = 0.05)]
    tail: f64,
    /// Bootstrap replicates.
    #[arg(long, default_value_t = 1000)]
    replicates: usize,
    /// Seed: the same seed gives the same numbers everywhere.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print one JSON document instead of text (described in docs/json.md).
    #[arg(long)]
    json: bool,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/compare_two")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    support::run(|| compare_two(&arguments))
}

fn compare_two(arguments: &Arguments) -> Result<(), Failure> {
    let Input { samples, a, b, dropped } = read(arguments)?;
    let bootstrap = Bootstrap::new().replicates(arguments.replicates).seed(arguments.seed);
    let mut bar = Bar::new();
    let mut test = |order| {
        DominanceTest::new(order)
            .threshold(arguments.threshold)
            .level(arguments.level)
            .bootstrap(bootstrap)
            .run_with_progress(&samples, &a, &b, |progress| bar.show(progress))
    };
    let reports = [test(Order::First)?, test(Order::Second)?];
    drop(bar);
    let pictures = draw(&arguments.out, &samples, &a, &b)?;
    let document = Document::new(&samples, [&a, &b], arguments.tail, dropped, reports, pictures)?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&document)?);
    } else {
        screen::print(&document);
    }
    if arguments.files.is_empty() {
        let first = document.reports[0].a_over_b.ok_or("the two classifiers differ")?;
        assert!(first.violation_ratio > 0.0 && first.violation_ratio < 1.0);
    }
    Ok(())
}

/// Two named columns.
struct Input {
    samples: Samples,
    a: String,
    b: String,
    dropped: usize,
}

fn read(arguments: &Arguments) -> Result<Input, Failure> {
    match &arguments.files[..] {
        [] => digits(),
        [file] => one_file(arguments, &Csv::read(file)?),
        [first, second] => two_files(arguments, first, second),
        _ => Err("at most two files".into()),
    }
}

fn digits() -> Result<Input, Failure> {
    let [a, b] = DIGITS_PAIR.map(str::to_owned);
    let table = Csv::parse("digits", DIGITS)?.table(Some(&[a.clone(), b.clone()]))?;
    let samples = table.paired(IncompleteRows::Refuse)?.samples("log_likelihood")?;
    Ok(Input { samples, a, b, dropped: 0 })
}

fn one_file(arguments: &Arguments, csv: &Csv) -> Result<Input, Failure> {
    let (Some(a), Some(b)) = (arguments.a.clone(), arguments.b.clone()) else {
        let columns = csv.value_columns().join(", ");
        return Err(format!("name two columns with --a and --b (columns: {columns})").into());
    };
    if arguments.independent || arguments.weight.is_some() {
        let column = |name: &String| sample(csv, name, arguments.weight.as_deref());
        let samples = Samples::independent([(a.clone(), column(&a)?), (b.clone(), column(&b)?)])?;
        return Ok(Input { samples, a, b, dropped: 0 });
    }
    let incomplete =
        if arguments.drop_incomplete { IncompleteRows::Drop } else { IncompleteRows::Refuse };
    let builder = csv.table(Some(&[a.clone(), b.clone()]))?;
    let table = builder.paired(incomplete).map_err(|e| match e {
        risk_sd::Error::MissingCell { .. } => format!(
            "{}: {e}; --drop-incomplete leaves such rows out, --independent does not pair rows",
            csv.source()
        ),
        other => format!("{}: {other}", csv.source()),
    })?;
    let [metric] = table.metrics() else {
        let metrics = table.metrics().join(", ");
        return Err(format!("{}: a file of one metric is needed ({metrics})", csv.source()).into());
    };
    let samples = table.samples(metric)?;
    Ok(Input { samples, a, b, dropped: table.dropped() })
}

fn two_files(arguments: &Arguments, first: &Path, second: &Path) -> Result<Input, Failure> {
    let side = |path: &Path, column: &Option<String>| -> Result<(String, Sample), Failure> {
        let csv = Csv::read(path)?;
        let weight = arguments.weight.as_deref();
        let columns = csv.value_columns();
        let mut values = columns.iter().filter(|name| Some(**name) != weight);
        let only = match (values.next(), values.next()) {
            (Some(only), None) => Some((*only).to_owned()),
            _ => None,
        };
        let Some(column) = column.clone().or(only) else {
            let columns = columns.join(", ");
            return Err(format!("{}: name the column of values ({columns})", path.display()).into());
        };
        let name = path.file_stem().map_or(column.clone(), |stem| stem.to_string_lossy().into_owned());
        Ok((name, sample(&csv, &column, weight)?))
    };
    let (a, x) = side(first, &arguments.a)?;
    let (mut b, y) = side(second, &arguments.b)?;
    if a == b {
        b = second.display().to_string();
    }
    let samples = Samples::independent([(a.clone(), x), (b.clone(), y)])?;
    Ok(Input { samples, a, b, dropped: 0 })
}

/// A column as a sample; rows without a value are no rows of it.
fn sample(csv: &Csv, column: &str, weight: Option<&str>) -> Result<Sample, Failure> {
    let numbers = csv.column(column)?;
    let values = numbers.iter().map(|(_, value)| *value);
    let named = |error: risk_sd::Error| match error {
        risk_sd::Error::InvalidWeight { row, weight } => {
            format!("{}: the weight {weight} is negative", csv.line(numbers[row].0))
        }
        other => format!("{}, column '{column}': {other}", csv.source()),
    };
    let Some(weight) = weight else {
        return Ok(Sample::new(values).map_err(named)?);
    };
    let weights = csv.column(weight)?;
    let of_line = |line: &u64| {
        let found = weights.binary_search_by_key(line, |(line, _)| *line);
        found.map(|at| weights[at].1).map_err(|_| format!("{}: no weight", csv.line(*line)))
    };
    let weights = numbers.iter().map(|(line, _)| of_line(line)).collect::<Result<Vec<f64>, _>>()?;
    Ok(Sample::weighted(values, weights).map_err(named)?)
}

fn draw(out: &Path, samples: &Samples, a: &str, b: &str) -> Result<Vec<PathBuf>, Failure> {
    let (x, y) = (samples.get(a)?, samples.get(b)?);
    let picture = Picture::default();
    let mut written = Vec::new();
    for order in [Order::First, Order::Second] {
        let svg = plot::violation_area(order, a, x, b, y, &picture)?;
        written.push(write(out, &format!("{order}_order.svg"), &svg)?);
    }
    Ok(written)
}
