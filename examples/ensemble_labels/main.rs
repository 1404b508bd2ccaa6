//! Four classifiers that confuse neighbouring labels become one: Wasserstein barycenters beside the arithmetic and
//! the geometric mean.
//!
//! ```text
//! cargo run --release --example ensemble_labels
//! ```
//!
//! The barycenter lets the votes for neighbours add up, so its top label is nearer in meaning to the truth. It pays
//! with a flatter vector: a higher log-loss, and a lower accuracy than the arithmetic mean.

#[path = "../support/mod.rs"]
mod support;

mod score;
mod simulate;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use risk_sd::plot::{self, Picture};
use risk_sd::{
    Bootstrap, CostMatrix, DominanceTest, EnsembledInstance, LabelBarycenter, Order, Outcome,
    Predictions, Samples, arithmetic_mean, geometric_mean,
};

use score::Score;
use simulate::{Item, LABELS, embedding, items};
use support::Failure;
use support::output::{print_table, write};

/// Ensembles simulated classifiers.
#[derive(Parser)]
struct Arguments {
    /// Number of items to classify.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    items: u32,
    /// Number of classifiers.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(2..=100))]
    models: u32,
    /// Seed of the simulation and of the bootstrap.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write the picture.
    #[arg(long, value_name = "DIR", default_value = "out/ensemble_labels")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    support::run(|| body(&arguments))
}

fn body(arguments: &Arguments) -> Result<(), Failure> {
    let models = arguments.models as usize;
    let items = items(arguments.seed, arguments.items as usize, models);
    let cost = CostMatrix::squared_euclidean((0..LABELS).map(embedding))?.divided_by_largest();
    let scores = scores(&items, &cost)?;

    println!(
        "{} items, {LABELS} labels in groups, {models} classifiers; seed {}\n",
        items.len(),
        arguments.seed
    );
    let heads = ["consensus", "accuracy", "right group", "log-loss", "entropy", "cost of top label"];
    print_table(&heads, &scores.iter().map(Score::row).collect::<Vec<_>>());

    // Every consensus answers for the same items.
    let quality = Samples::paired(scores.iter().map(|score| (score.name.clone(), &score.quality)))?;
    let test = DominanceTest::new(Order::Second).bootstrap(Bootstrap::new().seed(arguments.seed));
    let report = test.run(&quality, BARYCENTER, ARITHMETIC)?;
    println!("\nQuality of an answer: minus the cost between its label and the truth.\n{report}");
    let picture = Picture::default()
        .title("How far from the truth is the top label?")
        .x_label("share of items p, worst answers first")
        .y_label("integrated quality: minus semantic cost");
    let svg = plot::lorenz_curves(&quality, &picture)?;
    println!("wrote {}", write(&arguments.out, "quality.svg", &svg)?.display());
    check(&scores, report.outcome);
    Ok(())
}

const ARITHMETIC: &str = "arithmetic mean";
const GEOMETRIC: &str = "geometric mean";
const BARYCENTER: &str = "barycenter, epsilon 0.1";

fn scores(items: &[Item], cost: &CostMatrix) -> Result<Vec<Score>, Failure> {
    let predictions = Predictions::new(items.iter().map(|item| &item.probabilities))?;
    let barycenter = |settings: LabelBarycenter| -> Result<Vec<Vec<f64>>, Failure> {
        let report = settings.run(&predictions)?;
        assert_eq!(report.not_converged().count(), 0);
        Ok(report.instances.iter().map(EnsembledInstance::normalised).collect::<Result<_, _>>()?)
    };
    let settings = |epsilon: f64| LabelBarycenter::new(cost.clone(), epsilon);
    let first: Vec<Vec<f64>> = items.iter().map(|item| item.probabilities[0].clone()).collect();
    let rows = [
        ("first classifier alone", first),
        (ARITHMETIC, arithmetic_mean(&predictions)),
        (GEOMETRIC, geometric_mean(&predictions)?),
        (BARYCENTER, barycenter(settings(0.1))?),
        ("barycenter, epsilon 0.02", barycenter(settings(0.02))?),
        ("unbalanced, epsilon 0.1", barycenter(settings(0.1).marginal_penalty(0.5))?),
    ];
    let score = |(name, consensus): &(&str, Vec<Vec<f64>>)| Score::new(name, items, consensus, cost);
    Ok(rows.iter().map(score).collect())
}

/// What the simulated law is known to lead to.
fn check(scores: &[Score], outcome: Outcome) {
    let of = |name: &str| scores.iter().find(|score| score.name == name).expect("a row of this name");
    let [arithmetic, geometric, barycenter] = [ARITHMETIC, GEOMETRIC, BARYCENTER].map(of);
    assert!(barycenter.group_accuracy > arithmetic.group_accuracy);
    assert!(arithmetic.group_accuracy > geometric.group_accuracy);
    assert!(barycenter.mean_quality() > arithmetic.mean_quality());
    assert!(barycenter.log_loss > arithmetic.log_loss, "a flat vector costs log-loss");
    assert_eq!(outcome, Outcome::AAlmostDominates);
}
