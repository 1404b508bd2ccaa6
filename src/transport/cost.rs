//! The cost of optimal transport for any convex cost of the difference.

use crate::error::Error;
use crate::kernels::cells::{Law, cell_total, for_each_cell};
use crate::kernels::sum::Sum;
use crate::sample::Sample;

/// What does it cost to carry `a` to `b`, if moving a unit of mass from y to x costs `h(x - y)`?
///
/// ```text
/// OT_h = min over couplings of E h(X - Y) = int_0^1 h(Q_a(t) - Q_b(t)) dt          h convex
/// ```
///
/// `cost` is h. It must be convex; it need not be even, smooth or positive. `|d| d.abs()` gives W_1; one-sided
/// costs measure violations of dominance: `|d| (-d).max(0.0)` is what `a` lacks to dominate `b` to the first
/// order, and its square is [`Gap::below`](crate::Gap::below). For concave costs the monotone coupling is not
/// optimal, and the number would be no transport cost.
///
/// Convexity cannot be read off a closure. Builds with debug assertions check the values it returned: at up
/// to 257 of the differences it was called with, spread over their range, no value may lie above the chord of
/// its neighbours (by more than 1e-9 of the largest of the three). Release builds check nothing.
///
/// Ties are ordinary; a difference of weightless rows is never evaluated. Sums are compensated. Cost O(n + m)
/// evaluations, in the order of the levels.
///
/// # Errors
/// [`Error::CostNotFinite`] where `cost` returns NaN or an infinity, with the difference it was given (which is
/// itself infinite where two rows are further apart than f64 reaches); with debug assertions,
/// [`Error::CostNotConvex`].
///
/// Reference: Santambrogio 2015, chapter 2.
///
/// ```
/// use risk_sd::{Sample, transport_cost};
///
/// let a = Sample::new([0.0, 2.0, 4.0])?;
/// let b = Sample::new([1.0, 1.5, 3.0])?;
/// assert_eq!(transport_cost(&a, &b, |d| d * d)?, 3.0 / 4.0);
/// // Mean loss where a is below b.
/// assert_eq!(transport_cost(&a, &b, |d| (-d).max(0.0))?, 1.0 / 3.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "Monge-Kantorovich")]
pub fn transport_cost(a: &Sample, b: &Sample, cost: impl Fn(f64) -> f64) -> Result<f64, Error> {
    cost_of_cells(a.law(), b.law(), &cost)
}

/// A power of two larger than any sum of masses: costs divided by it can be added.
const HEADROOM: f64 = f64::from_bits((1023 + 70) << 52);

/// `int h(Q_x - Q_y) dp`.
pub(super) fn cost_of_cells(x: Law, y: Law, cost: &impl Fn(f64) -> f64) -> Result<f64, Error> {
    let (xs, ys) = (x.values(), y.values());
    let mut bad = None;
    let mut seen = Vec::new();
    let mut total = Sum::default();
    for_each_cell(x, y, |i, j, mass| {
        let difference = xs[i] - ys[j];
        let value = cost(difference);
        if !value.is_finite() && bad.is_none() {
            bad = Some(Error::CostNotFinite { difference, cost: value });
        }
        if cfg!(debug_assertions) {
            seen.push((difference, value));
        }
        total.add(mass * value);
    });
    match bad {
        Some(error) => return Err(error),
        None => check_convex(seen)?,
    }
    let total = total.value();
    let masses = cell_total(x, y);
    if total.is_finite() {
        return Ok(total / masses);
    }
    // Values near the end of the range of f64: their sum left it, their mean did not.
    let mut total = Sum::default();
    for_each_cell(x, y, |i, j, mass| total.add(mass * (cost(xs[i] - ys[j]) / HEADROOM)));
    // A mean of finite costs: rounding alone could carry it out of the range.
    Ok((total.value() / masses * HEADROOM).clamp(f64::MIN, f64::MAX))
}

/// Points on which convexity is checked: enough to catch a wrong sign or a kink, far enough apart that rounding
/// of the values does not look like one.
const CHECKED: usize = 257;
/// Deviation from convexity, relative to the values, that passes for rounding.
const ROUNDING: f64 = 1e-9;

