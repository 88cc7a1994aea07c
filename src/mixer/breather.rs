//! The sound that leads the breath: noise in the spectrum of the ambience, which swells with the in-breath and
//! falls with the out-breath, or soft tones. It follows from the phases of the score and the clock alone, and
//! keeps under the ambience's gain, so under the voice it is as soft as an ambience.

use std::f32::consts::{PI, TAU};
use std::time::Duration;

use super::gain::GRID;
use super::noise::Noise;
use super::spectrum::Spectrum;
use crate::plan::BreathSound;
use crate::routine::breath::Phase;
use crate::score::BreathPhase;
use crate::units::{Decibels, Frame, Frames, SampleRate};

/// Between two breaths the noise is this much below its top.
const DEPTH: f32 = -18.0;
/// While the breath is held after breathing in.
const HELD: f32 = -9.0;
/// The in-breath is bright and the out-breath is dark: of the other half of the spectrum this much is taken
/// away.
const TILT: f32 = -14.0;
/// The top of the noise, relative to the ambience that it replaces. Half of its power is taken away by the
/// tilt.
const TOP: f32 = 3.0;
/// Under the noise, and under tones, an ambience steps back by this much.
const BED: f32 = -16.0;
const BED_OF_TONES: f32 = -6.0;
/// Music is not replaced by noise: it steps back by this much only, and goes down further only while words are spoken.
const BED_OF_MUSIC: f32 = -4.0;
/// How fast a sound follows its shape, and the ambience beneath it: to 63 % in this time.
const GLIDE: Duration = Duration::from_millis(70);
const BED_GLIDE: Duration = Duration::from_millis(700);
/// A tone goes from the A below middle C to the E above it with the in-breath, and back with the out-breath.
const TONES_HZ: (f32, f32) = (220.0, 329.63);
/// The length of a tone, and the most of its phase that it takes, so that two tones never meet.
const TONE: Duration = Duration::from_secs(2);
const MOST_OF_PHASE: f32 = 0.7;
/// Frames in a cell of the grid.
const CELL: usize = GRID as usize;
/// The amplitude of a tone on both sides, in dB relative to its loudness in LUFS.
const TONE_LEVEL: f32 = 0.7;
/// A difference that is not heard: the shape is reached.
const REACHED: f32 = 1e-5;
/// And this is nothing.
const NOTHING: f32 = 1e-12;

/// Amplitudes: of the noise's low and high half, of the tone, and of what is taken from the ambience. At last all of them
/// come to zero, where floats are fine enough for a slow glide; it would stop for ever a thousandth below 1.
type Levels = [f32; 4];
const LOW: usize = 0;
const HIGH: usize = 1;
const TONE_AT: usize = 2;
const TAKEN: usize = 3;

/// What sounds at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    levels: Levels,
    /// The tone's frequency, in turns a frame.
    pitch: f32,
}

impl Shape {
    /// The ambience alone.
    const REST: Self = Self { levels: [0.0; 4], pitch: 0.0 };

    fn has_noise(self) -> bool {
        self.levels[LOW] > REACHED || self.levels[HIGH] > REACHED
    }

    fn is_reached_by(self, now: Self) -> bool {
        self.levels.iter().zip(now.levels).all(|(level, now)| (level - now).abs() < REACHED)
    }
}

/// Leads the breath through the ambience.
pub(super) struct Breather {
    rate: SampleRate,
    phase: Option<BreathPhase>,
    /// The grid cell of `ends`.
    cell: u64,
    ends: [Shape; 2],
    now: Shape,
    has_noise: bool,
    /// How far the levels go towards their shape with each frame.
    glides: Levels,
    spectrum: Spectrum,
    noise: Noise,
    /// Two low-pass filters one after the other, for both sides.
    first: Frame,
    second: Frame,
    /// The place in the tone's wave, in turns.
    turn: f32,
}

