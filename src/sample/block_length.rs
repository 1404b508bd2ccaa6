//! The block length of a time series, chosen by the data.

use super::Number;
use super::sample::finite;
use crate::error::Error;
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::sum;

/// Block lengths at which the bootstrap variance of a mean has the least mean squared error.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct OptimalBlockLength {
    /// For blocks of one length: circular and moving blocks.
    pub circular: f64,
    /// Mean length for blocks of geometric lengths (the stationary bootstrap).
    pub stationary: f64,
}

/// How many consecutive rows of this time series should be drawn together? The rule of Politis and White
/// (2004) as corrected by Patton, Politis and White (2009).
///
/// ```text
/// R(k)   autocovariances (divisor n), rho(k) = R(k) / R(0)
/// m      the first lag of the first run of 5 lags with |rho| < 2 sqrt(log10(n) / n), among lags up to
///        ceil(sqrt n) + 5; without such a run the last lag that exceeds it
/// M      = min(2 m, ceil(sqrt n) + 5)
/// g      = sum over |k| <= M of lambda(k / M) R(k),       lambda(t) = 1 up to 1/2, then 2 (1 - |t|)
/// G      = sum over |k| <= M of lambda(k / M) |k| R(k)
/// length = (2 G^2 n / D)^(1/3),   D = 4/3 g^2 (circular), 2 g^2 (stationary)
/// ```
///
/// at least 1 and at most ceil(min(3 sqrt n, n / 3)). A constant series has length 1. The first lag of the
/// run, not the lag before it, is m in the authors' own program and in its descendants; so it is here.
///
/// ```
/// use risk_sd::optimal_block_length;
///
/// // Every value twice: rows depend on their neighbours.
/// let doubled: Vec<f64> = (0..400).map(|i| ((i / 2 * 7919) % 101) as f64).collect();
/// let length = optimal_block_length(&doubled)?;
/// assert!(length.circular > 2.0 && length.circular < 12.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// # Errors
/// [`Error::Empty`]; [`Error::NotFinite`] with the row.
///
/// Cost: O(n sqrt n).
///
/// Reference: Politis, White 2004, Econometric Reviews 23; Patton, Politis, White 2009, Econometric Reviews 28.
#[doc(alias = "b.star")]
#[doc(alias = "automatic block length")]
pub fn optimal_block_length(
    series: impl IntoIterator<Item = impl Number>,
) -> Result<OptimalBlockLength, Error> {
    Ok(optimal(&finite(series)?))
}

/// Lags that must be negligible in a row.
const RUN: usize = 5;

/// The same of values that are known to be finite.
pub(super) fn optimal(values: &[f64]) -> OptimalBlockLength {
    let n = values.len() as f64;
    let most_lags = n.sqrt().ceil() as usize + RUN;
    let r = autocovariances(values, most_lags);
    if r[0] == 0.0 {
        return OptimalBlockLength { circular: 1.0, stationary: 1.0 };
    }
    let m = (2 * negligible_from(&r, n)).min(most_lags);
    let (mut g, mut big_g) = (r[0], 0.0);
    for (k, r) in r.iter().enumerate().take(m + 1).skip(1) {
        let t = k as f64 / m as f64;
        let lambda = if t <= 0.5 { 1.0 } else { 2.0 * (1.0 - t) };
        g += 2.0 * lambda * r;
        big_g += 2.0 * lambda * k as f64 * r;
    }
    let longest = (3.0 * n.sqrt()).min(n / 3.0).ceil();
    let length = |factor: f64| match libm::cbrt(2.0 / factor * (big_g / g) * (big_g / g) * n) {
        // A flat-top spectral density may be estimated as 0.
        length if length.is_finite() => length.clamp(1.0, longest.max(1.0)),
        _ => longest.max(1.0),
    };
    OptimalBlockLength { circular: length(4.0 / 3.0), stationary: length(2.0) }
}

