//! The score and its clips, turned into samples. One pure object feeds the device and the file:
//! it renders any number of frames at a time and the result does not depend on how many. While it
//! renders it does not allocate, lock, log, free or call the system: what it needs comes in through
//! ring buffers and atomics, and spent clips go out through another ring.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::clip::Clip;
use crate::score::GainPoint;
use crate::units::{Decibels, Frame, Frames, SampleRate};

/// Gain is computed on a grid of frames and is linear in between.
const GRID: u64 = 64;
/// As many clips as sound at once; a session has two or three.
const POLYPHONY: usize = 16;
/// A session that is stopped fades out over two seconds.
pub const STOP_SECONDS: u32 = 2;

/// A clip to be mixed.
#[derive(Clone, Debug)]
pub struct MixCue {
    /// The frame of the clip's first sample.
    pub start: Frames,
    /// The clip.
    pub clip: Arc<Clip>,
}

/// A stream of ambience that never ends. It is read by the audio callback.
pub trait Ambience: Send {
    /// Fills `out` with the next frames; silence where it has none.
    fn read(&mut self, out: &mut [Frame]);
}

/// No ambience.
pub struct Silence;

impl Ambience for Silence {
    fn read(&mut self, out: &mut [Frame]) {
        out.fill([0.0; 2]);
    }
}

/// What other threads may say to a mixer, and ask of it, while it plays.
#[derive(Debug)]
pub struct Transport {
    /// The clock of the score never passes this frame; the ambience goes on meanwhile.
    gate: AtomicU64,
    /// The clock skips forward to this frame.
    skip_to: AtomicU64,
    /// The frame at which the session ends.
    end: AtomicU64,
    position: AtomicU64,
    stop: AtomicBool,
    finished: AtomicBool,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            gate: AtomicU64::new(0),
            skip_to: AtomicU64::new(0),
            end: AtomicU64::new(Frames::NEVER.0),
            position: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            finished: AtomicBool::new(false),
        }
    }
}

impl Transport {
    /// Lets the clock of the score run up to `frame`.
    pub fn open_until(&self, frame: Frames) {
        self.gate.store(frame.0, Ordering::Release);
    }

    /// Makes the clock of the score skip forward to `frame` if it is behind.
    pub fn skip_to(&self, frame: Frames) {
        self.skip_to.fetch_max(frame.0, Ordering::Release);
    }

    /// Sets the frame at which the session ends.
    pub fn end_at(&self, frame: Frames) {
        self.end.store(frame.0, Ordering::Release);
    }

    /// The frame at which the session ends; [`Frames::NEVER`] while that is not known.
    pub fn end(&self) -> Frames {
        Frames(self.end.load(Ordering::Acquire))
    }

    /// Fades out and finishes.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Whether [`Transport::stop`] was called.
    pub fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// How far the score has been rendered.
    pub fn position(&self) -> Frames {
        Frames(self.position.load(Ordering::Acquire))
    }

    /// Whether everything has been rendered.
    pub fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Acquire)
    }
}

/// The other ends of a mixer's rings.
pub struct Feed {
    /// Clips in the order of their starts; they must arrive before the gate opens to them.
    pub cues: rtrb::Producer<MixCue>,
    /// The gain curve, in order.
    pub gains: rtrb::Producer<GainPoint>,
    /// Clips that have been played, to be freed.
    pub spent: rtrb::Consumer<Arc<Clip>>,
}

struct Playing {
    clip: Arc<Clip>,
    next: usize,
}

/// Turns a score and its clips into samples.
pub struct Mixer {
    clock: u64,
    cues: rtrb::Consumer<MixCue>,
    spent: rtrb::Producer<Arc<Clip>>,
    playing: Vec<Playing>,
    gain: GainCurve,
    ambience: Box<dyn Ambience>,
    transport: Arc<Transport>,
    fade: StopFade,
}

impl Mixer {
    /// A mixer whose rings hold `capacity` cues and gain points.
    pub fn new(
        rate: SampleRate,
        ambience: Box<dyn Ambience>,
        transport: Arc<Transport>,
        capacity: usize,
    ) -> (Self, Feed) {
        let (cues, cues_out) = rtrb::RingBuffer::new(capacity);
        let (gains, gains_out) = rtrb::RingBuffer::new(capacity);
        let (spent_in, spent) = rtrb::RingBuffer::new(capacity + POLYPHONY);
        let mixer = Self {
            clock: 0,
            cues: cues_out,
            spent: spent_in,
            playing: Vec::with_capacity(POLYPHONY),
            gain: GainCurve::new(gains_out),
            ambience,
            transport,
            fade: StopFade::new(rate),
        };
        (mixer, Feed { cues, gains, spent })
    }

    /// Renders the next frames. Past the end of the session they are silent.
    pub fn render(&mut self, out: &mut [Frame]) {
        self.clock = self.clock.max(self.transport.skip_to.load(Ordering::Acquire));
        let gate = self.transport.gate.load(Ordering::Acquire);
        let end = self.transport.end.load(Ordering::Acquire);
        let stopping = self.transport.is_stopping();
        let mut rest = out;
        while !rest.is_empty() {
            if self.clock >= end || self.fade.is_over() {
                rest.fill([0.0; 2]);
                self.transport.finished.store(true, Ordering::Release);
                break;
            }
            self.start_due();
            let mut length = self.chunk(gate.min(end)).min(rest.len() as u64);
            if stopping {
                length = length.min(self.fade.left());
            }
            let (chunk, behind) = rest.split_at_mut(usize::try_from(length).unwrap_or(usize::MAX));
            self.render_chunk(chunk, self.clock < gate);
            if stopping {
                self.fade.apply(chunk);
            }
            rest = behind;
        }
        self.transport.position.store(self.clock, Ordering::Release);
    }

