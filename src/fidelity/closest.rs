//! Privacy by distances to the closest record: are synthetic rows closer to the training data than fresh rows are?

use std::fmt;
use std::ops::ControlFlow;

use super::columns::CommonLevels;
use super::nearest::{Axis, Tree};
use super::table::{MixedTable, NamedColumn, Values, matched};
use super::waves::in_waves;
use crate::dominance::Order;
use crate::error::Error;
use crate::inference::{DominanceReport, DominanceTest, Outcome};
use crate::resampling::{Progress, Reporter, Stage};
use crate::sample::{Sample, Samples};
use crate::transport::wasserstein;

/// Rows searched by one thread before it takes the next.
const ROWS_PER_PIECE: usize = 256;

/// Does a generator copy its training data? Distances to the closest record, compared by second-order dominance.
///
/// ```text
/// distance of a row        min over the rows of the training table of
///                          sqrt( sum over numeric columns ((x - y) / scale)^2 + number of categorical columns that differ )
/// scale                    the interquartile range of the training column; where that is 0, its mean absolute
///                          deviation from the median; a constant column adds 1 where it differs
/// synthetic, held-out      the distances of their rows: two samples
/// ```
///
/// Held-out rows are real rows that the generator has not seen: their distances are what a generator without memory
/// would have if it were perfect. A synthetic row that is nearer than that has been copied, perhaps with noise. Larger
/// distances are better, so the question is one of dominance: the privacy statement is that of a [`DominanceTest`]
/// at second order, which looks at the small distances first, given the training table. Rows count as independent;
/// with several rows per entity take one of each.
///
/// Far from the data is private but useless: pure noise passes. Read it beside [`TableFidelity`](crate::TableFidelity).
///
/// Exact, by a k-d tree of the training rows. With n training rows, m others and d columns: O(d n log n) to build,
/// O(d log n) a row where neighbours are near (copies, few or dependent columns), O(d n) a row at worst, where all
/// rows are about equally far. At 20,000 rows of 12 columns it takes a third (independent columns) to a tenth (columns
/// near a line) of the time of comparing all pairs. Rows are spread over threads under the feature `rayon`. Memory: one more copy of the training table, and m numbers. A difference of less
/// than 1e-154 scales counts as none.
///
/// References: Park et al. 2018 (distance to the closest record); Platzer, Reutterer 2021 (against held-out rows).
///
/// ```
/// use risk_sd::{ClosestRecords, MixedTable, PrivacyFinding};
///
/// let (training, held_out): (Vec<f64>, Vec<f64>) =
///     (0..400).map(|i| (f64::from(i * 7919 % 1009), f64::from(i * 104_729 % 1013))).unzip();
/// let copied: Vec<f64> = training.iter().map(|value| value + 0.001).collect();
/// let [training, held_out, copied] =
///     [&training, &held_out, &copied].map(|values| MixedTable::new().numeric("x", values));
/// let report = ClosestRecords::new().run(&training, &held_out, &copied)?;
/// assert_eq!(report.finding, PrivacyFinding::Closer);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[doc(alias = "DCR")]
#[doc(alias = "distance to closest record")]
#[doc(alias = "nearest neighbour")]
pub struct ClosestRecords {
    test: DominanceTest,
}

impl Default for ClosestRecords {
    fn default() -> Self {
        ClosestRecords::new()
    }
}

/// The distances of synthetic and of held-out rows to the training table, and what they say. Made by
/// [`ClosestRecords`].
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ClosestRecordsReport {
    /// Rows of the training table.
    pub training_rows: usize,
    /// Distances of the held-out rows, ascending.
    pub held_out: Sample,
    /// Distances of the synthetic rows, ascending.
    pub synthetic: Sample,
    /// Held-out rows at distance 0.
    pub held_out_copies: usize,
    /// Synthetic rows at distance 0.
    pub synthetic_copies: usize,
    /// The scale of each numeric column; 0 for a constant one.
    pub scales: Vec<ColumnScale>,
    /// The test: A is "synthetic", B is "held-out".
    pub dominance: DominanceReport,
    /// What the test says.
    pub finding: PrivacyFinding,
}

/// What a difference in a numeric column was divided by.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ColumnScale {
    /// The column.
    pub column: String,
    /// Its scale; 0 for a constant column.
    pub scale: f64,
}

/// What distances to the closest record say about a generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum PrivacyFinding {
    /// Held-out rows almost dominate: synthetic rows are closer to the training data than fresh rows are.
    Closer,
    /// Synthetic rows almost dominate: they keep at least the distance that fresh rows have.
    NotCloser,
    /// Neither can be claimed: no evidence of copying, and none of distance.
    NotDistinguished,
    /// Both samples of distances are the same.
    Equal,
}

