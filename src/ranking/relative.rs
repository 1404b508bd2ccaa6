//! Relative statistics: how a model stands among all the others.
//!
//! ```text
//! eps_i    = mean over j != i of eps_ij        (eps_ij = 1/2 for equal distributions)
//! Delta_ij = eps_i - eps_j                     i ranks above j where Delta_ij < 0
//! ```
//!
//! The k x k covariance matrix of (eps_1, ..., eps_k) gives every standard error:
//! Var Delta_ij = C_ii - 2 C_ij + C_jj.

use crate::dominance::Order;
use crate::inference::influence::{Sides, influence};
use crate::inference::joint::{add_ratio, pairs_of};
use crate::inference::moments::Observed;
use crate::sample::Samples;

/// The mean ratios of k models and their covariance matrix.
pub(crate) struct Relative {
    pub(crate) ratios: Vec<f64>,
    covariance: Covariance,
}

impl Relative {
    /// With the covariance over bootstrap replicates (`draws`: k mean ratios per replicate).
    pub(crate) fn from_replicates(observed: &[Observed], draws: &[f64], k: usize) -> Relative {
        let ratios = mean_ratios(observed, k);
        let replicates = (draws.len() / k) as f64;
        let mut covariance = Covariance::new(k);
        let mut mean = vec![0.0; k];
        let mut deviation = vec![0.0; k];
        for draw in draws.chunks_exact(k) {
            for (i, (value, ratio)) in draw.iter().zip(&ratios).enumerate() {
                deviation[i] = value - ratio;
                mean[i] += deviation[i] / replicates;
            }
            covariance.add(&deviation, 1.0 / (replicates - 1.0));
        }
        covariance.add(&mean, -replicates / (replicates - 1.0));
        Relative { ratios, covariance }
    }

    /// With the covariance of influence functions.
    pub(crate) fn analytic(order: Order, observed: &[Observed], samples: &Samples) -> Relative {
        let ratios = mean_ratios(observed, samples.len());
        let covariance = match samples.units() {
            Some(units) => shared_covariance(order, samples, units),
            None => independent_covariance(order, samples),
        };
        Relative { ratios, covariance }
    }

    /// Delta_ij.
    pub(crate) fn difference(&self, i: usize, j: usize) -> f64 {
        self.ratios[i] - self.ratios[j]
    }

    /// Standard error of eps_i.
    pub(crate) fn standard_error(&self, i: usize) -> f64 {
        self.covariance.at(i, i).max(0.0).sqrt()
    }

    /// Standard error of Delta_ij.
    pub(crate) fn difference_standard_error(&self, i: usize, j: usize) -> f64 {
        let c = |i, j| self.covariance.at(i, j);
        // What rounding leaves of a difference without spread is no spread.
        let noise = 1e-14 * (c(i, i) + c(j, j));
        match c(i, i) - 2.0 * c(i, j) + c(j, j) {
            variance if variance > noise => variance.sqrt(),
            _ => 0.0,
        }
    }
}

fn mean_ratios(observed: &[Observed], k: usize) -> Vec<f64> {
    let mut ratios = vec![0.0; k];
    for ((i, j), observed) in pairs_of(k).zip(observed) {
        add_ratio(&mut ratios, i, j, observed.ratio);
    }
    ratios
}

/// A symmetric k x k matrix, summed from outer products.
struct Covariance {
    k: usize,
    entries: Vec<f64>,
}

impl Covariance {
    fn new(k: usize) -> Covariance {
        Covariance { k, entries: vec![0.0; k * k] }
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.entries[i * self.k + j]
    }

    fn add(&mut self, deviation: &[f64], weight: f64) {
        for (row, a) in self.entries.chunks_exact_mut(self.k).zip(deviation) {
            for (entry, b) in row.iter_mut().zip(deviation) {
                *entry += weight * a * b;
            }
        }
    }

    /// Adds the deviations of all units: `of_unit` holds k numbers per unit.
    fn add_units(&mut self, of_unit: &[f64]) {
        let units = (of_unit.len() / self.k) as f64;
        for deviation in of_unit.chunks_exact(self.k) {
            self.add(deviation, units / (units - 1.0));
        }
    }
}

/// Rows or clusters shared by all columns: the influences of all columns' rows on a unit add up first.
fn shared_covariance(order: Order, samples: &Samples, units: usize) -> Covariance {
    let k = samples.len();
    let mut of_unit = vec![0.0; units * k];
    for (i, j) in pairs_of(k) {
        let pair = influence(order, &samples.columns()[i], &samples.columns()[j]);
        for (column, rows) in [(i, &pair.x), (j, &pair.y)] {
            let unit_of_row = samples.columns()[column].units.iter().flatten();
            for (&unit, &row) in unit_of_row.zip(rows) {
                add_influence(&mut of_unit[unit as usize * k..][..k], i, j, pair.on_ratio(row));
            }
        }
    }
    let mut covariance = Covariance::new(k);
    covariance.add_units(&of_unit);
    covariance
}

/// Independent columns: the variances due to each column's rows add up.
fn independent_covariance(order: Order, samples: &Samples) -> Covariance {
    let k = samples.len();
    let mut covariance = Covariance::new(k);
    for (l, column) in samples.columns().iter().enumerate() {
        let mut of_row = vec![0.0; column.sample.len() * k];
        for other in (0..k).filter(|&other| other != l) {
            let (i, j) = (l.min(other), l.max(other));
            let pair = influence(order, &samples.columns()[i], &samples.columns()[j]);
            let rows: &[Sides] = if i == l { &pair.x } else { &pair.y };
            for (of_row, &row) in of_row.chunks_exact_mut(k).zip(rows) {
                add_influence(of_row, i, j, pair.on_ratio(row));
            }
        }
        covariance.add_units(&of_row);
    }
    covariance
}

/// An influence on eps_ij acts on eps_i, and with the opposite sign on eps_j.
fn add_influence(of_unit: &mut [f64], i: usize, j: usize, on_ratio: f64) {
    let others = (of_unit.len() - 1) as f64;
    of_unit[i] += on_ratio / others;
    of_unit[j] -= on_ratio / others;
}
