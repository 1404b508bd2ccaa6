//! Which of two distributions dominates, if any, and at which order: a comparison, not a test.

use super::Order;
use crate::error::Error;
use crate::kernels::cells::{Law, cell_total, for_each_cell};
use crate::kernels::scale::{headroom, power_of_two_below};
use crate::kernels::sum::DoubleDouble;
use crate::sample::Sample;

/// How two distributions relate, at the lowest order at which one dominates.
///
/// A statement about the two samples as they are; whether it holds for the laws behind them is a
/// question for [`DominanceTest`](crate::DominanceTest).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Verdict {
    /// The distributions are the same.
    Equal,
    /// A (the first argument) dominates B, at this order and every higher one.
    ADominates(Order),
    /// B (the second argument) dominates A, at this order and every higher one.
    BDominates(Order),
    /// Neither dominates at first or second order: risk-averse people may differ.
    Crossing,
}

/// The verdict on two samples.
///
/// ```text
/// X dominates Y at first order   <=>  Q_X(p) >= Q_Y(p) for all p
/// X dominates Y at second order  <=>  int_0^p Q_X >= int_0^p Q_Y for all p
/// ```
///
/// First order compares values only: exact. Second order takes the signs of partial sums in twice the precision
/// of f64 (exact to 2^-100 of the sum of absolute terms), so that {0, 0.3} against {0.1, 0.2} is decided by the numbers as given.
///
/// ```
/// use risk_sd::{Order, Sample, Verdict, verdict};
///
/// let steady = Sample::new([1.0, 1.0])?;
/// let risky = Sample::new([0.0, 2.0])?;
/// assert_eq!(verdict(&steady, &risky), Verdict::ADominates(Order::Second));
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: O(n + m).
pub fn verdict(x: &Sample, y: &Sample) -> Verdict {
    decide(x.law(), y.law(), 0.0)
}

/// As [`verdict`], but differences of (integrated) quantile functions up to `tolerance` times the pooled
/// range do not count as violations.
///
/// # Errors
/// [`Error::InvalidTolerance`] for a tolerance that is negative or not finite.
pub fn verdict_within(x: &Sample, y: &Sample, tolerance: f64) -> Result<Verdict, Error> {
    if !(tolerance.is_finite() && tolerance >= 0.0) {
        return Err(Error::InvalidTolerance { tolerance });
    }
    Ok(decide(x.law(), y.law(), tolerance))
}

/// Below this magnitude, rounding errors of products would underflow.
const TINY: f64 = 1e-250;

fn decide(x: Law, y: Law, tolerance: f64) -> Verdict {
    let ends = |law: Law| (law.values()[0], law.values()[law.values().len() - 1]);
    let ((low_x, high_x), (low_y, high_y)) = (ends(x), ends(y));
    let magnitude = low_x.abs().max(high_x.abs()).max(low_y.abs()).max(high_y.abs());
    // First order compares the values as they are. Second order multiplies differences: a power of two keeps the
    // products inside f64, where that is needed.
    let unit = match magnitude {
        tiny if tiny < TINY => power_of_two_below(tiny),
        magnitude => headroom(magnitude),
    };
    let slack = tolerance * high_x.max(high_y) - tolerance * low_x.min(low_y);
    let total = cell_total(x, y);

    let (xs, ys) = (x.values(), y.values());
    let mut first = Signs::default();
    let mut second = Signs::default();
    let mut integral = DoubleDouble::default();
    for_each_cell(x, y, |i, j, mass| {
        first.see(xs[i] - ys[j], slack);
        integral.add_scaled_difference(mass, xs[i] / unit, ys[j] / unit);
        second.see(integral.value(), slack / unit * total);
    });
    match (first, second) {
        (Signs { above: false, below: false }, _) => Verdict::Equal,
        (Signs { below: false, .. }, _) => Verdict::ADominates(Order::First),
        (Signs { above: false, .. }, _) => Verdict::BDominates(Order::First),
        (_, Signs { below: false, .. }) => Verdict::ADominates(Order::Second),
        (_, Signs { above: false, .. }) => Verdict::BDominates(Order::Second),
        _ => Verdict::Crossing,
    }
}

/// Which signs a difference takes.
#[derive(Debug, Clone, Copy, Default)]
struct Signs {
    above: bool,
    below: bool,
}

impl Signs {
    fn see(&mut self, difference: f64, slack: f64) {
        self.above |= difference > slack;
        self.below |= difference < -slack;
    }
}

