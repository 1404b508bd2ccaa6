//! Alignment: hand values, the published trainer's formulas, values in 30 digits, bad input, pinned bits.

mod common;

use approx::assert_relative_eq;
use common::{close, floats};
use risk_sd::{
    Aot, AotLoss, AotObjective, BoundConstant, ClippedSurrogate, Divisor, Error, GroupAdvantage,
    KlEstimator, KlPenalty, LogRatios, Order, PairedLogProbabilities, PolicyBatch, PolicyTask,
    soft_sort,
};
use serde_json::Value;

/// Hand cases; the fixture says how they were computed.
fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/alignment.json")).unwrap()
}

/// 1000 normal values on either side.
fn normals() -> (Vec<f64>, Vec<f64>) {
    let mut reader = csv::Reader::from_reader(include_str!("fixtures/normal_pair_1000.csv").as_bytes());
    reader.deserialize::<(f64, f64)>().map(Result::unwrap).unzip()
}

fn loss_of(case: &Value) -> AotLoss {
    let beta = case["beta"].as_f64().unwrap();
    match case["loss"].as_str().unwrap() {
        "logistic" => {
            AotLoss::Logistic { beta, label_smoothing: case["label_smoothing"].as_f64().unwrap() }
        }
        "squared_hinge" => AotLoss::SquaredHinge { margin: beta },
        "least_squares" => AotLoss::LeastSquares { margin: beta },
        other => panic!("{other}"),
    }
}

#[test]
fn hand_values_of_the_objectives() {
    let fixture = fixture();
    let cases = fixture["aot"].as_array().unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let (u, v) = (floats(&case["u"]), floats(&case["v"]));
        let found = Aot::new(loss_of(case)).unpaired(&u, &v).unwrap();
        close("value", found.value, case["value"].as_f64().unwrap(), 4e-16);
        for (key, gradient) in [("grad_u", found.gradient_chosen), ("grad_v", found.gradient_rejected)] {
            for (found, expected) in gradient.into_iter().zip(floats(&case[key])) {
                close(key, found, expected, 4e-16);
            }
        }
    }
}

