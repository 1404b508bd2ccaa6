//! The spread of a pair's gap on the scale of its roots, from influence functions or from replicates.
//!
//! r = sqrt(below), q = sqrt(above), both divided by the observed distance, so that r^2 + q^2 = 1 at the
//! observed samples.

use super::influence::{Influence, influence};
use super::rule::{Evidence, Spread};
use super::unit_sums::for_each_deviation;
use crate::dominance::{Gap, Order, Roots};
use crate::sample::Samples;

/// Evidence on a pair with the delta-method spread of its influence functions.
pub(crate) fn analytic(order: Order, samples: &Samples, a: usize, b: usize) -> Evidence {
    of_influence(samples, a, b, &influence(order, &samples.columns()[a], &samples.columns()[b]))
}

/// The same from the influences of the pair.
pub(crate) fn of_influence(samples: &Samples, a: usize, b: usize, influence: &Influence) -> Evidence {
    if influence.gap.is_zero() {
        return Evidence::none();
    }
    let v = covariance(samples, a, b, influence);
    let observed = Observed::new(influence.gap);
    let Observed { ratio, roots, .. } = observed;
    let Roots { below: r, above: q } = roots;
    // From the unit of the influences to the observed distance, for products of two squared areas.
    let scale = influence.unit / observed.unit;
    let scale = (scale * scale) * (scale * scale);
    let (bb, ba, aa) = (v.rr * scale, v.rq * scale, v.qq * scale);
    // d sqrt(S) = dS / (2 sqrt(S)); a root without a derivative (S = 0) contributes nothing.
    let over = |covariance: f64, roots: f64| if roots == 0.0 { 0.0 } else { covariance / (4.0 * roots) };
    let rest = 1.0 - ratio;
    let variance = rest * rest * bb - 2.0 * ratio * rest * ba + ratio * ratio * aa;
    Evidence {
        ratio,
        standard_error: root(variance) / (r * r + q * q),
        roots,
        spread: Spread { rr: over(bb, r * r), rq: over(ba, r * q), qq: over(aa, q * q) },
    }
}

/// What rounding made negative is zero; what overflowed into NaN stays NaN, for [`Evidence::finite`] to see.
fn not_negative(variance: f64) -> f64 {
    if variance < 0.0 { 0.0 } else { variance }
}

fn root(variance: f64) -> f64 {
    not_negative(variance).sqrt()
}

/// The covariance matrix of (below, above): products of influences summed over independent units.
fn covariance(samples: &Samples, a: usize, b: usize, influence: &Influence) -> Spread {
    let mut spread = Spread::default();
    let mut add = |weight: f64, below: f64, above: f64| {
        spread.rr += weight * below * below;
        spread.rq += weight * below * above;
        spread.qq += weight * above * above;
    };
    match samples.units() {
        None => {
            for rows in [&influence.x, &influence.y] {
                let correction = rows.len() as f64 / (rows.len() as f64 - 1.0);
                rows.iter().for_each(|row| add(correction, row.below, row.above));
            }
        }
        Some(units) => {
            let of_unit = sums_of_units(samples, [a, b], units, influence);
            for_each_deviation(samples, of_unit.as_flattened(), 2, |weight, d| add(weight, d[0], d[1]));
        }
    }
    spread
}

/// Influences on (below, above), summed over the rows of each unit.
pub(super) fn sums_of_units(
    samples: &Samples,
    [a, b]: [usize; 2],
    units: usize,
    influence: &Influence,
) -> Vec<[f64; 2]> {
    let mut of_unit = vec![[0.0; 2]; units];
    for (column, rows) in [(a, &influence.x), (b, &influence.y)] {
        for (&unit, row) in samples.columns()[column].units.iter().flatten().zip(rows) {
            let [below, above] = &mut of_unit[unit as usize];
            *below += row.below;
            *above += row.above;
        }
    }
    of_unit
}

/// Sums over replicates of the deviations of (ratio, r, q) from their observed values. Deviations, not
/// values: their sums of squares lose no digits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moments {
    replicates: f64,
    ratio: f64,
    ratio2: f64,
    r: f64,
    q: f64,
    rr: f64,
    rq: f64,
    qq: f64,
    /// Replicates in which the two distributions were equal (ratio 1/2).
    pub(crate) equal: usize,
}

