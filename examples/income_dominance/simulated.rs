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

/// Rows of a simulated survey.
pub struct Households {
    pub incomes: Vec<f64>,
    pub weights: Vec<f64>,
    pub areas: Vec<usize>,
    pub regions: Vec<usize>,
}

impl Households {
    /// 10,000 households. Weights do not depend on incomes, so the weighted law is the law.
    pub fn simulate(law: Law, seed: u64) -> Households {
        let mut rng = StdRng::seed_from_u64(seed);
        let normal = Normal::standard();
        let mut rows = Households { incomes: vec![], weights: vec![], areas: vec![], regions: vec![] };
        for area in 0..REGIONS * AREAS {
            let of_area: f64 = StandardNormal.sample(&mut rng);
            for _ in 0..HOUSEHOLDS {
                let own: f64 = StandardNormal.sample(&mut rng);
                let score = BETWEEN_AREAS.sqrt() * of_area + (1.0 - BETWEEN_AREAS).sqrt() * own;
                rows.incomes.push(law.quantile(normal.cdf(score)).round());
                rows.weights.push(1000.0 + 1500.0 * rng.random::<f64>());
                rows.areas.push(area);
                rows.regions.push(area / AREAS);
            }
        }
        rows
    }

    pub fn survey(&self) -> Survey {
        Survey::new(&self.incomes).weights(&self.weights).clusters(&self.areas).strata(&self.regions)
    }

    /// Incomes after everybody paid this share of income into a pot that is handed out in equal parts, rounded up to
    /// whole dollars: so the mean does not fall, not even by rounding.
    pub fn reformed(&self, share: f64) -> Vec<f64> {
        let weighted: f64 =
            self.incomes.iter().zip(&self.weights).map(|(income, weight)| income * weight).sum();
        let mean = weighted / self.weights.iter().sum::<f64>();
        let part = (share * mean).ceil();
        self.incomes.iter().map(|income| (1.0 - share) * income + part).collect()
    }
}
