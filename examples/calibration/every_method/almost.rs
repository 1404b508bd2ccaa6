//! Tests of almost dominance: claims between equal laws and at the true ratio, bounds, intervals, standard errors.

use risk_sd::{
    Bootstrap, BootstrapMethod, Direction, DominanceReport, DominanceTest, Guard, Order, Rule, Samples,
    Warning,
};

use super::designs::{
    INDEPENDENT, Law, ORDERS, SERIAL, SIZES, STRATIFIED, SURVEYS, Shape, all_designs, draw, true_ratios,
};
use super::{Answer, Kind, LEVEL, REPLICATES, Spec, Study};
use crate::laws::Dependence;

pub fn studies() -> Vec<Study> {
    let mut all = Vec::new();
    for (shape, how) in all_designs() {
        for rows in SIZES {
            all.push(equal(shape, how, rows));
            all.push(boundary(shape, shape.crossing(), how, rows));
            if how == INDEPENDENT {
                all.push(boundary(shape, shape.nearly_dominating(), how, rows));
            }
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

/// Whether a warning is about claims: that of ratios near 0 or 1 is about standard errors and intervals.
fn of_claims(warning: &Warning) -> bool {
    !matches!(warning, Warning::RatioAtEdge { .. })
}

fn warned_of_claims(report: &DominanceReport) -> bool {
    report.warnings.iter().any(of_claims)
}

/// What `of` says of "0 over 1"; nothing of equal samples.
fn about(report: &DominanceReport, of: impl Fn(Direction) -> bool) -> Answer {
    let warned = warned_of_claims(report);
    report.a_over_b.map_or(Answer::Nothing, |d| Answer::Said { hit: of(d), warned })
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
                guarded(test.analytic(), &found, &samples),
                about(&run(off, &samples), claims),
                about(&run(off.rule(Rule::Linear), &samples), claims),
            ]
        };
        ORDERS.into_iter().flat_map(of_order).collect()
    };
    let design = format!("F = G {}, {name}", shape.name());
    Study { design, rows, specs, answer: Box::new(answer) }
}

/// The threshold is the true ratio, at the orders at which it is one that a test takes.
fn boundary(shape: Shape, x: Law, (name, dependence): (&str, Dependence), rows: usize) -> Study {
    let y = shape.standard();
    let truth = ORDERS.into_iter().zip(true_ratios(x, y));
    let truth: Vec<(Order, f64)> = truth.filter(|(_, ratio)| (1e-3..=0.5).contains(ratio)).collect();
    let other = match name {
        name if name == SERIAL.0 => Some(("moving blocks", BootstrapMethod::MovingBlocks)),
        name if [SURVEYS.0, STRATIFIED.0].contains(&name) => None,
        _ => Some(("Bayesian weights", BootstrapMethod::BayesianWeights)),
    };
    let of_order = |&(order, ratio): &(Order, f64)| {
        let at = format!("claim at the true ratio {ratio:.3}");
        let mut specs = vec![
            (format!("DominanceTest: {at}"), Kind::Size),
            (format!("DominanceTest at half the level: {at}"), Kind::Size),
            ("DominanceTest: two-sided interval".to_owned(), Kind::Coverage),
            ("DominanceTest: standard error of the ratio".to_owned(), Kind::StandardError),
            (format!("DominanceTest, analytic: {at}"), Kind::Size),
            ("DominanceTest, analytic: two-sided interval".to_owned(), Kind::Coverage),
            ("DominanceTest, analytic: standard error of the ratio".to_owned(), Kind::StandardError),
            (format!("DominanceTest, Rule::Linear, analytic, Guard::Off: {at}"), Kind::Size),
            (format!("DominanceTest, Rule::PaperLiteral, analytic, Guard::Off: {at}"), Kind::Size),
        ];
        specs.extend(other.map(|(method, _)| (format!("DominanceTest, {method}: {at}"), Kind::Size)));
        specs.into_iter().map(move |(method, kind)| Spec::new(format!("{method}, {order} order"), kind))
    };
    let specs = truth.iter().flat_map(of_order).collect();
    let answer = move |seed| {
        let samples = draw(&[x, y], rows, dependence, seed);
        let of_order = |&(order, truth): &(Order, f64)| {
            let test = default(order, seed).threshold(truth);
            let found = run(test, &samples);
            let mut answers = at_the_truth(test, &found, truth, &samples);
            if let Some((_, method)) = other {
                let bootstrap = Bootstrap::new().replicates(REPLICATES).seed(seed).method(method);
                answers.push(guarded(test.bootstrap(bootstrap), &found, &samples));
            }
            answers
        };
        truth.iter().flat_map(of_order).collect()
    };
    let law = if x == shape.crossing() { "curves cross" } else { "X nearly dominates" };
    let design = format!("{law}, {}, {name}", shape.name());
    Study { design, rows, specs, answer: Box::new(answer) }
}

/// The claim of a test with the guard of another, which has the same replicates: that of its own would be the same.
fn guarded(test: DominanceTest, guard: &DominanceReport, samples: &Samples) -> Answer {
    let report = run(test.guard(Guard::Off), samples);
    let passed = guard.a_over_b.and_then(|d| d.guard_p_value).is_some_and(|p| p <= LEVEL);
    report.a_over_b.map_or(Answer::Nothing, |d| Answer::Said {
        hit: passed && d.p_value <= LEVEL,
        warned: report.warnings.iter().any(|warning| of_claims(warning) && *warning != Warning::NoGuard),
    })
}

/// Answers in the order of the methods of [`boundary`].
fn at_the_truth(
    test: DominanceTest,
    found: &DominanceReport,
    truth: f64,
    samples: &Samples,
) -> Vec<Answer> {
    let claims = |d: Direction| d.p_value <= LEVEL;
    let off = test.analytic().guard(Guard::Off);
    let analytic = run(off, samples);
    vec![
        about(found, claims),
        about(found, |d| d.p_value <= LEVEL / 2.0),
        misses(found, truth),
        error(found),
        guarded(test.analytic(), found, samples),
        misses(&analytic, truth),
        error(&analytic),
        about(&run(off.rule(Rule::Linear), samples), claims),
        about(&run(off.rule(Rule::PaperLiteral), samples), claims),
    ]
}

/// Whether there is a warning about more than the guard, which intervals and standard errors do not look at.
fn warned(report: &DominanceReport) -> bool {
    report.warnings.iter().any(|warning| *warning != Warning::NoGuard)
}

fn misses(report: &DominanceReport, truth: f64) -> Answer {
    report.a_over_b.map_or(Answer::Nothing, |d| Answer::Said {
        hit: !(d.interval.lower..=d.interval.upper).contains(&truth),
        warned: warned(report),
    })
}

fn error(report: &DominanceReport) -> Answer {
    report.a_over_b.map_or(Answer::Nothing, |d| Answer::Estimated {
        value: d.violation_ratio,
        error: d.standard_error,
        warned: warned(report),
    })
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
            let backward = found.b_over_a.map_or(Answer::Nothing, |d| Answer::Said {
                hit: d.p_value <= LEVEL,
                warned: warned_of_claims(&found),
            });
            [about(&found, |d| d.p_value <= LEVEL), backward, about(&found, |d| d.upper_bound <= 0.25)]
        };
        ORDERS.into_iter().flat_map(of_order).collect()
    };
    let design = format!("X dominates, {}, {name}", shape.name());
    Study { design, rows, specs, answer: Box::new(answer) }
}
