//! Long rows (model, sample, metric, value) in any order become a dense table.

use super::Number;
use super::table::{Rows, Table};
use crate::error::Error;
use std::collections::HashMap;

/// What to do with rows that lack a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum IncompleteRows {
    /// They are an error that names the first missing cell.
    #[default]
    Refuse,
    /// They are left out, and counted in [`Table::dropped`]. What is left is a fair sample only if values
    /// are missing for reasons that have nothing to do with the scores.
    Drop,
}

/// Collects long rows, as a CSV file of scores has them, and aligns them by sample id.
///
/// Models, metrics and sample ids keep the order in which they first appear. A cell is one value: a
/// metric of a model for a sample id.
///
/// ```
/// use risk_sd::{IncompleteRows, TableBuilder};
///
/// let csv = "\
/// a,q1,accuracy,1
/// a,q1,seconds,2.5
/// b,q1,accuracy,0
/// b,q1,seconds,1.5
/// a,q2,accuracy,1";
/// let mut builder = TableBuilder::new();
/// for line in csv.lines() {
///     let [model, sample, metric, value] = line.split(',').collect::<Vec<_>>()[..] else { panic!() };
///     builder.push(model, sample, metric, value.parse::<f64>().unwrap())?;
/// }
/// let refused = builder.paired(IncompleteRows::Refuse).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "no value of metric 'seconds' for model 'a', sample 'q2' (3 cell(s) missing in all)"
/// );
/// let table = builder.paired(IncompleteRows::Drop)?;
/// assert_eq!(table.dropped(), 1);
/// assert_eq!(table.column("a", "seconds")?, [2.5]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: linear in the number of cells while they come in; building sorts them once.
#[derive(Debug, Clone, Default)]
pub struct TableBuilder {
    models: Names,
    samples: Names,
    metrics: Names,
    cells: HashMap<Key, f64>,
}

/// The numbers of a cell's model, sample and metric: keys sort by model, then by sample.
type Key = (u32, u32, u32);

type Cell = (Key, f64);

/// Strings numbered in the order of their first appearance.
#[derive(Debug, Clone, Default)]
struct Names {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl TableBuilder {
    /// A builder without rows.
    pub fn new() -> TableBuilder {
        TableBuilder::default()
    }

    /// Adds one cell. A cell that is refused leaves the builder as it was.
    ///
    /// # Errors
    /// [`Error::CellNotFinite`] for NaN and infinities; [`Error::DuplicateCell`].
    pub fn push(
        &mut self,
        model: &str,
        sample: &str,
        metric: &str,
        value: impl Number,
    ) -> Result<(), Error> {
        let value = value.to_f64() + 0.0; // -0.0 becomes +0.0
        let names = || (model.to_owned(), sample.to_owned(), metric.to_owned());
        if !value.is_finite() {
            let (model, sample, metric) = names();
            return Err(Error::CellNotFinite { model, sample, metric, value });
        }
        let key =
            (self.models.number(model)?, self.samples.number(sample)?, self.metrics.number(metric)?);
        if self.cells.contains_key(&key) {
            let (model, sample, metric) = names();
            return Err(Error::DuplicateCell { model, sample, metric });
        }
        self.cells.insert(key, value);
        Ok(())
    }

