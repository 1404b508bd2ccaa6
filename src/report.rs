//! Results in words: what a report prints.

mod planning;
mod trust;
mod uniform;
mod warning;

use std::fmt;

use crate::dominance::{Gap, Verdict};
use crate::inference::{Direction, DominanceReport, Guard, Outcome, Rule, StandardError, Warning};
use crate::ranking::{PairComparison, RankedModel, Ranking, RankingReport, RelativeOutcome};
use crate::resampling::BootstrapMethod;
use crate::sample::Sampling;
use warning::Lines;

/// Four significant digits: fixed where that is short, scientific elsewhere; 0 and 1 as they are.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scientific = format!("{:.3e}", self.0);
        let exponent = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok());
        f.pad(&match exponent {
            _ if self.0 == 0.0 || self.0 == 1.0 => format!("{}", self.0),
            Some(exponent @ -3..=4) => format!("{:.*}", (3 - exponent).max(0) as usize, self.0),
            _ => scientific,
        })
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ratio, distance) = (Short(self.violation_ratio()), Short(self.distance()));
        match self.is_zero() {
            true => write!(f, "equal distributions"),
            false => write!(f, "violation ratio {ratio} at distance {distance}"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.describe("A", "B"))
    }
}

impl fmt::Display for Sampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.in_words())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Rule::Root => "root-scale rule",
            Rule::Linear => "linear rule",
            Rule::PaperLiteral => "literal rule of the paper (declares far too often)",
        })
    }
}

/// How the numbers of a report were made, on one line.
struct Method<'a> {
    rule: Rule,
    by: StandardError,
    replicates: usize,
    guard: Guard,
    guard_replicates: usize,
    sampling: Sampling,
    method: BootstrapMethod,
    block_length: Option<usize>,
    seed: u64,
    warnings: &'a [Warning],
}

impl fmt::Display for Method<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; standard errors ", self.rule)?;
        match self.by {
            StandardError::Analytic => write!(f, "from influence functions")?,
            StandardError::Bootstrap => write!(f, "from {} bootstrap replicates", self.replicates)?,
        }
        match (self.by, self.method, self.block_length) {
            (StandardError::Analytic, _, None) => {}
            (StandardError::Analytic, _, Some(rows)) => {
                write!(f, " and covariances of up to {rows} rows (Newey-West)")?;
            }
            (_, BootstrapMethod::MovingBlocks, Some(rows)) => {
                write!(f, " of moving blocks of {rows} rows")?
            }
            (_, _, Some(rows)) => write!(f, " of circular blocks of {rows} rows")?,
            (_, BootstrapMethod::BayesianWeights, _) => write!(f, " of Bayesian weights")?,
            (..) if matches!(self.sampling, Sampling::Stratified | Sampling::Survey) => {
                write!(f, ", rescaled within strata")?;
            }
            (..) => {}
        }
        write!(f, "; ")?;
        match (self.guard, self.sampling) {
            (Guard::Off, _) => write!(f, "no guard: equal distributions can be declared different; ")?,
            (_, Sampling::Independent) => write!(f, "guard: {} relabellings; ", self.guard_replicates)?,
            (_, Sampling::Paired) => write!(f, "guard: {} swaps of pairs; ", self.guard_replicates)?,
            (_, Sampling::Clustered) => {
                write!(f, "guard: {} swaps of clusters; ", self.guard_replicates)?;
            }
            (_, Sampling::Stratified) => {
                write!(f, "guard: {} swaps within strata; ", self.guard_replicates)?;
            }
            (_, Sampling::TimeSeries) => {
                write!(f, "guard: {} swaps of blocks; ", self.guard_replicates)?
            }
            (_, Sampling::Survey) => {
                write!(f, "guard: {} relabellings of clusters; ", self.guard_replicates)?;
            }
        }
        write!(f, "seed {}", self.seed)?;
        write!(f, "{}", Lines("", self.warnings))
    }
}

