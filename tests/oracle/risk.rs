//! Measures of one column.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use risk_sd::{Curve, Knot, mean_risk};

use super::Measured;
use super::rows::{Column, Rows, integer};
use super::truth::{Truth, fraction};

/// Everything that depends on the column alone.
pub fn whole(column: &Column) -> Vec<Measured> {
    let (rows, sample) = (Rows::of(column), column.sample());
    let total = rows.total();
    let sum = rows.sum(|v| v.clone());
    // Deviations times the total weight, which are whole numbers.
    let deviation = |v: &BigInt| v * total - &sum;
    let square = |d: BigInt| &d * &d;
    let mean = rows.truth(&fraction(sum.clone(), total.clone()), 1);
    let variance = fraction(rows.sum(|v| square(deviation(v))), total.pow(3));
    let below = |v: &BigInt| (-deviation(v)).max(BigInt::zero());
    let of_weights: BigInt = rows.weights.iter().map(|w| w * w).sum();
    let mut found = vec![
        Measured::relative("mean", sample.mean(), mean),
        Measured::relative(
            "standard_deviation",
            sample.standard_deviation(),
            rows.truth(&variance, 2).root(2),
        ),
        Measured::relative(
            "absolute_semideviation",
            sample.absolute_semideviation(),
            rows.truth(&fraction(rows.sum(below), total.pow(2)), 1),
        ),
        Measured::relative(
            "standard_semideviation",
            sample.standard_semideviation(),
            rows.truth(&fraction(rows.sum(|v| square(below(v))), total.pow(3)), 2).root(2),
        ),
        Measured::relative("gini_tail", sample.gini_tail(), rows.truth(&gini(&rows), 1)),
    ];
    if rows.values.len() > 1 {
        let unbiased = variance * fraction(total.pow(2), total.pow(2) - of_weights);
        let root = rows.truth(&unbiased, 2).root(2);
        let value = sample.sample_standard_deviation().expect("two rows");
        found.push(Measured::relative("sample_standard_deviation", value, root));
    }
    found
}

/// Half the mean distance of two rows.
fn gini(rows: &Rows) -> BigRational {
    let mut sum = BigInt::zero();
    for (i, v) in rows.values.iter().enumerate() {
        for (j, w) in rows.values[..i].iter().enumerate() {
            sum += &rows.weights[i] * &rows.weights[j] * (v - w);
        }
    }
    fraction(sum, rows.total().pow(2))
}

/// Sums over the lowest mass p, in units of 2^shift, which makes p whole.
struct Tail {
    p: BigInt,
    shift: i32,
    sum: BigInt,
}

impl Tail {
    fn of(rows: &Rows, p: f64) -> Tail {
        let shift = 1100; // p is an f64
        let p = integer(p, -shift);
        let mut left = &p * rows.total();
        let mut sum = BigInt::zero();
        for (value, weight) in rows.values.iter().zip(&rows.weights) {
            let mass = (weight << shift).min(left.clone());
            sum += &mass * value;
            left -= mass;
        }
        Tail { p, shift, sum }
    }
}

/// Everything at a level p in (0, 1].
pub fn at_level(column: &Column, p: f64) -> Vec<Measured> {
    let (rows, sample) = (Rows::of(column), column.sample());
    let tail = Tail::of(&rows, p);
    let per = |sum: &BigInt, mass: BigInt| rows.truth(&fraction(sum.clone(), mass), 1);
    let (whole, share) = (rows.total() << tail.shift, rows.total() * &tail.p);
    let lower_mean = per(&tail.sum, share.clone());
    let mean = rows.truth(&fraction(rows.sum(|v| v.clone()), rows.total().clone()), 1);
    let quantile = rows.truth(&quantile(&rows, p).into(), 1);
    let value_at_risk = Truth::of_f64(0.0).minus(&quantile);
    let models = mean_risk(&sample, p).expect("a level");
    let score = models.value_at_risk.score;
    let apart = mean.abs().plus(&quantile.abs());
    vec![
        Measured::relative("quantile", sample.quantile(p).expect("a level"), quantile.clone()),
        Measured::relative("value_at_risk", sample.value_at_risk(p).expect("a level"), value_at_risk),
        Measured::relative(
            "integrated_quantile",
            sample.integrated_quantile(p).expect("a level"),
            per(&tail.sum, whole),
        ),
        Measured::relative(
            "tail_value_at_risk",
            sample.tail_value_at_risk(p).expect("a level"),
            lower_mean.clone(),
        ),
        Measured::relative(
            "quantile_deviation",
            sample.quantile_deviation(p).expect("a level"),
            mean.minus(&lower_mean),
        ),
        Measured::of(
            "mean_risk, score by value at risk",
            "abs(mean) + abs(Q)",
            apart,
            score,
            mean.plus(&quantile),
        ),
    ]
}

