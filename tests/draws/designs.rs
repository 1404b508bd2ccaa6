//! One deterministic data set per sampling design, made of integers: no library function of the platform
//! has touched it.

use crate::draws::{Random, sample};
use risk_sd::{BlockLength, Sample, Samples, Survey};

pub const NAMES: [&str; 9] = [
    "independent",
    "unequal",
    "weighted",
    "paired",
    "clustered",
    "stratified",
    "weighted clusters",
    "series",
    "surveys",
];

/// Scores in multiples of 1/256, some of them tied.
fn scores(seed: u64, range: usize, lift: f64) -> Vec<f64> {
    Random(seed).column(60, |r| (r.below(range) + r.below(range)) as f64 / 256.0 + lift)
}

/// The samples of a design: models "a", "b", "c": "a" is higher than "b" on average, and wider.
pub fn design(name: &str) -> Samples {
    let (a, b, c) = (scores(1, 150, -0.0625), scores(2, 120, 0.0), scores(3, 150, 0.0625));
    let columns = || [("a", &a), ("b", &b), ("c", &c)];
    let independent = |of: [Sample; 3]| Samples::independent(["a", "b", "c"].into_iter().zip(of));
    let cluster_of_row: Vec<usize> = (0..60).map(|row| row * row % 17).collect();
    let weighted = |values: &[f64], seed: u64| {
        let weights = Random(seed).column(60, |r| (1 + r.below(9)) as f64 / 4.0);
        Sample::weighted(values, weights).expect("positive weights")
    };
    match name {
        "independent" => independent([sample(&a), sample(&b), sample(&c)]),
        "unequal" => independent([sample(&a), sample(&b[..37]), sample(&c[..48])]),
        "weighted" => independent([weighted(&a, 4), weighted(&b, 5), sample(&c[..48])]),
        "paired" => Samples::paired(columns()),
        "clustered" => Samples::paired(columns()).and_then(|s| s.clustered(&cluster_of_row)),
        "stratified" => {
            let strata: Vec<usize> = (0..60).map(|row| row % 7).collect();
            Samples::paired(columns()).and_then(|s| s.stratified(&strata))
        }
        "weighted clusters" => {
            let weights = Random(6).column(60, |r| (1 + r.below(9)) as f64 / 4.0);
            Samples::paired(columns())
                .and_then(|s| s.weighted(&weights))
                .and_then(|s| s.clustered(&cluster_of_row))
        }
        "series" => Samples::paired(columns()).and_then(|s| s.time_series(BlockLength::Rows(4))),
        "surveys" => {
            let survey = |values: &[f64], seed: u64| {
                let weights = Random(seed).column(60, |r| (1 + r.below(9)) as f64 / 4.0);
                let (areas, regions): (Vec<usize>, Vec<usize>) =
                    (0..60).map(|row| (row / 3, row / 3 % 5)).unzip();
                Survey::new(values).weights(weights).clusters(&areas).strata(&regions)
            };
            Samples::surveys([("a", survey(&a, 4)), ("b", survey(&b, 5)), ("c", Survey::new(&c))])
        }
        other => panic!("no design named {other}"),
    }
    .expect("valid columns")
}
