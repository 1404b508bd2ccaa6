//! Selection: choose a candidate on some folds, report it on others.

use super::assess::standard_error;
use super::optimism::{Optimism, optimism};
use super::report::{FOLDS_NOT_DRAWS, TrustReport};
use super::trust_index::{TrustIndex, distinct};
use super::{Profile, ProfileReport, Replication};
use crate::error::Error;
use crate::inference::{Warning, warning};
use crate::sample::{Sample, Sampling, Table};

/// Which candidate (checkpoint, hyper-parameter) should be chosen, and what is it worth on data that did not choose
/// it?
///
/// ```text
/// choice    argmax over g of the score on the selection folds         ranks: selection folds only
/// reported  mean and standard error of tau(choice) on the report folds   ranks: against the selection folds
/// leads     of the choice over each other, on the same folds             ranks: the same
/// optimism  see Optimism: nested cross-validation over the selection folds
/// ```
///
/// The reported value is unbiased for the index of the chosen candidate on new folds, the reference given: the report
/// folds take part neither in the choice nor in the ranks. Its standard error is that of the spread over report
/// folds: with few of them use quantiles of Student's t; below 10 the report [warns](crate::Warning). Of candidates
/// that tie, the first of the table is chosen.
///
/// ```
/// use risk_sd::{Dimension, IncompleteRows, Metric, Profile, Selection, TableBuilder, TrustIndex};
///
/// let mut audit = TableBuilder::new();
/// for (fold, early, late) in [("v1", 0.6, 0.8), ("v2", 0.7, 0.9), ("v3", 0.5, 0.7), ("test", 0.6, 0.75)] {
///     audit.push("step 1000", fold, "utility", early)?;
///     audit.push("step 5000", fold, "utility", late)?;
/// }
/// let index = TrustIndex::new([Dimension::new("utility", [Metric::new("utility")])])?;
/// let selection = Selection::new(Profile::uniform("uniform")).choose_on(["v1", "v2", "v3"]).report_on(["test"]);
/// let report = selection.run(&index, &audit.paired(IncompleteRows::Refuse)?)?;
/// assert_eq!(report.chosen, "step 5000");
/// // 0.75 is at or above 4 of the six values 0.5, 0.6, 0.7, 0.7, 0.8, 0.9.
/// assert!((report.reported.mean - 4.0 / 6.0).abs() < 1e-15);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: that of an audit for each selection fold.
#[doc(alias = "checkpoint selection")]
#[doc(alias = "model selection")]
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    profile: Profile,
    choose_on: Vec<String>,
    report_on: Vec<String>,
}

/// What a selection chose, what it is worth, and how optimistic the choice was.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SelectionReport {
    /// The folds that chose.
    pub selection_folds: Vec<String>,
    /// The folds reported on.
    pub report_folds: Vec<String>,
    /// The candidate of the highest score on the selection folds.
    pub chosen: String,
    /// Candidates of the same score up to rounding, which come later in the table.
    pub tied: Vec<String>,
    /// The audit of all candidates on the selection folds, under the profile.
    pub selection: TrustReport,
    /// The lead of the chosen candidate over each other one on the report folds, ranked against the selection folds;
    /// in the order of the ranks that chose. Unbiased as [`SelectionReport::reported`].
    pub leads: Vec<Lead>,
    /// The same leads on the folds that chose: optimistic, since the choice looked for large ones. No test of the
    /// choice.
    pub leads_where_chosen: Vec<Lead>,
    /// Metrics of one value on the selection folds, but others on the report folds: these have u = 1 or 1/(2 N).
    pub constant_in_reference: Vec<String>,
    /// The chosen candidate on the report folds.
    pub reported: Reported,
    /// The optimism of the choice; `None` for a single selection fold.
    pub optimism: Option<Optimism>,
    /// What to keep in mind when reading it.
    pub warnings: Vec<Warning>,
}

/// By how much the chosen candidate leads another.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Lead {
    /// The other candidate.
    pub over: String,
    /// Mean over folds of the difference of indices; may be negative where spread decided.
    pub difference: f64,
    /// Standard error of the mean of these paired differences; `None` for a single fold.
    pub standard_error: Option<f64>,
}

/// An index on folds that did not choose.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Reported {
    /// tau in each report fold, ranked against the selection folds.
    pub index: Vec<f64>,
    /// Their mean.
    pub mean: f64,
    /// Standard deviation over report folds; `None` for a single one.
    pub standard_deviation: Option<f64>,
    /// Standard error of the mean; `None` for a single fold.
    pub standard_error: Option<f64>,
}

