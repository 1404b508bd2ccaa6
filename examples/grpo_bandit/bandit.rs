//! Prompts with answers of known reward.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use risk_sd::{Error, Sample};

pub const PROMPTS: usize = 24;
pub const ANSWERS: usize = 8;
/// An answer's reward is the share of so many checks that pass.
const CHECKS: u32 = 8;

/// Probabilities of the answers to every prompt.
pub type Policy = Vec<[f64; ANSWERS]>;

pub struct Bandit {
    /// Of every prompt and answer.
    pub rewards: Vec<[f64; ANSWERS]>,
}

impl Bandit {
    /// Harder prompts have fewer checks that pass; every prompt has one answer that passes all.
    pub fn new(seed: u64) -> Bandit {
        let mut rng = StdRng::seed_from_u64(seed);
        let prompt = |_| -> [f64; ANSWERS] {
            let ease: f64 = rng.random();
            let right = rng.random_range(0..ANSWERS);
            std::array::from_fn(|answer| {
                let passed = (0..CHECKS).filter(|_| rng.random::<f64>() < ease).count();
                if answer == right { 1.0 } else { passed as f64 / f64::from(CHECKS) }
            })
        };
        Bandit { rewards: (0..PROMPTS).map(prompt).collect() }
    }

    /// The rewards of a policy on a prompt drawn at random, exactly.
    pub fn rewards(&self, policy: &Policy) -> Result<Sample, Error> {
        Sample::weighted(self.rewards.iter().flatten(), policy.iter().flatten())
    }

    /// Rewards of sampled answers to sampled prompts.
    pub fn sample(&self, policy: &Policy, answers: usize, seed: u64) -> Vec<f64> {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut reward = || {
            let prompt = rng.random_range(0..PROMPTS);
            self.rewards[prompt][draw(&policy[prompt], &mut rng)]
        };
        (0..answers).map(|_| reward()).collect()
    }
}

/// An answer of this law.
pub fn draw(law: &[f64; ANSWERS], rng: &mut StdRng) -> usize {
    let mut level: f64 = rng.random();
    for (answer, p) in law.iter().enumerate() {
        level -= p;
        if level < 0.0 {
            return answer;
        }
    }
    ANSWERS - 1
}
