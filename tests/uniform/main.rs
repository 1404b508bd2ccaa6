//! The classical tests: exact statistics against reference values and published ones, p-values against all
//! outcomes of small samples, invariance, error rates, errors.

#[path = "../common/mod.rs"]
mod common;
#[path = "../draws/mod.rs"]
mod draws;

mod design_outcomes;
mod design_rules;
mod invariance;
mod level;
mod outcomes;
mod settings;
mod statistics;

use draws::{Random, sample};
use risk_sd::{
    Functional, NullLaw, Sample, Samples, SubsampleSize, UniformMethod, UniformReport, UniformTest,
};

fn pair(x: Sample, y: Sample) -> Samples {
    Samples::independent([("a", x), ("b", y)]).unwrap()
}

fn root(n: usize, m: usize) -> f64 {
    let (n, m) = (n as f64, m as f64);
    (n * m / (n + m)).sqrt()
}

/// The least number of replicates that is allowed.
fn quick() -> UniformTest {
    UniformTest::new().replicates(199)
}

fn run(test: &UniformTest, samples: &Samples) -> UniformReport {
    test.run(samples, "a", "b").unwrap()
}

const METHODS: [UniformMethod; 5] = [
    UniformMethod::BarrettDonald,
    UniformMethod::LintonMaasoumiWhang,
    UniformMethod::LintonSongWhang,
    UniformMethod::DonaldHsu,
    UniformMethod::NumericalDelta,
];

/// Every valid combination of method, null law and functional.
fn all_tests() -> Vec<UniformTest> {
    use NullLaw::{
        Bayesian, Multiplier, OverlappingBlocks, Permutation, Pooled, RandomSubsets, Recentred,
    };
    let laws = [
        Recentred,
        Bayesian,
        Multiplier,
        Pooled,
        Permutation,
        RandomSubsets(SubsampleSize::Automatic),
        OverlappingBlocks(SubsampleSize::Rows(9)),
    ];
    let functionals = [Functional::Supremum, Functional::L1, Functional::L2];
    let mut tests = Vec::new();
    for method in METHODS {
        for law in laws {
            for functional in functionals {
                tests.push(quick().method(method).null_law(law).functional(functional).seed(3));
            }
        }
    }
    tests
}

/// Two columns of 110 and 150 multiples of 1/32 (no ties) as four designs, all values mapped.
fn designs(map: impl Fn(f64) -> f64) -> Vec<Samples> {
    let mut random = Random(8);
    let mut values: Vec<f64> = (0..300).map(|i| f64::from(i) / 32.0).collect();
    random.shuffle(&mut values);
    let spread = |v: &f64| map(v + 0.3 * (v - 4.5) * f64::from(u8::from(*v > 4.5)));
    let a: Vec<f64> = values[..110].iter().map(spread).collect();
    let b: Vec<f64> = values[110..260].iter().map(|v| map(*v)).collect();
    let weights = Random(9).column(150, |r| (1 + r.below(5)) as f64);
    let clusters: Vec<usize> = (0..110).map(|row| row / 4).collect();
    let paired = || Samples::paired([("a", &a[..]), ("b", &b[..110])]).unwrap();
    vec![
        pair(sample(&a), sample(&b)),
        pair(sample(&a), Sample::weighted(&b, weights).unwrap()),
        paired(),
        paired().clustered(&clusters).unwrap(),
    ]
}
