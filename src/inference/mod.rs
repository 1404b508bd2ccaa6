//! How sure one can be: standard errors, bounds, p-values and decisions for a pair of distributions.

mod adjust;
pub(crate) mod dominance_test;
pub(crate) mod guard;
pub(crate) mod influence;
pub(crate) mod joint;
pub(crate) mod moments;
mod non_dominance;
mod normal;
mod pilot;
mod planning;
mod report;
mod rule;
mod simulated_power;
mod uniform;
pub(crate) mod unit_sums;
pub(crate) mod warning;

pub use adjust::Adjustment;
pub use dominance_test::{DominanceTest, StandardError};
pub use guard::Guard;
pub use non_dominance::{
    NonDominanceDirection, NonDominanceOutcome, NonDominanceReport, NonDominanceTest,
};
pub(crate) use normal::{phi, upper_quantile};
pub use planning::{PlanSize, PowerAnalysis, SamplePlan};
pub use report::{Direction, DominanceReport, Interval, Outcome};
pub use rule::Rule;
pub(crate) use rule::{Evidence, ratio_of};
pub use simulated_power::SimulatedPower;
pub use uniform::{
    NullLaw, SubsampleSize, UniformConclusion, UniformDirection, UniformMethod, UniformReport,
    UniformResult, UniformTest, UniformVerdict,
};
pub use warning::Warning;
