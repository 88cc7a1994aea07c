//! Water: a calm shore, rain on leaves, a stream.

use fastrand::Rng;

use super::bank::{Bank, Ring};
use super::player::Player;
use super::scene::Scene;
use super::shape::{above, amplitude, around, below, ease, leaning, pink};
use super::texture::Loom;
use super::time::{Moments, Wander, signed, within};
use crate::units::{Decibels, Frame};

/// A wave. Times are in seconds, its crest's from the beginning of the scene.
struct Wave {
    crest: f64,
    height: f32,
    gathers: f64,
    drains: f64,
    side: f32,
}

/// What the waves do to each band at a moment: amplitudes on both sides.
#[derive(Default)]
struct Sea {
    water: Frame,
    crash: Frame,
    foam: Frame,
}

/// The waves that come to a shore.
struct Surf {
    moments: Moments,
    rng: Rng,
    waves: Vec<Wave>,
}

impl Surf {
    /// A wave is known this long before its crest.
    const AHEAD: f64 = 7.0;

    fn new(seed: u64) -> Self {
        // About the pace of calm breath; no two waves are alike.
        Self { moments: Moments::new(seed, 5.0, 5.0), rng: Rng::with_seed(seed + 1), waves: Vec::new() }
    }

    fn at(&mut self, time: f64) -> Sea {
        while let Some(crest) = self.moments.before(time + Self::AHEAD) {
            let rng = &mut self.rng;
            let height = 0.35 + 0.65 * rng.f32();
            let gathers = 3.0 + 2.5 * rng.f64() + f64::from(height);
            let drains = 4.0 + 3.0 * rng.f64();
            self.waves.push(Wave { crest, height, gathers, drains, side: 0.6 * signed(rng) });
        }
        self.waves.retain(|wave| time < wave.crest + 14.0);
        let mut sea = Sea::default();
        for wave in &self.waves {
            let age = time - wave.crest;
            let hump = |rises: f64, peak: f64, falls: f64| {
                if age < peak { ease(1.0 + (age - peak) / rises) } else { ease(1.0 - (age - peak) / falls) }
            };
            // It gathers, breaks, and runs out over the sand to the other side.
            let water = hump(wave.gathers, 0.0, wave.drains);
            let crash = hump(2.2, 0.5, 3.5).powf(1.2);
            let foam = hump(2.5, 1.4, 1.6 * wave.drains).powf(1.4);
            let runs = wave.side * (1.0 - 0.22 * age.max(0.0) as f32);
            let add = |sum: &mut Frame, level: f32, side: f32| {
                let gains = leaning(0.0, side);
                (0..2).for_each(|n| sum[n] += wave.height * level * gains[n]);
            };
            add(&mut sea.water, water, 0.5 * wave.side);
            add(&mut sea.crash, crash, wave.side);
            add(&mut sea.foam, foam, runs);
        }
        sea
    }
}

/// Slow waves on a calm shore.
pub(crate) fn ocean() -> Scene {
    const SEED: u64 = 11;
    let mut loom = Loom::new(SEED);
    let mut far = Player::new(
        loom.noise(0.6, |hz| pink(hz) * below(hz, 70.0) * below(hz, 400.0) * above(hz, 35.0).powi(2)),
        111,
    );
    let mut water = Player::new(loom.noise(0.4, |hz| pink(hz) * above(hz, 120.0) * below(hz, 700.0)), 112);
    let mut crash =
        Player::new(loom.noise(0.25, |hz| pink(hz) * above(hz, 350.0).powi(2) * below(hz, 1600.0)), 113);
    let mut foam =
        Player::new(loom.noise(0.15, |hz| pink(hz) * above(hz, 1200.0).powi(2) * below(hz, 3000.0)), 114);
    let mut surf = Surf::new(115);
    let [mut tide, mut depth] = [116, 117].map(|seed| Wander::new(seed, 15.0, 50.0));
    Scene::new(Decibels(2.4), move |_, end, out| {
        let sea = surf.at(end);
        let floor = amplitude(tide.at(end));
        // Waves that meet do not tower: the voice stays 20 dB above them.
        let over = |floor: f32, share: f32, waves: Frame| {
            waves.map(|gain| floor + share * gain / (0.55 + 0.45 * gain))
        };
        far.add(out, [amplitude(-11.0 + 1.5 * depth.at(end)); 2]);
        water.add(out, over(0.47 * floor, 0.36, sea.water));
        crash.add(out, over(0.125 * floor, 0.26, sea.crash));
        foam.add(out, over(0.125 * floor, 0.18, sea.foam));
    })
}

/// A drop of some hardness on a spot that rings at a pitch.
fn drop_of(pitch: f32, q: f32) -> Vec<f32> {
    Ring { pitch, rise: 0.0, attack: 0.0004, decay: q / (std::f32::consts::PI * pitch) }.samples()
}

/// Many fine ones to a heavy one, from side to side.
fn size(rng: &mut Rng, spread: f32) -> Frame {
    let (side, size) = (spread * signed(rng), rng.f32().powi(2));
    leaning(0.0, side).map(|gain| gain * size)
}

