//! The squared 2-Wasserstein distance split into location, size and shape.

use std::fmt;

use super::wasserstein::{in_range, wasserstein};
use crate::error::Error;
use crate::kernels::cells::{cell_total, for_each_cell};
use crate::kernels::gap::differences;
use crate::kernels::sum::{DoubleDouble, Sum};
use crate::risk::Centred;
use crate::sample::Sample;

/// Why are two distributions apart? W_2 by location, size and shape.
///
/// ```text
/// W_2^2 = location^2 + size^2 + shape^2
/// location = mean_a - mean_b
/// size     = sd_a - sd_b                                     (divisor n)
/// shape    = (sd_a sd_b int_0^1 (Z_a(t) - Z_b(t))^2 dt)^(1/2)      Z the quantile function of (x - mean) / sd
/// ```
///
/// All in the units of the data. Signs of `location` and `size` say which side is larger; the squares are the
/// terms of the split. `shape^2 = 2 sd_a sd_b (1 - rho)`, rho the correlation of the two quantile functions; it
/// is formed from the integral, which does not cancel.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WassersteinSplit {
    /// W_2.
    pub distance: f64,
    /// Mean of `a` minus mean of `b`.
    pub location: f64,
    /// Standard deviation of `a` minus that of `b`, with divisor n.
    pub size: f64,
    /// What is left when means and standard deviations agree; not negative. 0 where one side is constant.
    pub shape: f64,
}

impl fmt::Display for WassersteinSplit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WassersteinSplit { distance, location, size, shape } = self;
        write!(f, "W_2 = {distance:.4e}: location {location:.4e}, size {size:.4e}, shape {shape:.4e}")
    }
}

/// Why are two distributions apart? Splits W_2 by location, size and shape ([`WassersteinSplit`]).
///
/// ```text
/// W_2^2 = (mean_a - mean_b)^2 + (sd_a - sd_b)^2 + 2 sd_a sd_b (1 - rho)
/// ```
///
/// A shift of one sample changes `location` alone; stretching it about its mean changes `size` and, in
/// proportion to the root of the stretch, `shape`. Exact up to rounding, any sizes and weights. Cost O(n + m).
///
/// # Errors
/// [`Error::OutOfRange`] where a part is beyond the range of f64.
///
/// Reference: Irpino, Verde 2006; Schefzik, Flesch, Goncalves 2021.
///
/// ```
/// use risk_sd::{Sample, wasserstein_split};
///
/// let a = Sample::new([1.0, 3.0, 5.0])?;
/// let b = Sample::new([0.0, 1.0, 2.0])?;
/// let split = wasserstein_split(&a, &b)?;
/// assert_eq!(split.location, 2.0);
/// assert!((split.size - (2.0_f64 / 3.0).sqrt()).abs() < 1e-15);
/// assert!(split.shape < 1e-15);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "location size shape")]
#[doc(alias = "decomposition")]
pub fn wasserstein_split(a: &Sample, b: &Sample) -> Result<WassersteinSplit, Error> {
    Ok(WassersteinSplit {
        distance: wasserstein(2.0, a, b)?,
        location: in_range("the difference of means", mean_difference(a, b))?,
        size: in_range("the difference of deviations", a.standard_deviation() - b.standard_deviation())?,
        shape: in_range("the shape part", shape(a, b))?,
    })
}

/// From differences, in twice the precision: two means, or differences of either sign, would cancel.
fn mean_difference(a: &Sample, b: &Sample) -> f64 {
    let (x, y) = (a.law(), b.law());
    let scale = differences(x, y);
    let mut sum = DoubleDouble::default();
    for_each_cell(x, y, |i, j, mass| {
        let (difference, error) = scale.exact_between(a.values()[i], b.values()[j]);
        sum.add_scaled_difference(mass, difference, -error);
    });
    scale.restore(sum.value() / cell_total(x, y))
}

fn shape(a: &Sample, b: &Sample) -> f64 {
    let [Some(of_a), Some(of_b)] = [a, b].map(|sample| Centred::new(sample).standardised()) else {
        return 0.0;
    };
    let (x, y) = (a.law(), b.law());
    let mut sum = Sum::default();
    for_each_cell(x, y, |i, j, mass| {
        let difference = of_a[i] - of_b[j];
        sum.add(mass * (difference * difference));
    });
    let squared = sum.value() / cell_total(x, y);
    a.standard_deviation().sqrt() * b.standard_deviation().sqrt() * squared.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured before: 1e-7 of the deviations, and 30 roundings of the larger differences.
    #[test]
    fn neither_an_offset_nor_differences_that_cancel_cost_digits() {
        let sample = |values: [f64; 3]| Sample::new(values).unwrap();
        let far = |values: [f64; 3]| sample(values.map(|v| v + 1e9));
        // Exact at 1e9, where a mean is rounded to 1e-7.
        let (a, b) = ([0.0, 0.25, 1.0], [0.5, 0.75, 1.5]);
        let found = wasserstein_split(&far(a), &far(b)).unwrap();
        assert_eq!((found.location, found.size, found.shape), (-0.5, 0.0, 0.0));
        let found = wasserstein_split(&far(a), &far([0.0, 0.5, 1.0])).unwrap();
        assert_eq!(found, wasserstein_split(&sample(a), &sample([0.0, 0.5, 1.0])).unwrap());
        // 1/3 - 1/3 + 2^-60.
        let tiny = 2f64.powi(-60);
        let found =
            wasserstein_split(&sample([-1.0 / 3.0, tiny, 1.0 / 3.0]), &sample([0.0; 3])).unwrap();
        assert_eq!(found.location, tiny / 3.0);
        // 1 - 2^-60 and -1 - 2^-60 are no f64.
        let found = wasserstein_split(&sample([-1.0, 0.0, 1.0]), &sample([tiny; 3])).unwrap();
        assert_eq!(found.location, -tiny);
    }

    #[test]
    fn both_ends_of_the_range_of_f64() {
        let plain = [[0.0, 1.0, 4.0], [2.0, 3.0, 9.0]];
        let split = |factor: f64| {
            let [a, b] = plain.map(|values| Sample::new(values.map(|v| v * factor)).unwrap());
            wasserstein_split(&a, &b).unwrap()
        };
        let one = split(1.0);
        for factor in [1e307, 1e-300] {
            let found = split(factor);
            for (found, expected) in [
                (found.distance, one.distance),
                (found.location, one.location),
                (found.size, one.size),
                (found.shape, one.shape),
            ] {
                assert!((found / factor - expected).abs() < 1e-14, "{factor}: {found} {expected}");
            }
        }
        // Few digits are left, but they are numbers.
        let found = split(5e-324);
        assert!(found.shape.is_finite() && found.size.is_finite());
    }
}
