//! Relative statistics: how a model stands among all the others.
//!
//! ```text
//! eps_i    = mean over j != i of eps_ij        (eps_ij = 1/2 for equal distributions)
//! Delta_ij = eps_i - eps_j                     i ranks above j where Delta_ij < 0
//! ```
//!
//! Var eps_i and Var Delta_ij are summed separately: the variance of a difference taken from a covariance
//! matrix would drown in rounding where two models nearly agree.

use crate::dominance::Order;
use crate::inference::influence::{Sides, influence};
use crate::inference::joint::pairs_of;
use crate::inference::moments::Observed;
use crate::inference::unit_sums::for_each_deviation;
use crate::kernels::sum::Sum;
use crate::sample::Samples;

/// The mean ratios of k models and their variances.
pub(crate) struct Relative {
    pub(crate) ratios: Vec<f64>,
    variances: Variances,
}

/// Mean ratios are sums of k - 1 numbers in [0, 1]: smaller differences are rounding.
pub(super) const ROUNDING: f64 = 1e-14;

impl Relative {
    /// With the variances over bootstrap replicates (`draws`: k mean ratios per replicate).
    pub(crate) fn from_replicates(observed: &[Observed], draws: &[f64], k: usize) -> Relative {
        let ratios = mean_ratios(observed, k);
        let replicates = (draws.len() / k) as f64;
        let mut variances = Variances::new(k);
        let mut mean = vec![0.0; k];
        let mut deviation = vec![0.0; k];
        for draw in draws.chunks_exact(k) {
            for (i, (value, ratio)) in draw.iter().zip(&ratios).enumerate() {
                deviation[i] = value - ratio;
                mean[i] += deviation[i] / replicates;
            }
            variances.add(&deviation, 1.0 / (replicates - 1.0));
        }
        variances.add(&mean, -replicates / (replicates - 1.0));
        Relative { ratios, variances }
    }

    /// With the variances of influence functions.
    pub(crate) fn analytic(order: Order, observed: &[Observed], samples: &Samples) -> Relative {
        let ratios = mean_ratios(observed, samples.len());
        let variances = match samples.units() {
            Some(units) => shared_variances(order, samples, units),
            None => independent_variances(order, samples),
        };
        Relative { ratios, variances }
    }

    /// Delta_ij.
    pub(crate) fn difference(&self, i: usize, j: usize) -> f64 {
        match self.ratios[i] - self.ratios[j] {
            difference if difference.abs() <= ROUNDING => 0.0,
            difference => difference,
        }
    }

    /// The ratios in units of what rounding can do to them: models that do not differ are tied.
    pub(crate) fn rounded(&self) -> Vec<f64> {
        self.ratios.iter().map(|ratio| (ratio / ROUNDING).round()).collect()
    }

    /// Standard error of eps_i.
    pub(crate) fn standard_error(&self, i: usize) -> f64 {
        root(self.variances.entries[i * self.ratios.len() + i])
    }

    /// Standard error of Delta_ij.
    pub(crate) fn difference_standard_error(&self, i: usize, j: usize) -> f64 {
        root(self.variances.entries[i * self.ratios.len() + j])
    }
}

fn root(variance: f64) -> f64 {
    match variance.max(0.0).sqrt() {
        error if error <= ROUNDING => 0.0,
        error => error,
    }
}

/// eps_i, correctly rounded, so that equal columns get equal ratios.
fn mean_ratios(observed: &[Observed], k: usize) -> Vec<f64> {
    let mut sums = vec![Sum::default(); k];
    for ((i, j), observed) in pairs_of(k).zip(observed) {
        sums[i].add(observed.ratio);
        sums[j].add(observed.gap.reversed().violation_ratio());
    }
    sums.iter().map(|sum| sum.value() / (k - 1) as f64).collect()
}

/// Entry (i, i) is Var eps_i, entry (i, j) Var Delta_ij.
struct Variances {
    k: usize,
    entries: Vec<f64>,
}

impl Variances {
    fn new(k: usize) -> Variances {
        Variances { k, entries: vec![0.0; k * k] }
    }

    fn add(&mut self, deviation: &[f64], weight: f64) {
        for (i, row) in self.entries.chunks_exact_mut(self.k).enumerate() {
            for (j, entry) in row.iter_mut().enumerate() {
                let d = if i == j { deviation[i] } else { deviation[i] - deviation[j] };
                *entry += weight * d * d;
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
fn shared_variances(order: Order, samples: &Samples, units: usize) -> Variances {
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
    let mut variances = Variances::new(k);
    for_each_deviation(samples, &of_unit, k, |weight, deviation| variances.add(deviation, weight));
    variances
}

/// Independent columns: the variances due to each column's rows add up.
fn independent_variances(order: Order, samples: &Samples) -> Variances {
    let k = samples.len();
    let mut variances = Variances::new(k);
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
        variances.add_units(&of_row);
    }
    variances
}

/// An influence on eps_ij acts on eps_i, and with the opposite sign on eps_j.
fn add_influence(of_unit: &mut [f64], i: usize, j: usize, on_ratio: f64) {
    let others = (of_unit.len() - 1) as f64;
    of_unit[i] += on_ratio / others;
    of_unit[j] -= on_ratio / others;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_of_rounding_size_are_none() {
        let relative =
            Relative { ratios: vec![0.5, 0.5 + 1e-15, 0.5 + 1e-6], variances: Variances::new(3) };
        assert_eq!([(0, 1), (1, 0)].map(|(i, j)| relative.difference(i, j)), [0.0, 0.0]);
        assert!((relative.difference(2, 0) - 1e-6).abs() < 1e-15);
    }
}
