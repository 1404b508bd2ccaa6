#![no_main]

#[path = "../../fault_targets/mod.rs"]
mod fault_targets;

use fault_targets::{limits, portfolio};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(limits::within_limits(
    "portfolio",
    portfolio::run,
    bytes
)));