    /// Aligns the rows of all models by sample id: row i of every model was measured on the same unit.
    /// A sample id is complete if every model has every metric for it. The usual case: all models saw
    /// the same prompts.
    ///
    /// # Errors
    /// [`Error::Empty`] without cells. With [`IncompleteRows::Refuse`], [`Error::MissingCell`] for the
    /// first missing cell in the order of samples, then models, then metrics; with
    /// [`IncompleteRows::Drop`], [`Error::NoCompleteRows`] if nothing is left.
    pub fn paired(&self, incomplete: IncompleteRows) -> Result<Table, Error> {
        let cells = self.sorted_cells()?;
        let mut found = vec![0; self.samples.len()];
        for &((_, sample, _), _) in &cells {
            found[sample as usize] += 1;
        }
        let needed = self.models.len() * self.metrics.len();
        let complete = |sample: &u32| found[*sample as usize] == needed;
        let samples = 0..self.samples.len() as u32;
        if incomplete == IncompleteRows::Refuse
            && let Some(sample) = samples.clone().find(|sample| !complete(sample))
        {
            let missing = found.len() * needed - cells.len();
            return Err(self.missing_cell(sample, 0..self.models.len() as u32, missing));
        }
        let ids: Vec<String> = samples.filter(complete).map(|s| self.samples.get(s)).collect();
        if ids.is_empty() {
            return Err(Error::NoCompleteRows);
        }
        let dropped = found.len() - ids.len();
        let rows = rows_of(&cells).filter(|row| complete(&row[0].0.1));
        Ok(self.table(Rows::Shared(ids), rows, dropped))
    }

    /// Gives every model rows of its own: sample ids need not agree between models, and their numbers
    /// may differ. A row of a model is complete if it has every metric.
    ///
    /// # Errors
    /// As [`TableBuilder::paired`]; [`Error::NoCompleteRows`] is wrapped in [`Error::InColumn`], which
    /// names the model that has none.
    pub fn independent(&self, incomplete: IncompleteRows) -> Result<Table, Error> {
        let cells = self.sorted_cells()?;
        let complete = |row: &&[Cell]| row.len() == self.metrics.len();
        let lacking = rows_of(&cells).filter(|row| !complete(row));
        if incomplete == IncompleteRows::Refuse
            && let Some((sample, model)) = lacking.clone().map(|row| (row[0].0.1, row[0].0.0)).min()
        {
            let missing = lacking.map(|row| self.metrics.len() - row.len()).sum();
            return Err(self.missing_cell(sample, model..model + 1, missing));
        }
        let rows = rows_of(&cells).filter(complete);
        let mut ids = vec![Vec::new(); self.models.len()];
        for row in rows.clone() {
            let (model, sample, _) = row[0].0;
            ids[model as usize].push(self.samples.get(sample));
        }
        if let Some(model) = ids.iter().position(Vec::is_empty) {
            return Err(Error::NoCompleteRows.in_column(&self.models.names[model]));
        }
        Ok(self.table(Rows::Own(ids), rows, lacking.count()))
    }

    /// The cells model by model, for each model sample by sample, for each sample metric by metric.
    fn sorted_cells(&self) -> Result<Vec<Cell>, Error> {
        if self.cells.is_empty() {
            return Err(Error::Empty);
        }
        let mut cells: Vec<Cell> = self.cells.iter().map(|(key, value)| (*key, *value)).collect();
        cells.sort_unstable_by_key(|cell| cell.0);
        Ok(cells)
    }

    fn missing_cell(&self, sample: u32, models: std::ops::Range<u32>, missing: usize) -> Error {
        let metrics = 0..self.metrics.len() as u32;
        let mut cells = models.flat_map(|model| metrics.clone().map(move |m| (model, sample, m)));
        let first = cells.find(|key| !self.cells.contains_key(key));
        let (model, sample, metric) = first.expect("the row lacks a cell");
        Error::MissingCell {
            model: self.models.get(model),
            sample: self.samples.get(sample),
            metric: self.metrics.get(metric),
            missing,
        }
    }

    /// A table of complete rows.
    fn table<'a>(&self, ids: Rows, rows: impl Iterator<Item = &'a [Cell]>, dropped: usize) -> Table {
        let mut columns = vec![Vec::new(); self.models.len() * self.metrics.len()];
        for &((model, _, metric), value) in rows.flatten() {
            columns[model as usize * self.metrics.len() + metric as usize].push(value);
        }
        let (models, metrics) = (self.models.names.clone(), self.metrics.names.clone());
        Table { models, metrics, rows: ids, columns, dropped }
    }
}

