//! Reports in words: the table of a paper.

use std::fmt;

use super::dependence::{ColumnPair, CorrelationDifference};
use super::figure::Figure;
use super::report::{ColumnFigures, Course, FidelityReport, ResampledUnit, TemporalFidelity};

/// Levels that are named before the rest is counted.
const NAMED_LEVELS: usize = 5;

impl fmt::Display for FidelityReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Fidelity of {} synthetic rows to {} real rows; {} bins",
            self.rows_synthetic, self.rows_real, self.bins
        )?;
        let units = match self.resampled {
            ResampledUnit::Rows => "rows",
            ResampledUnit::Entities => "entities",
        };
        match self.replicates {
            0 => writeln!(f)?,
            n => writeln!(f, "; ± from {n} bootstrap replicates of {units}, seed {}", self.seed)?,
        }
        write!(f, "\n{}", self.columns_as_table())?;
        writeln!(f, "mean chi-square distance of the columns: {}", self.mean_chi_square)?;
        self.write_levels(f)?;
        if let Some(dependence) = &self.dependence {
            writeln!(f, "\nDependence, absolute difference of correlations")?;
            write_difference(f, "Spearman's rho ", &dependence.spearman)?;
            if let Some(kendall) = &dependence.kendall {
                write_difference(f, "Kendall's tau-b", kendall)?;
            }
        }
        if let Some(temporal) = &self.temporal {
            write!(f, "\n{temporal}")?;
        }
        write!(f, "\nWhole rows: {}", self.novelty)?;
        self.warnings.iter().try_for_each(|warning| write!(f, "\nWarning: {warning}"))
    }
}

impl FidelityReport {
    fn columns_as_table(&self) -> Grid {
        let heads =
            ["column", "W_1", "W_2", "energy", "KS or TV", "chi-square", "H real", "H synthetic"];
        let row = |(name, figures): (&String, &ColumnFigures)| {
            let figures = match figures {
                ColumnFigures::Numeric(n) => [
                    Some(n.wasserstein_1),
                    Some(n.wasserstein_2),
                    Some(n.energy),
                    Some(n.kolmogorov_smirnov),
                    Some(n.chi_square),
                    Some(n.entropy_real),
                    Some(n.entropy_synthetic),
                ],
                ColumnFigures::Categorical(c) => [
                    None,
                    None,
                    None,
                    Some(c.total_variation),
                    Some(c.chi_square),
                    Some(c.entropy_real),
                    Some(c.entropy_synthetic),
                ],
            };
            [name.clone()].into_iter().chain(figures.map(cell)).collect()
        };
        Grid::new(&heads, self.columns.iter().map(|column| row((&column.name, &column.figures))))
    }

    fn write_levels(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for column in &self.columns {
            let ColumnFigures::Categorical(figures) = &column.figures else { continue };
            let sides = [("real", &figures.only_in_real), ("synthetic", &figures.only_in_synthetic)];
            for (table, levels) in sides.into_iter().filter(|(_, levels)| !levels.is_empty()) {
                write!(f, "{}, only in the {table} table:", column.name)?;
                for level in levels.iter().take(NAMED_LEVELS) {
                    write!(f, " '{}' ({})", level.level, level.rows)?;
                }
                match levels.len().saturating_sub(NAMED_LEVELS) {
                    0 => writeln!(f)?,
                    more => writeln!(f, " and {more} more levels")?,
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for TemporalFidelity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "In time: {} synthetic against {} real entities; W_1 of their numbers of rows {}",
            self.entities_synthetic, self.entities_real, self.length
        )?;
        let heads = ["column", "W_1 of steps", "largest ACF difference", "TV of transitions"];
        let rows = self.columns.iter().map(|column| {
            let cells = match &column.course {
                Course::Numeric(n) => [Some(n.difference), n.autocorrelation, None],
                Course::Categorical(c) => [None, None, Some(c.transitions)],
            };
            [column.name.clone()].into_iter().chain(cells.map(cell)).collect()
        });
        write!(f, "{}", Grid::new(&heads, rows))
    }
}

fn write_difference(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    difference: &CorrelationDifference,
) -> fmt::Result {
    write!(f, "  {name}  ")?;
    match (&difference.mean, &difference.largest, &difference.at) {
        (Some(mean), Some(largest), Some(ColumnPair { a, b })) => {
            write!(f, "mean {mean}, largest {largest} ({a}, {b}), {} pairs", difference.pairs)?;
        }
        _ => write!(f, "no pair of columns that vary in both tables")?,
    }
    match difference.undefined.len() {
        0 => writeln!(f),
        left_out => writeln!(f, "; {left_out} with a constant column left out"),
    }
}

fn cell(figure: Option<Figure>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| figure.to_string())
}

/// Cells in columns: the first to the left, the others to the right.
struct Grid {
    rows: Vec<Vec<String>>,
    widths: Vec<usize>,
}

impl Grid {
    fn new(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Grid {
        let heads = heads.iter().map(|head| (*head).to_owned()).collect();
        let rows: Vec<Vec<String>> = [heads].into_iter().chain(rows).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths = (0..rows[0].len()).map(|column| width(column).unwrap_or(0)).collect();
        Grid { rows, widths }
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            write!(f, "  {:width$}", row[0], width = self.widths[0])?;
            for (cell, width) in row.iter().zip(&self.widths).skip(1) {
                write!(f, "  {cell:>width$}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
