//! Tones without a tune: a slow pad, and singing bowls.

use std::f32::consts::TAU;

use fastrand::Rng;

use super::bank::Bank;
use super::player::Player;
use super::scene::{BLOCK, RATE, Scene};
use super::shape::{above, below, ease, leaning, pink};
use super::texture::{Loom, Texture};
use super::time::{Moments, Wander, signed};
use crate::units::{Decibels, Frame};

/// A tone whose partials are as broad as those of many players at once, after Paul Nasca's PADsynth. `partials`
/// are ratios and amplitudes; `width` is a share of the pitch.
fn choir(loom: &mut Loom, pitch: f32, width: f32, partials: &[(f32, f32)]) -> Texture {
    let lines: Vec<_> = partials.iter().map(|(ratio, level)| (pitch * ratio, *level)).collect();
    loom.noise(0.2, |hz| {
        lines
            .iter()
            .filter(|(centre, _)| (hz - centre).abs() < 5.0 * centre * width)
            .map(|(centre, level)| {
                let broad = centre * width;
                level * (-0.5 * ((hz - centre) / broad).powi(2)).exp() / broad.sqrt()
            })
            .sum()
    })
}

/// The notes of the pad, as ratios to its D: no two of them rub.
const NOTES: [f64; 8] = [0.75, 1.0, 9.0 / 8.0, 1.25, 1.5, 5.0 / 3.0, 2.0, 9.0 / 4.0];
const D3: f32 = 146.83;

/// A voice of the pad: it swells on one note, and then on another.
struct Swell {
    player: Player,
    rng: Rng,
    note: usize,
    start: f64,
    rises: f64,
    falls: f64,
    side: f32,
}

impl Swell {
    fn new(texture: Texture, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let start = -12.0 * rng.f64();
        let (player, note, side) =
            (Player::new(texture, seed + 50), rng.usize(..NOTES.len()), signed(&mut rng));
        Self { player, rng, note, start, rises: 6.0, falls: 7.0, side }
    }

    fn add(&mut self, end: f64, out: &mut [Frame; BLOCK]) {
        if end >= self.start + self.rises + self.falls {
            self.start = end;
            let rng = &mut self.rng;
            (self.rises, self.falls) = (5.0 + 4.0 * rng.f64(), 6.0 + 6.0 * rng.f64());
            // A step or a leap, and never the same note again.
            self.note = (self.note + 1 + rng.usize(..NOTES.len() - 1)) % NOTES.len();
            self.side = signed(rng);
        }
        let age = end - self.start;
        let level = ease(age / self.rises).min(ease(1.0 - (age - self.rises) / self.falls));
        // The higher a note, the softer.
        let gains = leaning(-7.0 - 3.0 * (NOTES[self.note].log2() as f32), 0.5 * self.side);
        self.player.add_at(out, gains.map(|gain| gain * level), NOTES[self.note]);
    }
}

/// A slow pad of low strings that swell and fall.
pub(crate) fn pad() -> Scene {
    const SEED: u64 = 60;
    let mut loom = Loom::new(SEED);
    // A low fundamental is weak in a string, too, and in a small loudspeaker.
    let partials =
        [(1.0, 0.5), (2.0, 0.9), (3.0, 0.75), (4.0, 0.4), (5.0, 0.25), (6.0, 0.16), (7.0, 0.08), (8.0, 0.06)];
    let mut low = Player::new(choir(&mut loom, D3 / 2.0, 0.013, &partials), 601);
    let mut fifth = Player::new(choir(&mut loom, D3 * 0.75, 0.012, &partials[..6]), 602);
    let high = [(1.0, 1.0), (2.0, 0.4), (3.0, 0.2), (4.0, 0.09), (5.0, 0.04), (6.0, 0.02)];
    let mut swells: Vec<Swell> =
        (0..3).map(|n| Swell::new(choir(&mut loom, D3, 0.012, &high), 610 + n)).collect();
    let [mut low_level, mut fifth_level] = [603, 604].map(|seed| Wander::new(seed, 6.0, 18.0));
    Scene::new(Decibels(2.2), move |_, end, out| {
        low.add(out, leaning(-6.0 + 1.5 * low_level.at(end), -0.1));
        fifth.add(out, leaning(-9.0 + 2.5 * fifth_level.at(end), 0.15));
        swells.iter_mut().for_each(|swell| swell.add(end, out));
    })
}