impl Breather {
    pub(super) fn new(rate: SampleRate) -> Self {
        let follow = |time: Duration| 1.0 - (-1.0 / (time.as_secs_f32() * rate.hz() as f32)).exp();
        let (glide, bed) = (follow(GLIDE), follow(BED_GLIDE));
        Self {
            rate,
            phase: None,
            cell: u64::MAX,
            ends: [Shape::REST; 2],
            now: Shape::REST,
            has_noise: false,
            glides: [glide, glide, glide, bed],
            spectrum: Spectrum::new(rate),
            noise: Noise::new(),
            first: [0.0; 2],
            second: [0.0; 2],
            turn: 0.0,
        }
    }

    /// Begins another take, whose clock is at zero: what sounds falls silent softly.
    pub(super) fn leave(&mut self) {
        (self.phase, self.cell) = (None, u64::MAX);
    }

    /// Lets the ambience in `out` breathe; `out` begins at `clock` and stays within one grid cell.
    pub(super) fn apply(
        &mut self,
        phases: &mut rtrb::Consumer<BreathPhase>,
        out: &mut [Frame],
        clock: u64,
        clock_runs: bool,
    ) {
        let cell = clock / GRID;
        let mut is_new = cell != self.cell;
        if is_new {
            let start = self.at(phases, cell * GRID);
            self.ends = [start, self.at(phases, (cell + 1) * GRID)];
            self.cell = cell;
            let [start, end] = self.ends;
            // Decided by the cell, so that the noise does not depend on the size of blocks.
            self.has_noise = [self.now, start, end].into_iter().any(Shape::has_noise);
        }
        let rests = self.ends == [Shape::REST; 2];
        // While the clock stands no cell begins, so each frame is looked at.
        let most = if rests && !clock_runs { 1 } else { CELL };
        let mut place = clock % GRID;
        let mut rest = out;
        while !rest.is_empty() {
            if rests && (is_new || !clock_runs) && Shape::REST.is_reached_by(self.now) {
                self.now = Shape::REST;
            }
            if rests && self.now == Shape::REST {
                return self.spectrum.hear(rest);
            }
            is_new = false;
            // What is learned changes the noise from there on, in blocks of any size.
            let length = self.spectrum.steady_for().min(rest.len()).min(most);
            let (run, behind) = rest.split_at_mut(length);
            self.spectrum.hear(run);
            self.noise.turn_to(self.spectrum.poles());
            self.lead(run, place, clock_runs);
            place += if clock_runs { length as u64 } else { 0 };
            rest = behind;
        }
    }

    /// Follows the shape through `run`, which begins at this place in its cell. Each step is a loop of its own, so that
    /// what does not depend on the frame before is done for several frames at once.
    fn lead(&mut self, run: &mut [Frame], place: u64, clock_runs: bool) {
        let mut levels = [[0.0; 4]; CELL];
        let mut noise = [[0.0; 2]; CELL];
        let levels = &mut levels[..run.len()];
        let noise = &mut noise[..run.len()];
        self.follow(levels, place, clock_runs);
        if self.has_noise {
            self.noise.fill(noise);
            self.tilt(noise, levels);
        }
        for ((frame, levels), noise) in run.iter_mut().zip(&*levels).zip(noise) {
            let mut more = *noise;
            if levels[TONE_AT] > REACHED {
                self.turn = (self.turn + self.now.pitch).fract();
                let tone = levels[TONE_AT] * (TAU * self.turn).sin();
                more = more.map(|sample| sample + tone);
            }
            *frame = [0, 1].map(|side| frame[side] * (1.0 - levels[TAKEN]) + more[side]);
        }
    }

