//! One order of a ranking: from what was observed and resampled to ranks, p-values and wins.

use super::RankingTest;
use super::rank_set::{rank_frequencies, rank_sets};
use super::ranks::{borda, ranks};
use super::relative::Relative;
use super::report::{BothWays, PairComparison, RankedModel, Ranking, RelativeOutcome};
use crate::dominance::Order;
use crate::error::Error;
use crate::inference::guard::GuardPValues;
use crate::inference::joint::{Replicates, pairs_of};
use crate::inference::moments::{self, Observed};
use crate::inference::{Adjustment, Evidence, Outcome, Rule, phi, ratio_of, upper_quantile};
use crate::sample::Samples;

/// What is known at one order before it is ranked.
pub(super) struct Findings<'a> {
    pub(super) order: Order,
    pub(super) samples: &'a Samples,
    pub(super) observed: &'a [Observed],
    pub(super) replicates: Option<&'a Replicates>,
    /// Per pair.
    pub(super) guards: Vec<Option<GuardPValues>>,
}

impl RankingTest {
    /// Ranks the models at one order.
    pub(super) fn rank(&self, findings: &Findings) -> Result<Ranking, Error> {
        let Findings { order, samples, observed, replicates, .. } = *findings;
        let k = samples.len();
        let relative = match replicates {
            Some(r) => Relative::from_replicates(observed, &r.mean_ratios, k),
            None => Relative::analytic(order, observed, samples),
        };
        let evidence = pairs_of(k).enumerate().map(|(pair, (i, j))| {
            let evidence = match replicates {
                Some(r) => r.moments[pair].evidence(&observed[pair]),
                None => moments::analytic(order, samples, i, j),
            };
            evidence.finite()
        });
        let evidence = evidence.collect::<Result<Vec<_>, _>>()?;
        let pairs = self.compare_pairs(findings, &relative, &evidence)?;
        let names: Vec<&str> = samples.names().collect();
        let absolute_wins = win_matrix(k, &pairs, |pair| match pair.outcome {
            Outcome::AAlmostDominates => Win::A,
            Outcome::BAlmostDominates => Win::B,
            Outcome::NotDistinguished | Outcome::Equal => Win::Neither,
        });
        let relative_wins = win_matrix(k, &pairs, |pair| match pair.relative_outcome {
            RelativeOutcome::ARanksAbove => Win::A,
            RelativeOutcome::BRanksAbove => Win::B,
            RelativeOutcome::NotDistinguished => Win::Neither,
        });
        let wins = |matrix: &[Vec<u8>]| -> Vec<usize> {
            matrix.iter().map(|row| row.iter().map(|&w| usize::from(w)).sum()).collect()
        };
        let (won, won_absolute) = (wins(&relative_wins), wins(&absolute_wins));
        let (borda_ranks, absolute_borda_ranks) = (borda(&won), borda(&won_absolute));
        let ranks = ranks(&relative.rounded());
        let guards = self.guards_of_sets(findings, k)?;
        let sets = replicates.map(|r| rank_sets(&relative, &r.mean_ratios, &guards, self.level));
        let frequencies = replicates.map(|r| rank_frequencies(&r.mean_ratios, k)).unwrap_or_default();
        let model = |i: usize| RankedModel {
            name: names[i].to_owned(),
            rows: samples.columns()[i].sample.len(),
            relative_ratio: relative.ratios[i],
            standard_error: relative.standard_error(i),
            rank: ranks[i],
            rank_set: sets.as_ref().map(|sets| sets[i]),
            rank_frequencies: frequencies.get(i).cloned().unwrap_or_default(),
            wins: won[i],
            borda_rank: borda_ranks[i],
            absolute_wins: won_absolute[i],
            absolute_borda_rank: absolute_borda_ranks[i],
        };
        let mut models: Vec<RankedModel> = (0..k).map(model).collect();
        models.sort_by(|a, b| a.rank.total_cmp(&b.rank));
        let names = names.into_iter().map(str::to_owned).collect();
        let maximality_p_value = self.maximality_p_value(&evidence, observed, samples);
        Ok(Ranking { order, names, models, pairs, relative_wins, absolute_wins, maximality_p_value })
    }

