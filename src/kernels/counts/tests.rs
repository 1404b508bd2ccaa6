//! The law of the counts against its definition, and every tier against the portable one.

use super::*;
use crate::rng::Purpose;
use proptest::prelude::*;

fn lanes(replicate: u64) -> Lanes {
    Lanes::new(20_240_607, Purpose::Bootstrap, replicate, 0)
}

fn values(counts: &Counts) -> Vec<u64> {
    match counts.get() {
        Multiplicities::Narrow(counts) => counts.iter().map(|&count| u64::from(count)).collect(),
        Multiplicities::Wide(counts) => counts.to_vec(),
    }
}

fn factorial(k: u64) -> f64 {
    (1..=k).map(|i| i as f64).product()
}

/// Standardised chi-square of counted outcomes against their probabilities.
fn z_of(seen: impl Iterator<Item = (u64, f64)>, draws: f64) -> f64 {
    let (mut chi_square, mut freedom) = (0.0, -1.0);
    for (count, probability) in seen {
        let expected = draws * probability;
        chi_square += (count as f64 - expected).powi(2) / expected;
        freedom += 1.0;
    }
    (chi_square - freedom) / f64::sqrt(2.0 * freedom)
}

/// All ways to throw `balls` over `cells`, in ascending order.
fn outcomes(balls: u64, cells: usize) -> Vec<Vec<u64>> {
    if cells == 1 {
        return vec![vec![balls]];
    }
    let first = |count| {
        let rest = outcomes(balls - count, cells - 1).into_iter();
        rest.map(move |rest| [vec![count], rest].concat())
    };
    (0..=balls).flat_map(first).collect()
}

/// Every outcome of n = 2..8 draws of n, and of some other numbers of balls, as often as the multinomial law
/// says, also the outcomes never seen.
#[test]
#[cfg_attr(miri, ignore = "long")]
fn all_outcomes_are_as_likely_as_they_should() {
    let other = [(3, 7), (10, 3), (6, 5), (40, 2), (1, 6)];
    for (balls, cells) in (2..=8).map(|n| (n, n as usize)).chain(other) {
        let all = outcomes(balls, cells);
        // At n = 8 the rarest of 6435 outcomes has probability 6e-8, so only the sum of chi-squares is normal.
        let draws = 60 * all.len().max(2000) as u64;
        let mut seen = vec![0; all.len()];
        let mut counts = Counts::default();
        for replicate in 0..draws {
            counts.clear();
            multinomial(Tier::detected(), &mut lanes(replicate), balls as usize, cells, &mut counts);
            seen[all.binary_search(&values(&counts)).expect("an outcome")] += 1;
        }
        let ways = |outcome: &[u64]| {
            factorial(balls) / outcome.iter().map(|&count| factorial(count)).product::<f64>()
        };
        let probability = |outcome: &Vec<u64>| ways(outcome) / (cells as f64).powi(balls as i32);
        let probabilities: Vec<f64> = all.iter().map(probability).collect();
        assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let z = z_of(pool_rare(&seen, &probabilities, draws as f64).into_iter(), draws as f64);
        assert!(z.abs() < 4.0, "{balls} balls, {cells} cells: z = {z}");
    }
}

/// Outcomes expected less than five times are counted together: a chi-square with smaller cells is not one.
fn pool_rare(seen: &[u64], probabilities: &[f64], draws: f64) -> Vec<(u64, f64)> {
    let mut rare = (0, 0.0);
    let mut kept = Vec::new();
    for (&count, &p) in seen.iter().zip(probabilities) {
        if draws * p >= 5.0 {
            kept.push((count, p));
        } else {
            rare = (rare.0 + count, rare.1 + p);
        }
    }
    kept.extend((rare.1 > 0.0).then_some(rare));
    kept
}

/// Moments at n = 1000: variances of the sums over a third of the cells and over the even ones, and the mean of
/// sum c^2, each within four standard errors.
#[test]
#[cfg_attr(miri, ignore = "long")]
fn moments_of_a_thousand() {
    let (n, replicates) = (1000, 40_000);
    let mut counts = Counts::default();
    let (mut third, mut even, mut squares, mut squares2) = (0.0, 0.0, 0.0, 0.0);
    for replicate in 0..replicates {
        counts.clear();
        multinomial(Tier::detected(), &mut lanes(replicate), n, n, &mut counts);
        let Multiplicities::Narrow(c) = counts.get() else { panic!("a count above 255") };
        assert_eq!(c.iter().map(|&c| u64::from(c)).sum::<u64>(), 1000);
        let sum = |cells: &mut dyn Iterator<Item = &u8>| cells.map(|&c| f64::from(c)).sum::<f64>();
        third += (sum(&mut c[..333].iter()) - 333.0).powi(2);
        even += (sum(&mut c.iter().step_by(2)) - 500.0).powi(2);
        let square: f64 = c.iter().map(|&c| f64::from(c).powi(2)).sum();
        squares += square;
        squares2 += square * square;
    }
    let b = replicates as f64;
    let z_of_variance = |sum: f64, p: f64| {
        let variance = 1000.0 * p * (1.0 - p);
        (sum / b / variance - 1.0) / (2.0 / b).sqrt()
    };
    let (z_third, z_even) = (z_of_variance(third, 0.333), z_of_variance(even, 0.5));
    // E sum c^2 = n (n - 1) / n + n.
    let mean = squares / b;
    let z_squares = (mean - 1999.0) / ((squares2 / b - mean * mean) / b).sqrt();
    for z in [z_third, z_even, z_squares] {
        assert!(z.abs() < 4.0, "{z_third} {z_even} {z_squares}");
    }
}

