//! Which test of the hypothesis of dominance, where its null law comes from, and what goes with what.

use super::settings::UniformTest;
use crate::dominance::Functional;
use crate::error::Error;
use crate::resampling::Draw;
use crate::sample::{Samples, Sampling};

/// A test of the hypothesis "A dominates B".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum UniformMethod {
    /// Barrett, Donald 2003: the law of the statistic where the two distributions are equal, the least favourable
    /// case of the hypothesis. The default. Any functional.
    #[default]
    BarrettDonald,
    /// Linton, Maasoumi, Whang 2005: the statistic of subsamples. Any functional. Conservative in samples of some
    /// hundred rows, the more so the larger the subsamples.
    LintonMaasoumiWhang,
    /// Linton, Song, Whang 2010: the squared area of the violation, its null law taken on the contact set only,
    /// where the distribution functions are within `sqrt(2 ln(n + m))` standard errors of each other. More powerful
    /// than the least favourable case where the curves are far apart somewhere. Slightly liberal in small samples, as the
    /// squared area is in the least favourable case too: .057 instead of .05 at n = 20, .052 at n = 50 (independent rows).
    LintonSongWhang,
    /// Donald, Hsu 2016: the supremum, with the null law moved down where the difference is below
    /// `-0.1 sqrt(ln ln max(n + m, 16))` standard errors. Never less powerful than Barrett-Donald.
    DonaldHsu,
    /// Hong, Li 2018: the numerical derivative of the functional at the estimated difference, with step
    /// `(nm/(n + m))^(-1/32)`. Any functional. Liberal for the supremum at first order: .13, .10, .07 instead of .05
    /// at n = 20, 50, 200. There the statistic moves in steps of 1/n and replicates do not, so none are tied with it; larger
    /// steps of the derivative do not mend that (.07 at n = 50).
    NumericalDelta,
}

/// Where the law of the statistic under the hypothesis comes from.
///
/// Without a choice: [`NullLaw::Recentred`]; for Linton-Maasoumi-Whang [`NullLaw::RandomSubsets`], of time series
/// [`NullLaw::OverlappingBlocks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum NullLaw {
    /// Bootstrap replicates minus what was observed, drawn as the design asks for: rows, pairs or clusters of each
    /// sample from itself, units within strata, circular blocks of a time series.
    #[doc(alias = "bootstrap")]
    Recentred,
    /// The same with exponential weights instead of counts (Rubin's Bayesian bootstrap).
    Bayesian,
    /// A standard normal multiplier for each centred row, pair or cluster.
    #[doc(alias = "wild bootstrap")]
    Multiplier,
    /// Both samples drawn from the rows of both: independent samples without weights, Barrett-Donald only.
    Pooled,
    /// Random labels (independent samples without weights), random exchange within pairs or within clusters of
    /// equally many rows. Exact where the distributions are equal (pairs, clusters: exchangeable). Barrett-Donald
    /// only.
    Permutation,
    /// Subsets without replacement (Linton-Maasoumi-Whang).
    #[doc(alias = "subsampling")]
    RandomSubsets(SubsampleSize),
    /// All runs of consecutive rows of paired columns or time series, which keep the dependence of neighbours
    /// (Linton-Maasoumi-Whang). As many replicates as there are runs; where each column is a series of its own, as the
    /// column with more runs has, with those of the other spread evenly over them: series over the same years stay
    /// together in time.
    OverlappingBlocks(SubsampleSize),
    /// p = exp(-2 T^2), without drawing (Smirnov): Barrett-Donald, supremum, order 1, independent samples without
    /// weights and ties.
    #[doc(alias = "Smirnov")]
    Asymptotic,
    /// The same for n = m, exactly: `C(2n, n - h) / C(2n, n)` with h = n times the supremum.
    Exact,
}

