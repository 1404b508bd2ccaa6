//! The expansion in AVX2: the portable loop, whose four copies are one store here.
#![allow(unsafe_code)] // the call into a function of the tier

pub(super) fn repeat(values: &[f64], counts: &[u8], out: &mut [f64]) -> usize {
    // SAFETY: `Tier::Avx2` and above exist only where the processor has these features (`tier.rs`).
    unsafe { one_by_one(values, counts, out) }
}

#[target_feature(enable = "avx2")]
fn one_by_one(values: &[f64], counts: &[u8], out: &mut [f64]) -> usize {
    super::one_by_one(values, counts, usize::from, out)
}
