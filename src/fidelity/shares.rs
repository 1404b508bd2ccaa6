//! Distances between two vectors of shares over the same classes, and the entropy of one.

use crate::error::Error;
use crate::kernels::sum::sum;

/// How far apart are two vectors of shares over the same classes? The symmetric chi-square distance.
///
/// ```text
/// (1/2) sum_k (p_k - q_k)^2 / (p_k + q_k)          0/0 = 0
/// ```
///
/// In [0, 1]: 0 for equal shares, 1 where no class has a share in both. Masses (counts) are divided by their sums
/// first. A class empty in both adds nothing. It is the figure by which papers on tabular transformers compare a
/// column of generated data with the real one, over [bins](crate::QuantileBins) or over levels; it is not
/// Pearson's statistic, which divides by expected counts and grows with the number of rows.
///
/// # Errors
/// [`Error::UnequalLengths`]; [`Error::NoLabels`] for no class; [`Error::InvalidMass`] for a negative, NaN or
/// infinite mass; [`Error::InvalidTotal`] for masses without a positive finite sum.
///
/// Reference: Le Cam 1986, section 4.2; Padhi et al. 2021.
///
/// ```
/// use risk_sd::chi_square_distance;
///
/// // (0.1^2 / 0.9 + 0.1^2 / 1.1) / 2
/// let distance = chi_square_distance(&[0.5, 0.5], &[0.4, 0.6])?;
/// assert!((distance - 1.0 / 99.0).abs() < 1e-16);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "triangular discrimination")]
#[doc(alias = "Vincze-Le Cam")]
#[doc(alias = "chi2")]
pub fn chi_square_distance(p: &[f64], q: &[f64]) -> Result<f64, Error> {
    let [p, q] = pair(p, q)?;
    Ok(chi_square(&p, &q))
}

/// How far apart are two vectors of shares over the same classes? The total variation distance.
///
/// ```text
/// (1/2) sum_k |p_k - q_k|
/// ```
///
/// In [0, 1]: the share of one that has to change its class to become the other. Masses (counts) are divided by
/// their sums first.
///
/// # Errors
/// As [`chi_square_distance`].
///
/// ```
/// use risk_sd::total_variation_distance;
///
/// assert_eq!(total_variation_distance(&[3.0, 1.0, 0.0], &[2.0, 1.0, 1.0])?, 0.25);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn total_variation_distance(p: &[f64], q: &[f64]) -> Result<f64, Error> {
    let [p, q] = pair(p, q)?;
    Ok(total_variation(&p, &q))
}

/// How evenly are shares spread over classes? Shannon's entropy, in nats.
///
/// ```text
/// -sum_k p_k ln p_k          0 ln 0 = 0
/// ```
///
/// Between 0 (one class) and ln K (K classes of equal share). Divide by ln 2 for bits. Masses (counts) are
/// divided by their sum first.
///
/// # Errors
/// [`Error::NoLabels`], [`Error::InvalidMass`], [`Error::InvalidTotal`] as [`chi_square_distance`].
///
/// ```
/// use risk_sd::entropy;
///
/// assert_eq!(entropy(&[5.0, 5.0])?, std::f64::consts::LN_2);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "Shannon")]
pub fn entropy(shares: &[f64]) -> Result<f64, Error> {
    Ok(entropy_of(&normalised(shares)?))
}

/// Of shares that sum to 1.
pub(super) fn chi_square(p: &[f64], q: &[f64]) -> f64 {
    let terms = p.iter().zip(q).filter(|(p, q)| *p + *q > 0.0);
    (0.5 * sum(terms.map(|(p, q)| (p - q) * ((p - q) / (p + q))))).clamp(0.0, 1.0)
}

/// Of shares that sum to 1.
pub(super) fn total_variation(p: &[f64], q: &[f64]) -> f64 {
    (0.5 * sum(p.iter().zip(q).map(|(p, q)| (p - q).abs()))).min(1.0)
}

/// Of shares that sum to 1.
pub(super) fn entropy_of(shares: &[f64]) -> f64 {
    let terms = shares.iter().filter(|share| **share > 0.0);
    (0.0 - sum(terms.map(|share| share * libm::log(*share)))).max(0.0)
}

/// Counts as shares of their sum, which is positive.
pub(super) fn shares_of(counts: &[u64]) -> Vec<f64> {
    let total: u64 = counts.iter().sum();
    counts.iter().map(|&count| count as f64 / total as f64).collect()
}

fn pair(p: &[f64], q: &[f64]) -> Result<[Vec<f64>; 2], Error> {
    if p.len() != q.len() {
        return Err(Error::UnequalLengths {
            what: "the second shares",
            expected: p.len(),
            found: q.len(),
        });
    }
    Ok([normalised(p)?, normalised(q)?])
}

fn normalised(masses: &[f64]) -> Result<Vec<f64>, Error> {
    if masses.is_empty() {
        return Err(Error::NoLabels);
    }
    if let Some(label) = masses.iter().position(|mass| !(mass.is_finite() && *mass >= 0.0)) {
        return Err(Error::InvalidMass { label, value: masses[label] });
    }
    let total = sum(masses.iter().copied());
    match total > 0.0 && total.is_finite() {
        true => Ok(masses.iter().map(|mass| mass / total).collect()),
        false => Err(Error::InvalidTotal { total }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// p = (1/2, 1/4, 1/4, 0), q = (1/4, 1/4, 0, 1/2):
    /// chi-square (1/2)((1/16)/(3/4) + 0 + (1/16)/(1/4) + (1/4)/(1/2)) = (1/2)(1/12 + 1/4 + 1/2) = 5/12;
    /// total variation (1/2)(1/4 + 0 + 1/4 + 1/2) = 1/2; entropy of p (1/2) ln 2 + (1/2) ln 4 = (3/2) ln 2.
    #[test]
    fn hand_values() {
        let (p, q) = ([2.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.0, 2.0]);
        assert!((chi_square_distance(&p, &q).unwrap() - 5.0 / 12.0).abs() < 1e-16);
        assert_eq!(total_variation_distance(&p, &q), Ok(0.5));
        assert!((entropy(&p).unwrap() - 1.5 * std::f64::consts::LN_2).abs() < 1e-15);
        assert_eq!(entropy(&[0.0, 7.0]), Ok(0.0));
    }

    #[test]
    fn ends_of_the_range() {
        for f in [chi_square_distance, total_variation_distance] {
            assert_eq!(f(&[1.0, 0.0, 0.0], &[0.0, 3.0, 0.0]), Ok(1.0));
            assert_eq!(f(&[1.0, 2.0], &[2.0, 4.0]), Ok(0.0));
            assert_eq!(f(&[1e-300, 1e-300], &[1e300, 1e300]), Ok(0.0));
        }
    }

    #[test]
    fn bad_masses_are_named() {
        let lengths = Error::UnequalLengths { what: "the second shares", expected: 1, found: 2 };
        assert_eq!(chi_square_distance(&[1.0], &[1.0, 0.0]), Err(lengths));
        assert_eq!(entropy(&[]), Err(Error::NoLabels));
        assert_eq!(entropy(&[1.0, -1.0]), Err(Error::InvalidMass { label: 1, value: -1.0 }));
        assert_eq!(entropy(&[0.0, 0.0]), Err(Error::InvalidTotal { total: 0.0 }));
        let nan = total_variation_distance(&[1.0], &[f64::NAN]);
        assert!(matches!(nan, Err(Error::InvalidMass { label: 0, .. })));
    }
}
