//! The guard against equal distributions.
//!
//! Two equal laws have no violation ratio: samples of them spread it over all of [0, 1], so a bound on the
//! ratio alone declares dominance between equals at every sample size. The guard asks whether the net
//! distance M = above - below is larger than it would be if the rows were labelled at random (which is
//! exact under equal laws, for every n and every law):
//!
//! ```text
//! p = (1 + #{M* >= M}) / (B + 1)
//! ```

use std::ops::Range;

use crate::dominance::{Gap, Order};
use crate::error::Error;
use crate::inference::moments::Observed;
use crate::resampling::{Pool, Relabelled, Reporter, Span, fold_chunks};
use crate::sample::Samples;

/// Whether a claim of dominance must also beat random relabelling, and with how many replicates.
///
/// Independent samples: rows are relabelled. Paired: the two values of a row are exchanged with probability
/// 1/2. Clustered: whole clusters are exchanged; where a cluster has more rows in one column than in the other, the
/// rows that come take over the mass of those that go, which is exact only in the limit of many clusters. Stratified:
/// pairs or clusters are exchanged, which keeps every stratum as it is. Time series: blocks of consecutive rows.
/// Surveys, and series of their own: units (blocks) are dealt out anew to the two columns. Exchange within pairs tests
/// exchangeability, which equal distributions alone do not imply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Guard {
    /// As many replicates as the question needs: 999 for one pair, at least 2 T / level where T
    /// comparisons share the level. The default.
    #[default]
    Automatic,
    /// This many replicates.
    Replicates(usize),
    /// No guard. Between equal distributions the bound alone declares dominance at every sample size: at
    /// the linear rule in 17-40 % of cases.
    Off,
}

impl Guard {
    /// The number of replicates for `comparisons` p-values sharing `level`; 0 for no guard.
    ///
    /// # Errors
    /// [`Error::TooManyReplicates`]; [`Error::TooFewReplicates`] where the smallest possible p-value 1/(B + 1) could not pass.
    pub(crate) fn replicates(self, comparisons: usize, level: f64) -> Result<usize, Error> {
        // Smallest B whose p-value 1 / (B + 1) passes, computed as the adjustment will.
        let passes = |b: usize| comparisons as f64 * (1.0 / (b + 1) as f64) <= level;
        let about = ((comparisons as f64 / level) as usize).saturating_sub(3).min(usize::MAX / 2);
        let needed = (about..=about + 6).find(|&b| passes(b)).unwrap_or(about);
        match self {
            Guard::Automatic => {
                let found = 999.max((2.0 * comparisons as f64 / level).ceil() as usize);
                at_most_maximum("guard", found)
            }
            // No number that is allowed would do.
            Guard::Replicates(_) if needed > MAXIMUM => at_most_maximum("guard", needed),
            Guard::Replicates(found) if found < needed.max(MINIMUM) => {
                Err(Error::TooFewReplicates { what: "guard", found, needed: needed.max(MINIMUM) })
            }
            Guard::Replicates(found) => at_most_maximum("guard", found),
            Guard::Off => Ok(0),
        }
    }
}

/// Fewer replicates than this are refused everywhere.
pub(crate) const MINIMUM: usize = 99;

/// More replicates than this are refused: no p-value needs them, and their results would not fit in memory.
const MAXIMUM: usize = 10_000_000;

pub(crate) fn at_most_maximum(what: &'static str, found: usize) -> Result<usize, Error> {
    if found > MAXIMUM {
        return Err(Error::TooManyReplicates { what, found, most: MAXIMUM });
    }
    Ok(found)
}

/// The guard's p-values for "X over Y" and "Y over X".
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GuardPValues {
    pub(crate) forward: f64,
    pub(crate) backward: f64,
}

impl GuardPValues {
    pub(crate) fn reversed(self) -> GuardPValues {
        GuardPValues { forward: self.backward, backward: self.forward }
    }
}

/// Ties with the observed net distance count as at least as large; sums of a relabelling are formed in
/// another order, so equality is up to rounding, measured by the observed squared distance.
const TIE: f64 = 1e-12;

