//! The test of the hypothesis of non-dominance: its rejection is evidence for dominance.

use super::dominance_test::check_level;
use super::normal::{phi, upper_quantile};
use crate::dominance::pointwise::{differences, standardised, variances};
use crate::dominance::pooled_pair::PooledPair;
use crate::error::Error;
use crate::kernels::process::MOST_ORDER;
use crate::sample::{Samples, Sampling};

/// Test of the hypothesis "A does not dominate B" (and of "B does not dominate A"): is there evidence *for*
/// dominance?
///
/// With Delta_s the difference of the (s-1)-fold integrated distribution functions of A and B and V its estimated
/// variance,
///
/// ```text
/// H0: Delta_s(z) >= 0 for some z of the range  (no dominance)      H1: Delta_s(z) < 0 for all z of the range
/// t = min over the range of  -Delta_s(z) / sqrt(V(z))              p = 1 - Phi(t)
/// ```
///
/// The range leaves out a fraction of the distinct pooled values at both ends, where the curves of any two
/// distributions meet: without that nothing could ever be rejected. **A rejection proves dominance on the range
/// only**; the report says where it begins and ends. Not to reject says nothing. The contrary question, whether
/// data contradict dominance, is that of [`UniformTest`](crate::UniformTest); the whole range, up to a small
/// violation, that of [`DominanceTest`](crate::DominanceTest).
///
/// Every sampling design is taken. V has the plain divisor n; clusters of several rows: times C / (C - 1), C the clusters;
/// strata and surveys: squared deviations of units from the mean of their stratum, times h / (h - 1), h the units of the
/// stratum; time series: Bartlett's long-run variance over the block length L, times n / (n - L).
///
/// Conventions: the minimum is over distinct pooled values strictly inside the pooled range. V = 0 makes t infinite unless
/// Delta = 0, which makes it 0. t is unchanged where the data are multiplied by a positive number or shifted. The normal law
/// is asymptotic: where two curves touch at one point, rates of .011, .038 and .048 instead of .05 were measured at n = 50,
/// 200 and 1000 (independent rows).
///
/// ```
/// use risk_sd::{NonDominanceOutcome, NonDominanceTest, Sample, Samples};
///
/// let high = Sample::new((0..100).map(|i| 0.5 + f64::from(i) / 100.0))?;
/// let low = Sample::new((0..120).map(|i| f64::from(i) / 120.0))?;
/// let samples = Samples::independent([("high", high), ("low", low)])?;
///
/// let report = NonDominanceTest::new(1).run(&samples, "high", "low")?;
/// assert_eq!(report.outcome, NonDominanceOutcome::ADominatesOnRange);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: O((n + m) s^3) after sorting; time series in blocks of L rows O((n + m) (L + s) s^2).
///
/// Reference: Davidson, Duclos 2013 (the statistic; its bootstrap by empirical likelihood is left out).
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[doc(alias = "Davidson-Duclos")]
pub struct NonDominanceTest {
    order: u32,
    level: f64,
    trim: f64,
}

/// The result of a [`NonDominanceTest`]: is there evidence that one dominates the other on a range?
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NonDominanceReport {
    /// Name of the first model.
    pub a: String,
    /// Name of the second model.
    pub b: String,
    /// Rows of A.
    pub n: usize,
    /// Rows of B.
    pub m: usize,
    /// How the rows belong together.
    pub sampling: Sampling,
    /// Rows (paired) or clusters that the columns share; `None` for independent columns.
    pub units: Option<usize>,
    /// Strata within which units were drawn; `None` without strata.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub strata: Option<usize>,
    /// Rows per block of a time series; `None` for other designs.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub block_length: Option<usize>,
    /// The order of dominance.
    pub order: u32,
    /// The level of the test, in each direction.
    pub level: f64,
    /// The fraction of distinct pooled values left out at each end.
    pub trim: f64,
    /// The smallest value of the range.
    pub lowest: f64,
    /// The largest value of the range.
    pub highest: f64,
    /// Distinct pooled values in the range.
    pub values: usize,
    /// The hypothesis "A does not dominate B".
    pub a_over_b: NonDominanceDirection,
    /// The hypothesis "B does not dominate A".
    pub b_over_a: NonDominanceDirection,
    /// What is shown.
    pub outcome: NonDominanceOutcome,
}

