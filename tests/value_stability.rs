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
use risk_sd::{
    Bootstrap, BootstrapMethod, DominanceTest, Guard, NullLaw, Order, PowerAnalysis, RankingTest,
    SubsampleSize, UniformMethod, UniformTest, gap,
};

/// ratio, standard error, p-value of the bound, p-value of the guard, upper bound: of "a over b".
type Pinned = [f64; 5];

/// First order, then second.
#[rustfmt::skip]
const TESTS: [(&str, [Pinned; 2]); 9] = [
    ("independent", [
        [0.010551163638091918, 0.05024380598451433, 0.013420477514788733, 0.004, 0.0937717555690428],
        [9.672311303319548e-5, 0.08643926780776451, 0.01213277874567717, 0.012, 0.015440094721557697],
    ]),
    ("unequal", [
        [0.018483539452149693, 0.09813145068263869, 0.0278422105358976, 0.009, 0.1468584734464751],
        [0.0004754692660573408, 0.19029913275712182, 0.0573333169678589, 0.035, 0.25233111130728375],
    ]),
    ("weighted", [
        [0.013310605875063034, 0.06331355241584133, 0.03196392742354735, 0.014, 0.15083154504002422],
        [0.00010499349233256335, 0.17575099568775548, 0.05180511806693268, 0.039, 0.21926238206405999],
    ]),
    ("paired", [
        [0.010551163638091918, 0.05747263616946103, 0.013982356779908545, 0.006, 0.09734420085315644],
        [9.672311303319548e-5, 0.08659549878504612, 0.011683664295293281, 0.015, 0.016355623393372588],
    ]),
    ("clustered", [
        [0.010551163638091918, 0.02460007224682623, 0.005919315229945138, 0.008, 0.07650796352522356],
        [9.672311303319548e-5, 0.00951652523778186, 0.007486987541732703, 0.019, 0.006640931403578187],
    ]),
    ("stratified", [
        [0.010551163638091918, 0.05997706349009097, 0.02016443253075751, 0.006, 0.11381627470748724],
        [9.672311303319548e-05, 0.11661921527269432, 0.017635654897400987, 0.015, 0.023142095351493756],
    ]),
    ("weighted clusters", [
        [0.01361861401633237, 0.10155785789559953, 0.054513234499260495, 0.031, 0.21301590503948484],
        [0.0004273489840792572, 0.25517866409127304, 0.12563868847892973, 0.097, 1.0],
    ]),
    ("series", [
        [0.010551163638091918, 0.04430676636479346, 0.01687907762048547, 0.01, 0.09940917466820247],
        [9.672311303319548e-05, 0.08380309312780072, 0.011948606600556648, 0.015, 0.011525115165861204],
    ]),
    ("surveys", [
        [0.013310605875063034, 0.08008137091951893, 0.04419117579402342, 0.01, 0.18606265288435678],
        [0.00010499349233256335, 0.23914158155640722, 0.08464629732510007, 0.047, 0.5896495775884947],
    ]),
];

/// Mean ratio and standard error of "a", standard error of Delta_ab, and in how many replicates
/// "a" has its most frequent rank.
#[rustfmt::skip]
const RANKINGS: [(&str, [[f64; 4]; 2]); 9] = [
    ("independent", [
        [0.5031000265992243, 0.05624524884075384, 0.07346475006702038, 246.0],
        [0.5000483615565166, 0.06503366571356473, 0.09953449114614112, 245.0],
    ]),
    ("unequal", [
        [0.5077423074120562, 0.06181723746060554, 0.10736421205390215, 243.0],
        [0.5002377346330287, 0.09514988456987025, 0.19037096090125133, 240.0],
    ]),
    ("weighted", [
        [0.5063642422647721, 0.045328718231806606, 0.07308802267039376, 249.0],
        [0.5000524967461663, 0.08788853874622986, 0.17580250445978232, 240.0],
    ]),
    ("paired", [
        [0.5031000265992243, 0.06881652017027604, 0.08827361547656944, 246.0],
        [0.5000483615565166, 0.07533136453329485, 0.10672636425650617, 244.0],
    ]),
    ("clustered", [
        [0.5031000265992243, 0.02753073575860662, 0.036798396656678875, 250.0],
        [0.5000483615565166, 0.004763122709231745, 0.009520285323637977, 250.0],
    ]),
    ("stratified", [
        [0.5031000265992243, 0.08639055218075706, 0.10440518168155827, 241.0],
        [0.5000483615565166, 0.09986080724023431, 0.14314084611428277, 238.0],
    ]),
    ("weighted clusters", [
        [0.4663330496127559, 0.1105207972279039, 0.15030065139044135, 231.0],
        [0.5002136744920397, 0.14192330048522692, 0.26436266423602706, 221.0],
    ]),
    ("series", [
        [0.5031000265992243, 0.04008910006597637, 0.05774298111025169, 250.0],
        [0.5000483615565166, 0.04190233991688771, 0.08380386850272445, 248.0],
    ]),
    ("surveys", [
        [0.5062309195165414, 0.06877948909033323, 0.10132542862042551, 246.0],
        [0.5000524967461663, 0.133740124888464, 0.24771459684365518, 229.0],
    ]),
];

