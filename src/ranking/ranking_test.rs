//! The ranking of k models: all pairs, both orders, one joint bootstrap.

use std::ops::ControlFlow;

use super::compare::Findings;
use super::report::RankingReport;
use crate::dominance::Order;
use crate::error::Error;
use crate::inference::Adjustment;
use crate::inference::dominance_test::{check_bootstrap, check_level, check_threshold};
use crate::inference::guard::{self, GuardPValues};
use crate::inference::joint::{Pairs, pairs_of};
use crate::inference::warning::{self, Warning};
use crate::inference::{Guard, Rule, StandardError};
use crate::resampling::{Bootstrap, Progress, Reporter, Span, Stage};
use crate::sample::Samples;

/// Ranks k models by stochastic dominance, with significance.
///
/// Two questions about every pair, at both orders, from the same replicates:
///
/// ```text
/// relative:  does i stand better than j among all k models?   eps_i = mean over l of eps_il
///            H0: Delta_ij = eps_i - eps_j > 0                 p = Phi(Delta_ij / SE)
/// absolute:  does i almost dominate j at the threshold?       H0: eps_ij > eps0
/// ```
///
/// Each p-value is the larger of its own and of the guard's; all ordered pairs share the level through the
/// adjustment. Ranks are by increasing eps_i, with confidence sets from the same joint bootstrap. The order of
/// two models may change when a third is added: eps_i is an average over the competition.
///
/// ```
/// use risk_sd::{Order, RankingTest, Samples};
///
/// let score = |shift: f64, step: usize| (0..100).map(move |i| shift + (i * step % 100) as f64 / 100.0);
/// let samples = Samples::paired([
///     ("good", score(0.5, 7).collect::<Vec<_>>()),
///     ("fair", score(0.2, 11).collect()),
///     ("poor", score(0.0, 13).collect()),
/// ])?;
/// let report = RankingTest::new().seed(1).run(&samples)?;
/// let second = report.at(Order::Second).expect("both orders by default");
/// assert_eq!(second.models[0].name, "good");
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// **Where it is liberal.** Between equal models nowhere. Of two models that tie without being equal (two widths of
/// one symmetric law) the relative test claims that one is better at a rate of .15 with 20 rows instead of .05, .11
/// to .15 with 50, .07 to .08 with 200, .05 with 1000, and rank sets miss a rank as often; with tails of Student's
/// t of 3 degrees of freedom at a rate of .10 to .20 whatever the size. Absolute tests and the efficient set are
/// far from claiming anything of such ties; at the threshold they err as [`DominanceTest`](crate::DominanceTest)
/// does, less with many pairs. The report's [warnings](crate::Warning) say when.
///
/// Cost: O(k^2 n B) for B bootstrap replicates, and O(k^4 n / level) for the guard, whose p-values must reach the
/// adjusted level; memory O(k n + k^2 B / 16 + k B).
///
/// Reference: Nitsure et al. 2024 (relative dominance); Mogstad et al. 2024 (rank sets).
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RankingTest {
    order: Option<Order>,
    pub(super) threshold: f64,
    pub(super) level: f64,
    pub(super) adjustment: Adjustment,
    pub(super) rule: Rule,
    standard_error: StandardError,
    bootstrap: Bootstrap,
    guard: Guard,
}

impl Default for RankingTest {
    fn default() -> Self {
        RankingTest::new()
    }
}

impl RankingTest {
    /// Both orders, threshold 0.25, level 0.05, Holm's adjustment, 1000 bootstrap replicates, guarded.
    pub const fn new() -> RankingTest {
        RankingTest {
            order: None,
            threshold: 0.25,
            level: 0.05,
            adjustment: Adjustment::Holm,
            rule: Rule::Root,
            standard_error: StandardError::Bootstrap,
            bootstrap: Bootstrap::new(),
            guard: Guard::Automatic,
        }
    }

    /// Only this order of dominance.
    #[must_use]
    pub const fn order(mut self, order: Order) -> Self {
        self.order = Some(order);
        self
    }

