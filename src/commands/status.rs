//! One quiet line on a terminal while a session plays; nothing on a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::remote::{Now, State};
use crate::score::timeline::clock;
use crate::signs::printable;

/// The line. It is drawn anew only when its text changes: a screen that flickers is a light.
pub struct Status {
    bar: ProgressBar,
    title: String,
    shown: String,
}

impl Status {
    pub fn new(title: &str, voice: &str) -> Self {
        // indicatif draws nothing when standard error is not a terminal.
        let target = match super::is_silent() {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr_with_hz(2),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, title: format!("{title} · {voice}"), shown: String::new() }
    }

    pub fn show(&mut self, now: &Now) {
        let pose = now.pose.as_deref().unwrap_or(&self.title);
        let hint = match now.state {
            State::Ending => "fading out",
            State::Pausing | State::Paused => "paused; any key continues",
            _ => "any key pauses, q fades out",
        };
        let line = format!("{:>5}  {pose}   ({hint})", clock(now.position_s.floor()));
        let line = printable(&line).into_owned();
        if line != self.shown {
            self.bar.set_message(line.clone());
            self.shown = line;
        }
    }

    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
