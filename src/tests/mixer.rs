//! The mixer, sample by sample: no device, no voice, no decoding. Its plain sums are checked without the
//! limiter, which is tested in `limited.rs`. The allocator of this test program checks that the mixer does not
//! allocate.

use std::sync::Arc;

use assert_no_alloc::assert_no_alloc;
use proptest::prelude::*;
use supine::clip::Clip;
use supine::mixer::{Ambience, Feed, MixCue, Mixer, STOP_SECONDS, Silence, Transport};
use supine::score::GainPoint;
use supine::units::{Decibels, Frame, Frames, SampleRate};

const RATE: SampleRate = SampleRate::HZ_48000;
const ROOM: usize = 64;

/// Ambience of full scale.
struct Constant;

impl Ambience for Constant {
    fn read(&mut self, out: &mut [Frame]) {
        out.fill([1.0; 2]);
    }
}

/// Ambience whose samples all differ.
struct Noise(u32);

impl Ambience for Noise {
    fn read(&mut self, out: &mut [Frame]) {
        for sample in out.as_flattened_mut() {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = self.0 as f32 / u32::MAX as f32 - 0.5;
        }
    }
}

/// A mixer that may run as far as it likes, and whose sums may have any size.
fn mixer(rate: SampleRate, ambience: impl Ambience + 'static) -> (Mixer, Feed, Arc<Transport>) {
    let transport = Arc::new(Transport::default());
    transport.open_until(Frames::NEVER);
    let (mixer, feed) = Mixer::new(rate, Box::new(ambience), Arc::clone(&transport), ROOM);
    (mixer.unlimited(), feed, transport)
}

fn render(mixer: &mut Mixer, frames: usize) -> Vec<f32> {
    let mut out = vec![[9.0; 2]; frames];
    mixer.render(&mut out);
    out.iter().map(|frame| frame[0]).collect()
}

fn cue(feed: &mut Feed, start: u64, samples: Vec<f32>) {
    let clip = Arc::new(Clip::mono(samples));
    feed.cues.push(MixCue { start: Frames(start), clip }).unwrap();
}

fn gain(feed: &mut Feed, at: u64, decibels: f32) {
    feed.gains.push(GainPoint { at: Frames(at), gain: Decibels(decibels) }).unwrap();
}

/// Everything that a session may do to a mixer, decided before it starts.
#[derive(Clone, Debug)]
struct Session {
    cues: Vec<(u64, usize)>,
    gains: Vec<(u64, f32)>,
    skip: u64,
    gate: u64,
    end: u64,
    stopped: bool,
}

impl Session {
    fn start(&self) -> (Mixer, Feed, Arc<Transport>) {
        let rate = SampleRate::new(100).unwrap();
        let (mixer, mut feed, transport) = mixer(rate, Noise(7));
        for (place, (start, length)) in self.cues.iter().enumerate() {
            cue(&mut feed, *start, (0..*length).map(|n| (n + place) as f32 * 1e-3).collect());
        }
        for (at, decibels) in &self.gains {
            gain(&mut feed, *at, *decibels);
        }
        transport.skip_to(Frames(self.skip));
        transport.open_until(Frames(self.gate));
        transport.end_at(Frames(self.end));
        if self.stopped {
            transport.stop();
        }
        (mixer, feed, transport)
    }
}

