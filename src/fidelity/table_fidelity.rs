//! The audit of a table: all figures, with errors.

use std::ops::ControlFlow;

use super::bins;
use super::correlation::Ranked;
use super::dependence::{Dependence, PairValues, of_pairs};
use super::duplicates::row_novelty;
use super::figure::{Figure, spread};
use super::prepared::Prepared;
use super::replicate::{Buffers, Replicates, Units, push_differences};
use super::report::FidelityReport;
use super::series::{self, Series};
use super::table::{MixedTable, NamedColumn, matched, shared_entities};
use super::waves::in_waves;
use crate::error::Error;
use crate::inference::guard::at_most_maximum;
use crate::kernels::counts::Counts;
use crate::kernels::sort;
use crate::resampling::{Bootstrap, BootstrapMethod, Progress, Reporter, Span, Stage, fold_chunks};
use crate::sample::Sample;
use crate::transport::wasserstein;

/// How well does a synthetic table follow the real one?
///
/// Of every column of numbers the distances of [`NumericFidelity`](crate::NumericFidelity), of every column of levels those of
/// [`CategoricalFidelity`](crate::CategoricalFidelity); of the numeric columns together the differences of their rank correlations; where rows
/// belong to entities, the course in time: steps from row to row, autocorrelations, transitions of levels, rows per
/// entity; and how many rows are copies. Columns are matched by name; the tables may have different numbers of rows.
///
/// Standard errors, where asked for, are the spread of bootstrap replicates: in each, both tables are drawn again,
/// row by row, or entity by entity where there are entities; everything is computed from them, bins included.
///
/// They are too small for tables of fewer than 300 rows (the report [warns](crate::Warning)) and too large where both
/// tables have one law; a figure plus or minus 1.96 errors holds the mean of the figure, not 0, since distances are
/// biased upward.
///
/// What two real tables would show is the measure of a good figure: audit held-out real rows in the same way.
/// Copying the real table is perfect fidelity; [`ClosestRecords`](crate::ClosestRecords) tells.
///
/// ```
/// use risk_sd::{MixedTable, TableFidelity};
///
/// let amounts = [12.0, 3.5, 80.0, 41.0];
/// let real = MixedTable::new().numeric("amount", &amounts).categorical("kind", ["a", "b", "a", "a"]);
/// let amounts = [10.0, 5.5, 75.0];
/// let synthetic = MixedTable::new().categorical("kind", ["a", "a", "c"]).numeric("amount", &amounts);
///
/// let report = TableFidelity::new().run(&real, &synthetic)?;
/// assert_eq!(report.columns[0].name, "amount");
/// assert_eq!(report.novelty.novelty_rate, 1.0);
/// println!("{report}");
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost O(k n log n) for the columns and O(k^2 n log n) for Kendall's tau, per replicate without the sorting; columns,
/// pairs and replicates are spread over threads under the feature `rayon`. Memory without replicates about 8 bytes
/// a cell of both tables (orders and ranks), with replicates 16, beside the tables themselves.
///
/// Reference: the tables of Padhi et al. 2021 and of papers on tabular generators since.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[doc(alias = "synthetic data quality")]
pub struct TableFidelity {
    pub(super) bins: usize,
    pub(super) lags: usize,
    pub(super) dependence: Dependence,
    pub(super) bootstrap: Option<Bootstrap>,
}

impl Default for TableFidelity {
    fn default() -> Self {
        TableFidelity::new()
    }
}

impl TableFidelity {
    /// 10 bins, lags up to 10, both rank correlations, no standard errors.
    pub const fn new() -> TableFidelity {
        let dependence = Dependence::SpearmanAndKendall;
        TableFidelity { bins: 10, lags: 10, dependence, bootstrap: None }
    }

    /// At most so many [bins](crate::QuantileBins) for chi-square and entropy of numbers, at least 2.
    #[must_use]
    pub const fn bins(mut self, bins: usize) -> TableFidelity {
        self.bins = bins;
        self
    }

    /// The largest lag of autocorrelations, at least 1.
    #[must_use]
    pub const fn lags(mut self, lags: usize) -> TableFidelity {
        self.lags = lags;
        self
    }

    /// Which rank correlations are compared.
    #[must_use]
    pub const fn dependence(mut self, dependence: Dependence) -> TableFidelity {
        self.dependence = dependence;
        self
    }

    /// Standard errors from these replicates.
    #[must_use]
    pub const fn bootstrap(mut self, bootstrap: Bootstrap) -> TableFidelity {
        self.bootstrap = Some(bootstrap);
        self
    }

