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
        [0.010551163638091918, 0.05012005758487266, 0.015530287705650798, 0.005, 0.10149830307122848],
        [9.672311303319548e-05, 0.07091987636997907, 0.012845963185800481, 0.016, 0.016067000728483168],
    ]),
    ("unequal", [
        [0.018483539452149693, 0.061127714265718995, 0.03124615909292092, 0.007, 0.15302030575370104],
        [0.0004754692660573408, 0.17117695046523057, 0.05389549109148596, 0.035, 0.23876793438254482],
    ]),
    ("weighted", [
        [0.013310605875063034, 0.08010986424209653, 0.034878030429150074, 0.011, 0.16005839255137122],
        [0.00010499349233256335, 0.15031293515042587, 0.048977897638019824, 0.039, 0.18884885416016492],
    ]),
    ("paired", [
        [0.010551163638091918, 0.06672381324218123, 0.018228800437343973, 0.006, 0.1080651295110584],
        [9.672311303319548e-05, 0.11339165276996917, 0.015465091103386465, 0.015, 0.02562968281165177],
    ]),
    ("clustered", [
        [0.010551163638091918, 0.03148348103349437, 0.006477430859169875, 0.008, 0.07851199414762593],
        [9.672311303319548e-05, 0.0713935325839525, 0.007000819710823233, 0.019, 0.008936515729099915],
    ]),
];

/// Mean ratio and standard error of "a", standard error of Delta_ab, and in how many replicates
/// "a" has its most frequent rank.
#[rustfmt::skip]
const RANKINGS: [(&str, [[f64; 4]; 2]); 5] = [
    ("independent", [
        [0.5031000265992243, 0.06851942746145255, 0.0839785061318428, 244.0],
        [0.5000483615565166, 0.05416070305369709, 0.08215008567619597, 247.0],
    ]),
    ("unequal", [
        [0.5077423074120562, 0.053182190373840504, 0.07775437347267068, 248.0],
        [0.5002377346330287, 0.08647914014372944, 0.171724274484457, 240.0],
    ]),
    ("weighted", [
        [0.5063642422647721, 0.05618940748151761, 0.09152372822350116, 246.0],
        [0.5000524967461663, 0.07586845930830735, 0.15076299797976367, 243.0],
    ]),
    ("paired", [
        [0.5031000265992243, 0.09329112284392543, 0.11323534132581989, 234.0],
        [0.5000483615565166, 0.10940170525649644, 0.14830759930452905, 236.0],
    ]),
    ("clustered", [
        [0.5031000265992243, 0.03271796770402, 0.04467569032291448, 250.0],
        [0.5000483615565166, 0.03570744887194927, 0.0714013903021999, 248.0],
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
