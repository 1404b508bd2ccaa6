//! Transport against exact arithmetic: distances of hard data, couplings and prices against the assignment problem.
//!
//! Every f64 is a whole number times a power of two, so sums of powers of differences come out without rounding
//! (`draws` has seeded numbers).

mod draws;

use draws::Random;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Float, Signed, ToPrimitive, Zero};
use pathfinding::prelude::{Matrix, kuhn_munkres_min};
use risk_sd::{IndexedSample, Sample, coupling, potentials, transport_cost, wasserstein};

/// Values and weights; without weights all weigh the same.
#[derive(Clone)]
struct Column {
    values: Vec<f64>,
    weights: Option<Vec<f64>>,
}

impl Column {
    fn new(values: Vec<f64>) -> Column {
        Column { values, weights: None }
    }

    fn weighted(values: Vec<f64>, weights: Vec<f64>) -> Column {
        Column { values, weights: Some(weights) }
    }

    fn sample(&self) -> Sample {
        match &self.weights {
            None => Sample::new(&self.values),
            Some(weights) => Sample::weighted(&self.values, weights),
        }
        .expect("valid input")
    }

    fn scaled(&self, factor: f64) -> Column {
        Column { values: self.values.iter().map(|v| v * factor).collect(), ..self.clone() }
    }

    /// Whole numbers of units of 2^exponent, ascending, with their whole weights.
    fn rows(&self, exponent: i32) -> Vec<(BigInt, BigInt)> {
        let ones = vec![1.0; self.values.len()];
        let weights = self.weights.as_ref().unwrap_or(&ones);
        let lowest = lowest_exponent(weights);
        let mut rows: Vec<_> = self
            .values
            .iter()
            .zip(weights)
            .map(|(v, w)| (integer(*v, exponent), integer(*w, lowest)))
            .collect();
        rows.sort();
        rows
    }
}

