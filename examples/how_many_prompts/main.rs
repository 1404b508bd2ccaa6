//! How many prompts are enough? Plans a comparison of two models from a pilot on a few prompts, checks the plan by
//! simulation, and then by the whole benchmark.
//!
//! The benchmark is real: Brier scores of two classifiers on 899 test images of handwritten digits (embedded; the
//! same data as `rank_models`). The pilot is 150 of the images.

#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use risk_sd::plot::{self, Picture};
use risk_sd::{DominanceTest, IncompleteRows, Order, Outcome, PowerAnalysis, Samples};

use support::output::{print_table, short, write};
use support::{Failure, run, scores::Csv};

const DIGITS: &str = include_str!("../data/digits_scores.csv");

/// Plans how many prompts a comparison needs.
#[derive(Parser)]
struct Arguments {
    /// The model that shall be claimed to dominate.
    #[arg(long, default_value = "svm")]
    a: String,
    /// The other model.
    #[arg(long, default_value = "logistic")]
    b: String,
    /// Prompts of the pilot.
    #[arg(long, default_value_t = 150)]
    pilot: usize,
    /// Violation ratio up to which dominance is called "almost", in (0, 0.5].
    #[arg(long, default_value_t = 0.25)]
    threshold: f64,
    /// Power to plan for, in [0.5, 1).
    #[arg(long, default_value_t = 0.8)]
    power: f64,
    /// Seed of the simulations and of the final test.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/how_many_prompts")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run(|| plan(&arguments))
}

fn plan(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { a, b, .. } = arguments;
    let [x, y] = scores(a, b)?;
    let benchmark = Samples::paired([(a, &x), (b, &y)])?;
    // Images at even distances, because the file is sorted by nothing that matters.
    let rows = arguments.pilot.clamp(2, x.len());
    let some = |column: &[f64]| (0..rows).map(|i| column[i * x.len() / rows]).collect::<Vec<_>>();
    let pilot = Samples::paired([(a, some(&x)), (b, some(&y))])?;
    let analysis = PowerAnalysis::new(Order::Second)
        .threshold(arguments.threshold)
        .power(arguments.power)
        .data_sets(200)
        .seed(arguments.seed);
    let plan = analysis.plan(&pilot, a, b)?;
    println!("{plan}\n");
    let Some(needed) = plan.needed else {
        return Ok(());
    };
    let checked = check_by_simulation(&analysis, &pilot, &plan)?;
    let test = DominanceTest::new(Order::Second).threshold(arguments.threshold).seed(arguments.seed);
    let report = test.run(&benchmark, a, b)?;
    println!("\nThe whole benchmark of {} images:\n{report}", x.len());
    draw(&arguments.out, &pilot, &benchmark, [a, b])?;

    assert!(plan.power_at(needed.size()) >= arguments.power);
    for (predicted, found, error) in checked {
        assert!(
            (predicted - found).abs() < 0.1 + 3.0 * error,
            "predicted {predicted}, simulated {found}"
        );
    }
    if needed.size() < x.len() / 2 {
        assert_eq!(report.outcome, Outcome::AAlmostDominates, "twice the needed rows suffice");
    }
    Ok(())
}

/// Negative Brier scores of two classifiers, image by image.
fn scores(a: &str, b: &str) -> Result<[Vec<f64>; 2], Failure> {
    let table = Csv::parse("digits", DIGITS)?.table(Some(&[a.to_owned(), b.to_owned()]))?;
    let table = table.paired(IncompleteRows::Refuse)?;
    let negative = |model: &str| {
        let column = table.column(model, "brier")?;
        Ok::<_, risk_sd::Error>(column.iter().map(|score| -score).collect::<Vec<f64>>())
    };
    Ok([negative(a)?, negative(b)?])
}

/// Predicted power, simulated power and its error at half, all and twice the needed size.
fn check_by_simulation(
    analysis: &PowerAnalysis,
    pilot: &Samples,
    plan: &risk_sd::SamplePlan,
) -> Result<Vec<(f64, f64, f64)>, Failure> {
    let needed = plan.needed.map_or(2, |needed| needed.size());
    let mut checked = Vec::new();
    for size in [needed.div_ceil(2).max(2), needed, 2 * needed] {
        let found = analysis.simulate(pilot, &plan.a, &plan.b, size)?;
        checked.push((size, plan.power_at(size), found.power, found.standard_error));
    }
    println!("Tests of data sets drawn from the pilot, guard included:");
    let row = |&(size, predicted, found, error): &(usize, f64, f64, f64)| {
        vec![size.to_string(), short(predicted), short(found), short(error)]
    };
    print_table(
        &["prompts", "predicted power", "simulated", "SE"],
        &checked.iter().map(row).collect::<Vec<_>>(),
    );
    Ok(checked.into_iter().map(|(_, predicted, found, error)| (predicted, found, error)).collect())
}

fn draw(out: &Path, pilot: &Samples, benchmark: &Samples, [a, b]: [&str; 2]) -> Result<(), Failure> {
    println!("\nPictures:");
    for (file, samples) in [("pilot.svg", pilot), ("benchmark.svg", benchmark)] {
        let (x, y) = (samples.get(a)?, samples.get(b)?);
        let svg = plot::violation_area(Order::Second, a, x, b, y, &Picture::default())?;
        println!("  {}", write(out, file, &svg)?.display());
    }
    Ok(())
}
