//! The law of the one-sided supremum between equal continuous distributions, at order 1 (Smirnov 1939).
//!
//! ```text
//! P(T >= t)            -> exp(-2 t^2)                       n, m to infinity
//! P(n sup Delta >= h)   = C(2n, n - h) / C(2n, n)           n = m: paths that reach h, by reflection
//! ```

/// P(T >= t); `rows` for n = m rows each, `None` for the limit.
pub(super) fn p_value(statistic: f64, rows: Option<usize>) -> f64 {
    match rows {
        None => libm::exp(-2.0 * statistic * statistic),
        // T = sqrt(n / 2) h / n.
        Some(n) => exact(n, (statistic * (2.0 * n as f64).sqrt()).round() as usize),
    }
}

/// The smallest value whose p-value is at most `level`.
pub(super) fn critical_value(level: f64, rows: Option<usize>) -> f64 {
    match rows {
        None => (-0.5 * libm::log(level)).sqrt(),
        Some(n) => {
            let passing = (0..=n).find(|&h| exact(n, h) <= level);
            passing.map_or(f64::INFINITY, |h| h as f64 / (2.0 * n as f64).sqrt())
        }
    }
}

/// `C(2n, n - h) / C(2n, n) = prod_{i=1}^{h} (n - h + i) / (n + i)`.
fn exact(n: usize, h: usize) -> f64 {
    (1..=h).map(|i| (n + i - h) as f64 / (n + i) as f64).product()
}

/// The smallest value that two rows of two ascending columns share.
pub(super) fn first_tie(x: &[f64], y: &[f64]) -> f64 {
    let mut all = [x, y].concat();
    crate::kernels::sort::sort(&mut all);
    all.windows(2).find(|pair| pair[0] == pair[1]).map_or(all[0], |pair| pair[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All C(2n, n) orders of n + n values.
    #[test]
    fn agrees_with_enumeration() {
        for n in 1..=6usize {
            let mut reaching = vec![0u32; n + 1];
            let mut orders = 0;
            for mask in 0u32..1 << (2 * n) {
                if mask.count_ones() as usize != n {
                    continue;
                }
                orders += 1;
                let (mut at, mut highest) = (0i32, 0i32);
                for bit in 0..2 * n {
                    at += if mask >> bit & 1 == 1 { 1 } else { -1 };
                    highest = highest.max(at);
                }
                (0..=highest as usize).for_each(|h| reaching[h] += 1);
            }
            for (h, &count) in reaching.iter().enumerate() {
                let expected = f64::from(count) / f64::from(orders);
                let statistic = (n as f64 / 2.0).sqrt() * h as f64 / n as f64;
                assert!((p_value(statistic, Some(n)) - expected).abs() < 1e-14, "{n} {h}");
            }
        }
    }

    #[test]
    fn the_limit_is_approached() {
        let (n, h) = (100_000, 400);
        let statistic = h as f64 / (2.0 * n as f64).sqrt();
        assert!((p_value(statistic, Some(n)) / p_value(statistic, None) - 1.0).abs() < 1e-3);
        assert!((p_value(critical_value(0.05, None), None) - 0.05).abs() < 1e-15);
        let critical = critical_value(0.05, Some(40));
        assert!(p_value(critical, Some(40)) <= 0.05);
        assert!(p_value(critical - 1.0 / 80f64.sqrt(), Some(40)) > 0.05);
    }

    #[test]
    fn ties_are_found_within_and_between_columns() {
        assert_eq!(first_tie(&[1.0, 2.0, 5.0], &[3.0, 5.0, 5.0]), 5.0);
        assert_eq!(first_tie(&[1.0, 2.0, 2.0], &[3.0, 5.0]), 2.0);
    }
}
