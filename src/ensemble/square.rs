//! The door of every square matrix.

use crate::error::Error;
use crate::sample::Number;

/// Share of the largest entry by which two mirrored entries may differ: distances of embeddings computed by a
/// matrix product differ in their last digits, a matrix that is meant to be asymmetric by far more.
const ROUNDING: f64 = 1e-12;

/// A square symmetric matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub(super) struct Square {
    order: usize,
    entries: Vec<f64>,
}

/// Square, finite, not negative; not yet symmetric.
pub(super) fn rows<R: IntoIterator<Item = impl Number>>(
    what: &'static str,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<Vec<f64>>, Error> {
    // -0.0 becomes 0.0.
    let numbers = |row: R| row.into_iter().map(|v| v.to_f64() + 0.0).collect::<Vec<f64>>();
    let rows: Vec<Vec<f64>> = rows.into_iter().map(numbers).collect();
    if rows.is_empty() {
        return Err(Error::NoLabels);
    }
    for (row, values) in rows.iter().enumerate() {
        if values.len() != rows.len() {
            return Err(Error::NotSquare { what, row, expected: rows.len(), found: values.len() });
        }
        if let Some(column) = values.iter().position(|v| !(*v >= 0.0 && v.is_finite())) {
            return Err(Error::InvalidEntry { what, row, column, value: values[column] });
        }
    }
    Ok(rows)
}

impl Square {
    pub(super) fn new<R: IntoIterator<Item = impl Number>>(
        what: &'static str,
        matrix: impl IntoIterator<Item = R>,
    ) -> Result<Square, Error> {
        let rows = rows(what, matrix)?;
        let order = rows.len();
        let largest = rows.iter().flatten().copied().fold(0.0, f64::max);
        let mut entries = rows.concat();
        for row in 0..order {
            for column in 0..row {
                let (value, mirrored) = (rows[row][column], rows[column][row]);
                if (value - mirrored).abs() > ROUNDING * largest {
                    return Err(Error::Asymmetric { what, row, column, value, mirrored });
                }
                let mean = if value == mirrored { value } else { value / 2.0 + mirrored / 2.0 };
                entries[row * order + column] = mean;
                entries[column * order + row] = mean;
            }
        }
        Ok(Square { order, entries })
    }

    pub(super) fn order(&self) -> usize {
        self.order
    }

    pub(super) fn entries(&self) -> &[f64] {
        &self.entries
    }

    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        assert!(column < self.order, "label {column} of {}", self.order);
        self.entries[row * self.order + column]
    }

    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.entries[row * self.order..][..self.order]
    }

    pub(super) fn map(mut self, f: impl Fn(f64) -> f64) -> Square {
        self.entries.iter_mut().for_each(|entry| *entry = f(*entry));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_averaged_and_more_is_refused() {
        let square = Square::new("cost", [[0.0, 1.0 + 1e-15], [1.0, 0.0]]).unwrap();
        assert_eq!(square.at(0, 1), square.at(1, 0));
        let asymmetric = Square::new("cost", [[0.0, 1.0], [1.1, 0.0]]).unwrap_err();
        let sentence = "cost [1][0] is 1.1, but [0][1] is 1: the matrix has to be symmetric";
        assert_eq!(asymmetric.to_string(), sentence);
        let largest = Square::new("cost", [[0.0, f64::MAX], [f64::MAX, 0.0]]).unwrap();
        assert_eq!(largest.at(1, 0), f64::MAX);
    }
}
