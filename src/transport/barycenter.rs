//! The barycenter: one distribution between several.

use std::cmp::Ordering;

use crate::error::Error;
use crate::kernels::cells::{Law, compare_levels};
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::{Sum, sum};
use crate::sample::Sample;

/// Which distribution lies in the middle of several? The Wasserstein barycenter.
///
/// ```text
/// argmin over B of sum_l lambda_l W_2(A_l, B)^2        Q_B(t) = sum_l lambda_l Q_l(t)
/// ```
///
/// The quantile functions are averaged, not the distribution functions: two bumps give one bump between them,
/// where a mixture would give both. `weights` are the lambda, divided by their sum; two samples with weights (1 - t,
/// t) give the geodesic from the first to the second.
///
/// Sizes and weights of the samples are free. All levels are merged; unweighted ones are compared as fractions of
/// integers. The result has one row for each merged level, at most sum n_l - k + 1, with its width as weight;
/// samples of one size give that size, unweighted. Samples of weight 0 take no part. Where all quantile functions
/// agree, so does the result, exactly.
///
/// Cost O(k sum n_l) for k samples.
///
/// # Errors
/// [`Error::TooFewModels`] for no sample; [`Error::UnequalLengths`] unless there is one weight for each;
/// [`Error::InvalidWeight`] for a negative, NaN or infinite weight (`row` counts the samples);
/// [`Error::ZeroWeights`].
///
/// Reference: Agueh, Carlier 2011.
///
/// ```
/// use risk_sd::{Sample, barycenter};
///
/// let a = Sample::new([0.0, 2.0, 4.0])?;
/// let b = Sample::new([1.0, 3.0])?;
/// let middle = barycenter([&a, &b], &[1.0, 1.0])?;
/// assert_eq!(middle.values(), [0.5, 1.5, 2.5, 3.5]);
/// let shares: Vec<f64> = middle.weights().into_iter().flatten().map(|w| 6.0 * w).collect();
/// assert_eq!(shares, [2.0, 1.0, 1.0, 2.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "quantile averaging")]
#[doc(alias = "Vincentization")]
#[doc(alias = "Frechet mean")]
pub fn barycenter<'a>(
    samples: impl IntoIterator<Item = &'a Sample>,
    weights: &[f64],
) -> Result<Sample, Error> {
    let samples: Vec<&Sample> = samples.into_iter().collect();
    let lambda = shares(samples.len(), weights)?;
    let parts: Vec<(Law, f64)> = samples
        .iter()
        .zip(lambda)
        .filter(|(_, lambda)| *lambda > 0.0)
        .map(|(sample, lambda)| (sample.law(), lambda))
        .collect();
    let (values, widths) = merged(&parts);
    Sample::weighted(values, widths)
}

/// The weights of `k` samples, checked, over their sum.
fn shares(k: usize, weights: &[f64]) -> Result<Vec<f64>, Error> {
    if k == 0 {
        return Err(Error::TooFewModels { found: 0, needed: 1 });
    }
    if weights.len() != k {
        let found = weights.len();
        return Err(Error::UnequalLengths { what: "weights of the samples", expected: k, found });
    }
    if let Some(row) = weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
        return Err(Error::InvalidWeight { row, weight: weights[row] });
    }
    let unit = power_of_two_below(weights.iter().copied().fold(0.0, f64::max));
    let total = sum(weights.iter().map(|w| w / unit));
    if total == 0.0 {
        return Err(Error::ZeroWeights);
    }
    Ok(weights.iter().map(|w| w / unit / total).collect())
}

/// Averaged quantiles and their widths, level by level. `at[l]` is the row of sample l below the next level.
fn merged(parts: &[(Law, f64)]) -> (Vec<f64>, Vec<f64>) {
    let mut at = vec![0; parts.len()];
    let (mut values, mut widths) = (Vec::new(), Vec::new());
    let mut before = (parts[0].0, 0);
    let mut highest = f64::NEG_INFINITY;
    while at.iter().zip(parts).all(|(&row, part)| row < part.0.values().len()) {
        let next = lowest_level(parts, &at);
        let (law, row) = (parts[next].0, at[next]);
        let width = width(before, (law, row + 1));
        if width > 0.0 {
            // Rounding must not exchange neighbours.
            highest = average(parts, &at).max(highest);
            values.push(highest);
            widths.push(width);
            before = (law, row + 1);
        }
        for (row_of, part) in at.iter_mut().zip(parts) {
            let ends = compare_levels(part.0, *row_of, law, row) != Ordering::Greater;
            *row_of += usize::from(ends);
        }
    }
    (values, widths)
}

/// The sample whose current row ends first.
fn lowest_level(parts: &[(Law, f64)], at: &[usize]) -> usize {
    let mut lowest = 0;
    for l in 1..parts.len() {
        if compare_levels(parts[l].0, at[l], parts[lowest].0, at[lowest]) == Ordering::Less {
            lowest = l;
        }
    }
    lowest
}

