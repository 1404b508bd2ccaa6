//! One side of an objective: its rows in ascending order, and the way back.

use super::soft_sort::{Blocks, soften};
use crate::error::Error;
use crate::kernels::cells::Law;
use crate::sample::Sample;

/// Log-ratios in ascending order (hard or soft), with the rows that they came from.
pub(super) struct Side {
    sample: Sample,
    rows: Vec<u32>,
    /// The blocks a soft sort pooled; `None` for the hard sort.
    blocks: Option<Blocks>,
    /// How many rows there are, those of weight 0 included.
    len: usize,
}

impl Side {
    /// Checks and sorts; `strength` is that of a soft sort.
    pub(super) fn new(
        values: &[f64],
        weights: Option<&[f64]>,
        strength: Option<f64>,
    ) -> Result<Side, Error> {
        let (sample, rows) = Sample::with_rows(values, weights)?;
        let hard = Side { sample, rows, blocks: None, len: values.len() };
        let Some(strength) = strength else { return Ok(hard) };
        if hard.sample.weights().is_some() {
            return Err(Error::SoftSortOfWeights);
        }
        let (softened, blocks) = soften(hard.sample.values(), strength);
        Ok(Side { sample: Sample::from_ascending(softened), blocks: Some(blocks), ..hard })
    }

    pub(super) fn law(&self) -> Law<'_> {
        self.sample.law()
    }

    /// A gradient with respect to the ascending values, as one with respect to the rows as they were given.
    pub(super) fn scatter(&self, mut ascending: Vec<f64>) -> Vec<f64> {
        if let Some(blocks) = &self.blocks {
            blocks.average(&mut ascending);
        }
        let mut given = vec![0.0; self.len];
        for (&row, value) in self.rows.iter().zip(ascending) {
            given[row as usize] = value;
        }
        given
    }
}
