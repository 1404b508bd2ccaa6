//! The dependence of columns on each other: matrices of rank correlations, and how far apart two are.

use super::correlation::{Ranked, Scratch, kendall, spearman};
use super::figure::Figure;
use super::table::{MixedTable, Values};
use super::waves::in_waves;
use crate::error::Error;
use crate::resampling::{Reporter, Stage};

/// Which rank correlations are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Dependence {
    /// Spearman's rho and Kendall's tau-b: O(n log n) per pair of columns. The default.
    #[default]
    SpearmanAndKendall,
    /// Spearman's rho alone: O(n) per pair of columns.
    Spearman,
    /// None.
    Off,
}

/// The rank correlations of the numeric columns of a table. Made by [`rank_correlations`].
///
/// Symmetric, 1 on the diagonal; `None` where a column of the pair is constant, which has no correlation (also on
/// the diagonal).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RankCorrelations {
    /// The numeric columns, in the order of rows and columns of the matrices.
    pub names: Vec<String>,
    /// Spearman's rho.
    pub spearman: Vec<Vec<Option<f64>>>,
    /// Kendall's tau-b; empty where it was not asked for.
    pub kendall: Vec<Vec<Option<f64>>>,
}

/// How far apart two matrices of correlations are.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CorrelationDifference {
    /// Mean absolute difference over the pairs of columns with a correlation in both tables; `None` where there is
    /// no such pair.
    pub mean: Option<Figure>,
    /// Largest absolute difference.
    pub largest: Option<Figure>,
    /// The pair of columns with the largest difference.
    pub at: Option<ColumnPair>,
    /// Pairs of columns that were compared.
    pub pairs: usize,
    /// Pairs left out: a column of theirs is constant in one of the tables.
    pub undefined: Vec<ColumnPair>,
}

/// Two columns.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ColumnPair {
    /// The first.
    pub a: String,
    /// The second.
    pub b: String,
}

/// How well a synthetic table keeps the dependence of columns on each other.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DependenceFidelity {
    /// Correlations of the real table.
    pub real: RankCorrelations,
    /// Correlations of the synthetic table.
    pub synthetic: RankCorrelations,
    /// Of Spearman's rho.
    pub spearman: CorrelationDifference,
    /// Of Kendall's tau-b, where it was asked for.
    pub kendall: Option<CorrelationDifference>,
}

/// Which columns of a table rise together? The matrices of Spearman's rho and Kendall's tau-b of its numeric columns.
///
/// As [`spearman_rho`](crate::spearman_rho) and [`kendall_tau`](crate::kendall_tau), each column ordered once.
/// Pairs are spread over threads under the feature `rayon`. Cost O(k n log n + k^2 n log n) for k columns.
///
/// # Errors
/// [`Error::NoColumns`], [`Error::UnequalLengths`], [`Error::DuplicateName`]; in the named column, [`Error::Empty`]
/// and [`Error::NotFinite`].
///
/// ```
/// use risk_sd::{MixedTable, rank_correlations};
///
/// let (x, y, z) = ([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0], [5.0; 4]);
/// let table = MixedTable::new().numeric("x", &x).numeric("y", &y).numeric("z", &z);
/// let found = rank_correlations(&table)?;
/// assert_eq!(found.spearman[0], [Some(1.0), Some(0.8), None]);
/// assert_eq!(found.kendall[0][1], Some(2.0 / 3.0));
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "correlation matrix")]
pub fn rank_correlations(table: &MixedTable) -> Result<RankCorrelations, Error> {
    table.check()?;
    let numeric = |column: &super::table::NamedColumn| match column.values {
        Values::Numeric(values) => Some((column.name.clone(), Ranked::of(values))),
        Values::Categorical(_) => None,
    };
    let (names, ranked): (Vec<String>, Vec<Ranked>) = table.columns.iter().filter_map(numeric).unzip();
    let dependence = Dependence::SpearmanAndKendall;
    let ranked: Vec<&Ranked> = ranked.iter().collect();
    let pairs = of_pairs(dependence, &[&ranked], &mut Reporter::silent())?;
    Ok(RankCorrelations::of(names, &ranked, &pairs, dependence))
}

