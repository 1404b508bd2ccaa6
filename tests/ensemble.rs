//! Barycenters of label distributions against reference values, the definition, and the algebra.

use proptest::prelude::*;
use risk_sd::{
    Convergence, CostMatrix, Domain, EnsembledInstance, Kernel, LabelBarycenter, Predictions,
    arithmetic_mean, geometric_mean,
};

type Vectors = Vec<Vec<f64>>;

/// Scores that no two runs change: a few bits of a multiplicative hash.
fn noise(i: usize) -> f64 {
    ((i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f64 / (1u64 << 24) as f64
}

/// `k` vectors of sum 1.
fn vectors(seed: usize, k: usize, d: usize) -> Vectors {
    let raw = |l: usize| (0..d).map(move |i| (4.0 * noise(seed * 7919 + l * 211 + i)).exp() - 0.9);
    let unit = |l| {
        let total: f64 = raw(l).sum();
        raw(l).map(|v| v / total).collect()
    };
    (0..k).map(unit).collect()
}

/// Squared distances of points on a line, the largest 1.
fn line(d: usize) -> CostMatrix {
    let points = (0..d).map(|i| [i as f64]);
    CostMatrix::squared_euclidean(points).unwrap().divided_by_largest()
}

fn one(settings: &LabelBarycenter, vectors: &[Vec<f64>], weights: &[f64]) -> EnsembledInstance {
    let predictions = Predictions::new([vectors]).unwrap().weighted(weights).unwrap();
    settings.run(&predictions).unwrap().instances.remove(0)
}

fn close(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance * b.abs())
}

#[test]
fn two_labels_have_their_values() {
    let cost = CostMatrix::new([[0.0, 1.0], [1.0, 0.0]]).unwrap();
    let mu = [vec![0.8, 0.2], vec![0.3, 0.7]];
    for (epsilon, penalty, expected) in [
        (1.0, f64::INFINITY, [0.5217393108938306, 0.4782606891061693]),
        (0.5, f64::INFINITY, [0.5310887671637234, 0.4689112328362765]),
        (0.1, f64::INFINITY, [0.5333333330585128, 0.4666666669414872]),
        (1.0, 1.0, [0.8172517276745708, 0.7735041781467852]),
        (0.5, 1.0, [0.6654942030676297, 0.5935058913847211]),
        (0.1, 1.0, [0.5494776744648343, 0.4462977909271102]),
    ] {
        let settings =
            LabelBarycenter::new(cost.clone(), epsilon).marginal_penalty(penalty).tolerance(1e-14);
        for settings in [settings.clone(), settings.log_domain()] {
            let found = one(&settings, &mu, &[0.5, 0.5]);
            assert!(close(&found.probabilities, &expected, 2e-14), "{epsilon} {penalty}: {found:?}");
        }
    }
}

/// The published grid: three normal laws on 0..99. Mean, standard deviation, entropy, mass.
fn grid(epsilon: f64, penalty: f64) -> [f64; 4] {
    let law = |mean: f64, sd: f64| {
        let density = move |x: usize| (-0.5 * ((x as f64 - mean) / sd).powi(2)).exp();
        let total: f64 = (0..100).map(density).sum();
        (0..100).map(|x| density(x) / total).collect::<Vec<f64>>()
    };
    let mu = [law(20.0, 2.0), law(30.0, 5.0), law(70.0, 2.0)];
    let settings = LabelBarycenter::new(line(100), epsilon).marginal_penalty(penalty);
    let found = one(&settings.tolerance(0.0).max_iterations(2000), &mu, &[0.25, 0.25, 0.5]);
    assert!(matches!(found.convergence, Convergence::NotConverged { iterations: 2000, .. }));
    let p = found.normalised().unwrap();
    let moment =
        |f: &dyn Fn(f64) -> f64| p.iter().enumerate().map(|(x, p)| p * f(x as f64)).sum::<f64>();
    let mean = moment(&|x| x);
    let entropy = -p.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum::<f64>();
    [mean, moment(&|x| (x - mean).powi(2)).sqrt(), entropy, found.mass]
}

#[test]
fn normal_laws_on_a_grid_have_their_values() {
    let near = |found: f64, expected: f64, unit: f64| {
        assert!((found - expected).abs() <= 0.5001 * unit, "{found} is not {expected}");
    };
    let [mean, sd, entropy, mass] = grid(1e-2, f64::INFINITY);
    near(mean, 47.5, 1e-6);
    near(sd, 7.57539, 1e-5);
    near(entropy, 3.443844, 1e-6);
    near(mass, 1.0, 1e-12);
    let [_, sd, entropy, _] = grid(1e-3, f64::INFINITY);
    near(sd, 3.54110, 1e-5);
    near(entropy, 2.683375, 1e-6);
    for (penalty, mass, mean, sd) in [
        (0.1, 1.104965, 47.7043, 15.72761),
        (1.0, 0.999924, 47.5417, 8.07689),
        (100.0, 0.999991, 47.5005, 7.58008),
    ] {
        let found = grid(1e-2, penalty);
        near(found[3], mass, 1e-6);
        near(found[0], mean, 1e-4);
        near(found[1], sd, 1e-5);
    }
}

/// The iteration as it is written down, with powers, for one instance.
fn naive(kernel: &[Vec<f64>], mu: &[Vec<f64>], lambda: &[f64], g: f64, steps: usize) -> Vec<f64> {
    let times = |x: &[f64]| -> Vec<f64> {
        kernel.iter().map(|row| row.iter().zip(x).map(|(k, x)| k * x).sum()).collect()
    };
    let (d, mut v, mut p) = (kernel.len(), vec![vec![1.0; kernel.len()]; mu.len()], vec![]);
    for _ in 0..steps {
        let u = mu.iter().zip(&v).map(|(mu, v)| -> Vec<f64> {
            mu.iter().zip(times(v)).map(|(mu, kv)| (mu / kv).powf(g)).collect()
        });
        let b: Vectors = u.map(|u| times(&u)).collect();
        let terms = |i: usize| b.iter().zip(lambda).map(move |(b, w)| (b[i], w));
        p = match g == 1.0 {
            true => (0..d).map(|i| terms(i).map(|(b, w)| b.powf(*w)).product::<f64>()).collect(),
            false => (0..d)
                .map(|i| terms(i).map(|(b, w)| w * b.powf(1.0 - g)).sum::<f64>().powf(1.0 / (1.0 - g)))
                .collect(),
        };
        v = b.iter().map(|b| b.iter().zip(&p).map(|(b, p)| (p / b).powf(g)).collect()).collect();
    }
    p
}

/// Potentials of the transport between mu and p: v of u K v with (relaxed) marginals, after many steps.
fn coupling_column(kernel: &[Vec<f64>], mu: &[f64], p: &[f64], g: f64) -> [Vec<f64>; 2] {
    let d = kernel.len();
    let times = |x: &[f64]| -> Vec<f64> {
        kernel.iter().map(|row| row.iter().zip(x).map(|(k, x)| k * x).sum()).collect()
    };
    let (mut u, mut v) = (vec![1.0; d], vec![1.0; d]);
    for _ in 0..20_000 {
        u = mu.iter().zip(times(&v)).map(|(m, kv)| (m / kv).powf(g)).collect();
        v = p.iter().zip(times(&u)).map(|(p, ku)| (p / ku).powf(g)).collect();
    }
    let marginal = v.iter().zip(times(&u)).map(|(v, ku)| v * ku).collect();
    [v, marginal]
}

fn kernel_rows(cost: &CostMatrix, epsilon: f64) -> Vectors {
    let d = cost.labels();
    (0..d).map(|i| (0..d).map(|j| (-cost.at(i, j) / epsilon).exp()).collect()).collect()
}

/// (vectors, weights, costs, epsilon)
fn case() -> impl Strategy<Value = (Vectors, Vec<f64>, CostMatrix, f64)> {
    (1usize..5, 2usize..9, 0usize..1000, 0.1f64..2.0).prop_map(|(k, d, seed, epsilon)| {
        let weights = (0..k).map(|l| 0.2 + noise(seed + 31 * l)).collect();
        let points = (0..d).map(|i| [noise(seed + 5 * i), noise(seed + 5 * i + 2)]);
        let cost = CostMatrix::squared_euclidean(points).unwrap().divided_by_largest();
        (vectors(seed, k, d), weights, cost, epsilon)
    })
}

fn normalised(weights: &[f64]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    weights.iter().map(|w| w / total).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn agrees_with_the_naive_twin(case in case(), penalty in 0.05f64..5.0, steps in 1usize..30) {
        let (mu, weights, cost, epsilon) = case;
        let kernel = kernel_rows(&cost, epsilon);
        for (penalty, g) in [(f64::INFINITY, 1.0), (penalty, penalty / (penalty + epsilon))] {
            let settings = LabelBarycenter::new(cost.clone(), epsilon).marginal_penalty(penalty);
            let found = one(&settings.tolerance(0.0).max_iterations(steps), &mu, &weights);
            prop_assert_eq!(found.domain, Domain::Plain);
            let expected = naive(&kernel, &mu, &normalised(&weights), g, steps);
            prop_assert!(close(&found.probabilities, &expected, 1e-11), "{found:?} {expected:?}");
        }
    }

    /// First-order conditions, from p alone: balanced, the geometric mean of the v_l is constant; unbalanced, p
    /// is the mean of the marginals of the couplings.
    #[test]
    fn is_a_stationary_point((mu, weights, cost, epsilon) in case(), penalty in 0.1f64..2.0) {
        let (kernel, lambda) = (kernel_rows(&cost, epsilon), normalised(&weights));
        let balanced = one(&LabelBarycenter::new(cost.clone(), epsilon).tolerance(1e-13), &mu, &weights);
        prop_assert!((balanced.mass - 1.0).abs() < 1e-11);
        let p = balanced.normalised().unwrap();
        let mut logs = vec![0.0; p.len()];
        for (mu, weight) in mu.iter().zip(&lambda) {
            let [v, _] = coupling_column(&kernel, mu, &p, 1.0);
            logs.iter_mut().zip(v).for_each(|(log, v)| *log += weight * v.ln());
        }
        prop_assert!(logs.iter().all(|log| (log - logs[0]).abs() < 1e-8), "{logs:?}");

        let settings = LabelBarycenter::new(cost, epsilon).marginal_penalty(penalty).tolerance(1e-13);
        let p = one(&settings, &mu, &weights).probabilities;
        let mut mean = vec![0.0; p.len()];
        for (mu, weight) in mu.iter().zip(&lambda) {
            let [_, marginal] = coupling_column(&kernel, mu, &p, penalty / (penalty + epsilon));
            mean.iter_mut().zip(marginal).for_each(|(mean, m)| *mean += weight * m);
        }
        prop_assert!(close(&mean, &p, 1e-9), "{mean:?} {p:?}");
    }

    #[test]
    fn the_log_domain_agrees_where_both_converge(case in case(), penalty in 0.05f64..5.0) {
        let (mu, weights, cost, epsilon) = case;
        for penalty in [f64::INFINITY, penalty] {
            let settings = LabelBarycenter::new(cost.clone(), epsilon).marginal_penalty(penalty).tolerance(1e-13);
            let plain = one(&settings, &mu, &weights);
            let log = one(&settings.log_domain(), &mu, &weights);
            prop_assert_eq!([plain.domain, log.domain], [Domain::Plain, Domain::Log]);
            prop_assert!(close(&plain.probabilities, &log.probabilities, 1e-12));
        }
    }

    #[test]
    fn the_order_of_labels_and_models_does_not_matter(case in case(), turn in 1usize..4) {
        let (mu, weights, cost, epsilon) = case;
        let d = cost.labels();
        let turned = |row: &[f64]| -> Vec<f64> { (0..d).map(|i| row[(i + turn) % d]).collect() };
        let rows = (0..d).map(|i| (0..d).map(|j| cost.at(i, j)).collect::<Vec<f64>>());
        let rows: Vectors = rows.map(|row| turned(&row)).collect();
        let moved = CostMatrix::new((0..d).map(|i| &rows[(i + turn) % d])).unwrap();
        let backwards: Vectors = mu.iter().rev().map(|mu| turned(mu)).collect();
        let reversed: Vec<f64> = weights.iter().rev().copied().collect();
        for penalty in [f64::INFINITY, 0.7] {
            let run = |cost: &CostMatrix, mu: &[Vec<f64>], weights: &[f64]| {
                let settings = LabelBarycenter::new(cost.clone(), epsilon).marginal_penalty(penalty);
                one(&settings.tolerance(1e-13), mu, weights).probabilities
            };
            let (here, there) = (run(&cost, &mu, &weights), run(&moved, &backwards, &reversed));
            prop_assert!(close(&there, &turned(&here), 1e-12));
        }
    }
}

#[test]
fn the_identity_kernel_gives_the_geometric_mean() {
    let mu = [vec![0.7, 0.2, 0.1, 0.0], vec![0.2, 0.5, 0.0, 0.3], vec![0.1, 0.8, 0.1, 0.0]];
    let weights = [1.0, 2.0, 0.5];
    let settings = LabelBarycenter::with_kernel(Kernel::identity(4).unwrap());
    let found = one(&settings, &mu, &weights);
    assert!(matches!(found.convergence, Convergence::Converged { iterations: 2, .. }), "{found:?}");
    let predictions = Predictions::new([&mu[..]]).unwrap().weighted(weights).unwrap();
    let expected = geometric_mean(&predictions).unwrap().remove(0);
    assert!(close(&found.normalised().unwrap(), &expected, 1e-15));
    assert_eq!(found.probabilities[2..], [0.0, 0.0]);
    assert!(found.mass < 1.0);
    // No zeros: the plain domain.
    let positive = one(&settings, &vectors(3, 3, 4), &weights);
    assert_eq!(positive.domain, Domain::Plain);
    // Nothing in common: no mass, and no number made of it.
    let apart = one(
        &LabelBarycenter::with_kernel(Kernel::identity(2).unwrap()),
        &[vec![1.0, 0.0], vec![0.0, 1.0]],
        &[1.0, 1.0],
    );
    assert_eq!(apart.probabilities, [0.0, 0.0]);
    assert!(apart.normalised().is_err());
}

/// exp(-1000) is 0: a plain iteration would take K for the identity and stop at the geometric mean.
#[test]
fn small_epsilon_leaves_the_plain_domain() {
    let cost = CostMatrix::new([[0.0, 1.0], [1.0, 0.0]]).unwrap();
    let mu = [vec![0.8, 0.2], vec![0.3, 0.7]];
    for epsilon in [1e-2, 1e-3, 3e-4] {
        let settings = LabelBarycenter::new(cost.clone(), epsilon);
        let found = one(&settings, &mu, &[0.5, 0.5]);
        let expected = [8.0 / 15.0, 7.0 / 15.0];
        assert!(close(&found.probabilities, &expected, 1e-6), "{epsilon}: {found:?}");
        assert!(matches!(found.convergence, Convergence::Converged { .. }), "{epsilon}: {found:?}");
        if epsilon < 2e-3 {
            assert_eq!(found, one(&settings.log_domain(), &mu, &[0.5, 0.5]));
        }
    }
    // All costs far above epsilon: the plain kernel is all zeros.
    let far = CostMatrix::new([[1e6, 1e6 + 1.0], [1e6 + 1.0, 1e6]]).unwrap();
    let near = CostMatrix::new([[0.0, 1.0], [1.0, 0.0]]).unwrap();
    let run = |cost| one(&LabelBarycenter::new(cost, 1.0).tolerance(1e-9), &mu, &[0.5, 0.5]);
    assert_eq!(run(far.clone()).domain, Domain::Log);
    assert!(close(&run(far).probabilities, &run(near).probabilities, 1e-8));
}

#[test]
fn one_model_gets_its_own_vector_blurred() {
    let (mu, cost) = (vec![0.6, 0.4, 0.0], line(3));
    let kernel = kernel_rows(&cost, 0.5);
    let shares = kernel.iter().zip(&mu).map(|(row, mu)| mu / row.iter().sum::<f64>());
    let shares: Vec<f64> = shares.collect();
    let blurred = kernel.iter().map(|row| row.iter().zip(&shares).map(|(k, u)| k * u).sum());
    let expected: Vec<f64> = blurred.collect();
    let found = one(&LabelBarycenter::new(cost, 0.5), &[mu], &[3.0]);
    assert!(close(&found.probabilities, &expected, 1e-15));
    assert_eq!(found.convergence.iterations(), 2);
}

#[test]
fn a_large_penalty_is_balanced() {
    let (mu, weights) = (vectors(5, 3, 12), [1.0, 2.0, 3.0]);
    let run = |penalty| {
        let settings = LabelBarycenter::new(line(12), 0.05).marginal_penalty(penalty).tolerance(1e-12);
        one(&settings, &mu, &weights).probabilities
    };
    let balanced = run(f64::INFINITY);
    for (penalty, tolerance) in [(1e3, 1e-2), (1e6, 1e-5), (1e9, 1e-8), (1e300, 1e-10)] {
        assert!(close(&run(penalty), &balanced, tolerance), "{penalty}");
    }
}

/// Instances of all kinds: quick, slow, with zeros, beyond the plain domain.
fn batch(instances: usize) -> Predictions {
    let instance = |i: usize| {
        let mut mu = vectors(i, 3, 20);
        if i % 5 == 1 {
            mu[0] = (0..20).map(|label| f64::from(u8::from(label == i % 20))).collect();
        }
        if i % 7 == 2 {
            mu[1] = (0..20).map(|label| if label < 10 { 0.1 } else { 0.0 }).collect();
        }
        mu
    };
    Predictions::new((0..instances).map(instance)).unwrap().weighted([1.0, 0.0, 2.0]).unwrap()
}

#[test]
fn a_batch_has_the_bits_of_its_instances_on_any_number_of_threads() {
    let predictions = batch(37);
    let settings = LabelBarycenter::new(line(20), 3e-3).max_iterations(300);
    for settings in [settings.clone(), settings.marginal_penalty(0.5)] {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| settings.run(&predictions).unwrap())
        };
        let report = run(1);
        assert_eq!(run(2), report);
        assert_eq!(run(3), report);
        for (i, found) in report.instances.iter().enumerate() {
            let vectors: Vectors = (0..3).map(|model| predictions.at(i, model).to_vec()).collect();
            assert_eq!(&one(&settings, &vectors, &[1.0, 0.0, 2.0]), found, "instance {i}");
        }
    }
}

