//! The trust index: dimensions of metrics, one number in (0, 1] for each candidate and fold.

use super::reference::ReferenceSet;
use super::{Dimension, Profile, TrustReport};
use crate::error::Error;
use crate::portfolio::{Metric, normalised_weights};
use crate::sample::Table;

/// Which candidate can be trusted most, over several dimensions of metrics at once?
///
/// ```text
/// u_m(g, f)    = #{(h, e) : x_m(h, e) <= x_m(g, f)} / N        pooled over the N candidates x folds of a reference
/// pi_T(g, f)   = exp(sum over m in T of b_m ln u_m(g, f))      index of dimension T; b sums to 1 within T
/// tau(g, f)    = exp(sum over T of omega_T ln pi_T(g, f))      trust index; omega is a profile, sums to 1
/// score(g)     = mean over f of tau - alpha * risk over f
/// ```
///
/// x is the metric with larger made better. All indices lie in (0, 1]. They move through ranks only: a strictly
/// increasing map of a metric changes nothing, and a difference in a metric counts by how many values lie
/// between, not by its size.
///
/// **Conventions.** Ties share the rank of the best of them. A metric that has one value in all
/// that is ranked has u = 1 everywhere: an equal factor, which changes no order, named in
/// [`TrustReport::constant_metrics`]. Against a fixed reference in which it is constant, other values have u = 1 or
/// 1/(2 N), which does change orders: [`TrustReport::constant_in_reference`]. A value below the whole reference (of a candidate that is not in it) has
/// u = 1/(2 N). A candidate that is nowhere below any value has index 1 in every profile; one that is best in
/// every fold, but not above all *other* folds, has less.
///
/// **What depends on who competes.** The ECDF is pooled, so adding or removing a candidate, even a copy of
/// another, may exchange two others. It never does where one of the two is at least as good in every metric and
/// fold. To keep the others where they are, fix the reference: [`TrustIndex::reference`].
///
/// A [`Table`] holds the audit: models are candidates, rows are folds (or seeds), cells are metrics.
///
/// ```
/// use risk_sd::{Dimension, IncompleteRows, Metric, Profile, TableBuilder, TrustIndex};
///
/// let mut audit = TableBuilder::new();
/// for (candidate, fold, distance, closest) in [
///     ("copula", "1", 0.30, 0.90),
///     ("copula", "2", 0.28, 0.80),
///     ("memoriser", "1", 0.00, 0.00),
///     ("memoriser", "2", 0.01, 0.00),
/// ] {
///     audit.push(candidate, fold, "W1", distance)?;
///     audit.push(candidate, fold, "closest record", closest)?;
/// }
/// let table = audit.paired(IncompleteRows::Refuse)?;
///
/// let index = TrustIndex::new([
///     Dimension::new("fidelity", [Metric::new("W1").lower_is_better()]),
///     Dimension::new("privacy", [Metric::new("closest record")]),
/// ])?;
/// let profiles = [Profile::new("privacy first", [("privacy", 3.0), ("fidelity", 1.0)])];
/// let report = index.run(&table, &profiles)?;
/// assert_eq!(report.profile("privacy first")?.best().candidate, "copula");
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: O(N log N) for each metric, then linear. Reference: after Belgodere et al. 2023 (arXiv 2304.10819); the
/// formulas above are the definition.
#[doc(alias = "trustworthiness index")]
#[doc(alias = "synthetic data audit")]
#[derive(Debug, Clone, PartialEq)]
pub struct TrustIndex {
    pub(super) dimensions: Vec<Dimension>,
    /// The weights b of the metrics of each dimension.
    pub(super) weights: Vec<Vec<f64>>,
    pub(super) replication: Replication,
}

/// What the folds of an audit are: how far their spread says how sure a mean is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Replication {
    /// Folds of the data, or seeds: each is evidence of its own. The mean of K has the standard error SD/sqrt(K)
    /// (a little more where training sets of folds overlap).
    #[default]
    Folds,
    /// Bootstrap draws of the rows of one audit: their spread is the standard error, however many are drawn. No
    /// test takes them for evidence.
    BootstrapDraws,
}

impl TrustIndex {
    /// An index over these dimensions.
    ///
    /// # Errors
    /// [`Error::NoDimensions`]; [`Error::EmptyDimension`]; [`Error::DuplicateName`] for a dimension, or a metric
    /// of any dimensions, named twice; [`Error::InvalidMetricWeight`]; [`Error::ZeroWeights`] in the named
    /// dimension.
    pub fn new(dimensions: impl IntoIterator<Item = Dimension>) -> Result<TrustIndex, Error> {
        let dimensions: Vec<Dimension> = dimensions.into_iter().collect();
        if dimensions.is_empty() {
            return Err(Error::NoDimensions);
        }
        if let Some(empty) = dimensions.iter().find(|d| d.metrics.is_empty()) {
            return Err(Error::EmptyDimension { dimension: empty.name.clone() });
        }
        distinct(dimensions.iter().map(|d| d.name.as_str()))?;
        distinct(dimensions.iter().flat_map(|d| &d.metrics).map(|m| m.name.as_str()))?;
        let weights = |d: &Dimension| {
            let in_dimension =
                |error| Error::InDimension { dimension: d.name.clone(), source: Box::new(error) };
            normalised_weights(&d.metrics).map_err(in_dimension)
        };
        let weights = dimensions.iter().map(weights).collect::<Result<_, _>>()?;
        Ok(TrustIndex { dimensions, weights, replication: Replication::default() })
    }

    /// The same index over replications of another kind.
    #[must_use]
    pub fn replication(self, replication: Replication) -> TrustIndex {
        TrustIndex { replication, ..self }
    }

    /// The dimensions.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// Audits all candidates of a table against each other, under each profile.
    ///
    /// # Errors
    /// [`Error::UnknownName`] for a metric that the table lacks; [`Error::UnequalFolds`] where the candidates of
    /// an [independent](crate::TableBuilder::independent) table differ in their number of folds (folds that are
    /// merely named differently are audited, and the report says that they are not paired);
    /// [`Error::NoProfiles`]; [`Error::DuplicateName`] for a profile or one of its dimensions;
    /// [`Error::UnknownDimension`], [`Error::InvalidTradeOff`], [`Error::ZeroTradeOffs`]; [`Error::Negative`]
    /// risk aversion; [`Error::InvalidProbability`] of a tail. That cells are missing, given twice or not
    /// finite, the table's builder says.
    pub fn run(&self, table: &Table, profiles: &[Profile]) -> Result<TrustReport, Error> {
        self.reference(table)?.audit(table, profiles)
    }

    /// The candidates and folds of a table as the reference of ranks, against which others are audited.
    ///
    /// # Errors
    /// [`Error::UnknownName`] and [`Error::UnequalFolds`], as [`TrustIndex::run`].
    pub fn reference(&self, table: &Table) -> Result<ReferenceSet, Error> {
        ReferenceSet::new(self, table)
    }

    /// The metrics of all dimensions.
    pub(super) fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.dimensions.iter().flat_map(|dimension| &dimension.metrics)
    }
}

/// No name occurs twice.
pub(super) fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::DuplicateName { name: pair[0].to_owned() }),
        None => Ok(()),
    }
}
