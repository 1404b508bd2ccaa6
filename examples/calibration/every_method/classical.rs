//! Tests of the hypotheses of dominance and of non-dominance.

use risk_sd::{
    Adjustment, Error, Functional, NonDominanceTest, NullLaw, Samples, SubsampleSize, UniformMethod,
    UniformReport, UniformTest, UniformVerdict,
};

use super::designs::{INDEPENDENT, Law, PAIRED, SERIAL, SIZES, Shape, all_designs, draw};
use super::{Answer, Kind, LEVEL, REPLICATES, Spec, Study};
use crate::laws::Dependence;

pub fn studies() -> Vec<Study> {
    let mut all = Vec::new();
    for (shape, how) in all_designs() {
        // What lies apart from equal laws is looked at for all shapes of independent rows, and all designs of
        // normal laws.
        let apart = how.0 == INDEPENDENT.0 || shape == Shape::Normal;
        for rows in SIZES {
            let (y, name) = (shape.standard(), shape.name());
            all.push(study(format!("F = G {name}, {}", how.0), [y, y], Truth::Equal, how, rows));
            if apart {
                let cases = [
                    ("curves touch", shape.touching(), Truth::Dominates),
                    ("X dominates", shape.better(), Truth::Dominates),
                    ("curves cross", shape.crossing(), Truth::Crosses),
                ];
                for (title, x, truth) in cases {
                    let design = format!("{title}, {name}, {}", how.0);
                    all.push(study(design, [x, y], truth, how, rows));
                }
            }
        }
    }
    all
}

#[derive(Clone, Copy, PartialEq)]
enum Truth {
    Equal,
    Dominates,
    Crosses,
}

/// The tests of dominance that take this design, by name. Only those that differ in their method where laws differ.
fn tests(dependence: Dependence, truth: Truth) -> Vec<(&'static str, UniformTest)> {
    let of = |method| UniformTest::new().method(method);
    let least_favourable = |law| UniformTest::new().null_law(law);
    let delta = of(UniformMethod::NumericalDelta);
    let mut tests = vec![
        ("Barrett-Donald", UniformTest::new()),
        ("Linton-Song-Whang", of(UniformMethod::LintonSongWhang)),
        ("Donald-Hsu", of(UniformMethod::DonaldHsu)),
        ("numerical delta, supremum", delta.clone()),
    ];
    let subsets = matches!(
        dependence,
        Dependence::Independent | Dependence::Paired { .. } | Dependence::Clustered { .. }
    );
    if subsets {
        tests.push(("Linton-Maasoumi-Whang", of(UniformMethod::LintonMaasoumiWhang)));
    }
    if truth != Truth::Equal {
        return tests;
    }
    tests.push(("Barrett-Donald, L1", UniformTest::new().functional(Functional::L1)));
    tests.push(("Barrett-Donald, L2", UniformTest::new().functional(Functional::L2)));
    tests.push(("numerical delta, L1", delta.functional(Functional::L1)));
    if subsets {
        tests.push(("Barrett-Donald, Bayesian", least_favourable(NullLaw::Bayesian)));
        tests.push(("Barrett-Donald, multiplier", least_favourable(NullLaw::Multiplier)));
        tests.push(("Barrett-Donald, permutation", least_favourable(NullLaw::Permutation)));
    }
    if dependence == INDEPENDENT.1 {
        tests.push(("Barrett-Donald, pooled", least_favourable(NullLaw::Pooled)));
    }
    if dependence == PAIRED.1 || dependence == SERIAL.1 {
        let runs = NullLaw::OverlappingBlocks(SubsampleSize::Automatic);
        let method = of(UniformMethod::LintonMaasoumiWhang).null_law(runs);
        tests.push(("Linton-Maasoumi-Whang, runs", method));
    }
    tests
}

/// The laws in closed form, of the supremum at first order.
const CLOSED: [(&str, NullLaw); 2] =
    [("Barrett-Donald, asymptotic", NullLaw::Asymptotic), ("Barrett-Donald, exact", NullLaw::Exact)];

