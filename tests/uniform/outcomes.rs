//! p-values against the shares of all outcomes of small samples.

use crate::draws::{Random, sample};
use crate::{pair, root, run};
use risk_sd::{
    Functional, NullLaw, SubsampleSize, UniformMethod, UniformReport, UniformTest, UniformVerdict,
};

/// Delta_s by its definition, for row weights that are signed.
fn delta(order: usize, rows: &[(f64, f64)], z: f64) -> f64 {
    let factorial: f64 = (1..order).map(|j| j as f64).product();
    let d = |v: f64| if v <= z { (z - v).powi(order as i32 - 1) / factorial } else { 0.0 };
    rows.iter().map(|&(v, weight)| weight * d(v)).sum()
}

/// Points between the smallest and the largest value, all values among them, and the width each stands for.
fn dense(rows: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut values: Vec<f64> = rows.iter().map(|row| row.0).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    let steps = 20;
    let mut points: Vec<(f64, f64)> = values.iter().map(|&z| (z, 0.0)).collect();
    for gap in values.windows(2) {
        let width = (gap[1] - gap[0]) / f64::from(steps);
        points.extend((0..steps).map(|i| (gap[0] + width * (f64::from(i) + 0.5), width)));
    }
    points
}

fn functional(functional: Functional, order: usize, rows: &[(f64, f64)]) -> f64 {
    let values = dense(rows).into_iter().map(|(z, width)| (delta(order, rows, z).max(0.0), width));
    match functional {
        Functional::Supremum => values.map(|v| v.0).fold(0.0, f64::max),
        Functional::L1 => values.map(|v| v.0 * v.1).sum(),
        Functional::L2 => values.map(|v| v.0 * v.0 * v.1).sum(),
    }
}

const X: [f64; 3] = [0.0, 2.1, 6.2];
const Y: [f64; 3] = [0.6, 2.4, 4.0];

/// Signed weights of X and Y rows, from multiplicities.
fn signed(of_x: &[f64], of_y: &[f64]) -> Vec<(f64, f64)> {
    let (total_x, total_y) = (of_x.iter().sum::<f64>(), of_y.iter().sum::<f64>());
    let xs = X.iter().zip(of_x).map(|(&v, c)| (v, c / total_x));
    xs.chain(Y.iter().zip(of_y).map(|(&v, c)| (v, -c / total_y))).collect()
}

fn counts(n: usize, draw: usize) -> Vec<f64> {
    let mut counts = vec![0.0; n];
    (0..n as u32).for_each(|i| counts[draw / n.pow(i) % n] += 1.0);
    counts
}

/// t at z, by its definition.
fn t(order: usize, rows: &[(f64, f64)], z: f64) -> f64 {
    let factorial: f64 = (1..order).map(|j| j as f64).product();
    let variance = |values: &[f64]| {
        let d = |v: &f64| if *v <= z { (z - v).powi(order as i32 - 1) / factorial } else { 0.0 };
        let n = values.len() as f64;
        let mean = values.iter().map(d).sum::<f64>() / n;
        values.iter().map(|v| (d(v) - mean).powi(2)).sum::<f64>() / n / n
    };
    let (difference, v) = (delta(order, rows, z), variance(&X) + variance(&Y));
    if difference.abs() < 1e-12 { 0.0 } else { difference / v.sqrt() }
}

/// T* minus T of one outcome, by the definitions of the methods.
fn excess(
    method: UniformMethod,
    law: NullLaw,
    of: Functional,
    order: usize,
    outcome: &[(f64, f64)],
) -> f64 {
    let observed = signed(&[1.0; 3], &[1.0; 3]);
    let centred = matches!(law, NullLaw::Recentred);
    let process: Vec<(f64, f64)> = outcome
        .iter()
        .zip(&observed)
        .map(|(star, seen)| (star.0, star.1 - if centred { seen.1 } else { 0.0 }))
        .collect();
    let (r, q) = (root(3, 3), if of == Functional::L2 { 2 } else { 1 });
    let statistic = r.powi(q) * functional(of, order, &observed);
    let mut values: Vec<f64> = observed.iter().map(|row| row.0).collect();
    values.sort_unstable_by(f64::total_cmp);
    let t = |z: f64| t(order, &observed, z);
    let drawn = match method {
        UniformMethod::BarrettDonald => r.powi(q) * functional(of, order, &process),
        UniformMethod::LintonMaasoumiWhang => root(2, 2).powi(q) * functional(of, order, &process),
        UniformMethod::NumericalDelta => {
            let e = r.powf(-1.0 / 16.0);
            let moved: Vec<_> =
                observed.iter().zip(&process).map(|(d, p)| (d.0, d.1 + e * r * p.1)).collect();
            (functional(of, order, &moved) - functional(of, order, &observed)) / e.powi(q)
        }
        UniformMethod::DonaldHsu => {
            let kappa = 0.1 * 16f64.ln().ln().sqrt();
            let shift = |z: f64| if t(z) < -kappa { delta(order, &observed, z) } else { 0.0 };
            values.iter().map(|&z| r * (delta(order, &process, z) + shift(z))).fold(0.0, f64::max)
        }
        UniformMethod::LintonSongWhang => {
            let kappa = (2.0 * 6f64.ln()).sqrt();
            let contact: Vec<bool> = values
                .windows(2)
                .map(|gap| {
                    let zero_inside =
                        delta(order, &observed, gap[0]) * delta(order, &observed, gap[1]) < 0.0;
                    t(gap[0]).abs() <= kappa || (order > 1 && (t(gap[1]).abs() <= kappa || zero_inside))
                })
                .collect();
            let none = !contact.contains(&true);
            let inside = |z: f64| none || contact[values.partition_point(|v| *v <= z) - 1];
            let sum = dense(&observed).into_iter().filter(|point| point.1 > 0.0 && inside(point.0));
            r * r * sum.map(|(z, w)| w * delta(order, &process, z).max(0.0).powi(2)).sum::<f64>()
        }
        other => panic!("no twin of {other:?}"),
    };
    // Dense sums are not exact: near ties are left to the tolerance of the comparison.
    drawn - statistic
}