/// Steady soft rain on leaves.
pub(crate) fn rain() -> Scene {
    const SEED: u64 = 21;
    let mut loom = Loom::new(SEED);
    let bed = loom.noise(0.3, |hz| pink(hz) * above(hz, 110.0) * below(hz, 900.0) * below(hz, 4500.0));
    let leaves: Vec<_> = (0..24).map(|n| drop_of(700.0 * 5.5f32.powf(n as f32 / 23.0), 2.5)).collect();
    let leaves = loom.sprinkled(1800.0, &leaves, |rng| {
        let clip = rng.usize(..24);
        // The higher, the softer: consonants lie there.
        (clip, size(rng, 0.8).map(|gain| gain * amplitude(-7.0 * clip as f32 / 23.0)))
    });
    let roof: Vec<_> = (0..12).map(|n| drop_of(280.0 * 2.8f32.powf(n as f32 / 11.0), 3.5)).collect();
    let roof = loom.sprinkled(400.0, &roof, |rng| (rng.usize(..12), size(rng, 0.7)));
    let (mut bed, mut leaves, mut roof) =
        (Player::new(bed, 211), Player::new(leaves, 212), Player::new(roof, 213));
    // Single drops that are near.
    let mut near = Bank::mono([420.0, 900.0].map(|pitch| drop_of(pitch, 13.0)).into());
    let (mut moments, mut rng) = (Moments::new(214, 0.06, 0.5), Rng::with_seed(215));
    let [mut far_level, mut leaf_level, mut roof_level] =
        [216, 217, 218].map(|seed| Wander::new(seed, 6.0, 30.0));
    let mut leans = Wander::new(219, 15.0, 50.0);
    Scene::new(Decibels(0.6), move |start, end, out| {
        let side = 0.12 * leans.at(end);
        bed.add(out, leaning(-4.0 + 1.2 * far_level.at(end), side));
        leaves.add(out, leaning(-5.5 + 2.0 * leaf_level.at(end), -side));
        roof.add(out, leaning(-8.0 + 2.0 * roof_level.at(end), side));
        while let Some(moment) = moments.before(end) {
            let gains = leaning(-29.0 + 7.0 * rng.f32(), 0.8 * signed(&mut rng));
            near.strike(rng.usize(..2), moment - start, f64::from(within(&mut rng, 0.7, 1.5)), gains);
        }
        near.add(out);
    })
}

/// A bubble that closes: its pitch rises while it dies away.
fn bubble(pitch: f32, decay: f32) -> Vec<f32> {
    Ring { pitch, rise: 0.05, attack: 0.15 * decay, decay }.samples()
}

/// A small stream over stones.
pub(crate) fn stream() -> Scene {
    const SEED: u64 = 26;
    let mut loom = Loom::new(SEED);
    let bed = loom.noise(0.3, |hz| pink(hz) * above(hz, 200.0) * below(hz, 900.0) * below(hz, 3000.0));
    let deep = loom.noise(0.4, |hz| pink(hz) * around(hz, 280.0, 0.8));
    let bubbles: Vec<_> = (0..32)
        .map(|n| {
            let pitch = 380.0 * 4.5f32.powf(n as f32 / 31.0);
            bubble(pitch, 0.006 + 8.0 / pitch)
        })
        .collect();
    let mut babble = |per_second: f32| {
        loom.sprinkled(per_second, &bubbles, |rng| {
            // More of the low ones than of the high ones.
            let clip = (31.0 * rng.f32() * rng.f32().sqrt()) as usize;
            (clip, size(rng, 0.8).map(|gain| gain * amplitude(-10.0 * clip as f32 / 31.0)))
        })
    };
    let (near, far) = (babble(70.0), babble(190.0));
    let mut bed = Player::new(bed, 261);
    let mut deep = Player::new(deep, 262);
    let (mut near, mut far) = (Player::new(near, 263), Player::new(far, 264));
    let mut large = Bank::mono([260.0, 480.0].map(|pitch| bubble(pitch, 0.035)).into());
    let (mut moments, mut rng) = (Moments::new(265, 0.08, 0.45), Rng::with_seed(266));
    let [mut one, mut two, mut three] = [267, 268, 269].map(|seed| Wander::new(seed, 2.0, 11.0));
    let [mut slow, mut side] = [270, 271].map(|seed| Wander::new(seed, 15.0, 50.0));
    Scene::new(Decibels(0.3), move |start, end, out| {
        let lean = side.at(end);
        bed.add(out, leaning(-5.0 + slow.at(end), 0.1 * lean));
        deep.add(out, leaning(-9.0 + 1.5 * three.at(end), -0.2 * lean));
        near.add(out, leaning(-7.0 + 2.5 * one.at(end), 0.3 + 0.2 * lean));
        far.add(out, leaning(-6.0 + 2.0 * two.at(end), -0.25 + 0.2 * lean));
        while let Some(moment) = moments.before(end) {
            let gains = leaning(-31.0 + 7.0 * rng.f32(), 0.7 * signed(&mut rng));
            large.strike(rng.usize(..2), moment - start, f64::from(within(&mut rng, 0.75, 1.6)), gains);
        }
        large.add(out);
    })
}
