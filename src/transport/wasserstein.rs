//! Wasserstein distances of any order.

use crate::error::Error;
use crate::kernels::cells::Law;
use crate::kernels::power_sum::{self, Exponent};
use crate::sample::Sample;

/// How far apart are two distributions? The p-Wasserstein distance W_p.
///
/// ```text
/// W_p = (int_0^1 |Q_a(t) - Q_b(t)|^p dt)^(1/p)      p >= 1, any real number
/// W_inf = max |Q_a - Q_b|                           p = f64::INFINITY
/// ```
///
/// The p-th root of the smallest mean p-th power of the way that the mass of `a` has to go to become `b`, in
/// the units of the data. It is W_p itself, not its p-th power.
///
/// Sizes and weights are free. Exact up to rounding: a finite sum over merged levels, which are integers for
/// unweighted samples; equal distributions are at distance 0 and no other, whatever their sizes (a sample
/// against itself repeated three times is 0). The largest difference is taken out before powers are formed, so
/// data of 1e300, of 1e-300 and exponents of 1000 work. Adding a constant to both samples changes nothing;
/// multiplying both by c multiplies W_p by |c|.
///
/// Cost O(n + m); sorting was done by [`Sample::new`].
///
/// # Errors
/// [`Error::InvalidExponent`] where `p` is NaN or below 1; [`Error::OutOfRange`] where the distance itself is
/// beyond the range of f64.
///
/// Reference: Villani 2003, chapter 2; Santambrogio 2015, chapter 2.
///
/// ```
/// use risk_sd::{Sample, wasserstein};
///
/// let a = Sample::new([0.0, 2.0, 4.0])?;
/// let b = Sample::new([1.0, 1.5, 3.0])?;
/// assert_eq!(wasserstein(1.0, &a, &b)?, 5.0 / 6.0);
/// assert_eq!(wasserstein(2.0, &a, &b)?, 0.75_f64.sqrt());
/// assert_eq!(wasserstein(f64::INFINITY, &a, &b)?, 1.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "earth mover distance")]
#[doc(alias = "EMD")]
#[doc(alias = "Kantorovich")]
#[doc(alias = "Mallows distance")]
#[doc(alias = "wasserstein_distance")]
pub fn wasserstein(p: f64, a: &Sample, b: &Sample) -> Result<f64, Error> {
    between(exponent(p)?, a.law(), b.law())
}

/// The exponent, checked.
pub(super) fn exponent(p: f64) -> Result<Exponent, Error> {
    if p >= 1.0 { Ok(Exponent::of(p)) } else { Err(Error::InvalidExponent { p }) }
}

pub(super) fn between(exponent: Exponent, a: Law, b: Law) -> Result<f64, Error> {
    in_range("the distance", power_sum::distance(exponent, a, b))
}

/// A result, unless it left the range of f64.
pub(super) fn in_range(what: &'static str, value: f64) -> Result<f64, Error> {
    if value.is_finite() { Ok(value) } else { Err(Error::OutOfRange { what }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(values: &[f64]) -> Sample {
        Sample::new(values).unwrap()
    }

    #[test]
    fn only_exponents_from_one_on() {
        let one = sample(&[1.0]);
        assert_eq!(wasserstein(0.5, &one, &one), Err(Error::InvalidExponent { p: 0.5 }));
        assert!(matches!(wasserstein(f64::NAN, &one, &one), Err(Error::InvalidExponent { .. })));
        assert_eq!(wasserstein(f64::INFINITY, &one, &one), Ok(0.0));
    }

    #[test]
    fn a_distance_beyond_f64_is_an_error_and_the_largest_before_is_not() {
        let (low, high) = (sample(&[f64::MIN]), sample(&[f64::MAX]));
        for p in [1.0, 2.0, 2.5, 3.0, f64::INFINITY] {
            let beyond = Err(Error::OutOfRange { what: "the distance" });
            assert_eq!(wasserstein(p, &low, &high), beyond, "p = {p}");
            let half = wasserstein(p, &sample(&[f64::MIN, 0.0]), &sample(&[0.0, f64::MAX])).unwrap();
            assert_eq!(half, f64::MAX);
        }
        // Twice the largest f64 on one row of four.
        let (a, b) = (sample(&[f64::MIN, 0.0, 0.0, 0.0]), sample(&[f64::MIN, 0.0, 0.0, f64::MAX]));
        assert_eq!(wasserstein(1.0, &a, &b), Ok(f64::MAX / 4.0));
    }
}
