//! Ranks against a reference, and the indices made of them.
//!
//! ```text
//! u_m(g, f)  = max(#{reference values <= x_m(g, f)}, 1/2) / N
//! pi_T(g, f) = exp(sum over m in T of b_m ln u_m(g, f))
//! ```

use super::Profile;
use super::assess::{self, Indices};
use super::report::{DimensionReport, MetricReport, TrustReport};
use super::trust_index::{TrustIndex, distinct};
use crate::error::Error;
use crate::kernels::sort::sort;
use crate::portfolio::Metric;
use crate::sample::Table;

/// The values that others are ranked against: every metric of an index, pooled over candidates and folds.
///
/// Candidates audited against a fixed reference do not move when others come or go: a copy of a candidate has its
/// index, and nobody else's changes. A candidate audited on the same folds as the reference, if it is part of it,
/// counts its own values (its rank is at least 1/N); a new one does not.
///
/// ```
/// use risk_sd::{Dimension, IncompleteRows, Metric, Profile, TableBuilder, TrustIndex};
///
/// let table = |values: [(&str, f64); 2]| {
///     let mut builder = TableBuilder::new();
///     for (candidate, value) in values {
///         builder.push(candidate, "all rows", "quality", value)?;
///     }
///     builder.paired(IncompleteRows::Refuse)
/// };
/// let index = TrustIndex::new([Dimension::new("utility", [Metric::new("quality")])])?;
/// let reference = index.reference(&table([("a", 1.0), ("b", 2.0)])?)?;
/// let report = reference.audit(&table([("new", 1.5), ("poor", 0.0)])?, &[Profile::uniform("uniform")])?;
/// let indices = report.profile("uniform")?;
/// assert_eq!(indices.candidate("new")?.mean, 0.5);
/// // Below all that is known: half a value.
/// assert_eq!(indices.candidate("poor")?.mean, 0.25);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceSet {
    index: TrustIndex,
    /// The values of each metric, larger made better, ascending.
    columns: Vec<Vec<f64>>,
}

impl ReferenceSet {
    pub(super) fn new(index: &TrustIndex, table: &Table) -> Result<ReferenceSet, Error> {
        check_folds(table)?;
        let column = |metric: &Metric| -> Result<Vec<f64>, Error> {
            let mut values = aligned(metric, table)?.concat();
            sort(&mut values);
            Ok(values)
        };
        let columns = index.metrics().map(column).collect::<Result<_, _>>()?;
        Ok(ReferenceSet { index: index.clone(), columns })
    }

    /// How many values of each metric there are: candidates times folds.
    pub fn size(&self) -> usize {
        self.columns[0].len()
    }

    /// Audits the candidates of a table against this reference, under each profile.
    ///
    /// # Errors
    /// As [`TrustIndex::run`].
    pub fn audit(&self, table: &Table, profiles: &[Profile]) -> Result<TrustReport, Error> {
        if profiles.is_empty() {
            return Err(Error::NoProfiles);
        }
        distinct(profiles.iter().map(|p| p.name.as_str()))?;
        let dimensions = self.dimensions(table)?;
        let indices = Indices::new(&dimensions, table.sampling());
        let report = |profile: &Profile| {
            let weights = profile.normalised(&self.index.dimensions)?;
            assess::profile_report(profile, &weights, &self.index, table.models(), &indices)
        };
        let (constant_metrics, constant_in_reference) = self.constant_metrics(table)?;
        let folds = |candidate: &String| table.rows(candidate).map(<[String]>::to_vec);
        Ok(TrustReport {
            candidates: table.models().to_vec(),
            folds: table.models().iter().map(folds).collect::<Result<_, _>>()?,
            sampling: table.sampling(),
            replication: self.index.replication,
            reference_size: self.size(),
            constant_metrics,
            constant_in_reference,
            profiles: profiles.iter().map(report).collect::<Result<_, _>>()?,
            dimensions,
        })
    }

    /// The indices of all dimensions.
    pub(super) fn dimensions(&self, table: &Table) -> Result<Vec<DimensionReport>, Error> {
        check_folds(table)?;
        let mut columns = self.columns.iter();
        let mut dimensions = Vec::with_capacity(self.index.dimensions.len());
        for (dimension, weights) in self.index.dimensions.iter().zip(&self.index.weights) {
            let mut metrics = Vec::with_capacity(weights.len());
            for ((metric, weight), column) in dimension.metrics.iter().zip(weights).zip(&mut columns) {
                metrics.push(metric_report(metric, *weight, column, table)?);
            }
            dimensions.push(DimensionReport::new(dimension.name.clone(), metrics));
        }
        Ok(dimensions)
    }

    /// Metrics of one value in the reference: those that have no other in the table, and those that have.
    fn constant_metrics(&self, table: &Table) -> Result<(Vec<String>, Vec<String>), Error> {
        let (mut constant, mut in_reference) = (Vec::new(), Vec::new());
        for (metric, column) in self.index.metrics().zip(&self.columns) {
            if column.first() != column.last() {
                continue;
            }
            let same = aligned(metric, table)?.iter().flatten().all(|value| *value == column[0]);
            let list = if same { &mut constant } else { &mut in_reference };
            list.push(metric.name.clone());
        }
        Ok((constant, in_reference))
    }
}

/// u of every value of a metric.
fn metric_report(
    metric: &Metric,
    weight: f64,
    reference: &[f64],
    table: &Table,
) -> Result<MetricReport, Error> {
    let share = |value: f64| match reference.partition_point(|r| *r <= value) {
        0 => 0.5 / reference.len() as f64,
        count => count as f64 / reference.len() as f64,
    };
    let u = aligned(metric, table)?.into_iter().map(|values| values.into_iter().map(share).collect());
    let values =
        table.models().iter().map(|model| table.column(model, &metric.name).map(<[f64]>::to_vec));
    Ok(MetricReport {
        metric: metric.clone(),
        weight,
        values: values.collect::<Result<_, _>>()?,
        u: u.collect(),
    })
}

/// The values of a metric by candidate and fold, larger made better.
fn aligned(metric: &Metric, table: &Table) -> Result<Vec<Vec<f64>>, Error> {
    let position = table.metric_position(&metric.name)?;
    let column = |g| table.column_at(g, position).iter().map(|&value| metric.align(value)).collect();
    Ok((0..table.models().len()).map(column).collect())
}

/// All candidates have the same number of folds.
fn check_folds(table: &Table) -> Result<(), Error> {
    let folds = |g: usize| table.column_at(g, 0).len();
    match (0..table.models().len()).find(|&g| folds(g) != folds(0)) {
        None => Ok(()),
        Some(g) => {
            let candidate = table.models()[g].clone();
            Err(Error::UnequalFolds { candidate, expected: folds(0), found: folds(g) })
        }
    }
}
