#![no_main]

#[path = "../../fault_targets/mod.rs"]
mod fault_targets;

use fault_targets::{limits, scores};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(limits::within_limits("scores", scores::run, bytes)));
