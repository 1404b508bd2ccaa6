//! Selection: what it picks, whether its report is unbiased, and bad input.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use risk_sd::{
    Bootstrap, Dimension, Error, IncompleteRows, Metric, Profile, Replication, Selection,
    SelectionReport, Table, TableBuilder, TradeOffSweep, TrustIndex,
};

const METRICS: [&str; 3] = ["W1", "AUC", "closest"];

fn index() -> TrustIndex {
    TrustIndex::new([
        Dimension::new("fidelity", [Metric::new("W1").lower_is_better()]),
        Dimension::new("utility", [Metric::new("AUC")]),
        Dimension::new("privacy", [Metric::new("closest")]),
    ])
    .unwrap()
}

/// Checkpoints of these qualities on folds `prefix 0`, ...: each metric is quality plus noise of a fold, common to
/// all checkpoints, plus noise of its own.
fn push_folds(
    builder: &mut TableBuilder,
    rng: &mut StdRng,
    prefix: &str,
    folds: usize,
    quality: &[f64],
) {
    for fold in 0..folds {
        let common: f64 = rng.sample(StandardNormal);
        for (g, quality) in quality.iter().enumerate() {
            for metric in METRICS {
                let own: f64 = rng.sample(StandardNormal);
                let value = quality + 0.5 * common + own;
                let value = if metric == "W1" { -value } else { value };
                builder.push(&format!("step {g}"), &format!("{prefix} {fold}"), metric, value).unwrap();
            }
        }
    }
}

fn names(prefix: &str, folds: usize) -> Vec<String> {
    (0..folds).map(|fold| format!("{prefix} {fold}")).collect()
}

const CHOOSE: usize = 20;
const REPORT: usize = 5;
const TRUTH: usize = 150;

/// One repeat: the report, and the mean index of the chosen checkpoint on many new folds against the reference of
/// the selection folds.
fn simulate(seed: u64, quality: &[f64]) -> (SelectionReport, f64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut builder = TableBuilder::new();
    push_folds(&mut builder, &mut rng, "v", CHOOSE, quality);
    let chosen_on = builder.clone().paired(IncompleteRows::Refuse).unwrap();
    push_folds(&mut builder, &mut rng, "t", REPORT, quality);
    let table = builder.paired(IncompleteRows::Refuse).unwrap();
    let mut fresh = TableBuilder::new();
    push_folds(&mut fresh, &mut rng, "new", TRUTH, quality);
    let fresh = fresh.paired(IncompleteRows::Refuse).unwrap();

    let profile = Profile::uniform("even").risk_aversion(0.0);
    let selection =
        Selection::new(profile.clone()).choose_on(names("v", CHOOSE)).report_on(names("t", REPORT));
    let report = selection.run(&index(), &table).unwrap();
    let truth = index().reference(&chosen_on).unwrap().audit(&fresh, &[profile]).unwrap();
    let truth = truth.profiles[0].candidate(&report.chosen).unwrap().mean;
    (report, truth)
}

/// Mean and standard error.
fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// Of two checkpoints the better one is chosen with probability Phi(true lead / its standard error).
#[test]
fn the_planted_best_is_picked_as_often_as_the_standard_error_predicts() {
    const REPEATS: usize = 500;
    for gap in [0.1, 0.25] {
        let (mut picked, mut leads, mut variances) = (0, Vec::new(), Vec::new());
        for seed in 0..REPEATS as u64 {
            let (report, _) = simulate_choice(seed, &[0.0, gap]);
            let lead = &report.leads_where_chosen[0];
            let right = report.chosen == "step 1";
            picked += usize::from(right);
            leads.push(if right { lead.difference } else { -lead.difference });
            variances.push(lead.standard_error.unwrap().powi(2));
        }
        let z = mean(&leads).0 / mean(&variances).0.sqrt();
        let predicted = 0.5 * libm_erfc(-z / 2f64.sqrt());
        let (rate, error) =
            (picked as f64 / REPEATS as f64, (predicted * (1.0 - predicted) / REPEATS as f64).sqrt());
        println!("gap {gap}: picked {rate:.3}, predicted {predicted:.3} (SE {error:.3})");
        assert!((rate - predicted).abs() < 3.0 * error, "{rate} {predicted}");
        assert!(predicted > 0.55 && predicted < 0.95, "the case is neither trivial nor hopeless");
    }
}

/// As [`simulate`], without the truth.
fn simulate_choice(seed: u64, quality: &[f64]) -> (SelectionReport, Table) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut builder = TableBuilder::new();
    push_folds(&mut builder, &mut rng, "v", CHOOSE, quality);
    push_folds(&mut builder, &mut rng, "t", 1, quality);
    let table = builder.paired(IncompleteRows::Refuse).unwrap();
    let selection = Selection::new(Profile::uniform("even").risk_aversion(0.0));
    let selection = selection.choose_on(names("v", CHOOSE)).report_on(["t 0"]);
    (selection.run(&index(), &table).unwrap(), table)
}