/// Analytic standard errors of "a over b".
#[rustfmt::skip]
const ANALYTIC: [[f64; 2]; 9] = [
    [0.017049391578937832, 0.0003287980869891952],
    [0.01971009838907405, 0.0011915614287506381],
    [0.022884181683254273, 0.000430095917213993],
    [0.01778522870226339, 0.0003345685069064831],
    [0.016630329999096805, 0.0003212831513403271],
    [0.017944504788151256, 0.00033592918466067776],
    [0.0215187001088125, 0.0014738921707287591],
    [0.01596055959738091, 0.0002801353954224551],
    [0.0226701009622481, 0.0004481337729429323],
];

/// above, below of "a over b".
#[rustfmt::skip]
const AREAS: [[[f64; 2]; 2]; 9] = [
    [[0.015883127848307293, 0.00016937255859375], [0.0029803946607997005, 2.883009350239876e-7]],
    [[0.01813300880225929, 0.00034147382856489304], [0.0023549372672288303, 1.1202329303895974e-6]],
    [[0.013292444055390724, 0.00017931730592335435], [0.0019399245958426714, 2.037008454425127e-7]],
    [[0.015883127848307293, 0.00016937255859375], [0.0029803946607997005, 2.883009350239876e-7]],
    [[0.015883127848307293, 0.00016937255859375], [0.0029803946607997005, 2.883009350239876e-7]],
    [[0.015883127848307293, 0.00016937255859375], [0.0029803946607997005, 2.883009350239876e-07]],
    [[0.019173952132936507, 0.0002647278800843254], [0.0021661174397037014, 9.260838482454584e-07]],
    [[0.015883127848307293, 0.00016937255859375], [0.0029803946607997005, 2.883009350239876e-07]],
    [[0.013292444055390724, 0.00017931730592335435], [0.0019399245958426714, 2.037008454425127e-07]],
];

/// Barrett-Donald, Linton-Song-Whang, Donald-Hsu: first order, then second.
#[rustfmt::skip]
const CLASSICAL: [[[f64; 2]; 3]; 9] = [
    [[0.027888446215139442, 0.00398406374501992], [0.00796812749003984, 0.01195219123505976], [0.027888446215139442, 0.00398406374501992]],
    [[0.03187250996015936, 0.00796812749003984], [0.00796812749003984, 0.01195219123505976], [0.03187250996015936, 0.00796812749003984]],
    [[0.08764940239043825, 0.01593625498007968], [0.02390438247011952, 0.03187250996015936], [0.08764940239043825, 0.01593625498007968]],
    [[0.01195219123505976, 0.00398406374501992], [0.00398406374501992, 0.00398406374501992], [0.01195219123505976, 0.00398406374501992]],
    [[0.00398406374501992, 0.00398406374501992], [0.00398406374501992, 0.00398406374501992], [0.00398406374501992, 0.00398406374501992]],
    [[0.035856573705179286, 0.00796812749003984], [0.01195219123505976, 0.01195219123505976], [0.035856573705179286, 0.00796812749003984]],
    [[0.0398406374501992, 0.043824701195219126], [0.035856573705179286, 0.05976095617529881], [0.0398406374501992, 0.043824701195219126]],
    [[0.02390438247011952, 0.00398406374501992], [0.00398406374501992, 0.00398406374501992], [0.02390438247011952, 0.00398406374501992]],
    [[0.055776892430278883, 0.00398406374501992], [0.01593625498007968, 0.0199203187250996], [0.055776892430278883, 0.00398406374501992]],
];

