//! Sums over the rows of a sample, each with its mass.

use crate::kernels::scale::power_of_two_below;
use crate::kernels::sum::{Sum, two_product};
use crate::sample::Sample;

/// Masses of the rows in the unit of the sample's law: 1 per row without weights, else `w_i` over a power
/// of two.
///
/// Each weight is taken as given and not as the difference of two prefix sums, in which a weight of
/// 1e-20 beside one of 1 would be lost with whatever value it carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Masses<'a> {
    weights: Option<&'a [f64]>,
    unit: f64,
    rows: usize,
    total: f64,
}

impl<'a> Masses<'a> {
    pub(super) fn of(sample: &'a Sample) -> Masses<'a> {
        let weights = sample.weights();
        let heaviest = weights.into_iter().flatten().copied().fold(0.0, f64::max);
        let unit = power_of_two_below(heaviest);
        Masses { weights, unit, rows: sample.len(), total: sample.law().total() }
    }

    /// The mass of a row.
    #[inline(always)]
    pub(super) fn row(self, i: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[i] / self.unit)
    }

    /// The mass of all rows.
    pub(super) fn total(self) -> f64 {
        self.total
    }

    /// sum of mass * value over some rows, each product with its rounding error.
    #[inline(always)]
    pub(super) fn sum(self, rows: impl IntoIterator<Item = usize>, value: impl Fn(usize) -> f64) -> Sum {
        let mut total = Sum::default();
        for i in rows {
            if self.weights.is_none() {
                total.add(value(i));
            } else {
                let (product, error) = two_product(self.row(i), value(i));
                total.add(product);
                total.add(error);
            }
        }
        total
    }

    /// Mean over all rows of `value`, which is not near the end of the range of f64.
    pub(super) fn mean(self, value: impl Fn(usize) -> f64) -> f64 {
        self.sum(0..self.rows, value).value() / self.total
    }
}
