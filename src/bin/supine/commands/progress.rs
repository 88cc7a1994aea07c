//! How far a long command is, on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that is drawn when standard error is a terminal, and removed at the end.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar for `steps` steps of what is being done, such as "recorded".
    pub fn new(what: &'static str, steps: u64) -> Self {
        // indicatif draws nothing when standard error is not a terminal.
        let bar = ProgressBar::new(steps);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} % {msg}  {eta} left") {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self(bar)
    }

    /// One step more is done.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// So many steps of so many are done.
    pub fn set(&self, done: u64, of: u64) {
        self.0.set_length(of);
        self.0.set_position(done);
    }

    /// Removes it.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
