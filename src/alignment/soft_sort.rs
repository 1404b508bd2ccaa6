//! The soft sort: the projection onto the permutahedron, by pool-adjacent-violators.

use super::check_positive;
use crate::error::Error;
use crate::kernels::scale::headroom;
use crate::kernels::sum::sum;
use crate::sample::IndexedSample;

/// A sort whose output changes smoothly where rows draw level: the projection onto the permutahedron.
///
/// With w the ascending values, the soft sort of strength eps is the point nearest to (1, 2, ..., n) / eps among all
/// averages of permutations of w:
///
/// ```text
/// s = argmin { |mu - (1, ..., n) / eps|^2 : mu in the convex hull of the permutations of w }
/// ```
///
/// The output ascends. Neighbours closer than 1/eps stay as they are; neighbours further apart are pooled into
/// blocks, whose outputs lie 1/eps apart around the mean of the block:
///
/// ```text
/// s_k = mean of w over the block + (k - mean of k over the block) / eps
/// ```
///
/// As eps -> 0 this is the hard sort, as eps -> infinity all outputs become the mean. The sum is that of the
/// values at every strength. eps has the inverse unit of the values.
///
/// ```
/// use risk_sd::soft_sort;
///
/// let values = [5.0, 0.0, 1.0];
/// assert_eq!(soft_sort(&values, 0.1)?.values(), [0.0, 1.0, 5.0]);
/// assert_eq!(soft_sort(&values, 0.5)?.values(), [0.0, 2.0, 4.0]); // 1 and 5 are pooled, 2 apart
///
/// // The gradient of the smallest output with respect to the rows as they were given.
/// assert_eq!(soft_sort(&values, 0.1)?.vjp(&[1.0, 0.0, 0.0])?, [0.0, 1.0, 0.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// The order statistics and the means are never mixed with the large numbers k / eps, so small strengths cost no
/// digits. Values that stay unpooled come out with all their bits.
///
/// # Errors
/// [`Error::NotPositive`] for a strength that is not finite and above 0; [`Error::Empty`]; [`Error::NotFinite`] with
/// the row.
///
/// Cost: O(n log n); the gradient O(n).
///
/// Reference: Blondel, Teboul, Berthet, Djolonga 2020 (2002.08871).
#[doc(alias = "permutahedron")]
#[doc(alias = "differentiable sorting")]
pub fn soft_sort(values: &[f64], strength: f64) -> Result<SoftSort, Error> {
    check_positive("the strength of the soft sort", strength)?;
    let data = IndexedSample::new(values)?;
    let (values, blocks) = soften(data.sample().values(), strength);
    Ok(SoftSort { values, data, blocks })
}

/// The result of [`soft_sort`], with its derivative.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SoftSort {
    values: Vec<f64>,
    /// Before softening.
    data: IndexedSample,
    blocks: Blocks,
}

impl SoftSort {
    /// The softly sorted values, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// `rows()[k]` is the row of the k-th smallest value.
    #[doc(alias = "argsort")]
    pub fn rows(&self) -> &[u32] {
        self.data.rows()
    }

    /// Vector-Jacobian product: the gradient with respect to the rows as they were given, where `cotangent` is that
    /// with respect to the outputs.
    ///
    /// A row's derivative is the mean of the cotangents of its block. Where blocks are about to merge the soft
    /// sort has a kink, and this is one of its derivatives.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`]; [`Error::NotFinite`] with the position.
    #[doc(alias = "backward")]
    pub fn vjp(&self, cotangent: &[f64]) -> Result<Vec<f64>, Error> {
        let (expected, found) = (self.values.len(), cotangent.len());
        if found != expected {
            return Err(Error::UnequalLengths { what: "the cotangent", expected, found });
        }
        if let Some(row) = cotangent.iter().position(|c| !c.is_finite()) {
            return Err(Error::NotFinite { row, value: cotangent[row] });
        }
        let mut ascending = cotangent.to_vec();
        self.blocks.average(&mut ascending);
        Ok(self.data.in_data_order(&ascending))
    }
}

