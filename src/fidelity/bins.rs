//! Bins between the quantiles of a sample.

use crate::error::Error;
use crate::sample::Sample;

/// More would only cost time: few columns have so many distinct values.
const MOST_BINS: usize = 1 << 20;

/// Classes for a column of numbers: cut where the real column has its quantiles.
///
/// ```text
/// edges      the distinct values among Q(1/B), ..., Q((B - 1)/B); in place of the largest value of the real column
///            the one before it; for a constant column its value and the float before it
/// bins       (-inf, e_1], (e_1, e_2], ..., (e_last, inf)
/// ```
///
/// Q is the crate's quantile function, the inverse of F without interpolation (`inverted_cdf` of NumPy, type 1 of
/// R): every edge is a value of the column. Ties collapse edges, so that there may be fewer than B bins; every bin
/// holds a row of the real column (of a constant one, the middle of three: below, equal, above), and where its rows are distinct and B divides their number, all hold equally
/// many. A value that 1/B of the rows or more share at the top is a bin of its own among them, as at the bottom. Values
/// outside the range of the real column go to the end bins.
///
/// Cost O(B log n), of shares O(B log n).
///
/// Reference: the convention of papers on tabular transformers, 10 bins; Padhi et al. 2021.
///
/// ```
/// use risk_sd::{QuantileBins, Sample, chi_square_distance};
///
/// let real = Sample::new([1.0, 2.0, 2.0, 4.0, 5.0, 9.0, 10.0, 20.0])?;
/// let bins = QuantileBins::new(&real, 4)?;
/// assert_eq!(bins.edges, [2.0, 4.0, 9.0]);
/// assert_eq!(bins.shares(&real), [3.0 / 8.0, 1.0 / 8.0, 2.0 / 8.0, 2.0 / 8.0]);
///
/// let synthetic = Sample::new([-7.0, 2.0, 3.0, 100.0])?;
/// assert_eq!(bins.shares(&synthetic), [0.5, 0.25, 0.0, 0.25]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
#[doc(alias = "qcut")]
#[doc(alias = "discretization")]
pub struct QuantileBins {
    /// Inner edges, ascending: a bin is open below and closed above. One fewer than there are bins.
    pub edges: Vec<f64>,
}

impl QuantileBins {
    /// At most `bins` bins between the quantiles of `real`.
    ///
    /// # Errors
    /// [`Error::InvalidBins`] for fewer than two or more than 2^20.
    pub fn new(real: &Sample, bins: usize) -> Result<QuantileBins, Error> {
        check(bins)?;
        Ok(QuantileBins::of(real, bins))
    }

    /// Of at least two bins.
    pub(super) fn of(real: &Sample, bins: usize) -> QuantileBins {
        let quantile = |k: usize| real.values()[real.quantile_row(k as f64 / bins as f64)];
        let (values, max) = (real.values(), real.max());
        let below = values.partition_point(|value| *value < max);
        let Some(before) = below.checked_sub(1).map(|row| values[row]) else {
            // Nothing is below the least float: that bin stays away.
            let edges = [max.next_down(), max].into_iter().filter(|edge| edge.is_finite());
            return QuantileBins { edges: edges.collect() };
        };
        // An edge at the maximum would leave nothing above it; one before it sets the rows at the maximum apart.
        let mut edges: Vec<f64> = (1..bins).map(|k| quantile(k).min(before)).collect();
        edges.dedup();
        QuantileBins { edges }
    }

    /// The share of a sample in each bin.
    pub fn shares(&self, sample: &Sample) -> Vec<f64> {
        let (values, law) = (sample.values(), sample.law());
        let mut below = 0.0;
        let ends = self.edges.iter().map(|edge| values.partition_point(|value| value <= edge));
        let masses = ends.chain([values.len()]).map(|rows| {
            let mass = law.mass(rows) - below;
            below = law.mass(rows);
            mass / law.total()
        });
        masses.collect()
    }
}

