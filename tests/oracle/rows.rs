//! Columns as whole numbers: values in units of a power of two, masses in whole weights.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Float, Signed, Zero};
use risk_sd::{IndexedSample, Sample};

use super::truth::Truth;

/// Values and weights as the library takes them.
#[derive(Debug, Clone)]
pub struct Column {
    pub values: Vec<f64>,
    pub weights: Option<Vec<f64>>,
}

impl Column {
    pub fn unweighted(values: Vec<f64>) -> Column {
        Column { values, weights: None }
    }

    pub fn sample(&self) -> Sample {
        self.indexed().sample().clone()
    }

    pub fn indexed(&self) -> IndexedSample {
        match &self.weights {
            None => IndexedSample::new(&self.values),
            Some(weights) => IndexedSample::weighted(&self.values, weights),
        }
        .expect("valid input")
    }
}

/// The rows of positive weight in ascending order.
pub struct Rows {
    /// In units of 2^exponent.
    pub values: Vec<BigInt>,
    pub weights: Vec<BigInt>,
    /// Where each row stands in the column.
    pub places: Vec<usize>,
    /// Sums of the weights up to and including each row.
    pub levels: Vec<BigInt>,
    pub exponent: i32,
}

/// The smallest binary exponent in use.
pub fn exponent<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> i32 {
    let used = numbers.into_iter().filter(|v| **v != 0.0).map(|v| i32::from(v.integer_decode().1));
    used.min().unwrap_or(0)
}

/// `value / 2^exponent`.
pub fn integer(value: f64, exponent: i32) -> BigInt {
    if value == 0.0 {
        return BigInt::zero();
    }
    let (mantissa, e, sign) = value.integer_decode();
    (BigInt::from(mantissa) * i32::from(sign)) << (i32::from(e) - exponent)
}

impl Rows {
    pub fn of(column: &Column) -> Rows {
        Rows::in_units(column, exponent(&column.values))
    }

    pub fn in_units(column: &Column, exponent: i32) -> Rows {
        let ones = vec![1.0; column.values.len()];
        let given = column.weights.as_ref().unwrap_or(&ones);
        let unit = self::exponent(given);
        let mut rows: Vec<(BigInt, usize)> = (0..column.values.len())
            .filter(|&row| given[row] > 0.0)
            .map(|row| (integer(column.values[row], exponent), row))
            .collect();
        rows.sort();
        let (values, places): (Vec<BigInt>, Vec<usize>) = rows.into_iter().unzip();
        let weights: Vec<BigInt> = places.iter().map(|&row| integer(given[row], unit)).collect();
        let mut level = BigInt::zero();
        let levels = weights.iter().map(|weight| {
            level += weight;
            level.clone()
        });
        Rows { levels: levels.collect(), values, weights, places, exponent }
    }

    /// The weight of all rows.
    pub fn total(&self) -> &BigInt {
        &self.levels[self.levels.len() - 1]
    }

    /// `sum w f(v)`.
    pub fn sum(&self, f: impl Fn(&BigInt) -> BigInt) -> BigInt {
        self.values.iter().zip(&self.weights).map(|(v, w)| w * f(v)).sum()
    }

    /// The weight of the values at most `z`.
    pub fn level_at(&self, z: &BigInt) -> BigInt {
        match self.values.partition_point(|v| v <= z) {
            0 => BigInt::zero(),
            rows => self.levels[rows - 1].clone(),
        }
    }

    /// A number in the unit of the values, to some power.
    pub fn truth(&self, number: &BigRational, power: i64) -> Truth {
        Truth::new(number, power * i64::from(self.exponent))
    }
}

/// One cell of the merged levels: there the quantile functions are those of row `x` and row `y`.
pub struct Cell {
    pub x: usize,
    pub y: usize,
    /// In units of 1 / (total of x times total of y).
    pub width: BigInt,
    pub difference: BigInt,
}

/// Two columns in the same units.
pub struct Pair {
    pub x: Rows,
    pub y: Rows,
    pub cells: Vec<Cell>,
    /// The widths of all cells.
    pub total: BigInt,
}

impl Pair {
    pub fn of(x: &Column, y: &Column) -> Pair {
        let exponent = exponent(x.values.iter().chain(&y.values));
        let (x, y) = (Rows::in_units(x, exponent), Rows::in_units(y, exponent));
        let (of_x, of_y): (Vec<BigInt>, Vec<BigInt>) = (
            x.levels.iter().map(|level| level * y.total()).collect(),
            y.levels.iter().map(|level| level * x.total()).collect(),
        );
        let mut ends: Vec<&BigInt> = of_x.iter().chain(&of_y).collect();
        ends.sort();
        ends.dedup();
        let mut start = BigInt::zero();
        let mut cells = Vec::new();
        for end in ends {
            // Q(p) is the first value whose level reaches p.
            let row = |levels: &[BigInt]| levels.partition_point(|level| level < end);
            let (row_x, row_y) = (row(&of_x), row(&of_y));
            let difference = &x.values[row_x] - &y.values[row_y];
            cells.push(Cell { x: row_x, y: row_y, width: end - &start, difference });
            start = end.clone();
        }
        Pair { total: x.total() * y.total(), x, y, cells }
    }

    /// The mean of a function of the difference.
    pub fn mean(&self, f: impl Fn(&BigInt) -> BigInt) -> BigRational {
        let sum: BigInt = self.cells.iter().map(|cell| &cell.width * f(&cell.difference)).sum();
        BigRational::new(sum, self.total.clone())
    }

    pub fn truth(&self, number: &BigRational, power: i64) -> Truth {
        self.x.truth(number, power)
    }

    /// The distinct values of both, ascending.
    pub fn pooled(&self) -> Vec<&BigInt> {
        let mut values: Vec<&BigInt> = self.x.values.iter().chain(&self.y.values).collect();
        values.sort();
        values.dedup();
        values
    }

    pub fn equal(&self) -> bool {
        self.cells.iter().all(|cell| cell.difference.is_zero())
    }

    pub fn largest(&self) -> BigRational {
        let sizes = self.cells.iter().map(|cell| cell.difference.abs());
        sizes.max().expect("a cell").into()
    }
}
