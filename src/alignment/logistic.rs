//! The tail of the logistic loss, at a point and along a line; nothing overflows, the bits are the same everywhere.
//!
//! ```text
//! tail      g(y) = log(1 + e^-y)               softplus(t) = max(t, 0) + g(|t|)
//! share     q(y) = 1 / (1 + e^y) = -g'(y)      sigma(-y)
//! area      R(y) = int_y^inf g = -Li2(-e^-y)   R(0) = pi^2 / 12
//! ```
//!
//! for y >= 0, where all three fall from a bound to 0: no difference of large numbers is ever taken.

/// `e^-y` and `q(y)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tail {
    pub(super) odds: f64,
    pub(super) share: f64,
}

/// The tail at `y >= 0` (also infinite).
#[inline(always)]
pub(super) fn tail(y: f64) -> Tail {
    let odds = libm::exp(-y);
    Tail { odds, share: odds / (1.0 + odds) }
}

impl Tail {
    /// `g(y)`.
    #[inline(always)]
    fn log(self) -> f64 {
        libm::log1p(self.odds)
    }
}

/// Factors whose logarithm is taken together.
const FACTORS: u32 = 8;

/// A sum of log(1 + e) over many e >= 0, as logarithms of products: (1 + p)(1 + e) = 1 + (p + e + p e), which keeps
/// the digits of small e. A logarithm costs as much as some ten products.
#[derive(Debug, Default)]
pub(super) struct LogProduct {
    odds: f64,
    factors: u32,
}

impl LogProduct {
    /// Takes in a factor 1 + e. Returns the logarithm of those gathered before, when there are enough.
    #[inline(always)]
    pub(super) fn multiply(&mut self, e: f64) -> Option<f64> {
        let full = (self.factors == FACTORS).then(|| self.take());
        self.odds += e + self.odds * e;
        self.factors += 1;
        full
    }

    /// The logarithm of the factors gathered, which are then forgotten.
    pub(super) fn take(&mut self) -> f64 {
        let LogProduct { odds, .. } = std::mem::take(self);
        if odds > 0.0 { libm::log1p(odds) } else { 0.0 }
    }
}

/// Means of the tail while y runs along a line from `y0` (t = 0) to `y1` (t = 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TailMeans {
    /// `int_0^1 g dt`
    pub(super) log: f64,
    /// `int_0^1 q dt`
    pub(super) share: f64,
    /// `int_0^1 t q dt`
    pub(super) lever: f64,
}

/// exp(-y) is 0 from here on.
const VANISHED: f64 = 746.0;

/// Width up to which Taylor's series about the middle, to the order 6 in half the width, is exact to rounding.
/// Proof: on the circle of radius pi/2 about y the imaginary part is at most pi/2, so |g| and |q| are at most
/// sqrt(2) times their value at the real part, which is at most e^(pi/2) times that at y. By Cauchy the k-th
/// derivative is at most 6.81 k! / (pi/2)^k times the value. What is left out is then below 3e-19 of the first
/// two means and 6e-17 of the third at this width.
const TAYLOR: f64 = 1.0 / 64.0;
/// Width up to which Gauss's rule of 8 nodes is exact to rounding. Proof: let r be half the width and rho + 1/rho =
/// pi / r. Within the ellipse of foci y0, y1 and semi-axis sum r rho the imaginary part is below pi/2, so that |g|
/// and |q| are at most sqrt(2) exp(r + pi/2) times their smallest value on the segment. The error of N nodes is,
/// relative, below 32/15 sqrt(2) exp(r + pi/2) rho^(-2N) / (1 - rho^-2) = 5.4e-17; t in the third mean multiplies
/// it by at most 1 + pi/(2r): 4e-16.
const GAUSS: f64 = 0.5;

/// Nodes on [0, 1] and weights that sum to 1 (Gauss-Legendre).
const GAUSS_8: [(f64, f64); 8] = [
    (0.019_855_071_751_231_884, 0.050_614_268_145_188_13),
    (0.101_666_761_293_186_64, 0.111_190_517_226_687_24),
    (0.237_233_795_041_835_5, 0.156_853_322_938_943_63),
    (0.408_282_678_752_175_1, 0.181_341_891_689_181),
    (0.591_717_321_247_825, 0.181_341_891_689_181),
    (0.762_766_204_958_164_5, 0.156_853_322_938_943_63),
    (0.898_333_238_706_813_4, 0.111_190_517_226_687_24),
    (0.980_144_928_248_768_1, 0.050_614_268_145_188_13),
];

