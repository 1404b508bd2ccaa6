//! What to keep in mind when reading a result: the cases in which simulation found a method too liberal.

use super::guard::Guard;
use super::influence::Influence;
use super::moments::sums_of_units;
use super::rule::Rule;
use super::uniform::{NullLaw, UniformMethod};
use crate::dominance::Functional;
use crate::dominance::pooled::for_each_value;
use crate::kernels::cells::Law;
use crate::sample::{Sample, Samples, Sampling};

/// What to keep in mind when reading a result. Prints as a sentence that names what to do instead.
///
/// Each case is one in which simulated data sets found more false claims, or less coverage, than the level says
/// (`docs/calibration.md`). No warning means that none of these cases is at hand.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Warning {
    /// Few independent rows, clusters or blocks (below 300 in tests of almost dominance, rankings and tables, 30, of
    /// series 100, in classical tests): rejection rates can be a multiple of the level.
    FewRows {
        /// Rows, clusters or blocks of the smaller side.
        found: usize,
    },
    /// Analytic standard errors are too small for scores of few distinct values: use the bootstrap.
    FewDistinctValues {
        /// Distinct values of two columns together; in a ranking, of the first pair with so few.
        found: usize,
    },
    /// One row (cluster) makes up much of the variance of the ratio: tails are too heavy for a normal law.
    InfluentialRow {
        /// Its share of the variance; in a ranking, of the fourth powers of the distances from the mean of its column.
        share: f64,
    },
    /// The standard error is a large part of [0, 1], in which a ratio lies: its law is far from normal.
    WideRatio {
        /// The standard error of the ratio.
        standard_error: f64,
    },
    /// The ratio is within three standard errors of 0 or 1, on the steep side of its law: the standard error, and
    /// intervals made of it, are too small. Bounds and p-values are not.
    RatioAtEdge {
        /// The ratio.
        ratio: f64,
    },
    /// The threshold is so near 0 that claims at a true ratio of that size came too often, even with 1000 rows.
    SmallThreshold {
        /// The threshold.
        threshold: f64,
    },
    /// The rule or the law under the hypothesis rejects more often than its level says, at every size that was tried.
    LiberalRule,
    /// No guard: equal distributions are declared different more often than the level says.
    NoGuard,
    /// Power planned for few rows, or for a ratio of a large standard error or near 0, can be far too high: .45
    /// to .7 where .8 is planned, .17 to .4 for lognormal laws, .1 with a handful of clusters.
    OptimisticPlan {
        /// The size that was planned.
        size: usize,
    },
    /// Few folds: intervals from the spread over folds hold less often than they say.
    FewFolds {
        /// Folds.
        found: usize,
    },
}

/// Below this many rows, tests of almost dominance were measured to reject twice as often as their level says and more,
/// and standard errors of the figures of tables to be too small.
pub(crate) const FEW_ROWS: usize = 300;
/// The same for classical tests.
const FEW_UNITS: usize = 30;
/// As for classical tests, blocks of a time series, which also miss a part of the memory.
const FEW_BLOCKS: usize = 100;
/// Below this many distinct pooled values, analytic errors were measured to be too small.
const FEW_DISTINCT: usize = 10;
/// Rows of normal laws stay below where there are more than 300.
const LARGE_SHARE: f64 = 0.08;
/// The same of one row of a column in a ranking.
const LARGE_SHARE_OF_COLUMN: f64 = 0.15;
/// Ratios with larger standard errors were measured to be far from normal.
const WIDE: f64 = 0.1;
/// Estimates this many standard errors from 0 and 1 have standard errors that hold.
const AT_EDGE: f64 = 3.0;
/// Below, claims at the true ratio were measured to be liberal even with 1000 rows.
const SMALL: f64 = 0.02;
/// A mean of so many folds has t intervals that hold as often as they say.
pub(crate) const FEW_FOLDS: usize = 10;
/// So many folds, drawn again, keep a winner among equals about as often as two tests would.
pub(crate) const FEW_DRAWN_FOLDS: usize = 50;

