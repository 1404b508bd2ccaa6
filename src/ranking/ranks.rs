//! Scores as ranks.

use crate::error::Error;
use crate::kernels::sort::argsort;

/// Ranks of scores: the smallest has rank 1, tied scores share the mean of their ranks.
///
/// Cost O(k log k).
///
/// # Errors
/// [`Error::NotFinite`] for NaN and infinities, with the row.
///
/// ```
/// use risk_sd::average_ranks;
///
/// assert_eq!(average_ranks(&[0.3, 0.1, 0.3, 0.7])?, [2.5, 1.0, 2.5, 4.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "fractional ranking")]
pub fn average_ranks(scores: &[f64]) -> Result<Vec<f64>, Error> {
    Ok(ranks(&finite(scores)?))
}

/// Ranks of models by their wins: the most wins give rank 1, ties share the mean of their ranks.
///
/// ```
/// use risk_sd::borda;
///
/// assert_eq!(borda(&[1, 3, 0, 1]), [2.5, 1.0, 4.0, 2.5]);
/// ```
#[doc(alias = "Borda count")]
pub fn borda(wins: &[usize]) -> Vec<f64> {
    let losses: Vec<f64> = wins.iter().map(|&w| 0.0 - w as f64).collect();
    ranks(&losses)
}

/// The scores of one of several rankings, checked as [`average_ranks`] does.
pub(super) fn ranking(which: usize, scores: &[f64]) -> Result<Vec<f64>, Error> {
    finite(scores).map_err(|error| error.in_column(&format!("ranking {which}")))
}

/// A copy without -0.0, refusing what is not a finite number.
fn finite(scores: &[f64]) -> Result<Vec<f64>, Error> {
    match scores.iter().position(|v| !v.is_finite()) {
        Some(row) => Err(Error::NotFinite { row, value: scores[row] }),
        None => Ok(scores.iter().map(|v| v + 0.0).collect()),
    }
}

/// Values this close (relative) are tied: 0.1 and 0.2 do not add to 0.3 in f64, nor ln 3 and ln 4 to ln 2 + ln 6.
const SAME: f64 = 1e-12;

/// Average ranks of finite values without -0.0; those that are equal up to rounding are tied.
pub(crate) fn ranks_up_to_rounding(mut values: Vec<f64>) -> Vec<f64> {
    let order = argsort(&values);
    for pair in order.windows(2) {
        let (before, here) = (pair[0] as usize, pair[1] as usize);
        if values[here] - values[before] <= SAME * values[here].abs() {
            values[here] = values[before];
        }
    }
    ranks(&values)
}

/// a - b, or 0 where that is rounding. Values below 1 count as of size 1: for logarithms of scores this is the tie
/// of [`ranks_up_to_rounding`], and a logarithm near 0 has the rounding of the score near 1.
pub(crate) fn difference_up_to_rounding(a: f64, b: f64) -> f64 {
    let difference = a - b;
    match difference.abs() <= SAME * a.abs().max(b.abs()).max(1.0) {
        true => 0.0,
        false => difference,
    }
}

/// Average ranks of finite values without -0.0.
pub(super) fn ranks(values: &[f64]) -> Vec<f64> {
    let order = argsort(values);
    let mut ranks = vec![0.0; values.len()];
    let mut smaller = 0;
    for tied in order.chunk_by(|&a, &b| values[a as usize] == values[b as usize]) {
        // Mean of smaller + 1, ..., smaller + t.
        let rank = smaller as f64 + (tied.len() + 1) as f64 / 2.0;
        for &row in tied {
            ranks[row as usize] = rank;
        }
        smaller += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_a_number_has_no_rank() {
        let inf = f64::INFINITY;
        assert_eq!(average_ranks(&[inf]), Err(Error::NotFinite { row: 0, value: inf }));
        assert_eq!(average_ranks(&[0.0, -0.0]).unwrap(), [1.5, 1.5]);
        assert_eq!(borda(&[2, 2, 5]), [2.5, 2.5, 1.0]);
    }

    #[test]
    fn differences_of_rounding_size_are_ties() {
        for (size, of) in [(1e6, 1e6), (1.0, 1.0), (1e-3, 1.0), (0.0, 1.0)] {
            assert_eq!(difference_up_to_rounding(size + 0.5 * SAME * of, size), 0.0, "{size}");
            assert_eq!(difference_up_to_rounding(-size, -size - 0.5 * SAME * of), 0.0, "{size}");
            let apart = size + 4.0 * SAME * of;
            assert_eq!(difference_up_to_rounding(size, apart), size - apart, "{size}");
        }
        // Ranks know no size but that of the values themselves.
        for size in [1e6, 1.0, 1e-6] {
            assert_eq!(
                ranks_up_to_rounding(vec![size * (1.0 + 0.5 * SAME), size]),
                [1.5, 1.5],
                "{size}"
            );
            assert_eq!(
                ranks_up_to_rounding(vec![size * (1.0 + 4.0 * SAME), size]),
                [2.0, 1.0],
                "{size}"
            );
        }
    }

    proptest! {
        #[test]
        fn ranks_agree_with_counting(values in prop::collection::vec(-4..4i32, 0..30)) {
            let scores: Vec<f64> = values.iter().map(|&v| v.into()).collect();
            let count = |f: &dyn Fn(i32) -> bool| values.iter().filter(|v| f(**v)).count() as f64;
            let naive: Vec<f64> = values
                .iter()
                .map(|&v| count(&|u| u < v) + (count(&|u| u == v) + 1.0) / 2.0)
                .collect();
            prop_assert_eq!(average_ranks(&scores).unwrap(), naive);
        }
    }
}
