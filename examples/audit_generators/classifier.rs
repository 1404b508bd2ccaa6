//! Logistic regression: does the customer return?

use crate::table::{AGE, AMOUNT, GROUP, MINUTES, REGIME, RETURNED, Row};

/// Constant, two regimes, four numbers.
const FEATURES: usize = 7;

/// Divided by rough scales, so that one penalty suits all.
fn features(row: &Row) -> [f64; FEATURES] {
    let regime = |r: f64| f64::from(u8::from(row[REGIME] == r));
    let numbers = [(row[AMOUNT] - 3.5) / 0.7, (row[MINUTES] - 12.0) / 5.0, (row[AGE] - 35.0) / 15.0];
    [1.0, regime(0.0), regime(2.0), numbers[0], numbers[1], numbers[2], row[GROUP]]
}

pub struct Classifier([f64; FEATURES]);

impl Classifier {
    /// Newton's method with a ridge of one row.
    pub fn fit(rows: &[Row]) -> Classifier {
        let mut model = Classifier([0.0; FEATURES]);
        for _ in 0..12 {
            let mut gradient = model.0.map(|weight| -weight);
            let mut hessian = [[0.0; FEATURES]; FEATURES];
            (0..FEATURES).for_each(|i| hessian[i][i] = 1.0);
            for row in rows {
                let (x, p) = (features(row), model.probability(row));
                for i in 0..FEATURES {
                    gradient[i] += (row[RETURNED] - p) * x[i];
                    (0..FEATURES).for_each(|j| hessian[i][j] += p * (1.0 - p) * x[i] * x[j]);
                }
            }
            let step = solve(hessian, gradient);
            model.0.iter_mut().zip(step).for_each(|(weight, step)| *weight += step);
        }
        model
    }

    pub fn probability(&self, row: &Row) -> f64 {
        let logit: f64 = self.0.iter().zip(features(row)).map(|(weight, x)| weight * x).sum();
        1.0 / (1.0 + (-logit).exp())
    }

    /// Mean logarithmic loss.
    pub fn log_loss(&self, rows: &[Row]) -> f64 {
        let loss = |row: &Row| {
            let p = self.probability(row).clamp(1e-12, 1.0 - 1e-12);
            if row[RETURNED] == 1.0 { -p.ln() } else { -(1.0 - p).ln() }
        };
        rows.iter().map(loss).sum::<f64>() / rows.len() as f64
    }

    /// Probability that a customer who returns gets the higher value (ties count half).
    pub fn auc(&self, rows: &[Row]) -> f64 {
        let of = |class: f64| -> Vec<f64> {
            let rows = rows.iter().filter(|row| row[RETURNED] == class);
            rows.map(|row| self.probability(row)).collect()
        };
        let (ones, zeros) = (of(1.0), of(0.0));
        let wins = |p: f64, q: f64| if p == q { 0.5 } else { f64::from(u8::from(p > q)) };
        let total: f64 = ones.iter().flat_map(|p| zeros.iter().map(|q| wins(*p, *q))).sum();
        total / (ones.len() * zeros.len()) as f64
    }

    /// Share of these rows that are predicted to return.
    pub fn positive_rate<'a>(&self, rows: impl Iterator<Item = &'a Row>) -> f64 {
        let (mut positive, mut all) = (0.0, 0.0_f64);
        for row in rows {
            positive += f64::from(u8::from(self.probability(row) > 0.5));
            all += 1.0;
        }
        positive / all.max(1.0)
    }
}

/// Gaussian elimination of a positive definite system.
fn solve(mut matrix: [[f64; FEATURES]; FEATURES], mut right: [f64; FEATURES]) -> [f64; FEATURES] {
    for pivot in 0..FEATURES {
        for row in pivot + 1..FEATURES {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            (pivot..FEATURES).for_each(|k| matrix[row][k] -= factor * matrix[pivot][k]);
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..FEATURES).rev() {
        let known: f64 = (row + 1..FEATURES).map(|k| matrix[row][k] * right[k]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}