/// Relabels one pair and compares the net distance, at every order of `observed`.
pub(crate) fn guard(
    samples: &Samples,
    (a, b): (usize, usize),
    observed: &[(Order, Observed)],
    seed: u64,
    replicates: usize,
    span: &Span,
    reporter: &mut Reporter<'_>,
) -> Result<Vec<GuardPValues>, Error> {
    let pool = Pool::new(samples, a, b, seed);
    let orders: Vec<Order> = observed.iter().map(|(order, _)| *order).collect();
    let work = |buffers: &mut Relabelled, chunk: Range<usize>| {
        let mut counts = vec![(0usize, 0usize); observed.len()];
        for replicate in chunk {
            pool.relabel(replicate, buffers);
            let (x, y) = pool.laws(buffers);
            let gaps = Gap::at(&orders, x, y);
            for (((at_least, at_most), (_, observed)), gap) in counts.iter_mut().zip(observed).zip(gaps)
            {
                if observed.gap.is_zero() {
                    // Nothing to guard against: p-value 1 in both directions.
                    *at_least += 1;
                    *at_most += 1;
                    continue;
                }
                let net = observed.gap.net(observed.unit);
                let relabelled = gap.net(observed.unit);
                *at_least += usize::from(relabelled >= net - TIE);
                *at_most += usize::from(relabelled <= net + TIE);
            }
        }
        counts
    };
    let mut counts = vec![(0, 0); observed.len()];
    fold_chunks(replicates, span, reporter, Relabelled::default, work, |chunk| {
        for (sum, part) in counts.iter_mut().zip(chunk) {
            *sum = (sum.0 + part.0, sum.1 + part.1);
        }
    })?;
    let p = |count: usize| (1 + count) as f64 / (replicates + 1) as f64;
    let p_values =
        |order: usize| GuardPValues { forward: p(counts[order].0), backward: p(counts[order].1) };
    Ok((0..observed.len()).map(p_values).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dominance::gap;
    use crate::resampling::Stage;
    use crate::sample::Sample;

    const SPAN: Span = Span { stage: Stage::Guard, done_before: 0, total: 999 };

    /// Against all 20 relabellings of 3 + 3 rows: the Monte Carlo p-value must be near the exact one.
    #[test]
    fn approaches_the_exact_permutation_p_value() {
        let (x, y) = ([2.0, 3.0, 5.5], [1.0, 2.5, 3.0]);
        let sample = |v: &[f64]| Sample::new(v).unwrap();
        let samples = Samples::independent([("x", sample(&x)), ("y", sample(&y))]).unwrap();
        let net = |x: &[f64], y: &[f64]| {
            let gap = gap(Order::First, &sample(x), &sample(y));
            gap.above() - gap.below()
        };
        let pool = [x, y].concat();
        let mut at_least = 0;
        for mask in 0u32..64 {
            if mask.count_ones() == 3 {
                let pick = |bit: u32| -> Vec<f64> {
                    (0..6).filter(|i| mask >> i & 1 == bit).map(|i| pool[i]).collect()
                };
                at_least += usize::from(net(&pick(1), &pick(0)) >= net(&x, &y) - 1e-12);
            }
        }
        let observed = Observed::new(gap(Order::First, &sample(&x), &sample(&y)));
        let replicates = 20_000;
        let mut silent = Reporter::silent();
        let pair = [(Order::First, observed)];
        let run = guard(&samples, (0, 1), &pair, 1, replicates, &SPAN, &mut silent);
        let exact = at_least as f64 / 20.0;
        assert!((run.unwrap()[0].forward - exact).abs() < 0.015, "{exact}");
    }

    /// Equal distributions have no net distance that a relabelling could fall short of.
    #[test]
    fn equal_distributions_have_the_p_value_one() {
        let same = Sample::new([1.0, 2.0, 4.0]).unwrap();
        let samples = Samples::independent([("x", same.clone()), ("y", same.clone())]).unwrap();
        let pair =
            [Order::First, Order::Second].map(|order| (order, Observed::new(gap(order, &same, &same))));
        let found = guard(&samples, (0, 1), &pair, 1, 99, &SPAN, &mut Reporter::silent()).unwrap();
        assert!(found.len() == 2 && found.iter().all(|p| (p.forward, p.backward) == (1.0, 1.0)));
    }

    #[test]
    fn replicates_follow_the_comparisons() {
        assert_eq!(Guard::Automatic.replicates(1, 0.05), Ok(999));
        assert_eq!(Guard::Automatic.replicates(132, 0.05), Ok(5280));
        assert_eq!(Guard::Replicates(2639).replicates(132, 0.05), Ok(2639));
        let few = Guard::Replicates(2638).replicates(132, 0.05);
        assert_eq!(few, Err(Error::TooFewReplicates { what: "guard", found: 2638, needed: 2639 }));
        assert_eq!(
            Guard::Replicates(50).replicates(1, 0.05),
            Err(Error::TooFewReplicates { what: "guard", found: 50, needed: 99 })
        );
        assert_eq!(Guard::Off.replicates(132, 0.05), Ok(0));
        // The smallest number that would do is refused: say so, and not that another one is too few.
        let many = Guard::Replicates(10_000_000).replicates(1_000_000, 0.05);
        let needed = 19_999_999;
        assert_eq!(many, Err(Error::TooManyReplicates { what: "guard", found: needed, most: MAXIMUM }));
    }

    #[test]
    fn no_more_than_ten_million_replicates_are_asked_for() {
        assert_eq!(Guard::Replicates(MAXIMUM).replicates(1, 0.05), Ok(MAXIMUM));
        let few = Error::TooFewReplicates { what: "guard", found: 99, needed: MAXIMUM };
        assert_eq!(Guard::Replicates(99).replicates(1, 1.0 / (MAXIMUM as f64 + 1.0)), Err(few));
    }
}
