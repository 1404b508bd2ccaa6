//! One look at a column before it is sorted: is every value finite, and is it in order already?
//!
//! ```text
//! for each block, read with one value of the next:
//!     any exponent of all ones: a value is NaN or infinite            -> the row
//!     any step down: not ascending;  any step that is not down: not strictly descending
//!         (not looked at any more once both are known)
//! ```
//!
//! Plain loops over a block without a branch, which the compiler turns into vectors of each instruction set.

use super::Arrangement;
use crate::kernels::tier::per_tier;

/// Values between two decisions: 4 KiB, so that the second look at a block finds it in the first cache.
const BLOCK: usize = 512;

per_tier! {
    /// How the values are arranged, or the first row that is not finite.
    pub(super) fn survey(values: &[f64]) -> Result<Arrangement, usize> {
        let (mut ascending, mut descending) = (true, true);
        let mut start = 0;
        while start < values.len() {
            let end = values.len().min(start + BLOCK);
            let block = &values[start..end];
            if any_not_finite(block) {
                let row = block.iter().position(|v| !v.is_finite());
                return Err(start + row.expect("a value of the block"));
            }
            if ascending || descending {
                let (up, down) = steps(&values[start..values.len().min(end + 1)]);
                ascending &= !down;
                descending &= !up;
            }
            start = end;
        }
        Ok(match (ascending, descending) {
            (true, _) => Arrangement::Ascending,
            (false, true) => Arrangement::Descending,
            (false, false) => Arrangement::Mixed,
        })
    }
}

#[inline(always)]
fn any_not_finite(block: &[f64]) -> bool {
    const EXPONENT: u64 = 0x7FF << 52;
    let mut found = 0;
    for value in block {
        found |= u64::from(value.to_bits() & EXPONENT == EXPONENT);
    }
    found != 0
}

/// Whether some step is not down, and whether some step is down.
#[inline(always)]
fn steps(block: &[f64]) -> (bool, bool) {
    let (mut up, mut down) = (0u64, 0u64);
    for (a, b) in block.iter().zip(&block[1..]) {
        up |= u64::from(a <= b);
        down |= u64::from(a > b);
    }
    (up != 0, down != 0)
}
