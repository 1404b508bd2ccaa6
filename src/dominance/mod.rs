//! Orders of dominance, violation ratios, verdicts, curves: one pair of distributions, no randomness.

mod curve;
mod gap;
mod l1;
pub(crate) mod pooled;
mod verdict;

pub use curve::{Curve, Knot, PairKnot, pair_curve};
pub(crate) use gap::Roots;
pub use gap::{Gap, gap};
pub use l1::{L1Ratio, l1_order1, l1_order2_ll, l1_order2_ths};
pub use verdict::{Verdict, verdict, verdict_within};

/// The order of stochastic dominance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Order {
    /// Every increasing utility prefers the dominating side: its quantile function is nowhere lower.
    #[doc(alias = "FSD")]
    First,
    /// Every increasing concave utility (every risk-averse chooser) prefers the dominating side: its
    /// integrated quantile function is nowhere lower.
    #[doc(alias = "SSD")]
    Second,
}

impl std::fmt::Display for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Order::First => "first",
            Order::Second => "second",
        })
    }
}
