//! Synthetic tables against real ones, and distances over random directions.

use risk_sd::{
    Bootstrap, ClosestRecords, ColumnFigures, DominanceTest, FidelityReport, Figure, Guard, MixedTable,
    Order, PrivacyFinding, TableFidelity,
};

use super::designs::{Law, PAIRED, SIZES, Shape, columns};
use super::{Answer, Kind, REPLICATES, Spec, Study};

pub fn studies() -> Vec<Study> {
    let mut all = Vec::new();
    for rows in SIZES {
        all.extend([fidelity(0.0, rows), fidelity(0.5, rows), closest(rows)]);
        #[cfg(feature = "ndarray")]
        all.push(sliced(rows));
    }
    all
}

const FIGURES: [&str; 11] = [
    "W_1",
    "W_2",
    "Kolmogorov-Smirnov",
    "energy",
    "chi-square of numbers",
    "entropy of numbers",
    "total variation",
    "chi-square of levels",
    "entropy of levels",
    "mean difference of Spearman's rho",
    "mean chi-square",
];

/// Standard errors of all figures: do they say how much the figures vary over tables?
fn fidelity(shift: f64, rows: usize) -> Study {
    let name = |figure: &str| format!("TableFidelity: standard error, {figure}");
    let specs = FIGURES.map(|figure| Spec::new(name(figure), Kind::StandardError)).to_vec();
    let answer = move |seed: u64| {
        let (law, other) = (Shape::Normal.standard(), Shape::Normal.law(shift, 1.0));
        let levels = |shift| Shape::FiveLevels.law(shift, 1.0);
        let real = in_rows(&[law, law, levels(0.0)], rows, 2 * seed);
        let synthetic = in_rows(&[other, other, levels(shift)], rows, 2 * seed + 1);
        let [a, b] = [&real, &synthetic].map(|columns| {
            let table = MixedTable::new().numeric("x", &columns[0]).numeric("y", &columns[1]);
            let level = |value: &f64| LEVELS[*value as usize - 1];
            table.categorical("z", columns[2].iter().map(level))
        });
        let test = TableFidelity::new().bootstrap(Bootstrap::new().replicates(REPLICATES).seed(seed));
        of_report(&test.run(&a, &b).expect("valid tables"))
    };
    let design = format!("table of 3 columns, shift {shift}");
    Study { design, rows, specs, answer: Box::new(answer) }
}

const LEVELS: [&str; 5] = ["one", "two", "three", "four", "five"];

/// Columns of dependent laws, in the order of their rows.
fn in_rows(laws: &[Law], rows: usize, seed: u64) -> Vec<Vec<f64>> {
    columns(laws, rows, PAIRED.1, seed).1.into_iter().map(|(_, values)| values).collect()
}

fn of_report(report: &FidelityReport) -> Vec<Answer> {
    let mut figures: Vec<Figure> = Vec::new();
    for column in [&report.columns[0], &report.columns[2]] {
        match &column.figures {
            ColumnFigures::Numeric(n) => figures.extend([
                n.wasserstein_1,
                n.wasserstein_2,
                n.kolmogorov_smirnov,
                n.energy,
                n.chi_square,
                n.entropy_synthetic,
            ]),
            ColumnFigures::Categorical(c) => {
                figures.extend([c.total_variation, c.chi_square, c.entropy_synthetic]);
            }
            _ => {}
        }
    }
    figures.extend(report.dependence.as_ref().and_then(|dependence| dependence.spearman.mean));
    figures.push(report.mean_chi_square);
    let warned = !report.warnings.is_empty();
    let answer = |figure: Figure| Answer::Estimated {
        value: figure.value,
        error: figure.standard_error.expect("bootstrapped"),
        warned,
    };
    figures.into_iter().map(answer).collect()
}

/// Three tables of one law: synthetic rows are as near to the training rows as held-out ones.
fn closest(rows: usize) -> Study {
    let specs = vec![Spec::new("ClosestRecords: \"closer\" found of equal tables", Kind::Size)];
    let answer = move |seed: u64| {
        let law = Shape::Normal.standard();
        let tables: Vec<Vec<Vec<f64>>> =
            (0..3).map(|table| in_rows(&[law, law], rows, 3 * seed + table)).collect();
        let mixed = |table: usize| {
            MixedTable::new().numeric("x", &tables[table][0]).numeric("y", &tables[table][1])
        };
        let test = DominanceTest::new(Order::Second)
            .bootstrap(Bootstrap::new().replicates(REPLICATES).seed(seed))
            .guard(Guard::Replicates(REPLICATES));
        let report = ClosestRecords::new().test(test).run(&mixed(0), &mixed(1), &mixed(2));
        let report = report.expect("valid tables");
        vec![Answer::said(report.finding == PrivacyFinding::Closer, &report.dominance.warnings)]
    };
    Study { design: "3 tables of one law".to_owned(), rows, specs, answer: Box::new(answer) }
}

/// The standard error of a distance over random directions; rows are directions.
#[cfg(feature = "ndarray")]
fn sliced(rows: usize) -> Study {
    use ndarray::Array2;
    use risk_sd::{Directions, sliced_wasserstein};

    let cloud = |scale: f64, step: usize| {
        Array2::from_shape_fn((40, 3), |(i, j)| {
            scale * (i * step * (j + 2) % 41) as f64 / 41.0 * (1.0 + j as f64)
        })
    };
    let (a, b) = (cloud(1.0, 7), cloud(2.0, 11));
    let specs = vec![Spec::new("SlicedDistance: t interval", Kind::StandardError)];
    let answer = move |seed| {
        let directions = Directions::new().count(rows).seed(seed);
        let found = sliced_wasserstein(2.0, a.view(), b.view(), &directions).expect("valid clouds");
        let error = found.standard_error * super::audits::student(rows) / 1.96;
        vec![Answer::Estimated { value: found.distance, error, warned: false }]
    };
    Study { design: "2 clouds, directions".to_owned(), rows, specs, answer: Box::new(answer) }
}