    /// All pairs, with p-values adjusted over the k (k - 1) ordered pairs.
    fn compare_pairs(
        &self,
        findings: &Findings,
        relative: &Relative,
        evidence: &[Evidence],
    ) -> Result<Vec<PairComparison>, Error> {
        let Findings { samples, observed, guards, .. } = findings;
        let k = samples.len();
        let raw: Vec<(BothWays, BothWays)> = pairs_of(k)
            .enumerate()
            .map(|(pair, (i, j))| {
                let guarded = |p: BothWays| p.at_least(guards[pair]);
                let absolute = self.absolute_p_values(&evidence[pair], &observed[pair], samples, i);
                (guarded(absolute), guarded(self.relative_p_values(relative, samples, i, j)))
            })
            .collect();
        let absolute = adjusted(self.adjustment, raw.iter().map(|p| p.0), k)?;
        let relative_adjusted = adjusted(self.adjustment, raw.iter().map(|p| p.1), k)?;
        let z = upper_quantile(self.level);
        let compare = |(pair, (i, j)): (usize, (usize, usize))| {
            let (evidence, rows) = (&evidence[pair], samples.columns()[i].sample.len());
            let claim = |p: BothWays| p.claim(self.level);
            PairComparison {
                a: samples.columns()[i].name.clone(),
                b: samples.columns()[j].name.clone(),
                violation_ratio: evidence.ratio,
                standard_error: evidence.standard_error,
                upper_bound: BothWays {
                    a_over_b: evidence.upper_bound(self.rule, z, rows),
                    b_over_a: evidence.reversed().upper_bound(self.rule, z, rows),
                },
                p_value: raw[pair].0,
                adjusted_p_value: absolute[pair],
                outcome: match claim(absolute[pair]) {
                    _ if observed[pair].gap.is_zero() => Outcome::Equal,
                    Win::A => Outcome::AAlmostDominates,
                    Win::B => Outcome::BAlmostDominates,
                    Win::Neither => Outcome::NotDistinguished,
                },
                difference: relative.difference(i, j),
                difference_standard_error: relative.difference_standard_error(i, j),
                relative_p_value: raw[pair].1,
                relative_adjusted_p_value: relative_adjusted[pair],
                relative_outcome: match claim(relative_adjusted[pair]) {
                    Win::A => RelativeOutcome::ARanksAbove,
                    Win::B => RelativeOutcome::BRanksAbove,
                    Win::Neither => RelativeOutcome::NotDistinguished,
                },
                guard_p_value: guards[pair]
                    .map(|g| BothWays { a_over_b: g.forward, b_over_a: g.backward }),
            }
        };
        Ok(pairs_of(k).enumerate().map(compare).collect())
    }

    /// The guard's own p-values, adjusted whatever the tests do, because rank sets hold together; all 0 without a
    /// guard.
    fn guards_of_sets(&self, findings: &Findings, k: usize) -> Result<Vec<BothWays>, Error> {
        let none = BothWays { a_over_b: 0.0, b_over_a: 0.0 };
        let guards = findings.guards.iter().map(|guard| none.at_least(*guard));
        adjusted(Adjustment::Holm, guards, k)
    }

    fn absolute_p_values(
        &self,
        evidence: &Evidence,
        observed: &Observed,
        samples: &Samples,
        i: usize,
    ) -> BothWays {
        // Equal distributions: there is no ratio, and nothing to claim.
        if observed.gap.is_zero() {
            return BothWays { a_over_b: 1.0, b_over_a: 1.0 };
        }
        let rows = samples.columns()[i].sample.len();
        let p = |evidence: &Evidence| evidence.p_value(self.rule, self.threshold, rows);
        BothWays { a_over_b: p(evidence), b_over_a: p(&evidence.reversed()) }
    }

