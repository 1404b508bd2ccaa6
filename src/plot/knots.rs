//! The curves of a sample as points (share, value) joined by straight lines.

use super::path::Point;
use crate::dominance;
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
            Curve::Lorenz => {
                let knots = sample.curve(dominance::Curve::IntegratedQuantile).into_iter();
                knots.map(|knot| Point { x: knot.at, y: knot.value }).collect()
            }
            // A knot's value holds from the knot before it up to itself.
            Curve::Quantile => {
                let mut left = 0.0;
                let step = |knot: dominance::Knot| {
                    let start = std::mem::replace(&mut left, knot.at);
                    [Point { x: start, y: knot.value }, Point { x: knot.at, y: knot.value }]
                };
                sample.curve(dominance::Curve::Quantile).into_iter().flat_map(step).collect()
            }
        }
    }
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
        let (end, mean) = points(&Curve::Lorenz.knots(&sample))[2];
        assert!(end == 1.0 && (mean - 2.5).abs() < 1e-15);
    }
}
