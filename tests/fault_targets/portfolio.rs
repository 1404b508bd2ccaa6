//! Tables of models, samples and metrics, and portfolios of the metrics.

use risk_sd::portfolio::WinRule;
use risk_sd::{Copula, IncompleteRows, Metric, Portfolio, Table, TableBuilder};

use super::input::Input;
use super::results::{checked, passed, sound};

const METRICS: [&str; 3] = ["quality", "seconds", "\u{20ac}"];

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let builder = builder(&mut input);
    let incomplete = input.pick(&[IncompleteRows::Refuse, IncompleteRows::Drop]);
    let table = match input.rarely(2) {
        true => builder.paired(incomplete),
        false => builder.independent(incomplete),
    };
    let Some(table) = passed(table) else { return };
    let door = input.below(6);
    if door == 0 {
        return columns(&table, &input);
    }
    let copulas = [Copula::Independent, Copula::Empirical, Copula::EmpiricalWithinModel];
    let copula = input.pick(&copulas);
    let portfolio = match input.rarely(3) {
        true => Portfolio::of(&table),
        false => match passed(Portfolio::new(metrics(&mut input))) {
            Some(portfolio) => portfolio,
            None => return,
        },
    };
    let portfolio = portfolio.copula(copula);
    match door {
        1 | 2 => drop(checked(portfolio.score(&table), &input)),
        3 => drop(checked(portfolio.metric_samples(&table), &input)),
        4 => drop(checked(portfolio.mean_win_rate(&table, WinRule::Means), &input)),
        _ => drop(checked(portfolio.mean_win_rate(&table, WinRule::Rows), &input)),
    }
}

fn builder(input: &mut Input) -> TableBuilder {
    let mut builder = TableBuilder::new();
    let (models, rows) = (1 + input.below(4), input.rows().min(24));
    let metrics = 1 + input.below(3);
    for metric in &METRICS[..metrics] {
        for model in &super::input::NAMES[..models] {
            let column = input.column(rows);
            for (row, value) in column.into_iter().enumerate() {
                if !input.rarely(24) {
                    passed(builder.push(model, &row.to_string(), metric, value));
                }
            }
        }
    }
    builder
}

fn metrics(input: &mut Input) -> Vec<Metric> {
    let metric = |input: &mut Input| {
        let metric = Metric::new(input.pick(&METRICS));
        let weight = input.weights(1).first().copied().unwrap_or(1.0);
        let metric = if input.rarely(3) { metric.weight(weight) } else { metric };
        if input.rarely(2) { metric.lower_is_better() } else { metric }
    };
    (0..input.below(4)).map(|_| metric(input)).collect()
}

fn columns(table: &Table, input: &Input) {
    for metric in table.metrics() {
        for model in table.models() {
            sound(&table.column(model, metric).expect("a column of the table"), input);
            assert!(table.rows(model).is_ok());
        }
        checked(table.samples(metric), input);
    }
}
