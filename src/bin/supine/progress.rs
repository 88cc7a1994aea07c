//! The progress of a long command, on a terminal.

use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

use supine::control::{Watch, Work};
use supine::remote::signals::Signals;

/// A bar that is drawn when standard error is a terminal, and removed when the work has ended. With signals,
/// the work is given up at a signal.
#[derive(Default)]
pub struct Progress {
    bar: Mutex<Option<ProgressBar>>,
    signals: Option<Signals>,
}

impl Progress {
    /// A bar for work that a signal ends.
    pub fn until(signals: &Signals) -> Self {
        Self { bar: Mutex::default(), signals: Some(signals.clone()) }
    }

    fn bar(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Progress {
    fn begin(&self, work: Work, steps: u64) {
        // indicatif draws nothing when standard error is not a terminal.
        let bar = ProgressBar::new(steps);
        let template = match work {
            Work::Rendering => "{bar:40} {percent:>3} %  {eta} left",
            Work::Recording | Work::Measuring => "{bar:40} {percent:>3} % {msg}  {eta} left",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(if work == Work::Recording { "recorded" } else { "measured" });
        *self.bar() = Some(bar);
    }

    fn done(&self, steps: u64) {
        if let Some(bar) = &*self.bar() {
            bar.set_position(steps);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar().take() {
            bar.finish_and_clear();
        }
    }

    fn is_wanted(&self) -> bool {
        self.signals.as_ref().is_none_or(|signals| !signals.is_stopped())
    }
}
