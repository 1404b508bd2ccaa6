//! Sampling designs: how rows came into the data, and so what is drawn again and what a standard error sums.

use super::samples::{Labels, Samples};
use super::{Column, Sample};
use crate::error::Error;

/// How the rows of several columns belong together: what is resampled, and what a standard error sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Sampling {
    /// Every column is a sample of its own; sizes may differ.
    Independent,
    /// Row i of every column was measured on the same unit (prompt, day, person).
    Paired,
    /// Rows come in clusters (tasks, users, documents) that are independent of each other; a cluster may
    /// have rows in several columns.
    Clustered,
    /// Paired rows, or clusters of them, were drawn within strata (categories, regions) of fixed sizes.
    Stratified,
    /// Rows are ordered in time and may depend on their neighbours.
    TimeSeries,
    /// Every column is a survey of its own, with weights, clusters and strata of its own.
    Survey,
}

impl Sampling {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Sampling::Independent => "independent samples",
            Sampling::Paired => "paired rows",
            Sampling::Clustered => "clustered rows",
            Sampling::Stratified => "stratified rows",
            Sampling::TimeSeries => "time series",
            Sampling::Survey => "surveys",
        }
    }
}

/// What is known of the rows beyond their columns.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub(crate) struct Design {
    /// Rows as given; 0 where no labels of rows are taken any more.
    #[cfg_attr(feature = "serde", serde(skip))]
    rows: usize,
    #[cfg_attr(feature = "serde", serde(skip))]
    cluster_of_row: Option<Vec<u32>>,
    #[cfg_attr(feature = "serde", serde(skip))]
    stratum_of_row: Option<Vec<u32>>,
    /// The stratum of each unit, numbered from 0 without gaps.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub(crate) stratum_of_unit: Option<Vec<u32>>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub(crate) series: Option<Series>,
}

/// Units that are ordered in time.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub(crate) struct Series {
    /// Rows that are drawn, and exchanged, together.
    pub(crate) block_length: usize,
    /// Where each series ends among the units: one series for paired columns, else one per column.
    pub(crate) ends: Vec<usize>,
}

impl Series {
    /// The units of each series.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }

    /// The series that a unit belongs to.
    pub(crate) fn range_of(&self, unit: usize) -> std::ops::Range<usize> {
        let series = self.ends.partition_point(|&end| end <= unit);
        series.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[series]
    }

    /// The numbers of blocks of consecutive rows, series by series, and the block of each unit.
    pub(crate) fn consecutive_blocks(&self) -> (usize, Vec<u32>) {
        let mut blocks = Vec::with_capacity(self.ends.last().copied().unwrap_or_default());
        let mut before = 0;
        for range in self.ranges() {
            let start = range.start;
            blocks
                .extend(range.clone().map(|unit| (before + (unit - start) / self.block_length) as u32));
            before += range.len().div_ceil(self.block_length);
        }
        (before, blocks)
    }
}

/// A unit or a stratum without a row of positive weight.
const ABSENT: u32 = u32::MAX;

impl Design {
    pub(super) fn of_rows(rows: usize) -> Design {
        Design { rows, ..Design::default() }
    }

    pub(super) fn of_strata(stratum_of_unit: Vec<u32>) -> Design {
        Design::of_units(Some(stratum_of_unit), None)
    }

    /// Units whose rows take no labels any more.
    pub(super) fn of_units(stratum_of_unit: Option<Vec<u32>>, series: Option<Series>) -> Design {
        Design { stratum_of_unit, series, ..Design::default() }
    }

    pub(super) fn of_series(block_length: usize, ends: Vec<usize>) -> Design {
        Design::of_units(None, Some(Series { block_length, ends }))
    }

    pub(super) fn strata(&self) -> Option<usize> {
        let last = self.stratum_of_unit.as_ref()?.iter().max();
        Some(last.map_or(0, |last| *last as usize + 1))
    }
}

