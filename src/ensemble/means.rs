//! The means that know nothing of the labels.

use super::Predictions;
use crate::error::Error;
use crate::kernels::sum::sum;

/// The weighted arithmetic mean of the models' vectors, one vector per instance.
///
/// `p_i = sum_l lambda_l mu_l,i`, the minimiser of `sum_l lambda_l |p - mu_l|^2`. A label is likely where any
/// model says so. Vectors of sum 1 give a vector of sum 1; others are not rescaled. Cost O(k d) an instance.
///
/// ```
/// use risk_sd::{Predictions, arithmetic_mean};
///
/// let predictions = Predictions::new([[[0.8, 0.2], [0.4, 0.6]]])?;
/// assert!((arithmetic_mean(&predictions)[0][0] - 0.6).abs() < 1e-15);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "linear opinion pool")]
#[must_use]
pub fn arithmetic_mean(predictions: &Predictions) -> Vec<Vec<f64>> {
    let mean = |instance| {
        let entry = |label: usize| {
            let terms = predictions.voters();
            sum(terms.map(|(model, weight)| weight * predictions.at(instance, model)[label]))
        };
        (0..predictions.labels()).map(entry).collect()
    };
    (0..predictions.instances()).map(mean).collect()
}

/// The weighted geometric mean of the models' vectors, divided by its sum, one vector per instance.
///
/// `p_i` is proportional to `exp(sum_l lambda_l log mu_l,i)`, the minimiser of `sum_l lambda_l KL(p | mu_l)`. A
/// label is likely only where every model of positive weight says so; where one says 0, the mean is 0. Computed
/// in logarithms: products that underflow are no zeros. Cost O(k d) logarithms an instance.
///
/// ```
/// use risk_sd::{Predictions, geometric_mean};
///
/// let predictions = Predictions::new([[[0.8, 0.2], [0.5, 0.5]]])?;
/// // sqrt(0.4) against sqrt(0.1): two to one.
/// assert!((geometric_mean(&predictions)?[0][0] - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// # Errors
/// [`Error::NoCommonLabel`], with the instance named, where the models share no label of positive probability.
#[doc(alias = "logarithmic opinion pool")]
#[doc(alias = "product of experts")]
pub fn geometric_mean(predictions: &Predictions) -> Result<Vec<Vec<f64>>, Error> {
    let mean = |instance| {
        let entry = |label: usize| -> f64 {
            let terms = predictions.voters();
            terms.map(|(m, weight)| weight * libm::log(predictions.at(instance, m)[label])).sum()
        };
        let logs: Vec<f64> = (0..predictions.labels()).map(entry).collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return Err(Error::NoCommonLabel.in_instance(instance));
        }
        let shares: Vec<f64> = logs.iter().map(|log| libm::exp(log - largest)).collect();
        let total = sum(shares.iter().copied());
        Ok(shares.into_iter().map(|share| share / total).collect())
    };
    (0..predictions.instances()).map(mean).collect()
}
