//! Quantiles and means of the lower tail.

use super::masses::Masses;
use crate::error::Error;
use crate::kernels::scale::headroom;
use crate::kernels::sum::two_product;
use crate::sample::Sample;

/// `n p` this close (relative) to an integer is that integer: 0.07 * 100 is 7, not 8.
const SAME_LEVEL: f64 = 4.0 * (f64::EPSILON / 2.0);

impl Sample {
    /// The quantile function: below which value lies the share `p` of the sample?
    ///
    /// `Q(p) = inf {z : F(z) >= p}` for p in (0, 1], left-continuous: the `ceil(n p)`-th smallest value,
    /// never a value between two rows. `n p` within 4 * 2^-53 (relative) of an integer is that integer.
    /// `Q(1)` is the largest value; the limit at 0 is [`Sample::min`].
    ///
    /// Cost O(1), with weights O(log n).
    ///
    /// # Errors
    /// [`Error::InvalidProbability`] where `p` is NaN or outside (0, 1].
    ///
    /// ```
    /// use risk_sd::{Error, Sample};
    ///
    /// let sample = Sample::new((1..=100).map(f64::from))?;
    /// assert_eq!(sample.quantile(0.07)?, 7.0);
    /// assert_eq!(sample.quantile(0.071)?, 8.0);
    /// assert_eq!(sample.quantile(0.0), Err(Error::InvalidProbability { probability: 0.0 }));
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "percentile")]
    #[doc(alias = "median")]
    pub fn quantile(&self, p: f64) -> Result<f64, Error> {
        check_probability(p)?;
        Ok(self.values()[self.quantile_row(p)])
    }

    /// Value at risk, as a loss: `-Q(p)`.
    ///
    /// Larger values of a sample are better, so a loss is a negative value: a value at risk of 3 says
    /// that the share `p` of the sample is at -3 or worse. Note the sign:
    /// [`Sample::tail_value_at_risk`] is on the scale of the values and not negated. Ranking by mean minus
    /// value at risk respects first-order dominance, not the second order.
    ///
    /// # Errors
    /// As [`Sample::quantile`].
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// let returns = Sample::new([-3.0, -1.0, 2.0, 4.0])?;
    /// assert_eq!(returns.value_at_risk(0.25)?, 3.0);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "VaR")]
    pub fn value_at_risk(&self, p: f64) -> Result<f64, Error> {
        Ok(0.0 - self.quantile(p)?)
    }

    /// The integrated quantile function: what the worst share `p` contributes to the mean.
    ///
    /// `G(p) = int_0^p Q(t) dt`, convex and piecewise linear, `G(1)` is the mean:
    /// `G(p) = sum_{i <= k} p_i x_(i) + (p - C_k) x_(k+1)`, `C_k` the mass of the k smallest rows and k the
    /// largest with `C_k <= p`. One sample dominates another to the second order where this is nowhere
    /// lower.
    ///
    /// Cost O(n p), with weights O(n).
    ///
    /// # Errors
    /// As [`Sample::quantile`].
    ///
    /// Reference: Ogryczak, Ruszczynski 2002.
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// let sample = Sample::new([0.0, 2.0, 4.0])?;
    /// assert_eq!(sample.integrated_quantile(0.5)?, 1.0 / 3.0);
    /// assert_eq!(sample.integrated_quantile(1.0)?, sample.mean());
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "absolute Lorenz curve")]
    #[doc(alias = "generalized Lorenz curve")]
    pub fn integrated_quantile(&self, p: f64) -> Result<f64, Error> {
        check_probability(p)?;
        Ok(p * self.lower_mean(p))
    }

    /// The mean of the worst share `p` of the sample: `TVaR(p) = G(p) / p`.
    ///
    /// It is on the scale of the values, larger is better; the conditional value at risk (expected
    /// shortfall) of the losses is its negative. `TVaR(1)` is the mean; for p at most the mass of the
    /// smallest value it is that value. Where a row straddles the level, the part below it counts.
    ///
    /// Cost O(n p), with weights O(n).
    ///
    /// # Errors
    /// As [`Sample::quantile`].
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// let sample = Sample::new([0.0, 2.0, 4.0])?;
    /// assert_eq!(sample.tail_value_at_risk(0.5)?, 2.0 / 3.0);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "TVaR")]
    #[doc(alias = "CVaR")]
    #[doc(alias = "conditional value at risk")]
    #[doc(alias = "expected shortfall")]
    pub fn tail_value_at_risk(&self, p: f64) -> Result<f64, Error> {
        check_probability(p)?;
        Ok(self.lower_mean(p))
    }

    /// The row of `Q(p)`, p in (0, 1].
    pub(crate) fn quantile_row(&self, p: f64) -> usize {
        if p == 1.0 {
            return self.len() - 1; // also where the last rows are lighter than the rule's tolerance
        }
        let law = self.law();
        let level = p * law.total();
        let row = if self.weights().is_none() {
            let nearest = level.round();
            let close = (level - nearest).abs() <= SAME_LEVEL * level.max(1.0);
            let rank = if close { nearest } else { level.ceil() };
            (rank as usize).max(1) - 1 // a level near 0 still has a first row
        } else {
            // The first row with C_i >= level (1 - 4 * 2^-53).
            let reached = level * (1.0 - SAME_LEVEL);
            law.rows_within(reached.next_down())
        };
        row.min(self.len() - 1)
    }

    /// The row in which the mass p in (0, 1] ends, and how much of the row it takes, as the sum of two f64; without
    /// the tolerance of [`Sample::quantile_row`], which integrals over p do not need.
    pub(super) fn end_of_mass(&self, p: f64) -> (usize, [f64; 2]) {
        let (masses, law) = (Masses::of(self), self.law());
        // p W exactly.
        let (mass, error) = two_product(p, law.total());
        let rows = law.rows_within(mass);
        let at_its_end = rows > 0 && law.mass(rows) == mass && error <= 0.0;
        let (row, part) = if at_its_end || rows == self.len() {
            // A row's weight as given, not as the difference of two sums.
            (rows - 1, [masses.row(rows - 1), error])
        } else {
            (rows, [mass - law.mass(rows), error])
        };
        // Only a row as light as the roundings of the mass can have a part below 0.
        (row, if part[0] + part[1] > 0.0 { part } else { [0.0; 2] })
    }

    /// The mean of the lowest mass p, in (0, 1].
    pub(super) fn lower_mean(&self, p: f64) -> f64 {
        let (masses, values) = (Masses::of(self), self.values());
        let (row, part) = self.end_of_mass(p);
        if row == 0 {
            return self.min(); // also where mass * value would underflow
        }
        let last = values[row];
        let unit = headroom(self.min().abs().max(last.abs()));
        let mut sum = masses.sum(0..row, |i| values[i] / unit);
        let (product, error) = two_product(part[0], last / unit);
        sum.add(product);
        sum.add(error + part[1] * (last / unit));
        let mass = p * self.law().total();
        (sum.value() / mass * unit).clamp(self.min(), last)
    }
}

