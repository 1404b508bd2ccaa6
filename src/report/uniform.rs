//! The classical tests in words. Each block begins with the question it answers, because the two tests ask
//! contrary ones.

use std::fmt;

use super::warning::Lines;
use super::{Design, Short};
use crate::dominance::Functional;
use crate::inference::{
    NonDominanceDirection, NonDominanceOutcome, NonDominanceReport, NullLaw, SubsampleSize,
    UniformDirection, UniformMethod, UniformReport, UniformVerdict,
};

impl fmt::Display for Functional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for NullLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for SubsampleSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubsampleSize::Automatic => f.pad("automatic size"),
            SubsampleSize::Rows(rows) => write!(f, "{rows} rows"),
            SubsampleSize::RowsOfEach { a, b } => write!(f, "{a} and {b} rows"),
        }
    }
}

impl fmt::Display for UniformMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// first, second, third, order 4, ...
struct OrderName(u32);

impl fmt::Display for OrderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => write!(f, "first order"),
            2 => write!(f, "second order"),
            3 => write!(f, "third order"),
            order => write!(f, "order {order}"),
        }
    }
}

impl fmt::Display for UniformReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (&self.a, &self.b);
        writeln!(
            f,
            "Hypothesis of dominance: {a} (n = {}) against {b} (n = {}), {}",
            self.n,
            self.m,
            Design {
                sampling: self.sampling,
                units: self.units,
                strata: self.strata,
                block_length: self.block_length
            }
        )?;
        writeln!(f, "  Question: do the data contradict it?  (a small p-value: they do)")?;
        let heads = [format!("\"{a} dominates\""), format!("\"{b} dominates\"")];
        let width = heads.iter().map(|h| h.chars().count()).max().unwrap_or(0).max(18);
        writeln!(f, "  {:28}{:>width$}  {:>width$}", "", heads[0], heads[1])?;
        for result in &self.orders {
            let mut line = |label: &str, value: fn(&UniformDirection) -> f64| {
                let cells = [&result.a_over_b, &result.b_over_a].map(|d| Short(value(d)).to_string());
                writeln!(f, "  {label:28}{:>width$}  {:>width$}", cells[0], cells[1])
            };
            line(&format!("{}: statistic", OrderName(result.order)), |d| d.statistic)?;
            if let Some(points) = self.published_grid {
                let grid = |d: &UniformDirection| d.grid_statistic.unwrap_or(f64::NAN);
                line(&format!("  on a grid of {points}"), grid)?;
            }
            line("  critical value", |d| d.critical_value)?;
            line("  p-value", |d| d.p_value)?;
            line("  adjusted p-value", |d| d.adjusted_p_value)?;
        }
        writeln!(f, "  Outcome: {}", self.outcome_in_words())?;
        write!(f, "  Method: {}, {}, {}", self.method, self.functional, self.null_law)?;
        if let Some(size) = self.subsample {
            write!(f, " of {size}")?;
        }
        if let Some(threshold) = self.threshold {
            write!(f, ", threshold {} standard errors", Short(threshold))?;
        }
        match self.replicates {
            0 => write!(f, "; nothing drawn"),
            replicates => write!(f, "; {replicates} replicates; seed {}", self.seed),
        }?;
        write!(f, "; {} over orders and directions{}", self.adjustment, Lines("  ", &self.warnings))
    }
}

impl UniformReport {
    /// The verdict as a sentence that names the models, the order and the level.
    pub fn outcome_in_words(&self) -> String {
        let (a, b, level) = (&self.a, &self.b, self.level);
        let order = OrderName(self.conclusion.order);
        let compatible = |over: &str, under: &str| {
            format!(
                "\"{under} dominates {over}\" is rejected at {order} (level {level}), \"{over} dominates {under}\" is \
                 not: the data are compatible with it, which does not prove it"
            )
        };
        match self.conclusion.verdict {
            UniformVerdict::CompatibleWithAOverB => compatible(a, b),
            UniformVerdict::CompatibleWithBOverA => compatible(b, a),
            UniformVerdict::NotDistinguished => format!(
                "neither \"{a} dominates\" nor \"{b} dominates\" is rejected at {order} (level {level}): not distinguished, \
                 which does not prove equality"
            ),
            UniformVerdict::Crossing => format!(
                "both hypotheses are rejected up to {order} (level {level}): the curves cross, neither dominates"
            ),
        }
    }
}

impl fmt::Display for NonDominanceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (&self.a, &self.b);
        writeln!(
            f,
            "Hypothesis of non-dominance at {}: {a} (n = {}) against {b} (n = {}), {}",
            OrderName(self.order),
            self.n,
            self.m,
            Design {
                sampling: self.sampling,
                units: self.units,
                strata: self.strata,
                block_length: self.block_length
            }
        )?;
        writeln!(f, "  Question: is there evidence for dominance?  (a small p-value: there is)")?;
        writeln!(
            f,
            "  Range: {} to {}, {} values ({} of them left out at each end)",
            Short(self.lowest),
            Short(self.highest),
            self.values,
            self.trim
        )?;
        let heads = [format!("{a} over {b}"), format!("{b} over {a}")];
        let width = heads.iter().map(|h| h.chars().count()).max().unwrap_or(0).max(18);
        writeln!(f, "  {:28}{:>width$}  {:>width$}", "", heads[0], heads[1])?;
        let mut line = |label: &str, value: fn(&NonDominanceDirection) -> f64| {
            let cells = [&self.a_over_b, &self.b_over_a].map(|d| Short(value(d)).to_string());
            writeln!(f, "  {label:28}{:>width$}  {:>width$}", cells[0], cells[1])
        };
        line("least t in favour", |d| d.minimum_t)?;
        line("  found at", |d| d.at)?;
        line("p-value of no dominance", |d| d.p_value)?;
        write!(f, "  Outcome: {}", self.outcome_in_words())
    }
}

impl NonDominanceReport {
    /// The outcome as a sentence that names the models, the order, the range and the level.
    pub fn outcome_in_words(&self) -> String {
        let (a, b, order, level) = (&self.a, &self.b, OrderName(self.order), self.level);
        let range = format!("from {} to {}", Short(self.lowest), Short(self.highest));
        match self.outcome {
            NonDominanceOutcome::ADominatesOnRange => {
                format!("{a} dominates {b} at {order} {range} (level {level})")
            }
            NonDominanceOutcome::BDominatesOnRange => {
                format!("{b} dominates {a} at {order} {range} (level {level})")
            }
            NonDominanceOutcome::NotShown => format!(
                "dominance at {order} is not shown in either direction {range} (level {level}), which does not disprove it"
            ),
        }
    }
}