#[test]
fn zeros_never_become_numbers_that_are_none() {
    for settings in [LabelBarycenter::new(line(20), 0.02), LabelBarycenter::new(line(20), 1e-4)] {
        for settings in [settings.clone(), settings.marginal_penalty(0.3)] {
            let report = settings.max_iterations(50).run(&batch(12)).unwrap();
            let values = report.instances.iter().flat_map(|i| &i.probabilities);
            assert!(values.clone().all(|p| p.is_finite() && *p >= 0.0));
        }
    }
}

/// Scaling costs and epsilon alike changes nothing; a model of weight 0 has no say.
#[test]
fn scale_and_absent_models_change_nothing() {
    let mu = vectors(9, 2, 6);
    let points = |unit: f64| (0..6).map(move |i| [unit * noise(i), unit * noise(i + 50)]);
    let run = |unit: f64, mu: &[Vec<f64>], weights: &[f64]| {
        let cost = CostMatrix::squared_euclidean(points(unit)).unwrap();
        one(&LabelBarycenter::new(cost, 0.1 * unit * unit), mu, weights).probabilities
    };
    let expected = run(1.0, &mu, &[1.0, 3.0]);
    assert!(close(&run(2f64.powi(400), &mu, &[1.0, 3.0]), &expected, 1e-12));
    assert!(close(&run(2f64.powi(-400), &mu, &[1.0, 3.0]), &expected, 1e-12));
    let three = [mu[0].clone(), vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0], mu[1].clone()];
    assert_eq!(run(1.0, &three, &[1e300, 0.0, 3e300]), expected);
}

#[test]
fn means_have_their_values() {
    let predictions = Predictions::new([[[0.9, 0.1, 0.0], [0.4, 0.4, 0.2]]]).unwrap();
    let predictions = predictions.weighted([3.0, 1.0]).unwrap();
    assert!(close(&arithmetic_mean(&predictions)[0], &[0.775, 0.175, 0.05], 1e-15));
    let raw = [0.9f64.powf(0.75) * 0.4f64.powf(0.25), 0.1f64.powf(0.75) * 0.4f64.powf(0.25)];
    let total = raw[0] + raw[1];
    let expected = [raw[0] / total, raw[1] / total, 0.0];
    assert!(close(&geometric_mean(&predictions).unwrap()[0], &expected, 1e-15));
    // Products far below the range of f64.
    let tiny = Predictions::new([[[1e-300, 2e-300]; 4]]).unwrap().weighted([1.0; 4]).unwrap();
    assert!(close(&geometric_mean(&tiny).unwrap()[0], &[1.0 / 3.0, 2.0 / 3.0], 1e-13));
}
