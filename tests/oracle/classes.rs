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
    /// The same, and every weight.
    Weighted(fn(&mut Random) -> f64, fn(&mut Random) -> f64),
    /// Two columns of about these sizes.
    Together(fn(&mut Random, [usize; 2]) -> [Vec<f64>; 2]),
}

use Draw::{Together, Value, Weighted};

pub const CLASSES: [Class; 17] = [
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
        draw: Together(constant),
    },
    Class {
        name: "last digits",
        words: "equal but for the last digit of one value",
        draw: Together(last_digit),
    },
    Class {
        name: "spreads",
        words: "0 against pairs -s, s, normal times 1 to 2^39: integrals that return to 0",
        draw: Together(spreads),
    },
    Class {
        name: "equal laws",
        words: "the first column, one to four times over",
        draw: Together(repeated),
    },
    Class { name: "weights", words: "normal, weights 0 to 5", draw: Weighted(Random::normal, whole) },
    Class {
        name: "weights, ties",
        words: "0 to 3 in halves, weights 0 to 5",
        draw: Weighted(|r| r.below(7) as f64 / 2.0, whole),
    },
    Class {
        name: "real weights",
        words: "normal, weights uniform times 1 to 10^6",
        draw: Weighted(Random::normal, real),
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

fn constant(r: &mut Random, [n, m]: [usize; 2]) -> [Vec<f64>; 2] {
    [vec![0.1; n], vec![[0.1, 0.3][r.below(2)]; m]]
}

fn last_digit(r: &mut Random, [n, _]: [usize; 2]) -> [Vec<f64>; 2] {
    let first = r.column(n, Random::normal);
    let mut second = first.clone();
    let row = r.below(n);
    second[row] = second[row].next_up();
    [first, second]
}

fn repeated(r: &mut Random, [n, _]: [usize; 2]) -> [Vec<f64>; 2] {
    let first = r.column(n, Random::normal);
    let mut second = first.repeat(1 + r.below(4));
    r.shuffle(&mut second);
    [first, second]
}

fn spreads(r: &mut Random, [n, m]: [usize; 2]) -> [Vec<f64>; 2] {
    // Sums in twice the precision hold 106 bits: 53 of a value, 40 between values.
    let half = r.column(m.div_ceil(2), |r| r.normal() * 2f64.powi(r.below(40) as i32));
    [vec![0.0; n], half.iter().flat_map(|step| [-step, *step]).collect()]
}

impl Class {
    /// Whether sums of weights are exact in f64, so that the bounds are promised. Sums of real weights are rounded,
    /// and with them the levels at which quantile functions jump.
    pub fn has_exact_levels(&self) -> bool {
        self.name != "real weights"
    }

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
            Weighted(value, weight) => (weighted(r, n, value, weight), weighted(r, m, value, weight)),
            Together(columns) => {
                let [first, second] = columns(r, [n, m]).map(Column::unweighted);
                (first, second)
            }
        }
    }
}

fn weighted(
    r: &mut Random,
    n: usize,
    value: fn(&mut Random) -> f64,
    weight: fn(&mut Random) -> f64,
) -> Column {
    let values = r.column(n, value);
    let mut weights = r.column(n, weight);
    weights[0] += 1.0; // at least one row has a weight
    Column { values, weights: Some(weights) }
}

fn whole(r: &mut Random) -> f64 {
    r.below(6) as f64
}

fn real(r: &mut Random) -> f64 {
    r.uniform() * [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6][r.below(7)]
}
