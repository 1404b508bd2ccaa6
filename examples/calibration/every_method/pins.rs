//! Seeded counts that a fast test compares: they change where, and only where, a result changes.

use std::fmt;

use super::{FAMILIES, Figure, Study};

/// Data sets of a pinned study.
const DATA_SETS: usize = 100;
/// The test computes every so many-th study again.
const EVERY: usize = 12;

/// A line of the file: what was counted of a method over data sets of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub design: String,
    pub rows: usize,
    pub method: String,
    pub data_sets: usize,
    pub hits: usize,
    pub warned: usize,
    pub unwarned_hits: usize,
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pin { design, rows, method, data_sets, hits, warned, unwarned_hits } = self;
        write!(f, "{design}\t{rows}\t{method}\t{data_sets}\t{hits}\t{warned}\t{unwarned_hits}")
    }
}

/// The studies that are pinned: of each kind of data those of 50 rows (10 folds), where results differ in whether
/// they carry a warning.
fn pinned() -> Vec<Study> {
    let studies = FAMILIES.into_iter().flat_map(|(_, _, studies)| studies());
    let chosen = |study: &Study| {
        let designs = ["independent", "folds", "table", "directions"];
        let normal = study.design.contains("normal") && !study.design.contains("lognormal");
        let rows = if study.design.contains("folds") { 10 } else { 50 };
        study.rows == rows && (normal || designs.iter().any(|part| study.design.contains(part)))
    };
    studies.filter(chosen).collect()
}

fn counts(studies: &[Study]) -> Vec<(Pin, Figure)> {
    let of_study = |study: &Study| {
        let figures = study.figures(0, DATA_SETS);
        let pin = |figure: Figure| {
            let Figure { data_sets, hits, warned, unwarned_hits, .. } = figure;
            let (design, rows) = (study.design.clone(), study.rows);
            let method = figure.spec.method.clone();
            (Pin { design, rows, method, data_sets, hits, warned, unwarned_hits }, figure)
        };
        figures.into_iter().map(pin).collect::<Vec<_>>()
    };
    studies.iter().flat_map(of_study).collect()
}

/// All lines of the file.
pub fn pins() -> Vec<Pin> {
    counts(&pinned()).into_iter().map(|(pin, _)| pin).collect()
}

/// A part of the lines, computed again, with what they promise.
pub fn recomputed() -> Vec<(Pin, Figure)> {
    let mut studies = pinned();
    let mut place = 0;
    studies.retain(|_| {
        place += 1;
        place % EVERY == 1
    });
    counts(&studies)
}

/// The specs of all pinned lines, in their order: what the counts are tested against.
pub fn specs() -> Vec<super::Spec> {
    pinned().into_iter().flat_map(|study| study.specs).collect()
}
