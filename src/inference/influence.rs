//! Influence functions of the gap: what each row contributes to `below` and `above`, without a density.
//!
//! For each side u of the gap a step function A is built on the order statistics, with A = 0 at the
//! smallest and these increments over the gap between neighbours (level p at its left end):
//!
//! ```text
//! order 1:  H_-(d) = -d_-^2 / 2,  H_+(d) = d_+^2 / 2
//!           dA_X(i) = mean over y in {Q_Y(p), Q_Y(p+)} of H(x_(i+1) - y) - H(x_(i) - y)
//!           dA_Y(j) = mean over x in {Q_X(q), Q_X(q+)} of H(x - y_(j)) - H(x - y_(j+1))
//! order 2:  g(p) = int_p^1 D_u dp
//!           dA_X(i) = (x_(i+1) - x_(i)) g(p_i),   dA_Y(j) = (y_(j+1) - y_(j)) g(q_j)
//! influence of a row:  on below:  psi(X_i) = -2 (A(X_i) - mean A),  psi(Y_j) = +2 (A(Y_j) - mean A)
//!                      on above:  the opposite signs
//! ```
//!
//! This is the exact directional derivative at the empirical laws (the mean of the two one-sided ones
//! where breakpoints coincide), so it holds for ties and discrete scores.

use std::cmp::Ordering;

use crate::dominance::{Gap, Order};
use crate::kernels::cells::{Law, cell_total, compare_levels, for_each_cell};
use crate::kernels::gap::differences;
use crate::kernels::scale::Differences;
use crate::sample::Column;

/// A pair of numbers, one for each side of the gap.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sides {
    pub(crate) below: f64,
    pub(crate) above: f64,
}

/// The gap of a pair and what each row contributes to its deviation.
///
/// `x[k]` is mass times influence of the row at sorted position k of X; the sum over all rows of a unit is
/// the unit's part of the linear approximation of (below*, above*) minus (below, above). All in units of
/// `unit` squared.
pub(crate) struct Influence {
    pub(crate) gap: Gap,
    pub(crate) unit: f64,
    pub(crate) x: Vec<Sides>,
    pub(crate) y: Vec<Sides>,
}

/// The influence of every row of two columns on their gap.
pub(crate) fn influence(order: Order, x: &Column, y: &Column) -> Influence {
    let gap = Gap::between(order, x.law(), y.law());
    let (lx, ly) = (x.law(), y.law());
    let scale = differences(lx, ly);
    let (steps_x, steps_y) = match order {
        Order::First => (first_order_steps(lx, ly, scale), first_order_steps(ly, lx, scale)),
        Order::Second => second_order_steps(lx, ly, scale),
    };
    Influence {
        gap,
        unit: scale.unit(),
        x: contributions(x, &steps_x, -2.0),
        y: contributions(y, &mirrored(order, steps_y), 2.0),
    }
}

/// The increments of A_X over the gaps of `x`, at first order.
fn first_order_steps(x: Law, y: Law, scale: Differences) -> Vec<Sides> {
    let (xs, ys) = (x.values(), y.values());
    let mut j = 0;
    let mut steps = Vec::with_capacity(xs.len());
    for i in 0..xs.len() - 1 {
        while compare_levels(y, j, x, i) == Ordering::Less {
            j += 1;
        }
        let right =
            if compare_levels(y, j, x, i) == Ordering::Equal { (j + 1).min(ys.len() - 1) } else { j };
        let step = |j: usize| {
            let (from, to) = (scale.between(xs[i], ys[j]), scale.between(xs[i + 1], ys[j]));
            let half_square = |d: f64| d * d / 2.0;
            Sides {
                below: half_square(from.min(0.0)) - half_square(to.min(0.0)),
                above: half_square(to.max(0.0)) - half_square(from.max(0.0)),
            }
        };
        let (a, b) = (step(j), step(right));
        steps.push(Sides { below: (a.below + b.below) / 2.0, above: (a.above + b.above) / 2.0 });
    }
    steps
}

