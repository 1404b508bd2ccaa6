//! The rescaled bootstrap within strata (Rao, Wu 1988; Rao, Wu, Yue 1992).
//!
//! ```text
//! in a stratum of h units: h - 1 draws with replacement; a unit drawn c times weighs c h / (h - 1)
//! ```
//!
//! The variance of a mean is then the unbiased sum over strata of s^2 / h, down to strata of two units.

use crate::rng::Stream;

/// The units of each stratum.
pub(super) struct Strata {
    units: Vec<u32>,
    ends: Vec<usize>,
}

impl Strata {
    pub(super) fn new(stratum_of_unit: &[u32]) -> Strata {
        let mut units: Vec<u32> = (0..stratum_of_unit.len() as u32).collect();
        units.sort_by_key(|&unit| stratum_of_unit[unit as usize]);
        let mut end = 0;
        let sizes = units.chunk_by(|&a, &b| stratum_of_unit[a as usize] == stratum_of_unit[b as usize]);
        let ends = sizes.map(|of_stratum| {
            end += of_stratum.len();
            end
        });
        Strata { ends: ends.collect(), units }
    }

    /// Fills in how much each unit weighs; the units of a stratum weigh as much together as without drawing.
    pub(super) fn draw(&self, stream: &mut Stream, weights: &mut [f64]) {
        weights.fill(0.0);
        let mut start = 0;
        for &end in &self.ends {
            let units = &self.units[start..end];
            let size = units.len() as u32;
            for _ in 1..size {
                weights[units[stream.below(size) as usize] as usize] += 1.0;
            }
            let share = f64::from(size) / f64::from(size - 1);
            units.iter().for_each(|&unit| weights[unit as usize] *= share);
            start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    /// Strata {0, 2} and {1, 3, 4}: 2 times 9 equally likely draws.
    #[test]
    fn every_draw_is_as_likely_and_strata_keep_their_weight() {
        let strata = Strata::new(&[0, 1, 0, 1, 1]);
        let mut seen = std::collections::BTreeMap::new();
        let mut weights = [0.0; 5];
        for replicate in 0..18_000 {
            strata.draw(&mut Stream::new(3, Purpose::Bootstrap, replicate, 0), &mut weights);
            assert_eq!((weights[0] + weights[2], weights[1] + weights[3] + weights[4]), (2.0, 3.0));
            *seen.entry(format!("{weights:?}")).or_insert(0.0) += 1.0;
        }
        // Of the nine draws of the second stratum three take one unit twice, six two units.
        assert_eq!(seen.len(), 2 * 6);
        for (weights, count) in seen {
            let expected: f64 = if weights.contains("3.0") { 1000.0 } else { 2000.0 };
            assert!((count - expected).abs() < 5.0 * expected.sqrt(), "{weights}: {count}");
        }
    }
}
