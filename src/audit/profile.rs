//! How dimensions are traded off, and how spread over folds is punished.

use super::Dimension;
use crate::error::Error;
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::sum;
use crate::risk::RiskMeasure;

/// A trade-off profile: how much each dimension counts, and how averse the chooser is to spread over folds.
///
/// ```text
/// score = mean - alpha * risk      over folds; with a single fold there is no spread and the score is the index
/// ```
///
/// Weights are divided by their sum. A dimension that the profile does not name has weight 0: what happens there
/// does not matter to it. The risk aversion alpha is 1 unless set, the risk the sample standard deviation
/// (divisor K - 1).
///
/// ```
/// use risk_sd::{FoldRisk, Profile, RiskMeasure};
///
/// let even = Profile::uniform("uniform");
/// let careful = Profile::new("publication", [("privacy", 3.0), ("utility", 1.0)])
///     .risk_aversion(2.0)
///     .risk(FoldRisk::Measure { measure: RiskMeasure::GiniTail, tail: 0.05 });
/// assert_eq!((even.risk_aversion, careful.risk_aversion), (1.0, 2.0));
/// ```
///
/// Its errors are found where it is used ([`TrustIndex::run`](crate::TrustIndex::run)).
#[doc(alias = "trade-off weights")]
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// How much each dimension counts.
    pub trade_offs: TradeOffs,
    /// The risk aversion alpha: finite, 0 or more.
    pub risk_aversion: f64,
    /// What is called risk.
    pub risk: FoldRisk,
}

/// The weights of a profile.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TradeOffs {
    /// All dimensions count the same.
    Uniform,
    /// These do; others have weight 0.
    Given(Vec<DimensionWeight>),
}

/// How much one dimension counts.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub struct DimensionWeight {
    pub dimension: String,
    pub weight: f64,
}

/// What is called risk of an index over folds.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum FoldRisk {
    /// The standard deviation with divisor K - 1.
    SampleStandardDeviation,
    /// Another measure; `tail` is the level in (0, 1] of those that look at the worst share of the folds.
    #[allow(missing_docs)]
    Measure { measure: RiskMeasure, tail: f64 },
}

impl Profile {
    /// All dimensions count the same.
    #[must_use]
    pub fn uniform(name: impl Into<String>) -> Profile {
        Profile {
            name: name.into(),
            trade_offs: TradeOffs::Uniform,
            risk_aversion: 1.0,
            risk: FoldRisk::SampleStandardDeviation,
        }
    }

    /// Weights by the names of dimensions.
    #[must_use]
    pub fn new<D: Into<String>>(
        name: impl Into<String>,
        weights: impl IntoIterator<Item = (D, f64)>,
    ) -> Profile {
        let weight =
            |(dimension, weight): (D, f64)| DimensionWeight { dimension: dimension.into(), weight };
        let given = TradeOffs::Given(weights.into_iter().map(weight).collect());
        Profile { trade_offs: given, ..Profile::uniform(name) }
    }

    /// Sets the risk aversion alpha; 0 ranks by the mean.
    #[must_use]
    pub fn risk_aversion(self, alpha: f64) -> Profile {
        Profile { risk_aversion: alpha, ..self }
    }

    /// Sets what is called risk.
    #[must_use]
    pub fn risk(self, risk: FoldRisk) -> Profile {
        Profile { risk, ..self }
    }

    /// The weights in the order of the dimensions, summing to one.
    pub(super) fn normalised(&self, dimensions: &[Dimension]) -> Result<Vec<f64>, Error> {
        if !(self.risk_aversion.is_finite() && self.risk_aversion >= 0.0) {
            return Err(Error::Negative { what: "the risk aversion", value: self.risk_aversion });
        }
        if let FoldRisk::Measure { tail, .. } = self.risk
            && !(tail > 0.0 && tail <= 1.0)
        {
            return Err(Error::InvalidProbability { probability: tail });
        }
        let mut weights = match &self.trade_offs {
            TradeOffs::Uniform => vec![1.0; dimensions.len()],
            TradeOffs::Given(given) => self.in_order(given, dimensions)?,
        };
        let largest = weights.iter().copied().fold(0.0, f64::max);
        if largest == 0.0 {
            return Err(Error::ZeroTradeOffs { profile: self.name.clone() });
        }
        let unit = power_of_two_below(largest); // so that the sum cannot overflow
        let total = sum(weights.iter().map(|w| w / unit));
        weights.iter_mut().for_each(|w| *w = *w / unit / total);
        Ok(weights)
    }

    fn in_order(&self, given: &[DimensionWeight], dimensions: &[Dimension]) -> Result<Vec<f64>, Error> {
        let mut weights: Vec<Option<f64>> = vec![None; dimensions.len()];
        for DimensionWeight { dimension, weight } in given {
            let (profile, dimension) = (self.name.clone(), dimension.clone());
            if !(weight.is_finite() && *weight >= 0.0) {
                return Err(Error::InvalidTradeOff { profile, dimension, weight: *weight });
            }
            match dimensions.iter().position(|d| d.name == dimension) {
                None => return Err(Error::UnknownDimension { profile, dimension }),
                Some(at) if weights[at].is_some() => {
                    return Err(Error::DuplicateName { name: dimension });
                }
                Some(at) => weights[at] = Some(*weight),
            }
        }
        Ok(weights.into_iter().map(Option::unwrap_or_default).collect())
    }
}
