//! Replicates in chunks of fixed size, chunks over threads, results in order.

use std::ops::Range;
use std::sync::Mutex;

use super::{Progress, Reporter, Stage};
use crate::error::Error;

/// Replicates per chunk. Sums are formed within chunks first, so the bits of a result depend on this
/// number, and on nothing that varies between runs.
const CHUNK: usize = 16;

/// Chunks between two progress reports.
const CHUNKS_PER_REPORT: usize = 8;

/// Where a run stands in a stage of several runs.
pub(crate) struct Span {
    pub(crate) stage: Stage,
    pub(crate) done_before: usize,
    pub(crate) total: usize,
}

/// Chunks that may be finished before their results are merged: memory for results is bounded, and threads wait
/// for each other no more often than twice in 1000 replicates.
const CHUNKS_PER_WAVE: usize = 32;

/// Runs `work` on every chunk of replicates `0..replicates` and hands the results to `merge` in order. `scratch`
/// makes buffers, which chunks hand on to one another: there are as many as chunks are worked on at a time. (Buffers
/// for each job are fresh memory each time: page faults were about a quarter of a pair of 100,000 rows on Zen 5.)
///
/// With a listener, work pauses every few chunks to report; it stops where the listener says so.
pub(crate) fn fold_chunks<S: Send, T: Send>(
    replicates: usize,
    span: &Span,
    reporter: &mut Reporter<'_>,
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, Range<usize>) -> T + Sync + Send,
    mut merge: impl FnMut(T),
) -> Result<(), Error> {
    let chunks = replicates.div_ceil(CHUNK);
    let replicates_of = |chunk: usize| chunk * CHUNK..((chunk + 1) * CHUNK).min(replicates);
    let wave = if reporter.listening() { CHUNKS_PER_REPORT } else { CHUNKS_PER_WAVE };
    let idle = Mutex::new(Vec::new());
    let work = |chunk| {
        let buffers = || idle.lock().expect("no panic while it is held");
        // The lock is not held while `scratch` runs, nor during the work.
        let taken = buffers().pop();
        let mut s = taken.unwrap_or_else(&scratch);
        let result = work(&mut s, replicates_of(chunk));
        buffers().push(s);
        result
    };
    let mut results = Vec::with_capacity(wave);
    for start in (0..chunks).step_by(wave) {
        let end = (start + wave).min(chunks);
        run_wave(start..end, &mut results, work);
        results.drain(..).for_each(&mut merge);
        let done = span.done_before + replicates_of(end - 1).end;
        reporter.report(Progress { stage: span.stage, done, total: span.total })?;
    }
    Ok(())
}

#[cfg(feature = "rayon")]
fn run_wave<T: Send>(
    chunks: Range<usize>,
    results: &mut Vec<T>,
    work: impl Fn(usize) -> T + Sync + Send,
) {
    use rayon::prelude::*;
    results.par_extend(chunks.into_par_iter().map(work));
}

#[cfg(not(feature = "rayon"))]
fn run_wave<T: Send>(
    chunks: Range<usize>,
    results: &mut Vec<T>,
    work: impl Fn(usize) -> T + Sync + Send,
) {
    results.extend(chunks.map(work));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::ControlFlow;

    const SPAN: Span = Span { stage: Stage::Bootstrap, done_before: 0, total: 1000 };

    #[test]
    fn chunks_cover_the_replicates_in_order() {
        for replicates in [1, 15, 16, 17, 1000, 1100] {
            let mut silent = Reporter::silent();
            let mut all = Vec::new();
            let collect = |(): &mut (), r: Range<usize>| r.collect::<Vec<_>>();
            fold_chunks(replicates, &SPAN, &mut silent, || (), collect, |part| all.extend(part))
                .unwrap();
            assert_eq!(all, (0..replicates).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_listener_hears_fixed_counts_and_can_stop() {
        let mut heard = Vec::new();
        let mut listen = |p: Progress| {
            heard.push(p.done);
            if p.done < 300 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let mut reporter = Reporter::to(&mut listen);
        let result = fold_chunks(1000, &SPAN, &mut reporter, || (), |(), r| r.len(), |_| ());
        assert_eq!(result, Err(Error::Cancelled { done: 384, total: 1000 }));
        assert_eq!(heard, [128, 256, 384]);
    }
}