impl ClosestRecords {
    /// Compared by a [`DominanceTest`] at second order with its defaults.
    pub const fn new() -> ClosestRecords {
        ClosestRecords { test: DominanceTest::new(Order::Second) }
    }

    /// Compared by this test: its order, threshold, level, bootstrap and seed.
    #[must_use]
    pub const fn test(mut self, test: DominanceTest) -> ClosestRecords {
        self.test = test;
        self
    }

    /// Searches the closest training row of every held-out and synthetic row, and compares the distances.
    ///
    /// # Errors
    /// [`Error::InTable`] for a bad table; [`Error::UnmatchedColumn`], [`Error::DifferentKinds`]; in the named
    /// column, [`Error::OutOfRange`] for a scale beyond the range of f64; [`Error::OutOfRange`] for such a distance;
    /// those of [`DominanceTest::run`].
    pub fn run(
        &self,
        training: &MixedTable,
        held_out: &MixedTable,
        synthetic: &MixedTable,
    ) -> Result<ClosestRecordsReport, Error> {
        self.run_reporting(training, held_out, synthetic, &mut Reporter::silent())
    }

    /// As [`ClosestRecords::run`], telling `progress` how far it has come, at fixed numbers of rows.
    ///
    /// # Errors
    /// Also [`Error::Cancelled`] where `progress` breaks.
    pub fn run_with_progress(
        &self,
        training: &MixedTable,
        held_out: &MixedTable,
        synthetic: &MixedTable,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ClosestRecordsReport, Error> {
        self.run_reporting(training, held_out, synthetic, &mut Reporter::to(&mut progress))
    }

    fn run_reporting(
        &self,
        training: &MixedTable,
        held_out: &MixedTable,
        synthetic: &MixedTable,
        reporter: &mut Reporter<'_>,
    ) -> Result<ClosestRecordsReport, Error> {
        let of_held_out = matched([("training", training), ("held-out", held_out)])?;
        let of_synthetic = matched([("training", training), ("synthetic", synthetic)])?;
        let scales = scales(training)?;
        let far = Sample::new(distances(&scales, &of_held_out, reporter)?)?;
        let near = Sample::new(distances(&scales, &of_synthetic, reporter)?)?;
        let samples = Samples::independent([("synthetic", near.clone()), ("held-out", far.clone())])?;
        let listen = |progress: Progress| match reporter.report(progress) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        let dominance = self.test.run_with_progress(&samples, "synthetic", "held-out", listen)?;
        let copies = |sample: &Sample| sample.values().partition_point(|&distance| distance <= 0.0);
        let scales = training.names().zip(scales);
        Ok(ClosestRecordsReport {
            training_rows: training.rows(),
            held_out_copies: copies(&far),
            synthetic_copies: copies(&near),
            held_out: far,
            synthetic: near,
            scales: scales
                .filter_map(|(name, scale)| {
                    scale.map(|scale| ColumnScale { column: name.to_owned(), scale })
                })
                .collect(),
            finding: match dominance.outcome {
                Outcome::AAlmostDominates => PrivacyFinding::NotCloser,
                Outcome::BAlmostDominates => PrivacyFinding::Closer,
                Outcome::NotDistinguished => PrivacyFinding::NotDistinguished,
                Outcome::Equal => PrivacyFinding::Equal,
            },
            dominance,
        })
    }
}

/// How far is each row of a table from the closest row of the training table? In the order of the rows.
///
/// The distance is that of [`ClosestRecords`], which compares two such samples.
///
/// # Errors
/// As [`ClosestRecords::run`], without those of the test.
///
/// ```
/// use risk_sd::{MixedTable, closest_record_distances};
///
/// let (x, y) = ([0.0, 1.0, 2.0, 3.0, 4.0], [0.5, 4.0]);
/// let training = MixedTable::new().numeric("x", &x).categorical("k", ["a", "a", "a", "b", "b"]);
/// let rows = MixedTable::new().numeric("x", &y).categorical("k", ["a", "c"]);
/// // Interquartile range 3 - 1 = 2: (0.5 / 2)^2; at no distance but of another level.
/// assert_eq!(closest_record_distances(&training, &rows)?, [0.25, 1.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn closest_record_distances(training: &MixedTable, rows: &MixedTable) -> Result<Vec<f64>, Error> {
    let columns = matched([("training", training), ("other", rows)])?;
    distances(&scales(training)?, &columns, &mut Reporter::silent())
}

