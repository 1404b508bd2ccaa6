//! What an audit found: every number down to the metric it comes from.

use super::{DimensionWeight, Profile, Replication};
use crate::dominance::{Order, gap};
use crate::error::Error;
use crate::kernels::sum::Sum;
use crate::portfolio::Metric;
use crate::ranking::{RankingReport, RankingTest};
use crate::sample::{Sample, Samples, Sampling};

/// The result of an audit: indices of all candidates, folds and dimensions, and a ranking for each profile.
///
/// Matrices go by candidate (in the order of `candidates`), then by fold. Prints as a table for each profile.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TrustReport {
    /// The candidates, in the order of the table.
    pub candidates: Vec<String>,
    /// The folds of each candidate.
    pub folds: Vec<Vec<String>>,
    /// Whether all candidates were audited on the same folds.
    pub sampling: Sampling,
    /// What the folds are.
    pub replication: Replication,
    /// N: values of each metric in the reference.
    pub reference_size: usize,
    /// Metrics that have one value in the reference and the audited table together: they tell nothing and change no
    /// order.
    pub constant_metrics: Vec<String>,
    /// Metrics that have one value in the reference, but others in the audited table: values at or above it have
    /// u = 1, those below 1/(2 N).
    pub constant_in_reference: Vec<String>,
    /// The dimensions with their metrics.
    pub dimensions: Vec<DimensionReport>,
    /// One ranking for each profile.
    pub profiles: Vec<ProfileReport>,
}

/// One dimension: its index, and what it is made of.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DimensionReport {
    /// Its name.
    pub name: String,
    /// Its metrics.
    pub metrics: Vec<MetricReport>,
    /// pi: the weighted geometric mean of the u of its metrics.
    pub index: Vec<Vec<f64>>,
}

/// One metric: its values, and their ranks.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MetricReport {
    /// Name, polarity and weight as given.
    pub metric: Metric,
    /// b: its share of the weight of the dimension.
    pub weight: f64,
    /// The values as given.
    pub values: Vec<Vec<f64>>,
    /// The share of the reference that is not better.
    pub u: Vec<Vec<f64>>,
}

/// The candidates under one profile.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ProfileReport {
    /// The profile as given.
    pub profile: Profile,
    /// omega: its weights, summing to one.
    pub weights: Vec<DimensionWeight>,
    /// The candidates, best first; those of equal rank in the order of the table.
    pub candidates: Vec<CandidateIndex>,
}

/// The trust index of one candidate under one profile.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CandidateIndex {
    /// Its name.
    pub candidate: String,
    /// tau in each fold.
    pub index: Vec<f64>,
    /// Mean of tau over folds.
    pub mean: f64,
    /// Standard deviation over folds, divisor K - 1; `None` for a single fold.
    pub standard_deviation: Option<f64>,
    /// Standard error of the mean (see [`Replication`]). It takes the reference as given.
    pub standard_error: Option<f64>,
    /// Risk over folds by the profile's measure; `None` for a single fold.
    pub risk: Option<f64>,
    /// What is ranked by: mean - alpha * risk, or the index of the single fold.
    pub score: f64,
    /// Rank by decreasing score; scores equal up to rounding get their average rank.
    pub rank: f64,
    /// Share of the folds (draws) in which it has the largest index; who tie share the fold. `None` where
    /// candidates have folds of their own.
    pub first_share: Option<f64>,
}

impl DimensionReport {
    pub(super) fn new(name: String, metrics: Vec<MetricReport>) -> DimensionReport {
        let mut report = DimensionReport { name, metrics, index: Vec::new() };
        let row = |g: usize| -> Vec<f64> {
            let folds = report.metrics[0].u[g].len();
            (0..folds).map(|f| libm::exp(report.logarithm(g, f))).collect()
        };
        report.index = (0..report.metrics[0].u.len()).map(row).collect();
        report
    }

    /// ln pi = sum over m of b_m ln u_m.
    pub(super) fn logarithm(&self, candidate: usize, fold: usize) -> f64 {
        let mut total = Sum::default();
        self.metrics.iter().for_each(|m| total.add(m.weight * libm::log(m.u[candidate][fold])));
        total.value()
    }