/// The share of all equally likely outcomes with T* >= T against the Monte Carlo p-value, for every method and null law
/// with countable outcomes.
#[test]
fn p_values_approach_those_of_all_outcomes() {
    let samples = pair(sample(&X), sample(&Y));
    let all_draws: Vec<Vec<(f64, f64)>> =
        (0..27 * 27).map(|i| signed(&counts(3, i % 27), &counts(3, i / 27))).collect();
    let masks = |n: usize, taken: u32| (0usize..1 << n).filter(move |mask| mask.count_ones() == taken);
    let bits = |mask: usize, n: usize| (0..n).map(|i| (mask >> i & 1) as f64).collect::<Vec<_>>();
    let labels: Vec<Vec<(f64, f64)>> = masks(6, 3)
        .map(|mask| {
            let values = X.iter().chain(&Y);
            let weight = |i: usize| if mask >> i & 1 == 1 { 1.0 / 3.0 } else { -1.0 / 3.0 };
            values.enumerate().map(|(i, &v)| (v, weight(i))).collect()
        })
        .collect();
    let subsets: Vec<Vec<(f64, f64)>> = masks(3, 2)
        .flat_map(|x| masks(3, 2).map(move |y| (x, y)))
        .map(|(x, y)| signed(&bits(x, 3), &bits(y, 3)))
        .collect();
    use UniformMethod::{
        BarrettDonald, DonaldHsu, LintonMaasoumiWhang, LintonSongWhang, NumericalDelta,
    };
    let sup = Functional::Supremum;
    let subset = NullLaw::RandomSubsets(SubsampleSize::Rows(2));
    let tests = [
        (BarrettDonald, NullLaw::Recentred, sup, &all_draws),
        (BarrettDonald, NullLaw::Recentred, Functional::L1, &all_draws),
        (BarrettDonald, NullLaw::Recentred, Functional::L2, &all_draws),
        (BarrettDonald, NullLaw::Permutation, sup, &labels),
        (BarrettDonald, NullLaw::Permutation, Functional::L2, &labels),
        (LintonMaasoumiWhang, subset, sup, &subsets),
        (LintonSongWhang, NullLaw::Recentred, Functional::L2, &all_draws),
        (DonaldHsu, NullLaw::Recentred, sup, &all_draws),
        (NumericalDelta, NullLaw::Recentred, sup, &all_draws),
        (NumericalDelta, NullLaw::Recentred, Functional::L2, &all_draws),
    ];
    let replicates = 4000;
    for (method, law, of, outcomes) in tests {
        let test = UniformTest::new().method(method).null_law(law).functional(of).orders([1, 2, 3]);
        let report = run(&test.replicates(replicates).seed(4), &samples);
        for result in &report.orders {
            let order = result.order as usize;
            let share = |slack: f64| {
                let reach = outcomes.iter().filter(|o| excess(method, law, of, order, o) >= slack);
                reach.count() as f64 / outcomes.len() as f64
            };
            let found = result.a_over_b.p_value;
            // Sums over 20 steps a gap are within 4e-3 of the integrals.
            let slack = if order == 1 { 1e-9 } else { 4e-3 };
            let chance = 4.5 * (0.25 / replicates as f64).sqrt();
            let (low, high) = (share(slack) - chance, share(-slack) + chance);
            assert!(
                low <= found && found <= high,
                "{method:?} {law:?} {of:?} {order}: {low} {found} {high}"
            );
        }
    }
}

/// Smirnov's law of equal sizes is that of all relabellings.
#[test]
fn closed_form_and_permutation_agree() {
    let (x, y) = (Random(1).column(40, Random::uniform), Random(2).column(40, |r| r.uniform() + 0.1));
    let samples = pair(sample(&x), sample(&y));
    let test = UniformTest::new().orders([1]).replicates(20_000);
    let exact = run(&test.clone().null_law(NullLaw::Exact), &samples);
    let drawn = run(&test.clone().null_law(NullLaw::Permutation), &samples);
    let limit = run(&test.null_law(NullLaw::Asymptotic), &samples);
    let p =
        |report: &UniformReport| [report.orders[0].a_over_b.p_value, report.orders[0].b_over_a.p_value];
    for side in 0..2 {
        assert!((p(&exact)[side] - p(&drawn)[side]).abs() < 0.015);
        assert!((p(&exact)[side] - p(&limit)[side]).abs() < 0.08);
    }
    assert_eq!((exact.replicates, limit.replicates), (0, 0));
    assert!(
        p(&exact)[1] < 0.05 && exact.conclusion.verdict == UniformVerdict::NotDistinguished
            || p(&exact)[1] > 0.025
    );
}
