//! The curves behind the statistics, as lists of knots.

use super::pooled::for_each_value;
use crate::kernels::cells::{Law, cell_total, for_each_cell};
use crate::kernels::scale::{halving, headroom};
use crate::kernels::sum::{DoubleDouble, Sum};
use crate::sample::Sample;

/// A curve that describes a distribution.
///
/// Between knots nothing is left open: a step curve is constant, an integrated curve is linear.
///
/// | curve | knots | between knots | ends |
/// |---|---|---|---|
/// | `Quantile` | `(p, Q(p))` | left-continuous steps: a knot's value holds from just above the knot before it (from just above 0 for the first) up to and at `p` | last knot at 1 |
/// | `IntegratedQuantile` | `(p, G(p))` | linear | first knot `(0, 0)`, last `(1, mean)` |
/// | `Cdf` | `(z, F(z))` | right-continuous steps: a knot's value holds at `z` and up to just below the next | 0 below the first knot, the smallest value; 1 from the last on |
/// | `IntegratedCdf` | `(z, F^(2)(z))` | linear | first knot `(smallest value, 0)`, 0 below it; slope 1 above the last |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Curve {
    /// The quantile function Q on (0, 1]: higher is better to the first order.
    Quantile,
    /// `G(p) = int_0^p Q`: higher is better to the second order.
    #[doc(alias = "absolute Lorenz curve")]
    IntegratedQuantile,
    /// The distribution function F: lower is better to the first order.
    #[doc(alias = "ecdf")]
    Cdf,
    /// `F^(2)(z) = int_{-inf}^z F`: lower is better to the second order. Infinite where it is
    /// beyond the range of f64.
    IntegratedCdf,
}

/// A point of one curve.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Knot {
    /// A level p in [0, 1], or a value z of the sample.
    pub at: f64,
    /// The curve there.
    pub value: f64,
}

/// A point of the same curve of two distributions.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PairKnot {
    /// A level p in [0, 1], or a pooled value z.
    pub at: f64,
    /// The curve of the first distribution there.
    pub a: f64,
    /// The curve of the second distribution there.
    pub b: f64,
}

impl Sample {
    /// A curve of this sample, exactly: one knot where it jumps or bends (once per distinct value), `at`
    /// ascending. [`Curve`] says what holds between knots.
    ///
    /// Cost O(n).
    ///
    /// ```
    /// use risk_sd::{Curve, Knot, Sample};
    ///
    /// let sample = Sample::new([1.0, 2.0, 2.0, 5.0])?;
    /// let knot = |at, value| Knot { at, value };
    /// assert_eq!(sample.curve(Curve::Quantile), [knot(0.25, 1.0), knot(0.75, 2.0), knot(1.0, 5.0)]);
    /// assert_eq!(sample.curve(Curve::Cdf), [knot(1.0, 0.25), knot(2.0, 0.75), knot(5.0, 1.0)]);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    pub fn curve(&self, curve: Curve) -> Vec<Knot> {
        let alone = |knot: PairKnot| Knot { at: knot.at, value: knot.a };
        pair_curve(curve, self, self).into_iter().map(alone).collect()
    }
}

/// A curve of two samples at the breakpoints of both, `at` ascending: the levels where either quantile
/// function jumps, or the distinct pooled values.
///
/// Between two knots both curves are constant (steps) or linear (integrals), so the area between them can
/// be drawn and integrated from the knots alone. Nothing is resampled. [`Curve`] says which end of a step
/// a knot is; before its own smallest value a distribution function is 0, after its largest 1.
///
/// Cost O(n + m).
///
/// Reference: Nitsure et al. 2024 (2310.07132).
///
/// ```
/// use risk_sd::{Curve, PairKnot, Sample, pair_curve};
///
/// let (a, b) = (Sample::new([0.0, 6.0])?, Sample::new([1.0, 2.0, 3.0])?);
/// let knots = pair_curve(Curve::Quantile, &a, &b);
/// let half = PairKnot { at: 0.5, a: 0.0, b: 2.0 };
/// assert_eq!(knots.len(), 4); // at 1/3, 1/2, 2/3 and 1
/// assert_eq!(knots[1], half);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn pair_curve(curve: Curve, a: &Sample, b: &Sample) -> Vec<PairKnot> {
    let (x, y) = (a.law(), b.law());
    match curve {
        Curve::Quantile => quantiles(x, y),
        Curve::IntegratedQuantile => integrated_quantiles(x, y),
        Curve::Cdf => cdfs(x, y),
        Curve::IntegratedCdf => integrated_cdfs(x, y),
    }
}

/// One knot at the end of every run of cells with the same values.
fn quantiles(x: Law, y: Law) -> Vec<PairKnot> {
    let total = cell_total(x, y);
    let mut level = Sum::default();
    let mut knots: Vec<PairKnot> = Vec::new();
    for_each_cell(x, y, |i, j, mass| {
        level.add(mass);
        let knot = PairKnot { at: level.value() / total, a: x.values()[i], b: y.values()[j] };
        match knots.last_mut() {
            Some(last) if last.a == knot.a && last.b == knot.b => *last = knot,
            _ => knots.push(knot),
        }
    });
    end_at_one(knots)
}

