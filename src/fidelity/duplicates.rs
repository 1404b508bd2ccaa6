//! Rows of two tables that are the same.

use super::novelty::{Novelty, bits};
use super::prepared::Prepared;
use super::table::{NamedColumn, Values};

/// Novelty and uniqueness of the rows of the second table: hashes find rows that may be equal, comparison decides.
pub(super) fn row_novelty(
    columns: &[[&NamedColumn; 2]],
    prepared: &[Prepared],
    [real, synthetic]: [usize; 2],
) -> Novelty {
    let rows = Rows { columns, prepared };
    let (training, generated) = (rows.hashed(0, real), rows.hashed(1, synthetic));
    let (mut distinct, mut known, mut copies) = (0, 0, 0);
    let mut kinds: Vec<(u32, usize)> = Vec::new();
    for same_hash in generated.chunk_by(|a, b| a.0 == b.0) {
        kinds.clear();
        for &(_, row) in same_hash {
            match kinds.iter_mut().find(|(kind, _)| rows.equal([1, 1], [*kind, row])) {
                Some((_, times)) => *times += 1,
                None => kinds.push((row, 1)),
            }
        }
        let start = training.partition_point(|(hash, _)| *hash < same_hash[0].0);
        let candidates = || training[start..].iter().take_while(|(hash, _)| *hash == same_hash[0].0);
        distinct += kinds.len();
        for (kind, times) in &kinds {
            if candidates().any(|(_, row)| rows.equal([0, 1], [*row, *kind])) {
                known += 1;
                copies += times;
            }
        }
    }
    Novelty::of(synthetic, distinct, known, copies)
}

struct Rows<'t> {
    columns: &'t [[&'t NamedColumn<'t>; 2]],
    prepared: &'t [Prepared<'t>],
}

impl Rows<'_> {
    /// What a row has in a column, as a number: equal for equal cells of both tables.
    fn cell(&self, column: usize, side: usize, row: u32) -> u64 {
        match (&self.columns[column][side].values, &self.prepared[column]) {
            (Values::Categorical(levels), Prepared::Categorical(both)) => {
                both.common.place(side, levels.of_row[row as usize]).into()
            }
            (Values::Numeric(values), _) => bits(values[row as usize]),
            _ => unreachable!("columns are prepared by their kinds"),
        }
    }

    /// Hashes of all rows with their rows, ascending.
    fn hashed(&self, side: usize, rows: usize) -> Vec<(u64, u32)> {
        let mut hashes: Vec<(u64, u32)> = (0..rows as u32).map(|row| (0, row)).collect();
        for column in 0..self.columns.len() {
            for (hash, row) in &mut hashes {
                // The multiplier of splitmix64 and a rotation: high bits of doubles reach the low ones.
                let mixed = (*hash ^ self.cell(column, side, *row)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                *hash = mixed ^ mixed >> 32;
            }
        }
        hashes.sort_unstable();
        hashes
    }

    fn equal(&self, sides: [usize; 2], rows: [u32; 2]) -> bool {
        let cell = |column: usize, which: usize| self.cell(column, sides[which], rows[which]);
        (0..self.columns.len()).all(|column| cell(column, 0) == cell(column, 1))
    }
}