    /// Whether everything has been rendered.
    pub fn is_finished(&self) -> bool {
        self.transport.is_finished()
    }

    /// Whether the clock of the score stands at its gate.
    pub fn is_waiting(&self) -> bool {
        self.clock >= self.transport.gate.load(Ordering::Acquire)
    }

    /// How many frames can be rendered until something changes.
    fn chunk(&self, stop: u64) -> u64 {
        let to_grid = GRID - self.clock % GRID;
        if self.clock >= stop {
            return GRID;
        }
        let to_cue = self.cues.peek().map_or(GRID, |cue| cue.start.0.saturating_sub(self.clock).max(1));
        to_grid.min(to_cue).min(stop - self.clock)
    }

    /// Starts every clip whose first frame is now, or was skipped over.
    fn start_due(&mut self) {
        while self.playing.len() < POLYPHONY && self.cues.peek().is_ok_and(|cue| cue.start.0 <= self.clock) {
            if let Ok(cue) = self.cues.pop() {
                self.playing.push(Playing { clip: cue.clip, next: 0 });
            }
        }
    }

    fn render_chunk(&mut self, out: &mut [Frame], clock_runs: bool) {
        self.ambience.read(out);
        self.gain.apply(out, self.clock, clock_runs);
        for playing in &mut self.playing {
            playing.clip.add_to(out, playing.next);
            playing.next += out.len();
        }
        self.retire();
        if clock_runs {
            self.clock += out.len() as u64;
        }
    }

    /// Hands clips that have ended to whoever frees them.
    fn retire(&mut self) {
        let mut place = 0;
        while place < self.playing.len() {
            let ended = self.playing[place].next as u64 >= self.playing[place].clip.frames().0;
            // With the ring full the clip stays, silent, until there is room.
            if ended && !self.spent.is_full() {
                // In order: the sum of three floats depends on it.
                let playing = self.playing.remove(place);
                let _ = self.spent.push(playing.clip); // there is room
            } else {
                place += 1;
            }
        }
    }
}

/// The ambience's gain along the score.
struct GainCurve {
    points: rtrb::Consumer<GainPoint>,
    from: GainPoint,
    to: Option<GainPoint>,
    /// The grid cell that `ends` belong to.
    cell: u64,
    ends: [f32; 2],
}

impl GainCurve {
    fn new(points: rtrb::Consumer<GainPoint>) -> Self {
        Self {
            points,
            from: GainPoint { at: Frames::ZERO, gain: Decibels::SILENCE },
            to: None,
            cell: u64::MAX,
            ends: [0.0; 2],
        }
    }

    /// Multiplies `out`, which begins at `clock` and stays within one grid cell.
    fn apply(&mut self, out: &mut [Frame], clock: u64, clock_runs: bool) {
        let cell = clock / GRID;
        if cell != self.cell {
            let start = self.at(cell * GRID);
            self.ends = [start, self.at((cell + 1) * GRID)];
            self.cell = cell;
        }
        let [start, end] = self.ends;
        let slope = (end - start) / GRID as f32;
        let mut place = (clock % GRID) as f32;
        for frame in out {
            let gain = start + slope * place;
            frame[0] *= gain;
            frame[1] *= gain;
            if clock_runs {
                place += 1.0;
            }
        }
    }

    /// The amplitude at a frame; frames are asked for in order.
    fn at(&mut self, frame: u64) -> f32 {
        loop {
            match self.to {
                Some(to) if to.at.0 <= frame => {
                    self.from = to;
                    self.to = self.points.pop().ok();
                }
                Some(_) => break,
                None => match self.points.pop() {
                    Ok(point) => self.to = Some(point),
                    Err(_) => return self.from.gain.amplitude(),
                },
            }
        }
        let Some(to) = self.to else { return self.from.gain.amplitude() };
        let span = (to.at.0 - self.from.at.0) as f32;
        let part = (frame - self.from.at.0) as f32 / span;
        Decibels(self.from.gain.0 + (to.gain.0 - self.from.gain.0) * part).amplitude()
    }
}

/// The fade after a stop: an equal-power curve.
struct StopFade {
    length: usize,
    done: usize,
}

impl StopFade {
    fn new(rate: SampleRate) -> Self {
        Self { length: (rate.hz() * STOP_SECONDS) as usize, done: 0 }
    }

    fn is_over(&self) -> bool {
        self.left() == 0
    }

    /// Frames until silence.
    fn left(&self) -> u64 {
        (self.length - self.done) as u64
    }

    /// Fades `out`, which is no longer than what is left.
    fn apply(&mut self, out: &mut [Frame]) {
        for frame in out {
            let part = self.done as f32 / self.length as f32;
            let gain = (part * std::f32::consts::FRAC_PI_2).cos();
            frame[0] *= gain;
            frame[1] *= gain;
            self.done += 1;
        }
    }
}