/// Means of the tail along the line from `y0 >= 0` to `y1 >= 0` (also infinite), in either direction.
pub(super) fn tail_means(y0: f64, y1: f64) -> TailMeans {
    let width = (y1 - y0).abs();
    if y0.min(y1) >= VANISHED {
        TailMeans { log: 0.0, share: 0.0, lever: 0.0 }
    } else if width <= TAYLOR {
        by_series(y0, y1)
    } else if width <= GAUSS {
        by_rule(y0, y1)
    } else {
        by_antiderivative(y0, y1)
    }
}

/// With c the middle, h = (y1 - y0) / 2 and y = c + tau h:
///
/// ```text
/// int g dt   = g + g2 h^2/6 + g4 h^4/120 + g6 h^6/5040        g2, g4, ...: derivatives at c; of q = -g' alike
/// int t q dt = (int q dt + q1 h/3 + q3 h^3/30 + q5 h^5/840) / 2
/// ```
///
/// With s = q (1 - q) and d = 1 - 2 q, s' = -s d and d' = 2 s; all derivatives are polynomials in them.
#[inline(always)]
fn by_series(y0: f64, y1: f64) -> TailMeans {
    let h = 0.5 * (y1 - y0);
    let square = h * h;
    let tail = tail(y0 + h);
    let (q, s) = (tail.share, tail.share * (1.0 - tail.share));
    let d = 1.0 - 2.0 * q;
    let dd = d * d;
    let g2 = s;
    let g3 = -s * d;
    let g4 = s * (dd - 2.0 * s);
    let g5 = -s * d * (dd - 8.0 * s);
    let g6 = s * (dd * (dd - 22.0 * s) + 16.0 * s * s);
    let g7 = -s * d * (dd * (dd - 52.0 * s) + 136.0 * s * s);
    let even =
        |f2: f64, f4: f64, f6: f64| square * (f2 / 6.0 + square * (f4 / 120.0 + square * (f6 / 5040.0)));
    let share = q - even(g3, g5, g7);
    let odd = h * (g2 / 3.0 + square * (g4 / 30.0 + square * (g6 / 840.0)));
    TailMeans { log: tail.log() + even(g2, g4, g6), share, lever: 0.5 * (share - odd) }
}

fn by_rule(y0: f64, y1: f64) -> TailMeans {
    let mut means = TailMeans { log: 0.0, share: 0.0, lever: 0.0 };
    for (t, weight) in GAUSS_8 {
        let tail = tail(y0 + t * (y1 - y0));
        means.log += weight * tail.log();
        means.share += weight * tail.share;
        means.lever += weight * t * tail.share;
    }
    means
}

/// With l < h the ends and w = h - l:
///
/// ```text
/// int g = R(l) - R(h)    int q = g(l) - g(h)
/// int (y - l) q = R(l) - R(h) - w g(h)    int (h - y) q = w g(l) - (R(l) - R(h))
/// ```
///
/// For w >= 1/2 no difference loses more than a digit.
fn by_antiderivative(y0: f64, y1: f64) -> TailMeans {
    let (low, high) = (y0.min(y1), y0.max(y1));
    let width = high - low;
    let (g_low, g_high) = (tail(low).log(), tail(high).log());
    let mean = (area(g_low) - area(g_high)) / width;
    let lever = if y0 <= y1 { mean - g_high } else { g_low - mean };
    TailMeans { log: mean, share: (g_low - g_high) / width, lever: lever / width }
}