fn lowest_exponent(numbers: &[f64]) -> i32 {
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

/// W_p^p as a fraction, in units of 2^(p exponent); and the exponent.
fn exact_power(a: &Column, b: &Column, p: u32) -> (BigRational, i32) {
    let exponent = lowest_exponent(&[&a.values[..], &b.values[..]].concat());
    let (x, y) = (a.rows(exponent), b.rows(exponent));
    let total = |rows: &[(BigInt, BigInt)]| rows.iter().map(|row| row.1.clone()).sum::<BigInt>();
    let (total_x, total_y) = (total(&x), total(&y));
    let (mut i, mut j, mut sum) = (0, 0, BigInt::zero());
    let (mut left_x, mut left_y) = (&x[0].1 * &total_y, &y[0].1 * &total_x);
    loop {
        let step = left_x.clone().min(left_y.clone());
        sum += &step * (&x[i].0 - &y[j].0).abs().pow(p);
        left_x -= &step;
        left_y -= &step;
        if left_x.is_zero() {
            i += 1;
            if i == x.len() {
                return (BigRational::new(sum, total_x * total_y), exponent);
            }
            left_x = &x[i].1 * &total_y;
        }
        if left_y.is_zero() {
            j += 1;
            left_y = &y[j].1 * &total_x;
        }
    }
}

/// (found / exact)^p - 1, over p: the relative error of the root, without taking one.
fn relative_error(found: f64, a: &Column, b: &Column, p: u32) -> f64 {
    let (power, exponent) = exact_power(a, b, p);
    if power.is_zero() {
        return found;
    }
    let found_exponent = lowest_exponent(&[found]);
    let mut ratio = BigRational::from_integer(integer(found, found_exponent).pow(p)) / power;
    let shift = (i64::from(found_exponent) - i64::from(exponent)) * i64::from(p);
    let two_to = BigRational::from_integer(BigInt::from(1) << shift.unsigned_abs());
    ratio = if shift > 0 { ratio * two_to } else { ratio / two_to };
    let excess = ratio - BigRational::from_integer(BigInt::from(1));
    (excess.to_f64().expect("a small number") / f64::from(p)).abs()
}

fn normals(random: &mut Random, n: usize, mean: f64, sd: f64) -> Vec<f64> {
    random.column(n, |random| mean + sd * random.normal())
}

#[track_caller]
fn check(what: &str, a: &Column, b: &Column, powers: &[u32], tolerance: f64) {
    for &p in powers {
        let found = wasserstein(f64::from(p), &a.sample(), &b.sample()).expect("a distance");
        let error = relative_error(found, a, b, p);
        assert!(error <= tolerance, "{what}, p = {p}: relative error {error:e}");
    }
}

const EXACT: f64 = 4e-16;

#[test]
fn accuracy_of_ordinary_data() {
    let mut random = Random(1);
    let a = Column::new(normals(&mut random, 1000, 0.0, 1.0));
    for m in [1000, 700] {
        let b = Column::new(normals(&mut random, m, 0.3, 1.5));
        check("normal", &a, &b, &[1, 2, 3, 4], EXACT);
        let moved = |c: &Column| Column::new(c.values.iter().map(|v| v + 1e9).collect());
        check("offset 1e9", &moved(&a), &moved(&b), &[1, 2], EXACT);
        check("p = 10, 100, 1000", &a, &b, &[10, 100, 1000], 1e-15);
    }
    let coarse = |c: &Column| c.values.iter().map(|v| (v * 2.0).round() / 2.0).collect::<Vec<f64>>();
    let weights = |random: &mut Random, n: usize| {
        (0..n).map(|_| 1.0 + (random.word() % 1000) as f64 / 7.0).collect::<Vec<f64>>()
    };
    let b = Column::new(normals(&mut random, 700, 0.3, 1.5));
    let (v, w) = (weights(&mut random, 1000), weights(&mut random, 700));
    let (ties_a, ties_b) =
        (Column::weighted(coarse(&a), v.clone()), Column::weighted(coarse(&b), w.clone()));
    check("ties and weights", &ties_a, &ties_b, &[1, 2], 1e-15);
    // Weights that sum to almost one, and counts.
    let total: f64 = v.iter().sum();
    let nearly = v.iter().map(|v| v / total * (1.0 + 1e-6)).collect();
    check("sum 1 + 1e-6", &Column::weighted(a.values.clone(), nearly), &b, &[1, 2], 1e-15);
    let counts = |n: usize, most: usize| (0..n).map(|i| (i % most + 1) as f64).collect::<Vec<f64>>();
    let (a, b) = (a.values[..100].to_vec(), b.values[..99].to_vec());
    let (a, b) = (Column::weighted(a, counts(100, 100)), Column::weighted(b, counts(99, 99)));
    check("counts as weights", &a, &b, &[1, 2, 3], EXACT);
}

#[test]
fn accuracy_at_the_ends_of_the_range() {
    let mut random = Random(2);
    let a = Column::new(normals(&mut random, 500, 0.0, 1.0));
    let b = Column::new(normals(&mut random, 350, 0.3, 1.5));
    for factor in [1e-170, 1e-300, 1e160, 1e300, 3e307] {
        check(&format!("times {factor}"), &a.scaled(factor), &b.scaled(factor), &[1, 2, 3], EXACT);
    }
    // Whole multiples of the smallest f64: distances are whole multiples too, here exactly.
    let denormal = |k: [u32; 4]| Sample::new(k.map(|k| f64::from(k) * 5e-324)).unwrap();
    let (a, b) = (denormal([8, 16, 24, 64]), denormal([8, 20, 40, 100]));
    assert_eq!(wasserstein(1.0, &a, &b), Ok(14.0 * 5e-324));
    assert_eq!(wasserstein(f64::INFINITY, &a, &b), Ok(36.0 * 5e-324));
    // sqrt((16 + 256 + 1296) / 4) = 19.799 rounds to 20 units.
    assert_eq!(wasserstein(2.0, &a, &b), Ok(20.0 * 5e-324));
}

#[test]
fn equal_distributions_are_at_distance_zero() {
    let mut random = Random(3);
    let zero = |a: &Sample, b: &Sample| {
        for p in [1.0, 1.5, 2.0, 3.0, 1000.0, f64::INFINITY] {
            assert_eq!(wasserstein(p, a, b), Ok(0.0), "p = {p}");
        }
    };
    let repeated = |values: &[f64], k: usize| values.repeat(k);
    let mut values = normals(&mut random, 1000, 0.0, 1.0);
    let sample = |values: &[f64]| Sample::new(values).unwrap();
    zero(&sample(&values), &sample(&repeated(&values, 3)));
    values.push(1e6);
    zero(&sample(&values), &sample(&repeated(&values, 7)));
    zero(&sample(&repeated(&values, 3)), &sample(&repeated(&values, 7)));
    // Weights against themselves, against their shares, and counts against repetition.
    let weights: Vec<f64> = (0..1001).map(|_| 0.1 + (random.word() % 997) as f64 / 31.0).collect();
    let total: f64 = weights.iter().sum();
    let shares: Vec<f64> = weights.iter().map(|w| w / total).collect();
    let weighted = Sample::weighted(&values, &weights).unwrap();
    zero(&weighted, &weighted);
    zero(&weighted, &Sample::weighted(&values, &shares).unwrap());
    let counts: Vec<f64> = (0..1001).map(|i| f64::from(i % 5)).collect();
    let expanded = values.iter().zip(&counts).flat_map(|(&v, &c)| std::iter::repeat_n(v, c as usize));
    zero(&Sample::weighted(&values, &counts).unwrap(), &Sample::new(expanded).unwrap());
}

/// Small whole numbers with whole weights, some 0; ties are frequent.
struct Small {
    values: Vec<i64>,
    weights: Vec<i64>,
}

impl Small {
    fn draw(random: &mut Random, most: u64, weighted: bool) -> Small {
        let n = 1 + random.word() % most;
        let values = (0..n).map(|_| (random.word() % 13) as i64 - 6).collect();
        let mut weights: Vec<i64> =
            (0..n).map(|_| if weighted { (random.word() % 4) as i64 } else { 1 }).collect();
        weights[0] = weights[0].max(1);
        Small { values, weights }
    }

    fn data(&self) -> IndexedSample {
        let float = |v: &[i64]| v.iter().map(|v| *v as f64).collect::<Vec<f64>>();
        IndexedSample::weighted(float(&self.values), float(&self.weights)).unwrap()
    }

    fn total(&self) -> i64 {
        self.weights.iter().sum()
    }

    /// Each value as often as its weight times `factor`.
    fn units(&self, factor: i64) -> Vec<i64> {
        let repeated = self.values.iter().zip(&self.weights);
        repeated.flat_map(|(&v, &w)| std::iter::repeat_n(v, (w * factor) as usize)).collect()
    }
}

/// Convex costs that take whole numbers to whole numbers.
const COSTS: [fn(i64) -> i64; 5] =
    [|d| d.abs(), |d| d * d, |d| (-d).max(0), |d| d.max(0).pow(2) - 3 * d, |d| (d - 2).abs().pow(3)];

/// The smallest total cost of matching units to units.
fn assignment(x: &[i64], y: &[i64], cost: fn(i64) -> i64) -> i64 {
    let rows = x.iter().map(|&x| y.iter().map(|&y| cost(x - y)).collect::<Vec<i64>>());
    kuhn_munkres_min(&Matrix::from_rows(rows).expect("a square")).0
}

fn every_permutation(x: &[i64], y: &mut [i64], from: usize, cost: fn(i64) -> i64) -> i64 {
    if from == x.len() {
        return x.iter().zip(y.iter()).map(|(&x, &y)| cost(x - y)).sum();
    }
    let mut best = i64::MAX;
    for k in from..x.len() {
        y.swap(from, k);
        best = best.min(every_permutation(x, y, from + 1, cost));
        y.swap(from, k);
    }
    best
}

#[test]
fn no_permutation_is_cheaper() {
    let mut random = Random(4);
    for _ in 0..60 {
        let n = 1 + (random.word() % 7) as usize;
        let draw =
            |random: &mut Random| (0..n).map(|_| (random.word() % 13) as i64 - 6).collect::<Vec<_>>();
        let (x, mut y) = (draw(&mut random), draw(&mut random));
        for cost in COSTS {
            let best = every_permutation(&x, &mut y, 0, cost);
            assert_eq!(best, assignment(&x, &y, cost));
            let sample = |v: &[i64]| Sample::new(v.iter().map(|v| *v as f64)).unwrap();
            let found = transport_cost(&sample(&x), &sample(&y), |d| cost(d as i64) as f64).unwrap();
            assert!((found * n as f64 - best as f64).abs() < 1e-12 * (1.0 + best.abs() as f64));
        }
    }
}

/// Transport with whole weights is an assignment of unit masses: an exact optimum, found without sorting.
#[test]
fn costs_couplings_and_prices_are_optimal() {
    let mut random = Random(5);
    for case in 0..3000 {
        let weighted = case % 3 > 0;
        let (a, b) = (Small::draw(&mut random, 5, weighted), Small::draw(&mut random, 4, weighted));
        let (x, y) = (a.units(b.total()), b.units(a.total()));
        if x.len() > 48 {
            continue; // the cubic solver, not us
        }
        let units = x.len() as f64;
        let (data_a, data_b) = (a.data(), b.data());
        let plan = coupling(&data_a, &data_b);
        let masses: f64 = plan.atoms.iter().map(|atom| atom.mass).sum();
        assert!((masses - plan.total).abs() < 1e-12 * masses);
        for cost in COSTS {
            let best = assignment(&x, &y, cost) as f64 / units;
            let float = |d: f64| cost(d as i64) as f64;
            let close = |found: f64| (found - best).abs() < 1e-12 * (1.0 + best.abs());
            assert!(close(transport_cost(data_a.sample(), data_b.sample(), float).unwrap()));
            let prices = potentials(&data_a, &data_b, float).unwrap();
            assert!(close(prices.value));
            assert!(close(mean(&data_a, &prices.a) + mean(&data_b, &prices.b)));
            let carried = plan
                .atoms
                .iter()
                .map(|atom| atom.mass * cost(a.values[atom.row_a] - b.values[atom.row_b]) as f64);
            assert!(close(carried.sum::<f64>() / plan.total));
        }
    }
}

/// The mean price of the rows.
fn mean(data: &IndexedSample, prices: &[f64]) -> f64 {
    let sample = data.sample();
    let weights = sample.weights().map_or(vec![1.0; sample.len()], <[f64]>::to_vec);
    let priced = data.rows().iter().zip(&weights).map(|(&row, weight)| prices[row as usize] * weight);
    priced.sum::<f64>() / weights.iter().sum::<f64>()
}

#[test]
fn prices_of_real_data_are_feasible_for_every_pair() {
    let mut random = Random(6);
    for (n, m) in [(300, 300), (300, 210)] {
        let a = IndexedSample::new(normals(&mut random, n, 0.0, 1.0)).unwrap();
        let b = IndexedSample::new(normals(&mut random, m, 0.3, 1.5)).unwrap();
        let costs: [fn(f64) -> f64; 4] =
            [f64::abs, |d| d * d, |d| (-d).max(0.0).powi(2), |d| d.abs().powf(1.5)];
        for cost in costs {
            let prices = potentials(&a, &b, cost).unwrap();
            let primal = transport_cost(a.sample(), b.sample(), cost).unwrap();
            let dual = mean(&a, &prices.a) + mean(&b, &prices.b);
            assert_eq!(prices.value, primal);
            assert!((dual - primal).abs() < 1e-13 * (1.0 + primal), "{dual} {primal}");
            let mut worst: f64 = 0.0;
            for (&row_a, x) in a.rows().iter().zip(a.sample().values()) {
                for (&row_b, y) in b.rows().iter().zip(b.sample().values()) {
                    let sum = prices.a[row_a as usize] + prices.b[row_b as usize];
                    worst = worst.max(sum - cost(x - y));
                }
            }
            assert!(worst < 1e-14, "{n} against {m}: {worst:e}");
        }
    }
}
