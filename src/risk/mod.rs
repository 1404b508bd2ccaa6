//! Descriptive statistics of one sample: location, quantiles and tails, deviations, mean-risk scores.
//!
//! All are exact on the sample, with weights and ties; a row's mass `p_i` is 1/n or `w_i / W`. Deviations
//! do not change when a constant is added to the data. A result beyond the range of f64 (possible only
//! where the data come within a factor 4 of its end) is an infinity of the right sign; NaN never comes out.

mod cdf;
mod deviation;
mod location;
mod masses;
mod mean_risk;
mod measure;
mod quantile;

pub(crate) use deviation::Centred;
pub use mean_risk::{MeanRisk, RiskScore, mean_risk};
pub use measure::{Consistency, RiskMeasure};
