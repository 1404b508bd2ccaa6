//! The variance of the difference of two integrated distribution functions, at every pooled value.
//!
//! With d_r(x) = (z - x)_+^(r-1) / (r-1)! (d_1 = 1 where x <= z), Delta_s(z) is the mean of d_s over the rows
//! of X minus its mean over the rows of Y, and its variance is estimated from what independent units c (rows,
//! pairs of rows, clusters; rows of a series, which are not independent) contribute to it:
//!
//! ```text
//! T_cr = sum_{rows of X in c} p_i (d_r(x_i) - F_X^(r)) - sum_{rows of Y in c} q_j (d_r(y_j) - F_Y^(r))
//!
//! V(z) = sum_c T_cs^2                                            p, q the masses of rows
//!        times C / (C - 1)                                       clusters of several rows of a column
//!        sum_h h / (h - 1) sum_{c in stratum} (T_cs - mean)^2    strata, surveys: strata of h units
//!        n / (n - L) sum_{|k| < L} (1 - |k| / L) R(k)            series: R(k) the circular sum of T_cs T_(c+k)s
//! ```
//!
//! For independent rows of equal mass this is v_X / n + v_Y / m with v = E d_s^2 - (E d_s)^2 and divisor n. One stratum,
//! and a series of blocks of one row, are the second line with C rows. The last two are the variances that analytic
//! standard errors of the violation ratio have.
//!
//! `unit_form` (what a design makes of the T_c), `sweep` (all values in one pass).

mod sweep;
mod unit_form;

use super::pooled_pair::PooledPair;
use crate::kernels::process::for_each_state;
use crate::sample::{Column, Samples};
use sweep::Sweep;

/// V at every distinct pooled value of two columns of these samples, in the scale of the pair. Cost: O(N s^3); for series
/// of blocks of L rows O(N (L + s) s^2).
pub(crate) fn variances(
    pair: &PooledPair,
    order: usize,
    samples: &Samples,
    columns: [&Column; 2],
) -> Vec<f64> {
    let mut sweep = Sweep::new(order, samples, columns);
    let mut variances = vec![0.0; pair.values.len()];
    let mut at = 0;
    for (row, position) in pair.rows() {
        if position > at {
            variances[at] = sweep.variance();
            sweep.advance(pair.gaps[at]);
            at = position;
        }
        sweep.arrive(row, pair.values[at], &pair.scale);
    }
    variances[at] = sweep.variance();
    variances
}

/// Delta_s at every distinct pooled value, in the scale of the pair.
pub(crate) fn differences(pair: &PooledPair, order: usize, x: &Column, y: &Column) -> Vec<f64> {
    let (n, m) = (x.sample.len(), y.sample.len());
    // Without weights integers in units of 1/(nm), so that equal distribution functions differ by 0.
    let plain = x.sample.weights().is_none() && y.sample.weights().is_none();
    let signed: Vec<f64> = match plain {
        true => [vec![m as f64; n], vec![-(n as f64); m]].concat(),
        false => {
            let of_x = (0..n).map(|row| x.sample.mass(row));
            of_x.chain((0..m).map(|row| -y.sample.mass(row))).collect()
        }
    };
    let mut levels = Vec::new();
    pair.levels(&signed, &mut levels);
    if !plain {
        levels.iter_mut().filter(|level| level.abs() < ROUNDING).for_each(|level| *level = 0.0);
    }
    let unit = if plain { 1.0 / (n as f64 * m as f64) } else { 1.0 };
    let mut differences = Vec::with_capacity(levels.len());
    for_each_state(order, &levels, &pair.gaps, |_, state| differences.push(unit * state[order - 1]));
    differences
}

/// Weighted distribution functions are sums of rounded masses. Where they are equal, as they are in every row of pairs that
/// are on the same side of z, a difference of 1e-17 over a variance of 0 would be evidence. Of 10^6 masses the sums are
/// right to 1e-12 or better.
const ROUNDING: f64 = 1e-12;

