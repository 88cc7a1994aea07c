//! Turns the score and its clips into samples. The same pure object feeds a device and a file. It renders
//! any number of frames at a time, and the result does not depend on that number. While it renders it does
//! not allocate, lock, log, free memory or call the system: its input arrives through ring buffers and
//! atomics, and spent clips leave through another ring.

mod ahead;
mod breather;
mod gain;
pub mod limiter;
mod noise;
mod spectrum;
mod take;
mod transport;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use self::ahead::Ahead;
use self::breather::Breather;
use self::gain::{Fade, GRID, GainCurve, Volume};
use self::limiter::Limiter;
pub(crate) use self::take::{Entrance, Feed, MixCue, MixerHandle, Take};
use self::take::{Entry, Inbox, POLYPHONY};
pub(crate) use self::transport::Transport;
use crate::clip::Clip;
use crate::units::{Frame, Frames, SampleRate};

/// A stopped session fades out over two seconds.
pub(crate) const STOP_SECONDS: u32 = 2;
/// When another take cuts in, the current speech fades out over 0.3 s.
pub(crate) const CUT: Duration = Duration::from_millis(300);
/// A change of volume takes about this long.
const VOLUME_GLIDE: Duration = Duration::from_millis(60);

/// An endless stream of ambience. The audio callback reads it.
pub(crate) trait Ambience: Send {
    /// Fills `out` with the next frames, or with silence if there are none.
    fn read(&mut self, out: &mut [Frame]);
}

/// No ambience.
pub(crate) struct Silence;

impl Ambience for Silence {
    fn read(&mut self, out: &mut [Frame]) {
        out.fill([0.0; 2]);
    }
}

/// Adds the frames of `more` to those of `out`.
fn add(out: &mut [Frame], more: &[Frame]) {
    for (frame, more) in out.iter_mut().zip(more) {
        frame[0] += more[0];
        frame[1] += more[1];
    }
}

struct Playing {
    clip: Arc<Clip>,
    next: usize,
}

/// Turns a score and its clips into samples.
pub struct Mixer {
    clock: u64,
    take: Take,
    /// The number of the current take.
    number: u64,
    playing: Vec<Playing>,
    gain: GainCurve,
    breather: Breather,
    ambience: Box<dyn Ambience>,
    stop_fade: Fade,
    cut_fade: Option<Fade>,
    cut_length: usize,
    inbox: Inbox,
    volume: Volume,
    /// Whether both channels get the same.
    is_mono: bool,
    /// The last stage before the output.
    limiter: Option<Limiter>,
    ahead: Ahead,
    /// The number of frames still to be rendered before the first one comes out.
    to_fill: usize,
}

impl Mixer {
    /// A mixer of one take, whose rings hold `capacity` cues and gain points.
    pub(crate) fn new(
        rate: SampleRate,
        ambience: Box<dyn Ambience>,
        transport: Arc<Transport>,
        capacity: usize,
    ) -> (Self, Feed) {
        let (take, feed) = Take::new(transport, capacity);
        (Self::steered(rate, ambience, take).0, feed)
    }

    /// A mixer that begins with `take` and continues with the takes from its handle.
    pub(crate) fn steered(rate: SampleRate, ambience: Box<dyn Ambience>, take: Take) -> (Self, MixerHandle) {
        let volume = Arc::new(AtomicU32::new(1f32.to_bits()));
        let (handle, inbox) = MixerHandle::new(Arc::clone(&volume));
        let frames = |time| Frames::at(time, rate).0 as usize;
        let limiter = Limiter::new(rate);
        let mixer = Self {
            clock: 0,
            take,
            number: 0,
            playing: Vec::with_capacity(POLYPHONY),
            gain: GainCurve::default(),
            breather: Breather::new(rate),
            ambience,
            stop_fade: Fade::new((rate.hz() * STOP_SECONDS) as usize),
            cut_fade: None,
            cut_length: frames(CUT),
            inbox,
            volume: Volume::new(volume, frames(VOLUME_GLIDE)),
            is_mono: false,
            ahead: Ahead::new(limiter.delay()),
            to_fill: limiter.delay(),
            limiter: Some(limiter),
        };
        (mixer, handle)
    }

