//! Settings and entry of the barycenter of label distributions.

use super::report::{Domain, EnsembledInstance, LabelBarycenterReport};
use super::scaling::{Iterate, Scaling};
use super::square::Square;
use super::{CostMatrix, Kernel, Predictions, log_domain, plain};
use crate::error::Error;
use crate::kernels::product::Panels;

/// Instances whose matrix products are one product. Changes no bit, because every row of the product is a sum
/// of its own. Five models make 80 rows: the kernel is read once for all of them.
const BLOCK: usize = 16;

/// Beyond this, the rounding of C / epsilon, 1e-16 of it, reaches the fourth digit of p; far beyond, p is no number.
const LARGEST_EXPONENT: f64 = 1e12;

/// The Wasserstein barycenter of several models' probabilities over a finite label set: the consensus that lets
/// near labels support each other.
///
/// With costs C_ij between labels, the kernel K = exp(-C / epsilon) and weights lambda_l of the models, p
/// minimises
///
/// ```text
/// balanced:     sum_l lambda_l min { epsilon KL(pi | K) : pi has the marginals mu_l and p }
/// unbalanced:   sum_l lambda_l min_pi epsilon KL(pi | K) + r KL(pi 1 | mu_l) + r KL(pi' 1 | p)
/// ```
///
/// by the scaling iteration of Benamou et al. (2015) and Chizat et al. (2018), from v = 1:
///
/// ```text
/// u_l = (mu_l / K v_l)^g;    p = prod_l (K u_l)^lambda_l                          g = 1             balanced
///                            p = (sum_l lambda_l (K u_l)^(1-g))^(1/(1-g))         g = r/(r+epsilon) unbalanced
/// v_l = (p / K u_l)^g
/// ```
///
/// until log p and log K v_l change by less than the tolerance at every label. Then p is within the tolerance of
/// the exact barycenter of vectors that are within the tolerance of mu_l (relative differences). The smaller
/// epsilon is beside C, the more steps.
///
/// - Large epsilon blurs; small epsilon approaches the unregularised barycenter. Scaling C and epsilon alike
///   changes nothing ([`CostMatrix::divided_by_largest`]).
/// - Balanced: every vector is first divided by its sum, and at convergence p sums to 1. Unbalanced: vectors are
///   taken as they are, and p may have any mass ([`EnsembledInstance::normalised`]).
/// - A zero of a model is an exact zero. K > 0 carries mass to every label, so p is positive; with zeros in a
///   [`Kernel`], p is 0 exactly where it has to be.
/// - One model: p = K (mu / K 1) when balanced, its own vector blurred.
/// - Runs in the plain domain, and from the start again in the log domain where an entry of K v or K u leaves
///   1e-280 M to 1e280, M = max(1, largest entry of v or u): below that, underflow could cost digits. So no result is an
///   underflow in disguise; [`EnsembledInstance::domain`] tells which it was. Rounding: about (C / epsilon + d)
///   1e-16, relative.
/// - Same bits for an instance alone or in a batch, on any number of threads and any CPU. For this the matrix
///   product is the crate's own: that of `ndarray` rounds differently where the processor fuses operations.
///
/// ```
/// use risk_sd::{CostMatrix, LabelBarycenter, Predictions};
///
/// let cost = CostMatrix::new([[0.0, 1.0], [1.0, 0.0]])?;
/// let predictions = Predictions::new([[[0.8, 0.2], [0.3, 0.7]]])?;
/// let report = LabelBarycenter::new(cost, 0.5).run(&predictions)?;
/// assert!((report.instances[0].probabilities[0] - 0.531088767).abs() < 1e-9);
/// assert_eq!(report.not_converged().count(), 0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: O(d^2 k) a step and instance, in the log domain as many exponentials. Memory O(d^2).
///
/// References: Dognin et al. 2019 (arXiv 1902.04999); Benamou et al. 2015; Chizat et al. 2018.
#[doc(alias = "Sinkhorn")]
#[doc(alias = "optimal transport")]
#[doc(alias = "ensembling")]
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[must_use]
pub struct LabelBarycenter {
    ground: Ground,
    epsilon: f64,
    marginal_penalty: f64,
    tolerance: f64,
    max_iterations: usize,
    first: Domain,
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
enum Ground {
    Cost(CostMatrix),
    Kernel(Kernel),
}

impl LabelBarycenter {
    /// The balanced barycenter for K = exp(-C / epsilon). Epsilon is in the unit of the costs; 0.01 to 0.1 of the
    /// largest cost is usual.
    pub fn new(cost: CostMatrix, epsilon: f64) -> LabelBarycenter {
        LabelBarycenter::on(Ground::Cost(cost), epsilon)
    }

