//! Corrections of p-values for the number of questions asked.

use crate::error::Error;

/// How p-values are corrected where several comparisons are made at once.
///
/// A comparison is decided where its adjusted p-value is at most the level; then the chance of any wrong
/// decision is at most the level too (not for [`Adjustment::None`]).
///
/// ```
/// use risk_sd::Adjustment;
///
/// let adjusted = Adjustment::Holm.adjust(&[0.01, 0.04, 0.03, 0.005], 2)?;
/// assert_eq!(adjusted, [0.03, 0.06, 0.06, 0.02]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Adjustment {
    /// Holm's step-down: the t-th smallest of T p-values becomes `max_{s <= t} min(1, (T - s + 1) p_(s))`.
    /// Never larger than Bonferroni's.
    #[default]
    Holm,
    /// `min(1, T p)`, T the number of p-values.
    Bonferroni,
    /// `min(1, k^2 p)`, k the number of models: the level alpha/k^2 of the listing of Nitsure et al. 2024.
    /// Conservative, because there are only k(k - 1) ordered pairs.
    PaperSquare,
    /// p-values as they are: the level holds for one comparison chosen beforehand.
    None,
}

impl Adjustment {
    /// The adjusted p-values, in the order given.
    ///
    /// `models` is the number of models compared; only [`Adjustment::PaperSquare`] looks at it. Equal
    /// p-values get equal results. Cost O(T log T).
    ///
    /// # Errors
    /// [`Error::InvalidPValue`] for a p-value that is NaN or outside [0, 1], with its row.
    ///
    /// Reference: Holm 1979.
    pub fn adjust(self, p_values: &[f64], models: usize) -> Result<Vec<f64>, Error> {
        if let Some(row) = p_values.iter().position(|p| !(0.0..=1.0).contains(p)) {
            return Err(Error::InvalidPValue { row, p_value: p_values[row] });
        }
        let times = |factor: f64| p_values.iter().map(|p| (factor * p).min(1.0)).collect();
        Ok(match self {
            Adjustment::Holm => holm(p_values),
            Adjustment::Bonferroni => times(p_values.len() as f64),
            Adjustment::PaperSquare => times((models as f64).powi(2)),
            Adjustment::None => p_values.to_vec(),
        })
    }

    /// How many comparisons share the level among k models: the smallest p-value is multiplied by this.
    pub(crate) fn comparisons(self, models: usize) -> usize {
        match self {
            Adjustment::Holm | Adjustment::Bonferroni => models * (models - 1),
            Adjustment::PaperSquare => models * models,
            Adjustment::None => 1,
        }
    }
}

impl std::fmt::Display for Adjustment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Adjustment::Holm => "Holm",
            Adjustment::Bonferroni => "Bonferroni",
            Adjustment::PaperSquare => "k^2 divisor",
            Adjustment::None => "no adjustment",
        })
    }
}

fn holm(p_values: &[f64]) -> Vec<f64> {
    let count = p_values.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; count];
    let mut largest: f64 = 0.0;
    for (smaller, row) in order.into_iter().enumerate() {
        largest = largest.max(((count - smaller) as f64 * p_values[row]).min(1.0));
        adjusted[row] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_two_and_ten_p_values() {
        for adjustment in [Adjustment::Holm, Adjustment::Bonferroni, Adjustment::None] {
            assert_eq!(adjustment.adjust(&[0.2], 2).unwrap(), [0.2]);
        }
        assert_eq!(Adjustment::Holm.adjust(&[0.5, 0.25], 2).unwrap(), [0.5, 0.5]);
        assert_eq!(Adjustment::Holm.adjust(&[0.75, 0.75], 2).unwrap(), [1.0, 1.0]);
        assert_eq!(Adjustment::Bonferroni.adjust(&[0.5, 0.25], 2).unwrap(), [1.0, 0.5]);
        assert_eq!(Adjustment::PaperSquare.adjust(&[0.5, 0.0625], 2).unwrap(), [1.0, 0.25]);
        assert_eq!(Adjustment::None.adjust(&[0.5, 0.25], 2).unwrap(), [0.5, 0.25]);
        let ten: Vec<f64> = (1..=10).map(|i| f64::from(i) / 128.0).collect();
        let found = Adjustment::Holm.adjust(&ten, 4).unwrap();
        // (11 - i) i / 128 rises to i = 5 and stays there.
        let expected = [10., 18., 24., 28., 30., 30., 30., 30., 30., 30.].map(|v| v / 128.0);
        assert_eq!(found, expected);
        assert_eq!(Adjustment::PaperSquare.adjust(&ten, 4).unwrap()[9], 1.0);
        assert_eq!(Adjustment::default(), Adjustment::Holm);
    }

    #[test]
    fn no_p_values_stay_none_and_bad_ones_are_named() {
        for adjustment in [Adjustment::Holm, Adjustment::PaperSquare, Adjustment::None] {
            assert_eq!(adjustment.adjust(&[], 2).unwrap(), [0.0; 0]);
            let error = adjustment.adjust(&[0.0, 1.5], 2);
            assert_eq!(error, Err(Error::InvalidPValue { row: 1, p_value: 1.5 }));
            let error = adjustment.adjust(&[f64::NAN], 2);
            assert!(matches!(error, Err(Error::InvalidPValue { row: 0, .. })));
        }
    }

    #[test]
    fn holm_closes_the_bonferroni_tests() {
        // The adjusted p of i is the largest Bonferroni p over all sets of hypotheses that contain i.
        let p_values = [0.011, 0.2, 0.013, 0.4, 0.0125];
        let found = Adjustment::Holm.adjust(&p_values, 3).unwrap();
        for (i, &adjusted) in found.iter().enumerate() {
            let sets = (0..1 << p_values.len()).filter(|set| set >> i & 1 == 1);
            let bonferroni = sets.map(|set: usize| {
                let members = (0..p_values.len()).filter(|j| set >> j & 1 == 1);
                let smallest = members.map(|j| p_values[j]).fold(1.0, f64::min);
                (f64::from(set.count_ones()) * smallest).min(1.0)
            });
            assert_eq!(adjusted, bonferroni.fold(0.0, f64::max));
        }
    }
}