    /// Gives both channels the mean of the two, for a listener who hears only one of them. Speech, which is the same in
    /// both, stays as loud.
    pub(crate) fn in_mono(self, is_mono: bool) -> Self {
        Self { is_mono, ..self }
    }

    /// Removes the limiter: the output is the plain sum of all sounds, for measurement. Nothing is rendered
    /// ahead.
    pub(crate) fn unlimited(self) -> Self {
        Self { limiter: None, ahead: Ahead::new(0), to_fill: 0, ..self }
    }

    /// Renders the next frames, with no true peak above `limiter::CEILING`. After the end of the session
    /// they are silent.
    pub(crate) fn render(&mut self, out: &mut [Frame]) {
        let mut first = [[0.0; 2]; GRID as usize];
        while self.to_fill > 0 && !out.is_empty() {
            let length = self.to_fill.min(first.len());
            self.to_fill -= length;
            self.render_limited(&mut first[..length]); // silence comes out
        }
        self.render_limited(out);
        self.ahead.come_out(out.len(), &self.take, &mut self.inbox.over);
    }

    fn render_limited(&mut self, out: &mut [Frame]) {
        self.render_ahead(out);
        if self.is_mono {
            out.iter_mut().for_each(|frame| *frame = [0.5 * (frame[0] + frame[1]); 2]);
        }
        if let Some(limiter) = &mut self.limiter {
            limiter.process(out);
        }
    }

    /// Renders frames that come out once the limiter has seen the frames after them.
    fn render_ahead(&mut self, out: &mut [Frame]) {
        let mut rest = &mut *out;
        while !rest.is_empty() {
            let next_take = self.next_take();
            let transport = &self.take.transport;
            let gate = transport.gate.load(Ordering::Acquire);
            let end = transport.end.load(Ordering::Acquire);
            let stopping = transport.is_stopping();
            if self.clock >= end || self.stop_fade.is_over() {
                rest.fill([0.0; 2]);
                self.ahead.ends();
                self.ahead.note(rest.len(), self.clock, false);
                break;
            }
            let cutting = self.cut_fade.is_some();
            if !cutting {
                self.start_due();
            }
            let mut length = self.chunk(gate.min(end).min(next_take)).min(rest.len() as u64);
            if stopping {
                length = length.min(self.stop_fade.left());
            }
            if let Some(fade) = &self.cut_fade {
                length = length.min(fade.left());
            }
            let (chunk, behind) = rest.split_at_mut(usize::try_from(length).unwrap_or(usize::MAX));
            self.render_chunk(chunk, !cutting && self.clock < gate);
            if stopping {
                self.stop_fade.apply(chunk);
            } else if !self.stop_fade.is_at_start() {
                self.stop_fade.take_back(chunk);
            }
            rest = behind;
        }
        self.volume.apply(out);
    }

    /// Whether everything has come out.
    pub(crate) fn is_finished(&self) -> bool {
        self.take.transport.is_finished()
    }

    /// Whether the clock of the score stands at its gate, and nothing fades meanwhile.
    pub(crate) fn is_waiting(&self) -> bool {
        let transport = &self.take.transport;
        let fades = self.cut_fade.is_some() || transport.is_stopping();
        !fades && self.clock >= transport.gate.load(Ordering::Acquire)
    }

    /// Changes to the next take when it is due; returns the frame of the next change.
    fn next_take(&mut self) -> u64 {
        if self.cut_fade.as_ref().is_some_and(Fade::is_over) {
            self.cut_fade = None;
            // The speech that was cut is finished.
            self.playing.iter_mut().for_each(|playing| playing.next = usize::MAX / 2);
            self.retire();
            self.change_take(0);
        }
        self.pass_over();
        // This must come before the search for the next take's frame, which may be skipped.
        self.clock = self.clock.max(self.take.transport.skip_to.load(Ordering::Acquire));
        // If the take whose clock the frame refers to has gone, it is already late.
        let entrance = |entry: &Entry| match entry.entrance {
            Entrance::At(_) if entry.after < self.number => Entrance::Cut,
            entrance => entrance,
        };
        match self.inbox.takes.peek().map(entrance) {
            Err(_) => Frames::NEVER.0,
            Ok(Entrance::Cut) => {
                if self.cut_fade.is_none() {
                    self.cut_fade = Some(Fade::new(self.cut_length));
                }
                Frames::NEVER.0
            }
            Ok(Entrance::At(frame))
                if self.cut_fade.is_none()
                    && self.clock >= frame.0
                    && self.change_take(self.clock - frame.0) =>
            {
                self.next_take()
            }
            Ok(Entrance::At(frame)) => frame.0,
        }
    }

