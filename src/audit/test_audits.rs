//! Tables for tests.

use super::{Dimension, Profile, TrustIndex, TrustReport};
use crate::portfolio::Metric;
use crate::sample::{IncompleteRows, Table, TableBuilder};

/// `values[g][f][m]`: candidates "0", "1", ..., folds "0", ..., metrics "0", ...
pub(super) fn table(values: &[Vec<Vec<f64>>]) -> Table {
    let mut builder = TableBuilder::new();
    for (g, folds) in values.iter().enumerate() {
        for (f, metrics) in folds.iter().enumerate() {
            for (m, value) in metrics.iter().enumerate() {
                builder.push(&g.to_string(), &f.to_string(), &m.to_string(), *value).unwrap();
            }
        }
    }
    builder.paired(IncompleteRows::Refuse).unwrap()
}

/// One dimension for each metric, named alike.
pub(super) fn dimension_each(metrics: usize) -> TrustIndex {
    TrustIndex::new((0..metrics).map(|m| Dimension::new(m.to_string(), [Metric::new(m.to_string())])))
        .unwrap()
}

/// Audited under even weights, ranked by the mean.
pub(super) fn audited(values: &[Vec<Vec<f64>>]) -> TrustReport {
    let profile = Profile::uniform("even").risk_aversion(0.0);
    dimension_each(values[0][0].len()).run(&table(values), &[profile]).unwrap()
}
