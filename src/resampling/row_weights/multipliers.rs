//! Random multipliers of centred rows, pairs or clusters.

use super::{RowWeights, Weights};
use crate::rng::Purpose;

impl RowWeights<'_> {
    /// p_i (U_i - sum_j p_j U_j): the linear part of a replicate, whatever law the U have.
    pub(super) fn multipliers(&self, replicate: usize, into: &mut Weights) {
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
}
