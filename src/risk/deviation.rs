//! Deviations from the mean: measures of risk that do not change when a constant is added to the data.

use super::masses::Masses;
use super::quantile::check_probability;
use crate::error::Error;
use crate::kernels::scale::Differences;
use crate::kernels::sum::Sum;
use crate::sample::Sample;

/// The values of a sample as differences from its median, in a unit that keeps their squares in range.
///
/// From the median and not from the mean: the median is a value of the sample, so nearby differences are
/// exact, and it is no farther from the mean than E |X - median|, so nothing large cancels.
pub(crate) struct Centred<'a> {
    values: &'a [f64],
    masses: Masses<'a>,
    median: f64,
    scale: Differences,
    /// Mean of the differences.
    mean: f64,
}

impl<'a> Centred<'a> {
    pub(crate) fn new(sample: &'a Sample) -> Centred<'a> {
        let (values, masses) = (sample.values(), Masses::of(sample));
        let scale = Differences::within(sample.min(), sample.max());
        let median = values[sample.quantile_row(0.5)];
        let mean = masses.mean(|i| scale.between(values[i], median));
        Centred { values, masses, median, scale, mean }
    }

    /// `(x - mean) / sd` of all rows; `None` where sd is 0.
    pub(crate) fn standardised(&self) -> Option<Vec<f64>> {
        let deviation = self.expectation(|d| d * d).sqrt();
        let standard = |value: &f64| (self.scale.between(*value, self.median) - self.mean) / deviation;
        (deviation > 0.0).then(|| self.values.iter().map(standard).collect())
    }

    /// E f(X - mean), in the unit (or a power of it, as f has it).
    fn expectation(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.masses.mean(|i| f(self.scale.between(self.values[i], self.median) - self.mean))
    }
}

impl Sample {
    /// Standard deviation of the sample as a distribution: `sqrt E (X - mean)^2`, divisor n.
    ///
    /// Ranking by mean minus standard deviation does not respect dominance, not even of the first order.
    /// Cost O(n).
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// let sample = Sample::new([1e9, 1e9 + 2.0, 1e9 + 4.0])?;
    /// assert_eq!(sample.standard_deviation(), (8.0_f64 / 3.0).sqrt());
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "population standard deviation")]
    pub fn standard_deviation(&self) -> f64 {
        let centred = Centred::new(self);
        centred.scale.restore(centred.expectation(|d| d * d).sqrt())
    }

    /// Standard deviation of the population the sample was drawn from: divisor n - 1.
    ///
    /// With weights, `E (X - mean)^2` is divided by `1 - sum p_i^2`, which is (n - 1)/n for equal weights
    /// (reliability weights; frequencies are expanded into rows instead). Cost O(n).
    ///
    /// # Errors
    /// [`Error::TooFewRows`] for a single row.
    ///
    /// ```
    /// use risk_sd::{Error, Sample};
    ///
    /// assert_eq!(Sample::new([0.0, 2.0, 4.0])?.sample_standard_deviation()?, 2.0);
    /// let single = Sample::new([1.0])?.sample_standard_deviation();
    /// assert_eq!(single, Err(Error::TooFewRows { found: 1, needed: 2 }));
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    pub fn sample_standard_deviation(&self) -> Result<f64, Error> {
        if self.len() < 2 {
            return Err(Error::TooFewRows { found: self.len(), needed: 2 });
        }
        let centred = Centred::new(self);
        let square = centred.expectation(|d| d * d);
        if square == 0.0 {
            return Ok(0.0); // also where one row's weight makes the others vanish: no 0/0
        }
        // 1 - sum p_i^2 = 2 sum_i p_i C_{i-1}: positive terms, where the difference would cancel.
        let pairs = centred.masses.mean(|i| 2.0 * self.law().share(i));
        Ok(centred.scale.restore((square / pairs).sqrt()))
    }

    /// Absolute semideviation: how far below the mean on average, `E (mean - X)_+`.
    ///
    /// Half the mean absolute deviation, and `max_p (p mean - G(p))`. Mean minus this respects second-order
    /// dominance. Cost O(n).
    ///
    /// Reference: Ogryczak, Ruszczynski 2002.
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// assert_eq!(Sample::new([0.0, 2.0, 4.0])?.absolute_semideviation(), 2.0 / 3.0);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    pub fn absolute_semideviation(&self) -> f64 {
        let centred = Centred::new(self);
        centred.scale.restore(centred.expectation(|d| (-d).max(0.0)))
    }

    /// Standard semideviation: `sqrt E (mean - X)_+^2`, divisor n.
    ///
    /// Mean minus this respects second-order dominance. Cost O(n).
    ///
    /// Reference: Ogryczak, Ruszczynski 2002.
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// let sample = Sample::new([0.0, 2.0, 4.0])?;
    /// assert_eq!(sample.standard_semideviation(), (4.0_f64 / 3.0).sqrt());
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "downside deviation")]
    pub fn standard_semideviation(&self) -> f64 {
        let centred = Centred::new(self);
        centred.scale.restore(centred.expectation(|d| d.min(0.0) * d.min(0.0)).sqrt())
    }

    /// Gini's tail: half the expected distance of two independent draws, `E |X - X'| / 2`.
    ///
    /// `2 int_0^1 (mean p - G(p)) dp = int F (1 - F) dz`: over the gaps between neighbouring values, the
    /// sum of `gap * P_i (1 - P_i)`, in which nothing cancels. Divided by the mean it is the Gini index of
    /// inequality. Mean minus this respects second-order dominance. This is the value of the
    /// sample as a distribution (V-statistic); times n/(n - 1) it estimates the population without bias.
    ///
    /// Cost O(n).
    ///
    /// Reference: Ogryczak, Ruszczynski 2002.
    ///
    /// ```
    /// use risk_sd::Sample;
    ///
    /// assert_eq!(Sample::new([0.0, 2.0, 4.0])?.gini_tail(), 8.0 / 9.0);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    pub fn gini_tail(&self) -> f64 {
        let (masses, law) = (Masses::of(self), self.law());
        let scale = Differences::within(self.min(), self.max());
        // From the top, so that the mass above a gap is a sum too.
        let (mut tail, mut area) = (Sum::default(), Sum::default());
        for (i, pair) in self.values().windows(2).enumerate().rev() {
            tail.add(masses.row(i + 1));
            area.add(scale.between(pair[1], pair[0]) * law.share(i + 1) * tail.value());
        }
        scale.restore(area.value() / masses.total())
    }

    /// Quantile deviation: how far the worst share `p` falls short of the mean, `mean - TVaR(p)`.
    ///
    /// Evaluated as `E (X - q)_+ + (1 - p)/p E (q - X)_+` at `q = Q(p)`, which has positive terms only; 0
    /// at p = 1. Mean minus this is the tail value at risk. Cost O(n).
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
    /// assert_eq!(sample.quantile_deviation(0.5)?, 4.0 / 3.0);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    #[doc(alias = "conditional value at risk deviation")]
    pub fn quantile_deviation(&self, p: f64) -> Result<f64, Error> {
        check_probability(p)?;
        let (masses, values) = (Masses::of(self), self.values());
        let scale = Differences::within(self.min(), self.max());
        let (row, _) = self.end_of_mass(p);
        let above = masses.sum(row..self.len(), |i| scale.between(values[i], values[row]));
        let below = masses.sum(0..row, |i| scale.between(values[row], values[i]));
        // Divided by p first: 1/p may overflow, and a row below Q(p) has a mass of about p at most.
        let deviation = (above.value() + below.value() / p * (1.0 - p)) / masses.total();
        Ok(scale.restore(deviation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(sample: &Sample) -> [f64; 6] {
        [
            sample.standard_deviation(),
            sample.sample_standard_deviation().unwrap_or(0.0),
            sample.absolute_semideviation(),
            sample.standard_semideviation(),
            sample.gini_tail(),
            sample.quantile_deviation(0.3).unwrap(),
        ]
    }

    /// The definitions, with E over rows of mass w / W.
    fn naive(rows: &[(f64, f64)]) -> [f64; 6] {
        let total: f64 = rows.iter().map(|r| r.1).sum();
        let mean_of = |f: &dyn Fn(f64) -> f64| rows.iter().map(|r| r.1 * f(r.0)).sum::<f64>() / total;
        let mean = mean_of(&|x| x);
        let variance = mean_of(&|x| (x - mean).powi(2));
        let squares: f64 = rows.iter().map(|r| (r.1 / total).powi(2)).sum();
        let pinball = |q: f64| mean_of(&|x| (0.3 * (x - q)).max(0.7 * (q - x)));
        [
            variance.sqrt(),
            if rows.len() > 1 { (variance / (1.0 - squares)).sqrt() } else { 0.0 },
            mean_of(&|x| (mean - x).max(0.0)),
            mean_of(&|x| (mean - x).max(0.0).powi(2)).sqrt(),
            mean_of(&|x| mean_of(&|y| (x - y).abs())) / 2.0,
            rows.iter().map(|r| pinball(r.0)).fold(f64::INFINITY, f64::min) / 0.3,
        ]
    }

    proptest! {
        #[test]
        fn agree_with_their_definitions(
            rows in prop::collection::vec((-50..50i32, 1..4u32), 1..12),
        ) {
            let rows: Vec<(f64, f64)> = rows.iter().map(|r| (r.0.into(), r.1.into())).collect();
            let sample =
                Sample::weighted(rows.iter().map(|r| r.0), rows.iter().map(|r| r.1)).unwrap();
            for (found, expected) in all(&sample).into_iter().zip(naive(&rows)) {
                prop_assert!((found - expected).abs() < 1e-6, "{} against {}", found, expected);
                prop_assert!((found - expected).abs() <= 1e-12 * expected + 1e-13);
            }
        }

        #[test]
        fn shift_and_scale_exactly(values in prop::collection::vec(-1000..1000i32, 2..20)) {
            let column = |scale: f64, offset: f64| {
                Sample::new(values.iter().map(|&v| f64::from(v) * scale + offset)).unwrap()
            };
            let expected = all(&column(1.0, 0.0));
            prop_assert_eq!(all(&column(1.0, 1e9)), expected);
            for exponent in [-1000, 1000] {
                let scale = 2f64.powi(exponent);
                prop_assert_eq!(all(&column(scale, 0.0)), expected.map(|e| e * scale));
            }
        }
    }

    #[test]
    fn constants_have_no_risk_at_any_offset() {
        for value in [0.0, 0.1, 1e9 + 0.1, f64::MAX, 5e-324] {
            assert_eq!(all(&Sample::new([value; 7]).unwrap()), [0.0; 6]);
            assert_eq!(all(&Sample::new([value]).unwrap()), [0.0; 6]);
        }
    }

    #[test]
    fn the_whole_range_of_f64_is_in_range() {
        let two = Sample::new([f64::MIN, f64::MAX]).unwrap();
        let half = f64::MAX / 2.0;
        assert_eq!(two.standard_deviation(), f64::MAX);
        assert_eq!(two.absolute_semideviation(), half);
        assert_eq!(two.gini_tail(), half);
        assert_eq!(two.quantile_deviation(0.5).unwrap(), f64::MAX);
        assert_eq!(two.sample_standard_deviation().unwrap(), f64::INFINITY);
    }

    #[test]
    fn a_light_row_with_a_large_value_counts() {
        let sample = Sample::weighted([0.0, 1e20], [1.0, 1e-20]).unwrap();
        assert!((sample.gini_tail() - 1.0).abs() < 1e-15);
        assert!((sample.absolute_semideviation() - 1.0).abs() < 1e-15);
        assert!((sample.standard_deviation() / 1e10 - 1.0).abs() < 1e-15);
        assert!(
            (sample.sample_standard_deviation().unwrap() / 1e20 / 0.5f64.sqrt() - 1.0).abs() < 1e-15
        );
    }

    #[test]
    fn a_heavy_row_far_from_the_middle_row_is_the_centre() {
        let values = [0.0, 0.5, 1e9, 1e9 + 1.0];
        let light = 1e-30;
        let sample = Sample::weighted(values, [light, light, 1.0, 1.0]).unwrap();
        assert!((sample.gini_tail() - 0.25).abs() < 1e-15);
        assert!((sample.absolute_semideviation() - 0.25).abs() < 1e-15);
    }
}
