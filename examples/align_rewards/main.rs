//! Trains a small reward model until the rewards of chosen answers dominate those of rejected ones, as
//! distributions: alignment by optimal transport in its variants, beside direct preference optimisation.
//!
//! ```text
//! cargo run --release --example align_rewards
//! ```
//!
//! Simulated answers have six features and a hidden quality. People prefer the better of two answers most of the
//! time. The paired objectives see who was preferred to whom; the unpaired ones see two heaps of answers of
//! different sizes. What was learned is judged on answers held out.

#[path = "../support/mod.rs"]
mod support;

mod data;
mod model;
mod objectives;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use risk_sd::plot::{self, Picture};
use risk_sd::{DominanceReport, DominanceTest, Order, Outcome, Sample, Samples, gap};

use data::Preferences;
use model::{Adam, RewardModel};
use objectives::{Objective, Rewards};
use support::Failure;
use support::output::{print_table, short, write};

/// Trains reward models by alignment objectives and certifies dominance on held-out answers.
#[derive(Parser)]
struct Arguments {
    /// Steps of training.
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..))]
    steps: u32,
    /// Seed of data, model and tests.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/align_rewards")]
    out: PathBuf,
}

/// Chosen answers are said to dominate in training where the violation ratio is below this.
const SMALL: f64 = 1e-4;

/// A trained model, and what it does to answers that it has not seen.
struct Trained {
    name: &'static str,
    file: &'static str,
    /// The step from which on the chosen training answers dominate to the first order; `None` where they do not.
    dominates_from: Option<u32>,
    rewards: Samples,
    reports: [DominanceReport; 2],
    /// Share of held-out pairs in which the preferred answer has the higher reward.
    accuracy: f64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    support::run(|| align_rewards(&arguments))
}

fn align_rewards(arguments: &Arguments) -> Result<(), Failure> {
    let training = Preferences::simulate(600, arguments.seed);
    let held_out = Preferences::simulate(1000, arguments.seed + 1);
    let start = RewardModel::new(arguments.seed);
    let before = judge(("before training", "before"), &start, &held_out, arguments.seed)?;
    let mut trained = Vec::new();
    for objective in Objective::ALL {
        trained.push(train(objective, &start, &training, &held_out, arguments)?);
    }
    report(&before, &trained, &training, &held_out);
    draw(arguments, &before, &trained)?;
    check(&before, &trained);
    Ok(())
}

/// Full-batch steps downhill.
fn train(
    objective: Objective,
    start: &RewardModel,
    training: &Preferences,
    held_out: &Preferences,
    arguments: &Arguments,
) -> Result<Trained, Failure> {
    let mut model = start.clone();
    let mut adam = Adam::new(model.parameters().len());
    let rewards = |model: &RewardModel| Rewards {
        chosen: model.rewards(&training.chosen),
        rejected: model.rewards(&training.rejected),
    };
    let reference = rewards(start);
    let mut dominates_from = None;
    for step in 0..arguments.steps {
        let now = rewards(&model);
        let (x, y) = (Sample::new(&now.chosen)?, Sample::new(&now.rejected)?);
        let dominates = gap(Order::First, &x, &y).violation_ratio() < SMALL;
        dominates_from = if dominates { dominates_from.or(Some(step)) } else { None };
        let slopes = objective.slopes(&now, &reference)?;
        let mut gradient = vec![0.0; model.parameters().len()];
        model.add_gradient(&training.chosen, &slopes.chosen, &mut gradient);
        model.add_gradient(&training.rejected, &slopes.rejected, &mut gradient);
        adam.step(model.parameters_mut(), &gradient);
    }
    let judged = judge((objective.name(), objective.file()), &model, held_out, arguments.seed)?;
    Ok(Trained { dominates_from, ..judged })
}

fn judge(
    (name, file): (&'static str, &'static str),
    model: &RewardModel,
    held_out: &Preferences,
    seed: u64,
) -> Result<Trained, Failure> {
    let (chosen, rejected) = (model.rewards(&held_out.chosen), model.rewards(&held_out.rejected));
    let right = chosen.iter().zip(&rejected).filter(|(c, r)| c > r).count();
    let accuracy = right as f64 / chosen.len() as f64;
    // Half of the pairs give the chosen, the other half the rejected answers: independent samples.
    let half = chosen.len() / 2;
    let columns =
        [("chosen", Sample::new(&chosen[..half])?), ("rejected", Sample::new(&rejected[half..])?)];
    let rewards = Samples::independent(columns)?;
    let test =
        |order| DominanceTest::new(order).threshold(0.05).seed(seed).run(&rewards, "chosen", "rejected");
    let reports = [test(Order::First)?, test(Order::Second)?];
    Ok(Trained { name, file, dominates_from: None, rewards, reports, accuracy })
}

