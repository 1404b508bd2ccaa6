//! Scores of portfolios of metrics with whole ranks.

use num_bigint::BigInt;
use risk_sd::{Copula, IncompleteRows, Metric, Portfolio, TableBuilder};

use super::Measured;
use super::draws::Random;
use super::truth::{Truth, fraction};

/// One model, some metrics of equal weight and few distinct values.
pub fn measured(random: &mut Random) -> Vec<Measured> {
    let (n, metrics) = (1 + random.below(20), 1 + random.below(4));
    let columns: Vec<Vec<usize>> =
        (0..metrics).map(|_| (0..n).map(|_| random.below(9)).collect()).collect();
    let mut builder = TableBuilder::new();
    for row in 0..n {
        for (metric, column) in columns.iter().enumerate() {
            // Numbers as they sort: rows come back in this order.
            let (sample, metric) = (format!("{row:03}"), metric.to_string());
            builder.push("model", &sample, &metric, column[row] as f64 / 4.0).expect("a new cell");
        }
    }
    let table = builder.independent(IncompleteRows::Refuse).expect("complete rows");
    let portfolio = Portfolio::new((0..metrics).map(|m| Metric::new(m.to_string()))).expect("metrics");
    let mut found = Vec::new();
    let scores = |copula| {
        let scores = portfolio.clone().copula(copula).score(&table).expect("a complete table");
        scores.samples.get("model").expect("the model").values().to_vec()
    };
    let count = |row: usize, worse: fn(usize, usize) -> bool| {
        let below = |other: &usize| columns.iter().all(|column| worse(column[*other], column[row]));
        BigInt::from((0..n).filter(below).count())
    };
    let mut exact: Vec<(Truth, Truth)> = (0..n)
        .map(|row| {
            let ranks =
                columns.iter().map(|column| column.iter().filter(|v| **v <= column[row]).count());
            let product: BigInt = ranks.map(BigInt::from).product();
            let independent = Truth::new(&fraction(product, BigInt::from(n).pow(metrics as u32)), 0);
            let empirical = Truth::new(&fraction(count(row, |a, b| a < b), n), 0);
            (independent.root(metrics as u32), empirical)
        })
        .collect();
    let one = Truth::of_f64(1.0);
    exact.sort_by(|a, b| a.0.over(&one).total_cmp(&b.0.over(&one)));
    for (found_one, truth) in scores(Copula::Independent).into_iter().zip(&exact) {
        found.push(Measured::relative("copula, independent", found_one, truth.0.clone()));
    }
    exact.sort_by(|a, b| a.1.over(&one).total_cmp(&b.1.over(&one)));
    for (found_one, truth) in scores(Copula::Empirical).into_iter().zip(&exact) {
        found.push(Measured::relative("copula, empirical", found_one, truth.1.clone()));
    }
    found
}
