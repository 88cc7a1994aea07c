//! A light wind: bands that wander in pitch, and gusts that lift them.

use fastrand::Rng;

use super::player::Player;
use super::scene::Scene;
use super::shape::{above, around, below, ease, leaning, pink};
use super::texture::Loom;
use super::time::{Moments, Wander, signed};
use crate::units::Decibels;

/// A gust: its beginning, its ways up and down in seconds, its strength, and the side it comes from.
struct Gust {
    start: f64,
    rises: f64,
    falls: f64,
    strength: f32,
    side: f32,
}

/// The gusts of a wind.
pub(crate) struct Gusts {
    moments: Moments,
    rng: Rng,
    gusts: Vec<Gust>,
}

impl Gusts {
    /// Gusts that are `least` seconds apart at the least, and `least + more` in the mean.
    pub(crate) fn new(seed: u64, least: f64, more: f64) -> Self {
        Self { moments: Moments::new(seed, least, more), rng: Rng::with_seed(seed + 1), gusts: Vec::new() }
    }

    /// How strong it blows, from 0 to about 1, and from which side.
    pub(crate) fn at(&mut self, time: f64) -> (f32, f32) {
        while let Some(start) = self.moments.before(time) {
            let rng = &mut self.rng;
            let strength = 0.3 + 0.7 * rng.f32();
            let (rises, falls) = (3.0 + 4.0 * rng.f64(), 5.0 + 6.0 * rng.f64());
            self.gusts.push(Gust { start, rises, falls, strength, side: signed(rng) });
        }
        self.gusts.retain(|gust| time < gust.start + gust.rises + gust.falls);
        let (mut strength, mut side) = (0.0, 0.0);
        for gust in &self.gusts {
            let (age, falls) = (time - gust.start, gust.falls);
            let now = ease(age / gust.rises).min(ease(1.0 - (age - gust.rises) / falls)) * gust.strength;
            // It passes by.
            let passed = (age / (gust.rises + falls)) as f32 * 2.0 - 1.0;
            strength += now;
            side -= now * gust.side * passed;
        }
        (strength.min(1.2), side)
    }
}

/// A light wind, far away.
pub(crate) fn wind() -> Scene {
    const SEED: u64 = 40;
    let mut loom = Loom::new(SEED);
    let air = loom.noise(0.45, |hz| {
        pink(hz) * above(hz, 50.0) * (0.6 * below(hz, 300.0).powi(2) + 0.6 * around(hz, 200.0, 1.1))
    });
    let mut air = Player::new(air, 401);
    let mut band = |centre: f32, q: f32, seed: u64| {
        Player::new(loom.noise(0.3, |hz| pink(hz) * around(hz, centre, q) * above(hz, 40.0)), seed)
    };
    let (mut middle, mut high) = (band(430.0, 1.8, 403), band(880.0, 2.2, 404));
    let mut leaves =
        Player::new(loom.noise(0.2, |hz| pink(hz) * above(hz, 1400.0).powi(2) * below(hz, 2600.0)), 405);
    let mut gusts = Gusts::new(406, 7.0, 11.0);
    let mut pitch = Wander::new(409, 3.0, 12.0);
    let [mut air_level, mut middle_level, mut high_level] =
        [411, 412, 413].map(|seed| Wander::new(seed, 4.0, 20.0));
    let mut rustle = Wander::new(415, 0.6, 2.5);
    Scene::new(Decibels(0.8), move |_, end, out| {
        let (gust, side) = gusts.at(end);
        // It whistles higher in a gust.
        let speed = 1.4f64.powf(f64::from(pitch.at(end) + 0.5 * gust));
        let level = -2.5 + 1.2 * air_level.at(end) + 2.3 * gust;
        air.add(out, leaning(level, 0.2 * side));
        let level = -9.0 + 2.0 * middle_level.at(end) + 5.0 * gust;
        middle.add_at(out, leaning(level, 0.45 * side), speed);
        let level = -17.0 + 2.5 * high_level.at(end) + 7.5 * gust;
        high.add(out, leaning(level, 0.6 * side));
        leaves.add(out, leaning(-24.0 + 11.0 * gust + 1.0 * rustle.at(end), 0.7 * side));
    })
}
