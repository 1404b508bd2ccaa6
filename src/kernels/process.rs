//! Functionals of an integrated step function: what tests of dominance measure.
//!
//! A step function D_1 has the value `levels[k]` from the k-th of N ascending points on, up to the next,
//! which is `gaps[k]` away. D_s is its (s-1)-fold integral from the first point; on a gap of width h
//!
//! ```text
//! D_s(z_k + t) = sum_{r<s} t^r / r! * D_{s-r}(z_k),      0 <= t < h
//! ```
//!
//! a polynomial of degree s - 1. Suprema and integrals are taken over [z_1, z_N], exactly: order 1 at the
//! levels, order 2 at the points, order 3 also at the vertices of the parabolas, above at all zeros of the
//! derivative. Both signs come from one pass.

use super::polynomial::{self, MOST};
use super::sum::{DoubleDouble, Sum};

/// The highest order that is computed.
pub(crate) const MOST_ORDER: usize = MOST;

/// A functional of a process and of its negative.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sides {
    /// Of the process: it speaks against "x dominates y" where the process is F_x - F_y.
    pub(crate) above: f64,
    /// Of its negative.
    pub(crate) below: f64,
}

impl Sides {
    pub(crate) fn map(self, f: impl Fn(f64) -> f64) -> Sides {
        Sides { above: f(self.above), below: f(self.below) }
    }

    #[inline(always)]
    fn see(&mut self, value: f64) {
        if value > self.above {
            self.above = value;
        }
        if -value > self.below {
            self.below = -value;
        }
    }
}

/// `sup max(D_s, 0)` and `sup max(-D_s, 0)`.
pub(crate) fn supremum(order: usize, levels: &[f64], gaps: &[f64]) -> Sides {
    match order {
        1 => supremum_first(levels),
        2 => supremum_second(levels, gaps),
        _ => {
            let mut sides = Sides::default();
            for_each_state(order, levels, gaps, |k, state| {
                sides.see(state[order - 1]);
                if let Some(&gap) = gaps.get(k) {
                    for_each_turn(state, gap, |value| sides.see(value));
                }
            });
            sides
        }
    }
}

fn supremum_first(levels: &[f64]) -> Sides {
    // Eight lanes, so that the comparisons do not wait for each other.
    let (mut high, mut low) = ([0.0_f64; 8], [0.0_f64; 8]);
    let (chunks, rest) = levels.as_chunks::<8>();
    for chunk in chunks {
        for lane in 0..8 {
            high[lane] = if chunk[lane] > high[lane] { chunk[lane] } else { high[lane] };
            low[lane] = if chunk[lane] < low[lane] { chunk[lane] } else { low[lane] };
        }
    }
    let mut sides = Sides::default();
    high.iter().chain(&low).chain(rest).for_each(|&value| sides.see(value));
    sides
}

fn supremum_second(levels: &[f64], gaps: &[f64]) -> Sides {
    // Four at a time: running sums within, and comparisons in lanes, so that little waits for what came before.
    let (mut area, mut high, mut low) = (0.0, [0.0_f64; 4], [0.0_f64; 4]);
    let levels = &levels[..gaps.len()];
    let (level_fours, level_rest) = levels.as_chunks::<4>();
    let (gap_fours, gap_rest) = gaps.as_chunks::<4>();
    for (level, gap) in level_fours.iter().zip(gap_fours) {
        let a = level[0] * gap[0];
        let b = a + level[1] * gap[1];
        let c = b + level[2] * gap[2];
        let d = c + level[3] * gap[3];
        for (lane, part) in [a, b, c, d].into_iter().enumerate() {
            let value = area + part;
            high[lane] = if value > high[lane] { value } else { high[lane] };
            low[lane] = if value < low[lane] { value } else { low[lane] };
        }
        area += d;
    }
    let mut sides = Sides::default();
    high.iter().chain(&low).for_each(|&value| sides.see(value));
    for (level, gap) in level_rest.iter().zip(gap_rest) {
        area += level * gap;
        sides.see(area);
    }
    sides
}

/// Calls `f` with the values of D_s at its turning points inside a gap.
#[inline(always)]
pub(crate) fn for_each_turn(state: &[f64], gap: f64, mut f: impl FnMut(f64)) {
    match *state {
        [] | [_] | [_, _] => {}
        // A parabola: D_3(t) = c3 + c2 t + c1 t^2 / 2 turns at t = -c2 / c1.
        [c1, c2, c3] => {
            let turn = -c2 / c1;
            if turn > 0.0 && turn < gap {
                f(c3 + 0.5 * c2 * turn);
            }
        }
        _ => {
            let mut a = [0.0; MOST];
            let a = on_unit_interval(state, gap, &mut a);
            polynomial::extrema(a).as_slice().iter().for_each(|&u| f(polynomial::at(a, u)));
        }
    }
}

