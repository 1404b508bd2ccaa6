//! What is iterated, in either domain.
//!
//! ```text
//! u_l = (mu_l / (K v_l))^g
//! b_l = K u_l                                                 K is symmetric
//! p   = prod_l b_l^lambda_l                   balanced        g = 1
//!     = (sum_l lambda_l b_l^s)^(1/s)          unbalanced      g = r / (r + epsilon),  s = 1 - g
//! v_l = (p / b_l)^g
//! ```
//!
//! from v = 1. 0 / x = 0, and x / 0 = 0 too: mass that no entry of the kernel can carry to a label of the
//! barycenter is dropped, and a label that a model does not reach is not scaled for it.
//!
//! The iteration ends where log p and log K v change by less than the tolerance. The second is what tells the
//! barycenter from a halt: while v adapts, with small epsilon for hundreds of steps, p may stand still to the
//! last digit. Balanced, after a step `u K v` has the common marginal p, the geometric mean of the v_l is 1, and
//! the other marginals are mu_l times the ratio of the new K v to the old: p is the exact barycenter of these.
//! With zeros in the kernel the marginals may be out of reach (K = I), K v never settles, and p alone counts.

use super::report::Convergence;

/// Below this, s is 0: the power mean differs from the geometric mean by a factor of about exp(s D^2 / 8), D the
/// spread of log b over the models, and D^2 is below 1e7 between the ends of the range of f64.
const SMALLEST_POWER: f64 = 1e-30;

/// Below this, log1p(sum) is of a number that has lost digits to 1; above, the logarithm of the sum itself would be
/// near 0 and lose as many.
const LIGHT: f64 = -0.5;

/// The settings of a run, checked, in the form the iterations use.
pub(super) struct Scaling {
    pub(super) labels: usize,
    /// Of the models of positive weight.
    pub(super) weights: Vec<f64>,
    /// g.
    pub(super) exponent: f64,
    /// s; 0: the geometric mean.
    pub(super) power: f64,
    /// Whether changes of K v count.
    pub(super) compares_marginals: bool,
    pub(super) tolerance: f64,
    pub(super) max_iterations: usize,
}

/// The last iterate of one instance.
pub(super) struct Iterate {
    pub(super) log_p: Vec<f64>,
    pub(super) convergence: Convergence,
}

impl Scaling {
    /// g and s of a marginal penalty.
    pub(super) fn exponents(penalty: f64, epsilon: f64) -> [f64; 2] {
        // Divided by the larger of the two, so that their sum cannot overflow.
        let power = if penalty > epsilon {
            let ratio = epsilon / penalty;
            ratio / (1.0 + ratio)
        } else {
            1.0 / (1.0 + penalty / epsilon)
        };
        if power < SMALLEST_POWER { [1.0, 0.0] } else { [1.0 - power, power] }
    }

    pub(super) fn models(&self) -> usize {
        self.weights.len()
    }

    pub(super) fn is_balanced(&self) -> bool {
        self.power == 0.0
    }

    /// log p of all labels from the k rows of log b; returns the largest change.
    pub(super) fn pool(&self, log_b: &[f64], log_p: &mut [f64]) -> f64 {
        let mut residual = 0.0_f64;
        for (label, log_p) in log_p.iter_mut().enumerate() {
            let new = self.mean(log_b.iter().skip(label).step_by(self.labels).copied());
            residual = residual.max(change(new, *log_p));
            *log_p = new;
        }
        residual
    }

    /// log p of a label from log b_l of all models.
    ///
    /// ```text
    /// sum_l lambda_l log b_l                                                   balanced
    /// m + log1p(sum_l lambda_l expm1(s (log b_l - m))) / s,   m = max log b_l  unbalanced
    /// ```
    ///
    /// Unlike b^s itself, the second keeps its digits as s goes to 0. Where its sum is near -1, because the largest
    /// b is that of a light model, it would lose them; there the sum of the logarithms log lambda_l + s log b_l serves.
    fn mean(&self, log_b: impl Iterator<Item = f64> + Clone) -> f64 {
        let weighted = self.weights.iter().zip(log_b.clone());
        if self.is_balanced() {
            return weighted.map(|(weight, log_b)| weight * log_b).sum();
        }
        let largest = log_b.fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return largest;
        }
        let term = |log_b: f64| libm::expm1(self.power * (log_b - largest));
        let sum: f64 = weighted.clone().map(|(weight, log_b)| weight * term(log_b)).sum();
        if sum >= LIGHT {
            return largest + libm::log1p(sum) / self.power;
        }
        let logs = weighted.map(|(weight, log_b)| libm::log(*weight) + self.power * log_b);
        let top = logs.clone().fold(f64::NEG_INFINITY, f64::max);
        (top + libm::log(logs.map(|log| libm::exp(log - top)).sum())) / self.power
    }

    /// The state after a step of this residual; `None` where another step has to follow.
    pub(super) fn state(&self, iterations: usize, residual: f64) -> Option<Convergence> {
        if residual < self.tolerance {
            Some(Convergence::Converged { iterations, residual })
        } else if iterations >= self.max_iterations {
            Some(Convergence::NotConverged { iterations, residual })
        } else {
            None
        }
    }
}

/// |new - old| of logarithms. Two zeros are equal; NaN stands for "none yet".
pub(super) fn change(new: f64, old: f64) -> f64 {
    if new == old {
        0.0
    } else if old.is_nan() {
        f64::INFINITY
    } else {
        (new - old).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_of_a_light_model_costs_no_digits() {
        for (light, spread) in [(0.3, 3.0), (1e-12, 60.0), (1e-12, 600.0), (1e-300, 1500.0)] {
            let weights = vec![light, 1.0 - light];
            let scaling = Scaling {
                labels: 1,
                weights,
                exponent: 0.5,
                power: 0.5,
                compares_marginals: true,
                tolerance: 1e-9,
                max_iterations: 1,
            };
            let mut log_p = [f64::NAN];
            scaling.pool(&[0.0, -spread], &mut log_p);
            let expected = 2.0 * (light + (1.0 - light) * (-spread / 2.0f64).exp()).ln();
            assert!((log_p[0] - expected).abs() < 1e-14 * expected.abs(), "{light} {spread}: {log_p:?}");
        }
    }
}
