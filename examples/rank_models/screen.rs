//! The document as a person reads it.

use risk_sd::portfolio::Polarity;
use risk_sd::{Ranking, RelativeOutcome};

use crate::document::Document;
use crate::routes::{Disagreement, Routes};
use crate::support::output::{print_table, short};

pub fn print(document: &Document) {
    print_data(document);
    println!("{}\n", document.report);
    for ranking in &document.report.rankings {
        print_pairs(ranking);
    }
    print_mean_risk(document);
    print_routes(&document.routes);
    println!("Pictures:");
    for picture in &document.pictures {
        println!("  {}", picture.display());
    }
}

fn print_data(document: &Document) {
    let data = &document.data;
    println!("{}: {} models", data.source.display(), data.models.len());
    let (least, most) = (data.rows.iter().min(), data.rows.iter().max());
    match (least, most) {
        (Some(least), Some(most)) if least == most => println!("  rows per model: {least}"),
        (Some(least), Some(most)) => println!("  rows per model: {least} to {most}"),
        _ => {}
    }
    if data.dropped > 0 {
        println!("  left out because a value was missing: {} sample(s)", data.dropped);
    }
    for metric in &data.metrics {
        let better = match metric.polarity {
            Polarity::HigherIsBetter => "higher is better",
            Polarity::LowerIsBetter => "lower is better",
        };
        println!("  metric {}: {better}, weight {}", metric.name, metric.weight);
    }
    match data.metrics.len() {
        1 => println!("  score: the metric itself\n"),
        _ => println!("  score: weighted geometric mean of the metrics' pooled ranks, in (0, 1]\n"),
    }
}

/// Who beats whom: rows and columns in the order of the ranking.
fn print_pairs(ranking: &Ranking) {
    println!(
        "Row against column at {} order: '>' ranks above significantly, '#' and almost dominates, 'o' only\nalmost dominates, '.' not distinguished",
        ranking.order
    );
    let names: Vec<&str> = ranking.models.iter().map(|model| model.name.as_str()).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let numbers: String = (1..=names.len()).map(|number| format!("{number:>3}")).collect();
    println!("  {:width$}    {numbers}", "");
    for (row, name) in names.iter().enumerate() {
        let cells: String =
            names.iter().map(|other| format!("  {}", symbol(ranking, name, other))).collect();
        println!("  {name:width$} {:>3}{cells}", row + 1);
    }
    println!();
}

fn symbol(ranking: &Ranking, row: &str, column: &str) -> char {
    use risk_sd::Outcome::{AAlmostDominates, BAlmostDominates};
    let Some(pair) =
        ranking.pairs.iter().find(|p| (p.a == row && p.b == column) || (p.a == column && p.b == row))
    else {
        return '-';
    };
    let (above, dominates) = match pair.a == row {
        true => (RelativeOutcome::ARanksAbove, AAlmostDominates),
        false => (RelativeOutcome::BRanksAbove, BAlmostDominates),
    };
    match (pair.relative_outcome == above, pair.outcome == dominates) {
        (true, true) => '#',
        (true, false) => '>',
        (false, true) => 'o',
        (false, false) => '.',
    }
}

fn print_mean_risk(document: &Document) {
    println!("Mean and risk of the scores (risk: smaller is better; TVaR: mean of the worst 5 %)");
    let order = document.report.rankings.last().map_or(&[][..], |ranking| &ranking.models);
    let rows: Vec<Vec<String>> = order
        .iter()
        .filter_map(|model| document.mean_risk.iter().find(|risk| risk.name == model.name))
        .map(|model| {
            let r = &model.risk;
            let risks =
                [r.standard_deviation, r.absolute_semideviation, r.gini_tail, r.quantile_deviation];
            let mut row = vec![model.name.clone(), short(r.mean)];
            row.extend(risks.iter().map(|risk| short(risk.risk)));
            row.push(short(-r.tail_value_at_risk.risk));
            row.push(short(r.gini_tail.score));
            row
        })
        .collect();
    let heads = ["model", "mean", "sd", "semidev.", "Gini tail", "q. dev.", "TVaR", "mean - Gini"];
    print_table(&heads, &rows);
    println!();
}

fn print_routes(routes: &Routes) {
    println!("Ranks by other routes");
    let names: Vec<&str> = routes.routes.iter().map(|route| route.name.as_str()).collect();
    let heads: Vec<&str> = ["model"].into_iter().chain(names).collect();
    let mut order: Vec<usize> = (0..routes.models.len()).collect();
    let by_dominance = |&model: &usize| {
        routes.routes.iter().rfind(|r| r.name.ends_with("dominance")).map_or(0.0, |r| r.ranks[model])
    };
    order.sort_by(|a, b| by_dominance(a).total_cmp(&by_dominance(b)));
    let row = |&model: &usize| {
        let ranks = routes.routes.iter().map(|route| route.ranks[model].to_string());
        [routes.models[model].clone()].into_iter().chain(ranks).collect()
    };
    print_table(&heads, &order.iter().map(row).collect::<Vec<_>>());
    println!("\nAgreement of the routes (Kendall's tau-b: 1 the same order, 0 unrelated)");
    let agreement = routes.agreement.iter().map(|agreement| {
        let tau = agreement.kendall_tau.map_or("undefined".to_owned(), |tau| format!("{tau:.3}"));
        vec![format!("{} / {}", agreement.a, agreement.b), tau]
    });
    print_table(&["routes", "tau"], &agreement.collect::<Vec<_>>());
    println!();
    print_disagreements(&routes.disagreements);
}

/// Disagreements printed at the most.
const SHOWN: usize = 6;

fn print_disagreements(disagreements: &[Disagreement]) {
    let Some(first) = disagreements.first() else {
        println!("Dominance of the scores and the other routes order all pairs alike.\n");
        return;
    };
    let (other, count) = (&first.other_route, disagreements.len());
    println!(
        "Where dominance of the scores and '{other}' order two models differently ({count} pairs):"
    );
    for found in disagreements.iter().take(SHOWN) {
        let share = found
            .share_of_rows_better
            .map_or(String::new(), |share| format!("better in {:.0} % of the rows, ", 100.0 * share));
        println!(
            "  {} ahead of {}: {share}mean score {}, worst tenth of scores {}",
            found.ahead_by_dominance,
            found.ahead_by_other_route,
            difference(found.mean_difference),
            difference(found.worst_tenth_difference),
        );
    }
    if count > SHOWN {
        println!("  ... and {} more (all with --json)", count - SHOWN);
    }
    println!("{}", if other.ends_with("per metric") { WHY_PER_METRIC } else { WHY_WIN_RATE });
}

const WHY_PER_METRIC: &str = "  \
  Why it matters: the score of several metrics is a rank among the rows of all models, so 0.9999
  against 0.999 counts like right against wrong, and a model that is very sure of itself collects many small
  wins. The per-metric route keeps each metric's own units and sees how large the losses are. Trust it where
  the units mean something (log-likelihood, money); trust the ranks where only the order does (ratings).
  A win rate sees neither: only who is ahead.
";

const WHY_WIN_RATE: &str = "  \
  Why it matters: a win rate counts who is ahead, not by how much; dominance weighs how large the losses are.
";

fn difference(difference: f64) -> String {
    let direction = if difference < 0.0 { "lower" } else { "higher" };
    format!("{direction} by {}", short(difference.abs()))
}