/// Turns the steps of A_X in the pair (Y, X) into those of A_Y in the pair (X, Y).
///
/// First order: H_-(-d) = -H_+(d), so the sides change places. Second-order steps are those of the pair
/// already.
fn mirrored(order: Order, mut steps: Vec<Sides>) -> Vec<Sides> {
    if order == Order::First {
        for step in &mut steps {
            *step = Sides { below: step.above, above: step.below };
        }
    }
    steps
}

/// The increments of A over the gaps of both columns at second order.
fn second_order_steps(x: Law, y: Law, scale: Differences) -> (Vec<Sides>, Vec<Sides>) {
    let (xs, ys) = (x.values(), y.values());
    let total = cell_total(x, y);
    // Integrals of the negative and positive part of D up to the last cell end seen at each row.
    let (mut at_x, mut at_y) = (vec![Sides::default(); xs.len()], vec![Sides::default(); ys.len()]);
    let mut integral = Sides::default();
    let mut a = 0.0;
    for_each_cell(x, y, |i, j, mass| {
        let h = mass / total;
        let b = a + h * scale.between(xs[i], ys[j]);
        integral.below += h * mean_positive_part(-a, -b);
        integral.above += h * mean_positive_part(a, b);
        at_x[i] = integral;
        at_y[j] = integral;
        a = b;
    });
    let steps = |values: &[f64], at: &[Sides]| {
        let gaps = values.windows(2).zip(at);
        let step = |(pair, before): (&[f64], &Sides)| Sides {
            below: scale.between(pair[1], pair[0]) * (integral.below - before.below),
            above: scale.between(pair[1], pair[0]) * (integral.above - before.above),
        };
        gaps.map(step).collect()
    };
    (steps(xs, &at_x), steps(ys, &at_y))
}

/// The mean of the positive part of the line from a to b.
fn mean_positive_part(a: f64, b: f64) -> f64 {
    match (a >= 0.0, b >= 0.0) {
        (true, true) => (a + b) / 2.0,
        (false, false) => 0.0,
        _ => {
            let positive = a.max(b);
            positive * (positive / (a - b).abs()) / 2.0
        }
    }
}

/// Mass times `sign * (A - mean A)` for `below`, with the opposite sign for `above`.
fn contributions(column: &Column, steps: &[Sides], sign: f64) -> Vec<Sides> {
    let mut mean = Sides::default();
    for_each_level(column, steps, |mass, level| {
        mean.below += mass * level.below;
        mean.above += mass * level.above;
    });
    let mut contributions = Vec::with_capacity(column.sample.len());
    for_each_level(column, steps, |mass, level| {
        contributions.push(Sides {
            below: mass * sign * (level.below - mean.below),
            above: -mass * sign * (level.above - mean.above),
        });
    });
    contributions
}

/// Calls `f` with the mass of each row and A there.
#[inline(always)]
fn for_each_level(column: &Column, steps: &[Sides], mut f: impl FnMut(f64, Sides)) {
    let mut level = Sides::default();
    for k in 0..column.sample.len() {
        f(column.sample.mass(k), level);
        if let Some(step) = steps.get(k) {
            level.below += step.below;
            level.above += step.above;
        }
    }
}

