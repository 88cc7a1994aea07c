//! The sound device: how its state is followed, and what happens when it can't keep up or goes away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::time::{Duration, Instant};

use rodio::cpal::ErrorKind;

use super::hush::Hush;
use super::line::Line;
use super::source::{FADE, Rendering};
use super::{Output, OutputError, realtime};
use crate::mixer::Mixer;
use crate::thread::spawn;
use crate::units::SampleRate;

/// The frames in one period of the device, which holds two: a change is heard after 64 to 128 ms. A third of
/// that would take twice as much of the processor, and nobody who pauses notices the difference. A machine that
/// can't keep up gets periods of twice that length, up to the second constant, and responds later. The environment
/// variable sets a different start for a machine that is known to be slow.
const PERIOD: u32 = 3072;
const LONGEST_PERIOD: u32 = 8192;
const PERIOD_VARIABLE: &str = "SUPINE_PERIOD";
/// This many underruns are more than a momentary hitch.
const BAD_MOMENTS: u64 = 3;
/// For this long after it was opened, a device reports underruns that nobody hears.
const SETTLED: Duration = Duration::from_secs(1);
/// Opening a device causes up to 4,500 errors in its first moments; a device that has gone causes about a
/// million a second without end.
const BURST: u64 = 10_000;
/// How long each error after the burst blocks the device's thread; otherwise it would use a whole core.
const THROTTLE: Duration = Duration::from_millis(5);
/// This many throttled errors (half a second of nothing else) mean that the device has gone.
const LOST: u64 = BURST + 100;
/// A device that has gone may report nothing at all. It counts as lost if nothing was rendered for this
/// long and at several checks, since the whole process may have been suspended.
const STILL: Duration = Duration::from_secs(3);
const STILL_LOOKS: u32 = 20;
/// A sound server that died may keep the one who closes or opens a device waiting for ever. After so long another thread
/// tries anew.
const HUNG: Duration = Duration::from_secs(5);
/// How much a device may still hold after the last frame was rendered.
const DRAIN: Duration = Duration::from_millis(400);

/// The default device.
pub(crate) struct Device {
    /// `None` after it was lost.
    line: Option<Line>,
    rate: SampleRate,
    period: u32,
    faults: Arc<Faults>,
    /// Underruns of the earlier devices.
    earlier: u64,
    rendering: Arc<Rendering>,
    progress: Progress,
    plays: bool,
    /// A device that is being opened. A sound server may take seconds, and nobody waits for it.
    opening: Option<Opening>,
}

/// A device that another thread is opening.
struct Opening {
    since: Instant,
    result: Receiver<Result<Device, OutputError>>,
}

/// The reports of an open device.
#[derive(Default)]
struct Faults {
    errors: AtomicU64,
    underruns: AtomicU64,
}

/// The number of blocks at the last progress, and the number of checks without progress since then.
struct Progress {
    blocks: u64,
    since: Instant,
    looks: u32,
}

impl Progress {
    fn new(blocks: u64) -> Self {
        Self { blocks, since: Instant::now(), looks: 0 }
    }

    fn look(&mut self, blocks: u64) {
        if blocks != self.blocks {
            *self = Self::new(blocks);
        }
        self.looks += 1;
    }

    fn stands_still(&self) -> bool {
        self.looks > STILL_LOOKS && self.since.elapsed() > STILL
    }
}

impl Device {
    /// Opens the default device at its own rate.
    ///
    /// # Errors
    /// When there is none, in one sentence. The messages that ALSA and JACK write to the terminal by
    /// themselves are suppressed.
    pub(crate) fn open() -> Result<Self, OutputError> {
        let asked = std::env::var(PERIOD_VARIABLE).ok().and_then(|frames| frames.parse().ok());
        Self::with_period(asked.filter(|frames| *frames > 0).unwrap_or(PERIOD), 0)
    }

    fn with_period(period: u32, earlier: u64) -> Result<Self, OutputError> {
        let hush = Hush::new();
        let faults = Arc::new(Faults::default());
        let result = Line::open(period, || throttled(Arc::clone(&faults)));
        drop(hush);
        let line = result.map_err(|why| OutputError::NoDevice(why.to_owned()))?;
        Ok(Self {
            rate: line.rate(),
            line: Some(line),
            period,
            faults,
            earlier,
            rendering: Arc::default(),
            progress: Progress::new(0),
            plays: false,
            opening: None,
        })
    }

