//! Other ways to rank the same models, and how far they agree.

use risk_sd::portfolio::{Polarity, WinRule};
use risk_sd::{
    Order, Portfolio, RankingReport, RankingTest, Samples, Sampling, Table, aggregate_rankings,
    average_ranks, kendall_tau,
};
use serde::Serialize;

use crate::support::Failure;

/// A ranking of all models by one route: average ranks, 1 is best.
#[derive(Serialize)]
pub struct Route {
    pub name: String,
    pub ranks: Vec<f64>,
}

/// How far two routes agree.
#[derive(Serialize)]
pub struct Agreement {
    pub a: String,
    pub b: String,
    /// Kendall's tau-b; `None` where a route puts all models level.
    pub kendall_tau: Option<f64>,
}

/// Two models that dominance of the scores and another route order differently.
#[derive(Serialize)]
pub struct Disagreement {
    pub other_route: String,
    /// The model that dominance puts first.
    pub ahead_by_dominance: String,
    /// The model that the other route puts first.
    pub ahead_by_other_route: String,
    /// Weighted share over the metrics of the rows in which the first of them is strictly better; `None`
    /// where rows do not belong together.
    pub share_of_rows_better: Option<f64>,
    /// Mean score of the first minus that of the second.
    pub mean_difference: f64,
    /// The same for the mean of the worst tenth of scores.
    pub worst_tenth_difference: f64,
}

/// All routes, in the order of the table's models.
#[derive(Serialize)]
pub struct Routes {
    pub models: Vec<String>,
    pub routes: Vec<Route>,
    pub agreement: Vec<Agreement>,
    pub disagreements: Vec<Disagreement>,
}

const DOMINANCE: &str = "-order dominance";
const PER_METRIC: &str = "order per metric";
const WIN_RATE: &str = "mean win rate";
const WORST: f64 = 0.1;

pub fn compare(
    portfolio: &Portfolio,
    table: &Table,
    samples: &Samples,
    report: &RankingReport,
) -> Result<Routes, Failure> {
    let models: Vec<String> = samples.names().map(str::to_owned).collect();
    let mut routes = Vec::new();
    for ranking in &report.rankings {
        let eps =
            by_model(&models, |name| ranking.model(name).map_or(f64::NAN, |model| model.relative_ratio));
        let name = format!("{}{DOMINANCE}", ranking.order);
        routes.push(Route { name, ranks: average_ranks(&eps)? });
    }
    if table.metrics().len() > 1 {
        routes.push(per_metric(portfolio, table, report)?);
    }
    routes.push(win_rates(portfolio, table, WinRule::Means, WIN_RATE)?);
    if table.sampling() == Sampling::Paired {
        routes.push(win_rates(portfolio, table, WinRule::Rows, "share of rows won")?);
    }
    let minus_means = by_model(&models, |name| samples.get(name).map_or(0.0, |s| -s.mean()));
    routes.push(Route { name: "mean score".to_owned(), ranks: average_ranks(&minus_means)? });
    let disagreements = disagreements(portfolio, table, &routes, samples)?;
    Ok(Routes { agreement: agreement(&routes), models, routes, disagreements })
}

fn by_model(models: &[String], value: impl Fn(&str) -> f64) -> Vec<f64> {
    models.iter().map(|name| value(name)).collect()
}

/// Ranks the models in every metric by relative dominance, and aggregates the rankings.
fn per_metric(portfolio: &Portfolio, table: &Table, report: &RankingReport) -> Result<Route, Failure> {
    let order = report.rankings.last().map_or(Order::Second, |ranking| ranking.order);
    let test = RankingTest::new().order(order).analytic().guard(risk_sd::Guard::Off);
    let (mut rankings, mut weights) = (Vec::new(), Vec::new());
    for metric in portfolio.metric_samples(table)? {
        let report = test.run(&metric.samples)?;
        let eps = |name: &str| report.rankings[0].model(name).map_or(f64::NAN, |m| m.relative_ratio);
        rankings.push(by_model(table.models(), eps));
        weights.push(metric.weight);
    }
    let ranks = aggregate_rankings(&rankings, &weights)?;
    Ok(Route { name: format!("{order} {PER_METRIC}"), ranks })
}

fn win_rates(portfolio: &Portfolio, table: &Table, rule: WinRule, name: &str) -> Result<Route, Failure> {
    let rates = portfolio.mean_win_rate(table, rule)?;
    let losses: Vec<f64> = rates.mean.iter().map(|of_model| -of_model.rate).collect();
    Ok(Route { name: name.to_owned(), ranks: average_ranks(&losses)? })
}

fn agreement(routes: &[Route]) -> Vec<Agreement> {
    let pairs = routes.iter().enumerate().flat_map(|(i, a)| routes[i + 1..].iter().map(move |b| (a, b)));
    let agree = |(a, b): (&Route, &Route)| Agreement {
        a: a.name.clone(),
        b: b.name.clone(),
        kendall_tau: kendall_tau(&a.ranks, &b.ranks).ok(),
    };
    pairs.map(agree).collect()
}

/// Pairs that the last dominance route and the per-metric route (mean win rates for a single metric) order
/// differently, the widest first.
fn disagreements(
    portfolio: &Portfolio,
    table: &Table,
    routes: &[Route],
    samples: &Samples,
) -> Result<Vec<Disagreement>, Failure> {
    let find = |name: &str| routes.iter().rfind(|route| route.name.ends_with(name));
    let other = find(PER_METRIC).or_else(|| find(WIN_RATE));
    let (Some(dominance), Some(other)) = (find(DOMINANCE), other) else {
        return Ok(Vec::new());
    };
    let models = table.models();
    let mut found = Vec::new();
    for a in 0..models.len() {
        for b in 0..models.len() {
            let by_dominance = dominance.ranks[b] - dominance.ranks[a];
            let by_other = other.ranks[b] - other.ranks[a];
            if by_dominance > 0.0 && by_other < 0.0 {
                let (x, y) = (samples.get(&models[a])?, samples.get(&models[b])?);
                let worst = x.tail_value_at_risk(WORST)? - y.tail_value_at_risk(WORST)?;
                let disagreement = Disagreement {
                    other_route: other.name.clone(),
                    ahead_by_dominance: models[a].clone(),
                    ahead_by_other_route: models[b].clone(),
                    share_of_rows_better: share_better(portfolio, table, &models[a], &models[b])?,
                    mean_difference: x.mean() - y.mean(),
                    worst_tenth_difference: worst,
                };
                found.push((by_dominance.min(-by_other), disagreement));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(found.into_iter().map(|(_, disagreement)| disagreement).collect())
}

/// Over the metrics with their weights: in which share of the rows is a strictly better than b?
fn share_better(portfolio: &Portfolio, table: &Table, a: &str, b: &str) -> Result<Option<f64>, Failure> {
    if table.sampling() != Sampling::Paired {
        return Ok(None);
    }
    let mut share = 0.0;
    for (metric, weight) in portfolio.metrics().iter().zip(portfolio.weights()) {
        let (x, y) = (table.column(a, &metric.name)?, table.column(b, &metric.name)?);
        let better = x.iter().zip(y).filter(|(x, y)| match metric.polarity {
            Polarity::HigherIsBetter => x > y,
            Polarity::LowerIsBetter => x < y,
        });
        share += weight * better.count() as f64 / x.len() as f64;
    }
    Ok(Some(share))
}
