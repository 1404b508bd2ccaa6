//! Small tables that several tests of the portfolio share.

use crate::sample::{IncompleteRows, Table, TableBuilder};

/// The worked example: metric 1 A 1,3,5 B 2,3,6; metric 2 A 10,20,20 B 30,5,20.
pub(super) fn hand() -> Table {
    let mut builder = TableBuilder::new();
    for (model, rows) in
        [("A", [(1.0, 10.0), (3.0, 20.0), (5.0, 20.0)]), ("B", [(2.0, 30.0), (3.0, 5.0), (6.0, 20.0)])]
    {
        for (sample, (one, two)) in ["x", "y", "z"].into_iter().zip(rows) {
            builder.push(model, sample, "metric 1", one).unwrap();
            builder.push(model, sample, "metric 2", two).unwrap();
        }
    }
    builder.paired(IncompleteRows::Refuse).unwrap()
}

/// A paired table of `values[metric][model][row]`, with numbers for names.
pub(super) fn paired(values: &[Vec<Vec<f64>>]) -> Table {
    let mut builder = TableBuilder::new();
    for (metric, models) in values.iter().enumerate() {
        for (model, rows) in models.iter().enumerate() {
            for (row, value) in rows.iter().enumerate() {
                let [metric, model, row] = [metric, model, row].map(|number| number.to_string());
                builder.push(&model, &row, &metric, *value).unwrap();
            }
        }
    }
    builder.paired(IncompleteRows::Refuse).unwrap()
}