/// The complementary error function, through the normal law of another crate.
fn libm_erfc(x: f64) -> f64 {
    statrs::function::erf::erfc(x)
}

/// Six checkpoints, five of them equal: the choice is optimistic, the report is not, and nested cross-validation
/// finds the optimism.
#[test]
fn the_reported_index_is_unbiased_and_the_optimism_is_found() {
    let quality = [0.0, 0.0, 0.1, 0.0, 0.0, 0.0];
    let (mut bias, mut coverage, mut optimism, mut estimated) = (Vec::new(), 0, Vec::new(), Vec::new());
    for seed in 0..500 {
        let (report, truth) = simulate(seed, &quality);
        bias.push(report.reported.mean - truth);
        // Student's t with 4 degrees of freedom: 2.776.
        let error = report.reported.standard_error.unwrap();
        coverage += usize::from((report.reported.mean - truth).abs() < 2.776 * error);
        optimism.push(report.selection.profiles[0].best().mean - truth);
        estimated.push(report.optimism.unwrap().total);
    }
    let [bias, optimism, estimated] = [bias, optimism, estimated].map(|values| mean(&values));
    println!(
        "bias of the report {:.5} (SE {:.5}); 95 % intervals hold {}/500",
        bias.0, bias.1, coverage
    );
    println!(
        "optimism {:.5} (SE {:.5}), estimated {:.5} (SE {:.5})",
        optimism.0, optimism.1, estimated.0, estimated.1
    );
    assert!(bias.0.abs() < 3.0 * bias.1, "{bias:?}");
    assert!((445..=495).contains(&coverage), "{coverage}");
    assert!(optimism.0 > 10.0 * optimism.1, "choosing is optimistic: {optimism:?}");
    assert!((estimated.0 - optimism.0).abs() < 0.25 * optimism.0, "{estimated:?} {optimism:?}");
}

#[test]
fn the_report_by_hand() {
    let mut builder = TableBuilder::new();
    for (candidate, values) in [("early", [1.0, 2.0, 3.0, 0.0]), ("late", [2.0, 3.0, 4.0, 2.5])] {
        for (fold, value) in ["v1", "v2", "v3", "t1"].into_iter().zip(values) {
            builder.push(candidate, fold, "utility", value).unwrap();
        }
    }
    let table = builder.paired(IncompleteRows::Refuse).unwrap();
    let index = TrustIndex::new([Dimension::new("utility", [Metric::new("utility")])]).unwrap();
    let selection =
        Selection::new(Profile::uniform("even")).choose_on(["v1", "v2", "v3"]).report_on(["t1"]);
    let found = selection.run(&index, &table).unwrap();
    // Reference 1, 2, 2, 3, 3, 4: late is 3/6, 5/6, 6/6; 2.5 is at or above 3 of 6.
    assert_eq!((found.chosen.as_str(), found.reported.index.as_slice()), ("late", &[0.5][..]));
    assert_eq!((found.reported.standard_error, found.tied.len()), (None, 0));
    // On t1 early is below all: 1/12. Its lead is 6/12 - 1/12, from one fold.
    assert_eq!((found.leads.len(), found.leads[0].over.as_str()), (1, "early"));
    assert!((found.leads[0].difference - 5.0 / 12.0).abs() < 1e-15);
    assert_eq!(found.leads[0].standard_error, None);
    assert!(found.to_string().contains("on the folds that chose: 0.278, optimistic"), "{found}");
    // Leads on the folds that chose: 2/6, 2/6, 1/6: mean 5/18, SD sqrt(3)/18, SE 1/18.
    let lead = &found.leads_where_chosen[0];
    assert!((lead.difference - 5.0 / 18.0).abs() < 1e-15);
    assert!((lead.standard_error.unwrap() - 1.0 / 18.0).abs() < 1e-15);
    // Without v1: reference 2, 3, 3, 4; late 3/4, 1: 7/8 in sample; 2 in v1: 1/4.
    // Without v2: reference 1, 2, 3, 4; late 2/4, 1: 3/4; 3: 3/4. Without v3: 1, 2, 2, 3; late 3/4, 1: 7/8; 4: 1.
    // In sample (7/8 + 3/4 + 7/8)/3 = 5/6, out of fold (1/4 + 3/4 + 1)/3 = 2/3.
    let optimism = found.optimism.as_ref().unwrap();
    assert_eq!(optimism.chosen_without, ["late"; 3]);
    assert!(
        (optimism.in_sample - 5.0 / 6.0).abs() < 1e-15
            && (optimism.out_of_fold - 2.0 / 3.0).abs() < 1e-15
    );
    assert!((optimism.total - 1.0 / 6.0).abs() < 1e-15);
    // Early: 1/4, 3/4: 1/2, and 1 is below 2: 1/8; 1/4, 3/4: 1/2, and 2: 2/4; 1/4, 3/4: 1/2, and 3: 1.
    // Differences 3/8, 0, -1/2: mean -1/24. Average of both candidates: (1/6 - 1/24)/2 = 1/16.
    assert!((optimism.of_ranks - 1.0 / 16.0).abs() < 1e-15, "{optimism:?}");
    println!("{found}");
}

