//! From dimension indices to the ranking under one profile.
//!
//! ```text
//! tau(g, f) = exp(sum over T of omega_T ln pi_T(g, f)),    score(g) = mean_f tau - alpha * risk_f tau
//! ```

use super::report::{CandidateIndex, DimensionReport, ProfileReport};
use super::{DimensionWeight, FoldRisk, Profile, Replication, TrustIndex};
use crate::error::Error;
use crate::kernels::sum::{Sum, sum};
use crate::ranking::ranks_up_to_rounding;
use crate::risk::mean_risk;
use crate::sample::{Sample, Sampling};

/// ln pi of every candidate, fold and dimension.
pub(super) struct Indices {
    /// By candidate, then by fold, then by dimension.
    pub(super) logarithms: Vec<Vec<Vec<f64>>>,
    /// Whether fold f of one candidate belongs to fold f of another.
    pub(super) sampling: Sampling,
}

impl Indices {
    pub(super) fn new(dimensions: &[DimensionReport], sampling: Sampling) -> Indices {
        let candidates = dimensions[0].index.len();
        let fold = |g: usize, f: usize| dimensions.iter().map(|d| d.logarithm(g, f)).collect();
        let candidate = |g: usize| (0..dimensions[0].index[g].len()).map(|f| fold(g, f)).collect();
        Indices { logarithms: (0..candidates).map(candidate).collect(), sampling }
    }

    /// Number of folds.
    pub(super) fn folds(&self) -> usize {
        self.logarithms[0].len()
    }

    /// tau of a candidate in every fold.
    pub(super) fn of(&self, candidate: usize, weights: &[f64]) -> Vec<f64> {
        let tau = |fold: &Vec<f64>| {
            let mut total = Sum::default();
            fold.iter().zip(weights).for_each(|(logarithm, weight)| total.add(weight * logarithm));
            libm::exp(total.value())
        };
        self.logarithms[candidate].iter().map(tau).collect()
    }
}

/// What an index over folds comes to.
pub(super) struct Assessment {
    pub(super) mean: f64,
    pub(super) standard_deviation: Option<f64>,
    /// Risk by the profile's measure; `None` for a single fold.
    pub(super) risk: Option<f64>,
    /// Mean - alpha * risk, or the mean of a single fold.
    pub(super) score: f64,
}

/// Through sorted samples, so that the order of the folds cannot change a bit. The values are finite, and the
/// profile has been checked.
pub(super) fn assess(values: &[f64], profile: &Profile) -> Result<Assessment, Error> {
    let sample = Sample::new(values.iter().copied())?;
    let mean = sample.mean();
    if values.len() < 2 {
        return Ok(Assessment { mean, standard_deviation: None, risk: None, score: mean });
    }
    let standard_deviation = sample.sample_standard_deviation()?;
    let risk = match profile.risk {
        FoldRisk::SampleStandardDeviation => standard_deviation,
        FoldRisk::Measure { measure, tail } => mean_risk(&sample, tail)?.by(measure).risk,
    };
    Ok(Assessment {
        mean,
        standard_deviation: Some(standard_deviation),
        risk: Some(risk),
        score: mean - profile.risk_aversion * risk,
    })
}

/// The standard error of a mean over folds.
pub(super) fn standard_error(deviation: f64, folds: usize, replication: Replication) -> f64 {
    match replication {
        Replication::Folds => deviation / (folds as f64).sqrt(),
        Replication::BootstrapDraws => deviation,
    }
}

/// All candidates under one profile, best first.
pub(super) fn profile_report(
    profile: &Profile,
    weights: &[f64],
    index: &TrustIndex,
    names: &[String],
    indices: &Indices,
) -> Result<ProfileReport, Error> {
    let folds = indices.folds();
    let values: Vec<Vec<f64>> = (0..names.len()).map(|g| indices.of(g, weights)).collect();
    let assessed = values.iter().map(|v| assess(v, profile)).collect::<Result<Vec<_>, _>>()?;
    let ranks = ranks_up_to_rounding(assessed.iter().map(|a| 0.0 - a.score).collect());
    let firsts = (indices.sampling == Sampling::Paired).then(|| first_shares(&values));
    let mut candidates: Vec<CandidateIndex> = Vec::with_capacity(names.len());
    for (g, (assessed, values)) in assessed.into_iter().zip(values).enumerate() {
        let error = |deviation| standard_error(deviation, folds, index.replication);
        candidates.push(CandidateIndex {
            candidate: names[g].clone(),
            index: values,
            mean: assessed.mean,
            standard_deviation: assessed.standard_deviation,
            standard_error: assessed.standard_deviation.map(error),
            risk: assessed.risk,
            score: assessed.score,
            rank: ranks[g],
            first_share: firsts.as_ref().map(|shares| shares[g]),
        });
    }
    candidates.sort_by(|a, b| a.rank.total_cmp(&b.rank)); // stable: ties in the order of the table
    let weight = |(dimension, weight): (&super::Dimension, &f64)| DimensionWeight {
        dimension: dimension.name.clone(),
        weight: *weight,
    };
    Ok(ProfileReport {
        profile: profile.clone(),
        weights: index.dimensions.iter().zip(weights).map(weight).collect(),
        candidates,
    })
}

/// The share of folds in which each candidate is first; who tie share the fold.
fn first_shares(values: &[Vec<f64>]) -> Vec<f64> {
    let folds = values[0].len();
    let mut firsts = vec![Vec::new(); values.len()];
    for fold in 0..folds {
        let ranks = ranks_up_to_rounding(values.iter().map(|v| 0.0 - v[fold]).collect());
        let best = ranks.iter().copied().fold(f64::INFINITY, f64::min);
        // t tied firsts share the rank (t + 1) / 2.
        let tied = 2.0 * best - 1.0;
        for (share, _) in firsts.iter_mut().zip(&ranks).filter(|(_, rank)| **rank == best) {
            share.push(1.0 / tied);
        }
    }
    firsts.into_iter().map(|shares| sum(shares) / folds as f64).collect()
}