impl Selection {
    /// A selection under this profile. Folds to choose and to report on are to be named.
    #[must_use]
    pub fn new(profile: Profile) -> Selection {
        Selection { profile, choose_on: Vec::new(), report_on: Vec::new() }
    }

    /// The folds that choose.
    #[must_use]
    pub fn choose_on<F: Into<String>>(self, folds: impl IntoIterator<Item = F>) -> Selection {
        Selection { choose_on: folds.into_iter().map(Into::into).collect(), ..self }
    }

    /// The folds to report on.
    #[must_use]
    pub fn report_on<F: Into<String>>(self, folds: impl IntoIterator<Item = F>) -> Selection {
        Selection { report_on: folds.into_iter().map(Into::into).collect(), ..self }
    }

    /// Chooses and reports.
    ///
    /// # Errors
    /// [`Error::WrongSampling`] where candidates have folds of their own, and for bootstrap draws, which share their
    /// rows: none is new to a choice made on others; [`Error::NoFolds`];
    /// [`Error::DuplicateName`] for a fold named twice; [`Error::SharedFold`] for one that would choose and report;
    /// [`Error::UnknownFold`]; and those of [`TrustIndex::run`].
    pub fn run(&self, index: &TrustIndex, table: &Table) -> Result<SelectionReport, Error> {
        if index.replication == Replication::BootstrapDraws {
            return Err(Error::WrongSampling { needed: FOLDS_NOT_DRAWS });
        }
        let (choose, report) = self.positions(table)?;
        let selection_table = table.at_rows(&choose);
        let reference = index.reference(&selection_table)?;
        let selection = reference.audit(&selection_table, std::slice::from_ref(&self.profile))?;
        let ranked = &selection.profiles[0];
        let chosen = ranked.best().candidate.clone();
        let tied = ranked.candidates[1..].iter().filter(|c| c.rank == ranked.best().rank);
        let reported = reference.audit(&table.at_rows(&report), std::slice::from_ref(&self.profile))?;
        let constant_in_reference = reported.constant_in_reference;
        let on_report = &reported.profiles[0];
        let reported = on_report.candidate(&chosen)?;
        Ok(SelectionReport {
            selection_folds: self.choose_on.clone(),
            report_folds: self.report_on.clone(),
            tied: tied.map(|c| c.candidate.clone()).collect(),
            leads: leads(ranked, on_report)?,
            leads_where_chosen: leads(ranked, ranked)?,
            constant_in_reference,
            reported: Reported {
                index: reported.index.clone(),
                mean: reported.mean,
                standard_deviation: reported.standard_deviation,
                standard_error: reported.standard_error,
            },
            optimism: optimism(index, &self.profile, &selection_table)?,
            warnings: warning::few_folds(report.len(), warning::FEW_FOLDS).into_iter().collect(),
            chosen,
            selection,
        })
    }

    /// The rows of the folds, in the order in which they were named.
    fn positions(&self, table: &Table) -> Result<(Vec<usize>, Vec<usize>), Error> {
        if table.sampling() != Sampling::Paired {
            return Err(Error::WrongSampling { needed: "folds that all candidates share" });
        }
        let folds = table.rows(&table.models()[0])?;
        let positions = |purpose, names: &[String]| {
            if names.is_empty() {
                return Err(Error::NoFolds { purpose });
            }
            distinct(names.iter().map(String::as_str))?;
            let position = |name: &String| {
                let found = folds.iter().position(|fold| fold == name);
                found.ok_or_else(|| Error::UnknownFold { fold: name.clone() })
            };
            names.iter().map(position).collect::<Result<Vec<usize>, Error>>()
        };
        if let Some(fold) = self.report_on.iter().find(|fold| self.choose_on.contains(fold)) {
            return Err(Error::SharedFold { fold: fold.clone() });
        }
        Ok((positions("choose", &self.choose_on)?, positions("report", &self.report_on)?))
    }
}

/// Paired differences of the candidate that is best in `ranked` to all others, on the folds of `on`.
fn leads(ranked: &ProfileReport, on: &ProfileReport) -> Result<Vec<Lead>, Error> {
    let chosen = on.candidate(&ranked.best().candidate)?;
    let lead = |other: &super::CandidateIndex| {
        let pairs = chosen.index.iter().zip(&on.candidate(&other.candidate)?.index);
        let differences = Sample::new(pairs.map(|(a, b)| a - b))?;
        let standard_error = match differences.len() {
            1 => None,
            folds => {
                let deviation = differences.sample_standard_deviation()?;
                Some(standard_error(deviation, folds, Replication::Folds))
            }
        };
        Ok(Lead { over: other.candidate.clone(), difference: differences.mean(), standard_error })
    };
    ranked.candidates[1..].iter().map(lead).collect()
}
