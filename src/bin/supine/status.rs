//! One quiet line on a terminal while a session plays; nothing on a pipe. A thread of its own draws it: a
//! terminal that takes no output must not keep a session from hearing requests.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use supine::control::{Now, State};
use supine::score::timeline::clock;
use supine::signs::printable;

/// How long a terminal may take to clear the line.
const TO_CLEAR: Duration = Duration::from_millis(300);

/// The line. It is redrawn only when its text changes: a flickering screen would be a light in the dark.
pub struct Status {
    title: String,
    shown: String,
    lines: Option<Sender<String>>,
    drawing: Option<JoinHandle<()>>,
}

impl Status {
    pub fn new(title: &str, voice: &str) -> Self {
        // indicatif draws nothing when standard error is not a terminal.
        let target = match crate::screen::is_silent() {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr_with_hz(2),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
            bar.set_style(style);
        }
        let (lines, to_draw) = mpsc::channel();
        let drawing = Some(std::thread::Builder::new().name("status".to_owned()))
            .filter(|_| !bar.is_hidden())
            .and_then(|thread| thread.spawn(move || draw(&bar, &to_draw)).ok());
        Self { title: format!("{title} · {voice}"), shown: String::new(), lines: Some(lines), drawing }
    }

    pub fn show(&mut self, now: &Now) {
        // Without a terminal nobody sees the line, and making it 20 times a second would cost something.
        if self.drawing.is_none() {
            return;
        }
        let pose = now.pose.as_deref().unwrap_or(&self.title);
        let hint = match now.state {
            State::Ending => "fading out",
            State::Pausing | State::Paused => "paused; space continues",
            _ => "space pauses, q fades out",
        };
        let line = format!("{:>5}  {pose}   ({hint})", clock(now.position_s.floor()));
        let line = printable(&line).into_owned();
        if line != self.shown {
            // A thread that has gone draws nothing.
            let _ = self.lines.as_ref().map(|lines| lines.send(line.clone()));
            self.shown = line;
        }
    }

    /// Removes the line.
    pub fn clear(&mut self) {
        self.lines = None;
        let limit = Instant::now() + TO_CLEAR;
        while self.drawing.as_ref().is_some_and(|drawing| !drawing.is_finished()) && Instant::now() < limit {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn draw(bar: &ProgressBar, lines: &Receiver<String>) {
    while let Ok(line) = lines.recv() {
        // Of the lines that have waited, only the last is up to date.
        bar.set_message(lines.try_iter().last().unwrap_or(line));
    }
    bar.finish_and_clear();
}
