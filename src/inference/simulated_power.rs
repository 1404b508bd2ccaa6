//! Power by simulation: data sets drawn from a pilot, each put to the test.

use super::dominance_test::DominanceTest;
use super::guard::{Guard, at_most_maximum};
use super::planning::PowerAnalysis;
use super::report::Outcome;
use crate::error::Error;
use crate::resampling::Bootstrap;
use crate::rng::{Purpose, Stream};
use crate::sample::{Column, MOST_ROWS, Sample, Samples, Sampling};

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
    /// `size` (pairs, clusters; else rows of a, b in proportion)? Draws data sets from the pilot with
    /// replacement and runs the test on each.
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
    /// As [`PowerAnalysis::plan`]; [`Error::WrongSampling`] for stratified rows, time series, surveys and
    /// weighted pairs; [`Error::TooFewRows`] for a size below 2; [`Error::TooManyRows`]; [`Error::NoDataSets`]; [`Error::TooManyReplicates`]; what
    /// [`DominanceTest::run`] refuses.
    pub fn simulate(
        &self,
        pilot: &Samples,
        a: &str,
        b: &str,
        size: usize,
    ) -> Result<SimulatedPower, Error> {
        let PowerAnalysis { data_sets, seed, .. } = *self;
        let plan = self.plan(pilot, a, b)?;
        if size < 2 {
            return Err(Error::TooFewRows { found: size, needed: 2 });
        }
        if size > MOST_ROWS {
            return Err(Error::TooManyRows { found: size });
        }
        at_most_maximum("data set", data_sets)?;
        if data_sets == 0 {
            return Err(Error::NoDataSets);
        }
        let columns = [pilot.position(a)?, pilot.position(b)?].map(|at| &pilot.columns()[at]);
        let factor = size as f64 / plan.pilot.size() as f64;
        let mut claims = 0;
        for data_set in 0..data_sets as u64 {
            let mut stream = Stream::new(seed, Purpose::Planning, data_set, 0);
            let samples = match (pilot.sampling(), pilot.units()) {
                (Sampling::Independent, _) => drawn_rows(columns, factor, &mut stream)?,
                (Sampling::Paired | Sampling::Clustered, Some(units))
                    if columns.iter().all(|column| column.sample.weights().is_none()) =>
                {
                    drawn_units(columns, units, size, &mut stream)?
                }
                _ => {
                    let needed = "independent columns, or paired or clustered ones without weights";
                    return Err(Error::WrongSampling { needed });
                }
            };
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

/// Rows of each column by itself; a row keeps its weight.
fn drawn_rows(columns: [&Column; 2], factor: f64, stream: &mut Stream) -> Result<Samples, Error> {
    let drawn = columns.map(|column| {
        let sample = &column.sample;
        let rows = ((sample.len() as f64 * factor).round() as usize).max(2);
        let picked: Vec<usize> = (0..rows).map(|_| stream.below(sample.len() as u32) as usize).collect();
        let values = picked.iter().map(|&row| sample.values()[row]);
        let sample = match sample.weights() {
            None => Sample::new(values),
            Some(weights) => Sample::weighted(values, picked.iter().map(|&row| weights[row])),
        };
        sample.map(|sample| (column.name.clone(), sample))
    });
    let [x, y] = drawn;
    Samples::independent([x?, y?])
}

/// Whole units of both columns; each draw is a unit of its own.
fn drawn_units(
    columns: [&Column; 2],
    units: usize,
    size: usize,
    stream: &mut Stream,
) -> Result<Samples, Error> {
    let picked: Vec<u32> = (0..size).map(|_| stream.below(units as u32)).collect();
    let drawn = columns.map(|column| {
        let mut rows_of_unit: Vec<Vec<f64>> = vec![Vec::new(); units];
        for (&unit, &value) in column.units.iter().flatten().zip(column.sample.values()) {
            rows_of_unit[unit as usize].push(value);
        }
        let rows = picked.iter().zip(0u32..);
        let rows =
            rows.flat_map(|(&unit, draw)| rows_of_unit[unit as usize].iter().map(move |&v| (v, draw)));
        let (values, draws): (Vec<f64>, Vec<u32>) = rows.unzip();
        (column.name.clone(), values, draws)
    });
    Samples::in_clusters(drawn)
}
