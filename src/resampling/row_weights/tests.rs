//! Every kind of draw: its outcomes, its moments, what it keeps.

use super::*;
use crate::sample::Sample;
use std::collections::BTreeMap;

fn sample(values: &[f64]) -> Sample {
    Sample::new(values).unwrap()
}

fn independent() -> Samples {
    Samples::independent([("a", sample(&[1., 2.])), ("b", sample(&[3., 4., 5.]))]).unwrap()
}

fn draw(samples: &Samples, draw: Draw, replicate: usize) -> Vec<f64> {
    let mut weights = Weights::default();
    let scheme = RowWeights::new(samples, [0, 1], draw, Centring::None, 5);
    scheme.draw(replicate, &mut weights).unwrap();
    weights.signed.iter().map(|w| w * weights.unit).collect()
}

fn seen(samples: &Samples, scheme: Draw, replicates: usize) -> BTreeMap<String, usize> {
    let mut seen = BTreeMap::new();
    for replicate in 0..replicates {
        *seen.entry(format!("{:.3?}", draw(samples, scheme, replicate))).or_insert(0) += 1;
    }
    seen
}

fn evenly(seen: &BTreeMap<String, usize>, outcomes: usize, replicates: usize) {
    let expected = replicates as f64 / outcomes as f64;
    assert_eq!(seen.len(), outcomes);
    assert!(seen.values().all(|&count| (count as f64 - expected).abs() < 5.0 * expected.sqrt()));
}

#[test]
fn every_subset_and_every_labelling_is_as_likely() {
    evenly(&seen(&independent(), Draw::Labels, 10_000), 10, 10_000);
    evenly(&seen(&independent(), Draw::Subset([1, 2]), 6_000), 6, 6_000);
    let paired = Samples::paired([("a", [3., 1., 2.]), ("b", [30., 10., 20.])]).unwrap();
    evenly(&seen(&paired, Draw::Labels, 8_000), 8, 8_000);
    evenly(&seen(&paired, Draw::Subset([2, 2]), 6_000), 3, 6_000);
    // Rows 1 and 2 of 3, 1, 2.
    assert_eq!(
        draw(&paired, Draw::Runs { lengths: [2, 2], count: 2 }, 1),
        [0.5, 0.5, 0.0, -0.5, -0.5, 0.0].map(f64::from)
    );
}

#[test]
fn both_columns_weigh_as_much() {
    let weighted = Sample::weighted([1., 2., 3.], [1., 2., 5.]).unwrap();
    let weighted = Samples::independent([("a", weighted), ("b", sample(&[0., 1.]))]).unwrap();
    let clusters = [("a", vec![1., 2., 3.], vec![0, 0, 1]), ("b", vec![4., 5.], vec![0, 1])];
    let clustered = Samples::in_clusters(clusters).unwrap();
    for samples in [independent(), weighted, clustered] {
        let first = samples.columns()[0].sample.len();
        for scheme in [Draw::Rows, Draw::Exponentials, Draw::Subset([1, 1]), Draw::Normals] {
            for replicate in 0..30 {
                let weights = draw(&samples, scheme, replicate);
                let total = f64::from(u8::from(scheme != Draw::Normals));
                assert!((weights[..first].iter().sum::<f64>() - total).abs() < 1e-14);
                assert!((weights[first..].iter().sum::<f64>() + total).abs() < 1e-14);
            }
        }
    }
}

#[test]
fn units_share_what_is_drawn() {
    let paired = Samples::paired([("a", [1., 2., 3.]), ("b", [1., 2., 3.])]).unwrap();
    for scheme in [Draw::Rows, Draw::Exponentials, Draw::Normals, Draw::Labels, Draw::Subset([2, 2])] {
        let weights = draw(&paired, scheme, 2);
        assert!((0..3).all(|row| weights[row] == -weights[row + 3]), "{scheme:?}");
    }
}

/// Centred replicates are the others minus the data.
#[test]
fn centred_replicates_are_differences_from_the_data() {
    let weighted = Sample::weighted([1., 2., 3.], [1., 2., 5.]).unwrap();
    let weighted = Samples::independent([("a", weighted), ("b", sample(&[0., 1.]))]).unwrap();
    let clusters = [("a", vec![1., 2., 3.], vec![0, 0, 1]), ("b", vec![4., 5.], vec![0, 1])];
    for samples in [independent(), weighted, Samples::in_clusters(clusters).unwrap()] {
        let (mut plain, mut centred, mut data) = <(Weights, Weights, Weights)>::default();
        for scheme in [Draw::Rows, Draw::Exponentials] {
            let of = |centring| RowWeights::new(&samples, [0, 1], scheme, centring, 5);
            of(Centring::None).observed(&mut data);
            for replicate in 0..20 {
                of(Centring::None).draw(replicate, &mut plain).unwrap();
                of(Centring::AtTheData).draw(replicate, &mut centred).unwrap();
                for row in 0..plain.signed.len() {
                    let expected = plain.unit * plain.signed[row] - data.unit * data.signed[row];
                    assert!((centred.unit * centred.signed[row] - expected).abs() < 1e-15);
                }
            }
        }
    }
}

/// Means and variances of the weight of one row of two.
#[test]
fn multipliers_have_the_variance_of_draws() {
    let square = |scheme| {
        let weights = (0..20_000).map(|b| draw(&independent(), scheme, b)[2] + 1.0 / 3.0);
        weights.map(|w: f64| w * w).sum::<f64>() / 20_000.0
    };
    // Of draws: 3 * 1/3 * 2/3 / 9; of centred multipliers without the mean: (1 - 1/3) / 9.
    assert!((square(Draw::Rows) - 2.0 / 27.0).abs() < 0.003);
    let normal: f64 = (0..20_000).map(|b| draw(&independent(), Draw::Normals, b)[2].powi(2)).sum();
    assert!((normal / 20_000.0 - 2.0 / 27.0).abs() < 0.003);
    let pooled: f64 = (0..20_000).map(|b| draw(&independent(), Draw::Pooled, b)[0].powi(2)).sum();
    // Binomial counts of probability 1/5: variances 2 * .16 / 4 and 3 * .16 / 9.
    assert!((pooled / 20_000.0 - (0.08 + 0.16 / 3.0)).abs() < 0.005);
}

#[test]
fn clusters_that_cannot_fill_a_column_are_an_error() {
    let columns = [("a", vec![1., 2.], vec![0, 1]), ("b", vec![4., 5.], vec![2, 3])];
    let samples = Samples::in_clusters(columns).unwrap();
    let scheme = RowWeights::new(&samples, [0, 1], Draw::Subset([1, 1]), Centring::None, 5);
    let mut named = BTreeMap::new();
    for replicate in 0..20 {
        let mut weights = Weights::default();
        let error = scheme.draw(replicate, &mut weights).unwrap_err();
        // The one of the last draw.
        let column = if weights.signed[..2] == [0.0; 2] { "a" } else { "b" };
        assert_eq!(error, Error::SparseClusters { column: column.into() });
        *named.entry(column).or_insert(0) += 1;
    }
    assert_eq!(named.len(), 2);
}
