//! Pairs of rows that two columns put in the same and in the opposite order: the counts behind Kendall's tau.
//!
//! ```text
//! tau_b = (C - D) / sqrt((N - T_a)(N - T_b))
//! C - D = (N - T_a - T_b + T_ab) - 2 D          pairs tied in neither, less twice the discordant ones
//! ```
//!
//! D is the number of exchanges of a merge sort of b in the order of a, ties in a put in the order of b (Knight 1966).

use std::hint::select_unpredictable;

/// Pairs of k rows: all, tied in one column, tied in both, and in opposite order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairCounts {
    pub(crate) all: i64,
    pub(crate) tied_a: i64,
    pub(crate) tied_b: i64,
    pub(crate) tied_both: i64,
    pub(crate) discordant: i64,
}

impl PairCounts {
    /// Kendall's tau-b, or which column (0 or 1) is constant.
    pub(crate) fn tau_b(self) -> Result<f64, usize> {
        let PairCounts { all, tied_a, tied_b, tied_both, discordant } = self;
        if let Some(which) = [tied_a, tied_b].iter().position(|&tied| tied == all) {
            return Err(which);
        }
        let balance = all - tied_a - tied_b + tied_both - 2 * discordant;
        let tau = balance as f64 / ((all - tied_a) as f64 * (all - tied_b) as f64).sqrt();
        Ok(tau.clamp(-1.0, 1.0))
    }
}

/// Pairs among k things.
pub(crate) fn pairs_of(k: usize) -> i64 {
    let k = k as i64;
    k * (k - 1) / 2
}

/// Pairs of things with the same key, which stand beside each other.
pub(crate) fn tied_pairs<T, K: PartialEq>(sorted: &[T], key: impl Fn(&T) -> K) -> i64 {
    sorted.chunk_by(|a, b| key(a) == key(b)).map(|tied| pairs_of(tied.len())).sum()
}

/// Runs up to this length are sorted by insertion: 4 is as fast, 16 and more are slower by a tenth and more.
const SHORT: usize = 8;

/// Sorts and counts the exchanges: pairs with a larger value before a smaller one.
pub(crate) fn discordant<T: Copy + PartialOrd>(values: &mut [T], scratch: &mut Vec<T>) -> i64 {
    scratch.clear();
    scratch.extend_from_slice(values);
    merge_sort(values, scratch)
}

fn merge_sort<T: Copy + PartialOrd>(values: &mut [T], scratch: &mut [T]) -> i64 {
    if values.len() <= SHORT {
        return insertion_sort(values);
    }
    let middle = values.len() / 2;
    let (left, right) = values.split_at_mut(middle);
    let (scratch_left, scratch_right) = scratch.split_at_mut(middle);
    let exchanges = merge_sort(left, scratch_left) + merge_sort(right, scratch_right);
    if left[middle - 1] <= right[0] {
        return exchanges;
    }
    scratch.copy_from_slice(values);
    exchanges + merge(scratch.split_at(middle), values)
}

/// Merges from both ends at once, each end one half of the output: two chains of operations that do not wait for
/// each other. Which side is next is a coin toss: selected, not branched on. A million random values
/// take less than half of the time of one chain with a branch.
///
/// ```text
/// forwards     a right value goes out before all that is left of the left half: so many exchanges
/// backwards    a left value goes out after all that is left of the right half: so many exchanges, less those
///              with right values that have gone out forwards, which are counted there
/// ```
fn merge<T: Copy + PartialOrd>((left, right): (&[T], &[T]), out: &mut [T]) -> i64 {
    let half = left.len();
    let (mut i, mut j, mut forwards) = (0, 0, 0);
    let (mut p, mut q, mut backwards) = (half, right.len(), 0);
    let length = out.len();
    for step in 0..half {
        let (a, b) = (left[i], right[j]);
        let exchange = b < a;
        out[step] = select_unpredictable(exchange, b, a);
        forwards += select_unpredictable(exchange, half - i, 0);
        i += usize::from(!exchange);
        j += usize::from(exchange);

        let (a, b) = (left[p - 1], right[q - 1]);
        let exchange = b < a;
        out[length - 1 - step] = select_unpredictable(exchange, a, b);
        backwards += select_unpredictable(exchange, q, 0);
        p -= usize::from(exchange);
        q -= usize::from(!exchange);
    }
    if length % 2 == 1 {
        out[half] = if i < p { left[i] } else { right[j] };
    }
    let taken_backwards = half - p;
    forwards as i64 + backwards as i64 - (taken_backwards * j) as i64
}

fn insertion_sort<T: Copy + PartialOrd>(values: &mut [T]) -> i64 {
    let mut exchanges = 0;
    for end in 1..values.len() {
        let value = values[end];
        let mut at = end;
        while at > 0 && value < values[at - 1] {
            values[at] = values[at - 1];
            at -= 1;
        }
        values[at] = value;
        exchanges += end - at;
    }
    exchanges as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn exchanges_agree_with_counting_pairs(values in prop::collection::vec(0u32..50, 0..120)) {
            let pairs = |i: usize| values[i + 1..].iter().filter(|&&v| v < values[i]).count();
            let expected: usize = (0..values.len()).map(pairs).sum();
            let mut sorted = values.clone();
            prop_assert_eq!(discordant(&mut sorted, &mut Vec::new()), expected as i64);
            prop_assert!(sorted.is_sorted());
        }
    }
}
