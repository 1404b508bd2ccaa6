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
    Multiplier = 16,
    Pooled = 17,
    Labels = 18,
    /// Rows or entities of two tables: the column is the table.
    Tables = 56,
    #[cfg(feature = "ndarray")]
    Direction = 40,
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
        let x = absorb(seed, purpose, replicate, column);
        Stream { state: std::array::from_fn(|word| splitmix(x, word as u64)) }
    }

    /// The generator in a given state.
    #[cfg(test)]
    pub(crate) fn from_state(state: [u64; 4]) -> Stream {
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
}

/// Eight generators xoshiro256++ side by side, for kernels that use random bits by the vector.
///
/// The order of the bits is part of the definition: a *block* is the next output of lane 0, ..., of lane 7,
/// 64 bytes in little-endian order. Every tier draws these blocks and no others.
#[derive(Debug, Clone)]
pub(crate) struct Lanes {
    /// `state[w][l]`: word w of the generator in lane l.
    pub(crate) state: [[u64; 8]; 4],
}

impl Lanes {
    /// Word w of lane l is output 8 w + l of the splitmix64 that stands for the four coordinates.
    pub(crate) fn new(seed: u64, purpose: Purpose, replicate: u64, column: u64) -> Lanes {
        let x = absorb(seed, purpose, replicate, column);
        let word = |w: usize, l: usize| splitmix(x, (8 * w + l) as u64);
        Lanes { state: std::array::from_fn(|w| std::array::from_fn(|l| word(w, l))) }
    }
}

/// Reals, from integers through `libm`: the same bits on every machine.
impl Stream {
    /// Uniform on (0, 1): never 0, never 1.
    fn uniform(&mut self) -> f64 {
        middle_of_part(self.next_u64())
    }

    /// Standard exponential.
    pub(crate) fn exponential(&mut self) -> f64 {
        -libm::log(self.uniform())
    }

    /// Fills in standard normals, two from each point that falls into the unit circle (Marsaglia's polar method).
    pub(crate) fn normals(&mut self, into: &mut [f64]) {
        for pair in into.chunks_mut(2) {
            let (u, v, s) = loop {
                let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
                let s = u * u + v * v;
                if s < 1.0 && s > 0.0 {
                    break (u, v, s);
                }
            };
            let factor = (-2.0 * libm::log(s) / s).sqrt();
            pair[0] = u * factor;
            if let Some(second) = pair.get_mut(1) {
                *second = v * factor;
            }
        }
    }
}

/// The middle of one of 2^53 equal parts of [0, 1], picked by the upper bits of a word. From 1/2 on the middle is no
/// f64 and rounds to an end of its part, which for the last part would be 1.
fn middle_of_part(word: u64) -> f64 {
    const UNIT: f64 = 0.5 * f64::EPSILON;
    (((word >> 11) as f64 + 0.5) * UNIT).min(1.0 - UNIT)
}

/// Each coordinate is absorbed by one round of splitmix64.
fn absorb(seed: u64, purpose: Purpose, replicate: u64, column: u64) -> u64 {
    [purpose as u64, replicate, column].into_iter().fold(seed, |x, coordinate| {
        mix(x.wrapping_add(coordinate.wrapping_mul(GOLDEN)).wrapping_add(GOLDEN))
    })
}

/// Output `index` of splitmix64 from state x, by which the authors of xoshiro recommend to seed it.
fn splitmix(x: u64, index: u64) -> u64 {
    mix(x.wrapping_add(GOLDEN.wrapping_mul(index + 1)))
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
        let mut stream = Stream::from_state([1, 2, 3, 4]);
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

    #[test]
    fn lanes_are_generators_of_their_own() {
        let lanes = Lanes::new(7, Purpose::Bootstrap, 3, 1);
        let mut words: Vec<u64> = lanes.state.into_iter().flatten().collect();
        words.extend(Lanes::new(7, Purpose::Bootstrap, 3, 2).state.into_iter().flatten());
        words.sort_unstable();
        assert!(words.windows(2).all(|pair| pair[0] != pair[1]));
    }

    /// Frequencies of tails against the closed forms, and the fourth moment of normals.
    #[test]
    fn reals_have_their_laws() {
        let n = 100_000;
        let mut stream = Stream::new(5, Purpose::Multiplier, 0, 0);
        let mut normals = vec![0.0; n + 1];
        stream.normals(&mut normals);
        let near = |found: f64, expected: f64, spread: f64| {
            assert!((found - expected).abs() < 5.0 * spread / (n as f64).sqrt(), "{found} {expected}");
        };
        let share = |beyond: f64| normals.iter().filter(|&&z| z > beyond).count() as f64 / n as f64;
        near(share(0.0), 0.5, 0.5);
        near(share(1.644_853_626_951_472_6), 0.05, 0.218);
        near(normals.iter().map(|z| z.powi(4)).sum::<f64>() / n as f64, 3.0, 9.8);
        let exponentials: Vec<f64> = (0..n).map(|_| stream.exponential()).collect();
        near(exponentials.iter().sum::<f64>() / n as f64, 1.0, 1.0);
        near(exponentials.iter().filter(|&&e| e > 2.0).count() as f64 / n as f64, 0.135_335, 0.342);
        assert!(exponentials.iter().all(|&e| e > 0.0));
    }

    #[test]
    fn uniform_reals_stay_between_zero_and_one() {
        assert_eq!(middle_of_part(0), 0.25 * f64::EPSILON);
        assert_eq!(middle_of_part(1 << 63), 0.5);
        assert_eq!(middle_of_part(u64::MAX), 1.0_f64.next_down());
        assert!(-libm::log(middle_of_part(u64::MAX)) > 0.0);
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
