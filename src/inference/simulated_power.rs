//! Power by simulation: data sets drawn from a pilot, each put to the test.

use super::dominance_test::DominanceTest;
use super::guard::{Guard, at_most_maximum};
use super::pilot::Pilot;
use super::planning::PowerAnalysis;
use super::report::Outcome;
use crate::error::Error;
use crate::resampling::Bootstrap;
use crate::rng::{Purpose, Stream};
use crate::sample::Samples;

/// How often the test claimed in simulated data sets: the answer of [`PowerAnalysis::simulate`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SimulatedPower {
    /// Shared units, or rows of a, of each data set.
    pub size: usize,
    /// Data sets.
    pub data_sets: usize,
    /// Data sets in which a was claimed to almost dominate b.
    pub claims: usize,
    /// The share of them.
    pub power: f64,
    /// Monte Carlo standard error of that share.
    pub standard_error: f64,
}

/// Replicates of bootstrap and guard in a simulated test. Fewer than a user would take: they add noise to an
/// answer, but hardly change how often it is yes.
const REPLICATES: usize = 199;

impl PowerAnalysis {
    /// How often would the default test, guard included, claim "a almost dominates b" with samples of this
    /// `size` (pairs, clusters; else rows of a, b in proportion; as [`PlanSize::size`](crate::PlanSize::size))? Draws data
    /// sets from the pilot with replacement and runs the test on each.
    ///
    /// ```text
    /// rows, pairs, clusters    as many as asked for
    /// strata of h units        for a share of m units round(m (h - 1) / h) draws that weigh m together
    /// time series              circular blocks of the pilot's length L, joined; the test's block length is L f^(1/3)
    /// ```
    ///
    /// f is the size over that of the pilot. Draws from h units vary by (h - 1) / h of what units of the stratum do; the
    /// fewer draws make up for it. At the joints of blocks rows do not depend on each other: a pilot of blocks that are
    /// too short promises too much.
    ///
    /// ```
    /// use risk_sd::{Order, PowerAnalysis, Sample, Samples};
    ///
    /// let laws = Samples::independent([
    ///     ("new", Sample::from_quantiles(2_000, |p| 0.2 + p)?),
    ///     ("old", Sample::from_quantiles(2_000, |p| 1.3 * p)?),
    /// ])?;
    /// let found = PowerAnalysis::new(Order::Second).data_sets(50).simulate(&laws, "new", "old", 400)?;
    /// assert!(found.power > 0.5);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// Cost: O(data_sets * size * 400).
    ///
    /// # Errors
    /// As [`PowerAnalysis::plan`]; [`Error::TooFewRows`] for a size below 2, or one that leaves a stratum with less than
    /// two draws; [`Error::SimulationTooLarge`] above 10^8 rows of a column; [`Error::NoDataSets`]; [`Error::TooManyReplicates`];
    /// [`Error::SparseClusters`]; what [`DominanceTest::run`] refuses.
    pub fn simulate(
        &self,
        pilot: &Samples,
        a: &str,
        b: &str,
        size: usize,
    ) -> Result<SimulatedPower, Error> {
        let PowerAnalysis { data_sets, seed, .. } = *self;
        let plan = self.plan(pilot, a, b)?;
        at_most_maximum("data set", data_sets)?;
        if data_sets == 0 {
            return Err(Error::NoDataSets);
        }
        let columns = [pilot.position(a)?, pilot.position(b)?];
        let pilot = Pilot::new(pilot, columns, size, size as f64 / plan.pilot.size() as f64)?;
        let mut claims = 0;
        for data_set in 0..data_sets as u64 {
            let mut stream = Stream::new(seed, Purpose::Planning, data_set, 0);
            let samples = pilot.draw(&mut stream)?;
            let report = DominanceTest::new(self.order)
                .threshold(self.threshold)
                .level(self.level)
                .bootstrap(Bootstrap::new().replicates(REPLICATES).seed(stream.next_u64()))
                .guard(Guard::Replicates(REPLICATES))
                .run(&samples, a, b)?;
            claims += usize::from(report.outcome == Outcome::AAlmostDominates);
        }
        let power = claims as f64 / data_sets as f64;
        let standard_error = (power * (1.0 - power) / data_sets as f64).sqrt();
        Ok(SimulatedPower { size, data_sets, claims, power, standard_error })
    }
}