/// The scale of each column of a table; `None` for levels.
fn scales(training: &MixedTable) -> Result<Vec<Option<f64>>, Error> {
    let scale = |column: &NamedColumn| match column.values {
        Values::Numeric(values) => {
            robust_scale(values).map(Some).map_err(|error| error.in_column(&column.name))
        }
        Values::Categorical(_) => Ok(None),
    };
    training.columns.iter().map(scale).collect()
}

/// Interquartile range, mean absolute deviation from the median, or 0.
fn robust_scale(values: &[f64]) -> Result<f64, Error> {
    let sample = Sample::new(values)?;
    let range = sample.quantile(0.75)? - sample.quantile(0.25)?;
    let scale = match range {
        // W_1 to a point is the mean absolute deviation from it.
        0.0 => wasserstein(1.0, &sample, &Sample::new([sample.quantile(0.5)?])?)?,
        range => range,
    };
    match scale == 0.0 || (scale.is_normal() && (1.0 / scale).is_normal()) {
        true => Ok(scale),
        false => Err(Error::OutOfRange { what: "the scale of a column" }),
    }
}

/// The distance of each row of the second table to the closest of the first.
fn distances(
    scales: &[Option<f64>],
    columns: &[[&NamedColumn; 2]],
    reporter: &mut Reporter<'_>,
) -> Result<Vec<f64>, Error> {
    let axis = |scale: &Option<f64>| match scale {
        Some(scale) if *scale > 0.0 => Axis::Numeric(1.0 / scale),
        _ => Axis::Nominal,
    };
    let axes = scales.iter().map(axis).collect();
    let levels: Vec<Option<[Vec<f64>; 2]>> = columns.iter().map(common_levels).collect();
    let side = |side: usize| -> Vec<&[f64]> {
        let columns = columns.iter().zip(&levels);
        columns
            .map(|(pair, levels)| match (&pair[side].values, levels) {
                (_, Some(levels)) => levels[side].as_slice(),
                (Values::Numeric(values), None) => values,
                (Values::Categorical(_), None) => &[],
            })
            .collect()
    };
    let tree = Tree::new(axes, &side(0));
    let points = side(1);
    let rows = points[0].len();
    let pieces = rows.div_ceil(ROWS_PER_PIECE);
    let steps = |pieces: usize| (pieces * ROWS_PER_PIECE).min(rows);
    let found = in_waves(
        pieces,
        (Stage::ClosestRecords, steps),
        reporter,
        || vec![0.0; points.len()],
        |point, piece| {
            let distance = |row: usize| {
                point.iter_mut().zip(&points).for_each(|(x, column)| *x = column[row]);
                tree.nearest(point).sqrt()
            };
            (steps(piece)..steps(piece + 1)).map(distance).collect::<Vec<f64>>()
        },
    )?;
    let found = found.concat();
    match found.iter().all(|distance| distance.is_finite()) {
        true => Ok(found),
        false => Err(Error::OutOfRange { what: "a distance to the closest record" }),
    }
}

/// Levels of a column as numbers, the same for the same level in both tables.
fn common_levels(pair: &[&NamedColumn; 2]) -> Option<[Vec<f64>; 2]> {
    let [Values::Categorical(a), Values::Categorical(b)] = pair.map(|column| &column.values) else {
        return None;
    };
    let common = CommonLevels::of([a, b]);
    Some([common.numbers(0, a), common.numbers(1, b)])
}

impl fmt::Display for PrivacyFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            PrivacyFinding::Closer => {
                "synthetic rows are closer to the training data than held-out rows are"
            }
            PrivacyFinding::NotCloser => {
                "synthetic rows are at least as far from the training data as held-out rows"
            }
            PrivacyFinding::NotDistinguished => {
                "neither synthetic nor held-out rows can be said to be closer to the training data"
            }
            PrivacyFinding::Equal => "synthetic and held-out rows are equally far",
        })
    }
}

impl fmt::Display for ClosestRecordsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Distance to the closest of {} training rows, in robust scales of the columns",
            self.training_rows
        )?;
        writeln!(
            f,
            "{:<10}  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}",
            "", "rows", "copies", "5 %", "median", "mean"
        )?;
        let sides = [
            ("synthetic", &self.synthetic, self.synthetic_copies),
            ("held-out", &self.held_out, self.held_out_copies),
        ];
        for (name, distances, copies) in sides {
            let quantile = |p: f64| distances.quantile(p).unwrap_or_default();
            writeln!(
                f,
                "{name:<10}  {:>8}  {copies:>8}  {:>8.4}  {:>8.4}  {:>8.4}",
                distances.len(),
                quantile(0.05),
                quantile(0.5),
                distances.mean()
            )?;
        }
        write!(f, "{}", self.finding)
    }
}
