//! How a session begins and ends, as it is heard: a fake voice over an ambience of full scale, so that every
//! sample after the last word is the ambience's gain.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use supine::clock::FakeClock;
use supine::mixer::{Ambience, Mixer, STOP_SECONDS, Transport};
use supine::phrases::Phrases;
use supine::plan::estimate::estimated_length;
use supine::plan::{OPEN_GAIN, Plan};
use supine::routine::Ending;
use supine::routine::parse::parse;
use supine::score::Score;
use supine::score::compile::{capacity, compile};
use supine::score::length::planned;
use supine::session::live::conductor::{Conductor, SharedSpeaker};
use supine::session::rendered::feeder::Feeder;
use supine::session::rendered::recorder::{Recorder, chimes};
use supine::settings::Settings;
use supine::speech::fake::{FakeSpeaker, FakeSynthesizer};
use supine::units::{Decibels, Frame, Frames, SampleRate};

const RATE: SampleRate = SampleRate::HZ_48000;
const SECOND: usize = 48_000;
const ROUTINE: &str = "title = \"Rest\"\nprops = [\"a bed\"]\n[[pose]]\nname = \"Rest\"\nposition = \"lying on your back\"\nsteps = [\"Rest here.\"]\n";

/// Ambience of full scale.
struct Constant;

impl Ambience for Constant {
    fn read(&mut self, out: &mut [Frame]) {
        out.fill([1.0; 2]);
    }
}

/// A session that is recorded and ready to be rendered.
struct Session {
    mixer: Mixer,
    transport: Arc<Transport>,
    score: Score,
}

fn plan(settings: &Settings) -> Plan {
    let routine = parse(ROUTINE).unwrap();
    planned(&routine, settings, &Phrases::for_language("en").0)
}

impl Session {
    fn new(settings: &Settings) -> Self {
        let plan = plan(settings);
        let recorder = Recorder::new(Arc::new(FakeSynthesizer), settings.loudness, RATE);
        let chimes = chimes(&plan, settings.loudness, RATE).unwrap();
        let transport = Arc::new(Transport::default());
        let (mixer, mut feed) = Mixer::new(RATE, Box::new(Constant), Arc::clone(&transport), capacity(&plan));
        let mut feeder = Feeder::new(Arc::new(plan), recorder, chimes, RATE);
        feeder.record_all(&|| {}).unwrap();
        feeder.hand_over(&mut feed, &transport);
        Self { mixer, transport, score: feeder.score().clone() }
    }

    fn render(&mut self, frames: usize) -> Vec<f32> {
        let mut out = vec![[9.0; 2]; frames];
        self.mixer.render(&mut out);
        out.iter().map(|frame| frame[0]).collect()
    }

    /// The end of the last sound.
    fn last_sound(&self) -> usize {
        let ends = self.score.events.iter().map(|event| event.at + event.length);
        usize::try_from(ends.max().unwrap().0).unwrap()
    }
}

