//! The joint bootstrap: every column is resampled once per replicate, and all pairs and orders look at the
//! same replicate. Only sums over replicates are kept (and the k mean ratios of each), so memory does not grow with
//! replicates times pairs.

use super::moments::{Moments, Observed};
use crate::dominance::{Gap, Order};
use crate::error::Error;
use crate::kernels::cells::Law;
use crate::kernels::gap::Sweep;
use crate::kernels::in_order::in_order;
use crate::resampling::{Bootstrap, Reporter, Resample, Resampler, Span, Stage, fold_chunks};
use crate::sample::Samples;

/// The observed gaps of all pairs of some columns, at some orders.
pub(crate) struct Pairs<'a> {
    samples: &'a Samples,
    /// Positions of the columns among the samples.
    columns: Vec<usize>,
    orders: Vec<Order>,
    /// As [`pairs_of`] lists them.
    pairs: Vec<(usize, usize)>,
    /// Per order, per pair.
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
        let pairs: Vec<(usize, usize)> = pairs_of(columns.len()).collect();
        let of_pair = |pair: usize| {
            let (x, y) = (law(pairs[pair].0), law(pairs[pair].1));
            let gaps = orders.iter().zip(Gap::at(&orders, x, y));
            gaps.map(|(&order, gap)| Observed::new(gap.refined(order, x, y))).collect::<Vec<_>>()
        };
        let by_pair = in_order(pairs.len(), || (), |(), pair| of_pair(pair));
        let of_order = |place: usize| by_pair.iter().map(|of_pair| of_pair[place]).collect();
        let observed = (0..orders.len()).map(of_order).collect();
        Pairs { samples, columns, orders, pairs, observed }
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
        let work = |(resample, sweep): &mut (Resample, Sweep), chunk| {
            let mut parts = self.empty();
            for replicate in chunk {
                resampler.draw(replicate, resample)?;
                let law = |column| resampler.law(resample, column);
                let laws: Vec<Law> = (0..self.columns.len()).map(law).collect();
                self.add_replicate(&laws, sweep, &mut parts);
            }
            Ok(parts)
        };
        let mut all = self.empty();
        let mut failed = None;
        fold_chunks(total, &span, reporter, <(Resample, Sweep)>::default, work, |chunk| match chunk {
            Ok(parts) => all.iter_mut().zip(parts).for_each(|(sum, part)| sum.merge(part)),
            Err(error) => _ = failed.get_or_insert(error),
        })?;
        failed.map_or(Ok(all), Err)
    }

    fn empty(&self) -> Vec<Replicates> {
        let moments = vec![Moments::default(); self.pairs.len()];
        let empty = |_: &Order| Replicates { moments: moments.clone(), mean_ratios: Vec::new() };
        self.orders.iter().map(empty).collect()
    }

    fn add_replicate(&self, laws: &[Law], sweep: &mut Sweep, parts: &mut [Replicates]) {
        let k = self.columns.len();
        let others = (k - 1) as f64;
        let row = parts[0].mean_ratios.len();
        for part in &mut *parts {
            part.mean_ratios.resize(row + k, 0.0);
        }
        Gap::of_pairs(&self.orders, laws, sweep, |pair, order, gap| {
            let part = &mut parts[order];
            part.moments[pair].add(&self.observed[order][pair], gap);
            let means = &mut part.mean_ratios[row..];
            let (i, j) = self.pairs[pair];
            means[i] += gap.violation_ratio() / others;
            means[j] += gap.reversed().violation_ratio() / others;
        });
    }
}

impl Replicates {
    /// Adds the replicates that follow.
    fn merge(&mut self, other: Replicates) {
        for (sum, part) in self.moments.iter_mut().zip(&other.moments) {
            sum.merge(part);
        }
        self.mean_ratios.extend(other.mean_ratios);
    }
}
