//! The tests of the hypothesis "A dominates B": settings and the run.

use std::ops::{ControlFlow, Range};

use super::closed_form;
use super::method::{NullLaw, Plan, UniformMethod};
use super::null::{Null, Observed};
use super::outcome::{Found, Tail};
use super::report::UniformReport;
use crate::dominance::Functional;
use crate::dominance::pooled_pair::PooledPair;
use crate::error::Error;
use crate::inference::Adjustment;
use crate::inference::dominance_test::check_level;
use crate::inference::guard::{self, at_most_maximum};
use crate::kernels::process::{MOST_ORDER, Sides};
use crate::resampling::{
    Centring, Draw, Progress, Reporter, RowWeights, Span, Stage, Weights, fold_chunks,
};
use crate::sample::{Column, Samples};

/// Tests of the hypothesis "A dominates B" (and of "B dominates A"): do the data contradict it?
///
/// With `F^(1)` the distribution function, `F^(s)(z) = int_{-inf}^z F^(s-1)` and
/// `Delta_s = F_A^(s) - F_B^(s)`, A dominates B at order s where Delta_s is nowhere positive.
///
/// ```text
/// H0: Delta_s(z) <= 0 for all z  (A dominates B)      H1: Delta_s(z) > 0 for some z
/// T = sqrt(nm/(n+m)) sup_z max(Delta_s(z), 0)         p = (1 + #{T* >= T}) / (B + 1)
/// ```
///
/// **Not to reject is no evidence for dominance**, only a lack of evidence against it: a small sample never
/// rejects. For evidence that A does dominate, use [`DominanceTest`](crate::DominanceTest) (almost dominance) or
/// [`NonDominanceTest`](crate::NonDominanceTest) (dominance on a range), where the hypothesis is the contrary.
///
/// Conventions: distribution functions count values equal to z; ties are one value. Statistics are true suprema
/// and integrals over the pooled range, from the smallest to the largest value; so is the hypothesis, which for
/// orders above 2 does not speak about what lies beyond. T = 0 has p = 1. T* within 1e-12 of T counts as equal.
/// Thresholds are in standard errors: p-values do not change where the data are multiplied by a positive number or
/// shifted. Both directions look at the same replicates.
///
/// ```
/// use risk_sd::{Samples, UniformTest, UniformVerdict};
///
/// let tuned: Vec<f64> = (0..200).map(|i| 0.3 + (i % 50) as f64 / 50.0).collect();
/// let base: Vec<f64> = (0..200).map(|i| (i * 7 % 50) as f64 / 50.0).collect();
/// let samples = Samples::paired([("tuned", &tuned), ("base", &base)])?;
///
/// let report = UniformTest::new().seed(7).run(&samples, "tuned", "base")?;
/// assert_eq!(report.conclusion.verdict, UniformVerdict::CompatibleWithAOverB);
/// assert_eq!(report.conclusion.order, 1);
/// assert!(report.orders[0].b_over_a.adjusted_p_value < 0.01);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Every sampling design is taken by every method but Linton-Maasoumi-Whang, which needs rows that can be left out:
/// independent, paired, clustered rows, or runs of a time series. Which laws go with which design, [`NullLaw`] says. Time
/// series are rejected somewhat too often, because blocks miss a part of their memory: between equal AR(1) series with .5
/// at rates of .07 to .08 instead of .05 with 200 rows, .055 to .06 with 1000.
///
/// **Where it is liberal**: with fewer than 30 independent rows or clusters (4 to 10 clusters: rates of .06 to .12),
/// where [`NullLaw::Permutation`] is exact; the numerical delta method with the supremum at first order (.13 with 20
/// rows, .065 with 1000), instead of which take Donald-Hsu. The report's [warnings](crate::Warning) say when.
///
/// Cost: O(B (n + m)) for orders 1 and 2, O(B (n + m) s^2) for order s, after sorting; memory O(n + m + B). The
/// thresholds of Linton-Song-Whang and Donald-Hsu cost O((n + m) s^2) once, for time series in blocks of L rows
/// O((n + m) L s^2).
///
/// References: Barrett, Donald 2003; Linton, Maasoumi, Whang 2005; Linton, Song, Whang 2010; Donald, Hsu 2016;
/// Hong, Li 2018. `docs/statistics.md` has the mathematics, `docs/calibration.md` the measured error rates.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[doc(alias = "Barrett-Donald")]
#[doc(alias = "stochastic dominance test")]
pub struct UniformTest {
    pub(super) method: UniformMethod,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "ascending"))]
    pub(super) orders: Vec<u32>,
    pub(super) functional: Option<Functional>,
    pub(super) null_law: Option<NullLaw>,
    pub(super) level: f64,
    pub(super) adjustment: Adjustment,
    pub(super) replicates: usize,
    pub(super) seed: u64,
    pub(super) published_grid: Option<usize>,
}

