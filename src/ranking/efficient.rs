//! The efficient set: candidates that no other almost dominates.

use super::report::{Ranking, RankingReport};
use crate::dominance::Order;
use crate::inference::Adjustment;
use crate::inference::{Outcome, Warning};

/// Which candidates remain when all that another one almost dominates are excluded? And is there evidence that
/// nobody dominates anybody?
///
/// ```text
/// i is excluded      where some j almost dominates i: adjusted p of H0: eps_ji > eps0 at most the level
/// p of maximality    max over ordered pairs of the p-value of H0: eps_ij <= eps0
/// ```
///
/// **What the set claims.** Holm's adjustment over all k (k - 1) ordered pairs bounds the probability of any
/// false exclusion: with probability 1 - level (asymptotically) every candidate that no other almost dominates
/// is in the set. Candidates in the set need not be undominated: the data may be too few to exclude them.
/// Almost dominance is not transitive, so a set can even be empty.
///
/// **What maximality claims.** The candidates are *stochastically maximal* at the threshold where no one almost
/// dominates another. A p-value at most the level is evidence for that, about all pairs at once: the null
/// hypothesis "somebody almost dominates somebody" is a union, so the largest p-value needs no adjustment.
///
/// Made by [`RankingReport::efficient_set`], from the same joint replicates as the ranking.
///
/// References: Klecan, McFadden, McFadden 1991 (maximality); Linton, Maasoumi, Whang 2005; Holm 1979; Berger
/// 1982 (tests of unions).
#[doc(alias = "maximal set")]
#[doc(alias = "stochastic maximality")]
#[doc(alias = "SD efficient set")]
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct EfficientSet {
    /// The order of dominance.
    pub order: Order,
    /// The violation ratio up to which dominance is called "almost".
    pub threshold: f64,
    /// The level that all exclusions share.
    pub level: f64,
    /// How they share it.
    pub adjustment: Adjustment,
    /// All candidates, in the order of the columns.
    pub candidates: Vec<Candidate>,
    /// p-value of H0: some candidate almost dominates another.
    pub maximality_p_value: f64,
    /// What to keep in mind when reading it.
    pub warnings: Vec<Warning>,
}

/// A candidate, and who excludes it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// Those that almost dominate it, the smallest p-value first; none where it is in the set.
    pub dominators: Vec<Dominator>,
}

/// Somebody who almost dominates a candidate.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Dominator {
    /// Its name.
    pub name: String,
    /// Violation ratio of "it over the candidate".
    pub violation_ratio: f64,
    /// p-value, guard included, adjusted over all ordered pairs.
    pub adjusted_p_value: f64,
}

impl EfficientSet {
    /// The names in the set, in the order of the columns.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        let inside = self.candidates.iter().filter(|candidate| candidate.dominators.is_empty());
        inside.map(|candidate| candidate.name.as_str())
    }

    /// Whether there is evidence, at the level, that no candidate almost dominates another.
    pub fn is_maximal(&self) -> bool {
        self.maximality_p_value <= self.level
    }
}

impl RankingReport {
    /// The candidates that no other almost dominates at this order; `None` where the test was restricted to
    /// the other order.
    ///
    /// ```
    /// use risk_sd::{Order, RankingTest, Samples};
    ///
    /// // A steady fund, one that always earns less, and a bold one with a higher mean.
    /// let fund = |base: f64, width: f64, step: usize| {
    ///     (0..200).map(|i| base + width * ((i * step) % 200) as f64 / 200.0).collect::<Vec<_>>()
    /// };
    /// let returns = Samples::paired([
    ///     ("steady", fund(1.0, 0.5, 7)),
    ///     ("meagre", fund(0.6, 0.5, 11)),
    ///     ("bold", fund(0.0, 4.0, 13)),
    /// ])?;
    /// let report = RankingTest::new().threshold(0.1).seed(3).run(&returns)?;
    /// let set = report.efficient_set(Order::Second).expect("both orders by default");
    /// assert_eq!(set.members().collect::<Vec<_>>(), ["steady", "bold"]);
    /// assert_eq!(set.candidates[1].dominators[0].name, "steady");
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    pub fn efficient_set(&self, order: Order) -> Option<EfficientSet> {
        let ranking = self.at(order)?;
        let candidates = ranking
            .names
            .iter()
            .map(|name| Candidate { name: name.clone(), dominators: dominators(ranking, name) });
        Some(EfficientSet {
            order,
            threshold: self.threshold,
            level: self.level,
            adjustment: self.adjustment,
            candidates: candidates.collect(),
            maximality_p_value: ranking.maximality_p_value,
            warnings: self.warnings.clone(),
        })
    }
}

fn dominators(ranking: &Ranking, name: &str) -> Vec<Dominator> {
    let of_pair = |pair: &super::PairComparison| {
        let p = pair.adjusted_p_value;
        let (dominator, violation_ratio, adjusted_p_value) = match pair.outcome {
            Outcome::AAlmostDominates if pair.b == name => (&pair.a, pair.violation_ratio, p.a_over_b),
            Outcome::BAlmostDominates if pair.a == name => {
                (&pair.b, 1.0 - pair.violation_ratio, p.b_over_a)
            }
            _ => return None,
        };
        Some(Dominator { name: dominator.clone(), violation_ratio, adjusted_p_value })
    };
    let mut dominators: Vec<Dominator> = ranking.pairs.iter().filter_map(of_pair).collect();
    dominators.sort_by(|a, b| a.adjusted_p_value.total_cmp(&b.adjusted_p_value));
    dominators
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranking::RankingTest;
    use crate::resampling::Bootstrap;
    use crate::sample::{Sample, Samples};

    /// Columns far apart: each is dominated by all above it, named before it in the table or after it.
    #[test]
    fn every_dominator_is_named() {
        let column =
            |start: f64| Sample::new((0..40).map(|i| start + f64::from(i * 7 % 40) / 10.0)).unwrap();
        let samples = Samples::independent([
            ("middle", column(10.0)),
            ("high", column(20.0)),
            ("low", column(0.0)),
        ]);
        let report = RankingTest::new()
            .bootstrap(Bootstrap::new().replicates(199))
            .run(&samples.unwrap())
            .unwrap();
        for order in [Order::First, Order::Second] {
            let set = report.efficient_set(order).unwrap();
            assert_eq!(set.members().collect::<Vec<_>>(), ["high"]);
            let ranking = report.at(order).unwrap();
            let ranks =
                |name: &str| ranking.model(name).unwrap().rank_set.map(|set| (set.best, set.worst));
            assert_eq!(["high", "middle", "low"].map(ranks), [1, 2, 3].map(|rank| Some((rank, rank))));
            for (candidate, expected) in
                set.candidates.iter().zip([vec!["high"], vec![], vec!["high", "middle"]])
            {
                let mut names: Vec<&str> =
                    candidate.dominators.iter().map(|d| d.name.as_str()).collect();
                names.sort();
                assert_eq!(names, expected, "{}", candidate.name);
                for found in &candidate.dominators {
                    assert_eq!(found.violation_ratio, 0.0);
                    let direct = ranking.pairs.iter().find_map(|pair| {
                        let p = pair.adjusted_p_value;
                        match (pair.a == found.name, pair.b == found.name) {
                            (true, _) if pair.b == candidate.name => Some(p.a_over_b),
                            (_, true) if pair.a == candidate.name => Some(p.b_over_a),
                            _ => None,
                        }
                    });
                    assert_eq!(Some(found.adjusted_p_value), direct);
                }
            }
        }
    }
}
