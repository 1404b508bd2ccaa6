//! Distances between distribution functions.

use super::wasserstein::in_range;
use crate::dominance::pooled::{for_each_value, level_difference};
use crate::error::Error;
use crate::kernels::cells::cell_total;
use crate::kernels::scale::Differences;
use crate::kernels::sum::Sum;
use crate::sample::Sample;

/// How far apart are two distributions? The Cramér distance, the L2 distance of distribution functions.
///
/// ```text
/// (int (F_a(z) - F_b(z))^2 dz)^(1/2)
/// ```
///
/// A metric, in the root of the units of the data: multiplying both samples by c > 0 multiplies it by the root
/// of c. Its square is the integrated squared difference, known as the Cramér-von Mises distance against
/// Lebesgue measure and, for a single row `b`, as the continuous ranked probability score of `a`.
///
/// Exact on the pooled values, for any sizes, ties and weights; equal distributions are at distance 0.
/// Cost O(n + m).
///
/// # Errors
/// [`Error::OutOfRange`] where the square is beyond the range of f64.
///
/// Reference: Cramér 1928; Székely 2003.
///
/// ```
/// use risk_sd::{Sample, cramer_distance};
///
/// let a = Sample::new([0.0, 2.0, 4.0])?;
/// let b = Sample::new([1.0, 1.5, 3.0])?;
/// assert_eq!(cramer_distance(&a, &b)?, (5.0_f64 / 18.0).sqrt());
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "CRPS")]
pub fn cramer_distance(a: &Sample, b: &Sample) -> Result<f64, Error> {
    in_range("the distance", root_of_squares(a, b, 1.0))
}

/// How far apart are two distributions? The energy distance.
///
/// ```text
/// (2 E|A - B| - E|A - A'| - E|B - B'|)^(1/2) = (2 int (F_a(z) - F_b(z))^2 dz)^(1/2)
/// ```
///
/// The root of two times [`cramer_distance`], as `scipy.stats.energy_distance` returns it; some authors call
/// the square by this name. A metric, in the root of the units of the data.
///
/// Computed on the pooled values, not from pairs of rows: O(n + m), and no difference of large means.
///
/// # Errors
/// As [`cramer_distance`].
///
/// Reference: Székely, Rizzo 2013.
///
/// ```
/// use risk_sd::{Sample, energy_distance};
///
/// let a = Sample::new([0.0, 2.0, 4.0])?;
/// let b = Sample::new([1.0, 1.5, 3.0])?;
/// assert_eq!(energy_distance(&a, &b)?, (5.0_f64 / 9.0).sqrt());
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn energy_distance(a: &Sample, b: &Sample) -> Result<f64, Error> {
    in_range("the distance", root_of_squares(a, b, 2.0))
}

/// How far apart are two distribution functions at most? The Kolmogorov-Smirnov distance.
///
/// ```text
/// sup_z |F_a(z) - F_b(z)|
/// ```
///
/// In [0, 1], without a unit; unchanged by any increasing map of the data. Ties count once, at their value.
/// It is the statistic of the two-sample Kolmogorov-Smirnov test, not the test. Cost O(n + m).
///
/// Reference: Smirnov 1939.
///
/// ```
/// use risk_sd::{Sample, kolmogorov_smirnov_distance};
///
/// let a = Sample::new([0.0, 2.0, 4.0])?;
/// let b = Sample::new([1.0, 1.5, 3.0])?;
/// assert_eq!(kolmogorov_smirnov_distance(&a, &b), 1.0 / 3.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "Smirnov")]
#[doc(alias = "KS statistic")]
pub fn kolmogorov_smirnov_distance(a: &Sample, b: &Sample) -> f64 {
    let (x, y) = (a.law(), b.law());
    let mut largest: f64 = 0.0;
    for_each_value(x, y, |_, i, j| largest = largest.max(level_difference(x, i, y, j).abs()));
    (largest / cell_total(x, y)).min(1.0)
}

/// `(factor * int (F_a - F_b)^2 dz)^(1/2)`: steps of integer height (unweighted) between pooled values, whose
/// differences are taken in the unit of the pooled range.
fn root_of_squares(a: &Sample, b: &Sample, factor: f64) -> f64 {
    let (x, y) = (a.law(), b.law());
    let (lowest, highest) = (a.min().min(b.min()), a.max().max(b.max()));
    let plain = Differences::plain(lowest, highest);
    let scale = plain.in_unit_of(plain.between(highest, lowest));
    let total = cell_total(x, y);
    let mut area = Sum::default();
    let mut step: Option<(f64, f64)> = None;
    for_each_value(x, y, |z, i, j| {
        if let Some((from, height)) = step {
            area.add(height * height * scale.between(z, from));
        }
        step = Some((z, level_difference(x, i, y, j) / total));
    });
    // The root of the unit apart from that of the area: their product may overflow where neither does.
    (factor * area.value()).sqrt() * scale.unit().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By pairs of rows.
    fn energy_of_pairs(x: &[f64], y: &[f64]) -> f64 {
        let mean = |u: &[f64], v: &[f64]| {
            let sum: f64 = u.iter().flat_map(|a| v.iter().map(move |b| (a - b).abs())).sum();
            sum / (u.len() * v.len()) as f64
        };
        2.0 * mean(x, y) - mean(x, x) - mean(y, y)
    }

    fn largest_difference(x: &[f64], y: &[f64]) -> f64 {
        let share = |v: &[f64], z: f64| v.iter().filter(|v| **v <= z).count() as f64 / v.len() as f64;
        x.iter().chain(y).map(|&z| (share(x, z) - share(y, z)).abs()).fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn agree_with_their_definitions(
            x in prop::collection::vec((-6i32..6).prop_map(f64::from), 1..20),
            y in prop::collection::vec(-5.0..5.0f64, 1..20),
        ) {
            let (a, b) = (Sample::new(&x).unwrap(), Sample::new(&y).unwrap());
            let squared = energy_distance(&a, &b).unwrap().powi(2);
            prop_assert!((squared - energy_of_pairs(&x, &y)).abs() < 1e-12);
            prop_assert!((cramer_distance(&a, &b).unwrap().powi(2) - squared / 2.0).abs() < 1e-13);
            let supremum = kolmogorov_smirnov_distance(&a, &b);
            prop_assert!((supremum - largest_difference(&x, &y)).abs() < 1e-15);
        }
    }

    #[test]
    fn the_range_of_f64_is_no_limit_to_the_data() {
        let (a, b) = (Sample::new([f64::MIN]).unwrap(), Sample::new([f64::MAX]).unwrap());
        assert_eq!(cramer_distance(&a, &b).unwrap(), 2.0_f64.sqrt() * f64::MAX.sqrt());
        let (a, b) = (Sample::new([0.0]).unwrap(), Sample::new([5e-324]).unwrap());
        assert_eq!(cramer_distance(&a, &b).unwrap(), 5e-324_f64.sqrt());
        assert_eq!(kolmogorov_smirnov_distance(&a, &b), 1.0);
    }
}
