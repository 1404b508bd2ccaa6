//! Size, power and coverage of everything that returns a p-value, an interval, a bound or a set of ranks.
//!
//! A *study* draws data sets of one kind; what one method answers over all of them is a *figure*: how often it was
//! wrong, and how many of its results carried a warning. A figure is liberal where it is wrong more often than its
//! level says by more than two Monte Carlo errors; that is allowed only where the results say so.

#![allow(dead_code, unused_imports)] // the test of the pinned counts prints no table, the table pins nothing

mod almost;
mod audits;
mod classical;
mod designs;
mod figure;
mod pins;
mod plans;
mod rankings;
mod table;
mod tables;

pub use figure::{Answer, Figure, Kind, Spec};
pub use pins::{Pin, pins, recomputed, specs};
pub use table::print;

/// Replicates of the bootstrap and of every null law.
pub const REPLICATES: usize = 399;
pub const LEVEL: f64 = 0.05;

/// The methods that look at one kind of data set.
pub struct Study {
    /// What is drawn: laws and how rows depend on each other.
    pub design: String,
    pub rows: usize,
    pub specs: Vec<Spec>,
    /// One answer per spec, a function of the seed.
    pub answer: Box<dyn Fn(u64) -> Vec<Answer> + Send + Sync>,
}

/// A section of the table: its name, its title, its studies.
pub type Family = (&'static str, &'static str, fn() -> Vec<Study>);

pub const FAMILIES: [Family; 6] = [
    ("almost", "Tests of almost dominance", almost::studies),
    ("classical", "Tests of dominance and of non-dominance", classical::studies),
    ("rankings", "Rankings of several models", rankings::studies),
    ("plans", "Power", plans::studies),
    ("audits", "Audits over folds", audits::studies),
    ("tables", "Tables and random directions", tables::studies),
];

impl Study {
    /// The figures of so many data sets. `run` separates repeated runs.
    pub fn figures(&self, run: u64, data_sets: usize) -> Vec<Figure> {
        let first = self.seed().wrapping_add(run << 32);
        let answers: Vec<Vec<Answer>> = {
            use rayon::prelude::*;
            (0..data_sets as u64).into_par_iter().map(|i| (self.answer)(first + i)).collect()
        };
        let figure = |(place, spec): (usize, &Spec)| {
            Figure::of(spec.clone(), answers.iter().map(|of_data_set| of_data_set[place]))
        };
        self.specs.iter().enumerate().map(figure).collect()
    }

    /// A seed that depends on what is drawn alone, so that new studies do not change the others.
    fn seed(&self) -> u64 {
        let name = format!("{} {}", self.design, self.rows);
        // Fowler, Noll, Vo.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        // Runs and data sets count below the 40 bits that are left free.
        (hash >> 4) & !((1 << 40) - 1)
    }
}
