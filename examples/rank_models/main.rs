//! Which of several models would a risk-averse person pick, over all metrics at once, and how sure is that?
//!
//! Without arguments: eleven classifiers on 899 test images of handwritten digits, four metrics, embedded.
//! With a CSV file: see `--help` and the layouts in `examples/support/scores.rs`.

#[path = "../support/mod.rs"]
mod support;

mod document;
mod pictures;
mod routes;
mod screen;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use risk_sd::{
    Bootstrap, IncompleteRows, Metric, Order, Portfolio, RankingTest, Samples, Sampling, Table,
};

use document::Document;
use support::{Failure, progress::Bar, scores::Csv};

/// The digits data of `examples/data`, and which of its metrics are better when lower.
const DIGITS: &str = include_str!("../data/digits_scores.csv");
const DIGITS_LOWER: [&str; 2] = ["brier", "noisy_brier"];

/// Ranks models by stochastic dominance over all their metrics.
#[derive(Parser, PartialEq)]
struct Arguments {
    /// CSV of scores: long (model,sample,metric,value), tidy (model,sample, a column per metric) or wide (a
    /// column per model). Without a file: the embedded digits data.
    file: Option<PathBuf>,
    /// A metric that is better when lower; may be repeated or separated by commas.
    #[arg(long, value_name = "METRIC", value_delimiter = ',')]
    lower: Vec<String>,
    /// Weights of metrics, as NAME=WEIGHT separated by commas; others weigh 1.
    #[arg(long, value_name = "NAME=WEIGHT", value_delimiter = ',', value_parser = parse_weight)]
    weights: Vec<(String, f64)>,
    /// Only these models, separated by commas.
    #[arg(long, value_name = "MODEL", value_delimiter = ',')]
    models: Option<Vec<String>>,
    /// Only this order of dominance; both by default.
    #[arg(long)]
    order: Option<OrderName>,
    /// Violation ratio up to which dominance is called "almost", in (0, 0.5].
    #[arg(long, default_value_t = 0.25)]
    threshold: f64,
    /// Level that all comparisons share, in (0, 0.5).
    #[arg(long, default_value_t = 0.05)]
    level: f64,
    /// The models' rows do not belong together (their numbers may differ).
    #[arg(long)]
    independent: bool,
    /// Leave out samples that lack a value instead of refusing the file.
    #[arg(long)]
    drop_incomplete: bool,
    /// Samples whose ids agree before this separator form a cluster ("task/seed" with "/").
    #[arg(long, value_name = "SEPARATOR")]
    cluster_by: Option<String>,
    /// Bootstrap replicates.
    #[arg(long, default_value_t = 1000)]
    replicates: usize,
    /// Seed: the same seed gives the same numbers everywhere.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print one JSON document instead of tables (described in docs/json.md).
    #[arg(long)]
    json: bool,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/rank_models")]
    out: PathBuf,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum OrderName {
    First,
    Second,
}

fn parse_weight(text: &str) -> Result<(String, f64), String> {
    let (name, weight) = text.rsplit_once('=').ok_or_else(|| format!("'{text}' is not NAME=WEIGHT"))?;
    let weight = weight.parse().map_err(|_| format!("'{weight}' is not a number"))?;
    Ok((name.to_owned(), weight))
}

impl Arguments {
    /// Whether these are the defaults, up to where and how the answer appears.
    fn ask_the_known_question(&self) -> bool {
        let defaults = Arguments::parse_from(["rank_models"]);
        *self == Arguments { json: self.json, out: self.out.clone(), ..defaults }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    support::run(|| rank_models(&arguments))
}

fn rank_models(arguments: &Arguments) -> Result<(), Failure> {
    let table = read_table(arguments)?;
    let portfolio = portfolio(arguments, &table)?;
    let samples = score_samples(arguments, &portfolio, &table)?;
    let test = RankingTest::new()
        .threshold(arguments.threshold)
        .level(arguments.level)
        .bootstrap(Bootstrap::new().replicates(arguments.replicates).seed(arguments.seed));
    let test = match arguments.order {
        None => test,
        Some(OrderName::First) => test.order(Order::First),
        Some(OrderName::Second) => test.order(Order::Second),
    };
    let mut bar = Bar::new();
    let report = test.run_with_progress(&samples, |progress| bar.show(progress))?;
    drop(bar);
    let routes = routes::compare(&portfolio, &table, &samples, &report)?;
    let pictures = pictures::draw(&arguments.out, &samples, &report)?;
    let source = arguments.file.as_deref().unwrap_or(Path::new("embedded digits data"));
    let document = Document::new(source, &table, &portfolio, &samples, report, routes, pictures)?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&document)?);
    } else {
        screen::print(&document);
    }
    if arguments.ask_the_known_question() {
        check_digits(&document);
    }
    Ok(())
}

