//! A dense table of models x rows x metrics.

use super::{Sample, Samples, Sampling};
use crate::error::Error;

/// Values of several metrics for the rows of several models, without gaps: what [`TableBuilder`] makes
/// of long rows.
///
/// ```
/// use risk_sd::{IncompleteRows, Sampling, TableBuilder};
///
/// let mut builder = TableBuilder::new();
/// for (model, sample, value) in [("a", "q1", 0.7), ("a", "q2", 0.9), ("b", "q2", 0.4), ("b", "q1", 0.8)] {
///     builder.push(model, sample, "accuracy", value)?;
/// }
/// let table = builder.paired(IncompleteRows::Refuse)?;
/// assert_eq!(table.rows("b")?, ["q1", "q2"]);
/// assert_eq!(table.column("b", "accuracy")?, [0.8, 0.4]);
/// assert_eq!(table.samples("accuracy")?.sampling(), Sampling::Paired);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// [`TableBuilder`]: crate::TableBuilder
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub(super) models: Vec<String>,
    pub(super) metrics: Vec<String>,
    pub(super) rows: Rows,
    /// Model by model, and for each model metric by metric.
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) dropped: usize,
}

/// The sample ids, in the order of the values of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rows {
    Shared(Vec<String>),
    /// One list for each model.
    Own(Vec<Vec<String>>),
}

impl Table {
    /// The models, in the order in which they first appeared.
    pub fn models(&self) -> &[String] {
        &self.models
    }

    /// The metrics, in the order in which they first appeared.
    pub fn metrics(&self) -> &[String] {
        &self.metrics
    }

    /// Whether the rows of the models belong together: [`Sampling::Paired`] or
    /// [`Sampling::Independent`].
    pub fn sampling(&self) -> Sampling {
        match self.rows {
            Rows::Shared(_) => Sampling::Paired,
            Rows::Own(_) => Sampling::Independent,
        }
    }

    /// The sample ids of a model, in the order of the values of its columns. In a paired table they are
    /// the same for all models.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn rows(&self, model: &str) -> Result<&[String], Error> {
        let model = position(&self.models, model)?;
        Ok(match &self.rows {
            Rows::Shared(ids) => ids,
            Rows::Own(ids) => &ids[model],
        })
    }

    /// How many sample ids (paired) or rows of single models (independent) were dropped because they
    /// were incomplete.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// The values of one metric for one model, in the order of [`Table::rows`].
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn column(&self, model: &str, metric: &str) -> Result<&[f64], Error> {
        let metric = self.metric_position(metric)?;
        Ok(self.column_at(position(&self.models, model)?, metric))
    }

    /// One metric as named columns to be compared, one for each model; paired if the table is.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn samples(&self, metric: &str) -> Result<Samples, Error> {
        let metric = self.metric_position(metric)?;
        self.named((0..self.models.len()).map(|model| self.column_at(model, metric)))
    }

    /// The rows of every model at these positions.
    pub(crate) fn at_rows(&self, positions: &[usize]) -> Table {
        fn chosen<T: Clone>(of: &[T], positions: &[usize]) -> Vec<T> {
            positions.iter().map(|&row| of[row].clone()).collect()
        }
        Table {
            rows: match &self.rows {
                Rows::Shared(ids) => Rows::Shared(chosen(ids, positions)),
                Rows::Own(ids) => Rows::Own(ids.iter().map(|ids| chosen(ids, positions)).collect()),
            },
            columns: self.columns.iter().map(|values| chosen(values, positions)).collect(),
            models: self.models.clone(),
            metrics: self.metrics.clone(),
            dropped: self.dropped,
        }
    }

    pub(crate) fn metric_position(&self, metric: &str) -> Result<usize, Error> {
        position(&self.metrics, metric)
    }

    pub(crate) fn column_at(&self, model: usize, metric: usize) -> &[f64] {
        &self.columns[model * self.metrics.len() + metric]
    }

    /// Names one column per model, sampled as the table is.
    pub(crate) fn named<'a>(&self, columns: impl Iterator<Item = &'a [f64]>) -> Result<Samples, Error> {
        let named = self.models.iter().zip(columns);
        match self.rows {
            Rows::Shared(_) => Samples::paired(named),
            Rows::Own(_) => {
                let sorted = named.map(|(model, column)| Ok((model, Sample::new(column)?)));
                Samples::independent(sorted.collect::<Result<Vec<_>, Error>>()?)
            }
        }
    }
}

fn position(names: &[String], name: &str) -> Result<usize, Error> {
    let found = names.iter().position(|n| n == name);
    found.ok_or_else(|| Error::UnknownName { name: name.to_owned() })
}
