//! Polynomials on the unit interval: roots, extrema, integrals of the positive and the negative part.
//!
//! Coefficients ascend: `p(u) = a[0] + a[1] u + a[2] u^2 + ...`, u in [0, 1].

/// The most coefficients a polynomial may have.
pub(crate) const MOST: usize = 32;

/// Points of (0, 1), ascending.
pub(crate) struct Points {
    at: [f64; MOST],
    len: usize,
}

impl Points {
    fn none() -> Points {
        Points { at: [0.0; MOST], len: 0 }
    }

    fn push(&mut self, point: f64) {
        if point > 0.0 && point < 1.0 && self.len < MOST {
            self.at[self.len] = point;
            self.len += 1;
        }
    }

    pub(crate) fn as_slice(&self) -> &[f64] {
        &self.at[..self.len]
    }
}

/// p(u), by Horner's rule.
pub(crate) fn at(a: &[f64], u: f64) -> f64 {
    a.iter().rev().fold(0.0, |value, coefficient| value * u + coefficient)
}

/// All points of (0, 1) where p changes its sign. (Points where it only touches 0 may be among them.)
///
/// Coefficients of one sign: none (Descartes). Else between two neighbouring zeros of the derivative p is
/// monotone, so a change of sign there is one root, found by bisection down to neighbouring f64.
pub(crate) fn roots(a: &[f64]) -> Points {
    let mut found = Points::none();
    if a.iter().all(|&c| c >= 0.0) || a.iter().all(|&c| c <= 0.0) {
        return found;
    }
    match *a {
        [] | [_] => {}
        [constant, slope] => found.push(-constant / slope),
        [c, b, a] => {
            let [first, second] = quadratic(c, b, a);
            found.push(first.min(second));
            found.push(first.max(second));
        }
        _ => {
            let turns = extrema(a);
            let mut low = 0.0;
            for &high in turns.as_slice().iter().chain(&[1.0]) {
                if let Some(root) = bisect(a, low, high) {
                    found.push(root);
                }
                if at(a, high) == 0.0 {
                    found.push(high);
                }
                low = high;
            }
        }
    }
    found
}

/// All points of (0, 1) where p turns.
pub(crate) fn extrema(a: &[f64]) -> Points {
    let mut derivative = [0.0; MOST];
    let degree = a.len().saturating_sub(1);
    for (power, (slot, coefficient)) in (1u32..).zip(derivative.iter_mut().zip(&a[1.min(a.len())..])) {
        *slot = f64::from(power) * coefficient;
    }
    roots(&derivative[..degree])
}

/// The roots of `c + b u + a u^2`, NaN where they are not real; no cancellation.
fn quadratic(c: f64, b: f64, a: f64) -> [f64; 2] {
    let root = (b * b - 4.0 * a * c).sqrt();
    let q = -0.5 * (b + root.copysign(b));
    [q / a, c / q]
}

/// The root of a function that is monotone on [low, high], where its ends differ in sign.
fn bisect(a: &[f64], mut low: f64, mut high: f64) -> Option<f64> {
    // Signs, not a product: that of two small values underflows to 0.
    let (first, last) = (at(a, low), at(a, high));
    let rising = first < 0.0;
    if first == 0.0 || last == 0.0 || rising == (last < 0.0) {
        return None;
    }
    // 64 halvings of [0, 1] leave less than the spacing of f64 anywhere but next to 0.
    for _ in 0..64 {
        let middle = f64::midpoint(low, high);
        if (at(a, middle) < 0.0) == rising { low = middle } else { high = middle }
    }
    Some(f64::midpoint(low, high))
}

/// `int_0^1 max(p, 0)^q du` and `int_0^1 max(-p, 0)^q du` for q = 1, 2.
pub(crate) fn integrals(a: &[f64], power: u32) -> (f64, f64) {
    let (mut above, mut below) = (0.0, 0.0);
    let mut low = 0.0;
    for &high in roots(a).as_slice().iter().chain(&[1.0]) {
        // p on the piece, again on [0, 1]: small pieces keep their digits.
        let mut piece = [0.0; MOST];
        let piece = &mut piece[..a.len()];
        shift(a, low, high - low, piece);
        let integral = (high - low) * if power == 1 { mean(piece) } else { mean_square(piece) };
        if at(a, f64::midpoint(low, high)) >= 0.0 {
            above += integral.abs();
        } else {
            below += integral.abs();
        }
        low = high;
    }
    (above, below)
}

/// The coefficients of `v -> p(start + width v)`: synthetic division, then powers of the width.
fn shift(a: &[f64], start: f64, width: f64, out: &mut [f64]) {
    out.copy_from_slice(a);
    for first in 0..out.len().saturating_sub(1) {
        for k in (first..out.len() - 1).rev() {
            out[k] += start * out[k + 1];
        }
    }
    let mut scale = 1.0;
    for coefficient in out {
        *coefficient *= scale;
        scale *= width;
    }
}

fn mean(a: &[f64]) -> f64 {
    a.iter().zip(1u32..).map(|(c, k)| c / f64::from(k)).sum()
}

fn mean_square(a: &[f64]) -> f64 {
    let row = |(c, i): (&f64, u32)| -> f64 {
        a.iter().zip(1u32..).map(|(d, j)| c * d / f64::from(i + j)).sum()
    };
    a.iter().zip(0u32..).map(row).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn roots_of_products() {
        // (u - .2)(u - .5)(u - .9), and the same with (u - .5)^2: no sign change there, allowed.
        let cubic = [-0.09, 0.73, -1.6, 1.0];
        let found = roots(&cubic);
        for (found, expected) in found.as_slice().iter().zip([0.2, 0.5, 0.9]) {
            assert!((found - expected).abs() < 1e-14, "{found}");
        }
        assert_eq!(found.as_slice().len(), 3);
        assert_eq!(roots(&[1.0, 2.0, 3.0]).as_slice().len(), 0);
        assert_eq!(roots(&[-0.5, 1.0]).as_slice(), [0.5]);
        let small = cubic.map(|c| 1e-200 * c);
        assert_eq!(roots(&small).as_slice().len(), 3);
    }

    proptest! {
        /// Against sums over a fine grid.
        #[test]
        fn agrees_with_the_naive_twin(a in prop::collection::vec(-1.0..1.0f64, 1..7)) {
            let steps = 20_000;
            let value = |k: usize| at(&a, (k as f64 + 0.5) / steps as f64);
            for power in [1, 2] {
                let sum = |sign: f64| -> f64 {
                    (0..steps).map(|k| (sign * value(k)).max(0.0).powi(power)).sum::<f64>() / steps as f64
                };
                let (above, below) = integrals(&a, power as u32);
                prop_assert!((above - sum(1.0)).abs() < 1e-6 && (below - sum(-1.0)).abs() < 1e-6);
            }
            let ends = [at(&a, 0.0), at(&a, 1.0)];
            let inner = extrema(&a);
            let highest = inner.as_slice().iter().map(|&u| at(&a, u)).chain(ends).fold(f64::MIN, f64::max);
            let naive = (0..steps).map(value).fold(f64::MIN, f64::max);
            prop_assert!(highest >= naive - 1e-12 && highest <= naive + 1e-3);
        }
    }
}