    /// The largest p-value of H0: eps_ij <= threshold, which is 1 - eps_ij >= 1 - threshold, over ordered pairs.
    /// Equal distributions dominate each other.
    fn maximality_p_value(
        &self,
        evidence: &[Evidence],
        observed: &[Observed],
        samples: &Samples,
    ) -> f64 {
        let pairs = pairs_of(samples.len()).zip(evidence).zip(observed);
        let largest = pairs.map(|(((i, _), evidence), observed)| {
            let rows = samples.columns()[i].sample.len();
            let p = |evidence: &Evidence| evidence.p_value(self.rule, 1.0 - self.threshold, rows);
            match observed.gap.is_zero() {
                true => 1.0,
                false => p(evidence).max(p(&evidence.reversed())),
            }
        });
        largest.fold(0.0, f64::max)
    }

    fn relative_p_values(&self, relative: &Relative, samples: &Samples, i: usize, j: usize) -> BothWays {
        let difference = relative.difference(i, j);
        let error = match self.rule {
            Rule::PaperLiteral => {
                relative.difference_standard_error(i, j)
                    / (samples.columns()[i].sample.len() as f64).sqrt()
            }
            Rule::Root | Rule::Linear => relative.difference_standard_error(i, j),
        };
        let p = |difference: f64| phi(ratio_of(difference, error));
        BothWays { a_over_b: p(difference), b_over_a: p(-difference) }
    }
}

/// p-values of both directions of all pairs, adjusted together.
fn adjusted(
    adjustment: Adjustment,
    raw: impl Iterator<Item = BothWays>,
    k: usize,
) -> Result<Vec<BothWays>, Error> {
    let ordered: Vec<f64> = raw.flat_map(|p| [p.a_over_b, p.b_over_a]).collect();
    let adjusted = adjustment.adjust(&ordered, k)?;
    let both = |p: &[f64]| BothWays { a_over_b: p[0], b_over_a: p[1] };
    Ok(adjusted.chunks_exact(2).map(both).collect())
}

/// Who wins a pair.
#[derive(Clone, Copy)]
enum Win {
    A,
    B,
    Neither,
}

impl BothWays {
    fn at_least(self, guard: Option<GuardPValues>) -> BothWays {
        guard.map_or(self, |g| BothWays {
            a_over_b: self.a_over_b.max(g.forward),
            b_over_a: self.b_over_a.max(g.backward),
        })
    }

    fn claim(self, level: f64) -> Win {
        match (self.a_over_b <= level, self.b_over_a <= level) {
            (true, false) => Win::A,
            (false, true) => Win::B,
            _ => Win::Neither,
        }
    }
}

fn win_matrix(k: usize, pairs: &[PairComparison], win: impl Fn(&PairComparison) -> Win) -> Vec<Vec<u8>> {
    let mut wins = vec![vec![0; k]; k];
    for ((i, j), pair) in pairs_of(k).zip(pairs) {
        match win(pair) {
            Win::A => wins[i][j] = 1,
            Win::B => wins[j][i] = 1,
            Win::Neither => {}
        }
    }
    wins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dominance::{Order, gap};
    use crate::sample::Sample;

    /// X = {0, 3, 0, 3} over Y = {1, 1, 1, 1}: Delta = -.6. With a standard error taken for one of a row, z is
    /// sqrt(4) times as large.
    #[test]
    fn literal_p_values_of_differences_divide_the_error_by_the_root_of_the_rows() {
        let columns = [[0.0, 3.0, 0.0, 3.0], [1.0; 4]].map(|values| Sample::new(values).unwrap());
        let gap = gap(Order::First, &columns[0], &columns[1]);
        let draws = [0.0, 1.0, 0.4, 0.6, 0.2, 0.8];
        let relative = Relative::from_replicates(&[Observed::new(gap)], &draws, 2);
        let [x, y] = columns;
        let samples = Samples::independent([("x", x), ("y", y)]).unwrap();
        let p = |rule| RankingTest::new().rule(rule).relative_p_values(&relative, &samples, 0, 1);
        // Of Delta* = -1, -.2, -.6.
        let z = -0.6 / 0.4;
        for (rule, times) in [(Rule::Linear, 1.0), (Rule::PaperLiteral, 2.0)] {
            let p = p(rule);
            assert!((p.a_over_b - phi(times * z)).abs() < 1e-12, "{rule:?}: {p:?}");
            assert!((p.b_over_a - phi(-times * z)).abs() < 1e-12, "{rule:?}: {p:?}");
        }
    }
}
