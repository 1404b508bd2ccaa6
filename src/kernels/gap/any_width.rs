//! Second order over cells of any width: columns of unequal sizes, and weighted ones.
//!
//! ```text
//! D_0 = 0,  D_c = D_(c-1) + w_c,   w_c = mass_c (x - y)      over the cells, in units of the total mass
//! above = 1/3 sum over cells of  mass (a^2 + a b + b^2)      a = D_(c-1), b = D_c, both >= 0
//! below                                                      the same, both <= 0
//! where a and b have opposite signs, each side gets p^3 / |a - b|, p its end of the line
//! ```
//!
//! Departures from that: the cells are listed by blocks of 512, of which the last ends with cells of no mass.
//!
//! - *Blocks without a change of sign*: `a^2 + a b + b^2 = 3 m^2 + w^2 / 4` with m = (a + b)/2. The middles are counted
//!   from the start of each of eight runs, and lifted by D at that start once it is known ([`runs`](super::runs)).
//! - *Which blocks these are*: D enters with s, and all its falls together are at most s/2, or it enters with -s and all
//!   its rises are. So D keeps half of s, as in [`second`](super::second).
//! - *The other blocks* take the cells as they stand ([`changing`]).
//! - D at the start of a block, and the totals of blocks, are carried with compensation.

use super::by_cell::{self, Sides};
use super::changing;
use super::first::BLOCK;
use super::runs::{Moments, Runs, STEPS};
use crate::kernels::cells::{Law, cell_total, for_each_cell};
use crate::kernels::lanes::{Lanes, fold};
use crate::kernels::sum::Sum;
use crate::kernels::tier::{Tier, per_tier};

/// Rows of both columns up to which a block takes longer than its cells one by one.
const FEW: usize = 100;

/// (above, below) of two laws, of differences as `difference` takes them.
#[inline(always)]
pub(super) fn second(tier: Tier, x: Law, y: Law, difference: impl Fn(f64, f64) -> f64) -> Sides {
    match x.values().len() + y.values().len() <= FEW {
        true => by_cell::second(x, y, difference),
        false => by_block(tier, x, y, difference),
    }
}

#[inline(always)]
fn by_block(tier: Tier, x: Law, y: Law, difference: impl Fn(f64, f64) -> f64) -> Sides {
    let (xs, ys) = (x.values(), y.values());
    let (mut listed, mut count) = (Listed::EMPTY, 0);
    let mut totals = Totals::default();
    for_each_cell(x, y, |i, j, mass| {
        listed.masses[count] = mass;
        listed.rises[count] = mass * difference(xs[i], ys[j]);
        count += 1;
        if count == BLOCK {
            totals.add(tier, &listed);
            count = 0;
        }
    });
    if count > 0 {
        listed.masses[count..].fill(0.0);
        listed.rises[count..].fill(0.0);
        totals.add(tier, &listed);
    }
    // D was accumulated in units of 1/total, and each cell's width too.
    let total = cell_total(x, y);
    let cube = |sum: Sum| sum.value() / total / total / total / 3.0;
    (cube(totals.above), cube(totals.below))
}

/// A block of cells: their masses, and how far D rises over each. Those of no mass add nothing.
#[repr(align(64))]
struct Listed {
    masses: [f64; BLOCK],
    rises: [f64; BLOCK],
}

impl Listed {
    const EMPTY: Listed = Listed { masses: [0.0; BLOCK], rises: [0.0; BLOCK] };
}

/// D at the end of the blocks so far, and their sums.
#[derive(Default)]
struct Totals {
    level: Sum,
    above: Sum,
    below: Sum,
}

impl Totals {
    fn add(&mut self, tier: Tier, cells: &Listed) {
        let Added { rise, above, below } = block(tier, cells, self.level.value());
        self.level.add(rise);
        self.above.add(above);
        self.below.add(below);
    }
}