/// R(0), R(1), ... up to `most_lags`, in a unit that makes the largest deviation about 1.
fn autocovariances(values: &[f64], most_lags: usize) -> Vec<f64> {
    let n = values.len();
    let in_unit = |values: Vec<f64>| -> Vec<f64> {
        let unit = power_of_two_below(values.iter().fold(0.0, |max, v| v.abs().max(max)));
        values.into_iter().map(|v| v / unit).collect()
    };
    let values = in_unit(values.to_vec());
    let mean = sum(values.iter().copied()) / n as f64;
    let deviations = in_unit(values.into_iter().map(|v| v - mean).collect());
    let at = |lag: usize| {
        let products = deviations.iter().zip(&deviations[lag..]).map(|(a, b)| a * b);
        products.sum::<f64>() / n as f64
    };
    (0..=most_lags.min(n - 1)).map(at).collect()
}

/// The lag m from which on correlations are negligible.
fn negligible_from(r: &[f64], n: f64) -> usize {
    let bound = 2.0 * (libm::log10(n) / n).sqrt() * r[0];
    let negligible: Vec<bool> = r.iter().skip(1).map(|r| r.abs() < bound).collect();
    let run = negligible.windows(RUN).position(|run| run.iter().all(|&small| small));
    let last = || negligible.iter().rposition(|&small| !small);
    run.or_else(last).map_or(1, |before| before + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_value() {
        // Ten rows: deviations -+1 in runs of five. R(0) = 1, R(1) = .7, R(2) = .4, R(3) = .1, R(4) = -.2 ...
        let values = [0., 0., 0., 0., 0., 2., 2., 2., 2., 2.];
        let r = autocovariances(&values, 9);
        let expected = [1., 0.7, 0.4, 0.1, -0.2, -0.5, -0.4, -0.3, -0.2, -0.1];
        assert!(r.iter().zip(expected).all(|(r, e)| (r - e).abs() < 1e-15), "{r:?}");
        assert_eq!(autocovariances(&values, 10).len(), 10, "there is no lag of all rows");
        // The bound is 2 sqrt(1 / 10) = .632: lags from 2 on are below it.
        assert_eq!(negligible_from(&r, 10.0), 2);
        // No five in a row: the last lag above it.
        assert_eq!(negligible_from(&[1.0, 0.9, 0.1, 0.8, 0.1, 0.1, 0.1], 10.0), 3);
        // M = 4: g = 1 + 2 (.7 + .4 + .1 / 2), G = 2 (.7 + .8 + .3 / 2); the longest allowed is ceil(10 / 3).
        let (g, big_g): (f64, f64) = (3.3, 3.3);
        assert!((2.0 * big_g.powi(2) * 10.0 / (2.0 * g.powi(2))).cbrt() < 4.0);
        let found = optimal(&values);
        assert!((found.stationary - 10f64.cbrt()).abs() < 1e-14, "{found:?}");
        assert!((found.circular - 15f64.cbrt()).abs() < 1e-14, "{found:?}");
        // The formula asks for blocks of 6.2 and 5.4 rows: they are cut to ceil(10 / 3).
        let found = optimal(&[0., 2., 0., 2., 0., 2., 0., 2., 0., 2.]);
        assert_eq!((found.circular, found.stationary), (4.0, 4.0));
    }

    #[test]
    fn scale_and_shift_change_nothing() {
        let values: Vec<f64> = (0..300).map(|i| f64::from(i / 3 * 7919 % 101)).collect();
        let expected = optimal(&values);
        assert!(expected.circular > 2.0);
        for (scale, shift) in [(1e300, 0.0), (1e-300, 0.0), (1.0, 1e9), (-2.0, 5.0)] {
            let moved: Vec<f64> = values.iter().map(|v| scale * v + shift).collect();
            let found = optimal(&moved);
            assert!((found.circular / expected.circular - 1.0).abs() < 1e-6, "{found:?} {expected:?}");
        }
    }

    #[test]
    fn short_and_constant_series_have_a_length() {
        for values in [&[1.0][..], &[1.0, 2.0], &[1.0, 2.0, 3.0], &[5.0; 50]] {
            let found = optimal_block_length(values).unwrap();
            assert!(found.circular >= 1.0 && found.stationary >= 1.0, "{values:?}: {found:?}");
        }
        let nan = optimal_block_length([1.0, f64::NAN]);
        assert!(matches!(nan, Err(Error::NotFinite { row: 1, .. })));
    }
}
