//! What a run of the barycenter returns.

use crate::error::Error;
use crate::kernels::sum::sum;

/// Barycenters of a batch of instances, and the settings they were computed with.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LabelBarycenterReport {
    /// One barycenter per instance, in the order given.
    pub instances: Vec<EnsembledInstance>,
    /// Entropic regularisation, in the unit of the cost; 1 for a kernel.
    pub epsilon: f64,
    /// Price of changing the mass of a marginal; infinite: balanced.
    pub marginal_penalty: f64,
    /// Upper bound of the residual of a converged instance.
    pub tolerance: f64,
    /// Where the iteration was stopped at the latest.
    pub max_iterations: usize,
    /// The weights of the models divided by their sum.
    pub weights: Vec<f64>,
}

/// The barycenter of one instance.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct EnsembledInstance {
    /// One value per label; the last iterate where the iteration did not converge.
    pub probabilities: Vec<f64>,
    /// The sum of the values as computed: 1 at convergence of a balanced barycenter, anything for an
    /// unbalanced one, infinite where that is beyond the range of f64.
    pub mass: f64,
    /// Whether the iteration converged, and after how many steps.
    pub convergence: Convergence,
    /// How it was computed.
    pub domain: Domain,
}

/// How an iteration ended. The residual is the largest absolute change in the last step, of log p and, unless the
/// kernel has zeros, of log K v; infinite where a label changed between zero and positive, and after a single step.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[allow(missing_docs)] // fields: the sentence above
pub enum Convergence {
    /// The residual is below the tolerance.
    Converged { iterations: usize, residual: f64 },
    /// The limit of iterations came first.
    NotConverged { iterations: usize, residual: f64 },
}

/// The numbers an iteration runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Domain {
    /// Scaling vectors themselves: matrix products.
    Plain,
    /// Their logarithms: nothing underflows.
    Log,
}

impl LabelBarycenterReport {
    /// The numbers of the instances that did not converge.
    pub fn not_converged(&self) -> impl Iterator<Item = usize> {
        let failed = |instance: &EnsembledInstance| {
            matches!(instance.convergence, Convergence::NotConverged { .. })
        };
        self.instances.iter().enumerate().filter(move |(_, i)| failed(i)).map(|(number, _)| number)
    }
}

impl EnsembledInstance {
    pub(super) fn new(probabilities: Vec<f64>, convergence: Convergence, domain: Domain) -> Self {
        let mass = sum(probabilities.iter().copied());
        // No term is negative, so what is not a number is a compensated sum that has overflowed.
        let mass = if mass.is_nan() { f64::INFINITY } else { mass };
        EnsembledInstance { probabilities, mass, convergence, domain }
    }

    /// The probabilities divided by their sum.
    ///
    /// # Errors
    /// [`Error::InvalidTotal`] where no mass is left, which a kernel with zeros and an unbalanced barycenter
    /// of labels far apart can lead to.
    pub fn normalised(&self) -> Result<Vec<f64>, Error> {
        let largest = self.probabilities.iter().copied().fold(0.0, f64::max);
        if !(largest > 0.0 && largest.is_finite()) {
            return Err(Error::InvalidTotal { total: self.mass });
        }
        // Divided by the largest first: also a mass near the ends of the range of f64 keeps its digits.
        let shares: Vec<f64> = self.probabilities.iter().map(|p| p / largest).collect();
        let total = sum(shares.iter().copied());
        Ok(shares.into_iter().map(|share| share / total).collect())
    }
}

impl Convergence {
    /// Number of steps made.
    pub fn iterations(self) -> usize {
        match self {
            Convergence::Converged { iterations, .. } | Convergence::NotConverged { iterations, .. } => {
                iterations
            }
        }
    }

    /// Largest change in the last step.
    pub fn residual(self) -> f64 {
        match self {
            Convergence::Converged { residual, .. } | Convergence::NotConverged { residual, .. } => {
                residual
            }
        }
    }
}
