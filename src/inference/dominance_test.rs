//! The test of almost dominance for a pair.

use std::ops::ControlFlow;

use super::guard::{self, Guard, GuardPValues};
use super::influence::influence;
use super::joint::Pairs;
use super::moments::{self, Observed};
use super::report::{Direction, DominanceReport, Interval, Outcome};
use super::rule::{Evidence, Rule};
use super::upper_quantile;
use super::warning::{self, Warning};
use crate::dominance::Order;
use crate::error::Error;
use crate::resampling::{Bootstrap, Progress, Reporter, Span, Stage};
use crate::sample::Samples;

/// Where standard errors come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum StandardError {
    /// The spread of bootstrap replicates. The default: right for discrete scores and small samples too.
    #[default]
    Bootstrap,
    /// Influence functions (the delta method): no resampling, O(n log n). Too small below some 30 rows and
    /// for scores of few distinct values.
    Analytic,
}

/// Test of almost stochastic dominance for a pair: would a risk-averse person (second order) or anybody
/// who prefers more to less (first order) choose A over B, and how sure is that?
///
/// A almost dominates B at threshold eps0 where the [violation ratio](crate::Gap::violation_ratio) of "A
/// over B" is at most eps0. For each direction:
///
/// ```text
/// H0: ratio > eps0  (no almost dominance)       H1: ratio <= eps0
/// ```
///
/// A claim is made where the upper confidence bound of the ratio is at most the threshold, and the guard
/// against equal distributions passes. The p-value of a direction is the larger of the two p-values.
///
/// ```
/// use risk_sd::{Bootstrap, DominanceTest, Order, Outcome, Samples};
///
/// let tuned: Vec<f64> = (0..200).map(|i| 0.3 + (i % 50) as f64 / 50.0).collect();
/// let base: Vec<f64> = (0..200).map(|i| (i * 7 % 50) as f64 / 50.0).collect();
/// let samples = Samples::paired([("tuned", &tuned), ("base", &base)])?;
///
/// let report = DominanceTest::new(Order::Second)
///     .threshold(0.25)
///     .level(0.05)
///     .bootstrap(Bootstrap::new().replicates(1000).seed(7))
///     .run(&samples, "tuned", "base")?;
/// assert_eq!(report.outcome, Outcome::AAlmostDominates);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// **Where it is liberal**, measured at the true ratio with level 0.05. Light tails: rates of .04 to .12 with 20 and 50
/// rows, .04 to .10 with 200, .02 to .08 with 1000; half the level (`.level(0.025)`) brings them to .02 to .07.
/// Heavy tails at first order, at any number of rows: Student's t of 3 degrees of freedom .09 to .24; lognormal laws
/// whose upper tails cross .12 to .21, in 20 pairs .36, and hardly less at half the level: test bounded scores or ranks
/// ([`Portfolio`](crate::Portfolio)) there. Standard errors are too small where the ratio is near 0 or 1: bounds and
/// p-values do not build on them. The report's [warnings](crate::Warning) say when.
///
/// Cost: O(B (n + m)) for B replicates, after sorting; memory O(n + m + B).
///
/// References: del Barrio, Cuesta-Albertos, Matran 2018; Nitsure et al. 2024. The root scale and the guard
/// are this crate's own; `docs/statistics.md` has the mathematics,
/// `docs/calibration.md` the measured error rates.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DominanceTest {
    order: Order,
    threshold: f64,
    level: f64,
    rule: Rule,
    standard_error: StandardError,
    bootstrap: Bootstrap,
    guard: Guard,
}

impl DominanceTest {
    /// A test at threshold 0.25 and level 0.05, by 1000 bootstrap replicates on the root scale, guarded.
    pub const fn new(order: Order) -> DominanceTest {
        DominanceTest {
            order,
            threshold: 0.25,
            level: 0.05,
            rule: Rule::Root,
            standard_error: StandardError::Bootstrap,
            bootstrap: Bootstrap::new(),
            guard: Guard::Automatic,
        }
    }

