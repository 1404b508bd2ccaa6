//! One column of a synthetic table against the same column of the real one.

use super::bins::{self, QuantileBins};
use super::figure::Figure;
use super::shares::{chi_square, entropy_of, shares_of, total_variation};
use super::table::Levels;
use crate::error::Error;
use crate::sample::Sample;
use crate::transport::{energy_distance, kolmogorov_smirnov_distance, wasserstein};

/// How a synthetic column of numbers differs from the real one. Made by [`numeric_fidelity`] and
/// [`TableFidelity`](crate::TableFidelity).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NumericFidelity {
    /// [`wasserstein`] of exponent 1, in units of the column.
    pub wasserstein_1: Figure,
    /// [`wasserstein`] of exponent 2, in units of the column.
    pub wasserstein_2: Figure,
    /// [`kolmogorov_smirnov_distance`], in [0, 1].
    pub kolmogorov_smirnov: Figure,
    /// [`energy_distance`], in the root of the units of the column.
    pub energy: Figure,
    /// [`chi_square_distance`](crate::chi_square_distance) over [`QuantileBins`] of the real column, in [0, 1].
    pub chi_square: Figure,
    /// [`entropy`](crate::entropy) of the real column over these bins, in nats.
    pub entropy_real: Figure,
    /// The same of the synthetic column, over the bins of the real one.
    pub entropy_synthetic: Figure,
}

/// How a synthetic column of levels differs from the real one. Made by [`categorical_fidelity`] and
/// [`TableFidelity`](crate::TableFidelity).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CategoricalFidelity {
    /// [`total_variation_distance`](crate::total_variation_distance) of the shares of levels, in [0, 1].
    pub total_variation: Figure,
    /// [`chi_square_distance`](crate::chi_square_distance) of the shares of levels, in [0, 1].
    pub chi_square: Figure,
    /// [`entropy`](crate::entropy) of the real column, in nats.
    pub entropy_real: Figure,
    /// [`entropy`](crate::entropy) of the synthetic column, in nats.
    pub entropy_synthetic: Figure,
    /// Levels that occur in one of the columns at least.
    pub levels: usize,
    /// Levels that the synthetic column never has. They count, as shares of 0.
    pub only_in_real: Vec<LevelCount>,
    /// Levels that the real column never has. They count, as shares of 0.
    pub only_in_synthetic: Vec<LevelCount>,
}

/// A level and how many rows have it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LevelCount {
    /// The level.
    pub level: String,
    /// Its rows.
    pub rows: usize,
}

/// How well does a generated column of numbers follow the real one?
///
/// ```text
/// W_1, W_2, Kolmogorov-Smirnov, energy        exact, of the samples
/// chi-square, entropies                       over at most `bins` bins between quantiles of the real column
/// ```
///
/// Sizes and weights are free. Without standard errors; [`TableFidelity`](crate::TableFidelity) has those. The
/// property of a generated object (one number each: a length, a weight, a score) is such a column too.
///
/// Cost O(n + m).
///
/// # Errors
/// [`Error::InvalidBins`]; [`Error::OutOfRange`] where a distance is beyond the range of f64.
///
/// ```
/// use risk_sd::{Sample, numeric_fidelity, wasserstein};
///
/// let real = Sample::new([1.0, 2.0, 3.0, 4.0])?;
/// let synthetic = Sample::new([1.5, 2.5, 2.5, 9.0])?;
/// let fidelity = numeric_fidelity(&real, &synthetic, 10)?;
/// assert_eq!(fidelity.wasserstein_1.value, wasserstein(1.0, &real, &synthetic)?);
/// assert_eq!(fidelity.kolmogorov_smirnov.value, 0.25);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn numeric_fidelity(
    real: &Sample,
    synthetic: &Sample,
    bins: usize,
) -> Result<NumericFidelity, Error> {
    bins::check(bins)?;
    let figures = numeric_figures(real, synthetic, bins)?;
    Ok(NumericFidelity::of(&mut exact(figures)))
}