/// Whether D_s changes its sign inside a gap.
pub(crate) fn changes_sign(state: &[f64], gap: f64) -> bool {
    let mut a = [0.0; MOST];
    !polynomial::roots(on_unit_interval(state, gap, &mut a)).as_slice().is_empty()
}

/// `int max(D_s, 0)^q` and `int max(-D_s, 0)^q` for q = 1, 2, over the gaps that are `inside`; all of them
/// for `None`.
pub(crate) fn integral(
    order: usize,
    power: u32,
    levels: &[f64],
    gaps: &[f64],
    inside: Option<&[bool]>,
) -> Sides {
    let counted = |k: usize| inside.is_none_or(|inside| inside[k]);
    let mut sums = [Sum::default(); 2];
    let mut add = |(above, below): (f64, f64)| {
        sums[0].add(above);
        sums[1].add(below);
    };
    match order {
        1 => {
            for (k, (&level, gap)) in levels.iter().zip(gaps).enumerate() {
                if counted(k) {
                    let area = gap * if power == 1 { level.abs() } else { level * level };
                    add(if level > 0.0 { (area, 0.0) } else { (0.0, area) });
                }
            }
        }
        2 => {
            let mut start = 0.0;
            for (k, (level, &gap)) in levels.iter().zip(gaps).enumerate() {
                let end = start + level * gap;
                if counted(k) {
                    add(linear_piece(start, end, gap, power));
                }
                start = end;
            }
        }
        _ => for_each_state(order, levels, gaps, |k, state| {
            if let Some(&gap) = gaps.get(k).filter(|_| counted(k)) {
                let mut a = [0.0; MOST];
                let a = on_unit_interval(state, gap, &mut a);
                let (above, below) = polynomial::integrals(a, power);
                add((above * gap, below * gap));
            }
        }),
    }
    Sides { above: sums[0].value(), below: sums[1].value() }
}

/// A linear piece from a to b of width h: same sign h (a + b) / 2 or h (a^2 + a b + b^2) / 3; else the end
/// of each sign alone, h a^2 / (2 |a - b|) or h |a|^3 / (3 |a - b|).
#[inline(always)]
fn linear_piece(a: f64, b: f64, h: f64, power: u32) -> (f64, f64) {
    // By comparison: the product of two small numbers is 0.
    let crosses = (a < 0.0 && b > 0.0) || (a > 0.0 && b < 0.0);
    if !crosses {
        let area = if power == 1 { h * (a + b).abs() / 2.0 } else { h * (a * a + a * b + b * b) / 3.0 };
        return if a + b > 0.0 { (area, 0.0) } else { (0.0, area) };
    }
    let across = (a - b).abs();
    let triangle = |end: f64| {
        let end = end.abs();
        if power == 1 { h * end * (end / across) / 2.0 } else { h * end * end * (end / across) / 3.0 }
    };
    if a > 0.0 { (triangle(a), triangle(b)) } else { (triangle(b), triangle(a)) }
}

/// D_s on a gap as a polynomial in u = t / h.
fn on_unit_interval<'a>(state: &[f64], gap: f64, a: &'a mut [f64; MOST]) -> &'a [f64] {
    let mut factor = 1.0;
    for (r, (slot, c)) in (1u32..).zip(a.iter_mut().zip(state.iter().rev())) {
        *slot = c * factor;
        factor *= gap / f64::from(r);
    }
    &a[..state.len()]
}

/// Calls `f(k, state)` at every point, `state[r - 1] = D_r(z_k)` for r = 1..=order, in compensated sums.
#[inline(always)]
pub(crate) fn for_each_state(
    order: usize,
    levels: &[f64],
    gaps: &[f64],
    mut f: impl FnMut(usize, &[f64]),
) {
    let mut sums = [Sum::default(); MOST];
    let mut state = [0.0; MOST];
    for (k, &level) in levels.iter().enumerate() {
        state[0] = level;
        f(k, &state[..order]);
        let Some(&gap) = gaps.get(k) else { return };
        for r in (1..order).rev() {
            let (mut term, mut increment) = (1.0, 0.0);
            for j in 1..=r {
                term *= gap / j as f64;
                increment += term * state[r - j];
            }
            sums[r].add(increment);
        }
        for r in 1..order {
            state[r] = sums[r].value();
        }
    }
}

