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
    /// where the distribution functions are within `sqrt(ln(n + m))` standard errors of each other. More powerful
    /// than the least favourable case where the curves are far apart somewhere; up to .08 instead of .05 at n = 20.
    LintonSongWhang,
    /// Donald, Hsu 2016: the supremum, with the null law moved down where the difference is below
    /// `-0.1 sqrt(ln ln max(n + m, 16))` standard errors. Never less powerful than Barrett-Donald.
    DonaldHsu,
    /// Hong, Li 2018: the numerical derivative of the functional at the estimated difference, with step
    /// `(nm/(n + m))^(-1/32)`. Any functional. Liberal for the supremum at first order: .13, .10, .07 instead of .05
    /// at n = 20, 50, 200.
    NumericalDelta,
}

/// Where the law of the statistic under the hypothesis comes from.
///
/// Without a choice: [`NullLaw::Recentred`], for Linton-Maasoumi-Whang [`NullLaw::RandomSubsets`].
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
    /// (Linton-Maasoumi-Whang). As many replicates as there are runs.
    OverlappingBlocks(SubsampleSize),
    /// p = exp(-2 T^2), without drawing (Smirnov): Barrett-Donald, supremum, order 1, independent samples without
    /// weights and ties.
    #[doc(alias = "Smirnov")]
    Asymptotic,
    /// The same for n = m, exactly: `C(2n, n - h) / C(2n, n)` with h = n times the supremum.
    Exact,
}

/// How many rows a subsample has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SubsampleSize {
    /// `sqrt(n)`, rounded up.
    #[default]
    Automatic,
    /// This many rows of A (pairs, clusters); of B in proportion.
    Rows(usize),
}

/// What a valid test does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) functional: Functional,
    pub(super) law: NullLaw,
    /// `None` where nothing is drawn.
    pub(super) draw: Option<Draw>,
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

    /// Whether the test can be done with this design.
    ///
    /// # Errors
    /// [`Error::WrongMethod`].
    fn fits(self, samples: &Samples) -> Result<(), Error> {
        match self {
            UniformMethod::LintonSongWhang => {
                pointwise_errors("the contact sets of Linton-Song-Whang", samples)
            }
            UniformMethod::DonaldHsu => pointwise_errors("the thresholds of Donald-Hsu", samples),
            UniformMethod::BarrettDonald
            | UniformMethod::LintonMaasoumiWhang
            | UniformMethod::NumericalDelta => Ok(()),
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
            NullLaw::Bayesian | NullLaw::Multiplier | NullLaw::RandomSubsets(_) if in_strata => {
                "it would have to be drawn and centred within strata: use the recentred bootstrap"
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
            NullLaw::OverlappingBlocks(_)
                if samples.design().series.as_ref().is_some_and(|series| series.ends.len() > 1) =>
            {
                "a run of rows would cross from one series into the next: use the recentred bootstrap"
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

/// Refuses designs whose standard errors at single values are not known: strata, surveys, time series.
pub(crate) fn pointwise_errors(method: &'static str, samples: &Samples) -> Result<(), Error> {
    match samples.sampling() {
        Sampling::Independent | Sampling::Paired | Sampling::Clustered => Ok(()),
        sampling => Err(Error::WrongMethod {
            method,
            sampling: sampling.in_words(),
            reason: "standard errors at single values are known for independent, paired and clustered rows only",
        }),
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

impl UniformTest {
    pub(super) fn plan(&self, samples: &Samples, pair: [usize; 2]) -> Result<Plan, Error> {
        let functional = self.method.functional(self.functional)?;
        let law = self.null_law.unwrap_or(match self.method {
            UniformMethod::LintonMaasoumiWhang => NullLaw::RandomSubsets(SubsampleSize::Automatic),
            _ => NullLaw::Recentred,
        });
        self.method.fits(samples)?;
        self.method.takes(law)?;
        law.fits(samples, pair)?;
        let [n, m] = pair.map(|position| samples.columns()[position].sample.len());
        let root = |n: f64, m: f64| (n * m / (n + m)).sqrt();
        let mut plan = Plan {
            functional,
            law,
            draw: None,
            replicates: self.replicates,
            root: root(n as f64, m as f64),
            root_of_replicates: root(n as f64, m as f64),
        };
        plan.draw = match law {
            NullLaw::Recentred => Some(Draw::Rows),
            NullLaw::Bayesian => Some(Draw::Exponentials),
            NullLaw::Multiplier => Some(Draw::Normals),
            NullLaw::Pooled => Some(Draw::Pooled),
            NullLaw::Permutation => Some(Draw::Labels),
            NullLaw::Asymptotic | NullLaw::Exact => None,
            NullLaw::RandomSubsets(size) | NullLaw::OverlappingBlocks(size) => {
                let units = samples.units().unwrap_or(n);
                let taken = size.rows(units)?;
                let others = (m as f64 * taken as f64 / n as f64).round().clamp(1.0, m as f64);
                plan.root_of_replicates = match samples.units() {
                    None => root(taken as f64, others),
                    Some(_) => plan.root * (taken as f64 / units as f64).sqrt(),
                };
                match law {
                    NullLaw::OverlappingBlocks(_) => {
                        plan.replicates = units - taken + 1;
                        Some(Draw::Run(taken))
                    }
                    _ => Some(Draw::Subset([taken, others as usize])),
                }
            }
        };
        Ok(plan)
    }
}

impl SubsampleSize {
    fn rows(self, of: usize) -> Result<usize, Error> {
        let found = match self {
            SubsampleSize::Automatic => (of as f64).sqrt().ceil() as usize,
            SubsampleSize::Rows(rows) => rows,
        };
        match found > 1 && found < of {
            true => Ok(found),
            false => Err(Error::InvalidSubsample { found, rows: of }),
        }
    }
}
