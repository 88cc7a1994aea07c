//! The sound that leads the breath, as it is heard: its period, the difference between in and out, its level, and
//! the promises of a mixer. Figures of every ambience are printed by an ignored test.

use std::sync::Arc;

use assert_no_alloc::assert_no_alloc;
use proptest::prelude::*;
use supine::loudness::Meter;
use supine::mixer::{Ambience, Entrance, Feed, Mixer, Silence, Take, Transport};
use supine::plan::{BreathLevel, BreathSound};
use supine::routine::BreathRatio;
use supine::routine::breath::Phase;
use supine::score::{BreathPhase, GainPoint};
use supine::sounds::soundscape::Soundscape;
use supine::sounds::{AMBIENCES, AmbienceChoice};
use supine::units::{Decibels, Frame, Frames, SampleRate};

const RATE: SampleRate = SampleRate::HZ_48000;
const LOUDNESS: Decibels = Decibels(-20.0);
/// The ambience plays alone for this long before the first breath.
const BEFORE: usize = 12;
/// A step of the envelope: 10 ms.
const STEP: usize = 480;

/// Ambience whose samples all differ.
struct Noise(u32);

impl Ambience for Noise {
    fn read(&mut self, out: &mut [Frame]) {
        for sample in out.as_flattened_mut() {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = (self.0 as f32 / u32::MAX as f32 - 0.5) * 0.1;
        }
    }
}

fn ambience(name: &str) -> Box<dyn Ambience> {
    let Some(built_in) = AMBIENCES.into_iter().find(|known| known.name == name) else {
        return Box::new(Silence);
    };
    let choice = AmbienceChoice::BuiltIn(built_in);
    Box::new(Soundscape::open(&choice, LOUDNESS, RATE, Arc::new(|_| {})).unwrap().unwrap())
}

/// The phases of `cycles` breaths from a frame on.
fn phases(breath: &str, cycles: u32, from: usize, sound: BreathSound) -> Vec<BreathPhase> {
    let breath: BreathRatio = breath.parse().unwrap();
    let level = BreathLevel { loudness: LOUDNESS, lift: Decibels::UNITY, in_music: false };
    let one = |n: u32| {
        breath.phases().map(move |(phase, at, length)| BreathPhase {
            at: Frames(from as u64) + Frames::at(breath.cycle() * n + at, RATE),
            length: Frames::at(length, RATE),
            phase,
            pose: 1,
            sound,
            level,
        })
    };
    (0..cycles).flat_map(one).collect()
}

/// A mixer whose ambience is at the speech's loudness, and which breathes.
fn mixer(ambience: Box<dyn Ambience>, phases: &[BreathPhase]) -> (Mixer, Feed) {
    let transport = Arc::new(Transport::default());
    transport.open_until(Frames::NEVER);
    let (mixer, mut feed) = Mixer::new(RATE, ambience, transport, phases.len().max(8));
    feed.gains.push(GainPoint { at: Frames(0), gain: Decibels::UNITY }).unwrap();
    phases.iter().for_each(|phase| feed.breaths.push(*phase).unwrap());
    (mixer.unlimited(), feed)
}

fn render(mixer: &mut Mixer, frames: usize) -> Vec<Frame> {
    let mut out = vec![[9.0; 2]; frames];
    assert_no_alloc(|| mixer.render(&mut out));
    out
}

/// Everything after the beginning, in which the ambience plays alone.
fn breathed(name: &str, breath: &str, cycles: u32, sound: BreathSound) -> Vec<Frame> {
    let before = BEFORE * 48_000;
    let phases = phases(breath, cycles, before, sound);
    let length = phases.last().map_or(0, |last| (last.at + last.length).0 as usize);
    let mut ambience = ambience(name);
    // The ambience decodes as it goes, which a real session does on another thread.
    let mut heard = vec![[0.0; 2]; length];
    ambience.read(&mut heard);
    let (mut mixer, _feed) = mixer(Box::new(Recorded(heard, 0)), &phases);
    render(&mut mixer, length).split_off(before)
}

/// An ambience in memory.
struct Recorded(Vec<Frame>, usize);

impl Ambience for Recorded {
    fn read(&mut self, out: &mut [Frame]) {
        let end = self.1 + out.len();
        match self.0.get(self.1..end) {
            Some(frames) => out.copy_from_slice(frames),
            None => out.fill([0.0; 2]),
        }
        self.1 = end;
    }
}

fn power(frames: &[Frame]) -> f64 {
    let sum: f64 = frames.as_flattened().iter().map(|sample| f64::from(*sample).powi(2)).sum();
    sum / frames.len().max(1) as f64
}

fn decibels(power: f64) -> f64 {
    10.0 * power.max(1e-12).log10()
}

