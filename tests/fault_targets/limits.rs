//! What an execution may take: memory in proportion to the input, and no more than some seconds.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use super::Target;

/// What a target may hold at once, for an input of so many bytes: a multiple of the input, on top of what replicates
/// take. More than was ever seen (`docs/faults.md`).
fn most_memory(name: &str, bytes: usize) -> usize {
    match name {
        // A picture of 100,000 pixels has some two thousand lines of its grid.
        "plot" => (16 << 20) + (bytes << 10),
        _ => (1 << 20) + (bytes << 10),
    }
}

/// Inputs are small: what takes longer hangs.
const LONGEST_TIME: Duration = Duration::from_secs(5);

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
pub struct Taken {
    pub time: Duration,
    pub memory: usize,
}

fn measured(target: Target, bytes: &[u8]) -> Taken {
    let before = HELD.get();
    PEAK.set(before);
    let start = Instant::now();
    target(bytes);
    Taken { time: start.elapsed(), memory: (PEAK.get() - before) as usize }
}

/// Runs a target within its limits, and tells what it took.
///
/// A machine may stop a program for longer than any input takes, so what was slow by the clock is run again, and the
/// time of the processor counts.
#[track_caller]
pub fn within_limits(name: &str, target: Target, bytes: &[u8]) -> Taken {
    let mut taken = measured(target, bytes);
    if taken.time > LONGEST_TIME / 10 {
        let (before, start) = (processor_time(), Instant::now());
        target(bytes);
        taken.time = match (before, processor_time()) {
            (Some(before), Some(after)) => after - before,
            _ => start.elapsed(),
        };
    }
    assert!(taken.time < LONGEST_TIME, "{name} took {:?}", taken.time);
    let most = most_memory(name, bytes.len());
    assert!(taken.memory <= most, "{name} held {} bytes for {} of input", taken.memory, bytes.len());
    taken
}

/// What this thread has had of a processor so far, where the system tells.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
