//! Generated objects that are copies: of each other, of the training data.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;

use crate::error::Error;

/// How many generated objects are new, and how many differ from each other. Made by [`novelty`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Novelty {
    /// Generated objects.
    pub generated: usize,
    /// Distinct objects among them.
    pub distinct: usize,
    /// Distinct objects among them that are in the training data too.
    pub known: usize,
    /// Generated objects, each counted, that are in the training data too.
    pub copies: usize,
    /// `distinct / generated`, in (0, 1].
    pub uniqueness_rate: f64,
    /// `1 - known / distinct`, in [0, 1]: of the distinct objects, those that are new.
    pub novelty_rate: f64,
}

/// Are generated objects new, and do they differ from each other?
///
/// ```text
/// uniqueness rate    distinct generated objects / generated objects
/// novelty rate       distinct generated objects that are not in the training data / distinct generated objects
/// ```
///
/// Equality is exact. Objects are any keys: texts, canonical forms of molecules, graphs by an invariant; for rows of
/// numbers [`row_key`]. A generator that copies has novelty 0; one that repeats itself has a low uniqueness. Neither
/// shows rows that were copied and then moved a little: see [`ClosestRecords`](crate::ClosestRecords).
///
/// Cost O(n + m), memory for the distinct keys.
///
/// # Errors
/// [`Error::InTable`] with [`Error::Empty`].
///
/// Reference: Brown et al. 2019 (GuacaMol); Polykovskiy et al. 2020 (MOSES).
///
/// ```
/// use risk_sd::novelty;
///
/// let found = novelty(["CCO", "CCN"], ["CCO", "CCO", "CCC", "CO"])?;
/// assert_eq!((found.distinct, found.known, found.copies), (3, 1, 2));
/// assert_eq!(found.uniqueness_rate, 0.75);
/// assert_eq!(found.novelty_rate, 2.0 / 3.0);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn novelty<K: Hash + Eq>(
    training: impl IntoIterator<Item = K>,
    generated: impl IntoIterator<Item = K>,
) -> Result<Novelty, Error> {
    let training: HashSet<K> = training.into_iter().collect();
    if training.is_empty() {
        return Err(Error::Empty.in_table("training"));
    }
    let (mut of_generated, mut copies, mut seen) = (0, 0, HashSet::new());
    for key in generated {
        of_generated += 1;
        copies += usize::from(training.contains(&key));
        seen.insert(key);
    }
    if of_generated == 0 {
        return Err(Error::Empty.in_table("generated"));
    }
    let known = seen.iter().filter(|key| training.contains(key)).count();
    Ok(Novelty::of(of_generated, seen.len(), known, copies))
}

/// A row of numbers as a key for [`novelty`]: equal for equal numbers, 0.0 and -0.0 among them.
///
/// ```
/// use risk_sd::row_key;
///
/// assert_eq!(row_key(&[1.5, -0.0]), row_key(&[1.5, 0.0]));
/// ```
pub fn row_key(row: &[f64]) -> Vec<u64> {
    row.iter().map(|&value| bits(value)).collect()
}

/// The bits of a value, those of 0.0 for -0.0.
pub(super) fn bits(value: f64) -> u64 {
    (value + 0.0).to_bits()
}

impl Novelty {
    pub(super) fn of(generated: usize, distinct: usize, known: usize, copies: usize) -> Novelty {
        let uniqueness_rate = distinct as f64 / generated as f64;
        let novelty_rate = (distinct - known) as f64 / distinct as f64;
        Novelty { generated, distinct, known, copies, uniqueness_rate, novelty_rate }
    }
}

impl fmt::Display for Novelty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "uniqueness {:.4} ({} distinct of {}), novelty {:.4} ({} of the distinct in the training data)",
            self.uniqueness_rate, self.distinct, self.generated, self.novelty_rate, self.known
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_repetitions_are_told_apart() {
        let rows = [[1.0, 2.0], [0.0, 1.0], [5.0, 5.0]];
        let keys = |rows: &[[f64; 2]]| rows.iter().map(|row| row_key(row)).collect::<Vec<_>>();
        let copied = novelty(keys(&rows), keys(&[[1.0, 2.0], [-0.0, 1.0], [5.0, 5.0]])).unwrap();
        assert_eq!((copied.novelty_rate, copied.uniqueness_rate, copied.copies), (0.0, 1.0, 3));
        let stuck = novelty(keys(&rows), keys(&[[9.0, 9.0]; 4])).unwrap();
        assert_eq!((stuck.novelty_rate, stuck.uniqueness_rate), (1.0, 0.25));
    }

    #[test]
    fn nothing_generated_is_an_error() {
        let message = |training: &[u8], generated: &[u8]| {
            novelty(training.iter(), generated.iter()).unwrap_err().to_string()
        };
        assert_eq!(message(&[1], &[]), "generated table: the sample is empty");
        assert_eq!(message(&[], &[1]), "training table: the sample is empty");
    }
}
