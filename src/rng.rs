//! Seeded streams of random integers.
//!
//! A stream is a function of (seed, purpose, replicate, column) and of nothing else: not of threads,
//! features or the CPU. Only integers are drawn, so the bits cannot depend on a floating-point unit.

/// What a stream is for. Streams of different purposes are unrelated even for the same seed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Bootstrap = 1,
    Guard = 2,
    Planning = 8,
}

/// xoshiro256++ (Blackman and Vigna 2019).
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    state: [u64; 4],
}

/// The increment of splitmix64.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Stream {
    pub(crate) fn new(seed: u64, purpose: Purpose, replicate: u64, column: u64) -> Stream {
        // Each coordinate is absorbed by one round of splitmix64, whose output seeds the state as the
        // authors of the generator recommend.
        let mut x = seed;
        for coordinate in [purpose as u64, replicate, column] {
            x = mix(x.wrapping_add(coordinate.wrapping_mul(GOLDEN)).wrapping_add(GOLDEN));
        }
        let mut state = [0; 4];
        for word in &mut state {
            x = x.wrapping_add(GOLDEN);
            *word = mix(x);
        }
        Stream { state }
    }

    #[inline(always)]
    pub(crate) fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform on 0..bound, exactly (Lemire 2019: multiply, reject the few words that would make some
    /// values more likely). `bound` is positive.
    #[inline(always)]
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        loop {
            let product = (self.next_u64() >> 32) * u64::from(bound);
            let low = product as u32;
            // The remainder is taken only where the cheap bound cannot decide.
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 32) as u32;
            }
        }
    }

    /// `draws` independent uniforms on 0..counts.len(), counted: exactly multinomial. Two draws a word.
    pub(crate) fn count_draws(&mut self, draws: usize, counts: &mut [u32]) {
        counts.fill(0);
        let bound = counts.len() as u32;
        let rejected = bound.wrapping_neg() % bound;
        let mut left = draws;
        while left > 0 {
            let word = self.next_u64();
            for half in [word as u32, (word >> 32) as u32] {
                let product = u64::from(half) * u64::from(bound);
                if product as u32 >= rejected && left > 0 {
                    counts[(product >> 32) as usize] += 1;
                    left -= 1;
                }
            }
        }
    }
}

/// The output function of splitmix64.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reproduces_the_published_generator() {
        // First outputs of xoshiro256++ from the state 1, 2, 3, 4 (reference implementation).
        let mut stream = Stream { state: [1, 2, 3, 4] };
        let found: Vec<u64> = (0..4).map(|_| stream.next_u64()).collect();
        assert_eq!(found, [41943041, 58720359, 3588806011781223, 3591011842654386]);
    }

    #[test]
    fn streams_differ_in_every_coordinate() {
        let first = |s, p, r, c| Stream::new(s, p, r, c).next_u64();
        let base = first(7, Purpose::Bootstrap, 3, 1);
        assert_ne!(base, first(8, Purpose::Bootstrap, 3, 1));
        assert_ne!(base, first(7, Purpose::Guard, 3, 1));
        assert_ne!(base, first(7, Purpose::Bootstrap, 4, 1));
        assert_ne!(base, first(7, Purpose::Bootstrap, 3, 2));
        // Neighbouring columns share no word of their states.
        let state = |c| Stream::new(7, Purpose::Bootstrap, 3, c).state;
        assert!(state(1).iter().all(|word| !state(2).contains(word)));
    }

    /// All outcomes of n draws over n cells, n = 2..5, against their multinomial probabilities.
    #[test]
    fn counts_are_multinomial() {
        for n in 2..=5usize {
            let mut seen = std::collections::BTreeMap::new();
            let replicates = 60_000;
            let mut counts = vec![0; n];
            for b in 0..replicates {
                Stream::new(11, Purpose::Bootstrap, b, 0).count_draws(n, &mut counts);
                assert_eq!(counts.iter().sum::<u32>() as usize, n);
                *seen.entry(counts.clone()).or_insert(0u32) += 1;
            }
            let factorial = |k: u32| (1..=k).map(f64::from).product::<f64>();
            let mut chi_square = 0.0;
            for (outcome, &count) in &seen {
                let ways = factorial(n as u32) / outcome.iter().map(|&c| factorial(c)).product::<f64>();
                let expected = f64::from(replicates as u32) * ways / (n as f64).powi(n as i32);
                chi_square += (f64::from(count) - expected).powi(2) / expected;
            }
            let freedom = seen.len() as f64 - 1.0;
            let z = (chi_square - freedom) / (2.0 * freedom).sqrt();
            assert!(z.abs() < 4.0, "n = {n}: z = {z}");
        }
    }

    #[test]
    fn below_is_uniform() {
        let mut stream = Stream::new(5, Purpose::Guard, 0, 0);
        let mut seen = [0u32; 7];
        for _ in 0..70_000 {
            seen[stream.below(7) as usize] += 1;
        }
        let chi_square: f64 = seen.iter().map(|&c| (f64::from(c) - 1e4).powi(2) / 1e4).sum();
        assert!(chi_square < 25.0, "{chi_square}");
    }
}
