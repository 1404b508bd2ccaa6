//! From an estimate and its spread to a bound, a p-value and an interval.
//!
//! H0: the violation ratio exceeds eps0 (no almost dominance); alternative: it is at most eps0.
//!
//! On the root scale, with r = sqrt(below), q = sqrt(above), K their covariance matrix and
//! c = sqrt(eps0 / (1 - eps0)):
//!
//! ```text
//! Z(c) = (r - c q) / sqrt(K_rr - 2 c K_rq + c^2 K_qq)
//! p    = max(Phi(Z(c)), Phi(-q / sqrt(K_qq)))                 x/0 = +-inf by the sign of x; 0/0: p = 1
//! U    = C^2 / (1 + C^2), C the larger root of
//!        (q^2 - z^2 K_qq) C^2 - 2 (r q - z^2 K_rq) C + (r^2 - z^2 K_rr) = 0    if q^2 > z^2 K_qq, else 1
//! ```
//!
//! p <= level exactly where U <= eps0. Near a ratio of 0, and near equal distributions, the standard error
//! of the ratio is strongly correlated with the ratio itself; on the root scale it is not.

use super::normal::phi;
use crate::dominance::Roots;
use crate::error::Error;

/// How a bound and a p-value are formed from the estimate and its spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Rule {
    /// On the scale of the roots of the two areas (Fieller's bound): close to its nominal level down to
    /// small samples. The default.
    #[default]
    Root,
    /// `ratio + z SE <= threshold` (del Barrio et al. 2018). Liberal in small samples.
    Linear,
    /// `ratio + z SE / sqrt(n) <= threshold`, the formula printed in algorithm 1 of Nitsure et al. 2024,
    /// for samples of equal size. SE is of order n^(-1/2) already: this shrinks twice and declares far too
    /// often (28-49 % at the boundary). For reproducing published tables only.
    PaperLiteral,
}

/// The covariance matrix of (r, q).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Spread {
    pub(crate) rr: f64,
    pub(crate) rq: f64,
    pub(crate) qq: f64,
}

/// What is known about the ratio of "X over Y".
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Evidence {
    pub(crate) ratio: f64,
    pub(crate) standard_error: f64,
    pub(crate) roots: Roots,
    pub(crate) spread: Spread,
}

impl Evidence {
    /// What is known about the ratio of two equal distributions, which have none: 1/2 by convention.
    pub(crate) fn none() -> Evidence {
        Evidence {
            ratio: 0.5,
            standard_error: 0.0,
            roots: Roots { above: 0.0, below: 0.0 },
            spread: Spread::default(),
        }
    }

    /// The same for "Y over X".
    pub(crate) fn reversed(&self) -> Evidence {
        Evidence {
            ratio: 1.0 - self.ratio,
            standard_error: self.standard_error,
            roots: Roots { above: self.roots.below, below: self.roots.above },
            spread: Spread { rr: self.spread.qq, rq: self.spread.rq, qq: self.spread.rr },
        }
    }

    /// Refuses a spread beyond the range of f64.
    pub(crate) fn finite(self) -> Result<Evidence, Error> {
        let Spread { rr, rq, qq } = self.spread;
        match [self.standard_error, rr, rq, qq].iter().all(|v| v.is_finite()) {
            true => Ok(self),
            false => Err(Error::VarianceOverflow),
        }
    }

    /// p-value of H0: the ratio exceeds `threshold`. `n` is the common sample size (for the literal rule).
    pub(crate) fn p_value(&self, rule: Rule, threshold: f64, n: usize) -> f64 {
        match rule {
            Rule::Root => self.root_p_value((threshold / (1.0 - threshold)).sqrt()),
            Rule::Linear => phi(ratio_of(self.ratio - threshold, self.standard_error)),
            Rule::PaperLiteral => {
                phi(ratio_of((self.ratio - threshold) * (n as f64).sqrt(), self.standard_error))
            }
        }
    }

    fn root_p_value(&self, c: f64) -> f64 {
        let (Roots { below: r, above: q }, Spread { rr, rq, qq }) = (self.roots, self.spread);
        let variance = (rr - 2.0 * c * rq + c * c * qq).max(0.0);
        phi(ratio_of(r - c * q, variance.sqrt())).max(phi(ratio_of(-q, qq.sqrt())))
    }

    /// Upper confidence bound of the ratio at normal quantile `z`.
    pub(crate) fn upper_bound(&self, rule: Rule, z: f64, n: usize) -> f64 {
        match rule {
            Rule::Root => self.root_bound(z),
            Rule::Linear => (self.ratio + z * self.standard_error).min(1.0),
            Rule::PaperLiteral => (self.ratio + z * self.standard_error / (n as f64).sqrt()).min(1.0),
        }
    }

