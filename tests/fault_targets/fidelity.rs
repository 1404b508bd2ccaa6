//! Fidelity of synthetic tables: figures of columns, of their dependence and course, distances to closest records, copies.

use risk_sd::{
    ClosestRecords, Dependence, DominanceTest, MixedTable, QuantileBins, TableFidelity, autocorrelation,
    categorical_fidelity, chi_square_distance, closest_record_distances, entropy, lag_differences,
    novelty, numeric_fidelity, rank_correlations, row_key, spearman_rho, total_variation_distance,
};

use super::input::{Input, NAMES, cancelled, listener};
use super::results::{checked, passed, printed, sound};

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.below(10) {
        0 => shares(&mut input),
        1 => numbers(&mut input),
        2 => ranks_and_levels(&mut input),
        3 => series(&mut input),
        4 => copies(&mut input),
        _ => tables(&mut input),
    }
}

fn shares(input: &mut Input) {
    let classes = input.below(5);
    let (p, q) = (input.weights(classes), input.weights(classes));
    for distance in [chi_square_distance(&p, &q), total_variation_distance(&p, &q)] {
        if let Some(distance) = checked(distance, input) {
            assert!((0.0..=1.0).contains(&distance), "{distance} between {p:?} and {q:?}");
        }
    }
    if let Some(found) = checked(entropy(&p), input) {
        assert!(found >= 0.0 && found <= (p.len() as f64).ln() + 1e-12, "{found} of {p:?}");
    }
}

/// Mostly few, now and then absurdly many.
fn count(input: &mut Input) -> usize {
    match input.below(24) {
        0 => input.pick(&[usize::MAX, 1 << 53, u32::MAX as usize, 10_000_001]),
        few => few - 1,
    }
}

fn numbers(input: &mut Input) {
    let bins = count(input);
    if let (Some(real), Some(synthetic)) = (input.sample(), input.sample()) {
        checked(numeric_fidelity(&real, &synthetic, bins), input);
        if let Some(bins) = checked(QuantileBins::new(&real, bins), input) {
            // A constant column has three bins.
            assert!(bins.edges.len() < real.len().max(3));
            let shares = bins.shares(&synthetic);
            sound(&shares, input);
            assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{shares:?}");
        }
    }
}

fn ranks_and_levels(input: &mut Input) {
    let rows = input.rows();
    let others = rows + usize::from(input.rarely(32));
    let (a, b) = (input.column(rows), input.column(others));
    if let Some(rho) = checked(spearman_rho(&a, &b), input) {
        assert!(rho.abs() <= 1.0, "{rho}");
    }
    let (real, synthetic) = (levels(rows, input), levels(rows / 2, input));
    checked(categorical_fidelity(&real, &synthetic), input);
}

fn series(input: &mut Input) {
    let rows = input.rows();
    let (values, entities) = (input.column(rows), input.labels(rows));
    checked(lag_differences(&values, &entities, count(input)), input);
    let lags = count(input);
    if let Some(found) = passed(autocorrelation(&values, &entities, lags)) {
        assert_eq!(found.len(), lags);
        found.into_iter().flatten().for_each(|r| sound(&r, input));
    }
}

fn copies(input: &mut Input) {
    let (generated, training) = (input.rows(), input.rows());
    let keys = |rows: usize, input: &mut Input| -> Vec<Vec<u64>> {
        (0..rows).map(|_| row_key(&input.column(2))).collect()
    };
    let (training, generated) = (keys(training, input), keys(generated, input));
    printed(novelty(training, generated), input);
}

fn levels(rows: usize, input: &mut Input) -> Vec<&'static str> {
    (0..rows).map(|_| input.pick(&NAMES)).collect()
}

