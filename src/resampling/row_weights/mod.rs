//! Replicates of a pair of columns as signed weights of their rows: a difference of distribution functions
//! is a sum of weights.
//!
//! The rows of A weigh what they weigh, those of B the negative. So one vector stands for whatever is drawn:
//! rows with replacement, subsets, random labels, random multipliers.
//!
//! `multiplicities` (how often each row counts), `multipliers` (of centred rows), `equal_laws` (pooled draws, labels).

mod equal_laws;
mod multiplicities;
mod multipliers;

use std::ops::Range;

use super::bootstrap::{LEAST_MASS, MOST_DRAWS, Scheme};
use super::method::BootstrapMethod;
use crate::error::Error;
use crate::kernels::counts::{self, Counts, Multiplicities};
use crate::kernels::tier::Tier;
use crate::rng::{Lanes, Purpose, Stream};
use crate::sample::{Column, Samples};

/// What a replicate draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Draw {
    /// The bootstrap of the design: rows (pairs, clusters) of each column with replacement, units within strata,
    /// circular blocks.
    Rows,
    /// A standard exponential weight for each row (pair, cluster).
    Exponentials,
    /// A standard normal multiplier for each row (pair, cluster), centred: signed, and 0 in sum.
    Normals,
    /// Both columns from the rows of both, with replacement.
    Pooled,
    /// Labels: which rows belong to A (independent), which pairs or clusters are exchanged.
    Labels,
    /// So many of the rows of each column, of the pairs or clusters (first number), without replacement.
    Subset([usize; 2]),
    /// A run of so many consecutive rows of each column, of pairs (first number); `count` runs in all.
    Runs { lengths: [usize; 2], count: usize },
}

/// Whether a replicate is a difference from the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Centring {
    AtTheData,
    None,
}

/// Draws the signed weights of a pair of columns.
pub(crate) struct RowWeights<'a> {
    columns: [&'a Column; 2],
    /// Positions among all columns: they name the random streams.
    streams: [u64; 2],
    /// Row masses of both columns where one of them is weighted.
    masses: Option<Vec<f64>>,
    /// The rows of A.
    first: usize,
    /// The unit of each row where the columns share them, and how many there are.
    shared: Option<(Vec<u32>, usize)>,
    /// The units of each column's series where each has its own; else those of both, twice.
    series_of_column: [Range<usize>; 2],
    draw: Draw,
    /// What [`Draw::Rows`] draws.
    scheme: Scheme,
    /// The weights of the data, to be subtracted from those of a replicate; `None` where replicates are not centred.
    centre: Option<Weights>,
    seed: u64,
    tier: Tier,
}

/// The weights of one replicate, and its buffers.
#[derive(Default)]
pub(crate) struct Weights {
    /// Of the rows of A, then of those of B, in the order of their values.
    pub(crate) signed: Vec<f64>,
    /// What they are multiples of: without weights they are integers, so that their sums are exact.
    pub(crate) unit: f64,
    reals: Vec<f64>,
    buffers: Buffers,
}

#[derive(Default)]
struct Buffers {
    counts: Counts,
    of_series: Vec<u32>,
    /// A bit per row or unit.
    words: Vec<u64>,
}

