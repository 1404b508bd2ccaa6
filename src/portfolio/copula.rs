//! One number per row from the ranks of its metrics.
//!
//! ```text
//! independent:  R = exp(sum_m lambda_m ln u_m),   u_m = #{rows j : x_m(j) <= x_m} / n
//! empirical:    R = #{rows j : x_m(j) < x_m for every m} / n
//! ```

use super::aligned::Aligned;
use super::below::{count_below, for_each_tie};
use crate::kernels::sort;
use crate::kernels::sum::Sum;

/// How the metrics of a row become one score. None depends on the units of the metrics: scores are
/// unchanged by strictly increasing transforms of any of them.
///
/// Reference: Nitsure et al. 2024 (arXiv 2310.07132), section 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Copula {
    /// The weighted geometric mean of the pooled ranks, `exp(sum lambda ln u)`, in (0, 1]: `u` is the
    /// share of the rows of all models that are not better (`<=`; ties get the rank of the best).
    /// O(N n log n), n rows of all models.
    #[default]
    Independent,
    /// The share of the rows of all models that are worse in every metric (`<`), in [0, 1). Weights
    /// play no part, and a metric that is constant makes every score 0: leave it out. O(n log n) for one
    /// or two metrics; O(n^2 N / 64) words and 64 n N bytes at most for N >= 3.
    Empirical,
    /// As [`Copula::Empirical`], among the rows of the same model.
    EmpiricalWithinModel,
}

impl Copula {
    /// The scores of the pooled rows. Normalised weights, one per metric.
    pub(super) fn scores(self, rows: &Aligned, weights: &[f64]) -> Vec<f64> {
        match self {
            Copula::Independent => independent(rows.columns(), weights),
            Copula::Empirical => empirical(rows.columns().iter().map(Vec::as_slice)),
            Copula::EmpiricalWithinModel => {
                let scores = |model: &std::ops::Range<usize>| {
                    empirical(rows.columns().iter().map(|column| &column[model.clone()]))
                };
                rows.models().iter().flat_map(scores).collect()
            }
        }
    }
}

/// The logarithms are added with compensation, so that rows with the same ranks in other metrics tie.
fn independent(columns: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let n = columns[0].len();
    let mut logarithms = vec![Sum::default(); n];
    for (column, weight) in columns.iter().zip(weights) {
        for_each_tie(column, &sort::argsort(column), |rows, smaller| {
            let u = (smaller + rows.len()) as f64 / n as f64;
            let term = weight * libm::log(u);
            rows.iter().for_each(|&row| logarithms[row as usize].add(term));
        });
    }
    logarithms.into_iter().map(|sum| libm::exp(sum.value())).collect()
}

fn empirical<'a>(columns: impl Iterator<Item = &'a [f64]>) -> Vec<f64> {
    let columns: Vec<&[f64]> = columns.collect();
    let n = columns[0].len() as f64;
    count_below(&columns).into_iter().map(|below| f64::from(below) / n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(columns: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
        let n = columns[0].len();
        let u = |column: &[f64], i: usize| {
            column.iter().filter(|&&v| v <= column[i]).count() as f64 / n as f64
        };
        let score = |i| columns.iter().zip(weights).map(|(c, w)| u(c, i).powf(*w)).product::<f64>();
        (0..n).map(score).collect()
    }

    fn columns() -> impl Strategy<Value = Vec<Vec<f64>>> {
        (1usize..5, 1usize..60, 1i32..30).prop_flat_map(|(metrics, rows, distinct)| {
            let value = (0..distinct).prop_map(f64::from);
            prop::collection::vec(prop::collection::vec(value, rows), metrics)
        })
    }

    proptest! {
        #[test]
        fn independent_agrees_with_the_naive_twin(columns in columns()) {
            let total = (columns.len() * (columns.len() + 1) / 2) as f64;
            let weights: Vec<f64> = (1..=columns.len()).map(|w| w as f64 / total).collect();
            let scores = independent(&columns, &weights);
            for (fast, slow) in scores.iter().zip(naive(&columns, &weights)) {
                prop_assert!((fast - slow).abs() <= 1e-14 * slow);
                prop_assert!(*fast > 0.0 && *fast <= 1.0);
            }
        }
    }

    #[test]
    fn the_same_ranks_in_other_metrics_tie() {
        let columns = [vec![1.0, 2.0, 3.0], vec![2.0, 3.0, 1.0], vec![3.0, 1.0, 2.0]];
        let scores = independent(&columns, &[1.0 / 3.0; 3]);
        assert_eq!(scores, [scores[0]; 3]);
    }
}
