//! One distribution: ascending, finite, non-empty, optionally weighted.

use super::Number;
use crate::error::Error;
use crate::kernels::cells::Law;
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sort::{self, Arrangement};
use crate::kernels::sum::Sum;

/// An empirical distribution: the values of one column in ascending order, with optional weights.
///
/// Larger is better. A sample is checked and sorted once, when it is made; every statistic then walks
/// the sorted values. -0.0 is stored as +0.0, so that equal values sort together.
///
/// Each row carries the mass `w_i / W`, W the sum of weights (1/n without weights). Weights need not sum
/// to anything in particular; rows of weight 0 are left out, and weights that are all equal are no
/// weights.
///
/// ```
/// use risk_sd::Sample;
///
/// let sample = Sample::new([3.0, 1.0, 2.0])?;
/// assert_eq!(sample.values(), [1.0, 2.0, 3.0]);
/// assert_eq!(sample.quantile(0.5)?, 2.0);
///
/// let weighted = Sample::weighted([2.0, 3.0, 5.0], [1.0, 1.0, 4.0])?;
/// assert_eq!(weighted.quantile(0.5)?, 5.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Sample {
    values: Vec<f64>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    weights: Option<Weights>,
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
struct Weights {
    /// As given, in the order of the values.
    given: Vec<f64>,
    /// A power of two near the largest weight.
    #[cfg_attr(feature = "serde", serde(skip))]
    unit: f64,
    /// Prefix sums of the weights in this unit, which cannot overflow.
    #[cfg_attr(feature = "serde", serde(skip))]
    cumulative: Vec<f64>,
}

impl Sample {
    /// A sample of equally weighted values, in any order.
    ///
    /// # Errors
    /// [`Error::Empty`]; [`Error::NotFinite`] for NaN and infinities, with the row.
    pub fn new(values: impl IntoIterator<Item = impl Number>) -> Result<Sample, Error> {
        let (mut values, arrangement) = surveyed(values)?;
        sort::sort_surveyed(&mut values, arrangement);
        Ok(Sample { values, weights: None })
    }

    /// A sample of values with weights: survey weights, importance weights.
    ///
    /// A weight says how much a row counts, not how often it was observed: tests and standard errors see one row.
    /// Repeat a row that was observed several times. A row lighter than some 1e-15 of the total is beyond the
    /// resolution of cumulative weights: comparisons of two samples do not see it.
    ///
    /// # Errors
    /// As [`Sample::new`]; [`Error::UnequalLengths`]; [`Error::InvalidWeight`] for a negative, NaN or
    /// infinite weight, with the row; [`Error::ZeroWeights`].
    ///
    /// ```
    /// use risk_sd::{Error, Sample};
    ///
    /// let error = Sample::weighted([1.0, 2.0], [1.0, -0.5]).unwrap_err();
    /// assert_eq!(error, Error::InvalidWeight { row: 1, weight: -0.5 });
    /// ```
    pub fn weighted(
        values: impl IntoIterator<Item = impl Number>,
        weights: impl IntoIterator<Item = impl Number>,
    ) -> Result<Sample, Error> {
        let values = finite(values)?;
        let weights: Vec<f64> = weights.into_iter().map(Number::to_f64).collect();
        if weights.len() != values.len() {
            return Err(Error::UnequalLengths {
                what: "weights",
                expected: values.len(),
                found: weights.len(),
            });
        }
        Sample::check_weights(&weights)?;
        let order: Vec<usize> = sort::argsort(&values)
            .into_iter()
            .map(|row| row as usize)
            .filter(|&row| weights[row] > 0.0)
            .collect();
        let given: Vec<f64> = order.iter().map(|&row| weights[row]).collect();
        let values = order.iter().map(|&row| values[row]).collect();
        Ok(Sample::from_ascending_weighted(values, given))
    }

    /// A sample of values that are ascending already; costs one pass instead of a sort.
    ///
    /// # Errors
    /// As [`Sample::new`]; [`Error::NotAscending`] with the first row that is smaller than the one before.
    pub fn from_sorted(values: impl IntoIterator<Item = impl Number>) -> Result<Sample, Error> {
        let (values, arrangement) = surveyed(values)?;
        if arrangement != Arrangement::Ascending
            && let Some(before) = values.windows(2).position(|pair| pair[0] > pair[1])
        {
            return Err(Error::NotAscending { row: before + 1 });
        }
        Ok(Sample { values, weights: None })
    }

    /// A law as a sample: its quantile function at the middles of `rows` equal steps, (i - 1/2) / rows. What
    /// lies beyond the first and the last of them is cut off: take more rows for heavier tails.
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// let exponential = Sample::from_quantiles(10_000, |p| -(1.0 - p).ln())?;
    /// assert!((exponential.mean() - 1.0).abs() < 1e-4);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Sample::from_sorted`].
    pub fn from_quantiles(rows: usize, quantile: impl Fn(f64) -> f64) -> Result<Sample, Error> {
        if rows > MOST_ROWS {
            return Err(Error::TooManyRows { found: rows });
        }
        Sample::from_sorted((0..rows).map(|i| quantile((i as f64 + 0.5) / rows as f64)))
    }

