//! Rows that are ordered in time.

use super::block_length::optimal;
use super::design::{Design, Sampling};
use super::sample::finite;
use super::samples::Samples;
use super::survey::side_by_side;
use super::{Column, Number};
use crate::error::Error;

/// How many consecutive rows of a time series are drawn together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum BlockLength {
    /// The largest [optimal length](crate::optimal_block_length) of the columns and of their absolute
    /// deviations from the median (which see what levels do not: calm and stormy times), rounded up; at most
    /// half of the shortest series. One column with a long memory makes blocks long for all: leave columns out
    /// that are not compared.
    #[default]
    Automatic,
    /// This many rows.
    Rows(usize),
}

impl Samples {
    /// Says that the rows of paired columns are ordered in time: returns of several portfolios over the same
    /// months. Row i + 1 follows row i; rows near each other may depend on each other.
    ///
    /// Blocks of consecutive rows are drawn together (by default circular blocks, which start anywhere and go
    /// on at the first row after the last), analytic standard errors take covariances between rows up to the
    /// block length, and the guard exchanges whole blocks.
    ///
    /// ```
    /// use risk_sd::{BlockLength, Sampling, Samples};
    ///
    /// let month = |i: usize, step: usize| ((i * step) % 17) as f64 / 100.0;
    /// let columns = [("fund", 5), ("index", 7)];
    /// let returns = columns.map(|(name, step)| (name, (0..60).map(|i| month(i, step)).collect::<Vec<_>>()));
    /// let samples = Samples::paired(returns)?.time_series(BlockLength::Rows(6))?;
    /// assert_eq!((samples.sampling(), samples.block_length()), (Sampling::TimeSeries, Some(6)));
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::WrongSampling`] unless the columns are paired; [`Error::DesignConflict`] for weights, clusters or
    /// strata; [`Error::BlockTooLong`] unless the series has at least two blocks; [`Error::BlockOfNothing`] for
    /// a length of 0.
    pub fn time_series(self, block_length: BlockLength) -> Result<Samples, Error> {
        let weighted = self.columns.iter().any(|column| column.sample.weights().is_some());
        let (Sampling::Paired, Some(rows), false) = (self.sampling, self.shared_units, weighted) else {
            return Err(self.not_a_series());
        };
        let columns: Vec<Vec<f64>> = self.columns.iter().map(Column::in_order).collect();
        let block_length = block_length.rows(&columns)?;
        let design = Design::of_series(block_length, vec![rows]);
        Ok(Samples { sampling: Sampling::TimeSeries, design, ..self })
    }

    /// Columns that are time series of their own, of any lengths, independent of each other: returns of two
    /// assets over different years.
    ///
    /// ```
    /// use risk_sd::{BlockLength, Samples};
    ///
    /// let daily = |days: usize, step: usize| (0..days).map(move |i| ((i * step) % 19) as f64).collect::<Vec<_>>();
    /// let samples = Samples::independent_series([("new", daily(80, 3)), ("old", daily(120, 5))], BlockLength::Automatic)?;
    /// assert_eq!(samples.units(), Some(200));
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Samples::paired`] and [`Samples::time_series`], in the named column.
    pub fn independent_series<N: Into<String>, V: IntoIterator<Item = impl Number>>(
        columns: impl IntoIterator<Item = (N, V)>,
        block_length: BlockLength,
    ) -> Result<Samples, Error> {
        let single = |(name, values): (N, V)| {
            let name = name.into();
            let values = finite(values).map_err(|e| e.in_column(&name))?;
            Samples::paired([(name, &values)])
        };
        let singles = columns.into_iter().map(single).collect::<Result<Vec<_>, Error>>()?;
        let in_order: Vec<Vec<f64>> = singles.iter().map(|s| s.columns[0].in_order()).collect();
        let (columns, units) = side_by_side(&singles);
        let samples = Samples::checked(columns, Sampling::TimeSeries, Some(units))?;
        let block_length = block_length.rows(&in_order)?;
        let mut end = 0;
        let ends = in_order.iter().map(|series| {
            end += series.len();
            end
        });
        Ok(Samples { design: Design::of_series(block_length, ends.collect()), ..samples })
    }

    fn not_a_series(&self) -> Error {
        let reason = "blocks of consecutive rows would cut across them";
        let conflict = |second| Error::DesignConflict { first: "a time series", second, reason };
        match self.sampling {
            Sampling::Paired => conflict("weights"),
            Sampling::Clustered => conflict("clusters"),
            Sampling::Stratified => conflict("strata"),
            _ => Error::WrongSampling { needed: "paired columns" },
        }
    }
}

impl Column {
    /// The values in the order of their rows.
    fn in_order(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.sample.len()];
        for (&row, &value) in self.rows.iter().flatten().zip(self.sample.values()) {
            values[row as usize] = value;
        }
        values
    }
}

impl BlockLength {
    fn rows(self, columns: &[Vec<f64>]) -> Result<usize, Error> {
        let shortest = columns.iter().map(Vec::len).min().unwrap_or(0);
        match self {
            BlockLength::Rows(0) => Err(Error::BlockOfNothing),
            BlockLength::Rows(length) if length > shortest / 2 => {
                Err(Error::BlockTooLong { length, rows: shortest })
            }
            BlockLength::Rows(length) => Ok(length),
            BlockLength::Automatic if shortest < 2 => {
                Err(Error::BlockTooLong { length: 1, rows: shortest })
            }
            BlockLength::Automatic => {
                let longest = columns.iter().map(|column| longest_memory(column)).fold(1.0, f64::max);
                Ok((longest.ceil() as usize).clamp(1, shortest / 2))
            }
        }
    }
}

/// The larger of the optimal lengths of a column and of its absolute deviations from the median.
fn longest_memory(values: &[f64]) -> f64 {
    // Halved, so that the difference of two values cannot overflow; a factor changes no length.
    let mut sorted: Vec<f64> = values.iter().map(|v| v / 2.0).collect();
    crate::kernels::sort::sort(&mut sorted);
    let median = sorted[sorted.len() / 2];
    let deviations: Vec<f64> = values.iter().map(|v| (v / 2.0 - median).abs()).collect();
    optimal(values).circular.max(optimal(&deviations).circular)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A long series of runs of ten rows asks for longer blocks than half of a series of four rows.
    #[test]
    fn automatic_blocks_fit_into_the_shortest_series() {
        let runs: Vec<f64> = (0..400).map(|i| f64::from(i / 10 * 7919 % 101)).collect();
        let short = vec![1.0, 3.0, 2.0, 5.0];
        assert!(longest_memory(&runs) > 3.0);
        assert_eq!(BlockLength::Automatic.rows(&[runs, short.clone()]), Ok(2));
        assert_eq!(BlockLength::Rows(2).rows(std::slice::from_ref(&short)), Ok(2));
        let long = Error::BlockTooLong { length: 3, rows: 4 };
        assert_eq!(BlockLength::Rows(3).rows(&[short]), Err(long));
        let one = Error::BlockTooLong { length: 1, rows: 1 };
        assert_eq!(BlockLength::Automatic.rows(&[vec![1.0]]), Err(one));
        assert_eq!(BlockLength::Automatic.rows(&[vec![1.0, 2.0]]), Ok(1));
    }

    /// Signs without memory, sizes that stay high or low for twenty rows: the memory is that of the sizes.
    #[test]
    fn the_memory_of_deviations_counts_at_every_scale() {
        let sign = |i: u32| if i * i * i % 1009 < 504 { 1.0 } else { -1.0 };
        let size = |i: u32| if (i / 20).is_multiple_of(2) { 3.0 } else { 1.0 + f64::from(i % 7) / 10.0 };
        let series: Vec<f64> = (0..401).map(|i| 10.0 + sign(i) * size(i)).collect();
        let mut sorted = series.clone();
        sorted.sort_by(f64::total_cmp);
        let deviations: Vec<f64> = series.iter().map(|v| (v - sorted[200]).abs()).collect();
        let expected = optimal(&deviations).circular;
        assert!(expected > 2.0 * optimal(&series).circular);
        for scale in [1.0, 2f64.powi(1019), 2f64.powi(-1000)] {
            let scaled: Vec<f64> = series.iter().map(|v| v * scale).collect();
            assert_eq!(longest_memory(&scaled), expected, "{scale}");
        }
    }
}
