//! What it costs to take one label for another.

use super::square::Square;
use crate::error::Error;
use crate::sample::Number;

/// Costs of moving probability between d labels: square, symmetric, finite, not negative.
///
/// ```
/// use risk_sd::CostMatrix;
///
/// // Cat, dog, truck: a cat is nearer to a dog.
/// let cost = CostMatrix::new([[0.0, 0.2, 1.0], [0.2, 0.0, 1.0], [1.0, 1.0, 0.0]])?;
/// assert_eq!(cost.labels(), 3);
/// assert_eq!(cost.at(0, 1), 0.2);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost O(d^2) memory.
#[doc(alias = "ground metric")]
#[doc(alias = "distance matrix")]
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CostMatrix(Square);

impl CostMatrix {
    /// From the rows of the matrix. The diagonal need not be zero.
    ///
    /// C_ij and C_ji may differ by 1e-12 of the largest cost, as distances computed in another order do;
    /// then both become their mean.
    ///
    /// # Errors
    /// [`Error::NoLabels`]; [`Error::NotSquare`]; [`Error::InvalidEntry`] for a negative, NaN or infinite
    /// cost; [`Error::Asymmetric`].
    pub fn new<R: IntoIterator<Item = impl Number>>(
        rows: impl IntoIterator<Item = R>,
    ) -> Result<CostMatrix, Error> {
        Square::new("cost", rows).map(CostMatrix)
    }

    /// Squared Euclidean distances `C_ij = |e_i - e_j|^2` of one embedding vector per label.
    ///
    /// ```
    /// use risk_sd::CostMatrix;
    ///
    /// let cost = CostMatrix::squared_euclidean([[0.0, 0.0], [3.0, 4.0]])?;
    /// assert_eq!(cost.at(0, 1), 25.0);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoLabels`]; [`Error::EmptyMatrix`] for embeddings without coordinates; [`Error::UnequalLengths`];
    /// [`Error::InvalidEntry`] for a coordinate that is not finite and for a distance beyond the range of f64;
    /// [`Error::EmbeddingsTooClose`] where all squared distances are below 1e-292, too small for the digits of f64.
    #[doc(alias = "embedding")]
    pub fn squared_euclidean<R: IntoIterator<Item = impl Number>>(
        embeddings: impl IntoIterator<Item = R>,
    ) -> Result<CostMatrix, Error> {
        let embeddings = table("embedding", embeddings)?;
        let square = |(a, b): (&f64, &f64)| (a - b) * (a - b);
        let costs = CostMatrix::between(&embeddings, |a, b| a.iter().zip(b).map(square).sum())?;
        // Beside a larger cost it does not matter how small ones are rounded.
        match costs.largest() < ROUNDED_SQUARE {
            true => refuse_different(&embeddings).map(|()| costs),
            false => Ok(costs),
        }
    }

    /// Cosine distances `C_ij = 1 - <e_i, e_j> / (|e_i| |e_j|)` of one embedding vector per label, in [0, 2].
    ///
    /// # Errors
    /// As [`CostMatrix::squared_euclidean`]; [`Error::ZeroRow`] for an embedding of zeros, which has no
    /// direction.
    #[doc(alias = "embedding")]
    pub fn cosine<R: IntoIterator<Item = impl Number>>(
        embeddings: impl IntoIterator<Item = R>,
    ) -> Result<CostMatrix, Error> {
        let mut embeddings = table("embedding", embeddings)?;
        for (row, embedding) in embeddings.iter_mut().enumerate() {
            let largest = embedding.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
            if largest == 0.0 {
                return Err(Error::ZeroRow { what: "embedding", row });
            }
            // Divided by the largest coordinate first, so that no square leaves the range of f64.
            embedding.iter_mut().for_each(|v| *v /= largest);
            let norm = embedding.iter().map(|v| v * v).sum::<f64>().sqrt();
            embedding.iter_mut().for_each(|v| *v /= norm);
        }
        // |a - b|^2 / 2 for unit vectors: near 0 it keeps the digits that 1 - <a, b> loses.
        let square = |(a, b): (&f64, &f64)| (a - b) * (a - b);
        CostMatrix::between(&embeddings, |a, b| a.iter().zip(b).map(square).sum::<f64>() / 2.0)
    }

    /// Distances between classes that are classified alike: squared Hellinger distances of the rows of a
    /// confusion matrix (own definition).
    ///
    /// ```text
    /// C_ij = 1 - sum_m sqrt(P_im P_jm)     in [0, 1],     P_im = N_im / sum_m N_im
    /// ```
    ///
    /// N_im counts the items of class i that were called m, on data other than those to be ensembled. C_ij
    /// is 0 where the classes cannot be told apart, 1 where no answer is ever given to both. Only the shares
    /// within a row matter, so the classes may have any sizes.
    ///
    /// ```
    /// use risk_sd::CostMatrix;
    ///
    /// let cost = CostMatrix::from_confusion([[8, 2, 0], [2, 8, 0], [0, 0, 5]].map(|r| r.map(f64::from)))?;
    /// assert!((cost.at(0, 1) - 0.2).abs() < 1e-15);
    /// assert_eq!(cost.at(0, 2), 1.0);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoLabels`]; [`Error::NotSquare`]; [`Error::InvalidEntry`] for a count that is negative, NaN
    /// or infinite; [`Error::ZeroRow`] for a class without items.
    #[doc(alias = "confusion matrix")]
    #[doc(alias = "Hellinger")]
    pub fn from_confusion<R: IntoIterator<Item = impl Number>>(
        counts: impl IntoIterator<Item = R>,
    ) -> Result<CostMatrix, Error> {
        let rows = super::square::rows("confusion", counts)?;
        let mut roots = Vec::with_capacity(rows.len());
        for (row, counts) in rows.into_iter().enumerate() {
            let largest = counts.iter().copied().fold(0.0, f64::max);
            if largest == 0.0 {
                return Err(Error::ZeroRow { what: "confusion", row });
            }
            let total: f64 = counts.iter().map(|count| count / largest).sum();
            roots.push(counts.iter().map(|count| (count / largest / total).sqrt()).collect::<Vec<_>>());
        }
        // Half the squared distance of the roots: exactly 0 for equal rows, which 1 - sum is not.
        let square = |(a, b): (&f64, &f64)| (a - b) * (a - b);
        let half = |a: &[f64], b: &[f64]| a.iter().zip(b).map(square).sum::<f64>() / 2.0;
        CostMatrix::between(&roots, |a, b| half(a, b).min(1.0))
    }

