//! What the example programs share: reading scores, showing progress, writing files.

#![allow(dead_code)] // each program uses a part

pub mod output;
pub mod progress;
pub mod scores;

/// An error that is printed as one line.
pub type Failure = Box<dyn std::error::Error>;

/// Runs a program's body; an error goes to stderr as one line and makes the exit status non-zero.
pub fn run(body: impl FnOnce() -> Result<(), Failure>) -> std::process::ExitCode {
    match body() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
