//! Random inputs for tests, by integer arithmetic alone: the same on every machine.
#![allow(dead_code)] // no test file uses all of it

use risk_sd::{Order, Sample};

pub const ORDERS: [Order; 2] = [Order::First, Order::Second];

/// splitmix64.
pub struct Random(pub u64);

impl Random {
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform on 0..bound, up to a bias of bound / 2^64.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.word() % bound as u64) as usize
    }

    /// Uniform on (0, 1): odd multiples of 2^-53.
    pub fn uniform(&mut self) -> f64 {
        ((self.word() >> 12) as f64 + 0.5) / 2f64.powi(52)
    }

    /// Nearly standard normal: twelve uniforms, centred.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    pub fn column(&mut self, rows: usize, mut of: impl FnMut(&mut Random) -> f64) -> Vec<f64> {
        (0..rows).map(|_| of(self)).collect()
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}

pub fn sample(values: &[f64]) -> Sample {
    Sample::new(values).expect("finite values")
}