/// The columns of a table, of numbers or of levels.
struct Columns {
    numeric: Vec<(&'static str, Vec<f64>)>,
    categorical: Vec<(&'static str, Vec<&'static str>)>,
    entities: Option<Vec<u8>>,
}

impl Columns {
    fn read(numeric: usize, categorical: usize, entities: bool, input: &mut Input) -> Columns {
        let rows = input.rows().min(24);
        let of = |input: &mut Input| rows + usize::from(input.rarely(64));
        let name = |place: usize, input: &mut Input| NAMES[if input.rarely(64) { 0 } else { place }];
        let numbers = |place: usize, input: &mut Input| {
            let rows = of(input);
            (name(place, input), input.column(rows))
        };
        let words = |place: usize, input: &mut Input| {
            let rows = of(input);
            (name(place, input), levels(rows, input))
        };
        let all = numeric + categorical;
        let numeric: Vec<_> = (0..numeric).map(|place| numbers(place, input)).collect();
        let categorical = (numeric.len()..all).map(|place| words(place, input)).collect();
        let entities = (entities != input.rarely(64)).then(|| input.labels(rows));
        Columns { numeric, categorical, entities }
    }

    fn table(&self) -> MixedTable<'_> {
        let table = MixedTable::new();
        let table =
            self.numeric.iter().fold(table, |table, (name, values)| table.numeric(*name, values));
        let columns = self.categorical.iter();
        let table = columns.fold(table, |table, (name, levels)| table.categorical(*name, levels));
        match &self.entities {
            Some(entities) => table.entities(entities),
            None => table,
        }
    }
}

fn tables(input: &mut Input) {
    let (numeric, categorical, entities) = (input.below(4), input.below(3), input.rarely(3));
    let door = input.below(8);
    let columns: [Columns; 2] =
        std::array::from_fn(|_| Columns::read(numeric, categorical, entities, input));
    let [real, synthetic] = columns.each_ref().map(Columns::table);
    match door {
        0 => {
            let Some(found) = passed(rank_correlations(&real)) else { return };
            let all = found.spearman.iter().chain(&found.kendall).flatten().flatten();
            all.for_each(|r| assert!(r.abs() <= 1.0, "{found:?}"));
        }
        1 | 2 => drop(checked(closest_record_distances(&real, &synthetic), input)),
        3 | 4 => {
            let held_out = Columns::read(numeric, categorical, entities, input);
            closest(&real, &held_out.table(), &synthetic, input);
        }
        _ => audited(&real, &synthetic, input),
    }
}

fn closest(real: &MixedTable, held_out: &MixedTable, synthetic: &MixedTable, input: &mut Input) {
    let test = DominanceTest::new(input.order()).guard(input.guard());
    let test = if input.resamples() { test.bootstrap(input.bootstrap()) } else { test.analytic() };
    let closest = ClosestRecords::new().test(test);
    let stop = |_| closest.run_with_progress(real, held_out, synthetic, listener(true));
    let stopped = input.thorough.then_some(()).map(stop);
    match (printed(closest.run(real, held_out, synthetic), input), stopped) {
        (_, None) => {}
        (Some(report), Some(stopped)) => {
            assert!(cancelled(&stopped) || stopped == Ok(report), "{stopped:?}");
        }
        (None, Some(stopped)) => assert!(stopped.is_err()),
    }
}

fn audited(real: &MixedTable, synthetic: &MixedTable, input: &mut Input) {
    let dependences = [Dependence::SpearmanAndKendall, Dependence::Spearman, Dependence::Off];
    let mut audit = TableFidelity::new().dependence(input.pick(&dependences));
    if input.rarely(3) {
        audit = audit.bins(count(input)).lags(count(input));
    }
    if input.rarely(3) {
        audit = audit.bootstrap(input.small_bootstrap());
    }
    if !input.thorough {
        printed(audit.run(real, synthetic), input);
        return;
    }
    let stopped = audit.run_with_progress(real, synthetic, listener(true));
    match printed(audit.run(real, synthetic), input) {
        Some(report) => {
            assert!(cancelled(&stopped) || stopped.as_ref() == Ok(&report), "{stopped:?}");
            assert_eq!(audit.run_with_progress(real, synthetic, listener(false)), Ok(report));
        }
        None => assert!(stopped.is_err()),
    }
}
