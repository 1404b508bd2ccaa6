//! The joint bootstrap: every column is resampled once per replicate, and all pairs and orders look at the
//! same replicate.

use super::moments::{Moments, Observed};
use crate::dominance::{Gap, Order};
use crate::error::Error;
use crate::resampling::{Bootstrap, Reporter, Resample, Resampler, Span, Stage, in_chunks};
use crate::sample::Samples;

/// The observed gaps of all pairs of some columns, at some orders.
pub(crate) struct Pairs<'a> {
    samples: &'a Samples,
    /// Positions of the columns among the samples.
    columns: Vec<usize>,
    orders: Vec<Order>,
    /// Per order, per pair (see [`pairs_of`]).
    pub(crate) observed: Vec<Vec<Observed>>,
}

/// What the replicates say, at one order.
pub(crate) struct Replicates {
    /// Per pair.
    pub(crate) moments: Vec<Moments>,
    /// Per replicate, the k mean ratios eps_i (mean of eps_ij over j != i), one after the other.
    pub(crate) mean_ratios: Vec<f64>,
}

/// The unordered pairs (i, j), i < j, of k columns, in the order in which pair results are kept.
pub(crate) fn pairs_of(k: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..k).flat_map(move |i| (i + 1..k).map(move |j| (i, j)))
}

impl<'a> Pairs<'a> {
    pub(crate) fn new(samples: &'a Samples, columns: Vec<usize>, orders: Vec<Order>) -> Pairs<'a> {
        let law = |i: usize| samples.columns()[columns[i]].law();
        let observe = |&order: &Order| {
            pairs_of(columns.len())
                .map(|(i, j)| Observed::new(Gap::between(order, law(i), law(j))))
                .collect()
        };
        let observed = orders.iter().map(observe).collect();
        Pairs { samples, columns, orders, observed }
    }

    /// Runs the bootstrap and returns what it says at each order.
    pub(crate) fn bootstrap(
        &self,
        bootstrap: Bootstrap,
        reporter: &mut Reporter<'_>,
    ) -> Result<Vec<Replicates>, Error> {
        let total = bootstrap.replicates;
        let span = Span { stage: Stage::Bootstrap, done_before: 0, total };
        let resampler = Resampler::new(self.samples, &self.columns, bootstrap);
        let chunks = in_chunks(total, &span, reporter, Resample::default, |resample, chunk| {
            let mut parts = self.empty();
            for replicate in chunk {
                resampler.draw(replicate, resample)?;
                self.add_replicate(&resampler, resample, &mut parts);
            }
            Ok(parts)
        })?;
        let mut all = self.empty();
        for parts in chunks {
            for (sum, part) in all.iter_mut().zip(parts?) {
                sum.merge(part);
            }
        }
        Ok(all)
    }

    fn empty(&self) -> Vec<Replicates> {
        let pairs = pairs_of(self.columns.len()).count();
        let empty =
            |_: &Order| Replicates { moments: vec![Moments::default(); pairs], mean_ratios: Vec::new() };
        self.orders.iter().map(empty).collect()
    }

    fn add_replicate(&self, resampler: &Resampler, resample: &Resample, parts: &mut [Replicates]) {
        let k = self.columns.len();
        for ((order, observed), part) in self.orders.iter().zip(&self.observed).zip(parts) {
            let row = part.mean_ratios.len();
            part.mean_ratios.resize(row + k, 0.0);
            let means = &mut part.mean_ratios[row..];
            for (((i, j), observed), moments) in pairs_of(k).zip(observed).zip(&mut part.moments) {
                let (x, y) = (resampler.law(resample, i), resampler.law(resample, j));
                let replicate = Gap::between(*order, x, y);
                moments.add(observed, replicate);
                let others = (k - 1) as f64;
                means[i] += replicate.violation_ratio() / others;
                means[j] += replicate.reversed().violation_ratio() / others;
            }
        }
    }
}

impl Replicates {
    fn merge(&mut self, other: Replicates) {
        for (sum, part) in self.moments.iter_mut().zip(&other.moments) {
            sum.merge(part);
        }
        self.mean_ratios.extend(other.mean_ratios);
    }
}
