//! What is asked of a candidate: a dimension and its metrics.

use crate::portfolio::Metric;

/// One dimension of a trust index, such as fidelity, privacy, utility, fairness or robustness, and the metrics
/// that measure it. Weights of metrics count within their dimension; only their ratios matter.
///
/// ```
/// use risk_sd::{Dimension, Metric};
///
/// let privacy = Dimension::new("privacy", [Metric::new("distance to closest record")]);
/// assert_eq!(privacy.metrics[0].weight, 1.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// Its metrics, with polarity and weight.
    pub metrics: Vec<Metric>,
}

impl Dimension {
    /// A dimension of these metrics. Checked by [`TrustIndex::new`](crate::TrustIndex::new).
    #[must_use]
    pub fn new(name: impl Into<String>, metrics: impl IntoIterator<Item = Metric>) -> Dimension {
        Dimension { name: name.into(), metrics: metrics.into_iter().collect() }
    }
}
