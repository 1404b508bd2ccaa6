//! Many small pairs as one call.

use ndarray::ArrayView2;

use super::wasserstein::{between, exponent};
use crate::error::Error;
use crate::kernels::cells::Law;
use crate::kernels::in_order::in_order;
use crate::kernels::sort;
use crate::sample::Number;

/// Rows of one piece of work: enough that handing it to a thread costs nothing beside it.
const ROWS_PER_PIECE: usize = 16;

/// How far apart are many pairs of small samples? The p-Wasserstein distance of each row of `a` to the same row
/// of `b`.
///
/// Entry i of the result is [`wasserstein`](crate::wasserstein) of row i of `a` and row i of `b`, in any order
/// and unweighted; the two matrices have as many rows, not necessarily as many columns. One sort of each row in
/// reused memory; rows are spread over threads under the feature `rayon`, which changes no bit.
///
/// # Errors
/// [`Error::InvalidExponent`]; [`Error::UnequalLengths`] of the matrices; [`Error::EmptyMatrix`];
/// [`Error::EntryNotFinite`] with row and column; [`Error::OutOfRange`].
///
/// ```
/// use ndarray::array;
/// use risk_sd::wasserstein_rows;
///
/// let a = array![[0.0, 2.0, 4.0], [1.0, 1.0, 1.0]];
/// let b = array![[3.0, 1.0], [0.0, 2.0]];
/// assert_eq!(wasserstein_rows(1.0, a.view(), b.view())?, [1.0, 1.0]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "batch")]
pub fn wasserstein_rows<T: Sync>(
    p: f64,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
) -> Result<Vec<f64>, Error>
where
    for<'v> &'v T: Number,
{
    let exponent = exponent(p)?;
    if a.nrows() != b.nrows() {
        let (expected, found) = (a.nrows(), b.nrows());
        return Err(Error::UnequalLengths { what: "second matrix", expected, found });
    }
    for (matrix, view) in [("first matrix", &a), ("second matrix", &b)] {
        if view.is_empty() {
            return Err(Error::EmptyMatrix { matrix });
        }
    }
    let pieces = a.nrows().div_ceil(ROWS_PER_PIECE);
    let found = in_order(pieces, Scratch::default, |scratch, piece| {
        let rows = piece * ROWS_PER_PIECE..((piece + 1) * ROWS_PER_PIECE).min(a.nrows());
        rows.map(|row| {
            sorted_row("first matrix", &a, row, &mut scratch.a)?;
            sorted_row("second matrix", &b, row, &mut scratch.b)?;
            between(exponent, Law::Uniform(&scratch.a), Law::Uniform(&scratch.b))
        })
        .collect::<Result<Vec<f64>, Error>>()
    });
    Ok(found.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}

#[derive(Default)]
struct Scratch {
    a: Vec<f64>,
    b: Vec<f64>,
}

/// A row of a matrix, checked and sorted, without -0.0.
fn sorted_row<T>(
    matrix: &'static str,
    view: &ArrayView2<'_, T>,
    row: usize,
    out: &mut Vec<f64>,
) -> Result<(), Error>
where
    for<'v> &'v T: Number,
{
    let entries = view.row(row);
    let number = |value: &T| value.to_f64() + 0.0;
    out.clear();
    match entries.as_slice() {
        // The length of a slice is known beforehand: no check per entry, and whole vectors at a time.
        Some(entries) => out.extend(entries.iter().map(number)),
        None => out.extend(entries.iter().map(number)),
    }
    match sort::survey(out) {
        Ok(arrangement) => sort::sort_surveyed(out, arrangement),
        Err(column) => return Err(Error::EntryNotFinite { matrix, row, column, value: out[column] }),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;
    use crate::transport::wasserstein;
    use ndarray::{Array2, array};

    #[test]
    fn every_row_is_the_distance_of_its_samples() {
        let a = Array2::from_shape_fn((100, 7), |(i, j)| ((i * 31 + j * 17) % 23) as f32);
        let b = Array2::from_shape_fn((100, 5), |(i, j)| ((i * 13 + j * 7) % 19) as f32 - 0.5);
        for p in [1.0, 2.0, 3.5, f64::INFINITY] {
            let found = wasserstein_rows(p, a.view(), b.view()).unwrap();
            for (i, found) in found.iter().enumerate() {
                let (x, y) = (Sample::new(a.row(i)).unwrap(), Sample::new(b.row(i)).unwrap());
                assert_eq!(*found, wasserstein(p, &x, &y).unwrap());
            }
        }
    }

    #[test]
    fn bad_matrices_are_named() {
        let a = array![[1.0, 2.0], [3.0, f64::NAN]];
        let error = wasserstein_rows(1.0, a.view(), a.view()).unwrap_err();
        assert!(matches!(
            error,
            Error::EntryNotFinite { matrix: "first matrix", row: 1, column: 1, .. }
        ));
        let short = wasserstein_rows(1.0, a.view(), array![[1.0]].view());
        assert!(matches!(short, Err(Error::UnequalLengths { expected: 2, found: 1, .. })));
        let empty = Array2::<f64>::zeros((2, 0));
        let error = wasserstein_rows(1.0, empty.view(), empty.view()).unwrap_err();
        assert_eq!(error, Error::EmptyMatrix { matrix: "first matrix" });
    }
}