    /// The violation ratio up to which dominance is called "almost", in (0, 1/2].
    #[must_use]
    pub const fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = threshold;
        self
    }

    /// The level, in (0, 1/2), of each direction.
    #[must_use]
    pub const fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// How bounds and p-values are formed.
    #[must_use]
    pub const fn rule(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    /// Standard errors from these bootstrap replicates.
    #[must_use]
    pub const fn bootstrap(mut self, bootstrap: Bootstrap) -> Self {
        self.bootstrap = bootstrap;
        self.standard_error = StandardError::Bootstrap;
        self
    }

    /// Standard errors from influence functions, without resampling (the guard still resamples).
    #[must_use]
    pub const fn analytic(mut self) -> Self {
        self.standard_error = StandardError::Analytic;
        self
    }

    /// The seed of bootstrap and guard; replaces that of a [`Bootstrap`] set before.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.bootstrap = self.bootstrap.seed(seed);
        self
    }

    /// The guard against equal distributions.
    #[must_use]
    pub const fn guard(mut self, guard: Guard) -> Self {
        self.guard = guard;
        self
    }

    /// Runs the test on two of the columns, in both directions.
    ///
    /// # Errors
    /// [`Error::InvalidLevel`], [`Error::InvalidThreshold`], [`Error::TooFewReplicates`] for settings;
    /// [`Error::TooManyReplicates`]; [`Error::WrongMethod`]; [`Error::UnknownName`], [`Error::SameName`]; in the named column,
    /// [`Error::TooFewRows`] for one row and [`Error::TooFewClusters`] for rows in one cluster only;
    /// [`Error::SparseClusters`]; [`Error::LiteralNeedsEqualSizes`]; [`Error::VarianceOverflow`].
    pub fn run(&self, samples: &Samples, a: &str, b: &str) -> Result<DominanceReport, Error> {
        self.run_reporting(samples, a, b, &mut Reporter::silent())
    }

    /// As [`DominanceTest::run`], telling `progress` how far it has come, at fixed numbers of replicates.
    ///
    /// # Errors
    /// Also [`Error::Cancelled`] where `progress` breaks.
    pub fn run_with_progress(
        &self,
        samples: &Samples,
        a: &str,
        b: &str,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<DominanceReport, Error> {
        self.run_reporting(samples, a, b, &mut Reporter::to(&mut progress))
    }

    fn run_reporting(
        &self,
        samples: &Samples,
        a: &str,
        b: &str,
        reporter: &mut Reporter<'_>,
    ) -> Result<DominanceReport, Error> {
        if a == b {
            return Err(Error::SameName { name: a.to_owned() });
        }
        let pair = [samples.position(a)?, samples.position(b)?];
        samples.with_variance(&pair)?;
        self.check_settings(samples, pair)?;
        let pairs = Pairs::new(samples, pair.to_vec(), vec![self.order]);
        let observed = pairs.observed[0][0];
        let mut report = self.empty_report(samples, pair, observed)?;
        if observed.gap.is_zero() {
            return Ok(report);
        }
        let influence = influence(self.order, &samples.columns()[pair[0]], &samples.columns()[pair[1]]);
        let evidence = match self.standard_error {
            StandardError::Analytic => moments::of_influence(samples, pair[0], pair[1], &influence),
            StandardError::Bootstrap => {
                let moments = pairs.bootstrap(self.bootstrap, reporter)?[0].moments[0];
                report.equal_replicates = moments.equal;
                moments.evidence(&observed)
            }
        };
        let evidence = evidence.finite()?;
        report.warnings.extend(warning::influential_row(samples, pair, &influence));
        report.warnings.extend(warning::of_ratio(evidence.ratio, evidence.standard_error));
        let guard = self.run_guard(samples, pair, observed, report.guard_replicates, reporter)?;
        report.a_over_b = Some(self.direction(&evidence, report.n, guard.map(|g| g.forward)));
        report.b_over_a =
            Some(self.direction(&evidence.reversed(), report.n, guard.map(|g| g.backward)));
        report.outcome = self.decide(&report);
        Ok(report)
    }

    fn check_settings(&self, samples: &Samples, [a, b]: [usize; 2]) -> Result<(), Error> {
        check_level(self.level)?;
        check_threshold(self.threshold)?;
        if self.standard_error == StandardError::Bootstrap {
            check_bootstrap(self.bootstrap, samples)?;
        }
        let rows = |column: usize| samples.columns()[column].sample.len();
        if self.rule == Rule::PaperLiteral && rows(a) != rows(b) {
            return Err(Error::LiteralNeedsEqualSizes { n: rows(a), m: rows(b) });
        }
        Ok(())
    }

    /// The report before anything was tested: what stands for equal distributions.
    fn empty_report(
        &self,
        samples: &Samples,
        [a, b]: [usize; 2],
        observed: Observed,
    ) -> Result<DominanceReport, Error> {
        let (x, y) = (&samples.columns()[a], &samples.columns()[b]);
        let by_bootstrap = self.standard_error == StandardError::Bootstrap;
        let mut warnings: Vec<Warning> =
            warning::few_rows(samples, &[a, b], warning::FEW_ROWS).into_iter().collect();
        if !by_bootstrap {
            warnings.extend(warning::few_distinct_values(x.law(), y.law()));
        }
        warnings.extend(warning::small_threshold(self.threshold));
        warnings.extend(warning::of_settings(self.rule, self.guard));
        Ok(DominanceReport {
            a: x.name.clone(),
            b: y.name.clone(),
            n: x.sample.len(),
            m: y.sample.len(),
            sampling: samples.sampling(),
            units: samples.units(),
            strata: samples.strata(),
            block_length: samples.block_length(),
            order: self.order,
            threshold: self.threshold,
            level: self.level,
            rule: self.rule,
            standard_error_by: self.standard_error,
            replicates: if by_bootstrap { self.bootstrap.replicates } else { 0 },
            method: self.bootstrap.method,
            equal_replicates: 0,
            guard: self.guard,
            guard_replicates: self.guard.replicates(1, self.level)?,
            seed: self.bootstrap.seed,
            squared_distance: observed.gap.squared_distance(),
            a_over_b: None,
            b_over_a: None,
            outcome: Outcome::Equal,
            warnings,
        })
    }

    fn run_guard(
        &self,
        samples: &Samples,
        [a, b]: [usize; 2],
        observed: Observed,
        replicates: usize,
        reporter: &mut Reporter<'_>,
    ) -> Result<Option<GuardPValues>, Error> {
        if replicates == 0 {
            return Ok(None);
        }
        let span = Span { stage: Stage::Guard, done_before: 0, total: replicates };
        // The same relabellings whichever model is named first.
        let forward = a < b;
        let (pair, gap) =
            if forward { ((a, b), observed.gap) } else { ((b, a), observed.gap.reversed()) };
        let observed = [(self.order, Observed::new(gap))];
        let seed = self.bootstrap.seed;
        let p = guard::guard(samples, pair, &observed, seed, replicates, &span, reporter)?[0];
        Ok(Some(if forward { p } else { p.reversed() }))
    }

    fn direction(&self, evidence: &Evidence, n: usize, guard_p_value: Option<f64>) -> Direction {
        let z = upper_quantile(self.level);
        let z_two_sided = upper_quantile(self.level / 2.0);
        let upper_bound = evidence.upper_bound(self.rule, z, n);
        let bound_p_value = evidence.p_value(self.rule, self.threshold, n);
        let guarded = guard_p_value.is_none_or(|p| p <= self.level);
        Direction {
            violation_ratio: evidence.ratio,
            standard_error: evidence.standard_error,
            upper_bound,
            interval: Interval {
                lower: evidence.lower_bound(self.rule, z_two_sided, n),
                upper: evidence.upper_bound(self.rule, z_two_sided, n),
            },
            bound_p_value,
            guard_p_value,
            p_value: bound_p_value.max(guard_p_value.unwrap_or(0.0)),
            smallest_threshold: if guarded { upper_bound } else { 1.0 },
        }
    }

    fn decide(&self, report: &DominanceReport) -> Outcome {
        let claimed = |d: Option<Direction>| d.is_some_and(|d| d.smallest_threshold <= self.threshold);
        match (claimed(report.a_over_b), claimed(report.b_over_a)) {
            (true, false) => Outcome::AAlmostDominates,
            (false, true) => Outcome::BAlmostDominates,
            // Both: a ratio of exactly 1/2 without any spread, at threshold 1/2.
            _ => Outcome::NotDistinguished,
        }
    }
}