/// What a block adds to the totals.
struct Added {
    rise: f64,
    above: f64,
    below: f64,
}

per_tier! {
    /// A block that D enters at `start`.
    fn block(cells: &Listed, start: f64) -> Added = body
}

#[inline(always)]
fn body<L: Lanes>(lanes: L, cells: &Listed, start: f64) -> Added {
    let (eights_of_masses, eights_of_rises) = (cells.masses.as_chunks().0, cells.rises.as_chunks().0);
    let zero = lanes.splat(0.0);
    // All rises, all falls, and mass w^2.
    let (mut up, mut down, mut squares) = ([zero; 4], [zero; 4], [zero; 4]);
    for at in 0..BLOCK / 8 {
        let (h, w) = (lanes.load(&eights_of_masses[at]), lanes.load(&eights_of_rises[at]));
        up[at % 4] = lanes.add(up[at % 4], lanes.max(w, zero));
        down[at % 4] = lanes.add(down[at % 4], lanes.max(lanes.sub(zero, w), zero));
        squares[at % 4] = lanes.add(squares[at % 4], lanes.mul(h, lanes.mul(w, w)));
    }
    let (up, down, squares) = (fold(lanes, up), fold(lanes, down), fold(lanes, squares));
    let (mut masses, mut rises) = (Runs::EMPTY, Runs::EMPTY);
    masses.fill(lanes, |at| lanes.load(&eights_of_masses[at]));
    rises.fill(lanes, |at| lanes.load(&eights_of_rises[at]));
    if start < 2.0 * down && -start < 2.0 * up {
        let rise = |quarter: usize, step: usize| lanes.load(&rises.0[quarter][step]);
        let weigh = |quarter: usize, step: usize, v| lanes.mul(lanes.load(&masses.0[quarter][step]), v);
        let found = changing::cells(lanes, start, rise, weigh);
        return Added { rise: lanes.prefix(found.rises).1, above: found.above, below: found.below };
    }
    let (moments, width) = middles(lanes, &masses, &rises);
    let (before, rise) = lanes.prefix(moments.rise);
    let lifted = moments.squares_from(lanes, lanes.add(lanes.splat(start), before), width);
    let area = 3.0 * lanes.sum(lifted) + 0.25 * squares;
    let (above, below) = if start + (start + rise) > 0.0 { (area, 0.0) } else { (0.0, area) };
    Added { rise, above, below }
}