impl Influence {
    /// The contribution of a row to the deviation of the violation ratio:
    /// `((1 - eps) psi_- - eps psi_+) / S`.
    pub(crate) fn on_ratio(&self, row: Sides) -> f64 {
        let roots = self.gap.roots(self.unit);
        let total = roots.below * roots.below + roots.above * roots.above;
        if total == 0.0 {
            return 0.0;
        }
        let ratio = self.gap.violation_ratio();
        ((1.0 - ratio) * row.below - ratio * row.above) / total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Samples;
    use approx::assert_relative_eq;

    fn ratio_influences(order: Order, x: &[f64], y: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let samples = Samples::independent([
            ("x", crate::Sample::new(x).unwrap()),
            ("y", crate::Sample::new(y).unwrap()),
        ])
        .unwrap();
        let influence = influence(order, &samples.columns()[0], &samples.columns()[1]);
        let on = |rows: &[Sides]| {
            rows.iter().map(|&r| influence.on_ratio(r) * rows.len() as f64).collect::<Vec<_>>()
        };
        (on(&influence.x), on(&influence.y))
    }

    #[test]
    fn hand_values() {
        let (x, y) = ratio_influences(Order::First, &[0., 2., 4.], &[1., 1.5, 3.]);
        for (found, expected) in x.iter().zip([151. / 81., 47. / 162., -349. / 162.]) {
            assert_relative_eq!(*found, expected, max_relative = 1e-13);
        }
        for (found, expected) in y.iter().zip([-91. / 81., -71. / 162., 253. / 162.]) {
            assert_relative_eq!(*found, expected, max_relative = 1e-13);
        }
        let (x, y) = ratio_influences(Order::Second, &[0., 2., 4.], &[1., 1.5, 3.]);
        for (found, expected) in x.iter().zip([7. / 4., -1. / 8., -13. / 8.]) {
            assert_relative_eq!(*found, expected, max_relative = 1e-12);
        }
        for (found, expected) in y.iter().zip([-11. / 16., -7. / 32., 29. / 32.]) {
            assert_relative_eq!(*found, expected, max_relative = 1e-12);
        }
    }

    /// Beyond the last level of the other column there is nothing to look up.
    #[test]
    fn a_largest_row_of_hardly_any_weight_changes_nothing() {
        let of = |values: &[f64], weights: &[f64], order| {
            let x = crate::Sample::weighted(values, weights).unwrap();
            let y = crate::Sample::new([1.0, 1.5, 3.0]).unwrap();
            let samples = Samples::independent([("x", x), ("y", y)]).unwrap();
            let found = influence(order, &samples.columns()[0], &samples.columns()[1]);
            let flat = |rows: &[Sides]| rows.iter().flat_map(|s| [s.below, s.above]).collect::<Vec<_>>();
            let unit = found.unit * found.unit;
            [flat(&found.x), flat(&found.y)]
                .map(|rows| rows.iter().map(|v| v * unit).collect::<Vec<_>>())
        };
        for order in [Order::First, Order::Second] {
            let expected = of(&[0.0, 2.0, 4.0], &[1.0; 3], order);
            let found = of(&[0.0, 2.0, 4.0, 9.0], &[1.0, 1.0, 1.0, 1e-30], order);
            assert_eq!(found[0].len(), 8);
            for (found, expected) in
                found.concat().iter().zip([&expected[0][..], &[0.0; 2], &expected[1]].concat())
            {
                assert_relative_eq!(*found, expected, epsilon = 1e-14);
            }
        }
    }

    /// Against the definition: the derivative of the ratio when a little mass moves to one row.
    #[test]
    fn equals_the_derivative_of_the_ratio() {
        let (x, y) = ([0.3, 1.1, 2.7, 4.2, 4.9], [0.9, 1.3, 2.2, 3.1, 5.6, 6.0, 7.5]);
        let t = 1e-6;
        for order in [Order::First, Order::Second] {
            let (on_x, _) = ratio_influences(order, &x, &y);
            for (row, expected) in on_x.iter().enumerate() {
                let ratio_at = |t: f64| {
                    let weights: Vec<f64> =
                        (0..5).map(|k| (1.0 - t) / 5.0 + if k == row { t } else { 0.0 }).collect();
                    let moved = crate::Sample::weighted(x, weights).unwrap();
                    crate::gap(order, &moved, &crate::Sample::new(y).unwrap()).violation_ratio()
                };
                let derivative = (ratio_at(t) - ratio_at(-t)) / (2.0 * t);
                assert_relative_eq!(derivative, *expected, epsilon = 1e-6, max_relative = 1e-5);
            }
        }
    }
}
