//! Two columns pooled and sorted once: from weights of rows to the difference of distribution functions.

use crate::kernels::process::{Sides, integral, supremum};
use crate::kernels::scale::Differences;
use crate::sample::Sample;

/// Which distance of a process from being nowhere positive.
///
/// Delta_s = F_A^(s) - F_B^(s), the difference of the (s-1)-fold integrated distribution functions; "A
/// dominates B" means that it is nowhere positive. All are taken exactly over the pooled range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Functional {
    /// `sup max(Delta_s, 0)`: the largest violation.
    #[doc(alias = "Kolmogorov-Smirnov")]
    Supremum,
    /// `int max(Delta_s, 0) dz`: the area of the violation.
    L1,
    /// `int max(Delta_s, 0)^2 dz`: its squared area.
    #[doc(alias = "Cramer-von Mises")]
    L2,
}

impl Functional {
    /// Of the process with these levels.
    pub(crate) fn of(self, order: usize, levels: &[f64], gaps: &[f64]) -> Sides {
        match self {
            Functional::Supremum => supremum(order, levels, gaps),
            Functional::L1 => integral(order, 1, levels, gaps, None),
            Functional::L2 => integral(order, 2, levels, gaps, None),
        }
    }

    /// The power of the process in it: twice as large a process makes it 2^power times as large.
    pub(crate) fn power(self) -> i32 {
        if self == Functional::L2 { 2 } else { 1 }
    }

    /// The power of the unit of the data in it.
    pub(crate) fn dimension(self, order: usize) -> i32 {
        self.power() * (order as i32 - 1) + i32::from(self != Functional::Supremum)
    }
}

/// The distinct pooled values of two columns, and where each row stands among them.
pub(crate) struct PooledPair {
    /// The rows in pooled order; those of the second column are counted on from the first's.
    rows: Vec<u32>,
    /// The distinct value each pooled row has; `None` without ties.
    blocks: Option<Vec<u32>>,
    /// The distinct values, ascending.
    pub(crate) values: Vec<f64>,
    /// Distances between neighbouring distinct values, in `scale`.
    pub(crate) gaps: Vec<f64>,
    /// Brings the pooled range into [1, 2).
    pub(crate) scale: Differences,
}

impl PooledPair {
    pub(crate) fn new(x: &Sample, y: &Sample) -> PooledPair {
        let (xs, ys) = (x.values(), y.values());
        let size = xs.len() + ys.len();
        let (mut rows, mut blocks, mut values) =
            (Vec::with_capacity(size), Vec::with_capacity(size), Vec::new());
        let (mut i, mut j) = (0, 0);
        while rows.len() < size {
            let first = j == ys.len() || (i < xs.len() && xs[i] <= ys[j]);
            let value = if first { xs[i] } else { ys[j] };
            if values.last() != Some(&value) {
                values.push(value);
            }
            blocks.push(values.len() as u32 - 1);
            if first {
                rows.push(i as u32);
                i += 1;
            } else {
                rows.push((xs.len() + j) as u32);
                j += 1;
            }
        }
        let scale = Differences::within(values[0], values[values.len() - 1]);
        let gaps = values.windows(2).map(|pair| scale.between(pair[1], pair[0])).collect();
        let blocks = (values.len() < size).then_some(blocks);
        PooledPair { rows, blocks, values, gaps, scale }
    }

    /// Whether two rows have the same value.
    pub(crate) fn tied(&self) -> bool {
        self.blocks.is_some()
    }

