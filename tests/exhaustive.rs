//! Resampling against all that could be drawn: samples so small that every bootstrap draw and every
//! relabelling can be listed. Standard errors, bounds and p-values from many replicates must approach what
//! the list says; a wrong scheme (rows instead of pairs, a forgotten label) is far off.

mod draws;

use draws::{ORDERS, sample};
use risk_sd::{
    BlockLength, Bootstrap, BootstrapMethod, Direction, DominanceTest, Gap, Guard, Order, Sample,
    Samples, Survey, gap,
};
use statrs::distribution::{ContinuousCDF, Normal};

const REPLICATES: usize = 20_000;
const THRESHOLD: f64 = 0.4;
const LEVEL: f64 = 0.2;

/// The rows of a unit in both columns.
type Unit = (Vec<f64>, Vec<f64>);
/// One data set that could have been drawn.
type Drawn = (Sample, Sample);

/// All sequences of `length` numbers below `below`.
fn sequences(below: usize, length: usize) -> Vec<Vec<usize>> {
    let number = |mut code: usize| {
        let digits = (0..length).map(|_| {
            let digit = code % below;
            code /= below;
            digit
        });
        digits.collect()
    };
    (0..below.pow(length as u32)).map(number).collect()
}

/// A sample of (value, weight) rows; none where there are no rows.
fn rows(rows: &[(f64, f64)]) -> Option<Sample> {
    let (values, weights): (Vec<f64>, Vec<f64>) = rows.iter().copied().unzip();
    (!rows.is_empty()).then(|| Sample::weighted(values, weights).expect("positive weights"))
}

fn both(x: &[(f64, f64)], y: &[(f64, f64)]) -> Option<Drawn> {
    Some((rows(x)?, rows(y)?))
}

/// r, q in units of the observed distance.
fn roots(gap: Gap, observed: Gap) -> [f64; 2] {
    [gap.below(), gap.above()].map(|area| (area / observed.squared_distance()).sqrt())
}

fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    mean(&a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).collect::<Vec<_>>())
}

/// What the list of all draws says about "X over Y": standard error, p-value and bound on the root scale.
fn from_all_draws(order: Order, observed: &Drawn, draws: &[Drawn]) -> [f64; 3] {
    let of = |drawn: &Drawn| gap(order, &drawn.0, &drawn.1);
    let gaps: Vec<Gap> = draws.iter().map(of).collect();
    let ratios: Vec<f64> = gaps.iter().map(|gap| gap.violation_ratio()).collect();
    let side = |at: usize| gaps.iter().map(|gap| roots(*gap, of(observed))[at]).collect::<Vec<_>>();
    let (rs, qs) = (side(0), side(1));
    let [r, q] = roots(of(observed), of(observed));
    let (rr, rq, qq) = (covariance(&rs, &rs), covariance(&rs, &qs), covariance(&qs, &qs));
    let law = Normal::standard();
    let p = |c: f64| {
        let z = (r - c * q) / (rr - 2.0 * c * rq + c * c * qq).max(1e-300).sqrt();
        law.cdf(z).max(law.cdf(-q / qq.sqrt()))
    };
    // The p-value falls with the threshold, so the bound is where it reaches the level.
    let root = |threshold: f64| (threshold / (1.0 - threshold)).sqrt();
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if p(root(middle)) <= LEVEL { high = middle } else { low = middle }
    }
    [covariance(&ratios, &ratios).sqrt(), p(root(THRESHOLD)), high]
}

/// The share of relabellings with a net distance at least (at most) the observed one.
fn guard(order: Order, observed: &Drawn, relabelled: &[Drawn]) -> [f64; 2] {
    let net = |(x, y): &Drawn| gap(order, x, y).above() - gap(order, x, y).below();
    let (here, tie) = (net(observed), 1e-9 * gap(order, &observed.0, &observed.1).squared_distance());
    let share = |count: usize| count as f64 / relabelled.len() as f64;
    let count = |of: &dyn Fn(f64) -> bool| relabelled.iter().filter(|drawn| of(net(drawn))).count();
    [share(count(&|net| net >= here - tie)), share(count(&|net| net <= here + tie))]
}

fn check(name: &str, samples: &Samples, draws: &[Drawn], relabelled: &[Drawn]) {
    check_method(name, BootstrapMethod::ByDesign, samples, draws, relabelled);
}

