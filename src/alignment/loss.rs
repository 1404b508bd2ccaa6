//! The losses of a difference of quantiles: at a point, and integrated along a line.

use super::logistic::{tail, tail_means};
use super::{check_not_negative, check_positive};
use crate::error::Error;

/// What a difference d of (integrated) quantiles costs: how far the chosen side falls short of dominating.
///
/// All are convex; d > 0 (the chosen side is above) costs less than d < 0.
///
/// | loss | l(d) | l'(d) |
/// |---|---|---|
/// | `Logistic` | `(1-s) log(1 + e^(-b d)) + s log(1 + e^(b d))` | `-b (sigma(-b d) - s)` |
/// | `SquaredHinge` | `(m - d)_+^2` | `-2 (m - d)_+` |
/// | `LeastSquares` | `(m - d)^2` | `-2 (m - d)` |
/// | `Hinge` | `(m - d)_+` | `-1` for d < m, else 0 (at the kink too) |
///
/// b is `beta`, s `label_smoothing`, m `margin`, `sigma(t) = 1/(1 + e^-t)`. The squared hinge of margin 0 costs
/// the squared violation of dominance: at first order it is the squared 2-Wasserstein distance to the nearest
/// distribution that dominates. Least squares also pulls back what is above by more than the margin.
///
/// Reference: Melnyk et al. 2024 (2406.05882).
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum AotLoss {
    /// The loss of direct preference optimisation.
    #[doc(alias = "sigmoid")]
    #[doc(alias = "DPO")]
    Logistic {
        /// Scale of the differences, above 0.
        beta: f64,
        /// Share of labels taken to be wrong, in [0, 1/2).
        label_smoothing: f64,
    },
    /// The squared violation of a margin.
    SquaredHinge {
        /// Not negative.
        margin: f64,
    },
    /// The squared distance from a margin.
    #[doc(alias = "IPO")]
    LeastSquares {
        /// Not negative.
        margin: f64,
    },
    /// The violation of a margin.
    #[doc(alias = "SLiC")]
    Hinge {
        /// Not negative.
        margin: f64,
    },
}

impl Default for AotLoss {
    /// Logistic, beta 0.1, no smoothing.
    fn default() -> AotLoss {
        AotLoss::Logistic { beta: 0.1, label_smoothing: 0.0 }
    }
}

impl std::fmt::Display for AotLoss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AotLoss::Logistic { beta, label_smoothing: 0.0 } => write!(f, "logistic, beta {beta}"),
            AotLoss::Logistic { beta, label_smoothing } => {
                write!(f, "logistic, beta {beta}, smoothing {label_smoothing}")
            }
            AotLoss::SquaredHinge { margin } => write!(f, "squared hinge, margin {margin}"),
            AotLoss::LeastSquares { margin } => write!(f, "least squares, margin {margin}"),
            AotLoss::Hinge { margin } => write!(f, "hinge, margin {margin}"),
        }
    }
}

/// The loss and its derivative at a difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct AtPoint {
    /// The loss is this ...
    pub(super) line: f64,
    /// ... plus log(1 + odds). 0 but for the logistic loss.
    pub(super) odds: f64,
    pub(super) slope: f64,
}

/// Means while the difference D runs along a line, t from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct AlongLine {
    /// `int_0^1 l(D) dt`
    pub(super) value: f64,
    /// `int_0^1 l'(D) dt`
    pub(super) slope: f64,
    /// `int_0^1 t l'(D) dt`
    pub(super) lever: f64,
}

impl AlongLine {
    const ZERO: AlongLine = AlongLine { value: 0.0, slope: 0.0, lever: 0.0 };

    /// A line of two pieces: `self` on [0, tau], `after` on [tau, 1].
    fn then(self, tau: f64, after: AlongLine) -> AlongLine {
        let rest = 1.0 - tau;
        AlongLine {
            value: tau * self.value + rest * after.value,
            slope: tau * self.slope + rest * after.slope,
            lever: tau * tau * self.lever + rest * (tau * after.slope + rest * after.lever),
        }
    }
}

