//! Privacy by distances to the closest record: are synthetic rows closer to the training data than fresh rows are?

use std::fmt;
use std::ops::ControlFlow;

use super::columns::CommonLevels;
use super::nearest::{Axis, Tree};
use super::table::{Entities, MixedTable, NamedColumn, Values, matched, shared_entities};
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
/// would have if it were perfect. Synthetic rows nearer than that are closer than fresh rows: copies, perhaps with noise,
/// or rows concentrated where the data are dense. Which of the two, a control tells: the distances of a second real
/// table of the same size in place of the synthetic one. Larger distances are better, so the question is one of
/// dominance: the privacy statement is that of a [`DominanceTest`] at second order, which looks at the small distances
/// first, given the training table.
///
/// ```text
/// compared     min(distance, cap): the cap is the median of the held-out distances; where that is 0, the smallest
///              distance above 0 of either sample
/// some copied  whatever the test says, unless it says "closer": synthetic copies / rows > held-out copies / rows
/// ```
///
/// Without the cap rows far from the data would make up for copies. The comparison of the copies is a count, not a
/// test: a few copied rows are a leak before they are significant. In tables of few distinct rows chance alone gives
/// it half of the time.
///
/// Where held-out and synthetic rows belong to entities, these are the clusters of the test, those of one table
/// different from those of the other; without entities rows count as independent. Entities of the training table play
/// no part.
///
/// Far from the data is private but useless: pure noise passes. Read it beside [`TableFidelity`](crate::TableFidelity).
///
/// Exact, by a k-d tree of the training rows. With n training rows, m others and d columns: O(d n log n) to build,
/// O(d log n) a row where neighbours are near (copies, few or dependent columns), O(d n) a row at worst, where all
/// rows are about equally far. At 20,000 rows of 12 columns it takes a third (independent columns) to a tenth (columns
/// near a line) of the time of comparing all pairs. Rows are spread over threads under the feature `rayon`. Memory: one
/// more copy of the training table, and m numbers. A difference of less than 1e-154 scales counts as none.
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
    /// The distance beyond which nothing counts: the held-out median, or the smallest distance above 0.
    pub cap: f64,
    /// The test of min(distance, cap): A is "synthetic", B is "held-out".
    pub dominance: DominanceReport,
    /// What the test and the copies say.
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
    /// Held-out rows almost dominate: synthetic rows are closer to the training data than fresh rows are: copies, or
    /// rows concentrated where the data are dense.
    Closer,
    /// The test does not say that they are closer, but a larger share of synthetic than of held-out rows is at
    /// distance 0.
    SomeCopied,
    /// Synthetic rows almost dominate up to the cap, and no larger share of them is copied.
    NotCloser,
    /// Neither can be claimed: no evidence of copying, and none of distance.
    NotDistinguished,
    /// Both samples of distances are the same up to the cap.
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
    /// [`Error::NoEntities`] where only one of the held-out and the synthetic table has entities; those of [`DominanceTest::run`].
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
        let entities = shared_entities([("synthetic", synthetic), ("held-out", held_out)])?;
        let of_rows =
            [distances(&scales, &of_synthetic, reporter)?, distances(&scales, &of_held_out, reporter)?];
        let [synthetic, held_out] =
            [Sample::new(of_rows[0].as_slice())?, Sample::new(of_rows[1].as_slice())?];
        let cap = cap(&held_out, &synthetic)?;
        let samples = compared(of_rows, cap, entities)?;
        let listen = |progress: Progress| match reporter.report(progress) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        let dominance = self.test.run_with_progress(&samples, "synthetic", "held-out", listen)?;
        let copies = |sample: &Sample| sample.values().partition_point(|&distance| distance <= 0.0);
        let (synthetic_copies, held_out_copies) = (copies(&synthetic), copies(&held_out));
        let more_copies = synthetic_copies as u128 * held_out.len() as u128
            > held_out_copies as u128 * synthetic.len() as u128;
        let scales = training.names().zip(scales);
        Ok(ClosestRecordsReport {
            training_rows: training.rows(),
            held_out_copies,
            synthetic_copies,
            cap,
            scales: scales
                .filter_map(|(name, scale)| {
                    scale.map(|scale| ColumnScale { column: name.to_owned(), scale })
                })
                .collect(),
            finding: match dominance.outcome {
                Outcome::BAlmostDominates => PrivacyFinding::Closer,
                _ if more_copies => PrivacyFinding::SomeCopied,
                Outcome::AAlmostDominates => PrivacyFinding::NotCloser,
                Outcome::NotDistinguished => PrivacyFinding::NotDistinguished,
                Outcome::Equal => PrivacyFinding::Equal,
            },
            dominance,
            held_out,
            synthetic,
        })
    }
}

/// The distance beyond which nothing counts.
fn cap(held_out: &Sample, synthetic: &Sample) -> Result<f64, Error> {
    let median = held_out.quantile(0.5)?;
    if median > 0.0 {
        return Ok(median);
    }
    // At a cap of 0 every two samples would be equal.
    let smallest = |sample: &Sample| sample.values().iter().copied().find(|distance| *distance > 0.0);
    let found = [smallest(held_out), smallest(synthetic)].into_iter().flatten().reduce(f64::min);
    Ok(found.unwrap_or(0.0))
}

/// Synthetic and held-out distances up to the cap, in clusters where there are entities.
fn compared(
    [synthetic, held_out]: [Vec<f64>; 2],
    cap: f64,
    entities: Option<[&Entities; 2]>,
) -> Result<Samples, Error> {
    let capped = |distances: Vec<f64>| -> Vec<f64> {
        distances.into_iter().map(|distance| distance.min(cap)).collect()
    };
    let columns = [("synthetic", capped(synthetic)), ("held-out", capped(held_out))];
    let Some(entities) = entities else {
        let [a, b] = columns.map(|(name, values)| (name, Sample::new(values)));
        return Samples::independent([(a.0, a.1?), (b.0, b.1?)]);
    };
    // The number of the table makes the same number of an entity another cluster.
    let clusters = entities.into_iter().enumerate().map(|(table, entities)| {
        entities.of_row.iter().map(|entity| (table, *entity)).collect::<Vec<_>>()
    });
    let columns = columns.into_iter().zip(clusters);
    Samples::in_clusters(columns.map(|((name, values), clusters)| (name, values, clusters)))
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
                "synthetic rows are almost closer to the training data than held-out rows: copies, or rows where the data are dense"
            }
            PrivacyFinding::SomeCopied => {
                "a larger share of synthetic than of held-out rows are copies of training rows"
            }
            PrivacyFinding::NotCloser => {
                "synthetic rows are almost at least as far from the training data as held-out rows, up to the cap"
            }
            PrivacyFinding::NotDistinguished => {
                "neither synthetic nor held-out rows can be said to be closer to the training data"
            }
            PrivacyFinding::Equal => "synthetic and held-out rows are equally far, up to the cap",
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
        write!(f, "{}", self.finding)?;
        let test = &self.dominance;
        let directions =
            [("synthetic over held-out", &test.a_over_b), ("held-out over synthetic", &test.b_over_a)];
        for (name, direction) in directions {
            let Some(direction) = direction else { continue };
            write!(
                f,
                "\n{name}, distances up to {:.4}: violation ratio {:.4} (almost dominates below {}), p {:.4}, level {}",
                self.cap, direction.violation_ratio, test.threshold, direction.p_value, test.level
            )?;
        }
        Ok(())
    }
}
