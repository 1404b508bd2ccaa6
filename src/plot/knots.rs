//! The curves of a sample as points (share, value) joined by straight lines.

use super::path::Point;
use crate::kernels::sum::Sum;
use crate::sample::Sample;

/// Which function of the share p is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Curve {
    /// Q(p), the smallest value that at least a share p of the rows does not exceed.
    Quantile,
    /// G(p), the integral of Q from 0 to p.
    Lorenz,
}

impl Curve {
    /// All knots, from share 0 to share 1; the jumps of a step function are vertical pieces.
    pub(super) fn knots(self, sample: &Sample) -> Vec<Point> {
        match self {
            Curve::Quantile => quantile_knots(sample),
            Curve::Lorenz => lorenz_knots(sample),
        }
    }
}

/// Q(p) = x_(i) for p in (c_{i-1}, c_i], c_i the share of the first i rows. Equal values are one step.
fn quantile_knots(sample: &Sample) -> Vec<Point> {
    let values = sample.values();
    let shares = cumulative_shares(sample);
    let mut knots: Vec<Point> = Vec::new();
    let mut left = 0.0;
    for (i, (&y, &x)) in values.iter().zip(&shares).enumerate() {
        if values.get(i + 1) != Some(&y) {
            knots.extend([Point { x: left, y }, Point { x, y }]);
            left = x;
        }
    }
    knots
}

/// G(c_i) = sum over j <= i of (c_j - c_{j-1}) x_(j), G(0) = 0.
fn lorenz_knots(sample: &Sample) -> Vec<Point> {
    let values = sample.values();
    let shares = cumulative_shares(sample);
    let mut knots = vec![Point { x: 0.0, y: 0.0 }];
    let mut total = Sum::default();
    let mut left = 0.0;
    for (i, (&value, &x)) in values.iter().zip(&shares).enumerate() {
        total.add((x - left) * value);
        left = x;
        if values.get(i + 1) != Some(&value) {
            knots.push(Point { x, y: total.value() });
        }
    }
    knots
}

/// c_i = (w_1 + ... + w_i) / W, exactly 1 at the end.
fn cumulative_shares(sample: &Sample) -> Vec<f64> {
    let n = sample.values().len();
    let Some(weights) = sample.weights() else {
        return (1..=n).map(|i| i as f64 / n as f64).collect();
    };
    // In units of the largest weight the total cannot overflow.
    let unit = weights.iter().copied().fold(0.0, f64::max);
    let mut running = Sum::default();
    let add = |w: &f64| {
        running.add(w / unit);
        running.value()
    };
    let mut shares: Vec<f64> = weights.iter().map(add).collect();
    let total = shares[n - 1];
    shares.iter_mut().for_each(|share| *share /= total);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(knots: &[Point]) -> Vec<(f64, f64)> {
        knots.iter().map(|k| (k.x, k.y)).collect()
    }

    #[test]
    fn ties_make_one_step() {
        let sample = Sample::new([2.0, 1.0, 2.0, 5.0]).unwrap();
        let quantile = points(&Curve::Quantile.knots(&sample));
        assert_eq!(
            quantile,
            [(0.0, 1.0), (0.25, 1.0), (0.25, 2.0), (0.75, 2.0), (0.75, 5.0), (1.0, 5.0)]
        );
        let lorenz = points(&Curve::Lorenz.knots(&sample));
        assert_eq!(lorenz, [(0.0, 0.0), (0.25, 0.25), (0.75, 1.25), (1.0, 2.5)]);
    }

    #[test]
    fn weights_are_shares_however_large() {
        let sample = Sample::weighted([3.0, 1.0], [1.5e308, 0.5e308]).unwrap();
        let quantile = points(&Curve::Quantile.knots(&sample));
        assert_eq!(quantile, [(0.0, 1.0), (0.25, 1.0), (0.25, 3.0), (1.0, 3.0)]);
        assert_eq!(points(&Curve::Lorenz.knots(&sample))[2], (1.0, 2.5));
    }
}