    fn follow(&mut self, out: &mut [Levels], place: u64, clock_runs: bool) {
        let [start, end] = self.ends;
        let mut part = place as f32 / GRID as f32;
        let step = if clock_runs { 1.0 / GRID as f32 } else { 0.0 };
        let mut now = self.now.levels;
        for levels in out {
            let ends = start.levels.iter().zip(&end.levels);
            for ((level, glide), (start, end)) in now.iter_mut().zip(self.glides).zip(ends) {
                let wanted = start + (end - start) * part;
                let next = *level + (wanted - *level) * glide;
                // Far below anything that is heard, numbers get slow.
                *level = if next < NOTHING { 0.0 } else { next };
            }
            *levels = now;
            part += step;
        }
        self.now.levels = now;
        let pitch = start.pitch.max(end.pitch);
        if pitch > 0.0 {
            self.now.pitch = if start.pitch > 0.0 { start.pitch } else { pitch };
        }
    }

    /// Gives the noise its level, below and above the pivot.
    fn tilt(&mut self, noise: &mut [Frame], levels: &[Levels]) {
        let pivot = self.spectrum.pivot();
        let (mut first, mut second) = (self.first, self.second);
        for (noise, levels) in noise.iter_mut().zip(levels) {
            for side in 0..2 {
                first[side] += (noise[side] - first[side]) * pivot;
                second[side] += (first[side] - second[side]) * pivot;
                let high = noise[side] - first[side] * 2.0 + second[side];
                noise[side] = levels[LOW] * second[side] + levels[HIGH] * high;
            }
        }
        (self.first, self.second) = (first, second);
    }

    /// The shape at a frame; frames must be requested in order.
    fn at(&mut self, phases: &mut rtrb::Consumer<BreathPhase>, frame: u64) -> Shape {
        while phases.peek().is_ok_and(|next| next.at.0 <= frame) {
            self.phase = phases.pop().ok();
        }
        let Some(phase) = self.phase else { return Shape::REST };
        let into = frame.saturating_sub(phase.at.0);
        if into >= phase.length.0 {
            return Shape::REST;
        }
        match phase.sound {
            BreathSound::None => Shape::REST,
            BreathSound::Breathing => {
                self.spectrum.soften(phase.level.loudness);
                breathing(&phase, into as f32 / phase.length.0 as f32)
            }
            BreathSound::Tones => self.tones(&phase, into),
        }
    }

    fn tones(&self, phase: &BreathPhase, into: u64) -> Shape {
        let most = phase.length.0 as f32 * MOST_OF_PHASE;
        let part = into as f32 / most.min(Frames::at(TONE, self.rate).0 as f32);
        let bed = if phase.level.in_music { BED_OF_MUSIC } else { BED_OF_TONES };
        let taken = 1.0 - Decibels(bed).amplitude();
        let rest = Shape { levels: [0.0, 0.0, 0.0, taken], pitch: 0.0 };
        let (from, to) = match phase.phase {
            Phase::In => TONES_HZ,
            Phase::Out => (TONES_HZ.1, TONES_HZ.0),
            Phase::Full | Phase::Empty => return rest,
        };
        if part >= 1.0 {
            return rest;
        }
        let level = phase.level.loudness + phase.level.lift + Decibels(TONE_LEVEL);
        let hz = from * (to / from).powf(part);
        let tone = level.amplitude() * (PI * part).sin().powi(2);
        Shape { levels: [0.0, 0.0, tone, taken], pitch: hz / self.rate.hz() as f32 }
    }
}

/// The breathing noise at a part of a phase.
fn breathing(phase: &BreathPhase, part: f32) -> Shape {
    // From 0 to 1, without a corner.
    let risen = 0.5 - 0.5 * (PI * part).cos();
    let (level, bright) = match phase.phase {
        Phase::In => (DEPTH * (1.0 - risen), 1.0),
        Phase::Full => (HELD, 0.5),
        Phase::Out => (DEPTH * risen, 0.0),
        Phase::Empty => (DEPTH, 0.0),
    };
    let level = level + TOP + phase.level.lift.0;
    let bed = if phase.level.in_music { BED_OF_MUSIC } else { BED };
    let [low, high] = [bright, 1.0 - bright].map(|part| Decibels(level + TILT * part).amplitude());
    Shape { levels: [low, high, 0.0, 1.0 - Decibels(bed).amplitude()], pitch: 0.0 }
}

#[cfg(test)]
mod tests;
