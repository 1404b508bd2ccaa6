//! Blocks of consecutive rows of a time series.
//!
//! ```text
//! circular:  ceil(n / L) starts, uniform on the n rows; a block that reaches the end goes on at row 0
//! moving:    starts uniform on the first n - L + 1 rows
//! ```
//!
//! The last block is cut so that n rows are drawn in all.

use crate::rng::Stream;
use crate::sample::Series;

/// How blocks of each series are drawn.
pub(super) struct Blocks {
    series: Series,
    circular: bool,
}

impl Blocks {
    pub(super) fn new(series: &Series, circular: bool) -> Blocks {
        Blocks { series: series.clone(), circular }
    }

    /// Counts how often each row is drawn.
    pub(super) fn draw(&self, stream: &mut Stream, counts: &mut [u32]) {
        // As differences of neighbouring counts first: +1 where a block starts, -1 behind its end.
        counts.fill(0);
        for range in self.series.ranges() {
            let counts = &mut counts[range];
            self.mark(stream, counts);
            let mut running = 0u32;
            for count in counts {
                running = running.wrapping_add(*count);
                *count = running;
            }
        }
    }

    fn mark(&self, stream: &mut Stream, differences: &mut [u32]) {
        let (n, longest) = (differences.len(), self.series.block_length);
        let starts = if self.circular { n } else { n - longest + 1 };
        let mut left = n;
        while left > 0 {
            let length = longest.min(left);
            let start = stream.below(starts as u32) as usize;
            let end = start + length;
            differences[start] = differences[start].wrapping_add(1);
            if end > n {
                differences[0] = differences[0].wrapping_add(1);
            }
            if end != n {
                differences[end % n] = differences[end % n].wrapping_sub(1);
            }
            left -= length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;
    use std::collections::BTreeMap;

    /// How often each vector of counts comes in `replicates` draws.
    fn seen(blocks: &Blocks, rows: usize, replicates: u64) -> BTreeMap<Vec<u32>, f64> {
        let mut seen = BTreeMap::new();
        for replicate in 0..replicates {
            let mut counts = vec![9; rows];
            blocks.draw(&mut Stream::new(3, Purpose::Bootstrap, replicate, 0), &mut counts);
            *seen.entry(counts).or_insert(0.0) += 1.0 / replicates as f64;
        }
        seen
    }

    /// All starts of two blocks of five rows in pieces of 3 and 2, listed.
    fn listed(starts: usize) -> BTreeMap<Vec<u32>, f64> {
        let mut listed = BTreeMap::new();
        for (first, second) in (0..starts).flat_map(|s| (0..starts).map(move |t| (s, t))) {
            let mut counts = vec![0; 5];
            (first..first + 3).chain(second..second + 2).for_each(|row| counts[row % 5] += 1);
            *listed.entry(counts).or_insert(0.0) += 1.0 / (starts * starts) as f64;
        }
        listed
    }

    #[test]
    fn every_draw_is_as_likely_as_in_the_list() {
        let series = Series { block_length: 3, ends: vec![5] };
        for (circular, starts) in [(true, 5), (false, 3)] {
            let found = seen(&Blocks::new(&series, circular), 5, 20_000);
            let expected = listed(starts);
            assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
            for (found, expected) in found.values().zip(expected.values()) {
                assert!((found - expected).abs() < 5.0 * (expected / 20_000.0).sqrt());
            }
        }
    }

    #[test]
    fn blocks_stay_in_their_series() {
        let series = Series { block_length: 2, ends: vec![5, 9] };
        for counts in seen(&Blocks::new(&series, true), 9, 200).keys() {
            assert_eq!((counts[..5].iter().sum::<u32>(), counts[5..].iter().sum::<u32>()), (5, 4));
        }
    }
}