    /// Compares the tables.
    ///
    /// # Errors
    /// [`Error::InvalidBins`], [`Error::NoLags`], [`Error::TooManyLags`], [`Error::TooFewReplicates`] (two at least),
    /// [`Error::TooManyReplicates`], [`Error::WrongMethod`] for settings; [`Error::InTable`] for a bad table, which names
    /// the column and the row; [`Error::UnmatchedColumn`], [`Error::DifferentKinds`]; [`Error::NoEntities`] where one table has entities only;
    /// [`Error::SeriesTooShort`] where no entity of a table has two rows; [`Error::OutOfRange`] in a column whose
    /// distance is beyond the range of f64.
    pub fn run(&self, real: &MixedTable, synthetic: &MixedTable) -> Result<FidelityReport, Error> {
        self.run_reporting(real, synthetic, &mut Reporter::silent())
    }

    /// As [`TableFidelity::run`], telling `progress` how far it has come: in columns, pairs of columns and replicates.
    ///
    /// # Errors
    /// Also [`Error::Cancelled`] where `progress` breaks.
    pub fn run_with_progress(
        &self,
        real: &MixedTable,
        synthetic: &MixedTable,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<FidelityReport, Error> {
        self.run_reporting(real, synthetic, &mut Reporter::to(&mut progress))
    }

    fn run_reporting(
        &self,
        real: &MixedTable,
        synthetic: &MixedTable,
        reporter: &mut Reporter<'_>,
    ) -> Result<FidelityReport, Error> {
        self.check()?;
        let matched = matched([("real", real), ("synthetic", synthetic)])?;
        let tables = [real, synthetic];
        let series = series_of(tables)?;
        let mut observed = self.observe(&matched, series.as_ref(), reporter)?;
        let names: Vec<String> = matched.iter().map(|pair| pair[0].name.clone()).collect();
        let rows = tables.map(MixedTable::rows);
        let novelty = row_novelty(&matched, &observed.columns, rows);
        let errors = match self.bootstrap {
            None => Vec::new(),
            Some(bootstrap) => {
                let units = [0, 1].map(|side| Units {
                    rows: rows[side],
                    entities: tables[side].entities.as_ref(),
                    lengths: series.as_ref().map(|series| lengths(&series[side])),
                });
                self.standard_errors(bootstrap, (&names, &observed.columns), units, reporter)?
            }
        };
        let figures = std::mem::take(&mut observed.figures);
        let figure =
            |(place, value)| Figure { value, standard_error: errors.get(place).copied().flatten() };
        let figures = figures.into_iter().enumerate().map(figure);
        let counts = tables.map(|table| table.entities.as_ref().map_or(0, |entities| entities.count));
        Ok(self.assemble(names, rows, counts, observed, novelty, figures))
    }

    fn check(&self) -> Result<(), Error> {
        bins::check(self.bins)?;
        series::check_lags(self.lags)?;
        match self.bootstrap {
            Some(Bootstrap { replicates: found @ ..2, .. }) => {
                Err(Error::TooFewReplicates { what: "bootstrap", found, needed: 2 })
            }
            Some(Bootstrap { method: BootstrapMethod::MovingBlocks, .. }) => {
                Err(not_of_tables("moving blocks"))
            }
            Some(Bootstrap { method: BootstrapMethod::BayesianWeights, .. }) => {
                Err(not_of_tables("Bayesian weights"))
            }
            Some(Bootstrap { replicates, .. }) => at_most_maximum("bootstrap", replicates).map(drop),
            None => Ok(()),
        }
    }

    /// All figures of the tables as they are.
    fn observe<'t>(
        &self,
        matched: &[[&'t NamedColumn<'t>; 2]],
        series: Option<&[Series; 2]>,
        reporter: &mut Reporter<'_>,
    ) -> Result<Observed<'t>, Error> {
        let of_columns = in_waves(
            matched.len(),
            (Stage::Columns, |columns| columns),
            reporter,
            Counts::default,
            |spread, column| self.observe_column(matched[column], series, spread),
        )?;
        let mut observed = Observed::default();
        let mut courses = Vec::new();
        for column in of_columns {
            let column = column?;
            observed.columns.push(column.prepared);
            observed.figures.extend(column.figures);
            courses.extend(column.course);
            observed.autocorrelations.push(column.autocorrelations);
        }
        observed.figures.push(mean_chi_square(&observed.columns, &observed.figures));
        if self.dependence != Dependence::Off {
            let sides = [0, 1].map(|side| {
                observed
                    .columns
                    .iter()
                    .filter_map(|column| column.ranked(side))
                    .collect::<Vec<&Ranked>>()
            });
            let mut values = of_pairs(self.dependence, &[&sides[0], &sides[1]], reporter)?;
            let synthetic = values.split_off(values.len() / 2);
            push_differences(self.dependence, [&values, &synthetic], &mut observed.figures);
            observed.pairs = [values, synthetic];
        }
        if let Some([real, synthetic]) = series {
            let [(real, _), (synthetic, _)] = [lengths(real), lengths(synthetic)];
            observed.figures.push(wasserstein(1.0, &real, &synthetic)?);
            observed.figures.extend(courses);
        }
        Ok(observed)
    }

    fn observe_column<'t>(
        &self,
        pair: [&'t NamedColumn<'t>; 2],
        series: Option<&[Series; 2]>,
        spread: &mut Counts,
    ) -> Result<ObservedColumn<'t>, Error> {
        let prepared = Prepared::new(pair, series, self.lags)?;
        let (mut figures, mut course) = (Vec::new(), Vec::new());
        let name = |error: Error| error.in_column(&pair[0].name);
        prepared.figures(self.bins, None, spread, &mut figures).map_err(name)?;
        prepared.course(None, spread, &mut course).map_err(name)?;
        let autocorrelations = prepared.autocorrelations();
        let prepared = if self.bootstrap.is_some() { prepared } else { prepared.ranks_only() };
        Ok(ObservedColumn { prepared, figures, course, autocorrelations })
    }

    /// The spread of each figure over the replicates in which it is defined.
    fn standard_errors(
        &self,
        bootstrap: Bootstrap,
        (names, columns): (&[String], &[Prepared]),
        units: [Units; 2],
        reporter: &mut Reporter<'_>,
    ) -> Result<Vec<Option<f64>>, Error> {
        let (bins, dependence, seed) = (self.bins, self.dependence, bootstrap.seed);
        let replicates = Replicates { names, columns, units, bins, dependence, seed };
        let total = bootstrap.replicates;
        let span = Span { stage: Stage::Bootstrap, done_before: 0, total };
        let mut of_figures: Vec<Vec<f64>> = Vec::new();
        let mut failed = None;
        let work = |buffers: &mut Buffers, range: std::ops::Range<usize>| {
            range.map(|replicate| replicates.figures(replicate, buffers)).collect::<Result<Vec<_>, _>>()
        };
        fold_chunks(total, &span, reporter, Buffers::default, work, |chunk| match chunk {
            Ok(chunk) => {
                for figures in chunk {
                    of_figures.resize_with(figures.len(), Vec::new);
                    for (all, figure) in of_figures.iter_mut().zip(figures) {
                        all.extend(Some(figure).filter(|figure| !figure.is_nan()));
                    }
                }
            }
            Err(error) => failed = failed.take().or(Some(error)),
        })?;
        match failed {
            Some(error) => Err(error),
            None => of_figures.iter().map(|figures| spread(figures)).collect(),
        }
    }
}

