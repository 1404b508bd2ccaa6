//! How many rows are enough, and what can be claimed with those there are.
//!
//! On the root scale the test claims where Z(c) = (r - c q) / sigma_c is at most -z (see `rule.rs`). Roots and
//! their covariances K come from a pilot; with f times its size K is K / f, so that
//!
//! ```text
//! power(f) = Phi( min( (c q - r) / sigma_c, q / sqrt K_qq ) sqrt(f) - z_level )
//! f        = max( ((z_level + z_power) sigma_c / (c q - r))^2, (z_level + z_power)^2 K_qq / q^2 )
//! ```
//!
//! and the smallest threshold that is claimed with that power is the upper bound of the ratio at
//! z_level + z_power in place of z_level.

use super::dominance_test::{check_level, check_threshold};
use super::moments;
use super::rule::{Evidence, Rule, Spread};
use super::warning::{self, Warning};
use super::{phi, upper_quantile};
use crate::dominance::Order;
use crate::error::Error;
use crate::sample::{Samples, Sampling};

/// How large must the samples be, so that the test claims almost dominance with a given power?
///
/// The answer comes from a pilot: samples of the size at hand, or laws given as samples
/// ([`Sample::from_quantiles`](crate::Sample::from_quantiles), or many draws of a generator). Its violation
/// ratio and the analytic covariance of its root areas are taken for those of the population; the covariance
/// falls as one over the number of rows.
///
/// ```text
/// power(n) = Phi( min( (c q - r) / sigma_c, q / sqrt K_qq ) sqrt(n / pilot) - z ),    c = sqrt(eps0 / (1 - eps0))
/// ```
///
/// The formula is that of the default rule ([`Rule::Root`](crate::Rule::Root)) with normal roots and without the
/// guard. **It promises too much for few rows** (below 300) and where the ratio has a large standard error, as at
/// second order, or is near 0: where .8 is planned, .17 to .7 was measured (.1 with a handful of clusters); the plan's
/// [warnings](crate::Warning) say so. A pilot's own error is not in it: a pilot of 50 rows knows sizes to a factor of
/// two or worse. Ask [`PowerAnalysis::simulate`] before you rely on it.
///
/// ```
/// use risk_sd::{Order, PowerAnalysis, Sample, Samples};
///
/// // Two laws by their quantile functions: uniform on (0.2, 1.2) over uniform on (0, 1.45).
/// let laws = Samples::independent([
///     ("new", Sample::from_quantiles(5_000, |p| 0.2 + p)?),
///     ("old", Sample::from_quantiles(5_000, |p| 1.45 * p)?),
/// ])?;
/// let plan = PowerAnalysis::new(Order::Second).threshold(0.25).power(0.9).plan(&laws, "new", "old")?;
/// let needed = plan.needed.expect("the ratio is below the threshold");
/// assert!(plan.power_at(needed.size()) >= 0.9 && plan.power_at(needed.size() / 2) < 0.9);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "sample size")]
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PowerAnalysis {
    pub(super) order: Order,
    pub(super) threshold: f64,
    pub(super) level: f64,
    power: f64,
    pub(super) data_sets: usize,
    pub(super) seed: u64,
}

impl PowerAnalysis {
    /// For threshold 0.25, level 0.05 and power 0.8; simulations of 500 data sets from seed 0.
    pub const fn new(order: Order) -> PowerAnalysis {
        PowerAnalysis { order, threshold: 0.25, level: 0.05, power: 0.8, data_sets: 500, seed: 0 }
    }

