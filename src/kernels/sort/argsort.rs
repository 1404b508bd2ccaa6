//! The order of the rows, ties by row, through one sort of packed integers.
//!
//! ```text
//! key(v)   the integer that orders as v does                      (portable.rs)
//! packed = (key(v) - smallest key) >> dropped  |  row             at most 62 bits, the row in the lowest
//! sort the packed integers; their lowest bits are the rows
//! rows whose upper bits agree are in the order of rows: if bits were dropped, order each such run by its values
//! ```
//!
//! Integers below 2^62, read as the bits of an f64, are finite, not negative and order as they do: the sort of
//! values serves. A packed value holds 62 bits less those of a row, so dropped bits only matter among close
//! values: 42 bits at a million rows tell normal values apart down to the 30th bit of the mantissa. A run of
//! agreeing upper bits is packed again from its own smallest key; its keys span less than 2^33, so that two bits
//! at most are dropped then and none the next time.
//!
//! Against sorting pairs: 12 or 16 bytes per row move at every level of a quicksort instead of 8 (partitions cost
//! twice as much), and the networks need three comparisons to break ties by row.

use super::portable::to_key;
use super::{Arrangement, sort_arranged, survey};
use crate::kernels::tier::{Tier, per_tier};

/// Bits of a packed value: as an f64 it stays below the bits of +inf, 0x7FF0 << 48.
const PACKED_BITS: u32 = 62;

/// Runs of agreeing upper bits up to this length are sorted by comparison.
const SHORT_RUN: usize = 32;

/// The rows in ascending order of their finite values, ties by row.
pub(super) fn argsort(tier: Tier, values: &[f64]) -> Vec<u32> {
    let rows = 0..values.len() as u32;
    match survey::survey(tier, values) {
        Ok(Arrangement::Ascending) => rows.collect(),
        Ok(Arrangement::Descending) => rows.rev().collect(),
        _ => sorted_rows(tier, values),
    }
}

fn sorted_rows(tier: Tier, values: &[f64]) -> Vec<u32> {
    let mut packed = pack(tier, values);
    sort_arranged(tier, &mut packed.values, Arrangement::Mixed);
    let mut order = vec![0; values.len()];
    let runs = unpack(tier, &packed, &mut order);
    if runs && packed.dropped > 0 {
        let prefix = |packed_value: &f64| packed_value.to_bits() >> packed.row_bits;
        let mut rest = order.as_mut_slice();
        for run in packed.values.chunk_by(|a, b| prefix(a) == prefix(b)) {
            let rows = rest.split_off_mut(..run.len()).expect("runs fill the order");
            order_run(tier, values, rows);
        }
    }
    order
}

/// Keys above rows, as f64.
struct Packed {
    values: Vec<f64>,
    row_bits: u32,
    dropped: u32,
}

per_tier! {
    fn pack(values: &[f64]) -> Packed {
        let (mut smallest, mut largest) = (i64::MAX, i64::MIN);
        for &value in values {
            smallest = smallest.min(to_key(value + 0.0));
            largest = largest.max(to_key(value + 0.0));
        }
        let row_bits = bits(values.len() as u64 - 1);
        let dropped = (bits(largest.wrapping_sub(smallest) as u64) + row_bits).saturating_sub(PACKED_BITS);
        let mut packed = vec![0.0; values.len()];
        for (row, (packed, &value)) in packed.iter_mut().zip(values).enumerate() {
            let key = to_key(value + 0.0).wrapping_sub(smallest) as u64;
            *packed = f64::from_bits((key >> dropped << row_bits) | row as u64);
        }
        Packed { values: packed, row_bits, dropped }
    }
}

per_tier! {
    /// The rows, and whether upper bits agree anywhere.
    fn unpack(packed: &Packed, order: &mut [u32]) -> bool {
        let rows = (1u64 << packed.row_bits) - 1;
        for (row, value) in order.iter_mut().zip(&packed.values) {
            *row = (value.to_bits() & rows) as u32;
        }
        let mut agree = 0;
        for (a, b) in packed.values.iter().zip(&packed.values[1..]) {
            agree |= u64::from((a.to_bits() ^ b.to_bits()) >> packed.row_bits == 0);
        }
        agree != 0
    }
}

/// Orders ascending rows by their values, ties by row.
fn order_run(tier: Tier, values: &[f64], rows: &mut [u32]) {
    let value = |row: u32| values[row as usize];
    match rows.len() {
        0..2 => {}
        // Stable, so ties stay in the order of rows.
        2..=SHORT_RUN => rows.sort_by(|&a, &b| value(a).partial_cmp(&value(b)).expect("finite values")),
        _ => {
            let own: Vec<f64> = rows.iter().map(|&row| value(row)).collect();
            let ascending = rows.to_vec();
            for (row, from) in rows.iter_mut().zip(argsort(tier, &own)) {
                *row = ascending[from as usize];
            }
        }
    }
}

/// Bits that hold the number.
fn bits(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}