/// As [`UniformTest::orders`] leaves them: the verdict over all orders reads them from the lowest.
#[cfg(feature = "serde")]
fn ascending<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<u32>, D::Error> {
    let orders: Vec<u32> = serde::Deserialize::deserialize(from)?;
    Ok(UniformTest::new().orders(orders).orders)
}

impl Default for UniformTest {
    fn default() -> Self {
        UniformTest::new()
    }
}

impl UniformTest {
    /// Barrett-Donald by 1000 recentred bootstrap replicates, orders 1 and 2, level 0.05 shared by Holm's method.
    pub fn new() -> UniformTest {
        UniformTest {
            method: UniformMethod::BarrettDonald,
            orders: vec![1, 2],
            functional: None,
            null_law: None,
            level: 0.05,
            adjustment: Adjustment::Holm,
            replicates: 1000,
            seed: 0,
            published_grid: None,
        }
    }

    /// The test.
    #[must_use]
    pub fn method(mut self, method: UniformMethod) -> Self {
        self.method = method;
        self
    }

    /// The orders of dominance, from 1 to 32; the report has them ascending.
    #[must_use]
    pub fn orders(mut self, orders: impl IntoIterator<Item = u32>) -> Self {
        self.orders = orders.into_iter().collect();
        self.orders.sort_unstable();
        self.orders.dedup();
        self
    }

    /// What is measured, where the method leaves a choice; the supremum unless set.
    #[must_use]
    pub fn functional(mut self, functional: Functional) -> Self {
        self.functional = Some(functional);
        self
    }

    /// Where the law under the hypothesis comes from.
    #[must_use]
    pub fn null_law(mut self, null_law: NullLaw) -> Self {
        self.null_law = Some(null_law);
        self
    }

    /// The level, in (0, 1/2), that all orders and both directions share.
    #[must_use]
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// How p-values are adjusted for the number of orders and directions.
    #[must_use]
    pub fn adjustment(mut self, adjustment: Adjustment) -> Self {
        self.adjustment = adjustment;
        self
    }

    /// The number of replicates, at least 99.
    #[must_use]
    pub fn replicates(mut self, replicates: usize) -> Self {
        self.replicates = replicates;
        self
    }

    /// The seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Shows beside every exact statistic what PySDTest prints with a grid of so many points: maxima over the grid,
    /// left limits of the distribution functions, sums that leave out the width of a step. To reproduce published
    /// numbers only: p-values and verdicts do not look at it. From 2 to 1,000,000 points.
    #[must_use]
    pub fn published_grid(mut self, points: usize) -> Self {
        self.published_grid = Some(points);
        self
    }

    /// Runs the test on two of the columns, in both directions.
    ///
    /// # Errors
    /// [`Error::InvalidLevel`], [`Error::InvalidOrder`], [`Error::NoOrders`], [`Error::TooFewReplicates`] (also where
    /// the smallest possible p-value could not pass the adjusted level), [`Error::TooManyReplicates`],
    /// [`Error::InvalidGrid`] for settings; [`Error::WrongFunctional`] and [`Error::WrongNullLaw`] for what does not
    /// go together, with the reason; [`Error::InvalidSubsample`]; [`Error::SubsampleBelowBlock`]; [`Error::Tied`] for the closed forms;
    /// [`Error::UnknownName`], [`Error::SameName`]; in the named column [`Error::TooFewRows`] and
    /// [`Error::TooFewClusters`]; [`Error::SparseClusters`].
    pub fn run(&self, samples: &Samples, a: &str, b: &str) -> Result<UniformReport, Error> {
        self.run_reporting(samples, a, b, &mut Reporter::silent())
    }