    /// Mean of the index over the folds of a candidate, by its position.
    pub(crate) fn mean(&self, candidate: usize) -> Result<f64, Error> {
        Ok(Sample::new(self.index[candidate].iter().copied())?.mean())
    }
}

impl TrustReport {
    /// The ranking under the profile of this name.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn profile(&self, name: &str) -> Result<&ProfileReport, Error> {
        let found = self.profiles.iter().find(|p| p.profile.name == name);
        found.ok_or_else(|| Error::UnknownName { name: name.to_owned() })
    }

    /// The index over folds as one column for each candidate, in the order of the table; paired where the folds
    /// are.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn samples(&self, profile: &str) -> Result<Samples, Error> {
        let profile = self.profile(profile)?;
        let columns = self.candidates.iter().map(|name| Ok((name, &profile.candidate(name)?.index)));
        let columns = columns.collect::<Result<Vec<_>, Error>>()?;
        match self.sampling {
            Sampling::Paired => Samples::paired(columns),
            _ => {
                let sorted = columns.into_iter().map(|(name, v)| Ok((name, Sample::new(v)?)));
                Samples::independent(sorted.collect::<Result<Vec<_>, Error>>()?)
            }
        }
    }

    /// Which candidate's index dominates over folds? Relative and absolute tests at both orders, with rank sets:
    /// [`RankingTest`] on [`TrustReport::samples`].
    ///
    /// **Few folds prove little.** The report warns below 30. The guard swaps folds: no p-value falls much below
    /// 2^-K, and k candidates share the level, so that K folds can establish nothing unless
    /// `2^K >= k (k - 1) / level` (6 candidates, level 0.05: K >= 10). Ratios, ranks and rank sets are described
    /// all the same. The randomness of the ranks in the reference is ignored.
    ///
    /// # Errors
    /// [`Error::WrongSampling`] for bootstrap draws, which are no evidence of their own (describe them by
    /// [`TrustReport::violation_ratios`], or [`gap`] and [`verdict`](crate::verdict) on [`TrustReport::samples`]);
    /// [`Error::UnknownName`] of a profile; [`Error::TooFewRows`] for a single fold; and those of
    /// [`RankingTest::run`].
    pub fn dominance(&self, profile: &str, test: &RankingTest) -> Result<RankingReport, Error> {
        if self.replication == Replication::BootstrapDraws {
            return Err(Error::WrongSampling { needed: FOLDS_NOT_DRAWS });
        }
        test.run(&self.samples(profile)?)
    }

    /// The violation ratio of "row dominates column" between the indices of all candidates over folds or draws, in
    /// the order of the table: 0 where the row dominates, 1 where the column does, 1/2 on the diagonal and for equal
    /// distributions. A description of the audit, not a test: the statement to make about bootstrap draws, which
    /// [`TrustReport::dominance`] refuses. See [`Gap::violation_ratio`](crate::Gap::violation_ratio).
    ///
    /// # Errors
    /// [`Error::UnknownName`] of a profile.
    pub fn violation_ratios(&self, order: Order, profile: &str) -> Result<Vec<Vec<f64>>, Error> {
        let profile = self.profile(profile)?;
        let sample = |name: &String| Sample::new(profile.candidate(name)?.index.iter().copied());
        let samples = self.candidates.iter().map(sample).collect::<Result<Vec<_>, Error>>()?;
        let row = |x: &Sample| samples.iter().map(|y| gap(order, x, y).violation_ratio()).collect();
        Ok(samples.iter().map(row).collect())
    }
}

/// What evidence needs.
pub(super) const FOLDS_NOT_DRAWS: &str = "folds or seeds, not bootstrap draws of one audit";

impl ProfileReport {
    /// The candidate of the highest score; of those that tie, the first of the table.
    pub fn best(&self) -> &CandidateIndex {
        &self.candidates[0]
    }

    /// The candidate of this name.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn candidate(&self, name: &str) -> Result<&CandidateIndex, Error> {
        let found = self.candidates.iter().find(|c| c.candidate == name);
        found.ok_or_else(|| Error::UnknownName { name: name.to_owned() })
    }

    pub(super) fn omega(&self) -> Vec<f64> {
        self.weights.iter().map(|w| w.weight).collect()
    }
}
