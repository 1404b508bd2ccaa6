//! Error rates between equal laws, and what recentring gains.

use crate::draws::{Random, sample};
use crate::{METHODS, pair, run};
use risk_sd::{Adjustment, UniformMethod, UniformTest};

/// Between equal lognormal laws of 50 rows: 400 data sets, every test that promises its level keeps it and rejects
/// sometimes. The numerical delta method is documented as liberal for the supremum at first order (.10).
#[test]
fn tests_keep_their_level_between_equal_laws() {
    let data_sets = 400;
    for method in METHODS {
        let mut rejected = [0u32; 4];
        for seed in 0..data_sets {
            let mut random = Random(1 << 32 | seed);
            let mut column = || random.column(50, |r| (0.85 + 0.6 * r.normal()).exp());
            let samples = pair(sample(&column()), sample(&column()));
            let test = UniformTest::new().method(method).adjustment(Adjustment::None).replicates(99);
            let report = run(&test.seed(seed), &samples);
            let p = report.orders.iter().flat_map(|r| [r.a_over_b.p_value, r.b_over_a.p_value]);
            rejected.iter_mut().zip(p).for_each(|(count, p)| *count += u32::from(p <= 0.05));
        }
        let level: f64 = if method == UniformMethod::NumericalDelta { 0.11 } else { 0.05 };
        let most = level + 4.0 * (level * (1.0 - level) / data_sets as f64).sqrt();
        let rates = rejected.map(|count| f64::from(count) / data_sets as f64);
        assert!(rates.iter().all(|&rate| rate <= most), "{method:?}: {rates:?}");
        assert!(rates[0] > 0.0 && rates[1] > 0.0, "{method:?}: {rates:?}");
    }
}

/// Where only a part of the range is in contact, recentring gains power over the least favourable case.
#[test]
fn recentring_gains_power() {
    let power = |method: UniformMethod| {
        let rejects = |seed: &u64| {
            let mut random = Random(2 << 32 | *seed);
            // The negative half is moved down, the positive one up.
            let a = random.column(100, |r| r.normal());
            let a: Vec<f64> = a.into_iter().map(|v| if v < 0.0 { v - 0.35 } else { v + 1.0 }).collect();
            let samples = pair(sample(&a), sample(&random.column(100, Random::normal)));
            let test = UniformTest::new().method(method).orders([2]).adjustment(Adjustment::None);
            run(&test.replicates(99).seed(*seed), &samples).orders[0].a_over_b.p_value <= 0.05
        };
        (0..150).filter(rejects).count()
    };
    let (least_favourable, recentred) =
        (power(UniformMethod::BarrettDonald), power(UniformMethod::DonaldHsu));
    assert!(recentred >= least_favourable + 10, "{least_favourable} {recentred}");
}
