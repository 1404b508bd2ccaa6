//! Simulated preferences.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;

pub const FEATURES: usize = 6;

/// The features of an answer.
pub type Answer = [f64; FEATURES];

/// Pairs of answers: `chosen[i]` was preferred to `rejected[i]`.
pub struct Preferences {
    pub chosen: Vec<Answer>,
    pub rejected: Vec<Answer>,
}

impl Preferences {
    /// Bradley-Terry choices: the better of two answers is preferred with probability 1 / (1 + e^-d), d the
    /// difference of their qualities.
    pub fn simulate(pairs: usize, seed: u64) -> Preferences {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut preferences = Preferences { chosen: Vec::new(), rejected: Vec::new() };
        for _ in 0..pairs {
            let mut answer = || -> Answer { std::array::from_fn(|_| rng.sample(StandardNormal)) };
            let (a, b) = (answer(), answer());
            let probability = 1.0 / (1.0 + (quality(&b) - quality(&a)).exp());
            let (chosen, rejected) = if rng.random::<f64>() < probability { (a, b) } else { (b, a) };
            preferences.chosen.push(chosen);
            preferences.rejected.push(rejected);
        }
        preferences
    }
}

/// What people look for: help, correctness, not too long; three features are noise.
fn quality(answer: &Answer) -> f64 {
    let [help, correct, length, ..] = answer;
    2.0 * help.tanh() + 1.5 * correct - 0.8 * (length - 0.5).abs()
}
