//! Data sets over threads, rates and their errors, comparison with the reference figures.

use rayon::prelude::*;
use risk_sd::Samples;

use crate::bounds::LEVEL;
use crate::laws::Population;

/// What to simulate.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Data sets of up to 300 rows; larger ones get fewer.
    pub replicates: usize,
    pub seed: u64,
}

impl Effort {
    /// The same data sets' worth of rows for every size, from 300 rows on.
    pub fn data_sets(self, rows: usize) -> usize {
        (self.replicates * 300 / rows.max(300)).max(20)
    }

    /// Draws data sets of one cell of a table and evaluates them. Each has a seed of its own, so threads
    /// change nothing.
    pub fn simulate<T: Send>(
        self,
        cell: u64,
        population: &Population,
        data_sets: usize,
        evaluate: impl Fn(u64, &Samples) -> T + Sync,
    ) -> Vec<T> {
        (0..data_sets as u64)
            .into_par_iter()
            .map(|number| {
                let seed = self.seed.wrapping_add(cell << 40).wrapping_add(number);
                evaluate(seed, &population.draw(seed))
            })
            .collect()
    }
}

/// The share of data sets in which something happened.
pub fn rate<T>(data_sets: &[T], happened: impl Fn(&T) -> bool) -> f64 {
    data_sets.iter().filter(|d| happened(d)).count() as f64 / data_sets.len() as f64
}

/// Mean and standard deviation.
pub fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

/// Collects what disagrees with the reference by more than Monte Carlo error.
#[derive(Debug, Default)]
pub struct Check {
    pub compared: usize,
    pub disagreements: Vec<String>,
    /// Rates that differ although both keep the level.
    pub remarks: Vec<String>,
}

/// Four standard errors: one false alarm in some 16,000 comparisons.
const STANDARD_ERRORS: f64 = 4.0;

impl Check {
    /// A rate over `data_sets` against one that was found in `reference_sets`. Two data sets are allowed on
    /// top, because small counts are skew.
    pub fn rate(
        &mut self,
        what: &str,
        found: f64,
        data_sets: usize,
        reference: f64,
        reference_sets: f64,
    ) {
        let r = data_sets as f64;
        let variance = reference * (1.0 - reference) * (1.0 / r + 1.0 / reference_sets);
        let allowed = STANDARD_ERRORS * variance.sqrt() + 2.0 / r;
        let agrees = (found - reference).abs() <= allowed;
        if !agrees && found <= LEVEL && reference <= LEVEL {
            self.compared += 1;
            self.remarks.push(describe(what, found, reference));
        } else {
            self.record(what, found, reference, agrees);
        }
    }

    /// A rate that must not exceed a limit by more than chance.
    pub fn at_most(&mut self, what: &str, found: f64, data_sets: usize, limit: f64) {
        let r = data_sets as f64;
        let allowed = limit + STANDARD_ERRORS * (limit * (1.0 - limit) / r).sqrt() + 2.0 / r;
        self.record(what, found, limit, found <= allowed);
    }

    /// A rate that must not fall below a limit by more than chance.
    pub fn at_least(&mut self, what: &str, found: f64, data_sets: usize, limit: f64) {
        self.at_most(what, 1.0 - found, data_sets, 1.0 - limit);
    }

    /// Two spreads that must agree up to a relative tolerance.
    pub fn close(&mut self, what: &str, found: f64, reference: f64, tolerance: f64) {
        self.record(what, found, reference, (found / reference - 1.0).abs() <= tolerance);
    }

    fn record(&mut self, what: &str, found: f64, reference: f64, agrees: bool) {
        self.compared += 1;
        if !agrees {
            self.disagreements.push(describe(what, found, reference));
        }
    }
}

fn describe(what: &str, found: f64, reference: f64) -> String {
    format!("{what}: found {found:.4}, reference {reference:.4}")
}

/// Relative standard error of a standard deviation of `n` nearly normal values, times four.
pub fn spread_tolerance(n: f64) -> f64 {
    STANDARD_ERRORS / (2.0 * n).sqrt()
}
