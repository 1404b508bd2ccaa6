//! Agreement of two rankings.

use super::ranks::ranking;
use crate::error::Error;
use crate::kernels::concordance::{PairCounts, discordant, pairs_of, tied_pairs};

/// Kendall's rank correlation tau-b: do two rankings of the same models agree?
///
/// `(C - D) / sqrt((N - T_a)(N - T_b))`: C and D count the pairs of models that the rankings put in the same
/// and in the opposite order, N = k(k - 1)/2 all pairs, T_a and T_b those that one ranking leaves tied.
/// 1 for equal rankings, -1 for opposite ones. Ranks and scores serve alike: only their order counts.
///
/// Cost O(k log k): the discordant pairs are the exchanges of a merge sort.
///
/// # Errors
/// [`Error::UnequalLengths`]; [`Error::TooFewModels`] for fewer than two; [`Error::NotFinite`] for NaN and
/// infinities, wrapped in [`Error::InColumn`] with the ranking; [`Error::ConstantRanking`] where a ranking
/// (0 or 1) leaves all models tied.
///
/// Reference: Kendall 1945; Knight 1966.
///
/// ```
/// use risk_sd::kendall_tau;
///
/// assert_eq!(kendall_tau(&[1.0, 2.0, 2.0, 4.0], &[1.0, 3.0, 2.0, 3.0])?, 0.8);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "rank correlation")]
pub fn kendall_tau(a: &[f64], b: &[f64]) -> Result<f64, Error> {
    if a.len() != b.len() {
        let (expected, found) = (a.len(), b.len());
        return Err(Error::UnequalLengths { what: "the second ranking", expected, found });
    }
    if a.len() < 2 {
        return Err(Error::TooFewModels { found: a.len(), needed: 2 });
    }
    let (a, b) = (ranking(0, a)?, ranking(1, b)?);
    let mut pairs: Vec<(f64, f64)> = a.into_iter().zip(b).collect();
    pairs.sort_unstable_by(|p, q| p.0.total_cmp(&q.0).then(p.1.total_cmp(&q.1)));
    let tied_a = tied_pairs(&pairs, |p| p.0);
    let tied_both = tied_pairs(&pairs, |&p| p);
    let mut b: Vec<f64> = pairs.into_iter().map(|p| p.1).collect();
    let discordant = discordant(&mut b, &mut Vec::new());
    let tied_b = tied_pairs(&b, |&v| v);
    let counts = PairCounts { all: pairs_of(b.len()), tied_a, tied_b, tied_both, discordant };
    counts.tau_b().map_err(|which| Error::ConstantRanking { which })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_rankings_agree_as_published() {
        // Ranks of 12 models, Nitsure et al. 2024, table 4.
        let ra_fsd = [1., 6., 2., 5., 8., 11., 4., 10., 7., 3., 9., 12.];
        let p_fsd = [1., 6., 2., 5., 11., 10., 4., 8., 7., 3., 9., 12.];
        let chat_fsd = [1., 7., 3., 4., 12., 11., 2., 8., 5., 6., 9., 10.];
        let ra_ssd = [1., 7., 2., 5., 12., 10., 4., 9., 6., 3., 8., 11.];
        let p_ssd = [1., 6., 3., 5., 12., 11., 4., 7., 8., 2., 9., 10.];
        let chat_ssd = [1., 8., 3., 4., 11., 12., 2., 7., 5., 6., 9., 10.];
        for (a, b, expected) in [
            (p_ssd, ra_ssd, 0.8485),
            (p_fsd, ra_fsd, 0.8788),
            (p_ssd, chat_ssd, 0.7273),
            (p_fsd, chat_fsd, 0.7879),
            (p_fsd, p_ssd, 0.8788),
        ] {
            let tau = kendall_tau(&a, &b).unwrap();
            assert!((tau - expected).abs() < 5e-5, "{tau} against {expected}");
        }
    }

    #[test]
    fn bad_rankings_are_named() {
        let level = Err(Error::ConstantRanking { which: 1 });
        assert_eq!(kendall_tau(&[1.0, 2.0], &[0.0, -0.0]), level);
        assert_eq!(kendall_tau(&[3.0; 3], &[1.0; 3]), Err(Error::ConstantRanking { which: 0 }));
        assert_eq!(kendall_tau(&[1.0], &[1.0]), Err(Error::TooFewModels { found: 1, needed: 2 }));
        assert!(matches!(kendall_tau(&[1.0], &[]), Err(Error::UnequalLengths { .. })));
        let message = kendall_tau(&[1.0, 2.0], &[1.0, f64::NAN]).unwrap_err().to_string();
        assert_eq!(message, "column 'ranking 1': row 1 is NaN, not a finite number");
    }

    fn naive_tau(a: &[f64], b: &[f64]) -> f64 {
        let (mut balance, mut apart_a, mut apart_b) = (0.0, 0.0, 0.0);
        for i in 0..a.len() {
            for j in 0..i {
                let sign = |d: f64| if d == 0.0 { 0.0 } else { d.signum() };
                let (da, db) = (sign(a[i] - a[j]), sign(b[i] - b[j]));
                balance += da * db;
                apart_a += da * da;
                apart_b += db * db;
            }
        }
        balance / f64::sqrt(apart_a * apart_b)
    }

    proptest! {
        #[test]
        fn tau_agrees_with_counting_pairs(
            pairs in prop::collection::vec((-4..4i32, -4..4i32), 2..40),
        ) {
            let a: Vec<f64> = pairs.iter().map(|p| p.0.into()).collect();
            let b: Vec<f64> = pairs.iter().map(|p| p.1.into()).collect();
            match kendall_tau(&a, &b) {
                Ok(tau) => {
                    prop_assert_eq!(tau, naive_tau(&a, &b));
                    prop_assert_eq!(kendall_tau(&b, &a), Ok(tau));
                    prop_assert_eq!(kendall_tau(&a, &a), Ok(1.0));
                    let mirrored: Vec<f64> = b.iter().map(|v| -v).collect();
                    prop_assert_eq!(kendall_tau(&a, &mirrored), Ok(-tau));
                }
                Err(error) => {
                    let constant = matches!(error, Error::ConstantRanking { .. });
                    prop_assert!(constant && naive_tau(&a, &b).is_nan());
                }
            }
        }
    }
}
