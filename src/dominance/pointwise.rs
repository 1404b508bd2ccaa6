//! The variance of the difference of two integrated distribution functions, at every pooled value.
//!
//! With d_r(x) = (z - x)_+^(r-1) / (r-1)! (d_1 = 1 where x <= z), Delta_s(z) is the mean of d_s over the rows
//! of X minus its mean over the rows of Y, and its variance is estimated from the sums over independent units
//! c (rows, pairs of rows, clusters):
//!
//! ```text
//! T_cr = sum_{rows of X in c} p_i (d_r(x_i) - F_X^(r)) - sum_{rows of Y in c} q_j (d_r(y_j) - F_Y^(r))
//! V(z) = sum_c T_cs^2      p, q the masses of rows; clusters of several rows of a column: times C / (C - 1)
//! ```
//!
//! For independent rows of equal mass this is v_X / n + v_Y / m with v = E d_s^2 - (E d_s)^2 and divisor n.
//!
//! All orders r <= s together move from one value to the next by a triangular matrix A with entries h^j / j!,
//! so their matrix K_rq = sum_c T_cr T_cq moves to A K A', and a row that arrives changes its first line only.
//! Nothing large is subtracted from something large: deviations are centred before they are squared.

use super::pooled_pair::PooledPair;
use crate::kernels::process::{advance, for_each_state};
use crate::sample::Column;

/// V at every distinct pooled value, in the scale of the pair. `units` is how many units the columns share.
pub(crate) fn variances(
    pair: &PooledPair,
    order: usize,
    x: &Column,
    y: &Column,
    units: Option<usize>,
) -> Vec<f64> {
    let mut sweep = Sweep::new(order, x, y, units);
    let mut variances = vec![0.0; pair.values.len()];
    let mut at = 0;
    for (row, position) in pair.rows() {
        if position > at {
            variances[at] = sweep.variance();
            sweep.advance(pair.gaps[at]);
            at = position;
        }
        let since = |value: f64| pair.scale.between(pair.values[at], value);
        sweep.arrive(row, pair.values[at], since);
    }
    variances[at] = sweep.variance();
    variances
}

/// Delta_s at every distinct pooled value, in the scale of the pair.
pub(crate) fn differences(pair: &PooledPair, order: usize, x: &Column, y: &Column) -> Vec<f64> {
    let (n, m) = (x.sample.len(), y.sample.len());
    // Without weights integers in units of 1/(nm), so that equal distribution functions differ by 0.
    let plain = x.sample.weights().is_none() && y.sample.weights().is_none();
    let signed: Vec<f64> = match plain {
        true => [vec![m as f64; n], vec![-(n as f64); m]].concat(),
        false => {
            let of_x = (0..n).map(|row| x.sample.mass(row));
            of_x.chain((0..m).map(|row| -y.sample.mass(row))).collect()
        }
    };
    let mut levels = Vec::new();
    pair.levels(&signed, &mut levels);
    let unit = if plain { 1.0 / (n as f64 * m as f64) } else { 1.0 };
    let mut differences = Vec::with_capacity(levels.len());
    for_each_state(order, &levels, &pair.gaps, |_, state| differences.push(unit * state[order - 1]));
    differences
}

/// Standardised differences t = Delta_s / sqrt(V); 0/0 is 0, x/0 is infinite.
pub(crate) fn standardised(differences: &[f64], variances: &[f64]) -> Vec<f64> {
    let t = |(&delta, &v): (&f64, &f64)| if delta == 0.0 { 0.0 } else { delta / v.max(0.0).sqrt() };
    differences.iter().zip(variances).map(t).collect()
}

struct Sweep {
    order: usize,
    /// Rows of the first column.
    first: usize,
    masses: Vec<f64>,
    unit_of_row: Vec<u32>,
    /// Per side, the mass of each unit.
    unit_masses: [Vec<f64>; 2],
    /// Sum over units of mass times mass, of both sides.
    products: [[f64; 2]; 2],
    /// Per unit: its sums of d_r over the rows that have arrived, at the value where it was last touched.
    sums: Vec<f64>,
    touched: Vec<f64>,
    /// Per side: F^(r).
    means: [Vec<f64>; 2],
    /// Per side: sum over units of mass times T_cr.
    centres: [Vec<f64>; 2],
    /// K, row by row.
    matrix: Vec<f64>,
    factor: f64,
}