/// `v_r -> sum_j h^j / j! v_{r-j}`: the vector (D_1, ..., D_s) moved by h.
pub(crate) fn advance(vector: &mut [DoubleDouble], h: f64) {
    for r in (1..vector.len()).rev() {
        let mut term = 1.0;
        for j in 1..=r {
            term *= h / j as f64;
            let moved = vector[r - j] * term;
            vector[r] += moved;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// D_s at z, by its definition: the sum over jumps of jump (z - z_k)^(s-1) / (s-1)!.
    fn naive(order: usize, levels: &[f64], gaps: &[f64], z: f64) -> f64 {
        let (mut at, mut before, mut value) = (0.0, 0.0, 0.0);
        for (k, level) in levels.iter().enumerate() {
            if at <= z {
                let factorial: f64 = (1..order).map(|j| j as f64).product();
                value += (level - before) * (z - at).powi(order as i32 - 1) / factorial;
            }
            before = *level;
            at += gaps.get(k).copied().unwrap_or(0.0);
        }
        value
    }

    fn dense(gaps: &[f64]) -> Vec<(f64, f64)> {
        let mut points = Vec::new();
        let mut start = 0.0;
        for gap in gaps {
            points.extend((0..400).map(|i| (start + gap * (f64::from(i) + 0.5) / 400.0, gap / 400.0)));
            start += gap;
        }
        points
    }

    proptest! {
        #[test]
        fn agrees_with_dense_evaluation(
            steps in prop::collection::vec((-1.0..1.0f64, 0.01..1.0f64), 2..9), order in 1..6usize,
        ) {
            let levels: Vec<f64> = steps.iter().map(|s| s.0).collect();
            let gaps: Vec<f64> = steps[1..].iter().map(|s| s.1).collect();
            let dense = dense(&gaps);
            let value = |z: f64| naive(order, &levels, &gaps, z);
            let sides = supremum(order, &levels, &gaps);
            let highest = dense.iter().map(|d| value(d.0)).fold(0.0, f64::max);
            let lowest = dense.iter().map(|d| -value(d.0)).fold(0.0, f64::max);
            // Order 1 has a last level that stands for no interval.
            let last = levels[levels.len() - 1] * f64::from(order == 1);
            prop_assert!((sides.above - highest.max(last)).abs() < 4e-3 * (1.0 + highest), "{} {}", sides.above, highest);
            prop_assert!((sides.below - lowest.max(-last)).abs() < 4e-3 * (1.0 + lowest));
            prop_assert!(sides.above >= highest - 1e-12 && sides.below >= lowest - 1e-12);
            for power in [1, 2] {
                let sides = integral(order, power, &levels, &gaps, None);
                let sum = |sign: f64| -> f64 {
                    dense.iter().map(|d| d.1 * (sign * value(d.0)).max(0.0).powi(power as i32)).sum()
                };
                prop_assert!((sides.above - sum(1.0)).abs() < 2e-4 * (1.0 + sum(1.0)));
                prop_assert!((sides.below - sum(-1.0)).abs() < 2e-4 * (1.0 + sum(-1.0)));
            }
        }

        #[test]
        fn special_orders_agree_with_the_general_walk(
            steps in prop::collection::vec((-4..5i32, 1..5i32), 2..12), order in 1..3usize,
        ) {
            let levels: Vec<f64> = steps.iter().map(|s| f64::from(s.0)).collect();
            let gaps: Vec<f64> = steps[1..].iter().map(|s| f64::from(s.1)).collect();
            let mut general = Sides::default();
            for_each_state(order, &levels, &gaps, |_, state| general.see(state[order - 1]));
            prop_assert_eq!(supremum(order, &levels, &gaps), general);
        }
    }

    #[test]
    fn small_pieces_cross_zero_too() {
        // From -2^-600 to 2^-600 over a width of 2^700: two triangles.
        let small = 2f64.powi(-600);
        assert_eq!(linear_piece(-small, small, 2f64.powi(700), 1), (2f64.powi(98), 2f64.powi(98)));
    }

    #[test]
    fn only_the_gaps_inside_count() {
        let sides = integral(1, 1, &[1.0, -2.0, 3.0, 0.0], &[1.0, 1.0, 2.0], Some(&[true, true, false]));
        assert_eq!(sides, Sides { above: 1.0, below: 2.0 });
    }

    #[test]
    fn a_vector_moves_as_the_process_does() {
        let mut vector = [1.0, 2.0, 3.0].map(DoubleDouble::from);
        advance(&mut vector, 2.0);
        assert_eq!(vector.map(DoubleDouble::value), [1.0, 4.0, 3.0 + 4.0 + 2.0]);
    }
}
