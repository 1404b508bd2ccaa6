//! Reference values shared by the integration tests: computed from the f64 inputs in 60-digit
//! arithmetic, rounded once.

#![allow(dead_code)] // every test file uses a part

use risk_sd::Sample;
use serde_json::Value;
use std::sync::OnceLock;

/// The whole fixture.
pub fn reference() -> &'static Value {
    static REFERENCE: OnceLock<Value> = OnceLock::new();
    REFERENCE
        .get_or_init(|| serde_json::from_str(include_str!("../fixtures/reference_values.json")).unwrap())
}

/// A pair of samples with its statistics.
pub struct Case {
    pub id: &'static str,
    pub x: Sample,
    pub y: Sample,
    /// The columns in row order, for paired sampling.
    pub rows: [Vec<f64>; 2],
    /// The case as it stands in the fixture: `stats`, `x_stats`, `y_stats`.
    pub json: &'static Value,
}

impl Case {
    /// A statistic of the pair, where the case has it.
    pub fn stat(&self, key: &str) -> Option<f64> {
        self.json["stats"][key].as_f64()
    }
}

/// All pair cases.
pub fn cases() -> Vec<Case> {
    let cases = reference()["cases"].as_array().unwrap().iter();
    cases
        .map(|json| Case {
            id: json["id"].as_str().unwrap(),
            x: column(json, "x").1,
            y: column(json, "y").1,
            rows: [column(json, "x").0, column(json, "y").0],
            json,
        })
        .collect()
}

/// The case of this name.
pub fn case(id: &str) -> Case {
    cases().into_iter().find(|case| case.id == id).unwrap_or_else(|| panic!("no case {id}"))
}

/// The input of this name, in row order.
pub fn input(name: &str) -> Vec<f64> {
    floats(&reference()["inputs"][name]["values"])
}

/// One side of a case: values written out in the case, or the name of an input; weights where it has them.
fn column(case: &Value, side: &str) -> (Vec<f64>, Sample) {
    let values = match case[side].as_str() {
        Some(name) => input(name),
        None => floats(&case[format!("{side}_values")]),
    };
    let sample = match &case[format!("{side}_weights")] {
        Value::Null => Sample::new(&values),
        weights => Sample::weighted(&values, floats(weights)),
    };
    (values, sample.unwrap())
}

/// A list of numbers.
pub fn floats(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

/// Asserts equality to a relative error; `what` names case and statistic. An expected 0 must be found
/// exactly: statistics that vanish have no relative error.
#[track_caller]
pub fn close(what: &str, found: f64, expected: f64, relative: f64) {
    let error = (found - expected).abs();
    assert!(
        error <= relative * expected.abs(),
        "{what}: found {found:e}, expected {expected:e}, relative error {:e}",
        error / expected.abs()
    );
}