/// Runs of cells of one model and one sample.
fn rows_of(cells: &[Cell]) -> impl Iterator<Item = &[Cell]> + Clone {
    cells.chunk_by(|(a, _), (b, _)| (a.0, a.1) == (b.0, b.1))
}

impl Names {
    fn len(&self) -> usize {
        self.names.len()
    }

    fn get(&self, number: u32) -> String {
        self.names[number as usize].clone()
    }

    /// The number of a name, which is new if the name is.
    fn number(&mut self, name: &str) -> Result<u32, Error> {
        if let Some(&number) = self.numbers.get(name) {
            return Ok(number);
        }
        let found = self.len() + 1;
        if found > u32::MAX as usize {
            return Err(Error::TooManyRows { found });
        }
        let number = self.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use IncompleteRows::{Drop, Refuse};
    use proptest::prelude::*;

    fn builder(cells: &[(&str, &str, &str, f64)]) -> TableBuilder {
        let mut builder = TableBuilder::new();
        for &(model, sample, metric, value) in cells {
            builder.push(model, sample, metric, value).unwrap();
        }
        builder
    }

    /// a lacks (s2, n); b lacks s3 altogether.
    fn gaps() -> TableBuilder {
        builder(&[
            ("a", "s1", "m", 1.0),
            ("b", "s2", "n", 6.0),
            ("b", "s2", "m", 5.0),
            ("a", "s2", "m", 2.0),
            ("a", "s3", "n", 8.0),
            ("a", "s3", "m", 7.0),
            ("b", "s1", "m", 3.0),
            ("b", "s1", "n", 4.0),
            ("a", "s1", "n", 9.0),
        ])
    }

    fn missing(model: &str, sample: &str, metric: &str, missing: usize) -> Result<Table, Error> {
        let (model, sample, metric) = (model.into(), sample.into(), metric.into());
        Err(Error::MissingCell { model, sample, metric, missing })
    }

    #[test]
    fn gaps_are_named_or_dropped() {
        let builder = gaps();
        assert_eq!(builder.paired(Refuse), missing("a", "s2", "n", 3));
        let paired = builder.paired(Drop).unwrap();
        assert_eq!(
            (paired.models(), paired.metrics()),
            (&["a", "b"].map(String::from)[..], &["m", "n"].map(String::from)[..])
        );
        assert_eq!((paired.dropped(), paired.rows("b").unwrap()), (2, &["s1".to_string()][..]));
        assert_eq!(paired.column("b", "n").unwrap(), [4.0]);

        assert_eq!(builder.independent(Refuse), missing("a", "s2", "n", 1));
        let own = builder.independent(Drop).unwrap();
        assert_eq!((own.dropped(), own.sampling()), (1, super::super::Sampling::Independent));
        assert_eq!(own.rows("a").unwrap(), ["s1", "s3"]);
        assert_eq!(own.rows("b").unwrap(), ["s1", "s2"], "the order of all sample ids");
        assert_eq!(own.column("a", "n").unwrap(), [9.0, 8.0]);
        assert_eq!(own.samples("m").unwrap().get("b").unwrap().values(), [3.0, 5.0]);
        assert_eq!(own.column("c", "m"), Err(Error::UnknownName { name: "c".into() }));
        assert!(matches!(own.samples("o"), Err(Error::UnknownName { name }) if name == "o"));
    }

    #[test]
    fn the_first_missing_cell_goes_by_sample_before_model() {
        let builder = builder(&[("b", "s1", "m", 0.0), ("a", "s1", "n", 0.0), ("b", "s0", "n", 0.0)]);
        assert_eq!(builder.independent(Refuse), missing("b", "s1", "n", 3));
        assert_eq!(builder.paired(Refuse), missing("b", "s1", "n", 5));
        assert_eq!(builder.paired(Drop), Err(Error::NoCompleteRows));
        let none = builder.independent(Drop).unwrap_err();
        assert_eq!(none.to_string(), "column 'b': no row of the table is complete");
    }

    #[test]
    fn a_refused_cell_leaves_the_builder_as_it_was() {
        let mut builder = builder(&[("a", "s", "m", 1.0)]);
        let nan = builder.push("new", "s", "m", f64::NAN).unwrap_err();
        assert_eq!(nan.to_string(), "metric 'm' of model 'new', sample 's' is NaN, not a finite number");
        assert!(builder.push("a", "s", "m", f32::INFINITY).is_err());
        let twice = builder.push("a", "s", "m", 2.0).unwrap_err();
        assert_eq!(twice.to_string(), "metric 'm' of model 'a', sample 's' is given twice");
        let table = builder.paired(Refuse).unwrap();
        assert_eq!(table.models(), ["a"]);
        assert_eq!(table.column("a", "m").unwrap(), [1.0]);
        assert_eq!(TableBuilder::new().paired(Drop), Err(Error::Empty));
    }

    #[test]
    fn minus_zero_is_zero() {
        let table = builder(&[("a", "s", "m", -0.0)]).paired(Refuse).unwrap();
        assert!(table.column("a", "m").unwrap()[0].is_sign_positive());
    }

    proptest! {
        /// 3 models x 5 samples x 2 metrics with holes; the value of a cell tells where it belongs.
        #[test]
        fn keeps_complete_rows_in_order_and_counts_the_rest(present in prop::collection::vec(prop::bool::weighted(0.8), 30)) {
            let cell = |model: usize, sample: usize, metric: usize| 10 * model + 2 * sample + metric;
            let has = |model: usize, sample: usize| (0..2).all(|metric| present[cell(model, sample, metric)]);
            let mut builder = TableBuilder::new();
            let all = || (0..3).flat_map(|model| (0..5).map(move |sample| (model, sample)));
            // The full row 5 makes every name known in its order, and every model complete somewhere.
            for (model, sample) in (0..3).map(|model| (model, 5)).chain(all()) {
                for metric in 0..2 {
                    if sample == 5 || present[cell(model, sample, metric)] {
                        let value = (100 * model + 10 * sample + metric) as f64;
                        builder.push(&format!("a{model}"), &sample.to_string(), &format!("m{metric}"), value).unwrap();
                    }
                }
            }
            let complete = |sample: &usize| *sample == 5 || (0..3).all(|model| has(model, *sample));
            let own = builder.independent(Drop).unwrap();
            let paired = builder.paired(Drop).unwrap();
            for model in 0..3 {
                let value = |sample: usize| (100 * model + 10 * sample + 1) as f64;
                let sorted = |table: &Table| {
                    let mut column = table.column(&format!("a{model}"), "m1").unwrap().to_vec();
                    column.sort_by(f64::total_cmp);
                    column
                };
                let expected = (0..6).filter(complete).map(value).collect::<Vec<_>>();
                prop_assert_eq!(sorted(&paired), expected);
                let expected = (0..6).filter(|&s| s == 5 || has(model, s)).map(value).collect::<Vec<_>>();
                prop_assert_eq!(sorted(&own), expected);
                for (id, value) in own.rows(&format!("a{model}")).unwrap().iter().zip(own.column(&format!("a{model}"), "m0").unwrap()) {
                    prop_assert_eq!(id.parse::<usize>().unwrap(), *value as usize / 10 % 10);
                }
            }
            let seen = (0..5).filter(|&s| (0..3).any(|a| (0..2).any(|m| present[cell(a, s, m)])));
            prop_assert_eq!(paired.dropped(), seen.filter(|s| !complete(s)).count());
            let rows = all().filter(|&(a, s)| (0..2).any(|m| present[cell(a, s, m)]));
            prop_assert_eq!(own.dropped(), rows.filter(|&(a, s)| !has(a, s)).count());
        }
    }
}
