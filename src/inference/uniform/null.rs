//! The statistic of the data and of a replicate, at one order.
//!
//! With Delta the observed process, E the process of a replicate (recentred: Delta* - Delta) and r the root of
//! nm/(n + m):
//!
//! ```text
//! Barrett-Donald           T = r^q phi(Delta)         T* = r^q phi(E)
//! Linton-Maasoumi-Whang                               T* = r_b^q phi(Delta*)
//! Linton-Song-Whang        T = r^2 int Delta_+^2      T* = r^2 int_C E_+^2,  C: |t| <= kappa at an end, or a zero inside
//! Donald-Hsu               T = r sup Delta            T* = r sup (E + Delta 1[t < -kappa])
//! numerical delta method   T = r^q phi(Delta)         T* = [phi(Delta + e r E) - phi(Delta)] / e^q,  e = r^(-1/16)
//! ```
//!
//! q = 2 for L2, else 1. All of them scale with the data as T does, so no p-value knows the unit of measure.

use super::method::{Plan, UniformMethod};
use crate::dominance::pointwise::{differences, standardised, variances};
use crate::dominance::pooled_pair::PooledPair;
use crate::kernels::process::{Sides, changes_sign, for_each_state, for_each_turn, integral, supremum};
use crate::resampling::Weights;
use crate::sample::{Column, Samples};

/// The data in the form replicates are compared with.
pub(super) struct Observed {
    pub(super) pair: PooledPair,
    /// The levels of Delta_1, in `unit`.
    levels: Vec<f64>,
    unit: f64,
}

/// One order of a test.
pub(super) struct Null {
    order: usize,
    method: UniformMethod,
    plan: Plan,
    /// phi(Delta), without root and unit.
    phi: Sides,
    /// The statistic.
    pub(super) statistic: Sides,
    contact: Option<Vec<bool>>,
    recentring: Option<Recentring>,
    /// The step of the numerical derivative, times the root.
    step: f64,
}

/// Where and by how much Donald-Hsu move the null law.
struct Recentring {
    /// Delta_s at the values where t < -kappa, else 0; the same where t > kappa.
    where_below: Vec<f64>,
    where_above: Vec<f64>,
    /// Delta_1, ..., Delta_s at every value; empty below order 3, where nothing turns inside a gap.
    states: Vec<f64>,
}

impl Observed {
    pub(super) fn new(pair: PooledPair, weights: &Weights) -> Observed {
        let mut levels = Vec::new();
        pair.levels(&weights.signed, &mut levels);
        Observed { pair, levels, unit: weights.unit }
    }

    /// The suprema of Delta_1 and of its negative.
    pub(super) fn supremum_first(&self) -> Sides {
        supremum(1, &self.levels, &self.pair.gaps).map(|value| self.unit * value)
    }

    /// The process that a replicate is measured by, in the unit of the observed levels.
    pub(super) fn process(&self, weights: &Weights, levels: &mut Vec<f64>) {
        self.pair.levels(&weights.signed, levels);
        let scale = weights.unit / self.unit;
        if scale != 1.0 {
            levels.iter_mut().for_each(|level| *level *= scale);
        }
    }

    /// Delta_s over its standard error, at every distinct value.
    fn t(&self, order: usize, samples: &Samples, [x, y]: [&Column; 2]) -> Vec<f64> {
        let variances = variances(&self.pair, order, samples, [x, y]);
        standardised(&differences(&self.pair, order, x, y), &variances)
    }
}

impl Null {
    pub(super) fn new(
        order: usize,
        method: UniformMethod,
        plan: Plan,
        observed: &Observed,
        samples: &Samples,
        columns: [&Column; 2],
    ) -> Null {
        let phi = plan.functional.of(order, &observed.levels, &observed.pair.gaps);
        let scale = (observed.unit * plan.root).powi(plan.functional.power());
        let mut null = Null {
            order,
            method,
            plan,
            phi,
            statistic: phi.map(|value| scale * value),
            contact: None,
            recentring: None,
            // e = r^(-1/16), so e r = r^(15/16).
            step: libm::pow(plan.root, 15.0 / 16.0),
        };
        if let Some(kappa) = method.threshold(columns) {
            let t = observed.t(order, samples, columns);
            match method {
                UniformMethod::LintonSongWhang => {
                    null.contact = Some(observed.contact(order, &t, kappa))
                }
                _ => null.recentring = Some(observed.recentring(order, &t, kappa)),
            }
        }
        null
    }

    /// The statistic of a replicate, from its process (see [`Observed::process`]).
    pub(super) fn of_replicate(
        &self,
        observed: &Observed,
        process: &[f64],
        scratch: &mut Vec<f64>,
    ) -> Sides {
        let gaps = &observed.pair.gaps;
        let power = self.plan.functional.power();
        let scale = (observed.unit * self.plan.root_of_replicates).powi(power);
        match (self.method, &self.contact, &self.recentring) {
            (_, Some(contact), _) => {
                integral(self.order, 2, process, gaps, Some(contact)).map(|v| scale * v)
            }
            (_, _, Some(recentring)) => {
                recentring.supremum(self.order, process, gaps).map(|v| scale * v)
            }
            (UniformMethod::NumericalDelta, ..) => {
                scratch.clear();
                let moved = observed.levels.iter().zip(process).map(|(delta, e)| delta + self.step * e);
                scratch.extend(moved);
                let moved = self.plan.functional.of(self.order, scratch, gaps);
                // [phi(Delta + e r E) - phi(Delta)] / e^q = r^q [..] / (e r)^q
                let scale = (observed.unit * self.plan.root / self.step).powi(power);
                Sides {
                    above: scale * (moved.above - self.phi.above),
                    below: scale * (moved.below - self.phi.below),
                }
            }
            _ => self.plan.functional.of(self.order, process, gaps).map(|v| scale * v),
        }
    }

