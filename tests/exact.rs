//! Gaps, ratios and verdicts against rational arithmetic, straight from the definitions.
//!
//! Every f64 is a whole number times a power of two. Over the common power the quantile functions take
//! integer values on levels that are multiples of 1/T, so integrals and signs come out without rounding.
//! The oracle finds its quantiles by search at each level and shares no idea with the merged walk.

mod draws;

use draws::{ORDERS, Random};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Float, Signed, ToPrimitive, Zero};
use risk_sd::{Order, Sample, Verdict, gap, verdict};

/// Allowed error of a gap relative to the squared distance, and of a ratio.
const TOLERANCE: f64 = 1e-13;
/// Samples are drawn this often per class.
const PAIRS: usize = 1000;

/// Rows in ascending order, values and weights in units of powers of two that both samples share.
struct Rows {
    values: Vec<BigInt>,
    weights: Vec<BigInt>,
}

/// Values and weights as the tests draw them.
#[derive(Debug, Clone)]
struct Column {
    values: Vec<f64>,
    weights: Option<Vec<f64>>,
}

impl Column {
    fn sample(&self) -> Sample {
        match &self.weights {
            None => Sample::new(&self.values),
            Some(weights) => Sample::weighted(&self.values, weights),
        }
        .expect("valid input")
    }

    fn weights(&self) -> Vec<f64> {
        self.weights.clone().unwrap_or(vec![1.0; self.values.len()])
    }
}

/// The smallest binary exponent in use.
fn exponent(numbers: &[f64]) -> i32 {
    let used = numbers.iter().filter(|v| **v != 0.0).map(|v| i32::from(v.integer_decode().1));
    used.min().unwrap_or(0)
}

fn integer(value: f64, exponent: i32) -> BigInt {
    if value == 0.0 {
        return BigInt::zero();
    }
    let (mantissa, e, sign) = value.integer_decode();
    (BigInt::from(mantissa) * i32::from(sign)) << (i32::from(e) - exponent)
}

impl Rows {
    fn new(column: &Column, values_in: i32, weights_in: i32) -> Rows {
        let mut rows: Vec<(BigInt, BigInt)> = column
            .values
            .iter()
            .zip(column.weights())
            .map(|(&v, w)| (integer(v, values_in), integer(w, weights_in)))
            .collect();
        rows.sort();
        let (values, weights) = rows.into_iter().unzip();
        Rows { values, weights }
    }

    fn total(&self) -> BigInt {
        self.weights.iter().sum()
    }

    /// The levels where the quantile function may jump, times `scale`.
    fn levels(&self, scale: &BigInt) -> Vec<BigInt> {
        let mut level = BigInt::zero();
        let levels = self.weights.iter().map(|w| {
            level += w * scale;
            level.clone()
        });
        levels.collect()
    }
}

/// One cell: its width and the integer difference of the quantile functions on it.
struct Cell {
    width: BigInt,
    difference: BigInt,
}

/// The cells of two samples; widths sum to the product of the two total weights.
fn cells(x: &Rows, y: &Rows) -> Vec<Cell> {
    let (of_x, of_y) = (x.levels(&y.total()), y.levels(&x.total()));
    let mut ends: Vec<&BigInt> = of_x.iter().chain(&of_y).filter(|level| !level.is_zero()).collect();
    ends.sort();
    ends.dedup();
    let mut start = BigInt::zero();
    let mut cells = Vec::new();
    for end in ends {
        // Q(p) is the first value whose level reaches p.
        let quantile = |rows: &Rows, levels: &[BigInt]| {
            let row = levels.iter().position(|level| level >= end).expect("the last level is the total");
            rows.values[row].clone()
        };
        let difference = quantile(x, &of_x) - quantile(y, &of_y);
        cells.push(Cell { width: end - &start, difference });
        start = end.clone();
    }
    cells
}

/// Integrals of the squared positive and negative part over (0, total], in integer units.
fn areas(order: Order, cells: &[Cell]) -> (BigRational, BigRational) {
    let (mut above, mut below) = (BigRational::zero(), BigRational::zero());
    let mut add = |area: BigRational, sign_of: &BigInt| {
        if sign_of.is_positive() { above += area } else { below += area }
    };
    let mut a = BigInt::zero();
    for Cell { width, difference } in cells {
        if order == Order::First {
            add((width * difference * difference).into(), difference);
            continue;
        }
        let b = &a + width * difference;
        if (&a * &b).is_negative() {
            // The line from a to b meets zero at the fraction a / (a - b) of the cell.
            let crossing = BigRational::new(a.clone(), &a - &b);
            let third = BigRational::new(width.clone(), 3.into());
            add(&third * &crossing * (&a * &a), &a);
            add(third * (BigRational::from(BigInt::from(1)) - crossing) * (&b * &b), &b);
        } else {
            let square = &a * &a + &a * &b + &b * &b;
            add(BigRational::new(width * square, 3.into()), &(&a + &b));
        }
        a = b;
    }
    (above, below)
}