fn check_method(
    name: &str,
    method: BootstrapMethod,
    samples: &Samples,
    draws: &[Drawn],
    relabelled: &[Drawn],
) {
    let observed = (samples.get("a").unwrap().clone(), samples.get("b").unwrap().clone());
    for order in ORDERS {
        let report = DominanceTest::new(order)
            .threshold(THRESHOLD)
            .level(LEVEL)
            .bootstrap(Bootstrap::new().replicates(REPLICATES).seed(11).method(method))
            .guard(Guard::Replicates(REPLICATES))
            .run(samples, "a", "b")
            .unwrap();
        let (there, back) = (report.a_over_b.unwrap(), report.b_over_a.unwrap());
        let mirrored: Vec<Drawn> = draws.iter().map(|(x, y)| (y.clone(), x.clone())).collect();
        let expected = from_all_draws(order, &observed, draws);
        let expected_back = from_all_draws(order, &(observed.1.clone(), observed.0.clone()), &mirrored);
        let numbers = |d: Direction| [d.standard_error, d.bound_p_value, d.upper_bound];
        for (found, expected) in [(numbers(there), expected), (numbers(back), expected_back)] {
            // About five Monte Carlo errors; the bound is the flattest of the three functions.
            for ((found, expected), error) in found.iter().zip(expected).zip([0.015, 0.015, 0.03]) {
                assert!((found - expected).abs() <= error, "{name}, {order}: {found} {expected}");
            }
        }
        let guarded = [there, back].map(|d| d.guard_p_value.unwrap());
        for (found, expected) in guarded.iter().zip(guard(order, &observed, relabelled)) {
            // Five standard errors of a share at most.
            assert!((found - expected).abs() <= 0.018, "{name}, {order}, guard: {found} {expected}");
        }
    }
}

fn unit_weights(values: &[f64]) -> Vec<(f64, f64)> {
    values.iter().map(|&v| (v, 1.0)).collect()
}

/// Rows of both columns drawn by themselves; rows of the pool dealt out again.
fn independent(name: &str, samples: &Samples, x: &[(f64, f64)], y: &[(f64, f64)]) {
    let drawn = |of: &[(f64, f64)]| -> Vec<Vec<(f64, f64)>> {
        let pick = |at: Vec<usize>| at.into_iter().map(|row| of[row]).collect();
        sequences(of.len(), of.len()).into_iter().map(pick).collect()
    };
    let (all_x, all_y) = (drawn(x), drawn(y));
    let draws: Vec<Drawn> = all_x.iter().flat_map(|x| all_y.iter().filter_map(|y| both(x, y))).collect();
    // Weights in units of the mean weight of their own column.
    let relative = |of: &[(f64, f64)]| {
        let mean = of.iter().map(|row| row.1).sum::<f64>() / of.len() as f64;
        of.iter().map(|row| (row.0, row.1 / mean)).collect::<Vec<_>>()
    };
    let pool = [relative(x), relative(y)].concat();
    let deal = |mask: usize| {
        let pick = |bit: usize| -> Vec<(f64, f64)> {
            (0..pool.len()).filter(|row| mask >> row & 1 == bit).map(|row| pool[row]).collect()
        };
        both(&pick(1), &pick(0))
    };
    let masks = (0usize..1 << pool.len()).filter(|mask| mask.count_ones() as usize == x.len());
    check(name, samples, &draws, &masks.filter_map(deal).collect::<Vec<_>>());
}

#[test]
fn independent_rows() {
    for (x, y) in
        [(vec![2.0, 3.5, 6.0], vec![1.0, 2.5, 3.0, 4.0]), (vec![1.0, 2.0, 2.0], vec![1.0, 1.0, 3.0])]
    {
        let samples = Samples::independent([("a", sample(&x)), ("b", sample(&y))]).unwrap();
        independent("independent", &samples, &unit_weights(&x), &unit_weights(&y));
    }
}

#[test]
fn weighted_rows() {
    let (x, y) = ([(2.0, 1.0), (3.5, 2.0), (6.0, 0.5)], [(1.0, 3.0), (2.5, 1.0), (4.0, 2.0)]);
    let samples = Samples::independent([("a", rows(&x).unwrap()), ("b", rows(&y).unwrap())]).unwrap();
    independent("weighted", &samples, &x, &y);
}

