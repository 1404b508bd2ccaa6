//! Second order, any sizes and weights: both sides to full precision, however small one is beside the other.
//!
//! ```text
//! D_0 = 0,  D_c = D_(c-1) + mass_c (x - y)     over the cells, in twice the precision of f64
//! ```
//!
//! The other kernels round D at the size of its largest values. That is nothing to the larger side and to the sum of
//! both. But a side on which D stays near zero is made of small D only: it would keep few digits of its own, and noise
//! where D only touches zero. (Where the others find no area at all there is none, or less than 1e-30 of the other side: that
//! is most pairs of which one dominates, and they cost nothing here.)

use super::by_cell::{Sides, split_square};
use super::{Areas, differences};
use crate::kernels::cells::{Law, cell_total, for_each_cell};
use crate::kernels::power_sum::plain_differences;
use crate::kernels::scale::Differences;
use crate::kernels::sum::{DoubleDouble, Sum};

/// A side less than this part of the other is summed again. D errs by some 1e-16 of its largest value, so the sides of
/// larger ratios have 14 digits.
const SMALL: f64 = 1.0 / 64.0;

/// Areas of the second order, from what another kernel found.
pub(crate) fn refined_second(x: Law, y: Law, found: Areas) -> Areas {
    let (smaller, larger) = (found.above.min(found.below), found.above.max(found.below));
    if smaller == 0.0 || smaller >= SMALL * larger {
        return found;
    }
    // Differences as they are, unless the other kernel could not work on those.
    let scale = if found.unit == 1.0 { plain_differences(x, y) } else { differences(x, y) };
    let (above, below) = sides(x, y, scale);
    if !(above + below).is_finite() {
        // A difference next to the largest f64, of so little mass that D does not show it: it cannot be split into
        // halves of its digits.
        return found;
    }
    Areas { above, below, unit: scale.unit() }
}

fn sides(x: Law, y: Law, scale: Differences) -> Sides {
    let (xs, ys) = (x.values(), y.values());
    let (mut above, mut below) = (Sum::default(), Sum::default());
    let mut level = DoubleDouble::default();
    let mut a = 0.0;
    for_each_cell(x, y, |i, j, mass| {
        let (difference, error) = scale.exact_between(xs[i], ys[j]);
        level.add_scaled_difference(mass, difference, -error);
        let b = level.value();
        let (up, down) = split_square(a, b);
        above.add(mass * up);
        below.add(mass * down);
        a = b;
    });
    let total = cell_total(x, y);
    let cube = |sum: Sum| sum.value() / total / total / total / 3.0;
    (cube(above), cube(below))
}

#[cfg(test)]
mod tests {
    use super::super::{areas_second, second};
    use super::*;
    use crate::kernels::tier::Tier;

    fn refined(x: &[f64], y: &[f64]) -> Areas {
        let (x, y) = (Law::Uniform(x), Law::Uniform(y));
        refined_second(x, y, areas_second(x, y))
    }

    #[test]
    fn where_the_integral_only_touches_zero_there_is_no_area() {
        // 0.5 + 0.2 - 0.2 - 0.5 is -2^-54 in plain sums.
        let (x, y) = ([0.0; 4], [-0.5, -0.2, 0.2, 0.5]);
        assert!(areas_second(Law::Uniform(&x), Law::Uniform(&y)).below > 0.0, "noise");
        let found = refined(&x, &y);
        assert!(found.above > 0.0 && found.below == 0.0, "{found:?}");
        assert_eq!(refined(&y, &x), Areas { above: found.below, below: found.above, ..found });
    }

    #[test]
    fn a_small_side_keeps_its_digits() {
        // D falls to -2^-40, then rises to 1: the triangle and the line are those of two values.
        let tiny = 2f64.powi(-40);
        let found = refined(&[0.0, 2.0], &[tiny, 1.0]);
        // In units of 1/2: from 0 to -t, then to 1 - t.
        let below = (tiny.powi(2) + tiny.powi(3)) / 8.0 / 3.0;
        assert!((found.below * found.unit.powi(2) / below - 1.0).abs() < 1e-15, "{found:?}");
    }

    #[test]
    fn sides_of_like_size_are_left_alone() {
        let (x, y) = ([0.0, 2.0, 4.0], [1.0, 1.5, 3.0]);
        let found = refined(&x, &y);
        let sums = second::sums(Tier::Portable, &x, &y).second;
        assert_eq!((found.above, found.below), super::super::second_of_sums(sums, 3));
        assert_eq!(refined(&x, &x), areas_second(Law::Uniform(&x), Law::Uniform(&x)));
    }
}