/// `-log sigmoid`, and the trainer's loss of sorted differences with its derivative, as written there.
fn trainer(differences: &[f64], beta: f64, smoothing: f64) -> (f64, Vec<f64>) {
    let n = differences.len() as f64;
    let sigmoid = |t: f64| 1.0 / (1.0 + (-t).exp());
    let minus_log_sigmoid = |t: f64| (-t).max(0.0) + (-t.abs()).exp().ln_1p();
    let rows = differences.iter();
    let value = rows.clone().map(|d| {
        minus_log_sigmoid(beta * d) * (1.0 - smoothing) + minus_log_sigmoid(-beta * d) * smoothing
    });
    let slope = rows
        .map(|d| -(beta / n) * ((1.0 - smoothing) * sigmoid(-beta * d) - smoothing * sigmoid(beta * d)));
    (value.sum::<f64>() / n, slope.collect())
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Gradients in the order of the sorted values.
fn by_rank(values: &[f64], gradient: &[f64]) -> Vec<f64> {
    let mut rows: Vec<usize> = (0..values.len()).collect();
    rows.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    rows.into_iter().map(|row| gradient[row]).collect()
}

#[test]
fn both_variants_equal_the_formulas_of_the_published_trainer() {
    let (x, y) = normals();
    let reference_chosen: Vec<f64> = x.iter().map(|v| 0.3 * v - 1.0).collect();
    let reference_rejected: Vec<f64> = y.iter().rev().map(|v| 0.2 * v - 1.5).collect();
    for (beta, smoothing) in [(0.01, 0.0), (0.1, 0.0), (0.1, 0.1), (1.0, 0.3)] {
        let aot = Aot::new(AotLoss::Logistic { beta, label_smoothing: smoothing });

        let (u, v) = (minus(&x, &reference_chosen), minus(&y, &reference_rejected));
        let unpaired = aot.unpaired(&u, &v).unwrap();
        let (value, slopes) = trainer(&minus(&sorted(&u), &sorted(&v)), beta, smoothing);
        assert_relative_eq!(unpaired.value, value, max_relative = 1e-14);
        let ranks = [by_rank(&u, &unpaired.gradient_chosen), by_rank(&v, &unpaired.gradient_rejected)];
        for (k, slope) in slopes.into_iter().enumerate() {
            assert_relative_eq!(ranks[0][k], slope, max_relative = 1e-14);
            assert_relative_eq!(ranks[1][k], -slope, max_relative = 1e-14);
        }

        let batch = PairedLogProbabilities {
            policy_chosen: &x,
            policy_rejected: &y,
            reference_chosen: &reference_chosen,
            reference_rejected: &reference_rejected,
            weights: None,
        };
        let paired = aot.paired(&batch).unwrap();
        let (policy, fixed) = (minus(&x, &y), minus(&reference_chosen, &reference_rejected));
        let (value, slopes) = trainer(&minus(&sorted(&policy), &sorted(&fixed)), beta, smoothing);
        assert_relative_eq!(paired.value, value, max_relative = 1e-14);
        for (found, slope) in by_rank(&policy, &paired.gradient_chosen).into_iter().zip(slopes) {
            assert_relative_eq!(found, slope, max_relative = 1e-14);
        }
        assert!(paired.gradient_chosen.iter().zip(&paired.gradient_rejected).all(|(c, r)| *c == -*r));
    }
}

#[test]
fn published_values_of_a_thousand_rows() {
    let (x, y) = normals();
    let run = |loss| Aot::new(loss).unpaired(&x, &y).unwrap();
    let logistic = |beta, label_smoothing| run(AotLoss::Logistic { beta, label_smoothing });
    let values = [
        (logistic(0.01, 0.0), 0.694_883_354_936_088_5),
        (logistic(0.1, 0.0), 0.710_923_327_647_464_9),
        (logistic(0.1, 0.1), 0.707_460_193_601_977_4),
        (logistic(1.0, 0.0), 0.910_146_962_811_025_6),
        (run(AotLoss::SquaredHinge { margin: 0.1 }), 0.425_828_445_446_483_2),
        (run(AotLoss::SquaredHinge { margin: 1.0 }), 2.061_217_173_802_092_4),
        (run(AotLoss::LeastSquares { margin: 0.1 }), 0.447_853_045_614_329_8),
        (run(AotLoss::LeastSquares { margin: 0.0 }), 0.368_590_364_704_578_4),
        (run(AotLoss::Hinge { margin: 0.0 }), 0.410_867_824_298_990_1),
    ];
    for (found, expected) in values {
        assert_relative_eq!(found.value, expected, max_relative = 1e-14);
    }
    let gradient = by_rank(&x, &logistic(0.1, 0.0).gradient_chosen);
    assert_relative_eq!(gradient[0], -4.793_505_713_027_815e-5, max_relative = 1e-14);
    assert_relative_eq!(gradient[999], -5.663_618_874_932_182e-5, max_relative = 1e-14);
}

/// Second order, from 30-digit quadrature of the definition with the kinks as breakpoints.
#[test]
fn second_order_values_in_thirty_digits() {
    let u = [1.5, -2.0, 0.25, 3.0, -0.5];
    let check = |loss, v: [f64; 3], value: f64, chosen: [f64; 5], rejected: [f64; 3]| {
        let found = Aot::new(loss).order(Order::Second).unpaired(&u, &v).unwrap();
        assert_relative_eq!(found.value, value, max_relative = 1e-15);
        for (found, expected) in found.gradient_chosen.iter().zip(chosen) {
            assert_relative_eq!(*found, expected, max_relative = 4e-15);
        }
        for (found, expected) in found.gradient_rejected.iter().zip(rejected) {
            assert_relative_eq!(*found, expected, max_relative = 4e-15);
        }
    };
    let logistic = |beta, label_smoothing| AotLoss::Logistic { beta, label_smoothing };
    let v = [0.75, -1.0, 2.0];
    check(
        logistic(2.0, 0.1),
        v,
        0.889_598_395_518_885_1,
        [
            -0.063_019_444_001_439_01,
            -0.184_454_903_414_878_22,
            -0.106_202_885_227_819_37,
            -0.019_938_770_095_144_196,
            -0.146_423_682_041_822_63,
        ],
        [0.176_565_151_352_291_7, 0.286_319_906_642_761_8, 0.057_154_626_786_049_954],
    );
    check(
        logistic(40.0, 0.0),
        v,
        8.554_334_679_235_32,
        [
            -2.399_031_252_268_726,
            -7.175_933_744_288_986,
            -3.999_007_361_969_656_7,
            -0.799_157_246_325_875_8,
            -5.597_559_110_734_862,
        ],
        [6.664_935_560_086_635, 11.085_017_385_761_39, 2.220_735_769_740_082],
    );
    check(
        logistic(0.015625, 0.0),
        v,
        0.694_815_439_602_537_2,
        [
            -0.000_469_689_638_551_482_17,
            -0.001_408_772_783_084_821_1,
            -0.000_782_891_164_892_465_9,
            -0.000_156_494_140_391_732_77,
            -0.001_095_901_297_712_320_3,
        ],
        [0.001_304_789_974_492_045_6, 0.002_174_138_569_918_291_8, 0.000_434_820_480_222_485],
    );
    check(
        AotLoss::LeastSquares { margin: 0.125 },
        v,
        0.121_137_345_679_012_35,
        [
            -0.045_790_123_456_790_12,
            -0.127_666_666_666_666_68,
            -0.078_777_777_777_777_78,
            -0.013,
            -0.105_493_827_160_493_82,
        ],
        [0.130_358_024_691_358_02, 0.200_506_172_839_506_17, 0.039_864_197_530_864_2],
    );
    let v = [0.75, -1.0, -0.25];
    check(
        AotLoss::SquaredHinge { margin: 0.125 },
        v,
        0.038_288_837_448_559_67,
        [
            -0.000_852_194_787_379_972_5,
            -0.055_018_518_518_518_52,
            -0.012_351_851_851_851_852,
            0.0,
            -0.032_944_444_444_444_44,
        ],
        [0.000_117_626_886_145_404_66, 0.079_425_925_925_925_93, 0.021_623_456_790_123_455],
    );
    check(
        AotLoss::Hinge { margin: 0.125 },
        v,
        0.156_712_962_962_962_97,
        [
            -0.010_432_098_765_432_099,
            -0.128_888_888_888_888_9,
            -0.048_888_888_888_888_89,
            0.0,
            -0.088_888_888_888_888_89,
        ],
        [0.003_024_691_358_024_691_4, 0.192_592_592_592_592_6, 0.081_481_481_481_481_47],
    );
}

fn sentence<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.expect_err("bad input").to_string()
}