/// How many rows a subsample has.
///
/// The law of subsamples is that of the samples where their sizes are in the proportion of the samples' (the first two).
/// Sizes of one's own change the shares that both columns have in it, unless the distributions are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SubsampleSize {
    /// `sqrt(n)` rows of A (pairs, clusters), rounded up; of B in proportion. More where either would have less than 2
    /// rows, or of a time series less than its block length, because shorter runs do not see how rows depend on each other.
    #[default]
    Automatic,
    /// This many rows of A (pairs, clusters); of B in proportion. Of time series no less than a block of either.
    Rows(usize),
    /// So many rows of each: independent samples, time series of their own (no less than a block of either).
    RowsOfEach {
        /// Rows of A.
        a: usize,
        /// Rows of B.
        b: usize,
    },
}

/// What a valid test does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) functional: Functional,
    pub(super) law: NullLaw,
    /// `None` where nothing is drawn.
    pub(super) draw: Option<Draw>,
    /// What was asked for, in rows.
    pub(super) subsample: Option<SubsampleSize>,
    pub(super) replicates: usize,
    /// `sqrt(nm/(n + m))`, and the same for replicates.
    pub(super) root: f64,
    pub(super) root_of_replicates: f64,
}

impl UniformMethod {
    pub(crate) fn name(self) -> &'static str {
        match self {
            UniformMethod::BarrettDonald => "Barrett-Donald",
            UniformMethod::LintonMaasoumiWhang => "Linton-Maasoumi-Whang",
            UniformMethod::LintonSongWhang => "Linton-Song-Whang",
            UniformMethod::DonaldHsu => "Donald-Hsu",
            UniformMethod::NumericalDelta => "the numerical delta method",
        }
    }

    fn functional(self, chosen: Option<Functional>) -> Result<Functional, Error> {
        let only = match self {
            UniformMethod::LintonSongWhang => Some(Functional::L2),
            UniformMethod::DonaldHsu => Some(Functional::Supremum),
            _ => None,
        };
        match (only, chosen) {
            (Some(only), Some(chosen)) if only != chosen => {
                Err(Error::WrongFunctional { method: self.name(), functional: chosen.name() })
            }
            (Some(only), _) => Ok(only),
            (None, chosen) => Ok(chosen.unwrap_or(Functional::Supremum)),
        }
    }

    /// Whether the null law fits the idea of the test.
    fn takes(self, law: NullLaw) -> Result<(), Error> {
        use NullLaw::{
            Asymptotic, Bayesian, Exact, Multiplier, OverlappingBlocks, Permutation, Pooled,
            RandomSubsets, Recentred,
        };
        let reason = match (self, law) {
            (UniformMethod::LintonMaasoumiWhang, RandomSubsets(_) | OverlappingBlocks(_)) => {
                return Ok(());
            }
            (UniformMethod::LintonMaasoumiWhang, _) => "Linton-Maasoumi-Whang is subsampling",
            (_, RandomSubsets(_) | OverlappingBlocks(_)) => {
                "subsamples are not centred at the hypothesis: they belong to Linton-Maasoumi-Whang"
            }
            (UniformMethod::BarrettDonald, _) | (_, Recentred | Bayesian | Multiplier) => return Ok(()),
            (_, Pooled | Permutation | Asymptotic | Exact) => {
                "it is the law of equal distributions, which this test goes beyond: only Barrett-Donald takes it"
            }
        };
        Err(Error::WrongNullLaw { law: law.name(), reason })
    }
}

impl Functional {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Functional::Supremum => "the supremum",
            Functional::L1 => "the L1 area",
            Functional::L2 => "the L2 area",
        }
    }
}

