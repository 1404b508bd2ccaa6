//! What is measured of a synthetic table: fidelity, privacy, utility, fairness, robustness.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use risk_sd::{
    Dimension, Error, Metric, MixedTable, Sample, autocorrelation, categorical_fidelity,
    closest_record_distances, numeric_fidelity, spearman_rho,
};

use crate::classifier::Classifier;
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
            ["W1 of numbers", "chi-square of columns", "rank correlations", "lag-1 dependence"]
                .map(lower),
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
    found.extend(privacy(train, holdout, synthetic)?);
    found.extend(model(holdout, synthetic));
    Ok(found)
}

fn fidelity(train: &[Row], synthetic: &[Row]) -> Result<Vec<(&'static str, f64)>, Error> {
    let [mut distances, mut differences, mut correlations, mut lags] = [const { Vec::new() }; 4];
    for c in 0..COLUMNS {
        let (real, made) = (column(train, c), column(synthetic, c));
        match categories(c) {
            Some(_) => {
                let found = categorical_fidelity(levels(&real), levels(&made))?;
                differences.push(found.chi_square.value);
            }
            None => {
                let found = numeric_fidelity(&Sample::new(&real)?, &Sample::new(&made)?, BINS)?;
                distances.push(found.wasserstein_1.value / deviation(&real));
                differences.push(found.chi_square.value);
            }
        }
        lags.push((lag_one(train, c)? - lag_one(synthetic, c)?).abs());
        for other in 0..c {
            let of_real = spearman_rho(&real, &column(train, other))?;
            let of_made = spearman_rho(&made, &column(synthetic, other))?;
            correlations.push((of_real - of_made).abs());
        }
    }
    Ok(vec![
        ("W1 of numbers", mean(&distances)),
        ("chi-square of columns", mean(&differences)),
        ("rank correlations", mean(&correlations)),
        ("lag-1 dependence", mean(&lags)),
    ])
}

/// Quantile bins of a column of numbers.
const BINS: usize = 10;

/// Categories by name.
fn levels(values: &[f64]) -> impl Iterator<Item = String> {
    values.iter().map(f64::to_string)
}

/// Autocorrelation of neighbouring rows; 0 for a constant column.
fn lag_one(rows: &[Row], c: usize) -> Result<f64, Error> {
    let found = autocorrelation(&column(rows, c), rows.iter().map(|_| "the shop"), 1)?;
    Ok(found[0].unwrap_or(0.0))
}

/// Distances to the closest training record, and what they tell of who was in the training table.
fn privacy(
    train: &[Row],
    holdout: &[Row],
    synthetic: &[Row],
) -> Result<Vec<(&'static str, f64)>, Error> {
    let columns = [train, holdout, synthetic].map(columns);
    let [of_train, of_holdout, of_synthetic] = [0, 1, 2].map(|t| mixed(&columns[t]));
    let to_train = closest_record_distances(&of_train, &of_synthetic)?;
    let between_real = quantile(&closest_record_distances(&of_train, &of_holdout)?, 0.05);
    let near = to_train.iter().filter(|d| **d < between_real).count() as f64 / to_train.len() as f64;
    // Whoever guesses which of two records was in training by its distance to the synthetic table is right so much
    // more often than by chance.
    let members = closest_record_distances(&of_synthetic, &of_train)?;
    let others = closest_record_distances(&of_synthetic, &of_holdout)?;
    let nearer = |m: f64, o: f64| if m == o { 0.5 } else { f64::from(u8::from(m < o)) };
    let guesses: f64 = members.iter().flat_map(|m| others.iter().map(|o| nearer(*m, *o))).sum();
    let guessed = guesses / (members.len() * others.len()) as f64;
    Ok(vec![
        ("closest record", quantile(&to_train, 0.5)),
        ("near copies", near),
        ("membership", (guessed - 0.5).abs()),
    ])
}

fn columns(rows: &[Row]) -> [Vec<f64>; COLUMNS] {
    std::array::from_fn(|c| column(rows, c))
}

fn mixed(columns: &[Vec<f64>; COLUMNS]) -> MixedTable<'_> {
    let mut table = MixedTable::new();
    for (c, values) in columns.iter().enumerate() {
        table = match categories(c) {
            Some(_) => table.categorical(c.to_string(), levels(values)),
            None => table.numeric(c.to_string(), values),
        };
    }
    table
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
