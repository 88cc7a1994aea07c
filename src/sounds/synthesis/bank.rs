//! Short sounds that are heard once each time they are struck: drops, chirps, strokes.

use std::f32::consts::TAU;

use super::mix::{Ramp, moved};
use super::scene::{BLOCK, RATE};
use crate::units::Frame;

/// A sound that is being heard.
struct Sounding {
    clip: usize,
    /// The frames until it begins.
    delay: usize,
    place: f64,
    speed: f64,
    gains: Frame,
}

/// Sounds that can be struck.
pub(crate) struct Bank {
    clips: Vec<Vec<Frame>>,
    sounding: Vec<Sounding>,
}

impl Bank {
    /// Clips that are known by their numbers.
    pub(crate) fn new(clips: Vec<Vec<Frame>>) -> Self {
        Self { clips, sounding: Vec::new() }
    }

    /// Clips with one channel.
    pub(crate) fn mono(clips: Vec<Vec<f32>>) -> Self {
        Self::new(clips.into_iter().map(|clip| clip.into_iter().map(|s| [s; 2]).collect()).collect())
    }

    /// Strikes a clip `delay` seconds after the beginning of the next block, at a speed that moves its pitch.
    pub(crate) fn strike(&mut self, clip: usize, delay: f64, speed: f64, gains: Frame) {
        let delay = (delay * f64::from(RATE.hz())).round() as usize;
        self.sounding.push(Sounding { clip, delay, place: 0.0, speed, gains });
    }

    /// Adds a block.
    pub(crate) fn add(&mut self, out: &mut [Frame; BLOCK]) {
        for sounding in &mut self.sounding {
            let clip = &self.clips[sounding.clip];
            let late = sounding.delay.min(BLOCK);
            sounding.delay -= late;
            let frames = clip.get(sounding.place as usize..).unwrap_or_default();
            let ramp = Ramp::new(sounding.gains, sounding.gains);
            moved::<false, _>(&mut out[late..], frames, sounding.place.fract(), sounding.speed, ramp);
            sounding.place += sounding.speed * (BLOCK - late) as f64;
        }
        self.sounding.retain(|sounding| (sounding.place as usize) < self.clips[sounding.clip].len());
    }
}

/// A tone that is struck and dies away.
#[derive(Clone, Copy)]
pub(crate) struct Ring {
    /// In Hz at its beginning, and the share by which it rises over one `decay`.
    pub(crate) pitch: f32,
    pub(crate) rise: f32,
    /// In seconds: until it is heard in full, and until it has fallen to a third.
    pub(crate) attack: f32,
    pub(crate) decay: f32,
}

impl Ring {
    /// Its samples, with an amplitude of about 1.
    pub(crate) fn samples(self) -> Vec<f32> {
        let hz = RATE.hz() as f32;
        let length = self.attack + 7.0 * self.decay;
        let mut phase = 0f32;
        (0..(length * hz) as usize)
            .map(|n| {
                let t = n as f32 / hz;
                phase += self.pitch * (1.0 + self.rise * t / self.decay) / hz;
                let attack = (t / self.attack).min(1.0);
                let end = ((length - t) / self.decay).min(1.0);
                (TAU * phase).sin() * attack * attack * (3.0 - 2.0 * attack) * end * (-t / self.decay).exp()
            })
            .collect()
    }
}
