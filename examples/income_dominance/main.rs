//! Two questions about incomes, from surveys with weights, clusters and strata. Were households better off in 1999
//! than in 2003, whatever the judge's aversion to inequality? And would they be, if everybody paid a share of income
//! into a pot that is handed out in equal parts? Lorenz curves and generalised Lorenz curves.
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
use risk_sd::{
    DominanceReport, DominanceTest, NonDominanceOutcome, NonDominanceTest, Order, Outcome,
    PowerAnalysis, Sample, Samples, UniformReport, UniformTest, UniformVerdict, verdict,
};

use simulated::{Households, LIMITS_1999, LIMITS_2003, PRICES, YEAR_1999, YEAR_2003};
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

const YEARS: [&str; 2] = ["1999", "2003"];
const REFORM: [&str; 2] = ["reformed", "current"];
/// What everybody pays into the pot.
const SHARE: f64 = 0.05;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run(|| incomes(&arguments))
}

fn incomes(arguments: &Arguments) -> Result<(), Failure> {
    print_laws();
    let years = [(YEAR_1999, 2 * arguments.seed), (YEAR_2003, 2 * arguments.seed + 1)]
        .map(|(law, seed)| Households::simulate(law, seed));
    let surveys = Samples::surveys(YEARS.into_iter().zip(years.iter().map(Households::survey)))?;
    compare_years(arguments, &surveys)?;
    let reform = compare_reform(arguments, &years[1])?;
    draw(&arguments.out, &surveys, &reform)
}

/// Different households in each year: two surveys.
fn compare_years(arguments: &Arguments, surveys: &Samples) -> Result<(), Failure> {
    println!("## Two years: different households, areas and weights\n");
    print_columns(surveys)?;
    let report = test(arguments, Order::Second, surveys, YEARS)?;
    println!("\n{report}");
    let analysis = PowerAnalysis::new(Order::Second).threshold(arguments.threshold);
    println!("\n{}", analysis.plan(surveys, YEARS[0], YEARS[1])?);
    let contradicted = uniform(arguments, surveys, YEARS)?;
    println!("\n{contradicted}");
    // The law of 1999 dominates that of 2003 at second order: by so little that 10,000 households do not show it.
    assert_ne!(report.outcome, Outcome::BAlmostDominates);
    assert!(contradicted.orders[1].a_over_b.adjusted_p_value > contradicted.level);
    Ok(())
}

/// The same households twice: weighted, clustered and stratified pairs.
fn compare_reform(arguments: &Arguments, households: &Households) -> Result<Samples, Failure> {
    println!("\n## A reform: {} % of all incomes, handed out in equal parts\n", 100.0 * SHARE);
    let pairs = [(REFORM[0], households.reformed(SHARE)), (REFORM[1], households.incomes.clone())];
    let weighted = Samples::paired(pairs)?.weighted(&households.weights)?;
    let designed = weighted.clone().clustered(&households.areas)?.stratified(&households.regions)?;
    print_columns(&designed)?;
    let mut errors = Vec::new();
    for order in [Order::First, Order::Second] {
        let report = test(arguments, order, &designed, REFORM)?;
        println!("\n{report}");
        let ignored = test(arguments, order, &weighted, REFORM)?;
        errors.push((order, error(&report), error(&ignored)));
        let expected =
            if order == Order::First { Outcome::NotDistinguished } else { Outcome::AAlmostDominates };
        assert_eq!(report.outcome, expected, "{order} order");
    }
    let contradicted = uniform(arguments, &designed, REFORM)?;
    println!("\n{contradicted}");
    // The poor gain and the rich lose, and the mean stays: the curves cross at first order only.
    let verdicts: Vec<_> = contradicted.orders.iter().map(|result| result.verdict).collect();
    assert_eq!(verdicts, [UniformVerdict::Crossing, UniformVerdict::CompatibleWithAOverB]);
    prove_on_a_range(households, &weighted)?;
    println!(
        "\nStandard errors of the ratio with the design, and if households had been drawn one by one:"
    );
    let row = |&(order, with, without): &(Order, f64, f64)| {
        vec![format!("{order} order"), short(with), short(without), format!("{:.2}", with / without)]
    };
    print_table(&["", "with", "without", "ratio"], &errors.iter().map(row).collect::<Vec<_>>());
    Ok(designed)
}

