//! Stratified rows, surveys and time series: p-values against the shares of all outcomes of small samples, and the
//! statistics by their definitions.

use risk_sd::{BlockLength, NonDominanceTest, Samples, Survey, UniformMethod, UniformTest};

/// Signed weights of rows: what a replicate, or the data, makes of Delta.
type Rows = Vec<(f64, f64)>;

/// How often each row of a column counts.
type Counts = Vec<f64>;

/// From how often rows count, times their weights, to Delta.
fn signed(columns: [&[f64]; 2], weights: [&[f64]; 2], counts: [&Counts; 2]) -> Rows {
    let mut rows = Vec::new();
    for side in 0..2 {
        let masses: Vec<f64> = weights[side].iter().zip(counts[side]).map(|(w, c)| w * c).collect();
        let total: f64 = masses.iter().sum();
        let sign = [1.0, -1.0][side];
        rows.extend(columns[side].iter().zip(masses).map(|(&v, mass)| (v, sign * mass / total)));
    }
    rows
}

/// Delta_s(z) for s = 1, 2, by its definition.
fn delta(order: u32, rows: &Rows, z: f64) -> f64 {
    let below = rows.iter().filter(|row| row.0 <= z);
    below.map(|&(v, weight)| weight * if order == 1 { 1.0 } else { z - v }).sum()
}

