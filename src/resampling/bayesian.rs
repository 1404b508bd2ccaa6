//! Bayesian bootstrap weights (Rubin 1981): independent standard exponentials, divided by their mean.

use crate::rng::Stream;

/// Fills in the weights; their mean is 1.
pub(super) fn draw(stream: &mut Stream, weights: &mut [f64]) {
    let mut total = 0.0;
    for weight in weights.iter_mut() {
        *weight = stream.exponential();
        total += *weight;
    }
    let mean = total / weights.len() as f64;
    weights.iter_mut().for_each(|weight| *weight /= mean);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    /// Shares of n exponentials are uniform on the simplex: mean 1/n, variance (n - 1) / (n^2 (n + 1)),
    /// and P(share > t) = (1 - t)^(n - 1).
    #[test]
    fn shares_are_uniform_on_the_simplex() {
        let (n, replicates) = (4, 20_000);
        let mut weights = [0.0; 4];
        let (mut square, mut beyond) = (0.0, 0.0);
        for replicate in 0..replicates {
            draw(&mut Stream::new(9, Purpose::Bootstrap, replicate, 0), &mut weights);
            assert!((weights.iter().sum::<f64>() - 4.0).abs() < 1e-12);
            let share = weights[1] / n as f64;
            square += (share - 0.25).powi(2) / replicates as f64;
            beyond += f64::from(u8::from(share > 0.3)) / replicates as f64;
        }
        assert!((square - 3.0 / 80.0).abs() < 0.0015, "{square}");
        assert!((beyond - 0.343).abs() < 5.0 * 0.0034, "{beyond}");
    }
}
