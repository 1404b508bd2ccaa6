//! Two simulated surveys of households: four regions (strata), areas within them (clusters), households.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal};
use risk_sd::Survey;
use statrs::distribution::{ContinuousCDF, Normal};

/// The law of Singh and Maddala: Q(p) = b ((1 - p)^(-1/q) - 1)^(1/a).
#[derive(Clone, Copy)]
pub struct Law {
    a: f64,
    b: f64,
    q: f64,
    /// What a dollar of the year is worth in dollars of 2003.
    pub prices: f64,
}

impl Law {
    /// In dollars of 2003.
    pub fn quantile(self, p: f64) -> f64 {
        self.prices * self.b * ((1.0 - p).powf(-1.0 / self.q) - 1.0).powf(1.0 / self.a)
    }
}

pub const PRICES: f64 = 184.0 / 166.6;

/// Least squares of the logarithms of the limits: all four are met to 0.6 %.
pub const YEAR_1999: Law = Law { a: 1.35875, b: 208_562.0, q: 6.74629, prices: PRICES };
pub const YEAR_2003: Law = Law { a: 1.31800, b: 234_893.0, q: 6.73665, prices: 1.0 };

/// As published.
pub const LIMITS_1999: [f64; 4] = [17_204.0, 31_936.0, 50_731.0, 79_329.0];
pub const LIMITS_2003: [f64; 4] = [17_940.0, 34_087.0, 54_587.0, 86_896.0];

const REGIONS: usize = 4;
const AREAS: usize = 100;
const HOUSEHOLDS: usize = 25;
/// The part of the variance of (normal scores of) incomes that lies between areas.
const BETWEEN_AREAS: f64 = 0.1;

/// 10,000 households. Weights do not depend on incomes, so the weighted law is the law.
pub fn survey(law: Law, seed: u64) -> Survey {
    let mut rng = StdRng::seed_from_u64(seed);
    let normal = Normal::standard();
    let (mut incomes, mut weights) = (Vec::new(), Vec::new());
    let (mut areas, mut regions) = (Vec::new(), Vec::new());
    for area in 0..REGIONS * AREAS {
        let of_area: f64 = StandardNormal.sample(&mut rng);
        for _ in 0..HOUSEHOLDS {
            let own: f64 = StandardNormal.sample(&mut rng);
            let score = BETWEEN_AREAS.sqrt() * of_area + (1.0 - BETWEEN_AREAS).sqrt() * own;
            incomes.push(law.quantile(normal.cdf(score)).round());
            weights.push(1000.0 + 1500.0 * rng.random::<f64>());
            areas.push(area);
            regions.push(area / AREAS);
        }
    }
    Survey::new(incomes).weights(weights).clusters(&areas).strata(&regions)
}
