//! The CSV reader of the example programs, on any text.

use super::input::Input;
use super::results::{checked, passed};
use risk_sd::IncompleteRows;

/// As the example programs have it.
type Failure = Box<dyn std::error::Error>;

#[path = "../../examples/support/scores.rs"]
mod reader;

/// What CSV is made of.
const PIECES: [&str; 24] = [
    ",", ",", ",", ",", "\n", "\n", "\r\n", "\"", "1", "2.5", "-3e308", "1e999", "nan", "inf", "model",
    "sample", "metric", "value", "a", "b", " ", "\u{feff}", "\u{00e9}", "",
];

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let paired = input.rarely(2);
    let text = match input.below(3) {
        0 => String::from_utf8_lossy(input.rest()).into_owned(),
        1 => {
            let start =
                input.pick(&["sample,a,b\n", "model,sample,metric,value\n", "model,sample,m\n", "a\n"]);
            let pieces = input.rest().iter().map(|byte| PIECES[*byte as usize % PIECES.len()]);
            start.chars().chain(pieces.flat_map(str::chars)).collect()
        }
        _ => grid(&mut input),
    };
    let Ok(file) = reader::Csv::parse("text", &text) else { return };
    for name in file.value_columns() {
        let numbers = file.column(name).unwrap_or_default();
        assert!(numbers.iter().all(|(_, number)| number.is_finite()));
    }
    let Ok(builder) = file.table(None) else { return };
    let table = match paired {
        true => builder.paired(IncompleteRows::Drop),
        false => builder.independent(IncompleteRows::Refuse),
    };
    if let Some(table) = passed(table) {
        let metric = table.metrics()[0].clone();
        checked(table.samples(&metric), &input);
    }
}

/// A file with as many cells in each row.
fn grid(input: &mut Input) -> String {
    let columns = 1 + input.below(4);
    let header = &["id", "a", "b", "c", "d"][5 - columns..];
    let mut text = header.join(",");
    for _ in 0..input.rows() {
        let cells: Vec<String> = (0..columns).map(|_| input.any().to_string()).collect();
        text = text + "\n" + &cells.join(",");
    }
    text
}