impl AotLoss {
    pub(super) fn check(self) -> Result<(), Error> {
        match self {
            AotLoss::Logistic { label_smoothing: s, .. } if !(0.0..0.5).contains(&s) => {
                Err(Error::InvalidLabelSmoothing { smoothing: s })
            }
            AotLoss::Logistic { beta, .. } => check_positive("beta", beta),
            AotLoss::SquaredHinge { margin }
            | AotLoss::LeastSquares { margin }
            | AotLoss::Hinge { margin } => check_not_negative("the margin", margin),
        }
    }

    /// The margin; 0 for the logistic loss.
    pub(super) fn margin(self) -> f64 {
        match self {
            AotLoss::Logistic { .. } => 0.0,
            AotLoss::SquaredHinge { margin }
            | AotLoss::LeastSquares { margin }
            | AotLoss::Hinge { margin } => margin,
        }
    }

    /// The exponent k of l(c d; c m) = c^k l(d; m). The logistic loss has none: its beta has a unit, it has not.
    pub(super) fn degree(self) -> i32 {
        match self {
            AotLoss::Logistic { .. } => 0,
            AotLoss::Hinge { .. } => 1,
            AotLoss::SquaredHinge { .. } | AotLoss::LeastSquares { .. } => 2,
        }
    }

    /// The same loss for differences divided by a unit, up to unit^degree.
    pub(super) fn in_unit(self, unit: f64) -> AotLoss {
        match self {
            AotLoss::Logistic { beta, label_smoothing } => {
                AotLoss::Logistic { beta: (beta * unit).min(f64::MAX), label_smoothing }
            }
            AotLoss::SquaredHinge { margin } => AotLoss::SquaredHinge { margin: margin / unit },
            AotLoss::LeastSquares { margin } => AotLoss::LeastSquares { margin: margin / unit },
            AotLoss::Hinge { margin } => AotLoss::Hinge { margin: margin / unit },
        }
    }

    /// The loss itself, as the tests write it.
    #[cfg(test)]
    pub(super) fn value(self, d: f64) -> f64 {
        let AtPoint { line, odds, .. } = self.at(d);
        line + odds.ln_1p()
    }

    #[inline(always)]
    pub(super) fn at(self, d: f64) -> AtPoint {
        match self {
            AotLoss::Logistic { beta, label_smoothing } => {
                // softplus(t) - softplus(-t) = t: what is wrong on this side costs |t|, and both the tail.
                let t = beta * d;
                let tail = tail(t.abs());
                let (wrong, sigma) = if t >= 0.0 {
                    (label_smoothing, tail.share)
                } else {
                    (1.0 - label_smoothing, 1.0 - tail.share)
                };
                let line = if wrong > 0.0 { wrong * t.abs() } else { 0.0 };
                AtPoint { line, odds: tail.odds, slope: -beta * (sigma - label_smoothing) }
            }
            AotLoss::SquaredHinge { margin } => {
                let short = (margin - d).max(0.0);
                AtPoint { line: short * short, odds: 0.0, slope: -2.0 * short }
            }
            AotLoss::LeastSquares { margin } => {
                let short = margin - d;
                AtPoint { line: short * short, odds: 0.0, slope: -2.0 * short }
            }
            AotLoss::Hinge { margin } => {
                let short = (margin - d).max(0.0);
                AtPoint { line: short, odds: 0.0, slope: if short > 0.0 { -1.0 } else { 0.0 } }
            }
        }
    }

    /// Exact integrals while D runs from `a` to `b`.
    pub(super) fn along(self, a: f64, b: f64) -> AlongLine {
        match self {
            AotLoss::Logistic { beta, label_smoothing } => logistic_along(beta, label_smoothing, a, b),
            AotLoss::LeastSquares { margin } => squares(margin - a, margin - b),
            AotLoss::SquaredHinge { margin } => positive_part(margin - a, margin - b, squares),
            AotLoss::Hinge { margin } => positive_part(margin - a, margin - b, |e0, e1| AlongLine {
                value: f64::midpoint(e0, e1),
                slope: -1.0,
                lever: -0.5,
            }),
        }
    }
}

/// e^2 along the line from `e0` to `e1`, slopes with respect to -e.
fn squares(e0: f64, e1: f64) -> AlongLine {
    AlongLine {
        value: (e0 * e0 + e0 * e1 + e1 * e1) / 3.0,
        slope: -(e0 + e1),
        lever: -(e0 + 2.0 * e1) / 3.0,
    }
}

