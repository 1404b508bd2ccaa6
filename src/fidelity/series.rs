//! Series of entities: differences from row to row, autocorrelation, transitions. No step crosses from one entity
//! to another.

use super::table::{Entities, Levels};
use crate::error::Error;
use crate::kernels::scale::Differences;
use crate::kernels::sort;
use crate::kernels::sum::{Sum, sum};
use crate::sample::Sample;

/// More lags than any series of use has: a bound on what is allocated.
const MOST_LAGS: usize = 1 << 20;

/// By how much does a series move? The differences of rows `lag` steps apart, of all entities together.
///
/// `x(t + lag) - x(t)` for the rows of each entity in their order; never from the rows of one entity to those of
/// another. Compare those of real and synthetic series by any distance of samples. Cost O(n log n).
///
/// # Errors
/// [`Error::Empty`]; [`Error::NotFinite`]; [`Error::UnequalLengths`] for labels; [`Error::NoLags`] for lag 0;
/// [`Error::SeriesTooShort`] where no entity has more rows than `lag`; [`Error::OutOfRange`] for a difference beyond
/// the range of f64.
///
/// ```
/// use risk_sd::lag_differences;
///
/// let found = lag_differences(&[1.0, 4.0, 100.0, 6.0], ["a", "a", "b", "a"], 1)?;
/// assert_eq!(found.values(), [2.0, 3.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "diff")]
pub fn lag_differences(
    values: &[f64],
    entities: impl IntoIterator<Item = impl Ord>,
    lag: usize,
) -> Result<Sample, Error> {
    let series = series(values, entities)?;
    if lag == 0 {
        return Err(Error::NoLags);
    }
    series.check(lag)?;
    Sample::new(series.differences(values, lag)?.values)
}

/// How long does a series remember? The autocorrelation function within entities, for lags 1 to `lags`.
///
/// ```text
/// r(k) = sum_e sum_t (x(t) - m_e)(x(t + k) - m_e) / sum_e sum_t (x(t) - m_e)^2
/// ```
///
/// over the entities e with more than k rows, m_e the mean of the entity: differences between entities play no part.
/// For one entity this is the textbook estimator (the sum in the denominator has all n rows, that in the numerator
/// n - k); for many, the mean of theirs weighted by their sums of squares. `None` where no entity has so many rows,
/// or all are constant. Short series pull the estimate down by about 1/n; compare tables of alike lengths.
///
/// Cost O(n log n + n lags).
///
/// # Errors
/// As [`lag_differences`]: [`Error::NoLags`] for `lags` 0, [`Error::TooManyLags`] above 2^20, [`Error::SeriesTooShort`] where no entity has two rows.
///
/// Reference: Box, Jenkins 1976, section 2.1.
///
/// ```
/// use risk_sd::autocorrelation;
///
/// let found = autocorrelation(&[1.0, 2.0, 3.0, 4.0], ["a"; 4], 4)?;
/// assert_eq!(found, [Some(0.25), Some(-0.3), Some(-0.45), None]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "ACF")]
#[doc(alias = "serial correlation")]
pub fn autocorrelation(
    values: &[f64],
    entities: impl IntoIterator<Item = impl Ord>,
    lags: usize,
) -> Result<Vec<Option<f64>>, Error> {
    let series = series(values, entities)?;
    check_lags(lags)?;
    series.check(1)?;
    Ok(series.products(values, lags).ratios(|_| 1.0))
}

/// Refuses no lag, and more than can be meant.
pub(super) fn check_lags(lags: usize) -> Result<(), Error> {
    match lags {
        0 => Err(Error::NoLags),
        1..=MOST_LAGS => Ok(()),
        found => Err(Error::TooManyLags { found, most: MOST_LAGS }),
    }
}

fn series(values: &[f64], entities: impl IntoIterator<Item = impl Ord>) -> Result<Series, Error> {
    if values.is_empty() {
        return Err(Error::Empty);
    }
    if let Err(row) = sort::survey(values) {
        return Err(Error::NotFinite { row, value: values[row] });
    }
    let entities = Entities::of(entities);
    let (expected, found) = (values.len(), entities.of_row.len());
    match expected == found {
        true => Ok(Series::of(&entities)),
        false => Err(Error::UnequalLengths { what: "labels of entities", expected, found }),
    }
}

/// Rows by entity, in their order within each.
#[derive(Debug)]
pub(super) struct Series {
    rows: Vec<u32>,
    /// Where the rows of each entity end.
    ends: Vec<u32>,
}