/// As [`quantiles`]: the slopes are the quantiles.
fn integrated_quantiles(x: Law, y: Law) -> Vec<PairKnot> {
    let total = cell_total(x, y);
    let (unit_x, unit_y) = (headroom(largest(x)), headroom(largest(y)));
    let mut level = Sum::default();
    let (mut sum_x, mut sum_y) = (DoubleDouble::default(), DoubleDouble::default());
    let mut knots = vec![PairKnot { at: 0.0, a: 0.0, b: 0.0 }];
    let mut slopes = None;
    for_each_cell(x, y, |i, j, mass| {
        let (q_x, q_y) = (x.values()[i], y.values()[j]);
        level.add(mass);
        sum_x.add_scaled_difference(mass, q_x / unit_x, 0.0);
        sum_y.add_scaled_difference(mass, q_y / unit_y, 0.0);
        if slopes.replace((q_x, q_y)) == Some((q_x, q_y)) {
            knots.pop();
        }
        knots.push(PairKnot {
            at: level.value() / total,
            a: sum_x.value() / total * unit_x,
            b: sum_y.value() / total * unit_y,
        });
    });
    end_at_one(knots)
}

/// Weighted levels end at 1 up to rounding; the curves end at 1.
fn end_at_one(mut knots: Vec<PairKnot>) -> Vec<PairKnot> {
    if let Some(last) = knots.last_mut() {
        last.at = 1.0;
    }
    knots
}

fn cdfs(x: Law, y: Law) -> Vec<PairKnot> {
    let mut knots = Vec::new();
    for_each_value(x, y, |z, i, j| knots.push(PairKnot { at: z, a: x.share(i), b: y.share(j) }));
    knots
}

/// F^(2) grows by F * gap over every gap: positive terms, so nothing cancels.
fn integrated_cdfs(x: Law, y: Law) -> Vec<PairKnot> {
    // 1, or 4: a difference of the two ends of f64 needs 2, and a compensated sum of such differences 2 more.
    let unit = halving(largest(x).max(largest(y))).powi(2);
    let (mut area_x, mut area_y) = (Sum::default(), Sum::default());
    let mut before: Option<PairKnot> = None;
    let mut knots = cdfs(x, y);
    for knot in &mut knots {
        if let Some(before) = before {
            let gap = knot.at / unit - before.at / unit;
            area_x.add(before.a * gap);
            area_y.add(before.b * gap);
        }
        before = Some(*knot);
        knot.a = area_x.value() * unit;
        knot.b = area_y.value() * unit;
    }
    knots
}