/// One hypothesis, "X does not dominate Y on the range".
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NonDominanceDirection {
    /// The least of the standardised differences in favour of X; infinite where there is no spread at all.
    pub minimum_t: f64,
    /// The value at which it was found.
    pub at: f64,
    /// p-value of the hypothesis: small means that X dominates on the range.
    pub p_value: f64,
}

/// What a test of non-dominance shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum NonDominanceOutcome {
    /// A dominates B on the range, at the level of the test.
    ADominatesOnRange,
    /// B dominates A on the range, at the level of the test.
    BDominatesOnRange,
    /// Dominance is not shown in either direction: this is not evidence against it.
    NotShown,
}

impl NonDominanceTest {
    /// A test at level 0.05 that leaves out 0.05 of the distinct values at each end. Orders from 1 to 32.
    pub const fn new(order: u32) -> NonDominanceTest {
        NonDominanceTest { order, level: 0.05, trim: 0.05 }
    }

    /// The level, in (0, 1/2), of each direction.
    #[must_use]
    pub const fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// The fraction of the distinct pooled values, in [0, 1/2), that is left out at each end (at least one value).
    #[must_use]
    pub const fn trim(mut self, trim: f64) -> Self {
        self.trim = trim;
        self
    }

    /// Runs the test on two of the columns, in both directions.
    ///
    /// # Errors
    /// [`Error::InvalidOrder`], [`Error::InvalidLevel`], [`Error::InvalidTrim`], [`Error::NothingLeft`];
    /// [`Error::UnknownName`], [`Error::SameName`]; in the named column [`Error::TooFewRows`] and
    /// [`Error::TooFewClusters`].
    pub fn run(&self, samples: &Samples, a: &str, b: &str) -> Result<NonDominanceReport, Error> {
        if a == b {
            return Err(Error::SameName { name: a.to_owned() });
        }
        let positions = [samples.position(a)?, samples.position(b)?];
        samples.with_variance(&positions)?;
        self.check_settings()?;
        let [x, y] = positions.map(|position| &samples.columns()[position]);
        let pair = PooledPair::new(&x.sample, &y.sample);
        let range = self.range(pair.values.len())?;
        let order = self.order as usize;
        let variances = variances(&pair, order, samples, [x, y]);
        let t = standardised(&differences(&pair, order, x, y), &variances);
        let direction = |sign: f64| {
            let (at, minimum_t) = range
                .clone()
                .map(|k| (pair.values[k], 0.0 - sign * t[k]))
                .min_by(|first, second| first.1.total_cmp(&second.1))
                .unwrap_or((pair.values[0], f64::NEG_INFINITY));
            NonDominanceDirection { minimum_t, at, p_value: phi(-minimum_t) }
        };
        let (a_over_b, b_over_a) = (direction(1.0), direction(-1.0));
        let z = upper_quantile(self.level);
        Ok(NonDominanceReport {
            a: x.name.clone(),
            b: y.name.clone(),
            n: x.sample.len(),
            m: y.sample.len(),
            sampling: samples.sampling(),
            units: samples.units(),
            strata: samples.strata(),
            block_length: samples.block_length(),
            order: self.order,
            level: self.level,
            trim: self.trim,
            lowest: pair.values[range.start],
            highest: pair.values[range.end - 1],
            values: range.len(),
            a_over_b,
            b_over_a,
            outcome: match (a_over_b.minimum_t >= z, b_over_a.minimum_t >= z) {
                (true, _) => NonDominanceOutcome::ADominatesOnRange,
                (_, true) => NonDominanceOutcome::BDominatesOnRange,
                _ => NonDominanceOutcome::NotShown,
            },
        })
    }

    fn check_settings(&self) -> Result<(), Error> {
        check_level(self.level)?;
        let most = MOST_ORDER as u32;
        if self.order < 1 || self.order > most {
            return Err(Error::InvalidOrder { order: self.order, most });
        }
        if !(0.0..0.5).contains(&self.trim) {
            return Err(Error::InvalidTrim { trim: self.trim });
        }
        Ok(())
    }

