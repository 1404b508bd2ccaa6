//! Distances, couplings and barycenters of two columns.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use risk_sd::{
    Order, barycenter, coupling, cramer_distance, energy_distance, integrated_quantile_distance,
    integrated_quantile_shortfall, kolmogorov_smirnov_distance, potentials, transport_cost, wasserstein,
    wasserstein_split,
};

use super::Measured;
use super::dominance::{Areas, mean_difference};
use super::rows::{Cell, Column, Pair, Rows};
use super::truth::{Truth, fraction, rational};

/// Exponents of W_p.
const EXPONENTS: [(u32, &str); 5] = [(1, "W_1"), (2, "W_2"), (3, "W_3"), (10, "W_10"), (100, "W_100")];

/// Distances and costs.
pub fn distances(x: &Column, y: &Column, pair: &Pair) -> Vec<Measured> {
    let (a, b) = (x.sample(), y.sample());
    let mut found = Vec::new();
    for (p, name) in EXPONENTS {
        let power = pair.truth(&pair.mean(|d| d.abs().pow(p)), p.into());
        let distance = wasserstein(p.into(), &a, &b).expect("in range");
        found.push(Measured::relative(name, distance, power.root(p)));
    }
    let farthest = wasserstein(f64::INFINITY, &a, &b).expect("in range");
    let below = pair.mean(|d| (-d).max(BigInt::zero()).pow(2));
    let squares = pair.mean(|d| d.pow(2));
    let lacking = |d: f64| (-d).max(0.0).powi(2);
    let (steps, highest) = steps(pair);
    let cramer = pair.truth(&steps, 1);
    let integrated = Areas::of(Order::Second, pair);
    let square = |d: f64| d * d;
    let prices = potentials(&x.indexed(), &y.indexed(), square).expect("in range").value;
    found.extend([
        Measured::relative("W_inf", farthest, pair.truth(&pair.largest(), 1)),
        Measured::relative(
            "cramer_distance",
            cramer_distance(&a, &b).expect("in range"),
            cramer.root(2),
        ),
        Measured::relative("energy_distance", energy_distance(&a, &b).expect("in range"), energy(pair)),
        Measured::relative(
            "kolmogorov_smirnov_distance",
            kolmogorov_smirnov_distance(&a, &b),
            Truth::new(&highest, 0),
        ),
        Measured::relative(
            "integrated_quantile_distance",
            integrated_quantile_distance(&a, &b).expect("in range"),
            pair.truth(&integrated.total(), 2).root(2),
        ),
        Measured::relative(
            "integrated_quantile_shortfall",
            integrated_quantile_shortfall(&a, &b).expect("in range"),
            pair.truth(&integrated.below, 2).root(2),
        ),
        Measured::relative(
            "transport_cost, (-d)_+^2",
            transport_cost(&a, &b, lacking).expect("finite"),
            pair.truth(&below, 2),
        ),
        Measured::relative("potentials, value for d^2", prices, pair.truth(&squares, 2)),
    ]);
    found.extend(split(x, y, pair));
    found
}

/// The energy distance.
pub fn energy(pair: &Pair) -> Truth {
    let cramer = pair.truth(&steps(pair).0, 1);
    cramer.plus(&cramer).root(2)
}

/// The integral of the squared difference of the distribution functions, and its largest size.
fn steps(pair: &Pair) -> (BigRational, BigRational) {
    let (mut area, mut highest) = (BigInt::zero(), BigInt::zero());
    let pooled = pair.pooled();
    let step = |z: &BigInt| pair.x.level_at(z) * pair.y.total() - pair.y.level_at(z) * pair.x.total();
    for (k, z) in pooled.iter().enumerate() {
        let height = step(z).abs();
        if let Some(next) = pooled.get(k + 1) {
            area += height.pow(2) * (*next - *z);
        }
        highest = highest.max(height);
    }
    (BigRational::new(area, pair.total.pow(2)), BigRational::new(highest, pair.total.clone()))
}

