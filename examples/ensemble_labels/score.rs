//! What a consensus is worth, item by item.

use risk_sd::CostMatrix;

use crate::simulate::{Item, MEMBERS};

/// Means over the items, and the semantic cost of the top label of each.
pub struct Score {
    pub name: String,
    /// Share of items whose top label is the truth.
    pub accuracy: f64,
    /// Share of items whose top label is in the group of the truth.
    pub group_accuracy: f64,
    pub log_loss: f64,
    pub entropy: f64,
    /// Minus the cost between truth and top label: larger is better; a row per item.
    pub quality: Vec<f64>,
}

impl Score {
    pub fn new(name: &str, items: &[Item], consensus: &[Vec<f64>], cost: &CostMatrix) -> Score {
        let rows: Vec<(usize, usize, &[f64])> =
            items.iter().zip(consensus).map(|(item, p)| (item.truth, top(p), &p[..])).collect();
        let mean = |f: &dyn Fn(usize, usize, &[f64]) -> f64| {
            rows.iter().map(|&(truth, top, p)| f(truth, top, p)).sum::<f64>() / rows.len() as f64
        };
        let share = |hit: bool| f64::from(u8::from(hit));
        let surprise = |p: &f64| if *p > 0.0 { -p * p.ln() } else { 0.0 };
        Score {
            name: name.to_owned(),
            accuracy: mean(&|truth, top, _| share(top == truth)),
            group_accuracy: mean(&|truth, top, _| share(top / MEMBERS == truth / MEMBERS)),
            log_loss: mean(&|truth, _, p| -p[truth].ln()),
            entropy: mean(&|_, _, p| p.iter().map(surprise).sum()),
            quality: rows.iter().map(|&(truth, top, _)| -cost.at(truth, top)).collect(),
        }
    }

    pub fn mean_quality(&self) -> f64 {
        self.quality.iter().sum::<f64>() / self.quality.len() as f64
    }

    pub fn row(&self) -> Vec<String> {
        let numbers =
            [self.accuracy, self.group_accuracy, self.log_loss, self.entropy, -self.mean_quality()];
        [self.name.clone()].into_iter().chain(numbers.map(|number| format!("{number:.3}"))).collect()
    }
}

/// The label of the largest probability.
fn top(p: &[f64]) -> usize {
    (0..p.len()).max_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap_or(0)
}
