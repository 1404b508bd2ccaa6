//! The metrics of a portfolio, found in a table, with larger made better.

use super::Metric;
use crate::error::Error;
use crate::sample::{Samples, Table};
use std::ops::Range;

/// One column per metric, pooled over models: the rows of the first model, then those of the next.
pub(super) struct Aligned<'a> {
    table: &'a Table,
    columns: Vec<Vec<f64>>,
    models: Vec<Range<usize>>,
}

impl<'a> Aligned<'a> {
    pub(super) fn new(table: &'a Table, metrics: &[Metric]) -> Result<Aligned<'a>, Error> {
        let k = table.models().len();
        let positions = metrics.iter().map(|m| table.metric_position(&m.name));
        let positions = positions.collect::<Result<Vec<_>, _>>()?;
        let column = |(metric, &position): (&Metric, &usize)| {
            let values = (0..k).flat_map(|model| table.column_at(model, position));
            values.map(|&value| metric.align(value)).collect()
        };
        let columns: Vec<Vec<f64>> = metrics.iter().zip(&positions).map(column).collect();
        let mut end = 0;
        let models = (0..k).map(|model| {
            let start = end;
            end += table.column_at(model, 0).len();
            start..end
        });
        let aligned = Aligned { models: models.collect(), table, columns };
        match aligned.len() {
            found if found > u32::MAX as usize => Err(Error::TooManyRows { found }),
            _ => Ok(aligned),
        }
    }

    /// Number of rows of all models together.
    pub(super) fn len(&self) -> usize {
        self.models.last().map_or(0, |last| last.end)
    }

    /// The pooled metrics.
    pub(super) fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }

    /// Where the rows of each model lie in a pooled column.
    pub(super) fn models(&self) -> &[Range<usize>] {
        &self.models
    }

    /// Cuts a pooled column into one column per model.
    pub(super) fn samples(&self, pooled: &[f64]) -> Result<Samples, Error> {
        self.table.named(self.models.iter().map(|rows| &pooled[rows.clone()]))
    }
}