/// The first value whose level reaches p, where levels within a few roundings of p count as p.
fn quantile(rows: &Rows, p: f64) -> BigInt {
    let slack = 50;
    let wanted = integer(p, -1100) * rows.total();
    let row = rows.levels.partition_point(|level| {
        let level = level << 1100;
        &level + (&level >> slack) < wanted
    });
    rows.values[row].clone()
}

/// Everything at a point of the distribution function.
pub fn at_value(column: &Column, x: f64) -> Vec<Measured> {
    let sample = column.sample();
    let mut with_x = column.clone();
    with_x.values.push(x);
    let exponent = super::rows::exponent(&with_x.values);
    let rows = Rows::in_units(column, exponent);
    let point = integer(x, exponent);
    let shortfall = rows.sum(|v| (&point - v).max(BigInt::zero()));
    let share = |sum: BigInt| fraction(sum, rows.total().clone());
    vec![
        Measured::relative(
            "cdf",
            sample.cdf(x).expect("a number"),
            Truth::new(&share(rows.level_at(&point)), 0),
        ),
        Measured::relative(
            "integrated_cdf",
            sample.integrated_cdf(x).expect("a number"),
            rows.truth(&share(shortfall), 1),
        ),
    ]
}

/// The knots of the four curves.
pub fn curves(column: &Column) -> Vec<Measured> {
    let (rows, sample) = (Rows::of(column), column.sample());
    let mut distinct = rows.values.clone();
    distinct.dedup();
    let share = |sum: BigInt| fraction(sum, rows.total().clone());
    let below = |z: &BigInt| rows.sum(|v| if v <= z { v.clone() } else { BigInt::zero() });
    let knots = |curve: Curve, first: usize| {
        let knots = sample.curve(curve).split_off(first);
        assert_eq!(knots.len(), distinct.len(), "{curve:?}, {column:?}");
        knots.into_iter().zip(&distinct)
    };
    let mut found = Vec::new();
    let mut check = |[name_at, name]: [&'static str; 2], knot: Knot, at: Truth, value: Truth| {
        found.push(Measured::relative(name_at, knot.at, at));
        found.push(Measured::relative(name, knot.value, value));
    };
    let level = |z: &BigInt| Truth::new(&share(rows.level_at(z)), 0);
    let value = |number: BigRational| rows.truth(&number, 1);
    for (knot, z) in knots(Curve::Quantile, 0) {
        check(["curve, levels", "curve, values"], knot, level(z), value(z.clone().into()));
    }
    for (knot, z) in knots(Curve::IntegratedQuantile, 1) {
        check(["curve, levels", "curve, integrated quantiles"], knot, level(z), value(share(below(z))));
    }
    for (knot, z) in knots(Curve::Cdf, 0) {
        check(["curve, values", "curve, levels"], knot, value(z.clone().into()), level(z));
    }
    for (knot, z) in knots(Curve::IntegratedCdf, 0) {
        let shortfall = share(rows.sum(|v| (z - v).max(BigInt::zero())));
        check(
            ["curve, values", "curve, integrated levels"],
            knot,
            value(z.clone().into()),
            value(shortfall),
        );
    }
    found
}
