//! Any two laws, cell by cell: the first order of weighted samples and of data at the ends of the range of f64, and the
//! second of few rows.
//!
//! ```text
//! order 1:  above = sum over cells of mass * d_+^2                          d = x_i - y_j on the cell
//! order 2:  D rises by mass * d over the cell, from a to b; see `split_square`
//! ```

use crate::kernels::cells::{Law, cell_total, for_each_cell};
use crate::kernels::sum::Sum;

/// (above, below) of the first order, and of the second.
pub(super) type Sides = (f64, f64);

/// Areas of the first order, of differences as `difference` takes them.
#[inline(always)]
pub(super) fn first(x: Law, y: Law, difference: impl Fn(f64, f64) -> f64) -> Sides {
    let (xs, ys) = (x.values(), y.values());
    let (mut above, mut below) = (Sum::default(), Sum::default());
    for_each_cell(x, y, |i, j, mass| {
        let d = difference(xs[i], ys[j]);
        let square = mass * (d * d);
        if d > 0.0 {
            above.add(square);
        } else {
            below.add(square);
        }
    });
    let total = cell_total(x, y);
    (above.value() / total, below.value() / total)
}

/// Areas of the second order.
#[inline(always)]
pub(super) fn second(x: Law, y: Law, difference: impl Fn(f64, f64) -> f64) -> Sides {
    let (xs, ys) = (x.values(), y.values());
    let (mut above, mut below) = (Sum::default(), Sum::default());
    let mut level = Sum::default();
    let mut a = 0.0;
    for_each_cell(x, y, |i, j, mass| {
        level.add(mass * difference(xs[i], ys[j]));
        let b = level.value();
        let (up, down) = split_square(a, b);
        above.add(mass * up);
        below.add(mass * down);
        a = b;
    });
    // D was accumulated in units of 1/total, and each cell's width too.
    let cube = |sum: Sum, total: f64| sum.value() / total / total / total / 3.0;
    let total = cell_total(x, y);
    (cube(above, total), cube(below, total))
}

/// Three times the mean squared positive and negative part of the line from a to b.
#[inline(always)]
pub(super) fn split_square(a: f64, b: f64) -> Sides {
    if (a < 0.0 && b > 0.0) || (a > 0.0 && b < 0.0) {
        let (positive, negative) = (a.max(b), a.min(b));
        let length = positive - negative;
        (positive * positive * (positive / length), negative * negative * (-negative / length))
    } else {
        let square = a * a + a * b + b * b;
        if a > 0.0 || b > 0.0 { (square, 0.0) } else { (0.0, square) }
    }
}
