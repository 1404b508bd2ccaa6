//! k named columns, and how their rows belong together.

use super::design::{Design, Sampling};
use super::{Number, Sample};
use crate::error::Error;
use crate::kernels::{cells::Law, sort};
use crate::sample::sample::finite;

/// k named columns to be compared.
///
/// ```
/// use risk_sd::Samples;
///
/// // The same three prompts were put to both models: row i of one belongs to row i of the other.
/// let scores = Samples::paired([("tuned", &[0.9, 0.4, 0.7]), ("base", &[0.8, 0.5, 0.2])])?;
/// assert_eq!(scores.names().collect::<Vec<_>>(), ["tuned", "base"]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Samples {
    pub(super) columns: Vec<Column>,
    pub(super) sampling: Sampling,
    /// Rows or clusters, of all columns together where they are drawn together; `None` where each column is
    /// drawn by itself.
    pub(super) shared_units: Option<usize>,
    pub(super) design: Design,
}

/// A sorted column that remembers to which row, cluster and stratum each value belongs.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) sample: Sample,
    /// The shared unit of each sorted position; `None` where each position is its own unit.
    pub(crate) units: Option<Vec<u32>>,
    /// The row, as given, of each sorted position, where labels of rows may still come.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) rows: Option<Vec<u32>>,
}

impl Samples {
    /// Columns drawn independently of each other; sizes may differ, columns may be weighted.
    ///
    /// # Errors
    /// [`Error::DuplicateName`]; [`Error::TooFewModels`] for no column at all.
    pub fn independent<N: Into<String>>(
        columns: impl IntoIterator<Item = (N, Sample)>,
    ) -> Result<Samples, Error> {
        let column =
            |(name, sample): (N, Sample)| Column { name: name.into(), sample, units: None, rows: None };
        let columns = columns.into_iter().map(column).collect();
        Samples::checked(columns, Sampling::Independent, None)
    }