impl Moments {
    /// Adds a replicate of the gap; `unit` is the observed distance.
    #[inline]
    pub(crate) fn add(&mut self, observed: &Observed, replicate: Gap) {
        let Roots { below, above } = replicate.roots(observed.unit);
        let ratio = replicate.violation_ratio() - observed.ratio;
        let (r, q) = (below - observed.roots.below, above - observed.roots.above);
        self.replicates += 1.0;
        self.ratio += ratio;
        self.ratio2 += ratio * ratio;
        self.r += r;
        self.q += q;
        self.rr += r * r;
        self.rq += r * q;
        self.qq += q * q;
        self.equal += usize::from(replicate.is_zero());
    }

    /// Adds the sums of another chunk of replicates.
    pub(crate) fn merge(&mut self, other: &Moments) {
        self.replicates += other.replicates;
        self.ratio += other.ratio;
        self.ratio2 += other.ratio2;
        self.r += other.r;
        self.q += other.q;
        self.rr += other.rr;
        self.rq += other.rq;
        self.qq += other.qq;
        self.equal += other.equal;
    }

    /// The evidence with the spread of the replicates, divisor B - 1.
    pub(crate) fn evidence(&self, observed: &Observed) -> Evidence {
        if observed.gap.is_zero() {
            return Evidence::none();
        }
        let b = self.replicates;
        let covariance = |xy: f64, x: f64, y: f64| (xy - x * y / b) / (b - 1.0);
        Evidence {
            ratio: observed.ratio,
            standard_error: root(covariance(self.ratio2, self.ratio, self.ratio)),
            roots: observed.roots,
            spread: Spread {
                rr: not_negative(covariance(self.rr, self.r, self.r)),
                rq: covariance(self.rq, self.r, self.q),
                qq: not_negative(covariance(self.qq, self.q, self.q)),
            },
        }
    }
}

/// The observed gap in the form replicates are compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Observed {
    pub(crate) gap: Gap,
    pub(crate) ratio: f64,
    pub(crate) unit: f64,
    pub(crate) roots: Roots,
}

impl Observed {
    pub(crate) fn new(gap: Gap) -> Observed {
        let unit = gap.unit_distance();
        Observed { gap, ratio: gap.violation_ratio(), unit, roots: gap.roots(unit) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dominance::gap;
    use crate::sample::Sample;
    use approx::assert_relative_eq;

    /// Variances and covariance (divisor B - 1) of the ratio and the roots over five replicates, from the values
    /// themselves; taken in two parts and merged.
    #[test]
    fn merged_sums_give_the_spread_of_the_replicates() {
        let sample = |values: [f64; 3]| Sample::new(values).unwrap();
        let y = sample([0.0, 1.0, 2.0]);
        let of = |values| gap(Order::First, &sample(values), &y);
        let replicates =
            [[-1.0, 1.0, 4.0], [0.5, 0.5, 3.0], [0.0, 1.0, 2.0], [-2.0, 0.0, 3.5], [0.0, 0.9, 5.0]]
                .map(of);
        let observed = Observed::new(of([-0.5, 1.0, 3.0]));
        let mut parts = [Moments::default(); 2];
        for (b, replicate) in replicates.iter().enumerate() {
            parts[b % 2].add(&observed, *replicate);
        }
        let mut all = Moments::default();
        parts.iter().for_each(|part| all.merge(part));
        let evidence = all.evidence(&observed);

        let values = |f: &dyn Fn(Gap) -> f64| replicates.map(f);
        let covariance = |x: [f64; 5], y: [f64; 5]| {
            let mean = |v: [f64; 5]| v.iter().sum::<f64>() / 5.0;
            let (x_mean, y_mean) = (mean(x), mean(y));
            x.iter().zip(y).map(|(x, y)| (x - x_mean) * (y - y_mean)).sum::<f64>() / 4.0
        };
        let ratio = values(&|gap| gap.violation_ratio());
        let unit = observed.unit;
        let r = values(&|gap| gap.below().sqrt() / unit);
        let q = values(&|gap| gap.above().sqrt() / unit);
        assert_relative_eq!(
            evidence.standard_error,
            covariance(ratio, ratio).sqrt(),
            max_relative = 1e-13
        );
        assert_relative_eq!(evidence.spread.rr, covariance(r, r), max_relative = 1e-13);
        assert_relative_eq!(evidence.spread.rq, covariance(r, q), max_relative = 1e-13);
        assert_relative_eq!(evidence.spread.qq, covariance(q, q), max_relative = 1e-13);
        // The third replicate is y itself.
        assert_eq!(all.equal, 1);
    }

    #[test]
    fn negative_variances_are_rounding_and_nan_is_seen() {
        assert_eq!([-1e-17, 0.0, 4.0].map(root), [0.0, 0.0, 2.0]);
        assert!(root(f64::NAN).is_nan());
    }
}
