//! Data sets drawn from a pilot, of any size, as the pilot's own rows came.
//!
//! ```text
//! rows, pairs, clusters    as many as asked for, with replacement
//! strata of h units        for m units of a larger sample round(m (h - 1) / h) draws that weigh m together
//! time series              circular blocks of the pilot's length L, joined; the new block length is L f^(1/3)
//! ```
//!
//! f is the size over that of the pilot. Draws from h units vary by (h - 1) / h of what units of the stratum do: the fewer
//! draws make up for it, so that a mean over the stratum varies as one of m units would.

use crate::error::Error;
use crate::resampling::MOST_DRAWS;
use crate::rng::Stream;
use crate::sample::{Column, OfUnits, Sample, Samples, Sampling, Series};

pub(super) struct Pilot<'a> {
    samples: &'a Samples,
    columns: [usize; 2],
    size: usize,
    /// The size over that of the pilot.
    factor: f64,
    /// Strata, series: the units of each. Pairs, clusters: all in one group. Without those that have rows in neither column.
    groups: Vec<Vec<u32>>,
}

/// A column of so many rows fills a gigabyte, and a test goes through it some 400 times.
const MOST_ROWS: usize = 100_000_000;

impl<'a> Pilot<'a> {
    /// # Errors
    /// [`Error::TooFewRows`], also where a stratum would come out with less than two units;
    /// [`Error::SimulationTooLarge`].
    pub(super) fn new(
        samples: &'a Samples,
        columns: [usize; 2],
        size: usize,
        factor: f64,
    ) -> Result<Pilot<'a>, Error> {
        if size < 2 {
            return Err(Error::TooFewRows { found: size, needed: 2 });
        }
        let rows = columns.map(|position| samples.columns()[position].sample.len());
        let largest = rows[0].max(rows[1]).max(samples.units().unwrap_or(0));
        if largest as f64 * factor > MOST_ROWS as f64 {
            return Err(Error::SimulationTooLarge { size, most: MOST_ROWS });
        }
        let pilot = Pilot { samples, columns, size, factor, groups: groups(samples, columns) };
        if matches!(samples.sampling(), Sampling::Stratified | Sampling::Survey) {
            for units in &pilot.groups {
                let found = pilot.draws_from(units.len());
                if found < 2 {
                    return Err(Error::TooFewRows { found, needed: 2 });
                }
            }
        }
        Ok(pilot)
    }

    /// A data set. One without any row of a column is none of this kind, and is drawn again, as the bootstrap does.
    ///
    /// # Errors
    /// [`Error::SparseClusters`] where none of [`MOST_DRAWS`] has rows of both columns.
    pub(super) fn draw(&self, stream: &mut Stream) -> Result<Samples, Error> {
        let mut drawn = self.draw_once(stream);
        for _ in 1..MOST_DRAWS {
            if !matches!(drawn, Err(Error::SparseClusters { .. })) {
                break;
            }
            drawn = self.draw_once(stream);
        }
        drawn
    }

    fn draw_once(&self, stream: &mut Stream) -> Result<Samples, Error> {
        let (samples, columns) = (self.samples, self.columns);
        let picked = match (samples.sampling(), &samples.design().series) {
            (Sampling::Independent, _) => {
                return drawn_rows(columns.map(|at| &samples.columns()[at]), self.factor, stream);
            }
            (Sampling::Stratified | Sampling::Survey, _) => self.within_strata(stream),
            (_, Some(series)) => self.in_blocks(series, stream),
            (_, None) => {
                let present = &self.groups[0];
                let below = present.len() as u32;
                let units = (0..self.size).map(|_| present[stream.below(below) as usize]).collect();
                OfUnits { units, weights: None, series: None }
            }
        };
        samples.of_units(columns, picked)
    }

    /// How often a stratum of h units is drawn from.
    fn draws_from(&self, h: usize) -> usize {
        (self.factor * (h as f64 - 1.0)).round() as usize
    }

    fn within_strata(&self, stream: &mut Stream) -> OfUnits {
        let (mut units, mut weights) = (Vec::new(), Vec::new());
        for stratum in &self.groups {
            let (h, draws) = (stratum.len(), self.draws_from(stratum.len()));
            units.extend((0..draws).map(|_| stratum[stream.below(h as u32) as usize]));
            weights.resize(units.len(), self.factor * h as f64 / draws as f64);
        }
        // At most 1, so that no weight of a row can leave the range of f64.
        let largest = weights.iter().copied().fold(0.0, f64::max);
        weights.iter_mut().for_each(|weight| *weight /= largest);
        OfUnits { units, weights: Some(weights), series: None }
    }

    fn in_blocks(&self, series: &Series, stream: &mut Stream) -> OfUnits {
        let (mut units, mut ends) = (Vec::new(), Vec::new());
        let mut shortest = usize::MAX;
        for rows in &self.groups {
            let n = rows.len();
            let wanted = ((n as f64 * self.factor).round() as usize).max(2);
            let end = units.len() + wanted;
            while units.len() < end {
                let start = stream.below(n as u32) as usize;
                let block = (start..start + series.block_length).map(|row| rows[row % n]);
                units.extend(block.take(end - units.len()));
            }
            ends.push(end);
            shortest = shortest.min(wanted);
        }
        let length = series.block_length as f64 * libm::cbrt(self.factor);
        let block_length = (length.round() as usize).clamp(1, shortest / 2);
        OfUnits { units, weights: None, series: Some(Series { block_length, ends }) }
    }
}

