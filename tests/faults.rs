//! No fault whatever the input: the fault targets on random bytes, within limits on time and memory.
//!
//! A longer run, as many executions of each target as are asked for:
//!
//! ```text
//! FAULT_EXECUTIONS=100000 cargo test --release --test faults -- --ignored --nocapture
//! ```
//!
//! `FAULT_TARGET` names one target, `FAULT_SEED` another start, `FAULT_SECONDS` the time that a target may take.

#[path = "draws/mod.rs"]
mod draws;
mod fault_targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use fault_targets::input::{cancelled, listener};
use fault_targets::limits::within_limits;
use fault_targets::{TARGETS, Target, results::RESULTS};
use proptest::prelude::*;
use risk_sd::{Samples, UniformTest};

/// The longest input that is tried, in bytes.
const LONGEST: usize = 256;

/// In a pool of one thread: replicates that other threads draw would not be counted.
fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread").install(work)
}

/// Random bytes through one target.
fn bounded(name: &str) {
    let target = fault_targets::target(name);
    on_one_thread(|| {
        proptest!(|(bytes in prop::collection::vec(any::<u8>(), 0..LONGEST))| {
            within_limits(name, target, &bytes);
        });
    });
}

macro_rules! bounded {
    ($($name:ident)*) => {
        $(#[test] fn $name() { bounded(stringify!($name)); })*

        #[test]
        fn every_target_is_run() {
            assert_eq!(TARGETS.map(|(name, _)| name), [$(stringify!($name)),*]);
        }
    };
}

bounded! {
    comparison dominance uniform ranking portfolio transport alignment ensemble audit fidelity planning plot scores
    serialised
}

/// What a run holds grows with the replicates that have been drawn, not with those that were asked for.
#[test]
fn a_stopped_run_has_not_taken_the_memory_of_all_replicates() {
    let stopped = |_: &[u8]| {
        let samples = Samples::paired([("a", [1.0, 2.0, 4.0, 7.0]), ("b", [0.5, 3.0, 3.5, 6.0])]);
        let test = UniformTest::new().replicates(10_000_000);
        let result = test.run_with_progress(&samples.expect("finite"), "a", "b", listener(true));
        assert!(cancelled(&result), "{result:?}");
    };
    on_one_thread(|| {
        within_limits("uniform", stopped, &[]);
    });
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
#[ignore = "as long as it is asked to be"]
fn long() {
    let executions: u64 = setting("FAULT_EXECUTIONS", 10_000);
    let seconds: f64 = setting("FAULT_SECONDS", f64::INFINITY);
    let (seed, only): (u64, String) = (setting("FAULT_SEED", 1), setting("FAULT_TARGET", String::new()));
    let findings: usize = TARGETS
        .iter()
        .filter(|(name, _)| only.is_empty() || only == *name)
        .map(|(name, target)| on_one_thread(|| long_run(name, *target, seed, executions, seconds)))
        .sum();
    assert_eq!(findings, 0, "findings in all");
}

/// Random inputs through one target; prints those that fail, and returns how many there were, at most ten.
fn long_run(name: &str, target: Target, seed: u64, executions: u64, seconds: f64) -> usize {
    let (start, checked_before) = (Instant::now(), RESULTS.load(Ordering::Relaxed));
    let (mut findings, mut done) = (0, 0);
    let (mut longest, mut most_memory) = (Duration::ZERO, 0);
    while done < executions && findings < 10 && start.elapsed().as_secs_f64() < seconds {
        let bytes = some_bytes(&mut draws::Random(draws::Random(seed).word() ^ done));
        let kept = catch_unwind(AssertUnwindSafe(|| {
            let taken = within_limits(name, target, &bytes);
            (longest, most_memory) = (longest.max(taken.time), most_memory.max(taken.memory));
        }));
        if kept.is_err() {
            findings += 1;
            println!("FINDING in {name}: {bytes:?}");
        }
        done += 1;
    }
    let checked = RESULTS.load(Ordering::Relaxed) - checked_before;
    println!(
        "{name:>12}: {done} executions, {checked} results, {findings} findings, {:.0} s; longest {:.0} ms, most memory {} KiB",
        start.elapsed().as_secs_f64(),
        longest.as_secs_f64() * 1e3,
        most_memory / 1024
    );
    findings
}

/// Uniform bytes, mostly; or few different ones, so that numbers, labels and settings are often equal.
fn some_bytes(random: &mut draws::Random) -> Vec<u8> {
    let (length, kind) = (random.below(LONGEST), random.below(4));
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        bytes.extend(random.word().to_le_bytes());
    }
    bytes.truncate(length);
    if kind == 0 {
        let few: [u8; 4] = std::array::from_fn(|_| random.word() as u8);
        // The first bytes choose the door: every door is as likely.
        bytes.iter_mut().skip(4).for_each(|byte| *byte = few[usize::from(*byte % 4)]);
    }
    bytes
}
