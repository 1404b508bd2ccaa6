//! Rankings of several columns, and rankings of rankings.

use risk_sd::{Order, RankingTest, aggregate_rankings, average_ranks, borda, kendall_tau};

use super::input::{Input, cancelled, listener};
use super::results::{checked, printed, sound};

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.below(4) {
        0 => agreement(&mut input),
        1 => adjusted(&mut input),
        _ => ranked(&mut input),
    }
}

fn ranked(input: &mut Input) {
    let Some(samples) = input.samples() else { return };
    let mut test =
        RankingTest::new().rule(input.rule()).guard(input.guard()).adjustment(input.adjustment());
    if input.rarely(2) {
        test = test.order(input.order());
    }
    test = if input.resamples() { test.bootstrap(input.bootstrap()) } else { test.analytic() };
    if input.rarely(4) {
        test = test.threshold(input.share()).level(input.share());
    }
    let stopped = input.thorough.then(|| test.run_with_progress(&samples, listener(true)));
    let Some(report) = printed(test.run(&samples), input) else {
        return assert!(stopped.is_none_or(|stopped| stopped.is_err()));
    };
    if let Some(stopped) = stopped {
        assert!(cancelled(&stopped) || stopped.as_ref() == Ok(&report), "{stopped:?}");
    }
    for order in [Order::First, Order::Second] {
        if let Some(set) = report.efficient_set(order) {
            printed(Ok(set), input);
        }
    }
}

fn agreement(input: &mut Input) {
    let models = input.rows();
    let columns: Vec<Vec<f64>> = (0..2 + input.below(2)).map(|_| input.column(models)).collect();
    let weights = input.weights(columns.len());
    checked(kendall_tau(&columns[0], &columns[1]), input);
    checked(average_ranks(&columns[0]), input);
    checked(aggregate_rankings(&columns, &weights), input);
}

fn adjusted(input: &mut Input) {
    let models = input.rows();
    let wins: Vec<usize> = (0..models).map(|_| input.pick(&[0, 1, 2, usize::MAX])).collect();
    sound(&borda(&wins), input);
    let p_values: Vec<f64> = (0..models).map(|_| input.share()).collect();
    let adjusted = checked(input.adjustment().adjust(&p_values, models), input);
    assert!(adjusted.iter().flatten().all(|p| (0.0..=1.0).contains(p)));
}
