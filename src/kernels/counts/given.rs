//! Counts that another scheme drew: blocks of a series.

use super::Counts;

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
}

#[cfg(test)]
mod tests {
    use super::super::Multiplicities;
    use super::*;

    #[test]
    fn counts_are_kept_whatever_their_size() {
        let mut counts = Counts::default();
        for given in [[0, 3, 255, 1], [0, 3, 256, 1], [7, 0, 0, 0]] {
            counts.fill(&given);
            match counts.get() {
                Multiplicities::Narrow(found) => assert!(found.iter().map(|&c| u32::from(c)).eq(given)),
                Multiplicities::Wide(found) => assert!(found.iter().map(|&c| c as u32).eq(given)),
            }
            assert_eq!(counts.is_wide, given[2] == 256);
        }
    }
}
