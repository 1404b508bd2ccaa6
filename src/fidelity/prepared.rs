//! One column of both tables, made ready: sorted, ranked, cut into steps of time. Its figures, for the tables as
//! they are and for replicates of them.

use std::borrow::Cow;

use super::columns::{CommonLevels, categorical_figures, numeric_figures};
use super::correlation::Ranked;
use super::replicate::Drawn;
use super::series::{OfEntities, Products, Series};
use super::shares::{shares_of, total_variation};
use super::table::{Levels, NamedColumn, Values};
use crate::error::Error;
use crate::kernels::counts::Counts;
use crate::kernels::sort;
use crate::sample::Sample;
use crate::transport::wasserstein;

/// A column of the real and of the synthetic table.
pub(super) enum Prepared<'t> {
    Numeric(Box<[Numbers; 2]>),
    Categorical(Box<Categories<'t>>),
}

/// Numbers of one table.
pub(super) struct Numbers {
    pub(super) ranked: Ranked,
    sample: Sample,
    course: Option<Steps>,
}

/// The steps of one table's series, ascending, and what autocorrelations are made of.
struct Steps {
    sample: Sample,
    entity: Vec<u32>,
    products: Products,
}

/// Levels of both tables.
pub(super) struct Categories<'t> {
    pub(super) common: CommonLevels,
    pub(super) levels: [&'t Levels; 2],
    /// Steps by the number of their kind, and how many kinds there are.
    steps: Option<([OfEntities<u32>; 2], usize)>,
}

/// What replicates were drawn of both tables; `None` for the tables as they are.
pub(super) type Draws<'d> = Option<[&'d Drawn; 2]>;

impl<'t> Prepared<'t> {
    /// The steps are those of the series of both tables, if there are any.
    pub(super) fn new(
        pair: [&'t NamedColumn; 2],
        series: Option<&[Series; 2]>,
        lags: usize,
    ) -> Result<Prepared<'t>, Error> {
        match pair.map(|column| &column.values) {
            [Values::Numeric(real), Values::Numeric(synthetic)] => {
                let of = |side: usize, values: &[f64]| {
                    let series = series.map(|both| &both[side]);
                    Numbers::new(values, series, lags).map_err(|error| {
                        error.in_column(&pair[side].name).in_table(["real", "synthetic"][side])
                    })
                };
                Ok(Prepared::Numeric(Box::new([of(0, real)?, of(1, synthetic)?])))
            }
            [Values::Categorical(real), Values::Categorical(synthetic)] => {
                Ok(Prepared::Categorical(Box::new(Categories::new([real, synthetic], series))))
            }
            _ => unreachable!("columns are matched by their kinds"),
        }
    }

    /// Without what only replicates need.
    pub(super) fn ranks_only(self) -> Prepared<'t> {
        match self {
            Prepared::Numeric(sides) => Prepared::Numeric(Box::new(sides.map(|numbers| Numbers {
                sample: Sample::from_ascending(vec![0.0]),
                course: None,
                ..numbers
            }))),
            Prepared::Categorical(mut both) => {
                both.steps = None;
                Prepared::Categorical(both)
            }
        }
    }

    /// The ranks of a column of numbers, in one of the tables.
    pub(super) fn ranked(&self, side: usize) -> Option<&Ranked> {
        match self {
            Prepared::Numeric(sides) => Some(&sides[side].ranked),
            Prepared::Categorical(_) => None,
        }
    }

    /// Which of the column's figures is the chi-square distance, and how many there are.
    pub(super) fn place_of_chi_square(&self) -> (usize, usize) {
        match self {
            Prepared::Numeric(_) => (4, 7),
            Prepared::Categorical(_) => (1, 4),
        }
    }

    /// Appends the figures of the column, in the order of the fields of the report.
    pub(super) fn figures(
        &self,
        bins: usize,
        draws: Draws,
        spread: &mut Counts,
        into: &mut Vec<f64>,
    ) -> Result<(), Error> {
        match self {
            Prepared::Numeric(sides) => {
                let drawn = |side: usize| draws.map(|draws| draws[side]);
                let real = sides[0].sample(drawn(0), spread);
                let synthetic = sides[1].sample(drawn(1), spread);
                into.extend(numeric_figures(&real, &synthetic, bins)?);
            }
            Prepared::Categorical(both) => {
                let [real, synthetic] = both.counts(draws);
                into.extend(categorical_figures([&real, &synthetic]));
            }
        }
        Ok(())
    }

    /// Appends the figures of the column's course in time; NaN where there is no autocorrelation.
    pub(super) fn course(
        &self,
        draws: Draws,
        spread: &mut Counts,
        into: &mut Vec<f64>,
    ) -> Result<(), Error> {
        match self {
            Prepared::Numeric(sides) => {
                let drawn = |side: usize| draws.map(|draws| draws[side]);
                let steps = sides.each_ref().map(|numbers| numbers.course.as_ref());
                let [Some(real), Some(synthetic)] = steps else { return Ok(()) };
                let x = real.sample(drawn(0), spread);
                into.push(wasserstein(1.0, &x, &synthetic.sample(drawn(1), spread))?);
                into.push(largest_difference([real.ratios(drawn(0)), synthetic.ratios(drawn(1))]));
            }
            Prepared::Categorical(both) => {
                let Some((steps, kinds)) = &both.steps else { return Ok(()) };
                let shares = [0, 1].map(|side| {
                    let mut counts = vec![0; *kinds];
                    let OfEntities { values, entity } = &steps[side];
                    for (kind, entity) in values.iter().zip(entity) {
                        let times = draws.map_or(1, |draws| draws[side].times_entity(*entity));
                        counts[*kind as usize] += times as u64;
                    }
                    shares_of(&counts)
                });
                into.push(total_variation(&shares[0], &shares[1]));
            }
        }
        Ok(())
    }

    /// The autocorrelation functions of both tables.
    pub(super) fn autocorrelations(&self) -> Option<[Vec<Option<f64>>; 2]> {
        let Prepared::Numeric(sides) = self else { return None };
        let [Some(real), Some(synthetic)] = sides.each_ref().map(|numbers| numbers.course.as_ref())
        else {
            return None;
        };
        Some([real.ratios(None), synthetic.ratios(None)])
    }
}

