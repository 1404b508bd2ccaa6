//! Exact numbers, and how far an f64 is from them.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Float, Signed, ToPrimitive, Zero};

/// Bits that a quotient or a root is taken to: errors of f64 are looked at in units of 2^-53.
const BITS: u64 = 320;
/// A difference smaller than its parts by this many bits is the noise of two truncated quotients: it is zero.
const NOISE: u64 = 300;

/// `mantissa * 2^exponent`; to 320 bits where it is not exact.
#[derive(Debug, Clone)]
pub struct Truth {
    mantissa: BigInt,
    exponent: i64,
}

impl Truth {
    /// `number * 2^exponent`.
    pub fn new(number: &BigRational, exponent: i64) -> Truth {
        let (numerator, denominator) = (number.numer(), number.denom());
        let shift = (BITS + denominator.bits()).saturating_sub(numerator.bits());
        Truth { mantissa: (numerator << shift) / denominator, exponent: exponent - shift as i64 }
    }

    pub fn of_f64(value: f64) -> Truth {
        let (mantissa, exponent, sign) = value.integer_decode();
        Truth { mantissa: BigInt::from(mantissa) * i32::from(sign), exponent: exponent.into() }
    }

    pub fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    pub fn abs(&self) -> Truth {
        Truth { mantissa: self.mantissa.abs(), ..*self }
    }

    /// The k-th root of a number that is not negative.
    pub fn root(&self, k: u32) -> Truth {
        let needed = (BITS * u64::from(k)).saturating_sub(self.mantissa.bits()) as i64;
        let shift = needed + (self.exponent - needed).rem_euclid(k.into());
        let mantissa = (&self.mantissa << shift).nth_root(k);
        Truth { mantissa, exponent: (self.exponent - shift) / i64::from(k) }
    }

    pub fn times(&self, other: &Truth) -> Truth {
        Truth { mantissa: &self.mantissa * &other.mantissa, exponent: self.exponent + other.exponent }
    }

    pub fn plus(&self, other: &Truth) -> Truth {
        let exponent = self.exponent.min(other.exponent);
        let lifted = |t: &Truth| &t.mantissa << (t.exponent - exponent);
        let mantissa = lifted(self) + lifted(other);
        let largest = self.magnitude().max(other.magnitude());
        let sum = Truth { mantissa, exponent };
        if sum.magnitude() + (NOISE as i64) < largest {
            return Truth { mantissa: BigInt::zero(), exponent: 0 };
        }
        sum
    }

    pub fn minus(&self, other: &Truth) -> Truth {
        self.plus(&Truth { mantissa: -&other.mantissa, ..*other })
    }

    /// The largest e with 2^e at most the absolute value; the smallest integer for 0.
    fn magnitude(&self) -> i64 {
        match self.mantissa.bits() {
            0 => i64::MIN / 2,
            bits => bits as i64 - 1 + self.exponent,
        }
    }

    /// Whether the nearest f64 is finite, and not subnormal or zero.
    pub fn is_normal(&self) -> bool {
        (-1022..1023).contains(&self.magnitude())
    }

    pub fn is_below_range(&self) -> bool {
        self.magnitude() < -1022
    }

    /// `|found - self| / scale`: 0 for what is equal, infinite for what is no number.
    pub fn error(&self, found: f64, scale: &Truth) -> f64 {
        match found.is_finite() {
            true => self.distance(found).over(scale),
            false => f64::INFINITY,
        }
    }

    /// `|found - self|` in units of the last place that the f64 nearest to this has.
    pub fn ulps(&self, found: f64) -> f64 {
        let ulp = (self.magnitude() - 52).max(-1074);
        self.error(found, &Truth { mantissa: 1.into(), exponent: ulp })
    }

    fn distance(&self, found: f64) -> Truth {
        Truth::of_f64(found).minus(self).abs()
    }

    /// The quotient of two numbers that are not negative; x/0 is infinite but for 0/0 = 0.
    pub fn over(&self, other: &Truth) -> f64 {
        if self.is_zero() {
            return 0.0;
        }
        if other.is_zero() {
            return f64::INFINITY;
        }
        // A quotient of 64 bits.
        let shift = 64 + other.mantissa.bits() as i64 - self.mantissa.bits() as i64;
        let numerator =
            if shift > 0 { &self.mantissa << shift } else { &self.mantissa >> shift.unsigned_abs() };
        let quotient = numerator / &other.mantissa;
        let exponent = self.exponent - other.exponent - shift;
        // In two steps: the result may be subnormal where 2^exponent alone is zero.
        let half = (exponent / 2).clamp(-2000, 2000) as i32;
        let rest = (exponent - i64::from(half)).clamp(-2000, 2000) as i32;
        quotient.to_f64().expect("a number") * 2f64.powi(half) * 2f64.powi(rest)
    }

    /// The nearest f64, nearly, and what it lacks: 106 bits together.
    pub fn parts(&self) -> [f64; 2] {
        let one = Truth::of_f64(1.0);
        let sign = if self.mantissa.is_negative() { -1.0 } else { 1.0 };
        let high = sign * self.abs().over(&one);
        let rest = self.minus(&Truth::of_f64(high));
        let sign = if rest.mantissa.is_negative() { -1.0 } else { 1.0 };
        [high, sign * rest.abs().over(&one)]
    }
}

/// A rational from whole numbers.
pub fn fraction(numerator: impl Into<BigInt>, denominator: impl Into<BigInt>) -> BigRational {
    BigRational::new(numerator.into(), denominator.into())
}

/// An f64 as a rational.
pub fn rational(value: f64) -> BigRational {
    BigRational::from_float(value).expect("a finite number")
}
