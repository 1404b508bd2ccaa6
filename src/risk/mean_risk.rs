//! All mean-risk models of one sample at once.

use super::measure::RiskMeasure;
use super::quantile::check_probability;
use crate::error::Error;
use crate::sample::Sample;

/// The mean of a sample, its risk by every measure, and the scores mean minus risk.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MeanRisk {
    /// The level p of the three measures that look at the worst share p of the sample.
    pub tail: f64,
    /// The mean.
    pub mean: f64,
    /// [`Sample::standard_deviation`].
    pub standard_deviation: RiskScore,
    /// [`Sample::absolute_semideviation`].
    pub absolute_semideviation: RiskScore,
    /// [`Sample::standard_semideviation`].
    pub standard_semideviation: RiskScore,
    /// [`Sample::gini_tail`].
    pub gini_tail: RiskScore,
    /// The risk is the negative of [`Sample::tail_value_at_risk`].
    pub tail_value_at_risk: RiskScore,
    /// [`Sample::quantile_deviation`].
    pub quantile_deviation: RiskScore,
    /// [`Sample::value_at_risk`].
    pub value_at_risk: RiskScore,
}

/// The risk of a sample by one measure, and its score.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RiskScore {
    /// The risk: smaller is better.
    pub risk: f64,
    /// Mean minus risk: larger is better.
    pub score: f64,
}

impl MeanRisk {
    /// The customary tail level.
    pub const DEFAULT_TAIL: f64 = 0.05;

    /// Risk and score by one measure.
    pub fn by(&self, measure: RiskMeasure) -> RiskScore {
        match measure {
            RiskMeasure::StandardDeviation => self.standard_deviation,
            RiskMeasure::AbsoluteSemideviation => self.absolute_semideviation,
            RiskMeasure::StandardSemideviation => self.standard_semideviation,
            RiskMeasure::GiniTail => self.gini_tail,
            RiskMeasure::TailValueAtRisk => self.tail_value_at_risk,
            RiskMeasure::QuantileDeviation => self.quantile_deviation,
            RiskMeasure::ValueAtRisk => self.value_at_risk,
        }
    }
}

/// The mean-risk models of a sample: what it yields, and at what risk?
///
/// `tail` is the level p in (0, 1] of tail value at risk, quantile deviation and value at risk;
/// [`MeanRisk::DEFAULT_TAIL`] is 0.05. Which scores respect dominance, says
/// [`RiskMeasure::consistency`]. Cost O(n).
///
/// # Errors
/// [`Error::InvalidProbability`] where `tail` is NaN or outside (0, 1].
///
/// Reference: Nitsure et al. 2024 (2310.07132), table 1.
///
/// ```
/// use risk_sd::{MeanRisk, Sample, mean_risk};
///
/// let sample = Sample::new([0.0, 2.0, 4.0])?;
/// let models = mean_risk(&sample, MeanRisk::DEFAULT_TAIL)?;
/// assert_eq!(models.mean, 2.0);
/// assert_eq!(models.gini_tail.risk, 8.0 / 9.0);
/// assert_eq!(models.quantile_deviation.score, sample.tail_value_at_risk(0.05)?);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn mean_risk(sample: &Sample, tail: f64) -> Result<MeanRisk, Error> {
    check_probability(tail)?;
    let mean = sample.mean();
    let scored = |risk: f64| RiskScore { risk, score: mean - risk };
    let lower_mean = sample.tail_value_at_risk(tail)?;
    Ok(MeanRisk {
        tail,
        mean,
        standard_deviation: scored(sample.standard_deviation()),
        absolute_semideviation: scored(sample.absolute_semideviation()),
        standard_semideviation: scored(sample.standard_semideviation()),
        gini_tail: scored(sample.gini_tail()),
        tail_value_at_risk: scored(0.0 - lower_mean),
        quantile_deviation: RiskScore { risk: sample.quantile_deviation(tail)?, score: lower_mean },
        value_at_risk: scored(sample.value_at_risk(tail)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::Consistency;
    use proptest::prelude::*;

    #[test]
    fn the_scores_are_mean_minus_risk() {
        let sample = Sample::new([0.0, 2.0, 4.0]).unwrap();
        let models = mean_risk(&sample, 0.5).unwrap();
        for measure in RiskMeasure::ALL {
            let RiskScore { risk, score } = models.by(measure);
            assert!((score - (2.0 - risk)).abs() < 1e-15, "{measure:?}");
        }
        let risks = RiskMeasure::ALL.map(|measure| models.by(measure).risk);
        let semi = (4.0_f64 / 3.0).sqrt();
        let expected = [(8.0_f64 / 3.0).sqrt(), 2.0 / 3.0, semi, 8.0 / 9.0, -2.0 / 3.0, 4.0 / 3.0, -2.0];
        assert_eq!(risks, expected);
        assert_eq!(mean_risk(&sample, 0.0), Err(Error::InvalidProbability { probability: 0.0 }));
    }

    #[test]
    fn mean_minus_deviation_may_prefer_what_is_dominated() {
        // A chance of 1/4 to win 1 dominates nothing at all.
        let chance = mean_risk(&Sample::new([0.0, 0.0, 0.0, 1.0]).unwrap(), 0.05).unwrap();
        let nothing = mean_risk(&Sample::new([0.0]).unwrap(), 0.05).unwrap();
        assert!(chance.standard_deviation.score < nothing.standard_deviation.score);
    }

    proptest! {
        #[test]
        fn consistent_scores_respect_dominance(
            pairs in prop::collection::vec((-20..20i32, 0..5i32), 1..12),
            spread in 0..6i32,
            tail in 0.01..=1.0f64,
        ) {
            // Lowering values is worse to the first order; then a mean-preserving spread, to the second.
            let better = Sample::new(pairs.iter().map(|p| f64::from(p.0))).unwrap();
            let lower = Sample::new(pairs.iter().map(|p| f64::from(p.0 - p.1))).unwrap();
            let spreads = pairs.iter().flat_map(|p| [p.0 - p.1 - spread, p.0 - p.1 + spread]);
            let wider = Sample::new(spreads.map(f64::from)).unwrap();
            let [better, lower, wider] = [better, lower, wider].map(|s| mean_risk(&s, tail).unwrap());
            for measure in RiskMeasure::ALL {
                let score = |models: &MeanRisk| models.by(measure).score;
                if measure.consistency() != Consistency::None {
                    prop_assert!(score(&better) >= score(&lower) - 1e-12, "{:?}", measure);
                }
                if measure.consistency() == Consistency::SecondOrder {
                    prop_assert!(score(&lower) >= score(&wider) - 1e-12, "{:?}", measure);
                }
            }
        }
    }
}
