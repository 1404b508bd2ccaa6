//! The report of a table, its figures read in the order in which they were computed.

use super::columns::{CategoricalFidelity, NumericFidelity};
use super::correlation::Ranked;
use super::dependence::{CorrelationDifference, Dependence, DependenceFidelity, RankCorrelations};
use super::figure::Figure;
use super::novelty::Novelty;
use super::prepared::Prepared;
use super::report::{
    CategoricalCourse, ColumnFidelity, ColumnFigures, Course, FidelityReport, NumericCourse,
    ResampledUnit, TemporalColumn, TemporalFidelity,
};
use super::table_fidelity::{Observed, TableFidelity};
use crate::inference::warning;

impl TableFidelity {
    /// The report of what was observed and of the figures, which come in the order of the fields of the report.
    pub(super) fn assemble(
        &self,
        names: Vec<String>,
        [rows_real, rows_synthetic]: [usize; 2],
        [entities_real, entities_synthetic]: [usize; 2],
        observed: Observed,
        novelty: Novelty,
        mut figures: impl Iterator<Item = Figure>,
    ) -> FidelityReport {
        let columns = names.iter().zip(&observed.columns).map(|(name, column)| ColumnFidelity {
            name: name.clone(),
            figures: match column {
                Prepared::Numeric(_) => ColumnFigures::Numeric(NumericFidelity::of(&mut figures)),
                Prepared::Categorical(both) => {
                    let [real, synthetic] = both.counts(None);
                    let counts = [real.as_slice(), synthetic.as_slice()];
                    ColumnFigures::Categorical(CategoricalFidelity::of(
                        &mut figures,
                        &both.common,
                        counts,
                    ))
                }
            },
        });
        let columns: Vec<ColumnFidelity> = columns.collect();
        let mean_chi_square = next(&mut figures);
        let dependence = self.dependence_of(&names, &observed, &mut figures);
        let resampled = match entities_real {
            0 => ResampledUnit::Rows,
            _ => ResampledUnit::Entities,
        };
        let units = match resampled {
            ResampledUnit::Rows => rows_real.min(rows_synthetic),
            ResampledUnit::Entities => entities_real.min(entities_synthetic),
        };
        let temporal = (resampled == ResampledUnit::Entities).then(|| TemporalFidelity {
            entities_real,
            entities_synthetic,
            length: next(&mut figures),
            columns: courses(&names, observed, &mut figures),
        });
        FidelityReport {
            rows_real,
            rows_synthetic,
            bins: self.bins,
            lags: self.lags,
            replicates: self.bootstrap.map_or(0, |bootstrap| bootstrap.replicates),
            resampled,
            seed: self.bootstrap.map_or(0, |bootstrap| bootstrap.seed),
            columns,
            mean_chi_square,
            dependence,
            temporal,
            novelty,
            warnings: self.bootstrap.and_then(|_| warning::few_units(units)).into_iter().collect(),
        }
    }

    fn dependence_of(
        &self,
        names: &[String],
        observed: &Observed,
        figures: &mut impl Iterator<Item = Figure>,
    ) -> Option<DependenceFidelity> {
        if self.dependence == Dependence::Off {
            return None;
        }
        let pairs = observed.pairs.each_ref().map(Vec::as_slice);
        let numeric: Vec<String> = names
            .iter()
            .zip(&observed.columns)
            .filter_map(|(name, column)| column.ranked(0).map(|_| name.clone()))
            .collect();
        let matrices = |side: usize| {
            let ranked: Vec<&Ranked> = observed.columns.iter().filter_map(|c| c.ranked(side)).collect();
            RankCorrelations::of(numeric.clone(), &ranked, pairs[side], self.dependence)
        };
        let mut difference = |which: usize| {
            let both = [next(figures), next(figures)];
            CorrelationDifference::of(&numeric, pairs, which, both)
        };
        let spearman = difference(0);
        let kendall = (self.dependence == Dependence::SpearmanAndKendall).then(|| difference(1));
        (numeric.len() > 1).then(|| DependenceFidelity {
            real: matrices(0),
            synthetic: matrices(1),
            spearman,
            kendall,
        })
    }
}

fn next(figures: &mut impl Iterator<Item = Figure>) -> Figure {
    figures.next().expect("as many figures as the report has")
}

fn courses(
    names: &[String],
    observed: Observed,
    figures: &mut impl Iterator<Item = Figure>,
) -> Vec<TemporalColumn> {
    let autocorrelations = names.iter().zip(observed.autocorrelations);
    let column = |(name, of_column): (&String, Option<[Vec<Option<f64>>; 2]>)| TemporalColumn {
        name: name.clone(),
        course: match of_column {
            Some([autocorrelation_real, autocorrelation_synthetic]) => Course::Numeric(NumericCourse {
                difference: next(figures),
                autocorrelation: Some(next(figures)).filter(|figure| !figure.value.is_nan()),
                autocorrelation_real,
                autocorrelation_synthetic,
            }),
            None => Course::Categorical(CategoricalCourse { transitions: next(figures) }),
        },
    };
    autocorrelations.map(column).collect()
}