    /// Opens a device on another thread after closing this one, since the system may allow only one at a
    /// time.
    fn begin_to_open(&mut self, period: u32, earlier: u64) {
        let line = self.line.take();
        let (sender, result) = mpsc::channel();
        spawn("device search", move || {
            drop(line);
            // The receiver may have gone.
            let _ = sender.send(Self::with_period(period, earlier));
        });
        self.opening = Some(Opening { since: Instant::now(), result });
    }

    /// The result of opening a device; `None` while it is being opened.
    fn opened(&mut self) -> Option<Result<Self, OutputError>> {
        let result = match self.opening.as_ref()?.result.try_recv() {
            Ok(result) => result,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Err(OutputError::Lost),
        };
        self.opening = None;
        Some(result)
    }

    fn all_underruns(&self) -> u64 {
        self.earlier + self.faults.underruns.load(Ordering::Relaxed)
    }

    fn has_failed(&self) -> bool {
        self.line.is_none() || self.faults.errors.load(Ordering::Relaxed) >= LOST
    }

    /// Moves to longer periods, if there are any, when the current ones are too short.
    fn keep_up(&mut self) {
        if self.opening.is_some() {
            return self.play_on();
        }
        if realtime::was_warned() && !self.has_failed() {
            // A new thread, without that priority.
            return self.begin_to_open(self.period, self.all_underruns());
        }
        let is_too_short = self.faults.underruns.load(Ordering::Relaxed) >= BAD_MOMENTS;
        let next = self.period.saturating_mul(2).min(LONGEST_PERIOD);
        if is_too_short && next > self.period && !self.has_failed() {
            self.begin_to_open(next, self.all_underruns());
        }
    }

    /// Moves the mixer of the previous device to the new one. If there is no mixer, or the rate has changed,
    /// the device counts as lost, and the session looks for another.
    fn play_on(&mut self) {
        let Some(opened) = self.opened() else { return };
        let mixer = self.rendering.left_behind();
        let Ok(device) = opened else { return };
        let rate = self.rate;
        *self = device;
        match mixer {
            Some(mixer) if self.rate == rate => self.start(mixer),
            _ => self.line = None,
        }
    }
}

/// Counts errors, and slows down a thread that only reports them.
fn throttled(faults: Arc<Faults>) -> impl FnMut(rodio::cpal::Error) + Send + 'static {
    let opened = Instant::now();
    let mut since = opened;
    move |error| {
        if error.kind() == ErrorKind::Xrun && opened.elapsed() > SETTLED {
            faults.underruns.fetch_add(1, Ordering::Relaxed);
        }
        let errors = &faults.errors;
        // Single errors with time between them, such as an underrun, do not mean a lost device.
        if since.elapsed() > Duration::from_secs(1) && errors.load(Ordering::Relaxed) < LOST {
            errors.store(0, Ordering::Relaxed);
        }
        since = Instant::now();
        if errors.fetch_add(1, Ordering::Relaxed) >= BURST {
            std::thread::sleep(THROTTLE);
        }
    }
}

impl Output for Device {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn start(&mut self, mixer: Mixer) {
        if let Some(line) = &mut self.line {
            line.play(mixer, &self.rendering);
        }
        self.progress = Progress::new(self.rendering.blocks());
        self.plays = true;
        realtime::ask(Arc::clone(&self.rendering));
    }

    fn tend(&mut self) {
        self.keep_up();
        if self.plays && self.opening.is_none() {
            self.progress.look(self.rendering.blocks());
        }
    }

    fn is_lost(&self) -> bool {
        if let Some(opening) = &self.opening {
            return opening.since.elapsed() > STILL;
        }
        self.has_failed() || self.plays && self.progress.stands_still()
    }

    fn reopen(&mut self) -> Result<bool, OutputError> {
        if self.opening.as_ref().is_some_and(|opening| opening.since.elapsed() > HUNG) {
            self.opening = None;
        }
        if self.opening.is_none() {
            // The last reports of a device that goes away do not count as underruns.
            self.begin_to_open(self.period, self.earlier);
        }
        let Some(opened) = self.opened() else { return Ok(false) };
        *self = opened?;
        Ok(true)
    }

    fn underruns(&self) -> Option<u64> {
        Some(self.all_underruns())
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        if self.plays && !self.has_failed() {
            if std::thread::panicking() {
                // A sound that breaks off would wake the listener.
                self.rendering.fade_out();
                std::thread::sleep(FADE);
            }
            std::thread::sleep(DRAIN);
        }
    }
}