/// max |x|.
fn largest(law: Law) -> f64 {
    let values = law.values();
    values[0].abs().max(values[values.len() - 1].abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(knots: &[Knot]) -> Vec<(f64, f64)> {
        knots.iter().map(|k| (k.at, k.value)).collect()
    }

    #[test]
    fn hand_curves() {
        let sample = Sample::new([0.0, 2.0, 2.0, 4.0]).unwrap();
        let curve = |curve| points(&sample.curve(curve));
        assert_eq!(curve(Curve::Quantile), [(0.25, 0.0), (0.75, 2.0), (1.0, 4.0)]);
        assert_eq!(curve(Curve::IntegratedQuantile), [(0.0, 0.0), (0.25, 0.0), (0.75, 1.0), (1.0, 2.0)]);
        assert_eq!(curve(Curve::Cdf), [(0.0, 0.25), (2.0, 0.75), (4.0, 1.0)]);
        assert_eq!(curve(Curve::IntegratedCdf), [(0.0, 0.0), (2.0, 0.5), (4.0, 2.0)]);
    }

    #[test]
    fn a_constant_has_one_step() {
        let sample = Sample::new([3.0; 5]).unwrap();
        assert_eq!(points(&sample.curve(Curve::Quantile)), [(1.0, 3.0)]);
        assert_eq!(points(&sample.curve(Curve::IntegratedQuantile)), [(0.0, 0.0), (1.0, 3.0)]);
        assert_eq!(points(&sample.curve(Curve::Cdf)), [(3.0, 1.0)]);
        assert_eq!(points(&sample.curve(Curve::IntegratedCdf)), [(3.0, 0.0)]);
    }

    #[test]
    fn a_pair_has_the_breakpoints_of_both() {
        let (a, b) = (Sample::new([0.0, 2.0, 5.0]).unwrap(), Sample::new([1.0, 2.0]).unwrap());
        let levels: Vec<f64> = pair_curve(Curve::Quantile, &a, &b).iter().map(|k| k.at).collect();
        assert_eq!(levels, [1.0 / 3.0, 0.5, 2.0 / 3.0, 1.0]);
        let cdf: Vec<_> =
            pair_curve(Curve::Cdf, &a, &b).iter().map(|k| (k.at, k.a * 3.0, k.b * 2.0)).collect();
        assert_eq!(cdf, [(0.0, 1.0, 0.0), (1.0, 1.0, 1.0), (2.0, 2.0, 2.0), (5.0, 3.0, 2.0)]);
    }

    #[test]
    fn the_curves_stay_in_range() {
        let wide = Sample::new([f64::MIN, f64::MAX, f64::MAX, f64::MAX]).unwrap();
        let half = f64::MAX / 2.0;
        assert_eq!(points(&wide.curve(Curve::IntegratedQuantile))[2], (1.0, half));
        assert_eq!(points(&wide.curve(Curve::IntegratedCdf))[1], (f64::MAX, half));
        let unit = 2f64.powi(-1000);
        let small = Sample::new([unit, 3.0 * unit]).unwrap();
        assert_eq!(points(&small.curve(Curve::IntegratedQuantile))[1], (0.5, 0.5 * unit));
        assert_eq!(points(&small.curve(Curve::IntegratedCdf))[1], (3.0 * unit, unit));
    }

    #[test]
    fn an_area_beyond_the_range_is_infinite() {
        let part = -0.65 * f64::MAX;
        let (a, b) = (Sample::new([f64::MIN]).unwrap(), Sample::new([part, f64::MAX]).unwrap());
        let knots = pair_curve(Curve::IntegratedCdf, &a, &b);
        let of_a: Vec<f64> = knots.iter().map(|knot| knot.a).collect();
        assert_eq!(of_a, [0.0, f64::MAX + part, f64::INFINITY]);
        assert!((knots[2].b / f64::MAX - 0.825).abs() < 1e-15);
    }

    /// Scaled by a power of two, every curve of a pair is the same but for the scale, up to the largest f64.
    #[test]
    fn both_curves_of_a_pair_stay_in_range() {
        let curves = |curve, unit: f64| {
            let [a, b] =
                [[-2.0, 1.0, 2.0], [-1.0, 0.5, 3.0]].map(|v| Sample::new(v.map(|v| v * unit)).unwrap());
            pair_curve(curve, &a, &b)
        };
        for curve in [Curve::Quantile, Curve::IntegratedQuantile, Curve::Cdf, Curve::IntegratedCdf] {
            let of_levels = matches!(curve, Curve::Quantile | Curve::IntegratedQuantile);
            for unit in [2f64.powi(1022), 2f64.powi(-1000)] {
                let at = if of_levels { 1.0 } else { unit };
                let height = if curve == Curve::Cdf { 1.0 } else { unit };
                for (found, plain) in curves(curve, unit).iter().zip(curves(curve, 1.0)) {
                    let expected = (plain.at * at, plain.a * height, plain.b * height);
                    assert_eq!((found.at, found.a, found.b), expected, "{curve:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn knots_lie_on_the_functions(
            a in prop::collection::vec((-9..9i32, 1..4u32), 1..12),
            b in prop::collection::vec(-9..9i32, 1..12),
        ) {
            let a = Sample::weighted(a.iter().map(|r| f64::from(r.0)), a.iter().map(|r| f64::from(r.1)));
            let (a, b) = (a.unwrap(), Sample::new(b.iter().map(|&v| f64::from(v))).unwrap());
            let close = |found: f64, expected: f64| (found - expected).abs() < 1e-12;
            for k in pair_curve(Curve::Quantile, &a, &b) {
                prop_assert_eq!(a.quantile(k.at), Ok(k.a));
                prop_assert_eq!(b.quantile(k.at), Ok(k.b));
            }
            for k in &pair_curve(Curve::IntegratedQuantile, &a, &b)[1..] {
                prop_assert!(close(k.a, a.integrated_quantile(k.at).unwrap()));
                prop_assert!(close(k.b, b.integrated_quantile(k.at).unwrap()));
            }
            for k in pair_curve(Curve::Cdf, &a, &b) {
                prop_assert_eq!(a.cdf(k.at), Ok(k.a));
                prop_assert_eq!(b.cdf(k.at), Ok(k.b));
            }
            for k in pair_curve(Curve::IntegratedCdf, &a, &b) {
                prop_assert!(close(k.a, a.integrated_cdf(k.at).unwrap()));
                prop_assert!(close(k.b, b.integrated_cdf(k.at).unwrap()));
            }
        }

        #[test]
        fn knots_ascend(values in prop::collection::vec(-9..9i32, 1..30)) {
            let sample = Sample::new(values.iter().map(|&v| f64::from(v))).unwrap();
            for curve in [Curve::Quantile, Curve::IntegratedQuantile, Curve::Cdf, Curve::IntegratedCdf] {
                prop_assert!(sample.curve(curve).windows(2).all(|pair| pair[0].at < pair[1].at));
            }
        }
    }
}