/// Null laws that are not the default of a design or method.
#[rustfmt::skip]
const OTHER_LAWS: [[f64; 2]; 7] = [
    [0.04780876494023904, 0.01593625498007968],
    [0.03187250996015936, 0.01593625498007968],
    [0.043824701195219126, 0.01195219123505976],
    [0.00796812749003984, 0.00398406374501992],
    [0.027888446215139442, 0.00398406374501992],
    [0.08366533864541832, 0.07569721115537849],
    [0.07547169811320754, 0.07547169811320754],
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

/// Methods that are not the default of a design.
#[test]
fn methods() {
    let error = |name, method| {
        let test =
            DominanceTest::new(Order::First).bootstrap(BOOTSTRAP.method(method)).guard(Guard::Off);
        test.run(&design(name), "a", "b").unwrap().a_over_b.unwrap().standard_error
    };
    let found = [
        error("independent", BootstrapMethod::BayesianWeights),
        error("paired", BootstrapMethod::BayesianWeights),
        error("series", BootstrapMethod::MovingBlocks),
    ];
    assert_eq!(found, [0.037909001412467946, 0.046147884066210586, 0.0447746728327624]);
}

/// p-values of "b dominates a" at both orders.
#[test]
fn classical_tests() {
    let p = |name: &str, test: UniformTest| {
        let report = test.replicates(250).seed(20_240_607).run(&design(name), "a", "b").unwrap();
        [report.orders[0].b_over_a.p_value, report.orders[1].b_over_a.p_value]
    };
    let of = |method| UniformTest::new().method(method);
    let found = NAMES.map(|name| {
        [UniformMethod::BarrettDonald, UniformMethod::LintonSongWhang, UniformMethod::DonaldHsu]
            .map(|method| p(name, of(method)))
    });
    assert_eq!(found, CLASSICAL, "all that was found:\n{found:#?}");
    let law = |law: NullLaw| UniformTest::new().null_law(law);
    let subsets = of(UniformMethod::LintonMaasoumiWhang);
    let blocks = NullLaw::OverlappingBlocks(SubsampleSize::Rows(9));
    let found = [
        p("unequal", law(NullLaw::Permutation)),
        p("unequal", law(NullLaw::Pooled)),
        p("weighted", law(NullLaw::Bayesian)),
        p("clustered", law(NullLaw::Multiplier)),
        p("stratified", law(NullLaw::Permutation)),
        p("independent", subsets.clone()),
        p("series", subsets.null_law(blocks).level(0.1)),
    ];
    assert_eq!(found, OTHER_LAWS, "all that was found:\n{found:#?}");
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

/// p-value and critical value of "a over b" at the first order.
fn uniform(name: &str, test: UniformTest) -> [f64; 2] {
    let report = test.orders([1]).replicates(199).seed(20_240_607).run(&design(name), "a", "b").unwrap();
    let direction = &report.orders[0].a_over_b;
    [direction.p_value, direction.critical_value]
}

/// Every test of the hypothesis of dominance, and every null law that draws.
#[test]
fn uniform_tests() {
    use UniformMethod::{
        BarrettDonald, DonaldHsu, LintonMaasoumiWhang, LintonSongWhang, NumericalDelta,
    };
    let method = |method| uniform("independent", UniformTest::new().method(method));
    let methods =
        [BarrettDonald, DonaldHsu, LintonMaasoumiWhang, LintonSongWhang, NumericalDelta].map(method);
    let law = |name, law| uniform(name, UniformTest::new().null_law(law));
    let laws = [
        law("paired", NullLaw::Recentred),
        law("clustered", NullLaw::Recentred),
        law("stratified", NullLaw::Recentred),
        law("series", NullLaw::Recentred),
        law("surveys", NullLaw::Recentred),
        law("paired", NullLaw::Bayesian),
        law("independent", NullLaw::Multiplier),
        law("independent", NullLaw::Pooled),
        law("independent", NullLaw::Permutation),
        law("paired", NullLaw::Permutation),
    ];
    assert_eq!((methods, laws), (METHODS, LAWS));
}

/// p-value, critical value.
#[rustfmt::skip]
const METHODS: [[f64; 2]; 5] = [
    [0.9, 1.0954451150103321], [0.295, 0.4564354645876384], [0.24, 0.75], [0.9, 0.23916015624999995],
    [0.6, 0.8359454362850701],
];

#[rustfmt::skip]
const LAWS: [[f64; 2]; 10] = [
    [0.81, 1.0954451150103321], [0.715, 1.18673220792786], [0.775, 1.2079238544980002],
    [0.775, 1.0954451150103321], [0.81, 1.353041550083898], [0.785, 1.1572040015386476],
    [0.79, 1.2860278917982557], [0.885, 1.2780193008453875], [0.87, 1.2780193008453875],
    [0.92, 1.18673220792786],
];

/// Claims among twelve simulated data sets.
const CLAIMS: [usize; 3] = [3, 8, 12];

#[test]
fn simulated_power() {
    let analysis = PowerAnalysis::new(Order::First).threshold(0.25).data_sets(12).seed(20_240_607);
    let claims = |name| analysis.simulate(&design(name), "a", "b", 30).unwrap().claims;
    assert_eq!(["independent", "paired", "clustered"].map(claims), CLAIMS);
}

/// Distance and standard error over 50 directions, and the largest distance.
#[cfg(feature = "ndarray")]
const SLICED: [f64; 3] = [0.2146621776254142, 0.01772452393796878, 0.4836599412246322];

/// Directions that are drawn.
#[cfg(feature = "ndarray")]
#[test]
fn sliced_distances() {
    let cloud = |step: usize| {
        ndarray::Array2::from_shape_fn((40, 3), |(i, j)| ((i * step + 7 * j) % 23) as f64 / 8.0)
    };
    let (a, b) = (cloud(5), cloud(11));
    let directions = risk_sd::Directions::new().count(50).seed(20_240_607);
    let mean = risk_sd::sliced_wasserstein(2.0, a.view(), b.view(), &directions).unwrap();
    let most = risk_sd::max_sliced_wasserstein(2.0, a.view(), b.view(), &directions).unwrap();
    assert_eq!([mean.distance, mean.standard_error, most.distance], SLICED);
}
