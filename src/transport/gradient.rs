//! Gradients of transport costs with respect to where the rows are.

use super::wasserstein::{between, exponent, in_range};
use crate::error::Error;
use crate::kernels::cells::{cell_total, for_each_cell};
use crate::kernels::power_sum::{Exponent, Shares, integer_power, largest_difference};
use crate::kernels::sum::Sum;
use crate::sample::IndexedSample;

/// The value of a transport cost and its derivatives by the rows of both samples, in the order of the data.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TransportGradient {
    /// The cost, or the distance.
    pub value: f64,
    /// By the rows of the data of `a`.
    pub a: Vec<f64>,
    /// By the rows of the data of `b`.
    pub b: Vec<f64>,
}

/// How does the cost of carrying `a` to `b` change when rows move?
///
/// ```text
/// d OT_h / d x_i = sum_j pi_ij h'(x_i - y_j)        d OT_h / d y_j = -sum_i pi_ij h'(x_i - y_j)
/// ```
///
/// pi is the monotone [`coupling`](crate::coupling); `cost` is h, `derivative` is h'. Rows in the order of the
/// data; rows of weight 0 have derivative 0. All derivatives of both sides sum to 0.
///
/// Where values tie, or h has a kink that is met, the cost is not differentiable: this is one subgradient, in
/// which equal values are taken in the order of their rows and the kink has the slope that `derivative` returns.
///
/// Cost O(n + m) evaluations of each.
///
/// # Errors
/// As [`transport_cost`](crate::transport_cost); [`Error::DerivativeNotFinite`] where `derivative` returns NaN or
/// an infinity, with the difference it was given; [`Error::OutOfRange`] where a derivative leaves the range of f64.
///
/// ```
/// use risk_sd::{IndexedSample, location_gradient};
///
/// let a = IndexedSample::new([4.0, 0.0, 2.0])?;
/// let b = IndexedSample::new([3.0, 1.0])?;
/// let gradient = location_gradient(&a, &b, |d| d * d, |d| 2.0 * d)?;
/// assert_eq!(gradient.a, [2.0 / 3.0, -2.0 / 3.0, 0.0]);
/// assert_eq!(gradient.b, [-1.0 / 3.0, 1.0 / 3.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn location_gradient(
    a: &IndexedSample,
    b: &IndexedSample,
    cost: impl Fn(f64) -> f64,
    derivative: impl Fn(f64) -> f64,
) -> Result<TransportGradient, Error> {
    let value = super::transport_cost(a.sample(), b.sample(), cost)?;
    let total = cell_total(a.sample().law(), b.sample().law());
    let (of_a, of_b) = scattered(a, b, |x, y, mass| {
        let difference = x - y;
        let slope = derivative(difference);
        if slope.is_finite() {
            Ok(mass / total * slope)
        } else {
            Err(Error::DerivativeNotFinite { difference, derivative: slope })
        }
    })?;
    // A mean of the largest slopes may round up beyond them.
    of_a.iter().chain(&of_b).try_for_each(|&slope| in_range("a derivative", slope).map(drop))?;
    Ok(TransportGradient { value, a: of_a, b: of_b })
}

/// How does the p-Wasserstein distance of `a` and `b` change when rows move?
///
/// ```text
/// d W_p / d x_i = sum_j pi_ij sign(x_i - y_j) (|x_i - y_j| / W_p)^(p - 1)
/// ```
///
/// Of W_p itself, not of its p-th power. The sign of 0 is 0: for p = 1 that is a subgradient where pairs coincide.
/// For p = infinity it is a subgradient too: the first of the furthest pairs moves, nothing else does. Otherwise
/// as [`location_gradient`]. Ratios are formed before powers, so data of any magnitude work. Cost O(n + m).
///
/// # Errors
/// As [`wasserstein`](crate::wasserstein); [`Error::ZeroDistance`] where the distributions are equal and p > 1:
/// there the distance has no gradient.
///
/// ```
/// use risk_sd::{IndexedSample, wasserstein_gradient};
///
/// let a = IndexedSample::new([4.0, 0.0])?;
/// let b = IndexedSample::new([1.0, 8.0])?;
/// let gradient = wasserstein_gradient(1.0, &a, &b)?;
/// assert_eq!(gradient.value, 2.5);
/// assert_eq!(gradient.a, [-0.5, -0.5]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn wasserstein_gradient(
    p: f64,
    a: &IndexedSample,
    b: &IndexedSample,
) -> Result<TransportGradient, Error> {
    let exponent = exponent(p)?;
    let value = between(exponent, a.sample().law(), b.sample().law())?;
    let total = cell_total(a.sample().law(), b.sample().law());
    let (of_a, of_b) = match exponent {
        Exponent::One => scattered(a, b, |x, y, mass| Ok(with_sign(x - y, mass / total)))?,
        Exponent::Two => by_powers(a, b, p, |share| share)?,
        Exponent::Integer(integer) => by_powers(a, b, p, |share| integer_power(share, integer - 1))?,
        Exponent::Real(_) => by_powers(a, b, p, |share| libm::pow(share, p - 1.0))?,
        Exponent::Infinite => furthest(a, b)?,
    };
    Ok(TransportGradient { value, a: of_a, b: of_b })
}

