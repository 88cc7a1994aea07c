//! A warm night: still air, a breath of wind in the leaves now and then, and far crickets.

use fastrand::Rng;

use super::bank::{Bank, Ring};
use super::player::Player;
use super::scene::Scene;
use super::shape::{above, around, below, ease, leaning, pink};
use super::texture::Loom;
use super::time::{Moments, Wander, signed};
use super::wind::Gusts;
use crate::units::Decibels;

/// Pulses of a chirp, and the time from one to the next in seconds.
const PULSES: [usize; 3] = [3, 4, 3];
const PULSE: f32 = 0.034;

/// A cricket that sings for a while, and is silent for a while.
struct Cricket {
    moments: Moments,
    rng: Rng,
    clip: usize,
    level: f32,
    side: f32,
    /// Its song, in seconds.
    from: f64,
    to: f64,
}

impl Cricket {
    fn new(number: usize) -> Self {
        let seed = 530 + 10 * number as u64;
        let mut rng = Rng::with_seed(seed);
        let from = 6.0 * number as f64 + 8.0 * rng.f64();
        Self {
            moments: Moments::new(seed + 1, 0.85 + 0.23 * number as f64, 0.22),
            clip: number % PULSES.len(),
            level: -3.0 * number as f32,
            side: [-0.55, 0.6, 0.1, -0.2][number % 4],
            from,
            to: from + 15.0 + 30.0 * rng.f64(),
            rng,
        }
    }

    /// Its chirps before the end of a block.
    fn sing(&mut self, bank: &mut Bank, start: f64, end: f64) {
        while let Some(moment) = self.moments.before(end) {
            if moment > self.to {
                self.from = self.to + 8.0 + 25.0 * self.rng.f64();
                self.to = self.from + 15.0 + 40.0 * self.rng.f64();
            }
            // It begins softly, and ends so.
            let song = ease((moment - self.from) / 6.0) * ease((self.to - moment) / 6.0);
            if song > 0.0 {
                let gains = leaning(-33.5 + self.level + 1.5 * signed(&mut self.rng), self.side);
                let speed = 1.0 + 0.004 * f64::from(signed(&mut self.rng));
                bank.strike(self.clip, moment - start, speed, gains.map(|gain| gain * song));
            }
        }
    }
}

/// A chirp, heard from afar.
fn chirp(pitch: f32, pulses: usize) -> Vec<f32> {
    let pulse = Ring { pitch, rise: 0.0, attack: 0.012, decay: 0.007 }.samples();
    let step = (PULSE * super::RATE.hz() as f32) as usize;
    let mut out = vec![0.0; step * pulses + 8 * pulse.len()];
    for number in 0..pulses {
        // The first pulse is softer; echoes from the trees come after each.
        let level = if number == 0 { 0.6 } else { 1.0 };
        for (delay, share) in [(0, 1.0), (1_130, 0.45), (2_210, 0.35), (3_790, 0.22), (5_300, 0.12)] {
            for (n, sample) in pulse.iter().enumerate() {
                out[number * step + delay + n] += sample * level * share;
            }
        }
    }
    out
}

/// A warm night with far crickets.
pub(crate) fn night() -> Scene {
    const SEED: u64 = 50;
    let mut loom = Loom::new(SEED);
    let mut air = Player::new(
        loom.noise(0.5, |hz| pink(hz) * above(hz, 45.0).powi(2) * below(hz, 130.0) * below(hz, 900.0)),
        501,
    );
    let mut leaves =
        Player::new(loom.noise(0.3, |hz| pink(hz) * around(hz, 700.0, 0.5) * above(hz, 200.0)), 502);
    // Thousands of crickets, far away: no single one is heard.
    let far: Vec<_> = (0..40)
        .map(|n| Ring { pitch: 3_300.0 + 35.0 * n as f32, rise: 0.0, attack: 0.02, decay: 0.03 }.samples())
        .collect();
    let far = loom.sprinkled(420.0, &far, |rng| {
        (rng.usize(..40), leaning(0.0, 0.9 * signed(rng)).map(|gain| gain * (0.3 + 0.7 * rng.f32())))
    });
    let mut far = Player::new(far, 503);
    let mut bank = Bank::mono(
        [3_950.0, 4_220.0, 3_700.0]
            .into_iter()
            .zip(PULSES)
            .map(|(pitch, pulses)| chirp(pitch, pulses))
            .collect(),
    );
    let mut crickets: Vec<Cricket> = (0..4).map(Cricket::new).collect();
    let mut gusts = Gusts::new(504, 10.0, 18.0);
    let [mut air_level, mut far_level] = [506, 507].map(|seed| Wander::new(seed, 8.0, 40.0));
    Scene::new(Decibels(0.9), move |start, end, out| {
        let (gust, side) = gusts.at(end);
        air.add(out, leaning(-1.5 + 1.2 * air_level.at(end), 0.0));
        leaves.add(out, leaning(-13.0 + 8.0 * gust, 0.5 * side));
        far.add(out, leaning(-21.0 + 2.0 * far_level.at(end), 0.0));
        crickets.iter_mut().for_each(|cricket| cricket.sing(&mut bank, start, end));
        bank.add(out);
    })
}
