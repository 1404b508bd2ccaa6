//! Almost dominance by areas between distribution functions (L1), as Leshno and Levy and Tzeng, Huang and
//! Shih define it. The crate's own ratio, on squared areas between quantile functions, is another one.

use super::pooled::{for_each_value, level_difference};
use crate::kernels::cells::{Law, cell_total};
use crate::kernels::scale::Differences;
use crate::kernels::sum::{DoubleDouble, Sum, sum};
use crate::sample::Sample;

/// A violation ratio by areas: what part of the area between two curves speaks against X?
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct L1Ratio {
    /// In [0, 1]: 0 where X dominates. Below 1/2 X almost dominates Y; the second order also asks for
    /// `mean_difference >= 0`. 1/2 by convention where the distributions are identical.
    pub ratio: f64,
    /// Mean of X minus mean of Y, with the sign of the exact difference.
    pub mean_difference: f64,
    /// `W_1 = int |F_X - F_Y| dz`, in the unit of the data: 0 where the distributions are identical.
    pub wasserstein_1: f64,
}

/// Almost first-order dominance of X over Y after Leshno and Levy.
///
/// `int (F_X - F_Y)_+ dz / int |F_X - F_Y| dz`, equal to `int (Q_Y - Q_X)_+ dp / W_1`. The ratio of Y over
/// X is one minus this; it is below 1/2 exactly where X has the larger mean.
///
/// Exact on the pooled values, with weights and ties. Identical distributions: 1/2, as for the violation
/// ratio of squared areas. Cost O(n + m).
///
/// Reference: Leshno, Levy 2002.
///
/// ```
/// use risk_sd::{Sample, l1_order1};
///
/// let ratio = l1_order1(&Sample::new([0.0, 2.0, 4.0])?, &Sample::new([1.0, 1.5, 3.0])?);
/// assert_eq!(ratio.ratio, 2.0 / 5.0);
/// assert_eq!(ratio.wasserstein_1, 5.0 / 6.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "AFSD")]
#[doc(alias = "Leshno-Levy")]
pub fn l1_order1(x: &Sample, y: &Sample) -> L1Ratio {
    let steps = Steps::of(x.law(), y.law());
    steps.ratio(steps.against, steps.distance)
}

/// Almost second-order dominance of X over Y after Tzeng, Huang and Shih.
///
/// `int (F_X^(2) - F_Y^(2))_+ dz / int |F_X^(2) - F_Y^(2)| dz` over the pooled range. Dominance also asks
/// for [`L1Ratio::mean_difference`] >= 0.
///
/// Exact on the pooled values, with weights and ties. Identical distributions: 1/2. Cost O(n + m).
///
/// Reference: Tzeng, Huang, Shih 2013.
///
/// ```
/// use risk_sd::{Sample, l1_order2_ths};
///
/// let ratio = l1_order2_ths(&Sample::new([0.0, 2.0, 4.0])?, &Sample::new([1.0, 1.5, 3.0])?);
/// assert!((ratio.ratio - 16.0 / 17.0).abs() < 1e-15);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "ASSD")]
#[doc(alias = "Tzeng-Huang-Shih")]
pub fn l1_order2_ths(x: &Sample, y: &Sample) -> L1Ratio {
    let steps = Steps::of(x.law(), y.law());
    let (against, distance) = steps.integrated_areas();
    steps.ratio(against, distance)
}