    /// The rows in pooled order, each with the position of its value.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, usize)> {
        let block = |k: usize| self.blocks.as_ref().map_or(k, |blocks| blocks[k] as usize);
        self.rows.iter().enumerate().map(move |(k, &row)| (row as usize, block(k)))
    }

    /// The running sum of the rows' weights, after all rows of each distinct value.
    pub(crate) fn levels(&self, weights: &[f64], levels: &mut Vec<f64>) {
        levels.resize(self.values.len(), 0.0);
        let weight = |row: &u32| weights[*row as usize];
        let (fours, rest) = self.rows.as_chunks::<4>();
        let mut sum = 0.0;
        match &self.blocks {
            None => {
                let (levels_of_fours, levels_of_rest) = levels.as_chunks_mut::<4>();
                for (levels, rows) in levels_of_fours.iter_mut().zip(fours) {
                    let [a, b, c, d] = four_sums(rows.each_ref().map(weight));
                    *levels = [sum + a, sum + b, sum + c, sum + d];
                    sum += d;
                }
                for (level, row) in levels_of_rest.iter_mut().zip(rest) {
                    sum += weight(row);
                    *level = sum;
                }
            }
            // What is written for a value is written again by the next row of the same value.
            Some(blocks) => {
                let (blocks_of_fours, blocks_of_rest) = blocks.as_chunks::<4>();
                for (rows, blocks) in fours.iter().zip(blocks_of_fours) {
                    let sums = four_sums(rows.each_ref().map(weight));
                    blocks
                        .iter()
                        .zip(sums)
                        .for_each(|(&block, part)| levels[block as usize] = sum + part);
                    sum += sums[3];
                }
                for (row, &block) in rest.iter().zip(blocks_of_rest) {
                    sum += weight(row);
                    levels[block as usize] = sum;
                }
            }
        }
    }

    /// A result that has the dimension `power` of the data, brought back to their scale. Infinite where it is
    /// beyond the range of f64.
    pub(crate) fn restore(&self, result: f64, power: i32) -> f64 {
        let exponent = ((self.scale.unit().to_bits() >> 52) as i32 & 0x7ff) - 1023;
        if self.scale.unit() < f64::MIN_POSITIVE {
            return result * self.scale.unit().powi(power);
        }
        libm::scalbn(result, exponent.saturating_mul(power))
    }
}

/// Running sums of four. The sum of all that came before is added to them at the end, so that only one addition in four
/// waits for the one before.
#[inline(always)]
fn four_sums([a, b, c, d]: [f64; 4]) -> [f64; 4] {
    [a, a + b, a + b + c, a + b + c + d]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(x: &[f64], y: &[f64]) -> PooledPair {
        PooledPair::new(&Sample::new(x).unwrap(), &Sample::new(y).unwrap())
    }

    fn levels(pair: &PooledPair, weights: &[f64]) -> Vec<f64> {
        let mut levels = Vec::new();
        pair.levels(weights, &mut levels);
        levels
    }

    /// X = {0, 2, 4}, Y = {1, 1.5, 3}: suprema 1/3, 1/3, 2/3 and 1/3, 1/6, 0 of the reverse.
    #[test]
    fn hand_values() {
        let pair = pair(&[0.0, 2.0, 4.0], &[1.0, 1.5, 3.0]);
        let levels = levels(&pair, &[1.0, 1.0, 1.0, -1.0, -1.0, -1.0]);
        assert_eq!(levels, [1.0, 0.0, -1.0, 0.0, -1.0, 0.0]);
        let expected = [(1.0, 1.0), (1.0, 0.5), (2.0, 0.0)];
        for (order, (above, below)) in (1..).zip(expected) {
            let sides = supremum(order, &levels, &pair.gaps).map(|v| pair.restore(v, order as i32 - 1));
            assert!(
                (sides.above - above).abs() < 1e-15 && (sides.below - below).abs() < 1e-15,
                "{sides:?}"
            );
        }
    }

    #[test]
    fn ties_are_one_value() {
        let pair = pair(&[1.0, 1.0, 3.0], &[0.0, 1.0, 4.0, 4.0]);
        assert_eq!(levels(&pair, &[4.0, 4.0, 4.0, -3.0, -3.0, -3.0, -3.0]), [-3.0, 2.0, 6.0, 0.0]);
        assert!(pair.tied());
    }

    #[test]
    fn results_come_back_from_every_scale() {
        for unit in [f64::from_bits(16), 1e-300, 1e-160, 1.0, 1e150] {
            let pair = pair(&[0.0, 2.0 * unit], &[unit]);
            let levels = levels(&pair, &[0.5, 0.5, -1.0]);
            let sides = supremum(2, &levels, &pair.gaps).map(|v| pair.restore(v, 1));
            assert!((sides.above / (0.5 * unit) - 1.0).abs() < 1e-15);
        }
        assert_eq!(pair(&[0.0], &[1e300]).restore(1.0, 2), f64::INFINITY);
    }
}