/// `R(y)` as a function of g = g(y) in [0, log 2]: g + g^2/4 + sum over k of B_2k g^(2k+1) / (2k+1)!, B_2k the
/// Bernoulli numbers (put u = -g into Li2(1 - e^-u) = sum of B_n u^(n+1) / (n+1)!). Successive terms fall by
/// (g / 2 pi)^2 <= 0.0122; the first one left out is below 1e-17 of the sum.
fn area(g: f64) -> f64 {
    const DIVISORS: [f64; 8] = [
        36.0,
        -3_600.0,
        211_680.0,
        -10_886_400.0,
        526_901_760.0,
        -24_601_688_544.138_93,
        1_120_863_744_000.0,
        -50_152_222_374_608.79,
    ];
    let square = g * g;
    let series = DIVISORS.iter().rev().fold(0.0, |sum, divisor| sum * square + 1.0 / divisor);
    g + square * (0.25 + g * series)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    /// Simpson's rule on so many pieces that its error is below 1e-13.
    fn naive(y0: f64, y1: f64) -> [f64; 3] {
        let pieces = 4_000;
        let mut sums = [0.0; 3];
        for k in 0..=pieces {
            let t = f64::from(k) / f64::from(pieces);
            let weight = if k == 0 || k == pieces { 1.0 } else { f64::from(2 + 2 * (k % 2)) };
            let e = (-(y0 + t * (y1 - y0))).exp();
            let values = [e.ln_1p(), e / (1.0 + e), t * e / (1.0 + e)];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += weight * value / f64::from(3 * pieces);
            }
        }
        sums
    }

    #[test]
    fn areas_of_the_whole_tail() {
        assert_relative_eq!(
            area(tail(0.0).log()),
            std::f64::consts::PI.powi(2) / 12.0,
            max_relative = 4e-16
        );
        // -Li2(-1/2) and -Li2(-e^-20), 20 digits rounded.
        assert_relative_eq!(area(1.5f64.ln()), 0.448_414_206_923_646_2, max_relative = 4e-16);
        assert_relative_eq!(area(tail(20.0).log()), 2.061_153_621_194_015e-9, max_relative = 4e-16);
    }

    #[test]
    fn ends_of_the_range() {
        let inf = f64::INFINITY;
        assert_eq!(tail(inf), Tail { odds: 0.0, share: 0.0 });
        assert_eq!(tail(0.0), Tail { odds: 1.0, share: 0.5 });
        for (y0, y1) in [(inf, inf), (0.0, inf), (inf, 3.0), (1e308, 1e300), (800.0, 800.5)] {
            assert_eq!(tail_means(y0, y1), TailMeans { log: 0.0, share: 0.0, lever: 0.0 });
        }
    }

    #[test]
    fn the_ways_meet_where_one_takes_over() {
        for low in [0.0, 0.1, 1.0, 3.0, 30.0, 700.0] {
            for (width, before, after) in [
                (TAYLOR, by_series as fn(f64, f64) -> TailMeans, by_rule as fn(f64, f64) -> TailMeans),
                (GAUSS, by_rule, by_antiderivative),
            ] {
                for (y0, y1) in [(low, low + width), (low + width, low)] {
                    let (a, b) = (before(y0, y1), after(y0, y1));
                    for (a, b) in [(a.log, b.log), (a.share, b.share), (a.lever, b.lever)] {
                        assert_relative_eq!(a, b, max_relative = 4e-15);
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn products_agree_with_sums(odds in prop::collection::vec(0.0..=1.0f64, 0..40), shrink in 0i32..900) {
            let odds: Vec<f64> = odds.iter().map(|e| e * 2f64.powi(-shrink)).collect();
            let mut product = LogProduct::default();
            let mut total: f64 = odds.iter().filter_map(|&e| product.multiply(e)).sum();
            total += product.take();
            let expected: f64 = odds.iter().map(|e| e.ln_1p()).sum();
            prop_assert!((total - expected).abs() <= 4e-15 * expected, "{total} {expected}");
        }

        #[test]
        fn agrees_with_the_naive_twin(y0 in 0.0..12.0f64, step in -6.0..6.0f64, fine in 0u32..3) {
            let y1 = (y0 + step * [1.0, 0.05, 0.002][fine as usize]).max(0.0);
            let means = tail_means(y0, y1);
            for (found, expected) in [means.log, means.share, means.lever].into_iter().zip(naive(y0, y1)) {
                prop_assert!((found - expected).abs() <= 2e-12 * expected, "{found} {expected}");
            }
        }
    }
}
