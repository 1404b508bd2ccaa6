//! Audits, sweeps and selections in words.

use std::fmt;

use super::Short;
use super::warning::Lines;
use crate::audit::{
    CandidateIndex, DimensionWeight, FoldRisk, Profile, ProfileReport, Replication, SelectionReport,
    ShareKind, SweepReport, TrustReport,
};
use crate::risk::RiskMeasure;
use crate::sample::Sampling;

impl fmt::Display for Replication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Replication::Folds => "fold(s)",
            Replication::BootstrapDraws => "bootstrap draw(s)",
        })
    }
}

impl fmt::Display for FoldRisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FoldRisk::Measure { measure, tail } = self else { return f.write_str("SD") };
        let name = match measure {
            RiskMeasure::StandardDeviation => "standard deviation (divisor K)",
            RiskMeasure::AbsoluteSemideviation => "absolute semideviation",
            RiskMeasure::StandardSemideviation => "standard semideviation",
            RiskMeasure::GiniTail => "Gini tail",
            RiskMeasure::TailValueAtRisk => return write!(f, "(- TVaR({tail}))"),
            RiskMeasure::QuantileDeviation => return write!(f, "quantile deviation({tail})"),
            RiskMeasure::ValueAtRisk => return write!(f, "VaR({tail})"),
        };
        f.write_str(name)
    }
}

/// What is ranked by, over so many folds.
fn score(profile: &Profile, folds: usize) -> String {
    match (folds, profile.risk_aversion) {
        (1, _) => "score: the index of the single fold".to_owned(),
        (_, 0.0) => "score: mean over folds".to_owned(),
        (_, alpha) => format!("score: mean - {alpha} * {}", profile.risk),
    }
}

/// Three decimals of an index in (0, 1], or a dash.
fn decimals(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.3}"))
}

/// The width of the longest of these names and of a head.
fn widest<'a>(names: impl Iterator<Item = &'a str>, head: &str) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(0).max(head.chars().count())
}

impl fmt::Display for TrustReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folds = self.folds[0].len();
        let metrics: usize = self.dimensions.iter().map(|d| d.metrics.len()).sum();
        write!(
            f,
            "Trust index of {} candidate(s) over {folds} {}",
            self.candidates.len(),
            self.replication
        )?;
        if self.sampling != Sampling::Paired {
            write!(f, " of their own (fold names differ between candidates: not paired)")?;
        }
        writeln!(f, "; {} dimension(s), {metrics} metric(s)", self.dimensions.len())?;
        for profile in &self.profiles {
            self.write_profile(f, profile, folds)?;
        }
        if self.profiles.iter().flat_map(|p| &p.candidates).any(|c| c.first_share.is_some()) && folds > 1
        {
            writeln!(
                f,
                "first: share of the {} in which the candidate has the largest index.",
                self.replication
            )?;
        }
        write!(
            f,
            "Ranks among N = {} reference values of each metric; 1 is best.",
            self.reference_size
        )?;
        if !self.constant_metrics.is_empty() {
            let names = self.constant_metrics.join("', '");
            write!(f, "\nConstant, so without influence on any order: '{names}'.")?;
        }
        if !self.constant_in_reference.is_empty() {
            let names = self.constant_in_reference.join("', '");
            write!(f, "\nConstant in the reference, so that new values rank 1 or 1/(2N): '{names}'.")?;
        }
        Ok(())
    }
}

impl TrustReport {
    fn write_profile(
        &self,
        f: &mut fmt::Formatter<'_>,
        report: &ProfileReport,
        folds: usize,
    ) -> fmt::Result {
        let (name, score) = (&report.profile.name, score(&report.profile, folds));
        writeln!(f, "  Profile '{name}': {}; {score}", in_words(&report.weights))?;
        let width = widest(self.candidates.iter().map(String::as_str), "candidate");
        let heads = ["score", "mean", "SD", "SE", "first"].map(|head| format!("  {head:>6}")).concat();
        write!(f, "  {:>5}  {:width$}{heads} ", "rank", "candidate")?;
        self.dimensions.iter().try_for_each(|d| write!(f, "  {:>5}", d.name))?;
        writeln!(f)?;
        for candidate in &report.candidates {
            write!(f, "  {:>5}  {:width$}", candidate.rank, candidate.candidate)?;
            self.write_indices(f, candidate)?;
            writeln!(f)?;
        }
        Ok(())
    }

    fn write_indices(&self, f: &mut fmt::Formatter<'_>, of: &CandidateIndex) -> fmt::Result {
        let (sd, se) = (decimals(of.standard_deviation), decimals(of.standard_error));
        let first = of.first_share.map_or("-".to_owned(), |share| format!("{:.0} %", 100.0 * share));
        write!(f, "  {:>6.3}  {:>6.3}  {sd:>6}  {se:>6}  {first:>6} ", of.score, of.mean)?;
        let position = self.candidates.iter().position(|name| *name == of.candidate).unwrap_or(0);
        for dimension in &self.dimensions {
            let width = dimension.name.chars().count().max(5);
            write!(f, "  {:>width$}", decimals(dimension.mean(position).ok()))?;
        }
        Ok(())
    }
}

