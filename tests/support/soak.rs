//! Plays for long on a real sound server without a sound card, with requests and faults at random moments, and watches the
//! program: its memory, its handles, its threads, whether it is heard and answers, whether it drifts from the clock, how it
//! ends, what it keeps.

mod drift;
pub mod faults;
mod missing;
mod report;
mod watched;

use std::process::Stdio;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::Value;
use supine::control::{Now, State};
use supine::remote::socket::{Question, ask};

use self::drift::Drift;
use self::faults::Fault;
use self::missing::Missing;
pub use self::report::Report;
use self::watched::{Listener, Usage};
use super::session::Session;
use super::stage::Stage;

const VOICES: [&str; 3] = ["natural", "espeak", "system"];
const AMBIENCES: [&str; 3] = ["ocean", "rain", "brown"];
/// Requests that a listener may make; a stop is made by the soak itself.
const REQUESTS: [&str; 14] = [
    "toggle", "pause", "resume", "resume", "again", "next", "previous", "longer", "enough", "slower",
    "faster", "louder", "softer", "where",
];
const LOOK: Duration = Duration::from_secs(1);
/// Looks at the position in that time.
const POSITIONS: u32 = 10;
/// Seconds from one request to the next, and from one fault to the next.
const BETWEEN_REQUESTS: std::ops::Range<u64> = 4..25;
const BETWEEN_FAULTS: std::ops::Range<u64> = 10..40;
/// A session lasts at least a minute, at most a third of an hour, and in a short soak each voice has its turn.
const SESSION: (f64, f64) = (60.0, 1_200.0);
/// The last part of each session is left alone: what drifts after all that happened is seen there.
const LEFT_ALONE: f64 = 0.2;
/// A pause that nobody ends is ended after so many seconds.
const LONGEST_PAUSE: u64 = 20;
/// It may be silent, or without an answer, for so long, whatever was broken: a pause has its ambience, too.
const PATIENCE: Duration = Duration::from_secs(30);
const SOON: Duration = Duration::from_secs(60);

/// Plays for so many hours, one session after the other. What becomes of them hangs on `seed`, but for the machine's own time.
pub fn soak(hours: f64, seed: u64, faults: &[Fault]) -> Report {
    let mut rng = Rng::with_seed(seed);
    let mut stage = Stage::with_device();
    stage.start_dispatcher();
    let mut report = Report::begin(hours, seed);
    let end = Instant::now() + Duration::from_secs_f64(hours * 3_600.0);
    let session = Duration::from_secs_f64((hours * 1_200.0).clamp(SESSION.0, SESSION.1));
    let mut number = 0;
    while Instant::now() < end {
        let (voice, ambience) = (VOICES[number % VOICES.len()], AMBIENCES[number % AMBIENCES.len()]);
        number += 1;
        let over = end.min(Instant::now() + session);
        play(&mut stage, [voice, ambience], over, faults, &mut rng, &mut report);
    }
    what_is_kept(&stage, &mut report);
    report
}

