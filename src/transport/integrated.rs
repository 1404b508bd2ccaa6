//! Distances between integrated quantile functions: transport for risk-averse choosers.

use super::wasserstein::in_range;
use crate::dominance::{Order, gap};
use crate::error::Error;
use crate::sample::Sample;

/// How far apart are two distributions for a risk-averse chooser? The distance between integrated quantile
/// functions.
///
/// ```text
/// d_IQ = (int_0^1 (G_a(p) - G_b(p))^2 dp)^(1/2)          G(p) = int_0^p Q(t) dt
/// ```
///
/// The second-order relative of W_2: `d_IQ^2` is [`Gap::squared_distance`](crate::Gap::squared_distance) at
/// [`Order::Second`]. A metric; in the units of the data; 0 for equal distributions only. G is piecewise linear:
/// the integral is exact, its sum compensated.
///
/// Cost O(n + m).
///
/// # Errors
/// [`Error::OutOfRange`] where the distance is beyond the range of f64.
///
/// Reference: Nitsure et al. 2024, section 2.2.
///
/// ```
/// use risk_sd::{Sample, integrated_quantile_distance};
///
/// let a = Sample::new([0.0, 2.0, 4.0])?;
/// let b = Sample::new([1.0, 1.5, 3.0])?;
/// assert!((integrated_quantile_distance(&a, &b)?.powi(2) - 24.0 / 648.0).abs() < 1e-15);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "absolute Lorenz curve")]
pub fn integrated_quantile_distance(a: &Sample, b: &Sample) -> Result<f64, Error> {
    let gap = gap(Order::Second, a, b);
    let roots = gap.roots(1.0);
    in_range("the distance", libm::hypot(roots.above, roots.below))
}

/// What does `a` lack to dominate `b` to the second order? The one-sided distance between integrated quantile
/// functions.
///
/// ```text
/// (int_0^1 max(G_b(p) - G_a(p), 0)^2 dp)^(1/2)
/// ```
///
/// 0 exactly where `a` dominates `b` to the second order. The squares of this and of its reverse, with a and b
/// exchanged, sum to the square of [`integrated_quantile_distance`]. In the units of the data. The first-order
/// relative is [`transport_cost`](crate::transport_cost) with `|d| (-d).max(0.0).powi(2)`.
///
/// Cost O(n + m).
///
/// # Errors
/// As [`integrated_quantile_distance`].
///
/// ```
/// use risk_sd::{Sample, integrated_quantile_shortfall};
///
/// let steady = Sample::new([1.0, 1.0])?;
/// let risky = Sample::new([0.0, 2.0])?;
/// assert_eq!(integrated_quantile_shortfall(&steady, &risky)?, 0.0);
/// assert_eq!(integrated_quantile_shortfall(&risky, &steady)?, (1.0_f64 / 12.0).sqrt());
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn integrated_quantile_shortfall(a: &Sample, b: &Sample) -> Result<f64, Error> {
    in_range("the distance", gap(Order::Second, a, b).roots(1.0).below)
}
