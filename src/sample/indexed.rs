//! A sample that remembers its rows.

use super::sample::finite;
use super::{Number, Sample};
use crate::error::Error;
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sort;
use crate::kernels::sum::sum;

/// A [`Sample`] that remembers in which row of the data each value stood: for results that are given per row,
/// such as couplings and gradients.
///
/// Equal values keep the order of their rows. Rows of weight 0 belong to the data, not to the sample.
///
/// ```
/// use risk_sd::IndexedSample;
///
/// let data = IndexedSample::new([3.0, 1.0, 2.0])?;
/// assert_eq!(data.sample().values(), [1.0, 2.0, 3.0]);
/// assert_eq!(data.rows(), [1, 2, 0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct IndexedSample {
    sample: Sample,
    rows: Vec<u32>,
    /// Rows of weight 0 and their values.
    weightless: Vec<(u32, f64)>,
    /// Sum of the weights as given, in units of `weight_unit`: it may lie beyond the range of f64.
    total_weight: f64,
    weight_unit: f64,
}

impl IndexedSample {
    /// Equally weighted values, in any order.
    ///
    /// # Errors
    /// As [`Sample::new`].
    pub fn new(values: impl IntoIterator<Item = impl Number>) -> Result<IndexedSample, Error> {
        let values = finite(values)?;
        let rows = sort::argsort(&values);
        let ascending = rows.iter().map(|&row| values[row as usize]).collect();
        Ok(IndexedSample {
            sample: Sample::from_ascending(ascending),
            rows,
            weightless: Vec::new(),
            total_weight: values.len() as f64,
            weight_unit: 1.0,
        })
    }

    /// Values with weights, as [`Sample::weighted`] takes them.
    ///
    /// # Errors
    /// As [`Sample::weighted`].
    pub fn weighted(
        values: impl IntoIterator<Item = impl Number>,
        weights: impl IntoIterator<Item = impl Number>,
    ) -> Result<IndexedSample, Error> {
        let values = finite(values)?;
        let weights: Vec<f64> = weights.into_iter().map(Number::to_f64).collect();
        let sample = Sample::weighted(&values, &weights)?;
        let (rows, weightless) =
            sort::argsort(&values).into_iter().partition(|&row| weights[row as usize] > 0.0);
        let weight_unit = power_of_two_below(weights.iter().copied().fold(0.0, f64::max));
        let with_value = |row: u32| (row, values[row as usize]);
        Ok(IndexedSample {
            sample,
            rows,
            weightless: Vec::into_iter(weightless).map(with_value).collect(),
            total_weight: sum(weights.iter().map(|weight| weight / weight_unit)),
            weight_unit,
        })
    }

    /// The values in ascending order, with their weights.
    pub fn sample(&self) -> &Sample {
        &self.sample
    }

    /// The row of the data in which each value of [`Sample::values`] stood.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Number of rows of the data, those of weight 0 included.
    pub fn data_rows(&self) -> usize {
        self.rows.len() + self.weightless.len()
    }

    /// Rows of weight 0, each with its value.
    pub(crate) fn weightless(&self) -> &[(u32, f64)] {
        &self.weightless
    }

    /// A number divided by the sum of the weights as given; without weights by the number of rows.
    pub(crate) fn over_total_weight(&self, number: f64) -> f64 {
        number / self.total_weight / self.weight_unit
    }

    /// Numbers that belong to sorted positions, in the order of the data; 0 for rows of weight 0.
    pub(crate) fn in_data_order(&self, of_position: &[f64]) -> Vec<f64> {
        let mut of_row = vec![0.0; self.data_rows()];
        for (&row, &number) in self.rows.iter().zip(of_position) {
            of_row[row as usize] = number;
        }
        of_row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weightless_rows_are_rows_of_the_data_only() {
        let data = IndexedSample::weighted([5.0, 1.0, 9.0, 1.0], [1.0, 2.0, 0.0, 3.0]).unwrap();
        assert_eq!(data.sample().values(), [1.0, 1.0, 5.0]);
        assert_eq!(data.rows(), [1, 3, 0]);
        assert_eq!((data.data_rows(), data.over_total_weight(3.0)), (4, 0.5));
        assert_eq!(data.weightless(), [(2, 9.0)]);
        assert_eq!(data.in_data_order(&[10.0, 20.0, 30.0]), [30.0, 10.0, 0.0, 20.0]);
    }

    #[test]
    fn what_a_sample_refuses_is_refused() {
        assert_eq!(IndexedSample::new([0.0; 0]).unwrap_err(), Error::Empty);
        assert_eq!(IndexedSample::weighted([1.0], [0.0]).unwrap_err(), Error::ZeroWeights);
        let short = IndexedSample::weighted([1.0, 2.0], [1.0]).unwrap_err();
        assert_eq!(short, Sample::weighted([1.0, 2.0], [1.0]).unwrap_err());
    }
}