    /// The same costs divided by the largest, so that epsilon has a scale; unchanged if all are zero.
    #[must_use]
    pub fn divided_by_largest(self) -> CostMatrix {
        let largest = self.largest();
        if largest == 0.0 { self } else { CostMatrix(self.0.map(|cost| cost / largest)) }
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.0.order()
    }

    /// The cost between two labels.
    ///
    /// # Panics
    /// Where a label is not below [`CostMatrix::labels`].
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.0.at(i, j)
    }

    /// The largest cost.
    pub fn largest(&self) -> f64 {
        self.0.entries().iter().copied().fold(0.0, f64::max)
    }

    /// -C / epsilon.
    pub(super) fn log_kernel(&self, epsilon: f64) -> Square {
        self.0.clone().map(|cost| -(cost / epsilon))
    }

    fn between(
        vectors: &[Vec<f64>],
        distance: impl Fn(&[f64], &[f64]) -> f64,
    ) -> Result<CostMatrix, Error> {
        let row = |a: &Vec<f64>| vectors.iter().map(|b| distance(a, b)).collect::<Vec<f64>>();
        CostMatrix::new(vectors.iter().map(row))
    }
}

/// Squares below this have lost digits to underflow.
const ROUNDED_SQUARE: f64 = f64::MIN_POSITIVE / f64::EPSILON;

/// Refuses embeddings of which two differ.
fn refuse_different(embeddings: &[Vec<f64>]) -> Result<(), Error> {
    for (row, a) in embeddings.iter().enumerate() {
        if let Some(other) = embeddings[..row].iter().position(|b| a != b) {
            return Err(Error::EmbeddingsTooClose { row: other, other: row });
        }
    }
    Ok(())
}

/// Finite rows of equal length.
fn table<R: IntoIterator<Item = impl Number>>(
    what: &'static str,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<Vec<f64>>, Error> {
    let numbers = |row: R| row.into_iter().map(Number::to_f64).collect::<Vec<f64>>();
    let rows: Vec<Vec<f64>> = rows.into_iter().map(numbers).collect();
    let expected = rows.first().map_or(0, Vec::len);
    if expected == 0 && !rows.is_empty() {
        return Err(Error::EmptyMatrix { matrix: "embedding matrix" });
    }
    for (row, values) in rows.iter().enumerate() {
        if values.len() != expected {
            return Err(Error::UnequalLengths { what: "embedding", expected, found: values.len() });
        }
        if let Some(column) = values.iter().position(|v| !v.is_finite()) {
            return Err(Error::InvalidEntry { what, row, column, value: values[column] });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embeddings_give_their_distances() {
        let cost = CostMatrix::squared_euclidean([[1e9, 0.0], [1e9 + 1.0, 2.0], [1e9, 0.0]]).unwrap();
        assert_eq!([cost.at(0, 1), cost.at(0, 2), cost.largest()], [5.0, 0.0, 5.0]);
        assert_eq!(cost.divided_by_largest().at(1, 0), 1.0);
        let cost = CostMatrix::cosine([[1e200, 0.0], [0.0, 1e-200], [-3.0, 0.0], [2.0, 0.0]]).unwrap();
        let expected = [1.0, 2.0, 0.0];
        for (found, expected) in [cost.at(0, 1), cost.at(0, 2), cost.at(0, 3)].iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15, "{found}");
        }
    }

    #[test]
    fn squares_that_underflow_are_refused() {
        let tiny = |scale: f64| {
            CostMatrix::squared_euclidean([[0.0, 0.0], [0.0, 0.0], [3.0 * scale, 4.0 * scale]])
        };
        for scale in [1e-200, 1e-160, 1e-150, 5e-324] {
            assert_eq!(tiny(scale), Err(Error::EmbeddingsTooClose { row: 0, other: 2 }));
        }
        let scale = 2f64.powi(-484);
        assert_eq!(tiny(scale).unwrap().at(2, 1), 25.0 * scale * scale);
        // Nothing is lost where nothing differs, or beside a distance of ordinary size.
        assert_eq!(CostMatrix::squared_euclidean([[1e-200], [1e-200]]).unwrap().largest(), 0.0);
        let mixed = CostMatrix::squared_euclidean([[0.0], [1e-200], [1.0]]).unwrap();
        assert_eq!([mixed.at(0, 1), mixed.at(1, 2)], [0.0, 1.0]);
    }

    #[test]
    fn confusion_rows_are_compared_as_shares() {
        let cost = CostMatrix::from_confusion([[4.0, 4.0], [1e300, 1e300]]).unwrap();
        assert_eq!(cost.largest(), 0.0);
        assert_eq!(cost.clone().divided_by_largest(), cost);
        let none = CostMatrix::from_confusion([[1.0, 0.0], [0.0, 0.0]]);
        assert_eq!(none, Err(Error::ZeroRow { what: "confusion", row: 1 }));
    }
}
