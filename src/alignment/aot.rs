//! Alignment by optimal transport: the settings, the doors, the result. What they take is in `aot_batch.rs`.

use super::aot_batch::{LogRatios, PairedLogProbabilities};
use super::check_positive;
use super::integral::objective;
use super::loss::AotLoss;
use super::side::Side;
use crate::dominance::Order;
use crate::error::Error;

/// Which gradient moves the rewards of chosen answers above those of rejected ones, as distributions?
///
/// With u the chosen and v the rejected side, Q their quantile functions, `G(p) = int_0^p Q` and l an [`AotLoss`]:
///
/// ```text
/// first order   L = int_0^1 l(Q_u(p) - Q_v(p)) dp       small where u dominates v to the first order
/// second order  L = int_0^1 l(G_u(p) - G_v(p)) dp       small where u dominates v to the second order
/// ```
///
/// Answers need not come in pairs. Sizes may differ and rows may carry weights: the integrals are exact sums over
/// the cells between the levels of both sides. At equal sizes the first order is the mean of `l(u_(k) - v_(k))`
/// over the sorted values. A batch of one is direct preference optimisation (DPO), with the other losses its
/// relatives (IPO, SLiC). For a convex loss, as all of these are, L of the first order is the optimal transport cost
/// of `l(u - v)`.
///
/// Conventions: tied rows keep their order; where rows of a side tie, and at the kink of the hinge, the gradient is one
/// of several subgradients. Adding a constant to both sides changes nothing, so the gradients sum to 0 over all rows.
/// A value beyond the range of f64 is infinite; NaN never comes out.
///
/// ```
/// use risk_sd::{Aot, AotLoss, Order};
///
/// let (chosen, rejected) = ([1.0, -1.0, 0.5], [0.0, 0.25, -2.0]);
/// let aot = Aot::new(AotLoss::LeastSquares { margin: 0.5 });
/// let first = aot.unpaired(&chosen, &rejected)?;
/// assert!((first.value - 5.0 / 48.0).abs() < 1e-15);
/// assert!((first.gradient_chosen[1] - 1.0 / 3.0).abs() < 1e-15);
///
/// // A risk-averse chooser's objective.
/// let second = aot.order(Order::Second).unpaired(&chosen, &rejected)?;
/// assert!(second.gradient_chosen[1] < second.gradient_chosen[0]); // the worst answer counts most
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: O(n log n + m log m).
///
/// References: Melnyk et al. 2024 (2406.05882) for the first order; the second order and its gradient are this
/// crate's own (`docs/statistics.md`).
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[doc(alias = "AOT")]
#[doc(alias = "alignment via optimal transport")]
pub struct Aot {
    loss: AotLoss,
    order: Order,
    soft_sort: Option<f64>,
}

impl Default for Aot {
    fn default() -> Aot {
        Aot::new(AotLoss::default())
    }
}

impl Aot {
    /// The objective of the first order, sorted hard.
    pub const fn new(loss: AotLoss) -> Aot {
        Aot { loss, order: Order::First, soft_sort: None }
    }

    /// The order of dominance that is aimed at.
    #[must_use]
    pub const fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Puts [soft sorts](crate::soft_sort) of this strength in the place of both quantile functions.
    #[must_use]
    pub const fn soft_sort(mut self, strength: f64) -> Self {
        self.soft_sort = Some(strength);
        self
    }

