//! Seeded counts that a fast test compares: they change where, and only where, a result changes.

use std::fmt;
use std::sync::OnceLock;

use super::{FAMILIES, Figure, Spec, Study};

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

impl std::str::FromStr for Pin {
    type Err = String;

    fn from_str(line: &str) -> Result<Pin, String> {
        let wrong = || format!("not a line of counts: {line}");
        let fields: Vec<&str> = line.split('\t').collect();
        let [design, rows, method, counts @ ..] = fields.as_slice() else { return Err(wrong()) };
        let number = |field: &str| field.parse::<usize>().map_err(|_| wrong());
        let counts = counts.iter().map(|field| number(field)).collect::<Result<Vec<_>, _>>()?;
        let [data_sets, hits, warned, unwarned_hits] = counts[..] else { return Err(wrong()) };
        let (design, method, rows) = (design.to_string(), method.to_string(), number(rows)?);
        Ok(Pin { design, rows, method, data_sets, hits, warned, unwarned_hits })
    }
}

impl Figure {
    /// The figure that was pinned.
    pub fn from_pin(pin: &Pin, spec: Spec) -> Figure {
        let &Pin { data_sets, hits, warned, unwarned_hits, .. } = pin;
        Figure { spec, data_sets, hits, warned, unwarned_hits }
    }
}

/// The studies that are pinned: of each kind of data those of 50 rows (10 folds), where results differ in whether
/// they carry a warning.
fn pinned() -> &'static [Study] {
    static PINNED: OnceLock<Vec<Study>> = OnceLock::new();
    PINNED.get_or_init(chosen)
}

fn chosen() -> Vec<Study> {
    let studies = FAMILIES.into_iter().flat_map(|(_, _, studies)| studies());
    let wanted = |study: &Study| {
        let designs = ["independent", "folds", "table", "directions"];
        let normal = study.design.contains("normal") && !study.design.contains("lognormal");
        let rows = if study.design.contains("folds") { 10 } else { 50 };
        study.rows == rows && (normal || designs.iter().any(|part| study.design.contains(part)))
    };
    studies.filter(wanted).collect()
}

fn counts<'s>(studies: impl Iterator<Item = &'s Study>) -> Vec<Pin> {
    let of_study = |study: &Study| {
        let pin = |figure: Figure| {
            let Figure { spec, data_sets, hits, warned, unwarned_hits } = figure;
            let (design, rows, method) = (study.design.clone(), study.rows, spec.method);
            Pin { design, rows, method, data_sets, hits, warned, unwarned_hits }
        };
        study.figures(0, DATA_SETS).into_iter().map(pin).collect::<Vec<_>>()
    };
    studies.flat_map(of_study).collect()
}

/// All lines of the file.
pub fn pins() -> Vec<Pin> {
    counts(pinned().iter())
}

/// A part of the lines, computed again.
pub fn recomputed() -> Vec<Pin> {
    counts(pinned().iter().step_by(EVERY))
}

/// The specs of all pinned lines, in their order: what the counts are tested against.
pub fn specs() -> Vec<Spec> {
    pinned().iter().flat_map(|study| study.specs.clone()).collect()
}