/// Units drawn whole, and their two columns exchanged; draws that leave a column empty do not count.
fn shared(name: &str, samples: &Samples, units: &[Unit]) {
    let pooled = |of: &mut dyn Iterator<Item = (&[f64], &[f64])>| {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for (of_x, of_y) in of {
            x.extend_from_slice(of_x);
            y.extend_from_slice(of_y);
        }
        both(&unit_weights(&x), &unit_weights(&y))
    };
    let draw =
        |at: Vec<usize>| pooled(&mut at.iter().map(|&unit| (&units[unit].0[..], &units[unit].1[..])));
    let draws: Vec<Drawn> = sequences(units.len(), units.len()).into_iter().filter_map(draw).collect();
    let exchange = |mask: usize| {
        let exchanged = units.iter().enumerate().map(|(unit, (x, y))| match mask >> unit & 1 {
            0 => (&x[..], &y[..]),
            _ => (&y[..], &x[..]),
        });
        pooled(&mut exchanged.into_iter())
    };
    check(name, samples, &draws, &(0..1 << units.len()).filter_map(exchange).collect::<Vec<_>>());
}

#[test]
fn pairs_of_rows() {
    let (x, y) = ([2.0, 3.5, 6.0, 1.0, 4.0], [1.0, 2.5, 3.0, 1.5, 4.5]);
    let samples = Samples::paired([("a", x), ("b", y)]).unwrap();
    let units: Vec<_> = x.iter().zip(y).map(|(&x, y)| (vec![x], vec![y])).collect();
    shared("paired", &samples, &units);
}

#[test]
fn clusters_of_different_sizes() {
    let clusters = [
        (vec![2.0, 3.5], vec![1.0, 0.5]),
        (vec![4.0], vec![2.5]),
        (vec![6.0, 3.0, 5.0], vec![4.5, 2.0, 1.0]),
        (vec![1.0, 2.0], vec![1.5, 2.5]),
    ];
    let column = |of: &dyn Fn(&Unit) -> Vec<f64>| {
        let labelled = clusters.iter().enumerate();
        labelled.flat_map(|(label, cluster)| of(cluster).into_iter().map(move |v| (v, label))).unzip()
    };
    let (x, of_x): (Vec<f64>, Vec<usize>) = column(&|cluster| cluster.0.clone());
    let (y, of_y): (Vec<f64>, Vec<usize>) = column(&|cluster| cluster.1.clone());
    let samples = Samples::in_clusters([("a", x, of_x), ("b", y, of_y)]).unwrap();
    shared("clustered", &samples, &clusters);
}

const A: [f64; 6] = [2.0, 3.5, 6.0, 1.0, 4.0, 5.0];
const B: [f64; 6] = [1.0, 2.5, 3.0, 1.5, 4.5, 2.0];

/// Columns A and B with these row weights.
fn weighed(weights: &[f64]) -> Option<Drawn> {
    let column = |values: [f64; 6]| {
        let drawn = values.into_iter().zip(weights.iter().copied());
        rows(&drawn.filter(|row| row.1 > 0.0).collect::<Vec<_>>())
    };
    Some((column(A)?, column(B)?))
}

/// Columns A and B with the values of some rows exchanged; rows keep their weights.
fn swapped(weights: &[f64], exchanged: impl Fn(usize) -> bool) -> Option<Drawn> {
    let side = |here: [f64; 6], there: [f64; 6]| {
        let pick = |row: usize| (if exchanged(row) { there[row] } else { here[row] }, weights[row]);
        rows(&(0..6).map(pick).collect::<Vec<_>>())
    };
    Some((side(A, B)?, side(B, A)?))
}

/// Strata of two and four rows, one and three draws of them, that count twice and four thirds.
#[test]
fn rows_within_strata() {
    let samples =
        Samples::paired([("a", A), ("b", B)]).unwrap().stratified(&[0, 0, 1, 1, 1, 1]).unwrap();
    let mut draws = Vec::new();
    for first in 0..2 {
        for second in sequences(4, 3) {
            let mut weights = [0.0; 6];
            weights[first] += 2.0;
            second.iter().for_each(|row| weights[2 + row] += 4.0 / 3.0);
            draws.extend(weighed(&weights));
        }
    }
    let swaps = (0..64usize).filter_map(|mask| swapped(&[1.0; 6], |row| mask >> row & 1 == 1));
    check("stratified", &samples, &draws, &swaps.collect::<Vec<_>>());
}