    /// The objective of chosen against rejected answers that need not belong together: `aot_unpaired` of TRL.
    ///
    /// The values are log-ratios of policy and reference, or any rewards. Gradients are with respect to them,
    /// hence to the log-probabilities under the policy too.
    ///
    /// # Errors
    /// [`Error::InColumn`] names the side: [`Error::Empty`], [`Error::NotFinite`] with the row,
    /// [`Error::UnequalLengths`], [`Error::InvalidWeight`] or [`Error::ZeroWeights`] of its weights,
    /// [`Error::SoftSortOfWeights`]. Settings: [`Error::NotPositive`] for beta or the strength of a soft sort,
    /// [`Error::InvalidLabelSmoothing`], [`Error::Negative`] for a margin.
    pub fn unpaired<'a, 'b>(
        &self,
        chosen: impl Into<LogRatios<'a>>,
        rejected: impl Into<LogRatios<'b>>,
    ) -> Result<AotObjective, Error> {
        self.check()?;
        let (chosen, rejected) = (chosen.into(), rejected.into());
        let chosen = self.side("chosen", chosen.values, chosen.weights)?;
        let rejected = self.side("rejected", rejected.values, rejected.weights)?;
        let found = objective(self.order, self.loss, &chosen, &rejected);
        Ok(AotObjective {
            value: found.value,
            gradient_chosen: found.chosen,
            gradient_rejected: found.rejected,
            settings: *self,
        })
    }

    /// The objective of pairs: shall the margin of chosen over rejected be larger, as a distribution, under the
    /// policy than under the reference? `aot` of TRL.
    ///
    /// ```text
    /// u_i = policy_chosen_i - policy_rejected_i        v_i = reference_chosen_i - reference_rejected_i
    /// ```
    ///
    /// Gradients are with respect to the log-probabilities under the policy; the reference is fixed.
    ///
    /// ```
    /// use risk_sd::{Aot, PairedLogProbabilities};
    ///
    /// // A batch of one pair: the loss of direct preference optimisation.
    /// let pair = PairedLogProbabilities {
    ///     policy_chosen: &[-4.0],
    ///     policy_rejected: &[-5.0],
    ///     reference_chosen: &[-4.5],
    ///     reference_rejected: &[-4.5],
    ///     weights: None,
    /// };
    /// let objective = Aot::default().paired(&pair)?;
    /// let dpo = (1.0 + (-0.1f64).exp()).ln(); // beta 0.1, margin 1 under the policy, 0 under the reference
    /// assert!((objective.value - dpo).abs() < 1e-15);
    /// assert_eq!(objective.gradient_rejected[0], -objective.gradient_chosen[0]);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Aot::unpaired`]; [`Error::UnequalLengths`] where the columns differ in length. A margin beyond the
    /// range of f64 is [`Error::NotFinite`].
    pub fn paired(&self, batch: &PairedLogProbabilities<'_>) -> Result<AotObjective, Error> {
        self.check()?;
        let (policy, reference) = batch.margins()?;
        let policy = self.side("margin under the policy", &policy, batch.weights)?;
        let reference = self.side("margin under the reference", &reference, batch.weights)?;
        let found = objective(self.order, self.loss, &policy, &reference);
        Ok(AotObjective {
            value: found.value,
            gradient_rejected: found.chosen.iter().map(|slope| -slope).collect(),
            gradient_chosen: found.chosen,
            settings: *self,
        })
    }

    fn check(&self) -> Result<(), Error> {
        self.loss.check()?;
        self.soft_sort
            .map_or(Ok(()), |strength| check_positive("the strength of the soft sort", strength))
    }

    fn side(&self, column: &str, values: &[f64], weights: Option<&[f64]>) -> Result<Side, Error> {
        Side::new(values, weights, self.soft_sort).map_err(|error| error.in_column(column))
    }
}

