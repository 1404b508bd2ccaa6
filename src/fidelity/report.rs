//! What the audit of a table found.

use super::columns::{CategoricalFidelity, NumericFidelity};
use super::dependence::DependenceFidelity;
use super::figure::Figure;
use super::novelty::Novelty;
use crate::inference::Warning;

/// How well a synthetic table follows the real one: column by column, in its dependence and in time, and how much of
/// it is copied. Made by [`TableFidelity`](crate::TableFidelity).
///
/// Prints as the table of a paper; holds all that is needed to run the audit again.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FidelityReport {
    /// Rows of the real table.
    pub rows_real: usize,
    /// Rows of the synthetic table.
    pub rows_synthetic: usize,
    /// Bins that were asked for; ties may leave fewer.
    pub bins: usize,
    /// The largest lag of autocorrelations.
    pub lags: usize,
    /// Bootstrap replicates; 0 without standard errors.
    pub replicates: usize,
    /// What was drawn in replicates.
    pub resampled: ResampledUnit,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// The columns, in the order of the real table.
    pub columns: Vec<ColumnFidelity>,
    /// Mean over all columns of the chi-square distance, in [0, 1].
    pub mean_chi_square: Figure,
    /// Of the numeric columns; `None` for fewer than two, or where it was not asked for.
    pub dependence: Option<DependenceFidelity>,
    /// Where rows belong to entities.
    pub temporal: Option<TemporalFidelity>,
    /// Whole rows that are the same, over all columns.
    pub novelty: Novelty,
    /// What to keep in mind when reading it.
    pub warnings: Vec<Warning>,
}

/// What a bootstrap of a table draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ResampledUnit {
    /// Rows, of each table by itself.
    Rows,
    /// Entities with all their rows, of each table by itself.
    Entities,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ColumnFidelity {
    /// Its name.
    pub name: String,
    /// Its figures, by its kind.
    pub figures: ColumnFigures,
}

/// The figures of a column of numbers or of levels.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[allow(missing_docs)] // the kinds of a column
#[non_exhaustive]
pub enum ColumnFigures {
    Numeric(NumericFidelity),
    Categorical(CategoricalFidelity),
}

/// How well synthetic series follow the real ones in time. No step crosses from one entity to another.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TemporalFidelity {
    /// Entities of the real table.
    pub entities_real: usize,
    /// Entities of the synthetic table.
    pub entities_synthetic: usize,
    /// W_1 of the numbers of rows per entity.
    pub length: Figure,
    /// The columns, in the order of the real table.
    pub columns: Vec<TemporalColumn>,
}

/// One column in time.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TemporalColumn {
    /// Its name.
    pub name: String,
    /// Its course, by its kind.
    pub course: Course,
}

/// The course in time of a column of numbers or of levels.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[allow(missing_docs)] // the kinds of a column
#[non_exhaustive]
pub enum Course {
    Numeric(NumericCourse),
    Categorical(CategoricalCourse),
}

/// The course of a column of numbers.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NumericCourse {
    /// W_1 of the [differences](crate::lag_differences) of successive rows, in units of the column.
    pub difference: Figure,
    /// Largest absolute difference of the [autocorrelations](crate::autocorrelation) of both tables over all lags;
    /// `None` where no lag has both.
    pub autocorrelation: Option<Figure>,
    /// The autocorrelations of the real table, from lag 1.
    pub autocorrelation_real: Vec<Option<f64>>,
    /// Those of the synthetic table.
    pub autocorrelation_synthetic: Vec<Option<f64>>,
}

/// The course of a column of levels.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CategoricalCourse {
    /// Total variation distance of the shares of transitions (this level, then that one), in [0, 1].
    pub transitions: Figure,
}

impl ColumnFidelity {
    /// The chi-square distance, which columns of both kinds have.
    pub fn chi_square(&self) -> Figure {
        match &self.figures {
            ColumnFigures::Numeric(figures) => figures.chi_square,
            ColumnFigures::Categorical(figures) => figures.chi_square,
        }
    }
}

impl ColumnFigures {
    /// The figures of a column of numbers.
    pub fn numeric(&self) -> Option<&NumericFidelity> {
        match self {
            ColumnFigures::Numeric(figures) => Some(figures),
            ColumnFigures::Categorical(_) => None,
        }
    }

    /// The figures of a column of levels.
    pub fn categorical(&self) -> Option<&CategoricalFidelity> {
        match self {
            ColumnFigures::Categorical(figures) => Some(figures),
            ColumnFigures::Numeric(_) => None,
        }
    }
}

impl Course {
    /// The course of a column of numbers.
    pub fn numeric(&self) -> Option<&NumericCourse> {
        match self {
            Course::Numeric(course) => Some(course),
            Course::Categorical(_) => None,
        }
    }

    /// The course of a column of levels.
    pub fn categorical(&self) -> Option<&CategoricalCourse> {
        match self {
            Course::Categorical(course) => Some(course),
            Course::Numeric(_) => None,
        }
    }
}
