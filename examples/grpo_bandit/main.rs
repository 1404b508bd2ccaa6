//! Group-relative policy optimisation of a bandit with verifiable rewards, on and off policy: how do the rewards of
//! the policies along training compare, as distributions?
//!
//! ```text
//! cargo run --release --example grpo_bandit
//! ```
//!
//! Every prompt has eight answers; the reward of an answer is the share of its eight checks that pass. The policy
//! is a softmax per prompt. On policy, groups are drawn from the policy that is trained. Off policy, one set of groups
//! serves ten steps. Rewards of a policy are known exactly here, so checkpoints are compared without noise; a test
//! on sampled rewards shows what a user would see.

#[path = "../support/mod.rs"]
mod support;

mod bandit;
mod training;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use risk_sd::plot::{self, Picture};
use risk_sd::{DominanceTest, Order, Sample, Samples, Verdict, gap, verdict};

use bandit::Bandit;
use support::Failure;
use support::output::{print_table, short, write};
use training::{Checkpoint, Run, Schedule};

/// Trains a bandit's policy by GRPO and compares its checkpoints by stochastic dominance.
#[derive(Parser)]
struct Arguments {
    /// Seed of rewards and draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/grpo_bandit")]
    out: PathBuf,
}

/// Answers that a user would sample of each policy to compare them.
const SAMPLED: usize = 500;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    support::run(|| grpo_bandit(&arguments))
}

fn grpo_bandit(arguments: &Arguments) -> Result<(), Failure> {
    let bandit = Bandit::new(arguments.seed);
    let mut pictures = Vec::new();
    for schedule in Schedule::ALL {
        let run = training::train(&bandit, schedule, arguments.seed)?;
        report(&bandit, schedule, &run, arguments.seed)?;
        let laws =
            run.checkpoints.iter().map(|c| Ok((format!("step {}", c.step), bandit.rewards(&c.policy)?)));
        let laws: Vec<(String, Sample)> = laws.collect::<Result<_, Failure>>()?;
        let samples = Samples::independent(laws)?;
        let picture = Picture::default()
            .x_label("share of answers p, lowest rewards first")
            .y_label("reward Q(p)")
            .title(format!("Rewards along training, {}", schedule.name()));
        let svg = plot::quantile_curves(&samples, &picture)?;
        pictures.push(write(&arguments.out, &format!("rewards_{}.svg", schedule.file()), &svg)?);
        let picture = picture.y_label("integrated reward G(p)");
        let svg = plot::lorenz_curves(&samples, &picture)?;
        pictures.push(write(&arguments.out, &format!("lorenz_{}.svg", schedule.file()), &svg)?);
        check(&bandit, &run)?;
    }
    println!("Pictures:");
    for path in pictures {
        println!("  {}", path.display());
    }
    Ok(())
}

fn report(bandit: &Bandit, schedule: Schedule, run: &Run, seed: u64) -> Result<(), Failure> {
    println!("{}: {}", schedule.name(), schedule.description());
    let mut rows = Vec::new();
    for (k, checkpoint) in run.checkpoints.iter().enumerate() {
        let before = k.checked_sub(1).map(|k| &run.checkpoints[k]);
        rows.push(row(bandit, checkpoint, before, seed)?);
    }
    print_table(
        &[
            "step",
            "mean reward",
            "worst tenth",
            "all checks pass",
            "over the one before",
            "eps first",
            "sampled: eps, bound",
            "p",
        ],
        &rows,
    );
    println!(
        "Largest |L - (J(new) - J(old)) / S| over {} prompts and steps: {:.1e}; lower bound violated {} times.",
        run.identities, run.largest_error, run.violations
    );
    println!("Ratios clipped: {:.1} %.\n", 100.0 * run.clipped);
    Ok(())
}

fn row(
    bandit: &Bandit,
    checkpoint: &Checkpoint,
    before: Option<&Checkpoint>,
    seed: u64,
) -> Result<Vec<String>, Failure> {
    let rewards = bandit.rewards(&checkpoint.policy)?;
    let passes = 1.0 - rewards.cdf(1.0 - 1.0 / 16.0)?;
    let mut cells = vec![
        checkpoint.step.to_string(),
        format!("{:.3}", rewards.mean()),
        format!("{:.3}", rewards.tail_value_at_risk(0.1)?),
        format!("{:.1} %", 100.0 * passes),
    ];
    let Some(before) = before else {
        cells.extend(["-"; 4].map(str::to_owned));
        return Ok(cells);
    };
    let old = bandit.rewards(&before.policy)?;
    let words = match verdict(&rewards, &old) {
        Verdict::ADominates(order) => format!("dominates, {order} order"),
        Verdict::BDominates(order) => format!("is dominated, {order} order"),
        Verdict::Equal => "equal".to_owned(),
        _ => "crosses".to_owned(),
    };
    let drawn = |c: &Checkpoint, salt: u64| Sample::new(bandit.sample(&c.policy, SAMPLED, seed ^ salt));
    let samples = Samples::independent([("new", drawn(checkpoint, 11)?), ("old", drawn(before, 12)?)])?;
    let found = DominanceTest::new(Order::First).seed(seed).run(&samples, "new", "old")?;
    cells.extend([words, short(gap(Order::First, &rewards, &old).violation_ratio())]);
    cells.extend(match found.a_over_b {
        Some(d) => [
            format!("{}, {}", short(d.violation_ratio), short(d.upper_bound)),
            format!("{:.3}", d.p_value),
        ],
        None => ["equal", "-"].map(str::to_owned),
    });
    Ok(cells)
}

/// Training must move the rewards up as a distribution, and the theory must hold on the way.
fn check(bandit: &Bandit, run: &Run) -> Result<(), Failure> {
    let first = bandit.rewards(&run.checkpoints[0].policy)?;
    let last = bandit.rewards(&run.checkpoints[run.checkpoints.len() - 1].policy)?;
    assert_eq!(verdict(&last, &first), Verdict::ADominates(Order::First));
    assert!(last.mean() > first.mean() + 0.3, "{} {}", first.mean(), last.mean());
    assert!(run.identities > 0 && run.largest_error < 1e-12);
    assert_eq!(run.violations, 0);
    Ok(())
}
