//! What a metric is called, which way it points, how much it counts.

use crate::error::Error;
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::sum;

/// Which way a metric points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Polarity {
    /// Accuracy, return.
    #[default]
    HigherIsBetter,
    /// Loss, latency, toxicity: values are negated.
    LowerIsBetter,
}

/// One metric of a portfolio.
///
/// ```
/// use risk_sd::{Metric, Polarity};
///
/// let metric = Metric::new("toxicity").lower_is_better().weight(2.0);
/// assert_eq!(metric.polarity, Polarity::LowerIsBetter);
/// assert_eq!(Metric::new("accuracy").weight, 1.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Metric {
    /// The name of the metric in the table.
    pub name: String,
    /// Which way it points.
    pub polarity: Polarity,
    /// Its weight relative to the other metrics.
    pub weight: f64,
}

impl Metric {
    /// A metric of weight 1 whose higher values are better.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Metric {
        Metric { name: name.into(), polarity: Polarity::HigherIsBetter, weight: 1.0 }
    }

    /// The same metric with lower values better.
    #[must_use]
    pub fn lower_is_better(self) -> Metric {
        Metric { polarity: Polarity::LowerIsBetter, ..self }
    }

    /// The same metric with another weight: finite, not negative. Only ratios of weights matter.
    #[must_use]
    pub fn weight(self, weight: f64) -> Metric {
        Metric { weight, ..self }
    }

    /// A value with larger made better; never -0.0.
    pub(crate) fn align(&self, value: f64) -> f64 {
        match self.polarity {
            Polarity::HigherIsBetter => value,
            Polarity::LowerIsBetter => 0.0 - value,
        }
    }
}

/// The weights of metrics, divided by their sum.
pub(crate) fn normalised_weights(metrics: &[Metric]) -> Result<Vec<f64>, Error> {
    if let Some(bad) = metrics.iter().find(|m| !(m.weight.is_finite() && m.weight >= 0.0)) {
        return Err(Error::InvalidMetricWeight { metric: bad.name.clone(), weight: bad.weight });
    }
    let largest = metrics.iter().map(|m| m.weight).fold(0.0, f64::max);
    if largest == 0.0 {
        return Err(Error::ZeroWeights);
    }
    let unit = power_of_two_below(largest); // so that the sum cannot overflow
    let total = sum(metrics.iter().map(|m| m.weight / unit));
    Ok(metrics.iter().map(|m| m.weight / unit / total).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(weights: &[f64]) -> Result<Vec<f64>, Error> {
        let metrics = weights.iter().map(|&w| Metric::new("m").weight(w));
        normalised_weights(&metrics.collect::<Vec<_>>())
    }

    #[test]
    fn weights_sum_to_one_at_any_scale() {
        assert_eq!(weights(&[1.0, 3.0]).unwrap(), [0.25, 0.75]);
        assert_eq!(weights(&[1.5e308, 1.5e308, 0.0]).unwrap(), [0.5, 0.5, 0.0]);
        assert_eq!(weights(&[5e-324, 1.5e-323]).unwrap(), [0.25, 0.75]);
        assert_eq!(weights(&[0.0, 0.0]), Err(Error::ZeroWeights));
        for bad in [-1.0, f64::INFINITY, f64::NAN] {
            assert!(matches!(weights(&[1.0, bad]), Err(Error::InvalidMetricWeight { .. })));
        }
    }

    #[test]
    fn negation_makes_no_minus_zero() {
        let loss = Metric::new("loss").lower_is_better();
        assert_eq!(loss.align(2.0), -2.0);
        assert!(loss.align(0.0).is_sign_positive());
    }
}