/// Almost second-order dominance of X over Y after Leshno and Levy.
///
/// `int of F_X - F_Y over {F_X > F_Y and F_X^(2) > F_Y^(2)} / int |F_X - F_Y| dz`. It counts less against X
/// than [`l1_order1`]: only where the integrated distribution function is higher too. The ratios of X over
/// Y and of Y over X do not sum to one.
///
/// Exact on the pooled values, with weights and ties. Identical distributions: 1/2. Cost O(n + m).
///
/// Reference: Leshno, Levy 2002.
///
/// ```
/// use risk_sd::{Sample, l1_order2_ll};
///
/// let x = Sample::new([1.0, 4.0, 7.0])?;
/// let y = Sample::weighted([2.0, 3.0, 5.0], [1.0, 1.0, 4.0])?;
/// assert_eq!(l1_order2_ll(&x, &y).ratio, 5.0 / 9.0);
/// assert_eq!(l1_order2_ll(&y, &x).ratio, 0.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "ASSD")]
#[doc(alias = "Leshno-Levy")]
pub fn l1_order2_ll(x: &Sample, y: &Sample) -> L1Ratio {
    let steps = Steps::of(x.law(), y.law());
    steps.ratio(steps.rise(), steps.distance)
}

/// D_1 = F_x - F_y and D_2 = F_x^(2) - F_y^(2) over the gaps between pooled values. D_1 is in units of
/// 1/`cell_total`; widths in the unit `scale`, which is that of the widest gap where D_1 is not 0.
struct Steps {
    steps: Vec<Step>,
    scale: Differences,
    total: f64,
    /// int (D_1)_+ and int |D_1|.
    against: f64,
    distance: f64,
}

/// One gap: D_1 is constant there, D_2 linear from `start` to `end`.
#[derive(Clone, Copy, Default)]
struct Step {
    low: f64,
    high: f64,
    /// D_1.
    difference: f64,
    /// |D_1| times the width.
    area: f64,
    start: f64,
    end: f64,
}

impl Steps {
    fn of(x: Law, y: Law) -> Steps {
        let mut steps = gaps(x, y);
        let widest = widest(steps.iter().filter(|s| s.difference != 0.0));
        let scale = widest.map_or(Differences::within(0.0, 0.0), |s| Differences::within(s.low, s.high));
        let (mut integral, mut start) = (DoubleDouble::default(), 0.0);
        let (mut against, mut favour) = (Sum::default(), Sum::default());
        for step in &mut steps {
            if step.difference != 0.0 {
                // D_2 is carried in twice the precision: where it returns to 0, it is 0 and not noise.
                let (width, error) = scale.exact_between(step.high, step.low);
                integral.add_scaled_difference(step.difference, width, -error);
                let side = if step.difference > 0.0 { &mut against } else { &mut favour };
                step.area = step.difference.abs() * width;
                side.add(step.area);
            }
            step.start = start;
            step.end = integral.value();
            start = step.end;
        }
        let (against, favour) = (against.value(), favour.value());
        Steps { steps, scale, total: cell_total(x, y), against, distance: against + favour }
    }

    /// int of D_1 over {D_1 > 0 and D_2 > 0}: by how much (D_2)_+ rises in all.
    fn rise(&self) -> f64 {
        let rises = self.steps.iter().filter(|s| s.difference > 0.0);
        sum(rises.map(|s| if s.start >= 0.0 { s.area } else { s.end.clamp(0.0, s.area) }))
    }

    /// int (D_2)_+ and int |D_2|, in a unit of their own.
    ///
    /// ```text
    /// same sign: h |a + b| / 2 to that side;  opposite signs: h a^2 / (2 |a - b|) and h b^2 / (2 |a - b|)
    /// ```
    fn integrated_areas(&self) -> (f64, f64) {
        let apart = self.steps.iter().filter(|s| s.start != 0.0 || s.end != 0.0);
        let Some(widest) = widest(apart.clone()) else {
            return (0.0, 0.0);
        };
        let scale = Differences::within(widest.low, widest.high);
        let (mut against, mut favour) = (Sum::default(), Sum::default());
        for &Step { low, high, start, end, .. } in apart {
            let half_width = scale.between(high, low) / 2.0;
            let (upper, lower) = (start.max(end), start.min(end));
            if upper > 0.0 && lower < 0.0 {
                against.add(half_width * upper * (upper / (upper - lower)));
                favour.add(half_width * lower * (lower / (upper - lower)));
            } else if upper > 0.0 {
                against.add(half_width * (start + end));
            } else {
                favour.add(half_width * -(start + end));
            }
        }
        (against.value(), against.value() + favour.value())
    }