impl NullLaw {
    pub(crate) fn name(self) -> &'static str {
        match self {
            NullLaw::Recentred => "recentred bootstrap",
            NullLaw::Bayesian => "Bayesian bootstrap",
            NullLaw::Multiplier => "normal multipliers",
            NullLaw::Pooled => "pooled bootstrap",
            NullLaw::Permutation => "permutation",
            NullLaw::RandomSubsets(_) => "random subsets",
            NullLaw::OverlappingBlocks(_) => "overlapping blocks",
            NullLaw::Asymptotic => "limit law exp(-2 T^2)",
            NullLaw::Exact => "exact law of equal sizes",
        }
    }

    /// Whether the null law fits the design of the samples; the reason why not.
    fn fits(self, samples: &Samples, [a, b]: [usize; 2]) -> Result<(), Error> {
        let columns = [a, b].map(|position| &samples.columns()[position]);
        let weighted = columns.iter().any(|column| column.sample.weights().is_some());
        let sampling = samples.sampling();
        let independent = sampling == Sampling::Independent;
        let in_time = sampling == Sampling::TimeSeries;
        let in_strata = matches!(sampling, Sampling::Stratified | Sampling::Survey);
        let reason = match self {
            NullLaw::Recentred => return Ok(()),
            NullLaw::RandomSubsets(SubsampleSize::RowsOfEach { .. })
            | NullLaw::OverlappingBlocks(SubsampleSize::RowsOfEach { .. })
                if !apart(samples) =>
            {
                "columns that share their units are drawn together: give one number of rows"
            }
            NullLaw::Bayesian | NullLaw::Multiplier if in_strata => {
                "it would have to be drawn and centred within strata: use the recentred bootstrap"
            }
            NullLaw::RandomSubsets(_) if in_strata => {
                "subsets would have to be drawn within strata: use Barrett-Donald, recentred"
            }
            NullLaw::Bayesian | NullLaw::Multiplier if in_time => {
                "single rows ignore that neighbours depend on each other: use the recentred bootstrap"
            }
            NullLaw::RandomSubsets(_) if in_time => {
                "single rows ignore that neighbours depend on each other: use overlapping blocks"
            }
            NullLaw::Permutation if in_time => {
                "exchanging single rows ignores that neighbours depend on each other: use the recentred bootstrap"
            }
            NullLaw::Bayesian | NullLaw::Multiplier | NullLaw::RandomSubsets(_) => return Ok(()),
            NullLaw::Pooled if !independent => {
                "rows that belong together would be drawn apart: use the recentred bootstrap"
            }
            NullLaw::Pooled | NullLaw::Permutation if weighted => {
                "weights of the two samples need not have the same law: use the recentred bootstrap"
            }
            NullLaw::Permutation if !independent && !balanced(samples, columns) => {
                "exchange needs as many rows of A as of B in every cluster: use the recentred bootstrap"
            }
            NullLaw::Pooled | NullLaw::Permutation => return Ok(()),
            NullLaw::OverlappingBlocks(_)
                if !matches!(sampling, Sampling::Paired | Sampling::TimeSeries) =>
            {
                "only paired columns and time series keep the order of their rows"
            }
            NullLaw::OverlappingBlocks(_) => return Ok(()),
            NullLaw::Asymptotic | NullLaw::Exact if !independent || weighted => {
                "it is known for independent samples without weights only"
            }
            NullLaw::Exact if columns[0].sample.len() != columns[1].sample.len() => {
                "it is known for samples of equal size only"
            }
            NullLaw::Asymptotic | NullLaw::Exact => return Ok(()),
        };
        Err(Error::WrongNullLaw { law: self.name(), reason })
    }
}

/// Whether every unit has as many rows of one column as of the other.
fn balanced(samples: &Samples, columns: [&crate::sample::Column; 2]) -> bool {
    let mut rows = vec![0i64; samples.units().unwrap_or_default()];
    for (column, one) in columns.into_iter().zip([1, -1]) {
        column.units.iter().flatten().for_each(|&unit| rows[unit as usize] += one);
    }
    rows.iter().all(|&difference| difference == 0)
}

/// Whether no unit has rows of two columns, by design: independent samples, time series of their own.
fn apart(samples: &Samples) -> bool {
    samples.units().is_none()
        || samples.design().series.as_ref().is_some_and(|series| series.ends.len() > 1)
}

