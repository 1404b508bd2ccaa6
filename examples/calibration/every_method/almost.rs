//! Tests of almost dominance: claims between equal laws and at the true ratio, bounds, intervals, standard errors.

use risk_sd::{
    Bootstrap, BootstrapMethod, Direction, DominanceReport, DominanceTest, Guard, Order, Rule, Samples,
};

use super::designs::{ORDERS, SERIAL, SIZES, SURVEYS, Shape, all_designs, draw, true_ratios};
use super::{Answer, Kind, LEVEL, REPLICATES, Spec, Study};
use crate::laws::Dependence;

pub fn studies() -> Vec<Study> {
    let mut all = Vec::new();
    for (shape, how) in all_designs() {
        for rows in SIZES {
            all.push(equal(shape, how, rows));
            all.push(boundary(shape, how, rows));
            all.push(better(shape, how, rows));
        }
    }
    all
}

/// The default test with as many replicates as all methods get here.
fn default(order: Order, seed: u64) -> DominanceTest {
    DominanceTest::new(order)
        .bootstrap(Bootstrap::new().replicates(REPLICATES).seed(seed))
        .guard(Guard::Replicates(REPLICATES))
}

fn run(test: DominanceTest, samples: &Samples) -> DominanceReport {
    test.run(samples, "0", "1").expect("a valid test")
}

/// What `of` says of "0 over 1"; nothing of equal samples.
fn about(report: &DominanceReport, of: impl Fn(Direction) -> bool) -> Answer {
    report.a_over_b.map_or(Answer::Nothing, |d| Answer::said(of(d), &report.warnings))
}

/// Specs for both orders.
fn in_both_orders(of_order: &[(&str, Kind)]) -> Vec<Spec> {
    let of = |order: Order| {
        of_order.iter().map(move |(method, kind)| Spec::new(format!("{method}, {order} order"), *kind))
    };
    ORDERS.into_iter().flat_map(of).collect()
}

/// F = G at threshold 1/2, at which any sign of an advantage counts.
fn equal(shape: Shape, (name, dependence): (&str, Dependence), rows: usize) -> Study {
    let specs = in_both_orders(&[
        ("DominanceTest: claim at 1/2", Kind::Size),
        ("DominanceTest: guard alone", Kind::Size),
        ("DominanceTest, analytic: claim at 1/2", Kind::Size),
        ("DominanceTest, analytic, Guard::Off: claim at 1/2", Kind::Size),
        ("DominanceTest, Rule::Linear, analytic, Guard::Off: claim at 1/2", Kind::Size),
    ]);
    let law = shape.standard();
    let answer = move |seed| {
        let samples = draw(&[law, law], rows, dependence, seed);
        let of_order = |order| {
            let test = default(order, seed).threshold(0.5);
            let found = run(test, &samples);
            let claims = |d: Direction| d.p_value <= LEVEL;
            let off = test.analytic().guard(Guard::Off);
            [
                about(&found, claims),
                about(&found, |d| d.guard_p_value.is_some_and(|p| p <= LEVEL)),
                about(&run(test.analytic(), &samples), claims),
                about(&run(off, &samples), claims),
                about(&run(off.rule(Rule::Linear), &samples), claims),
            ]
        };
        ORDERS.into_iter().flat_map(of_order).collect()
    };
    let design = format!("F = G {}, {name}", shape.name());
    Study { design, rows, specs, answer: Box::new(answer) }
}