    fn root_bound(&self, z: f64) -> f64 {
        let (Roots { below: r, above: q }, Spread { rr, rq, qq }) = (self.roots, self.spread);
        let z2 = z * z;
        let leading = q * q - z2 * qq;
        if leading <= 0.0 {
            return 1.0;
        }
        let middle = r * q - z2 * rq;
        let discriminant = (middle * middle - leading * (r * r - z2 * rr)).max(0.0);
        let c = (middle + discriminant.sqrt()) / leading;
        // Between 0 and 1 also where the root is negative (all of the interval at ratio 0) or huge.
        let c = c.max(0.0);
        if c > 1.0 { 1.0 / (1.0 + 1.0 / c / c) } else { c * c / (1.0 + c * c) }
    }

    /// Lower confidence bound: what the upper bound of "Y over X" leaves.
    pub(crate) fn lower_bound(&self, rule: Rule, z: f64, n: usize) -> f64 {
        1.0 - self.reversed().upper_bound(rule, z, n)
    }
}

/// `x / y` for `y >= 0`, with x/0 infinite by the sign of x, and 0/0 = +inf (p-value 1).
pub(crate) fn ratio_of(x: f64, y: f64) -> f64 {
    if y > 0.0 {
        x / y
    } else if x < 0.0 {
        f64::NEG_INFINITY
    } else {
        f64::INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    fn evidence(r: f64, q: f64, rr: f64, correlation: f64, qq: f64) -> Evidence {
        Evidence {
            ratio: r * r / (r * r + q * q),
            standard_error: 0.1,
            roots: Roots { below: r, above: q },
            spread: Spread { rr, rq: correlation * (rr * qq).sqrt(), qq },
        }
    }

    proptest! {
        /// A p-value at most the level is the same as a bound at most the threshold.
        #[test]
        fn bound_and_p_value_agree(
            r in 0.0..1.0f64, q in 0.0..1.0f64, rr in 0.0..0.1f64, correlation in -0.99..0.99f64,
            qq in 0.0..0.1f64, threshold in 0.01..0.5f64,
        ) {
            let z = 1.644_853_626_951_472_6;
            let evidence = evidence(r, q, rr, correlation, qq);
            for rule in [Rule::Root, Rule::Linear] {
                let p = evidence.p_value(rule, threshold, 10);
                let bound = evidence.upper_bound(rule, z, 10);
                prop_assert!((0.0..=1.0).contains(&p) && (0.0..=1.0).contains(&bound));
                if (p - 0.05).abs() > 1e-9 && (bound - threshold).abs() > 1e-9 {
                    prop_assert_eq!(p <= 0.05, bound <= threshold, "{:?}: p {} U {}", rule, p, bound);
                }
                prop_assert!(evidence.lower_bound(rule, z, 10) <= bound + 1e-12);
            }
        }
    }

    /// The bound is the ratio plus z errors; the printed formula divides the error by the root of n once more.
    #[test]
    fn hand_bounds_of_the_linear_rules() {
        let evidence =
            Evidence { ratio: 0.1, standard_error: 0.1, ..evidence(0.3, 0.9, 0.01, 0.0, 0.01) };
        assert_relative_eq!(evidence.upper_bound(Rule::Linear, 2.0, 25), 0.3, max_relative = 1e-14);
        assert_relative_eq!(
            evidence.upper_bound(Rule::PaperLiteral, 2.0, 25),
            0.14,
            max_relative = 1e-14
        );
        let p = evidence.p_value(Rule::PaperLiteral, 0.14, 25);
        assert_relative_eq!(p, phi(-2.0), max_relative = 1e-12);
    }

    #[test]
    fn edges() {
        // No spread at all: the estimate is the truth.
        let sure = Evidence { standard_error: 0.0, ..evidence(0.3, 0.9, 0.0, 0.0, 0.0) };
        assert_relative_eq!(sure.upper_bound(Rule::Root, 1.6, 5), 0.1, max_relative = 1e-14);
        assert_eq!(sure.p_value(Rule::Root, 0.2, 5), 0.0);
        assert_eq!(sure.p_value(Rule::Root, 0.05, 5), 1.0);
        assert_eq!(sure.p_value(Rule::Linear, 0.2, 5), 0.0);
        // Y dominates X: nothing speaks for X.
        let lost = evidence(1.0, 0.0, 0.01, 0.0, 0.0);
        assert_eq!(lost.upper_bound(Rule::Root, 1.6, 5), 1.0);
        assert_eq!(lost.p_value(Rule::Root, 0.5, 5), 1.0);
        assert!(Evidence { standard_error: f64::INFINITY, ..lost }.finite().is_err());
    }
}