fn read_table(arguments: &Arguments) -> Result<Table, Failure> {
    let csv = match &arguments.file {
        Some(path) => Csv::read(path)?,
        None => Csv::parse("digits", DIGITS)?,
    };
    let builder = csv.table(arguments.models.as_deref())?;
    let incomplete =
        if arguments.drop_incomplete { IncompleteRows::Drop } else { IncompleteRows::Refuse };
    let table = match arguments.independent {
        false => builder.paired(incomplete),
        true => builder.independent(incomplete),
    };
    table.map_err(|e| match e {
        risk_sd::Error::MissingCell { .. } => {
            format!("{}: {e}; --drop-incomplete leaves such samples out", csv.source()).into()
        }
        other => format!("{}: {other}", csv.source()).into(),
    })
}

/// All metrics of the table, with the polarities and weights asked for.
fn portfolio(arguments: &Arguments, table: &Table) -> Result<Portfolio, Failure> {
    let mut lower: Vec<&str> = arguments.lower.iter().map(String::as_str).collect();
    if arguments.file.is_none() {
        lower.extend(DIGITS_LOWER);
    }
    let weighted = arguments.weights.iter().map(|(name, _)| name.as_str());
    let known = |name: &str| table.metrics().iter().any(|metric| metric == name);
    if let Some(name) = lower.iter().copied().chain(weighted).find(|name| !known(name)) {
        let metrics = table.metrics().join(", ");
        return Err(format!("there is no metric named '{name}' (metrics: {metrics})").into());
    }
    let metric = |name: &String| {
        let metric = Metric::new(name);
        let metric = if lower.contains(&name.as_str()) { metric.lower_is_better() } else { metric };
        match arguments.weights.iter().find(|(weighted, _)| weighted == name) {
            Some((_, weight)) => metric.weight(*weight),
            None => metric,
        }
    };
    Ok(Portfolio::new(table.metrics().iter().map(metric))?)
}

/// One column of scores per model: the copula of all metrics, or the values themselves of a single metric.
fn score_samples(
    arguments: &Arguments,
    portfolio: &Portfolio,
    table: &Table,
) -> Result<Samples, Failure> {
    let single = table.metrics().len() == 1;
    let samples = match single {
        true => portfolio.metric_samples(table)?.remove(0).samples,
        false => portfolio.score(table)?.samples,
    };
    let Some(separator) = &arguments.cluster_by else {
        return Ok(samples);
    };
    let cluster = |id: &String| id.split(separator.as_str()).next().unwrap_or_default().to_owned();
    let clusters_of = |model: &String| -> Result<Vec<String>, Failure> {
        Ok(table.rows(model)?.iter().map(cluster).collect())
    };
    match (table.sampling(), single) {
        (Sampling::Paired, _) => Ok(samples.clustered(&clusters_of(&table.models()[0])?)?),
        (_, true) => {
            let sign = if arguments.lower.is_empty() { 1.0 } else { -1.0 };
            let metric = &table.metrics()[0];
            let mut columns = Vec::new();
            for model in table.models() {
                let values: Vec<f64> = table.column(model, metric)?.iter().map(|v| sign * v).collect();
                columns.push((model.clone(), values, clusters_of(model)?));
            }
            Ok(Samples::in_clusters(columns)?)
        }
        (_, false) => Err("--cluster-by with --independent needs a file of one metric".into()),
    }
}

/// The embedded data have a known answer: no change of the code may move it silently.
fn check_digits(document: &Document) {
    for ranking in &document.report.rankings {
        let best = &ranking.models[0];
        assert_eq!(best.name, "knn", "nearest neighbours are best at both orders");
        assert_eq!(best.rank_set.map(|set| set.worst), Some(1), "and that is significant");
    }
    let routes = &document.routes;
    assert!(routes.routes.iter().all(|route| route.ranks.len() == routes.models.len()));
    assert!(!routes.disagreements.is_empty(), "ranks and units disagree about overconfident models");
}
