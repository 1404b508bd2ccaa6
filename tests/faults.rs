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

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use fault_targets::{TARGETS, Target, results::RESULTS};
use proptest::prelude::*;

/// The longest input that is tried, in bytes.
const LONGEST: usize = 400;

/// What a target may hold at once, for an input of so many bytes: a multiple of the input, on top of what replicates
/// take. Some three times what a hundred thousand inputs took.
fn most_memory(name: &str, bytes: usize) -> usize {
    match name {
        // A picture of 100,000 pixels has some two thousand lines of its grid.
        "plot" => (16 << 20) + (bytes << 10),
        _ => (1 << 20) + (bytes << 10),
    }
}

/// Inputs are small: what takes longer hangs. Generous, because tests share a machine with others.
const LONGEST_TIME: Duration = Duration::from_secs(20);

/// Counts what the current thread holds.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // A thread that ends has no counter any more, and nothing to count.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

// SAFETY: hands every call to the system's allocator unchanged; the counters allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's contract is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the pointer came from the system's allocator with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What one execution took.
struct Taken {
    time: Duration,
    bytes: usize,
    memory: usize,
}

fn measured(target: Target, bytes: &[u8]) -> Taken {
    let before = HELD.get();
    PEAK.set(before);
    let start = Instant::now();
    target(bytes);
    Taken { time: start.elapsed(), bytes: bytes.len(), memory: (PEAK.get() - before) as usize }
}

/// In a pool of one thread: replicates that other threads draw would not be counted.
fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread").install(work)
}

#[track_caller]
fn within_limits(name: &str, taken: &Taken) {
    assert!(taken.time < LONGEST_TIME, "{name} took {:?}", taken.time);
    let Taken { bytes, memory, .. } = *taken;
    assert!(memory <= most_memory(name, bytes), "{name} held {memory} bytes for {bytes} of input");
}

/// Random bytes through one target.
fn bounded(name: &str) {
    let target = fault_targets::target(name);
    on_one_thread(|| {
        proptest!(|(bytes in prop::collection::vec(any::<u8>(), 0..LONGEST))| {
            within_limits(name, &measured(target, &bytes));
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
        let mut random = draws::Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ done);
        let length = random.below(LONGEST);
        let bytes: Vec<u8> = (0..length).map(|_| random.word() as u8).collect();
        let kept = catch_unwind(AssertUnwindSafe(|| {
            let taken = measured(target, &bytes);
            (longest, most_memory) = (longest.max(taken.time), most_memory.max(taken.memory));
            within_limits(name, &taken);
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