#[test]
fn bad_input_of_the_objectives() {
    let aot = Aot::default();
    let (u, v) = ([1.0, 2.0], [0.0, 0.5]);
    let settings = [
        (
            AotLoss::Logistic { beta: 0.0, label_smoothing: 0.0 },
            "beta is 0, not a finite number above 0",
        ),
        (AotLoss::Logistic { beta: f64::NAN, label_smoothing: 0.0 }, "beta is NaN"),
        (AotLoss::Logistic { beta: f64::INFINITY, label_smoothing: 0.0 }, "beta is inf"),
        (AotLoss::Logistic { beta: 1.0, label_smoothing: 0.5 }, "smoothing 0.5 is outside [0, 1/2)"),
        (AotLoss::Logistic { beta: 1.0, label_smoothing: -0.1 }, "smoothing -0.1"),
        (AotLoss::Logistic { beta: 1.0, label_smoothing: f64::NAN }, "smoothing NaN"),
        (AotLoss::Hinge { margin: -1.0 }, "the margin is -1, not a finite number >= 0"),
        (AotLoss::SquaredHinge { margin: f64::NAN }, "the margin is NaN"),
        (AotLoss::LeastSquares { margin: f64::INFINITY }, "the margin is inf"),
    ];
    for (loss, words) in settings {
        let found = sentence(Aot::new(loss).unpaired(&u, &v));
        assert!(found.contains(words), "{found}");
    }
    assert_eq!(sentence(aot.unpaired(&[0.0; 0], &v)), "column 'chosen': the sample is empty");
    assert_eq!(
        sentence(aot.unpaired(&u, &[0.0, f64::NAN])),
        "column 'rejected': row 1 is NaN, not a finite number"
    );
    let light = LogRatios::weighted(&u, &[0.0, 0.0]);
    assert_eq!(sentence(aot.unpaired(light, &v)), "column 'chosen': all weights are zero");
    let short = LogRatios::weighted(&u, &[1.0]);
    assert!(sentence(aot.unpaired(short, &v)).contains("expected 2 rows, found 1"));
    for strength in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            sentence(aot.soft_sort(strength).unpaired(&u, &v)).contains("strength of the soft sort")
        );
        assert!(sentence(soft_sort(&u, strength)).contains("strength of the soft sort"));
    }
    let heavy = LogRatios::weighted(&u, &[1.0, 2.0]);
    assert!(sentence(aot.soft_sort(1.0).unpaired(heavy, &v)).contains("all weigh the same"));
    assert_eq!(soft_sort(&[], 1.0), Err(Error::Empty));
    assert_eq!(
        soft_sort(&u, 1.0).unwrap().vjp(&[1.0]).unwrap_err().to_string(),
        "the cotangent: expected 2 rows, found 1"
    );

    let batch = PairedLogProbabilities {
        policy_chosen: &u,
        policy_rejected: &v,
        reference_chosen: &u,
        reference_rejected: &v,
        weights: None,
    };
    let short = PairedLogProbabilities { reference_rejected: &v[..1], ..batch };
    assert_eq!(sentence(aot.paired(&short)), "reference_rejected: expected 2 rows, found 1");
    let bad = PairedLogProbabilities { policy_rejected: &[0.0, f64::INFINITY], ..batch };
    assert!(sentence(aot.paired(&bad)).contains("'policy_rejected': row 1 is inf"));
    let far = PairedLogProbabilities {
        policy_chosen: &[f64::MAX; 2],
        policy_rejected: &[f64::MIN; 2],
        ..batch
    };
    assert!(sentence(aot.paired(&far)).contains("margin under the policy"));
}

