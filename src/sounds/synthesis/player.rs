//! Reads a texture without end and without a return: in pieces from anywhere in it, each faded into the next,
//! and each with its sides as they are or exchanged, upright or turned over.

use std::f32::consts::FRAC_PI_2;

use fastrand::Rng;

use super::mix::{FASTEST, Ramp, copied, moved};
use super::scene::{BLOCK, blocks_in};
use super::texture::Texture;
use crate::units::Frame;

/// The shortest and the longest piece, and how long one fades into the next, in seconds.
const PIECE: (f64, f64) = (6.5, 10.5);
const FADE: f64 = 1.5;

/// A part of a texture that is being read.
struct Piece {
    place: f64,
    /// -1 when it is turned over.
    sign: f32,
    is_exchanged: bool,
    /// In blocks.
    age: usize,
    length: usize,
}

impl Piece {
    fn any(rng: &mut Rng, texture: &Texture) -> Self {
        let (shortest, longest) = PIECE;
        Self {
            place: rng.usize(..texture.len()) as f64,
            sign: if rng.bool() { 1.0 } else { -1.0 },
            is_exchanged: rng.bool(),
            age: 0,
            length: blocks_in(shortest + (longest - shortest) * rng.f64()),
        }
    }

    /// Its share at an age in blocks: pieces are uncorrelated, so they are joined at equal power.
    fn share(&self, age: usize) -> f32 {
        let fade = blocks_in(FADE);
        let part = age.min(self.length - age).min(fade) as f32 / fade as f32;
        (FRAC_PI_2 * part).sin() * self.sign
    }
}

/// An endless reading of a texture.
pub(crate) struct Player {
    texture: Texture,
    rng: Rng,
    /// One piece, or two while one fades into the other.
    pieces: Vec<Piece>,
    /// The gains at the end of the last block.
    gains: Option<Frame>,
}

impl Player {
    /// A reading that follows from `seed`.
    pub(crate) fn new(texture: Texture, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut first = Piece::any(&mut rng, &texture);
        // It does not fade in: the session does that.
        first.age = blocks_in(FADE);
        Self { texture, rng, pieces: vec![first], gains: None }
    }

    /// Adds a block that reaches the gains of both sides at its end.
    pub(crate) fn add(&mut self, out: &mut [Frame; BLOCK], gains: Frame) {
        self.add_at(out, gains, 1.0);
    }

    /// Adds a block at a speed, which moves all of its pitches.
    pub(crate) fn add_at(&mut self, out: &mut [Frame; BLOCK], gains: Frame, speed: f64) {
        let speed = speed.min(FASTEST);
        let gains = gains.map(|gain| gain * self.texture.step());
        let before = self.gains.replace(gains).unwrap_or(gains);
        for piece in &mut self.pieces {
            let (start, end) = (piece.share(piece.age), piece.share(piece.age + 1));
            let ramp = Ramp::new(before.map(|gain| gain * start), gains.map(|gain| gain * end));
            let frames = &self.texture.frames()[piece.place as usize..];
            match (speed == 1.0, piece.is_exchanged) {
                (true, false) => copied::<false>(out, frames, ramp),
                (true, true) => copied::<true>(out, frames, ramp),
                (false, false) => moved::<false, _>(out, frames, piece.place.fract(), speed, ramp),
                (false, true) => moved::<true, _>(out, frames, piece.place.fract(), speed, ramp),
            }
            piece.place = (piece.place + speed * BLOCK as f64) % self.texture.len() as f64;
            piece.age += 1;
        }
        let last = self.pieces.last();
        if last.is_none_or(|piece| piece.age + blocks_in(FADE) >= piece.length) {
            self.pieces.push(Piece::any(&mut self.rng, &self.texture));
        }
        self.pieces.retain(|piece| piece.age < piece.length);
    }
}