fn exact_verdict(cells: &[Cell]) -> Verdict {
    let integrals = cells.iter().scan(BigInt::zero(), |integral, cell| {
        *integral += &cell.width * &cell.difference;
        Some(integral.clone())
    });
    let integrals: Vec<BigInt> = integrals.collect();
    let differences: Vec<BigInt> = cells.iter().map(|cell| cell.difference.clone()).collect();
    let nowhere_negative = |of: &[BigInt]| of.iter().all(|v| !v.is_negative());
    let nowhere_positive = |of: &[BigInt]| of.iter().all(|v| !v.is_positive());
    if differences.iter().all(Zero::is_zero) {
        Verdict::Equal
    } else if nowhere_negative(&differences) {
        Verdict::ADominates(Order::First)
    } else if nowhere_positive(&differences) {
        Verdict::BDominates(Order::First)
    } else if nowhere_negative(&integrals) {
        Verdict::ADominates(Order::Second)
    } else if nowhere_positive(&integrals) {
        Verdict::BDominates(Order::Second)
    } else {
        Verdict::Crossing
    }
}

/// The largest errors seen in a class, with the input of the worst.
#[derive(Debug, Default)]
struct Worst {
    gap: f64,
    ratio: f64,
    input: String,
}

impl Worst {
    fn see(&mut self, gap: f64, ratio: f64, x: &Column, y: &Column) {
        if gap.max(ratio) > self.gap.max(self.ratio) {
            self.input = format!("{x:?} against {y:?}");
        }
        self.gap = self.gap.max(gap);
        self.ratio = self.ratio.max(ratio);
    }
}

/// What a found area of `found` is, in the integer units of the oracle.
fn in_units(found: f64, values_in: i32, widths: &BigInt, order: Order) -> BigRational {
    let two = BigRational::from(BigInt::from(2));
    let exact = BigRational::from_float(found).expect("finite area");
    // Widths count once in the integral, and twice more in the squared integrals of the second order.
    let power = if order == Order::First { 1 } else { 3 };
    exact
        * num_traits::Pow::pow(two, -2 * values_in)
        * num_traits::Pow::pow(widths.clone(), power as u32)
}

fn compare(x: &Column, y: &Column, verdict_is_exact: bool, worst: &mut Worst) {
    let values_in = exponent(&[x.values.clone(), y.values.clone()].concat());
    let rows = |c: &Column| Rows::new(c, values_in, exponent(&c.weights()));
    let (rx, ry) = (rows(x), rows(y));
    let cells = cells(&rx, &ry);
    let widths = rx.total() * ry.total();
    let (sx, sy) = (x.sample(), y.sample());
    if verdict_is_exact {
        assert_eq!(verdict(&sx, &sy), exact_verdict(&cells), "{x:?} against {y:?}");
    }
    for order in ORDERS {
        let found = gap(order, &sx, &sy);
        let (above, below) = areas(order, &cells);
        let total = &above + &below;
        if total.is_zero() {
            assert!(!verdict_is_exact || found.is_zero(), "{x:?} against {y:?}");
            continue;
        }
        let off = |found: f64, exact: &BigRational| {
            let difference = in_units(found, values_in, &widths, order) - exact;
            (difference / &total).abs().to_f64().expect("a quotient of rationals")
        };
        let gap_error = off(found.above(), &above)
            .max(off(found.below(), &below))
            .max(off(found.squared_distance(), &total));
        let ratio = (below / &total).to_f64().expect("in [0, 1]");
        worst.see(gap_error, (found.violation_ratio() - ratio).abs(), x, y);
    }
}

/// Runs one class: `draw` makes a column of the given number of rows.
fn class(name: &str, verdict_is_exact: bool, mut draw: impl FnMut(&mut Random, usize) -> Column) {
    let mut random = Random(name.bytes().map(u64::from).sum());
    let mut worst = Worst::default();
    for pair in 0..PAIRS {
        let n = 1 + random.below(20);
        let m = if pair % 3 == 0 { n } else { 1 + random.below(20) };
        let (x, y) = (draw(&mut random, n), draw(&mut random, m));
        compare(&x, &y, verdict_is_exact, &mut worst);
    }
    assert!(worst.gap <= TOLERANCE && worst.ratio <= TOLERANCE, "{name}: worst {worst:?}");
}

fn unweighted(values: Vec<f64>) -> Column {
    Column { values, weights: None }
}

#[test]
fn normal_values() {
    class("normal", true, |r, n| unweighted(r.column(n, Random::normal)));
}

#[test]
fn values_far_from_zero() {
    class("offset", true, |r, n| unweighted(r.column(n, |r| 1e9 + r.normal())));
}