    /// Columns whose rows belong together: row i of each was measured on the same unit.
    ///
    /// # Errors
    /// As [`Samples::independent`]; in the named column, [`Error::UnequalLengths`] and what
    /// [`Sample::new`] refuses.
    pub fn paired<N: Into<String>, V: IntoIterator<Item = impl Number>>(
        columns: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Samples, Error> {
        let mut rows = None;
        let mut column = |(name, values): (N, V)| {
            let name = name.into();
            let values = finite(values).map_err(|e| e.in_column(&name))?;
            let expected = *rows.get_or_insert(values.len());
            if values.len() != expected {
                let error =
                    Error::UnequalLengths { what: "paired column", expected, found: values.len() };
                return Err(error.in_column(&name));
            }
            Ok((name, values))
        };
        let raw = columns.into_iter().map(&mut column).collect::<Result<_, _>>()?;
        let columns = sorted_columns(raw);
        let samples = Samples::checked(columns, Sampling::Paired, rows)?;
        Ok(Samples { design: Design::of_rows(rows.unwrap_or_default()), ..samples })
    }

    /// Columns of any lengths whose rows carry cluster labels, a label meaning the same cluster in every
    /// column: agents run with several seeds on each of a set of tasks, for example.
    ///
    /// ```
    /// use risk_sd::Samples;
    ///
    /// let returns = Samples::in_clusters([
    ///     ("new", vec![812.0, 790.0, 610.0], vec!["walk", "walk", "run"]),
    ///     ("old", vec![805.0, 600.0], vec!["walk", "run"]),
    /// ])?;
    /// assert_eq!(returns.units(), Some(2));
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Samples::paired`] and [`Samples::clustered`].
    pub fn in_clusters<N: Into<String>, V: IntoIterator<Item = impl Number>, L: Ord>(
        columns: impl IntoIterator<Item = (N, V, Vec<L>)>,
    ) -> Result<Samples, Error> {
        let checked = |(name, values, clusters): (N, V, Vec<L>)| {
            let name = name.into();
            let values = finite(values).map_err(|e| e.in_column(&name))?;
            let (expected, found) = (values.len(), clusters.len());
            if expected != found {
                let error = Error::UnequalLengths { what: "cluster labels", expected, found };
                return Err(error.in_column(&name));
            }
            Ok(((name, values), clusters))
        };
        let raw = columns.into_iter().map(checked).collect::<Result<Vec<_>, _>>()?;
        if raw.is_empty() {
            return Err(Error::TooFewModels { found: 0, needed: 1 });
        }
        let (raw, clusters): (Vec<_>, Vec<_>) = raw.into_iter().unzip();
        let labels = Labels::new(clusters.iter().flatten());
        labels.at_least_two()?;
        let mut columns = sorted_columns(raw);
        for (column, clusters) in columns.iter_mut().zip(&clusters) {
            for unit in column.units.iter_mut().flatten() {
                *unit = labels.number(&clusters[*unit as usize]);
            }
            column.rows = None;
        }
        Samples::checked(columns, Sampling::Clustered, Some(labels.len()))
    }

    pub(super) fn checked(
        columns: Vec<Column>,
        sampling: Sampling,
        shared_units: Option<usize>,
    ) -> Result<Samples, Error> {
        if columns.is_empty() {
            return Err(Error::TooFewModels { found: 0, needed: 1 });
        }
        let mut names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::DuplicateName { name: pair[0].to_owned() });
        }
        Ok(Samples { columns, sampling, shared_units, design: Design::default() })
    }

    /// The names, in the order given.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.columns.iter().map(|c| c.name.as_str())
    }

    /// The sorted columns with their names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Sample)> {
        self.columns.iter().map(|c| (c.name.as_str(), &c.sample))
    }

    /// Number of columns.
    #[allow(clippy::len_without_is_empty)] // never empty
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// The column of this name.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn get(&self, name: &str) -> Result<&Sample, Error> {
        Ok(&self.columns[self.position(name)?].sample)
    }

    /// How the rows belong together.
    pub fn sampling(&self) -> Sampling {
        self.sampling
    }

    /// Number of rows or clusters that are drawn together: of all columns, where they are paired or clustered;
    /// `None` for independent columns.
    pub fn units(&self) -> Option<usize> {
        self.shared_units
    }

    /// Number of strata; `None` where rows are not stratified.
    pub fn strata(&self) -> Option<usize> {
        self.design.strata()
    }

    /// Rows per block of a time series; `None` where rows are not ordered in time.
    pub fn block_length(&self) -> Option<usize> {
        self.design.series.as_ref().map(|series| series.block_length)
    }

    pub(crate) fn design(&self) -> &Design {
        &self.design
    }

    /// The units of a column's own time series; those of all columns where they share them.
    pub(crate) fn series_of_column(&self, position: usize) -> std::ops::Range<usize> {
        match &self.design.series {
            Some(series) if series.ends.len() > 1 => {
                let before = position.checked_sub(1).map_or(0, |before| series.ends[before]);
                before..series.ends[position]
            }
            _ => 0..self.shared_units.unwrap_or_default(),
        }
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn position(&self, name: &str) -> Result<usize, Error> {
        let found = self.names().position(|n| n == name);
        found.ok_or_else(|| Error::UnknownName { name: name.to_owned() })
    }

    /// Rows of a column that are independent of each other: rows, clusters, or blocks of a series.
    pub(crate) fn independent_rows(&self, column: usize) -> usize {
        self.columns[column].independent_rows() / self.block_length().unwrap_or(1)
    }

    /// Refuses columns that have no variance to estimate: a single row, or rows in a single cluster.
    pub(crate) fn with_variance(&self, columns: &[usize]) -> Result<(), Error> {
        for &column in columns {
            let Column { name, sample, units, .. } = &self.columns[column];
            if sample.len() < 2 {
                return Err(Error::TooFewRows { found: sample.len(), needed: 2 }.in_column(name));
            }
            if units.as_deref().is_some_and(|units| units.iter().all(|unit| *unit == units[0])) {
                return Err(Error::TooFewClusters { found: 1 }.in_column(name));
            }
        }
        Ok(())
    }
}

#[cfg(feature = "ndarray")]
impl Samples {
    /// Paired columns from a matrix with one row per unit and one column per model.
    ///
    /// ```
    /// use ndarray::array;
    /// use risk_sd::Samples;
    ///
    /// let scores = array![[0.9, 0.8], [0.4, 0.5], [0.7, 0.2]];
    /// let samples = Samples::from_array(["tuned", "base"], scores.view())?;
    /// assert_eq!(samples.get("base")?.values(), [0.2, 0.5, 0.8]);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnequalLengths`] unless there is a name for every column; else as [`Samples::paired`].
    pub fn from_array<N: Into<String>, T>(
        names: impl IntoIterator<Item = N>,
        scores: ndarray::ArrayView2<'_, T>,
    ) -> Result<Samples, Error>
    where
        for<'a> &'a T: Number,
    {
        let names: Vec<N> = names.into_iter().collect();
        let (expected, found) = (scores.ncols(), names.len());
        if expected != found {
            return Err(Error::UnequalLengths { what: "column names", expected, found });
        }
        Samples::paired(names.into_iter().zip(scores.columns()))
    }
}

/// Sorts named columns, each on a thread of its own under the feature `rayon`.
fn sorted_columns(raw: Vec<(String, Vec<f64>)>) -> Vec<Column> {
    #[cfg(feature = "rayon")]
    use rayon::prelude::*;
    #[cfg(feature = "rayon")]
    let raw = raw.into_par_iter();
    #[cfg(not(feature = "rayon"))]
    let raw = raw.into_iter();
    raw.map(|(name, values)| Column::sorted(name, &values)).collect()
}

impl Column {
    /// The unit of a value is its row.
    fn sorted(name: String, values: &[f64]) -> Column {
        let order = sort::argsort(values);
        let ascending = order.iter().map(|&row| values[row as usize]);
        Column {
            name,
            sample: Sample::from_ascending(ascending.collect()),
            units: Some(order.clone()),
            rows: Some(order),
        }
    }