/// `fidelity 0.250, privacy 0.750`.
fn in_words(weights: &[DimensionWeight]) -> String {
    let weight = |w: &DimensionWeight| format!("{} {:.3}", w.dimension, w.weight);
    weights.iter().map(weight).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for SweepReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, dimensions) = (self.points.len(), self.dimensions.join(", "));
        let score = score(&self.profile, self.folds);
        writeln!(f, "Sweep over {count} trade-offs of {dimensions}; {score}")?;
        self.write_shares(f)?;
        let kept: Vec<f64> = self.points.iter().filter_map(|p| p.kept).collect();
        if self.tells_kept() {
            // Folds that are draws already are compared one by one.
            let without_risk = match self.bootstrap {
                None if self.profile.risk_aversion > 0.0 => ", compared one by one without risk",
                _ => "",
            };
            let sure = kept.iter().filter(|k| **k >= 0.9).count() as f64 / kept.len() as f64;
            writeln!(
                f,
                "  Under {:.0} % of the trade-offs the winner stays in at least 90 % of the draws of the folds{without_risk}.",
                100.0 * sure
            )?;
        }
        self.write_winner(f)?;
        write!(f, "{}", Lines("  ", &self.warnings))
    }
}

impl SweepReport {
    /// Who wins, and where that changes.
    fn write_winner(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (winner, profile) = (&self.winner, &self.profile.name);
        match &self.change {
            None => {
                // Exact for one fold; with more, between the points others may win.
                let exact = self.folds == 1 || self.dimensions.len() == 1 || self.candidates.len() == 1;
                let tied = match self.points.iter().any(|point| point.winners.len() > 1) {
                    true => ", alone or tied",
                    false => "",
                };
                match exact {
                    true => write!(f, "  '{winner}' wins under every trade-off{tied}."),
                    false => write!(
                        f,
                        "  '{winner}' wins at all {} trade-offs tried{tied}.",
                        self.points.len()
                    ),
                }
            }
            Some(change) => write!(
                f,
                "  Under profile '{profile}' {winner} wins, until {} of the weight is shifted: then {} does ({}).",
                Short(change.shift),
                change.winner,
                in_words(&change.weights)
            ),
        }
    }

    fn write_shares(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.shares_by {
            ShareKind::Exact => "exact share",
            ShareKind::Interpolated => "share, interpolated",
            ShareKind::LatticePoints => "points of the lattice",
        };
        let head = format!("wins under ({by})");
        let column = head.len();
        let width = widest(self.candidates.iter().map(String::as_str), "candidate");
        writeln!(f, "  {:width$}  {head}  largest margin", "candidate")?;
        let mut order: Vec<usize> = (0..self.candidates.len()).collect();
        order.sort_by(|&a, &b| self.shares[b].share.total_cmp(&self.shares[a].share));
        for g in order {
            let won = self.points.iter().filter(|p| p.winners[0] == g).filter_map(|p| p.margin);
            let margin = decimals(won.reduce(f64::max));
            let share = format!("{:.1} %", 100.0 * self.shares[g].share);
            writeln!(f, "  {:width$}  {share:>column$}  {margin:>14}", self.candidates[g])?;
        }
        Ok(())
    }
}

/// `SE 0.012`.
fn error_in_words(error: Option<f64>) -> String {
    error.map_or("no SE from one fold".to_owned(), |error| format!("SE {error:.3}"))
}

impl fmt::Display for SelectionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranked = &self.selection.profiles[0];
        let (choose, report) = (self.selection_folds.len(), self.report_folds.len());
        let candidates = ranked.candidates.len();
        writeln!(
            f,
            "Selection of one of {candidates} candidate(s) under profile '{}'",
            ranked.profile.name
        )?;
        write!(f, "  Chosen on {choose} fold(s): {}, index {:.3}", self.chosen, ranked.best().mean)?;
        if !self.tied.is_empty() {
            write!(f, " (tied with {})", self.tied.join(", "))?;
        }
        writeln!(f)?;
        let reported = &self.reported;
        write!(
            f,
            "  On {report} other fold(s): index {:.3} ({})",
            reported.mean,
            error_in_words(reported.standard_error)
        )?;
        for (lead, chosen) in self.leads.iter().zip(&self.leads_where_chosen) {
            write!(
                f,
                "\n  Lead over {} there: {:.3} ({}); on the folds that chose: {:.3}, optimistic",
                lead.over,
                lead.difference,
                error_in_words(lead.standard_error),
                chosen.difference
            )?;
        }
        if !self.constant_in_reference.is_empty() {
            let names = self.constant_in_reference.join("', '");
            write!(
                f,
                "\n  Constant on the folds that chose, so that new values rank 1 or 1/(2N): '{names}'"
            )?;
        }
        if let Some(optimism) = &self.optimism {
            write!(
                f,
                "\n  Optimism where it is chosen: {:.3}, of which {:.3} is of the choice (nested cross-validation: \
                 in sample {:.3}, out of fold {:.3})",
                optimism.total,
                optimism.of_choice(),
                optimism.in_sample,
                optimism.out_of_fold
            )?;
        }
        write!(f, "{}", Lines("  ", &self.warnings))
    }
}