    /// The values, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The weights as given, in the order of [`Sample::values`]; `None` where all rows weigh the same.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_ref().map(|w| w.given.as_slice())
    }

    /// Number of rows (of positive weight).
    #[allow(clippy::len_without_is_empty)] // never empty
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Wraps values that are known to be finite, without -0.0, ascending and not empty.
    pub(crate) fn from_ascending(values: Vec<f64>) -> Sample {
        debug_assert!(values.is_sorted() && !values.is_empty());
        Sample { values, weights: None }
    }

    /// Wraps values as [`Sample::from_ascending`] does, with their positive weights.
    pub(super) fn from_ascending_weighted(values: Vec<f64>, weights: Vec<f64>) -> Sample {
        let even = weights.iter().all(|weight| *weight == weights[0]);
        let weights = (!even).then(|| Weights::new(weights));
        Sample { weights, ..Sample::from_ascending(values) }
    }

    /// Refuses weights that are negative, not finite, or all zero.
    pub(super) fn check_weights(weights: &[f64]) -> Result<(), Error> {
        if let Some(row) = weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            return Err(Error::InvalidWeight { row, weight: weights[row] });
        }
        if weights.iter().all(|weight| *weight == 0.0) {
            return Err(Error::ZeroWeights);
        }
        Ok(())
    }

    pub(crate) fn law(&self) -> Law<'_> {
        match &self.weights {
            None => Law::Uniform(&self.values),
            Some(w) => Law::Weighted { values: &self.values, cumulative: &w.cumulative },
        }
    }

    /// The mass of the row at a sorted position.
    pub(crate) fn mass(&self, position: usize) -> f64 {
        match &self.weights {
            None => 1.0 / self.len() as f64,
            Some(w) => w.given[position] / w.unit / w.cumulative[self.len() - 1],
        }
    }
}

/// Collects a column, refusing what is not a finite number. -0.0 becomes +0.0.
pub(crate) fn finite(values: impl IntoIterator<Item = impl Number>) -> Result<Vec<f64>, Error> {
    surveyed(values).map(|(values, _)| values)
}

/// Row numbers fit into 32 bits, with one to spare.
const MOST_ROWS: usize = i32::MAX as usize;

/// A finite column, and how it is arranged. Adding 0.0 turns -0.0 into +0.0.
fn surveyed(values: impl IntoIterator<Item = impl Number>) -> Result<(Vec<f64>, Arrangement), Error> {
    let values: Vec<f64> = values.into_iter().map(|v| v.to_f64() + 0.0).collect();
    if values.is_empty() {
        return Err(Error::Empty);
    }
    if values.len() > MOST_ROWS {
        return Err(Error::TooManyRows { found: values.len() });
    }
    match sort::survey(&values) {
        Ok(arrangement) => Ok((values, arrangement)),
        Err(row) => Err(Error::NotFinite { row, value: values[row] }),
    }
}

impl Weights {
    fn new(given: Vec<f64>) -> Weights {
        let unit = power_of_two_below(given.iter().copied().fold(0.0, f64::max));
        let mut total = Sum::default();
        let prefix = given.iter().map(|w| {
            total.add(w / unit);
            total.value()
        });
        Weights { cumulative: prefix.collect(), given, unit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_columns_name_the_row() {
        assert_eq!(Sample::new([0.0; 0]), Err(Error::Empty));
        let inf = f64::INFINITY;
        assert_eq!(Sample::new([1.0, inf]), Err(Error::NotFinite { row: 1, value: inf }));
        let nan = Sample::new([f64::NAN]).unwrap_err();
        assert!(matches!(nan, Error::NotFinite { row: 0, value } if value.is_nan()));
        assert_eq!(Sample::from_sorted([1.0, 3.0, 2.0]), Err(Error::NotAscending { row: 2 }));
        assert_eq!(Sample::from_sorted([1.0, 1.0, 0.0]), Err(Error::NotAscending { row: 2 }));
        let short = Sample::weighted([1.0, 2.0], [1.0]);
        assert_eq!(short, Err(Error::UnequalLengths { what: "weights", expected: 2, found: 1 }));
        assert_eq!(Sample::weighted([1.0], [0.0]), Err(Error::ZeroWeights));
        assert!(matches!(Sample::weighted([1.0], [f64::NAN]), Err(Error::InvalidWeight { row: 0, .. })));
    }

    #[test]
    fn zero_weights_are_left_out_and_equal_weights_are_none() {
        let dropped = Sample::weighted([0.0, 2.0, 4.0, 100.0], [1.0, 1.0, 1.0, 0.0]).unwrap();
        assert_eq!(dropped, Sample::new([0.0, 2.0, 4.0]).unwrap());
        let huge = Sample::weighted([1.0, 2.0], [1e308, 1.7e308]).unwrap();
        assert!((huge.mass(0) - 10.0 / 27.0).abs() < 1e-15);
    }

    #[test]
    fn every_kind_of_column_enters() {
        let expected = Sample::new([1.0, 2.0]).unwrap();
        assert_eq!(Sample::new([2.0f32, 1.0]).unwrap(), expected);
        assert_eq!(Sample::new([2.0, 1.0].as_slice()).unwrap(), expected);
        assert_eq!(Sample::new(vec![2.0, 1.0]).unwrap(), expected);
        assert_eq!(Sample::new([2.0, 1.0].iter()).unwrap(), expected);
        let zero = Sample::new([-0.0]).unwrap();
        assert!(zero.values()[0].is_sign_positive());
    }

    #[cfg(feature = "ndarray")]
    #[test]
    fn views_of_any_stride_enter() {
        let table = ndarray::array![[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]];
        let expected = Sample::new([10.0, 20.0, 30.0]).unwrap();
        assert_eq!(Sample::new(table.column(1)).unwrap(), expected);
        assert_eq!(Sample::new(table.slice(ndarray::s![..;-1, 1])).unwrap(), expected);
    }
}
