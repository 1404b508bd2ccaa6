//! Powers of two that bring data into the range where squares neither overflow nor vanish.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_every_magnitude() {
        for value in [1.0, 1.5, 2.0, 3e300, f64::MAX, 1e-300, f64::MIN_POSITIVE, 5e-324, 1.3e-310] {
            let scaled = value / power_of_two_below(value);
            assert!((1.0..2.0).contains(&scaled), "{value}: {scaled}");
        }
        assert_eq!(power_of_two_below(0.0), 1.0);
    }
}
