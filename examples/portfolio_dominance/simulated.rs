//! Funds with calm and stormy times: the spread of a month depends on the month before (GARCH).

use rand::{SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal};

/// Five funds over the same months.
pub fn funds(months: usize, seed: u64) -> Vec<(String, Vec<f64>)> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
    let mut columns =
        ["bills", "bonds", "index", "costly", "reckless"].map(|name| (name.to_owned(), Vec::new()));
    // h_t = omega + alpha e_(t-1)^2 + beta h_(t-1): a long-run deviation of 4 % a month.
    let (alpha, beta) = (0.15, 0.75);
    let omega = 0.04_f64.powi(2) * (1.0 - alpha - beta);
    let (mut variance, mut shock) = (0.04_f64.powi(2), 0.0_f64);
    for _ in 0..months {
        variance = omega + alpha * shock * shock + beta * variance;
        shock = variance.sqrt() * normal();
        let bills = 0.003 + 0.0005 * normal();
        let index = 0.009 + shock;
        let bonds = 0.0045 + 0.1 * shock + 0.017 * normal();
        let fee = 0.004;
        let reckless = 0.008 + shock + 0.05 * normal();
        for ((_, column), value) in columns.iter_mut().zip([bills, bonds, index, index - fee, reckless])
        {
            column.push(value);
        }
    }
    columns.into()
}