    /// The positions of the values strictly inside the trimmed range.
    fn range(&self, values: usize) -> Result<std::ops::Range<usize>, Error> {
        let cut = ((self.trim * values as f64 * (1.0 - 1e-12)).ceil() as usize).max(1);
        match cut < values.saturating_sub(cut) {
            true => Ok(cut..values - cut),
            false => Err(Error::NothingLeft { values, trim: self.trim }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    fn samples(x: &[f64], y: &[f64]) -> Samples {
        let sample = |v: &[f64]| Sample::new(v).unwrap();
        Samples::independent([("x", sample(x)), ("y", sample(y))]).unwrap()
    }

    /// X = {2, 3, 5, 6}, Y = {1, 2, 4, 4}: inside the ends, at 2, 3, 4, 5, Delta_1 = -1/4, 0, -1/2, -1/4.
    #[test]
    fn hand_values() {
        let samples = samples(&[2., 3., 5., 6.], &[1., 2., 4., 4.]);
        let report = NonDominanceTest::new(1).run(&samples, "x", "y").unwrap();
        assert_eq!((report.lowest, report.highest, report.values), (2.0, 5.0, 4));
        assert_eq!(
            (report.a_over_b.minimum_t, report.a_over_b.at, report.a_over_b.p_value),
            (0.0, 3.0, 0.5)
        );
        // At 4: F = 1/2 and 1, so V = 1/4 * 1/2 * 1/2 + 0 = 1/16.
        let against = report.b_over_a;
        assert!((against.minimum_t + 2.0).abs() < 1e-14 && against.at == 4.0, "{against:?}");
        assert_eq!(report.outcome, NonDominanceOutcome::NotShown);
    }

    #[test]
    fn clear_dominance_is_shown_for_the_side_that_has_it() {
        let column = |start: f64| (0..100).map(|i| start + f64::from(i) / 100.0).collect::<Vec<_>>();
        let samples = samples(&column(0.0), &column(0.5));
        let outcome = |a, b| NonDominanceTest::new(1).run(&samples, a, b).unwrap().outcome;
        assert_eq!(outcome("x", "y"), NonDominanceOutcome::BDominatesOnRange);
        assert_eq!(outcome("y", "x"), NonDominanceOutcome::ADominatesOnRange);
    }

    /// A share that is a whole number of values cuts off that number, however the product is rounded.
    #[test]
    fn trimming_cuts_whole_numbers_of_values() {
        for values in [10, 20, 49, 60, 100] {
            for cut in 1..5 {
                let test = NonDominanceTest::new(1).trim(f64::from(cut) / f64::from(values));
                let (cut, values) = (cut as usize, values as usize);
                assert_eq!(test.range(values), Ok(cut..values - cut));
            }
        }
        assert_eq!(NonDominanceTest::new(1).trim(0.101).range(20), Ok(3..17));
        assert_eq!(NonDominanceTest::new(1).trim(0.0).range(3), Ok(1..2));
        assert!(NonDominanceTest::new(1).trim(0.0).range(2).is_err());
    }

    #[test]
    fn equal_columns_show_nothing_and_bad_settings_are_errors() {
        let equal = samples(&[1., 2., 3., 4.], &[1., 2., 3., 4.]);
        let report = NonDominanceTest::new(2).run(&equal, "x", "y").unwrap();
        assert_eq!((report.a_over_b.minimum_t, report.b_over_a.minimum_t), (0.0, 0.0));
        let run = |test: NonDominanceTest| test.run(&equal, "x", "y").unwrap_err();
        assert_eq!(run(NonDominanceTest::new(0)), Error::InvalidOrder { order: 0, most: 32 });
        assert_eq!(run(NonDominanceTest::new(34)), Error::InvalidOrder { order: 34, most: 32 });
        assert_eq!(run(NonDominanceTest::new(1).trim(0.5)), Error::InvalidTrim { trim: 0.5 });
        assert_eq!(
            run(NonDominanceTest::new(1).trim(0.45)),
            Error::NothingLeft { values: 4, trim: 0.45 }
        );
        assert!(matches!(run(NonDominanceTest::new(1).trim(f64::NAN)), Error::InvalidTrim { .. }));
    }

    #[test]
    fn orders_up_to_32() {
        let samples = samples(&[2., 3., 5., 6.], &[1., 2., 4., 4.]);
        let run =
            |order| NonDominanceTest::new(order).run(&samples, "x", "y").map(|report| report.values);
        let most = 32;
        assert_eq!(run(32), Ok(4));
        assert_eq!([run(0), run(33)], [0, 33].map(|order| Err(Error::InvalidOrder { order, most })));
    }
}
