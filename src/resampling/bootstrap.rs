//! The bootstrap: rows, pairs of rows, clusters or blocks drawn with replacement.

use std::borrow::Cow;

use super::blocks::Blocks;
use super::method::BootstrapMethod;
use super::strata::Strata;
use super::{bayesian, numbering};
use crate::error::Error;
use crate::kernels::cells::Law;
use crate::kernels::counts::{self, Counts};
use crate::kernels::tier::Tier;
use crate::kernels::{cumulate, expand};
use crate::rng::{Lanes, Purpose, Stream};
use crate::sample::{Column, Samples};

/// How many bootstrap replicates, from which seed.
///
/// The scheme is that of the samples: each column's rows by themselves (independent), the same rows of all
/// columns (paired), whole clusters (clustered), units within strata (stratified, surveys), circular blocks (time
/// series); [`BootstrapMethod`] has others. The same seed gives the same bits on any machine and any number of
/// threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bootstrap {
    pub(crate) replicates: usize,
    pub(crate) seed: u64,
    pub(crate) method: BootstrapMethod,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Bootstrap::new()
    }
}

impl Bootstrap {
    /// 1000 replicates from seed 0.
    pub const fn new() -> Bootstrap {
        Bootstrap { replicates: 1000, seed: 0, method: BootstrapMethod::ByDesign }
    }

    /// The number of replicates.
    #[must_use]
    pub const fn replicates(mut self, replicates: usize) -> Bootstrap {
        self.replicates = replicates;
        self
    }

    /// The seed.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Bootstrap {
        self.seed = seed;
        self
    }

    /// How replicates are drawn, where the design leaves a choice.
    #[must_use]
    pub const fn method(mut self, method: BootstrapMethod) -> Bootstrap {
        self.method = method;
        self
    }
}

/// A replicate may consist of a row of next to no weight alone: its mass must not vanish in products.
pub(super) const LEAST_MASS: f64 = 1e-100;

/// Draws of clusters after which a replicate is given up. Columns with rows in two clusters of many are empty
/// in every seventh draw; ten such columns still succeed once in five.
pub(crate) const MOST_DRAWS: usize = 1000;

/// Draws replicates of some columns of a set of samples.
pub(crate) struct Resampler<'a> {
    columns: Vec<Source<'a>>,
    shared_units: Option<usize>,
    scheme: Scheme,
    seed: u64,
    tier: Tier,
}

/// What is drawn of the units.
pub(super) enum Scheme {
    /// As many as there are, with replacement.
    Units,
    Blocks(Blocks),
    Strata(Strata),
    Bayesian,
}

struct Source<'a> {
    /// Position among all columns: names the column's own random stream.
    stream: u64,
    column: &'a Column,
    /// Row masses where the column is weighted.
    masses: Option<Vec<f64>>,
    /// The unit of each sorted position; `None` where position k is unit k.
    units: Option<Cow<'a, [u32]>>,
}

/// The buffers of one replicate.
#[derive(Default)]
pub(crate) struct Resample {
    /// By row of a column, or by unit.
    counts: Counts,
    /// Counts by unit spread over the rows of a column.
    of_rows: Counts,
    /// How often each row of a series is drawn.
    of_series: Vec<u32>,
    /// By row of a column, or by unit, where a scheme weighs.
    weights: Vec<f64>,
    columns: Vec<Drawn>,
}

#[derive(Default)]
struct Drawn {
    /// Unweighted columns: the drawn values, ascending.
    values: Vec<f64>,
    /// Weighted columns and weighing schemes: prefix sums of count times mass over the column's own values.
    cumulative: Vec<f64>,
}

