//! Settings fed back through serde, changed anywhere: what reads is run, and either refused or right.

use std::fmt::Debug;

use risk_sd::plot::Picture;
use risk_sd::{
    Aot, ClippedSurrogate, DominanceTest, GroupAdvantage, Guard, NonDominanceTest, NullLaw, Order,
    PolicyBatch, PowerAnalysis, RankingTest, Samples, SubsampleSize, UniformMethod, UniformTest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::input::{Input, listener};
use super::results::{checked, passed};

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let columns = [("a", [1.0, 2.0, 4.0, 4.0, 7.5, 8.0]), ("b", [0.5, 2.0, 3.0, 3.5, 6.0, 9.0])];
    let samples = Samples::paired(columns).expect("finite columns");
    let [x, y] = columns.map(|(_, values)| values);
    match input.below(9) {
        0 => {
            let test = DominanceTest::new(Order::First).guard(guard(&mut input));
            let test = if input.resamples() { test } else { test.analytic() };
            let Some(test) = changed(&test, &mut input) else { return };
            checked(test.run_with_progress(&samples, "a", "b", listener(true)), &input);
        }
        1 => {
            let test = RankingTest::new().guard(guard(&mut input));
            let test = if input.resamples() { test } else { test.analytic() };
            let Some(test) = changed(&test, &mut input) else { return };
            checked(test.run_with_progress(&samples, listener(true)), &input);
        }
        2 => {
            let Some(test) = changed(&uniform(&mut input), &mut input) else { return };
            checked(test.run_with_progress(&samples, "a", "b", listener(true)), &input);
        }
        3 => {
            let Some(test) = changed(&NonDominanceTest::new(1), &mut input) else { return };
            checked(test.run(&samples, "a", "b"), &input);
        }
        4 => {
            let Some(analysis) = changed(&PowerAnalysis::new(Order::Second), &mut input) else { return };
            checked(analysis.plan(&samples, "a", "b"), &input);
        }
        5 => {
            let Some(aot) = changed(&Aot::default(), &mut input) else { return };
            checked(aot.unpaired(&x, &y), &input);
        }
        6 => policy(&mut input),
        7 => {
            let Some(advantage) = changed(&GroupAdvantage::new(), &mut input) else { return };
            checked(advantage.run(&x, 3), &input);
        }
        _ => {
            let Some(picture) = changed(&Picture::default(), &mut input) else { return };
            if input.rarely(16) {
                passed(risk_sd::plot::quantile_curves(&samples, &picture));
            }
        }
    }
}

/// Mostly none, so that an execution takes microseconds.
fn guard(input: &mut Input) -> Guard {
    if input.resamples() { Guard::Automatic } else { Guard::Off }
}

/// Mostly a few subsamples in place of a thousand replicates.
fn uniform(input: &mut Input) -> UniformTest {
    match input.resamples() {
        true => UniformTest::new(),
        false => {
            let law = NullLaw::OverlappingBlocks(SubsampleSize::Rows(3));
            UniformTest::new().method(UniformMethod::LintonMaasoumiWhang).null_law(law).level(0.25)
        }
    }
}

fn policy(input: &mut Input) {
    let Some(surrogate) = changed(&ClippedSurrogate::new(0.2), input) else { return };
    let batch = PolicyBatch {
        policy: &[-1.0, -2.0],
        sampling: &[-1.5, -1.0],
        advantages: &[1.0, -1.0],
        previous: None,
        weights: None,
        kl: None,
    };
    checked(surrogate.run(&batch), input);
}

/// What the settings read as with some of their JSON replaced.
fn changed<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    settings: &T,
    input: &mut Input,
) -> Option<T> {
    let mut json = serde_json::to_value(settings).expect("serialises");
    if input.thorough {
        assert_eq!(serde_json::from_value::<T>(json.clone()).expect("reads back"), *settings);
    }
    for _ in 0..input.below(4) {
        replace(&mut json, input);
    }
    let read: T = serde_json::from_value(json).ok()?;
    let text = serde_json::to_string(&read).expect("serialises");
    assert_eq!(serde_json::from_str::<T>(&text).expect("reads back"), read, "{text}");
    Some(read)
}

/// Replaces one place, or goes further down.
fn replace(json: &mut Value, input: &mut Input) {
    let index = input.byte() as usize;
    match json {
        Value::Object(fields) if !fields.is_empty() => {
            let place = index % fields.len();
            let (_, field) = fields.iter_mut().nth(place).expect("a field");
            replace(field, input);
        }
        Value::Array(items) if !items.is_empty() => {
            let place = index % items.len();
            replace(&mut items[place], input);
        }
        leaf => *leaf = other(input),
    }
}

fn other(input: &mut Input) -> Value {
    match input.below(12) {
        0 => Value::Null,
        1 => Value::from(input.text(8)),
        2 => Value::from(input.word()),
        3 => Value::from(input.word() as i64),
        4 | 5 => Value::from(input.any()),
        6 => Value::from(input.share()),
        7 => Value::from(vec![u32::from(input.byte()) % 12; input.below(5)]),
        8 => Value::from(100 + u64::from(input.byte())),
        9 => serde_json::json!({ "rows": input.word() }),
        10 => serde_json::json!({ "replicates": input.byte() }),
        _ => Value::from(input.pick(&[
            "first",
            "second",
            "root",
            "linear",
            "bootstrap",
            "analytic",
            "off",
            "mask",
        ])),
    }
}