impl Numbers {
    fn new(values: &[f64], series: Option<&Series>, lags: usize) -> Result<Numbers, Error> {
        let ranked = Ranked::of(values);
        let sorted = ranked.order.iter().map(|row| values[*row as usize] + 0.0);
        let sample = Sample::from_ascending(sorted.collect());
        let course = series.map(|series| Steps::new(values, series, lags)).transpose()?;
        Ok(Numbers { ranked, sample, course })
    }

    fn sample(&self, drawn: Option<&Drawn>, spread: &mut Counts) -> Cow<'_, Sample> {
        match drawn {
            None => Cow::Borrowed(&self.sample),
            Some(drawn) => Cow::Owned(drawn.of_rows(&self.sample, &self.ranked.order, spread)),
        }
    }
}

impl Steps {
    fn new(values: &[f64], series: &Series, lags: usize) -> Result<Steps, Error> {
        let OfEntities { values: steps, entity } = series.differences(values, 1)?;
        let order = sort::argsort(&steps);
        let sorted = order.iter().map(|step| steps[*step as usize] + 0.0);
        Ok(Steps {
            sample: Sample::from_ascending(sorted.collect()),
            entity: order.iter().map(|step| entity[*step as usize]).collect(),
            products: series.products(values, lags),
        })
    }

    fn sample(&self, drawn: Option<&Drawn>, spread: &mut Counts) -> Cow<'_, Sample> {
        match drawn {
            None => Cow::Borrowed(&self.sample),
            Some(drawn) => Cow::Owned(drawn.of_entities(&self.sample, &self.entity, spread)),
        }
    }

    fn ratios(&self, drawn: Option<&Drawn>) -> Vec<Option<f64>> {
        let times = |entity: usize| drawn.map_or(1, |drawn| drawn.times_entity(entity as u32)) as f64;
        self.products.ratios(times)
    }
}

/// Over the lags at which both are defined; NaN where there is none.
fn largest_difference([real, synthetic]: [Vec<Option<f64>>; 2]) -> f64 {
    let both = real.iter().zip(&synthetic).filter_map(|(a, b)| Some((a.as_ref()? - b.as_ref()?).abs()));
    both.fold(f64::NAN, f64::max)
}

impl<'t> Categories<'t> {
    fn new(levels: [&'t Levels; 2], series: Option<&[Series; 2]>) -> Categories<'t> {
        let common = CommonLevels::of(levels);
        let steps = series.map(|series| {
            let steps = [0, 1].map(|side| {
                let place = |level| u64::from(common.place(side, level));
                series[side].transitions(levels[side], place, common.len() as u64)
            });
            let mut kinds: Vec<u64> =
                steps.iter().flat_map(|steps| steps.values.iter().copied()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let numbered = steps.map(|steps| {
                let number = |step: u64| kinds.partition_point(|&kind| kind < step) as u32;
                OfEntities {
                    values: steps.values.into_iter().map(number).collect(),
                    entity: steps.entity,
                }
            });
            (numbered, kinds.len())
        });
        Categories { common, levels, steps }
    }

    /// Rows by common level.
    pub(super) fn counts(&self, draws: Draws) -> [Vec<u64>; 2] {
        [0, 1].map(|side| {
            let levels = self.levels[side];
            let Some(draws) = draws else { return self.common.counts(side, levels) };
            let mut own = vec![0; levels.names.len()];
            for (row, level) in levels.of_row.iter().enumerate() {
                own[*level as usize] += draws[side].times_row(row) as u64;
            }
            self.common.spread(side, &own)
        })
    }
}
