//! Counts by unit (row, cluster) spread over the sorted positions of a column.

use super::{Counts, Multiplicities};

impl Counts {
    /// Takes counts over.
    pub(crate) fn fill(&mut self, counts: &[u32]) {
        self.clear();
        if counts.iter().all(|&count| count <= u32::from(u8::MAX)) {
            self.narrow.extend(counts.iter().map(|&count| count as u8));
        } else {
            self.is_wide = true;
            self.wide.extend(counts.iter().map(|&count| u64::from(count)));
        }
    }

    /// `into[k] = self[unit[k]]`; returns the sum.
    pub(crate) fn gather(&self, unit: &[u32], into: &mut Counts) -> usize {
        into.clear();
        match self.get() {
            Multiplicities::Narrow(counts) => {
                into.narrow.extend(unit.iter().map(|&u| counts[u as usize]));
                into.narrow.iter().map(|&count| usize::from(count)).sum()
            }
            Multiplicities::Wide(counts) => {
                into.is_wide = true;
                into.wide.extend(unit.iter().map(|&u| counts[u as usize]));
                into.wide.iter().sum::<u64>() as usize
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_counts_are_kept_and_spread() {
        for given in [[0, 3, 255, 1], [0, 3, 256, 1]] {
            let (mut counts, mut of_rows) = (Counts::default(), Counts::default());
            counts.fill(&given);
            let total = counts.gather(&[2, 0, 1, 1], &mut of_rows);
            assert_eq!(total, given[2] as usize + 6);
            match of_rows.get() {
                Multiplicities::Narrow(rows) => assert_eq!(rows, [255, 0, 3, 3]),
                Multiplicities::Wide(rows) => assert_eq!(rows, [256, 0, 3, 3]),
            }
        }
    }
}
