//! The objective of two laws in ascending order and its gradient: sums over the cells.
//!
//! ```text
//! order 1:  L = sum h l(d)               d = u_i - v_j on a cell of mass h
//!           dL/du_i = sum over the cells of i of h l'(d)
//! order 2:  L = int_0^1 l(D(p)) dp       D(p) = int_0^p (Q_u - Q_v), linear on cells, from a to a + h d
//!           dL/du_i = int over the levels of i of S(p) dp,    S(p) = int_p^1 l'(D)
//! ```
//!
//! Order 2 by exchanging the integrals: D(q) grows with u_i by the length of the levels of i below q. On a cell
//! of which S is `after` at the right end, int S = h (after + h int_0^1 t l'(D) dt). The other side gets the
//! negative.

use super::logistic::LogProduct;
use super::loss::AotLoss;
use super::side::Side;
use crate::dominance::Order;
use crate::kernels::cells::{cell_total, for_each_cell};
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::Sum;

/// The value of an objective, and its gradient with respect to the rows as they were given.
pub(super) struct Objective {
    pub(super) value: f64,
    pub(super) chosen: Vec<f64>,
    pub(super) rejected: Vec<f64>,
}

/// Beyond this, differences could overflow.
const FAR: f64 = f64::from_bits((1023 + 1020) << 52);
/// Within these, squares neither overflow nor lose digits to underflow.
const SQUARABLE: std::ops::Range<f64> =
    f64::from_bits((1023 - 500) << 52)..f64::from_bits((1023 + 500) << 52);
/// The reciprocal of a smaller unit could overflow.
const SMALLEST_UNIT: f64 = f64::from_bits((1023 - 1000) << 52);

/// A power of two: data divided by it can be subtracted and, where the loss squares, squared. Halves of a line
/// between differences, a margin added, stay below 8 times the largest value.
fn unit(loss: AotLoss, largest: f64) -> f64 {
    if loss.degree() == 2 && largest > 0.0 && !SQUARABLE.contains(&largest) {
        power_of_two_below(largest).max(SMALLEST_UNIT)
    } else if largest > FAR {
        8.0
    } else {
        1.0
    }
}

/// The objective of `order` for a loss that was checked.
pub(super) fn objective(order: Order, loss: AotLoss, chosen: &Side, rejected: &Side) -> Objective {
    let (u, v) = (chosen.law().values(), rejected.law().values());
    let ends = [u[0], u[u.len() - 1], v[0], v[v.len() - 1], loss.margin()];
    let unit = unit(loss, ends.iter().fold(0.0, |largest, end| end.abs().max(largest)));
    let mut cells = Cells {
        loss: loss.in_unit(unit),
        scale: 1.0 / unit,
        value: Sum::default(),
        up: vec![Sum::default(); u.len()],
        down: vec![Sum::default(); v.len()],
    };
    match order {
        Order::First => cells.first(chosen, rejected),
        Order::Second => cells.second(chosen, rejected),
    }
    // Gradients are of one degree less than the value. One factor after the other: unit^2 may overflow.
    let degree = loss.degree();
    let value = times(cells.value.value_or_infinity(), unit, degree);
    let restore = |slope: f64| if degree == 0 { slope / unit } else { times(slope, unit, degree - 1) };
    // Scattered first: a soft sort averages slopes, which it could not where they are infinite.
    let by_row = |side: &Side, slopes: Vec<Sum>| -> Vec<f64> {
        side.scatter(slopes.into_iter().map(Sum::value_or_infinity).collect())
            .into_iter()
            .map(restore)
            .collect()
    };
    Objective { value, chosen: by_row(chosen, cells.up), rejected: by_row(rejected, cells.down) }
}

fn times(number: f64, unit: f64, power: i32) -> f64 {
    (0..power).fold(number, |number, _| number * unit)
}

/// The sums over cells, in the unit.
struct Cells {
    loss: AotLoss,
    scale: f64,
    value: Sum,
    /// Gradient with respect to the ascending values of the chosen side.
    up: Vec<Sum>,
    /// The same for the rejected side.
    down: Vec<Sum>,
}

/// A cell of the second order: its rows, its mass, and D at its ends.
struct Line {
    i: usize,
    j: usize,
    mass: f64,
    from: f64,
    to: f64,
}

impl Cells {
    fn first(&mut self, chosen: &Side, rejected: &Side) {
        let (u, v) = (chosen.law(), rejected.law());
        let total = cell_total(u, v);
        // Logarithms of cells of the same mass are taken together.
        let (mut logs, mut mass_of_logs) = (LogProduct::default(), 0.0);
        for_each_cell(u, v, |i, j, mass| {
            let mass = mass / total;
            let point = self.loss.at(u.values()[i] * self.scale - v.values()[j] * self.scale);
            self.value.add(mass * point.line);
            self.up[i].add(mass * point.slope);
            self.down[j].add(-(mass * point.slope));
            if mass != mass_of_logs {
                self.value.add(mass_of_logs * logs.take());
                mass_of_logs = mass;
            }
            if let Some(log) = logs.multiply(point.odds) {
                self.value.add(mass * log);
            }
        });
        self.value.add(mass_of_logs * logs.take());
    }

    fn second(&mut self, chosen: &Side, rejected: &Side) {
        let mut after = Sum::default();
        for cell in lines(chosen, rejected, self.scale).iter().rev() {
            let along = self.loss.along(cell.from, cell.to);
            self.value.add(cell.mass * along.value);
            let share = cell.mass * (after.value() + cell.mass * along.lever);
            self.up[cell.i].add(share);
            self.down[cell.j].add(-share);
            after.add(cell.mass * along.slope);
        }
    }
}

/// The cells with D at their ends, from left to right.
fn lines(chosen: &Side, rejected: &Side, scale: f64) -> Vec<Line> {
    let (u, v) = (chosen.law(), rejected.law());
    let total = cell_total(u, v);
    let mut lines = Vec::with_capacity(u.values().len() + v.values().len());
    let mut height = Sum::default();
    for_each_cell(u, v, |i, j, mass| {
        let mass = mass / total;
        let from = height.value();
        height.add(mass * (u.values()[i] * scale - v.values()[j] * scale));
        lines.push(Line { i, j, mass, from, to: height.value() });
    });
    lines
}