impl<'a> Resampler<'a> {
    /// A resampler of the columns at these positions.
    pub(crate) fn new(samples: &'a Samples, positions: &[usize], bootstrap: Bootstrap) -> Resampler<'a> {
        let scheme = Scheme::new(samples, bootstrap.method);
        let number = match scheme {
            Scheme::Units => numbering::by_rank_in_first(samples),
            _ => None,
        };
        let source = |&position: &usize| {
            let column = &samples.columns()[position];
            let sample = &column.sample;
            let mass = |row| sample.mass(row).max(LEAST_MASS);
            let masses = sample.weights().map(|_| (0..sample.len()).map(mass).collect());
            let units = numbering::units(samples, position, number.as_deref());
            Source { stream: position as u64, column, masses, units }
        };
        let columns = positions.iter().map(source).collect();
        let (shared_units, seed) = (samples.units(), bootstrap.seed);
        Resampler { columns, shared_units, scheme, seed, tier: Tier::detected() }
    }

    /// Fills the buffers with replicate b.
    ///
    /// # Errors
    /// [`Error::SparseClusters`] where draws of clusters keep leaving a column without rows.
    pub(crate) fn draw(&self, replicate: usize, into: &mut Resample) -> Result<(), Error> {
        into.columns.resize_with(self.columns.len(), Drawn::default);
        match self.shared_units {
            Some(units) => self.draw_shared(units, replicate as u64, into),
            None => {
                self.draw_columns(replicate as u64, into);
                Ok(())
            }
        }
    }

    /// The resampled distribution of a column.
    pub(crate) fn law<'r>(&'r self, resample: &'r Resample, column: usize) -> Law<'r> {
        let drawn = &resample.columns[column];
        match self.weighs(&self.columns[column]) {
            false => Law::Uniform(&drawn.values),
            true => Law::Weighted {
                values: self.columns[column].column.sample.values(),
                cumulative: &drawn.cumulative,
            },
        }
    }

    /// One draw of units for all columns. A draw that leaves a column without any row is no data set of this
    /// kind, and is drawn again.
    fn draw_shared(&self, units: usize, replicate: u64, into: &mut Resample) -> Result<(), Error> {
        let mut generators = Generators::new(self.seed, replicate, 0);
        let mut empty = None;
        for _ in 0..MOST_DRAWS {
            self.draw_units(units, &mut generators, into);
            let Resample { counts, of_rows, weights, columns, .. } = &mut *into;
            empty = None;
            for (source, drawn) in self.columns.iter().zip(columns) {
                match source.units.as_deref() {
                    None => {
                        debug_assert!(!self.scheme.weighs(), "rows are numbered for counts only");
                        self.spread(source, counts, units, drawn);
                    }
                    Some(unit) if self.scheme.weighs() => {
                        source.accumulate(drawn, |row| weights[unit[row] as usize]);
                    }
                    Some(unit) => {
                        let total = counts.gather(unit, of_rows);
                        self.spread(source, of_rows, total, drawn);
                    }
                }
                if drawn.is_empty(self.weighs(source)) {
                    empty = Some(source.column);
                    break;
                }
            }
            if empty.is_none() {
                break;
            }
        }
        match empty {
            None => Ok(()),
            Some(column) => Err(Error::SparseClusters { column: column.name.clone() }),
        }
    }

    /// Rows of each column from the column's own stream, which no other column can disturb.
    fn draw_columns(&self, replicate: u64, into: &mut Resample) {
        for (column, source) in self.columns.iter().enumerate() {
            let n = source.column.sample.len();
            let mut generators = Generators::new(self.seed, replicate, source.stream);
            self.draw_units(n, &mut generators, into);
            let Resample { counts, weights, columns, .. } = &mut *into;
            let drawn = &mut columns[column];
            match self.scheme.weighs() {
                true => source.accumulate(drawn, |row| weights[row]),
                false => self.spread(source, counts, n, drawn),
            }
        }
    }

    /// Counts or weights of the units.
    fn draw_units(&self, units: usize, generators: &mut Generators, into: &mut Resample) {
        let Generators { lanes, stream } = generators;
        let Resample { counts, of_series, weights, .. } = into;
        match &self.scheme {
            Scheme::Units => {
                counts.clear();
                counts::multinomial(self.tier, lanes, units, units, counts);
            }
            Scheme::Blocks(blocks) => {
                of_series.resize(units, 0);
                blocks.draw(stream, of_series);
                counts.fill(of_series);
            }
            Scheme::Strata(strata) => {
                weights.resize(units, 0.0);
                strata.draw(stream, weights);
            }
            Scheme::Bayesian => {
                weights.resize(units, 0.0);
                bayesian::draw(stream, weights);
            }
        }
    }

    /// A column as its rows were counted: repeated values, or prefix sums of masses.
    fn spread(&self, source: &Source, counts: &Counts, total: usize, drawn: &mut Drawn) {
        let values = source.column.sample.values();
        match &source.masses {
            None => expand::repeat(self.tier, values, counts.get(), total, &mut drawn.values),
            Some(masses) => cumulate::masses(masses, counts.get(), &mut drawn.cumulative),
        }
    }

    /// Whether a column is drawn as masses of its own values, not as values.
    fn weighs(&self, source: &Source) -> bool {
        source.masses.is_some() || self.scheme.weighs()
    }
}

impl Scheme {
    pub(super) fn new(samples: &Samples, method: BootstrapMethod) -> Scheme {
        let design = samples.design();
        match (&design.series, &design.stratum_of_unit) {
            (Some(series), _) => {
                Scheme::Blocks(Blocks::new(series, method != BootstrapMethod::MovingBlocks))
            }
            (None, Some(stratum_of_unit)) => Scheme::Strata(Strata::new(stratum_of_unit)),
            (None, None) if method == BootstrapMethod::BayesianWeights => Scheme::Bayesian,
            (None, None) => Scheme::Units,
        }
    }

    /// Whether units are weighed instead of counted.
    fn weighs(&self) -> bool {
        matches!(self, Scheme::Strata(_) | Scheme::Bayesian)
    }
}

impl Source<'_> {
    /// Prefix sums of what each row weighs in a replicate.
    fn accumulate(&self, drawn: &mut Drawn, weight: impl Fn(usize) -> f64) {
        let rows = self.column.sample.len();
        let mut total = 0.0;
        drawn.cumulative.clear();
        drawn.cumulative.extend((0..rows).map(|row| {
            total += self.masses.as_ref().map_or(1.0, |masses| masses[row]) * weight(row);
            total
        }));
    }
}

