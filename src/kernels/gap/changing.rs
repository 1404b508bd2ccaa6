//! The cells of a block in which D may change its sign. (The formulas are in [`second`](super::second) and
//! [`any_width`](super::any_width).)

use super::runs::STEPS;
use crate::kernels::lanes::{Lanes, fold};

/// What cells of a block add up to.
pub(super) struct Cells<L: Lanes> {
    /// How far D rises over each run.
    pub(super) rises: L::V,
    pub(super) above: f64,
    pub(super) below: f64,
}

/// The cells of a block, D at its start being `start`: over the cell of a quarter and a step it has a `rise`, and
/// `weigh` gives the areas of cells their weights.
///
/// ```text
/// with a+ = max(a, 0), b+ = max(b, 0):    (a+^2 + a+ b+ + b+^2) (a+ + b+) / (|a| + |b|)
/// ```
///
/// to the side above; the last factor is 1 where both ends are positive, 0 where none is, and right in between.
#[inline(always)]
pub(super) fn cells<L: Lanes>(
    lanes: L,
    start: f64,
    rise: impl Fn(usize, usize) -> L::V,
    weigh: impl Fn(usize, usize, L::V) -> L::V,
) -> Cells<L> {
    let zero = lanes.splat(0.0);
    let (mut up, mut down) = ([zero; 4], [zero; 4]);
    let (at_quarters, rises) = starts(lanes, start, &rise);
    for (quarter, mut a) in at_quarters.into_iter().enumerate() {
        for step in 0..STEPS {
            let b = lanes.add(a, rise(quarter, step));
            if lanes.any_negative(lanes.signs_differ(a, b)) {
                let [above, below] = crossing(lanes, a, b);
                up[quarter] = lanes.add(up[quarter], weigh(quarter, step, above));
                down[quarter] = lanes.add(down[quarter], weigh(quarter, step, below));
            } else {
                // No line crosses 0, so the last factor is 1 on one side. Divisions took most of the time of a block.
                let sum = lanes.add(a, b);
                let square = lanes.add(lanes.mul(a, sum), lanes.mul(b, b));
                lanes.add_by_sign(
                    sum,
                    weigh(quarter, step, square),
                    &mut up[quarter],
                    &mut down[quarter],
                );
            }
            a = b;
        }
    }
    Cells { rises, above: fold(lanes, up), below: fold(lanes, down) }
}

/// D at the start of each quarter of the runs, and how far it rises over the runs.
#[inline(always)]
fn starts<L: Lanes>(lanes: L, start: f64, rise: &impl Fn(usize, usize) -> L::V) -> ([L::V; 4], L::V) {
    let mut of_quarters = [lanes.splat(0.0); 4];
    for (quarter, of) in of_quarters.iter_mut().enumerate() {
        for step in 0..STEPS {
            *of = lanes.add(*of, rise(quarter, step));
        }
    }
    let [a, b, c, d] = of_quarters;
    let (two, three) = (lanes.add(a, b), lanes.add(lanes.add(a, b), c));
    let rises = lanes.add(three, d);
    let (before, _) = lanes.prefix(rises);
    let lift = lanes.add(lanes.splat(start), before);
    ([lift, lanes.add(lift, a), lanes.add(lift, two), lanes.add(lift, three)], rises)
}

/// Both sides of cells, some of which cross 0.
#[inline(always)]
fn crossing<L: Lanes>(lanes: L, a: L::V, b: L::V) -> [L::V; 2] {
    let zero = lanes.splat(0.0);
    let parts = |v| (lanes.max(v, zero), lanes.max(lanes.sub(zero, v), zero));
    let ((a_up, a_down), (b_up, b_down)) = (parts(a), parts(b));
    let (sum_up, sum_down) = (lanes.add(a_up, b_up), lanes.add(a_down, b_down));
    // Where a = b = 0, any divisor will do.
    let length = lanes.max(lanes.add(sum_up, sum_down), lanes.splat(f64::MIN_POSITIVE));
    let side = |a, b, sum| {
        let square = lanes.add(lanes.mul(a, sum), lanes.mul(b, b));
        lanes.mul(square, lanes.div(sum, length))
    };
    [side(a_up, b_up, sum_up), side(a_down, b_down, sum_down)]
}
