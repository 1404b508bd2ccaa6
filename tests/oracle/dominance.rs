//! Gaps, ratios and verdicts of two columns.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use risk_sd::{Gap, Order, Verdict, gap, l1_order1, l1_order2_ll, l1_order2_ths};

use super::Measured;
use super::rows::{Column, Pair};
use super::truth::{Truth, fraction};

/// Squared areas above and below, in units of the values squared.
pub struct Areas {
    pub above: BigRational,
    pub below: BigRational,
}

impl Areas {
    pub fn total(&self) -> BigRational {
        &self.above + &self.below
    }

    pub fn of(order: Order, pair: &Pair) -> Areas {
        match order {
            Order::First => first(pair),
            Order::Second => second(pair),
        }
    }
}

fn first(pair: &Pair) -> Areas {
    let part = |side: fn(&BigInt) -> bool| pair.mean(|d| if side(d) { d * d } else { BigInt::zero() });
    Areas { above: part(BigInt::is_positive), below: part(BigInt::is_negative) }
}

/// D rises by width times difference over a cell, from a to b; its square is a parabola on either side of a zero.
fn second(pair: &Pair) -> Areas {
    let (mut above, mut below) = (BigRational::zero(), BigRational::zero());
    let mut add = |area: BigRational, sign_of: &BigInt| {
        if sign_of.is_positive() { above += area } else { below += area }
    };
    let mut a = BigInt::zero();
    for cell in &pair.cells {
        let b = &a + &cell.width * &cell.difference;
        if (&a * &b).is_negative() {
            // The line from a to b meets zero at the fraction a / (a - b) of the cell.
            let crossing = fraction(a.clone(), &a - &b);
            let third = fraction(cell.width.clone(), 3);
            add(&third * &crossing * (&a * &a), &a);
            add(third * (fraction(1, 1) - crossing) * (&b * &b), &b);
        } else {
            let square = &a * &a + &a * &b + &b * &b;
            add(fraction(&cell.width * square, 3), &(&a + &b));
        }
        a = b;
    }
    let cube = pair.total.pow(3);
    Areas { above: above / &cube, below: below / &cube }
}

/// What the library says of a pair.
pub fn measured(x: &Column, y: &Column, pair: &Pair) -> Vec<Measured> {
    let (a, b) = (x.sample(), y.sample());
    let mut found = gaps(GAP_1, &gap(Order::First, &a, &b), &Areas::of(Order::First, pair), pair);
    found.extend(gaps(GAP_2, &gap(Order::Second, &a, &b), &Areas::of(Order::Second, pair), pair));
    let (steps, lines) = (l1_order1(&a, &b), l1_order2_ths(&a, &b));
    let areas = L1::of(pair);
    let ratio = |part: &BigRational, whole: &BigRational| {
        let half = fraction(1, 2);
        Truth::new(&if whole.is_zero() { half } else { part / whole }, 0)
    };
    let distance = pair.truth(&areas.distance, 1);
    found.extend([
        Measured::ratio("l1_order1", steps.ratio, ratio(&areas.against, &areas.distance)),
        Measured::ratio("l1_order2_ths", lines.ratio, ratio(&areas.against_2, &areas.distance_2)),
        Measured::ratio("l1_order2_ll", l1_order2_ll(&a, &b).ratio, ratio(&areas.rise, &areas.distance)),
        Measured::relative("L1Ratio::wasserstein_1", steps.wasserstein_1, distance.clone()),
        Measured::relative("L1Ratio::mean_difference", steps.mean_difference, mean_difference(pair)),
    ]);
    found
}

pub fn mean_difference(pair: &Pair) -> Truth {
    pair.truth(&pair.mean(BigInt::clone), 1)
}

const GAP_1: [&str; 4] =
    ["gap 1, above", "gap 1, below", "gap 1, squared_distance", "violation_ratio 1"];
const GAP_2: [&str; 4] =
    ["gap 2, above", "gap 2, below", "gap 2, squared_distance", "violation_ratio 2"];

fn gaps(names: [&'static str; 4], found: &Gap, areas: &Areas, pair: &Pair) -> Vec<Measured> {
    let total = areas.total();
    let ratio = if total.is_zero() { fraction(1, 2) } else { &areas.below / &total };
    let square = |area: &BigRational| pair.truth(area, 2);
    vec![
        Measured::relative(names[0], found.above(), square(&areas.above)),
        Measured::relative(names[1], found.below(), square(&areas.below)),
        Measured::relative(names[2], found.squared_distance(), square(&total)),
        Measured::ratio(names[3], found.violation_ratio(), Truth::new(&ratio, 0)),
    ]
}

/// Areas between the distribution functions, and between their integrals.
struct L1 {
    against: BigRational,
    distance: BigRational,
    against_2: BigRational,
    distance_2: BigRational,
    /// The area between the distribution functions where both differences are positive.
    rise: BigRational,
}

impl L1 {
    fn of(pair: &Pair) -> L1 {
        let pooled = pair.pooled();
        let zero = BigRational::zero;
        let mut areas = L1 {
            against: zero(),
            distance: zero(),
            against_2: zero(),
            distance_2: zero(),
            rise: zero(),
        };
        let mut a = BigInt::zero();
        for ends in pooled.windows(2) {
            let step =
                pair.x.level_at(ends[0]) * pair.y.total() - pair.y.level_at(ends[0]) * pair.x.total();
            let gap = ends[1] - ends[0];
            let area: BigRational = (&step * &gap).into();
            let b = &a + &step * &gap;
            let positive = |v: &BigInt| v.clone().max(BigInt::zero());
            areas.distance += area.abs();
            if step.is_positive() {
                areas.against += area;
                areas.rise += BigRational::from(positive(&b) - positive(&a));
            }
            let (above, below) = triangles(&a, &b, &gap);
            areas.distance_2 += &above + below;
            areas.against_2 += above;
            a = b;
        }
        let total = BigRational::from(pair.total.clone());
        L1 {
            distance: areas.distance / &total,
            against: areas.against / &total,
            rise: areas.rise / total,
            ..areas
        }
    }
}

/// The areas above and below zero of the line from a to b.
fn triangles(a: &BigInt, b: &BigInt, width: &BigInt) -> (BigRational, BigRational) {
    let half = |height: BigInt| fraction(width * height, 2);
    if !(a * b).is_negative() {
        let area = half(a + b);
        let zero = BigRational::zero();
        return if area.is_positive() { (area, zero) } else { (zero, -area) };
    }
    let length = (a - b).abs();
    let part = |end: &BigInt| half(end * end) / BigRational::from(length.clone());
    if a.is_positive() { (part(a), part(b)) } else { (part(b), part(a)) }
}

/// Which side dominates, by the signs of the differences and of their integrals.
pub fn verdict(pair: &Pair) -> Verdict {
    let integrals = pair.cells.iter().scan(BigInt::zero(), |integral, cell| {
        *integral += &cell.width * &cell.difference;
        Some(integral.clone())
    });
    let integrals: Vec<BigInt> = integrals.collect();
    let differences: Vec<BigInt> = pair.cells.iter().map(|cell| cell.difference.clone()).collect();
    let nowhere_negative = |of: &[BigInt]| of.iter().all(|v| !v.is_negative());
    let nowhere_positive = |of: &[BigInt]| of.iter().all(|v| !v.is_positive());
    if pair.equal() {
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