/// An objective to be made small, and its gradient.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AotObjective {
    /// The objective, not negative.
    #[doc(alias = "loss")]
    pub value: f64,
    /// Derivatives with respect to the chosen rows, in the order they were given.
    pub gradient_chosen: Vec<f64>,
    /// Derivatives with respect to the rejected rows, in the order they were given.
    pub gradient_rejected: Vec<f64>,
    /// What was computed.
    pub settings: Aot,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::sum::sum;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    const LOSSES: [AotLoss; 6] = [
        AotLoss::Logistic { beta: 1.0, label_smoothing: 0.0 },
        AotLoss::Logistic { beta: 0.3, label_smoothing: 0.1 },
        AotLoss::SquaredHinge { margin: 0.0 },
        AotLoss::SquaredHinge { margin: 0.5 },
        AotLoss::LeastSquares { margin: 0.5 },
        AotLoss::Hinge { margin: 0.25 },
    ];
    const ORDERS: [Order; 2] = [Order::First, Order::Second];

    /// Both columns, sorted, every row repeated up to the common size: integer weights.
    fn expanded(u: &[(f64, usize)], v: &[(f64, usize)]) -> Vec<(f64, f64)> {
        let total = |rows: &[(f64, usize)]| rows.iter().map(|r| r.1).sum::<usize>();
        let expand = |rows: &[(f64, usize)], times: usize| {
            let mut all: Vec<f64> =
                rows.iter().flat_map(|r| std::iter::repeat_n(r.0, r.1 * times)).collect();
            all.sort_by(f64::total_cmp);
            all
        };
        expand(u, total(v)).into_iter().zip(expand(v, total(u))).collect()
    }

    /// Order 1: the mean of the loss.
    fn naive_first(loss: AotLoss, u: &[(f64, usize)], v: &[(f64, usize)]) -> f64 {
        let rows = expanded(u, v);
        rows.iter().map(|(u, v)| loss.value(u - v)).sum::<f64>() / rows.len() as f64
    }

    /// Order 2: G by prefix sums, each piece by the midpoint rule (error below 36 / 12 / pieces^2 for squares).
    fn naive_second(loss: AotLoss, u: &[(f64, usize)], v: &[(f64, usize)], pieces: usize) -> f64 {
        let rows = expanded(u, v);
        let n = rows.len() as f64;
        let (mut height, mut value) = (0.0, 0.0);
        for (u, v) in rows {
            for k in 0..pieces {
                let t = (k as f64 + 0.5) / pieces as f64;
                value += loss.value(height + t * (u - v) / n) / (n * pieces as f64);
            }
            height += (u - v) / n;
        }
        value
    }

    fn unpaired(aot: Aot, u: &[(f64, usize)], v: &[(f64, usize)]) -> AotObjective {
        let split = |rows: &[(f64, usize)]| -> (Vec<f64>, Vec<f64>) {
            (rows.iter().map(|r| r.0).collect(), rows.iter().map(|r| r.1 as f64).collect())
        };
        let ((u, wu), (v, wv)) = (split(u), split(v));
        aot.unpaired(LogRatios::weighted(&u, &wu), LogRatios::weighted(&v, &wv)).unwrap()
    }

    fn rows() -> impl Strategy<Value = Vec<(f64, usize)>> {
        prop::collection::vec((-3.0..3.0f64, 1usize..4), 1..7)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn values_agree_with_the_naive_twins(u in rows(), v in rows()) {
            for loss in LOSSES {
                let first = unpaired(Aot::new(loss), &u, &v).value;
                prop_assert!((first - naive_first(loss, &u, &v)).abs() < 1e-13);
                let second = unpaired(Aot::new(loss).order(Order::Second), &u, &v).value;
                prop_assert!((second - naive_second(loss, &u, &v, 400)).abs() < 5e-5, "{loss}: {second}");
            }
        }

        #[test]
        fn gradients_agree_with_differences(u in rows(), v in rows(), soft in 0u32..3) {
            // Equal weights for soft sorts; smooth losses, because differences across a kink prove nothing.
            let even = |rows: &[(f64, usize)]| rows.iter().map(|r| (r.0, 1)).collect::<Vec<_>>();
            let (u, v) = if soft > 0 { (even(&u), even(&v)) } else { (u, v) };
            for (loss, order) in LOSSES.into_iter().flat_map(|l| ORDERS.map(|o| (l, o))) {
                let aot = Aot::new(loss).order(order);
                let aot = [aot, aot.soft_sort(0.5), aot.soft_sort(5.0)][soft as usize];
                let found = unpaired(aot, &u, &v);
                let at = |side: usize, row: usize, step: f64| {
                    let mut sides = [u.clone(), v.clone()];
                    sides[side][row].0 += step;
                    unpaired(aot, &sides[0], &sides[1]).value
                };
                let gradients = [&found.gradient_chosen, &found.gradient_rejected];
                for (side, row) in (0..u.len()).map(|i| (0, i)).chain((0..v.len()).map(|j| (1, j))) {
                    let step = 1e-6;
                    let forward = (at(side, row, step) - found.value) / step;
                    let backward = (found.value - at(side, row, -step)) / step;
                    // A kink or an exchange of rows within a step: then the gradient lies between.
                    let slack = 2e-8 + (forward - backward).abs();
                    let central = 0.5 * (forward + backward);
                    let gradient = gradients[side][row];
                    prop_assert!((gradient - central).abs() < slack, "{loss}, {order}: {gradient} {central}");
                }
            }
        }

        #[test]
        fn shifts_scales_and_permutations(u in rows(), v in rows(), shift in -1e3..1e3f64) {
            for (loss, order) in LOSSES.into_iter().flat_map(|l| ORDERS.map(|o| (l, o))) {
                let aot = Aot::new(loss).order(order);
                let found = unpaired(aot, &u, &v);
                let balance = sum(found.gradient_chosen.iter().chain(&found.gradient_rejected).copied());
                prop_assert!(balance.abs() < 1e-15, "{balance}");
                let moved = |rows: &[(f64, usize)]| rows.iter().map(|r| (r.0 + shift, r.1)).collect::<Vec<_>>();
                let shifted = unpaired(aot, &moved(&u), &moved(&v)).value;
                prop_assert!((shifted - found.value).abs() < 1e-10 * (1.0 + found.value));
                let mut reversed = u.clone();
                reversed.reverse();
                let other = unpaired(aot, &reversed, &v);
                prop_assert_eq!(other.value, found.value);
                let twice = |rows: &[(f64, usize)]| rows.iter().chain(rows).copied().collect::<Vec<_>>();
                let doubled = unpaired(aot, &twice(&u), &v);
                prop_assert!((doubled.value - found.value).abs() < 1e-14 * (1.0 + found.value));
            }
        }

        #[test]
        fn powers_of_two_scale_exactly(u in rows(), v in rows(), exponent in -900i32..900) {
            let unit = 2f64.powi(exponent);
            let scaled = |rows: &[(f64, usize)]| rows.iter().map(|r| (r.0 * unit, r.1)).collect::<Vec<_>>();
            for order in ORDERS {
                let hinge = |margin: f64| Aot::new(AotLoss::Hinge { margin }).order(order);
                let plain = unpaired(hinge(0.25), &u, &v);
                let found = unpaired(hinge(0.25 * unit), &scaled(&u), &scaled(&v));
                prop_assert_eq!(found.value, plain.value * unit);
                prop_assert_eq!(found.gradient_chosen, plain.gradient_chosen);
                let squares = |margin: f64| Aot::new(AotLoss::LeastSquares { margin }).order(order);
                let plain = unpaired(squares(0.25), &u, &v);
                let found = unpaired(squares(0.25 * unit), &scaled(&u), &scaled(&v));
                let slopes: Vec<f64> = plain.gradient_chosen.iter().map(|slope| slope * unit).collect();
                prop_assert_eq!(found.gradient_chosen, slopes);
                prop_assert_eq!(found.value, plain.value * unit * unit);
            }
        }
    }

    #[test]
    fn second_order_by_hand() {
        // u = {0, 2}, v = {1, 1}: D falls from 0 to -1/2 and comes back: int D^2 = 1/12, int |D| = 1/4.
        let (u, v) = ([0.0, 2.0], [1.0, 1.0]);
        let second = |loss| Aot::new(loss).order(Order::Second).unpaired(&u, &v).unwrap();
        let squares = second(AotLoss::SquaredHinge { margin: 0.0 });
        assert_relative_eq!(squares.value, 1.0 / 12.0, max_relative = 1e-15);
        // S(p) = -2 int_p^1 |D|: -(1/2 - p^2) below 1/2 and -(1 - p)^2 above; integrals -5/24 and -1/24.
        assert_relative_eq!(squares.gradient_chosen[0], -5.0 / 24.0, max_relative = 1e-15);
        assert_relative_eq!(squares.gradient_chosen[1], -1.0 / 24.0, max_relative = 1e-15);
        let hinge = second(AotLoss::Hinge { margin: 0.0 });
        // S(p) = -(1 - p): integrals -3/8 and -1/8.
        assert_relative_eq!(hinge.value, 0.25, max_relative = 1e-15);
        assert_relative_eq!(hinge.gradient_chosen[0], -0.375, max_relative = 1e-15);
        assert_relative_eq!(hinge.gradient_chosen[1], -0.125, max_relative = 1e-15);
        // {1, 1} dominates {0, 2} to the second order, though not to the first.
        let reverse = Aot::new(AotLoss::SquaredHinge { margin: 0.0 });
        assert_eq!(reverse.order(Order::Second).unpaired(&v, &u).unwrap().value, 0.0);
        assert_eq!(reverse.unpaired(&v, &u).unwrap().value, 0.5);
    }

    #[test]
    fn the_ends_of_the_range_of_f64() {
        for (loss, order) in LOSSES.into_iter().flat_map(|l| ORDERS.map(|o| (l, o))) {
            for large in [1e-300, 1e300, f64::MAX] {
                let aot = Aot::new(loss).order(order);
                let found = aot.unpaired(&[large, -large, 0.0], &[-0.0, large, -large]).unwrap();
                assert!(found.value >= 0.0, "{loss}: {}", found.value);
                let all = found.gradient_chosen.iter().chain(&found.gradient_rejected);
                assert!(all.clone().all(|slope| !slope.is_nan()), "{loss}: {all:?}");
            }
        }
        // The mean of 2 MAX and 0 is MAX.
        let hinge = Aot::new(AotLoss::Hinge { margin: 0.0 });
        let found = hinge.unpaired(&[f64::MIN, f64::MAX], &[f64::MAX, f64::MAX]).unwrap();
        assert_eq!((found.value, &found.gradient_chosen[..]), (f64::MAX, &[-0.5, 0.0][..]));
    }

    #[test]
    fn zeros_of_either_sign_tie_and_rows_without_weight_do_not_move() {
        let aot = Aot::default();
        let plain = aot.unpaired(&[0.0, 0.0, 1.0], &[0.5]).unwrap();
        assert_eq!(aot.unpaired(&[0.0, -0.0, 1.0], &[0.5]).unwrap(), plain);
        let weighted = LogRatios::weighted(&[9.0, 0.0, 0.0, 1.0], &[0.0, 2.0, 2.0, 2.0]);
        let found = aot.unpaired(weighted, &[0.5]).unwrap();
        assert_eq!(found.value, plain.value);
        assert_eq!(found.gradient_chosen[0], 0.0);
        assert_eq!(found.gradient_chosen[1..], plain.gradient_chosen);
    }

    #[test]
    fn soft_sorts_of_infinite_slopes_are_no_nan() {
        let aot = Aot::new(AotLoss::SquaredHinge { margin: f64::MAX }).soft_sort(1.0);
        let found = aot.unpaired(&[-1e300, 1e-300], &[-5e-324, 1.0, -1.0]).unwrap();
        assert!(found.gradient_chosen.iter().chain(&found.gradient_rejected).all(|g| !g.is_nan()));
        assert_eq!(found.value, f64::INFINITY);
    }
}
