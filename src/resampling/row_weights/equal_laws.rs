//! Replicates that two equal distributions could as well have shown: both columns from the rows of both, random labels.

use super::{Buffers, RowWeights, Weights, for_each_count};
use crate::kernels::counts;
use crate::resampling::subset;
use crate::rng::Purpose;

impl RowWeights<'_> {
    /// n and m draws, with replacement, from the n + m rows.
    pub(super) fn pooled(&self, replicate: usize, into: &mut Weights) {
        let mut lanes = self.lanes(Purpose::Pooled, replicate);
        let Weights { signed, buffers: Buffers { counts, .. }, .. } = into;
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
    pub(super) fn labels(&self, replicate: usize, into: &mut Weights) {
        let [mut stream, _] = self.streams(Purpose::Labels, replicate);
        let Weights { signed, buffers: Buffers { words, .. }, .. } = into;
        let [n, m] = self.sizes();
        match &self.shared {
            None => {
                subset::choose(&mut stream, n + m, n, words);
                for (row, weight) in signed.iter_mut().enumerate() {
                    *weight = if subset::contains(words, row) { m as f64 } else { -(n as f64) };
                }
                into.unit = 1.0 / (n as f64 * m as f64);
            }
            Some((unit, units)) => {
                words.resize(units.div_ceil(64), 0);
                words.fill_with(|| stream.next_u64());
                for (row, (weight, &unit)) in signed.iter_mut().zip(unit).enumerate() {
                    let exchanged = subset::contains(words, unit as usize);
                    *weight = if exchanged == (row < self.first) { -1.0 } else { 1.0 };
                }
                into.unit = 1.0 / n as f64;
            }
        }
    }
}