fn with_sign(difference: f64, size: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { size.copysign(difference) }
}

/// With t = |d| / D, D the largest difference, and M the mean of t^p, so that `W_p = D M^(1/p)`:
///
/// ```text
/// (|d| / W_p)^(p - 1) = t^(p - 1) / M * M^(1/p)
/// ```
///
/// `power` is t^(p - 1). A quotient by W_p itself would carry the rounding of W_p to the power p - 1.
fn by_powers(
    a: &IndexedSample,
    b: &IndexedSample,
    p: f64,
    power: impl Fn(f64) -> f64,
) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let (x, y) = (a.sample().law(), b.sample().law());
    let shares = Shares::of(x, y).ok_or(Error::ZeroDistance)?;
    let mut moment = Sum::default();
    for_each_cell(x, y, |i, j, mass| {
        let share = shares.between(x.values()[i], y.values()[j]).abs();
        moment.add(mass * (share * power(share)));
    });
    let moment = moment.value();
    let root = libm::pow(moment / cell_total(x, y), 1.0 / p);
    scattered(a, b, |x, y, mass| {
        let share = shares.between(x, y);
        // At most 1 / share before the root, however light the furthest pair is.
        Ok(with_sign(share, mass * power(share.abs()) / moment * root))
    })
}

/// Sums `part(x_i, y_j, mass of the cell)` into the rows of a, and with the other sign into those of b.
fn scattered(
    a: &IndexedSample,
    b: &IndexedSample,
    part: impl Fn(f64, f64, f64) -> Result<f64, Error>,
) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let (x, y) = (a.sample().law(), b.sample().law());
    let (xs, ys) = (x.values(), y.values());
    let (mut of_a, mut of_b) = (vec![Sum::default(); xs.len()], vec![Sum::default(); ys.len()]);
    let mut failed = None;
    for_each_cell(x, y, |i, j, mass| match part(xs[i], ys[j], mass) {
        Ok(part) => {
            of_a[i].add(part);
            of_b[j].add(-part);
        }
        Err(error) => failed = failed.take().or(Some(error)),
    });
    let values = |sums: Vec<Sum>| sums.into_iter().map(|sum| sum.value()).collect::<Vec<f64>>();
    match failed {
        Some(error) => Err(error),
        None => Ok((a.in_data_order(&values(of_a)), b.in_data_order(&values(of_b)))),
    }
}

/// The first pair that is `largest` apart moves.
fn furthest(a: &IndexedSample, b: &IndexedSample) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let (x, y) = (a.sample().law(), b.sample().law());
    let (scale, largest) = largest_difference(x, y);
    if largest == 0.0 {
        return Err(Error::ZeroDistance);
    }
    let (xs, ys) = (x.values(), y.values());
    let (mut of_a, mut of_b) = (vec![0.0; xs.len()], vec![0.0; ys.len()]);
    let mut found = false;
    for_each_cell(x, y, |i, j, _| {
        let difference = scale.between(xs[i], ys[j]);
        if !found && difference.abs() == largest {
            found = true;
            of_a[i] = 1.0_f64.copysign(difference);
            of_b[j] = -of_a[i];
        }
    });
    Ok((a.in_data_order(&of_a), b.in_data_order(&of_b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_slopes_give_an_error_or_a_number() {
        let a = IndexedSample::new([f64::MAX]).unwrap();
        let b = IndexedSample::new((0..7).map(f64::from)).unwrap();
        let found = location_gradient(&a, &b, |_| 0.0, |_| f64::MAX);
        let finite = |g: &TransportGradient| g.a.iter().chain(&g.b).all(|slope| slope.is_finite());
        let beyond = Error::OutOfRange { what: "a derivative" };
        assert!(found.as_ref().map_or_else(|error| *error == beyond, finite), "{found:?}");
    }

    #[test]
    fn large_exponents_and_the_smallest_numbers_cost_no_digits() {
        let a = IndexedSample::new([0.0, 0.0, 0.0, 1.0]).unwrap();
        let b = IndexedSample::new([0.0; 4]).unwrap();
        // W_p = 4^(-1/p), and its derivative by the one row that is apart is the same.
        for p in [2.0, 3.0, 3.5, 1e6, 1e12, 1e16, 1e300] {
            let found = wasserstein_gradient(p, &a, &b).unwrap();
            let expected = 0.25f64.powf(1.0 / p);
            assert!((found.a[3] - expected).abs() < 1e-15, "p = {p}: {}", found.a[3]);
        }
        // A pair so light that the power mean is near the end of the range of f64.
        let light = IndexedSample::weighted([-1e300, 0.0], [1.0, f64::MAX]).unwrap();
        let found = wasserstein_gradient(1e17, &light, &IndexedSample::new([0.0]).unwrap()).unwrap();
        assert!(found.a.iter().all(|slope| slope.is_finite()), "{found:?}");
        let smallest = IndexedSample::new([0.0, 0.0, 0.0, 5e-324]).unwrap();
        assert_eq!(wasserstein_gradient(2.0, &smallest, &b).unwrap().a[3], 0.5);
    }
}
