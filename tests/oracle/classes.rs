//! The inputs: classes of columns that are hard in one way each.

use super::draws::Random;
use super::rows::Column;

/// A way to draw two columns.
#[derive(Clone, Copy)]
pub struct Class {
    pub name: &'static str,
    pub words: &'static str,
    draw: Draw,
}

#[derive(Clone, Copy)]
enum Draw {
    /// Every value on its own.
    Value(fn(&mut Random) -> f64),
    /// The same, in rows of weights 0 to 5.
    Weighted(fn(&mut Random) -> f64),
    /// The second column from the first.
    Second(fn(&mut Random, &[f64]) -> Vec<f64>),
}

use Draw::{Second, Value, Weighted};

pub const CLASSES: [Class; 15] = [
    Class { name: "normal", words: "nearly standard normal", draw: Value(Random::normal) },
    Class { name: "offset 1e9", words: "normal + 1e9", draw: Value(|r| 1e9 + r.normal()) },
    Class { name: "ties", words: "0 to 3 in halves", draw: Value(|r| r.below(7) as f64 / 2.0) },
    Class {
        name: "decimals",
        words: "multiples of 0.1, whose sums nearly cancel",
        draw: Value(|r| r.below(8) as f64 / 10.0),
    },
    Class {
        name: "signed zeros",
        words: "-0, 0, 1, -1",
        draw: Value(|r| [-0.0, 0.0, 1.0, -1.0][r.below(4)]),
    },
    Class {
        name: "heavy tails",
        words: "exp(3 normal)",
        draw: Value(|r| exponential(3.0 * r.normal())),
    },
    Class { name: "1e-300", words: "normal times 1e-300", draw: Value(|r| 1e-300 * r.normal()) },
    Class { name: "1e150", words: "normal times 1e150", draw: Value(|r| 1e150 * r.normal()) },
    Class {
        name: "bounded",
        words: "uniform on [0, 1], a fifth of it at either end",
        draw: Value(|r| [0.0, 1.0, r.uniform(), r.uniform(), r.uniform()][r.below(5)]),
    },
    Class { name: "magnitudes", words: "normal times 2^-45 to 2^44", draw: Value(magnitudes) },
    Class {
        name: "constant",
        words: "0.1 in one column, 0.1 or 0.3 in the other",
        draw: Second(constant),
    },
    Class {
        name: "last digits",
        words: "equal but for the last digit of one value",
        draw: Second(last_digit),
    },
    Class {
        name: "equal laws",
        words: "the first column, one to four times over",
        draw: Second(repeated),
    },
    Class { name: "weights", words: "normal, weights 0 to 5", draw: Weighted(Random::normal) },
    Class {
        name: "weights, ties",
        words: "0 to 3 in halves, weights 0 to 5",
        draw: Weighted(|r| r.below(7) as f64 / 2.0),
    },
];

/// exp by its series: the same on every machine. |x| is at most 18.
fn exponential(x: f64) -> f64 {
    let mut term = 1.0;
    let eighth = (1..30).fold(1.0, |sum, k| {
        term *= x / 8.0 / f64::from(k);
        sum + term
    });
    [(); 3].iter().fold(eighth, |power, ()| power * power)
}

fn magnitudes(r: &mut Random) -> f64 {
    r.normal() * 2f64.powi(r.below(90) as i32 - 45)
}

fn constant(r: &mut Random, first: &[f64]) -> Vec<f64> {
    vec![[0.1, 0.3][r.below(2)]; first.len()]
}

fn last_digit(r: &mut Random, first: &[f64]) -> Vec<f64> {
    let mut second = first.to_vec();
    let row = r.below(second.len());
    second[row] = second[row].next_up();
    second
}

fn repeated(r: &mut Random, first: &[f64]) -> Vec<f64> {
    let mut second = first.repeat(1 + r.below(4));
    r.shuffle(&mut second);
    second
}

impl Class {
    /// Two columns of 1 to 100 rows; small sizes are frequent, and every third time sizes are equal.
    pub fn pair(&self, r: &mut Random) -> (Column, Column) {
        let size = |r: &mut Random| {
            let most = [3, 10, 30, 100][r.below(4)];
            1 + r.below(most)
        };
        let n = size(r);
        let m = if r.below(3) == 0 { n } else { size(r) };
        match self.draw {
            Value(value) => {
                (Column::unweighted(r.column(n, value)), Column::unweighted(r.column(m, value)))
            }
            Weighted(value) => (weighted(r, n, value), weighted(r, m, value)),
            Second(second) => {
                let constant = self.name == "constant";
                let first = if constant { vec![0.1; n] } else { r.column(n, Random::normal) };
                let second = second(r, &first);
                (Column::unweighted(first), Column::unweighted(second))
            }
        }
    }
}

fn weighted(r: &mut Random, n: usize, value: fn(&mut Random) -> f64) -> Column {
    let values = r.column(n, value);
    // At least one row has a weight.
    let weights = (0..n).map(|row| (r.below(6) + usize::from(row == 0)) as f64).collect();
    Column { values, weights: Some(weights) }
}