    pub(crate) fn law(&self) -> Law<'_> {
        self.sample.law()
    }

    /// Rows, or clusters in which the column has rows.
    fn independent_rows(&self) -> usize {
        let Some(units) = &self.units else {
            return self.sample.len();
        };
        let mut units = units.clone();
        units.sort_unstable();
        units.dedup();
        units.len()
    }
}

/// Labels of clusters or strata, numbered in their own order.
pub(super) struct Labels<'a, L>(Vec<&'a L>);

impl<'a, L: Ord> Labels<'a, L> {
    pub(super) fn new(labels: impl Iterator<Item = &'a L>) -> Self {
        let mut labels: Vec<&L> = labels.collect();
        labels.sort_unstable();
        labels.dedup();
        Labels(labels)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn number(&self, label: &L) -> u32 {
        self.0.partition_point(|l| *l < label) as u32
    }

    pub(super) fn at_least_two(&self) -> Result<(), Error> {
        match self.len() {
            found @ 0..2 => Err(Error::TooFewClusters { found }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_column() {
        let unequal = Samples::paired([("a", vec![1.0, 2.0]), ("b", vec![1.0])]).unwrap_err();
        assert_eq!(unequal.to_string(), "column 'b': paired column: expected 2 rows, found 1");
        let nan = Samples::paired([("a", [1.0]), ("b", [f64::NAN])]).unwrap_err();
        assert_eq!(nan.to_string(), "column 'b': row 0 is NaN, not a finite number");
        let twice = Samples::paired([("a", [1.0]), ("a", [2.0])]).unwrap_err();
        assert_eq!(twice, Error::DuplicateName { name: "a".into() });
        let samples = Samples::paired([("a", [1.0, 2.0])]).unwrap();
        assert_eq!(samples.get("z"), Err(Error::UnknownName { name: "z".into() }));
        let one = samples.clone().clustered(&[7, 7]);
        assert_eq!(one, Err(Error::TooFewClusters { found: 1 }));
        let short = samples.clustered(&[7]).unwrap_err();
        assert_eq!(short.to_string(), "cluster labels: expected 2 rows, found 1");
    }

    #[test]
    fn sorted_positions_remember_their_rows_and_clusters() {
        let samples = Samples::paired([("a", [3.0, 1.0, 2.0])]).unwrap();
        assert_eq!(samples.columns()[0].units, Some(vec![1, 2, 0]));
        let clustered = samples.clustered(&["x", "y", "x"]).unwrap();
        assert_eq!(clustered.columns()[0].units, Some(vec![1, 0, 0]));
        assert_eq!(clustered.units(), Some(2));
    }
}