/// A loss that is 0 where e <= 0: the part of the line where e > 0.
fn positive_part(e0: f64, e1: f64, loss: impl Fn(f64, f64) -> AlongLine) -> AlongLine {
    if e0 <= 0.0 && e1 <= 0.0 {
        AlongLine::ZERO
    } else if e0 >= 0.0 && e1 >= 0.0 {
        loss(e0, e1)
    } else {
        let tau = e0 / (e0 - e1);
        match e0 > 0.0 {
            true => loss(e0, 0.0).then(tau, AlongLine::ZERO),
            false => AlongLine::ZERO.then(tau, loss(0.0, e1)),
        }
    }
}

/// The line part is integrated by itself, and the tail on either side of 0.
fn logistic_along(beta: f64, smoothing: f64, a: f64, b: f64) -> AlongLine {
    if a.min(b) < 0.0 && a.max(b) > 0.0 {
        let before = logistic_along(beta, smoothing, a, 0.0);
        return before.then(a / (a - b), logistic_along(beta, smoothing, 0.0, b));
    }
    let tail = tail_means(beta * a.abs(), beta * b.abs());
    let above = a + b >= 0.0;
    let wrong = if above { smoothing } else { 1.0 - smoothing };
    let line = if wrong > 0.0 { wrong * (beta * f64::midpoint(a, b).abs()) } else { 0.0 };
    let (sigma, lever) =
        if above { (tail.share, tail.lever) } else { (1.0 - tail.share, 0.5 - tail.lever) };
    AlongLine {
        value: line + tail.log,
        slope: -beta * (sigma - smoothing),
        lever: -beta * (lever - smoothing / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn losses() -> impl Strategy<Value = AotLoss> {
        (0usize..4, 0.0..2.0f64, 0.05..4.0f64, 0.0..0.49f64).prop_map(
            |(kind, margin, beta, smoothing)| match kind {
                0 => AotLoss::Logistic { beta, label_smoothing: smoothing },
                1 => AotLoss::SquaredHinge { margin },
                2 => AotLoss::LeastSquares { margin },
                _ => AotLoss::Hinge { margin },
            },
        )
    }

    /// The midpoint rule.
    fn naive(loss: AotLoss, a: f64, b: f64) -> [f64; 3] {
        let pieces = 20_000;
        let mut sums = [0.0; 3];
        for k in 0..pieces {
            let t = (f64::from(k) + 0.5) / f64::from(pieces);
            let point = loss.at(a + t * (b - a));
            sums[0] += loss.value(a + t * (b - a)) / f64::from(pieces);
            sums[1] += point.slope / f64::from(pieces);
            sums[2] += t * point.slope / f64::from(pieces);
        }
        sums
    }

    #[test]
    fn the_logistic_loss_is_defined_at_the_ends_of_the_range() {
        for smoothing in [0.0, 0.1] {
            let loss = AotLoss::Logistic { beta: 2.0, label_smoothing: smoothing };
            for d in [0.0, 1e-320, 700.0, 1e308, f64::MAX, -1e308, f64::MIN] {
                let point = loss.at(d);
                assert!(loss.value(d) >= 0.0 && point.slope.is_finite(), "{d}: {point:?}");
                let line = loss.along(d, -d / 2.0);
                assert!(line.value >= 0.0 && line.slope.is_finite() && line.lever.is_finite());
            }
        }
    }

    proptest! {
        #[test]
        fn slopes_are_derivatives(loss in losses(), d in -5.0..5.0f64) {
            prop_assume!((d - loss.margin()).abs() > 1e-3);
            let step = 1e-5;
            let expected = (loss.value(d + step) - loss.value(d - step)) / (2.0 * step);
            prop_assert!((loss.at(d).slope - expected).abs() < 1e-8 * (1.0 + expected.abs()));
        }

        #[test]
        fn lines_agree_with_the_naive_twin(loss in losses(), a in -6.0..6.0f64, b in -6.0..6.0f64) {
            let line = loss.along(a, b);
            // The jump of the hinge's slope costs the twin one piece.
            let tolerance = if matches!(loss, AotLoss::Hinge { .. }) { 1e-4 } else { 1e-6 };
            for (found, expected) in [line.value, line.slope, line.lever].into_iter().zip(naive(loss, a, b)) {
                prop_assert!((found - expected).abs() < tolerance, "{loss}: {found} {expected}");
            }
        }
    }
}
