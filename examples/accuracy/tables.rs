//! Errors by routine and class, and the tables that show them.

use std::fmt;

use crate::oracle::classes::CLASSES;
use crate::oracle::draws::Random;
use crate::oracle::rows::Pair;
use crate::oracle::{Kind, Measured, Routine, copula, dominance, risk, transport};

/// The errors of the routines of a family.
struct Family {
    name: &'static str,
    routines: Vec<(Routine, Vec<Cell>)>,
}

/// The errors of a routine in a class.
#[derive(Default, Clone)]
struct Cell {
    ulps: Vec<f64>,
    largest: f64,
}

/// Everything that was measured.
pub struct Errors {
    families: Vec<Family>,
    pairs: u32,
}

impl Family {
    fn new(name: &'static str) -> Family {
        Family { name, routines: Vec::new() }
    }

    fn add(&mut self, class: usize, measured: Vec<Measured>) {
        for one in measured {
            let known = self.routines.iter().position(|(routine, _)| *routine == one.routine);
            let place = known.unwrap_or_else(|| {
                self.routines.push((one.routine, vec![Cell::default(); CLASSES.len()]));
                self.routines.len() - 1
            });
            let cell = &mut self.routines[place].1[class];
            cell.ulps.push(one.ulps());
            cell.largest = cell.largest.max(one.error());
        }
    }
}

impl Errors {
    pub fn measure(pairs: u32, seed: u64) -> Errors {
        let [mut of_one, mut of_pairs, mut of_transport, mut of_scores] =
            ["One sample", "Dominance of a pair", "Transport", "Portfolios"].map(Family::new);
        for (place, class) in CLASSES.iter().enumerate() {
            let mut random = Random(seed * 1000 + place as u64);
            for _ in 0..pairs {
                let (x, y) = class.pair(&mut random);
                let pair = Pair::of(&x, &y);
                let n = x.values.len();
                of_one.add(place, risk::whole(&x));
                of_one.add(place, risk::whole(&y));
                of_one.add(place, risk::curves(&x));
                for p in [random.uniform(), (1 + random.below(n)) as f64 / n as f64] {
                    of_one.add(place, risk::at_level(&x, p));
                }
                for z in [y.values[0], x.values[random.below(n)]] {
                    of_one.add(place, risk::at_value(&x, z));
                }
                of_pairs.add(place, dominance::measured(&x, &y, &pair));
                of_transport.add(place, transport::distances(&x, &y, &pair));
                of_transport.add(place, transport::plan(&x, &y, &pair));
                of_transport.add(place, transport::between(&x, &y, &pair));
            }
        }
        let ties = CLASSES.iter().position(|class| class.name == "ties").expect("a class");
        let mut random = Random(seed);
        (0..pairs).for_each(|_| of_scores.add(ties, copula::measured(&mut random)));
        Errors { families: vec![of_one, of_pairs, of_transport, of_scores], pairs }
    }

    pub fn assert_bounds(&self) {
        for family in &self.families {
            for (routine, cells) in &family.routines {
                for (cell, class) in
                    cells.iter().zip(&CLASSES).filter(|(_, class)| class.has_exact_levels())
                {
                    let (found, bound) = (cell.largest, routine.kind.bound());
                    assert!(found <= bound, "{}, {}: {found:e}", routine.name, class.name);
                }
            }
        }
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Inputs: {} pairs of columns of each class, 1 to 100 rows each.\n", self.pairs)?;
        writeln!(f, "| class | values |\n|---|---|")?;
        for class in &CLASSES {
            writeln!(f, "| {} | {} |", class.name, class.words)?;
        }
        for family in &self.families {
            write!(f, "\n### {}\n\n", family.name)?;
            family.summary(f)?;
            writeln!(f)?;
            family.by_class(f)?;
        }
        Ok(())
    }
}

impl Family {
    /// One line for each routine, over all classes with exact levels.
    fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact: Vec<usize> =
            (0..CLASSES.len()).filter(|&class| CLASSES[class].has_exact_levels()).collect();
        writeln!(
            f,
            "| routine | answers | median, ulp | largest, ulp | largest | relative to | in class |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|")?;
        for (routine, cells) in &self.routines {
            let mut ulps: Vec<f64> =
                exact.iter().flat_map(|&class| cells[class].ulps.iter().copied()).collect();
            let &worst = exact
                .iter()
                .max_by(|&&a, &&b| cells[a].largest.total_cmp(&cells[b].largest))
                .expect("some class");
            let largest = cells[worst].largest;
            let (of, class) = match routine.kind {
                _ if largest == 0.0 => ("", ""),
                Kind::Of(what) => (what, CLASSES[worst].name),
                Kind::Relative | Kind::Ratio => ("itself", CLASSES[worst].name),
            };
            let [median, most] = middle_and_most(&mut ulps);
            let error = if largest == 0.0 { "0".to_owned() } else { format!("{largest:.1e}") };
            let (name, answers) = (routine.name, ulps.len());
            writeln!(
                f,
                "| {name} | {answers} | {} | {} | {error} | {of} | {class} |",
                short(median),
                short(most)
            )?;
        }
        Ok(())
    }

    /// Largest and median error of each routine in each class.
    fn by_class(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used: Vec<usize> = (0..CLASSES.len())
            .filter(|&class| self.routines.iter().any(|(_, cells)| !cells[class].ulps.is_empty()))
            .collect();
        if used.len() < 2 {
            return Ok(());
        }
        let names: Vec<&str> = used.iter().map(|&class| CLASSES[class].name).collect();
        writeln!(f, "Largest error in ulp, and the median where it is not 0:\n")?;
        writeln!(f, "| routine | {} |", names.join(" | "))?;
        writeln!(f, "|---{}|", "|---".repeat(names.len()))?;
        for (routine, cells) in &self.routines {
            let cell = |&class: &usize| {
                let [median, most] = middle_and_most(&mut cells[class].ulps.clone());
                match median {
                    0.0 => short(most),
                    _ => format!("{} ({})", short(most), short(median)),
                }
            };
            let cells: Vec<String> = used.iter().map(cell).collect();
            writeln!(f, "| {} | {} |", routine.name, cells.join(" | "))?;
        }
        Ok(())
    }
}

/// The median and the largest of some errors, NaN where there are none.
fn middle_and_most(errors: &mut [f64]) -> [f64; 2] {
    errors.sort_by(f64::total_cmp);
    match errors.last() {
        None => [f64::NAN; 2],
        Some(&most) => [errors[errors.len() / 2], most],
    }
}

fn short(ulps: f64) -> String {
    match ulps {
        0.0 => "0".to_owned(),
        _ if ulps.is_nan() => "-".to_owned(),
        _ if ulps < 0.05 => "<0.1".to_owned(),
        _ if ulps < 99.95 => format!("{ulps:.1}"),
        _ => format!("{ulps:.0e}"),
    }
}
