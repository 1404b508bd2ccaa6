//! Telling how far long work has come, and stopping it.

use std::ops::ControlFlow;

use crate::error::Error;

/// What is being computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Bootstrap replicates: standard errors, bounds, rank sets.
    Bootstrap,
    /// Relabelled replicates of the guard against equal distributions.
    Guard,
    /// Columns of two tables compared.
    Columns,
    /// Pairs of columns: rank correlations.
    ColumnPairs,
    /// Rows whose distance to the closest record is searched.
    ClosestRecords,
}

/// How far the work has come, in replicates, columns, pairs or rows, as the stage says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being computed.
    pub stage: Stage,
    /// Steps done in this stage.
    pub done: usize,
    /// Steps of this stage in all.
    pub total: usize,
}

/// A progress callback, or none.
pub(crate) struct Reporter<'a>(Option<&'a mut dyn FnMut(Progress) -> ControlFlow<()>>);

impl<'a> Reporter<'a> {
    pub(crate) fn silent() -> Self {
        Reporter(None)
    }

    pub(crate) fn to(callback: &'a mut dyn FnMut(Progress) -> ControlFlow<()>) -> Self {
        Reporter(Some(callback))
    }

    /// Whether anybody listens: work then pauses at fixed counts to tell them.
    pub(crate) fn listening(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn report(&mut self, progress: Progress) -> Result<(), Error> {
        let Some(callback) = &mut self.0 else {
            return Ok(());
        };
        match callback(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                Err(Error::Cancelled { done: progress.done, total: progress.total })
            }
        }
    }
}
