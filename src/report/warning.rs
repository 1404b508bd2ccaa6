//! Warnings as sentences: what was measured, and what to do instead.

use std::fmt;

use super::Short;
use crate::inference::Warning;

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::FewRows { found } => write!(
                f,
                "only {found} independent rows, clusters or blocks: error rates can be a multiple of the level, \
                 standard errors too small; ask for more rows, or halve the level (equal laws, rows that can be \
                 exchanged: UniformTest with NullLaw::Permutation is exact)"
            ),
            Warning::FewDistinctValues { found } => write!(
                f,
                "only {found} distinct values: analytic standard errors are too small, use the bootstrap"
            ),
            Warning::InfluentialRow { share } => write!(
                f,
                "one row or cluster makes up {} of the spread: with tails this heavy bounds are too narrow; \
                 test ranks or bounded scores (Portfolio), or ask UniformTest",
                Percent(*share)
            ),
            Warning::WideRatio { standard_error } => write!(
                f,
                "the standard error {} is large for a ratio in [0, 1], whose law is then far from normal; ask for \
                 more rows (PowerAnalysis) or halve the level",
                Short(*standard_error)
            ),
            Warning::RatioAtEdge { ratio } => write!(
                f,
                "the ratio {} is within three standard errors of 0 or 1, where standard errors are too small: read the \
                 bound and the p-value instead",
                Short(*ratio)
            ),
            Warning::SmallThreshold { threshold } => write!(
                f,
                "the threshold {} is so near 0 that claims at it came too often even with 1000 rows; use a larger \
                 one, or NonDominanceTest for dominance without a violation",
                Short(*threshold)
            ),
            Warning::LiberalRule => write!(
                f,
                "this rule or law rejects more often than its level says; use the default (Rule::Root), for tests of \
                 dominance UniformMethod::DonaldHsu"
            ),
            Warning::NoGuard => write!(
                f,
                "no guard: equal distributions can be declared different; use Guard::Automatic"
            ),
            Warning::OptimisticPlan { size } => write!(
                f,
                "power planned for {size} rows or units can be far too high (few rows, or a ratio near 0 or of a \
                 large standard error); ask PowerAnalysis::simulate"
            ),
            Warning::FewFolds { found } => write!(
                f,
                "only {found} folds: intervals from their spread, and winners that stay in their draws, hold less \
                 often than they say; use t quantiles of a higher level, or more folds"
            ),
        }
    }
}

/// A share in percent.
struct Percent(f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} %", 100.0 * self.0)
    }
}

/// All warnings, each on a line of its own after this indent.
pub(crate) struct Lines<'a>(pub(crate) &'static str, pub(crate) &'a [Warning]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lines(indent, warnings) = self;
        warnings.iter().try_for_each(|warning| write!(f, "\n{indent}Warning: {warning}"))
    }
}
