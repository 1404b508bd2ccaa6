//! Which bootstrap, and for which sampling design it is valid.

use crate::error::Error;
use crate::sample::{Samples, Sampling};

/// How bootstrap replicates are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum BootstrapMethod {
    /// What the design asks for. Independent, paired, clustered: as many rows (pairs, clusters) as there are,
    /// with replacement. Strata and surveys: in a stratum of h units, h - 1 draws that count h / (h - 1) each
    /// (Rao, Wu 1988), because h draws of h understate the variance of a mean by (h - 1) / h, which is one
    /// half in a stratum of two. Time series: circular blocks (Politis, Romano 1992). The default.
    #[default]
    ByDesign,
    /// Time series only: blocks that start and end within the series (Künsch 1989). Rows near both ends are
    /// drawn less often than others.
    #[doc(alias = "MBB")]
    MovingBlocks,
    /// Independent, paired or clustered rows: every row (pair, cluster) counts, by a standard exponential
    /// weight (Rubin 1981). Smoother than draws, and no row is ever left out. The variance of a mean is
    /// n / (n + 1) times that of draws.
    #[doc(alias = "bayesian bootstrap")]
    BayesianWeights,
}

impl BootstrapMethod {
    /// Refuses a method that is not valid for these samples.
    pub(crate) fn check(self, samples: &Samples) -> Result<(), Error> {
        let sampling = samples.sampling();
        let (method, reason) = match (self, sampling) {
            (BootstrapMethod::ByDesign, _)
            | (BootstrapMethod::MovingBlocks, Sampling::TimeSeries)
            | (
                BootstrapMethod::BayesianWeights,
                Sampling::Independent | Sampling::Paired | Sampling::Clustered,
            ) => return Ok(()),
            (BootstrapMethod::MovingBlocks, _) => ("moving blocks", "rows have no order in time"),
            (BootstrapMethod::BayesianWeights, Sampling::TimeSeries) => (
                "Bayesian weights",
                "weights of single rows ignore that neighbours depend on each other",
            ),
            (BootstrapMethod::BayesianWeights, _) => (
                "Bayesian weights",
                "in a stratum of h units they vary by (h - 1) / (h + 1) of what they should",
            ),
        };
        Err(Error::WrongMethod { method, sampling: sampling.in_words(), reason })
    }
}
