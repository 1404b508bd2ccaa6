//! A reward model with one hidden layer, its gradient written out, and the optimiser.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;

use crate::data::{Answer, FEATURES};

const HIDDEN: usize = 8;
/// Of each hidden unit: weights of the features, an offset, and the weight of its output.
const UNIT: usize = FEATURES + 2;

/// `r(x) = sum_k a_k tanh(w_k x + b_k)`.
#[derive(Clone)]
pub struct RewardModel {
    parameters: Vec<f64>,
}

impl RewardModel {
    /// Random weights; rewards know nothing yet.
    pub fn new(seed: u64) -> RewardModel {
        let rng = StdRng::seed_from_u64(seed ^ 0x5eed);
        let scale = 1.0 / (FEATURES as f64).sqrt();
        let draws = rng.sample_iter(StandardNormal).take(HIDDEN * UNIT);
        RewardModel { parameters: draws.map(|z: f64| scale * z).collect() }
    }

    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    pub fn parameters_mut(&mut self) -> &mut [f64] {
        &mut self.parameters
    }

    pub fn rewards(&self, answers: &[Answer]) -> Vec<f64> {
        let units = || self.parameters.chunks_exact(UNIT);
        answers.iter().map(|x| units().map(|unit| unit[UNIT - 1] * activation(unit, x)).sum()).collect()
    }

    /// Adds the derivatives of `sum_i slopes_i r(x_i)`:
    ///
    /// ```text
    /// dr/da = t      dr/db = a (1 - t^2)      dr/dw = a (1 - t^2) x      t = tanh(w x + b)
    /// ```
    pub fn add_gradient(&self, answers: &[Answer], slopes: &[f64], gradient: &mut [f64]) {
        for (x, slope) in answers.iter().zip(slopes) {
            let units = self.parameters.chunks_exact(UNIT).zip(gradient.chunks_exact_mut(UNIT));
            for (unit, out) in units {
                let t = activation(unit, x);
                let inner = slope * unit[UNIT - 1] * (1.0 - t * t);
                for (out, x) in out.iter_mut().zip(x) {
                    *out += inner * x;
                }
                out[FEATURES] += inner;
                out[UNIT - 1] += slope * t;
            }
        }
    }
}

fn activation(unit: &[f64], x: &Answer) -> f64 {
    let sum: f64 = unit.iter().zip(x).map(|(w, x)| w * x).sum();
    (sum + unit[FEATURES]).tanh()
}

/// Adam (Kingma, Ba 2015) with the usual constants.
pub struct Adam {
    mean: Vec<f64>,
    square: Vec<f64>,
    steps: i32,
}

impl Adam {
    pub fn new(parameters: usize) -> Adam {
        Adam { mean: vec![0.0; parameters], square: vec![0.0; parameters], steps: 0 }
    }

    /// One step downhill.
    pub fn step(&mut self, parameters: &mut [f64], gradient: &[f64]) {
        const RATE: f64 = 0.02;
        self.steps += 1;
        let (unbias_mean, unbias_square) =
            (1.0 - 0.9f64.powi(self.steps), 1.0 - 0.999f64.powi(self.steps));
        for (k, g) in gradient.iter().enumerate() {
            self.mean[k] += 0.1 * (g - self.mean[k]);
            self.square[k] += 0.001 * (g * g - self.square[k]);
            parameters[k] -=
                RATE * (self.mean[k] / unbias_mean) / ((self.square[k] / unbias_square).sqrt() + 1e-8);
        }
    }
}
