//! What is measured of a synthetic table: fidelity, privacy, utility, fairness, robustness.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use risk_sd::{Dimension, Error, Metric, Sample, wasserstein};

use crate::classifier::Classifier;
use crate::generators::correlations;
use crate::table::{
    COLUMNS, GROUP, REGIME, REGIMES, RETURNED, Row, categories, column, deviation, mean,
};

pub const FIDELITY: &str = "fidelity";
pub const PRIVACY: &str = "privacy";
pub const UTILITY: &str = "utility";
pub const FAIRNESS: &str = "fairness";
pub const ROBUSTNESS: &str = "robustness";

/// The dimensions of the audit. Metrics of [`measure`] have these names.
pub fn dimensions() -> [Dimension; 5] {
    let lower = |name: &str| Metric::new(name).lower_is_better();
    [
        Dimension::new(
            FIDELITY,
            [lower("W1 of columns").weight(2.0), lower("correlations"), lower("lag-1 dependence")],
        ),
        Dimension::new(
            PRIVACY,
            [Metric::new("closest record"), lower("near copies"), lower("membership")],
        ),
        Dimension::new(UTILITY, [lower("log-loss"), Metric::new("AUC")]),
        Dimension::new(FAIRNESS, [lower("gap of positives"), lower("gap of true positives")]),
        Dimension::new(ROBUSTNESS, [lower("log-loss with noise"), lower("log-loss of worst regime")]),
    ]
}

/// All metrics of a synthetic table, learnt from `train`, against rows that no generator saw.
pub fn measure(
    train: &[Row],
    holdout: &[Row],
    synthetic: &[Row],
) -> Result<Vec<(&'static str, f64)>, Error> {
    let mut found = fidelity(train, synthetic)?;
    found.extend(privacy(train, holdout, synthetic));
    found.extend(model(holdout, synthetic));
    Ok(found)
}

fn fidelity(train: &[Row], synthetic: &[Row]) -> Result<Vec<(&'static str, f64)>, Error> {
    let mut distance = 0.0;
    for c in 0..COLUMNS {
        let (real, made) = (column(train, c), column(synthetic, c));
        distance += wasserstein(1.0, &Sample::new(&real)?, &Sample::new(&made)?)? / deviation(&real);
    }
    let (real, made) = (correlations(train), correlations(synthetic));
    let cells = real.iter().flatten().zip(made.iter().flatten());
    let correlation: f64 = cells.map(|(x, y)| (x - y).abs()).sum();
    let lags = (0..COLUMNS).map(|c| (lag_one(&column(train, c)) - lag_one(&column(synthetic, c))).abs());
    Ok(vec![
        ("W1 of columns", distance / COLUMNS as f64),
        ("correlations", correlation / (COLUMNS * (COLUMNS - 1)) as f64),
        ("lag-1 dependence", lags.sum::<f64>() / COLUMNS as f64),
    ])
}

/// Autocorrelation of neighbouring rows.
fn lag_one(values: &[f64]) -> f64 {
    let (centre, scale) = (mean(values), deviation(values));
    let products = values.windows(2).map(|w| (w[0] - centre) * (w[1] - centre));
    products.sum::<f64>() / (scale * scale * values.len() as f64)
}

/// Distances to the closest training record, and what they tell of who was in the training table.
fn privacy(train: &[Row], holdout: &[Row], synthetic: &[Row]) -> Vec<(&'static str, f64)> {
    let distance = Distance::scaled_by(train);
    let to_train = distance.closest(synthetic, train);
    let between_real = quantile(&distance.closest(holdout, train), 0.05);
    let near = to_train.iter().filter(|d| **d < between_real).count() as f64 / to_train.len() as f64;
    // Whoever guesses which of two records was in training by its distance to the synthetic table is right so much
    // more often than by chance.
    let (members, others) = (distance.closest(train, synthetic), distance.closest(holdout, synthetic));
    let nearer = |m: f64, o: f64| if m == o { 0.5 } else { f64::from(u8::from(m < o)) };
    let guesses: f64 = members.iter().flat_map(|m| others.iter().map(|o| nearer(*m, *o))).sum();
    let guessed = guesses / (members.len() * others.len()) as f64;
    vec![
        ("closest record", quantile(&to_train, 0.5)),
        ("near copies", near),
        ("membership", (guessed - 0.5).abs()),
    ]
}

/// Euclidean over the columns in standard deviations of the training table; categories that differ count 1.
struct Distance([f64; COLUMNS]);

impl Distance {
    fn scaled_by(train: &[Row]) -> Distance {
        Distance(std::array::from_fn(|c| {
            categories(c).map_or_else(|| deviation(&column(train, c)), |_| 0.0)
        }))
    }

    fn between(&self, a: &Row, b: &Row) -> f64 {
        let square = |c: usize| match categories(c) {
            Some(_) => f64::from(u8::from(a[c] != b[c])),
            None => ((a[c] - b[c]) / self.0[c]).powi(2),
        };
        (0..COLUMNS).map(square).sum::<f64>().sqrt()
    }

    /// From every row to the nearest of the others.
    fn closest(&self, rows: &[Row], others: &[Row]) -> Vec<f64> {
        let nearest =
            |row: &Row| others.iter().map(|o| self.between(row, o)).fold(f64::INFINITY, f64::min);
        rows.iter().map(nearest).collect()
    }
}

fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((p * sorted.len() as f64).ceil() as usize).max(1) - 1]
}

/// Train on synthetic, test on real.
fn model(holdout: &[Row], synthetic: &[Row]) -> Vec<(&'static str, f64)> {
    let model = Classifier::fit(synthetic);
    let group = |g: f64| holdout.iter().filter(move |row| row[GROUP] == g);
    let returned = |g: f64| group(g).filter(|row| row[RETURNED] == 1.0);
    let gap = (model.positive_rate(group(0.0)) - model.positive_rate(group(1.0))).abs();
    let true_gap = (model.positive_rate(returned(0.0)) - model.positive_rate(returned(1.0))).abs();
    let of_regime =
        |r: usize| holdout.iter().filter(|row| row[REGIME] == r as f64).copied().collect::<Vec<_>>();
    let regimes = (0..REGIMES).map(of_regime).filter(|rows| !rows.is_empty());
    vec![
        ("log-loss", model.log_loss(holdout)),
        ("AUC", model.auc(holdout)),
        ("gap of positives", gap),
        ("gap of true positives", true_gap),
        ("log-loss with noise", model.log_loss(&perturbed(holdout))),
        ("log-loss of worst regime", regimes.map(|rows| model.log_loss(&rows)).fold(0.0, f64::max)),
    ]
}

/// The numbers of every row, half a standard deviation off; the same for all candidates.
fn perturbed(rows: &[Row]) -> Vec<Row> {
    let mut rng = StdRng::seed_from_u64(5);
    let scale: Row = std::array::from_fn(|c| 0.5 * deviation(&column(rows, c)));
    let mut noisy = |row: &Row| -> Row {
        std::array::from_fn(|c| match categories(c) {
            Some(_) => row[c],
            None => row[c] + scale[c] * rng.sample::<f64, _>(StandardNormal),
        })
    };
    rows.iter().map(&mut noisy).collect()
}