/// Numbers, and the entity of each.
#[derive(Debug)]
pub(super) struct OfEntities<T> {
    pub(super) values: Vec<T>,
    pub(super) entity: Vec<u32>,
}

impl Series {
    pub(super) fn of(entities: &Entities) -> Series {
        let mut ends = vec![0u32; entities.count];
        entities.of_row.iter().for_each(|entity| ends[*entity as usize] += 1);
        let mut end = 0;
        for of_entity in &mut ends {
            end += *of_entity;
            *of_entity = end;
        }
        // From the last row backwards, each goes before those of its entity that are placed.
        let mut rows = vec![0; entities.of_row.len()];
        let mut places = ends.clone();
        for (row, &entity) in entities.of_row.iter().enumerate().rev() {
            let place = &mut places[entity as usize];
            *place -= 1;
            rows[*place as usize] = row as u32;
        }
        Series { rows, ends }
    }

    /// The rows of each entity.
    pub(super) fn entities(&self) -> impl Iterator<Item = &[u32]> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.rows[start as usize..end as usize])
    }

    /// The number of rows of each entity.
    pub(super) fn lengths(&self) -> Vec<f64> {
        self.entities().map(|rows| rows.len() as f64).collect()
    }

    /// Refuses series none of which has a row `lag` steps after another.
    pub(super) fn check(&self, lag: usize) -> Result<(), Error> {
        let longest = self.entities().map(<[u32]>::len).max().unwrap_or(0);
        if longest > lag { Ok(()) } else { Err(Error::SeriesTooShort { longest, lag }) }
    }

    /// `x(t + lag) - x(t)`.
    pub(super) fn differences(&self, values: &[f64], lag: usize) -> Result<OfEntities<f64>, Error> {
        let steps = self.steps(lag, |from, to| values[to] - values[from]);
        match steps.values.iter().all(|difference| difference.is_finite()) {
            true => Ok(steps),
            false => Err(Error::OutOfRange { what: "a difference of two rows" }),
        }
    }

    /// Pairs of levels one row apart, as one number each: `from levels + to`, numbered by `place`.
    pub(super) fn transitions(
        &self,
        levels: &Levels,
        place: impl Fn(u32) -> u64,
        count: u64,
    ) -> OfEntities<u64> {
        let level = |row: usize| place(levels.of_row[row]);
        self.steps(1, |from, to| level(from) * count + level(to))
    }

    fn steps<T>(&self, lag: usize, step: impl Fn(usize, usize) -> T) -> OfEntities<T> {
        let mut found = OfEntities { values: Vec::new(), entity: Vec::new() };
        for (entity, rows) in self.entities().enumerate() {
            for (from, to) in rows.iter().zip(rows.iter().skip(lag)) {
                found.values.push(step(*from as usize, *to as usize));
                found.entity.push(entity as u32);
            }
        }
        found
    }

    /// The sums of products of each entity.
    pub(super) fn products(&self, values: &[f64], lags: usize) -> Products {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let unit = Differences::within(low, high);
        let mut products = Products { lags, sums: Vec::new(), lengths: Vec::new() };
        let mut deviations = Vec::new();
        for rows in self.entities() {
            let first = values[rows[0] as usize];
            deviations.clear();
            deviations.extend(rows.iter().map(|row| unit.between(values[*row as usize], first)));
            let mean = sum(deviations.iter().copied()) / rows.len() as f64;
            deviations.iter_mut().for_each(|deviation| *deviation -= mean);
            let product =
                |lag: usize| sum(deviations.iter().zip(deviations.iter().skip(lag)).map(|(a, b)| a * b));
            products.sums.extend((0..=lags.min(rows.len() - 1)).map(product));
            products.lengths.push(rows.len() as u32);
        }
        products
    }
}

/// Of each entity: sums of products of deviations from its mean, for lags 0 to `lags` as far as its rows reach: never
/// more numbers than rows.
#[derive(Debug)]
pub(super) struct Products {
    lags: usize,
    sums: Vec<f64>,
    lengths: Vec<u32>,
}

