//! The distances between k samples.

use std::fmt;

use super::wasserstein::{between, exponent};
use crate::error::Error;
use crate::kernels::in_order::in_order;
use crate::sample::Samples;

/// The distances between k named samples. Made by [`wasserstein_matrix`]; prints as a table.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DistanceMatrix {
    /// The exponent p.
    pub p: f64,
    /// Of the samples.
    pub names: Vec<String>,
    /// `distances[i][j] = W_p(sample i, sample j)`: symmetric, 0 on the diagonal.
    pub distances: Vec<Vec<f64>>,
}

/// Which of k distributions are close to each other? All p-Wasserstein distances.
///
/// Each entry is [`wasserstein`](crate::wasserstein) of two samples, whatever their sizes and weights; how rows
/// belong together (paired, clustered) plays no part. Pairs are spread over threads under the feature `rayon`.
/// Cost O(k N) for N rows in all.
///
/// # Errors
/// As [`wasserstein`](crate::wasserstein).
///
/// ```
/// use risk_sd::{Samples, wasserstein_matrix};
///
/// let samples = Samples::paired([("a", [0.0, 1.0]), ("b", [1.0, 2.0]), ("c", [5.0, 4.0])])?;
/// let matrix = wasserstein_matrix(1.0, &samples)?;
/// assert_eq!(matrix.distances, [[0.0, 1.0, 4.0], [1.0, 0.0, 3.0], [4.0, 3.0, 0.0]]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn wasserstein_matrix(p: f64, samples: &Samples) -> Result<DistanceMatrix, Error> {
    let exponent = exponent(p)?;
    let columns = samples.columns();
    let k = columns.len();
    let pairs: Vec<(usize, usize)> = (0..k).flat_map(|i| (i + 1..k).map(move |j| (i, j))).collect();
    let found = in_order(
        pairs.len(),
        || (),
        |(), pair| {
            let (i, j) = pairs[pair];
            between(exponent, columns[i].law(), columns[j].law())
        },
    );
    let mut distances = vec![vec![0.0; k]; k];
    for ((i, j), distance) in pairs.into_iter().zip(found) {
        let distance = distance?;
        distances[i][j] = distance;
        distances[j][i] = distance;
    }
    Ok(DistanceMatrix { p, names: samples.names().map(str::to_owned).collect(), distances })
}

impl fmt::Display for DistanceMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cell = |distance: f64| {
            let plain = format!("{distance:.4}");
            let readable = distance == 0.0 || (1e-3..1e5).contains(&distance);
            if readable { plain } else { format!("{distance:.3e}") }
        };
        let widths: Vec<usize> = (0..self.names.len())
            .map(|j| {
                let cells = self.distances.iter().map(|row| cell(row[j]).len());
                cells.chain([self.names[j].chars().count()]).max().unwrap_or(0)
            })
            .collect();
        let title = format!("W_{}", self.p);
        let names = self.names.iter().map(|name| name.chars().count());
        let first = names.chain([title.len()]).max().unwrap_or(0);
        write!(f, "{title:first$}")?;
        for (name, width) in self.names.iter().zip(&widths) {
            write!(f, "  {name:>width$}")?;
        }
        for (name, row) in self.names.iter().zip(&self.distances) {
            write!(f, "\n{name:first$}")?;
            for (distance, width) in row.iter().zip(&widths) {
                write!(f, "  {:>width$}", cell(*distance))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn prints_as_a_table() {
        let sample = |values: &[f64]| Sample::new(values).unwrap();
        let columns = [("a", sample(&[0.0])), ("bb", sample(&[1.5, 2.5])), ("far", sample(&[1e9]))];
        let samples = Samples::independent(columns).unwrap();
        let text = wasserstein_matrix(2.0, &samples).unwrap().to_string();
        let expected = "\
W_2       a      bb     far
a    0.0000  2.0616  1.000e9
bb   2.0616  0.0000  1.000e9
far  1.000e9  1.000e9  0.0000";
        let squeezed = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeezed(&text), squeezed(expected));
        let widths: Vec<usize> = text.lines().map(str::len).collect();
        assert!(widths.iter().all(|w| *w == widths[0]), "{text}");
    }

    #[test]
    fn a_bad_exponent_is_refused() {
        let samples = Samples::paired([("a", [1.0])]).unwrap();
        assert_eq!(wasserstein_matrix(0.0, &samples), Err(Error::InvalidExponent { p: 0.0 }));
    }
}