pub(super) fn check(bins: usize) -> Result<(), Error> {
    if (2..=MOST_BINS).contains(&bins) { Ok(()) } else { Err(Error::InvalidBins { bins }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fidelity::{chi_square_distance, entropy};
    use proptest::prelude::*;

    fn sample(values: &[f64]) -> Sample {
        Sample::new(values).unwrap()
    }

    /// Real column 1..=20 and 10 bins: ceil(20 k / 10) = 2 k, so the edges are 2, 4, ..., 18 and every bin holds
    /// 2 rows, a share of 1/10; entropy ln 10.
    /// Synthetic -5, 1, 2, 3, 3, 6, 10, 11, 25, 30: bin 1 (at most 2) holds -5, 1, 2; bin 2 (at most 4) 3, 3; bin 3
    /// 6; bin 5 10; bin 6 11; bin 10 (above 18) 25, 30: shares 3, 2, 1, 0, 1, 1, 0, 0, 0, 2 tenths.
    /// In tenths: (1 - 3)^2/4 = 1, (1 - 2)^2/3 = 1/3, 0, 1, 0, 0, 1, 1, 1, 1/3: sum 5 2/3; times 1/2, over 10: 17/60.
    #[test]
    fn worked_example() {
        let real = Sample::new((1..=20).map(f64::from)).unwrap();
        let synthetic = sample(&[-5.0, 1.0, 2.0, 3.0, 3.0, 6.0, 10.0, 11.0, 25.0, 30.0]);
        let bins = QuantileBins::new(&real, 10).unwrap();
        assert_eq!(bins.edges, [2., 4., 6., 8., 10., 12., 14., 16., 18.]);
        let (p, q) = (bins.shares(&real), bins.shares(&synthetic));
        assert_eq!(q, [0.3, 0.2, 0.1, 0.0, 0.1, 0.1, 0.0, 0.0, 0.0, 0.2]);
        assert!((chi_square_distance(&p, &q).unwrap() - 17.0 / 60.0).abs() < 1e-15);
        assert!((entropy(&p).unwrap() - 10f64.ln()).abs() < 1e-15);
        // -(3/10) ln(3/10) - 2 (2/10) ln(2/10) - 3 (1/10) ln(1/10) = 1.6957425341696346
        assert!((entropy(&q).unwrap() - 1.695_742_534_169_634_6).abs() < 1e-15);
    }

    #[test]
    fn ties_collapse_edges() {
        let bins = |values: &[f64]| QuantileBins::new(&sample(values), 4).unwrap().edges;
        assert_eq!(bins(&[0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0]), [0.0, 1.0]);
        assert_eq!(bins(&[1.0, 5.0, 5.0, 5.0]), [1.0]);
        assert_eq!(bins(&[3.0, 3.0]), [3.0f64.next_down(), 3.0]);
        let constant = QuantileBins::new(&sample(&[3.0]), 10).unwrap();
        assert_eq!(constant.shares(&sample(&[1.0, 3.0, 3.0, 8.0])), [0.25, 0.5, 0.25]);
        assert_eq!(QuantileBins::new(&sample(&[1.0]), 1), Err(Error::InvalidBins { bins: 1 }));
        for bins in [1 << 50, usize::MAX] {
            assert_eq!(QuantileBins::new(&sample(&[1.0]), bins), Err(Error::InvalidBins { bins }));
        }
        assert_eq!(QuantileBins::new(&sample(&[f64::MIN]), 2).unwrap().edges, [f64::MIN]);
    }

    /// Flags, real 95 of 100 ones and synthetic 50: shares (5, 95) and (50, 50) of 100:
    /// (1/2)(1/100)(45^2/55 + 45^2/145) = 0.2539184952978056.
    #[test]
    fn a_flag_and_its_negation_are_as_far() {
        let flags = |ones: usize| sample(&(0..100).map(|i| f64::from(i < ones)).collect::<Vec<_>>());
        let distance = |real: &Sample, synthetic: &Sample| {
            let bins = QuantileBins::new(real, 10).unwrap();
            chi_square_distance(&bins.shares(real), &bins.shares(synthetic)).unwrap()
        };
        let found = distance(&flags(95), &flags(50));
        assert!((found - 0.253_918_495_297_805_6).abs() < 1e-15);
        assert!((found - distance(&flags(5), &flags(50))).abs() < 1e-15);
        // Constant columns that differ share no bin.
        for other in [3.0f64.next_down(), 3.0f64.next_up(), -7.0] {
            assert_eq!(distance(&sample(&[3.0; 9]), &sample(&[other; 4])), 1.0);
        }
        assert_eq!(distance(&sample(&[3.0; 9]), &sample(&[3.0; 4])), 0.0);
    }

    proptest! {
        #[test]
        fn shares_agree_with_looking_every_row_up(
            real in prop::collection::vec((-6i32..6).prop_map(f64::from), 1..40),
            rows in prop::collection::vec(((-9i32..9).prop_map(f64::from), 1u32..4), 1..30),
            count in 2usize..12,
        ) {
            let bins = QuantileBins::new(&sample(&real), count).unwrap();
            let weighted = Sample::weighted(rows.iter().map(|r| r.0), rows.iter().map(|r| f64::from(r.1)));
            let shares = bins.shares(&weighted.unwrap());
            let mut expected = vec![0.0; bins.edges.len() + 1];
            let total: u32 = rows.iter().map(|r| r.1).sum();
            for (value, weight) in rows {
                let bin = bins.edges.iter().filter(|&&edge| value > edge).count();
                expected[bin] += f64::from(weight) / f64::from(total);
            }
            prop_assert!(shares.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-14));
            let constant = real.iter().all(|value| *value == real[0]);
            prop_assert!(constant || bins.edges.len() < count);
            prop_assert!(constant || bins.shares(&sample(&real)).iter().all(|share| *share > 0.0));
        }
    }
}
