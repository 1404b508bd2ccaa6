//! Quicksort over two vector kernels: a partition, and a sort of a few values in registers.
//!
//! ```text
//! sort(values, lower):                            all values are >= lower
//!     few values: sort them in registers
//!     pivot = median of a sample
//!     if lower < pivot:  values = low (< pivot) | high;  sort(low, lower); sort(high, pivot)
//!     pivot == lower, or low is empty: the pivot is the smallest value, perhaps of many. Split off its equals
//!                        (partition at the next f64 above it); sort the rest
//! ```
//!
//! Under the feature `rayon` both parts of a long range are sorted at once. Sorted values are the same whatever
//! the pivots and threads.

use super::portable;

/// The two kernels of one instruction set. A value of the type is the proof that the processor has it.
pub(super) trait Engine: Copy + Send + Sync {
    /// Most values that [`Engine::sort_small`] takes; [`Engine::partition`] takes more.
    const SMALL: usize;

    fn sort_small(self, values: &mut [f64]);

    /// Values below the pivot to the front; returns their number.
    fn partition(self, values: &mut [f64], pivot: f64) -> usize;
}

/// From this length on a range is shared between threads. Starting one costs some 10 microseconds; 100,000 values
/// take 600.
const SHARED: usize = 100_000;

/// Sorts finite values ascending.
pub(super) fn sort<E: Engine>(engine: E, values: &mut [f64]) {
    sort_above(engine, f64::NEG_INFINITY, values, depth_limit(values.len()));
}

/// Twice the depth of a perfect tree; medians of samples of random data stay below 1.3 times. Deeper means data
/// made against the sample, and the standard library, which cannot be led astray, takes over.
fn depth_limit(len: usize) -> u32 {
    2 * (usize::BITS - len.leading_zeros())
}

fn sort_above<E: Engine>(engine: E, mut lower: f64, mut values: &mut [f64], mut depth: u32) {
    while values.len() > E::SMALL {
        if depth == 0 {
            return portable::sort(values);
        }
        depth -= 1;
        let pivot = pivot(engine, values);
        let below = if lower < pivot { engine.partition(values, pivot) } else { 0 };
        if below == 0 {
            let equal = engine.partition(values, pivot.next_up());
            values = &mut values[equal..];
        } else {
            let shared = values.len() >= SHARED;
            let (low, high) = values.split_at_mut(below);
            if shared {
                let sort_low = || sort_above(engine, lower, low, depth);
                return join(sort_low, || sort_above(engine, pivot, high, depth));
            }
            sort_above(engine, lower, low, depth);
            values = high;
        }
        lower = pivot;
    }
    engine.sort_small(values);
}

#[cfg(feature = "rayon")]
fn join(a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    if rayon::current_num_threads() > 1 {
        rayon::join(a, b);
    } else {
        a();
        b();
    }
}

#[cfg(not(feature = "rayon"))]
fn join(a: impl FnOnce(), b: impl FnOnce()) {
    a();
    b();
}

/// Median of one value from each of many stretches of equal length.
fn pivot<E: Engine>(engine: E, values: &[f64]) -> f64 {
    match values.len() {
        0..1024 => median_of::<E, 16>(engine, values),
        1024..16_384 => median_of::<E, 32>(engine, values),
        16_384..SHARED => median_of::<E, 64>(engine, values),
        // Halves that two threads share must be even: 64 values are off by 6 % as a rule, 1023 by 1.6 %.
        _ => median_of::<E, 1023>(engine, values),
    }
}

#[inline(never)]
fn median_of<E: Engine, const COUNT: usize>(engine: E, values: &[f64]) -> f64 {
    let mut sample = [0.0; COUNT];
    let stretch = values.len() / COUNT;
    let mut state = values.len() as u64;
    for (i, picked) in sample.iter_mut().enumerate() {
        // Where in its stretch: the high bits of a linear congruence (Knuth's MMIX), so that no regular pattern
        // meets the sample.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let within = ((state >> 32) * stretch as u64) >> 32;
        *picked = values[i * stretch + within as usize];
    }
    sort(engine, &mut sample);
    sample[COUNT / 2]
}