    /// As [`UniformTest::run`], telling `progress` how far it has come, at fixed numbers of replicates.
    ///
    /// # Errors
    /// Also [`Error::Cancelled`] where `progress` breaks.
    pub fn run_with_progress(
        &self,
        samples: &Samples,
        a: &str,
        b: &str,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<UniformReport, Error> {
        self.run_reporting(samples, a, b, &mut Reporter::to(&mut progress))
    }

    fn run_reporting(
        &self,
        samples: &Samples,
        a: &str,
        b: &str,
        reporter: &mut Reporter<'_>,
    ) -> Result<UniformReport, Error> {
        if a == b {
            return Err(Error::SameName { name: a.to_owned() });
        }
        let pair = [samples.position(a)?, samples.position(b)?];
        samples.with_variance(&pair)?;
        self.check_settings()?;
        let plan = self.plan(samples, pair)?;
        self.check_replicates(&plan)?;
        let columns = pair.map(|position| &samples.columns()[position]);
        let centring = match plan.law {
            NullLaw::Recentred | NullLaw::Bayesian => Centring::AtTheData,
            _ => Centring::None,
        };
        let draw = plan.draw.unwrap_or(Draw::Rows);
        let weights = RowWeights::new(samples, pair, draw, centring, self.seed);
        let mut as_they_are = Weights::default();
        weights.observed(&mut as_they_are);
        let pooled = PooledPair::new(&columns[0].sample, &columns[1].sample);
        let observed = Observed::new(pooled, &as_they_are);
        let null =
            |&order: &u32| Null::new(order as usize, self.method, plan, &observed, samples, columns);
        let nulls: Vec<Null> = self.orders.iter().map(null).collect();
        let found = match plan.draw {
            None => vec![self.closed_form(&plan, &observed, columns)?],
            Some(_) => self.replicate(&plan, &weights, &observed, &nulls, reporter)?,
        };
        self.report(samples, columns, &plan, &observed, &nulls, found)
    }

    fn check_settings(&self) -> Result<(), Error> {
        check_level(self.level)?;
        if self.orders.is_empty() {
            return Err(Error::NoOrders);
        }
        let most = MOST_ORDER as u32;
        if let Some(&order) = self.orders.iter().find(|&&order| order < 1 || order > most) {
            return Err(Error::InvalidOrder { order, most });
        }
        match self.published_grid {
            Some(points) if !(2..=MOST_POINTS).contains(&points) => {
                Err(Error::InvalidGrid { points, most: MOST_POINTS })
            }
            _ => Ok(()),
        }
    }

    /// Enough replicates for the smallest p-value to pass, whatever the adjustment.
    fn check_replicates(&self, plan: &Plan) -> Result<(), Error> {
        if plan.draw.is_none() {
            return Ok(());
        }
        let hypotheses = match self.adjustment {
            Adjustment::None => 1.0,
            Adjustment::PaperSquare => 4.0,
            _ => 2.0 * self.orders.len() as f64,
        };
        let passing = (hypotheses / self.level * (1.0 - 1e-12)).ceil() as usize - 1;
        let (what, least) = match plan.law {
            NullLaw::OverlappingBlocks(_) => ("overlapping block", 1),
            _ => ("null", guard::MINIMUM),
        };
        let needed = passing.max(least);
        if plan.replicates < needed {
            return Err(Error::TooFewReplicates { what, found: plan.replicates, needed });
        }
        at_most_maximum(what, plan.replicates).map(drop)
    }

    /// The statistics of all replicates, per order.
    fn replicate(
        &self,
        plan: &Plan,
        weights: &RowWeights,
        observed: &Observed,
        nulls: &[Null],
        reporter: &mut Reporter<'_>,
    ) -> Result<Vec<Found>, Error> {
        let span = Span { stage: Stage::Bootstrap, done_before: 0, total: plan.replicates };
        let work = |buffers: &mut Buffers, chunk: Range<usize>| {
            let mut sides = Vec::with_capacity(chunk.len() * nulls.len());
            let Buffers { weights: drawn, process, scratch } = buffers;
            for replicate in chunk {
                weights.draw(replicate, drawn)?;
                observed.process(drawn, process);
                sides.extend(nulls.iter().map(|null| null.of_replicate(observed, process, scratch)));
            }
            Ok(sides)
        };
        // Grows with what has been drawn: a run that is stopped early does not hold the memory of all its replicates.
        let mut all: Result<Vec<Sides>, Error> = Ok(Vec::new());
        fold_chunks(plan.replicates, &span, reporter, Buffers::default, work, |chunk| {
            match (&mut all, chunk) {
                (Ok(all), Ok(sides)) => all.extend(sides),
                (Ok(_), Err(error)) => all = Err(error),
                (Err(_), _) => {}
            }
        })?;
        let all = all?;
        let found = |(index, null): (usize, &Null)| {
            let own = || all.iter().skip(index).step_by(nulls.len());
            let side =
                |of: fn(&Sides) -> f64| self.one_side(of(&null.statistic), own().map(of).collect());
            Found { above: side(|sides| sides.above), below: side(|sides| sides.below) }
        };
        Ok(nulls.iter().enumerate().map(found).collect())
    }

    /// p = (1 + #{T* >= T}) / (B + 1), and the quantile of T*.
    fn one_side(&self, statistic: f64, mut draws: Vec<f64>) -> Tail {
        let least = statistic * (1.0 - TIE);
        let at_least = draws.iter().filter(|&&draw| draw >= least).count();
        draws.sort_unstable_by(f64::total_cmp);
        let count = draws.len();
        let rank = ((1.0 - self.level) * (count + 1) as f64 * (1.0 - 1e-12)).ceil() as usize;
        Tail {
            p_value: if statistic == 0.0 { 1.0 } else { (1 + at_least) as f64 / (count + 1) as f64 },
            critical_value: draws[rank.clamp(1, count) - 1],
        }
    }

    fn closed_form(
        &self,
        plan: &Plan,
        observed: &Observed,
        columns: [&Column; 2],
    ) -> Result<Found, Error> {
        if self.orders != [1] || plan.functional != Functional::Supremum {
            let reason = "it is the law of the supremum at order 1";
            return Err(Error::WrongNullLaw { law: plan.law.name(), reason });
        }
        if observed.pair.tied() {
            let [x, y] = columns.map(|column| column.sample.values());
            return Err(Error::Tied { value: closed_form::first_tie(x, y) });
        }
        let rows = (plan.law == NullLaw::Exact).then(|| columns[0].sample.len());
        let tail = |statistic: f64| Tail {
            p_value: closed_form::p_value(statistic, rows),
            critical_value: closed_form::critical_value(self.level, rows),
        };
        let statistic = observed.supremum_first().map(|value| plan.root * value);
        Ok(Found { above: tail(statistic.above), below: tail(statistic.below) })
    }
}

/// Published grids have some hundred points. Each costs a pass over the rows.
const MOST_POINTS: usize = 1_000_000;

/// T* counts as equal to T within this: the sums of a replicate are formed in another order.
const TIE: f64 = 1e-12;

#[derive(Default)]
struct Buffers {
    weights: Weights,
    process: Vec<f64>,
    scratch: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of draws 1, ..., 100: p is at most 1/20 beyond the 96th, and only there.
    #[test]
    fn statistics_beyond_the_critical_value_have_small_p_values() {
        let draws = || (1..=100).rev().map(f64::from).collect();
        let tail = |statistic| UniformTest::new().level(0.05).one_side(statistic, draws());
        assert_eq!((tail(96.0).critical_value, tail(96.0).p_value), (96.0, 6.0 / 101.0));
        assert_eq!((tail(97.0).critical_value, tail(97.0).p_value), (96.0, 5.0 / 101.0));
    }
}
