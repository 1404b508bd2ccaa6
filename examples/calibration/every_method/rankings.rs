//! Rankings of several models: any false claim, rank sets, efficient sets, maximality.

use risk_sd::{
    Adjustment, Bootstrap, EfficientSet, Guard, Outcome, PairComparison, Ranking, RankingReport,
    RankingTest, RelativeOutcome, Samples,
};

use super::designs::{
    CLUSTERED, INDEPENDENT, Law, ORDERS, PAIRED, SIZES, Shape, all_designs, draw, true_ratios,
};
use super::{Answer, Kind, LEVEL, REPLICATES, Spec, Study};
use crate::laws::Dependence;

type Design = (&'static str, Dependence);

pub fn studies() -> Vec<Study> {
    let mut all = Vec::new();
    for rows in SIZES {
        for (shape, how) in all_designs() {
            if how.0 == INDEPENDENT.0 || shape == Shape::Normal {
                let law = shape.standard();
                all.push(several(format!("4 models, F = G {}", shape.name()), vec![law; 4], how, rows));
            }
        }
        for how in [INDEPENDENT, PAIRED, CLUSTERED] {
            let at = |location| Shape::Normal.law(location, 1.0);
            let partly = vec![at(0.0), at(0.0), at(0.5), at(1.0)];
            all.push(several("N(0, 1) twice, N(.5, 1), N(1, 1)".to_owned(), partly, how, rows));
            let spread = [(0.5, 2.0), (0.0, 1.0), (0.2, 1.5), (0.3, 0.7)];
            let spread = spread.map(|(location, spread)| Shape::Normal.law(location, spread)).to_vec();
            all.push(several("4 normal models that cross".to_owned(), spread, how, rows));
            all.push(two_at_the_boundary(how, rows));
        }
        for shape in [Shape::Normal, Shape::T3] {
            all.push(two_that_tie(shape, rows));
        }
    }
    all
}

fn test(seed: u64) -> RankingTest {
    RankingTest::new()
        .bootstrap(Bootstrap::new().replicates(REPLICATES).seed(seed))
        .guard(Guard::Replicates(REPLICATES))
}

/// What is true of several laws, at one order.
struct Truth {
    /// Violation ratio of i over j; `None` for equal laws.
    ratios: Vec<Vec<Option<f64>>>,
    means: Vec<f64>,
}

impl Truth {
    fn of(laws: &[Law]) -> [Truth; 2] {
        let both: Vec<Vec<Option<[f64; 2]>>> = laws
            .iter()
            .map(|&x| laws.iter().map(|&y| (x != y).then(|| true_ratios(x, y))).collect())
            .collect();
        [0, 1].map(|order| {
            let ratio = |ratio: &Option<[f64; 2]>| ratio.map(|both| both[order]);
            let ratios: Vec<Vec<Option<f64>>> =
                both.iter().map(|of_x| of_x.iter().map(ratio).collect()).collect();
            let others = laws.len() as f64 - 1.0;
            let mean = |(i, of_x): (usize, &Vec<Option<f64>>)| {
                let all = of_x.iter().enumerate().filter(|(j, _)| *j != i);
                all.map(|(_, ratio)| ratio.unwrap_or(0.5)).sum::<f64>() / others
            };
            let means = ratios.iter().enumerate().map(mean).collect();
            Truth { ratios, means }
        })
    }

    /// Whether i stands no better than j.
    fn no_better(&self, i: usize, j: usize) -> bool {
        self.means[i] > self.means[j] - TIE
    }

    /// Whether i does not almost dominate j at the threshold of the tests.
    fn not_dominating(&self, i: usize, j: usize) -> bool {
        self.ratios[i][j].is_none_or(|ratio| ratio > THRESHOLD)
    }
}

const TIE: f64 = 1e-6;
/// That of the default test.
const THRESHOLD: f64 = 0.25;

fn number(name: &str) -> usize {
    name.parse().expect("columns are numbered")
}

fn false_relative(pair: &PairComparison, truth: &Truth) -> bool {
    let (a, b) = (number(&pair.a), number(&pair.b));
    match pair.relative_outcome {
        RelativeOutcome::ARanksAbove => truth.no_better(a, b),
        RelativeOutcome::BRanksAbove => truth.no_better(b, a),
        RelativeOutcome::NotDistinguished => false,
    }
}

fn false_absolute(pair: &PairComparison, truth: &Truth) -> bool {
    let (a, b) = (number(&pair.a), number(&pair.b));
    match pair.outcome {
        Outcome::AAlmostDominates => truth.not_dominating(a, b),
        Outcome::BAlmostDominates => truth.not_dominating(b, a),
        Outcome::NotDistinguished | Outcome::Equal => false,
    }
}

/// Whether every set holds all ranks that its model may have: ties in truth may go either way.
fn sets_hold(ranking: &Ranking, truth: &Truth) -> bool {
    ranking.models.iter().all(|model| {
        let own = truth.means[number(&model.name)];
        let better = truth.means.iter().filter(|&&other| other < own - TIE).count();
        let worse = truth.means.iter().filter(|&&other| other > own + TIE).count();
        let set = model.rank_set.expect("bootstrapped");
        set.best <= 1 + better && set.worst >= truth.means.len() - worse
    })
}

/// Whether a candidate is left out that no other almost dominates.
fn falsely_excluded(set: &EfficientSet, truth: &Truth) -> bool {
    let undominated = |i: usize| (0..truth.means.len()).all(|j| i == j || truth.not_dominating(j, i));
    set.candidates.iter().any(|c| !c.dominators.is_empty() && undominated(number(&c.name)))
}

fn several(title: String, laws: Vec<Law>, (name, dependence): Design, rows: usize) -> Study {
    let truth = Truth::of(&laws);
    let methods = [
        ("RankingTest: any false relative claim", Kind::Size),
        ("RankingTest: any false absolute claim", Kind::Size),
        ("RankingTest: rank sets hold together", Kind::Coverage),
        ("EfficientSet: an undominated candidate excluded", Kind::Size),
        ("RankingTest, analytic: any false relative claim", Kind::Size),
        ("RankingTest, analytic: any false absolute claim", Kind::Size),
    ];
    // Analytic standard errors are those of the pairs: looked at where rows are independent only.
    let methods = if name == INDEPENDENT.0 { methods.to_vec() } else { methods[..4].to_vec() };
    let specs = ORDERS.into_iter().flat_map(|order| {
        methods.iter().map(move |(method, kind)| Spec::new(format!("{method}, {order} order"), *kind))
    });
    let specs = specs.collect();
    let both = methods.len() > 4;
    let answer = move |seed| {
        let samples = draw(&laws, rows, dependence, seed);
        let found = test(seed).run(&samples).expect("a valid test");
        let analytic = both.then(|| test(seed).analytic().run(&samples).expect("a valid test"));
        let of_order = |index: usize| {
            let truth = &truth[index];
            let set = found.efficient_set(ORDERS[index]).expect("both orders");
            let [relative, absolute] = any_false(&found, index, truth);
            let sets = Answer::said(!sets_hold(&found.rankings[index], truth), &found.warnings);
            let excluded = Answer::said(falsely_excluded(&set, truth), &set.warnings);
            let mut answers = vec![relative, absolute, sets, excluded];
            answers.extend(analytic.iter().flat_map(|report| any_false(report, index, truth)));
            answers
        };
        (0..2).flat_map(of_order).collect()
    };
    Study { design: format!("{title}, {name}"), rows, specs, answer: Box::new(answer) }
}

fn any_false(report: &RankingReport, order: usize, truth: &Truth) -> [Answer; 2] {
    let any = |wrong: fn(&PairComparison, &Truth) -> bool| {
        let pairs = &report.rankings[order].pairs;
        Answer::said(pairs.iter().any(|pair| wrong(pair, truth)), &report.warnings)
    };
    [any(false_relative), any(false_absolute)]
}

/// Two models whose ratio is the threshold, where one is claimed to dominate, or that nobody dominates.
fn two_at_the_boundary((name, dependence): Design, rows: usize) -> Study {
    let laws = [Shape::Normal.crossing(), Shape::Normal.standard()];
    let truth = true_ratios(laws[0], laws[1]);
    let methods = [
        "RankingTest, 2 models: claim at the true ratio",
        "RankingTest, 2 models, Adjustment::None: claim at the true ratio",
        "RankingTest, 2 models: maximality claimed at the true ratio",
    ];
    let specs = ORDERS.into_iter().flat_map(|order| {
        methods.map(|method| Spec::new(format!("{method}, {order} order"), Kind::Size))
    });
    let specs = specs.collect();
    let answer = move |seed| {
        let samples = draw(&laws, rows, dependence, seed);
        let of_order = |index: usize| {
            let test = test(seed).order(ORDERS[index]).threshold(truth[index]);
            let found = test.run(&samples).expect("a valid test");
            let plain = test.adjustment(Adjustment::None).run(&samples).expect("a valid test");
            let maximal = found.rankings[0].maximality_p_value <= LEVEL;
            [claims_first(&found), claims_first(&plain), Answer::said(maximal, &found.warnings)]
        };
        (0..2).flat_map(of_order).collect()
    };
    let design = format!("2 normal models at the threshold, {name}");
    Study { design, rows, specs, answer: Box::new(answer) }
}

fn claims_first(report: &RankingReport) -> Answer {
    let claimed = report.rankings[0].pairs[0].outcome == Outcome::AAlmostDominates;
    Answer::said(claimed, &report.warnings)
}

/// A law and the same spread to twice its width, both symmetric: neither ranks above the other at first order.
fn two_that_tie(shape: Shape, rows: usize) -> Study {
    let laws = [shape.law(0.0, 2.0), shape.standard()];
    let specs = vec![
        Spec::new("RankingTest, 2 models: any relative claim, first order", Kind::Size),
        Spec::new("RankingTest, 2 models: rank sets hold together, first order", Kind::Coverage),
        Spec::new("RankingTest, analytic, 2 models: any relative claim, first order", Kind::Size),
    ];
    let answer = move |seed| {
        let samples: Samples = draw(&laws, rows, INDEPENDENT.1, seed);
        let run = |test: RankingTest| test.order(ORDERS[0]).run(&samples).expect("a valid test");
        let claimed = |report: &RankingReport| {
            let outcome = report.rankings[0].pairs[0].relative_outcome;
            Answer::said(outcome != RelativeOutcome::NotDistinguished, &report.warnings)
        };
        let (found, analytic) = (run(test(seed)), run(test(seed).analytic()));
        let both_ranks = |model: &risk_sd::RankedModel| {
            model.rank_set.is_some_and(|set| set.best == 1 && set.worst == 2)
        };
        let hold = found.rankings[0].models.iter().all(both_ranks);
        vec![claimed(&found), Answer::said(!hold, &found.warnings), claimed(&analytic)]
    };
    let design = format!("2 {} models that tie, independent", shape.name());
    Study { design, rows, specs, answer: Box::new(answer) }
}
