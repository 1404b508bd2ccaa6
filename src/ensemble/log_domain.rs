//! The iteration on logarithms: slower by a factor of about ten exponentials to one product, and nothing
//! underflows.

use super::scaling::{Iterate, Scaling, change};
use super::square::Square;

/// Terms this far below the largest are left out: exp(-60) = 9e-27 is below the rounding of the sum even for
/// 1e10 of them.
const NEGLIGIBLE: f64 = -60.0;

/// The barycenter of one instance: `log_mu` holds a row per model.
pub(super) fn solve(scaling: &Scaling, log_kernel: &Square, log_mu: &[f64]) -> Iterate {
    let (d, g) = (scaling.labels, scaling.exponent);
    let zeros = vec![0.0; log_mu.len()];
    let (mut log_v, mut log_u, mut log_b) = (zeros.clone(), zeros.clone(), zeros);
    let mut log_kv = vec![f64::NAN; log_mu.len()];
    let mut log_p = vec![f64::NAN; d];
    for iterations in 1.. {
        log_product(log_kernel, &log_v, &mut log_b);
        let changes = log_b.iter().zip(&log_kv).map(|(new, old)| change(*new, *old));
        let rows = if scaling.compares_marginals { changes.fold(0.0, f64::max) } else { 0.0 };
        std::mem::swap(&mut log_kv, &mut log_b);
        for ((u, mu), kv) in log_u.iter_mut().zip(log_mu).zip(&log_kv) {
            *u = log_quotient(*mu, *kv, g);
        }
        log_product(log_kernel, &log_u, &mut log_b);
        let residual = rows.max(scaling.pool(&log_b, &mut log_p));
        if let Some(convergence) = scaling.state(iterations, residual) {
            return Iterate { log_p, convergence };
        }
        for (v, b) in log_v.chunks_exact_mut(d).zip(log_b.chunks_exact(d)) {
            for ((v, b), p) in v.iter_mut().zip(b).zip(&log_p) {
                *v = log_quotient(*p, *b, g);
            }
        }
    }
    unreachable!("the number of iterations is limited")
}

/// log (a / b)^g, with 0 / x = x / 0 = 0.
fn log_quotient(log_a: f64, log_b: f64, g: f64) -> f64 {
    if log_a == f64::NEG_INFINITY || log_b == f64::NEG_INFINITY {
        f64::NEG_INFINITY
    } else {
        g * (log_a - log_b)
    }
}

/// log (K x) of every row: out_i = m + log sum_j exp(log K_ij + log x_j - m), m the largest exponent.
fn log_product(log_kernel: &Square, log_x: &[f64], out: &mut [f64]) {
    let d = log_kernel.order();
    for (log_x, out) in log_x.chunks_exact(d).zip(out.chunks_exact_mut(d)) {
        for (i, out) in out.iter_mut().enumerate() {
            let exponents = || log_kernel.row(i).iter().zip(log_x).map(|(k, x)| k + x);
            let largest = exponents().fold(f64::NEG_INFINITY, f64::max);
            if largest == f64::NEG_INFINITY {
                *out = largest;
                continue;
            }
            let terms = exponents().map(|e| e - largest).filter(|e| *e > NEGLIGIBLE);
            *out = largest + libm::log(terms.map(libm::exp).sum());
        }
    }
}
