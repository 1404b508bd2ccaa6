//! Fidelity of synthetic tables: how well do generated columns, their dependence and their course in time follow
//! the real ones, and how much of them is copied?
//!
//! ```text
//! table.rs           MixedTable: columns of numbers and levels, entities        the door
//! table_fidelity.rs  TableFidelity: the audit of one table against another      the way through
//! assemble.rs        its figures read into the report
//! report.rs, display.rs, figure.rs                                              what it found
//! shares.rs          chi-square, total variation, entropy of shares
//! bins.rs            classes of numbers: quantiles of the real column
//! columns.rs         one column: distances, chi-square, entropy
//! correlation.rs     two columns: Spearman's rho, Kendall's tau-b
//! dependence.rs      all pairs of columns
//! series.rs          entities in time: steps, autocorrelation, transitions
//! prepared.rs        a column of both tables, sorted once
//! replicate.rs       bootstrap replicates of rows or of entities
//! nearest.rs         the nearest of many rows: a k-d tree
//! closest.rs         privacy: distances to the closest record
//! novelty.rs, duplicates.rs   exact copies and repetitions
//! waves.rs           pieces of work over threads, with progress
//! ```

mod assemble;
mod bins;
mod closest;
mod columns;
mod correlation;
mod dependence;
mod display;
mod duplicates;
mod figure;
mod nearest;
mod novelty;
mod prepared;
mod replicate;
mod report;
mod series;
mod shares;
mod table;
mod table_fidelity;
mod waves;

pub use bins::QuantileBins;
pub use closest::{
    ClosestRecords, ClosestRecordsReport, ColumnScale, PrivacyFinding, closest_record_distances,
};
pub use columns::{
    CategoricalFidelity, LevelCount, NumericFidelity, categorical_fidelity, numeric_fidelity,
};
pub use correlation::spearman_rho;
pub use dependence::{
    ColumnPair, CorrelationDifference, Dependence, DependenceFidelity, RankCorrelations,
    rank_correlations,
};
pub use figure::Figure;
pub use novelty::{Novelty, novelty, row_key};
pub use report::{
    CategoricalCourse, ColumnFidelity, ColumnFigures, Course, FidelityReport, NumericCourse,
    ResampledUnit, TemporalColumn, TemporalFidelity,
};
pub use series::{autocorrelation, lag_differences};
pub use shares::{chi_square_distance, entropy, total_variation_distance};
pub use table::MixedTable;
pub use table_fidelity::TableFidelity;
