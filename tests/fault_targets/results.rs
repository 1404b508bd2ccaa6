//! What every result has to be, whatever the bytes were.

use std::fmt::{self, Debug, Display, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use risk_sd::Error;
use serde::Serialize;
use serde_json::Value;

use super::input::Input;
use super::numbers::Numbers;

/// Results that were checked, in all: a target that never gets past its doors finds nothing.
pub static RESULTS: AtomicU64 = AtomicU64::new(0);

/// Where infinity is a documented value even for small numbers: no spread at all, a balanced problem, a first step, the
/// largest of all distances; powers of the unit of the data, up to the 63rd; and the mass of an unbalanced barycenter.
const MAY_BE_INFINITE: [&str; 8] = [
    "minimum_t",
    "marginal_penalty",
    "residual",
    "p",
    "statistic",
    "critical_value",
    "grid_statistic",
    "mass",
];

/// Where the answer may be missing.
const MAY_BE_MISSING: [&str; 37] = [
    "", // one of both directions, as in the next
    "dominance",
    "units",
    "shared_units",
    "strata",
    "block_length",
    "subsample",
    "threshold",
    "published_grid",
    "grid_statistic",
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
const WITHIN_ONE: [&str; 12] = [
    "violation_ratio",
    "ratio",
    "relative_ratio",
    "upper_bound",
    "smallest_threshold",
    "rate",
    "power",
    "lower",
    "upper",
    "share",
    "first_share",
    "kept",
];

pub fn may_be_infinite(field: &str) -> bool {
    MAY_BE_INFINITE.contains(&field)
}

pub fn may_be_missing(field: &str) -> bool {
    MAY_BE_MISSING.contains(&field)
}

pub fn within_one(field: &str) -> bool {
    field.ends_with("p_value") || WITHIN_ONE.contains(&field)
}

/// Takes a text in pieces: a number is a piece of its own, so a NaN cannot hide, and a name is none.
#[derive(Default)]
struct Reader {
    bytes: usize,
    no_number: bool,
}

impl Write for Reader {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.bytes += piece.len();
        self.no_number |= piece == "NaN";
        Ok(())
    }
}

fn read(text: &impl Display) -> Reader {
    let mut reader = Reader::default();
    write!(reader, "{text}").expect("prints");
    reader
}

/// The result, or `None` after a look at the sentence of the error.
pub fn passed<T>(result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(read(&error).bytes > 8, "a sentence: {error:?}");
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
    let reader = read(&value);
    assert!(reader.bytes > 0 && !reader.no_number, "{value}");
    Some(value)
}

/// No NaN, no infinity that is not documented, every number in its range; JSON that reads back the same.
pub fn sound<T: Debug + Serialize>(value: &T, input: &Input) {
    RESULTS.fetch_add(1, Ordering::Relaxed);
    if let Err(fault) = value.serialize(Numbers { field: "", tame: input.tame }) {
        panic!("{fault} in {value:?}");
    }
    if input.thorough {
        written(value);
    }
}

/// What is not serialised holds no NaN either, and JSON reads back the same.
fn written<T: Debug + Serialize>(value: &T) {
    let text = format!("{value:?}");
    assert!(!text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "NaN"), "{text}");
    let json = serde_json::to_value(value).expect("serialises");
    let read: Value = serde_json::from_str(&json.to_string()).expect("reads back");
    assert_eq!(read, json, "{text}");
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