/// Rho and tau of a pair; NaN where it has none (or tau was not asked for).
pub(super) type PairValues = [f64; 2];

/// The pairs (i, j), i < j, of k columns, j fastest.
pub(super) fn pairs(k: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..k).flat_map(move |i| (i + 1..k).map(move |j| [i, j]))
}

/// The correlations of all pairs of columns of some tables, table after table.
pub(super) fn of_pairs(
    dependence: Dependence,
    tables: &[&[&Ranked]],
    reporter: &mut Reporter<'_>,
) -> Result<Vec<PairValues>, Error> {
    let of_table = |table| move |pair| (table, pair);
    let all: Vec<(&[&Ranked], [usize; 2])> =
        tables.iter().flat_map(|table| pairs(table.len()).map(of_table(*table))).collect();
    let stage = (Stage::ColumnPairs, |pairs| pairs);
    in_waves(all.len(), stage, reporter, Scratch::default, |scratch, pair| {
        let (table, [i, j]) = all[pair];
        correlations(dependence, [table[i], table[j]], None, |_| 1, scratch)
    })
}

/// The correlations of a pair whose rows are repeated so often; `places` are then those of the repeated rows.
pub(super) fn correlations(
    dependence: Dependence,
    [a, b]: [&Ranked; 2],
    places: Option<[&[u32]; 2]>,
    times: impl Fn(usize) -> usize,
    scratch: &mut Scratch,
) -> PairValues {
    let [x, y] = places.unwrap_or([&a.places, &b.places]);
    let rho = spearman(x, y, &times).unwrap_or(f64::NAN);
    let tau = match dependence {
        Dependence::SpearmanAndKendall => kendall(a, &b.places, times, scratch).unwrap_or(f64::NAN),
        _ => f64::NAN,
    };
    [rho, tau]
}

/// Mean and largest absolute difference of the pairs that have both; NaN where there is none.
pub(super) fn difference(real: &[PairValues], synthetic: &[PairValues], which: usize) -> [f64; 2] {
    let (mut sum, mut count, mut largest) = (0.0, 0, f64::NAN);
    for (a, b) in real.iter().zip(synthetic) {
        let difference = (a[which] - b[which]).abs();
        if !difference.is_nan() {
            sum += difference;
            count += 1;
            largest = difference.max(largest);
        }
    }
    [if count == 0 { f64::NAN } else { sum / f64::from(count) }, largest]
}

impl RankCorrelations {
    pub(super) fn of(
        names: Vec<String>,
        ranked: &[&Ranked],
        values: &[PairValues],
        dependence: Dependence,
    ) -> RankCorrelations {
        let k = names.len();
        let matrix = |which: usize| {
            let mut matrix = vec![vec![None; k]; k];
            for (i, column) in ranked.iter().enumerate() {
                matrix[i][i] = column.varies().then_some(1.0);
            }
            for ([i, j], value) in pairs(k).zip(values) {
                let value = Some(value[which]).filter(|value| !value.is_nan());
                (matrix[i][j], matrix[j][i]) = (value, value);
            }
            matrix
        };
        let kendall = match dependence {
            Dependence::SpearmanAndKendall => matrix(1),
            _ => Vec::new(),
        };
        RankCorrelations { spearman: matrix(0), kendall, names }
    }
}