    fn ratio(&self, against: f64, distance: f64) -> L1Ratio {
        let restore = |area: f64| self.scale.restore(area / self.total);
        // The mean of y minus that of x is the last value of D_2; adding 0 turns -0 into 0.
        let means = self.steps.last().map_or(0.0, |s| -s.end + 0.0);
        L1Ratio {
            ratio: if distance == 0.0 { 0.5 } else { against / distance },
            mean_difference: restore(means),
            wasserstein_1: restore(self.distance),
        }
    }
}

/// The gaps between neighbouring pooled values, with D_1.
fn gaps(x: Law, y: Law) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for_each_value(x, y, |z, i, j| {
        if let Some(last) = steps.last_mut() {
            last.high = z;
        }
        let difference = level_difference(x, i, y, j);
        steps.push(Step { low: z, difference, ..Step::default() });
    });
    steps.pop(); // nothing follows the largest value
    steps
}

fn widest<'a>(steps: impl Iterator<Item = &'a Step>) -> Option<&'a Step> {
    // Halves, because the width itself may overflow.
    let half = |s: &Step| s.high / 2.0 - s.low / 2.0;
    steps.max_by(|a, b| half(a).total_cmp(&half(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(values: &[f64]) -> Sample {
        Sample::new(values).unwrap()
    }

    fn ratios(x: &Sample, y: &Sample) -> [f64; 3] {
        [l1_order1, l1_order2_ths, l1_order2_ll].map(|f| f(x, y).ratio)
    }

    fn assert_close(found: [f64; 3], expected: [f64; 3]) {
        for (f, e) in found.iter().zip(expected) {
            assert!((f - e).abs() < 1e-15, "{found:?} against {expected:?}");
        }
    }

    #[test]
    fn hand_values_at_every_magnitude_and_offset() {
        let (x, y) = ([0.0, 2.0, 4.0], [1.0, 1.5, 3.0]);
        let maps: [fn(f64) -> f64; 5] =
            [|v| v, |v| v * 1e-300, |v| v + 1e9, |v| v * 4e307, |v| (v - 2.0) * 2f64.powi(1022)];
        for map in maps {
            let (x, y) = (sample(&x.map(map)), sample(&y.map(map)));
            assert_close(ratios(&x, &y), [0.4, 16.0 / 17.0, 0.4]);
        }
        let outcomes = sample(&[1.0, 4.0, 7.0]);
        let weighted = Sample::weighted([2.0, 3.0, 5.0], [1.0, 1.0, 4.0]).unwrap();
        assert_close(ratios(&weighted, &outcomes), [4.0 / 9.0, 0.0, 0.0]);
        assert_close(ratios(&outcomes, &weighted), [5.0 / 9.0, 1.0, 5.0 / 9.0]);
    }

    #[test]
    fn identical_distributions_have_ratio_one_half_and_distance_zero() {
        let twice = Sample::weighted([1.0, 2.0], [1.0, 2.0]).unwrap();
        for (x, y) in [(sample(&[3.0]), sample(&[3.0, 3.0])), (sample(&[2.0, 1.0, 2.0]), twice)] {
            assert_eq!(ratios(&x, &y), [0.5; 3]);
            let found = l1_order1(&x, &y);
            assert_eq!((found.mean_difference, found.wasserstein_1), (0.0, 0.0));
            assert!(found.mean_difference.is_sign_positive());
        }
    }

    #[test]
    fn a_dominating_side_has_ratio_zero_exactly() {
        // In these f64, D_2 ends at -3 * 2^-53; a plain sum ends at +1.8e-15.
        let x = sample(&[0.3, 0.3, 1.0, 1024.3, 1000000.1]);
        let y = sample(&[-3.7, -3.7, -3.0, 1024.3, 1000012.1]);
        assert_eq!(l1_order2_ths(&x, &y).ratio, 0.0);
        assert_eq!(l1_order2_ths(&x, &y).mean_difference, 3.0 / 2f64.powi(53) / 5.0);
        let (x, y) = (sample(&[1.5]), sample(&[0.0, 1.0, 2.0, 3.0]));
        assert_eq!(ratios(&x, &y), [0.5, 0.0, 0.0]);
        assert_eq!(ratios(&y, &x), [0.5, 1.0, 0.5]);
    }

    #[test]
    fn a_small_difference_beside_large_values_counts() {
        let (x, y) = (sample(&[1e-300, 1e300]), sample(&[2e-300, 1e300]));
        let found = l1_order1(&x, &y);
        assert_eq!((found.ratio, found.wasserstein_1), (1.0, 0.5e-300));
        assert_eq!(ratios(&y, &x), [0.0; 3]);
    }

    /// D_2 returns to 0 between gaps of 2^-1000 and of 1/2: the areas of either are nothing beside those of the other.
    #[test]
    fn gaps_of_any_width_beside_each_other() {
        let tiny = 2f64.powi(-1000);
        let (x, y) = (sample(&[tiny, 3.0 * tiny, 1.5]), sample(&[2.0 * tiny, 2.0 * tiny, 1.0]));
        assert_close(ratios(&x, &y), [0.0; 3]);
        assert_close(ratios(&y, &x), [1.0; 3]);
        let (x, y) = (sample(&[-2.0, -1.0, -tiny]), sample(&[-1.5, -1.5, -2.0 * tiny]));
        assert_close(ratios(&x, &y), [0.5, 1.0, 0.5]);
        assert_close(ratios(&y, &x), [0.5, 0.0, 0.0]);
    }

    /// The definitions for integer samples, D_2 by the midpoint rule on a fine grid.
    fn naive(x: &Sample, y: &Sample) -> [f64; 3] {
        const FINE: usize = 4000;
        let (mut first, mut both, mut second) = ([0.0; 2], 0.0, [0.0; 2]);
        let ends = (x.min().min(y.min()) as i32, x.max().max(y.max()) as i32);
        for z in ends.0..ends.1 {
            let z = f64::from(z);
            let difference = x.cdf(z).unwrap() - y.cdf(z).unwrap();
            first[usize::from(difference > 0.0)] += difference.abs();
            for k in 0..FINE {
                let z = z + (k as f64 + 0.5) / FINE as f64;
                let integrated = x.integrated_cdf(z).unwrap() - y.integrated_cdf(z).unwrap();
                second[usize::from(integrated > 0.0)] += integrated.abs();
                if integrated > 1e-12 && difference > 0.0 {
                    both += difference / FINE as f64;
                }
            }
        }
        let (l1, l2) = (first[0] + first[1], second[0] + second[1]);
        [first[1] / l1, second[1] / l2, both / l1]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn agree_with_their_definitions(
            x in prop::collection::vec((-5..=5i32, 1..3u32), 1..6),
            y in prop::collection::vec(-5..=5i32, 1..6),
        ) {
            let x = Sample::weighted(x.iter().map(|r| f64::from(r.0)), x.iter().map(|r| f64::from(r.1)));
            let (x, y) = (x.unwrap(), Sample::new(y.iter().map(|&v| f64::from(v))).unwrap());
            let found = l1_order1(&x, &y);
            prop_assert!((found.mean_difference - (x.mean() - y.mean())).abs() < 1e-14);
            if found.wasserstein_1 > 0.0 {
                for (found, expected) in ratios(&x, &y).into_iter().zip(naive(&x, &y)) {
                    prop_assert!((found - expected).abs() < 2e-3, "{} against {}", found, expected);
                }
                prop_assert!((found.ratio + l1_order1(&y, &x).ratio - 1.0).abs() < 1e-15);
            }
        }
    }
}
