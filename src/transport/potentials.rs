//! Dual potentials, which prove a coupling optimal, and what they say about weights.

use super::cost::{check_convex, cost_of_cells};
use super::wasserstein::in_range;
use crate::error::Error;
use crate::kernels::cells::for_each_cell;
use crate::kernels::scale::halving;
use crate::kernels::sum::{Sum, two_sum};
use crate::sample::IndexedSample;

/// Prices of the rows of two samples that prove the optimal transport cost. Made by [`potentials`].
///
/// ```text
/// a[i] + b[j] <= h(x_i - y_j) for all i, j            sum_i p_i a[i] + sum_j q_j b[j] = OT_h
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Potentials {
    /// The value of the dual problem: the transport cost, added up as that.
    pub value: f64,
    /// Of the rows of the data of `a`; 0 for the smallest value.
    pub a: Vec<f64>,
    /// Of the rows of the data of `b`.
    pub b: Vec<f64>,
}

/// What does each row contribute to the cost of carrying `a` to `b`? Optimal dual potentials.
///
/// ```text
/// maximise sum_i p_i phi_i + sum_j q_j psi_j      subject to phi_i + psi_j <= h(x_i - y_j) for all i, j
/// ```
///
/// From the smallest pair on, along the coupling: phi_i + psi_j = h(x_i - y_j) at each of its atoms; where both
/// rows change at once, the step (i + 1, j) of mass zero stands between. Along such a staircase the potentials of
/// a convex cost are feasible for *every* pair. Rows of weight 0 are steps of mass zero likewise. Prices are carried
/// in twice the precision of f64: sums hold up to the rounding of h itself.
///
/// `cost` is h, as in [`transport_cost`](crate::transport_cost), checked likewise. Potentials are unique up to a
/// constant that moves from a to b, except where levels coincide (equal sizes, for instance): then one optimal
/// choice of several.
///
/// Cost O(n + m) evaluations.
///
/// # Errors
/// As [`transport_cost`](crate::transport_cost); [`Error::OutOfRange`] where a potential is beyond the range of f64,
/// which it can be where no cost is.
///
/// Reference: Villani 2003, chapter 1; Santambrogio 2015, chapter 1.
///
/// ```
/// use risk_sd::{IndexedSample, potentials, transport_cost};
///
/// let a = IndexedSample::new([4.0, 0.0, 2.0])?;
/// let b = IndexedSample::new([3.0, 1.0])?;
/// let prices = potentials(&a, &b, |d| d * d)?;
/// assert_eq!(prices.a, [0.0, 0.0, 0.0]);
/// assert_eq!(prices.b, [1.0, 1.0]);
/// assert_eq!(prices.value, transport_cost(a.sample(), b.sample(), |d| d * d)?);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "Kantorovich potential")]
#[doc(alias = "dual")]
#[doc(alias = "shadow price")]
pub fn potentials(
    a: &IndexedSample,
    b: &IndexedSample,
    cost: impl Fn(f64) -> f64,
) -> Result<Potentials, Error> {
    let (of_a, of_b) = (Ladder::of(a), Ladder::of(b));
    let mut stairs = Staircase::at_the_foot(&of_a.values, &of_b.values, &cost)?;
    let mut failed = None;
    for_each_cell(a.sample().law(), b.sample().law(), |i, j, _| {
        if failed.is_none() {
            failed = stairs.step_to(of_a.rung[i], of_b.rung[j]).err();
        }
    });
    match failed {
        Some(error) => return Err(error),
        None => stairs.step_to(of_a.values.len() - 1, of_b.values.len() - 1)?,
    }
    check_convex(stairs.seen)?;
    // Prices are as large as differences within a sample, and would cancel where the samples are close.
    let value = cost_of_cells(a.sample().law(), b.sample().law(), &cost)?;
    Ok(Potentials { value, a: of_a.by_row(&stairs.phi), b: of_b.by_row(&stairs.psi) })
}

/// How does the cost of carrying `a` to `b` change with the weights of the rows?
///
/// ```text
/// d OT_h / d w_i = (phi_i - sum_k p_k phi_k) / W          W = sum of the weights, p = w / W
/// ```
///
/// The derivative with respect to the weights as given to [`IndexedSample::weighted`] (1 for each row without
/// weights). Masses are weights over their sum, so only directions that keep the total matter: the weighted sum of
/// the gradient of each side is 0. Where levels of both samples coincide the cost has a kink in the weights, and
/// this is one subgradient.
///
/// Cost O(n + m).
///
/// # Errors
/// As [`potentials`]; [`Error::OutOfRange`] where a derivative is beyond the range of f64, as for weights of 1e-320.
///
/// ```
/// use risk_sd::{IndexedSample, weight_gradient};
///
/// let a = IndexedSample::weighted([0.0, 1.0], [1.0, 2.0])?;
/// let b = IndexedSample::new([0.0])?;
/// // OT = w_1 / (w_0 + w_1) for h = |d|.
/// let gradient = weight_gradient(&a, &b, f64::abs)?;
/// assert!((gradient.a[0] + 2.0 / 9.0).abs() < 1e-15);
/// assert!((gradient.a[1] - 1.0 / 9.0).abs() < 1e-15);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn weight_gradient(
    a: &IndexedSample,
    b: &IndexedSample,
    cost: impl Fn(f64) -> f64,
) -> Result<super::TransportGradient, Error> {
    let prices = potentials(a, b, cost)?;
    let centred = |data: &IndexedSample, prices: &[f64]| -> Result<Vec<f64>, Error> {
        let sample = data.sample();
        let mut mean = Sum::default();
        for (k, &row) in data.rows().iter().enumerate() {
            mean.add(sample.mass(k) * prices[row as usize]);
        }
        let derivative = |price: &f64| data.over_total_weight(price - mean.value());
        prices.iter().map(|price| in_range("a derivative by a weight", derivative(price))).collect()
    };
    Ok(super::TransportGradient {
        value: prices.value,
        a: centred(a, &prices.a)?,
        b: centred(b, &prices.b)?,
    })
}

