//! Powers of two that bring data into the range where squares neither overflow nor vanish.

use super::sum::two_sum;

/// The power of two `2^e` with `value / 2^e` in [1, 2); 1 for 0. `value` is finite and not negative.
pub(crate) fn power_of_two_below(value: f64) -> f64 {
    if value == 0.0 {
        return 1.0;
    }
    let bits = value.to_bits();
    let exponent = bits >> 52;
    if exponent == 0 {
        // Subnormal: the mantissa's leading one is the power itself.
        let leading = 63 - bits.leading_zeros();
        f64::from_bits(1 << leading)
    } else {
        f64::from_bits(exponent << 52)
    }
}

/// Above this, a sum over rows could leave the range of f64.
const CROWDED: f64 = f64::from_bits((1023 + 950) << 52);
/// More than any sum of masses, so that sums of values divided by it stay in range.
const HEADROOM: f64 = f64::from_bits((1023 + 70) << 52);

/// What to divide values of this magnitude by before they are summed: 1 unless the sum could overflow,
/// so that small values beside ordinary ones keep all their digits.
pub(crate) fn headroom(largest: f64) -> f64 {
    if largest > CROWDED { HEADROOM } else { 1.0 }
}

/// Above this, the difference of two values could overflow.
const FAR: f64 = f64::from_bits((1023 + 1020) << 52);

/// What to divide values of this magnitude by before they are subtracted: 1, or 2 where the difference
/// could overflow.
pub(crate) fn halving(largest: f64) -> f64 {
    if largest > FAR { 2.0 } else { 1.0 }
}

/// Inside this range of a mean square no square has overflowed, and none that matters has underflowed: ratios of
/// squares down to 1e-200 keep their digits.
pub(crate) const SAFE: std::ops::Range<f64> = 1e-100..1e270;

/// Twice this is still an f64.
const LARGEST_UNIT: f64 = f64::from_bits((1023 + 1022) << 52);

/// Differences of values in a unit that brings the largest of them into [1, 2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Differences {
    halving: f64,
    unit: f64,
}

impl Differences {
    /// For differences of values between `lowest` and `highest`.
    pub(crate) fn within(lowest: f64, highest: f64) -> Differences {
        let halving = halving(lowest.abs().max(highest.abs()));
        Differences { halving, unit: power_of_two_below(highest / halving - lowest / halving) }
    }

    /// For differences of values between `lowest` and `highest`, as they are (halved where they could
    /// overflow).
    pub(crate) fn plain(lowest: f64, highest: f64) -> Differences {
        Differences { halving: halving(lowest.abs().max(highest.abs())), unit: 1.0 }
    }

    /// In the unit that brings `largest`, a difference of these, into [1, 2). (Into [2, 4) at the end of
    /// the range of f64, so that the unit itself never leaves it.)
    pub(crate) fn in_unit_of(self, largest: f64) -> Differences {
        Differences { unit: power_of_two_below(largest).min(LARGEST_UNIT), ..self }
    }

    /// The unit on the scale of the data.
    pub(crate) fn unit(self) -> f64 {
        self.unit * self.halving
    }

    /// `x - y` in the unit.
    #[inline(always)]
    pub(crate) fn between(self, x: f64, y: f64) -> f64 {
        (x / self.halving - y / self.halving) / self.unit
    }

    /// `x - y` in the unit, and its rounding error.
    pub(crate) fn exact_between(self, x: f64, y: f64) -> (f64, f64) {
        let (difference, error) = two_sum(x / self.halving, -y / self.halving);
        (difference / self.unit, error / self.unit)
    }

    /// A result in the unit, brought back to the scale of the data.
    pub(crate) fn restore(self, result: f64) -> f64 {
        result * self.unit * self.halving
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_of_every_magnitude_come_back() {
        let largest = f64::MAX;
        for (low, high) in [(-largest, largest / 2.0), (0.0, 5e-324), (1e9, 1e9 + 1.0), (3.0, 3.0)] {
            let scale = Differences::within(low, high);
            let between = scale.between(high, low);
            assert!(between == 0.0 || (1.0..2.0).contains(&between));
            let half = scale.restore(between / 2.0);
            assert_eq!(half, high / 2.0 - low / 2.0);
        }
    }

    #[test]
    fn only_the_largest_values_are_divided() {
        assert_eq!((headroom(1e280), halving(1e300)), (1.0, 1.0));
        assert_eq!((headroom(1e300), halving(f64::MAX)), (2f64.powi(70), 2.0));
    }

    #[test]
    fn brackets_every_magnitude() {
        for value in [1.0, 1.5, 2.0, 3e300, f64::MAX, 1e-300, f64::MIN_POSITIVE, 5e-324, 1.3e-310] {
            let scaled = value / power_of_two_below(value);
            assert!((1.0..2.0).contains(&scaled), "{value}: {scaled}");
        }
        assert_eq!(power_of_two_below(0.0), 1.0);
    }
}