/// The level of each hundredth of a second, in dB.
fn envelope(frames: &[Frame]) -> Vec<f64> {
    frames.chunks(STEP).map(|chunk| decibels(power(chunk))).collect()
}

/// The same sound with 6 dB more for each octave: deep noise has an uneven envelope, and hearing takes less notice
/// of it.
fn emphasized(frames: &[Frame]) -> Vec<Frame> {
    frames.windows(2).map(|pair| [0, 1].map(|side| pair[1][side] - 0.95 * pair[0][side])).collect()
}

/// The period of an envelope in seconds: where it is most like itself, near `asked`. It is that of the amplitude,
/// for in decibels the ambience beneath would count as much as the breath.
fn period(levels: &[f64], asked: f64) -> f64 {
    let envelope: Vec<f64> = levels.iter().map(|level| 10f64.powf(level / 20.0)).collect();
    let mean = envelope.iter().sum::<f64>() / envelope.len() as f64;
    let around: Vec<f64> = envelope.iter().map(|level| level - mean).collect();
    let likeness = |lag: usize| {
        let pairs = around.iter().zip(&around[lag..]);
        pairs.map(|(a, b)| a * b).sum::<f64>() / (around.len() - lag) as f64
    };
    let asked = (asked * 100.0).round() as usize;
    let lags = asked - 150..asked + 150;
    let best = lags.max_by(|a, b| likeness(*a).total_cmp(&likeness(*b))).unwrap();
    // A parabola through the points around it, 0.25 s apart, since the noise makes nearer ones uneven.
    let [before, here, after] = [best - 25, best, best + 25].map(likeness);
    (best as f64 + 25.0 * 0.5 * (before - after) / (before - 2.0 * here + after)) / 100.0
}

/// The slope of a line through levels, in dB over all of them.
fn rise(levels: &[f64]) -> f64 {
    let middle = (levels.len() - 1) as f64 / 2.0;
    let (mut product, mut square) = (0.0, 0.0);
    for (place, level) in levels.iter().enumerate() {
        let x = place as f64 - middle;
        product += x * level;
        square += x * x;
    }
    product / square * levels.len() as f64
}

/// How much of the sound lies above a frequency, in dB relative to what lies below it.
fn brightness(frames: &[Frame], hz: f64) -> f64 {
    let step = 1.0 - (-std::f64::consts::TAU * hz / 48_000.0).exp();
    let (mut low, mut below, mut above) = (0.0, 0.0, 0.0);
    for frame in frames {
        low += (f64::from(frame[0]) - low) * step;
        below += low * low;
        above += (f64::from(frame[0]) - low).powi(2);
    }
    decibels(above) - decibels(below)
}

/// What was measured of a breath of 4 s in and 6 s out.
#[derive(Debug)]
struct Figures {
    period: f64,
    rise_in: f64,
    rise_out: f64,
    brighter: f64,
}

const CYCLES: u32 = 12;

fn figures(name: &str) -> Figures {
    let sound = breathed(name, "4:6", CYCLES, BreathSound::Breathing);
    let mean = |measure: &dyn Fn(&[Frame]) -> f64| {
        sound.chunks(480_000).map(measure).sum::<f64>() / f64::from(CYCLES)
    };
    // The middle of each half, without the turn.
    let (inner, outer) = (24_000..168_000, 216_000..456_000);
    Figures {
        period: period(&envelope(&emphasized(&sound)), 10.0),
        rise_in: mean(&|breath| rise(&envelope(&breath[inner.clone()]))),
        rise_out: mean(&|breath| rise(&envelope(&breath[outer.clone()]))),
        brighter: mean(&|breath| {
            brightness(&breath[96_000..192_000], 600.0) - brightness(&breath[210_000..330_000], 600.0)
        }),
    }
}

#[test]
fn the_period_is_what_was_asked_for_and_in_and_out_are_told_apart_by_ear() {
    for name in AMBIENCES.map(|known| known.name).into_iter().chain(["none"]) {
        let found = figures(name);
        assert!((found.period - 10.0).abs() < 0.02, "{name}: {found:?}");
        assert!(found.rise_in > 6.0 && found.rise_out < -6.0, "{name}: {found:?}");
        assert!(found.brighter > 6.0, "{name}: {found:?}");
    }
}

#[test]
#[ignore = "prints figures"]
fn figures_of_every_ambience() {
    for name in AMBIENCES.map(|known| known.name).into_iter().chain(["none"]) {
        let found = figures(name);
        let [alone, breathing] = loudness(name);
        println!(
            "{name:6} period {:.4} s, in {:+.1} dB, out {:+.1} dB, in is brighter by {:.1} dB; alone {alone:.1} LUFS, \
             breathing {breathing:.1} LUFS at its loudest",
            found.period, found.rise_in, found.rise_out, found.brighter
        );
    }
}

