//! Fault targets: any bytes, read as data and settings, through every door of the crate.
//!
//! An input goes through one door of its target: the first bytes say which. Data are small, so that an execution takes
//! microseconds, and millions of them an hour.
//!
//! A target passes where nothing panics, every refusal is a typed error, and every result is sound
//! (`results.rs`): no NaN, no infinity that is not documented, shares and p-values within [0, 1], a serialised
//! form that reads back the same. `tests/faults.rs` runs the targets on random bytes with limits on time and
//! memory, `tests/fuzz` runs the same functions under a coverage-guided fuzzer.
#![allow(dead_code)] // a fuzz program uses one target, and compiles that alone

pub mod input;
pub mod limits;
pub mod numbers;
pub mod results;

pub mod alignment;
pub mod audit;
pub mod comparison;
pub mod dominance;
pub mod ensemble;
pub mod fidelity;
pub mod planning;
pub mod plot;
pub mod portfolio;
pub mod ranking;
pub mod scores;
pub mod serialised;
pub mod transport;
pub mod uniform;

/// What runs on some bytes.
pub type Target = fn(&[u8]);

/// Every target and its name.
pub const TARGETS: [(&str, Target); 14] = [
    ("comparison", comparison::run),
    ("dominance", dominance::run),
    ("uniform", uniform::run),
    ("ranking", ranking::run),
    ("portfolio", portfolio::run),
    ("transport", transport::run),
    ("alignment", alignment::run),
    ("ensemble", ensemble::run),
    ("audit", audit::run),
    ("fidelity", fidelity::run),
    ("planning", planning::run),
    ("plot", plot::run),
    ("scores", scores::run),
    ("serialised", serialised::run),
];

/// The target of this name.
pub fn target(name: &str) -> Target {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("no target '{name}'")).1
}
