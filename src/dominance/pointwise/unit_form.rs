//! The quadratic form that a sampling design makes of the contributions of its units.
//!
//! With T_u what unit u (row, pair, cluster) contributes to a difference, its variance is V = T' Q T:
//!
//! ```text
//! rows, pairs, clusters    Q = 1
//! strata of h units        Q_uv = h / (h - 1) (1[u = v] - 1/h)                within a stratum, else 0
//! a series of n rows       Q_uv = n / (n - L) max(1 - k / L, 0),  k = |u - v| around the circle of the n rows
//! ```
//!
//! The second is the sum over strata of squared deviations from the stratum's mean, times h / (h - 1); the third the sum
//! of squares of all n circular sums over L consecutive rows, times n / (n - L) / L.

use crate::kernels::process::advance;
use crate::kernels::scale::Differences;
use crate::kernels::sum::DoubleDouble;
use crate::sample::{Samples, Series};

pub(super) enum UnitForm<'a> {
    Units,
    Strata { of_unit: &'a [u32], sizes: Vec<f64> },
    Series(&'a Series),
}

impl<'a> UnitForm<'a> {
    pub(super) fn of(samples: &'a Samples) -> UnitForm<'a> {
        let design = samples.design();
        match (&design.series, &design.stratum_of_unit) {
            (Some(series), _) => UnitForm::Series(series),
            (None, Some(of_unit)) => {
                let mut sizes = vec![0.0; samples.strata().unwrap_or_default()];
                of_unit.iter().for_each(|&stratum| sizes[stratum as usize] += 1.0);
                UnitForm::Strata { of_unit, sizes }
            }
            (None, None) => UnitForm::Units,
        }
    }

    /// Q w, w the mass that each unit has in a column. All rows of a series have the same.
    pub(super) fn times(&self, masses: &[DoubleDouble]) -> Vec<DoubleDouble> {
        let mut product = masses.to_vec();
        match self {
            UnitForm::Units => {}
            UnitForm::Strata { of_unit, sizes } => {
                let mut totals = vec![DoubleDouble::default(); sizes.len()];
                of_unit.iter().zip(masses).for_each(|(&stratum, w)| totals[stratum as usize] += *w);
                for (w, &stratum) in product.iter_mut().zip(*of_unit) {
                    *w = centred(sizes[stratum as usize], *w, totals[stratum as usize]);
                }
            }
            UnitForm::Series(series) => {
                let neighbours = (1..series.block_length).map(|k| 2.0 * lag_weight(k, series));
                let weights = neighbours.fold(ONE, |sum, weight| sum + weight.into());
                for range in series.ranges() {
                    let factor = weights * finite_factor(range.len(), series);
                    product[range].iter_mut().for_each(|w| *w = *w * factor);
                }
            }
        }
        product
    }

    /// Q_uu.
    pub(super) fn diagonal(&self, unit: usize) -> DoubleDouble {
        match self {
            UnitForm::Units => ONE,
            UnitForm::Strata { of_unit, sizes } => centred(sizes[of_unit[unit] as usize], ONE, ONE),
            UnitForm::Series(series) => finite_factor(series.range_of(unit).len(), series).into(),
        }
    }
}

const ONE: DoubleDouble = DoubleDouble::ONE;

// Q is rounded. All that is computed from it must be rounded to the same Q, or the sums that cancel would leave the
// difference; so these are the only places that say what its entries are.

/// What a stratum of `size` units with this total makes of one of them.
fn centred(size: f64, of_unit: DoubleDouble, total: DoubleDouble) -> DoubleDouble {
    (of_unit - total * (1.0 / size)) * (size / (size - 1.0))
}

/// Bartlett's weight of a lag.
fn lag_weight(lag: usize, series: &Series) -> f64 {
    1.0 - lag as f64 / series.block_length as f64
}

/// n / (n - L): without it the variance of independent rows would come out L / n too small.
fn finite_factor(rows: usize, series: &Series) -> f64 {
    rows as f64 / (rows - series.block_length) as f64
}

/// For every unit the sums U of +-p d_r over its rows that have arrived, r = 1..=order, as vectors that are moved on only
/// when they are looked at.
pub(super) struct UnitSums {
    order: usize,
    units: Moving,
    /// The same by stratum.
    strata: Moving,
}

impl UnitSums {
    pub(super) fn new(order: usize, units: usize, form: &UnitForm) -> UnitSums {
        let strata = if let UnitForm::Strata { sizes, .. } = form { sizes.len() } else { 0 };
        UnitSums { order, units: Moving::new(order, units), strata: Moving::new(order, strata) }
    }

    /// Row `unit` of Q U at the value z.
    pub(super) fn weighed(
        &mut self,
        form: &UnitForm,
        unit: usize,
        z: f64,
        scale: &Differences,
        into: &mut [DoubleDouble],
    ) {
        let (order, units, strata) = (self.order, &mut self.units, &mut self.strata);
        into.copy_from_slice(units.at(unit, order, z, scale));
        match form {
            UnitForm::Units => {}
            UnitForm::Strata { of_unit, sizes } => {
                let stratum = of_unit[unit] as usize;
                let (size, total) = (sizes[stratum], strata.at(stratum, order, z, scale));
                into.iter_mut().zip(total).for_each(|(u, s)| *u = centred(size, *u, *s));
            }
            UnitForm::Series(series) => {
                let range = series.range_of(unit);
                let (n, length, at) = (range.len(), series.block_length, unit - range.start);
                for k in 1..length {
                    let weight = lag_weight(k, series);
                    let later = if at + k < n { at + k } else { at + k - n };
                    let earlier = if at >= k { at - k } else { at + n - k };
                    for neighbour in [later, earlier] {
                        let sums = units.at(range.start + neighbour, order, z, scale);
                        into.iter_mut().zip(sums).for_each(|(u, sum)| *u += *sum * weight);
                    }
                }
                let factor = finite_factor(n, series);
                into.iter_mut().for_each(|u| *u = *u * factor);
            }
        }
    }

    /// A row of this unit arrives at the value z, where the unit was last looked at.
    pub(super) fn add(&mut self, form: &UnitForm, unit: usize, z: f64, jump: f64) {
        self.units.add(unit, self.order, z, jump);
        if let UnitForm::Strata { of_unit, .. } = form {
            self.strata.add(of_unit[unit] as usize, self.order, z, jump);
        }
    }
}

struct Moving {
    vectors: Vec<DoubleDouble>,
    /// Where each vector stands; NaN before its first row.
    stands_at: Vec<f64>,
}

impl Moving {
    fn new(order: usize, count: usize) -> Moving {
        Moving {
            vectors: vec![DoubleDouble::default(); order * count],
            stands_at: vec![f64::NAN; count],
        }
    }

    /// Vector `index`, moved on to z.
    fn at(&mut self, index: usize, order: usize, z: f64, scale: &Differences) -> &[DoubleDouble] {
        let vector = &mut self.vectors[index * order..][..order];
        let before = &mut self.stands_at[index];
        if !before.is_nan() && *before != z && order > 1 {
            advance(vector, scale.between(z, *before));
            *before = z;
        }
        vector
    }

    /// Adds to d_1 of a vector that stands at z.
    fn add(&mut self, index: usize, order: usize, z: f64, jump: f64) {
        self.vectors[index * order] += jump.into();
        self.stands_at[index] = z;
    }
}
