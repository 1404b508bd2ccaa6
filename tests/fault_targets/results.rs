//! What every result has to be, whatever the bytes were.

use std::fmt::{Debug, Display};
use std::sync::atomic::{AtomicU64, Ordering};

use risk_sd::Error;
use serde::Serialize;
use serde_json::Value;

use super::input::Input;

/// Results that were checked, in all: a target that never gets past its doors finds nothing.
pub static RESULTS: AtomicU64 = AtomicU64::new(0);

/// Where infinity is a documented value even for small numbers: no spread at all, a balanced problem, a first step, the
/// largest of all distances; and powers of the unit of the data, up to the 63rd.
const MAY_BE_INFINITE: [&str; 7] =
    ["minimum_t", "marginal_penalty", "residual", "p", "statistic", "critical_value", "grid_statistic"];

/// Where JSON may hold `null` because the answer may be missing.
const MAY_BE_MISSING: [&str; 36] = [
    "", // one of both directions, as in the next
    "dominance",
    "units",
    "shared_units",
    "strata",
    "block_length",
    "subsample",
    "threshold",
    "published_grid",
    "guard_p_value",
    "rank_set",
    "needed",
    "seed",
    "soft_sort",
    "title",
    "x_label",
    "y_label",
    // a single fold, no bootstrap, nothing to compare, a constant column
    "first_share",
    "bootstrap",
    "standard_error",
    "standard_deviation",
    "risk",
    "optimism",
    "change",
    "margin",
    "kept",
    "dependence",
    "temporal",
    "mean",
    "largest",
    "at",
    "autocorrelation",
    "autocorrelation_real",
    "autocorrelation_synthetic",
    "spearman",
    "kendall",
];

/// Shares and probabilities.
const WITHIN_ONE: [&str; 8] = [
    "violation_ratio",
    "ratio",
    "relative_ratio",
    "upper_bound",
    "smallest_threshold",
    "rate",
    "power",
    "lower",
];

/// The result, or `None` after a look at the sentence of the error.
pub fn passed<T>(result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(error.to_string().len() > 8, "a sentence: {error:?}");
            None
        }
    }
}

/// As [`passed`], with the value looked at.
pub fn checked<T: Debug + Serialize>(result: Result<T, Error>, input: &Input) -> Option<T> {
    let value = passed(result)?;
    sound(&value, input);
    Some(value)
}

/// As [`checked`], for a result that prints as text.
pub fn printed<T: Debug + Display + Serialize>(result: Result<T, Error>, input: &Input) -> Option<T> {
    let value = checked(result, input)?;
    let text = value.to_string();
    assert!(!text.is_empty() && !words(&text).any(|(_, word)| word == "NaN"), "{text}");
    Some(value)
}

/// No NaN, no infinity that is not documented, every number in its range, JSON that reads back the same.
pub fn sound<T: Debug + Serialize>(value: &T, input: &Input) {
    RESULTS.fetch_add(1, Ordering::Relaxed);
    let text = format!("{value:?}");
    let mut field = "";
    for (start, word) in words(&text) {
        assert_ne!(word, "NaN", "{text}");
        let infinite = word == "inf" && input.tame && !MAY_BE_INFINITE.contains(&field);
        assert!(!infinite, "infinite {field}: {text}");
        if text[start + word.len()..].starts_with(": ") {
            field = word;
        }
    }
    let json = serde_json::to_value(value).expect("serialises");
    let read: Value = serde_json::from_str(&json.to_string()).expect("reads back");
    assert_eq!(read, json, "{text}");
    walk("", &json, input.tame);
}

/// The words of a text and where they start.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.split(move |c| !inside(c)).map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

fn walk(key: &str, value: &Value, tame: bool) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let both_ways = name == "a_over_b" || name == "b_over_a";
                walk(if both_ways { key } else { name }, field, tame);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(key, item, tame)),
        Value::Number(number) => in_range(key, number.as_f64().expect("a number")),
        Value::Null => {
            let may = MAY_BE_MISSING.contains(&key) || MAY_BE_INFINITE.contains(&key);
            assert!(may || (!tame && !within_one(key)), "null for {key}");
        }
        Value::Bool(_) | Value::String(_) => {}
    }
}

fn within_one(key: &str) -> bool {
    key.ends_with("p_value") || WITHIN_ONE.contains(&key)
}

fn in_range(key: &str, number: f64) {
    assert!(!within_one(key) || (0.0..=1.0).contains(&number), "{key} = {number:e}");
    assert!(!key.ends_with("standard_error") || number >= 0.0, "{key} = {number:e}");
}

/// An SVG document without a number that is none, and with every bracket of a text escaped.
pub fn drawn(document: Result<String, Error>) {
    let Some(document) = passed(document) else { return };
    RESULTS.fetch_add(1, Ordering::Relaxed);
    assert!(document.starts_with("<svg") && document.trim_end().ends_with("</svg>"), "{document}");
    let attributes = document.split('"').skip(1).step_by(2);
    for attribute in attributes {
        assert!(!attribute.contains("NaN") && !attribute.contains("inf"), "{attribute} in {document}");
    }
}
