//! Independent pieces of work over threads, results in order.

#[cfg(feature = "rayon")]
pub(crate) fn in_order<S, T: Send>(
    pieces: usize,
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, usize) -> T + Sync + Send,
) -> Vec<T> {
    use rayon::prelude::*;
    (0..pieces).into_par_iter().map_init(scratch, work).collect()
}

#[cfg(not(feature = "rayon"))]
pub(crate) fn in_order<S, T: Send>(
    pieces: usize,
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, usize) -> T + Sync + Send,
) -> Vec<T> {
    let mut scratch = scratch();
    (0..pieces).map(|piece| work(&mut scratch, piece)).collect()
}