#[test]
fn hand_values_of_policy_optimisation() {
    let case = &fixture()["grpo"];
    let number = |key: &str| case[key].as_f64().unwrap();
    let list = |key: &str| floats(&case[key]);
    let (rewards, pi, previous) = (list("reward"), list("pi"), list("pi_k"));
    let task = PolicyTask::new(&rewards, &list("alpha"), number("epsilon")).unwrap();
    close("mean", task.mean(), number("mean"), 4e-16);
    close("variance", task.variance(), number("variance"), 4e-16);
    close("scale", task.scale(), number("scale"), 4e-16);
    for (found, expected) in task.advantages().into_iter().zip(list("advantages")) {
        close("advantage", found, expected, 4e-16);
    }
    close("surrogate", task.surrogate(&pi).unwrap(), number("surrogate"), 2e-15);
    close("improvement", task.improvement(&pi).unwrap(), number("improvement"), 2e-15);
    let bound = |constant| task.lower_bound(&pi, &previous, constant).unwrap();
    close("bound", bound(BoundConstant::Two), number("bound_factor2"), 1e-15);
    close("bound", bound(BoundConstant::One), number("bound_factor1"), 1e-15);
}

/// The exact expectation of the sampled objective is the surrogate, hence the standardised improvement.
#[test]
fn the_clipped_surrogate_without_clipping_is_the_identity() {
    let rewards = [0.0, 1.0, 0.3, 0.7];
    let (sampling, policy) = ([0.1, 0.2, 0.3, 0.4], [0.3, 0.3, 0.2, 0.2]);
    let task = PolicyTask::new(&rewards, &sampling, 0.01).unwrap();
    let log = |p: [f64; 4]| p.map(f64::ln);
    let objective = ClippedSurrogate::new(10.0)
        .run(&PolicyBatch {
            policy: &log(policy),
            sampling: &log(sampling),
            advantages: &task.advantages(),
            previous: None,
            weights: Some(&sampling),
            kl: None,
        })
        .unwrap();
    let gain = task.improvement(&policy).unwrap() / task.scale();
    assert_relative_eq!(objective.value, gain, max_relative = 1e-12);
    assert_eq!(objective.clipped, 0);
}