    /// The violation ratio up to which dominance is called "almost", in (0, 1/2].
    #[must_use]
    pub const fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = threshold;
        self
    }

    /// The level of the test, in (0, 1/2).
    #[must_use]
    pub const fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// The probability with which the test shall claim, in [1/2, 1).
    #[must_use]
    pub const fn power(mut self, power: f64) -> Self {
        self.power = power;
        self
    }

    /// Data sets of a simulation.
    #[must_use]
    pub const fn data_sets(mut self, data_sets: usize) -> Self {
        self.data_sets = data_sets;
        self
    }

    /// The seed of a simulation.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Plans a test of "a over b" from a pilot of any sampling design. More rows come as the pilot's did: in the
    /// same proportion of columns, in clusters of the same sizes, in strata of the same shares.
    ///
    /// # Errors
    /// [`Error::InvalidThreshold`], [`Error::InvalidLevel`], [`Error::InvalidPower`]; [`Error::UnknownName`],
    /// [`Error::SameName`]; in the named column [`Error::TooFewRows`] and [`Error::TooFewClusters`];
    /// [`Error::VarianceOverflow`].
    pub fn plan(&self, pilot: &Samples, a: &str, b: &str) -> Result<SamplePlan, Error> {
        self.check()?;
        if a == b {
            return Err(Error::SameName { name: a.to_owned() });
        }
        let [i, j] = [pilot.position(a)?, pilot.position(b)?];
        pilot.with_variance(&[i, j])?;
        let evidence = moments::analytic(self.order, pilot, i, j).finite()?;
        let size = PlanSize {
            rows_a: pilot.columns()[i].sample.len(),
            rows_b: pilot.columns()[j].sample.len(),
            units: pilot.units(),
        };
        let mut plan = SamplePlan {
            a: a.to_owned(),
            b: b.to_owned(),
            order: self.order,
            threshold: self.threshold,
            level: self.level,
            power: self.power,
            sampling: pilot.sampling(),
            pilot: size,
            violation_ratio: evidence.ratio,
            needed: None,
            warnings: warning::few_rows(pilot, &[i, j], warning::FEW_ROWS).into_iter().collect(),
            evidence,
        };
        if let Some(factor) = self.factor(&evidence) {
            plan.needed = size.times(factor);
            if let Some(needed) = &plan.needed {
                let error = evidence.standard_error / factor.sqrt();
                plan.warnings.extend(warning::optimistic_plan(needed.size(), evidence.ratio, error));
            }
        }
        Ok(plan)
    }

    fn check(&self) -> Result<(), Error> {
        check_level(self.level)?;
        check_threshold(self.threshold)?;
        if self.power >= 0.5 && self.power < 1.0 {
            Ok(())
        } else {
            Err(Error::InvalidPower { power: self.power })
        }
    }

    /// How many pilots are needed; `None` where no number is enough.
    fn factor(&self, evidence: &Evidence) -> Option<f64> {
        let z = upper_quantile(self.level) + power_quantile(self.power);
        let signal = signal(evidence, self.threshold);
        (signal > 0.0).then(|| z * z / (signal * signal))
    }
}

/// z with Phi(z) = power, for a power in [1/2, 1).
fn power_quantile(power: f64) -> f64 {
    if power == 0.5 { 0.0 } else { upper_quantile(1.0 - power) }
}

/// min((c q - r) / sigma_c, q / sqrt K_qq): how far from the null hypothesis, in standard errors of the pilot.
fn signal(evidence: &Evidence, threshold: f64) -> f64 {
    let Evidence { roots, spread: Spread { rr, rq, qq }, .. } = *evidence;
    let c = (threshold / (1.0 - threshold)).sqrt();
    let sigma = (rr - 2.0 * c * rq + c * c * qq).max(0.0).sqrt();
    let distance = c * roots.above - roots.below;
    let in_errors = |distance: f64, error: f64| match distance > 0.0 {
        true => distance / error,
        false => distance.min(0.0),
    };
    in_errors(distance, sigma).min(in_errors(roots.above, qq.sqrt()))
}

/// The answer of [`PowerAnalysis::plan`]. Prints as a block of text.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SamplePlan {
    /// The candidate that shall be claimed to dominate.
    pub a: String,
    /// The other one.
    pub b: String,
    /// The order of dominance.
    pub order: Order,
    /// The threshold of the violation ratio.
    pub threshold: f64,
    /// The level of the test.
    pub level: f64,
    /// The power asked for.
    pub power: f64,
    /// The sampling design of the pilot.
    pub sampling: Sampling,
    /// The size of the pilot.
    pub pilot: PlanSize,
    /// The pilot's violation ratio of "a over b".
    pub violation_ratio: f64,
    /// The smallest size with that power; `None` where the pilot's ratio is not below the threshold, or by so little
    /// that no number of rows a machine can count is enough.
    pub needed: Option<PlanSize>,
    /// What to keep in mind when reading it.
    pub warnings: Vec<Warning>,
    #[cfg_attr(feature = "serde", serde(skip))]
    evidence: Evidence,
}

/// A number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PlanSize {
    /// Rows of a.
    pub rows_a: usize,
    /// Rows of b.
    pub rows_b: usize,
    /// Pairs or clusters, where columns share them; for surveys and series, units of all columns together.
    pub units: Option<usize>,
}

/// More rows, some 10^18, are no answer: the ratio is below the threshold by next to nothing. Four times as many
/// are still counted.
const MOST_ROWS: f64 = (usize::MAX / 8) as f64;

