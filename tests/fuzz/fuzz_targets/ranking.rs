#![no_main]

#[path = "../../fault_targets/mod.rs"]
mod fault_targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fault_targets::run("ranking", bytes));