/// The refusal of a bootstrap that knows no tables.
fn not_of_tables(method: &'static str) -> Error {
    let reason = "rows, or whole entities, are drawn";
    Error::WrongMethod { method, sampling: "rows of tables", reason }
}

/// What the tables as they are show.
#[derive(Default)]
pub(super) struct Observed<'t> {
    pub(super) columns: Vec<Prepared<'t>>,
    figures: Vec<f64>,
    /// Of the real and of the synthetic table.
    pub(super) pairs: [Vec<PairValues>; 2],
    pub(super) autocorrelations: Vec<Option<[Vec<Option<f64>>; 2]>>,
}

struct ObservedColumn<'t> {
    prepared: Prepared<'t>,
    figures: Vec<f64>,
    course: Vec<f64>,
    autocorrelations: Option<[Vec<Option<f64>>; 2]>,
}

/// The series of both tables, where both have entities.
fn series_of(tables: [&MixedTable; 2]) -> Result<Option<[Series; 2]>, Error> {
    const NAMES: [&str; 2] = ["real", "synthetic"];
    let Some(entities) = shared_entities([(NAMES[0], tables[0]), (NAMES[1], tables[1])])? else {
        return Ok(None);
    };
    let series = entities.map(Series::of);
    for (series, name) in series.iter().zip(NAMES) {
        series.check(1).map_err(|error| error.in_table(name))?;
    }
    Ok(Some(series))
}

/// Rows per entity, ascending, and the entity of each.
fn lengths(series: &Series) -> (Sample, Vec<u32>) {
    let lengths = series.lengths();
    let order = sort::argsort(&lengths);
    let sorted = order.iter().map(|entity| lengths[*entity as usize]);
    (Sample::from_ascending(sorted.collect()), order)
}

/// Of all columns, from their figures one after another.
pub(super) fn mean_chi_square(columns: &[Prepared], figures: &[f64]) -> f64 {
    let (mut sum, mut start) = (0.0, 0);
    for column in columns {
        let (place, count) = column.place_of_chi_square();
        sum += figures[start + place];
        start += count;
    }
    sum / columns.len() as f64
}