impl Products {
    /// The autocorrelation where each entity counts so often.
    pub(super) fn ratios(&self, times: impl Fn(usize) -> f64) -> Vec<Option<f64>> {
        let ratio = |lag: usize| {
            let (mut above, mut below) = (Sum::default(), Sum::default());
            let mut start = 0;
            for (entity, &rows) in self.lengths.iter().enumerate() {
                if rows as usize > lag {
                    above.add(times(entity) * self.sums[start + lag]);
                    below.add(times(entity) * self.sums[start]);
                }
                start += (rows as usize).min(self.lags + 1);
            }
            (below.value() > 0.0).then(|| above.value() / below.value())
        };
        let longest = self.lengths.iter().copied().max().unwrap_or(0) as usize;
        (1..=self.lags).map(|lag| if lag < longest { ratio(lag) } else { None }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bad_series_are_named() {
        let none = lag_differences(&[1.0, 2.0], [1, 2], 1);
        assert_eq!(none, Err(Error::SeriesTooShort { longest: 1, lag: 1 }));
        assert_eq!(lag_differences(&[1.0, 2.0], [1, 1], 0), Err(Error::NoLags));
        assert_eq!(autocorrelation(&[1.0, 2.0], [1, 1], 0), Err(Error::NoLags));
        let most = MOST_LAGS;
        for found in [most + 1, 1 << 50, usize::MAX] {
            let refused = Err(Error::TooManyLags { found, most });
            assert_eq!(autocorrelation(&[1.0, 2.0], [1, 1], found), refused);
        }
        assert_eq!(autocorrelation(&[1.0, 2.0], [1, 1], most).unwrap()[..2], [Some(-0.5), None]);
        assert_eq!(autocorrelation(&[], [1; 0], 1), Err(Error::Empty));
        assert!(matches!(autocorrelation(&[1.0], [1, 1], 1), Err(Error::UnequalLengths { .. })));
        assert!(matches!(autocorrelation(&[f64::NAN], [1], 1), Err(Error::NotFinite { row: 0, .. })));
        let far = lag_differences(&[f64::MIN, f64::MAX], [1, 1], 1);
        assert_eq!(far, Err(Error::OutOfRange { what: "a difference of two rows" }));
    }

    /// Lags beyond all series take no more than their place in the result.
    #[test]
    fn lags_beyond_all_series_are_not_computed() {
        let (found, short) = ([1, 1_000_000], [1.0, 2.0, 4.0]);
        let [few, many] = found.map(|lags| autocorrelation(&short, [1; 3], lags).unwrap());
        assert_eq!((few[0], many.len()), (many[0], 1_000_000));
        assert!(many[2..].iter().all(Option::is_none));
    }

    #[test]
    fn constant_series_have_no_autocorrelation() {
        let found = autocorrelation(&[1e9 + 0.1; 6], [1, 2, 1, 2, 1, 2], 2).unwrap();
        assert_eq!(found, [None, None]);
    }

    /// The same series at any magnitude and offset.
    #[test]
    fn magnitude_and_offset_change_nothing() {
        let base: Vec<f64> = (0..40).map(|i| f64::from(i * i % 23)).collect();
        let entities: Vec<i32> = (0..40).map(|i| i % 3).collect();
        let of = |f: &dyn Fn(f64) -> f64| {
            let values: Vec<f64> = base.iter().map(|v| f(*v)).collect();
            autocorrelation(&values, &entities, 4).unwrap()
        };
        let expected = of(&|v| v);
        for f in [&(|v| v * 1e-300) as &dyn Fn(f64) -> f64, &|v| v * 5e306, &|v| v + 1e9, &|v| -v] {
            for (a, b) in of(f).iter().zip(&expected) {
                assert!((a.unwrap() - b.unwrap()).abs() < 1e-12);
            }
        }
    }

    proptest! {
        #[test]
        fn agree_with_the_definitions(
            rows in prop::collection::vec((0u8..4, -5.0..5.0f64), 2..60),
            lag in 1usize..4,
        ) {
            let values: Vec<f64> = rows.iter().map(|r| r.1).collect();
            let labels: Vec<u8> = rows.iter().map(|r| r.0).collect();
            let of = |label: u8| -> Vec<f64> { rows.iter().filter(|r| r.0 == label).map(|r| r.1).collect() };
            let (mut differences, mut above, mut below) = (Vec::new(), 0.0, 0.0);
            for x in (0..4).map(of).filter(|x| x.len() > lag) {
                let mean = x.iter().sum::<f64>() / x.len() as f64;
                differences.extend((lag..x.len()).map(|t| x[t] - x[t - lag]));
                above += (lag..x.len()).map(|t| (x[t] - mean) * (x[t - lag] - mean)).sum::<f64>();
                below += x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
            }
            match lag_differences(&values, &labels, lag) {
                Ok(found) => prop_assert_eq!(found, Sample::new(&differences).unwrap()),
                Err(_) => prop_assert!(differences.is_empty()),
            }
            if let Ok(found) = autocorrelation(&values, &labels, lag) {
                match found[lag - 1] {
                    Some(r) => prop_assert!((r - above / below).abs() < 1e-12),
                    None => prop_assert!(below == 0.0),
                }
            }
        }
    }
}
