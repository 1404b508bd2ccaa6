//! Largest amount allocated during a call, over the size of the data (8 bytes a value). Not a time: it is the same in
//! every run with as many threads, up to when the threads need their buffers.
//!
//! ```text
//! cargo bench --bench memory                         two threads
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use risk_sd::{Bootstrap, DominanceTest, Guard, Order, RankingTest, Sample, Samples};
use support::normal;

mod support;

/// The system's allocator, which also sums the sizes.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn took(bytes: usize) {
    MOST.fetch_max(HELD.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Runs `call` on two threads, and prints the most it held over the bytes of `values`.
fn measure<T: Send>(name: &str, values: usize, call: impl FnOnce() -> T + Send) {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
    threads.install(|| {
        let before = HELD.load(Relaxed);
        MOST.store(before, Relaxed);
        let result = call();
        let most = MOST.load(Relaxed) - before;
        drop(result);
        let data = 8 * values;
        println!(
            "{name:44} {:5.1} MB  {:4.1} times the data",
            most as f64 / 1e6,
            most as f64 / data as f64
        );
        assert!(most < 10 * data, "{name}: memory grew");
    });
}

fn models(k: usize, n: usize) -> Samples {
    let column =
        |i: usize| Sample::new(normal(i as u64, n, 0.02 * i as f64, 1.0)).expect("finite values");
    Samples::independent((0..k).map(|i| (format!("m{i}"), column(i)))).expect("distinct names")
}

fn main() {
    let n = 1_000_000;
    let columns = [("a", normal(1, n, 0.1, 1.0)), ("b", normal(2, n, 0.0, 1.0))];
    let paired = Samples::paired(columns.clone()).expect("equal lengths");
    let sample =
        |(name, values): (&'static str, Vec<f64>)| (name, Sample::new(values).expect("finite values"));
    let independent = Samples::independent(columns.map(sample)).expect("two names");
    let test = DominanceTest::new(Order::First).bootstrap(Bootstrap::new().replicates(99));
    let guarded = test.guard(Guard::Replicates(99));
    measure("pair, bootstrap and guard, paired", 2 * n, || guarded.run(&paired, "a", "b"));
    measure("pair, bootstrap and guard, independent", 2 * n, || guarded.run(&independent, "a", "b"));
    let analytic = test.analytic().guard(Guard::Off);
    measure("pair, analytic", 2 * n, || analytic.run(&independent, "a", "b"));
    for (k, n, replicates) in [(12, 5_000, 1_000), (50, 10_000, 100)] {
        let samples = models(k, n);
        let test =
            RankingTest::new().guard(Guard::Off).bootstrap(Bootstrap::new().replicates(replicates));
        measure(&format!("{k} models of {n} rows, B = {replicates}"), k * n, || test.run(&samples));
    }
}
