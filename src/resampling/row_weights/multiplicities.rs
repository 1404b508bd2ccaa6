//! How often, or how much, each row counts in a replicate: draws of rows, pairs, clusters, blocks and subsets.

use super::{Buffers, Draw, RowWeights, Streams, Weights, for_each_count};
use crate::kernels::counts;
use crate::resampling::bootstrap::Scheme;
use crate::resampling::{bayesian, subset};

impl RowWeights<'_> {
    /// How often, or how much, each row was drawn.
    pub(super) fn multiplicities(&self, replicate: usize, streams: &mut Streams, into: &mut Weights) {
        let Weights { signed, reals, buffers, .. } = into;
        match &self.shared {
            Some((unit, units)) => {
                reals.resize(*units, 0.0);
                self.multiples(replicate, streams, 0, buffers, reals);
                for (weight, &unit) in signed.iter_mut().zip(unit) {
                    *weight = reals[unit as usize];
                }
            }
            None => {
                let (a, b) = signed.split_at_mut(self.first);
                self.multiples(replicate, streams, 0, buffers, a);
                self.multiples(replicate, streams, 1, buffers, b);
            }
        }
    }

    fn multiples(
        &self,
        replicate: usize,
        streams: &mut Streams,
        side: usize,
        buffers: &mut Buffers,
        reals: &mut [f64],
    ) {
        let units = reals.len();
        let stream = &mut streams.words[side];
        let Buffers { counts, of_series, words } = buffers;
        match self.draw {
            Draw::Exponentials => bayesian::draw(stream, reals),
            Draw::Runs { lengths, count } => self.run(replicate, lengths, count, reals),
            Draw::Subset(sizes) => {
                subset::choose(stream, units, sizes[side], words);
                for (row, real) in reals.iter_mut().enumerate() {
                    *real = f64::from(u8::from(subset::contains(words, row)));
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

    /// Run number `replicate` of `count`. A series with fewer runs than that has each of them, in order, the same number
    /// of times (or one time more): so series over the same years stay together in time, whatever their steps are.
    fn run(&self, replicate: usize, lengths: [usize; 2], count: usize, reals: &mut [f64]) {
        reals.fill(0.0);
        for (series, length) in self.series_of_column.iter().zip(lengths) {
            let runs = series.len() - length + 1;
            let start = series.start + (replicate as u128 * runs as u128 / count as u128) as usize;
            reals[start..start + length].fill(1.0);
        }
    }
}
