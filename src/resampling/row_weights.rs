//! Replicates of a pair of columns as signed weights of their rows: a difference of distribution functions
//! is a sum of weights.
//!
//! The rows of A weigh what they weigh, those of B the negative. So one vector stands for whatever is drawn:
//! rows with replacement, subsets, random labels, random multipliers.

use super::bayesian;
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
    /// So many consecutive pairs, from the replicate's number on.
    Run(usize),
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
    counts: Counts,
    of_series: Vec<u32>,
    reals: Vec<f64>,
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
            Draw::Rows | Draw::Exponentials | Draw::Subset(_) | Draw::Run(_) => {
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
        let Weights { signed, counts, unit, .. } = into;
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

    /// How often, or how much, each row was drawn.
    fn multiplicities(&self, replicate: usize, streams: &mut Streams, into: &mut Weights) {
        let Weights { signed, counts, of_series, reals, .. } = into;
        match &self.shared {
            Some((unit, units)) => {
                reals.resize(*units, 0.0);
                self.multiples(replicate, streams, 0, (counts, of_series), reals);
                for (weight, &unit) in signed.iter_mut().zip(unit) {
                    *weight = reals[unit as usize];
                }
            }
            None => {
                let (a, b) = signed.split_at_mut(self.first);
                self.multiples(replicate, streams, 0, (&mut *counts, &mut *of_series), a);
                self.multiples(replicate, streams, 1, (counts, of_series), b);
            }
        }
    }

    fn multiples(
        &self,
        replicate: usize,
        streams: &mut Streams,
        side: usize,
        (counts, of_series): (&mut Counts, &mut Vec<u32>),
        reals: &mut [f64],
    ) {
        let units = reals.len();
        let stream = &mut streams.words[side];
        match self.draw {
            Draw::Exponentials => bayesian::draw(stream, reals),
            Draw::Run(length) => {
                reals.fill(0.0);
                reals[replicate..replicate + length].fill(1.0);
            }
            Draw::Subset(sizes) => {
                let mut needed = sizes[side] as u32;
                for (real, left) in reals.iter_mut().zip((1..=units as u32).rev()) {
                    let taken = stream.below(left) < needed;
                    *real = f64::from(u8::from(taken));
                    needed -= u32::from(taken);
                }
            }
            _ => match &self.scheme {
                Scheme::Blocks(blocks) => {
                    of_series.resize(units, 0);
                    blocks.draw(stream, of_series);
                    reals.iter_mut().zip(of_series).for_each(|(real, count)| *real = f64::from(*count));
                }
                Scheme::Strata(strata) => strata.draw(stream, reals),
                Scheme::Units | Scheme::Bayesian => {
                    counts.clear();
                    counts::multinomial(self.tier, &mut streams.lanes[side], units, units, counts);
                    for_each_count(counts, reals, |real, count| *real = count);
                }
            },
        }
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

    /// p_i (U_i - sum_j p_j U_j): the linear part of a replicate, whatever law the U have.
    fn multipliers(&self, replicate: usize, into: &mut Weights) {
        let mut streams = self.streams(Purpose::Multiplier, replicate);
        let Weights { signed, reals, .. } = into;
        match &self.shared {
            Some((unit, units)) => {
                reals.resize(*units, 0.0);
                streams[0].normals(reals);
                signed.iter_mut().zip(unit).for_each(|(u, &unit)| *u = reals[unit as usize]);
            }
            None => {
                let (a, b) = signed.split_at_mut(self.first);
                streams[0].normals(a);
                streams[1].normals(b);
            }
        }
        let sizes = self.sizes();
        let mut start = 0;
        for (rows, sign) in sizes.into_iter().zip([1.0, -1.0]) {
            let own = &mut signed[start..start + rows];
            let mass = |row: usize| match &self.masses {
                Some(masses) => masses[start + row],
                None => 1.0 / rows as f64,
            };
            let mean: f64 = own.iter().enumerate().map(|(row, u)| mass(row) * u).sum();
            own.iter_mut().enumerate().for_each(|(row, u)| *u = sign * mass(row) * (*u - mean));
            start += rows;
        }
        into.unit = 1.0;
    }

    fn pooled(&self, replicate: usize, into: &mut Weights) {
        let mut lanes = self.lanes(Purpose::Pooled, replicate);
        let Weights { signed, counts, .. } = into;
        let [n, m] = self.sizes();
        signed.fill(0.0);
        for (lanes, (draws, weight)) in lanes.iter_mut().zip([(n, m as f64), (m, -(n as f64))]) {
            counts.clear();
            counts::multinomial(self.tier, lanes, draws, n + m, counts);
            for_each_count(counts, signed, |sum, count| *sum += weight * count);
        }
        into.unit = 1.0 / (n as f64 * m as f64);
    }

    /// Independent rows: n of the n + m go to A. Units: the columns of each are exchanged with probability 1/2;
    /// every unit has as many rows of A as of B.
    fn labels(&self, replicate: usize, into: &mut Weights) {
        let [mut stream, _] = self.streams(Purpose::Labels, replicate);
        let Weights { signed, reals, .. } = into;
        let [n, m] = self.sizes();
        let Some((unit, units)) = &self.shared else {
            let mut needed = n as u32;
            for (weight, left) in signed.iter_mut().zip((1..=(n + m) as u32).rev()) {
                let taken = stream.below(left) < needed;
                *weight = if taken { m as f64 } else { -(n as f64) };
                needed -= u32::from(taken);
            }
            into.unit = 1.0 / (n as f64 * m as f64);
            return;
        };
        reals.resize(*units, 0.0);
        for of_word in reals.chunks_mut(64) {
            let word = stream.next_u64();
            for (bit, sign) in of_word.iter_mut().enumerate() {
                *sign = if word >> bit & 1 == 0 { 1.0 } else { -1.0 };
            }
        }
        for (row, (weight, &unit)) in signed.iter_mut().zip(unit).enumerate() {
            *weight = if row < self.first { reals[unit as usize] } else { -reals[unit as usize] };
        }
        into.unit = 1.0 / n as f64;
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
mod tests {
    use super::*;
    use crate::sample::Sample;
    use std::collections::BTreeMap;

    fn sample(values: &[f64]) -> Sample {
        Sample::new(values).unwrap()
    }

    fn independent() -> Samples {
        Samples::independent([("a", sample(&[1., 2.])), ("b", sample(&[3., 4., 5.]))]).unwrap()
    }

    fn draw(samples: &Samples, draw: Draw, replicate: usize) -> Vec<f64> {
        let mut weights = Weights::default();
        let scheme = RowWeights::new(samples, [0, 1], draw, Centring::None, 5);
        scheme.draw(replicate, &mut weights).unwrap();
        weights.signed.iter().map(|w| w * weights.unit).collect()
    }

    fn seen(samples: &Samples, scheme: Draw, replicates: usize) -> BTreeMap<String, usize> {
        let mut seen = BTreeMap::new();
        for replicate in 0..replicates {
            *seen.entry(format!("{:.3?}", draw(samples, scheme, replicate))).or_insert(0) += 1;
        }
        seen
    }

    fn evenly(seen: &BTreeMap<String, usize>, outcomes: usize, replicates: usize) {
        let expected = replicates as f64 / outcomes as f64;
        assert_eq!(seen.len(), outcomes);
        assert!(seen.values().all(|&count| (count as f64 - expected).abs() < 5.0 * expected.sqrt()));
    }

    #[test]
    fn every_subset_and_every_labelling_is_as_likely() {
        evenly(&seen(&independent(), Draw::Labels, 10_000), 10, 10_000);
        evenly(&seen(&independent(), Draw::Subset([1, 2]), 6_000), 6, 6_000);
        let paired = Samples::paired([("a", [3., 1., 2.]), ("b", [30., 10., 20.])]).unwrap();
        evenly(&seen(&paired, Draw::Labels, 8_000), 8, 8_000);
        evenly(&seen(&paired, Draw::Subset([2, 2]), 6_000), 3, 6_000);
        assert_eq!(draw(&paired, Draw::Run(2), 1), [0.5, 0.5, 0.0, -0.5, -0.5, 0.0].map(f64::from));
    }

    #[test]
    fn both_columns_weigh_as_much() {
        let weighted = Sample::weighted([1., 2., 3.], [1., 2., 5.]).unwrap();
        let weighted = Samples::independent([("a", weighted), ("b", sample(&[0., 1.]))]).unwrap();
        let clusters = [("a", vec![1., 2., 3.], vec![0, 0, 1]), ("b", vec![4., 5.], vec![0, 1])];
        let clustered = Samples::in_clusters(clusters).unwrap();
        for samples in [independent(), weighted, clustered] {
            let first = samples.columns()[0].sample.len();
            for scheme in [Draw::Rows, Draw::Exponentials, Draw::Subset([1, 1]), Draw::Normals] {
                for replicate in 0..30 {
                    let weights = draw(&samples, scheme, replicate);
                    let total = f64::from(u8::from(scheme != Draw::Normals));
                    assert!((weights[..first].iter().sum::<f64>() - total).abs() < 1e-14);
                    assert!((weights[first..].iter().sum::<f64>() + total).abs() < 1e-14);
                }
            }
        }
    }

    #[test]
    fn units_share_what_is_drawn() {
        let paired = Samples::paired([("a", [1., 2., 3.]), ("b", [1., 2., 3.])]).unwrap();
        for scheme in [Draw::Rows, Draw::Exponentials, Draw::Normals, Draw::Labels, Draw::Subset([2, 2])]
        {
            let weights = draw(&paired, scheme, 2);
            assert!((0..3).all(|row| weights[row] == -weights[row + 3]), "{scheme:?}");
        }
    }

    /// Centred replicates are the others minus the data.
    #[test]
    fn centred_replicates_are_differences_from_the_data() {
        let weighted = Sample::weighted([1., 2., 3.], [1., 2., 5.]).unwrap();
        let weighted = Samples::independent([("a", weighted), ("b", sample(&[0., 1.]))]).unwrap();
        let clusters = [("a", vec![1., 2., 3.], vec![0, 0, 1]), ("b", vec![4., 5.], vec![0, 1])];
        for samples in [independent(), weighted, Samples::in_clusters(clusters).unwrap()] {
            let (mut plain, mut centred, mut data) = <(Weights, Weights, Weights)>::default();
            for scheme in [Draw::Rows, Draw::Exponentials] {
                let of = |centring| RowWeights::new(&samples, [0, 1], scheme, centring, 5);
                of(Centring::None).observed(&mut data);
                for replicate in 0..20 {
                    of(Centring::None).draw(replicate, &mut plain).unwrap();
                    of(Centring::AtTheData).draw(replicate, &mut centred).unwrap();
                    for row in 0..plain.signed.len() {
                        let expected = plain.unit * plain.signed[row] - data.unit * data.signed[row];
                        assert!((centred.unit * centred.signed[row] - expected).abs() < 1e-15);
                    }
                }
            }
        }
    }

    /// Means and variances of the weight of one row of two.
    #[test]
    fn multipliers_have_the_variance_of_draws() {
        let square = |scheme| {
            let weights = (0..20_000).map(|b| draw(&independent(), scheme, b)[2] + 1.0 / 3.0);
            weights.map(|w: f64| w * w).sum::<f64>() / 20_000.0
        };
        // Of draws: 3 * 1/3 * 2/3 / 9; of centred multipliers without the mean: (1 - 1/3) / 9.
        assert!((square(Draw::Rows) - 2.0 / 27.0).abs() < 0.003);
        let normal: f64 = (0..20_000).map(|b| draw(&independent(), Draw::Normals, b)[2].powi(2)).sum();
        assert!((normal / 20_000.0 - 2.0 / 27.0).abs() < 0.003);
        let pooled: f64 = (0..20_000).map(|b| draw(&independent(), Draw::Pooled, b)[0].powi(2)).sum();
        // Binomial counts of probability 1/5: variances 2 * .16 / 4 and 3 * .16 / 9.
        assert!((pooled / 20_000.0 - (0.08 + 0.16 / 3.0)).abs() < 0.005);
    }

    #[test]
    fn clusters_that_cannot_fill_a_column_are_an_error() {
        let columns = [("a", vec![1., 2.], vec![0, 1]), ("b", vec![4., 5.], vec![2, 3])];
        let samples = Samples::in_clusters(columns).unwrap();
        let scheme = RowWeights::new(&samples, [0, 1], Draw::Subset([1, 1]), Centring::None, 5);
        let error = scheme.draw(0, &mut Weights::default());
        assert!(matches!(error, Err(Error::SparseClusters { .. })));
    }
}
