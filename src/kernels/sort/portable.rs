//! Sorting without vectors: through integer keys.
//!
//! For finite values of the same sign, the bits of an f64 order as integers; flipping the low 63 bits
//! of negative ones makes the order total. Comparing integers needs no NaN logic, which makes the
//! standard library's unstable sort about twice as fast.
#![allow(unsafe_code)]

/// The integer that orders as the value does.
#[inline(always)]
pub(super) fn to_key(value: f64) -> i64 {
    flip(value.to_bits() as i64)
}

/// From bits to keys, and back.
#[inline(always)]
fn flip(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// Sorts ascending, in place.
pub(super) fn sort(values: &mut [f64]) {
    // SAFETY: f64 and i64 have one size and alignment, and every bit pattern is a value of both.
    let keys =
        unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast::<i64>(), values.len()) };
    keys.iter_mut().for_each(|bits| *bits = flip(*bits));
    keys.sort_unstable();
    keys.iter_mut().for_each(|key| *key = flip(*key));
}
