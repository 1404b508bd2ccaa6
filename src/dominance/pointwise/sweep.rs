//! The matrix K of a pair of columns, moved from one pooled value to the next.
//!
//! All orders r <= s together move from one value to the next by a triangular matrix A with entries h^j / j!, so their
//! matrix K_rq = T_r' Q T_q moves to A K A', and a row that arrives changes its first line only:
//!
//! ```text
//! a row of mass p of column x arrives in unit u      T_1 changes by +-p (e_u - w),  w_c the mass of unit c in x
//! K_1q changes by    +-p ((Q T_q)_u - w' Q T_q)
//! K_11 also by       p^2 (Q_uu - 2 (Q w)_u + w' Q w)
//! ```
//!
//! Deviations are centred before they are multiplied, so that outliers cost no digits. But where the rows of a pair or a
//! cluster nearly coincide, K_11 goes up with the first and down again with the last of them, and what rounding left
//! there would be multiplied by squares of distances: so everything is carried in twice the precision of f64, which
//! keeps V of rows that differ by 1e-12 of the range.

use std::collections::BTreeSet;

use super::unit_form::{UnitForm, UnitSums};
use crate::kernels::process::advance;
use crate::kernels::scale::Differences;
use crate::kernels::sum::DoubleDouble;
use crate::sample::{Column, Samples};

pub(super) struct Sweep<'a> {
    order: usize,
    /// Rows of the first column.
    first: usize,
    masses: Vec<f64>,
    unit_of_row: Vec<u32>,
    form: UnitForm<'a>,
    /// Per side: Q w.
    formed: [Vec<DoubleDouble>; 2],
    /// w' Q w of both sides with both.
    products: [[DoubleDouble; 2]; 2],
    sums: UnitSums,
    /// Per side: F^(r).
    means: [Vec<DoubleDouble>; 2],
    /// Per side: w' Q T_r.
    centres: [Vec<DoubleDouble>; 2],
    /// K, row by row.
    matrix: Vec<DoubleDouble>,
    factor: f64,
    scratch: Vec<DoubleDouble>,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(order: usize, samples: &'a Samples, [x, y]: [&Column; 2]) -> Sweep<'a> {
        let (n, m) = (x.sample.len(), y.sample.len());
        let own = |column: &Column| -> Vec<f64> {
            (0..column.sample.len()).map(|row| column.sample.mass(row)).collect()
        };
        let masses: Vec<f64> = [own(x), own(y)].concat();
        let unit_of_row: Vec<u32> = match (&x.units, &y.units) {
            (Some(a), Some(b)) => a.iter().chain(b).copied().collect(),
            _ => (0..(n + m) as u32).collect(),
        };
        let units = samples.units().unwrap_or(n + m);
        let form = UnitForm::of(samples);
        const ZERO: DoubleDouble = DoubleDouble::ZERO;
        let mut unit_masses = [vec![ZERO; units], vec![ZERO; units]];
        for (row, (&mass, &unit)) in masses.iter().zip(&unit_of_row).enumerate() {
            unit_masses[usize::from(row >= n)][unit as usize] += mass.into();
        }
        let formed = unit_masses.each_ref().map(|masses| form.times(masses));
        let product = |a: usize, b: usize| {
            let terms = unit_masses[a].iter().zip(&formed[b]);
            terms.fold(ZERO, |sum, (&v, &w)| sum + v * w)
        };
        let several =
            [&unit_of_row[..n], &unit_of_row[n..]].iter().any(|rows| share_a_unit(rows, units));
        // Other columns may have units in which these two have no row.
        let occurring = unit_of_row.iter().collect::<BTreeSet<_>>().len() as f64;
        Sweep {
            order,
            first: n,
            products: [[product(0, 0), product(0, 1)], [product(1, 0), product(1, 1)]],
            masses,
            unit_of_row,
            formed,
            sums: UnitSums::new(order, units, &form),
            means: [vec![ZERO; order], vec![ZERO; order]],
            centres: [vec![ZERO; order], vec![ZERO; order]],
            matrix: vec![ZERO; order * order],
            // Rows and pairs have the plain divisor: it is clusters of several rows that are few.
            factor: match form {
                UnitForm::Units if several => occurring / (occurring - 1.0),
                _ => 1.0,
            },
            form,
            scratch: vec![ZERO; order],
        }
    }

    pub(super) fn variance(&self) -> f64 {
        (self.factor * self.matrix[self.order * self.order - 1].value()).max(0.0)
    }

    /// K -> A K A', and the vectors v -> A v.
    pub(super) fn advance(&mut self, gap: f64) {
        let s = self.order;
        for vector in self.means.iter_mut().chain(&mut self.centres) {
            advance(vector, gap);
        }
        for line in self.matrix.chunks_mut(s) {
            advance(line, gap);
        }
        let column = &mut self.scratch;
        for c in 0..s {
            (0..s).for_each(|r| column[r] = self.matrix[r * s + c]);
            advance(column, gap);
            (0..s).for_each(|r| self.matrix[r * s + c] = column[r]);
        }
    }

    /// A row arrives at the value `z`: its d_1 jumps from 0 to 1, and the mean of its side by its mass.
    pub(super) fn arrive(&mut self, row: usize, z: f64, scale: &Differences) {
        let s = self.order;
        let side = usize::from(row >= self.first);
        let (unit, p) = (self.unit_of_row[row] as usize, self.masses[row]);
        let jump = if side == 0 { p } else { -p };
        self.sums.weighed(&self.form, unit, z, scale, &mut self.scratch);
        let w = [self.formed[0][unit], self.formed[1][unit]];
        for (r, &sum) in self.scratch.iter().enumerate() {
            let deviation = sum - w[0] * self.means[0][r] + w[1] * self.means[1][r];
            let change = (deviation - self.centres[side][r]) * jump;
            self.matrix[r] += change;
            self.matrix[r * s] += change;
        }
        self.matrix[0] += (self.form.diagonal(unit) - w[side] * 2.0 + self.products[side][side]) * p * p;
        for of in [0, 1] {
            self.centres[of][0] += (w[of] - self.products[of][side]) * jump;
        }
        self.sums.add(&self.form, unit, z, jump);
        self.means[side][0] += p.into();
    }
}

/// Whether two rows belong to one unit.
fn share_a_unit(rows: &[u32], units: usize) -> bool {
    let mut seen = vec![false; units];
    rows.iter().any(|&unit| std::mem::replace(&mut seen[unit as usize], true))
}
