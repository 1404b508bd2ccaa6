//! Metrics with polarity and weight, and the scores they give.

use super::aligned::Aligned;
use super::metric::normalised_weights;
use super::{Copula, Metric};
use crate::error::Error;
use crate::sample::{Samples, Table};

/// The metrics that count, which way each points, how much it weighs, and how they are joined.
///
/// ```
/// use risk_sd::{IncompleteRows, Metric, Portfolio, TableBuilder};
///
/// let mut builder = TableBuilder::new();
/// for (model, sample, accuracy, seconds) in [
///     ("a", "q1", 0.9, 1.0),
///     ("a", "q2", 0.7, 2.0),
///     ("b", "q1", 0.8, 4.0),
///     ("b", "q2", 0.6, 3.0),
/// ] {
///     builder.push(model, sample, "accuracy", accuracy)?;
///     builder.push(model, sample, "seconds", seconds)?;
/// }
/// let table = builder.paired(IncompleteRows::Refuse)?;
///
/// let portfolio = Portfolio::new([
///     Metric::new("accuracy").weight(2.0),
///     Metric::new("seconds").lower_is_better(),
/// ])?;
/// let scores = portfolio.score(&table)?;
/// // "a", "q1" is the best row in both metrics: its score is 1.
/// assert_eq!(scores.samples.get("a")?.values()[1], 1.0);
/// assert!(scores.samples.get("b")?.values()[1] < 1.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Portfolio {
    metrics: Vec<Metric>,
    /// Their weights divided by the sum.
    weights: Vec<f64>,
    copula: Copula,
}

/// One score for every row of a table, and what they were made of.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Scores {
    /// The score column of every model, larger is better; paired if the table is.
    pub samples: Samples,
    /// The metrics of the portfolio.
    pub metrics: Vec<Metric>,
    /// How they were joined.
    pub copula: Copula,
    /// Metrics that have the same value in all rows of all models. They tell nothing, and make all
    /// scores of the empirical copulas 0.
    pub constant_metrics: Vec<String>,
    /// What the table left out, as [`Table::dropped`].
    pub dropped: usize,
}

/// One metric as columns to be compared, larger is better.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MetricSamples {
    /// The name of the metric.
    pub metric: String,
    /// Its share of the weight of the portfolio.
    pub weight: f64,
    /// Its values for every model, negated if lower is better; paired if the table is.
    pub samples: Samples,
}

