//! What reports print, to the letter.

use risk_sd::{
    Bootstrap, DominanceTest, Guard, NonDominanceTest, Order, Outcome, RankingTest, Samples, UniformTest,
};

/// The README's example prints what the README says.
#[test]
fn the_readme_shows_the_real_output() {
    let careful: Vec<f64> = (0..300).map(|i| 5.0 + (i * 7 % 40) as f64 / 20.0).collect();
    let bold: Vec<f64> = (0..300).map(|i| 3.5 + (i * 11 % 75) as f64 / 15.0).collect();
    let samples = Samples::paired([("careful", &careful), ("bold", &bold)]).unwrap();
    let test = DominanceTest::new(Order::Second).threshold(0.25).level(0.05);
    let test = test.bootstrap(Bootstrap::new().replicates(1000).seed(7));
    let report = test.run(&samples, "careful", "bold").unwrap();
    let readme = include_str!("../README.md");
    let shown = readme.split("```text\n").nth(1).and_then(|rest| rest.split("\n```").next()).unwrap();
    assert_eq!(report.to_string(), shown);
}

#[test]
fn equal_distributions_are_said_to_be_equal() {
    let samples = Samples::paired([("a", [3.0, 1.0, 2.0]), ("b", [1.0, 2.0, 3.0])]).unwrap();
    let report = DominanceTest::new(Order::First).seed(5).run(&samples, "a", "b").unwrap();
    assert_eq!(report.outcome, Outcome::Equal);
    assert!(report.a_over_b.is_none() && report.b_over_a.is_none());
    let expected = "\
Almost dominance at first order: a (n = 3) against b (n = 3), paired rows
  Question: is the violation ratio at most 0.25?  (0: full dominance, 1: the reverse)
  Outcome: a and b have the same distribution: there is no ratio to test
  Method: root-scale rule; standard errors from 1000 bootstrap replicates; guard: 999 swaps of pairs; seed 5
  Warning: only 3 independent rows, clusters or blocks: error rates can be a multiple of the level, standard errors too \
small; ask for more rows, or halve the level (equal laws, rows that can be exchanged: UniformTest with \
NullLaw::Permutation is exact)";
    assert_eq!(report.to_string(), expected);
}

#[test]
fn a_ranking_prints_a_table() {
    let column = |shift: f64, step: usize| (0..40).map(move |i| shift + (i * step % 40) as f64 / 40.0);
    let samples = Samples::paired([
        ("low", column(0.0, 7).collect::<Vec<_>>()),
        ("high", column(3.0, 11).collect()),
        ("twin of low", column(0.0, 13).collect()),
    ]);
    let test = RankingTest::new().order(Order::First).analytic().guard(Guard::Off);
    let report = test.run(&samples.unwrap()).unwrap();
    let expected = "\
Ranking of 3 models by first-order dominance, paired rows
  Question: who stands better against all the others? (eps: mean violation ratio, 0 best)
   rank  model             eps        SE   rank set   wins  absolute
      1  high                0         0          -      2         2
    2.5  low            0.7500         0          -      0         0
    2.5  twin of low    0.7500         0          -      0         0
  Rank sets need bootstrap replicates.
Level 0.05 shared by all ordered pairs (Holm); absolute wins at threshold 0.25.
Method: root-scale rule; standard errors from influence functions; no guard: equal distributions can be \
declared different; seed 0
Warning: only 40 independent rows, clusters or blocks: error rates can be a multiple of the level, standard errors too \
small; ask for more rows, or halve the level (equal laws, rows that can be exchanged: UniformTest with \
NullLaw::Permutation is exact)
Warning: no guard: equal distributions can be declared different; use Guard::Automatic";
    assert_eq!(report.to_string(), expected);
    assert_eq!(report.rankings[0].pairs[1].outcome, Outcome::Equal);
}

/// The two contrary questions read differently.
#[test]
fn classical_tests_print_their_question() {
    let high: Vec<f64> = (0..60).map(|i| 0.4 + (i * 7 % 60) as f64 / 60.0).collect();
    let low: Vec<f64> = (0..60).map(|i| (i * 11 % 60) as f64 / 60.0).collect();
    let samples = Samples::paired([("high", &high), ("low", &low)]).unwrap();
    let uniform = UniformTest::new().replicates(199).seed(7).run(&samples, "high", "low").unwrap();
    let expected = "\
Hypothesis of dominance: high (n = 60) against low (n = 60), paired rows
  Question: do the data contradict it?  (a small p-value: they do)
                                \"high dominates\"     \"low dominates\"
  first order: statistic                       0               2.282
    critical value                         1.187               1.095
    p-value                                    1            0.005000
    adjusted p-value                           1             0.02000
  second order: statistic                      0               2.191
    critical value                        0.5629              0.4945
    p-value                                    1            0.005000
    adjusted p-value                           1             0.02000
  Outcome: \"low dominates high\" is rejected at first order (level 0.05), \"high dominates low\" is not: the data are compatible with it, which does not prove it
  Method: Barrett-Donald, the supremum, recentred bootstrap; 199 replicates; seed 7; Holm over orders and directions";
    assert_eq!(uniform.to_string(), expected);
    let non_dominance = NonDominanceTest::new(1).run(&samples, "high", "low").unwrap();
    let expected = "\
Hypothesis of non-dominance at first order: high (n = 60) against low (n = 60), paired rows
  Question: is there evidence for dominance?  (a small p-value: there is)
  Range: 0.08333 to 1.300, 83 values (0.05 of them left out at each end)
                                   high over low       low over high
  least t in favour                        2.335              -6.547
    found at                               1.300              0.9833
  p-value of no dominance               0.009759               1.000
  Outcome: high dominates low at first order from 0.08333 to 1.300 (level 0.05)";
    assert_eq!(non_dominance.to_string(), expected);
}