fn report(before: &Trained, trained: &[Trained], training: &Preferences, held_out: &Preferences) {
    println!(
        "Rewards of chosen and rejected answers: {} pairs to learn from, {} held out.",
        training.chosen.len(),
        held_out.chosen.len()
    );
    println!("Question: do rewards of chosen answers dominate, up to a violation ratio of 0.05?\n");
    let rows: Vec<Vec<String>> = std::iter::once(before).chain(trained).map(row).collect();
    print_table(
        &[
            "objective",
            "dominates from step",
            "pairs right",
            "worst 10 %",
            "median",
            "best 10 %",
            "eps first",
            "bound",
            "eps second",
            "bound",
            "certified at",
        ],
        &rows,
    );
    println!();
    println!(
        "Worst 10 %, median, best 10 %: by how many standard deviations of all held-out rewards the quantile of"
    );
    println!(
        "the chosen answers is above that of the rejected ones. eps: violation ratio of chosen over rejected,"
    );
    println!(
        "held out; bound: its upper confidence bound at level 0.05. Dominates from step: in training, first order."
    );
}

fn row(trained: &Trained) -> Vec<String> {
    let [first, second] = &trained.reports;
    let epsilon = |report: &DominanceReport| {
        report
            .a_over_b
            .map_or(["none".into(), "none".into()], |d| [short(d.violation_ratio), short(d.upper_bound)])
    };
    let certified = |report: &DominanceReport| report.outcome == Outcome::AAlmostDominates;
    let orders = match (certified(first), certified(second)) {
        (true, true) => "both orders",
        (true, false) => "first order",
        (false, true) => "second order",
        (false, false) => "none",
    };
    let [[e1, b1], [e2, b2]] = [epsilon(first), epsilon(second)];
    let gaps = [0.1, 0.5, 0.9].map(|p| format!("{:+.2}", standardised_gap(&trained.rewards, p)));
    let [worst, median, best] = gaps;
    vec![
        trained.name.to_owned(),
        trained.dominates_from.map_or_else(|| "-".to_owned(), |step| step.to_string()),
        format!("{:.1} %", 100.0 * trained.accuracy),
        worst,
        median,
        best,
        e1,
        b1,
        e2,
        b2,
        orders.to_owned(),
    ]
}

/// `Q_chosen(p) - Q_rejected(p)` in standard deviations of all rewards.
fn standardised_gap(rewards: &Samples, p: f64) -> f64 {
    let columns: Vec<&Sample> = rewards.iter().map(|(_, sample)| sample).collect();
    let all = Sample::new(columns.iter().flat_map(|s| s.values())).expect("finite rewards");
    let quantile = |s: &Sample| s.quantile(p).expect("a probability");
    (quantile(columns[0]) - quantile(columns[1])) / all.standard_deviation()
}

fn draw(arguments: &Arguments, before: &Trained, trained: &[Trained]) -> Result<(), Failure> {
    let mut written = Vec::new();
    for state in std::iter::once(before).chain(trained) {
        let when = if state.file == "before" {
            state.name.to_owned()
        } else {
            format!("after training, {}", state.name)
        };
        let title = format!("Do chosen answers get higher rewards? Held out, {when}");
        let picture = Picture::default()
            .title(title)
            .x_label("share of answers p, lowest rewards first")
            .y_label("reward Q(p)");
        let (chosen, rejected) = (state.rewards.get("chosen")?, state.rewards.get("rejected")?);
        let svg = plot::violation_area(Order::First, "chosen", chosen, "rejected", rejected, &picture)?;
        written.push(write(&arguments.out, &format!("{}.svg", state.file), &svg)?);
    }
    println!("\nPictures:");
    for path in written {
        println!("  {}", path.display());
    }
    Ok(())
}

/// The simulated data have a known answer.
fn check(before: &Trained, trained: &[Trained]) {
    assert!(
        before.reports.iter().all(|r| r.outcome != Outcome::AAlmostDominates),
        "nothing is learned yet"
    );
    for model in trained {
        for report in &model.reports {
            assert_eq!(report.outcome, Outcome::AAlmostDominates, "{}: {report}", model.name);
        }
        assert!(model.dominates_from.is_some(), "{}", model.name);
        assert!(model.accuracy > 0.7, "{}: {}", model.name, model.accuracy);
    }
}