/// The classical question, the other way round: do the data contradict dominance?
fn uniform(
    arguments: &Arguments,
    samples: &Samples,
    [a, b]: [&str; 2],
) -> Result<UniformReport, risk_sd::Error> {
    UniformTest::new().seed(arguments.seed).run(samples, a, b)
}

/// Evidence for dominance on a range. The test knows clusters, not strata: areas count as if drawn from the whole
/// country, so that its errors are too large rather than too small.
fn prove_on_a_range(households: &Households, weighted: &Samples) -> Result<(), Failure> {
    let clustered = weighted.clone().clustered(&households.areas)?;
    let report = NonDominanceTest::new(2).run(&clustered, REFORM[0], REFORM[1])?;
    println!("\n{report}");
    assert_eq!(report.outcome, NonDominanceOutcome::ADominatesOnRange);
    Ok(())
}

fn test(
    arguments: &Arguments,
    order: Order,
    samples: &Samples,
    [a, b]: [&str; 2],
) -> Result<DominanceReport, risk_sd::Error> {
    DominanceTest::new(order).threshold(arguments.threshold).seed(arguments.seed).run(samples, a, b)
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

fn print_columns(samples: &Samples) -> Result<(), Failure> {
    let row = |label: &str, of: &dyn Fn(&Sample) -> Result<f64, risk_sd::Error>| {
        let cells = samples.iter().map(|(_, sample)| of(sample).map(|value| format!("{value:.3}")));
        let cells = cells.collect::<Result<Vec<_>, _>>()?;
        Ok::<_, Failure>([label.to_owned()].into_iter().chain(cells).collect::<Vec<_>>())
    };
    let rows = [
        row("mean income, thousands", &|s| Ok(s.mean() / 1e3))?,
        row("median", &|s| Ok(s.quantile(0.5)? / 1e3))?,
        row("mean of the poorest tenth", &|s| Ok(s.tail_value_at_risk(0.1)? / 1e3))?,
        row("Gini coefficient", &|s| Ok(s.gini_tail() / s.mean()))?,
        row("mean times (1 - Gini)", &|s| Ok((s.mean() - s.gini_tail()) / 1e3))?,
    ];
    let names: Vec<&str> = samples.names().collect();
    let (a, b) = (names[0], names[1]);
    print_table(&["weighted", a, b], &rows);
    println!(
        "\nVerdict on these samples: {}.",
        verdict(samples.get(a)?, samples.get(b)?).describe(a, b)
    );
    Ok(())
}

/// Incomes in units of their mean: the generalised Lorenz curve of these is the Lorenz curve.
fn shares(samples: &Samples) -> Result<Samples, risk_sd::Error> {
    let shares = samples.iter().map(|(name, sample)| {
        let mean = sample.mean();
        let values = sample.values().iter().map(|income| income / mean);
        let shares = match sample.weights() {
            Some(weights) => Sample::weighted(values, weights),
            None => Sample::new(values),
        };
        shares.map(|shares| (name.to_owned(), shares))
    });
    Samples::independent(shares.collect::<Result<Vec<_>, _>>()?)
}

fn draw(out: &Path, years: &Samples, reform: &Samples) -> Result<(), Failure> {
    let picture = |title: &str, y_label: &str| {
        let x_label = "share of households p, poorest first";
        Picture::default().title(title).x_label(x_label).y_label(y_label)
    };
    let (per_household, of_all) = ("income of the poorest p, per household", "share of all income");
    let generalised =
        picture("Would every inequality-averse judge prefer the incomes of 1999?", per_household);
    let lorenz = picture("Would incomes be more equal after the reform?", of_all);
    let (x, y) = (reform.get(REFORM[0])?, reform.get(REFORM[1])?);
    let area = |order, y_label: &str| {
        let picture =
            Picture::default().x_label("share of households p, poorest first").y_label(y_label);
        plot::violation_area(order, REFORM[0], x, REFORM[1], y, &picture)
    };
    println!("\nPictures:");
    for (name, svg) in [
        ("years_generalised_lorenz.svg", plot::lorenz_curves(years, &generalised)?),
        ("reform_lorenz.svg", plot::lorenz_curves(&shares(reform)?, &lorenz)?),
        ("reform_first_order.svg", area(Order::First, "income at p")?),
        ("reform_second_order.svg", area(Order::Second, per_household)?),
    ] {
        println!("  {}", write(out, name, &svg)?.display());
    }
    Ok(())
}
