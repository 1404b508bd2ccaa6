//! How many rows are smaller in every coordinate.
//!
//! ```text
//! below(i) = #{rows j : x_m(j) < x_m(i) for every metric m}
//! ```
//!
//! One metric is a sort. Two are a sweep in the order of the first, with a Fenwick tree over the ranks
//! of the second. More are bit sets: for each metric the set of smaller rows, intersected and counted.

use crate::kernels::sort;

/// Number of rows that are strictly smaller in all columns, for every row. Columns have one length,
/// below 2^32. O(n log n) for one or two columns, O(n^2 N / 64) words for N >= 3.
pub(super) fn count_below(columns: &[&[f64]]) -> Vec<u32> {
    let ranked: Vec<Ranked> = columns.iter().map(|column| Ranked::new(column)).collect();
    match &ranked[..] {
        [one] => one.below.clone(),
        [one, two] => sweep(one, two),
        many => intersect(many),
    }
}

/// Calls `f(rows, smaller)` for each block of equal values in ascending order; `smaller` rows have a
/// smaller value.
pub(super) fn for_each_tie(column: &[f64], order: &[u32], mut f: impl FnMut(&[u32], usize)) {
    let mut smaller = 0;
    for rows in order.chunk_by(|&a, &b| column[a as usize] == column[b as usize]) {
        f(rows, smaller);
        smaller += rows.len();
    }
}

struct Ranked {
    /// The rows in ascending order.
    order: Vec<u32>,
    /// For each row, how many rows are smaller: those are the first so many of `order`.
    below: Vec<u32>,
}

impl Ranked {
    fn new(column: &[f64]) -> Ranked {
        let order = sort::argsort(column);
        let mut below = vec![0; column.len()];
        for_each_tie(column, &order, |rows, smaller| {
            for &row in rows {
                below[row as usize] = smaller as u32;
            }
        });
        Ranked { order, below }
    }
}

/// Rows in the order of `one`: a block of equal rows is counted before it enters the tree.
fn sweep(one: &Ranked, two: &Ranked) -> Vec<u32> {
    let mut counts = vec![0; one.order.len()];
    let mut tree = Fenwick(vec![0; one.order.len()]);
    for rows in one.order.chunk_by(|&a, &b| one.below[a as usize] == one.below[b as usize]) {
        for &row in rows {
            counts[row as usize] = tree.count_below(two.below[row as usize]);
        }
        for &row in rows {
            tree.insert(two.below[row as usize]);
        }
    }
    counts
}

/// Counts of numbers 0..n: node `i - 1` holds those in `i - lowbit(i) .. i` (Fenwick 1994).
struct Fenwick(Vec<u32>);

impl Fenwick {
    fn insert(&mut self, number: u32) {
        let mut i = number as usize + 1;
        while i <= self.0.len() {
            self.0[i - 1] += 1;
            i += i & i.wrapping_neg();
        }
    }

    fn count_below(&self, number: u32) -> u32 {
        let mut i = number as usize;
        let mut count = 0;
        while i > 0 {
            count += self.0[i - 1];
            i &= i - 1;
        }
        count
    }
}

/// Popcount of the intersection, over metrics, of the sets of smaller rows.
fn intersect(metrics: &[Ranked]) -> Vec<u32> {
    let rows = metrics[0].order.len();
    let sets: Vec<PrefixSets> = metrics.iter().map(|m| PrefixSets::new(&m.order)).collect();
    let (mut common, mut other) = (Vec::new(), Vec::new());
    let count = |row: usize| {
        sets[0].load(metrics[0].below[row], &mut common);
        for (metric, set) in metrics.iter().zip(&sets).skip(1) {
            set.load(metric.below[row], &mut other);
            for (word, with) in common.iter_mut().zip(&other) {
                *word &= with;
            }
        }
        common.iter().map(|word| word.count_ones()).sum()
    };
    (0..rows).map(count).collect()
}

/// At most so many prefix sets per metric. They then take at most 64 bytes per row, and no more than
/// n / 512 rows are added one by one to the n / 64 words of a set: no slower, measured up to n = 800,000
/// (where steps of sqrt(n) rows take 112 bytes per row).
const MOST_SETS: usize = 512;

/// The sets of the smallest 0, L, 2L, ... rows, L about sqrt(n).
struct PrefixSets<'a> {
    order: &'a [u32],
    step: usize,
    words: usize,
    sets: Vec<u64>,
}

impl<'a> PrefixSets<'a> {
    fn new(order: &'a [u32]) -> PrefixSets<'a> {
        let n = order.len();
        let step = n.isqrt().max(n.div_ceil(MOST_SETS)).max(1);
        let words = n.div_ceil(64);
        let mut sets = Vec::with_capacity(n.div_ceil(step) * words);
        let mut set = vec![0; words];
        for rows in order.chunks(step) {
            sets.extend_from_slice(&set);
            insert_all(&mut set, rows);
        }
        PrefixSets { order, step, words, sets }
    }

    /// Makes `set` the set of the `count` smallest rows; `count` is less than the number of rows.
    fn load(&self, count: u32, set: &mut Vec<u64>) {
        let block = count as usize / self.step;
        set.clear();
        set.extend_from_slice(&self.sets[block * self.words..][..self.words]);
        insert_all(set, &self.order[block * self.step..count as usize]);
    }
}

fn insert_all(set: &mut [u64], rows: &[u32]) {
    for &row in rows {
        set[row as usize / 64] |= 1 << (row % 64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(columns: &[&[f64]]) -> Vec<u32> {
        let rows = 0..columns[0].len();
        let below = |i: usize| rows.clone().filter(|&j| columns.iter().all(|c| c[j] < c[i])).count();
        rows.clone().map(|i| below(i) as u32).collect()
    }

    /// Up to five columns; few distinct values make most rows tie.
    fn columns() -> impl Strategy<Value = Vec<Vec<f64>>> {
        (1usize..6, 1usize..150, 1i32..40).prop_flat_map(|(metrics, rows, distinct)| {
            let value = (0..distinct).prop_map(f64::from);
            prop::collection::vec(prop::collection::vec(value, rows), metrics)
        })
    }

    proptest! {
        #[test]
        fn all_algorithms_agree_with_the_naive_twin(columns in columns()) {
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let expected = naive(&columns);
            prop_assert_eq!(&count_below(&columns), &expected);
            let ranked: Vec<Ranked> = columns.iter().map(|c| Ranked::new(c)).collect();
            prop_assert_eq!(&intersect(&ranked), &expected);
        }
    }

    #[test]
    fn one_row_equal_rows_and_ascending_rows() {
        for metrics in 1..5 {
            let count = |column: &[f64]| count_below(&vec![column; metrics]);
            assert_eq!(count(&[3.0]), [0]);
            assert_eq!(count(&[3.0; 70]), [0; 70]);
            let ascending: Vec<f64> = (0..200).map(f64::from).collect();
            assert_eq!(count(&ascending), (0..200).collect::<Vec<u32>>());
        }
    }
}