    /// The balanced barycenter for a kernel. It stands for epsilon = 1, so that a marginal penalty is in units of
    /// epsilon.
    pub fn with_kernel(kernel: Kernel) -> LabelBarycenter {
        LabelBarycenter::on(Ground::Kernel(kernel), 1.0)
    }

    fn on(ground: Ground, epsilon: f64) -> LabelBarycenter {
        LabelBarycenter {
            ground,
            epsilon,
            marginal_penalty: f64::INFINITY,
            tolerance: 1e-9,
            max_iterations: 10_000,
            first: Domain::Plain,
        }
    }

    /// Unbalanced: mass of a marginal may be made and destroyed at the price r KL, in the unit of the costs.
    /// Infinite (the default): balanced.
    #[doc(alias = "unbalanced")]
    pub fn marginal_penalty(self, r: f64) -> LabelBarycenter {
        LabelBarycenter { marginal_penalty: r, ..self }
    }

    /// Change of log p and log K v below which an instance has converged; 1e-9 unless given. 0 runs to the limit of
    /// iterations.
    pub fn tolerance(self, tolerance: f64) -> LabelBarycenter {
        LabelBarycenter { tolerance, ..self }
    }

    /// Limit of iterations; 10,000 unless given.
    pub fn max_iterations(self, max_iterations: usize) -> LabelBarycenter {
        LabelBarycenter { max_iterations, ..self }
    }

    /// Runs in the log domain from the start: for comparison, it is 10 to 100 times slower.
    pub fn log_domain(self) -> LabelBarycenter {
        LabelBarycenter { first: Domain::Log, ..self }
    }

    /// Computes the barycenter of every instance.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`] unless costs and predictions have the same labels; [`Error::InvalidEpsilon`];
    /// [`Error::InvalidMarginalPenalty`] unless positive; [`Error::InvalidTolerance`]; [`Error::NoIterations`];
    /// [`Error::EpsilonTooSmall`] where the largest cost is above 1e12 epsilon: the rounding of log K would reach the
    /// digits of the result ([`Kernel`] forbids moves by zeros). An instance that does not converge is no error: see
    /// [`LabelBarycenterReport::not_converged`].
    pub fn run(&self, predictions: &Predictions) -> Result<LabelBarycenterReport, Error> {
        self.check(predictions)?;
        let solver = Solver::new(self, predictions);
        Ok(LabelBarycenterReport {
            instances: solver.run(self.first),
            epsilon: self.epsilon,
            marginal_penalty: self.marginal_penalty,
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
            weights: predictions.weights().to_vec(),
        })
    }

