//! The distribution function and its integral.

use super::masses::Masses;
use crate::error::Error;
use crate::kernels::scale::Differences;
use crate::sample::Sample;

impl Sample {
    /// The distribution function: what share of the sample is at most `x`?
    ///
    /// `F(x) = sum of p_i over x_i <= x`, right-continuous. `x` may be infinite: `F(-inf) = 0`,
    /// `F(inf) = 1`.
    ///
    /// Cost O(log n).
    ///
    /// # Errors
    /// [`Error::NotANumber`] where `x` is NaN.
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// let sample = Sample::new([1.0, 2.0, 2.0, 5.0])?;
    /// assert_eq!(sample.cdf(2.0)?, 0.75);
    /// assert_eq!(sample.cdf(1.9)?, 0.25);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "ecdf")]
    #[doc(alias = "distribution function")]
    pub fn cdf(&self, x: f64) -> Result<f64, Error> {
        refuse_nan(x)?;
        Ok(self.law().share(self.values().partition_point(|&v| v <= x)))
    }

    /// The integrated distribution function: by how much does the sample fall short of `x` on average?
    ///
    /// `F^(2)(x) = int_{-inf}^x F(t) dt = E (x - X)_+`, convex and increasing. One sample dominates
    /// another to the second order where this is nowhere higher. 0 at `-inf`, `inf` at `inf`.
    ///
    /// Cost O(n).
    ///
    /// # Errors
    /// [`Error::NotANumber`] where `x` is NaN.
    ///
    /// Reference: Ogryczak, Ruszczynski 2002.
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// let sample = Sample::new([0.0, 2.0, 4.0])?;
    /// assert_eq!(sample.integrated_cdf(2.0)?, 2.0 / 3.0);
    /// assert_eq!(sample.integrated_cdf(-1.0)?, 0.0);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "lower partial moment")]
    pub fn integrated_cdf(&self, x: f64) -> Result<f64, Error> {
        refuse_nan(x)?;
        let below = self.values().partition_point(|&v| v < x);
        if below == 0 || x == f64::INFINITY {
            return Ok(if below == 0 { 0.0 } else { x });
        }
        let (masses, scale) = (Masses::of(self), Differences::within(self.min(), x));
        let shortfall = masses.sum(0..below, |i| scale.between(x, self.values()[i]));
        Ok(scale.restore(shortfall.value() / masses.total()))
    }
}

fn refuse_nan(x: f64) -> Result<(), Error> {
    if x.is_nan() {
        return Err(Error::NotANumber { what: "the point of a distribution function" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn ends_and_bad_points() {
        let sample = Sample::weighted([1.0, 2.0, 4.0], [1.0, 1.0, 2.0]).unwrap();
        let cdf: Vec<f64> =
            [-INF, 0.9, 1.0, 2.0, 3.9, 4.0, INF].map(|x| sample.cdf(x).unwrap()).to_vec();
        assert_eq!(cdf, [0.0, 0.0, 0.25, 0.5, 0.5, 1.0, 1.0]);
        let integrated: Vec<f64> =
            [-INF, 1.0, 2.0, 4.0, 5.0, INF].map(|x| sample.integrated_cdf(x).unwrap()).to_vec();
        assert_eq!(integrated, [0.0, 0.0, 0.25, 1.25, 2.25, INF]);
        assert!(matches!(sample.cdf(f64::NAN), Err(Error::NotANumber { .. })));
        assert!(matches!(sample.integrated_cdf(f64::NAN), Err(Error::NotANumber { .. })));
    }

    #[test]
    fn the_integral_stays_in_range() {
        let wide = Sample::new([f64::MIN, 0.0, 0.0, 0.0]).unwrap();
        assert_eq!(wide.integrated_cdf(0.0).unwrap(), f64::MAX / 4.0);
        let tiny = Sample::new([0.0, 2e-300]).unwrap();
        assert_eq!(tiny.integrated_cdf(1e-300).unwrap(), 0.5e-300);
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_twin(
            rows in prop::collection::vec((-5..5i32, 1..4u32), 1..12),
            x in -6..6i32,
        ) {
            let sample = Sample::weighted(
                rows.iter().map(|r| f64::from(r.0)), rows.iter().map(|r| f64::from(r.1))).unwrap();
            let mass: f64 = rows.iter().map(|r| f64::from(r.1)).sum();
            let share = rows.iter().filter(|r| r.0 <= x).map(|r| f64::from(r.1)).sum::<f64>() / mass;
            let short =
                rows.iter().map(|r| f64::from((x - r.0).max(0)) * f64::from(r.1)).sum::<f64>() / mass;
            prop_assert!((sample.cdf(x.into()).unwrap() - share).abs() < 1e-14);
            prop_assert!((sample.integrated_cdf(x.into()).unwrap() - short).abs() < 1e-14);
        }
    }
}
