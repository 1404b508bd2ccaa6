//! How often a model is at least as good as the others.

use super::aligned::Aligned;
use super::{Metric, Portfolio};
use crate::error::Error;
use crate::kernels::cells::{Law, for_each_cell};
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::{DoubleDouble, sum};
use crate::sample::{Sampling, Table};

/// What counts as a win of a model A. Ties are wins of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum WinRule {
    /// Against another model B: `mean_B <= mean_A`. The rate is a share of the other models.
    Means,
    /// In a row: `max_{B != A} value_B <= value_A`. The rate is a share of the rows, which must be
    /// paired.
    Rows,
}

/// The win rates of all models, on average over the metrics and for each.
///
/// They see which model is ahead, not by how much nor how surely.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WinRates {
    /// What counted as a win.
    pub rule: WinRule,
    /// Weighted mean over the metrics, for each model in the order of the table.
    pub mean: Vec<WinRate>,
    /// Each metric of the portfolio, in its order.
    pub metrics: Vec<MetricWinRates>,
}

/// The win rates of all models in one metric.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MetricWinRates {
    /// The name of the metric.
    pub metric: String,
    /// Its share of the weight of the portfolio.
    pub weight: f64,
    /// For each model, in the order of the table.
    pub rates: Vec<WinRate>,
}

/// The win rate of one model.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WinRate {
    /// The name of the model.
    pub model: String,
    /// Wins divided by occasions, in [0, 1].
    pub rate: f64,
}

impl Portfolio {
    /// How often each model is at least as good as the others, on average over the metrics. A portfolio
    /// of one metric gives the win rates of that metric.
    ///
    /// Means are compared exactly, to twice the precision of f64.
    ///
    /// ```
    /// use risk_sd::{IncompleteRows, Portfolio, TableBuilder, portfolio::WinRule};
    ///
    /// let mut builder = TableBuilder::new();
    /// for (model, values) in [("a", [1.0, 3.0, 5.0]), ("b", [2.0, 3.0, 6.0])] {
    ///     for (sample, value) in ["q1", "q2", "q3"].into_iter().zip(values) {
    ///         builder.push(model, sample, "score", value)?;
    ///     }
    /// }
    /// let table = builder.paired(IncompleteRows::Refuse)?;
    /// let rates = Portfolio::of(&table).mean_win_rate(&table, WinRule::Rows)?;
    /// assert_eq!(rates.mean[0].rate, 1.0 / 3.0); // "a" ties once
    /// assert_eq!(rates.mean[1].rate, 1.0);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// Cost: O(N n) for [`WinRule::Rows`], O(N n (k + log n)) for [`WinRule::Means`]; n rows of all k
    /// models.
    ///
    /// # Errors
    /// [`Error::TooFewModels`] for a single model; [`Error::WrongSampling`] for [`WinRule::Rows`] unless
    /// the table is paired; [`Error::UnknownName`]; [`Error::TooManyRows`].
    pub fn mean_win_rate(&self, table: &Table, rule: WinRule) -> Result<WinRates, Error> {
        let found = table.models().len();
        if found < 2 {
            return Err(Error::TooFewModels { found, needed: 2 });
        }
        if rule == WinRule::Rows && table.sampling() != Sampling::Paired {
            return Err(Error::WrongSampling { needed: "a paired table" });
        }
        let aligned = Aligned::new(table, self.metrics())?;
        let rates = |column: &Vec<f64>| match rule {
            WinRule::Means => rates_of_means(&aligned, column),
            WinRule::Rows => Ok(rates_of_rows(&aligned, column)),
        };
        let rates = aligned.columns().iter().map(rates).collect::<Result<Vec<_>, _>>()?;
        Ok(self.report(table, rule, &rates))
    }

    /// Names the rates, which come metric by metric, and averages them over metrics.
    fn report(&self, table: &Table, rule: WinRule, rates: &[Vec<f64>]) -> WinRates {
        let named = |rates: Vec<f64>| {
            let pairs = table.models().iter().cloned().zip(rates);
            pairs.map(|(model, rate)| WinRate { model, rate }).collect()
        };
        let mean = |model: usize| {
            let terms = rates.iter().zip(self.weights()).map(|(rates, weight)| weight * rates[model]);
            sum(terms).min(1.0) // rounded weights may sum to a little more
        };
        let metric = |((metric, &weight), rates): ((&Metric, &f64), &Vec<f64>)| MetricWinRates {
            metric: metric.name.clone(),
            weight,
            rates: named(rates.clone()),
        };
        WinRates {
            rule,
            mean: named((0..table.models().len()).map(mean).collect()),
            metrics: self.metrics().iter().zip(self.weights()).zip(rates).map(metric).collect(),
        }
    }
}

fn rates_of_means(rows: &Aligned, pooled: &[f64]) -> Result<Vec<f64>, Error> {
    let samples = rows.samples(pooled)?;
    let columns: Vec<Law> = samples.iter().map(|(_, sample)| sample.law()).collect();
    let rate = |a: usize| {
        let others = (0..columns.len()).filter(|&b| b != a);
        let wins = others.filter(|&b| mean_difference(columns[a], columns[b]) >= 0.0);
        wins.count() as f64 / (columns.len() - 1) as f64
    };
    Ok((0..columns.len()).map(rate).collect())
}

