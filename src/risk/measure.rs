//! The measures of risk by name, and which of them respect dominance.

/// A measure of risk r, for ranking by mean minus r.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum RiskMeasure {
    /// [`Sample::standard_deviation`](crate::Sample::standard_deviation).
    StandardDeviation,
    /// [`Sample::absolute_semideviation`](crate::Sample::absolute_semideviation).
    AbsoluteSemideviation,
    /// [`Sample::standard_semideviation`](crate::Sample::standard_semideviation).
    StandardSemideviation,
    /// [`Sample::gini_tail`](crate::Sample::gini_tail).
    GiniTail,
    /// The negative of [`Sample::tail_value_at_risk`](crate::Sample::tail_value_at_risk): a loss.
    TailValueAtRisk,
    /// [`Sample::quantile_deviation`](crate::Sample::quantile_deviation).
    QuantileDeviation,
    /// [`Sample::value_at_risk`](crate::Sample::value_at_risk): a loss.
    ValueAtRisk,
}

/// Up to which order the ranking by mean minus risk respects dominance: where X dominates Y to that
/// order, the score of X is at least that of Y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Consistency {
    /// Not even the first order.
    None,
    /// The first order only.
    FirstOrder,
    /// The second order, and so the first.
    SecondOrder,
}

impl RiskMeasure {
    /// All measures, in the order of tables.
    pub const ALL: [RiskMeasure; 7] = [
        RiskMeasure::StandardDeviation,
        RiskMeasure::AbsoluteSemideviation,
        RiskMeasure::StandardSemideviation,
        RiskMeasure::GiniTail,
        RiskMeasure::TailValueAtRisk,
        RiskMeasure::QuantileDeviation,
        RiskMeasure::ValueAtRisk,
    ];

    /// Does the ranking by mean minus this measure respect dominance?
    ///
    /// Reference: Nitsure et al. 2024 (2310.07132), table 1.
    ///
    /// ```
    /// use risk_sd::{Consistency, RiskMeasure};
    ///
    /// assert_eq!(RiskMeasure::GiniTail.consistency(), Consistency::SecondOrder);
    /// assert_eq!(RiskMeasure::StandardDeviation.consistency(), Consistency::None);
    /// ```
    pub fn consistency(self) -> Consistency {
        match self {
            RiskMeasure::StandardDeviation => Consistency::None,
            RiskMeasure::ValueAtRisk => Consistency::FirstOrder,
            RiskMeasure::AbsoluteSemideviation
            | RiskMeasure::StandardSemideviation
            | RiskMeasure::GiniTail
            | RiskMeasure::TailValueAtRisk
            | RiskMeasure::QuantileDeviation => Consistency::SecondOrder,
        }
    }
}
