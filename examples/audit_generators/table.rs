//! The real table: visits to a shop in the order of time. Simulated, so that the example carries no file.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Exp1, StandardNormal};

/// Columns of a row, all as numbers.
pub const REGIME: usize = 0;
pub const AMOUNT: usize = 1;
pub const MINUTES: usize = 2;
pub const AGE: usize = 3;
pub const GROUP: usize = 4;
pub const RETURNED: usize = 5;
pub const COLUMNS: usize = 6;

/// Quiet, normal, rush.
pub const REGIMES: usize = 3;

pub type Row = [f64; COLUMNS];

/// How many values a column of categories has; `None` for numbers.
pub fn categories(column: usize) -> Option<usize> {
    match column {
        REGIME => Some(REGIMES),
        GROUP | RETURNED => Some(2),
        _ => None,
    }
}

/// Regimes are a Markov chain. Minutes are a parabola of the amount, which no correlation sees. Whether the
/// customer returns depends on amount, age and group.
pub fn visits(seed: u64, rows: usize) -> Vec<Row> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut regime = 1;
    (0..rows)
        .map(|_| {
            if rng.random::<f64>() < 0.15 {
                regime = (regime + 1 + usize::from(rng.random::<f64>() < 0.5)) % REGIMES;
            }
            visit(&mut rng, regime)
        })
        .collect()
}

fn visit(rng: &mut StdRng, regime: usize) -> Row {
    let mut normal = || -> f64 { rng.sample(StandardNormal) };
    let (noise_amount, noise_minutes) = (normal(), normal());
    let group = f64::from(u8::from(rng.random::<f64>() < 0.4));
    let youth: f64 = rng.sample(Exp1);
    let age = 20.0 + 15.0 * youth;
    let amount = 3.0 + 0.5 * regime as f64 + 0.5 * noise_amount + 0.2 * group;
    let minutes = 8.0 + 6.0 * (amount - 3.5).powi(2) + noise_minutes;
    let logit = 0.3 + 1.6 * (amount - 3.5) - 0.05 * (age - 35.0) - 0.9 * group;
    let returned = f64::from(u8::from(rng.random::<f64>() < 1.0 / (1.0 + (-logit).exp())));
    [regime as f64, amount, minutes, age, group, returned]
}

/// One column.
pub fn column(rows: &[Row], column: usize) -> Vec<f64> {
    rows.iter().map(|row| row[column]).collect()
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Standard deviation, never 0.
pub fn deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares = values.iter().map(|v| (v - centre).powi(2)).sum::<f64>();
    (squares / values.len() as f64).sqrt().max(1e-12)
}