/// Refuses a probability outside (0, 1], NaN included.
pub(super) fn check_probability(p: f64) -> Result<(), Error> {
    if p > 0.0 && p <= 1.0 { Ok(()) } else { Err(Error::InvalidProbability { probability: p }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bad_probabilities_are_named() {
        let sample = Sample::new([1.0, 2.0]).unwrap();
        let deviation: fn(&Sample, f64) -> Result<f64, Error> = Sample::quantile_deviation;
        for f in [
            Sample::quantile,
            Sample::value_at_risk,
            Sample::integrated_quantile,
            Sample::tail_value_at_risk,
            deviation,
        ] {
            for p in [0.0, -0.1, 1.0 + f64::EPSILON, f64::INFINITY] {
                assert_eq!(f(&sample, p), Err(Error::InvalidProbability { probability: p }));
            }
            assert!(matches!(f(&sample, f64::NAN), Err(Error::InvalidProbability { .. })));
        }
    }

    #[test]
    fn levels_that_are_integers_up_to_rounding_are_integers() {
        for n in [1u32, 3, 7, 10, 49, 100, 1000] {
            let sample = Sample::new((1..=n).map(f64::from)).unwrap();
            let weighted = Sample::weighted(
                (0..=n).map(f64::from),
                (0..=n).map(|i| if i == 0 { 0.05 } else { 0.1 }),
            );
            let weighted = weighted.unwrap();
            for k in 1..=n {
                assert_eq!(sample.quantile(f64::from(k) / f64::from(n)).unwrap(), f64::from(k));
                let level = (f64::from(k) + 0.5) / (f64::from(n) + 0.5);
                assert_eq!(weighted.quantile(level).unwrap(), f64::from(k), "{k} of {n}");
            }
        }
    }

    #[test]
    fn probabilities_near_zero_find_the_smallest_value() {
        let samples = [
            Sample::new([1e-200, 2.0, 3.0]).unwrap(),
            Sample::weighted([1e-200, 2.0, 3.0], [1.0, 2.0, 3.0]).unwrap(),
        ];
        for sample in samples {
            for p in [5e-324, 1e-310, 1e-17, 0.1] {
                assert_eq!(sample.quantile(p).unwrap(), 1e-200);
                assert_eq!(sample.value_at_risk(p).unwrap(), -1e-200);
                assert_eq!(sample.tail_value_at_risk(p).unwrap(), 1e-200);
                let deviation = sample.quantile_deviation(p).unwrap();
                assert!((deviation - sample.mean()).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn tails_stay_in_range() {
        let huge = Sample::new([f64::MIN, f64::MAX, f64::MAX]).unwrap();
        // The f64 below 2/3 leaves out 2^-53 of the second of two rows.
        assert_eq!(huge.tail_value_at_risk(2.0 / 3.0).unwrap(), -f64::MAX / 2f64.powi(54));
        assert_eq!(huge.tail_value_at_risk(1.0).unwrap(), huge.mean());
        assert_eq!(huge.quantile_deviation(1.0).unwrap(), 0.0);
        assert_eq!(huge.quantile_deviation(0.1).unwrap(), f64::MAX / 3.0 + f64::MAX);
        let mixed = Sample::new([1e-300, 3e-300, 5e-300, 1e300]).unwrap();
        assert_eq!(mixed.tail_value_at_risk(0.5).unwrap(), 2e-300);
    }

    /// G(p) from the rows one by one.
    fn naive_integral(rows: &[(f64, f64)], p: f64) -> f64 {
        let total: f64 = rows.iter().map(|r| r.1).sum();
        let (mut integral, mut left) = (0.0, p * total);
        for (value, weight) in rows {
            integral += value * weight.min(left) / total;
            left -= weight.min(left);
        }
        integral
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_twin(
            rows in prop::collection::vec((-5..5i32, 1..4u32), 1..12),
            p in 0.001..=1.0f64,
        ) {
            let mut rows: Vec<(f64, f64)> = rows.iter().map(|r| (r.0.into(), r.1.into())).collect();
            rows.sort_by(|a, b| a.partial_cmp(b).unwrap());
            let weighted =
                Sample::weighted(rows.iter().map(|r| r.0), rows.iter().map(|r| r.1)).unwrap();
            let integral = weighted.integrated_quantile(p).unwrap();
            prop_assert!((integral - naive_integral(&rows, p)).abs() < 1e-13);
            let expanded =
                Sample::new(rows.iter().flat_map(|r| vec![r.0; r.1 as usize])).unwrap();
            prop_assert!((expanded.integrated_quantile(p).unwrap() - integral).abs() < 1e-13);
            prop_assert_eq!(expanded.quantile(p), weighted.quantile(p));
            // TVaR(p) = max_q (q - E (q - X)_+ / p), attained at a value of the sample.
            let envelope = rows.iter().map(|r| r.0 - weighted.integrated_cdf(r.0).unwrap() / p);
            let best = envelope.fold(f64::NEG_INFINITY, f64::max);
            prop_assert!((weighted.tail_value_at_risk(p).unwrap() - best).abs() < 1e-11);
        }
    }
}