#[test]
fn heavy_ties() {
    class("ties", true, |r, n| unweighted(r.column(n, |r| r.below(4) as f64)));
}

#[test]
fn decimal_scores_whose_sums_nearly_cancel() {
    class("decimals", true, |r, n| unweighted(r.column(n, |r| r.below(8) as f64 / 10.0)));
}

#[test]
fn signed_zeros() {
    class("zeros", true, |r, n| unweighted(r.column(n, |r| [-0.0, 0.0, 1.0, -1.0][r.below(4)])));
}

#[test]
fn heavy_tails() {
    class("lognormal", true, |r, n| unweighted(r.column(n, |r| (3.0 * r.normal()).exp())));
}

#[test]
fn huge_and_tiny_values() {
    class("huge", true, |r, n| unweighted(r.column(n, |r| 1e150 * r.normal())));
    class("tiny", true, |r, n| unweighted(r.column(n, |r| 1e-150 * r.normal())));
}

#[test]
fn values_of_all_magnitudes_in_one_sample() {
    let value = |r: &mut Random| r.normal() * 2f64.powi(r.below(90) as i32 - 45);
    class("magnitudes", true, |r, n| unweighted(r.column(n, value)));
}

/// Columns that differ by the last digit of one value, and by mean-preserving spreads.
#[test]
fn nearly_equal_columns() {
    let mut random = Random(5);
    let mut worst = Worst::default();
    for _ in 0..PAIRS {
        let n = 2 + random.below(19);
        let values = random.column(n, |r| 1.0 + r.uniform());
        let mut other = values.clone();
        let row = random.below(n);
        other[row] = other[row].next_up();
        compare(&unweighted(values.clone()), &unweighted(other), true, &mut worst);
        let mut spread = values.clone();
        let step = 2f64.powi(-(random.below(40) as i32));
        spread[0] -= step;
        spread[n - 1] += step;
        compare(&unweighted(values), &unweighted(spread), true, &mut worst);
    }
    assert!(worst.gap <= TOLERANCE && worst.ratio <= TOLERANCE, "worst {worst:?}");
}

#[test]
fn integer_weights() {
    class("counts", true, |r, n| Column {
        values: r.column(n, |r| r.below(12) as f64 / 4.0),
        // 1 for the first row: not all weights may be zero.
        weights: Some((0..n).map(|row| (r.below(6) + usize::from(row == 0)) as f64).collect()),
    });
}

/// Levels of fractional weights are rounded, so only the areas are compared.
#[test]
fn fractional_weights() {
    class("fractions", false, |r, n| Column {
        values: r.column(n, Random::normal),
        weights: Some(r.column(n, |r| r.uniform() * 10f64.powi(r.below(7) as i32))),
    });
}

/// The oracle itself, on the hand values of the specification.
#[test]
fn the_oracle_knows_the_hand_values() {
    // Small enough that every mantissa is a whole number of units.
    const UNIT: i32 = -60;
    let rows = |values: &[f64], weights: Option<&[f64]>| {
        let column = Column { values: values.to_vec(), weights: weights.map(<[f64]>::to_vec) };
        Rows::new(&column, UNIT, UNIT)
    };
    let ratio =
        |numerator: i64, denominator: i64| BigRational::new(numerator.into(), denominator.into());
    let check = |x: &Rows, y: &Rows, order: Order, below: BigRational, above: BigRational| {
        let power = if order == Order::First { 1 } else { 3 };
        let widths = num_traits::Pow::pow(x.total() * y.total(), power as u32);
        let (found_above, found_below) = areas(order, &cells(x, y));
        let scale = BigRational::from(widths << (-2 * UNIT));
        assert_eq!((found_above / &scale, found_below / &scale), (above, below));
    };
    let (x, y) = (rows(&[0.0, 2.0, 4.0], None), rows(&[1.0, 1.5, 3.0], None));
    check(&x, &y, Order::First, ratio(1, 3), ratio(5, 12));
    check(&x, &y, Order::Second, ratio(23, 648), ratio(1, 648));
    let (x, y) = (rows(&[0.0, 2.0, 5.0], None), rows(&[1.0, 3.0], None));
    check(&x, &y, Order::First, ratio(1, 2), ratio(3, 2));
    check(&x, &y, Order::Second, ratio(13, 324), ratio(1, 162));
    let x = rows(&[3.0, -1.0, 2.0, 0.5], Some(&[2.0, 4.0, 1.0, 8.0]));
    let y = rows(&[1.0, 2.0, -2.0], Some(&[2.0, 6.0, 1.0]));
    check(&x, &y, Order::First, ratio(76, 45), ratio(11, 45));
    check(&x, &y, Order::Second, ratio(46, 135), ratio(1, 1458));
}
