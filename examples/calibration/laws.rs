//! Populations to draw data sets from. Every law is a function of a standard normal, so that dependence
//! between columns is a correlation of normals whatever the law.

use rand::{SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal};
use risk_sd::{BlockLength, Sample, Samples, Survey};
use statrs::distribution::{ContinuousCDF, Normal};

/// The law of one column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    Normal {
        mean: f64,
        sd: f64,
    },
    /// exp of a normal.
    LogNormal {
        mean: f64,
        sd: f64,
    },
    /// A standard normal, its negative half multiplied by `below`, its positive by `above`.
    Bent {
        below: f64,
        above: f64,
    },
    /// A normal rounded to 1, 2, ..., 5.
    FivePoints {
        mean: f64,
        sd: f64,
    },
}

impl Law {
    pub fn at(self, z: f64) -> f64 {
        match self {
            Law::Normal { mean, sd } => mean + sd * z,
            Law::LogNormal { mean, sd } => (mean + sd * z).exp(),
            Law::Bent { below, above } => z * if z < 0.0 { below } else { above },
            Law::FivePoints { mean, sd } => (mean + sd * z).round().clamp(1.0, 5.0),
        }
    }
}

/// How the rows of the columns depend on each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dependence {
    Independent,
    /// The normals of a row are correlated between columns.
    Paired {
        correlation: f64,
    },
    /// Rows are ordered in time: the normals of each column are a stationary AR(1) of its own.
    Serial {
        memory: f64,
    },
    /// Paired rows, as many from each stratum: a part of their normals, of this share of the variance, lies in the
    /// stratum's own slice of the normal law.
    Stratified {
        strata: usize,
        share: f64,
    },
    /// Columns are surveys of different clusters of `size` rows; the normals of a cluster are correlated.
    Surveys {
        size: usize,
        correlation: f64,
    },
    /// Clusters of `size` rows; the normals of a cluster are correlated, within and between columns.
    Clustered {
        size: usize,
        correlation: f64,
    },
}

/// Columns with their numbers of rows, and the dependence between them.
#[derive(Debug, Clone)]
pub struct Population {
    pub columns: Vec<(Law, usize)>,
    pub dependence: Dependence,
}

impl Population {
    /// A data set, a function of the seed alone. Columns are named "0", "1", ...
    pub fn draw(&self, seed: u64) -> Samples {
        self.tied_together(self.values(seed)).expect("finite columns of the sizes asked for")
    }

    /// The named columns of a data set, in the order of its rows.
    pub fn values(&self, seed: u64) -> Vec<(String, Vec<f64>)> {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
        let (size, correlation) = match self.dependence {
            Dependence::Independent | Dependence::Serial { .. } | Dependence::Stratified { .. } => {
                (1, 0.0)
            }
            Dependence::Paired { correlation } => (1, correlation),
            Dependence::Clustered { size, correlation } | Dependence::Surveys { size, correlation } => {
                (size, correlation)
            }
        };
        let standard = Normal::standard();
        let rows = self.columns.iter().map(|column| column.1).max().unwrap_or(0);
        let mut common: Vec<f64> = (0..rows.div_ceil(size)).map(|_| normal()).collect();
        let values = self.columns.iter().enumerate().map(|(name, &(law, rows))| {
            if matches!(self.dependence, Dependence::Surveys { .. }) {
                common.iter_mut().for_each(|of_cluster| *of_cluster = normal());
            }
            let serial = matches!(self.dependence, Dependence::Serial { .. });
            let mut before = if serial { normal() } else { 0.0 };
            let own = (0..rows).map(|row| {
                let z = match self.dependence {
                    Dependence::Serial { memory } => {
                        memory * before + (1.0 - memory * memory).sqrt() * normal()
                    }
                    Dependence::Stratified { strata, share } => {
                        let slice = (row % strata) as f64 + standard.cdf(normal());
                        share.sqrt() * standard.inverse_cdf(slice / strata as f64)
                            + (1.0 - share).sqrt() * normal()
                    }
                    _ => correlation.sqrt() * common[row / size] + (1.0 - correlation).sqrt() * normal(),
                };
                before = z;
                law.at(z)
            });
            (name.to_string(), own.collect::<Vec<f64>>())
        });
        values.collect()
    }

    /// Columns as samples of this population's design.
    pub fn tied_together(&self, values: Vec<(String, Vec<f64>)>) -> Result<Samples, risk_sd::Error> {
        match self.dependence {
            Dependence::Independent => {
                let column = |(name, values): (String, Vec<f64>)| Ok((name, Sample::new(values)?));
                Samples::independent(values.into_iter().map(column).collect::<Result<Vec<_>, _>>()?)
            }
            Dependence::Paired { .. } => Samples::paired(values),
            Dependence::Serial { .. } => Samples::paired(values)?.time_series(BlockLength::Automatic),
            Dependence::Stratified { strata, .. } => {
                let of_row: Vec<usize> = (0..self.columns[0].1).map(|row| row % strata).collect();
                Samples::paired(values)?.stratified(&of_row)
            }
            Dependence::Surveys { size, .. } => {
                Samples::surveys(values.into_iter().map(|(name, values)| {
                    let clusters: Vec<usize> = (0..values.len()).map(|row| row / size).collect();
                    (name, Survey::new(values).clusters(&clusters))
                }))
            }
            Dependence::Clustered { size, .. } => {
                let clusters: Vec<usize> = (0..self.columns[0].1).map(|row| row / size).collect();
                Samples::paired(values)?.clustered(&clusters)
            }
        }
    }
}

/// The pair used where a true ratio is needed: N(.5, 2^2) over N(0, 1).
pub const WIDE: Law = Law::Normal { mean: 0.5, sd: 2.0 };
pub const STANDARD: Law = Law::Normal { mean: 0.0, sd: 1.0 };

/// The violation ratio of [`WIDE`] over [`STANDARD`], first and second order (closed form).
pub const WIDE_OVER_STANDARD: [f64; 2] = [0.167711408020267, 0.444734476103336];
