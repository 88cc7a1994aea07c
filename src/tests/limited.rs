//! The limiter in a mixer changes nothing that is heard, unless it is too loud. Every frame comes out at its
//! place in the score, and the positions that others read are true of what has come out.

use std::sync::Arc;

use assert_no_alloc::assert_no_alloc;
use proptest::prelude::*;
use supine::clip::Clip;
use supine::loudness::PeakMeter;
use supine::mixer::limiter::{CEILING, Limiter};
use supine::mixer::{Ambience, Entrance, Feed, MixCue, Mixer, MixerHandle, Take, Transport};
use supine::phrases::Phrases;
use supine::routine::parse::parse;
use supine::score::GainPoint;
use supine::score::compile::capacity;
use supine::score::length::planned;
use supine::session::rendered::feeder::Feeder;
use supine::session::rendered::recorder::{Recorder, chimes};
use supine::settings::Settings;
use supine::sounds::soundscape::Soundscape;
use supine::sounds::{AmbienceChoice, tone};
use supine::speech::fake::FakeSynthesizer;
use supine::units::{Decibels, Frame, Frames, SampleRate};

const ROOM: usize = 64;
const ROUTINE: &str = r#"
title = "Loud"
[[pose]]
name = "Loud"
steps = [{ sound = "bowl" }, "Lift one knee.", { count = { to = 4, beat = 0.5 } }, { sound = "bowl" }, "Let it go."]
"#;

/// A low rate: a session of a minute is short, and the limiter looks ahead over a few frames.
fn rate() -> SampleRate {
    SampleRate::new(1_000).unwrap()
}

fn delay() -> usize {
    Limiter::new(rate()).delay()
}

/// Ambience whose samples all differ.
struct Noise {
    state: u32,
    amplitude: f32,
}

impl Ambience for Noise {
    fn read(&mut self, out: &mut [Frame]) {
        for sample in out.as_flattened_mut() {
            self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = (self.state as f32 / u32::MAX as f32 - 0.5) * self.amplitude;
        }
    }
}

/// A request while a session plays.
#[derive(Clone, Debug)]
enum Request {
    Open(u64),
    Skip(u64),
    Volume(f32),
    End(u64),
    Stop,
    Cut(Cues),
    Next(u64, Cues),
}

/// The start and the length of each clip.
type Cues = Vec<(u64, usize)>;

fn cues() -> impl Strategy<Value = Cues> {
    prop::collection::vec((0u64..3_000, 1usize..900), 0..8).prop_map(|mut cues| {
        cues.sort_unstable();
        cues
    })
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        4 => (0u64..6_000).prop_map(Request::Open),
        2 => (0u64..6_000).prop_map(Request::Skip),
        2 => (0f32..2.0).prop_map(Request::Volume),
        1 => (0u64..6_000).prop_map(Request::End),
        1 => Just(Request::Stop),
        2 => cues().prop_map(Request::Cut),
        2 => (0u64..6_000, cues()).prop_map(|(at, cues)| Request::Next(at, cues)),
    ]
}

/// A session: what it begins with, and its requests, each after a number of frames.
#[derive(Clone, Debug)]
struct Session {
    cues: Cues,
    gate: u64,
    requests: Vec<(usize, Request)>,
    /// The factor on every sample.
    amplitude: f32,
}

fn session(amplitude: impl Strategy<Value = f32>) -> impl Strategy<Value = Session> {
    let requests = prop::collection::btree_map(1usize..9_000, request(), 0..8);
    let requests = requests.prop_map(|map| map.into_iter().collect());
    let gate = prop_oneof![Just(u64::MAX), 0u64..4_000];
    (cues(), gate, requests, amplitude).prop_map(|(cues, gate, requests, amplitude)| Session {
        cues,
        gate,
        requests,
        amplitude,
    })
}

/// A playing mixer, and everything that steers it.
struct Play {
    mixer: Mixer,
    desk: MixerHandle,
    amplitude: f32,
    feeds: Vec<Feed>,
    transports: Vec<Arc<Transport>>,
}

fn take(cues: &Cues, amplitude: f32, gate: u64) -> (Take, Feed, Arc<Transport>) {
    let transport = Arc::new(Transport::default());
    transport.open_until(Frames(gate));
    let (take, mut feed) = Take::new(Arc::clone(&transport), ROOM);
    for (place, (start, length)) in cues.iter().enumerate() {
        let samples = (0..*length).map(|n| amplitude * ((n * (place + 3)) as f32 * 0.37).sin()).collect();
        feed.cues.push(MixCue { start: Frames(*start), clip: Arc::new(Clip::mono(samples)) }).unwrap();
    }
    feed.gains.push(GainPoint { at: Frames(0), gain: Decibels(-20.0) }).unwrap();
    feed.gains.push(GainPoint { at: Frames(2_000), gain: Decibels(-3.0) }).unwrap();
    (take, feed, transport)
}