impl Verdict {
    /// The verdict in words about two named samples.
    pub fn describe(self, a: &str, b: &str) -> String {
        match self {
            Verdict::Equal => format!("{a} and {b} have the same distribution"),
            Verdict::ADominates(order) => format!("{a} dominates {b} at {order} order"),
            Verdict::BDominates(order) => format!("{b} dominates {a} at {order} order"),
            Verdict::Crossing => {
                format!("neither of {a} and {b} dominates: their curves cross at both orders")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(x: &[f64], y: &[f64]) -> Verdict {
        verdict(&Sample::new(x).unwrap(), &Sample::new(y).unwrap())
    }

    #[test]
    fn hand_cases() {
        use Order::{First, Second};
        use Verdict::*;
        assert_eq!(of(&[0., 2., 4.], &[1., 1.5, 3.]), Crossing);
        assert_eq!(of(&[0., 0., 1., 1., 1.], &[0., 1., 0., 0., 1.]), ADominates(First));
        assert_eq!(of(&[1., 1.], &[0., 2.]), ADominates(Second));
        assert_eq!(of(&[1.5], &[0., 1., 2., 3.]), ADominates(Second));
        assert_eq!(of(&[-0.0, 1., 2.], &[0.0, 1., 3.]), BDominates(First));
        assert_eq!(of(&[3., 1., 2.], &[1., 2., 3.]), Equal);
        let likert = [2., 2., 3., 3., 3., 4., 4., 5.];
        assert_eq!(of(&[1., 2., 2., 3., 3., 3., 4., 4., 5., 5.], &likert), BDominates(Second));
        let weighted = Sample::weighted([2., 3., 5.], [1., 1., 4.]).unwrap();
        let x = Sample::new([1., 4., 7.]).unwrap();
        assert_eq!(verdict(&x, &weighted), BDominates(Second));
    }

    #[test]
    fn the_numbers_as_given_decide() {
        // 0.1 + 0.2 > 0 + 0.3 in the f64 as given, by less than any f64 sum would show.
        assert_eq!(of(&[0.0, 0.3], &[0.1, 0.2]), Verdict::BDominates(Order::Second));
        assert_eq!(of(&[1e300, 3e300], &[2e300, 2e300]), Verdict::BDominates(Order::Second));
        assert_eq!(of(&[1e-323, 1e10], &[5e-324, 2e10]), Verdict::Crossing);
        assert_eq!(of(&[-1.7e308], &[1.7e308]), Verdict::BDominates(Order::First));
    }

    /// With e = 2^-30 the mean of Y is ((1 + e) u - (1 - e) v) / 2 = 2^-80, or -2^-30 without the last digit of u.
    #[test]
    fn products_of_weights_and_values_keep_all_digits_at_every_scale() {
        let power = |exponent: i32| 2f64.powi(exponent);
        let weights = [1.0 + power(-30), 1.0 - power(-30)];
        let low = -(1.0 - power(-30) + power(-20) - power(-49));
        let high = 1.0 + power(-30) + power(-20);
        for scale in [power(-1020), power(-900), 1.0, power(1020)] {
            let x = Sample::new([0.0]).unwrap();
            let of = |low: f64| {
                let y = Sample::weighted([low * scale, high * scale], weights).unwrap();
                verdict(&x, &y)
            };
            assert_eq!(of(low), Verdict::Crossing, "{scale}");
            assert_eq!(of(low.next_down()), Verdict::ADominates(Order::Second), "{scale}");
        }
    }

    #[test]
    fn words_name_who_dominates() {
        let words = |x: &[f64], y: &[f64]| of(x, y).describe("new", "old");
        assert_eq!(words(&[2.0], &[1.0]), "new dominates old at first order");
        assert_eq!(words(&[0.0, 2.0], &[1.0, 1.0]), "old dominates new at second order");
        assert_eq!(words(&[1.0], &[1.0]), "new and old have the same distribution");
        let crossing = "neither of new and old dominates: their curves cross at both orders";
        assert_eq!(words(&[0.0, 5.0], &[1.0, 2.0]), crossing);
    }

    #[test]
    fn tolerance_forgives_small_violations() {
        let x = Sample::new([0.0, 10.0]).unwrap();
        let y = Sample::new([0.001, 9.0]).unwrap();
        assert_eq!(verdict(&x, &y), Verdict::Crossing);
        let tolerant = verdict_within(&x, &y, 1e-3).unwrap();
        assert_eq!(tolerant, Verdict::ADominates(Order::First));
        // Means differ by 1/1000 of 1: within 1/1000 of the range 2, not within 1/10000, in every unit.
        for unit in [1.0, 2f64.powi(1015), 2f64.powi(-1000)] {
            let of = |values: [f64; 2]| Sample::new(values.map(|v| v * unit)).unwrap();
            let within = |tolerance| verdict_within(&of([0.999, 0.999]), &of([0.0, 2.0]), tolerance);
            assert_eq!(within(1e-3), Ok(Verdict::ADominates(Order::Second)), "{unit}");
            assert_eq!(within(1e-4), Ok(Verdict::Crossing), "{unit}");
        }
        // The range is that of the data, wherever they lie: 0.2 and 0.1 of 1.
        let (x, y) = (Sample::new([10.0, 11.0]).unwrap(), Sample::new([10.2, 10.9]).unwrap());
        assert_eq!(verdict_within(&x, &y, 0.15), Ok(Verdict::BDominates(Order::First)));
        assert!(matches!(verdict_within(&x, &y, -1.0), Err(Error::InvalidTolerance { .. })));
    }
}
