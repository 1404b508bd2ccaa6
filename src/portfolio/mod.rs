//! Many metrics of a model become one column of scores.
//!
//! Start with a [`Table`](crate::Table). Two routes lead to one ranking of models:
//!
//! - aggregate first: [`Portfolio::score`] turns the metrics of every row into one number, which is
//!   then compared like any sample;
//! - rank first: [`Portfolio::metric_samples`] gives each metric as samples to be compared, and the
//!   rankings are aggregated with the weights.
//!
//! [`Portfolio::mean_win_rate`] is the customary summary that both replace.

mod aligned;
mod below;
mod copula;
mod metric;
#[allow(clippy::module_inception)]
mod portfolio;
#[cfg(test)]
mod test_tables;
mod win_rate;

pub use copula::Copula;
pub(crate) use metric::normalised_weights;
pub use metric::{Metric, Polarity};
pub use portfolio::{MetricSamples, Portfolio, Scores};
pub use win_rate::{MetricWinRates, WinRate, WinRates, WinRule};