impl Play {
    fn new(session: &Session, limited: bool) -> Self {
        let amplitude = session.amplitude;
        let (take, feed, transport) = take(&session.cues, amplitude, session.gate);
        let (mixer, desk) = Mixer::steered(rate(), Box::new(Noise { state: 7, amplitude }), take);
        let mixer = if limited { mixer } else { mixer.unlimited() };
        Self { mixer, desk, amplitude, feeds: vec![feed], transports: vec![transport] }
    }

    fn ask(&mut self, request: &Request) {
        let current = Arc::clone(self.transports.last().unwrap());
        match request {
            Request::Open(frame) => current.open_until(Frames(*frame)),
            Request::Skip(frame) => current.skip_to(Frames(*frame)),
            Request::Volume(volume) => self.desk.set_volume(*volume),
            Request::End(frame) => current.end_at(Frames(*frame)),
            Request::Stop => current.stop(),
            Request::Cut(cues) => self.enter(cues, Entrance::Cut),
            Request::Next(frame, cues) => self.enter(cues, Entrance::At(Frames(*frame))),
        }
    }

    fn enter(&mut self, cues: &Cues, entrance: Entrance) {
        let (take, feed, transport) = take(cues, self.amplitude, u64::MAX);
        self.desk.enter(take, entrance);
        self.feeds.push(feed);
        self.transports.push(transport);
    }

    /// Plays `frames` with each request `late` frames later than it says, in blocks of at most `block`.
    fn run(&mut self, session: &Session, late: usize, frames: usize, block: usize) -> Vec<Frame> {
        let mut out: Vec<Frame> = Vec::with_capacity(frames);
        let mut requests = session.requests.iter().peekable();
        while out.len() < frames {
            while let Some((_, request)) = requests.next_if(|(at, _)| at + late <= out.len()) {
                self.ask(request);
            }
            let next = requests.peek().map_or(frames, |(at, _)| (at + late).min(frames));
            let length = (next - out.len()).min(block);
            let mut played = vec![[9.0; 2]; length];
            assert_no_alloc(|| self.mixer.render(&mut played));
            out.extend(played);
        }
        out
    }

    /// The position of every take, and whether it is over, as others read them.
    fn told(&self) -> Vec<(Frames, bool)> {
        self.transports.iter().map(|transport| (transport.position(), transport.is_finished())).collect()
    }
}

