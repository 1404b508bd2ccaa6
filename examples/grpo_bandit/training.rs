//! The training loop: groups, advantages, clipped surrogate, and the checks of the theory on the way.

use rand::SeedableRng;
use rand::rngs::StdRng;
use risk_sd::{
    BoundConstant, ClippedSurrogate, EqualRewards, Error, GroupAdvantage, KlEstimator, KlPenalty,
    PolicyBatch, PolicyTask,
};

use crate::bandit::{ANSWERS, Bandit, Policy, draw};

/// Answers drawn per prompt.
const GROUP: usize = 8;
const STEPS: usize = 80;
const CHECKPOINTS: [usize; 5] = [0, 10, 20, 40, 80];
const RATE: f64 = 3.0;
const EPSILON: f64 = 1e-4;
/// Of the half square: the derivative of the Bregman estimate is e^q, unbounded for answers that became rare.
const KL_WEIGHT: f64 = 0.005;

#[derive(Clone, Copy, PartialEq)]
pub enum Schedule {
    OnPolicy,
    OffPolicy,
}

impl Schedule {
    pub const ALL: [Schedule; 2] = [Schedule::OnPolicy, Schedule::OffPolicy];

    pub fn name(self) -> &'static str {
        match self {
            Schedule::OnPolicy => "on policy",
            Schedule::OffPolicy => "off policy",
        }
    }

    pub fn file(self) -> &'static str {
        match self {
            Schedule::OnPolicy => "on_policy",
            Schedule::OffPolicy => "off_policy",
        }
    }

    pub fn description(self) -> &'static str {
        match self {
            Schedule::OnPolicy => "a new group per prompt and step",
            Schedule::OffPolicy => {
                "a new group per prompt every ten steps; ratios are clipped around the last policy"
            }
        }
    }

    /// Steps that a set of groups serves.
    fn reuse(self) -> usize {
        match self {
            Schedule::OnPolicy => 1,
            Schedule::OffPolicy => 10,
        }
    }
}

pub struct Checkpoint {
    pub step: usize,
    pub policy: Policy,
}

pub struct Run {
    pub checkpoints: Vec<Checkpoint>,
    /// How often the identity L = (J(new) - J(old)) / S was checked, and its largest error.
    pub identities: usize,
    pub largest_error: f64,
    /// How often an improvement was below its lower bound.
    pub violations: usize,
    /// Share of clipped ratios.
    pub clipped: f64,
}

/// Answers that were drawn, all prompts one after the other.
struct Groups {
    answers: Vec<usize>,
    sampling: Policy,
    advantages: Vec<f64>,
    weights: Vec<f64>,
}

pub fn train(bandit: &Bandit, schedule: Schedule, seed: u64) -> Result<Run, Error> {
    let mut rng = StdRng::seed_from_u64(seed ^ 0x6770);
    let mut logits = vec![[0.0; ANSWERS]; bandit.rewards.len()];
    let reference = softmax(&logits);
    let mut run =
        Run { checkpoints: Vec::new(), identities: 0, largest_error: 0.0, violations: 0, clipped: 0.0 };
    let mut groups = sample_groups(bandit, &reference, &mut rng)?;
    for step in 0..=STEPS {
        let policy = softmax(&logits);
        if CHECKPOINTS.contains(&step) {
            run.checkpoints.push(Checkpoint { step, policy: policy.clone() });
        }
        if step % schedule.reuse() == 0 {
            groups = sample_groups(bandit, &policy, &mut rng)?;
        }
        // Two ascents from the same policy: at the first all ratios equal those of the previous policy.
        for _ in 0..2 {
            ascend(&mut logits, &policy, &groups, &reference, &mut run)?;
        }
        check_theory(bandit, &groups.sampling, &policy, &softmax(&logits), &mut run)?;
    }
    run.clipped /= (2 * (STEPS + 1) * bandit.rewards.len() * GROUP) as f64;
    Ok(run)
}

fn sample_groups(bandit: &Bandit, policy: &Policy, rng: &mut StdRng) -> Result<Groups, Error> {
    let answers: Vec<usize> =
        policy.iter().flat_map(|law| [(); GROUP].map(|()| draw(law, rng))).collect();
    let prompt_of = |row: usize| row / GROUP;
    let rewards: Vec<f64> =
        answers.iter().enumerate().map(|(row, &a)| bandit.rewards[prompt_of(row)][a]).collect();
    let advantages =
        GroupAdvantage::new().epsilon(EPSILON).equal_rewards(EqualRewards::Mask).run(&rewards, GROUP)?;
    Ok(Groups {
        answers,
        sampling: policy.clone(),
        advantages: advantages.values,
        weights: advantages.weights,
    })
}

/// One gradient step on the logits: `d log p(a) / d logit_b = 1[a = b] - p(b)`.
fn ascend(
    logits: &mut [[f64; ANSWERS]],
    previous: &Policy,
    groups: &Groups,
    reference: &Policy,
    run: &mut Run,
) -> Result<(), Error> {
    if groups.weights.iter().all(|&w| w == 0.0) {
        return Ok(()); // every group agrees: nothing to learn from
    }
    let policy = softmax(logits);
    let logs = |of: &Policy| -> Vec<f64> {
        groups.answers.iter().enumerate().map(|(row, &a)| of[row / GROUP][a].ln()).collect()
    };
    let objective = ClippedSurrogate::new(0.2).run(&PolicyBatch {
        policy: &logs(&policy),
        sampling: &logs(&groups.sampling),
        advantages: &groups.advantages,
        previous: Some(&logs(previous)),
        weights: Some(&groups.weights),
        kl: Some(KlPenalty {
            weight: KL_WEIGHT,
            estimator: KlEstimator::HalfSquare,
            log_probabilities: &logs(reference),
        }),
    })?;
    run.clipped += objective.clipped as f64;
    for (row, (&answer, slope)) in groups.answers.iter().zip(&objective.gradient).enumerate() {
        let prompt = row / GROUP;
        for (b, logit) in logits[prompt].iter_mut().enumerate() {
            let own = if b == answer { 1.0 } else { 0.0 };
            *logit += RATE * slope * (own - policy[prompt][b]);
        }
    }
    Ok(())
}

/// The identity and the lower bound, exactly, on every prompt.
fn check_theory(
    bandit: &Bandit,
    sampling: &Policy,
    previous: &Policy,
    policy: &Policy,
    run: &mut Run,
) -> Result<(), Error> {
    for (prompt, rewards) in bandit.rewards.iter().enumerate() {
        let task = PolicyTask::new(rewards, &sampling[prompt], EPSILON)?;
        let (new, old) = (&policy[prompt], &previous[prompt]);
        let gain = task.improvement(new)?;
        let error = (task.surrogate(new)? - gain / task.scale()).abs();
        run.largest_error = run.largest_error.max(error);
        run.identities += 1;
        let bound = task.lower_bound(new, old, BoundConstant::One)?;
        run.violations += usize::from(gain - task.improvement(old)? < bound - 1e-12);
    }
    Ok(())
}

fn softmax(logits: &[[f64; ANSWERS]]) -> Policy {
    let law = |row: &[f64; ANSWERS]| {
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers = row.map(|logit| (logit - largest).exp());
        let total: f64 = powers.iter().sum();
        powers.map(|power| power / total)
    };
    logits.iter().map(law).collect()
}