/// Binomial(N, a/b) for few balls (8 digits at once) against every probability, for many against mean and variance.
#[test]
#[cfg_attr(miri, ignore = "long")]
fn binomials_are_exact() {
    for (balls, a, b) in [(7, 1, 3), (12, 8, 13), (3, 5, 7), (9, 1, 1000)] {
        let mut seen = vec![0; balls as usize + 1];
        let draws = 100_000;
        for replicate in 0..draws {
            seen[binomial(&mut portable::Portable(&mut lanes(replicate)), balls, a, b) as usize] += 1;
        }
        let p = a as f64 / b as f64;
        let probability = |k: u64| {
            let ways = factorial(balls) / factorial(k) / factorial(balls - k);
            ways * p.powi(k as i32) * (1.0 - p).powi((balls - k) as i32)
        };
        let probabilities: Vec<f64> = (0..=balls).map(probability).collect();
        let z = z_of(pool_rare(&seen, &probabilities, draws as f64).into_iter(), draws as f64);
        assert!(z.abs() < 4.0, "Binomial({balls}, {a}/{b}): z = {z}");
    }
    for (balls, a, b) in [(5000, 8192, 10_000), (1_000_000, 2, 3), (300, 1, (1 << 48) - 1)] {
        let draws = 4000;
        let (n, p) = (balls as f64, a as f64 / b as f64);
        let (mut first, mut second) = (0.0, 0.0);
        for replicate in 0..draws {
            let mut lanes = lanes(replicate);
            let d = binomial(&mut portable::Portable(&mut lanes), balls, a, b) as f64 - n * p;
            first += d;
            second += d * d;
        }
        let (variance, draws) = (n * p * (1.0 - p), f64::from(draws as u32));
        assert!((first / draws).abs() <= 4.0 * (variance / draws).sqrt() + 1e-9);
        if variance > 1.0 {
            assert!((second / draws / variance - 1.0).abs() < 4.0 * (2.0 / draws).sqrt());
        }
    }
}

/// Sizes that pass every border: one cell, powers of two and their neighbours, vectors and their tails.
fn sizes() -> impl Strategy<Value = usize> {
    prop_oneof![1usize..70, 60usize..600, Just(1024), Just(1023), Just(4097), 5_000usize..20_000]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 128 }))]

    #[test]
    fn tiers_count_the_same(balls in sizes(), cells in sizes(), seed: u64, append in 0usize..40) {
        let run = |tier| {
            let mut lanes = Lanes::new(seed, Purpose::Bootstrap, 0, 0);
            let mut counts = Counts::default();
            multinomial(tier, &mut lanes, balls, cells, &mut counts);
            // A second stratum, and the state behind it.
            multinomial(tier, &mut lanes, 1000 * append, append, &mut counts);
            (values(&counts), lanes.state)
        };
        let expected = run(Tier::Portable);
        prop_assert_eq!(expected.0.len(), cells + append);
        prop_assert_eq!(expected.0[..cells].iter().sum::<u64>(), balls as u64);
        prop_assert_eq!(expected.0[cells..].iter().sum::<u64>(), 1000 * append as u64);
        for tier in Tier::available() {
            prop_assert_eq!(&run(tier), &expected, "{:?}", tier);
        }
    }

    /// Narrow as soon as the nodes fit: levels that do not fit, and full nodes that bring u64 back.
    #[test]
    fn no_count_overflows(balls in 0u64..400_000, cells in 1u64..700, seed: u64) {
        let run = |pays: fn(u64, u64) -> bool| {
            let (mut narrow, mut nodes) = (Vec::new(), Vec::new());
            let mut lanes = Lanes::new(seed, Purpose::Bootstrap, 0, 0);
            let tree = Tree { balls, cells, start: 0, narrow: &mut narrow, nodes: &mut nodes, pays };
            match tree.grow(&mut portable::Portable(&mut lanes)) {
                true => narrow.into_iter().map(u64::from).collect(),
                false => nodes,
            }
        };
        for counts in [run(|_, _| true), run(pays), run(|_, _| false)] {
            prop_assert_eq!(counts.len() as u64, cells);
            prop_assert_eq!(counts.iter().sum::<u64>(), balls);
        }
    }
}

#[test]
fn strata_are_counted_side_by_side() {
    let mut counts = Counts::default();
    let lanes = &mut lanes(1);
    multinomial(Tier::detected(), lanes, 5, 3, &mut counts);
    multinomial(Tier::detected(), lanes, 0, 2, &mut counts);
    multinomial(Tier::detected(), lanes, 4, 0, &mut counts);
    multinomial(Tier::detected(), lanes, 1000, 1, &mut counts);
    multinomial(Tier::detected(), lanes, 2, 2, &mut counts);
    let found = values(&counts);
    assert_eq!((found.len(), found[3], found[4], found[5]), (8, 0, 0, 1000));
    assert_eq!((found[..3].iter().sum::<u64>(), found[6] + found[7]), (5, 2));
    counts.clear();
    multinomial(Tier::detected(), lanes, 2, 2, &mut counts);
    assert!(matches!(counts.get(), Multiplicities::Narrow(c) if c.len() == 2));
}
