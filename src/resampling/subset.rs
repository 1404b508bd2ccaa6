//! A uniform choice of rows: each subset of a given size is equally likely.
//!
//! ```text
//! 1. every row is chosen by itself with a probability c / 2^b just below (size of the subset) / rows
//! 2. rows drawn at random are added, or given back, until the size is right
//! ```
//!
//! After the first step all subsets of the size it happened to reach are equally likely; adding a row drawn
//! uniformly from those outside (or giving back one drawn uniformly from those inside) keeps that so, size by size.
//! The first step takes 64 rows at a time: bit k of b random words, read from the lowest digit of c to the highest
//! (digit 1: or, digit 0: and), is 1 with probability c / 2^b. The second is left with about sqrt(rows) rows.

use crate::rng::Stream;

/// Chooses `chosen` of `rows` rows: sets their bits in `words`, and clears those of the others.
pub(super) fn choose(stream: &mut Stream, rows: usize, chosen: usize, words: &mut Vec<u64>) {
    words.clear();
    words.resize(rows.div_ceil(64), 0);
    // The smaller side is drawn: rows outside it are plenty, so those to be added are found at once.
    let fewer = chosen.min(rows - chosen);
    let digits = (rows.ilog2() / 2 + 1).min(31);
    let probability = ((fewer as u128) << digits) / rows as u128;
    for word in words.iter_mut() {
        *word = bernoulli(stream, probability as u32, digits);
    }
    clear_beyond(rows, words);
    let mut found: usize = words.iter().map(|word| word.count_ones() as usize).sum();
    let wanted = found < fewer;
    while found != fewer {
        let row = stream.below(rows as u32) as usize;
        let bit = 1u64 << (row % 64);
        if (words[row / 64] & bit == 0) == wanted {
            words[row / 64] ^= bit;
            found = if wanted { found + 1 } else { found - 1 };
        }
    }
    if fewer != chosen {
        words.iter_mut().for_each(|word| *word = !*word);
        clear_beyond(rows, words);
    }
}

/// Whether a row was chosen.
pub(super) fn contains(words: &[u64], row: usize) -> bool {
    words[row / 64] >> (row % 64) & 1 == 1
}

/// 64 independent bits, each 1 with probability `numerator` / 2^`digits`.
fn bernoulli(stream: &mut Stream, numerator: u32, digits: u32) -> u64 {
    let zeros = numerator.trailing_zeros().min(digits);
    (zeros..digits).fold(0, |bits, digit| match numerator >> digit & 1 {
        1 => bits | stream.next_u64(),
        _ => bits & stream.next_u64(),
    })
}

fn clear_beyond(rows: usize, words: &mut [u64]) {
    if let (Some(last), 1..) = (words.last_mut(), rows % 64) {
        *last &= (1 << (rows % 64)) - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;
    use std::collections::BTreeMap;

    /// All subsets, by chi-square against equal frequencies.
    #[test]
    fn every_subset_is_as_likely() {
        let binomial = |n: u64, k: u64| (0..k).fold(1, |c, i| c * (n - i) / (i + 1));
        for rows in 1..=8usize {
            for chosen in 0..=rows {
                let mut seen = BTreeMap::new();
                let subsets = binomial(rows as u64, chosen as u64);
                let draws = 300 * subsets;
                let mut words = Vec::new();
                for replicate in 0..draws {
                    let mut stream = Stream::new(3, Purpose::Guard, replicate, rows as u64);
                    choose(&mut stream, rows, chosen, &mut words);
                    assert_eq!(words[0].count_ones() as usize, chosen);
                    *seen.entry(words[0]).or_insert(0u64) += 1;
                }
                assert_eq!(seen.len() as u64, subsets);
                let chi_square: f64 =
                    seen.values().map(|&count| (count as f64 - 300.0).powi(2) / 300.0).sum();
                let freedom = subsets as f64 - 1.0;
                let limit = freedom + 4.5 * (2.0 * freedom).sqrt() + 10.0;
                assert!(chi_square < limit, "{chosen} of {rows}: {chi_square}");
            }
        }
    }

    /// Among many rows: sizes are exact, and a row is chosen as often as it should be, with the right covariance.
    #[test]
    fn many_rows_have_the_right_moments() {
        let mut words = Vec::new();
        for (rows, chosen) in [(1000, 500), (1000, 333), (1000, 3), (777, 700), (130, 129), (64, 64)] {
            let (mut low, mut square, draws) = (0.0, 0.0, 4000);
            for replicate in 0..draws {
                let mut stream = Stream::new(4, Purpose::Guard, replicate, 1);
                choose(&mut stream, rows, chosen, &mut words);
                assert_eq!(words.iter().map(|word| word.count_ones() as usize).sum::<usize>(), chosen);
                // How many of the first 64 rows: hypergeometric.
                let count = f64::from(words[0].count_ones());
                low += count;
                square += count * count;
            }
            let (n, k, m) = (rows as f64, chosen as f64, 64f64.min(rows as f64));
            let mean = m * k / n;
            let variance = mean * (1.0 - k / n) * (n - m) / (n - 1.0);
            let draws = draws as f64;
            let found = low / draws;
            assert!((found - mean).abs() <= 4.5 * (variance / draws).sqrt(), "{found} {mean}");
            let spread = square / draws - found * found;
            assert!((spread - variance).abs() <= 0.12 * variance + 1e-9, "{spread} {variance}");
        }
    }
}