impl Sweep {
    fn new(order: usize, x: &Column, y: &Column, shared: Option<usize>) -> Sweep {
        let (n, m) = (x.sample.len(), y.sample.len());
        let own = |column: &Column| -> Vec<f64> {
            (0..column.sample.len()).map(|row| column.sample.mass(row)).collect()
        };
        let masses: Vec<f64> = [own(x), own(y)].concat();
        let unit_of_row: Vec<u32> = match (&x.units, &y.units) {
            (Some(a), Some(b)) => a.iter().chain(b).copied().collect(),
            _ => (0..(n + m) as u32).collect(),
        };
        let units = shared.unwrap_or(n + m);
        let mut unit_masses = [vec![0.0; units], vec![0.0; units]];
        for (row, (&mass, &unit)) in masses.iter().zip(&unit_of_row).enumerate() {
            unit_masses[usize::from(row >= n)][unit as usize] += mass;
        }
        let product = |a: usize, b: usize| {
            unit_masses[a].iter().zip(&unit_masses[b]).map(|(v, w)| v * w).sum::<f64>()
        };
        // Rows and pairs have the plain divisor: it is clusters of several rows that are few.
        let shared_in = |rows: &[u32]| {
            let mut seen = vec![false; units];
            rows.iter().any(|&unit| std::mem::replace(&mut seen[unit as usize], true))
        };
        let (of_x, of_y) = unit_of_row.split_at(n);
        let several = shared_in(of_x) || shared_in(of_y);
        let clusters = shared.filter(|_| several).map(|c| c as f64);
        Sweep {
            order,
            first: n,
            products: [[product(0, 0), product(0, 1)], [product(1, 0), product(1, 1)]],
            masses,
            unit_of_row,
            unit_masses,
            sums: vec![0.0; units * order],
            touched: vec![f64::NAN; units],
            means: [vec![0.0; order], vec![0.0; order]],
            centres: [vec![0.0; order], vec![0.0; order]],
            matrix: vec![0.0; order * order],
            factor: clusters.map_or(1.0, |c| c / (c - 1.0)),
        }
    }

    fn variance(&self) -> f64 {
        (self.factor * self.matrix[self.order * self.order - 1]).max(0.0)
    }

    /// K -> A K A', and the vectors v -> A v.
    fn advance(&mut self, gap: f64) {
        let s = self.order;
        for vector in self.means.iter_mut().chain(&mut self.centres) {
            advance(vector, gap);
        }
        for line in self.matrix.chunks_mut(s) {
            advance(line, gap);
        }
        let mut column = vec![0.0; s];
        for c in 0..s {
            (0..s).for_each(|r| column[r] = self.matrix[r * s + c]);
            advance(&mut column, gap);
            (0..s).for_each(|r| self.matrix[r * s + c] = column[r]);
        }
    }

    /// A row arrives at the value `z`: its d_1 jumps from 0 to 1, and the mean of its side by its mass p. So T_c1
    /// jumps by +-p (1 - w_c) for its own unit c, and by -+p w_c' for every other, w the masses of units.
    fn arrive(&mut self, row: usize, z: f64, since: impl Fn(f64) -> f64) {
        let s = self.order;
        let side = usize::from(row >= self.first);
        let (unit, p) = (self.unit_of_row[row] as usize, self.masses[row]);
        let jump = if side == 0 { p } else { -p };
        let sums = &mut self.sums[unit * s..(unit + 1) * s];
        if !self.touched[unit].is_nan() {
            advance(sums, since(self.touched[unit]));
        }
        self.touched[unit] = z;
        let w = [self.unit_masses[0][unit], self.unit_masses[1][unit]];
        for (r, sum) in sums.iter().enumerate() {
            let deviation = sum - w[0] * self.means[0][r] + w[1] * self.means[1][r];
            let change = jump * (deviation - self.centres[side][r]);
            self.matrix[r] += change;
            self.matrix[r * s] += change;
        }
        self.matrix[0] += p * p * (1.0 - 2.0 * w[side] + self.products[side][side]);
        for of in [0, 1] {
            self.centres[of][0] += jump * (w[of] - self.products[of][side]);
        }
        sums[0] += jump;
        self.means[side][0] += p;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, Samples};
    use proptest::prelude::*;