/// A data set and its design, as one would write it down.
struct Design<'a> {
    columns: [&'a [f64]; 2],
    weights: [&'a [f64]; 2],
    /// The unit of each row.
    units: [&'a [usize]; 2],
    /// The units of each stratum, or of each series in order.
    groups: Vec<Vec<usize>>,
    /// Rows per block of a series.
    block: Option<usize>,
}

impl Design<'_> {
    fn observed(&self) -> Rows {
        let ones = self.columns.map(|column| vec![1.0; column.len()]);
        signed(self.columns, self.weights, [&ones[0], &ones[1]])
    }

    /// The variance of Delta_s(z): squares within strata, or of sums over circular blocks.
    fn variance(&self, order: u32, z: f64) -> f64 {
        let units = self.groups.iter().flatten().count();
        let mut t = vec![0.0; units];
        let rows = self.observed();
        for (side, start) in [(0, 0), (1, self.columns[0].len())] {
            let own: Rows = rows[start..][..self.columns[side].len()].to_vec();
            let mean = delta(order, &own, z);
            let total: f64 = own.iter().map(|row| row.1).sum();
            for (&(v, weight), &unit) in own.iter().zip(self.units[side]) {
                let d = delta(order, &vec![(v, 1.0)], z);
                t[unit] += weight * (d - mean / total);
            }
        }
        let square = |values: Vec<f64>| values.iter().map(|v| v * v).sum::<f64>();
        let of_group = |group: &Vec<usize>| {
            let (h, own) = (group.len(), group.iter().map(|&unit| t[unit]).collect::<Vec<f64>>());
            match self.block {
                None => {
                    let mean = own.iter().sum::<f64>() / h as f64;
                    square(own.iter().map(|t| t - mean).collect()) * h as f64 / (h as f64 - 1.0)
                }
                Some(length) => {
                    let block = |start: usize| (start..start + length).map(|row| own[row % h]).sum();
                    square((0..h).map(block).collect()) * h as f64 / (h - length) as f64 / length as f64
                }
            }
        };
        self.groups.iter().map(of_group).sum()
    }

    /// t(z) = Delta_s / sqrt V.
    fn t(&self, order: u32, z: f64) -> f64 {
        let difference = delta(order, &self.observed(), z);
        if difference.abs() < 1e-12 { 0.0 } else { difference / self.variance(order, z).sqrt() }
    }

    /// T* minus T of one outcome in one direction, without the root: by the definitions of the methods.
    fn excess(&self, method: UniformMethod, order: u32, sign: f64, process: &Rows) -> f64 {
        let observed = self.observed();
        let n = observed.len() as f64;
        let mut values: Vec<f64> = observed.iter().map(|row| row.0).collect();
        values.sort_unstable_by(f64::total_cmp);
        let at = |rows: &Rows, z: f64| sign * delta(order, rows, z);
        let highest = |of: &dyn Fn(f64) -> f64| values.iter().map(|&z| of(z)).fold(0.0, f64::max);
        let statistic = highest(&|z| at(&observed, z));
        match method {
            UniformMethod::BarrettDonald => highest(&|z| at(process, z)) - statistic,
            UniformMethod::DonaldHsu => {
                let kappa = 0.1 * n.max(16.0).ln().ln().sqrt();
                let below = |z: f64| f64::from(u8::from(sign * self.t(order, z) < -kappa));
                highest(&|z| at(process, z) + below(z) * at(&observed, z)) - statistic
            }
            // Order 1: steps.
            _ => {
                let kappa = (2.0 * n.ln()).sqrt();
                let inside = |gap: &&[f64]| self.t(order, gap[0]).abs() <= kappa;
                let none = !values.windows(2).any(|gap| inside(&gap));
                let area = |rows: &Rows, all: bool| -> f64 {
                    let gaps = values.windows(2).filter(|gap| all || inside(gap));
                    gaps.map(|gap| (gap[1] - gap[0]) * at(rows, gap[0]).max(0.0).powi(2)).sum()
                };
                area(process, none) - area(&observed, true)
            }
        }
    }
}

/// All outcomes of h - 1 draws from the h units of a stratum, each h / (h - 1) times.
fn of_stratum(units: usize) -> Vec<Counts> {
    (0..units.pow(units as u32 - 1))
        .map(|draw| {
            let mut counts = vec![0.0; units];
            for i in 0..units as u32 - 1 {
                counts[draw / units.pow(i) % units] += units as f64 / (units as f64 - 1.0);
            }
            counts
        })
        .collect()
}

/// All outcomes of circular blocks of two rows; `rows` is even.
fn of_series(rows: usize) -> Vec<Counts> {
    let blocks = rows as u32 / 2;
    (0..rows.pow(blocks))
        .map(|draw| {
            let mut counts = vec![0.0; rows];
            for i in 0..blocks {
                let start = draw / rows.pow(i) % rows;
                counts[start] += 1.0;
                counts[(start + 1) % rows] += 1.0;
            }
            counts
        })
        .collect()
}

/// Every outcome of the one with every outcome of the other, one after the other.
fn joined(first: &[Counts], second: &[Counts]) -> Vec<Counts> {
    first.iter().flat_map(|a| second.iter().map(move |b| [&a[..], &b[..]].concat())).collect()
}

/// The Monte Carlo p-values against the share of all equally likely outcomes, both directions and orders.
fn check(samples: &Samples, design: &Design, outcomes: impl Iterator<Item = [Counts; 2]> + Clone) {
    use UniformMethod::{BarrettDonald, DonaldHsu, LintonSongWhang};
    let replicates = 4000;
    let observed = design.observed();
    for (method, orders) in [(BarrettDonald, 1..3), (DonaldHsu, 1..3), (LintonSongWhang, 1..2)] {
        let test = UniformTest::new().method(method).orders(orders).replicates(replicates).seed(8);
        let report = test.run(samples, "a", "b").unwrap();
        for result in &report.orders {
            for (sign, found) in [(1.0, result.a_over_b), (-1.0, result.b_over_a)] {
                let (mut reach, mut all) = (0.0, 0.0);
                for [a, b] in outcomes.clone() {
                    let drawn = signed(design.columns, design.weights, [&a, &b]);
                    let rows = drawn.iter().zip(&observed);
                    let centred = rows.map(|(star, seen)| (star.0, star.1 - seen.1)).collect();
                    let excess = design.excess(method, result.order, sign, &centred);
                    reach += f64::from(u8::from(excess >= -1e-12));
                    all += 1.0;
                }
                let (expected, p): (f64, f64) = (reach / all, found.p_value);
                let chance = 4.5 * (0.25 / replicates as f64).sqrt();
                let what = format!("{:?}, {method}, order {}, {sign}", samples.sampling(), result.order);
                assert!((p - expected).abs() < chance, "{what}: {p} {expected}");
            }
        }
    }
}

/// The least t of both directions strictly inside the range, for the test of non-dominance.
fn check_minimum(samples: &Samples, design: &Design) {
    let mut values = design.columns.concat();
    values.sort_unstable_by(f64::total_cmp);
    for order in [1, 2] {
        let report = NonDominanceTest::new(order).run(samples, "a", "b").unwrap();
        for (sign, found) in [(-1.0, report.a_over_b), (1.0, report.b_over_a)] {
            let t = values[1..values.len() - 1].iter().map(|&z| sign * design.t(order, z));
            let least = t.fold(f64::INFINITY, f64::min);
            assert!(
                (found.minimum_t - least).abs() <= 1e-11 * least.abs(),
                "{order}: {found:?} {least}"
            );
        }
    }
}

const A: [f64; 6] = [0.0, 2.1, 6.2, 4.4, 1.3, 7.0];
const B: [f64; 6] = [0.6, 2.4, 4.0, 5.1, 0.9, 3.3];
const ONE: [f64; 6] = [1.0; 6];
const ROWS: [usize; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

#[test]
fn strata() {
    let samples =
        Samples::paired([("a", A), ("b", B)]).unwrap().stratified(&[0, 0, 1, 1, 1, 1]).unwrap();
    let design = Design {
        columns: [&A, &B],
        weights: [&ONE, &ONE],
        units: [&ROWS[..6], &ROWS[..6]],
        groups: vec![vec![0, 1], vec![2, 3, 4, 5]],
        block: None,
    };
    let outcomes = joined(&of_stratum(2), &of_stratum(4));
    check(&samples, &design, outcomes.iter().map(|both| [both.clone(), both.clone()]));
    check_minimum(&samples, &design);
}

/// Weights, and rows 0, 1 and rows 4, 5 of A in a cluster each: strata of two clusters.
#[test]
fn surveys() {
    let weights = [1.0, 2.0, 1.5, 0.5, 3.0, 1.0];
    let clusters = [0, 0, 1, 2, 3, 3];
    let survey = Survey::new(A).weights(weights).clusters(&clusters).strata(&[0, 0, 0, 1, 1, 1]);
    let samples = Samples::surveys([("a", survey), ("b", Survey::new(&B[..4]))]).unwrap();
    let design = Design {
        columns: [&A, &B[..4]],
        weights: [&weights, &ONE[..4]],
        units: [&clusters, &ROWS[4..8]],
        groups: vec![vec![0, 1], vec![2, 3], vec![4, 5, 6, 7]],
        block: None,
    };
    let of_clusters = joined(&of_stratum(2), &of_stratum(2));
    let of_rows = |counts: &Counts| clusters.iter().map(|&cluster| counts[cluster]).collect::<Vec<_>>();
    let of_b = of_stratum(4);
    let outcomes = of_clusters.iter().flat_map(|a| of_b.iter().map(move |b| [of_rows(a), b.clone()]));
    check(&samples, &design, outcomes);
    check_minimum(&samples, &design);
}

#[test]
fn series() {
    let length = BlockLength::Rows(2);
    let samples = Samples::paired([("a", A), ("b", B)]).unwrap().time_series(length).unwrap();
    let design = Design {
        columns: [&A, &B],
        weights: [&ONE, &ONE],
        units: [&ROWS[..6], &ROWS[..6]],
        groups: vec![ROWS[..6].to_vec()],
        block: Some(2),
    };
    let outcomes = of_series(6);
    check(&samples, &design, outcomes.iter().map(|both| [both.clone(), both.clone()]));
    check_minimum(&samples, &design);
}

#[test]
fn series_of_their_own() {
    let columns = [("a", &A[..]), ("b", &B[..4])];
    let samples = Samples::independent_series(columns, BlockLength::Rows(2)).unwrap();
    let design = Design {
        columns: [&A, &B[..4]],
        weights: [&ONE, &ONE[..4]],
        units: [&ROWS[..6], &ROWS[6..]],
        groups: vec![ROWS[..6].to_vec(), ROWS[6..].to_vec()],
        block: Some(2),
    };
    let (of_a, of_b) = (of_series(6), of_series(4));
    let outcomes = of_a.iter().flat_map(|a| of_b.iter().map(move |b| [a.clone(), b.clone()]));
    check(&samples, &design, outcomes);
    check_minimum(&samples, &design);
}