fn variance(rows: &Rows) -> BigRational {
    let (total, sum) = (rows.total(), rows.sum(|v| v.clone()));
    fraction(rows.sum(|v| (v * total - &sum).pow(2)), total.pow(3))
}

/// The covariance of the two quantile functions.
fn covariance(pair: &Pair) -> BigRational {
    let product = |cell: &Cell| &cell.width * &pair.x.values[cell.x] * &pair.y.values[cell.y];
    let products = fraction(pair.cells.iter().map(product).sum::<BigInt>(), pair.total.clone());
    let sum = |rows: &Rows| rows.sum(|v| v.clone());
    products - fraction(sum(&pair.x) * sum(&pair.y), pair.total.clone())
}

/// W_2^2 = location^2 + size^2 + shape^2, where shape^2 is twice what the covariance lacks to the product of the
/// deviations.
fn split(x: &Column, y: &Column, pair: &Pair) -> [Measured; 3] {
    let found = wasserstein_split(&x.sample(), &y.sample()).expect("in range");
    let (of_x, of_y) = (variance(&pair.x), variance(&pair.y));
    let lacking = pair.truth(&(&of_x * &of_y), 4).root(2).minus(&pair.truth(&covariance(pair), 2));
    let shape = lacking.plus(&lacking).root(2);
    let deviation = |variance: &BigRational| pair.truth(variance, 2).root(2);
    let (of_x, of_y) = (deviation(&of_x), deviation(&of_y));
    let both = of_x.plus(&of_y);
    let size = of_x.minus(&of_y);
    [
        Measured::relative("wasserstein_split, location", found.location, mean_difference(pair)),
        Measured::of(
            "wasserstein_split, size",
            "sum of both deviations",
            both.clone(),
            found.size,
            size,
        ),
        Measured::of("wasserstein_split, shape", "sum of both deviations", both, found.shape, shape),
    ]
}

/// Masses of the coupling, and what they sum to in each row.
pub fn plan(x: &Column, y: &Column, pair: &Pair) -> Vec<Measured> {
    let plan = coupling(&x.indexed(), &y.indexed());
    assert_eq!(plan.atoms.len(), pair.cells.len(), "{x:?} {y:?}");
    let total = rational(plan.total);
    let share =
        |mass: &BigInt, of: &BigInt| Truth::new(&(fraction(mass.clone(), of.clone()) * &total), 0);
    let mut sums = [vec![0.0; x.values.len()], vec![0.0; y.values.len()]];
    let mut found = Vec::new();
    for (atom, cell) in plan.atoms.iter().zip(&pair.cells) {
        assert_eq!((atom.row_a, atom.row_b), (pair.x.places[cell.x], pair.y.places[cell.y]));
        sums[0][atom.row_a] += atom.mass;
        sums[1][atom.row_b] += atom.mass;
        found.push(Measured::relative("coupling, masses", atom.mass, share(&cell.width, &pair.total)));
    }
    for (rows, sums) in [&pair.x, &pair.y].into_iter().zip(sums) {
        for (place, weight) in rows.places.iter().zip(&rows.weights) {
            let marginal = share(weight, rows.total());
            found.push(Measured::relative("coupling, marginals", sums[*place], marginal));
        }
    }
    found
}

/// Values of the barycenter with weights 1 and 3.
pub fn between(x: &Column, y: &Column, pair: &Pair) -> Vec<Measured> {
    let middle = barycenter([&x.sample(), &y.sample()], &[1.0, 3.0]).expect("weights");
    assert_eq!(middle.len(), pair.cells.len());
    let values = middle.values().iter().zip(&pair.cells);
    let measured = |(&found, cell): (&f64, &Cell)| {
        let (of_x, of_y) = (&pair.x.values[cell.x], &pair.y.values[cell.y] * BigInt::from(3));
        let size = pair.truth(&fraction(of_x.abs() + of_y.abs(), 4), 1);
        let truth = pair.truth(&fraction(of_x + of_y, 4), 1);
        Measured::of("barycenter, values", "weighted abs(x) + abs(y)", size, found, truth)
    };
    values.map(measured).collect()
}