/// Moments of the middles of D over the cells of each run, counted from its start and weighed by the masses of the
/// cells; and the mass of the run.
#[inline(always)]
fn middles<L: Lanes>(lanes: L, masses: &Runs, rises: &Runs) -> (Moments<L>, L::V) {
    let (zero, half) = (lanes.splat(0.0), lanes.splat(0.5));
    let (mut quarters, mut of_quarters) = ([Moments::new(lanes); 4], [zero; 4]);
    for (quarter, of) in quarters.iter_mut().enumerate() {
        for step in 0..STEPS {
            let (h, w) = (lanes.load(&masses.0[quarter][step]), lanes.load(&rises.0[quarter][step]));
            let middle = lanes.add(of.rise, lanes.mul(half, w));
            let weighed = lanes.mul(h, middle);
            of.rise = lanes.add(of.rise, w);
            of.sum = lanes.add(of.sum, weighed);
            of.square = lanes.add(of.square, lanes.mul(weighed, middle));
            of_quarters[quarter] = lanes.add(of_quarters[quarter], h);
        }
    }
    let [a, b, c, d] = of_quarters;
    (Moments::joined(lanes, quarters, of_quarters), lanes.add(lanes.add(a, b), lanes.add(c, d)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(tier: Tier, x: Law, y: Law) -> Sides {
        by_block(tier, x, y, |x, y| x - y)
    }

    /// Prefix sums of masses, some of which are 0 or tiny.
    fn masses(rows: usize) -> impl Strategy<Value = Vec<f64>> {
        let mass = prop_oneof![4 => 0.1..3.0f64, 2 => Just(0.0), 1 => Just(1e-9), 2 => Just(1.0)];
        prop::collection::vec(mass, rows).prop_map(|mut masses| {
            masses[0] += 0.5;
            masses.iter_mut().fold(0.0, |sum, mass| {
                *mass += sum;
                *mass
            });
            masses
        })
    }

    fn column() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
        (1usize..900).prop_flat_map(|rows| (prop::collection::vec(-3.0..3.0f64, rows), masses(rows)))
    }

    proptest! {
        /// Columns need not ascend here: D changes its sign as often as it likes.
        #[test]
        fn every_tier_gives_the_same_bits_and_agrees_with_the_naive_twin(
            (x, wx) in column(), (y, wy) in column(), lift in 0.0..1.0f64, weighted in any::<(bool, bool)>(),
        ) {
            let x: Vec<f64> = x.into_iter().map(|value| value + lift).collect();
            let law = |values, cumulative, weighted| match weighted {
                true => Law::Weighted { values, cumulative },
                false => Law::Uniform(values),
            };
            let (x, y) = (law(&x[..], &wx[..], weighted.0), law(&y[..], &wy[..], weighted.1));
            let (above, below) = by_cell::second(x, y, |x, y| x - y);
            let sides = found(Tier::Portable, x, y);
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (above + below);
            prop_assert!(close(sides.0, above) && close(sides.1, below), "{:?} {} {}", sides, above, below);
            for tier in Tier::available() {
                prop_assert_eq!(found(tier, x, y), sides, "{:?}", tier);
            }
        }

        /// Long stretches of one size, with jumps of any size that may undo what came before.
        #[test]
        fn no_digits_are_lost_over_jumps(
            stretches in prop::collection::vec((-9i32..6, 1usize..200, -1.0..1.0f64, any::<bool>()), 1..12),
        ) {
            let (mut x, mut wx, mut level, mut mass) = (Vec::new(), Vec::new(), 0.0, 0.0);
            for (exponent, rows, factor, undo) in stretches {
                for row in 0..rows {
                    let width = [1.0, 0.01, 3.0][row % 3];
                    let d = match row {
                        0 if undo => -level * (1.0 - factor.abs() / 8.0) / width,
                        _ => factor * 10f64.powi(exponent),
                    };
                    level += width * d;
                    mass += width;
                    x.push(d);
                    wx.push(mass);
                }
            }
            let (x, y) = (Law::Weighted { values: &x, cumulative: &wx }, Law::Uniform(&[0.0]));
            let (above, below) = by_cell::second(x, y, |x, y| x - y);
            for tier in Tier::available() {
                let sides = found(tier, x, y);
                let close = |a: f64, b: f64| (a - b).abs() <= 1e-13 * (above + below);
                prop_assert!(close(sides.0, above) && close(sides.1, below), "{:?} {} {}", sides, above, below);
            }
        }
    }

    #[test]
    fn a_side_without_area_has_none_at_all() {
        let x: Vec<f64> = (0..700).map(|i| f64::from(i / 3)).collect();
        let y: Vec<f64> = (0..500).map(|i| f64::from(i / 3) - 1.0).collect();
        let (x, y) = (Law::Uniform(&x), Law::Uniform(&y));
        for tier in Tier::available() {
            assert!(found(tier, x, y).0 > 0.0 && found(tier, x, y).1 == 0.0);
            assert!(found(tier, y, x).1 > 0.0 && found(tier, y, x).0 == 0.0);
        }
        // D = 3 p: 3^2 / 3, over cells of widths 1/4, 1/12, 1/6, ...
        let (x, y) = (Law::Uniform(&[4.0; 4]), Law::Uniform(&[1.0; 3]));
        assert_eq!(found(Tier::detected(), x, y), (3.0, 0.0));
    }
}