impl CorrelationDifference {
    pub(super) fn of(
        names: &[String],
        [real, synthetic]: [&[PairValues]; 2],
        which: usize,
        [mean, largest]: [Figure; 2],
    ) -> CorrelationDifference {
        let defined = |figure: Figure| Some(figure).filter(|figure| !figure.value.is_nan());
        let column_pair = |[i, j]: [usize; 2]| ColumnPair { a: names[i].clone(), b: names[j].clone() };
        let differences = real.iter().zip(synthetic).map(|(a, b)| (a[which] - b[which]).abs());
        let (mut at, mut undefined, mut compared) = (None, Vec::new(), 0);
        for (pair, difference) in pairs(names.len()).zip(differences) {
            if difference.is_nan() {
                undefined.push(column_pair(pair));
                continue;
            }
            compared += 1;
            if at.is_none() && difference == largest.value {
                at = Some(column_pair(pair));
            }
        }
        CorrelationDifference {
            mean: defined(mean),
            largest: defined(largest),
            at,
            pairs: compared,
            undefined,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranking::kendall_tau;
    use proptest::prelude::*;

    /// SciPy 1.17.1: `stats.spearmanr`, `stats.kendalltau` of these columns (ties in each).
    #[test]
    fn agrees_with_scipy() {
        let a = [2.1, 3.4, 3.4, 0.5, 7.7, 9.1, 2.1, 2.1, 5.0, 6.2, 1.0, 8.8];
        let b = [1.0, 4.0, 2.0, 2.0, 5.0, 9.0, 3.0, 1.0, 4.0, 4.0, 0.0, 6.0];
        let c = [9.0, 1.5, 7.2, 8.0, -1.0, 2.0, 2.0, 6.6, 3.1, 0.0, 5.5, -4.0];
        let table = MixedTable::new().numeric("a", &a).numeric("b", &b).numeric("c", &c);
        let found = rank_correlations(&table).unwrap();
        let near = |found: Option<f64>, expected: f64| {
            assert!((found.unwrap() - expected).abs() < 1e-14, "{found:?} {expected}");
        };
        near(found.spearman[0][1], SCIPY[0]);
        near(found.spearman[2][0], SCIPY[1]);
        near(found.spearman[1][2], SCIPY[2]);
        near(found.kendall[0][1], SCIPY[3]);
        near(found.kendall[2][0], SCIPY[4]);
        near(found.kendall[1][2], SCIPY[5]);
    }

    const SCIPY: [f64; 6] = [
        0.8966146151914353,
        -0.7279333726844377,
        -0.7787915579452676,
        0.8130350006092966,
        -0.5828398006747826,
        -0.60347877596407,
    ];

    #[test]
    fn constant_columns_have_no_correlation_and_are_named() {
        let pairs = [[0.5, 0.25], [f64::NAN, f64::NAN], [0.0, 0.0]];
        let other = [[0.25, 0.0], [0.5, 0.5], [-0.5, -0.5]];
        let names = ["x", "y", "z"].map(str::to_owned);
        let figures = difference(&pairs, &other, 0);
        assert_eq!(figures, [0.375, 0.5]);
        let figures = figures.map(|value| Figure { value, standard_error: None });
        let found = CorrelationDifference::of(&names, [&pairs, &other], 0, figures);
        let pair = |a: &str, b: &str| ColumnPair { a: a.to_owned(), b: b.to_owned() };
        assert_eq!((found.at, found.pairs), (Some(pair("y", "z")), 2));
        assert_eq!(found.undefined, [pair("x", "z")]);
        assert!(difference(&pairs[1..2], &other[1..2], 0).iter().all(|value| value.is_nan()));
    }

    proptest! {
        #[test]
        fn tau_is_that_of_the_rankings(rows in prop::collection::vec((-4..4i32, -4..4i32), 2..40)) {
            let a: Vec<f64> = rows.iter().map(|r| r.0.into()).collect();
            let b: Vec<f64> = rows.iter().map(|r| r.1.into()).collect();
            let table = MixedTable::new().numeric("a", &a).numeric("b", &b);
            let found = rank_correlations(&table).unwrap();
            prop_assert_eq!(found.kendall[0][1], kendall_tau(&a, &b).ok());
            prop_assert_eq!(found.spearman[1][0], crate::spearman_rho(&a, &b).ok());
        }
    }
}