impl PlanSize {
    /// What sizes are counted in: shared units, else rows of a.
    pub fn size(&self) -> usize {
        self.units.unwrap_or(self.rows_a)
    }

    /// This many times the rows, and at least two of each kind; `None` above [`MOST_ROWS`].
    fn times(&self, factor: f64) -> Option<PlanSize> {
        let scaled = |rows: usize| {
            // A little less, so that a factor of 1 is not rounded up.
            let rows = (rows as f64 * factor * (1.0 - 1e-12)).ceil();
            (rows <= MOST_ROWS).then_some((rows as usize).max(2))
        };
        Some(PlanSize {
            rows_a: scaled(self.rows_a)?,
            rows_b: scaled(self.rows_b)?,
            units: match self.units {
                Some(units) => Some(scaled(units)?),
                None => None,
            },
        })
    }
}

impl SamplePlan {
    /// The power with this many shared units (pairs, clusters), or rows of a with b in proportion; the level for a
    /// size of 0.
    pub fn power_at(&self, size: usize) -> f64 {
        let factor = size as f64 / self.pilot.size() as f64;
        let signal = signal(&self.evidence, self.threshold);
        // The signal is infinite where nothing in the pilot varies.
        let shift = if signal == 0.0 || size == 0 { 0.0 } else { signal * factor.sqrt() };
        phi(shift - upper_quantile(self.level))
    }

    /// The smallest threshold that is claimed with the power asked for, with this many shared units or rows of
    /// a. 1 where not even the largest threshold is, and for a size of 0.
    pub fn smallest_threshold_at(&self, size: usize) -> f64 {
        if size == 0 {
            return 1.0;
        }
        let factor = size as f64 / self.pilot.size() as f64;
        let Spread { rr, rq, qq } = self.evidence.spread;
        let spread = Spread { rr: rr / factor, rq: rq / factor, qq: qq / factor };
        let z = upper_quantile(self.level) + power_quantile(self.power);
        match (Evidence { spread, ..self.evidence }).upper_bound(Rule::Root, z, size) {
            bound if bound > 0.5 => 1.0,
            bound => bound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dominance::Roots;
    use approx::assert_relative_eq;

    fn evidence(below: f64, above: f64, spread: Spread) -> Evidence {
        Evidence { ratio: below * below, standard_error: 0.1, roots: Roots { below, above }, spread }
    }

    /// At threshold 1/2, c = 1: (q - r) / sqrt(rr - 2 rq + qq), but no more than q / sqrt(qq).
    #[test]
    fn hand_signals() {
        let spread = Spread { rr: 0.04, rq: 0.01, qq: 0.02 };
        assert_relative_eq!(signal(&evidence(0.6, 0.8, spread), 0.5), 0.2 / 0.2, max_relative = 1e-14);
        assert_relative_eq!(signal(&evidence(0.8, 0.6, spread), 0.5), -0.2, max_relative = 1e-14);
        let wide = Spread { rr: 0.64, rq: 0.64, qq: 0.64 };
        assert_relative_eq!(signal(&evidence(0.6, 0.8, wide), 0.5), 1.0, max_relative = 1e-14);
        // On the threshold without any spread: nothing speaks for the claim, and 0/0 is not asked for.
        assert_eq!(signal(&evidence(0.8, 0.8, Spread::default()), 0.5), 0.0);
    }

    #[test]
    fn sizes_are_rounded_up_and_a_factor_of_one_changes_nothing() {
        let size = |rows_a, rows_b, units| PlanSize { rows_a, rows_b, units };
        let plan = size(49, 1_000_003, Some(107));
        assert_eq!(plan.times(1.0), Some(plan));
        assert_eq!(size(10, 14, None).times(0.25), Some(size(3, 4, None)));
        assert_eq!(size(10, 14, None).times(0.01), Some(size(2, 2, None)));
    }

    /// A ratio of exactly 1/2 without any spread is claimed at the largest threshold.
    #[test]
    fn the_largest_threshold_is_a_half() {
        let samples = Samples::paired([("a", [1., 2., 3.]), ("b", [0., 3., 1.])]).unwrap();
        let plan = PowerAnalysis::new(Order::First).plan(&samples, "a", "b").unwrap();
        let smallest = |above: f64| {
            let evidence = evidence(0.8, above, Spread::default());
            SamplePlan { evidence, ..plan.clone() }.smallest_threshold_at(10)
        };
        assert_eq!((smallest(0.8), smallest(0.8 - 1e-9)), (0.5, 1.0));
    }
}