fn study(
    design: String,
    laws: [Law; 2],
    truth: Truth,
    (_, dependence): (&'static str, Dependence),
    rows: usize,
) -> Study {
    let tests = tests(dependence, truth);
    let no_ties = !matches!(laws[0].shape, Shape::FiveLevels | Shape::Bounded);
    let closed = truth == Truth::Equal && dependence == INDEPENDENT.1 && no_ties;
    let mut specs = Vec::new();
    let crosses = truth == Truth::Crosses;
    let a_dominates = if crosses { Kind::Power } else { Kind::Size };
    // The lognormal laws whose distribution functions cross are in order at second order.
    let at_second = if laws[0].shape == Shape::LogNormal { Kind::Size } else { a_dominates };
    for (name, _) in &tests {
        specs.push(Spec::new(format!("{name}: \"X dominates\" rejected, first order"), a_dominates));
        specs.push(Spec::new(format!("{name}: \"X dominates\" rejected, second order"), at_second));
        match truth {
            Truth::Equal => specs.push(Spec::new(format!("{name}: any rejection (Holm)"), Kind::Size)),
            _ => specs
                .push(Spec::new(format!("{name}: \"Y dominates\" rejected, first order"), Kind::Power)),
        }
    }
    for (name, _) in CLOSED.iter().filter(|_| closed) {
        specs.push(Spec::new(format!("{name}: \"X dominates\" rejected, first order"), Kind::Size));
    }
    let shown = match truth {
        Truth::Dominates if laws[0].bend == [1.0; 2] => Kind::Power,
        // These curves cross at the quantile of .98, outside of the range of the test: on the range X dominates.
        Truth::Crosses if laws[0].shape == Shape::LogNormal => Kind::Power,
        _ => Kind::Size,
    };
    // At second order curves that cross may do so outside of the range of the test.
    let orders = if truth == Truth::Equal { 1..=2 } else { 1..=1 };
    for order in orders.clone() {
        specs.push(Spec::new(format!("NonDominanceTest: \"X dominates\" shown, order {order}"), shown));
    }
    let answer = move |seed| {
        let samples = draw(&laws, rows, dependence, seed);
        let mut answers = Vec::new();
        for (_, test) in &tests {
            answers.extend(rejections(test, seed, truth, &samples));
        }
        for (_, law) in CLOSED.iter().filter(|_| closed) {
            let test = UniformTest::new().null_law(*law).orders([1]).adjustment(Adjustment::None);
            let report = test.run(&samples, "0", "1").expect("a valid test");
            answers.push(Answer::said(report.orders[0].a_over_b.p_value <= LEVEL, &report.warnings));
        }
        for order in orders.clone() {
            let report = NonDominanceTest::new(order).run(&samples, "0", "1");
            answers.push(match report {
                Ok(report) => Answer::said(report.a_over_b.p_value <= LEVEL, &[]),
                // Two of five levels are no range to speak of.
                Err(Error::NothingLeft { .. }) => Answer::Nothing,
                Err(error) => panic!("a valid test: {error}"),
            });
        }
        answers
    };
    Study { design, rows, specs, answer: Box::new(answer) }
}

/// "X dominates" at both orders, then any rejection between equal laws, or "Y dominates" at first order.
fn rejections(test: &UniformTest, seed: u64, truth: Truth, samples: &Samples) -> [Answer; 3] {
    let test = test.clone().adjustment(Adjustment::Holm).replicates(REPLICATES).seed(seed);
    let found = match test.run(samples, "0", "1") {
        Ok(found) => found,
        // Runs of a series that are as long as the series.
        Err(Error::InvalidSubsample { .. } | Error::TooFewReplicates { .. }) => {
            return [Answer::Nothing; 3];
        }
        Err(error) => panic!("a valid test: {error}"),
    };
    let said = |hit| Answer::said(hit, &found.warnings);
    let third = match truth {
        Truth::Equal => any_rejection(&found),
        _ => found.orders[0].b_over_a.p_value <= LEVEL,
    };
    [0, 1]
        .map(|order| said(found.orders[order].a_over_b.p_value <= LEVEL))
        .into_iter()
        .chain([said(third)])
        .collect::<Vec<_>>()
        .try_into()
        .expect("three answers")
}

fn any_rejection(found: &UniformReport) -> bool {
    found.orders.iter().any(|result| result.verdict != UniformVerdict::NotDistinguished)
}
