//! Trust indices, references, profiles, sweeps over trade-offs, selections, and their pictures.

use risk_sd::plot::{Picture, dimension_indices, trade_off_map};
use risk_sd::{
    Dimension, FoldRisk, IncompleteRows, Metric, Profile, RankingTest, Replication, RiskMeasure,
    Selection, Table, TableBuilder, TradeOffSweep, TrustIndex, TrustReport,
};

use super::input::{Input, NAMES};
use super::results::{checked, drawn, passed, sound};

const METRICS: [&str; 5] = ["m", "seconds", "\u{20ac}", "<m & \"n\">", "o"];

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let door = input.below(8);
    let dimensions = 1 + input.pick(&[0, 1, 1, 2, 2, 3, 4]);
    // The last dimension has several metrics, or none.
    let metrics = dimensions - 1 + input.pick(&[1, 1, 1, 1, 2, 2, 4, 0]);
    let metrics = metrics.min(METRICS.len());
    let Some(index) = index(dimensions, metrics, &mut input) else { return };
    let (candidates, folds) = (1 + input.below(4), input.pick(&[0, 1, 2, 2, 3, 3, 4, 6]));
    let Some(table) = table(metrics, candidates, folds, &mut input) else { return };
    match door {
        0 | 1 => return selected(&index, &table, folds, &mut input),
        2 => return against_a_reference(&index, metrics, &table, &mut input),
        _ => {}
    }
    let profiles: Vec<Profile> =
        (0..input.pick(&[1, 1, 1, 0, 2])).map(|_| profile(&mut input)).collect();
    let Some(report) = checked(index.run(&table, &profiles), &input) else { return };
    let audited = &report.profiles[input.below(report.profiles.len())];
    explored(&report, &audited.profile.name, &mut input);
}

fn index(dimensions: usize, metrics: usize, input: &mut Input) -> Option<TrustIndex> {
    let metric = |place: usize, input: &mut Input| {
        let metric = Metric::new(METRICS[if input.rarely(64) { 0 } else { place }]);
        let weight = input.weights(1).first().copied().unwrap_or(1.0);
        let metric = if input.rarely(8) { metric.weight(weight) } else { metric };
        if input.rarely(2) { metric.lower_is_better() } else { metric }
    };
    let of = |place: usize, input: &mut Input| {
        let end = if place + 1 < dimensions { place + 1 } else { metrics };
        let metrics: Vec<Metric> = (place..end).map(|m| metric(m, input)).collect();
        Dimension::new(NAMES[if input.rarely(64) { 0 } else { place }], metrics)
    };
    let index = passed(TrustIndex::new((0..dimensions).map(|d| of(d, input)).collect::<Vec<_>>()))?;
    Some(index.replication(input.pick(&[
        Replication::Folds,
        Replication::Folds,
        Replication::BootstrapDraws,
    ])))
}

fn table(metrics: usize, candidates: usize, folds: usize, input: &mut Input) -> Option<Table> {
    let mut builder = TableBuilder::new();
    let metrics = match input.below(16) {
        0 => METRICS.len(),
        1 => metrics.saturating_sub(1),
        _ => metrics,
    };
    for metric in &METRICS[..metrics] {
        for candidate in &NAMES[..candidates] {
            for (fold, value) in input.column(folds).into_iter().enumerate() {
                passed(builder.push(candidate, &fold.to_string(), metric, value));
            }
        }
    }
    match input.rarely(3) {
        true => passed(builder.independent(IncompleteRows::Drop)),
        false => passed(builder.paired(IncompleteRows::Drop)),
    }
}

fn profile(input: &mut Input) -> Profile {
    let name = input.text(8);
    let profile = match input.rarely(2) {
        true => Profile::uniform(name),
        false => {
            let named = |input: &mut Input| (input.pick(&NAMES), input.weights(1));
            let weights = (0..1 + input.below(2)).map(|_| named(input)).collect::<Vec<_>>();
            Profile::new(name, weights.into_iter().map(|(d, w)| (d, w.first().copied().unwrap_or(0.0))))
        }
    };
    let profile = if input.rarely(3) { profile.risk_aversion(input.any()) } else { profile };
    let measures = [
        RiskMeasure::GiniTail,
        RiskMeasure::StandardDeviation,
        RiskMeasure::TailValueAtRisk,
        RiskMeasure::AbsoluteSemideviation,
    ];
    match input.rarely(3) {
        true => profile.risk(FoldRisk::Measure { measure: input.pick(&measures), tail: input.share() }),
        false => profile,
    }
}

/// Everything that asks for a report and a profile of it.
fn explored(report: &TrustReport, profile: &str, input: &mut Input) {
    let of_profile = report.profile(profile).expect("a profile of the report");
    assert_eq!(of_profile.candidates.len(), report.candidates.len());
    assert!(of_profile.candidate(&of_profile.best().candidate).is_ok());
    match input.below(64) {
        0 => drawn(dimension_indices(report, profile, &Picture::default())),
        1..16 => drop(checked(report.samples(profile), input)),
        16..32 => {
            let test = RankingTest::new().guard(input.guard()).adjustment(input.adjustment());
            let test =
                if input.resamples() { test.bootstrap(input.bootstrap()) } else { test.analytic() };
            checked(report.dominance(profile, &test), input);
        }
        _ => swept(report, profile, input),
    }
}

fn swept(report: &TrustReport, profile: &str, input: &mut Input) {
    let resolution = match input.below(16) {
        0 => input.pick(&[0, 1 << 20, usize::MAX]),
        steps => 1 + steps % 6,
    };
    let sweep = TradeOffSweep::new().resolution(resolution);
    let sweep = if input.rarely(3) { sweep.bootstrap(input.small_bootstrap()) } else { sweep };
    let Some(swept) = checked(sweep.run(report, profile), input) else { return };
    let total: f64 = swept.shares.iter().map(|share| share.share).sum();
    // Who tie count each.
    assert!(total > 1.0 - 1e-9, "{swept:?}");
    if input.rarely(64) {
        drawn(trade_off_map(&swept, &Picture::default()));
    }
}

/// Other candidates, against the ranks of the first table.
fn against_a_reference(index: &TrustIndex, metrics: usize, first: &Table, input: &mut Input) {
    let Some(reference) = passed(index.reference(first)) else { return };
    assert!(reference.size() > 0);
    let (candidates, folds) = (1 + input.below(3), input.below(3));
    let Some(others) = table(metrics, candidates, folds, input) else { return };
    let profiles = [profile(input)];
    checked(reference.audit(&others, &profiles), input);
}

fn selected(index: &TrustIndex, table: &Table, folds: usize, input: &mut Input) {
    // Mostly the first folds against the others, now and then any.
    let cut = input.below(folds + 1);
    let (mut choose, mut report): (Vec<usize>, Vec<usize>) = (0..folds).partition(|&fold| fold < cut);
    if input.rarely(8) {
        choose.push(input.below(9));
        report.push(input.below(9));
    }
    let names = |folds: Vec<usize>| folds.into_iter().map(|fold| fold.to_string());
    let selection = Selection::new(profile(input)).choose_on(names(choose)).report_on(names(report));
    if let Some(found) = checked(selection.run(index, table), input)
        && let Some(optimism) = &found.optimism
    {
        sound(&optimism.of_choice(), input);
    }
}
