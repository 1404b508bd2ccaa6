//! The standard normal law.

/// P(Z <= z), also for infinite z, with full relative accuracy in the lower tail.
pub(crate) fn phi(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// z with P(Z > z) = `tail`, for a tail in (0, 1/2).
///
/// Bisection down to neighbouring f64: some 60 steps, once per report. It uses nothing but `phi`, so the bits
/// do not depend on a platform's logarithm, as those of rational approximations do.
pub(crate) fn upper_quantile(tail: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if phi(-middle) > tail {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn known_values() {
        assert_relative_eq!(upper_quantile(0.05), 1.644_853_626_951_472_6, max_relative = 1e-14);
        assert_relative_eq!(upper_quantile(0.05 / 16.0), 2.734_368_786_533_181_6, max_relative = 1e-13);
        assert_relative_eq!(phi(-8.0), 6.220_960_574_271_819e-16, max_relative = 1e-12);
        assert_eq!((phi(f64::NEG_INFINITY), phi(f64::INFINITY)), (0.0, 1.0));
    }

    #[test]
    fn agrees_with_another_inverse() {
        use statrs::distribution::{ContinuousCDF, Normal};
        for k in 1..500 {
            let tail = f64::from(k) / 1000.0;
            let z = upper_quantile(tail);
            assert!((z + Normal::standard().inverse_cdf(tail)).abs() < 2e-15, "{tail}: {z}");
        }
    }
}
