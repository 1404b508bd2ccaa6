//! One ranking out of several.

use super::ranks::{ranking, ranks, ranks_up_to_rounding};
use crate::error::Error;
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::sum;

/// One ranking out of several, as average ranks: the order of the weighted mean ranks.
///
/// Without ties this is the ranking pi that minimises `sum_i a_i |pi - pi_i|^2` over the rankings given. Each
/// enters through its [`average_ranks`](crate::average_ranks) (smallest is best), whatever its scale. Models
/// whose mean ranks are equal up to rounding are tied.
///
/// Cost O(N k log k) for N rankings of k models.
///
/// # Errors
/// [`Error::Empty`] for no ranking at all; [`Error::UnequalLengths`] between rankings, or between rankings and
/// weights; [`Error::InvalidWeight`] for a negative, NaN or infinite weight; [`Error::ZeroWeights`];
/// [`Error::NotFinite`] wrapped in [`Error::InColumn`] with the ranking.
///
/// Reference: Nitsure et al. 2024 (2310.07132).
///
/// ```
/// use risk_sd::aggregate_rankings;
///
/// let rankings = [[1.0, 2.0, 3.0], [2.0, 1.0, 3.0], [1.0, 3.0, 2.0]];
/// assert_eq!(aggregate_rankings(&rankings, &[1.0, 1.0, 1.0])?, [1.0, 2.0, 3.0]);
/// assert_eq!(aggregate_rankings(&rankings, &[1.0, 1.0, 0.0])?, [1.5, 1.5, 3.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "rank aggregation")]
pub fn aggregate_rankings(rankings: &[impl AsRef<[f64]>], weights: &[f64]) -> Result<Vec<f64>, Error> {
    let models = rankings.first().ok_or(Error::Empty)?.as_ref().len();
    check_weights(rankings.len(), weights)?;
    let unit = power_of_two_below(weights.iter().copied().fold(0.0, f64::max));
    let mut ranked = Vec::with_capacity(rankings.len());
    for (which, given) in rankings.iter().enumerate() {
        let given = given.as_ref();
        if given.len() != models {
            return Err(Error::UnequalLengths {
                what: "every ranking",
                expected: models,
                found: given.len(),
            });
        }
        ranked.push(ranks(&ranking(which, given)?));
    }
    let weighted = |model: usize| ranked.iter().zip(weights).map(move |(r, w)| w / unit * r[model]);
    let sums: Vec<f64> = (0..models).map(|model| sum(weighted(model))).collect();
    Ok(ranks_up_to_rounding(sums))
}

fn check_weights(rankings: usize, weights: &[f64]) -> Result<(), Error> {
    if weights.len() != rankings {
        return Err(Error::UnequalLengths {
            what: "weights of rankings",
            expected: rankings,
            found: weights.len(),
        });
    }
    if let Some(row) = weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
        return Err(Error::InvalidWeight { row, weight: weights[row] });
    }
    if weights.iter().all(|&w| w == 0.0) { Err(Error::ZeroWeights) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bad_aggregates_are_named() {
        let rankings = [vec![1.0, 2.0], vec![2.0]];
        assert_eq!(aggregate_rankings(&rankings[..0], &[]), Err(Error::Empty));
        let short = aggregate_rankings(&rankings, &[1.0]);
        assert!(matches!(short, Err(Error::UnequalLengths { expected: 2, found: 1, .. })));
        let ragged = aggregate_rankings(&rankings, &[1.0, 1.0]);
        assert!(matches!(ragged, Err(Error::UnequalLengths { what: "every ranking", .. })));
        let negative = aggregate_rankings(&rankings, &[1.0, -1.0]);
        assert_eq!(negative, Err(Error::InvalidWeight { row: 1, weight: -1.0 }));
        assert_eq!(aggregate_rankings(&rankings, &[0.0, 0.0]), Err(Error::ZeroWeights));
    }

    #[test]
    fn ties_of_mean_ranks_survive_decimal_weights() {
        // Mean ranks 0.1 + 0.2 + 2 * 0.3 and 2 * 0.1 + 2 * 0.2 + 0.3: both 0.9.
        let rankings = [[1.0, 2.0], [1.0, 2.0], [2.0, 1.0]];
        assert_eq!(aggregate_rankings(&rankings, &[0.1, 0.2, 0.3]).unwrap(), [1.5, 1.5]);
        for weight in [1e308, 1e-308] {
            assert_eq!(aggregate_rankings(&rankings, &[weight; 3]).unwrap(), [1.0, 2.0]);
        }
    }

    fn permutations(k: usize) -> Vec<Vec<f64>> {
        if k == 0 {
            return vec![vec![]];
        }
        let shorter = permutations(k - 1);
        let insert = |at: usize| {
            shorter.iter().map(move |p| {
                let mut longer = p.clone();
                longer.insert(at, k as f64);
                longer
            })
        };
        (0..k).flat_map(insert).collect()
    }

    proptest! {
        #[test]
        fn the_aggregate_minimises_the_distance(
            rankings in prop::collection::vec((Just(vec![1.0, 2.0, 3.0, 4.0, 5.0]).prop_shuffle(), 1..5u32), 1..5),
        ) {
            let weights: Vec<f64> = rankings.iter().map(|r| r.1.into()).collect();
            let rankings: Vec<Vec<f64>> = rankings.into_iter().map(|r| r.0).collect();
            let distance = |candidate: &[f64]| {
                let squares = |r: &Vec<f64>| r.iter().zip(candidate).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
                rankings.iter().zip(&weights).map(|(r, w)| w * squares(r)).sum::<f64>()
            };
            let found = aggregate_rankings(&rankings, &weights).unwrap();
            let best = permutations(5).iter().map(|p| distance(p)).fold(f64::INFINITY, f64::min);
            let tied = found.iter().any(|rank| found.iter().filter(|r| *r == rank).count() > 1);
            if tied {
                // Average ranks are no permutation, but nearer than any.
                prop_assert!(distance(&found) <= best);
            } else {
                prop_assert_eq!(distance(&found), best);
            }
        }
    }
}
