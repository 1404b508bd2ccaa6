//! What alignment by optimal transport is given: sides of rewards, or pairs of log-probabilities.

use crate::error::Error;

/// The log-ratios (or rewards) of one side of a batch, in any order, with optional weights.
///
/// A slice, an array or a vector by reference is one without weights.
///
/// ```
/// use risk_sd::{Aot, LogRatios};
///
/// let heavy = LogRatios::weighted(&[0.3, 0.8], &[3.0, 1.0]);
/// let repeated = [0.3, 0.3, 0.3, 0.8];
/// let rejected = [0.1, 0.5, 0.2];
/// let aot = Aot::default();
/// let (a, b) = (aot.unpaired(heavy, &rejected)?, aot.unpaired(&repeated, &rejected)?);
/// assert!((a.value - b.value).abs() < 1e-15);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRatios<'a> {
    pub(super) values: &'a [f64],
    pub(super) weights: Option<&'a [f64]>,
}

impl<'a> LogRatios<'a> {
    /// Rows that all weigh the same.
    pub const fn new(values: &'a [f64]) -> LogRatios<'a> {
        LogRatios { values, weights: None }
    }

    /// Rows with weights, which need not sum to anything in particular.
    pub const fn weighted(values: &'a [f64], weights: &'a [f64]) -> LogRatios<'a> {
        LogRatios { values, weights: Some(weights) }
    }
}

impl<'a> From<&'a [f64]> for LogRatios<'a> {
    fn from(values: &'a [f64]) -> LogRatios<'a> {
        LogRatios::new(values)
    }
}

impl<'a, const N: usize> From<&'a [f64; N]> for LogRatios<'a> {
    fn from(values: &'a [f64; N]) -> LogRatios<'a> {
        LogRatios::new(values)
    }
}

impl<'a> From<&'a Vec<f64>> for LogRatios<'a> {
    fn from(values: &'a Vec<f64>) -> LogRatios<'a> {
        LogRatios::new(values)
    }
}

/// Summed log-probabilities of the answers of a batch of pairs; row i of every column belongs to pair i.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedLogProbabilities<'a> {
    /// Of the chosen answers under the policy.
    pub policy_chosen: &'a [f64],
    /// Of the rejected answers under the policy.
    pub policy_rejected: &'a [f64],
    /// Of the chosen answers under the frozen reference.
    pub reference_chosen: &'a [f64],
    /// Of the rejected answers under the frozen reference.
    pub reference_rejected: &'a [f64],
    /// Weights of the pairs; `None` where all weigh the same.
    pub weights: Option<&'a [f64]>,
}

impl PairedLogProbabilities<'_> {
    /// The margins under the policy and under the reference.
    pub(super) fn margins(&self) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let expected = self.policy_chosen.len();
        for (what, column) in [
            ("policy_chosen", self.policy_chosen),
            ("policy_rejected", self.policy_rejected),
            ("reference_chosen", self.reference_chosen),
            ("reference_rejected", self.reference_rejected),
        ] {
            if column.len() != expected {
                return Err(Error::UnequalLengths { what, expected, found: column.len() });
            }
            if let Some(row) = column.iter().position(|v| !v.is_finite()) {
                return Err(Error::NotFinite { row, value: column[row] }.in_column(what));
            }
        }
        let margins = |chosen: &[f64], rejected: &[f64]| -> Vec<f64> {
            chosen.iter().zip(rejected).map(|(c, r)| c - r).collect()
        };
        Ok((
            margins(self.policy_chosen, self.policy_rejected),
            margins(self.reference_chosen, self.reference_rejected),
        ))
    }
}