/// Ratio to the fundamental, level, time in which it falls to a third in seconds, and beat in Hz of the modes of
/// a thick bowl, which are not harmonic.
const MODES: [(f32, f32, f32, f32); 3] =
    [(1.0, 1.0, 4.2, 0.4), (2.74, 0.22, 2.6, 0.7), (5.14, 0.03, 1.2, 1.1)];
const BOWL_HZ: f32 = 198.0;
const STROKE_SECONDS: f32 = 16.0;
/// A soft mallet, which startles nobody.
const ATTACK_SECONDS: f32 = 0.6;
/// The bowls, as ratios to the middle one.
const BOWLS: [f64; 5] = [2.0 / 3.0, 0.75, 1.0, 9.0 / 8.0, 4.0 / 3.0];

fn stroke() -> Vec<Frame> {
    let hz = RATE.hz() as f32;
    (0..(STROKE_SECONDS * hz) as usize)
        .map(|n| {
            let t = n as f32 / hz;
            let attack = ease(f64::from(t / ATTACK_SECONDS)) * ease(f64::from((STROKE_SECONDS - t) / 4.0));
            let mut frame = [0.0; 2];
            for (ratio, level, decay, beat) in MODES {
                let envelope = attack * level * (-t / decay).exp();
                // The weaker half of a mode lies to one side: its beat sways.
                for (detuned, gains) in [(-0.5, [1.0, 1.0]), (0.5, [0.2, 0.45])] {
                    let wave = (TAU * ((BOWL_HZ * ratio + detuned * beat) * t).fract()).sin() * envelope;
                    (0..2).for_each(|side| frame[side] += wave * gains[side]);
                }
            }
            frame
        })
        .collect()
}

/// Singing bowls, struck softly one after another over their own hum.
pub(crate) fn bowls() -> Scene {
    const SEED: u64 = 70;
    let mut loom = Loom::new(SEED);
    // Two chords of bowls that nobody strikes.
    let hum = |loom: &mut Loom, bowls: &[(f32, f32)]| choir(loom, BOWL_HZ, 0.003, bowls);
    let mut one =
        Player::new(hum(&mut loom, &[(0.5, 0.7), (0.75, 0.9), (1.0, 0.8), (2.0, 0.25), (2.74, 0.1)]), 701);
    let mut two = Player::new(
        hum(&mut loom, &[(2.0 / 3.0, 0.9), (1.0, 0.8), (4.0 / 3.0, 0.5), (1.5, 0.3), (2.05, 0.1)]),
        702,
    );
    let mut air = Player::new(loom.noise(0.4, |hz| pink(hz) * above(hz, 60.0) * below(hz, 250.0)), 704);
    let [mut one_level, mut two_level] = [705, 706].map(|seed| Wander::new(seed, 5.0, 15.0));
    let mut bank = Bank::new(vec![stroke()]);
    let (mut moments, mut rng, mut last) = (Moments::new(708, 4.0, 3.0), Rng::with_seed(709), 0);
    Scene::new(Decibels(1.2), move |start, end, out| {
        one.add(out, leaning(-5.0 + 2.0 * one_level.at(end), -0.2));
        two.add(out, leaning(-6.0 + 2.0 * two_level.at(end), 0.2));
        air.add(out, leaning(-14.0, 0.0));
        while let Some(moment) = moments.before(end) {
            last = (last + 1 + rng.usize(..BOWLS.len() - 1)) % BOWLS.len();
            let gains = leaning(-32.0 + 2.0 * rng.f32() - 2.0 * last as f32, 0.6 * signed(&mut rng));
            bank.strike(0, moment - start, BOWLS[last], gains);
        }
        bank.add(out);
    })
}