/// The threshold is the true ratio.
fn boundary(shape: Shape, (name, dependence): (&str, Dependence), rows: usize) -> Study {
    let (x, y) = (shape.crossing(), shape.standard());
    let truth = true_ratios(x, y);
    let mut methods = vec![
        ("DominanceTest: claim at the true ratio", Kind::Size),
        ("DominanceTest at half the level: claim at the true ratio", Kind::Size),
        ("DominanceTest: two-sided interval", Kind::Coverage),
        ("DominanceTest: standard error of the ratio", Kind::StandardError),
        ("DominanceTest, analytic: claim at the true ratio", Kind::Size),
        ("DominanceTest, analytic: two-sided interval", Kind::Coverage),
        ("DominanceTest, analytic: standard error of the ratio", Kind::StandardError),
        ("DominanceTest, Rule::Linear, analytic: claim at the true ratio", Kind::Size),
        ("DominanceTest, Rule::PaperLiteral, analytic: claim at the true ratio", Kind::Size),
    ];
    let other = match name {
        name if name == SERIAL.0 => Some(("moving blocks", BootstrapMethod::MovingBlocks)),
        name if name == SURVEYS.0 || name.ends_with("strata") => None,
        _ => Some(("Bayesian weights", BootstrapMethod::BayesianWeights)),
    };
    let title = other.map(|(method, _)| format!("DominanceTest, {method}: claim at the true ratio"));
    methods.extend(title.iter().map(|title| (title.as_str(), Kind::Size)));
    let specs = in_both_orders(&methods);
    let answer = move |seed| {
        let samples = draw(&[x, y], rows, dependence, seed);
        let of_order = |(order, truth): (Order, f64)| {
            let test = default(order, seed).threshold(truth);
            let mut answers = at_the_truth(test, truth, &samples);
            if let Some((_, method)) = other {
                let bootstrap = Bootstrap::new().replicates(REPLICATES).seed(seed).method(method);
                answers.push(about(&run(test.bootstrap(bootstrap), &samples), |d| d.p_value <= LEVEL));
            }
            answers
        };
        ORDERS.into_iter().zip(truth).flat_map(of_order).collect()
    };
    let [first, second] = truth;
    let design = format!("ratio {first:.3}, {second:.3} {}, {name}", shape.name());
    Study { design, rows, specs, answer: Box::new(answer) }
}

/// Answers in the order of the methods of [`boundary`].
fn at_the_truth(test: DominanceTest, truth: f64, samples: &Samples) -> Vec<Answer> {
    let claims = |d: Direction| d.p_value <= LEVEL;
    let misses = |d: Direction| !(d.interval.lower..=d.interval.upper).contains(&truth);
    let error = |report: &DominanceReport| {
        report.a_over_b.map_or(Answer::Nothing, |d| Answer::Estimated {
            value: d.violation_ratio,
            error: d.standard_error,
            warned: !report.warnings.is_empty(),
        })
    };
    let found = run(test, samples);
    let analytic = test.analytic().guard(Guard::Off);
    let by_influences = run(test.analytic(), samples);
    vec![
        about(&found, claims),
        about(&found, |d| d.p_value <= LEVEL / 2.0),
        about(&found, misses),
        error(&found),
        about(&by_influences, claims),
        about(&by_influences, misses),
        error(&by_influences),
        about(&run(analytic.rule(Rule::Linear), samples), claims),
        about(&run(analytic.rule(Rule::PaperLiteral), samples), claims),
    ]
}

/// Clear dominance at first order, so that claims at the default threshold are right one way and wrong the other.
fn better(shape: Shape, (name, dependence): (&str, Dependence), rows: usize) -> Study {
    let (x, y) = (shape.better(), shape.standard());
    let specs = in_both_orders(&[
        ("DominanceTest: the better one claimed", Kind::Power),
        ("DominanceTest: the worse one claimed", Kind::Size),
        ("DominanceTest: upper bound below 1/4, no guard", Kind::Power),
    ]);
    let answer = move |seed| {
        let samples = draw(&[x, y], rows, dependence, seed);
        let of_order = |order| {
            let found = run(default(order, seed), &samples);
            let backward = found
                .b_over_a
                .map_or(Answer::Nothing, |d| Answer::said(d.p_value <= LEVEL, &found.warnings));
            [about(&found, |d| d.p_value <= LEVEL), backward, about(&found, |d| d.upper_bound <= 0.25)]
        };
        ORDERS.into_iter().flat_map(of_order).collect()
    };
    let design = format!("X dominates, {}, {name}", shape.name());
    Study { design, rows, specs, answer: Box::new(answer) }
}
