//! Violation ratios: how far one distribution is from dominating another.

use super::Order;
use crate::kernels::cells::Law;
use crate::kernels::gap::{Areas, Sweep, areas_both, areas_first, areas_second, refined_second};
use crate::sample::Sample;

/// How much X lies above Y and how much below, in squared area between (integrated) quantile functions.
///
/// ```text
/// first order:   D = Q_X - Q_Y          above = int_0^1 max(D, 0)^2 dp
/// second order:  D = G_X - G_Y          below = int_0^1 max(-D, 0)^2 dp,   G(p) = int_0^p Q
/// ```
///
/// Made by [`gap`]. Exact: the integrals are finite sums over the merged breakpoints of both samples,
/// whatever their sizes, weights and ties.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    areas: Areas,
}

/// The gap between two distributions at an order of dominance.
///
/// ```
/// use risk_sd::{Order, Sample, gap};
///
/// let x = Sample::new([0.0, 2.0, 4.0])?;
/// let y = Sample::new([1.0, 1.5, 3.0])?;
/// let gap = gap(Order::First, &x, &y);
/// assert!((gap.below() - 1.0 / 3.0).abs() < 1e-15);
/// assert!((gap.above() - 5.0 / 12.0).abs() < 1e-15);
/// assert!((gap.violation_ratio() - 4.0 / 9.0).abs() < 1e-15);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Both sides have full precision of their own, and a side is 0 exactly where the difference never takes its sign:
/// at the second order the smaller one is summed again in twice the precision where it is small beside the other.
/// (Below 1e-30 of the other, it may be 0 or noise of that size.)
///
/// Cost: O(n + m).
pub fn gap(order: Order, x: &Sample, y: &Sample) -> Gap {
    Gap::between(order, x.law(), y.law()).refined(order, x.law(), y.law())
}

impl Gap {
    #[inline]
    pub(crate) fn between(order: Order, x: Law, y: Law) -> Gap {
        let areas = match order {
            Order::First => areas_first(x, y),
            Order::Second => areas_second(x, y),
        };
        Gap { areas }
    }

    /// The gaps at some orders, which share a walk where there are two.
    #[inline]
    pub(crate) fn at(orders: &[Order], x: Law, y: Law) -> impl Iterator<Item = Gap> {
        let both = (orders.len() > 1).then(|| areas_both(x, y));
        orders.iter().map(move |&order| match both {
            Some(both) => Gap::pick(order, both),
            None => Gap::between(order, x, y),
        })
    }

    /// Calls `found` with the place of a pair (i, j), i < j, j fastest, the place of an order and the gap, for all
    /// pairs and orders.
    pub(crate) fn of_pairs(
        orders: &[Order],
        laws: &[Law],
        sweep: &mut Sweep,
        mut found: impl FnMut(usize, usize, Gap),
    ) {
        // A pair needs no list, which would take longer than a small replicate is worth.
        let many = (laws.len() > 2).then_some(laws);
        let rows =
            many.and_then(|laws| laws.iter().map(|law| law.uniform()).collect::<Option<Vec<_>>>());
        let equal = rows.filter(|rows| rows.windows(2).all(|pair| pair[0].len() == pair[1].len()));
        let mut pair = 0;
        match (equal, orders) {
            (Some(rows), [Order::First]) => sweep.areas_first(&rows, |areas| {
                found(pair, 0, Gap { areas });
                pair += 1;
            }),
            (Some(rows), _) => sweep.areas_both(&rows, |both| {
                for (place, &order) in orders.iter().enumerate() {
                    found(pair, place, Gap::pick(order, both));
                }
                pair += 1;
            }),
            _ => {
                for (i, &x) in laws.iter().enumerate() {
                    for &y in &laws[i + 1..] {
                        for (place, gap) in Gap::at(orders, x, y).enumerate() {
                            found(pair, place, gap);
                        }
                        pair += 1;
                    }
                }
            }
        }
    }

    /// The same gap, its smaller side to full precision: for what is observed, not for replicates.
    pub(crate) fn refined(self, order: Order, x: Law, y: Law) -> Gap {
        match order {
            Order::First => self, // a sum of squares, in which nothing cancels
            Order::Second => Gap { areas: refined_second(x, y, self.areas) },
        }
    }

    fn pick(order: Order, [first, second]: [Areas; 2]) -> Gap {
        match order {
            Order::First => Gap { areas: first },
            Order::Second => Gap { areas: second },
        }
    }

    /// Squared area where X is above Y: `int D_+^2 dp`. Infinite where the square is beyond f64.
    pub fn above(self) -> f64 {
        self.in_data_units(self.areas.above)
    }

    /// Squared area where X is below Y, the violation of "X dominates Y": `int D_-^2 dp`.
    pub fn below(self) -> f64 {
        self.in_data_units(self.areas.below)
    }

    /// `above + below`: the squared 2-Wasserstein distance at first order, the squared distance between
    /// integrated quantile functions at second. 0 for equal distributions, and where the square is below the
    /// range of f64; [`Gap::is_zero`] tells equality.
    #[doc(alias = "Wasserstein")]
    pub fn squared_distance(self) -> f64 {
        self.in_data_units(self.areas.above + self.areas.below)
    }

    /// The root of [`Gap::squared_distance`], in the units of the data; finite where the square is not.
    pub fn distance(self) -> f64 {
        ((self.areas.above + self.areas.below).sqrt() * self.areas.unit).min(f64::MAX)
    }

