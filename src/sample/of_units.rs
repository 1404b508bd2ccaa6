//! Data sets made of units of another one: what is simulated from a pilot.

use super::design::{Design, Series};
use super::{Column, Sample, Samples};
use crate::error::Error;
use crate::kernels::sort;

/// The units of a new data set.
pub(crate) struct OfUnits {
    /// Which unit of the old one each of them is.
    pub(crate) units: Vec<u32>,
    /// What the rows of each weigh, beside weights of their own; `None`: all the same.
    pub(crate) weights: Option<Vec<f64>>,
    /// How they follow each other in time.
    pub(crate) series: Option<Series>,
}

impl Samples {
    /// Two columns with the rows of these units. Each is a unit of its own, in the stratum where it was; the rows of a
    /// unit stay together.
    ///
    /// # Errors
    /// [`Error::SparseClusters`] for a column that has no row in any of them.
    pub(crate) fn of_units(&self, columns: [usize; 2], picked: OfUnits) -> Result<Samples, Error> {
        let [x, y] = columns.map(|position| self.columns[position].of_units(self.shared_units, &picked));
        let samples = Samples::checked(vec![x?, y?], self.sampling, Some(picked.units.len()))?;
        let strata = self.design.stratum_of_unit.as_ref();
        let stratum_of_unit = strata.map(|of_unit| {
            consecutive(picked.units.iter().map(|&unit| of_unit[unit as usize]).collect())
        });
        Ok(Samples { design: Design::of_units(stratum_of_unit, picked.series), ..samples })
    }

    /// The units that have rows in one of two columns.
    pub(crate) fn units_of(&self, columns: [usize; 2]) -> Vec<u32> {
        let mut present = vec![false; self.shared_units.unwrap_or_default()];
        for unit in columns.iter().flat_map(|&position| self.columns[position].units.iter().flatten()) {
            present[*unit as usize] = true;
        }
        (0..present.len() as u32).filter(|&unit| present[unit as usize]).collect()
    }
}

impl Column {
    fn of_units(&self, units: Option<usize>, picked: &OfUnits) -> Result<Column, Error> {
        let mut rows_of_unit: Vec<Vec<usize>> = vec![Vec::new(); units.unwrap_or_default()];
        for (row, &unit) in self.units.iter().flatten().enumerate() {
            rows_of_unit[unit as usize].push(row);
        }
        let rows = picked
            .units
            .iter()
            .enumerate()
            .flat_map(|(new, &unit)| rows_of_unit[unit as usize].iter().map(move |&row| (row, new)));
        let rows: Vec<(usize, usize)> = rows.collect();
        if rows.is_empty() {
            return Err(Error::SparseClusters { column: self.name.clone() });
        }
        let values: Vec<f64> = rows.iter().map(|&(row, _)| self.sample.values()[row]).collect();
        let order = sort::argsort(&values);
        let ascending = order.iter().map(|&place| values[place as usize]).collect();
        let picks = || order.iter().map(|&place| rows[place as usize]);
        let sample = match (self.sample.weights(), &picked.weights) {
            (None, None) => Sample::from_ascending(ascending),
            (own, of_unit) => {
                let own = |row: usize| own.map_or(1.0, |weights| weights[row]);
                let shared = |unit: usize| of_unit.as_ref().map_or(1.0, |weights| weights[unit]);
                let weights = picks().map(|(row, unit)| own(row) * shared(unit)).collect();
                Sample::from_ascending_weighted(ascending, weights)
            }
        };
        let units = picks().map(|(_, unit)| unit as u32).collect();
        Ok(Column { name: self.name.clone(), sample, units: Some(units), rows: None })
    }
}

/// The same labels, numbered on from 0 without gaps in their own order.
fn consecutive(labels: Vec<u32>) -> Vec<u32> {
    let mut known = labels.clone();
    known.sort_unstable();
    known.dedup();
    labels.iter().map(|label| known.partition_point(|other| other < label) as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Survey;

    #[test]
    fn rows_come_with_their_units_weights_and_strata() {
        let survey = |values: [f64; 4]| {
            Survey::new(values)
                .weights([1.0, 2.0, 3.0, 4.0])
                .clusters(&[0, 0, 1, 2])
                .strata(&[0, 0, 0, 0])
        };
        let named =
            [("c", survey([0.0; 4])), ("a", survey([5.0, 1.0, 7.0, 9.0])), ("b", survey([8.0; 4]))];
        let samples = Samples::surveys(named).unwrap();
        assert_eq!(samples.units_of([1, 2]), [3, 4, 5, 6, 7, 8]);
        // Of a: cluster 0 twice and cluster 1; of b: cluster 2, twice.
        let units = vec![3, 3, 4, 8, 8];
        let picked = OfUnits { units, weights: Some(vec![0.5, 0.5, 0.5, 1.0, 1.0]), series: None };
        let new = samples.of_units([1, 2], picked).unwrap();
        let [a, b] = &new.columns[..] else { panic!("two columns") };
        assert_eq!(a.sample.values(), [1.0, 1.0, 5.0, 5.0, 7.0]);
        assert_eq!(a.sample.weights(), Some(&[1.0, 1.0, 0.5, 0.5, 1.5][..]));
        assert_eq!(a.units, Some(vec![0, 1, 0, 1, 2]));
        assert_eq!((b.sample.values(), b.sample.weights()), (&[8.0, 8.0][..], None));
        assert_eq!(new.design.stratum_of_unit, Some(vec![0, 0, 0, 1, 1]));
        let none_of_b = OfUnits { units: vec![3, 4], weights: None, series: None };
        let error = samples.of_units([1, 2], none_of_b).unwrap_err();
        assert_eq!(error, Error::SparseClusters { column: "b".into() });
    }
}
