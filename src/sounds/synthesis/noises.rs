//! Plain noises: brown and pink. What lies low and what lies high moves by itself, and only a little.

use super::player::Player;
use super::scene::Scene;
use super::shape::{above, below, leaning, pink as falling};
use super::texture::Loom;
use super::time::Wander;
use crate::units::Decibels;

/// How far each half moves up and down, in dB, and to the side.
const DEPTH: f32 = 0.5;
const WIDTH: f32 = 0.04;

/// A deep, even rumble: -6 dB an octave.
pub(crate) fn brown() -> Scene {
    // Loudness hardly counts what lies below 30 Hz, but its peaks are large.
    noise(31, 150.0, Decibels(-4.6), |hz| below(hz, 80.0) * above(hz, 30.0).powi(2))
}

/// A soft, full rush: -3 dB an octave.
pub(crate) fn pink() -> Scene {
    noise(32, 700.0, Decibels(-5.0), |hz| falling(hz) * above(hz, 35.0).powi(2) * below(hz, 9_000.0))
}

/// A noise of one colour, in two halves that have the same power where it is `split`.
fn noise(seed: u64, split: f32, trim: Decibels, colour: impl Fn(f32) -> f32) -> Scene {
    let mut loom = Loom::new(seed);
    let low = loom.noise(0.5, |hz| colour(hz) * below(hz, split));
    let high = loom.noise(0.4, |hz| colour(hz) * above(hz, split));
    let share = high.beside(&low);
    let (mut low, mut high) = (Player::new(low, seed + 100), Player::new(high, seed + 200));
    let [mut low_level, mut high_level] = [1, 2].map(|n| Wander::new(seed + n, 5.0, 17.0));
    let [mut low_side, mut high_side] = [3, 4].map(|n| Wander::new(seed + n, 8.0, 25.0));
    Scene::new(trim, move |_, end, out| {
        low.add(out, leaning(DEPTH * low_level.at(end), WIDTH * low_side.at(end)));
        let gains = leaning(DEPTH * high_level.at(end), WIDTH * high_side.at(end));
        high.add(out, gains.map(|gain| gain * share));
    })
}