/// How much lies between two levels, each the share of a sample's first rows: exact before the division where both
/// are unweighted.
fn width((x, i): (Law, usize), (y, j): (Law, usize)) -> f64 {
    match (x, y) {
        (Law::Uniform(a), Law::Uniform(b)) => {
            let (n, m) = (a.len() as u128, b.len() as u128);
            let difference = (j as u128 * n) as i128 - (i as u128 * m) as i128;
            difference as f64 / (n * m) as f64
        }
        _ => y.share(j) - x.share(i),
    }
}

/// `sum lambda_l x_l`, between the smallest and the largest x: equal values stay what they are.
fn average(parts: &[(Law, f64)], at: &[usize]) -> f64 {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (part, &row) in parts.iter().zip(at) {
        let value = part.0.values()[row];
        (low, high) = (low.min(value), high.max(value));
    }
    // In the unit of the largest, so that no digit is lost at either end of the range of f64.
    let unit = power_of_two_below(low.abs().max(high.abs()));
    let mut total = Sum::default();
    for ((law, lambda), &row) in parts.iter().zip(at) {
        total.add(lambda * (law.values()[row] / unit));
    }
    (total.value() * unit).clamp(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(values: &[f64]) -> Sample {
        Sample::new(values).unwrap()
    }

    #[test]
    fn equal_sizes_average_order_statistics() {
        let (a, b) = (sample(&[5.0, 1.0, 3.0]), sample(&[10.0, 20.0, 60.0]));
        let found = barycenter([&a, &b], &[3.0, 1.0]).unwrap();
        assert_eq!(found, sample(&[3.25, 7.25, 18.75]));
    }

    #[test]
    fn samples_of_weight_zero_take_no_part() {
        let (a, b) = (sample(&[1.0, 2.0, 4.0]), sample(&[2.0, 6.0]));
        assert_eq!(barycenter([&a, &b], &[1.0, 0.0]).unwrap(), a);
        assert_eq!(barycenter([&a, &b], &[0.0, 3.0]).unwrap(), b);
    }

    #[test]
    fn bad_weights_are_named() {
        let a = sample(&[1.0]);
        assert_eq!(barycenter([], &[]), Err(Error::TooFewModels { found: 0, needed: 1 }));
        assert!(matches!(
            barycenter([&a], &[]),
            Err(Error::UnequalLengths { expected: 1, found: 0, .. })
        ));
        let negative = barycenter([&a, &a], &[1.0, -1.0]);
        assert_eq!(negative, Err(Error::InvalidWeight { row: 1, weight: -1.0 }));
        assert_eq!(barycenter([&a, &a], &[0.0, 0.0]), Err(Error::ZeroWeights));
    }

    #[test]
    fn equal_samples_are_their_own_barycenter_and_extremes_work() {
        let odd = sample(&[0.1, 0.7, 1.9]);
        let again = sample(&[0.1, 0.1, 0.7, 0.7, 1.9, 1.9]);
        let found = barycenter([&odd, &again, &odd], &[0.3, 0.6, 0.7]).unwrap();
        assert_eq!(crate::transport::wasserstein(2.0, &found, &odd), Ok(0.0));
        let huge = sample(&[f64::MIN, f64::MAX]);
        assert_eq!(barycenter([&huge, &huge, &huge], &[0.1, 0.1, 0.1]).unwrap(), huge);
        let smallest = barycenter([&sample(&[5e-324]), &sample(&[15e-324])], &[1.0, 1.0]).unwrap();
        assert_eq!(smallest, sample(&[1e-323]));
    }

    proptest! {
        /// Q of the result is the average of the Qs at the middle of every cell of the definition.
        #[test]
        fn agrees_with_the_average_of_quantiles(
            columns in prop::collection::vec(prop::collection::vec(-5.0..5.0f64, 1..7), 1..4),
            weights in prop::collection::vec(0.1..1.0f64, 4),
            tilt in prop::collection::vec(1u32..4, 7),
        ) {
            let tilted = |(l, values): (usize, &Vec<f64>)| match l {
                1 => Sample::weighted(values, tilt[..values.len()].iter().map(|&t| f64::from(t))).unwrap(),
                _ => sample(values),
            };
            let samples: Vec<Sample> = columns.iter().enumerate().map(tilted).collect();
            let lambda = &weights[..samples.len()];
            let found = barycenter(&samples, lambda).unwrap();
            prop_assert!(found.len() <= samples.iter().map(Sample::len).sum::<usize>() - samples.len() + 1);
            for k in 0..1000 {
                let t = (f64::from(k) + 0.5) / 1000.0 + 1e-5;
                let weighted = samples.iter().zip(lambda).map(|(s, w)| w * s.quantile(t).unwrap());
                let expected = weighted.sum::<f64>() / lambda.iter().sum::<f64>();
                prop_assert!((found.quantile(t).unwrap() - expected).abs() < 1e-12);
            }
        }
    }
}