/// How well does a generated column of levels follow the real one?
///
/// Total variation, chi-square and entropies of the shares of levels. A level that only one column has counts as a
/// share of 0 in the other, and is reported by name.
///
/// Cost O((n + m) + L log L) for L levels.
///
/// # Errors
/// [`Error::InTable`] with [`Error::Empty`].
///
/// ```
/// use risk_sd::categorical_fidelity;
///
/// let fidelity = categorical_fidelity(["a", "a", "b", "c"], ["a", "b", "b", "d"])?;
/// assert_eq!(fidelity.total_variation.value, 0.5);
/// assert_eq!(fidelity.only_in_synthetic[0].level, "d");
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn categorical_fidelity(
    real: impl IntoIterator<Item = impl AsRef<str>>,
    synthetic: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<CategoricalFidelity, Error> {
    let (real, synthetic) = (Levels::of(real), Levels::of(synthetic));
    for (levels, table) in [(&real, "real"), (&synthetic, "synthetic")] {
        if levels.of_row.is_empty() {
            return Err(Error::Empty.in_table(table));
        }
    }
    let common = CommonLevels::of([&real, &synthetic]);
    let counts = [common.counts(0, &real), common.counts(1, &synthetic)];
    let mut figures = exact(categorical_figures([&counts[0], &counts[1]]));
    Ok(CategoricalFidelity::of(&mut figures, &common, [&counts[0], &counts[1]]))
}

/// The figures of a numeric column, in the order of the fields.
pub(super) fn numeric_figures(
    real: &Sample,
    synthetic: &Sample,
    bins: usize,
) -> Result<[f64; 7], Error> {
    let bins = QuantileBins::of(real, bins);
    let (p, q) = (bins.shares(real), bins.shares(synthetic));
    Ok([
        wasserstein(1.0, real, synthetic)?,
        wasserstein(2.0, real, synthetic)?,
        kolmogorov_smirnov_distance(real, synthetic),
        energy_distance(real, synthetic)?,
        chi_square(&p, &q),
        entropy_of(&p),
        entropy_of(&q),
    ])
}

/// The figures of a categorical column, in the order of the fields, from counts by common level.
pub(super) fn categorical_figures([real, synthetic]: [&[u64]; 2]) -> [f64; 4] {
    let (p, q) = (shares_of(real), shares_of(synthetic));
    [total_variation(&p, &q), chi_square(&p, &q), entropy_of(&p), entropy_of(&q)]
}

impl NumericFidelity {
    pub(super) fn of(figures: &mut impl Iterator<Item = Figure>) -> NumericFidelity {
        let mut next = || figures.next().expect("seven figures of a numeric column");
        NumericFidelity {
            wasserstein_1: next(),
            wasserstein_2: next(),
            kolmogorov_smirnov: next(),
            energy: next(),
            chi_square: next(),
            entropy_real: next(),
            entropy_synthetic: next(),
        }
    }
}

impl CategoricalFidelity {
    pub(super) fn of(
        figures: &mut impl Iterator<Item = Figure>,
        levels: &CommonLevels,
        [real, synthetic]: [&[u64]; 2],
    ) -> CategoricalFidelity {
        let mut next = || figures.next().expect("four figures of a categorical column");
        CategoricalFidelity {
            total_variation: next(),
            chi_square: next(),
            entropy_real: next(),
            entropy_synthetic: next(),
            levels: levels.len(),
            only_in_real: levels.missing(real, synthetic),
            only_in_synthetic: levels.missing(synthetic, real),
        }
    }
}

/// Figures without errors.
fn exact<const N: usize>(figures: [f64; N]) -> impl Iterator<Item = Figure> {
    figures.into_iter().map(|value| Figure { value, standard_error: None })
}

/// The levels of two columns together, ascending.
#[derive(Debug)]
pub(super) struct CommonLevels {
    names: Vec<String>,
    /// Of each column: the place of each of its own levels among all.
    places: [Vec<u32>; 2],
}

impl CommonLevels {
    pub(super) fn of(columns: [&Levels; 2]) -> CommonLevels {
        let mut names: Vec<String> = columns.iter().flat_map(|levels| &levels.names).cloned().collect();
        names.sort_unstable();
        names.dedup();
        let place = |name: &String| names.partition_point(|other| other < name) as u32;
        let places = columns.map(|levels| levels.names.iter().map(place).collect());
        CommonLevels { names, places }
    }

    /// Rows by common level, of one of the columns.
    pub(super) fn counts(&self, column: usize, levels: &Levels) -> Vec<u64> {
        let mut own = vec![0; levels.names.len()];
        levels.of_row.iter().for_each(|level| own[*level as usize] += 1);
        self.spread(column, &own)
    }

    /// Counts by a column's own level as counts by common level.
    pub(super) fn spread(&self, column: usize, own: &[u64]) -> Vec<u64> {
        let mut counts = vec![0; self.names.len()];
        self.places[column].iter().zip(own).for_each(|(place, count)| counts[*place as usize] = *count);
        counts
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The place among all of a level of one of the columns.
    pub(super) fn place(&self, column: usize, level: u32) -> u32 {
        self.places[column][level as usize]
    }

    /// A column's levels as numbers.
    pub(super) fn numbers(&self, column: usize, levels: &Levels) -> Vec<f64> {
        levels.of_row.iter().map(|level| f64::from(self.place(column, *level))).collect()
    }

    /// The levels with rows here and none there.
    fn missing(&self, here: &[u64], there: &[u64]) -> Vec<LevelCount> {
        let counted = self.names.iter().zip(here.iter().zip(there));
        let missing = counted.filter(|(_, (here, there))| **here > 0 && **there == 0);
        let level = |name: &String, rows: u64| LevelCount { level: name.clone(), rows: rows as usize };
        missing.map(|(name, (rows, _))| level(name, *rows)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares of a, b, c, d: real (2, 1, 1, 0)/4, synthetic (1, 2, 0, 1)/4. Total variation (1 + 1 + 1 + 1)/8 = 1/2;
    /// chi-square (1/2)(1/4)(1/3 + 1/3 + 1 + 1) = 1/3; both entropies (1/2) ln 2 + (1/2) ln 4 = (3/2) ln 2.
    #[test]
    fn levels_of_one_column_only_count_and_are_named() {
        let found = categorical_fidelity(["b", "a", "c", "a"], ["b", "d", "b", "a"]).unwrap();
        assert_eq!(found.total_variation.value, 0.5);
        assert!((found.chi_square.value - 1.0 / 3.0).abs() < 1e-15);
        assert!((found.entropy_real.value - 1.5 * std::f64::consts::LN_2).abs() < 1e-15);
        assert_eq!(found.entropy_synthetic.value, found.entropy_real.value);
        let one = |level: &str| vec![LevelCount { level: level.to_owned(), rows: 1 }];
        assert_eq!((found.levels, found.only_in_real, found.only_in_synthetic), (4, one("c"), one("d")));
    }

    #[test]
    fn columns_without_rows_are_named() {
        let error = categorical_fidelity(["a"], [""; 0]).unwrap_err();
        assert_eq!(error.to_string(), "synthetic table: the sample is empty");
        let one = Sample::new([1.0]).unwrap();
        assert_eq!(numeric_fidelity(&one, &one, 0), Err(Error::InvalidBins { bins: 0 }));
    }

    #[test]
    fn numbers_are_those_of_the_distances() {
        let (x, y) = (Sample::new([0.0, 2.0, 4.0]).unwrap(), Sample::new([1.0, 1.5, 3.0]).unwrap());
        let found = numeric_fidelity(&x, &y, 10).unwrap();
        assert_eq!(found.wasserstein_1.value, 5.0 / 6.0);
        assert_eq!(found.wasserstein_2.value, 0.75_f64.sqrt());
        assert_eq!(found.kolmogorov_smirnov.value, 1.0 / 3.0);
        assert_eq!(found.energy.value, (5.0_f64 / 9.0).sqrt());
        // Edges 0 and 2: real thirds; synthetic (0, 2, 1)/3. (1/2)(1/3)(1/1 + 1/3 + 0) = 2/9.
        assert!((found.chi_square.value - 2.0 / 9.0).abs() < 1e-15);
    }

    #[test]
    fn a_sample_against_itself_is_at_no_distance() {
        let x = Sample::new((0..50).map(|i| f64::from(i * i % 17))).unwrap();
        let found = numeric_fidelity(&x, &x, 10).unwrap();
        let distances = [
            found.wasserstein_1,
            found.wasserstein_2,
            found.kolmogorov_smirnov,
            found.energy,
            found.chi_square,
        ];
        assert!(distances.iter().all(|figure| figure.value == 0.0));
        assert_eq!(found.entropy_real, found.entropy_synthetic);
    }
}