    /// The violation ratio `below / (above + below)` of "X dominates Y".
    ///
    /// 0: X dominates Y; 1: Y dominates X; X almost dominates Y where the ratio is at most a threshold
    /// below 1/2. Exchanging X and Y gives one minus the ratio. Two equal distributions have no ratio; 1/2
    /// is returned to keep that symmetry, and [`Gap::is_zero`] tells.
    ///
    /// Reference: del Barrio, Cuesta-Albertos, Matran 2018 (first order); Nitsure et al. 2024 (second).
    pub fn violation_ratio(self) -> f64 {
        let Areas { above, below, .. } = self.areas;
        if self.is_zero() {
            0.5
        } else if below <= above {
            below / (above + below)
        } else {
            // The smaller part is the accurate one: eps(X, Y) + eps(Y, X) = 1 to the last bit.
            1.0 - above / (above + below)
        }
    }

    /// Whether the two distributions are equal.
    pub fn is_zero(self) -> bool {
        self.areas.above + self.areas.below == 0.0
    }

    /// The gap of Y over X.
    pub fn reversed(self) -> Gap {
        let Areas { above, below, unit } = self.areas;
        Gap { areas: Areas { above: below, below: above, unit } }
    }

    /// The distance as a unit to measure by: positive also where it underflows, 1 for equal distributions.
    pub(crate) fn unit_distance(self) -> f64 {
        match self.distance() {
            0.0 => self.areas.unit,
            distance => distance,
        }
    }

    /// Roots of `above` and `below` divided by `unit`: what the root scale of the tests works on.
    pub(crate) fn roots(self, unit: f64) -> Roots {
        if self.is_zero() {
            return Roots { above: 0.0, below: 0.0 }; // not 0 * inf
        }
        let scale = self.areas.unit / unit;
        Roots { above: self.areas.above.sqrt() * scale, below: self.areas.below.sqrt() * scale }
    }

    /// `(above - below) / unit^2`.
    pub(crate) fn net(self, unit: f64) -> f64 {
        match self.areas.above - self.areas.below {
            0.0 => 0.0, // not 0 * inf
            net => net * (self.areas.unit / unit) * (self.areas.unit / unit),
        }
    }

    fn in_data_units(self, area: f64) -> f64 {
        match area {
            0.0 => 0.0,
            area => area * self.areas.unit * self.areas.unit,
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Gap {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut gap = serializer.serialize_struct("Gap", 4)?;
        gap.serialize_field("above", &self.above())?;
        gap.serialize_field("below", &self.below())?;
        gap.serialize_field("distance", &self.distance())?;
        gap.serialize_field("violation_ratio", &self.violation_ratio())?;
        gap.end()
    }
}

/// `sqrt(above)` and `sqrt(below)` in some unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Roots {
    pub(crate) above: f64,
    pub(crate) below: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn sample(values: &[f64]) -> Sample {
        Sample::new(values).unwrap()
    }

    #[test]
    fn hand_values() {
        let (x, y) = (sample(&[0.0, 2.0, 4.0]), sample(&[1.0, 1.5, 3.0]));
        let second = gap(Order::Second, &x, &y);
        assert_relative_eq!(second.below(), 23.0 / 648.0, max_relative = 1e-15);
        assert_relative_eq!(second.above(), 1.0 / 648.0, max_relative = 1e-14);
        assert_relative_eq!(second.violation_ratio(), 23.0 / 24.0, max_relative = 1e-15);
        assert_eq!(gap(Order::Second, &y, &x).violation_ratio(), second.reversed().violation_ratio());
    }

    #[test]
    fn extreme_scales_keep_the_ratio_and_the_distance() {
        for factor in [1e250, 1e-250, 4e307, 3e-308] {
            let x = sample(&[0.0, 2.0 * factor, 4.0 * factor]);
            let y = sample(&[factor, 1.5 * factor, 3.0 * factor]);
            let gap = gap(Order::First, &x, &y);
            assert_relative_eq!(gap.violation_ratio(), 4.0 / 9.0, max_relative = 1e-12);
            assert_relative_eq!(gap.distance(), 0.75_f64.sqrt() * factor, max_relative = 1e-12);
        }
        // The difference itself overflows.
        let gap = gap(Order::First, &sample(&[-1.7e308, 1.7e308]), &sample(&[1.7e308, 1.7e308]));
        assert_eq!(gap.violation_ratio(), 1.0);
        assert_eq!(gap.squared_distance(), f64::INFINITY);
        // A common outlier must not push the rest below the smallest square.
        let outlier = super::gap(Order::First, &sample(&[0.0, 2.0, 1e200]), &sample(&[1.0, 1.5, 1e200]));
        assert_relative_eq!(outlier.violation_ratio(), 1.0 / 1.25, max_relative = 1e-12);
        for order in [Order::First, Order::Second] {
            let tiny = super::gap(order, &sample(&[1e-300, 1e300]), &sample(&[2e-300, 1e300]));
            assert_eq!(tiny.violation_ratio(), 1.0);
        }
    }

    #[test]
    fn equal_distributions_are_told() {
        // As much above as below, and not equal.
        let balanced = gap(Order::First, &sample(&[0.0, 3.0]), &sample(&[1.0, 2.0]));
        assert!(!balanced.is_zero() && balanced.violation_ratio() == 0.5);
        let (x, y) = (sample(&[3.0, 1.0, 2.0]), sample(&[1.0, 2.0, 3.0, 1.0, 2.0, 3.0]));
        for order in [Order::First, Order::Second] {
            assert!(gap(order, &x, &y).is_zero());
            assert_eq!(gap(order, &x, &y).violation_ratio(), 0.5);
        }
    }
}