/// A price as an unevaluated sum of two f64.
type Price = (f64, f64);

/// All rows of the data in ascending order of their values, those of weight 0 among them.
struct Ladder {
    values: Vec<f64>,
    rows: Vec<u32>,
    /// Where each position of the sample stands.
    rung: Vec<usize>,
}

impl Ladder {
    fn of(data: &IndexedSample) -> Ladder {
        let mut ladder = Ladder { values: Vec::new(), rows: Vec::new(), rung: Vec::new() };
        let mut weightless = data.weightless().iter().peekable();
        for (&value, &row) in data.sample().values().iter().zip(data.rows()) {
            while let Some(&(row, value)) = weightless.next_if(|(_, light)| *light <= value) {
                ladder.push(value, row);
            }
            ladder.rung.push(ladder.rows.len());
            ladder.push(value, row);
        }
        weightless.for_each(|&(row, value)| ladder.push(value, row));
        ladder
    }

    fn push(&mut self, value: f64, row: u32) {
        self.values.push(value);
        self.rows.push(row);
    }

    /// The rounded prices in the order of the data.
    fn by_row(&self, prices: &[Price]) -> Vec<f64> {
        let mut of_row = vec![0.0; self.rows.len()];
        for (&row, price) in self.rows.iter().zip(prices) {
            of_row[row as usize] = price.0 + price.1;
        }
        of_row
    }
}

/// Prices so far, from the smallest pair up.
struct Staircase<'a, H> {
    x: &'a [f64],
    y: &'a [f64],
    cost: &'a H,
    phi: Vec<Price>,
    psi: Vec<Price>,
    /// Evaluated differences and costs, in builds that check convexity.
    seen: Vec<(f64, f64)>,
}

impl<'a, H: Fn(f64) -> f64> Staircase<'a, H> {
    fn at_the_foot(x: &'a [f64], y: &'a [f64], cost: &'a H) -> Result<Self, Error> {
        let (phi, psi, seen) = (vec![(0.0, 0.0)], Vec::with_capacity(y.len()), Vec::new());
        let mut stairs = Staircase { x, y, cost, phi, psi, seen };
        let first = stairs.cost(0, 0)?;
        stairs.psi.push((first, 0.0));
        Ok(stairs)
    }

    /// Prices everything up to (i, j): first the rungs of x against the last y so far, then those of y.
    fn step_to(&mut self, i: usize, j: usize) -> Result<(), Error> {
        while self.phi.len() <= i {
            let column = self.psi.len() - 1;
            let cost = self.cost(self.phi.len(), column)?;
            self.phi.push(rest(cost, self.psi[column])?);
        }
        while self.psi.len() <= j {
            let cost = self.cost(i, self.psi.len())?;
            self.psi.push(rest(cost, self.phi[i])?);
        }
        Ok(())
    }

    fn cost(&mut self, i: usize, j: usize) -> Result<f64, Error> {
        let difference = self.x[i] - self.y[j];
        let cost = (self.cost)(difference);
        if !cost.is_finite() {
            return Err(Error::CostNotFinite { difference, cost });
        }
        if cfg!(debug_assertions) {
            self.seen.push((difference, cost));
        }
        Ok(cost)
    }
}