    fn check(&self, predictions: &Predictions) -> Result<(), Error> {
        let &LabelBarycenter { epsilon, marginal_penalty, tolerance, .. } = self;
        if !(epsilon > 0.0 && epsilon.is_finite()) {
            return Err(Error::InvalidEpsilon { epsilon });
        }
        if marginal_penalty.is_nan() || marginal_penalty <= 0.0 {
            return Err(Error::InvalidMarginalPenalty { penalty: marginal_penalty });
        }
        if !(tolerance >= 0.0 && tolerance.is_finite()) {
            return Err(Error::InvalidTolerance { tolerance });
        }
        if self.max_iterations == 0 {
            return Err(Error::NoIterations);
        }
        let (what, expected) = match &self.ground {
            Ground::Cost(cost) => ("labels of the cost matrix", cost.labels()),
            Ground::Kernel(kernel) => ("labels of the kernel", kernel.labels()),
        };
        let found = predictions.labels();
        if found != expected {
            return Err(Error::UnequalLengths { what, expected, found });
        }
        match &self.ground {
            Ground::Cost(cost) if cost.largest() / epsilon > LARGEST_EXPONENT => {
                Err(Error::EpsilonTooSmall { largest: cost.largest(), epsilon })
            }
            _ => Ok(()),
        }
    }
}

struct Solver<'a> {
    predictions: &'a Predictions,
    scaling: Scaling,
    log_kernel: Square,
    kernel: Panels,
}

impl Solver<'_> {
    fn new<'a>(settings: &LabelBarycenter, predictions: &'a Predictions) -> Solver<'a> {
        let labels = predictions.labels();
        let (log_kernel, kernel) = match &settings.ground {
            Ground::Cost(cost) => {
                let log_kernel = cost.log_kernel(settings.epsilon);
                let kernel = log_kernel.clone().map(libm::exp);
                (log_kernel, Panels::new(labels, kernel.entries()))
            }
            Ground::Kernel(kernel) => (kernel.logarithms(), Panels::new(labels, kernel.entries())),
        };
        let [exponent, power] = Scaling::exponents(settings.marginal_penalty, settings.epsilon);
        let scaling = Scaling {
            labels,
            weights: predictions.voters().map(|(_, weight)| weight).collect(),
            exponent,
            power,
            compares_marginals: log_kernel.entries().iter().all(|entry| *entry > f64::NEG_INFINITY),
            tolerance: settings.tolerance,
            max_iterations: settings.max_iterations,
        };
        Solver { predictions, scaling, log_kernel, kernel }
    }

    fn run(&self, first: Domain) -> Vec<EnsembledInstance> {
        let instances = self.predictions.instances();
        let plain: Vec<Option<Iterate>> = match first {
            Domain::Log => (0..instances).map(|_| None).collect(),
            Domain::Plain => {
                let block = |block: usize| {
                    let members = block * BLOCK..((block + 1) * BLOCK).min(instances);
                    plain::solve(&self.scaling, &self.kernel, members.flat_map(|i| self.mu(i)).collect())
                };
                in_order(instances.div_ceil(BLOCK), block).into_iter().flatten().collect()
            }
        };
        in_order(instances, |instance| match &plain[instance] {
            Some(iterate) => ensembled(iterate, Domain::Plain),
            None => {
                let log_mu: Vec<f64> = self.mu(instance).into_iter().map(libm::log).collect();
                ensembled(&log_domain::solve(&self.scaling, &self.log_kernel, &log_mu), Domain::Log)
            }
        })
    }

    /// The vectors of an instance, a row per model of positive weight; of sum 1 when balanced.
    fn mu(&self, instance: usize) -> Vec<f64> {
        let row = |(model, _)| {
            let vector = self.predictions.at(instance, model);
            let total: f64 = if self.scaling.is_balanced() { vector.iter().sum() } else { 1.0 };
            vector.iter().map(move |mass| mass / total)
        };
        self.predictions.voters().flat_map(row).collect()
    }
}

fn ensembled(iterate: &Iterate, domain: Domain) -> EnsembledInstance {
    let probabilities = iterate.log_p.iter().copied().map(libm::exp).collect();
    EnsembledInstance::new(probabilities, iterate.convergence, domain)
}

/// `work` of 0..count, over threads where there are some, the results in order.
#[cfg(feature = "rayon")]
fn in_order<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    use rayon::prelude::*;
    (0..count).into_par_iter().map(work).collect()
}

#[cfg(not(feature = "rayon"))]
fn in_order<T>(count: usize, work: impl Fn(usize) -> T) -> Vec<T> {
    (0..count).map(work).collect()
}
