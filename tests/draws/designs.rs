//! One deterministic data set per sampling design, made of integers: no library function of the platform
//! has touched it.

use crate::draws::{Random, sample};
use risk_sd::{Sample, Samples};

pub const NAMES: [&str; 5] = ["independent", "unequal", "weighted", "paired", "clustered"];

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
        other => panic!("no design named {other}"),
    }
    .expect("valid columns")
}