/// A warning where a column has fewer than `enough` independent rows, clusters or blocks.
pub(crate) fn few_rows(samples: &Samples, columns: &[usize], enough: usize) -> Option<Warning> {
    let found = columns.iter().map(|&c| samples.independent_rows(c)).min()?;
    (found < enough).then_some(Warning::FewRows { found })
}

/// For standard errors from resampled units of a table.
pub(crate) fn few_units(found: usize) -> Option<Warning> {
    (found < FEW_ROWS).then_some(Warning::FewRows { found })
}

/// For analytic errors of two columns.
pub(crate) fn few_distinct_values(x: Law, y: Law) -> Option<Warning> {
    let mut found = 0;
    for_each_value(x, y, |_, _, _| found += 1);
    (found < FEW_DISTINCT).then_some(Warning::FewDistinctValues { found })
}

/// For settings that were measured to be liberal whatever the data.
pub(crate) fn of_settings(rule: Rule, guard: Guard) -> impl Iterator<Item = Warning> {
    let liberal = (rule != Rule::Root).then_some(Warning::LiberalRule);
    liberal.into_iter().chain((guard == Guard::Off).then_some(Warning::NoGuard))
}

/// A warning where there are fewer than `enough` folds.
pub(crate) fn few_folds(found: usize, enough: usize) -> Option<Warning> {
    (found < enough).then_some(Warning::FewFolds { found })
}

/// For a size that was planned, at which the ratio has this standard error.
pub(crate) fn optimistic_plan(size: usize, ratio: f64, standard_error: f64) -> Option<Warning> {
    let far_from_normal = of_ratio(ratio, standard_error).next().is_some();
    (size < FEW_ROWS || far_from_normal).then_some(Warning::OptimisticPlan { size })
}

/// For a ratio with this standard error.
pub(crate) fn of_ratio(ratio: f64, standard_error: f64) -> impl Iterator<Item = Warning> {
    let wide = (standard_error > WIDE).then_some(Warning::WideRatio { standard_error });
    let at_edge = ratio.min(1.0 - ratio) <= AT_EDGE * standard_error;
    wide.into_iter().chain(at_edge.then_some(Warning::RatioAtEdge { ratio }))
}

pub(crate) fn small_threshold(threshold: f64) -> Option<Warning> {
    (threshold < SMALL).then_some(Warning::SmallThreshold { threshold })
}

/// For a pair with these influences on the areas `below` and `above`.
pub(crate) fn influential_row(
    samples: &Samples,
    pair: [usize; 2],
    influence: &Influence,
) -> Option<Warning> {
    let ratio = influence.gap.violation_ratio();
    let on_ratio = |below: f64, above: f64| (1.0 - ratio) * below - ratio * above;
    let share = match samples.units() {
        None => {
            let rows = influence.x.iter().chain(&influence.y);
            largest_share(rows.map(|row| on_ratio(row.below, row.above)))
        }
        Some(units) => {
            let sums = sums_of_units(samples, pair, units, influence);
            largest_share(sums.iter().map(|&[below, above]| on_ratio(below, above)))
        }
    };
    (share > LARGE_SHARE).then_some(Warning::InfluentialRow { share })
}

/// The largest square of some numbers as a part of the sum of all; 0 where all are 0.
fn largest_share(numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = numbers.clone().fold(0.0_f64, |largest, t| largest.max(t.abs()));
    if largest == 0.0 {
        return 0.0;
    }
    // In units of the largest, so that squares neither overflow nor vanish.
    let total: f64 = numbers.map(|t| (t / largest) * (t / largest)).sum();
    1.0 / total
}

/// For a ranking, whose pairs are too many to look at one by one: the column with the largest share that one row has in
/// the sum of `(p (x - mean)^2)^2`, which is how the variance of a ratio at first order grows in the tails.
pub(crate) fn influential_row_of_columns(samples: &Samples) -> Option<Warning> {
    let share =
        samples.columns().iter().map(|column| share_of_a_row(&column.sample)).fold(0.0, f64::max);
    (share > LARGE_SHARE_OF_COLUMN).then_some(Warning::InfluentialRow { share })
}

