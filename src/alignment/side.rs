//! One side of an objective: its rows in ascending order, and the way back.

use super::soft_sort::{Blocks, soften};
use crate::error::Error;
use crate::kernels::cells::Law;
use crate::sample::{IndexedSample, Sample};

/// Log-ratios in ascending order, hard or soft, with the rows that they came from.
pub(super) struct Side {
    data: IndexedSample,
    /// What a soft sort made of the values, and the blocks it pooled; `None` for the hard sort.
    softened: Option<(Sample, Blocks)>,
}

impl Side {
    /// Checks and sorts; `strength` is that of a soft sort.
    pub(super) fn new(
        values: &[f64],
        weights: Option<&[f64]>,
        strength: Option<f64>,
    ) -> Result<Side, Error> {
        let data = match weights {
            None => IndexedSample::new(values)?,
            Some(weights) => IndexedSample::weighted(values, weights)?,
        };
        let softened = match strength {
            None => None,
            Some(_) if data.sample().weights().is_some() => return Err(Error::SoftSortOfWeights),
            Some(strength) => {
                let (values, blocks) = soften(data.sample().values(), strength);
                Some((Sample::from_ascending(values), blocks))
            }
        };
        Ok(Side { data, softened })
    }

    pub(super) fn law(&self) -> Law<'_> {
        self.softened.as_ref().map_or(self.data.sample(), |(sample, _)| sample).law()
    }

    /// A gradient with respect to the ascending values, as one with respect to the rows as they were given.
    pub(super) fn scatter(&self, mut ascending: Vec<f64>) -> Vec<f64> {
        if let Some((_, blocks)) = &self.softened {
            blocks.average(&mut ascending);
        }
        self.data.in_data_order(&ascending)
    }
}
