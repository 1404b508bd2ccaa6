//! How exact are the numbers? Measures the error of every descriptive statistic against rational arithmetic.
//!
//! ```text
//! cargo run --release --example accuracy                                     # prints the tables, a minute
//! cargo run --release --example accuracy -- --update docs/accuracy.md        # writes them into the page
//! cargo run --release --example accuracy -- --cases out/cases.json           # inputs and truths for other packages
//! python benches/peers/accuracy.py out/cases.json --update docs/accuracy.md  # which answer them here
//! ```
//!
//! The truths are those of the test `accuracy` (`tests/oracle`). Ends in an assertion that all errors are within the
//! bounds.

mod cases;
mod hex;
#[path = "../../tests/oracle/mod.rs"]
mod oracle;
#[path = "../support/mod.rs"]
mod support;
mod tables;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use support::Failure;

/// Errors of every descriptive statistic against exact arithmetic.
#[derive(Parser)]
struct Arguments {
    /// Pairs of columns of each class.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pairs: u32,
    /// Seed of the inputs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A page whose tables are replaced, between its two marks.
    #[arg(long, value_name = "FILE")]
    update: Option<PathBuf>,
    /// Writes inputs with exact answers for other packages to this file, and nothing else.
    #[arg(long, value_name = "FILE", conflicts_with = "update")]
    cases: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    support::run(|| accuracy(&arguments))
}

fn accuracy(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(path) = &arguments.cases {
        return cases::write(path, arguments.seed);
    }
    let errors = tables::Errors::measure(arguments.pairs, arguments.seed);
    let text = errors.to_string();
    match &arguments.update {
        None => println!("{text}"),
        Some(path) => {
            let page = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            std::fs::write(path, replaced(&page, &text)?)?;
        }
    }
    errors.assert_bounds();
    Ok(())
}

/// The page with another text between its marks.
fn replaced(page: &str, text: &str) -> Result<String, Failure> {
    const MARKS: [&str; 2] = ["<!-- errors: begin -->\n", "<!-- errors: end -->"];
    let marks = MARKS.map(|mark| page.find(mark));
    let [Some(begin), Some(end)] = marks else {
        return Err(format!("the page has no {} ... {}", MARKS[0].trim(), MARKS[1]).into());
    };
    Ok(format!("{}{}{}{}", &page[..begin], MARKS[0], text, &page[end..]))
}