    /// The dimension of the statistic in units of the data.
    pub(super) fn dimension(&self) -> i32 {
        self.plan.functional.dimension(self.order)
    }
}

impl UniformMethod {
    /// The threshold of contact set or recentring, in standard errors.
    pub(super) fn threshold(self, columns: [&Column; 2]) -> Option<f64> {
        let rows = columns.map(|column| column.sample.len() as f64).iter().sum::<f64>();
        match self {
            // The largest of N standard normals exceeds sqrt(2 ln N) with a probability that tends to 0: between equal
            // distributions the contact set is the whole range. With sqrt(ln N) it lost the cells with the largest
            // differences, and .060 instead of .052 were rejected with 50 rows each.
            UniformMethod::LintonSongWhang => Some((2.0 * libm::log(rows)).sqrt()),
            // From 16 rows on the iterated logarithm is above 1.
            UniformMethod::DonaldHsu => Some(0.1 * libm::log(libm::log(rows.max(16.0))).sqrt()),
            _ => None,
        }
    }
}

impl Observed {
    /// The gaps of the contact set; all of them where it is empty.
    fn contact(&self, order: usize, t: &[f64], kappa: f64) -> Vec<bool> {
        let gaps = &self.pair.gaps;
        let mut inside = vec![false; gaps.len()];
        for_each_state(order, &self.levels, gaps, |k, state| {
            let Some(gap) = gaps.get(k) else { return };
            let ends = if order == 1 { &t[k..=k] } else { &t[k..k + 2] };
            inside[k] = ends.iter().any(|t| t.abs() <= kappa) || changes_sign(state, *gap);
        });
        if !inside.contains(&true) {
            inside.fill(true);
        }
        inside
    }

    fn recentring(&self, order: usize, t: &[f64], kappa: f64) -> Recentring {
        let mut recentring =
            Recentring { where_below: Vec::new(), where_above: Vec::new(), states: Vec::new() };
        for_each_state(order, &self.levels, &self.pair.gaps, |k, state| {
            let delta = state[order - 1];
            recentring.where_below.push(if t[k] < -kappa { delta } else { 0.0 });
            recentring.where_above.push(if t[k] > kappa { delta } else { 0.0 });
            if order > 2 {
                recentring.states.extend(state);
            }
        });
        recentring
    }
}

impl Recentring {
    /// `sup (E + Delta 1[t < -kappa])` and the same of the negatives. At a value by its own t; where a curve turns
    /// inside a gap, it is moved if both ends are.
    fn supremum(&self, order: usize, process: &[f64], gaps: &[f64]) -> Sides {
        let mut sides = Sides::default();
        let mut moved = [0.0; crate::kernels::process::MOST_ORDER];
        for_each_state(order, process, gaps, |k, state| {
            let e = state[order - 1];
            sides.above = sides.above.max(e + self.where_below[k]);
            sides.below = sides.below.max(-(e + self.where_above[k]));
            let (Some(&gap), true) = (gaps.get(k), order > 2) else { return };
            let delta = &self.states[k * order..(k + 1) * order];
            let mut turn = |sign: f64, shifts: &[f64]| {
                let shift = f64::from(u8::from(shifts[k] != 0.0 && shifts[k + 1] != 0.0));
                for (slot, (e, delta)) in moved.iter_mut().zip(state.iter().zip(delta)) {
                    *slot = e + shift * delta;
                }
                let mut highest = 0.0_f64;
                for_each_turn(&moved[..order], gap, |value| highest = highest.max(sign * value));
                highest
            };
            sides.above = sides.above.max(turn(1.0, &self.where_below));
            sides.below = sides.below.max(turn(-1.0, &self.where_above));
        });
        sides
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On the second gap, t from 0 to 3: E = 1/2 + t - t^2 / 2 turns at 1 with the value 1; moved by
    /// Delta = -1/8 - t / 4 + t^2 / 20, it turns at 5/6 with the value 11/16.
    #[test]
    fn a_curve_that_turns_is_moved_where_both_ends_are() {
        let gaps = [1.0, 3.0];
        let mut states = Vec::new();
        for_each_state(3, &[-0.25, 0.1, 0.0], &gaps, |_, state| states.extend_from_slice(state));
        let [start, end] = [states[5], states[8]];
        assert!((start + 0.125).abs() < 1e-15 && (end + 0.425).abs() < 1e-15);
        let sides = |below: [f64; 2], above: [f64; 2]| {
            let [where_below, where_above] = [below, above].map(|[start, end]| vec![0.0, start, end]);
            let recentring = Recentring { where_below, where_above, states: states.clone() };
            recentring.supremum(3, &[1.0, -1.0, 0.0], &gaps)
        };
        let close =
            |found: f64, expected: f64| assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        // E is -1 at the end.
        let moved = sides([start, end], [0.0, 0.0]);
        close(moved.above, 0.6875);
        close(moved.below, 1.0);
        for one_end in [[start, 0.0], [0.0, end]] {
            close(sides(one_end, [0.0, 0.0]).above, 1.0);
        }
        close(sides([0.0, 0.0], [start, end]).below, 1.0 - end);
    }
}