/// Standardised differences t = Delta_s / sqrt(V); 0/0 is 0, x/0 is infinite.
///
/// In the scale of the pair the pooled range is about one. At high orders, values just above the least give powers of tiny
/// distances, whose squares underflow: there t is 0, which no test takes for evidence.
pub(crate) fn standardised(differences: &[f64], variances: &[f64]) -> Vec<f64> {
    let t = |(&delta, &v): (&f64, &f64)| {
        let underflow = v < f64::MIN_POSITIVE && delta.abs() < 1e-150;
        if underflow { 0.0 } else { delta / v.sqrt() }
    };
    differences.iter().zip(variances).map(t).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{BlockLength, Sample, Survey};
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// T_c of every unit at z, by its definition, in data units.
    fn contributions(order: usize, samples: &Samples, z: f64) -> Vec<f64> {
        let d = |x: f64| {
            let factorial: f64 = (1..order).map(|j| j as f64).product();
            if x <= z { (z - x).powi(order as i32 - 1) / factorial } else { 0.0 }
        };
        let mut units: BTreeMap<usize, f64> =
            (0..samples.units().unwrap_or_default()).map(|u| (u, 0.0)).collect();
        for (side, column) in samples.columns().iter().enumerate() {
            let sample = &column.sample;
            let rows = || (0..sample.len()).map(|i| (i, sample.values()[i], sample.mass(i)));
            let mean: f64 = rows().map(|(_, x, p)| p * d(x)).sum();
            for (i, x, p) in rows() {
                let unit = column.units.as_ref().map_or(1000 * side + i, |units| units[i] as usize);
                *units.entry(unit).or_default() +=
                    if side == 0 { 1.0 } else { -1.0 } * p * (d(x) - mean);
            }
        }
        units.into_values().collect()
    }

    /// V by its definition, at z, in data units.
    fn naive(order: usize, samples: &Samples, z: f64) -> f64 {
        let t = contributions(order, samples, z);
        let square = |t: &[f64]| t.iter().map(|t| t * t).sum::<f64>();
        if let Some(series) = &samples.design().series {
            let of_series = |range: std::ops::Range<usize>| {
                let (t, n, length) = (&t[range.clone()], range.len(), series.block_length);
                let blocks = (0..n).map(|i| (i..i + length).map(|j| t[j % n]).sum());
                square(&blocks.collect::<Vec<_>>()) * n as f64 / (n - length) as f64 / length as f64
            };
            return series.ranges().map(of_series).sum();
        }
        if let Some(strata) = &samples.design().stratum_of_unit {
            let of_stratum = |stratum: u32| {
                let own = t.iter().zip(strata).filter(|(_, s)| **s == stratum).map(|(t, _)| *t);
                let h = own.clone().count() as f64;
                let mean = own.clone().sum::<f64>() / h;
                square(&own.map(|t| t - mean).collect::<Vec<_>>()) * h / (h - 1.0)
            };
            return (0..samples.strata().unwrap() as u32).map(of_stratum).sum();
        }
        let c = t.len() as f64;
        let several = samples.columns().iter().any(|column| {
            let rows = column.units.iter().flatten();
            column.units.is_some() && rows.clone().collect::<BTreeSet<_>>().len() < rows.count()
        });
        square(&t) * if several { c / (c - 1.0) } else { 1.0 }
    }

    #[test]
    fn differences_without_variance_are_certain_and_tiny_ones_are_none() {
        let found = standardised(&[0.5, -0.5, 0.0, 1e-160, 1e-160], &[0.0, 0.0, 0.0, 0.0, 1e-300]);
        assert_eq!(found[..4], [f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0]);
        assert!((found[4] / 1e-10 - 1.0).abs() < 1e-14);
        // No square has underflowed: of the difference, of the variance.
        let found = standardised(&[1e-150, 1e-160], &[0.0, f64::MIN_POSITIVE]);
        assert!(found[0] == f64::INFINITY && found[1] > 0.0, "{found:?}");
    }

    /// The largest and smallest standardised differences, from 60-digit arithmetic.
    #[test]
    fn agrees_with_the_reference_values() {
        let text = include_str!("../../../tests/fixtures/reference_values.json");
        let reference: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut compared = 0;
        for case in reference["cases"].as_array().unwrap() {
            let column = |side: &str| {
                let values = match case[side].as_str() {
                    Some(name) => &reference["inputs"][name]["values"],
                    None => &case[format!("{side}_values")],
                };
                let values = values.as_array().unwrap().iter().map(|v| v.as_f64().unwrap());
                (side.to_owned(), Sample::new(values.collect::<Vec<_>>()).unwrap())
            };
            if !case["x_weights"].is_null() || !case["y_weights"].is_null() {
                continue;
            }
            let samples = Samples::independent([column("x"), column("y")]).unwrap();
            let (x, y) = (&samples.columns()[0], &samples.columns()[1]);
            let pair = PooledPair::new(&x.sample, &y.sample);
            for order in [1, 2] {
                let v = variances(&pair, order, &samples, [x, y]);
                let t = standardised(&differences(&pair, order, x, y), &v);
                // The reference leaves out values without variance, up to rounding.
                let least = 1e-15 * v.iter().copied().fold(0.0, f64::max);
                let t: Vec<f64> =
                    t.into_iter().zip(v).filter(|(_, v)| *v > least).map(|(t, _)| t).collect();
                let max = t.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let min = t.iter().copied().fold(f64::INFINITY, f64::min);
                for (found, key) in [(max, format!("t{order}_max")), (min, format!("t{order}_min"))] {
                    let Some(expected) = case["stats"][&key].as_f64() else { continue };
                    assert!(
                        (found - expected).abs() <= 1e-9 * expected.abs(),
                        "{}: {key} {found}",
                        case["id"]
                    );
                    compared += 1;
                }
            }
        }
        assert!(compared > 80, "{compared}");
    }

    fn at_values(samples: &Samples, order: usize) -> Vec<(f64, f64)> {
        let (x, y) = (&samples.columns()[0], &samples.columns()[1]);
        let pair = PooledPair::new(&x.sample, &y.sample);
        let found = variances(&pair, order, samples, [x, y]);
        let restored = found.into_iter().map(|v| pair.restore(v, 2 * (order as i32 - 1)));
        pair.values.iter().copied().zip(restored).collect()
    }

    /// What V would be if no two rows cancelled: the size at which sums of contributions are rounded.
    fn without_cancelling(order: usize, samples: &Samples, z: f64) -> f64 {
        let factorial: f64 = (1..order).map(|j| j as f64).product();
        let of_column = |sample: &Sample| {
            let d = |x: f64| if x <= z { (z - x).powi(order as i32 - 1) / factorial } else { 0.0 };
            (0..sample.len()).map(|i| sample.mass(i) * d(sample.values()[i])).sum::<f64>()
        };
        samples.columns().iter().map(|column| of_column(&column.sample)).sum::<f64>().powi(2)
    }

    fn check(samples: &Samples, order: usize) {
        for (z, v) in at_values(samples, order) {
            let expected = naive(order, samples, z);
            assert!(
                (v - expected).abs() <= 1e-11 * expected + 1e-14 * without_cancelling(order, samples, z),
                "{:?} {order} {z}: {v} {expected}",
                samples.sampling()
            );
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_twin(
            x in prop::collection::vec((-9..9i32, 1..4u32, 0..4u32), 3..12),
            y in prop::collection::vec((-9..9i32, 1..4u32, 0..4u32), 3..12), order in 1..5usize,
        ) {
            let values = |v: &[(i32, u32, u32)]| v.iter().map(|r| f64::from(r.0)).collect::<Vec<_>>();
            let weights = |v: &[(i32, u32, u32)]| v.iter().map(|r| f64::from(r.1)).collect::<Vec<_>>();
            let clusters = |v: &[(i32, u32, u32)]| v.iter().map(|r| r.2).collect::<Vec<_>>();
            let weighted = |v| Sample::weighted(values(v), weights(v)).unwrap();
            check(&Samples::independent([("x", weighted(&x)), ("y", weighted(&y))]).unwrap(), order);
            let k = x.len().min(y.len());
            let paired = Samples::paired([("x", values(&x[..k])), ("y", values(&y[..k]))]).unwrap();
            check(&paired, order);
            let columns = [("x", values(&x), clusters(&x)), ("y", values(&y), clusters(&y))];
            // A single cluster, or a stratum of one row or cluster, is refused at the door.
            let clustered = Samples::in_clusters(columns);
            let halves: Vec<u32> = clusters(&x[..k]).iter().map(|c| c % 2).collect();
            let weights_of_rows = weights(&x[..k]);
            let strata = paired.clone().stratified(&halves);
            let in_strata = paired.clone().weighted(&weights_of_rows).and_then(|s| s.stratified(&halves));
            let in_both = strata.clone().and_then(|s| s.clustered(&clusters(&x[..k])));
            let survey = |v| Survey::new(values(v)).weights(weights(v)).clusters(&clusters(v));
            let halved = |v: &[(i32, u32, u32)]| v.iter().map(|r| r.2 % 2).collect::<Vec<_>>();
            let surveys = Samples::surveys([("x", survey(&x)), ("y", survey(&y))]);
            let of_strata =
                Samples::surveys([("x", survey(&x).strata(&halved(&x))), ("y", Survey::new(values(&y)))]);
            for samples in [clustered, strata, in_strata, in_both, surveys, of_strata].into_iter().flatten() {
                check(&samples, order);
            }
            for length in 1..=k / 2 {
                let length = BlockLength::Rows(length);
                check(&paired.clone().time_series(length).unwrap(), order);
                check(&Samples::independent_series([("x", values(&x)), ("y", values(&y))], length).unwrap(), order);
            }
        }
    }

    proptest! {
        /// The rows of a pair or a cluster nearly coincide. On this lattice the definition keeps its digits.
        #[test]
        fn near_equal_rows_keep_their_digits(
            rows in prop::collection::vec((-9..9i32, -3..4i32), 8), order in 2..4usize, tiny in 20..40i32,
        ) {
            let epsilon = 2f64.powi(if order == 2 { -tiny } else { -tiny / 2 });
            let y: Vec<f64> = rows.iter().map(|r| f64::from(r.0)).collect();
            let x: Vec<f64> = rows.iter().map(|r| f64::from(r.0) + epsilon * f64::from(r.1)).collect();
            let pairs = Samples::paired([("x", x.clone()), ("y", y.clone())]).unwrap();
            let strata = pairs.clone().stratified(&[0, 0, 0, 0, 1, 1, 1, 1]).unwrap();
            let series = pairs.clone().time_series(BlockLength::Rows(2)).unwrap();
            let clusters: Vec<u32> = (0..8).collect();
            let clustered = Samples::in_clusters([("x", x, clusters.clone()), ("y", y, clusters)]).unwrap();
            for samples in [pairs, strata, series, clustered] {
                for (z, v) in at_values(&samples, order) {
                    let expected = naive(order, &samples, z);
                    let bound = 1e-6 * (expected + epsilon.powi(2 * (order as i32 - 1)));
                    prop_assert!((v - expected).abs() <= bound, "{order} {z}: {v} {expected}");
                }
            }
        }
    }

    const A: [f64; 6] = [3.0, 1.0, 4.0, 1.5, 9.0, 2.6];
    const B: [f64; 6] = [5.0, 3.5, 8.0, 9.5, 7.0, 9.25];

    fn six() -> Samples {
        Samples::paired([("a", A), ("b", B)]).unwrap()
    }

    /// Two columns in three clusters of two rows, a third in clusters of its own.
    #[test]
    fn clusters_of_other_columns_do_not_count() {
        let labels = |first: u32| (first..first + 3).flat_map(|c| [c, c]).collect::<Vec<_>>();
        let (a, b) = (("a", A.to_vec(), labels(0)), ("b", B.to_vec(), labels(0)));
        let pair = Samples::in_clusters([a.clone(), b.clone()]).unwrap();
        let three = Samples::in_clusters([a, b, ("c", A.to_vec(), labels(3))]).unwrap();
        for order in [1, 2] {
            assert_eq!(at_values(&three, order), at_values(&pair, order));
        }
    }

    /// One stratum and blocks of one row are the pairs themselves, times n / (n - 1).
    #[test]
    fn designs_that_say_nothing_are_pairs() {
        let one = six().stratified(&["all"; 6]).unwrap();
        let rows = six().time_series(BlockLength::Rows(1)).unwrap();
        let surveys = Samples::surveys([("a", Survey::new(A)), ("b", Survey::new(B))]).unwrap();
        let apart = Samples::independent_series([("a", A), ("b", B)], BlockLength::Rows(1)).unwrap();
        let sample = |v: [f64; 6]| Sample::new(v).unwrap();
        let independent = Samples::independent([("a", sample(A)), ("b", sample(B))]).unwrap();
        for (found, expected) in
            [(one, six()), (rows, six()), (surveys, independent.clone()), (apart, independent)]
        {
            for order in 1..4 {
                for (v, w) in at_values(&found, order).iter().zip(at_values(&expected, order)) {
                    assert!((v.1 - 1.2 * w.1).abs() < 1e-14 * (1.0 + w.1), "{order}: {v:?} {w:?}");
                }
            }
        }
    }

    /// Strata within which nothing varies have no variance, however far apart they are.
    #[test]
    fn strata_of_equal_rows_have_no_variance() {
        let columns = [("a", [1.0, 1.0, 1e6, 1e6, 1e6]), ("b", [2.0, 2.0, -5.0, -5.0, -5.0])];
        let strata = Samples::paired(columns).unwrap().stratified(&[0, 0, 1, 1, 1]).unwrap();
        for order in 1..4 {
            let scale = 1e6_f64.powi(2 * (order as i32 - 1));
            assert!(at_values(&strata, order).iter().all(|at| at.1 < 1e-15 * scale), "{order}");
        }
    }

    /// A = {0, 1, 0, 1} against {2, 2, 2, 2}: at 0, T = p (1[a = 0] - 1/2) = (1, -1, 1, -1) / 8. Two neighbours cancel;
    /// in the order 0, 0, 1, 1 circular sums of two are (1, 0, -1, 0) / 4, so V = (1/16 + 1/16) * 4 / 2 / 2.
    #[test]
    fn hand_values_of_series() {
        let of = |a: [f64; 4]| {
            let samples = Samples::paired([("a", a), ("b", [2.0; 4])]).unwrap();
            at_values(&samples.time_series(BlockLength::Rows(2)).unwrap(), 1)[0]
        };
        assert_eq!(of([0.0, 1.0, 0.0, 1.0]), (0.0, 0.0));
        assert_eq!(of([0.0, 0.0, 1.0, 1.0]), (0.0, 0.125));
    }
}