    /// The violation ratio up to which an absolute test calls dominance "almost", in (0, 1/2].
    #[must_use]
    pub const fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = threshold;
        self
    }

    /// The level that all ordered pairs share, in (0, 1/2).
    #[must_use]
    pub const fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// How the level is shared between pairs.
    #[must_use]
    pub const fn adjustment(mut self, adjustment: Adjustment) -> Self {
        self.adjustment = adjustment;
        self
    }

    /// How bounds and p-values are formed. Relative tests are linear under [`Rule::Root`] too: Delta has no
    /// roots.
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

    /// Standard errors from influence functions. There are no rank sets then: they need replicates.
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

    /// Ranks all columns.
    ///
    /// # Errors
    /// [`Error::TooFewModels`] for a single column; in the named column, [`Error::TooFewRows`] for one row and
    /// [`Error::TooFewClusters`] for rows in one cluster only; [`Error::SparseClusters`];
    /// [`Error::TooManyReplicates`]; [`Error::WrongMethod`];
    /// [`Error::InvalidLevel`], [`Error::InvalidThreshold`]; [`Error::TooFewReplicates`], also where the
    /// guard's smallest p-value could not pass the adjusted level; [`Error::LiteralNeedsEqualSizes`];
    /// [`Error::VarianceOverflow`].
    pub fn run(&self, samples: &Samples) -> Result<RankingReport, Error> {
        self.run_reporting(samples, &mut Reporter::silent())
    }

    /// As [`RankingTest::run`], telling `progress` how far it has come, at fixed numbers of replicates.
    ///
    /// # Errors
    /// Also [`Error::Cancelled`] where `progress` breaks.
    pub fn run_with_progress(
        &self,
        samples: &Samples,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<RankingReport, Error> {
        self.run_reporting(samples, &mut Reporter::to(&mut progress))
    }

    fn run_reporting(
        &self,
        samples: &Samples,
        reporter: &mut Reporter<'_>,
    ) -> Result<RankingReport, Error> {
        let guard_replicates = self.check(samples)?;
        let orders = self.order.map_or(vec![Order::First, Order::Second], |order| vec![order]);
        let columns = (0..samples.len()).collect();
        let pairs = Pairs::new(samples, columns, orders.clone());
        let replicates = match self.standard_error {
            StandardError::Bootstrap => Some(pairs.bootstrap(self.bootstrap, reporter)?),
            StandardError::Analytic => None,
        };
        let guards = self.run_guards(samples, &orders, &pairs, guard_replicates, reporter)?;
        let mut rankings = Vec::with_capacity(orders.len());
        for (index, order) in orders.into_iter().enumerate() {
            let findings = Findings {
                order,
                samples,
                observed: &pairs.observed[index],
                replicates: replicates.as_ref().map(|of_order| &of_order[index]),
                guards: guards.iter().map(|of_pair| of_pair.as_ref().map(|g| g[index])).collect(),
            };
            rankings.push(self.rank(&findings)?);
        }
        Ok(RankingReport {
            sampling: samples.sampling(),
            units: samples.units(),
            strata: samples.strata(),
            block_length: samples.block_length(),
            threshold: self.threshold,
            level: self.level,
            adjustment: self.adjustment,
            rule: self.rule,
            standard_error_by: self.standard_error,
            replicates: replicates.map_or(0, |_| self.bootstrap.replicates),
            method: self.bootstrap.method,
            guard: self.guard,
            guard_replicates,
            seed: self.bootstrap.seed,
            warnings: self.warnings(samples),
            rankings,
        })
    }

    fn warnings(&self, samples: &Samples) -> Vec<Warning> {
        let columns: Vec<usize> = (0..samples.len()).collect();
        let few = warning::few_rows(samples, &columns, warning::FEW_ROWS);
        let law = |i: usize| samples.columns()[i].law();
        let coarse = match self.standard_error {
            StandardError::Bootstrap => None,
            StandardError::Analytic => {
                pairs_of(samples.len()).find_map(|(i, j)| warning::few_distinct_values(law(i), law(j)))
            }
        };
        let heavy = warning::influential_row_of_columns(samples);
        let small = warning::small_threshold(self.threshold);
        let of_data = few.into_iter().chain(coarse).chain(heavy).chain(small);
        of_data.chain(warning::of_settings(self.rule, self.guard)).collect()
    }

    /// Validates settings and samples; returns the guard's replicates per pair.
    fn check(&self, samples: &Samples) -> Result<usize, Error> {
        let k = samples.len();
        if k < 2 {
            return Err(Error::TooFewModels { found: k, needed: 2 });
        }
        check_level(self.level)?;
        check_threshold(self.threshold)?;
        if self.standard_error == StandardError::Bootstrap {
            check_bootstrap(self.bootstrap, samples)?;
        }
        let columns: Vec<usize> = (0..k).collect();
        samples.with_variance(&columns)?;
        if self.rule == Rule::PaperLiteral {
            let rows = |i: usize| samples.columns()[i].sample.len();
            if let Some(other) = columns.iter().find(|&&i| rows(i) != rows(0)) {
                return Err(Error::LiteralNeedsEqualSizes { n: rows(0), m: rows(*other) });
            }
        }
        self.guard.replicates(self.adjustment.comparisons(k), self.level)
    }

    /// The guard's p-values per pair and order; `None` without a guard.
    fn run_guards(
        &self,
        samples: &Samples,
        orders: &[Order],
        pairs: &Pairs<'_>,
        replicates: usize,
        reporter: &mut Reporter<'_>,
    ) -> Result<Vec<Option<Vec<GuardPValues>>>, Error> {
        let k = samples.len();
        let total = replicates * pairs_of(k).count();
        let run = |(pair, (i, j))| {
            if replicates == 0 {
                return Ok(None);
            }
            let observed: Vec<_> = orders
                .iter()
                .copied()
                .zip(pairs.observed.iter().map(|of_order| of_order[pair]))
                .collect();
            let span = Span { stage: Stage::Guard, done_before: pair * replicates, total };
            let seed = self.bootstrap.seed;
            guard::guard(samples, (i, j), &observed, seed, replicates, &span, reporter).map(Some)
        };
        pairs_of(k).enumerate().map(run).collect()
    }
}