/// Whether values of a cost (difference, cost) can belong to a convex function. Nothing seen, nothing wrong.
pub(super) fn check_convex(mut seen: Vec<(f64, f64)>) -> Result<(), Error> {
    seen.retain(|(difference, _)| difference.is_finite());
    seen.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    seen.dedup_by(|a, b| a.0 == b.0);
    let last = seen.len().saturating_sub(1);
    let mut points: Vec<(f64, f64)> = (0..CHECKED.min(seen.len()))
        .map(|k| seen[k * last / (CHECKED.min(seen.len()) - 1).max(1)])
        .collect();
    points.dedup_by(|a, b| a.0 == b.0);
    for triple in points.windows(3) {
        let [(left, low), (middle, value), (right, high)] = [triple[0], triple[1], triple[2]];
        // Halves, because the ends may be further apart than f64 reaches.
        let share = (middle / 2.0 - left / 2.0) / (right / 2.0 - left / 2.0);
        let chord = low * (1.0 - share) + high * share;
        let size = low.abs().max(value.abs()).max(high.abs());
        if value > chord + ROUNDING * size {
            return Err(Error::CostNotConvex { difference: middle });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn sample(values: &[f64]) -> Sample {
        Sample::new(values).unwrap()
    }

    #[test]
    fn asymmetric_costs_see_the_sign() {
        let (a, b) = (sample(&[0.0, 2.0, 5.0]), sample(&[1.0, 3.0]));
        // Quantile loss of level 0.9. Cells: -1 (1/3), 1 (1/6), -1 (1/6), 2 (1/3).
        let pinball = |d: f64| if d > 0.0 { 0.9 * d } else { -0.1 * d };
        assert_relative_eq!(
            transport_cost(&a, &b, pinball).unwrap(),
            0.05 + 0.15 + 0.6,
            epsilon = 1e-15
        );
        let reversed = transport_cost(&b, &a, |d| pinball(-d)).unwrap();
        assert_relative_eq!(reversed, 0.8, epsilon = 1e-15);
    }

    #[test]
    fn costs_that_are_no_number_name_the_difference() {
        let (a, b) = (sample(&[1.0, 2.0]), sample(&[0.0, 4.0]));
        let error = transport_cost(&a, &b, |d| if d < 0.0 { f64::NAN } else { d }).unwrap_err();
        assert!(
            matches!(error, Error::CostNotFinite { difference, cost } if difference == -2.0 && cost.is_nan())
        );
        let error = transport_cost(&a, &b, |d| 1.0 / (d - 1.0)).unwrap_err();
        assert_eq!(error, Error::CostNotFinite { difference: 1.0, cost: f64::INFINITY });
        let far = transport_cost(&sample(&[f64::MAX]), &sample(&[f64::MIN]), |d| d * d).unwrap_err();
        assert!(matches!(far, Error::CostNotFinite { difference: f64::INFINITY, .. }));
    }

    #[test]
    fn large_costs_are_averaged_without_overflow() {
        let a = sample(&[0.0, 1.0, 2.0, 3.0, 4.0]);
        let found = transport_cost(&a, &sample(&[0.0, 0.0, 0.5]), |d| 4e307 * d.abs()).unwrap();
        let expected = transport_cost(&a, &sample(&[0.0, 0.0, 0.5]), f64::abs).unwrap();
        assert_relative_eq!(found, 4e307 * expected, max_relative = 1e-14);
    }

    #[test]
    fn concave_costs_are_caught_in_debug_builds() {
        let values: Vec<f64> = (0..2000).map(|i| f64::from(i) / 500.0).collect();
        let stretched: Vec<f64> = values.iter().map(|v| 3.0 * v + 1.0).collect();
        let (a, b) = (sample(&values), sample(&stretched));
        assert!(matches!(transport_cost(&a, &b, |d| d.abs().sqrt()), Err(Error::CostNotConvex { .. })));
        for cost in
            [|d: f64| d.exp(), |d: f64| d.abs().powf(1.1), |d: f64| (1.0 - d).max(0.0), |d: f64| -d]
        {
            assert!(transport_cost(&a, &b, cost).is_ok());
        }
    }
}