pub(crate) fn check_level(level: f64) -> Result<(), Error> {
    if level > 0.0 && level < 0.5 { Ok(()) } else { Err(Error::InvalidLevel { level }) }
}

pub(crate) fn check_threshold(threshold: f64) -> Result<(), Error> {
    if threshold > 0.0 && threshold <= 0.5 { Ok(()) } else { Err(Error::InvalidThreshold { threshold }) }
}

pub(crate) fn check_bootstrap(bootstrap: Bootstrap, samples: &Samples) -> Result<(), Error> {
    bootstrap.method.check(samples)?;
    let found = bootstrap.replicates;
    if found < guard::MINIMUM {
        return Err(Error::TooFewReplicates { what: "bootstrap", found, needed: guard::MINIMUM });
    }
    guard::at_most_maximum("bootstrap", found).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_names_the_side_that_dominates() {
        let column = |start: i32| (start..start + 50).map(f64::from).collect::<Vec<_>>();
        let samples = Samples::paired([("low", column(0)), ("high", column(30))]).unwrap();
        let test = DominanceTest::new(Order::First).analytic().guard(Guard::Off);
        let outcome = |a, b| test.run(&samples, a, b).unwrap().outcome;
        assert_eq!(outcome("high", "low"), Outcome::AAlmostDominates);
        assert_eq!(outcome("low", "high"), Outcome::BAlmostDominates);
    }
}