/// Plays one session until it is over, or `end` has come.
fn play(
    stage: &mut Stage,
    voice_and_ambience: [&str; 2],
    end: Instant,
    faults: &[Fault],
    rng: &mut Rng,
    report: &mut Report,
) {
    let mut listener = Listener::start(stage);
    let mut session = begin(stage, voice_and_ambience);
    let pid = session.pid();
    let alone = end.checked_sub(end.saturating_duration_since(Instant::now()).mul_f64(LEFT_ALONE));
    let [mut request_in, mut fault_in] = [rng.u64(BETWEEN_REQUESTS), rng.u64(BETWEEN_FAULTS)];
    let (mut sound, mut answer) = (Missing::since_now(), Missing::since_now());
    let mut drift = Drift::default();
    let mut paused = 0;
    report.sessions += 1;
    while session.is_running() && Instant::now() < end {
        let is_alone = alone.is_none_or(|alone| Instant::now() >= alone);
        wait(stage, is_alone.then_some(&mut drift));
        report.usage.push(Usage::of(pid, report.seconds()));
        let now = now(stage);
        for (missing, is_there, what) in
            [(&mut sound, listener.hears(), "heard"), (&mut answer, now.is_some(), "answering")]
        {
            if missing.look(is_there) >= PATIENCE && missing.is_news() {
                report.lost.push(format!("it was not {what} for 30 s: {}", report.last_events()));
            }
        }
        let state = now.as_ref().map(|now| now.state);
        paused = if matches!(state, Some(State::Paused | State::Pausing)) { paused + 1 } else { 0 };
        [request_in, fault_in] = [request_in.saturating_sub(1), fault_in.saturating_sub(1)];
        if paused > LONGEST_PAUSE || is_alone && paused > 0 {
            request(stage, "resume", report);
        } else if request_in == 0 && !is_alone {
            request(stage, REQUESTS[rng.usize(..REQUESTS.len())], report);
            request_in = rng.u64(BETWEEN_REQUESTS);
        }
        if fault_in == 0 && !is_alone {
            let broken = faults[rng.usize(..faults.len())];
            report.event(broken.name());
            broken.happen(stage, pid);
            if matches!(broken, Fault::NoDevice | Fault::OtherRate) {
                listener = Listener::start(stage);
            }
            for missing in [&mut sound, &mut answer] {
                missing.fault_is_over();
            }
            fault_in = rng.u64(BETWEEN_FAULTS);
        }
    }
    report.silence.add(sound.longest());
    report.no_answer.add(answer.longest());
    report.drift.add(drift);
    over(session, report);
}

/// Waits until the next look, and meanwhile notes the position for its `drift`.
fn wait(stage: &Stage, mut drift: Option<&mut Drift>) {
    for _ in 0..POSITIONS {
        std::thread::sleep(LOOK / POSITIONS);
        if let Some(drift) = &mut drift {
            let now = now(stage).filter(|now| now.state == State::Playing);
            drift.look(now.map(|now| now.position_s));
        }
    }
}

/// Begins a session with the periods of a listener's machine.
fn begin(stage: &Stage, [voice, ambience]: [&str; 2]) -> Session {
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    command.args(["play", "bedtime-back", "--voice", voice, "--ambience", ambience]);
    command.env_remove("SUPINE_PERIOD");
    stage.start(command)
}

fn over(mut session: Session, report: &mut Report) {
    let is_running = session.is_running();
    if is_running {
        session.signal("INT");
    }
    let outcome = session.wait(SOON);
    let expected = if is_running { 130 } else { 0 };
    if outcome.code != Some(expected) {
        let what = format!("a session ended with {:?}, not with {expected}: {}", outcome.code, outcome.err);
        report.lost.push(format!("{what} {}", report.last_events()));
    }
    if outcome.err.contains("panicked") {
        report.lost.push(format!("it panicked: {}", outcome.err));
    }
    report.broke_off += times(outcome.broke_off.as_deref());
}

/// How often the sound broke off, by the program's own words.
fn times(told: Option<&str>) -> u64 {
    let Some(told) = told else { return 0 };
    told.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or(1)
}

/// What the session is doing; `None` when it does not answer.
fn now(stage: &Stage) -> Option<Now> {
    ask(&stage.file("run/supine/control.sock"), Question::Status).ok()?.now
}

fn request(stage: &Stage, request: &str, report: &mut Report) {
    report.requests += 1;
    report.event(request);
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    let status = command
        .args(["ctl", request])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    report.refused += u32::from(!status.is_ok_and(|status| status.success()));
}

/// The place and the log have to be readable, whatever happened.
fn what_is_kept(stage: &Stage, report: &mut Report) {
    for arguments in [&["history", "--json"][..], &["doctor", "--quiet"]] {
        let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
        let answer = command.args(arguments).stdin(Stdio::null()).output().expect("it starts");
        let text = [answer.stdout, answer.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let is_bad = ["damaged", "cut short", "can't be read"].iter().any(|bad| text.contains(bad));
        if is_bad || !answer.status.success() {
            report.lost.push(format!("`supine {}`: {}: {text}", arguments.join(" "), answer.status));
        }
    }
    let log = std::fs::read_to_string(stage.file("state/supine/practice.jsonl")).unwrap_or_default();
    report.entries = log.lines().count();
    report.whole = log.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count();
    if report.whole != report.entries {
        report.lost.push(format!("{} lines of the log are not whole", report.entries - report.whole));
    }
}