#[test]
fn bad_input_of_policy_optimisation() {
    let group = GroupAdvantage::new();
    assert_eq!(group.run(&[], 2), Err(Error::Empty));
    assert_eq!(sentence(group.run(&[1.0, 0.0, 1.0], 2)), "3 rows cannot be cut into groups of 2");
    assert!(sentence(group.run(&[1.0], 0)).contains("groups of 0"));
    assert!(sentence(group.run(&[1.0, f64::NAN], 2)).contains("row 1 is NaN"));
    assert!(sentence(group.epsilon(-1.0).run(&[1.0], 1)).contains("epsilon is -1"));
    let one = group.divisor(Divisor::RowsMinusOne).run(&[1.0], 1);
    assert_eq!(one, Err(Error::TooFewRows { found: 1, needed: 2 }));

    let half = [0.5, 0.5];
    let rewards = [0.0, 1.0];
    assert!(sentence(PolicyTask::new(&[0.0, 1.5], &half, 0.1)).contains("the reward of row 1 is 1.5"));
    assert!(sentence(PolicyTask::new(&[0.0, f64::NAN], &half, 0.1)).contains("row 1 is NaN"));
    assert!(
        sentence(PolicyTask::new(&rewards, &[1.0, 0.0], 0.1)).contains("the probability of row 1 is 0")
    );
    assert!(sentence(PolicyTask::new(&rewards, &[0.5, 0.4], 0.1)).contains("sum to 0.9, not to 1"));
    assert!(sentence(PolicyTask::new(&rewards, &half, 0.0)).contains("epsilon is 0"));
    assert!(sentence(PolicyTask::new(&rewards, &[1.0], 0.1)).contains("expected 2 rows, found 1"));
    assert_eq!(PolicyTask::new(&[], &[], 0.1), Err(Error::Empty));
    let task = PolicyTask::new(&rewards, &half, 0.1).unwrap();
    assert!(sentence(task.surrogate(&[1.2, -0.2])).contains("the probability of row 0 is 1.2"));
    assert!(sentence(task.improvement(&[f64::NAN, 0.5])).contains("NaN"));

    let batch = PolicyBatch {
        policy: &[-1.0, -2.0],
        sampling: &[-1.0, -2.0],
        advantages: &[1.0, -1.0],
        previous: None,
        weights: None,
        kl: None,
    };
    let run = |batch: &PolicyBatch<'_>| sentence(ClippedSurrogate::new(0.2).run(batch));
    assert!(sentence(ClippedSurrogate::new(-0.1).run(&batch)).contains("clipping range is -0.1"));
    assert_eq!(run(&PolicyBatch { policy: &[], ..batch }), "the sample is empty");
    assert!(run(&PolicyBatch { advantages: &[1.0], ..batch }).contains("advantages: expected 2"));
    assert!(
        run(&PolicyBatch { previous: Some(&[f64::NAN, 0.0]), ..batch }).contains("'previous': row 0")
    );
    assert!(run(&PolicyBatch { weights: Some(&[0.0, 0.0]), ..batch }).contains("all weights are zero"));
    let kl = |weight, log_probabilities| {
        Some(KlPenalty { weight, estimator: KlEstimator::Bregman, log_probabilities })
    };
    assert!(run(&PolicyBatch { kl: kl(-1.0, &[0.0, 0.0]), ..batch }).contains("KL penalty is -1"));
    assert!(
        run(&PolicyBatch { kl: kl(1.0, &[900.0, 0.0]), ..batch }).contains("row 0 are so far apart")
    );
}

/// Bits of every objective: a change here is a change of values.
#[test]
fn pinned_bits() {
    let (x, y) = normals();
    let fold = |objective: &AotObjective| {
        let all = objective.gradient_chosen.iter().chain(&objective.gradient_rejected);
        all.chain([&objective.value]).fold(0u64, |hash, v| hash.rotate_left(5) ^ v.to_bits())
    };
    let losses = [
        AotLoss::Logistic { beta: 0.1, label_smoothing: 0.1 },
        AotLoss::Logistic { beta: 300.0, label_smoothing: 0.0 },
        AotLoss::SquaredHinge { margin: 0.1 },
        AotLoss::Hinge { margin: 0.1 },
    ];
    let found: Vec<u64> = losses
        .iter()
        .flat_map(|&loss| [Order::First, Order::Second].map(|order| Aot::new(loss).order(order)))
        .map(|aot| fold(&aot.unpaired(&x, &y[..700]).unwrap()))
        .chain([fold(&Aot::default().soft_sort(300.0).unpaired(&x, &y).unwrap())])
        .collect();
    assert_eq!(found, PINNED, "{found:?}");
}

const PINNED: [u64; 9] = [
    15222857066289892301,
    8668333328267430947,
    4436182239791040910,
    9578779291309831389,
    633616452218960180,
    3640831575682098894,
    9093222772440524620,
    11556677490586661453,
    2381979456555672972,
];