impl UniformTest {
    pub(super) fn plan(&self, samples: &Samples, pair: [usize; 2]) -> Result<Plan, Error> {
        let functional = self.method.functional(self.functional)?;
        let automatic = SubsampleSize::Automatic;
        let law = self.null_law.unwrap_or(match (self.method, samples.sampling()) {
            (UniformMethod::LintonMaasoumiWhang, Sampling::TimeSeries) => {
                NullLaw::OverlappingBlocks(automatic)
            }
            (UniformMethod::LintonMaasoumiWhang, _) => NullLaw::RandomSubsets(automatic),
            _ => NullLaw::Recentred,
        });
        self.method.takes(law)?;
        law.fits(samples, pair)?;
        let [n, m] = pair.map(|position| samples.columns()[position].sample.len());
        let mut plan = Plan {
            functional,
            law,
            draw: None,
            subsample: None,
            replicates: self.replicates,
            root: root([n, m]),
            root_of_replicates: root([n, m]),
        };
        plan.draw = match law {
            NullLaw::Recentred => Some(Draw::Rows),
            NullLaw::Bayesian => Some(Draw::Exponentials),
            NullLaw::Multiplier => Some(Draw::Normals),
            NullLaw::Pooled => Some(Draw::Pooled),
            NullLaw::Permutation => Some(Draw::Labels),
            NullLaw::Asymptotic | NullLaw::Exact => None,
            NullLaw::RandomSubsets(size) => Some(Draw::Subset(plan.subsample(size, samples, pair)?)),
            NullLaw::OverlappingBlocks(size) => {
                let lengths = plan.subsample(size, samples, pair)?;
                let series = pair.map(|position| samples.series_of_column(position).len());
                let count = (series[0] - lengths[0]).max(series[1] - lengths[1]) + 1;
                plan.replicates = count;
                Some(Draw::Runs { lengths, count })
            }
        };
        Ok(plan)
    }
}

impl Plan {
    /// Rows of both columns, or shared units (twice the same number), in a subsample.
    fn subsample(
        &mut self,
        size: SubsampleSize,
        samples: &Samples,
        pair: [usize; 2],
    ) -> Result<[usize; 2], Error> {
        let columns = pair.map(|position| &samples.columns()[position]);
        let [n, m] = columns.map(|column| column.sample.len());
        let block_length = samples.block_length().unwrap_or(1);
        // All rows have no variation. Runs shorter than a block do not see how rows depend on each other: the test
        // would reject too often.
        let allowed = |found: usize, of: usize| match found {
            _ if found < 2 || found >= of => Err(Error::InvalidSubsample { found, rows: of }),
            _ if found < block_length => Err(Error::SubsampleBelowBlock { found, block_length }),
            _ => Ok(found),
        };
        // As many of `of` units that in proportion `other` has enough as well.
        let of_first = |of: usize, other: usize| match size {
            SubsampleSize::Automatic => {
                let [least, of, other] = [block_length.max(2), of, other].map(|count| count as f64);
                of.sqrt().max(least).max(least * of / other).ceil() as usize
            }
            SubsampleSize::Rows(rows) | SubsampleSize::RowsOfEach { a: rows, .. } => rows,
        };
        if let (false, Some(units)) = (apart(samples), samples.units()) {
            let taken = allowed(of_first(units, units), units)?;
            self.root_of_replicates = self.root * (taken as f64 / units as f64).sqrt();
            self.subsample = Some(SubsampleSize::Rows(taken));
            return Ok([taken; 2]);
        }
        let a = allowed(of_first(n, m), n)?;
        let b = match size {
            SubsampleSize::RowsOfEach { b, .. } => b,
            _ => (m as f64 * a as f64 / n as f64).round() as usize,
        };
        let b = allowed(b, m).map_err(|error| error.in_column(&columns[1].name))?;
        self.root_of_replicates = root([a, b]);
        self.subsample = Some(SubsampleSize::RowsOfEach { a, b });
        Ok([a, b])
    }
}

/// `sqrt(nm/(n + m))`.
fn root(rows: [usize; 2]) -> f64 {
    let [n, m] = rows.map(|rows| rows as f64);
    (n * m / (n + m)).sqrt()
}