impl fmt::Display for DominanceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (&self.a, &self.b);
        writeln!(
            f,
            "Almost dominance at {} order: {a} (n = {}) against {b} (n = {}), {}",
            self.order,
            self.n,
            self.m,
            Design {
                sampling: self.sampling,
                units: self.units,
                strata: self.strata,
                block_length: self.block_length
            }
        )?;
        writeln!(
            f,
            "  Question: is the violation ratio at most {}?  (0: full dominance, 1: the reverse)",
            self.threshold
        )?;
        if let (Some(over), Some(under)) = (&self.a_over_b, &self.b_over_a) {
            self.write_directions(f, over, under)?;
        }
        writeln!(f, "  Outcome: {}", self.outcome_in_words())?;
        let method = Method {
            rule: self.rule,
            by: self.standard_error_by,
            replicates: self.replicates,
            guard: self.guard,
            guard_replicates: self.guard_replicates,
            sampling: self.sampling,
            method: self.method,
            block_length: self.block_length,
            seed: self.seed,
            warnings: &self.warnings,
        };
        write!(f, "  Method: {}", method.to_string().replace('\n', "\n  "))
    }
}

/// Tests take no larger one.
const LARGEST_THRESHOLD: f64 = 0.5;

impl DominanceReport {
    fn write_directions(
        &self,
        f: &mut fmt::Formatter<'_>,
        over: &Direction,
        under: &Direction,
    ) -> fmt::Result {
        let heads = [format!("{} over {}", self.a, self.b), format!("{} over {}", self.b, self.a)];
        let width = heads.iter().map(|h| h.chars().count()).max().unwrap_or(0).max(18);
        writeln!(f, "  {:28}{:>width$}  {:>width$}", "", heads[0], heads[1])?;
        let mut line = |label: &str, value: &dyn Fn(&Direction) -> String| {
            writeln!(f, "  {label:28}{:>width$}  {:>width$}", value(over), value(under))
        };
        // To 12 digits, which takes the rounding of 1 - level out again.
        let percent = (1e12 * (1.0 - self.level)).round() / 1e10;
        line("violation ratio", &|d| Short(d.violation_ratio).to_string())?;
        line("standard error", &|d| Short(d.standard_error).to_string())?;
        line(&format!("{percent} % interval"), &|d| {
            format!("[{}, {}]", Short(d.interval.lower), Short(d.interval.upper))
        })?;
        line(&format!("{percent} % upper bound"), &|d| Short(d.upper_bound).to_string())?;
        line("p-value of the bound", &|d| Short(d.bound_p_value).to_string())?;
        line("p-value of the guard", &|d| {
            d.guard_p_value.map_or("none".to_owned(), |p| Short(p).to_string())
        })?;
        line("p-value", &|d| Short(d.p_value).to_string())?;
        line("smallest threshold to claim", &|d| match d.smallest_threshold {
            threshold if threshold > LARGEST_THRESHOLD => "none".to_owned(),
            threshold => Short(threshold).to_string(),
        })
    }

    /// The outcome as a sentence that names the models, the order, the threshold and the level.
    pub fn outcome_in_words(&self) -> String {
        let (a, b, order, threshold, level) = (&self.a, &self.b, self.order, self.threshold, self.level);
        match self.outcome {
            Outcome::AAlmostDominates => format!(
                "{a} almost dominates {b} at {order} order (threshold {threshold}, level {level})"
            ),
            Outcome::BAlmostDominates => format!(
                "{b} almost dominates {a} at {order} order (threshold {threshold}, level {level})"
            ),
            Outcome::NotDistinguished => format!(
                "neither can be claimed to almost dominate at {order} order (threshold {threshold}, level {level})"
            ),
            Outcome::Equal => {
                format!("{a} and {b} have the same distribution: there is no ratio to test")
            }
        }
    }
}

/// The sampling design with its numbers.
struct Design {
    sampling: Sampling,
    units: Option<usize>,
    strata: Option<usize>,
    block_length: Option<usize>,
}

impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.units.unwrap_or(0);
        match (self.sampling, self.strata, self.block_length) {
            (Sampling::Clustered, ..) => write!(f, "rows in {units} clusters"),
            (Sampling::Stratified, Some(strata), _) => write!(f, "{units} units in {strata} strata"),
            (Sampling::Survey, Some(strata), _) => {
                write!(f, "surveys of {units} units in {strata} strata together")
            }
            (Sampling::TimeSeries, _, Some(rows)) => write!(f, "time series in blocks of {rows} rows"),
            (sampling, ..) => write!(f, "{sampling}"),
        }
    }
}

impl fmt::Display for RankingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ranking in &self.rankings {
            let k = ranking.models.len();
            writeln!(
                f,
                "Ranking of {k} models by {}-order dominance, {}",
                ranking.order,
                Design {
                    sampling: self.sampling,
                    units: self.units,
                    strata: self.strata,
                    block_length: self.block_length
                }
            )?;
            writeln!(
                f,
                "  Question: who stands better against all the others? (eps: mean violation ratio, 0 best)"
            )?;
            ranking.write_models(f, self)?;
            writeln!(f)?;
        }
        let method = Method {
            rule: self.rule,
            by: self.standard_error_by,
            replicates: self.replicates,
            guard: self.guard,
            guard_replicates: self.guard_replicates,
            sampling: self.sampling,
            method: self.method,
            block_length: self.block_length,
            seed: self.seed,
            warnings: &self.warnings,
        };
        writeln!(
            f,
            "Level {} shared by all ordered pairs ({}); absolute wins at threshold {}.",
            self.level, self.adjustment, self.threshold
        )?;
        write!(f, "Method: {method}")
    }
}

impl Ranking {
    fn write_models(&self, f: &mut fmt::Formatter<'_>, report: &RankingReport) -> fmt::Result {
        let width = self.models.iter().map(|m| m.name.chars().count()).max().unwrap_or(0).max(5);
        writeln!(
            f,
            "  {:>5}  {:width$}  {:>8}  {:>8}  {:>9}  {:>5}  {:>8}",
            "rank", "model", "eps", "SE", "rank set", "wins", "absolute"
        )?;
        for model in &self.models {
            let RankedModel { name, relative_ratio, standard_error, rank, wins, absolute_wins, .. } =
                model;
            let set = model.rank_set.map_or("-".to_owned(), |s| format!("{}-{}", s.best, s.worst));
            let (eps, se) = (Short(*relative_ratio), Short(*standard_error));
            writeln!(
                f,
                "  {rank:>5}  {name:width$}  {eps:>8}  {se:>8}  {set:>9}  {wins:>5}  {absolute_wins:>8}"
            )?;
        }
        match report.standard_error_by {
            StandardError::Analytic => write!(f, "  Rank sets need bootstrap replicates."),
            StandardError::Bootstrap => write!(
                f,
                "  Rank sets hold all true ranks together with confidence {}.",
                Short(1.0 - report.level)
            ),
        }
    }
}

impl fmt::Display for PairComparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { a, b, violation_ratio, standard_error, .. } = self;
        let absolute = match self.outcome {
            Outcome::AAlmostDominates => format!("{a} almost dominates {b}"),
            Outcome::BAlmostDominates => format!("{b} almost dominates {a}"),
            Outcome::NotDistinguished => "neither can be claimed to almost dominate".to_owned(),
            Outcome::Equal => "same distribution".to_owned(),
        };
        let relative = match self.relative_outcome {
            RelativeOutcome::ARanksAbove => format!("{a} ranks above {b}"),
            RelativeOutcome::BRanksAbove => format!("{b} ranks above {a}"),
            RelativeOutcome::NotDistinguished => "ranks not distinguished".to_owned(),
        };
        let (ratio, error) = (Short(*violation_ratio), Short(*standard_error));
        write!(f, "{a} over {b}: ratio {ratio} (SE {error}); {absolute}; {relative}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let short = |value: f64| Short(value).to_string();
        assert_eq!(
            [0.0, 1.0, 0.99999, 0.123456, 12345.6, 4.1234e-7, 1e300, f64::INFINITY].map(short),
            ["0", "1", "1.000", "0.1235", "12346", "4.123e-7", "1.000e300", "inf"]
        );
    }
}