impl Portfolio {
    /// A portfolio of metrics, joined by [`Copula::Independent`].
    ///
    /// # Errors
    /// [`Error::NoMetrics`]; [`Error::DuplicateName`]; [`Error::InvalidMetricWeight`] for a negative,
    /// NaN or infinite weight; [`Error::ZeroWeights`].
    pub fn new(metrics: impl IntoIterator<Item = Metric>) -> Result<Portfolio, Error> {
        let metrics: Vec<Metric> = metrics.into_iter().collect();
        if metrics.is_empty() {
            return Err(Error::NoMetrics);
        }
        let mut names: Vec<&str> = metrics.iter().map(|m| m.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::DuplicateName { name: pair[0].to_owned() });
        }
        let weights = normalised_weights(&metrics)?;
        Ok(Portfolio { metrics, weights, copula: Copula::default() })
    }

    /// All metrics of a table, with equal weights, higher is better.
    #[must_use]
    pub fn of(table: &Table) -> Portfolio {
        let metrics: Vec<Metric> = table.metrics().iter().map(Metric::new).collect();
        let weights = vec![1.0 / metrics.len() as f64; metrics.len()];
        Portfolio { metrics, weights, copula: Copula::default() }
    }

    /// The same metrics, joined in another way.
    #[must_use]
    pub fn copula(self, copula: Copula) -> Portfolio {
        Portfolio { copula, ..self }
    }

    /// The metrics.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// The weights of the metrics divided by their sum.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Joins the metrics of every row into one score. Metrics of the table that the portfolio does not
    /// name are ignored. The randomness of the scores through the pooled ranks is ignored by later
    /// inference, as in the reference.
    ///
    /// Cost: see [`Copula`]. Reference: Nitsure et al. 2024 (arXiv 2310.07132), section 4.
    ///
    /// # Errors
    /// [`Error::UnknownName`] for a metric that the table lacks; [`Error::TooManyRows`].
    pub fn score(&self, table: &Table) -> Result<Scores, Error> {
        let aligned = Aligned::new(table, &self.metrics)?;
        let scores = self.copula.scores(&aligned, &self.weights);
        let constant = |column: &[f64]| column.iter().all(|value| *value == column[0]);
        let constant_metrics = self.metrics.iter().zip(aligned.columns());
        let constant_metrics = constant_metrics.filter(|(_, column)| constant(column));
        Ok(Scores {
            samples: aligned.samples(&scores)?,
            metrics: self.metrics.clone(),
            copula: self.copula,
            constant_metrics: constant_metrics.map(|(metric, _)| metric.name.clone()).collect(),
            dropped: table.dropped(),
        })
    }

    /// Every metric as columns of its own, in the order of the portfolio: to be ranked one by one, and
    /// the rankings then aggregated with the weights.
    ///
    /// # Errors
    /// As [`Portfolio::score`].
    pub fn metric_samples(&self, table: &Table) -> Result<Vec<MetricSamples>, Error> {
        let aligned = Aligned::new(table, &self.metrics)?;
        let named = self.metrics.iter().zip(&self.weights).zip(aligned.columns());
        named
            .map(|((metric, &weight), column)| {
                let samples = aligned.samples(column)?;
                Ok(MetricSamples { metric: metric.name.clone(), weight, samples })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::test_tables::{hand, paired};
    use crate::sample::{IncompleteRows, Sampling, TableBuilder};
    use proptest::prelude::*;

    /// The values of a paired column in the order of its rows.
    fn by_row(samples: &Samples, model: usize) -> Vec<f64> {
        let column = &samples.columns()[model];
        let units = column.units.as_ref().expect("paired");
        let mut rows: Vec<_> = units.iter().zip(column.sample.values()).collect();
        rows.sort_by_key(|(unit, _)| **unit);
        rows.into_iter().map(|(_, value)| *value).collect()
    }

    fn scores(table: &Table, copula: Copula) -> Vec<f64> {
        let scores = Portfolio::of(table).copula(copula).score(table).unwrap();
        (0..scores.samples.len()).flat_map(|model| by_row(&scores.samples, model)).collect()
    }

    #[test]
    fn hand_values() {
        let table = hand();
        let expected = [
            0.23570226039551584,
            0.7453559924999299,
            0.8333333333333334,
            0.5773502691896257,
            0.3333333333333333,
            0.9128709291752769,
        ];
        for (found, expected) in scores(&table, Copula::Independent).iter().zip(expected) {
            assert!((found - expected).abs() < 2e-16, "{found} {expected}");
        }
        let sixths = [0.0, 1.0, 2.0, 1.0, 0.0, 2.0].map(|count| count / 6.0);
        assert_eq!(scores(&table, Copula::Empirical), sixths);
        let thirds = [0.0, 1.0, 1.0, 0.0, 0.0, 1.0].map(|count| count / 3.0);
        assert_eq!(scores(&table, Copula::EmpiricalWithinModel), thirds);
    }

    #[test]
    fn polarity_weights_and_what_is_told_beside_the_scores() {
        let table = paired(&[
            vec![vec![1.0, 2.0], vec![3.0, 4.0]],
            vec![vec![1.0, 2.0], vec![3.0, 4.0]],
            vec![vec![7.0, 7.0], vec![7.0, 7.0]],
        ]);
        let metrics =
            [Metric::new("1").lower_is_better(), Metric::new("2"), Metric::new("0").weight(0.0)];
        let portfolio = Portfolio::new(metrics).unwrap();
        let found = portfolio.score(&table).unwrap();
        let expected = [1.0, 0.75, 0.5, 0.25].map(f64::sqrt);
        let models: Vec<f64> = (0..2).flat_map(|model| by_row(&found.samples, model)).collect();
        for (found, expected) in models.iter().zip(expected) {
            assert!((found - expected).abs() < 2e-16);
        }
        assert_eq!((found.constant_metrics, found.copula), (vec!["2".to_string()], Copula::Independent));

        let columns = portfolio.metric_samples(&table).unwrap();
        assert_eq!((columns[0].metric.as_str(), columns[0].weight), ("1", 0.5));
        assert_eq!(by_row(&columns[0].samples, 1), [-3.0, -4.0]);
        assert_eq!(columns[2].weight, 0.0);
        let constant = portfolio.copula(Copula::Empirical).score(&table).unwrap();
        assert_eq!(constant.samples.get("1").unwrap().values(), [0.0, 0.0]);
    }

    #[test]
    fn independent_rows_are_pooled_and_stay_independent() {
        let mut builder = TableBuilder::new();
        for (model, row, value) in
            [("a", "1", 1.0), ("a", "2", 4.0), ("b", "9", 2.0), ("b", "8", 1.0), ("b", "7", 3.0)]
        {
            builder.push(model, row, "m", value).unwrap();
        }
        builder.push("c", "1", "other", 0.0).unwrap();
        builder.push("c", "1", "m", 5.0).unwrap();
        assert!(builder.independent(IncompleteRows::Drop).is_err(), "'a' has no value of 'other'");
        for (model, row) in [("a", "1"), ("a", "2"), ("b", "9"), ("b", "8")] {
            builder.push(model, row, "other", 0.0).unwrap();
        }
        let table = builder.independent(IncompleteRows::Drop).unwrap();
        let found =
            Portfolio::new([Metric::new("m")]).unwrap().copula(Copula::Empirical).score(&table).unwrap();
        assert_eq!((found.samples.sampling(), found.dropped), (Sampling::Independent, 1));
        assert_eq!(found.samples.get("a").unwrap().values(), [0.0, 0.6]);
        assert_eq!(found.samples.get("b").unwrap().values(), [0.0, 0.4]);
        assert_eq!(found.samples.get("c").unwrap().values(), [0.8]);
    }

    #[test]
    fn bad_portfolios() {
        assert_eq!(Portfolio::new([]), Err(Error::NoMetrics));
        let twice = Portfolio::new([Metric::new("m"), Metric::new("m").lower_is_better()]);
        assert_eq!(twice, Err(Error::DuplicateName { name: "m".into() }));
        let negative = Portfolio::new([Metric::new("m").weight(-1.0)]);
        assert_eq!(negative, Err(Error::InvalidMetricWeight { metric: "m".into(), weight: -1.0 }));
        assert_eq!(Portfolio::new([Metric::new("m").weight(0.0)]), Err(Error::ZeroWeights));
        let unknown = Portfolio::new([Metric::new("m")]).unwrap();
        assert_eq!(unknown.score(&hand()), Err(Error::UnknownName { name: "m".into() }));
        assert_eq!(unknown.metric_samples(&hand()), Err(Error::UnknownName { name: "m".into() }));
    }

    fn values() -> impl Strategy<Value = Vec<Vec<Vec<f64>>>> {
        (1usize..5, 1usize..4, 1usize..12, 1i32..9).prop_flat_map(|(metrics, models, rows, distinct)| {
            let value = (-distinct..distinct).prop_map(f64::from);
            let model = prop::collection::vec(value, rows);
            prop::collection::vec(prop::collection::vec(model, models), metrics)
        })
    }

    proptest! {
        #[test]
        fn increasing_transforms_change_nothing(values in values()) {
            let increasing: [fn(f64) -> f64; 4] =
                [f64::exp, |v| v.powi(3), |v| 1e300 * v - 1e299, |v| 1e9 + 1e-3 * v];
            let mut other = values.clone();
            for (metric, map) in other.iter_mut().zip(increasing) {
                metric.iter_mut().flatten().for_each(|value| *value = map(*value));
            }
            let (table, other) = (paired(&values), paired(&other));
            for copula in [Copula::Independent, Copula::Empirical, Copula::EmpiricalWithinModel] {
                prop_assert_eq!(scores(&table, copula), scores(&other, copula));
            }
        }

        #[test]
        fn the_empirical_copulas_count_rows_that_are_worse_in_everything(values in values()) {
            let table = paired(&values);
            let (k, n) = (values[0].len(), values[0][0].len());
            let worse = |b: usize, s: usize, a: usize, r: usize| values.iter().all(|m| m[b][s] < m[a][r]);
            let count = |b: usize, a: usize, r: usize| (0..n).filter(|&s| worse(b, s, a, r)).count() as f64;
            let rows = || (0..k).flat_map(|a| (0..n).map(move |r| (a, r)));
            let within: Vec<f64> = rows().map(|(a, r)| count(a, a, r) / n as f64).collect();
            let of_all = |(a, r)| (0..k).map(|b| count(b, a, r)).sum::<f64>() / (k * n) as f64;
            prop_assert_eq!(scores(&table, Copula::EmpiricalWithinModel), within);
            prop_assert_eq!(scores(&table, Copula::Empirical), rows().map(of_all).collect::<Vec<_>>());
        }
    }
}
