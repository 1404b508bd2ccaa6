//! A progress bar on stderr for long work; silent where stderr is no terminal.

use std::ops::ControlFlow;

use indicatif::{ProgressBar, ProgressStyle};
use risk_sd::{Progress, Stage};

pub struct Bar {
    bar: ProgressBar,
    stage: Option<Stage>,
}

impl Bar {
    pub fn new() -> Bar {
        let style = ProgressStyle::with_template("{msg:10} {wide_bar} {percent:>3} %  {eta} left");
        let bar = ProgressBar::new(0);
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Bar { bar, stage: None }
    }

    pub fn show(&mut self, progress: Progress) -> ControlFlow<()> {
        if self.stage != Some(progress.stage) {
            self.stage = Some(progress.stage);
            self.bar.reset();
            self.bar.set_message(match progress.stage {
                Stage::Bootstrap => "bootstrap",
                Stage::Guard => "guard",
                Stage::Columns => "columns",
                Stage::ColumnPairs => "pairs",
                Stage::ClosestRecords => "records",
                _ => "replicates",
            });
        }
        self.bar.set_length(progress.total as u64);
        self.bar.set_position(progress.done as u64);
        ControlFlow::Continue(())
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
