//! Up to `ROWS x lanes` values sorted in registers, without a branch.
//!
//! ```text
//! lay the values out as ROWS registers, filled up with +inf; a column is one lane of all registers
//! sort the columns: each comparator (i, j) of a sorting network is  row i, row j = min, max
//! for groups of 2, 4, .. lanes:                    (each half of a group is one ascending sequence)
//!     merge both halves by Batcher's bitonic merge: ascending against descending, then halving distances,
//!     first between lanes of a group, then between rows
//! the columns one after the other are the sorted values: transpose and store
//! ```
//!
//! Distances between rows cost a minimum and a maximum per two registers; distances between lanes cost an
//! exchange and a blend more. That is why the sequences lie in columns until the end.
#![allow(unsafe_code)]

use super::lanes::Register;

/// Runs comparators, in the order written.
macro_rules! comparators {
    ($rows:ident; $(($i:literal, $j:literal))*) => {{$(
        ($rows[$i], $rows[$j]) = ($rows[$i].min($rows[$j]), $rows[$i].max($rows[$j]));
    )*}};
}

/// 5, 19 and 60 comparators: the fewest that sort 4, 8, and the fewest known for 16 (Green; Knuth, volume 3,
/// section 5.3.4).
#[inline(always)]
pub(super) fn sort_columns<V: Register, const ROWS: usize>(rows: &mut [V; ROWS]) {
    match ROWS {
        4 => comparators!(rows; (0, 2) (1, 3) (0, 1) (2, 3) (1, 2)),
        8 => comparators!(rows;
            (0, 2) (1, 3) (4, 6) (5, 7) (0, 4) (1, 5) (2, 6) (3, 7) (0, 1) (2, 3) (4, 5) (6, 7)
            (2, 4) (3, 5) (1, 4) (3, 6) (1, 2) (3, 4) (5, 6)),
        16 => comparators!(rows;
            (0, 1) (2, 3) (4, 5) (6, 7) (8, 9) (10, 11) (12, 13) (14, 15)
            (0, 2) (1, 3) (4, 6) (5, 7) (8, 10) (9, 11) (12, 14) (13, 15)
            (0, 4) (1, 5) (2, 6) (3, 7) (8, 12) (9, 13) (10, 14) (11, 15)
            (0, 8) (1, 9) (2, 10) (3, 11) (4, 12) (5, 13) (6, 14) (7, 15)
            (5, 10) (6, 9) (3, 12) (13, 14) (4, 8) (7, 11) (1, 2)
            (1, 4) (7, 13) (2, 8) (11, 14) (2, 4) (5, 6) (9, 10) (11, 13) (3, 8) (7, 12)
            (6, 8) (10, 12) (3, 5) (7, 9) (3, 4) (5, 6) (7, 8) (9, 10) (11, 12) (6, 7) (8, 9)),
        _ => unreachable!("networks of 4, 8 and 16 rows"),
    }
}

/// Merges two ascending sequences in each group of `2 * HALF` lanes: one fills the columns of the lower half,
/// the other those of the upper. `MIRROR = 2 * HALF - 1` exchanges the lanes of a group end for end.
#[inline(always)]
fn merge<V: Register, const ROWS: usize, const HALF: usize, const MIRROR: usize>(rows: &mut [V; ROWS]) {
    // Position p of the one meets position last - p of the other: mirrored lane, mirrored row.
    for i in 0..ROWS / 2 {
        let (top, bottom) = (rows[i], rows[ROWS - 1 - i]);
        rows[i] = meet::<V, HALF>(top, bottom.exchanged::<MIRROR>());
        rows[ROWS - 1 - i] = meet::<V, HALF>(bottom, top.exchanged::<MIRROR>());
    }
    if HALF >= 4 {
        halve_lanes::<V, ROWS, 2>(rows);
    }
    if HALF >= 2 {
        halve_lanes::<V, ROWS, 1>(rows);
    }
    let mut distance = ROWS / 2;
    while distance > 0 {
        for i in 0..ROWS {
            if i & distance == 0 {
                let (a, b) = (rows[i], rows[i + distance]);
                (rows[i], rows[i + distance]) = (a.min(b), a.max(b));
            }
        }
        distance /= 2;
    }
}

/// One bitonic step between lanes `DISTANCE` apart.
#[inline(always)]
fn halve_lanes<V: Register, const ROWS: usize, const DISTANCE: usize>(rows: &mut [V; ROWS]) {
    for row in rows {
        *row = meet::<V, DISTANCE>(*row, row.exchanged::<DISTANCE>());
    }
}

/// The larger of both in lanes whose number has the bit `BIT`, the smaller in the others.
#[inline(always)]
fn meet<V: Register, const BIT: usize>(a: V, b: V) -> V {
    a.min(b).with_lanes_of::<BIT>(a.max(b))
}

/// Sorts more than half of `ROWS * COUNT` values, and at most all (4 rows: any number).
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn sort<V: Register, const ROWS: usize>(values: &mut [f64]) {
    const { assert!(ROWS.is_multiple_of(V::COUNT), "registers are transposed in square blocks") };
    let full = if ROWS == 4 { 0 } else { ROWS / 2 };
    assert!(full * V::COUNT <= values.len() && values.len() <= ROWS * V::COUNT);
    let (start, len) = (values.as_mut_ptr(), values.len());
    // SAFETY: the caller answers for the processor.
    let mut rows = [unsafe { V::splat(f64::INFINITY) }; ROWS];
    for (i, row) in rows.iter_mut().enumerate() {
        let (at, left) = (start.wrapping_add(i * V::COUNT), len.saturating_sub(i * V::COUNT));
        // SAFETY: the first `full` rows lie within `values` by the assertion; of the others as many
        // values are read as are left.
        *row = unsafe { if i < full { V::load(at) } else { V::load_first(at, left) } };
    }
    sort_columns(&mut rows);
    merge::<V, ROWS, 1, 1>(&mut rows);
    if V::COUNT >= 4 {
        merge::<V, ROWS, 2, 3>(&mut rows);
    }
    if V::COUNT >= 8 {
        merge::<V, ROWS, 4, 7>(&mut rows);
    }
    for block in rows.chunks_exact_mut(V::COUNT) {
        V::transpose(block);
    }
    // Register c of block b holds the values from position c * ROWS + b * COUNT on.
    for column in 0..V::COUNT {
        for block in 0..ROWS / V::COUNT {
            let (row, at) = (rows[block * V::COUNT + column], column * ROWS + block * V::COUNT);
            // SAFETY: no position from `len` on is written.
            unsafe {
                if at + V::COUNT <= len {
                    row.store(start.add(at));
                } else {
                    return row.store_first(start.wrapping_add(at), len.saturating_sub(at));
                }
            }
        }
    }
}
