//! How much better a chosen candidate looks where it was chosen.

use super::profile::Profile;
use super::trust_index::TrustIndex;
use crate::error::Error;
use crate::kernels::sum::sum;
use crate::sample::Table;

/// The optimism of a choice by nested cross-validation over the selection folds.
///
/// For each fold f: choose among all candidates on the other folds, take the mean index of the choice there (*in
/// sample*) and its index in f, ranked against the other folds (*out of fold*).
///
/// ```text
/// total = mean over f of in-sample - mean over f of out-of-fold
/// of_ranks = the same, averaged over all candidates instead of the chosen one
/// ```
///
/// `of_ranks` needs no choice: values count themselves in their own reference, new ones do not. What the choice
/// itself adds is `total - of_ranks`. With K folds it is the optimism of a choice on K - 1 of them.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Optimism {
    /// The candidate chosen without each fold.
    pub chosen_without: Vec<String>,
    /// Mean over folds of the index of the choice where it was chosen.
    pub in_sample: f64,
    /// Mean over folds of the index of the choice in the fold left out.
    pub out_of_fold: f64,
    /// In sample minus out of fold.
    pub total: f64,
    /// The part that any candidate has, chosen or not.
    pub of_ranks: f64,
}

impl Optimism {
    /// What the choice itself adds.
    pub fn of_choice(&self) -> f64 {
        self.total - self.of_ranks
    }
}

/// In-sample and out-of-fold index without one fold: of the chosen candidate, and of the average one.
struct Fold {
    chosen: String,
    in_sample: f64,
    out_of_fold: f64,
    of_ranks: f64,
}

/// `None` for a single fold.
pub(super) fn optimism(
    index: &TrustIndex,
    profile: &Profile,
    table: &Table,
) -> Result<Option<Optimism>, Error> {
    let folds = table.column_at(0, 0).len();
    if folds < 2 {
        return Ok(None);
    }
    let without = |left: usize| {
        let others: Vec<usize> = (0..folds).filter(|&fold| fold != left).collect();
        leave_out(index, profile, &table.at_rows(&others), &table.at_rows(&[left]))
    };
    let all = (0..folds).map(without).collect::<Result<Vec<_>, _>>()?;
    let mean = |value: fn(&Fold) -> f64| sum(all.iter().map(value)) / folds as f64;
    let (in_sample, out_of_fold) = (mean(|f| f.in_sample), mean(|f| f.out_of_fold));
    Ok(Some(Optimism {
        in_sample,
        out_of_fold,
        total: in_sample - out_of_fold,
        of_ranks: mean(|f| f.of_ranks),
        chosen_without: all.into_iter().map(|f| f.chosen).collect(),
    }))
}

fn leave_out(
    index: &TrustIndex,
    profile: &Profile,
    others: &Table,
    left: &Table,
) -> Result<Fold, Error> {
    let reference = index.reference(others)?;
    let profile = std::slice::from_ref(profile);
    let (inside, outside) = (reference.audit(others, profile)?, reference.audit(left, profile)?);
    let (inside, outside) = (&inside.profiles[0], &outside.profiles[0]);
    let chosen = inside.best();
    let differences = inside.candidates.iter().map(|c| {
        let out = outside.candidate(&c.candidate)?;
        Ok(c.mean - out.mean)
    });
    let differences = differences.collect::<Result<Vec<f64>, Error>>()?;
    Ok(Fold {
        chosen: chosen.candidate.clone(),
        in_sample: chosen.mean,
        out_of_fold: outside.candidate(&chosen.candidate)?.mean,
        of_ranks: sum(differences.iter().copied()) / differences.len() as f64,
    })
}