/// The loudness of an ambience alone, and the loudest moment while it breathes.
fn loudness(name: &str) -> [f64; 2] {
    let mut alone = vec![[0.0; 2]; 48_000 * 64];
    ambience(name).read(&mut alone);
    let mut meter = Meter::new(RATE);
    meter.add(&alone);
    let mut breathing = Meter::momentary_only(RATE);
    let loudest = breathed(name, "4:6", CYCLES, BreathSound::Breathing)
        .chunks(4_800)
        .map(|chunk| {
            breathing.add(chunk);
            breathing.momentary()
        })
        .fold(0.0, f64::max);
    [f64::from(meter.integrated().0), decibels(loudest)]
}

/// The ambience under the voice is 25 dB down, and must be 20 dB down: its loudest moment may be 5 dB louder than
/// the whole.
#[test]
fn where_it_breathes_it_is_no_louder_than_an_ambience_may_be() {
    for name in AMBIENCES.map(|known| known.name).into_iter().chain(["none"]) {
        let [_, loudest] = loudness(name);
        assert!(loudest < f64::from(LOUDNESS.0) + 4.0, "{name}: {loudest} LUFS");
        assert!(loudest > f64::from(LOUDNESS.0) - 4.0, "{name}: {loudest} LUFS can't be heard");
    }
}

/// The level of a pure tone of 1 kHz in a sound, in dB, whatever else is in it.
fn level_of_kilohertz(frames: &[Frame]) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (place, frame) in frames.iter().enumerate() {
        let angle = std::f64::consts::TAU * 1_000.0 * place as f64 / 48_000.0;
        re += f64::from(frame[0]) * angle.cos();
        im += f64::from(frame[0]) * angle.sin();
    }
    decibels((re * re + im * im) / (frames.len() as f64).powi(2))
}

#[test]
fn music_steps_back_by_four_decibels_only_while_the_breath_is_led_in_it() {
    let second = 48_000;
    for (in_music, sound, back) in [
        (true, BreathSound::Breathing, 4.0),
        (true, BreathSound::Tones, 4.0),
        (false, BreathSound::Breathing, 16.0),
        (false, BreathSound::Tones, 6.0),
    ] {
        let tone =
            |place: usize| 0.1 * (std::f32::consts::TAU * 1_000.0 * (place % 48) as f32 / 48_000.0).sin();
        let music: Vec<Frame> = (0..62 * second).map(|place| [tone(place); 2]).collect();
        let mut phases = phases("4:6", 5, BEFORE * second, sound);
        phases.iter_mut().for_each(|phase| phase.level.in_music = in_music);
        let (mut mixer, _feed) = mixer(Box::new(Recorded(music, 0)), &phases);
        let heard = render(&mut mixer, 62 * second);
        let before = level_of_kilohertz(&heard[2 * second..10 * second]);
        let led = level_of_kilohertz(&heard[22 * second..62 * second]);
        assert!((before - led - back).abs() < 0.7, "{in_music} {sound:?}: {:.1} dB", before - led);
    }
}

#[test]
fn while_the_breath_is_held_the_sound_stands_still() {
    let sound = breathed("none", "box", 4, BreathSound::Breathing);
    for breath in sound.chunks(16 * 48_000) {
        for from in [4, 12] {
            // A second to come to rest in.
            let held = &breath[(from + 1) * 48_000..(from + 4) * 48_000];
            assert!(rise(&envelope(held)).abs() < 1.5, "{from}: {}", rise(&envelope(held)));
        }
        assert!(
            decibels(power(&breath[168_000..192_000])) > decibels(power(&breath[240_000..384_000])) + 6.0
        );
    }
}

#[test]
fn a_tone_rises_with_the_in_breath_and_falls_with_the_out_breath() {
    let sound = breathed("none", "4:6", 3, BreathSound::Tones);
    let pitch = |frames: &[Frame]| {
        let crossings = frames.windows(2).filter(|pair| pair[0][0] <= 0.0 && pair[1][0] > 0.0).count();
        crossings as f64 * 48_000.0 / frames.len() as f64
    };
    for breath in sound.chunks(480_000) {
        let [first, last] = [14_400..38_400, 62_400..86_400].map(|part| pitch(&breath[part]));
        assert!(first < 270.0 && last > 290.0, "in: {first} Hz to {last} Hz");
        let out = &breath[192_000..];
        let [first, last] = [14_400..38_400, 62_400..86_400].map(|part| pitch(&out[part]));
        assert!(first > 290.0 && last < 270.0, "out: {first} Hz to {last} Hz");
        // Between them there is nothing but the end of a glide.
        assert!(breath[144_000..192_000].iter().all(|frame| frame[0].abs() < 1e-3));
    }
}

