//! The monotone coupling: which row goes where.

use crate::kernels::cells::{Law, cell_total, for_each_cell};
use crate::sample::IndexedSample;

/// A joint distribution of two samples: how much mass of which row of `a` goes to which row of `b`.
///
/// Made by [`coupling`]. Masses are in units of `1 / total`: divide by [`Coupling::total`] for shares. For
/// unweighted samples they are integers, and `total` is the least common multiple of n and m: every row of `a`
/// sends exactly `total / n` and every row of `b` gets exactly `total / m`. Weighted masses are differences of
/// cumulative shares; a row's masses sum to its weight up to rounding of the cumulative weights.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Coupling {
    /// In ascending order of both values; at most n + m - 1.
    pub atoms: Vec<Atom>,
    /// The sum of all masses.
    pub total: f64,
}

/// Mass that goes from a row of `a` to a row of `b`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Atom {
    /// Row of the data of `a`.
    pub row_a: usize,
    /// Row of the data of `b`.
    pub row_b: usize,
    /// In units of 1 / [`Coupling::total`]; positive.
    pub mass: f64,
}

/// Which row of `a` should go to which row of `b`? The monotone coupling, which is optimal for every convex cost
/// of the difference.
///
/// ```text
/// atoms (i, j, mass):  the cells of (0, 1] on which Q_a = x_i and Q_b = y_j, with their widths
/// ```
///
/// Smallest to smallest: (`i`, `j`) and (`k`, `l`) never cross. Equal values are taken in the order of their
/// rows; rows of weight 0 have no atom. The coupling is unique where the cost is strictly convex, up to the order
/// of equal values. n + m - gcd(n, m) atoms unweighted. Cost O(n + m).
///
/// Reference: Santambrogio 2015, chapter 2.
///
/// ```
/// use risk_sd::{IndexedSample, coupling};
///
/// let a = IndexedSample::new([4.0, 0.0, 2.0])?;
/// let b = IndexedSample::new([3.0, 1.0])?;
/// let plan = coupling(&a, &b);
/// let atoms: Vec<_> = plan.atoms.iter().map(|atom| (atom.row_a, atom.row_b, atom.mass)).collect();
/// assert_eq!(atoms, [(1, 1, 2.0), (2, 1, 1.0), (2, 0, 1.0), (0, 0, 2.0)]);
/// assert_eq!(plan.total, 6.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[doc(alias = "transport plan")]
#[doc(alias = "comonotone coupling")]
#[doc(alias = "north-west corner")]
pub fn coupling(a: &IndexedSample, b: &IndexedSample) -> Coupling {
    let (x, y) = (a.sample().law(), b.sample().law());
    let unit = common_part(x, y);
    let mut atoms = Vec::with_capacity(a.sample().len() + b.sample().len());
    for_each_cell(x, y, |i, j, mass| {
        let (row_a, row_b) = (a.rows()[i] as usize, b.rows()[j] as usize);
        atoms.push(Atom { row_a, row_b, mass: mass / unit });
    });
    Coupling { atoms, total: cell_total(x, y) / unit }
}

/// What all masses of unweighted cells have in common: gcd(n, m), where sizes differ.
fn common_part(x: Law, y: Law) -> f64 {
    match (x, y) {
        (Law::Uniform(a), Law::Uniform(b)) if a.len() != b.len() => {
            let (mut larger, mut smaller) = (a.len(), b.len());
            while smaller > 0 {
                (larger, smaller) = (smaller, larger % smaller);
            }
            larger as f64
        }
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marginals_are_exact_integers() {
        for (n, m) in [(1, 1), (1, 7), (4, 6), (5, 5), (12, 35), (300, 700)] {
            let a = IndexedSample::new((0..n).map(|i| f64::from(i * 7 % 11))).unwrap();
            let b = IndexedSample::new((0..m).map(|i| f64::from(i * 5 % 13))).unwrap();
            let plan = coupling(&a, &b);
            let (mut of_a, mut of_b) = (vec![0.0; n as usize], vec![0.0; m as usize]);
            for atom in &plan.atoms {
                of_a[atom.row_a] += atom.mass;
                of_b[atom.row_b] += atom.mass;
            }
            assert!(of_a.iter().all(|&mass| mass == plan.total / f64::from(n)));
            assert!(of_b.iter().all(|&mass| mass == plan.total / f64::from(m)));
            assert!(plan.atoms.len() < (n + m) as usize);
            // The smallest total that makes all masses integers.
            let least = (1..=n * m).find(|t| t % n == 0 && t % m == 0).unwrap();
            assert_eq!(plan.total, f64::from(least), "{n}, {m}");
        }
    }

    #[test]
    fn weightless_rows_take_no_part_and_ties_go_by_row() {
        let a = IndexedSample::weighted([7.0, 1.0, 1.0], [0.0, 3.0, 1.0]).unwrap();
        let b = IndexedSample::new([2.0, 2.0]).unwrap();
        let atoms = coupling(&a, &b).atoms;
        let rows: Vec<_> = atoms.iter().map(|atom| (atom.row_a, atom.row_b)).collect();
        assert_eq!(rows, [(1, 0), (1, 1), (2, 1)]);
    }
}
