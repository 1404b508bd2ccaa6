//! Published numbers of another package, reproduced: sums over a grid instead of exact functionals.
//!
//! PySDTest compares two samples at `points` equal steps from the smallest pooled value to the largest, with
//! the left limits of the distribution functions (x < z instead of x <= z), takes the maximum over the grid
//! instead of the supremum, and sums without the width of a step (trapezoids of width 1) instead of integrals.

use crate::dominance::Functional;
use crate::kernels::process::Sides;
use crate::sample::Sample;

/// The functional of Delta_s and of its negative over the grid.
pub(super) fn on_grid(
    functional: Functional,
    order: usize,
    points: usize,
    x: &Sample,
    y: &Sample,
) -> Sides {
    let (xs, ys) = (x.values(), y.values());
    let lowest = xs[0].min(ys[0]);
    let highest = xs[xs.len() - 1].max(ys[ys.len() - 1]);
    let step = (highest - lowest) / (points - 1) as f64;
    let at = |i: usize| if i + 1 == points { highest } else { lowest + i as f64 * step };
    let difference = |z: f64| integrated(x, order, z) - integrated(y, order, z);
    let differences: Vec<f64> = (0..points).map(|i| difference(at(i))).collect();
    let side = |sign: f64| match functional {
        Functional::Supremum => differences.iter().map(|d| sign * d).fold(0.0, f64::max),
        Functional::L1 | Functional::L2 => {
            let term = |i: usize| (sign * differences[i]).max(0.0).powi(functional.power());
            (1..points).map(|i| 0.5 * (term(i - 1) + term(i))).sum()
        }
    };
    Sides { above: side(1.0), below: side(-1.0) }
}

/// `sum of p_i (z - x_i)^(s-1) / (s-1)!` over x_i < z.
fn integrated(sample: &Sample, order: usize, z: f64) -> f64 {
    let values = sample.values();
    let below = values.partition_point(|&x| x < z);
    let power = order as i32 - 1;
    let sum: f64 = (0..below).map(|i| sample.mass(i) * (z - values[i]).powi(power)).sum();
    sum / (1..order).map(|j| j as f64).product::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// X = {0, h}, Y = {0, 0}: strictly below every grid point but the first lies all of Y and half of X, also at the
    /// last point, which is h itself and not h rounded upwards (3 * (3.1 / 3) > 3.1).
    #[test]
    fn the_grid_ends_at_the_largest_value() {
        let h = 3.1;
        assert!(3.0 * (h / 3.0) > h);
        let (x, y) = (Sample::new([0.0, h]).unwrap(), Sample::new([0.0, 0.0]).unwrap());
        for (functional, below) in
            [(Functional::L1, 1.25), (Functional::L2, 0.625), (Functional::Supremum, 0.5)]
        {
            let found = on_grid(functional, 1, 4, &x, &y);
            assert_eq!((found.above, found.below), (0.0, below), "{functional:?}");
        }
        // int F dz: h for Y, h/2 for X at the end.
        let found = on_grid(Functional::Supremum, 2, 4, &x, &y);
        assert!(found.above == 0.0 && (found.below - h / 2.0).abs() < 1e-15, "{found:?}");
    }

    /// {1, 4} at 5: F = 1, then (4 + 1) / 2, (16 + 1) / 2 / 2!, (64 + 1) / 2 / 3!.
    #[test]
    fn integrated_distribution_functions() {
        let sample = Sample::new([1.0, 4.0]).unwrap();
        let found = [1, 2, 3, 4].map(|order| integrated(&sample, order, 5.0));
        assert_eq!(found, [1.0, 2.5, 4.25, 65.0 / 12.0]);
        assert_eq!(integrated(&sample, 2, 4.0), 1.5);
    }
}
