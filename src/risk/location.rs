//! Mean and extremes.

use super::masses::Masses;
use crate::kernels::scale::headroom;
use crate::sample::Sample;

impl Sample {
    /// The smallest value: the limit of the quantile function at 0.
    #[doc(alias = "infimum")]
    pub fn min(&self) -> f64 {
        self.values()[0]
    }

    /// The largest value, `Q(1)`.
    pub fn max(&self) -> f64 {
        self.values()[self.len() - 1]
    }

    /// The mean, `sum p_i x_i`.
    ///
    /// Summed with compensation and without overflow: the mean of values near the largest f64 is a
    /// number. Cost O(n).
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// assert_eq!(Sample::new([0.0, 2.0, 4.0])?.mean(), 2.0);
    /// assert_eq!(Sample::weighted([2.0, 3.0, 5.0], [1.0, 1.0, 4.0])?.mean(), 25.0 / 6.0);
    /// assert_eq!(Sample::new([f64::MAX, f64::MAX])?.mean(), f64::MAX);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "average")]
    #[doc(alias = "expectation")]
    pub fn mean(&self) -> f64 {
        let unit = headroom(self.largest());
        let mean = Masses::of(self).mean(|i| self.values()[i] / unit) * unit;
        mean.clamp(self.min(), self.max())
    }

    /// max |x|.
    pub(super) fn largest(&self) -> f64 {
        self.min().abs().max(self.max().abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_neither_overflows_nor_cancels() {
        for n in [1, 2, 3, 5, 7, 1000] {
            assert_eq!(Sample::new(vec![f64::MAX; n]).unwrap().mean(), f64::MAX);
            assert_eq!(Sample::new(vec![5e-324; n]).unwrap().mean(), 5e-324);
        }
        let cancelling = Sample::new([1e100, 1.0, -1e100, 3.0]).unwrap();
        assert_eq!(cancelling.mean(), 1.0);
        let opposite = Sample::weighted([f64::MIN, f64::MAX, f64::MAX], [2.0, 1.0, 1.0]).unwrap();
        assert_eq!(opposite.mean(), 0.0);
    }

    #[test]
    fn a_light_row_with_a_large_value_counts() {
        let sample = Sample::weighted([0.0, 1e20], [1.0, 1e-20]).unwrap();
        assert!((sample.mean() - 1.0).abs() < 1e-15);
        let huge_weights = Sample::weighted([1.0, 4.0], [1e308, 0.5e308]).unwrap();
        assert!((huge_weights.mean() - 2.0).abs() < 1e-15);
    }

    #[test]
    fn extremes_are_values() {
        let sample = Sample::new([3.0, -1.0, 2.0]).unwrap();
        assert_eq!((sample.min(), sample.max()), (-1.0, 3.0));
    }
}
