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
/// The amplitude of a tone on both sides, in dB relative to its loudness in LUFS.
const TONE_LEVEL: f32 = 0.7;
/// A difference that is not heard: the shape is reached.
const REACHED: f32 = 1e-5;

/// Amplitudes at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    /// The noise's low and high half.
    low: f32,
    high: f32,
    tone: f32,
    /// The tone's frequency, in turns a frame.
    pitch: f32,
    /// The ambience.
    bed: f32,
}

impl Shape {
    /// The ambience alone.
    const REST: Self = Self { low: 0.0, high: 0.0, tone: 0.0, pitch: 0.0, bed: 1.0 };

    fn between(self, to: Self, part: f32) -> Self {
        let mix = |from: f32, to: f32| from + (to - from) * part;
        Self {
            low: mix(self.low, to.low),
            high: mix(self.high, to.high),
            tone: mix(self.tone, to.tone),
            pitch: mix(self.pitch, to.pitch),
            bed: mix(self.bed, to.bed),
        }
    }

    fn is_reached_by(self, now: Self) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() < REACHED;
        near(self.low, now.low)
            && near(self.high, now.high)
            && near(self.tone, now.tone)
            && near(self.bed, now.bed)
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
    glide: f32,
    bed_glide: f32,
    spectrum: Spectrum,
    noise: Noise,
    /// Two low-pass filters one after the other, on each side.
    low: [[f32; 2]; 2],
    /// The place in the tone's wave, in turns.
    turn: f32,
}

impl Breather {
    pub(super) fn new(rate: SampleRate) -> Self {
        let follow = |time: Duration| 1.0 - (-1.0 / (time.as_secs_f32() * rate.hz() as f32)).exp();
        Self {
            rate,
            phase: None,
            cell: u64::MAX,
            ends: [Shape::REST; 2],
            now: Shape::REST,
            glide: follow(GLIDE),
            bed_glide: follow(BED_GLIDE),
            spectrum: Spectrum::new(rate),
            noise: Noise::new(),
            low: [[0.0; 2]; 2],
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
        if cell != self.cell {
            let start = self.at(phases, cell * GRID);
            self.ends = [start, self.at(phases, (cell + 1) * GRID)];
            self.cell = cell;
        }
        let [start, end] = self.ends;
        if [start, end, self.now] == [Shape::REST; 3] {
            return self.spectrum.hear(out);
        }
        let mut place = (clock % GRID) as f32;
        let mut rest = out;
        while !rest.is_empty() {
            // What is learned changes the noise from there on, in blocks of any size.
            let (run, behind) = rest.split_at_mut(self.spectrum.steady_for().min(rest.len()));
            self.spectrum.hear(run);
            self.noise.turn_to(self.spectrum.poles());
            for frame in run {
                self.follow(start.between(end, place / GRID as f32));
                self.sound(frame);
                if clock_runs {
                    place += 1.0;
                }
            }
            rest = behind;
        }
    }

    fn follow(&mut self, shape: Shape) {
        if shape == Shape::REST && shape.is_reached_by(self.now) {
            self.now = shape;
            return;
        }
        let toward = |now: &mut f32, to: f32, step: f32| *now += (to - *now) * step;
        toward(&mut self.now.low, shape.low, self.glide);
        toward(&mut self.now.high, shape.high, self.glide);
        toward(&mut self.now.tone, shape.tone, self.glide);
        toward(&mut self.now.bed, shape.bed, self.bed_glide);
        if shape.pitch > 0.0 {
            self.now.pitch = shape.pitch;
        }
    }

    fn sound(&mut self, frame: &mut Frame) {
        let now = self.now;
        let mut more = [0.0; 2];
        if now.low > 0.0 || now.high > 0.0 {
            let noise = self.noise.next();
            let pivot = self.spectrum.pivot();
            for ((more, low), noise) in more.iter_mut().zip(&mut self.low).zip(noise) {
                let [first, second] = low;
                *first += (noise - *first) * pivot;
                *second += (*first - *second) * pivot;
                *more = now.low * *second + now.high * (noise - *first * 2.0 + *second);
            }
        }
        if now.tone > 0.0 {
            self.turn = (self.turn + now.pitch).fract();
            let tone = now.tone * (TAU * self.turn).sin();
            more = more.map(|sample| sample + tone);
        }
        for (sample, more) in frame.iter_mut().zip(more) {
            *sample = *sample * now.bed + more;
        }
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
        let rest = Shape { bed: Decibels(bed).amplitude(), ..Shape::REST };
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
        Shape {
            tone: level.amplitude() * (PI * part).sin().powi(2),
            pitch: hz / self.rate.hz() as f32,
            ..rest
        }
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
    Shape {
        low: Decibels(level + TILT * bright).amplitude(),
        high: Decibels(level + TILT * (1.0 - bright)).amplitude(),
        bed: Decibels(bed).amplitude(),
        ..Shape::REST
    }
}