    /// Returns takes that were replaced before they started.
    fn pass_over(&mut self) {
        while self.has_room()
            && self.inbox.takes.peek().is_ok_and(|entry| entry.take.transport.is_left())
            && let Ok(Entry { take, .. }) = self.inbox.takes.pop()
        {
            take.transport.finished.store(true, Ordering::Release);
            let _ = self.inbox.over.push(take); // there is room
        }
    }

    /// Changes to the next take, whose clock is at `clock`; false if this one can't be given back yet.
    fn change_take(&mut self, clock: u64) -> bool {
        if !self.has_room() {
            return false;
        }
        let Ok(Entry { take, number, .. }) = self.inbox.takes.pop() else { return false };
        self.gain.leave(self.clock);
        self.breather.leave();
        self.ahead.leave(std::mem::replace(&mut self.take, take));
        (self.clock, self.number) = (clock, number);
        true
    }

    /// Whether there is room to return one more take.
    fn has_room(&self) -> bool {
        self.inbox.over.slots() > self.ahead.leaving()
    }

    /// The number of frames that can be rendered before something changes.
    fn chunk(&self, stop: u64) -> u64 {
        let to_grid = GRID - self.clock % GRID;
        // The clock is standing.
        if self.clock >= stop || self.cut_fade.is_some() {
            return GRID;
        }
        let to_cue = self.take.cues.peek().map_or(GRID, |cue| cue.start.0.saturating_sub(self.clock).max(1));
        to_grid.min(to_cue).min(stop - self.clock)
    }

    /// Starts every clip whose first frame is due or was skipped.
    fn start_due(&mut self) {
        while self.playing.len() < POLYPHONY
            && let Ok(clip) = self.inbox.sounds.pop()
        {
            self.playing.push(Playing { clip, next: 0 });
        }
        let due = |take: &Take, clock| take.cues.peek().is_ok_and(|cue| cue.start.0 <= clock);
        while self.playing.len() < POLYPHONY && due(&self.take, self.clock) {
            if let Ok(cue) = self.take.cues.pop() {
                self.playing.push(Playing { clip: cue.clip, next: 0 });
            }
        }
    }

    fn render_chunk(&mut self, out: &mut [Frame], clock_runs: bool) {
        self.ambience.read(out);
        self.breather.apply(&mut self.take.breaths, out, self.clock, clock_runs);
        self.gain.apply(&mut self.take.gains, out, self.clock, clock_runs);
        let mut faded = [[0.0; 2]; GRID as usize];
        // A chunk is no longer than a grid cell.
        let speech = if self.cut_fade.is_some() { &mut faded[..out.len()] } else { &mut *out };
        for playing in &mut self.playing {
            playing.clip.add_to(speech, playing.next);
            playing.next += speech.len();
        }
        if let Some(fade) = &mut self.cut_fade {
            fade.apply(speech);
            add(out, &faded);
        }
        self.retire();
        if clock_runs {
            self.clock += out.len() as u64;
        }
        self.ahead.note(out.len(), self.clock, clock_runs);
    }

    /// Passes clips that have ended back to be freed.
    fn retire(&mut self) {
        let mut place = 0;
        while place < self.playing.len() {
            let ended = self.playing[place].next as u64 >= self.playing[place].clip.frames().0;
            // While the ring is full the clip stays, silent.
            if ended && !self.take.spent.is_full() {
                // The order is kept, since the sum of three floats depends on it.
                let playing = self.playing.remove(place);
                let _ = self.take.spent.push(playing.clip); // there is room
            } else {
                place += 1;
            }
        }
    }
}