#[test]
fn when_another_take_comes_the_sound_falls_silent_without_a_click_and_the_ambience_comes_back() {
    let transport = Arc::new(Transport::default());
    transport.open_until(Frames::NEVER);
    let (take, mut feed) = Take::new(Arc::clone(&transport), 64);
    feed.gains.push(GainPoint { at: Frames(0), gain: Decibels::UNITY }).unwrap();
    for phase in phases("4:6", 4, 48_000, BreathSound::Breathing) {
        feed.breaths.push(phase).unwrap();
    }
    let (mixer, mut desk) = Mixer::steered(RATE, Box::new(Noise(1)), take);
    let mut mixer = mixer.unlimited();
    let before = envelope(&render(&mut mixer, 5 * 48_000));
    let next = Arc::new(Transport::default());
    next.open_until(Frames::NEVER);
    let (take, _feed) = Take::new(next, 8);
    desk.enter(take, Entrance::Cut);
    let after = envelope(&render(&mut mixer, 6 * 48_000));
    let levels = [before, after].concat();
    assert!(levels[100..].windows(2).all(|pair| (pair[1] - pair[0]).abs() < 4.0), "it jumps");
    let alone = decibels(power(&[[0.1 / 12f32.sqrt(); 2]; 4]));
    assert!((levels[levels.len() - 1] - alone).abs() < 1.0, "{} is not {alone}", levels[levels.len() - 1]);
}

#[test]
fn some_time_after_the_last_breath_the_ambience_is_left_as_it_is_again() {
    for sound in [BreathSound::Breathing, BreathSound::Tones] {
        let (mut mixer, _feed) = mixer(Box::new(Noise(7)), &phases("4:6", 1, 0, sound));
        let (mut alone, heard) = (vec![[0.0; 2]; 26 * 48_000], render(&mut mixer, 26 * 48_000));
        Noise(7).read(&mut alone);
        assert!(heard != alone && heard[25 * 48_000..] == alone[25 * 48_000..]);
    }
}

/// Phases one after another, some with a gap before them.
fn made_up() -> impl Strategy<Value = Vec<BreathPhase>> {
    let sound = prop::sample::select(vec![BreathSound::None, BreathSound::Breathing, BreathSound::Tones]);
    let phase = prop::sample::select(vec![Phase::In, Phase::Full, Phase::Out, Phase::Empty]);
    let one = (prop_oneof![2 => Just(0u64), 1 => 0u64..3_000], 1u64..5_000, phase, sound);
    prop::collection::vec(one, 0..8).prop_map(|rows| {
        let mut now = 0;
        let row = |(gap, length, phase, sound)| {
            let level = BreathLevel { loudness: LOUDNESS, lift: Decibels::UNITY, in_music: false };
            let at = Frames(now + gap);
            now += gap + length;
            BreathPhase { at, length: Frames(length), phase, pose: 1, sound, level }
        };
        rows.into_iter().map(row).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_block_size_does_not_matter(
        phases in made_up(),
        skip in prop_oneof![3 => Just(0u64), 1 => 0u64..9_000],
        is_silent in any::<bool>(),
        gate in prop_oneof![Just(u64::MAX), 0u64..9_000],
        blocks in prop::collection::vec(prop_oneof![3 => 1usize..300, 1 => 300usize..2_000], 1..40),
    ) {
        let start = || {
            let transport = Arc::new(Transport::default());
            transport.open_until(Frames(gate));
            transport.skip_to(Frames(skip));
            let ambience: Box<dyn Ambience> = if is_silent { Box::new(Silence) } else { Box::new(Noise(3)) };
            let (mixer, mut feed) = Mixer::new(RATE, ambience, transport, 64);
            feed.gains.push(GainPoint { at: Frames(0), gain: Decibels::UNITY }).unwrap();
            phases.iter().for_each(|phase| feed.breaths.push(*phase).unwrap());
            (mixer.unlimited(), feed)
        };
        let (mut whole, _feed) = start();
        let expected = render(&mut whole, blocks.iter().sum());
        let (mut parts, _feed) = start();
        let found: Vec<Frame> = blocks.iter().flat_map(|block| render(&mut parts, *block)).collect();
        let different = expected.iter().zip(&found).position(|(a, b)| a.map(f32::to_bits) != b.map(f32::to_bits));
        prop_assert_eq!(different, None);
    }

    #[test]
    fn without_a_breath_the_ambience_is_left_as_it_is(frames in 1usize..20_000) {
        let (mut mixer, _feed) = mixer(Box::new(Noise(5)), &phases("4:6", 2, 0, BreathSound::None));
        let mut alone = vec![[0.0; 2]; frames];
        Noise(5).read(&mut alone);
        prop_assert_eq!(render(&mut mixer, frames), alone);
    }
}
