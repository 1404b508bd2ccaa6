//! The document as a person reads it.

use risk_sd::RiskMeasure;

use crate::document::{Candidate, Document};
use crate::support::output::{print_table, short};

pub fn print(document: &Document) {
    let Document { a, b, verdict, settings, .. } = document;
    println!("{} (n = {}) against {} (n = {}), {}", a.name, a.n, b.name, b.n, settings.sampling);
    if settings.dropped > 0 {
        println!("  left out because a value was missing: {} row(s)", settings.dropped);
    }
    println!();
    print_descriptions(a, b, settings.tail);
    println!("Verdict on these samples: {}.\n", verdict.in_words);
    for report in &document.reports {
        println!("{report}\n");
    }
    let ratios = &document.area_ratios;
    println!(
        "Almost dominance by areas between distribution functions ({} over {}; below 1/2 dominates):",
        a.name, b.name
    );
    println!("  first order, Leshno-Levy {}", short(ratios.leshno_levy_first.ratio));
    println!("  second order, Tzeng-Huang-Shih {}", short(ratios.tzeng_huang_shih_second.ratio));
    println!("  second order, Leshno-Levy {}\n", short(ratios.leshno_levy_second.ratio));
    println!("Pictures:");
    for picture in &document.pictures {
        println!("  {}", picture.display());
    }
}

fn print_descriptions(a: &Candidate, b: &Candidate, tail: f64) {
    let row =
        |label: &str, of: &dyn Fn(&Candidate) -> f64| vec![label.to_owned(), short(of(a)), short(of(b))];
    let mut rows = vec![
        row("mean", &|c| c.risk.mean),
        row("minimum", &|c| c.minimum),
        row("median", &|c| c.median),
        row("maximum", &|c| c.maximum),
        row(&format!("mean of the worst {} %", 100.0 * tail), &|c| -c.risk.tail_value_at_risk.risk),
    ];
    let risks = [
        ("standard deviation", RiskMeasure::StandardDeviation),
        ("absolute semideviation", RiskMeasure::AbsoluteSemideviation),
        ("standard semideviation", RiskMeasure::StandardSemideviation),
        ("Gini tail", RiskMeasure::GiniTail),
        ("quantile deviation", RiskMeasure::QuantileDeviation),
        ("value at risk", RiskMeasure::ValueAtRisk),
    ];
    rows.extend(risks.map(|(label, measure)| row(label, &|c| c.risk.by(measure).risk)));
    rows.push(row("mean - Gini tail", &|c| c.risk.gini_tail.score));
    print_table(&["", &a.name, &b.name], &rows);
    println!();
}
