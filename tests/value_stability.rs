//! Seeded results, pinned to the last bit, for every sampling design and order.
//!
//! A published number must come out again from a later version, so a change of any number here is a
//! breaking change: it needs a major version and a line in the changelog, even where the new number is as
//! good. (Random streams, the order in which draws are used, chunk sizes and lane counts all enter.)
//!
//! The data are made by integer arithmetic. Ratios, standard errors and p-values use only operations that
//! IEEE 754 rounds in one way, and the error function of the pure-Rust `libm`. The numbers are the same with and without the feature `rayon`.

#[path = "draws/designs.rs"]
mod designs;
mod draws;

use designs::{NAMES, design};
use risk_sd::{Bootstrap, DominanceTest, Order, RankingTest, gap};

/// ratio, standard error, p-value of the bound, p-value of the guard, upper bound: of "a over b".
type Pinned = [f64; 5];

/// First order, then second.
#[rustfmt::skip]
const TESTS: [(&str, [Pinned; 2]); 5] = [
    ("independent", [
        [0.010551163638091918, 0.0394962867680367, 0.014112215333294166, 0.003, 0.0951875583550023],
        [9.672311303319548e-5, 0.030805371084755402, 0.01159461538339614, 0.01, 0.012801858183933689],
    ]),
    ("unequal", [
        [0.018483539452149693, 0.06185628679505852, 0.027453000245195834, 0.003, 0.14459192595722206],
        [0.0004754692660573408, 0.15973766686870822, 0.0467403330989183, 0.033, 0.17321750784669318],
    ]),
    ("weighted", [
        [0.013310605875063034, 0.07747442078850363, 0.0420274516345795, 0.008, 0.17631150120171699],
        [0.00010499349233256335, 0.15987130163895538, 0.053918058098783986, 0.042, 0.2588014046630362],
    ]),
    ("paired", [
        [0.010551163638091918, 0.04885881119111654, 0.02067784628201486, 0.004, 0.11614901964584873],
        [9.672311303319548e-5, 0.09843893649943836, 0.016095889644361913, 0.017, 0.028372959337356052],
    ]),
    ("clustered", [
        [0.010551163638091918, 0.032125917994936644, 0.00790447673481016, 0.011, 0.08280781318678164],
        [9.672311303319548e-5, 0.07447459815690817, 0.00893716386357501, 0.022, 0.010934764675296834],
    ]),
];

/// Mean ratio and standard error of "a", standard error of Delta_ab, and in how many replicates
/// "a" has its most frequent rank.
#[rustfmt::skip]
const RANKINGS: [(&str, [[f64; 4]; 2]); 5] = [
    ("independent", [
        [0.5031000265992243, 0.07259216181888647, 0.08320140057824739, 243.0],
        [0.5000483615565166, 0.06294857571470854, 0.0688197426767502, 245.0],
    ]),
    ("unequal", [
        [0.5077423074120562, 0.05935618896045583, 0.08261937697760888, 247.0],
        [0.5002377346330287, 0.08079979962997914, 0.1603377038737098, 241.0],
    ]),
    ("weighted", [
        [0.5063642422647721, 0.06379124895280303, 0.0948526456608713, 246.0],
        [0.5000524967461663, 0.09190073367800423, 0.16671099628075742, 240.0],
    ]),
    ("paired", [
        [0.5031000265992243, 0.08534515123865245, 0.09887281820635715, 242.0],
        [0.5000483615565166, 0.10377515444052465, 0.1353452289108268, 239.0],
    ]),
    ("clustered", [
        [0.5031000265992243, 0.027702309491065846, 0.0411068132578444, 250.0],
        [0.5000483615565166, 0.037423855168534206, 0.07459098591362853, 248.0],
    ]),
];

/// Analytic standard errors of "a over b".
#[rustfmt::skip]
const ANALYTIC: [[f64; 2]; 5] = [
    [0.017049391578937832, 0.0003287980869891952],
    [0.01971009838907405, 0.0011915614287506381],
    [0.022884181683254273, 0.000430095917213993],
    [0.01778522870226339, 0.0003345685069064831],
    [0.016630329999096805, 0.0003212831513403271],
];

/// above, below of "a over b".
#[rustfmt::skip]
const AREAS: [[[f64; 2]; 2]; 5] = [
    [[0.015883127848307293, 0.00016937255859375], [0.0029803946607997005, 2.883009350239876e-7]],
    [[0.01813300880225929, 0.00034147382856489304], [0.0023549372672288303, 1.1202329303895974e-6]],
    [[0.013292444055390724, 0.00017931730592335435], [0.0019399245958426714, 2.037008454425127e-7]],
    [[0.015883127848307293, 0.00016937255859375], [0.0029803946607997005, 2.883009350239876e-7]],
    [[0.015883127848307293, 0.00016937255859375], [0.0029803946607997005, 2.883009350239876e-7]],
];

const ORDERS: [Order; 2] = [Order::First, Order::Second];
/// Not the defaults, so that the defaults stay free to change.
const BOOTSTRAP: Bootstrap = Bootstrap::new().replicates(250).seed(20_240_607);

fn test_of(name: &str) -> [Pinned; 2] {
    let samples = design(name);
    ORDERS.map(|order| {
        let report =
            DominanceTest::new(order).threshold(0.2).bootstrap(BOOTSTRAP).run(&samples, "a", "b");
        let direction = report.unwrap().a_over_b.unwrap();
        [
            direction.violation_ratio,
            direction.standard_error,
            direction.bound_p_value,
            direction.guard_p_value.unwrap(),
            direction.upper_bound,
        ]
    })
}

fn ranking_of(name: &str) -> [[f64; 4]; 2] {
    let report = RankingTest::new().bootstrap(BOOTSTRAP).run(&design(name)).unwrap();
    ORDERS.map(|order| {
        let ranking = report.at(order).unwrap();
        let a = ranking.models.iter().find(|model| model.name == "a").unwrap();
        let frequency = a.rank_frequencies.iter().copied().fold(0.0, f64::max);
        [
            a.relative_ratio,
            a.standard_error,
            ranking.pairs[0].difference_standard_error,
            (frequency * 250.0).round(),
        ]
    })
}

#[test]
fn tests_of_a_pair() {
    let found = NAMES.map(|name| (name, test_of(name)));
    assert_eq!(found, TESTS, "all that was found:\n{found:#?}");
}

#[test]
fn rankings() {
    let found = NAMES.map(|name| (name, ranking_of(name)));
    assert_eq!(found, RANKINGS, "all that was found:\n{found:#?}");
}

/// Analytic errors draw nothing but in the guard.
#[test]
fn analytic_errors() {
    let found = NAMES.map(|name| {
        let run =
            |order| DominanceTest::new(order).analytic().seed(1).run(&design(name), "a", "b").unwrap();
        ORDERS.map(|order| run(order).a_over_b.unwrap().standard_error)
    });
    assert_eq!(found, ANALYTIC, "all that was found:\n{found:#?}");
}

/// The areas themselves: no draw at all.
#[test]
fn areas() {
    let found = NAMES.map(|name| {
        let samples = design(name);
        let of = |order| gap(order, samples.get("a").unwrap(), samples.get("b").unwrap());
        ORDERS.map(|order| [of(order).above(), of(order).below()])
    });
    assert_eq!(found, AREAS, "all that was found:\n{found:#?}");
}