/// `cost - price`.
fn rest(cost: f64, price: Price) -> Result<Price, Error> {
    // A step of the error-free sum could leave the range of f64 where the sum itself does not.
    let unit = halving(cost.abs().max(price.0.abs()));
    let (sum, error) = two_sum(cost / unit, -price.0 / unit);
    let rest = (sum * unit, error * unit - price.1);
    in_range("a potential", rest.0 + rest.1)?;
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn data(values: &[i32], weights: &[u32]) -> IndexedSample {
        let weights = weights[..values.len()].iter().map(|&w| f64::from(w));
        IndexedSample::weighted(values.iter().map(|&v| f64::from(v)), weights).unwrap()
    }

    proptest! {
        /// Integer data and costs: every sum is exact, so feasibility must be.
        #[test]
        fn feasible_for_every_pair_and_equal_to_the_primal(
            x in prop::collection::vec(-9i32..9, 1..9), y in prop::collection::vec(-9i32..9, 1..9),
            mut v in prop::collection::vec(0u32..4, 9), mut w in prop::collection::vec(0u32..4, 9),
        ) {
            (v[0], w[0]) = (v[0].max(1), w[0].max(1));
            let (a, b) = (data(&x, &v), data(&y, &w));
            let costs: [fn(f64) -> f64; 5] =
                [|d| d * d, f64::abs, |d| (-d).max(0.0), |d| d.max(0.0).powi(2) + 3.0 * d, |d| d.powi(4)];
            for cost in costs {
                let prices = potentials(&a, &b, cost).unwrap();
                for (i, xi) in x.iter().enumerate() {
                    for (j, yj) in y.iter().enumerate() {
                        prop_assert!(prices.a[i] + prices.b[j] <= cost(f64::from(xi - yj)));
                    }
                }
                let earned = |prices: &[f64], weights: &[u32]| {
                    let weights = weights[..prices.len()].iter().map(|w| f64::from(*w));
                    let sum: f64 = prices.iter().zip(weights.clone()).map(|(price, w)| price * w).sum();
                    sum / weights.sum::<f64>()
                };
                let dual = earned(&prices.a, &v) + earned(&prices.b, &w);
                let size = 1.0 + prices.a.iter().chain(&prices.b).fold(0.0_f64, |m, p| m.max(p.abs()));
                prop_assert!((prices.value - dual).abs() <= 1e-14 * size);
            }
        }
    }

    #[test]
    fn the_value_of_close_samples_keeps_its_digits() {
        let x: [f64; 4] = [1.0, 20.0, 300.0, 4000.0];
        let other = [x[0], x[1], x[2].next_up(), x[3]];
        let data = |values: [f64; 4]| IndexedSample::new(values).unwrap();
        let step = 2f64.powi(-44);
        let value = |other: [f64; 4]| potentials(&data(x), &data(other), |d| d * d).unwrap().value;
        assert_eq!((value(x), value(other)), (0.0, step * step / 4.0));
    }

    #[test]
    fn beyond_the_range_of_f64_is_an_error() {
        let a = IndexedSample::new([0.0, 4.0]).unwrap();
        let b = IndexedSample::new([0.0, 5.0]).unwrap();
        let steep = |d: f64| 4e307 * d;
        let error = potentials(&a, &b, |d| steep(d) + 1e308 * (d.abs() - 4.0).max(0.0)).unwrap_err();
        assert_eq!(error, Error::OutOfRange { what: "a potential" });
        // The rest of these is an f64, which the usual way of adding them does not find.
        let (pair, one) = (IndexedSample::new([0.0, 1.0]).unwrap(), IndexedSample::new([0.0]).unwrap());
        let part = -0.49 * f64::MAX;
        let prices = potentials(&pair, &one, |d| if d == 0.0 { f64::MIN } else { part }).unwrap();
        assert_eq!((prices.a, prices.b), (vec![0.0, f64::MAX + part], vec![f64::MIN]));
        let light = IndexedSample::weighted([0.0, 4.0], [5e-324, 1e-323]).unwrap();
        let error = weight_gradient(&light, &b, f64::abs).unwrap_err();
        assert_eq!(error, Error::OutOfRange { what: "a derivative by a weight" });
        let heavy = IndexedSample::weighted([0.0, 4.0], [f64::MAX, f64::MAX]).unwrap();
        let found = weight_gradient(&heavy, &b, |d| 1e300 * d.abs()).unwrap();
        let plain = weight_gradient(&a, &b, |d| d.abs()).unwrap();
        for (found, plain) in found.a.iter().zip(&plain.a) {
            assert!((found - plain * 1e300 / f64::MAX).abs() < 1e-22, "{found} {plain}");
        }
    }

    /// h(x_1 - y_1) - h(x_1 - y_0) + h(x_0 - y_0) = 1 - 1 + 2^-60.
    #[test]
    fn prices_keep_what_sums_lose() {
        let data = |values: [f64; 2]| IndexedSample::new(values).unwrap();
        let prices = potentials(&data([2f64.powi(-30), 1.0]), &data([0.0, 2.0]), |d| d * d).unwrap();
        assert_eq!((prices.a, prices.b), (vec![0.0, 1.0], vec![2f64.powi(-60); 2]));
    }

    #[test]
    fn rests_are_exact_up_to_the_end_of_the_range() {
        let [tiny, least] = [-60, -100].map(|exponent| 2f64.powi(exponent));
        for scale in [1.0, 2f64.powi(1023)] {
            let found = rest(scale, (scale * tiny, scale * least)).unwrap();
            assert_eq!(found, (scale, scale * (-tiny - least)));
        }
        // Half a step above the largest f64.
        let quarter = -2f64.powi(969);
        assert_eq!(rest(f64::MAX, (quarter, -quarter)), Ok((f64::MAX, 0.0)));
        let error = rest(f64::MAX, (quarter, quarter));
        assert_eq!(error, Err(Error::OutOfRange { what: "a potential" }));
    }
}