fn session() -> impl Strategy<Value = Session> {
    let sorted = |mut list: Vec<(u64, usize)>| {
        list.sort_unstable();
        list
    };
    let cues = prop::collection::vec((0u64..2_000, 1usize..400), 0..12).prop_map(sorted);
    let gains =
        prop::collection::btree_map(0u64..2_000, -96f32..6.0, 0..8).prop_map(|map| map.into_iter().collect());
    let limits = (
        prop_oneof![3 => Just(0u64), 1 => 0u64..1_500],
        prop_oneof![Just(u64::MAX), 0u64..2_000],
        0u64..3_000,
    );
    (cues, gains, limits, prop::bool::weighted(0.3)).prop_map(|(cues, gains, (skip, gate, end), stopped)| {
        Session { cues, gains, skip, gate, end, stopped }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_block_size_does_not_matter(
        session in session(),
        blocks in prop::collection::vec(prop_oneof![3 => 1usize..300, 1 => Just(0), 1 => 300usize..2_000], 1..60),
    ) {
        let frames = blocks.iter().sum();
        let (mut whole, _feed, at_once) = session.start();
        let expected = render(&mut whole, frames);
        let (mut parts, _feed, in_parts) = session.start();
        let found: Vec<f32> = blocks.iter().flat_map(|block| render(&mut parts, *block)).collect();
        let different = expected.iter().zip(&found).position(|(a, b)| a.to_bits() != b.to_bits());
        prop_assert_eq!(different, None, "{} is not {}", expected[different.unwrap_or(0)], found[different.unwrap_or(0)]);
        prop_assert_eq!(at_once.position(), in_parts.position());
    }

    #[test]
    fn every_clip_begins_exactly_on_its_frame(
        starts in prop::collection::btree_set(1u64..40_000, 1..60),
        block in 1usize..3_000,
    ) {
        let (mut mixer, mut feed, _) = mixer(RATE, Silence);
        for start in &starts {
            cue(&mut feed, *start, vec![1.0]);
        }
        let out: Vec<f32> = (0..40_000 / block + 1).flat_map(|_| render(&mut mixer, block)).collect();
        let heard: Vec<u64> = (0..40_000).filter(|frame| out[*frame as usize] != 0.0).collect();
        prop_assert_eq!(heard, starts.into_iter().collect::<Vec<_>>());
    }

    // No ramp of a score is steeper than half a second for its whole range.
    #[test]
    fn the_gain_follows_its_points_linearly_in_decibels(
        steps in prop::collection::vec((24_000u64..96_000, -60f32..6.0), 2..6),
    ) {
        let mut points = vec![(0u64, steps[0].1)];
        for (length, decibels) in &steps {
            points.push((points[points.len() - 1].0 + length, *decibels));
        }
        let (mut mixer, mut feed, _) = mixer(RATE, Constant);
        points.iter().for_each(|(at, decibels)| gain(&mut feed, *at, *decibels));
        let out = render(&mut mixer, points[points.len() - 1].0 as usize + 4_800);
        for (frame, sample) in out.iter().enumerate().step_by(37) {
            let expected = expected_gain(&points, frame as u64);
            let found = 20.0 * f64::from(*sample).log10();
            prop_assert!((found - expected).abs() < 0.1, "frame {frame}: {found} dB, not {expected}");
        }
    }
}

fn expected_gain(points: &[(u64, f32)], frame: u64) -> f64 {
    let behind = points.iter().position(|(at, _)| *at > frame);
    let Some(behind) = behind else {
        return f64::from(points[points.len() - 1].1);
    };
    let ((from, low), (to, high)) = (points[behind - 1], points[behind]);
    let part = (frame - from) as f64 / (to - from) as f64;
    f64::from(low) + (f64::from(high) - f64::from(low)) * part
}

#[test]
fn before_its_first_gain_point_the_ambience_is_silent() {
    let (mut mixer, _feed, _) = mixer(RATE, Constant);
    assert!(render(&mut mixer, 1_000).iter().all(|sample| *sample == 0.0));
}

#[test]
fn sixteen_clips_may_sound_at_once_and_are_summed() {
    let (mut mixer, mut feed, _) = mixer(RATE, Silence);
    (0..16).for_each(|_| cue(&mut feed, 5, vec![0.25; 3]));
    assert_eq!(render(&mut mixer, 10), [0.0, 0.0, 0.0, 0.0, 0.0, 4.0, 4.0, 4.0, 0.0, 0.0]);
}

#[test]
fn a_stereo_clip_keeps_its_sides() {
    let (mut mixer, mut feed, _) = mixer(RATE, Silence);
    let clip = Arc::new(Clip::stereo(vec![[0.5, -0.25]]));
    feed.cues.push(MixCue { start: Frames(1), clip }).unwrap();
    let mut out = [[9.0; 2]; 3];
    mixer.render(&mut out);
    assert_eq!(out, [[0.0, 0.0], [0.5, -0.25], [0.0, 0.0]]);
}

#[test]
fn in_mono_both_sides_are_heard_on_each_side_and_speech_is_as_loud() {
    let (mixer, mut feed, _) = mixer(RATE, Silence);
    let mut mixer = mixer.in_mono(true);
    let sides: Vec<Frame> = vec![[0.5, -0.25]; 20];
    feed.cues.push(MixCue { start: Frames(0), clip: Arc::new(Clip::stereo(sides)) }).unwrap();
    cue(&mut feed, 100, vec![0.3; 20]);
    let mut out = vec![[9.0; 2]; 120];
    mixer.render(&mut out);
    assert_eq!((out[10], out[110]), ([0.125; 2], [0.3; 2]));
}

#[test]
fn at_the_gate_the_clock_stands_and_the_ambience_goes_on() {
    let (mut mixer, mut feed, transport) = mixer(RATE, Constant);
    gain(&mut feed, 0, 0.0);
    cue(&mut feed, 90, vec![1.0; 20]);
    cue(&mut feed, 101, vec![5.0]);
    transport.open_until(Frames(100));
    let out = render(&mut mixer, 1_000);
    assert_eq!((transport.position(), mixer.is_waiting()), (Frames(100), true));
    assert!(out[110..].iter().all(|sample| *sample == 1.0), "the ambience fell silent or a clip came early");
    assert_eq!(out[90..111], [vec![2.0; 20], vec![1.0]].concat(), "what sounds at the gate is not cut");

    transport.open_until(Frames(200));
    assert_eq!(render(&mut mixer, 3), [1.0, 6.0, 1.0]);
    assert_eq!((transport.position(), mixer.is_waiting()), (Frames(103), false));
}

#[test]
fn the_gain_stands_still_with_the_clock() {
    let (mut mixer, mut feed, transport) = mixer(RATE, Constant);
    gain(&mut feed, 0, 0.0);
    gain(&mut feed, 48_000, -40.0);
    transport.open_until(Frames(24_000));
    let out = render(&mut mixer, 96_000);
    let level = Decibels::of_amplitude(out[24_000]).0;
    assert!((level + 20.0).abs() < 0.1, "{level} dB");
    assert!(out[24_000..].iter().all(|sample| *sample == out[24_000]));
}

#[test]
fn a_skip_goes_forward_and_never_back() {
    let (mut mixer, mut feed, transport) = mixer(RATE, Silence);
    cue(&mut feed, 1_005, vec![1.0]);
    render(&mut mixer, 10);
    transport.skip_to(Frames(1_000));
    assert_eq!(render(&mut mixer, 10).iter().position(|sample| *sample == 1.0), Some(5));
    transport.skip_to(Frames(500));
    render(&mut mixer, 10);
    assert_eq!(transport.position(), Frames(1_020));
}

#[test]
fn a_skip_moves_the_gain_along_and_keeps_what_sounds() {
    let (mut mixer, mut feed, transport) = mixer(RATE, Constant);
    gain(&mut feed, 0, 0.0);
    gain(&mut feed, 9_600, -20.0);
    gain(&mut feed, 19_200, -40.0);
    cue(&mut feed, 0, vec![10.0; 200]);
    render(&mut mixer, 100);
    transport.skip_to(Frames(19_200));
    let out = render(&mut mixer, 200);
    assert!((out[50] - 10.01).abs() < 1e-3 && (out[150] - 0.01).abs() < 1e-3, "{} {}", out[50], out[150]);
}

#[test]
fn past_the_end_there_is_silence_and_it_is_finished() {
    let (mut mixer, mut feed, transport) = mixer(RATE, Constant);
    gain(&mut feed, 0, 0.0);
    cue(&mut feed, 140, vec![1.0; 100]);
    transport.end_at(Frames(150));
    assert_eq!(render(&mut mixer, 150), [vec![1.0; 140], vec![2.0; 10]].concat());
    assert!(!mixer.is_finished(), "a file of exactly this length is not cut short");
    assert_eq!(render(&mut mixer, 100), [0.0; 100]);
    assert!(mixer.is_finished() && transport.is_finished());
    assert_eq!(transport.position(), Frames(150));
}

#[test]
fn a_stop_fades_to_silence_in_two_seconds_and_finishes() {
    let (mut mixer, mut feed, transport) = mixer(RATE, Constant);
    gain(&mut feed, 0, 0.0);
    render(&mut mixer, 1_234);
    transport.stop();
    let fade = (RATE.hz() * STOP_SECONDS) as usize;
    assert_eq!(fade, 96_000);
    let out = render(&mut mixer, fade + 4_800);
    assert!(
        out.windows(2).all(|pair| pair[0] >= pair[1] && pair[0] - pair[1] < 1e-4),
        "the fade is not smooth"
    );
    assert!(
        (out[fade / 2] - 0.707).abs() < 1e-3,
        "equal power has 3 dB less half-way, not {}",
        out[fade / 2]
    );
    assert!(out[fade - 4_800] > 0.05, "it was silent too soon");
    assert!(out[fade..].iter().all(|sample| *sample == 0.0), "it is not silent after two seconds");
    assert!(transport.is_finished());
}

#[test]
fn a_stop_fades_at_the_gate_too() {
    let (mut mixer, mut feed, transport) = mixer(RATE, Constant);
    gain(&mut feed, 0, 0.0);
    transport.open_until(Frames(1_000));
    render(&mut mixer, 5_000);
    transport.stop();
    let out = render(&mut mixer, 100_000);
    assert!(out[0] > 0.99 && out[99_999] == 0.0 && transport.is_finished());
    assert_eq!(transport.position(), Frames(1_000));
}

#[test]
fn rendering_neither_allocates_nor_frees_and_gives_every_clip_back() {
    let (mut mixer, mut feed, transport) = mixer(RATE, Noise(1));
    let clips: Vec<Arc<Clip>> = (1..=50).map(|n| Arc::new(Clip::mono(vec![0.1; n * 60]))).collect();
    for (n, clip) in clips.iter().enumerate() {
        feed.cues.push(MixCue { start: Frames(n as u64 * 500), clip: Arc::clone(clip) }).unwrap();
        gain(&mut feed, n as u64 * 600, -(n as f32));
    }
    transport.open_until(Frames(10_000));
    let mut out = vec![[0.0; 2]; 4_096];
    assert_no_alloc(|| {
        for block in [1, 7, 64, 480, 4_096, 4_096, 4_096] {
            mixer.render(&mut out[..block]);
        }
        transport.open_until(Frames::NEVER);
        for _ in 0..6 {
            mixer.render(&mut out);
        }
        transport.skip_to(Frames(60_000));
        mixer.render(&mut out);
        transport.stop();
        while !mixer.is_finished() {
            mixer.render(&mut out);
        }
    });
    let mut spent = Vec::new();
    while let Ok(clip) = feed.spent.pop() {
        spent.push(clip);
    }
    let given_back = |clip: &Arc<Clip>| spent.iter().any(|spent| Arc::ptr_eq(spent, clip));
    assert!(clips.iter().all(given_back), "{} of {} clips came back", spent.len(), clips.len());
    drop(spent);
    assert!(clips.iter().all(|clip| Arc::strong_count(clip) == 1), "the mixer still holds a clip");
}

#[test]
fn a_clip_waits_in_the_mixer_while_nobody_takes_the_spent_ones() {
    let transport = Arc::new(Transport::default());
    transport.open_until(Frames::NEVER);
    let (mut mixer, mut feed) = Mixer::new(RATE, Box::new(Silence), transport, 1);
    let clip = Arc::new(Clip::mono(vec![1.0]));
    let mut out = [[0.0; 2]; 64];
    for n in 0..40 {
        let start = Frames(n * 64 + 1);
        // Spent clips are not taken, so the rings fill; no clip may be freed in `render`.
        let _ = feed.cues.push(MixCue { start, clip: Arc::clone(&clip) });
        assert_no_alloc(|| mixer.render(&mut out));
    }
    let mut back = 0;
    while feed.spent.pop().is_ok() {
        back += 1;
        assert_no_alloc(|| mixer.render(&mut out));
    }
    assert!(back >= 17, "{back}");
    drop((mixer, feed));
    assert_eq!(Arc::strong_count(&clip), 1);
}
