//! Audits over folds: the index of a chosen candidate on new folds, its leads, the spread over folds, and how often a
//! winner is kept by folds that are drawn again.

use rand::{SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal};
use risk_sd::{
    Bootstrap, Dimension, IncompleteRows, Metric, Profile, Selection, Table, TableBuilder,
    TradeOffSweep, TrustIndex,
};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Answer, Kind, REPLICATES, Spec, Study};

const FOLDS: [usize; 4] = [5, 10, 20, 50];
/// Folds that choose.
const CHOOSE: usize = 20;
/// New folds that stand for the truth.
const TRUTH: usize = 500;

pub fn studies() -> Vec<Study> {
    FOLDS.into_iter().flat_map(|folds| [selection(folds), spread(folds), kept(folds)]).collect()
}

/// Two dimensions of one metric each.
fn index() -> TrustIndex {
    let dimension = |name: &str| Dimension::new(name, [Metric::new(name)]);
    TrustIndex::new([dimension("fidelity"), dimension("privacy")]).expect("a valid index")
}

fn profile() -> Profile {
    Profile::uniform("even").risk_aversion(0.0)
}

fn folds(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|fold| format!("{prefix}{fold}")).collect()
}

/// Candidates of these qualities on groups of folds. Values are quality, an effect of the fold and noise.
fn table(quality: &[f64], groups: &[(&str, usize)], rng: &mut StdRng) -> Table {
    let mut builder = TableBuilder::new();
    let mut normal = || -> f64 { StandardNormal.sample(rng) };
    for fold in groups.iter().flat_map(|&(prefix, count)| folds(prefix, count)) {
        for metric in ["fidelity", "privacy"] {
            let effect = 0.5 * normal();
            for (candidate, quality) in quality.iter().enumerate() {
                let value = quality + effect + normal();
                builder.push(&candidate.to_string(), fold.as_str(), metric, value).expect("a new cell");
            }
        }
    }
    builder.paired(IncompleteRows::Refuse).expect("a full table")
}

/// The quantile of a two-sided 95 % interval from so many folds.
pub fn student(folds: usize) -> f64 {
    StudentsT::new(0.0, 1.0, folds as f64 - 1.0).expect("a law").inverse_cdf(0.975)
}

/// The index and the first lead of a chosen candidate, against their means over many new folds.
fn selection(count: usize) -> Study {
    let methods =
        ["SelectionReport: reported index, t interval", "SelectionReport: first lead, t interval"];
    let specs = methods.map(|method| Spec::new(method, Kind::Coverage)).to_vec();
    let answer = move |seed| {
        let mut rng = StdRng::seed_from_u64(seed);
        let table = table(&[0.0, 0.0, 0.3, 0.0], &[("v", CHOOSE), ("r", count), ("n", TRUTH)], &mut rng);
        let on = |prefix: &str, count: usize| {
            let chosen = Selection::new(profile()).choose_on(folds("v", CHOOSE));
            chosen.report_on(folds(prefix, count)).run(&index(), &table).expect("a valid selection")
        };
        let (found, truth) = (on("r", count), on("n", TRUTH));
        // The truth has an error of its own.
        let misses = |a: f64, error: Option<f64>, b: f64, other: Option<f64>| {
            let error = error.unwrap_or(0.0).hypot(other.unwrap_or(0.0));
            Answer::said((a - b).abs() > student(count) * error, &found.warnings)
        };
        let (reported, truly) = (&found.reported, &truth.reported);
        let (lead, true_lead) = (&found.leads[0], &truth.leads[0]);
        vec![
            misses(reported.mean, reported.standard_error, truly.mean, truly.standard_error),
            misses(lead.difference, lead.standard_error, true_lead.difference, true_lead.standard_error),
        ]
    };
    Study { design: "4 checkpoints, folds".to_owned(), rows: count, specs, answer: Box::new(answer) }
}

/// The standard error of an index over folds, with the quantile of its t interval in place of 1.96.
fn spread(count: usize) -> Study {
    let specs = vec![Spec::new("TrustReport: mean index over folds, t interval", Kind::StandardError)];
    let answer = move |seed| {
        let mut rng = StdRng::seed_from_u64(seed);
        let table = table(&[0.0, 0.3, 0.6], &[("f", count)], &mut rng);
        let report = index().run(&table, &[profile()]).expect("a valid audit");
        let candidate = report.profiles[0].candidate("1").expect("a candidate");
        let error = candidate.standard_error.expect("several folds") * student(count) / 1.96;
        vec![Answer::Estimated { value: candidate.mean, error, warned: false }]
    };
    Study { design: "3 candidates, folds".to_owned(), rows: count, specs, answer: Box::new(answer) }
}

/// Between equals, the winner is kept in 95 % of draws as often as two one-sided tests of 5 % reject.
fn kept(count: usize) -> Study {
    let specs = vec![Spec::new("SweepPoint: kept at least .95, equal candidates", Kind::Size).at(0.1)];
    let answer = move |seed| {
        let mut rng = StdRng::seed_from_u64(seed);
        let table = table(&[0.0, 0.0], &[("f", count)], &mut rng);
        let report = index().run(&table, &[profile()]).expect("a valid audit");
        let sweep = TradeOffSweep::new().resolution(2);
        let sweep = sweep.bootstrap(Bootstrap::new().replicates(REPLICATES).seed(seed));
        let found = sweep.run(&report, "even").expect("a valid sweep");
        let kept = found.points[1].kept.expect("folds were drawn");
        vec![Answer::said(kept >= 0.95, &found.warnings)]
    };
    Study {
        design: "2 equal candidates, folds".to_owned(),
        rows: count,
        specs,
        answer: Box::new(answer),
    }
}
