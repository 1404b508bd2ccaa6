//! Sums that do not lose digits.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

/// Error-free sum: `a + b = s + e` exactly (Knuth).
#[inline(always)]
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let t = s - a;
    (s, (a - (s - t)) + (b - t))
}

/// Error-free product: `a * b = p + e` exactly, barring underflow (Dekker, Veltkamp split: no FMA, so
/// that every CPU does the same operations).
#[inline(always)]
pub(crate) fn two_product(a: f64, b: f64) -> (f64, f64) {
    #[inline(always)]
    fn split(a: f64) -> (f64, f64) {
        let c = 134_217_729.0 * a; // 2^27 + 1
        let high = c - (c - a);
        (high, a - high)
    }
    let p = a * b;
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    (p, ((ah * bh - p) + ah * bl + al * bh) + al * bl)
}

/// Running sum with the rounding errors collected beside it (Neumaier): as accurate as a sum in twice
/// the precision, rounded once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    #[inline(always)]
    pub(crate) fn add(&mut self, value: f64) {
        let (s, e) = two_sum(self.total, value);
        self.total = s;
        self.lost += e;
    }

    /// The sum so far.
    #[inline(always)]
    pub(crate) fn value(self) -> f64 {
        self.total + self.lost
    }

    /// The sum so far; infinite, not NaN, where it has left the range of f64 (the errors beside it are NaN then).
    pub(crate) fn value_or_infinity(self) -> f64 {
        if self.total.is_finite() { self.value() } else { self.total }
    }
}

/// Compensated sum of a sequence.
pub(crate) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut total = Sum::default();
    for value in values {
        total.add(value);
    }
    total.value()
}

/// Sum carried as an unevaluated pair of f64, about 106 bits: decides the sign of a sum of products of
/// f64 where one f64 would be left with rounding noise.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DoubleDouble {
    high: f64,
    low: f64,
}

impl DoubleDouble {
    pub(crate) const ZERO: DoubleDouble = DoubleDouble { high: 0.0, low: 0.0 };
    pub(crate) const ONE: DoubleDouble = DoubleDouble { high: 1.0, low: 0.0 };

    /// Adds `mass * (x - y)`, with the difference and the product taken exactly.
    #[inline(always)]
    pub(crate) fn add_scaled_difference(&mut self, mass: f64, x: f64, y: f64) {
        let (d, d_low) = two_sum(x, -y);
        let (p, p_low) = two_product(mass, d);
        let (s, s_low) = two_sum(self.high, p);
        let low = self.low + (s_low + (p_low + mass * d_low));
        let (high, low) = two_sum(s, low);
        self.high = high;
        self.low = low;
    }

    /// The sum so far, rounded.
    #[inline(always)]
    pub(crate) fn value(self) -> f64 {
        self.high + self.low
    }
}

impl From<f64> for DoubleDouble {
    fn from(value: f64) -> DoubleDouble {
        DoubleDouble { high: value, low: 0.0 }
    }
}

/// Errs by 2^-104 of |a| + |b|, also where they cancel.
impl Add for DoubleDouble {
    type Output = DoubleDouble;

    #[inline(always)]
    fn add(self, other: DoubleDouble) -> DoubleDouble {
        let (s, e) = two_sum(self.high, other.high);
        let (high, low) = two_sum(s, e + (self.low + other.low));
        DoubleDouble { high, low }
    }
}

impl AddAssign for DoubleDouble {
    #[inline(always)]
    fn add_assign(&mut self, other: DoubleDouble) {
        *self = *self + other;
    }
}

impl Neg for DoubleDouble {
    type Output = DoubleDouble;

    #[inline(always)]
    fn neg(self) -> DoubleDouble {
        DoubleDouble { high: -self.high, low: -self.low }
    }
}

impl Sub for DoubleDouble {
    type Output = DoubleDouble;

    #[inline(always)]
    fn sub(self, other: DoubleDouble) -> DoubleDouble {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = DoubleDouble;

    #[inline(always)]
    fn mul(self, other: DoubleDouble) -> DoubleDouble {
        let (p, e) = two_product(self.high, other.high);
        let (high, low) = two_sum(p, e + (self.high * other.low + self.low * other.high));
        DoubleDouble { high, low }
    }
}

impl Mul<f64> for DoubleDouble {
    type Output = DoubleDouble;

    #[inline(always)]
    fn mul(self, factor: f64) -> DoubleDouble {
        let (p, e) = two_product(self.high, factor);
        let (high, low) = two_sum(p, e + self.low * factor);
        DoubleDouble { high, low }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compensation_keeps_what_a_plain_sum_drops() {
        let values = [1.0, 1e100, 1.0, -1e100];
        assert_eq!(sum(values), 2.0);
        assert_eq!(values.iter().sum::<f64>(), 0.0);
    }

    #[test]
    fn products_and_sums_are_error_free() {
        let (p, e) = two_product(1.0 + f64::EPSILON, 1.0 + f64::EPSILON);
        assert_eq!((p, e), (1.0 + 2.0 * f64::EPSILON, f64::EPSILON * f64::EPSILON));
        assert_eq!(two_sum(1.0, 1e-20), (1.0, 1e-20));
    }

    #[test]
    fn twice_the_digits_survive_what_cancels() {
        let third = DoubleDouble::from(1.0 / 3.0);
        let tiny = DoubleDouble::from(2f64.powi(-90));
        assert_eq!((third + tiny - third).value(), 2f64.powi(-90));
        // (1 + t)(1 - t) - 1 = -t^2.
        let (one, t) = (DoubleDouble::from(1.0), DoubleDouble::from(2f64.powi(-40)));
        assert_eq!(((one + t) * (one - t) - one).value(), -2f64.powi(-80));
        assert_eq!(((one + t) * 3.0 - one * 3.0 - t * 3.0).value(), 0.0);
    }

    #[test]
    fn the_sign_of_a_sum_is_that_of_the_exact_sum() {
        // 0 - 0.1 + 0.3 - 0.2 with the f64 nearest to 0.1, 0.2, 0.3: exactly -2^-54 / 2 * ... < 0.
        let mut total = DoubleDouble::default();
        total.add_scaled_difference(1.0, 0.0, 0.1);
        total.add_scaled_difference(1.0, 0.3, 0.2);
        let exact = (0.3_f64 - 0.2) - 0.1; // both differences are exact here
        assert_eq!(total.value(), exact);
        assert!(total.value() < 0.0);
    }
}