/// Consecutive positions that were pooled: the end of each block (exclusive), ascending.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub(super) struct Blocks {
    ends: Vec<usize>,
}

impl Blocks {
    fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }

    /// Every entry becomes the mean of its block.
    pub(super) fn average(&self, values: &mut [f64]) {
        for range in self.ranges().filter(|range| range.len() > 1) {
            let mean = mean(&values[range.clone()]);
            values[range].fill(mean);
        }
    }
}

/// The mean: the first value, plus the mean of what the others differ from it (an offset costs no digits).
fn mean(values: &[f64]) -> f64 {
    let largest = values.iter().fold(0.0f64, |largest, v| largest.max(v.abs()));
    let unit = headroom(largest);
    let first = values[0] / unit;
    (first + sum(values.iter().map(|v| v / unit - first)) / values.len() as f64) * unit
}

/// The soft sort of ascending values.
pub(super) fn soften(ascending: &[f64], strength: f64) -> (Vec<f64>, Blocks) {
    let blocks = pool(ascending, strength);
    let mut out = ascending.to_vec();
    for range in blocks.ranges().filter(|range| range.len() > 1) {
        let (centre, mean) = (centre(range.start, range.end), mean(&ascending[range.clone()]));
        for k in range {
            out[k] = mean + (k as f64 - centre) / strength;
        }
    }
    // Blocks ascend exactly; after rounding, neighbours might not.
    for k in 1..out.len() {
        out[k] = out[k].max(out[k - 1]);
    }
    (out, blocks)
}

/// The mean of the positions start..end.
fn centre(start: usize, end: usize) -> f64 {
    (start + end - 1) as f64 / 2.0
}

/// A block while pooling: its end, its mean in the unit.
#[derive(Clone, Copy)]
struct Pooled {
    start: usize,
    end: usize,
    mean: f64,
}

