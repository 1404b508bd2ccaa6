//! Generators of synthetic tables, from simple to good, and two ways to cheat.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::table::{COLUMNS, REGIME, REGIMES, Row, categories, column, deviation};

/// Learns from a table and writes one of the same size.
#[derive(Debug, Clone, Copy)]
pub enum Generator {
    /// Every column by itself.
    IndependentMarginals,
    /// The columns' own distributions, joined by a normal law of the ranks.
    GaussianCopula,
    /// Rows drawn with replacement, numbers blurred by a normal kernel.
    SmoothedBootstrap,
    /// Regimes from the fitted chain, the rest of the row as in the smoothed bootstrap within the regime.
    MarkovChain,
    /// The table itself.
    Memoriser,
    /// The table itself, numbers blurred by this many standard deviations, categories replaced at random with
    /// probability a quarter of it.
    NoisyCopy(f64),
}

pub const ALL: [Generator; 8] = [
    Generator::IndependentMarginals,
    Generator::GaussianCopula,
    Generator::SmoothedBootstrap,
    Generator::MarkovChain,
    Generator::Memoriser,
    Generator::NoisyCopy(0.1),
    Generator::NoisyCopy(0.4),
    Generator::NoisyCopy(1.5),
];

/// Standard deviations of the kernel.
const BANDWIDTH: f64 = 0.25;

impl Generator {
    pub fn name(self) -> String {
        match self {
            Generator::IndependentMarginals => "independent marginals".to_owned(),
            Generator::GaussianCopula => "Gaussian copula".to_owned(),
            Generator::SmoothedBootstrap => "smoothed bootstrap".to_owned(),
            Generator::MarkovChain => "Markov chain".to_owned(),
            Generator::Memoriser => "memoriser".to_owned(),
            Generator::NoisyCopy(noise) => format!("noisy copy {noise}"),
        }
    }

    pub fn generate(self, train: &[Row], seed: u64) -> Vec<Row> {
        let mut rng = StdRng::seed_from_u64(seed);
        match self {
            Generator::IndependentMarginals => independent(train, &mut rng),
            Generator::GaussianCopula => gaussian_copula(train, &mut rng),
            Generator::SmoothedBootstrap => {
                let drawn: Vec<Row> = train.iter().map(|_| *pick(train, &mut rng)).collect();
                blurred(&drawn, train, BANDWIDTH, &mut rng)
            }
            Generator::MarkovChain => markov_chain(train, &mut rng),
            Generator::Memoriser => train.to_vec(),
            Generator::NoisyCopy(noise) => {
                let copy = blurred(train, train, noise, &mut rng);
                copy.into_iter().map(|row| relabelled(row, noise / 4.0, &mut rng)).collect()
            }
        }
    }
}

fn pick<'a, T>(of: &'a [T], rng: &mut StdRng) -> &'a T {
    &of[rng.random_range(0..of.len())]
}

fn independent(train: &[Row], rng: &mut StdRng) -> Vec<Row> {
    train.iter().map(|_| std::array::from_fn(|c| pick(train, rng)[c])).collect()
}

/// Normal noise on the numbers, in standard deviations of the training table.
fn blurred(rows: &[Row], train: &[Row], by: f64, rng: &mut StdRng) -> Vec<Row> {
    let deviations: [f64; COLUMNS] = std::array::from_fn(|c| deviation(&column(train, c)));
    let mut blur = |row: &Row| -> Row {
        std::array::from_fn(|c| match categories(c) {
            Some(_) => row[c],
            None => row[c] + by * deviations[c] * rng.sample::<f64, _>(StandardNormal),
        })
    };
    rows.iter().map(&mut blur).collect()
}

/// Randomised response: every category is replaced by a random one with this probability.
fn relabelled(mut row: Row, probability: f64, rng: &mut StdRng) -> Row {
    for (c, value) in row.iter_mut().enumerate() {
        if let Some(values) = categories(c)
            && rng.random::<f64>() < probability
        {
            *value = rng.random_range(0..values) as f64;
        }
    }
    row
}

fn markov_chain(train: &[Row], rng: &mut StdRng) -> Vec<Row> {
    let regime = |row: &Row| row[REGIME] as usize;
    let mut of_regime: [Vec<Row>; REGIMES] = Default::default();
    let mut after: [Vec<usize>; REGIMES] = Default::default();
    train.iter().for_each(|row| of_regime[regime(row)].push(*row));
    train.windows(2).for_each(|pair| after[regime(&pair[0])].push(regime(&pair[1])));
    let mut now = regime(pick(train, rng));
    let drawn: Vec<Row> = train
        .iter()
        .map(|_| {
            let row = *pick(&of_regime[now], rng);
            if !after[now].is_empty() {
                now = *pick(&after[now], rng);
            }
            row
        })
        .collect();
    blurred(&drawn, train, BANDWIDTH, rng)
}

fn gaussian_copula(train: &[Row], rng: &mut StdRng) -> Vec<Row> {
    let law = Normal::standard();
    let n = train.len();
    let mut sorted: [Vec<f64>; COLUMNS] = std::array::from_fn(|c| column(train, c));
    sorted.iter_mut().for_each(|values| values.sort_by(f64::total_cmp));
    // Normal scores of mid-ranks.
    let score = |c: usize, value: f64| {
        let (below, upto) =
            (sorted[c].partition_point(|v| *v < value), sorted[c].partition_point(|v| *v <= value));
        law.inverse_cdf((below + upto) as f64 / (2 * n) as f64)
    };
    let scores: Vec<Row> = train.iter().map(|row| std::array::from_fn(|c| score(c, row[c]))).collect();
    let factor = cholesky(&correlations(&scores));
    let draw = |rng: &mut StdRng| -> Row {
        let normal: Row = std::array::from_fn(|_| rng.sample(StandardNormal));
        std::array::from_fn(|c| {
            let z: f64 = (0..=c).map(|k| factor[c][k] * normal[k]).sum();
            sorted[c][((law.cdf(z) * n as f64) as usize).min(n - 1)]
        })
    };
    train.iter().map(|_| draw(rng)).collect()
}

/// Pearson correlations of all columns.
fn correlations(rows: &[Row]) -> [Row; COLUMNS] {
    let standard: [Vec<f64>; COLUMNS] = std::array::from_fn(|c| {
        let values = column(rows, c);
        let (centre, scale) = (crate::table::mean(&values), deviation(&values));
        values.iter().map(|v| (v - centre) / scale).collect()
    });
    let product =
        |i: usize, j: usize| standard[i].iter().zip(&standard[j]).map(|(x, y)| x * y).sum::<f64>();
    std::array::from_fn(|i| std::array::from_fn(|j| product(i, j) / rows.len() as f64))
}

/// The lower triangle L with L L' = the matrix.
fn cholesky(matrix: &[Row; COLUMNS]) -> [Row; COLUMNS] {
    let mut factor = [[0.0; COLUMNS]; COLUMNS];
    for i in 0..COLUMNS {
        for j in 0..=i {
            let inner: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            factor[i][j] = match i == j {
                true => (matrix[i][i] - inner).max(1e-9).sqrt(),
                false => (matrix[i][j] - inner) / factor[j][j],
            };
        }
    }
    factor
}
