//! Were households better off in one year than in another, whatever the judge's aversion to inequality? Two
//! surveys with weights, clusters and strata; Lorenz curves and generalised Lorenz curves.
//!
//! The people are simulated, the laws are fitted to a published table: money income of households in the United
//! States, upper limits of the lowest four fifths (Census Bureau, Current Population Survey, table RDI-6), 1999
//! in prices of 2003 (consumer price index, all urban consumers: 166.6 and 184.0).

#[path = "../support/mod.rs"]
mod support;

mod simulated;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use risk_sd::plot::{self, Picture};
use risk_sd::{DominanceReport, DominanceTest, Order, Outcome, Sample, Samples, verdict};

use simulated::{LIMITS_1999, LIMITS_2003, PRICES, YEAR_1999, YEAR_2003, survey};
use support::output::{print_table, short, write};
use support::{Failure, run};

/// Compares the incomes of two years.
#[derive(Parser)]
struct Arguments {
    /// Violation ratio up to which dominance is called "almost", in (0, 0.5].
    #[arg(long, default_value_t = 0.1)]
    threshold: f64,
    /// Seed of the simulated surveys and of the tests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/income_dominance")]
    out: PathBuf,
}

const NAMES: [&str; 2] = ["1999", "2003"];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run(|| compare(&arguments))
}

fn compare(arguments: &Arguments) -> Result<(), Failure> {
    print_laws();
    let [first, second] = [(YEAR_1999, 2 * arguments.seed), (YEAR_2003, 2 * arguments.seed + 1)]
        .map(|(law, seed)| survey(law, seed));
    let samples = Samples::surveys([(NAMES[0], first), (NAMES[1], second)])?;
    print_years(&samples)?;
    let (old, new) = (samples.get(NAMES[0])?, samples.get(NAMES[1])?);
    println!("\nVerdict on these samples: {}.", verdict(old, new).describe(NAMES[0], NAMES[1]));
    let test = |order, samples: &Samples| {
        DominanceTest::new(order)
            .threshold(arguments.threshold)
            .seed(arguments.seed)
            .run(samples, NAMES[0], NAMES[1])
    };
    let reports = [test(Order::First, &samples)?, test(Order::Second, &samples)?];
    for report in &reports {
        println!("\n{report}");
    }
    let apart = Samples::independent([(NAMES[0], old.clone()), (NAMES[1], new.clone())])?;
    let ignored = [test(Order::First, &apart)?, test(Order::Second, &apart)?];
    print_designs(&reports, &ignored);
    draw(&arguments.out, &samples)?;

    let claimed = Outcome::AAlmostDominates;
    assert!(reports.iter().all(|report| report.outcome == claimed), "1999 was the better year");
    for (with, without) in reports.iter().zip(&ignored) {
        assert!(error(with) > error(without), "clusters widen standard errors");
    }
    Ok(())
}

fn error(report: &DominanceReport) -> f64 {
    report.a_over_b.map_or(0.0, |direction| direction.standard_error)
}

/// The published limits beside those of the laws.
fn print_laws() {
    println!(
        "Upper limits of the lowest four fifths, dollars of the year: published, and of the fitted law"
    );
    let year = |name: &str, law: simulated::Law, limits: [f64; 4]| {
        let cells = [0.2, 0.4, 0.6, 0.8].into_iter().zip(limits);
        let cells = cells.map(|(p, limit)| format!("{limit:.0} {:.0}", law.quantile(p) / law.prices));
        [name.to_owned()].into_iter().chain(cells).collect::<Vec<_>>()
    };
    let rows = [year("1999", YEAR_1999, LIMITS_1999), year("2003", YEAR_2003, LIMITS_2003)];
    print_table(&["", "20 %", "40 %", "60 %", "80 %"], &rows);
    println!("Incomes of 1999 are multiplied by {} from here on.\n", short(PRICES));
}

fn print_years(samples: &Samples) -> Result<(), Failure> {
    let row = |label: &str, of: &dyn Fn(&Sample) -> Result<f64, risk_sd::Error>| {
        let cells = samples.iter().map(|(_, sample)| of(sample).map(|value| format!("{value:.3}")));
        let cells = cells.collect::<Result<Vec<_>, _>>()?;
        Ok::<_, Failure>([label.to_owned()].into_iter().chain(cells).collect::<Vec<_>>())
    };
    let rows = [
        row("households", &|s| Ok(s.len() as f64))?,
        row("mean income, thousands", &|s| Ok(s.mean() / 1e3))?,
        row("median", &|s| Ok(s.quantile(0.5)? / 1e3))?,
        row("mean of the poorest tenth", &|s| Ok(s.tail_value_at_risk(0.1)? / 1e3))?,
        row("Gini coefficient", &|s| Ok(s.gini_tail() / s.mean()))?,
        row("mean times (1 - Gini)", &|s| Ok((s.mean() - s.gini_tail()) / 1e3))?,
    ];
    print_table(&["weighted", NAMES[0], NAMES[1]], &rows);
    Ok(())
}

fn print_designs(reports: &[DominanceReport; 2], ignored: &[DominanceReport; 2]) {
    println!(
        "\nStandard errors of the ratio with the design, and if households had been drawn one by one:"
    );
    let row = |(with, without): (&DominanceReport, &DominanceReport)| {
        let ratio = format!("{:.2}", error(with) / error(without));
        vec![format!("{} order", with.order), short(error(with)), short(error(without)), ratio]
    };
    let rows: Vec<_> = reports.iter().zip(ignored).map(row).collect();
    print_table(&["", "with", "without", "with / without"], &rows);
}

fn draw(out: &Path, samples: &Samples) -> Result<(), Failure> {
    let generalised = Picture::default()
        .title("Would every inequality-averse judge prefer the incomes of 1999?")
        .x_label("share of households p, poorest first")
        .y_label("income of the poorest p, per household");
    let lorenz = Picture::default()
        .title("Was income more equal in 1999?")
        .x_label("share of households p, poorest first")
        .y_label("share of all income");
    // The Lorenz curve is the generalised Lorenz curve of incomes in units of their mean.
    let shares = samples.iter().map(|(name, sample)| {
        let mean = sample.mean();
        let values = sample.values().iter().map(|income| income / mean);
        let shares = match sample.weights() {
            Some(weights) => Sample::weighted(values, weights),
            None => Sample::new(values),
        };
        shares.map(|shares| (name.to_owned(), shares))
    });
    let shares = Samples::independent(shares.collect::<Result<Vec<_>, _>>()?)?;
    println!("\nPictures:");
    let (x, y) = (samples.get(NAMES[0])?, samples.get(NAMES[1])?);
    let violation = plot::violation_area(Order::First, NAMES[0], x, NAMES[1], y, &Picture::default())?;
    for (name, svg) in [
        ("generalised_lorenz_curves.svg", plot::lorenz_curves(samples, &generalised)?),
        ("lorenz_curves.svg", plot::lorenz_curves(&shares, &lorenz)?),
        ("first_order.svg", violation),
    ] {
        println!("  {}", write(out, name, &svg)?.display());
    }
    Ok(())
}