#[test]
fn bad_selections_are_named() {
    let mut builder = TableBuilder::new();
    for candidate in ["a", "b"] {
        ["1", "2", "3"].iter().for_each(|fold| builder.push(candidate, fold, "m", 1.0).unwrap());
    }
    let index = TrustIndex::new([Dimension::new("d", [Metric::new("m")])]).unwrap();
    let table = builder.paired(IncompleteRows::Refuse).unwrap();
    let run = |choose: &[&str], report: &[&str]| {
        let selection = Selection::new(Profile::uniform("p"));
        selection.choose_on(choose.iter().copied()).report_on(report.iter().copied()).run(&index, &table)
    };
    let says = |choose: &[&str], report: &[&str], sentence: &str| {
        assert_eq!(run(choose, report).unwrap_err().to_string(), sentence);
    };
    says(
        &["1", "2"],
        &["2"],
        "fold '2' cannot be used to choose and to report: the reported value would be optimistic",
    );
    says(&[], &["1"], "no fold was named to choose on");
    says(&["1"], &[], "no fold was named to report on");
    says(&["1"], &["9"], "the table has no fold named '9'");
    says(&["1", "1"], &["2"], "the name '1' is used twice");
    let tied = run(&["1"], &["2", "3"]).unwrap();
    assert_eq!(
        (tied.chosen.as_str(), &tied.tied[..], tied.optimism),
        ("a", &["b".to_owned()][..], None)
    );
    let draws = index.clone().replication(Replication::BootstrapDraws);
    let refused =
        Selection::new(Profile::uniform("p")).choose_on(["1"]).report_on(["2"]).run(&draws, &table);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "this needs folds or seeds, not bootstrap draws of one audit"
    );
    let own = builder.independent(IncompleteRows::Refuse).unwrap();
    let refused =
        Selection::new(Profile::uniform("p")).choose_on(["1"]).report_on(["2"]).run(&index, &own);
    assert!(matches!(refused, Err(Error::WrongSampling { .. })));
}

/// Every index is a number in JSON; what is missing is missing in the report: a single fold has no spread.
#[test]
fn reports_are_json_without_lost_numbers() {
    fn sound<T: serde::Serialize + std::fmt::Debug>(report: &T) -> serde_json::Value {
        let json = serde_json::to_value(report).unwrap();
        let (text, debug) = (json.to_string(), format!("{report:?}"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), json);
        assert_eq!(text.matches("null").count(), debug.matches("None").count(), "{text}");
        assert!(!debug.contains("NaN") && !debug.contains("inf"), "{debug}");
        json
    }
    let mut rng = StdRng::seed_from_u64(5);
    for folds in [1, 4] {
        let mut builder = TableBuilder::new();
        push_folds(&mut builder, &mut rng, "s", folds, &[0.0, 1.0, 0.5]);
        push_folds(&mut builder, &mut rng, "r", folds, &[0.0, 1.0, 0.5]);
        let table = builder.paired(IncompleteRows::Refuse).unwrap();
        let names = |prefix: &str| (0..folds).map(|f| format!("{prefix} {f}")).collect::<Vec<_>>();
        let selection =
            Selection::new(Profile::uniform("even")).choose_on(names("s")).report_on(names("r"));
        let report = selection.run(&index(), &table).unwrap();
        let json = sound(&report);
        assert_eq!(json["reported"]["mean"].as_f64(), Some(report.reported.mean));
        assert_eq!(json["optimism"].is_null(), folds == 1);

        let audit = &report.selection;
        let first = &sound(audit)["profiles"][0]["candidates"][0];
        assert_eq!(first["score"].as_f64(), Some(audit.profiles[0].best().score));
        assert_eq!(first["standard_error"].is_null(), folds == 1);

        let sweep = TradeOffSweep::new().resolution(3).bootstrap(Bootstrap::new().replicates(20));
        let swept = sweep.run(audit, "even").unwrap();
        let json = sound(&swept);
        assert_eq!(json["shares"][0]["share"].as_f64(), Some(swept.shares[0].share));
        assert_eq!(json["points"][0]["kept"].is_null(), folds == 1);
    }
}