fn bits(frames: &[Frame]) -> Vec<u32> {
    frames.as_flattened().iter().map(|sample| sample.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    // The limited mixer has already rendered its look-ahead when a request comes, so the plain one gets the
    // request later by that time.
    #[test]
    fn what_is_not_too_loud_comes_out_as_the_plain_sum_on_its_frames(
        session in session(Just(0.05f32)),
        block in 1usize..900,
        frames in 9_100usize..12_000,
    ) {
        let mut plain = Play::new(&session, false);
        let expected = plain.run(&session, delay(), frames, 200);
        let mut limited = Play::new(&session, true);
        let found = limited.run(&session, 0, frames, block);
        let (expected, found) = (bits(&expected), bits(&found));
        let different = expected.iter().zip(&found).position(|(a, b)| a != b);
        prop_assert_eq!(different, None);
        // A take that another one has followed keeps its last position.
        prop_assert_eq!(plain.told().last().copied(), limited.told().last().copied());
        prop_assert_eq!(plain.mixer.is_finished(), limited.mixer.is_finished());
        let finished = |play: &Play| play.told().iter().map(|told| told.1).collect::<Vec<_>>();
        prop_assert_eq!(finished(&plain), finished(&limited));
    }

    #[test]
    fn nothing_is_above_the_ceiling_whatever_is_played_and_asked_for(
        session in session(0.1f32..3.0),
        block in 1usize..900,
    ) {
        let out = Play::new(&session, true).run(&session, 0, 9_500, 300);
        let peak = out.as_flattened().iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
        prop_assert!(peak <= CEILING.amplitude(), "a sample of {peak}");
        let again = Play::new(&session, true).run(&session, 0, 9_500, block);
        prop_assert!(bits(&out) == bits(&again), "the block size is heard");
    }
}

#[test]
fn the_end_is_told_when_the_last_frame_has_come_out_and_not_before() {
    let session = Session { cues: vec![(0, 500)], gate: u64::MAX, requests: Vec::new(), amplitude: 0.1 };
    let mut play = Play::new(&session, true);
    let transport = Arc::clone(&play.transports[0]);
    transport.end_at(Frames(500));
    let mut out = vec![[0.0; 2]; 499];
    play.mixer.render(&mut out);
    assert_eq!((transport.position(), play.mixer.is_finished()), (Frames(499), false));
    play.mixer.render(&mut out[..1]);
    assert!(out[0] != [0.0; 2], "the last frame is missing");
    assert_eq!((transport.position(), play.mixer.is_finished()), (Frames(500), false));
    play.mixer.render(&mut out[..1]);
    assert_eq!((out[0], play.mixer.is_finished()), ([0.0; 2], true));
}

#[test]
fn a_take_is_over_when_the_next_one_is_heard() {
    let session = Session { cues: Vec::new(), gate: u64::MAX, requests: Vec::new(), amplitude: 0.1 };
    let mut play = Play::new(&session, true);
    play.enter(&vec![(0, 100)], Entrance::At(Frames(300)));
    let mut out = vec![[0.0; 2]; 300];
    play.mixer.render(&mut out);
    assert_eq!(play.told(), [(Frames(300), false), (Frames(0), false)]);
    play.mixer.render(&mut out[..1]);
    assert_eq!(play.told()[1], (Frames(1), false));
    assert!(play.transports[0].is_finished());
}

#[test]
fn a_sound_that_is_no_number_is_not_heard_and_the_session_goes_on() {
    let session = Session { cues: vec![(2_000, 500)], gate: u64::MAX, requests: Vec::new(), amplitude: 0.1 };
    let expected = Play::new(&session, true).run(&session, 0, 3_000, 64);
    let mut play = Play::new(&session, true);
    let clip = Arc::new(Clip::mono(vec![0.1, f32::NAN, f32::INFINITY]));
    play.desk.sound(Arc::clone(&clip));
    let found = play.run(&session, 0, 3_000, 64);
    assert!(found.as_flattened().iter().all(|sample| sample.is_finite()));
    assert!(bits(&found[3..]) == bits(&expected[3..]));
}

/// A whole session with a voice of loud clicks, an ambience, chimes and an answer's tone, at a volume.
fn heard(settings: &Settings, volume: f32) -> Vec<Frame> {
    const RATE: SampleRate = SampleRate::HZ_48000;
    let routine = parse(ROUTINE).unwrap();
    let plan = planned(&routine, settings, &Phrases::for_language("en").0);
    let chimes = chimes(&plan, settings.loudness, RATE).unwrap();
    let ocean = AmbienceChoice::find("ocean", std::path::Path::new(".")).unwrap().choice;
    let tell = std::sync::Arc::new(|_: String| {});
    let ocean = Soundscape::open(&ocean, settings.loudness, RATE, tell).unwrap().unwrap();
    let transport = Arc::new(Transport::default());
    let (take, mut feed) = Take::new(Arc::clone(&transport), capacity(&plan));
    let (mut mixer, mut desk) = Mixer::steered(RATE, Box::new(ocean), take);
    let recorder = Recorder::new(Arc::new(FakeSynthesizer), settings.loudness, RATE);
    let mut feeder = Feeder::new(Arc::new(plan), recorder, chimes, RATE);
    feeder.record_all(&|| {}).unwrap();
    feeder.hand_over(&mut feed, &transport);
    desk.set_volume(volume);
    let answer = Arc::new(tone(settings.loudness, RATE));
    let mut out = vec![[0.0; 2]; feeder.score().length.0 as usize];
    for second in out.chunks_mut(48_000) {
        desk.sound(Arc::clone(&answer));
        mixer.render(second);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_session_passes_full_scale_at_any_volume(
        loudness in -40f32..=-10.0,
        voice_gain in -40f32..=6.0,
        ambience_gain in -40f32..=12.0,
        volume in prop_oneof![0f32..=2.0, Just(2.0)],
    ) {
        let settings = Settings {
            loudness: Decibels(loudness),
            voice_gain: Decibels(voice_gain),
            ambience_gain: Decibels(ambience_gain),
            sleep_timer: std::time::Duration::from_secs(2),
            ..Settings::default()
        };
        let out = heard(&settings, volume);
        let peak = out.as_flattened().iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
        prop_assert!(peak <= CEILING.amplitude(), "a sample of {peak}");
        let mut meter = PeakMeter::new(SampleRate::HZ_48000);
        meter.add(&out);
        prop_assert!(meter.true_peak().0 <= CEILING.0, "{:?}", meter.true_peak());
    }
}

#[test]
fn the_loudest_session_is_as_loud_as_the_ceiling_allows() {
    let settings = Settings {
        loudness: Decibels(-10.0),
        voice_gain: Decibels(6.0),
        ambience_gain: Decibels(12.0),
        sleep_timer: std::time::Duration::from_secs(2),
        ..Settings::default()
    };
    let mut meter = PeakMeter::new(SampleRate::HZ_48000);
    meter.add(&heard(&settings, 2.0));
    assert!((-1.2..=-1.0).contains(&meter.true_peak().0), "{:?}: it was never limited", meter.true_peak());
}
