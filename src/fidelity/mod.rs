//! Fidelity of synthetic tables: how well do generated columns, their dependence and their course in time follow
//! the real ones, and how much of them is copied?
//!
//! ```text
//! table.rs         MixedTable: columns of numbers and levels, entities          the door
//! shares.rs        chi-square, total variation, entropy of shares
//! bins.rs          classes of numbers: quantiles of the real column
//! columns.rs       one column: distances, chi-square, entropy
//! correlation.rs   two columns: Spearman's rho, Kendall's tau-b
//! nearest.rs       the nearest of many rows: a k-d tree
//! closest.rs       privacy: distances to the closest record
//! novelty.rs       exact copies and repetitions
//! ```

mod bins;
mod closest;
mod columns;
mod correlation;
mod figure;
mod nearest;
mod novelty;
mod shares;
mod table;
mod waves;

pub use bins::QuantileBins;
pub use closest::{
    ClosestRecords, ClosestRecordsReport, ColumnScale, PrivacyFinding, closest_record_distances,
};
pub use columns::{
    CategoricalFidelity, LevelCount, NumericFidelity, categorical_fidelity, numeric_fidelity,
};
pub use correlation::spearman_rho;
pub use figure::Figure;
pub use novelty::{Novelty, novelty, row_key};
pub use shares::{chi_square_distance, entropy, total_variation_distance};
pub use table::MixedTable;
