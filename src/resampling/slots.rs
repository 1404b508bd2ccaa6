//! Exchanging clusters that have more rows in one column than in the other.
//!
//! Exchanging rows as they are would change the design: a column with ten rows in every cluster would receive
//! clusters of one. So the design stays, as slots: the place of a cluster in a column, with the mass of its rows
//! there. A block of rows that moves into a slot takes over the slot's mass, spread over its rows as their own
//! masses are (evenly, without weights).
//!
//! - A cluster with rows in both columns exchanges its two blocks with probability 1/2.
//! - Blocks of clusters with rows in one column only are dealt out anew to the slots of all such clusters.
//!
//! Exact where blocks of equal size are exchanged, and asymptotically (in the number of clusters) else.

use crate::rng::Stream;

/// Blocks are numbered 2 * unit + 1 for the rows of a unit in the first column, 2 * unit for the second.
pub(super) struct Slots {
    /// The mass of the rows of each block: their number, without weights.
    masses: Vec<f64>,
    /// Blocks of units that have rows in one column only.
    single: Vec<u32>,
}

/// Where each block goes: label 1 for the first column, and what the mass of each of its rows is multiplied by.
#[derive(Default)]
pub(super) struct Dealt {
    pub(super) labels: Vec<u8>,
    pub(super) masses: Vec<f64>,
    order: Vec<u32>,
}

/// Sums of the same weights in another order differ by rounding; other differences are differences.
const SAME_MASS: f64 = 1e-9;

impl Slots {
    /// The slots of two columns, from the block of each pooled row and its mass (1 without weights); `None` where
    /// every unit has as many rows of as much mass in one column as in the other, so that exchanging rows as they
    /// are changes nothing.
    pub(super) fn new(units: usize, blocks: &[u32], mass_of_row: Option<&[f64]>) -> Option<Slots> {
        let (mut rows, mut masses) = (vec![0u32; 2 * units], vec![0.0; 2 * units]);
        for (row, &block) in blocks.iter().enumerate() {
            rows[block as usize] += 1;
            masses[block as usize] += mass_of_row.map_or(1.0, |masses| masses[row]);
        }
        let single = |&block: &u32| rows[block as usize] > 0 && rows[(block ^ 1) as usize] == 0;
        let single: Vec<u32> = (0..2 * units as u32).filter(single).collect();
        let as_many = rows.chunks_exact(2).all(|pair| pair[0] == pair[1]);
        let as_heavy = masses
            .chunks_exact(2)
            .all(|pair| (pair[0] - pair[1]).abs() <= SAME_MASS * pair[0].max(pair[1]));
        (!(as_many && as_heavy)).then_some(Slots { masses, single })
    }

    pub(super) fn draw(&self, stream: &mut Stream, dealt: &mut Dealt) {
        let Dealt { labels, masses, order } = dealt;
        labels.resize(self.masses.len(), 0);
        masses.resize(self.masses.len(), 1.0);
        let mass = |block: u32| self.masses[block as usize];
        let mut put = |block: u32, slot: u32| {
            labels[block as usize] = (slot & 1) as u8;
            masses[block as usize] = mass(slot) / mass(block);
        };
        for block in (0..self.masses.len() as u32).step_by(2) {
            if mass(block) > 0.0 && mass(block + 1) > 0.0 {
                let exchanged = stream.below(2);
                put(block, block ^ exchanged);
                put(block ^ 1, block ^ 1 ^ exchanged);
            }
        }
        // Fisher-Yates: every assignment of single blocks to their slots is equally likely.
        order.clone_from(&self.single);
        for last in (1..order.len()).rev() {
            order.swap(last, stream.below(last as u32 + 1) as usize);
        }
        for (&block, &slot) in order.iter().zip(&self.single) {
            put(block, slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    #[test]
    fn balanced_clusters_need_no_slots() {
        assert!(Slots::new(2, &[0, 0, 1, 1, 2, 3], None).is_none());
        assert!(Slots::new(2, &[0, 1, 1, 2, 3], None).is_some());
    }

    #[test]
    fn equal_rows_of_unequal_weight_need_slots() {
        let blocks = [0, 0, 1, 1];
        assert!(Slots::new(1, &blocks, Some(&[0.1, 0.7, 0.7, 0.1])).is_none());
        // Rounding is relative.
        assert!(Slots::new(1, &[0, 1], Some(&[1e-12, 3e-12])).is_some());
        assert!(Slots::new(1, &[0, 1], Some(&[1e12, 1e12 + 1.0])).is_none());
        let slots = Slots::new(1, &blocks, Some(&[1.0, 2.0, 4.0, 5.0])).unwrap();
        let mut dealt = Dealt::default();
        let exchanged = (0..50).any(|seed| {
            slots.draw(&mut Stream::new(seed, Purpose::Guard, 0, 0), &mut dealt);
            dealt.labels == [1, 0]
        });
        assert!(exchanged);
        assert_eq!(dealt.masses, [3.0, 1.0 / 3.0]);
    }

    /// Unit 0 has two rows in the first column and one in the second; units 1, 2, 3 live in one column each.
    #[test]
    fn columns_keep_their_mass_and_every_deal_is_as_likely() {
        let blocks = [1, 1, 0, 3, 3, 3, 5, 6, 6];
        let slots = Slots::new(4, &blocks, None).unwrap();
        let mut dealt = Dealt::default();
        let mut seen = std::collections::BTreeMap::new();
        for replicate in 0..12_000 {
            slots.draw(&mut Stream::new(5, Purpose::Guard, replicate, 0), &mut dealt);
            let mass = |label: u8| {
                let rows = blocks.iter().map(|&b| b as usize).filter(|&b| dealt.labels[b] == label);
                rows.map(|b| dealt.masses[b]).sum::<f64>()
            };
            assert!((mass(1) - 6.0).abs() < 1e-12 && (mass(0) - 3.0).abs() < 1e-12);
            *seen.entry(format!("{:?} {:?}", dealt.labels, dealt.masses)).or_insert(0) += 1;
        }
        // 2 exchanges times 3! deals.
        assert_eq!(seen.len(), 12);
        assert!(seen.values().all(|&count| (f64::from(count) - 1000.0).abs() < 5.0 * 917f64.sqrt()));
    }
}