/// A positive multiple of `mean_x - mean_y`: the sum over cells of mass (x - y).
fn mean_difference(x: Law, y: Law) -> f64 {
    let (xs, ys) = (x.values(), y.values());
    // In units of the largest value, so that no product overflows.
    let ends = [xs[0], xs[xs.len() - 1], ys[0], ys[ys.len() - 1]];
    let unit = power_of_two_below(ends.iter().fold(0.0, |largest, end| end.abs().max(largest)));
    let mut total = DoubleDouble::default();
    for_each_cell(x, y, |i, j, mass| total.add_scaled_difference(mass, xs[i] / unit, ys[j] / unit));
    total.value()
}

fn rates_of_rows(rows: &Aligned, pooled: &[f64]) -> Vec<f64> {
    let n = rows.models()[0].len();
    let columns: Vec<&[f64]> = pooled.chunks(n).collect();
    let best = |row: usize| columns.iter().map(|c| c[row]).fold(f64::NEG_INFINITY, f64::max);
    let best: Vec<f64> = (0..n).map(best).collect();
    // No other model is better exactly where none is: the maximum may be taken over all models.
    let wins = |column: &&[f64]| column.iter().zip(&best).filter(|(value, best)| value >= best).count();
    columns.iter().map(|column| wins(column) as f64 / n as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::test_tables::{hand, paired};
    use crate::sample::{IncompleteRows, TableBuilder};
    use proptest::prelude::*;

    fn rates(table: &Table, metric: &str, rule: WinRule) -> Vec<f64> {
        let portfolio = Portfolio::new([Metric::new(metric)]).unwrap();
        let rates = portfolio.mean_win_rate(table, rule).unwrap();
        rates.mean.iter().map(|model| model.rate).collect()
    }

    #[test]
    fn hand_values() {
        let table = hand();
        assert_eq!(rates(&table, "metric 1", WinRule::Means), [0.0, 1.0]);
        assert_eq!(rates(&table, "metric 1", WinRule::Rows), [1.0 / 3.0, 1.0]);
        let both = Portfolio::new([
            Metric::new("metric 1").weight(3.0),
            Metric::new("metric 2").lower_is_better(),
        ]);
        let both = both.unwrap().mean_win_rate(&table, WinRule::Means).unwrap();
        // Metric 2 has means 50/3 and 55/3: less is better, so A wins it.
        assert_eq!(both.metrics[1].rates[0], WinRate { model: "A".into(), rate: 1.0 });
        assert_eq!((both.metrics[1].weight, both.mean[0].rate, both.mean[1].rate), (0.25, 0.25, 0.75));
    }

    #[test]
    fn equal_means_tie_and_extreme_values_do_not_overflow() {
        let mut builder = TableBuilder::new();
        let max = f64::MAX;
        let columns = [
            ("a", vec![0.1; 3]),
            ("b", vec![0.1; 5]),
            ("c", vec![max, -max, -max]),
            ("d", vec![max]),
            ("e", vec![max; 7]),
        ];
        for (model, values) in columns {
            for (row, value) in values.iter().enumerate() {
                builder.push(model, &row.to_string(), "m", *value).unwrap();
            }
        }
        let table = builder.independent(IncompleteRows::Refuse).unwrap();
        assert_eq!(rates(&table, "m", WinRule::Means), [0.5, 0.5, 0.0, 1.0, 1.0]);
        let small = paired(&[vec![vec![1e-300, 3e-300], vec![2e-300, 1e-300], vec![1e300, 1e300]]]);
        assert_eq!(rates(&small, "0", WinRule::Means), [0.5, 0.0, 1.0]);
    }

    #[test]
    fn bad_input() {
        let one = paired(&[vec![vec![1.0]]]);
        let alone = Portfolio::of(&one).mean_win_rate(&one, WinRule::Means);
        assert_eq!(alone, Err(Error::TooFewModels { found: 1, needed: 2 }));
        let mut builder = TableBuilder::new();
        builder.push("a", "x", "m", 1.0).unwrap();
        builder.push("b", "y", "m", 1.0).unwrap();
        let table = builder.independent(IncompleteRows::Refuse).unwrap();
        let unpaired = Portfolio::of(&table).mean_win_rate(&table, WinRule::Rows);
        assert_eq!(unpaired, Err(Error::WrongSampling { needed: "a paired table" }));
    }

    fn naive(models: &[Vec<f64>], rule: WinRule, a: usize) -> f64 {
        let (k, n) = (models.len(), models[0].len());
        let sum = |b: usize| models[b].iter().sum::<f64>();
        let others = || (0..k).filter(|&b| b != a);
        match rule {
            WinRule::Means => others().filter(|&b| sum(b) <= sum(a)).count() as f64 / (k - 1) as f64,
            WinRule::Rows => {
                let wins = |&row: &usize| others().all(|b| models[b][row] <= models[a][row]);
                (0..n).filter(wins).count() as f64 / n as f64
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_twin(
            models in (2usize..5, 1usize..6).prop_flat_map(|(k, n)| {
                prop::collection::vec(prop::collection::vec((-2i32..3).prop_map(f64::from), n), k)
            })
        ) {
            let table = paired(std::slice::from_ref(&models));
            for rule in [WinRule::Means, WinRule::Rows] {
                let expected: Vec<f64> = (0..models.len()).map(|a| naive(&models, rule, a)).collect();
                prop_assert_eq!(rates(&table, "0", rule), expected);
            }
        }
    }
}
