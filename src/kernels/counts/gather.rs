//! Counts by unit (row, cluster) spread over the sorted positions of a column.

use super::{Counts, Multiplicities};

impl Counts {
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