impl<'a> RowWeights<'a> {
    /// Of these two columns.
    pub(crate) fn new(
        samples: &'a Samples,
        pair: [usize; 2],
        draw: Draw,
        centring: Centring,
        seed: u64,
    ) -> RowWeights<'a> {
        let columns = pair.map(|position| &samples.columns()[position]);
        let weighted = columns.iter().any(|column| column.sample.weights().is_some());
        let rows = || columns.iter().flat_map(|c| (0..c.sample.len()).map(|row| c.sample.mass(row)));
        let units = || columns.iter().flat_map(|c| c.units.iter().flatten().copied()).collect();
        let mut weights = RowWeights {
            columns,
            streams: pair.map(|position| position as u64),
            masses: weighted.then(|| rows().map(|mass| mass.max(LEAST_MASS)).collect()),
            first: columns[0].sample.len(),
            shared: samples.units().map(|count| (units(), count)),
            series_of_column: pair.map(|position| samples.series_of_column(position)),
            draw,
            scheme: Scheme::new(samples, BootstrapMethod::ByDesign),
            centre: None,
            seed,
            tier: Tier::detected(),
        };
        if centring == Centring::AtTheData {
            let mut observed = Weights::default();
            weights.observed(&mut observed);
            weights.centre = Some(observed);
        }
        weights
    }

    fn sizes(&self) -> [usize; 2] {
        self.columns.map(|column| column.sample.len())
    }

    /// The weights of the data as they are.
    pub(crate) fn observed(&self, into: &mut Weights) {
        into.signed.clear();
        into.signed.resize(self.sizes().iter().sum(), 1.0);
        self.weigh(into);
    }

    /// Fills in replicate b.
    ///
    /// # Errors
    /// [`Error::SparseClusters`] where draws of clusters keep leaving a column without rows.
    pub(crate) fn draw(&self, replicate: usize, into: &mut Weights) -> Result<(), Error> {
        into.signed.resize(self.sizes().iter().sum(), 0.0);
        match self.draw {
            Draw::Normals => self.multipliers(replicate, into),
            Draw::Pooled => self.pooled(replicate, into),
            Draw::Labels => self.labels(replicate, into),
            Draw::Rows if self.shared.is_none() && self.masses.is_none() => {
                self.own_rows(replicate, into)
            }
            Draw::Rows | Draw::Exponentials | Draw::Subset(_) | Draw::Runs { .. } => {
                let mut streams = Streams {
                    words: self.streams(Purpose::Bootstrap, replicate),
                    lanes: self.lanes(Purpose::Bootstrap, replicate),
                };
                for _ in 0..MOST_DRAWS {
                    self.multiplicities(replicate, &mut streams, into);
                    if self.weigh(into) {
                        self.subtract_centre(into);
                        return Ok(());
                    }
                }
                let sum = |rows: &[f64]| rows.iter().sum::<f64>();
                let empty = usize::from(sum(&into.signed[..self.first]) > 0.0);
                return Err(Error::SparseClusters { column: self.columns[empty].name.clone() });
            }
        }
        Ok(())
    }

    /// Counts of independent rows without weights, in one pass: m (c - 1) and -n (c - 1) where they are centred.
    fn own_rows(&self, replicate: usize, into: &mut Weights) {
        let Weights { signed, unit, buffers: Buffers { counts, .. }, .. } = into;
        let [n, m] = self.sizes();
        let (up, down, one_over) = factors([n as f64, m as f64]);
        let centre = f64::from(u8::from(self.centre.is_some()));
        let (a, b) = signed.split_at_mut(n);
        let mut lanes = self.lanes(Purpose::Bootstrap, replicate);
        for (lanes, (own, factor)) in lanes.iter_mut().zip([(a, up), (b, down)]) {
            counts.clear();
            counts::multinomial(self.tier, lanes, own.len(), own.len(), counts);
            for_each_count(counts, own, |weight, count| *weight = factor * (count - centre));
        }
        *unit = one_over;
    }

    /// From the weights of a replicate to their difference from those of the data, in the unit of the latter.
    fn subtract_centre(&self, into: &mut Weights) {
        let Some(centre) = &self.centre else { return };
        let scale = into.unit / centre.unit;
        for (weight, observed) in into.signed.iter_mut().zip(&centre.signed) {
            *weight = scale * *weight - observed;
        }
        into.unit = centre.unit;
    }

    /// The stream of each column; units of both are drawn from one.
    fn streams(&self, purpose: Purpose, replicate: usize) -> [Stream; 2] {
        let column = |side: usize| if self.shared.is_some() { 0 } else { self.streams[side] };
        [0, 1].map(|side| Stream::new(self.seed, purpose, replicate as u64, column(side)))
    }

    fn lanes(&self, purpose: Purpose, replicate: usize) -> [Lanes; 2] {
        let column = |side: usize| if self.shared.is_some() { 0 } else { self.streams[side] };
        [0, 1].map(|side| Lanes::new(self.seed, purpose, replicate as u64, column(side)))
    }

    /// From multiplicities to signed weights; false where a column is left without rows.
    ///
    /// Without weights: those of A times the total of B and those of B times minus the total of A, in units of one
    /// over both totals.
    fn weigh(&self, into: &mut Weights) -> bool {
        if let Some(masses) = &self.masses {
            into.signed.iter_mut().zip(masses).for_each(|(weight, mass)| *weight *= mass);
        }
        let (a, b) = into.signed.split_at_mut(self.first);
        let totals = [a.iter().sum::<f64>(), b.iter().sum()];
        if totals.contains(&0.0) {
            return false;
        }
        let (up, down, unit) = match &self.masses {
            Some(_) => (1.0 / totals[0], -1.0 / totals[1], 1.0),
            None => factors(totals),
        };
        into.unit = unit;
        a.iter_mut().for_each(|weight| *weight *= up);
        b.iter_mut().for_each(|weight| *weight *= down);
        true
    }
}

/// What the rows of A and those of B are multiplied by, and the unit that makes up for it: integers.
fn factors([a, b]: [f64; 2]) -> (f64, f64, f64) {
    if a == b { (1.0, -1.0, 1.0 / a) } else { (b, -a, 1.0 / (a * b)) }
}

/// The random numbers of a replicate, one of each kind per column.
struct Streams {
    words: [Stream; 2],
    lanes: [Lanes; 2],
}

/// Pairs every number with the count at its place.
fn for_each_count(counts: &Counts, reals: &mut [f64], f: impl Fn(&mut f64, f64)) {
    match counts.get() {
        Multiplicities::Narrow(counts) => {
            reals.iter_mut().zip(counts).for_each(|(real, &count)| f(real, f64::from(count)));
        }
        Multiplicities::Wide(counts) => {
            reals.iter_mut().zip(counts).for_each(|(real, &count)| f(real, count as f64));
        }
    }
}

#[cfg(test)]
mod tests;
