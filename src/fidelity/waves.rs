//! Independent pieces of work with progress.

use crate::error::Error;
use crate::kernels::in_order::in_order;
use crate::resampling::{Progress, Reporter, Stage};

/// Pieces between two reports of progress, where somebody listens. A column or a pair of columns of a million rows
/// takes a tenth of a second; more pieces would leave fewer threads waiting at the end of a wave.
const PIECES_PER_WAVE: usize = 32;

/// The results of `pieces` pieces of work, in order. Progress counts `steps(pieces done)` of `total`.
pub(super) fn in_waves<S, T: Send>(
    pieces: usize,
    (stage, steps): (Stage, impl Fn(usize) -> usize),
    reporter: &mut Reporter<'_>,
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, usize) -> T + Sync + Send,
) -> Result<Vec<T>, Error> {
    let wave = if reporter.listening() { PIECES_PER_WAVE } else { pieces.max(1) };
    let mut results = Vec::with_capacity(pieces);
    for start in (0..pieces).step_by(wave) {
        let end = (start + wave).min(pieces);
        results.extend(in_order(end - start, &scratch, |scratch, piece| work(scratch, start + piece)));
        reporter.report(Progress { stage, done: steps(end), total: steps(pieces) })?;
    }
    Ok(results)
}