    /// V by its definition, at z, in data units.
    fn naive(order: usize, samples: &Samples, z: f64) -> f64 {
        let d = |x: f64| {
            let factorial: f64 = (1..order).map(|j| j as f64).product();
            if x <= z { (z - x).powi(order as i32 - 1) / factorial } else { 0.0 }
        };
        let mut units = std::collections::BTreeMap::<usize, f64>::new();
        for (side, column) in samples.columns().iter().enumerate() {
            let sample = &column.sample;
            let rows = || (0..sample.len()).map(|i| (i, sample.values()[i], sample.mass(i)));
            let mean: f64 = rows().map(|(_, x, p)| p * d(x)).sum();
            for (i, x, p) in rows() {
                let unit = column.units.as_ref().map_or(1000 * side + i, |units| units[i] as usize);
                *units.entry(unit).or_default() +=
                    if side == 0 { 1.0 } else { -1.0 } * p * (d(x) - mean);
            }
        }
        let c = units.len() as f64;
        let several = samples.columns().iter().any(|column| {
            let rows = column.units.iter().flatten();
            column.units.is_some()
                && rows.clone().collect::<std::collections::BTreeSet<_>>().len() < rows.count()
        });
        units.values().map(|t| t * t).sum::<f64>() * if several { c / (c - 1.0) } else { 1.0 }
    }

    /// The largest and smallest standardised differences, from 60-digit arithmetic.
    #[test]
    fn agrees_with_the_reference_values() {
        let text = include_str!("../../tests/fixtures/reference_values.json");
        let reference: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut compared = 0;
        for case in reference["cases"].as_array().unwrap() {
            let column = |side: &str| {
                let values = match case[side].as_str() {
                    Some(name) => &reference["inputs"][name]["values"],
                    None => &case[format!("{side}_values")],
                };
                let values = values.as_array().unwrap().iter().map(|v| v.as_f64().unwrap());
                (side.to_owned(), Sample::new(values.collect::<Vec<_>>()).unwrap())
            };
            if !case["x_weights"].is_null() || !case["y_weights"].is_null() {
                continue;
            }
            let samples = Samples::independent([column("x"), column("y")]).unwrap();
            let (x, y) = (&samples.columns()[0], &samples.columns()[1]);
            let pair = PooledPair::new(&x.sample, &y.sample);
            for order in [1, 2] {
                let v = variances(&pair, order, x, y, None);
                let t = standardised(&differences(&pair, order, x, y), &v);
                // The reference leaves out values without variance, up to rounding.
                let least = 1e-15 * v.iter().copied().fold(0.0, f64::max);
                let t: Vec<f64> =
                    t.into_iter().zip(v).filter(|(_, v)| *v > least).map(|(t, _)| t).collect();
                let max = t.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let min = t.iter().copied().fold(f64::INFINITY, f64::min);
                for (found, key) in [(max, format!("t{order}_max")), (min, format!("t{order}_min"))] {
                    let Some(expected) = case["stats"][&key].as_f64() else { continue };
                    assert!(
                        (found - expected).abs() <= 1e-9 * expected.abs(),
                        "{}: {key} {found}",
                        case["id"]
                    );
                    compared += 1;
                }
            }
        }
        assert!(compared > 80, "{compared}");
    }

    fn check(samples: &Samples, order: usize) {
        let (x, y) = (&samples.columns()[0], &samples.columns()[1]);
        let pair = PooledPair::new(&x.sample, &y.sample);
        let found = variances(&pair, order, x, y, samples.units());
        let largest = pair.values.iter().map(|&z| naive(order, samples, z)).fold(1.0, f64::max);
        for (&z, v) in pair.values.iter().zip(found) {
            let (v, expected) = (pair.restore(v, 2 * (order as i32 - 1)), naive(order, samples, z));
            assert!(
                (v - expected).abs() <= 1e-11 * expected + 1e-14 * largest,
                "{order} {z}: {v} {expected}"
            );
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_twin(
            x in prop::collection::vec((-9..9i32, 1..4u32, 0..4u32), 3..12),
            y in prop::collection::vec((-9..9i32, 1..4u32, 0..4u32), 3..12), order in 1..5usize,
        ) {
            let values = |v: &[(i32, u32, u32)]| v.iter().map(|r| f64::from(r.0)).collect::<Vec<_>>();
            let weights = |v: &[(i32, u32, u32)]| v.iter().map(|r| f64::from(r.1)).collect::<Vec<_>>();
            let weighted = |v| Sample::weighted(values(v), weights(v)).unwrap();
            check(&Samples::independent([("x", weighted(&x)), ("y", weighted(&y))]).unwrap(), order);
            let k = x.len().min(y.len());
            check(&Samples::paired([("x", values(&x[..k])), ("y", values(&y[..k]))]).unwrap(), order);
            let clusters = |v: &[(i32, u32, u32)]| v.iter().map(|r| r.2).collect::<Vec<_>>();
            let columns = [("x", values(&x), clusters(&x)), ("y", values(&y), clusters(&y))];
            if let Ok(samples) = Samples::in_clusters(columns) {
                check(&samples, order);
            }
        }
    }
}
