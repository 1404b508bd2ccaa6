//! The table of all figures: a line per method and design, a column per size.

use std::collections::BTreeSet;

use super::{FAMILIES, Figure, Kind, Study};

/// How often a study is repeated with other and more data sets where a figure without warnings looks liberal: of the
/// thousands of figures, one in 44 exceeds its level by two Monte Carlo errors by chance.
const REPEATS: u64 = 2;
/// By how many times more.
const MORE: usize = 4;

/// What was counted over the whole table.
#[derive(Default)]
struct Counts {
    figures: usize,
    liberal: usize,
    unwarned: Vec<String>,
}

/// Prints the tables of a family, or of all; returns the figures that are liberal without a warning.
pub fn print(family: Option<&str>, replicates: usize) -> Vec<String> {
    let mut counts = Counts::default();
    for (name, title, studies) in FAMILIES {
        if family.is_none_or(|wanted| wanted == name) {
            println!("### {title}\n");
            section(&studies(), replicates, &mut counts);
            println!();
        }
    }
    let Counts { figures, liberal, unwarned } = counts;
    println!(
        "{figures} figures with a nominal rate; {liberal} of them liberal, {} without a warning.",
        unwarned.len()
    );
    unwarned
}

/// Data sets of this many rows: fewer where one costs much.
fn data_sets(rows: usize, replicates: usize) -> usize {
    (replicates * 400 / rows.max(400)).max(20)
}

fn section(studies: &[Study], replicates: usize, counts: &mut Counts) {
    let sizes: BTreeSet<usize> = studies.iter().map(|study| study.rows).collect();
    let heads: Vec<String> = sizes.iter().map(|rows| format!("{rows}")).collect();
    println!("| method | data | nominal | {} |", heads.join(" | "));
    println!("|---|---|---|{}", "---|".repeat(heads.len()));
    let mut designs: Vec<&str> = Vec::new();
    for study in studies {
        if !designs.contains(&study.design.as_str()) {
            designs.push(&study.design);
        }
    }
    for design in designs {
        let of_design: Vec<&Study> = studies.iter().filter(|study| study.design == design).collect();
        let found: Vec<(usize, Vec<Figure>)> =
            of_design.iter().map(|study| (study.rows, confirmed(study, replicates))).collect();
        let mut methods: Vec<&str> = Vec::new();
        for figure in found.iter().flat_map(|(_, figures)| figures) {
            if !methods.contains(&figure.spec.method.as_str()) {
                methods.push(&figure.spec.method);
            }
        }
        for method in methods {
            line(design, method, &sizes, &found, counts);
        }
    }
}

fn line(
    design: &str,
    method: &str,
    sizes: &BTreeSet<usize>,
    found: &[(usize, Vec<Figure>)],
    counts: &mut Counts,
) {
    let mut nominal = String::new();
    let mut cells = Vec::new();
    for rows in sizes {
        let figures = found.iter().filter(|(of, _)| of == rows).flat_map(|(_, figures)| figures);
        let Some(figure) = figures.into_iter().find(|figure| figure.spec.method == method) else {
            cells.push("-".to_owned());
            continue;
        };
        nominal = match figure.spec.kind {
            Kind::Size => format!("at most {}", figure.spec.level),
            Kind::Coverage | Kind::StandardError => format!("{}", 1.0 - figure.spec.level),
            Kind::Power => "power".to_owned(),
        };
        cells.push(cell(figure));
        counts.figures += usize::from(figure.spec.kind != Kind::Power);
        counts.liberal += usize::from(figure.liberal());
        if figure.liberal_without_warning() {
            counts.unwarned.push(format!("{method}; {design}; {rows}: {}", cell(figure)));
        }
    }
    println!("| {method} | {design} | {nominal} | {} |", cells.join(" | "));
}

/// Rate and Monte Carlo error; bold where liberal; the share of results with a warning.
fn cell(figure: &Figure) -> String {
    if figure.data_sets == 0 {
        return "-".to_owned();
    }
    let rate = match figure.spec.kind {
        Kind::Size | Kind::Power => figure.rate(),
        Kind::Coverage | Kind::StandardError => 1.0 - figure.rate(),
    };
    let rate = format!("{rate:.3} ± {:.3}", figure.monte_carlo_error());
    let rate = if figure.liberal() { format!("**{rate}**") } else { rate };
    match (100.0 * figure.warned_share()).round() {
        0.0 => rate,
        100.0 => format!("{rate} w"),
        percent => format!("{rate} w {percent} %"),
    }
}

/// The figures of a study. Those that look liberal without a warning are replaced by those of a larger run.
fn confirmed(study: &Study, replicates: usize) -> Vec<Figure> {
    let mut data_sets = data_sets(study.rows, replicates);
    let mut figures = study.figures(0, data_sets);
    for run in 1..=REPEATS {
        if !figures.iter().any(Figure::liberal_without_warning) {
            break;
        }
        data_sets *= MORE;
        let again = study.figures(run, data_sets);
        for (figure, again) in figures.iter_mut().zip(again) {
            if figure.liberal_without_warning() {
                *figure = again;
            }
        }
    }
    figures
}