impl Drawn {
    /// Whether no row was drawn.
    fn is_empty(&self, weighs: bool) -> bool {
        match weighs {
            true => self.cumulative.last().is_none_or(|total| *total <= 0.0),
            false => self.values.is_empty(),
        }
    }
}

/// The random bits of a replicate: by the vector for counts, one by one for other schemes.
struct Generators {
    lanes: Lanes,
    stream: Stream,
}

impl Generators {
    fn new(seed: u64, replicate: u64, column: u64) -> Generators {
        Generators {
            lanes: Lanes::new(seed, Purpose::Bootstrap, replicate, column),
            stream: Stream::new(seed, Purpose::Bootstrap, replicate, column),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::counts::Multiplicities;
    use crate::sample::Sample;

    fn drawn(samples: &Samples, positions: &[usize], replicate: usize) -> Vec<Vec<f64>> {
        let resampler = Resampler::new(samples, positions, Bootstrap::new().seed(3));
        let mut resample = Resample::default();
        resampler.draw(replicate, &mut resample).unwrap();
        (0..positions.len()).map(|c| resampler.law(&resample, c).values().to_vec()).collect()
    }

    #[test]
    fn paired_columns_draw_the_same_rows() {
        // Three orders of the same rows.
        let column = |step: usize| (0..50).map(move |i| ((i * step) % 50) as f64).collect::<Vec<_>>();
        let (a, b, c) = (column(17), column(3), column(41));
        let samples = Samples::paired([("a", &a), ("b", &b), ("c", &c)]).unwrap();
        let all = drawn(&samples, &[0, 1, 2], 4);
        let copies = |column: &[f64], value: f64| column.iter().filter(|&&v| v == value).count();
        for row in 0..50 {
            let of_row = [(&a, 0), (&b, 1), (&c, 2)].map(|(rows, of)| copies(&all[of], rows[row]));
            assert_eq!(of_row, [of_row[0]; 3], "row {row}");
        }
        assert_eq!(all[0].len(), 50);
        assert_eq!(drawn(&samples, &[1, 2], 4), all[1..]);
    }

    #[test]
    fn independent_columns_do_not_disturb_each_other() {
        let sample = || Sample::new((0..40).map(f64::from)).unwrap();
        let three = Samples::independent([("a", sample()), ("b", sample()), ("c", sample())]).unwrap();
        assert_eq!(drawn(&three, &[0, 2], 1)[1], drawn(&three, &[0, 1, 2], 1)[2]);
        assert_ne!(drawn(&three, &[0, 2], 1)[0], drawn(&three, &[0, 2], 1)[1]);
    }

    #[test]
    fn clusters_come_whole_and_no_column_is_left_empty() {
        let columns = [("a", vec![1.0, 2.0, 3.0], vec![0, 0, 1]), ("b", vec![4.0], vec![2])];
        let samples = Samples::in_clusters(columns).unwrap();
        for replicate in 0..50 {
            let columns = drawn(&samples, &[0, 1], replicate);
            let count = |v: f64| columns[0].iter().filter(|&&x| x == v).count();
            assert_eq!(count(1.0), count(2.0));
            assert!(!columns[0].is_empty() && !columns[1].is_empty());
        }
    }

    #[test]
    fn rows_of_vanishing_weight_can_stand_alone() {
        let weighted = |w: [f64; 2]| Sample::weighted([1.0, 2.0], w).unwrap();
        let samples =
            Samples::independent([("a", weighted([1.0, 1e-300])), ("b", weighted([1e-20, 1.0]))])
                .unwrap();
        let resampler = Resampler::new(&samples, &[0, 1], Bootstrap::new().seed(1));
        let mut resample = Resample::default();
        for replicate in 0..100 {
            resampler.draw(replicate, &mut resample).unwrap();
            for column in 0..2 {
                let Law::Weighted { cumulative, .. } = resampler.law(&resample, column) else {
                    panic!("not weighted")
                };
                assert!(cumulative[1] > 0.0);
            }
        }
    }

    #[test]
    fn weighted_columns_draw_masses() {
        let weighted = Sample::weighted([1.0, 2.0, 3.0], [1.0, 2.0, 5.0]).unwrap();
        let samples = Samples::independent([("w", weighted)]).unwrap();
        let resampler = Resampler::new(&samples, &[0], Bootstrap::new().seed(1));
        let mut resample = Resample::default();
        resampler.draw(0, &mut resample).unwrap();
        let Law::Weighted { cumulative, .. } = resampler.law(&resample, 0) else {
            panic!("not weighted")
        };
        let Multiplicities::Narrow(counts) = resample.counts.get() else { panic!("a count above 255") };
        let expected: f64 =
            counts.iter().zip([0.125, 0.25, 0.625]).map(|(&c, m)| f64::from(c) * m).sum();
        assert!((cumulative[2] - expected).abs() < 1e-15);
    }
}