/// The units that have rows in one of the columns, by stratum; of each series, in the order of the columns.
fn groups(samples: &Samples, columns: [usize; 2]) -> Vec<Vec<u32>> {
    if samples.design().series.is_some() {
        let mut series = columns.map(|position| samples.series_of_column(position)).to_vec();
        series.dedup();
        return series.into_iter().map(|range| range.map(|unit| unit as u32).collect()).collect();
    }
    let mut units = samples.units_of(columns);
    let Some(stratum_of_unit) = &samples.design().stratum_of_unit else { return vec![units] };
    let stratum = |unit: u32| stratum_of_unit[unit as usize];
    units.sort_by_key(|&unit| stratum(unit));
    units.chunk_by(|&a, &b| stratum(a) == stratum(b)).map(<[u32]>::to_vec).collect()
}

/// Rows of each column by itself; a row keeps its weight.
fn drawn_rows(columns: [&Column; 2], factor: f64, stream: &mut Stream) -> Result<Samples, Error> {
    let drawn = columns.map(|column| {
        let sample = &column.sample;
        let rows = ((sample.len() as f64 * factor).round() as usize).max(2);
        let picked: Vec<usize> = (0..rows).map(|_| stream.below(sample.len() as u32) as usize).collect();
        let values = picked.iter().map(|&row| sample.values()[row]);
        let sample = match sample.weights() {
            None => Sample::new(values),
            Some(weights) => Sample::weighted(values, picked.iter().map(|&row| weights[row])),
        };
        sample.map(|sample| (column.name.clone(), sample))
    });
    let [x, y] = drawn;
    Samples::independent([x?, y?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;
    use crate::sample::{BlockLength, Survey};

    /// Means of both columns in data sets of `factor` times the pilot: their variances.
    fn variances(samples: &Samples, factor: f64, draws: u64) -> [f64; 2] {
        let size = (samples.units().unwrap() as f64 * factor).round() as usize;
        let pilot = Pilot::new(samples, [0, 1], size, factor).unwrap();
        let mut sums = [[0.0; 2]; 2];
        for draw in 0..draws {
            let data = pilot.draw(&mut Stream::new(3, Purpose::Planning, draw, 0)).unwrap();
            for (sums, column) in sums.iter_mut().zip(data.columns()) {
                let mean = column.sample.mean();
                sums[0] += mean;
                sums[1] += mean * mean;
            }
        }
        let n = draws as f64;
        sums.map(|[sum, square]| square / n - (sum / n).powi(2))
    }

    fn near(found: f64, expected: f64, draws: f64) {
        // Five standard errors of a variance of nearly normal means.
        assert!((found / expected - 1.0).abs() < 5.0 * (2.0 / draws).sqrt(), "{found} {expected}");
    }

    /// The variance of a mean over strata is the sum of (h / n)^2 s^2 / m, down to strata of two units.
    #[test]
    fn strata_of_two_units_vary_as_they_should() {
        let a = [1.0, 3.0, 10.0, 14.0, 20.0, 21.0, 23.0];
        let strata = [0, 0, 1, 1, 2, 2, 2];
        let samples = Samples::paired([("a", a), ("b", a.map(|v| 2.0 * v))]).unwrap();
        let samples = samples.stratified(&strata).unwrap();
        for factor in [2.0, 6.0] {
            let squares = [2.0, 8.0, 7.0 / 3.0];
            let sizes: [f64; 3] = [2.0, 2.0, 3.0];
            let part = |(s2, h): (f64, f64)| (h / 7.0).powi(2) * s2 / (h * factor);
            let expected: f64 = squares.into_iter().zip(sizes).map(part).sum();
            let [of_a, of_b] = variances(&samples, factor, 4000);
            near(of_a, expected, 4000.0);
            near(of_b, 4.0 * expected, 4000.0);
        }
    }

    /// However many draws come from a stratum: two of two units and six of four.
    #[test]
    fn strata_keep_their_shares() {
        let a = [0.0, 1.0, 12.0, 13.0, 14.0, 15.0];
        let samples = Samples::paired([("a", a), ("b", a)]).unwrap().stratified(&[0, 0, 1, 1, 1, 1]);
        let samples = samples.unwrap();
        let pilot = Pilot::new(&samples, [0, 1], 12, 2.0).unwrap();
        let data = pilot.draw(&mut Stream::new(1, Purpose::Planning, 0, 0)).unwrap();
        let sample = &data.columns()[0].sample;
        assert_eq!(sample.len(), 8);
        let lower: f64 =
            (0..8).filter(|&row| sample.values()[row] < 10.0).map(|row| sample.mass(row)).sum();
        assert!((lower - 1.0 / 3.0).abs() < 1e-15, "{lower}");
    }

    #[test]
    fn surveys_draw_clusters_within_strata_and_leave_other_columns_alone() {
        let survey = |lift: f64| {
            let values = (0..24).map(move |row| lift + f64::from(row % 5) + f64::from(row / 12) * 50.0);
            let (areas, regions): (Vec<u32>, Vec<u32>) = (0..24).map(|row| (row / 2, row / 12)).unzip();
            Survey::new(values).clusters(&areas).strata(&regions)
        };
        let columns = [("other", survey(9.0)), ("a", survey(0.0)), ("b", survey(1.0))];
        let samples = Samples::surveys(columns).unwrap();
        let pilot = Pilot::new(&samples, [1, 2], 72, 2.0).unwrap();
        let data = pilot.draw(&mut Stream::new(1, Purpose::Planning, 0, 0)).unwrap();
        // Two strata of six clusters in each of two columns, ten draws from each.
        assert_eq!(
            (data.units(), data.strata(), data.sampling()),
            (Some(40), Some(4), Sampling::Survey)
        );
        assert_eq!(data.columns()[0].sample.len(), 40);
        let upper = data.columns()[0].sample.values().iter().filter(|&&v| v >= 50.0).count();
        assert_eq!(upper, 20);
    }

    #[test]
    fn series_come_in_blocks_and_keep_their_lengths() {
        let column = |n: usize| (0..n).map(|row| row as f64).collect::<Vec<_>>();
        let named = [("other", column(30)), ("a", column(40)), ("b", column(64))];
        let apart = Samples::independent_series(named, BlockLength::Rows(4)).unwrap();
        let pilot = Pilot::new(&apart, [2, 1], 134 * 8, 8.0).unwrap();
        let data = pilot.draw(&mut Stream::new(1, Purpose::Planning, 0, 0)).unwrap();
        let sizes = [0, 1].map(|at| data.columns()[at].sample.len());
        assert_eq!((sizes, data.block_length()), ([512, 320], Some(8)));
        assert_eq!(data.design().series.as_ref().unwrap().ends, [512, 832]);
        // Rows of b in time: each follows the one before, but where blocks are joined.
        let b = &data.columns()[0];
        let mut in_time = vec![0.0; 512];
        for (&unit, &value) in b.units.iter().flatten().zip(b.sample.values()) {
            in_time[unit as usize] = value;
        }
        let follows = |pair: &[f64]| pair[1] == (pair[0] + 1.0) % 64.0;
        assert!(in_time.windows(2).filter(|pair| follows(pair)).count() >= 512 - 128);
        // An eighth of the rows: blocks of 4 / 8^(1/3) rows.
        let few = Pilot::new(&apart, [2, 1], 134 / 8, 1.0 / 8.0).unwrap();
        let few = few.draw(&mut Stream::new(1, Purpose::Planning, 0, 0)).unwrap();
        assert_eq!((few.columns()[1].sample.len(), few.block_length()), (5, Some(2)));
        // At most half of the shortest series of 5 rows, not 15 / 8^(1/3).
        let long = [("a", column(40)), ("b", column(64))];
        let long = Samples::independent_series(long, BlockLength::Rows(15)).unwrap();
        let few = Pilot::new(&long, [0, 1], 104 / 8, 1.0 / 8.0).unwrap();
        let few = few.draw(&mut Stream::new(1, Purpose::Planning, 0, 0)).unwrap();
        assert_eq!((few.columns()[0].sample.len(), few.block_length()), (5, Some(2)));
        // Every block covers four consecutive rows: the variance of sums of blocks.
        let (samples, alternating) = (column(40), (0..40).map(|row| f64::from(row % 2)));
        let both = Samples::paired([("a", samples), ("b", alternating.collect())]).unwrap();
        let both = both.time_series(BlockLength::Rows(4)).unwrap();
        let [_, of_b] = variances(&both, 3.0, 200);
        assert!(of_b < 1e-15, "{of_b}");
    }

    /// 30 clusters, `holding` of them with rows of b; 30 more that belong to another column.
    fn sparse(holding: u32) -> Samples {
        let column = |clusters: std::ops::Range<u32>| {
            (clusters.clone().map(f64::from).collect::<Vec<_>>(), clusters.collect::<Vec<_>>())
        };
        let [a, b, other] = [0..30, 0..holding, 30..60].map(column);
        Samples::in_clusters([("a", a.0, a.1), ("b", b.0, b.1), ("other", other.0, other.1)]).unwrap()
    }

    #[test]
    fn data_sets_without_a_column_are_drawn_again() {
        let samples = sparse(2);
        let pilot = Pilot::new(&samples, [0, 1], 10, 1.0 / 3.0).unwrap();
        for draw in 0..200 {
            // Half of all draws hold no row of b.
            let data = pilot.draw(&mut Stream::new(5, Purpose::Planning, draw, 0)).unwrap();
            // No cluster of the other column only.
            assert_eq!(data.columns()[0].sample.len(), 10);
        }
        let mut stream = Stream::new(5, Purpose::Planning, 0, 0);
        let single = Pilot { groups: vec![(2..30).collect()], ..pilot };
        assert!(matches!(single.draw(&mut stream), Err(Error::SparseClusters { .. })));
    }

    /// Two strata of two units are drawn from twice each for a sample twice as large: each draw stands for two units.
    #[test]
    fn the_largest_weights_can_be_drawn() {
        let a = [1.0, 3.0, 10.0, 14.0];
        let samples = Samples::paired([("a", a), ("b", a)]).unwrap().weighted(&[f64::MAX; 4]).unwrap();
        let samples = samples.stratified(&[0, 0, 1, 1]).unwrap();
        let pilot = Pilot::new(&samples, [0, 1], 8, 2.0).unwrap();
        let data = pilot.draw(&mut Stream::new(1, Purpose::Planning, 0, 0)).unwrap();
        assert_eq!(data.columns()[0].sample.len(), 4);
    }

    #[test]
    fn sizes_that_cannot_be_drawn() {
        let a = [1.0, 3.0, 10.0, 14.0];
        let samples = Samples::paired([("a", a), ("b", a)]).unwrap().stratified(&[0, 0, 1, 1]).unwrap();
        let error =
            |size: usize| Pilot::new(&samples, [0, 1], size, size as f64 / 4.0).map(|_| ()).unwrap_err();
        // Two strata of two units: of four units of a sample three quarters.
        assert_eq!(error(1), Error::TooFewRows { found: 1, needed: 2 });
        assert_eq!(error(4), Error::TooFewRows { found: 1, needed: 2 });
        // Four rows.
        assert!(Pilot::new(&samples, [0, 1], MOST_ROWS, MOST_ROWS as f64 / 4.0).is_ok());
        let above = MOST_ROWS + 4;
        assert_eq!(error(above), Error::SimulationTooLarge { size: above, most: MOST_ROWS });
        let absurd = 10_000_000_000_000_000_000;
        assert_eq!(error(absurd), Error::SimulationTooLarge { size: absurd, most: MOST_ROWS });
    }
}
