//! Bootstrap replicates of both tables: rows, or whole entities, drawn with replacement from each by itself.

use super::correlation::{Ranked, Scratch};
use super::dependence::{Dependence, PairValues, correlations, difference, pairs};
use super::prepared::Prepared;
use super::table::Entities;
use super::table_fidelity::mean_chi_square;
use crate::error::Error;
use crate::kernels::counts::{self, Counts, Multiplicities};
use crate::kernels::expand;
use crate::kernels::tier::Tier;
use crate::rng::{Lanes, Purpose};
use crate::sample::Sample;
use crate::transport::wasserstein;

/// Draws of entities after which a replicate is given up, in which none has two rows. One entity with two rows among
/// any number of others is drawn in 63% of the draws.
const MOST_DRAWS: usize = 1000;

/// How often each row and each entity of a table was drawn.
#[derive(Default)]
pub(super) struct Drawn {
    rows: Counts,
    entities: Counts,
}

impl Drawn {
    pub(super) fn times_row(&self, row: usize) -> usize {
        times(&self.rows, row)
    }

    pub(super) fn times_entity(&self, entity: u32) -> usize {
        times(&self.entities, entity as usize)
    }

    /// A sample as its rows were drawn: `rows[k]` is the row of its k-th value.
    pub(super) fn of_rows(&self, sample: &Sample, rows: &[u32], spread: &mut Counts) -> Sample {
        repeated(sample, &self.rows, rows, spread)
    }

    /// A sample as its entities were drawn: `entities[k]` is that of its k-th value.
    pub(super) fn of_entities(&self, sample: &Sample, entities: &[u32], spread: &mut Counts) -> Sample {
        repeated(sample, &self.entities, entities, spread)
    }
}

fn times(counts: &Counts, place: usize) -> usize {
    match counts.get() {
        Multiplicities::Narrow(counts) => counts[place].into(),
        Multiplicities::Wide(counts) => counts[place] as usize,
    }
}

fn repeated(sample: &Sample, counts: &Counts, unit: &[u32], spread: &mut Counts) -> Sample {
    let total = counts.gather(unit, spread);
    let mut values = Vec::new();
    expand::repeat(Tier::detected(), sample.values(), spread.get(), total, &mut values);
    Sample::from_ascending(values)
}

/// The units of one table.
pub(super) struct Units<'t> {
    pub(super) rows: usize,
    pub(super) entities: Option<&'t Entities>,
    /// Rows of each entity, ascending, and the entity of each length; empty without series.
    pub(super) lengths: Option<(Sample, Vec<u32>)>,
}

impl Units<'_> {
    /// Replicate b of the table with this number. Draws without a step in time are drawn again.
    fn draw(&self, seed: u64, replicate: usize, table: u64, into: &mut Drawn) -> Result<(), Error> {
        let mut lanes = Lanes::new(seed, Purpose::Tables, replicate as u64, table);
        let mut draw = |units: usize, counts: &mut Counts| {
            counts.clear();
            counts::multinomial(Tier::detected(), &mut lanes, units, units, counts);
        };
        let Some(entities) = self.entities else {
            draw(self.rows, &mut into.rows);
            return Ok(());
        };
        for _ in 0..MOST_DRAWS {
            draw(entities.count, &mut into.entities);
            let steps = self.lengths.as_ref().is_none_or(|(lengths, entity)| {
                let with_steps = lengths.values().iter().zip(entity).filter(|(rows, _)| **rows > 1.0);
                with_steps.into_iter().any(|(_, entity)| into.times_entity(*entity) > 0)
            });
            if steps {
                into.entities.gather(&entities.of_row, &mut into.rows);
                return Ok(());
            }
        }
        Err(Error::SeriesTooShort { longest: 1, lag: 1 })
    }
}

/// What replicates are made of.
pub(super) struct Replicates<'t> {
    pub(super) names: &'t [String],
    pub(super) columns: &'t [Prepared<'t>],
    pub(super) units: [Units<'t>; 2],
    pub(super) bins: usize,
    pub(super) dependence: Dependence,
    pub(super) seed: u64,
}

/// The buffers of one thread.
#[derive(Default)]
pub(super) struct Buffers {
    drawn: [Drawn; 2],
    spread: Counts,
    scratch: Scratch,
}

impl Replicates<'_> {
    /// All figures of replicate b, in the order of the report.
    pub(super) fn figures(&self, replicate: usize, buffers: &mut Buffers) -> Result<Vec<f64>, Error> {
        let Buffers { drawn, spread, scratch } = buffers;
        for (table, (units, drawn)) in self.units.iter().zip(drawn.iter_mut()).enumerate() {
            units.draw(self.seed, replicate, table as u64, drawn)?;
        }
        let draws = drawn.each_ref();
        let mut figures = Vec::new();
        for (column, name) in self.columns.iter().zip(self.names) {
            let found = column.figures(self.bins, Some(draws), spread, &mut figures);
            found.map_err(|error| error.in_column(name))?;
        }
        figures.push(mean_chi_square(self.columns, &figures));
        if self.dependence != Dependence::Off {
            let [real, synthetic] = [0, 1].map(|side| self.correlations(side, draws[side], scratch));
            push_differences(self.dependence, [&real, &synthetic], &mut figures);
        }
        self.course(draws, spread, &mut figures)?;
        Ok(figures)
    }

    fn course(
        &self,
        draws: [&Drawn; 2],
        spread: &mut Counts,
        figures: &mut Vec<f64>,
    ) -> Result<(), Error> {
        let lengths = self.units.each_ref().map(|units| units.lengths.as_ref());
        let [Some((real, of_real)), Some((synthetic, of_synthetic))] = lengths else { return Ok(()) };
        let real = draws[0].of_entities(real, of_real, spread);
        let synthetic = draws[1].of_entities(synthetic, of_synthetic, spread);
        figures.push(wasserstein(1.0, &real, &synthetic)?);
        self.columns.iter().zip(self.names).try_for_each(|(column, name)| {
            column.course(Some(draws), spread, figures).map_err(|error| error.in_column(name))
        })
    }

    fn correlations(&self, side: usize, drawn: &Drawn, scratch: &mut Scratch) -> Vec<PairValues> {
        let ranked: Vec<&Ranked> = self.columns.iter().filter_map(|c| c.ranked(side)).collect();
        let times = |row: usize| drawn.times_row(row);
        let places: Vec<Vec<u32>> = ranked.iter().map(|column| column.repeated(times)).collect();
        let of_pair = |[i, j]: [usize; 2]| {
            let places = Some([places[i].as_slice(), places[j].as_slice()]);
            correlations(self.dependence, [ranked[i], ranked[j]], places, times, scratch)
        };
        pairs(ranked.len()).map(of_pair).collect()
    }
}

/// Appends mean and largest difference of rho, and of tau where it was asked for.
pub(super) fn push_differences(
    dependence: Dependence,
    [real, synthetic]: [&[PairValues]; 2],
    figures: &mut Vec<f64>,
) {
    figures.extend(difference(real, synthetic, 0));
    if dependence == Dependence::SpearmanAndKendall {
        figures.extend(difference(real, synthetic, 1));
    }
}