impl Samples {
    /// Groups the rows of paired columns into clusters; `cluster_of_row[i]` labels row i. Rows of one
    /// cluster may depend on each other in any way.
    ///
    /// ```
    /// use risk_sd::Samples;
    ///
    /// // Two questions about each of two documents.
    /// let scores = Samples::paired([("a", [0.9, 0.4, 0.7, 0.6]), ("b", [0.8, 0.5, 0.2, 0.1])])?
    ///     .clustered(&["doc 1", "doc 1", "doc 2", "doc 2"])?;
    /// assert_eq!(scores.units(), Some(2));
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::WrongSampling`] unless the columns are paired; [`Error::UnequalLengths`] unless there is
    /// a label for every row; [`Error::TooFewClusters`] for a single cluster. In stratified rows also
    /// [`Error::SplitCluster`] and [`Error::LonelyStratum`]. [`Error::DesignConflict`] for a time series.
    pub fn clustered<L: Ord>(mut self, cluster_of_row: &[L]) -> Result<Samples, Error> {
        self.takes_labels("cluster labels", cluster_of_row.len())?;
        if self.design.cluster_of_row.is_some() {
            return Err(Error::WrongSampling { needed: "paired columns without clusters" });
        }
        let labels = Labels::new(cluster_of_row.iter());
        labels.at_least_two()?;
        self.design.cluster_of_row = Some(cluster_of_row.iter().map(|l| labels.number(l)).collect());
        self.with_units()
    }

    /// Says that the rows of paired columns were drawn within strata: prompts by category, households by
    /// region. `stratum_of_row[i]` labels row i. With clusters, whole clusters were drawn within strata.
    ///
    /// The sizes of the strata are facts of the design: replicates keep them, and a standard error sums the
    /// spread within strata only, so differences between strata count nothing.
    ///
    /// ```
    /// use risk_sd::{Sampling, Samples};
    ///
    /// let scores = Samples::paired([("a", [0.9, 0.4, 0.7, 0.6]), ("b", [0.8, 0.5, 0.2, 0.1])])?
    ///     .stratified(&["code", "code", "prose", "prose"])?;
    /// assert_eq!((scores.sampling(), scores.strata()), (Sampling::Stratified, Some(2)));
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::WrongSampling`] unless the columns are paired; [`Error::UnequalLengths`] unless there is
    /// a label for every row; [`Error::LonelyStratum`] for a stratum of one row (cluster), which has no
    /// spread to estimate: merge it with a similar one; [`Error::SplitCluster`] for a cluster in two strata;
    /// [`Error::DesignConflict`] for a time series.
    pub fn stratified<L: Ord>(mut self, stratum_of_row: &[L]) -> Result<Samples, Error> {
        self.takes_labels("stratum labels", stratum_of_row.len())?;
        if self.design.stratum_of_row.is_some() {
            return Err(Error::WrongSampling { needed: "paired columns without strata" });
        }
        let labels = Labels::new(stratum_of_row.iter());
        self.design.stratum_of_row = Some(stratum_of_row.iter().map(|l| labels.number(l)).collect());
        self.with_units()
    }

    /// Gives the rows of paired (clustered, stratified) columns weights: survey weights, importance weights.
    /// As in [`Sample::weighted`], a weight says how much a row counts; rows of weight 0 are left out.
    ///
    /// ```
    /// use risk_sd::Samples;
    ///
    /// // Incomes of the same households before and after a transfer.
    /// let incomes = Samples::paired([("before", [18.0, 31.0, 52.0]), ("after", [21.0, 31.0, 50.0])])?
    ///     .weighted(&[1200.0, 800.0, 950.0])?;
    /// assert_eq!(incomes.get("after")?.weights(), Some(&[1200.0, 800.0, 950.0][..]));
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::WrongSampling`] unless the columns are paired; [`Error::UnequalLengths`] unless there is
    /// a weight for every row; [`Error::InvalidWeight`] with the row; [`Error::ZeroWeights`];
    /// [`Error::LonelyStratum`] and [`Error::TooFewClusters`] where rows of weight 0 leave too little;
    /// [`Error::DesignConflict`] for a time series.
    pub fn weighted(mut self, weight_of_row: &[f64]) -> Result<Samples, Error> {
        self.takes_labels("weights", weight_of_row.len())?;
        if self.columns.iter().any(|column| column.sample.weights().is_some()) {
            return Err(Error::WrongSampling { needed: "paired columns without weights" });
        }
        Sample::check_weights(weight_of_row)?;
        for column in &mut self.columns {
            column.weigh(weight_of_row);
        }
        self.with_units()
    }

    /// Checks that labels of rows may come, and that there is one for every row.
    fn takes_labels(&self, what: &'static str, found: usize) -> Result<(), Error> {
        if self.design.series.is_some() {
            return Err(Error::DesignConflict {
                first: "a time series",
                second: what,
                reason: "blocks of consecutive rows would cut across them",
            });
        }
        let expected = self.design.rows;
        if expected == 0 {
            return Err(Error::WrongSampling { needed: "paired columns" });
        }
        if found != expected {
            return Err(Error::UnequalLengths { what, expected, found });
        }
        Ok(())
    }

    /// Numbers the units (clusters, else rows) that have rows of positive weight, and finds their strata.
    fn with_units(mut self) -> Result<Samples, Error> {
        let Design { rows, cluster_of_row, stratum_of_row, .. } = self.design.clone();
        let mut present = vec![false; rows];
        // Paired columns all have the same rows.
        self.columns[0].rows.iter().flatten().for_each(|&row| present[row as usize] = true);
        let present: Vec<u32> = (0..rows as u32).filter(|&row| present[row as usize]).collect();
        let cluster = |row: u32| cluster_of_row.as_ref().map_or(row, |of_row| of_row[row as usize]);
        let unit_of = Numbers::new(present.iter().map(|&row| cluster(row)));
        if cluster_of_row.is_some() && unit_of.count < 2 {
            return Err(Error::TooFewClusters { found: unit_of.count });
        }
        self.design.stratum_of_unit = match &stratum_of_row {
            None => None,
            Some(of_row) => {
                let units: Vec<(u32, u32)> =
                    present.iter().map(|&row| (row, unit_of.number[cluster(row) as usize])).collect();
                Some(strata_of_units(&units, of_row, unit_of.count)?)
            }
        };
        for column in &mut self.columns {
            let rows = column.rows.iter().flatten();
            column.units = Some(rows.map(|&row| unit_of.number[cluster(row) as usize]).collect());
        }
        self.shared_units = Some(unit_of.count);
        self.sampling = match (&stratum_of_row, &cluster_of_row) {
            (Some(_), _) => Sampling::Stratified,
            (None, Some(_)) => Sampling::Clustered,
            (None, None) => Sampling::Paired,
        };
        Ok(self)
    }
}

/// Consecutive numbers of the labels that occur.
struct Numbers {
    /// By label; [`ABSENT`] where a label does not occur.
    number: Vec<u32>,
    count: usize,
}

impl Numbers {
    fn new(labels: impl Iterator<Item = u32> + Clone) -> Numbers {
        let size = labels.clone().max().map_or(0, |last| last as usize + 1);
        let mut number = vec![ABSENT; size];
        labels.for_each(|label| number[label as usize] = 0);
        let mut count = 0;
        for number in number.iter_mut().filter(|number| **number == 0) {
            *number = count;
            count += 1;
        }
        Numbers { number, count: count as usize }
    }
}

/// The stratum of every unit, from (row, unit) in the order of rows.
fn strata_of_units(
    rows: &[(u32, u32)],
    stratum_of_row: &[u32],
    units: usize,
) -> Result<Vec<u32>, Error> {
    let stratum = |row: u32| stratum_of_row[row as usize];
    let strata = Numbers::new(rows.iter().map(|&(row, _)| stratum(row)));
    let mut of_unit = vec![ABSENT; units];
    let mut sizes = vec![0; strata.count];
    for &(row, unit) in rows {
        let found = strata.number[stratum(row) as usize];
        match &mut of_unit[unit as usize] {
            known if *known == ABSENT => {
                *known = found;
                sizes[found as usize] += 1;
            }
            known if *known != found => return Err(Error::SplitCluster { row: row as usize }),
            _ => {}
        }
    }
    let lonely = rows.iter().find(|&&(_, unit)| sizes[of_unit[unit as usize] as usize] < 2);
    match lonely {
        Some(&(row, _)) => Err(Error::LonelyStratum { row: row as usize }),
        None => Ok(of_unit),
    }
}

impl Column {
    /// Puts the weights of the rows beside the values, without rows of weight 0.
    fn weigh(&mut self, weight_of_row: &[f64]) {
        let rows = self.rows.take().unwrap_or_default();
        let kept = rows.iter().zip(self.sample.values());
        let kept = kept.filter(|(row, _)| weight_of_row[**row as usize] > 0.0);
        let (rows, values): (Vec<u32>, Vec<f64>) = kept.map(|(&row, &value)| (row, value)).unzip();
        let weights = rows.iter().map(|&row| weight_of_row[row as usize]).collect();
        self.sample = Sample::from_ascending_weighted(values, weights);
        self.rows = Some(rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn six() -> Samples {
        Samples::paired([("a", [6., 5., 4., 3., 2., 1.]), ("b", [1., 3., 5., 2., 4., 6.])]).unwrap()
    }

    #[test]
    fn labels_come_in_any_order() {
        let strata = ["s", "s", "n", "n", "s", "n"];
        let clusters = [5, 5, 1, 2, 9, 2];
        let weights = [1., 2., 3., 4., 5., 6.];
        let one = six().stratified(&strata).unwrap().clustered(&clusters).unwrap();
        let one = one.weighted(&weights).unwrap();
        let other = six().weighted(&weights).unwrap().clustered(&clusters).unwrap();
        let other = other.stratified(&strata).unwrap();
        assert_eq!(one, other);
        assert_eq!((one.units(), one.strata()), (Some(4), Some(2)));
        assert_eq!(one.design.stratum_of_unit, Some(vec![0, 0, 1, 1]));
        assert_eq!(one.columns[0].units, Some(vec![1, 3, 1, 0, 2, 2]));
        assert_eq!(one.columns[0].sample.weights(), Some(&[6., 5., 4., 3., 2., 1.][..]));
    }

    #[test]
    fn rows_of_weight_zero_leave_units_and_strata() {
        let samples = six().stratified(&[0, 0, 1, 1, 7, 7]).unwrap();
        let samples = samples.weighted(&[1., 1., 1., 1., 0., 0.]).unwrap();
        assert_eq!((samples.units(), samples.strata()), (Some(4), Some(2)));
        assert_eq!(samples.columns[0].sample.values(), [3., 4., 5., 6.]);
        assert_eq!(samples.columns[0].units, Some(vec![3, 2, 1, 0]));
        let lonely = six().stratified(&[0, 0, 1, 1, 7, 7]).unwrap().weighted(&[1., 1., 0., 1., 1., 1.]);
        assert_eq!(lonely, Err(Error::LonelyStratum { row: 3 }));
    }

    #[test]
    fn errors_name_the_row() {
        assert_eq!(six().stratified(&[1, 1, 1, 2, 1, 1]), Err(Error::LonelyStratum { row: 3 }));
        let split = six().clustered(&[1, 1, 2, 2, 3, 3]).unwrap().stratified(&[0, 0, 0, 1, 1, 1]);
        assert_eq!(split, Err(Error::SplitCluster { row: 3 }));
        // Two rows, but one cluster.
        let lonely = six().clustered(&[1, 1, 2, 2, 3, 3]).unwrap().stratified(&[0, 0, 0, 0, 1, 1]);
        assert_eq!(lonely, Err(Error::LonelyStratum { row: 4 }));
        let bad = six().weighted(&[1., 1., f64::NAN, 1., 1., 1.]);
        assert!(matches!(bad, Err(Error::InvalidWeight { row: 2, .. })));
        assert_eq!(six().weighted(&[0.; 6]), Err(Error::ZeroWeights));
        let twice = six().weighted(&[1., 2., 1., 1., 1., 1.]).unwrap().weighted(&[1.; 6]);
        assert_eq!(twice, Err(Error::WrongSampling { needed: "paired columns without weights" }));
    }

    #[test]
    fn consecutive_blocks_do_not_cross_series() {
        let series = Series { block_length: 2, ends: vec![5, 8] };
        assert_eq!(series.consecutive_blocks(), (5, vec![0, 0, 1, 1, 2, 3, 3, 4]));
    }
}