/// Blocks of the antitonic regression of w_k - k / eps: a block takes in its successor as long as their means lie
/// further apart than their centres, in units of 1 / eps.
fn pool(ascending: &[f64], strength: f64) -> Blocks {
    let ends = [ascending[0].abs(), ascending[ascending.len() - 1].abs()];
    let unit = headroom(ends[0].max(ends[1]));
    let mut stack: Vec<Pooled> = Vec::new();
    for (k, value) in ascending.iter().enumerate() {
        let mut block = Pooled { start: k, end: k + 1, mean: value / unit };
        while let Some(&before) = stack.last() {
            let apart = centre(block.start, block.end) - centre(before.start, before.end);
            if block.mean - before.mean <= apart / strength / unit {
                break;
            }
            stack.pop();
            let share = (block.end - block.start) as f64 / (block.end - before.start) as f64;
            let mean = before.mean + (block.mean - before.mean) * share;
            block = Pooled { start: before.start, end: block.end, mean };
        }
        stack.push(block);
    }
    Blocks { ends: stack.into_iter().map(|block| block.end).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The projection by its definition: min |mu - z|^2 over mu with partial sums of the k largest at most those of w
    /// (Rado), as v = z - mu from the min-max formula of isotonic regression.
    fn naive(ascending: &[f64], strength: f64) -> Vec<f64> {
        let n = ascending.len();
        let z = |k: usize| (k + 1) as f64 / strength;
        let mean =
            |a: usize, b: usize| (a..=b).map(|k| z(k) - ascending[k]).sum::<f64>() / (b - a + 1) as f64;
        let regression = |k: usize| {
            let over = (0..=k).map(|a| (k..n).map(|b| mean(a, b)).fold(f64::INFINITY, f64::min));
            over.fold(f64::NEG_INFINITY, f64::max)
        };
        (0..n).map(|k| z(k) - regression(k)).collect()
    }

    fn permutations(values: &[f64]) -> Vec<Vec<f64>> {
        if values.is_empty() {
            return vec![Vec::new()];
        }
        let with_first = |i: usize| {
            let mut rest = values.to_vec();
            let first = rest.remove(i);
            permutations(&rest).into_iter().map(move |p| [vec![first], p].concat())
        };
        (0..values.len()).flat_map(with_first).collect()
    }

    fn columns() -> impl Strategy<Value = Vec<f64>> {
        prop_oneof![
            prop::collection::vec(-5.0..5.0f64, 1..7),
            prop::collection::vec((-4i32..4).prop_map(f64::from), 1..7),
        ]
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_twin(values in columns(), strength in 0.05..20.0f64) {
            let found = soft_sort(&values, strength).unwrap();
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            for (found, expected) in found.values().iter().zip(naive(&sorted, strength)) {
                prop_assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            }
        }

        /// mu is the projection of z exactly where <z - mu, p - mu> <= 0 for every vertex p.
        #[test]
        fn no_permutation_lies_on_the_far_side(values in columns(), strength in 0.05..20.0f64) {
            let mu = soft_sort(&values, strength).unwrap().values().to_vec();
            for vertex in permutations(&values) {
                let product: f64 = (0..mu.len())
                    .map(|k| ((k + 1) as f64 / strength - mu[k]) * (vertex[k] - mu[k]))
                    .sum();
                prop_assert!(product <= 1e-10, "{product}");
            }
        }

        #[test]
        fn sums_limits_and_shifts(
            values in prop::collection::vec(-5.0..5.0f64, 1..40),
            strength in 0.01..20.0f64,
        ) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let found = soft_sort(&values, strength).unwrap();
            prop_assert!(found.values().is_sorted());
            let total = sum(values.iter().copied());
            prop_assert!((sum(found.values().iter().copied()) - total).abs() < 1e-12);
            let hard = soft_sort(&values, 1e-12).unwrap();
            prop_assert_eq!(hard.values(), &sorted[..]);
            for value in soft_sort(&values, 1e18).unwrap().values() {
                prop_assert!((value - total / values.len() as f64).abs() < 1e-14);
            }
            let moved: Vec<f64> = values.iter().map(|v| v + 1e6).collect();
            for (moved, value) in soft_sort(&moved, strength).unwrap().values().iter().zip(found.values()) {
                prop_assert!((moved - 1e6 - value).abs() < 1e-9);
            }
        }

        #[test]
        fn the_gradient_agrees_with_differences(values in columns(), strength in 0.05..5.0f64) {
            let found = soft_sort(&values, strength).unwrap();
            let cotangent: Vec<f64> = (0..values.len()).map(|k| 0.3 + (k * k) as f64).collect();
            let gradient = found.vjp(&cotangent).unwrap();
            let product = |row: usize, step: f64| -> f64 {
                let mut values = values.clone();
                values[row] += step;
                let soft = soft_sort(&values, strength).unwrap();
                soft.values().iter().zip(&cotangent).map(|(v, c)| v * c).sum()
            };
            for (row, &gradient) in gradient.iter().enumerate() {
                // Piecewise linear: one-sided differences are exact, and the gradient lies between them.
                let step = 1e-6;
                let here = product(row, 0.0);
                let sides = [(product(row, step) - here) / step, (here - product(row, -step)) / step];
                let (low, high) = (sides[0].min(sides[1]), sides[0].max(sides[1]));
                prop_assert!(low - 1e-7 <= gradient && gradient <= high + 1e-7, "{sides:?} {gradient}");
            }
        }
    }

    #[test]
    fn small_strengths_cost_no_digits() {
        let values: Vec<f64> = (0..1000).map(|k| f64::from(k * 7 % 1000).sqrt()).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(soft_sort(&values, 1e-9).unwrap().values(), sorted);
        let total = sum(values.iter().copied());
        let pooled = soft_sort(&values, 40.0).unwrap();
        assert_ne!(pooled.values(), sorted);
        assert!((sum(pooled.values().iter().copied()) - total).abs() < 1e-11);
    }

    #[test]
    fn the_ends_of_the_range() {
        for strength in [5e-324, 1e-300, 1.0, 1e300] {
            for values in [vec![f64::MAX, f64::MIN], vec![f64::MAX; 3], vec![5e-324, 0.0], vec![-0.0]] {
                let found = soft_sort(&values, strength).unwrap();
                assert!(found.values().iter().all(|v| v.is_finite()), "{values:?} {strength} {found:?}");
            }
        }
    }
}