/// Three blocks of two rows, by two kinds of blocks; the guard swaps rows (0, 1), (2, 3), (4, 5).
#[test]
fn blocks_of_a_series() {
    let samples =
        Samples::paired([("a", A), ("b", B)]).unwrap().time_series(BlockLength::Rows(2)).unwrap();
    let swaps = (0..8usize).filter_map(|mask| swapped(&[1.0; 6], |row| mask >> (row / 2) & 1 == 1));
    let swaps: Vec<Drawn> = swaps.collect();
    for (method, starts) in [(BootstrapMethod::ByDesign, 6), (BootstrapMethod::MovingBlocks, 5)] {
        let draw = |at: Vec<usize>| {
            let mut weights = [0.0; 6];
            at.iter().flat_map(|&start| [start, (start + 1) % 6]).for_each(|row| weights[row] += 1.0);
            weighed(&weights)
        };
        let draws: Vec<Drawn> = sequences(starts, 3).into_iter().filter_map(draw).collect();
        check_method("blocks", method, &samples, &draws, &swaps);
    }
}

/// Pairs keep their weights, drawn or swapped.
#[test]
fn weighted_pairs() {
    let weights = [1.0, 2.0, 0.5, 1.0, 3.0, 1.5];
    let samples = Samples::paired([("a", A), ("b", B)]).unwrap().weighted(&weights).unwrap();
    let draw = |at: Vec<usize>| {
        let mut counted = [0.0; 6];
        at.iter().for_each(|&row| counted[row] += weights[row]);
        weighed(&counted)
    };
    let draws: Vec<Drawn> = sequences(6, 6).into_iter().filter_map(draw).collect();
    let swaps = (0..64usize).filter_map(|mask| swapped(&weights, |row| mask >> row & 1 == 1));
    check("weighted pairs", &samples, &draws, &swaps.collect::<Vec<_>>());
}

/// Two surveys: one of two strata of weighted rows, one of three rows. The guard deals all rows out to all places;
/// a place keeps its weight (in units of the mean weight of its survey).
#[test]
fn surveys_of_strata() {
    let x = [(2.0, 1.0), (3.5, 2.0), (6.0, 0.5), (4.0, 1.5)];
    let y = [(1.0, 1.0), (2.5, 1.0), (4.5, 1.0)];
    let survey =
        Survey::new(x.map(|row| row.0)).weights(x.map(|row| row.1)).strata(&["s", "n", "s", "n"]);
    let samples = Samples::surveys([("a", survey), ("b", Survey::new(y.map(|row| row.0)))]).unwrap();
    let mut draws = Vec::new();
    for (south, north) in [(0, 1), (0, 3), (2, 1), (2, 3)] {
        for of_y in sequences(3, 2) {
            let drawn = [x[south], x[north]].map(|(value, weight)| (value, 2.0 * weight));
            draws.extend(both(&drawn, &of_y.iter().map(|&row| y[row]).collect::<Vec<_>>()));
        }
    }
    let values: Vec<f64> = x.iter().chain(&y).map(|row| row.0).collect();
    let dealt = permutations(7).into_iter().filter_map(|order| {
        let place = |at: usize, weight: f64| (values[order[at]], weight);
        let of_x: Vec<_> = (0..4).map(|at| place(at, x[at].1 / 1.25)).collect();
        both(&of_x, &(4..7).map(|at| place(at, 1.0)).collect::<Vec<_>>())
    });
    check("surveys", &samples, &draws, &dealt.collect::<Vec<_>>());
}

fn permutations(of: usize) -> Vec<Vec<usize>> {
    if of == 0 {
        return vec![Vec::new()];
    }
    let longer = |shorter: Vec<usize>| {
        (0..of).map(move |at| {
            let mut longer = shorter.clone();
            longer.insert(at, of - 1);
            longer
        })
    };
    permutations(of - 1).into_iter().flat_map(longer).collect()
}