fn largest_step(samples: &[f32]) -> f32 {
    samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn the_ambience_stays_for_half_of_the_sleep_timer_and_fades_over_the_other_half() {
    let mut session = Session::new(&Settings { sleep_timer: Duration::from_secs(40), ..Settings::default() });
    let last = session.last_sound();
    assert_eq!(session.score.length, Frames((last + 40 * SECOND) as u64), "40 s after the last word");
    let mut all = session.render(last + 41 * SECOND);
    assert!(session.mixer.is_finished());
    let tail = all.split_off(last);
    let open = Decibels(OPEN_GAIN).amplitude();
    for second in [4, 10, 19] {
        assert!((tail[second * SECOND] - open).abs() < 1e-4, "after {second} s: {}", tail[second * SECOND]);
    }
    for part in [0.1f32, 0.25, 0.5, 0.75, 0.9, 0.98] {
        let level = tail[((20.0 + 20.0 * part) * SECOND as f32) as usize];
        let exact = open * (part * std::f32::consts::FRAC_PI_2).cos();
        let off = 20.0 * (level / exact).log10();
        assert!(off.abs() < 0.5, "{off} dB from an equal-power curve at {part} of the fade");
    }
    assert!(tail[40 * SECOND..].iter().all(|sample| *sample == 0.0));
    assert!(largest_step(&tail[SECOND..]) < 1e-4, "the fade is not smooth");
}

#[test]
fn the_shortest_sleep_timer_does_not_click() {
    for seconds in [0, 1, 3, 5] {
        let sleep_timer = Duration::from_secs(seconds);
        let mut session = Session::new(&Settings { sleep_timer, ..Settings::default() });
        let last = session.last_sound();
        let all = session.render(usize::try_from(session.score.length.0).unwrap() + SECOND);
        assert!(session.mixer.is_finished());
        assert!(largest_step(&all[last + 10..]) < 1e-4, "{seconds} s: it clicks");
    }
}

#[test]
fn until_morning_is_until_somebody_stops_it() {
    let mut session = Session::new(&Settings { until_morning: true, ..Settings::default() });
    let last = session.last_sound();
    session.render(last + 4 * SECOND);
    let open = Decibels(OPEN_GAIN).amplitude();
    for _ in 0..60 {
        let minute = session.render(60 * SECOND);
        assert!(minute.iter().all(|sample| (sample - open).abs() < 1e-4));
    }
    assert_eq!((session.transport.end(), session.mixer.is_finished()), (Frames::NEVER, false));
    session.transport.stop();
    let end = session.render((STOP_SECONDS as usize + 1) * SECOND);
    assert!(session.mixer.is_finished());
    assert_eq!(end[end.len() - 1], 0.0);
}

#[test]
fn a_live_voice_leads_a_session_until_morning_too() {
    let plan = plan(&Settings { until_morning: true, ..Settings::default() });
    let length = |id| Some(estimated_length(plan.utterance(id), RATE));
    let (score, _) = compile(&plan, RATE, &length, &|_| Frames::ZERO);
    let all = score.events.len();
    let transport = Arc::new(Transport::default());
    let clock = Arc::new(FakeClock::default());
    let speaker = FakeSpeaker::new(clock.clone());
    let heard = Arc::clone(&speaker.heard);
    let speaker: SharedSpeaker = Arc::new(Mutex::new(Box::new(speaker)));
    let conductor = Conductor::new(Arc::new(plan), score, speaker, clock, Arc::clone(&transport));
    conductor.lead().expect("the voice speaks");
    assert_eq!((heard.lock().unwrap().len(), transport.end()), (all, Frames::NEVER));
    assert!(!transport.is_over(), "only somebody who stops it ends it");
}

#[test]
fn who_is_to_be_awake_hears_the_close_and_the_whole_bowl() {
    let settings = Settings { ending: Some(Ending::Awake), until_morning: true, ..Settings::default() };
    let mut session = Session::new(&settings);
    let texts: Vec<&str> = session.score.events.iter().map(|event| event.text.as_str()).collect();
    let close = ["This is the end of the routine.", "Take your time.", "When you are ready, open your eyes."];
    assert_eq!(texts[texts.len() - 4..], [&close[..], &["bowl"]].concat());
    assert!(!session.score.endless, "who is awake turns it off");
    let bowl = session.score.events.last().unwrap().clone();
    assert_eq!(session.score.length, bowl.at + bowl.length + Frames(6 * 48_000));
    let start = usize::try_from(bowl.at.0).unwrap();
    let length = usize::try_from(bowl.length.0).unwrap();
    let all = session.render(start + length + 7 * SECOND);
    let open = Decibels(OPEN_GAIN).amplitude();
    // The ambience is still open when the bowl has rung out, and fades after that.
    let rung_out = &all[start + length..];
    assert!((rung_out[2 * SECOND] - open).abs() < 1e-4);
    assert_eq!(rung_out[6 * SECOND], 0.0);
}