fn share_of_a_row(sample: &Sample) -> f64 {
    let (values, mean) = (sample.values(), sample.mean());
    // Halves, so that differences stay in range; in units of the largest.
    let half = |value: f64| value / 2.0 - mean / 2.0;
    let unit = values.iter().fold(0.0_f64, |unit, &value| unit.max(half(value).abs()));
    if unit == 0.0 {
        return 0.0;
    }
    let mass = |row: usize| sample.weights().map_or(1.0, |weights| weights[row]);
    let heaviest = (0..values.len()).map(mass).fold(0.0, f64::max);
    let weighed = |(row, &value): (usize, &f64)| {
        mass(row) / heaviest * (half(value) / unit) * (half(value) / unit)
    };
    largest_share(values.iter().enumerate().map(weighed))
}

/// For the classical tests.
pub(crate) fn of_uniform(
    samples: &Samples,
    columns: [usize; 2],
    (method, functional, law): (UniformMethod, Functional, NullLaw),
) -> Vec<Warning> {
    let supremum = functional == Functional::Supremum;
    let liberal = (method == UniformMethod::NumericalDelta && supremum).then_some(Warning::LiberalRule);
    let series = samples.sampling() == Sampling::TimeSeries;
    let enough = if series { FEW_BLOCKS } else { FEW_UNITS };
    let exact = matches!(law, NullLaw::Permutation | NullLaw::Exact);
    let few = few_rows(samples, &columns, enough).filter(|_| !exact);
    liberal.into_iter().chain(few).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_within_three_errors_of_an_end_and_errors_above_a_tenth() {
        let warnings = |ratio, error| of_ratio(ratio, error).collect::<Vec<_>>();
        let wide = |standard_error| Warning::WideRatio { standard_error };
        let at_edge = |ratio| Warning::RatioAtEdge { ratio };
        assert_eq!(warnings(0.5, 0.1), []);
        assert_eq!(warnings(0.5, 0.125), [wide(0.125)]);
        for (inside, on) in [(0.1876, 0.1875), (0.8124, 0.8125)] {
            assert_eq!(warnings(inside, 0.0625), []);
            assert_eq!(warnings(on, 0.0625), [at_edge(on)]);
        }
        assert_eq!(warnings(0.5, 0.25), [wide(0.25), at_edge(0.5)]);
    }

    #[test]
    fn plans_below_300_rows_or_at_an_edge_are_optimistic() {
        let warning = |size, ratio| optimistic_plan(size, ratio, 0.0625);
        let optimistic = |size| Some(Warning::OptimisticPlan { size });
        assert_eq!((warning(299, 0.5), warning(300, 0.5)), (optimistic(299), None));
        assert_eq!((warning(2, 0.1), warning(300, 0.1)), (optimistic(2), optimistic(300)));
    }

    /// 16 of 9 + 16.
    #[test]
    fn shares_of_squares_have_no_unit() {
        for unit in [2f64.powi(-1000), 1.0, 2f64.powi(1020)] {
            let found = largest_share([3.0, -4.0, 0.0].into_iter().map(|t| unit * t));
            assert_eq!(found, 0.64);
        }
    }

    #[test]
    fn shares_are_those_of_the_fourth_powers() {
        let (values, weights): ([f64; 4], [f64; 4]) = ([0.0, 1.0, 3.0, 9.0], [2.0, 1.0, 3.0, 0.5]);
        let mean = 14.5 / 6.5;
        let parts =
            [0, 1, 2, 3].map(|row| (weights[row] * (values[row] - mean) * (values[row] - mean)).powi(2));
        let expected = parts[3] / parts.iter().sum::<f64>();
        for (unit, mass) in [(1.0, 1.0), (1e300, 1e300), (1e-300, 1e-290)] {
            let sample = Sample::weighted(values.map(|v| unit * v), weights.map(|w| mass * w)).unwrap();
            let found = share_of_a_row(&sample);
            assert!((found / expected - 1.0).abs() < 1e-12, "{unit}: {found} {expected}");
        }
        // 1 and 1e-200 from the mean, with weights the other way round: 1e-400 of 1e-400 + 1e-800.
        let light = Sample::weighted([0.0, 1.0], [1.0, 1e-200]).unwrap();
        assert_eq!(share_of_a_row(&light), 1.0);
        assert_eq!(share_of_a_row(&Sample::new([2.0, 2.0]).unwrap()), 0.0);
    }
}
