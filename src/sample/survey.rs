//! Surveys: independent columns, each with weights, clusters and strata of its own.

use super::design::{Design, Sampling};
use super::samples::Samples;
use super::{Column, Number};
use crate::error::Error;
use crate::sample::samples::Labels;

/// One survey: values, and how their rows were drawn. Nothing is checked before [`Samples::surveys`].
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    values: Vec<f64>,
    weights: Option<Vec<f64>>,
    clusters: Option<Vec<u32>>,
    strata: Option<Vec<u32>>,
}

impl Survey {
    /// Rows that were drawn independently of each other, each counting the same.
    pub fn new(values: impl IntoIterator<Item = impl Number>) -> Survey {
        let values = values.into_iter().map(Number::to_f64).collect();
        Survey { values, weights: None, clusters: None, strata: None }
    }

    /// How much each row counts.
    #[must_use]
    pub fn weights(mut self, weights: impl IntoIterator<Item = impl Number>) -> Survey {
        self.weights = Some(weights.into_iter().map(Number::to_f64).collect());
        self
    }

    /// The cluster (primary sampling unit) of each row.
    #[doc(alias = "psu")]
    #[must_use]
    pub fn clusters<L: Ord>(mut self, cluster_of_row: &[L]) -> Survey {
        self.clusters = Some(numbered(cluster_of_row));
        self
    }

    /// The stratum of each row; clusters lie within strata.
    #[must_use]
    pub fn strata<L: Ord>(mut self, stratum_of_row: &[L]) -> Survey {
        self.strata = Some(numbered(stratum_of_row));
        self
    }
}

fn numbered<L: Ord>(labels: &[L]) -> Vec<u32> {
    let numbers = Labels::new(labels.iter());
    labels.iter().map(|label| numbers.number(label)).collect()
}

impl Samples {
    /// Columns that are surveys of different people: two years, two countries. Each has weights, clusters
    /// and strata of its own, or none of them.
    ///
    /// ```
    /// use risk_sd::{Samples, Survey};
    ///
    /// let year = |incomes: [f64; 6]| {
    ///     Survey::new(incomes)
    ///         .weights([1.5, 1.5, 0.8, 0.8, 1.0, 1.2])
    ///         .clusters(&["village 1", "village 1", "village 2", "town 1", "town 2", "town 2"])
    ///         .strata(&["rural", "rural", "rural", "urban", "urban", "urban"])
    /// };
    /// let incomes = Samples::surveys([
    ///     ("2019", year([11.0, 14.0, 9.0, 30.0, 22.0, 41.0])),
    ///     ("2022", year([12.0, 15.0, 9.5, 33.0, 21.0, 47.0])),
    /// ])?;
    /// assert_eq!((incomes.units(), incomes.strata()), (Some(8), Some(4)));
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Samples::paired`], [`Samples::weighted`], [`Samples::clustered`] and [`Samples::stratified`],
    /// in the named column.
    #[doc(alias = "complex survey")]
    #[doc(alias = "svydesign")]
    pub fn surveys<N: Into<String>>(
        columns: impl IntoIterator<Item = (N, Survey)>,
    ) -> Result<Samples, Error> {
        let single = |(name, survey): (N, Survey)| {
            let name = name.into();
            survey.samples(&name).map_err(|error| match error {
                named @ Error::InColumn { .. } => named,
                other => other.in_column(&name),
            })
        };
        let singles = columns.into_iter().map(single).collect::<Result<Vec<_>, _>>()?;
        let (columns, units) = side_by_side(&singles);
        let mut stratum_of_unit = Vec::with_capacity(units);
        for single in &singles {
            let before = stratum_of_unit.iter().max().map_or(0, |last: &u32| last + 1);
            match &single.design.stratum_of_unit {
                Some(strata) => stratum_of_unit.extend(strata.iter().map(|s| s + before)),
                None => {
                    stratum_of_unit.resize(stratum_of_unit.len() + single.units().unwrap_or(0), before)
                }
            }
        }
        let samples = Samples::checked(columns, Sampling::Survey, Some(units))?;
        Ok(Samples { design: Design::of_strata(stratum_of_unit), ..samples })
    }
}

impl Survey {
    fn samples(self, name: &str) -> Result<Samples, Error> {
        let mut samples = Samples::paired([(name, self.values)])?;
        if let Some(weights) = self.weights {
            samples = samples.weighted(&weights)?;
        }
        if let Some(clusters) = self.clusters {
            samples = samples.clustered(&clusters)?;
        }
        if let Some(strata) = self.strata {
            samples = samples.stratified(&strata)?;
        }
        match samples.units() {
            Some(found) if found < 2 => Err(Error::TooFewRows { found, needed: 2 }),
            _ => Ok(samples),
        }
    }
}

/// The columns of sets of one column each, their units numbered on from column to column.
pub(super) fn side_by_side(singles: &[Samples]) -> (Vec<Column>, usize) {
    let mut before = 0;
    let mut columns = Vec::with_capacity(singles.len());
    for single in singles {
        let of_column = &single.columns[0];
        let units = of_column.units.iter().flatten().map(|unit| unit + before as u32);
        columns.push(Column { units: Some(units.collect()), rows: None, ..of_column.clone() });
        before += single.units().unwrap_or(0);
    }
    (columns, before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_strata_are_numbered_on() {
        let first = Survey::new([1.0, 2.0, 3.0, 4.0]).strata(&[0, 1, 0, 1]);
        let second = Survey::new([1.0, 2.0, 3.0]).weights([1.0, 2.0, 0.0]);
        let samples = Samples::surveys([("a", first), ("b", second)]).unwrap();
        assert_eq!(samples.columns[1].units, Some(vec![4, 5]));
        assert_eq!(samples.design.stratum_of_unit, Some(vec![0, 1, 0, 1, 2, 2]));
        assert_eq!((samples.sampling(), samples.strata()), (Sampling::Survey, Some(3)));
    }

    #[test]
    fn errors_name_the_column() {
        let of = |survey: Survey| {
            Samples::surveys([("a", Survey::new([1.0, 2.0])), ("b", survey)]).unwrap_err().to_string()
        };
        let survey = || Survey::new([1.0, 2.0, 3.0]);
        assert!(of(survey().weights([1.0, 2.0])).starts_with("column 'b': weights: expected 3"));
        assert!(of(survey().strata(&[1, 1, 2])).starts_with("column 'b': row 2 is alone"));
        assert!(of(survey().clusters(&[1, 1, 1])).starts_with("column 'b': 1 cluster(s)"));
        assert!(of(Survey::new([1.0])).starts_with("column 'b': 1 row(s)"));
        assert!(of(Survey::new([1.0, f64::NAN])).starts_with("column 'b': row 1 is NaN"));
    }
}
