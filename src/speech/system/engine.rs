//! The thread that owns the engine, and the engine itself: every call to the crate tts is here. `system`
//! decides which utterance a report belongs to and when to try again.

use std::mem::ManuallyDrop;
use std::sync::Once;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use std::{panic, thread};

use tts::{Tts, UtteranceId};

use crate::advice::Advice;
use crate::language;
use crate::speech::SpeechError;
use crate::speech::system::handshake;
use crate::units::Decibels;

pub(super) const ENGINE: &str = "the system voice";

const LISTEN: &str =
    "see whether the desktop reads aloud (Linux: `spd-say hello`), or choose another --voice";

const INSTALL: &str = "install the packages speech-dispatcher and speech-dispatcher-espeak-ng";

/// The name of the thread that owns the engine.
const WORKER: &str = "system-voice";

/// A task for the engine's thread.
type Job = Box<dyn FnOnce(&mut Engine) + Send>;

/// A handle of the thread that owns the engine. Dropping it ends the thread, now or once the engine
/// returns; nobody waits for that.
pub(super) struct Worker {
    jobs: Sender<Job>,
    pub(super) reports: Receiver<Report>,
}

impl Worker {
    pub(super) fn start(limit: Deadline) -> Result<Self, SpeechError> {
        silence_worker_panics();
        let (jobs, orders) = mpsc::channel::<Job>();
        let (report, reports) = mpsc::channel();
        let (ready, answer) = mpsc::channel();
        let run = move || match Engine::connect(&report) {
            Ok(mut engine) => {
                // If nobody listens any more, no orders will come either.
                let _ = ready.send(Ok(()));
                for job in orders {
                    job(&mut engine);
                }
            }
            Err(error) => {
                let _ = ready.send(Err(error));
            }
        };
        thread::Builder::new()
            .name(WORKER.to_owned())
            .spawn(run)
            .map_err(|error| failed(format!("no thread could be started for it ({error})")))?;
        limit.wait(&answer)?;
        Ok(Self { jobs, reports })
    }

    /// Runs `job` on the thread, and waits for its result.
    pub(super) fn call<T, F>(&self, limit: Deadline, job: F) -> Result<T, SpeechError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Engine) -> Result<T, SpeechError> + Send + 'static,
    {
        let (reply, answer) = mpsc::channel();
        let job: Job = Box::new(move |engine| {
            if reply.send(job(engine)).is_err() {
                // The caller has given up: its order must no longer be heard.
                let _ = engine.stop();
            }
        });
        self.jobs.send(job).map_err(|_| gone())?;
        limit.wait(&answer)
    }
}

/// A time limit that starts running when it is made.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    start: Instant,
    limit: Duration,
}

impl Deadline {
    pub(super) fn after(limit: Duration) -> Self {
        let start = Instant::now();
        Self { start, limit }
    }

    pub(super) fn left(self) -> Duration {
        self.limit.saturating_sub(self.start.elapsed())
    }

    fn wait<T>(self, answer: &Receiver<Result<T, SpeechError>>) -> Result<T, SpeechError> {
        match answer.recv_timeout(self.left()) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                Err(SpeechError::TimedOut { engine: ENGINE.to_owned(), limit: self.limit })
            }
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }
}

/// An engine's report on an utterance, which arrives on another thread.
pub(super) type Report = (UtteranceId, Stage);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Began,
    Ended,
}

/// The engine itself; it never leaves its thread.
///
/// It is never dropped: tts discards its callbacks before it closes the connection, and a report that
/// arrives in between aborts the program. A socket and a sleeping thread leak instead.
pub(super) struct Engine {
    tts: ManuallyDrop<Tts>,
    rate: Option<f32>,
    volume: Option<f32>,
}

impl Engine {
    fn connect(reports: &Sender<Report>) -> Result<Self, SpeechError> {
        if !handshake::is_service() {
            return Err(failed(Advice::new("what answers in its place is no speech service", LISTEN)));
        }
        let tts = Tts::default().map_err(|error| no_connection(&error))?;
        let tts = ManuallyDrop::new(tts);
        let report_as = |stage| {
            let reports = reports.clone();
            // The callback must not call tts, since such a call never returns.
            let callback = move |id| {
                let _ = reports.send((id, stage));
            };
            Some(Box::new(callback) as Box<dyn FnMut(UtteranceId)>)
        };
        tts.on_utterance_begin(report_as(Stage::Began))?;
        tts.on_utterance_end(report_as(Stage::Ended))?;
        tts.on_utterance_stop(report_as(Stage::Ended))?;
        Ok(Self { tts, rate: None, volume: None })
    }

    pub(super) fn speak(
        &mut self,
        text: &str,
        speed: f32,
        gain: Decibels,
    ) -> Result<UtteranceId, SpeechError> {
        let tts = &mut self.tts;
        let rate = rate_for(speed, tts.min_rate(), tts.normal_rate(), tts.max_rate());
        if self.rate != Some(rate) {
            tts.set_rate(rate)?;
            self.rate = Some(rate);
        }
        let volume = volume_for(gain, tts.min_volume(), tts.max_volume());
        if tts.supported_features().volume && self.volume != Some(volume) {
            tts.set_volume(volume)?;
            self.volume = Some(volume);
        }
        let id = tts.speak(text, false)?;
        id.ok_or_else(|| failed(Advice::new("it does not number its utterances", LISTEN)))
    }

    pub(super) fn stop(&mut self) -> Result<(), SpeechError> {
        self.tts.stop()?;
        Ok(())
    }

    /// Sets a value that is already set and waits for the answer: a query to a service that has gone would
    /// crash.
    pub(super) fn check(&mut self) -> Result<(), SpeechError> {
        if let Some(rate) = self.rate {
            self.tts.set_rate(rate)?;
        }
        Ok(())
    }

    pub(super) fn voices(&mut self) -> Result<Vec<tts::Voice>, SpeechError> {
        let voices = self.tts.voices()?;
        if voices.is_empty() {
            return Err(failed(Advice::new("it has no voices", INSTALL)));
        }
        Ok(voices)
    }

    pub(super) fn set_voice(&mut self, voice: &tts::Voice) -> Result<(), SpeechError> {
        self.tts.set_voice(voice)?;
        Ok(())
    }

    /// The voice whose tag is `language`, or else one of a related tag; a plain voice before a variant.
    pub(super) fn choose_speaking(&mut self, tag: &str) -> Result<tts::Voice, SpeechError> {
        let wanted = language::as_written(tag).to_lowercase();
        let distance = |voice: &tts::Voice| {
            let tag = voice.language().to_string().to_lowercase();
            let fits = language::is_same(&tag, &wanted);
            fits.then(|| (tag != wanted, tag != language::primary(&wanted), voice.name().contains('+')))
        };
        let nearest = self.voices()?.into_iter().filter_map(|voice| Some((distance(&voice)?, voice)));
        let nearest = nearest.min_by_key(|(distance, _)| *distance).map(|(_, voice)| voice);
        let voice = nearest.ok_or_else(|| failed(format!("it has no voice for `{tag}`")))?;
        self.set_voice(&voice)?;
        Ok(voice)
    }

    pub(super) fn choose_named(&mut self, name: &str) -> Result<tts::Voice, SpeechError> {
        let named = self.voices()?.into_iter().find(|voice| voice.name() == name);
        let voice = named.ok_or_else(|| {
            failed(Advice::new(format!("no voice is named {name:?}"), "choose one from its list of voices"))
        })?;
        self.set_voice(&voice)?;
        Ok(voice)
    }
}

/// The engine's rate for a speed relative to natural: 0.5 is the slowest rate, 1 the normal one, 2.5 the
/// fastest, and it is linear in between. This was measured with Speech Dispatcher and espeak-ng: a sentence
/// of 6.5 s takes 12.9 s at the slowest rate and 2.6 s at the fastest.
fn rate_for(speed: f32, min: f32, normal: f32, max: f32) -> f32 {
    const SLOWEST: f32 = 0.5;
    const FASTEST: f32 = 2.5;
    let speed = speed.clamp(SLOWEST, FASTEST);
    let rate = if speed < 1.0 {
        normal + (min - normal) * (1.0 - speed) / (1.0 - SLOWEST)
    } else {
        normal + (max - normal) * (speed - 1.0) / (FASTEST - 1.0)
    };
    // tts truncates the decimals: -39.999 would become -39.
    (rate * 100.0).round() / 100.0
}

/// The highest gain that an engine is given. The loudest volume, 6 dB over the middle, clips (a peak of
/// +0.1 dBFS with espeak-ng), and nothing after an engine could keep its peaks at -1 dBFS.
const MOST_GAIN: f32 = 4.9;

/// The engine's volume for a gain; 0 dB is the middle. From the lowest volume up, engines are assumed to be
/// linear in amplitude, as espeak-ng is.
fn volume_for(gain: Decibels, min: f32, max: f32) -> f32 {
    let middle = f32::midpoint(min, max);
    let gain = Decibels(gain.0.min(MOST_GAIN));
    (min + (middle - min) * gain.amplitude()).min(max).round()
}

/// Keeps a panic inside tts off the screen: it reaches the caller as an error.
fn silence_worker_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if thread::current().name() != Some(WORKER) {
                print(panic);
            }
        }));
    });
}

fn failed(why: impl Into<Advice>) -> SpeechError {
    SpeechError::failed(ENGINE, why)
}

pub(super) fn gone() -> SpeechError {
    failed(Advice::new("it broke off", LISTEN))
}

impl From<tts::Error> for SpeechError {
    fn from(error: tts::Error) -> Self {
        failed(Advice::new(format!("it refused, or went away ({error})"), LISTEN))
    }
}

/// Why the connection failed: if the program is missing, that is the reason.
fn no_connection(error: &tts::Error) -> SpeechError {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = |dir: std::path::PathBuf| dir.join("speech-dispatcher").is_file();
    if cfg!(target_os = "linux") && !std::env::split_paths(&path).any(installed) {
        SpeechError::NotInstalled { engine: ENGINE.to_owned(), install: INSTALL.to_owned() }
    } else {
        failed(Advice::new(format!("it does not answer, and did not start ({error})"), LISTEN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_becomes_the_rate_that_was_measured_for_it() {
        let dispatcher = |speed| rate_for(speed, -100.0, 0.0, 100.0);
        let speeds = [0.1, 0.5, 0.8, 1.0, 1.75, 2.5, 9.0];
        let rates = [-100.0, -100.0, -40.0, 0.0, 50.0, 100.0, 100.0];
        assert_eq!(speeds.map(dispatcher), rates);
    }

    #[test]
    fn a_gain_becomes_a_part_of_the_middle_volume_and_never_the_one_that_clips() {
        let volume = |gain| volume_for(Decibels(gain), -100.0, 100.0);
        assert_eq!([-6.02, -4.0, 0.0, 2.0, 6.02, 20.0].map(volume), [-50.0, -37.0, 0.0, 26.0, 76.0, 76.0]);
        assert_eq!(volume(-96.0), -100.0);
    }

    #[test]
    fn a_panic_in_the_worker_or_a_late_answer_is_an_error() {
        let (reply, answer) = mpsc::channel::<Result<(), SpeechError>>();
        let limit = Deadline::after(Duration::ZERO);
        assert!(matches!(limit.wait(&answer), Err(SpeechError::TimedOut { .. })));
        drop(reply);
        assert!(matches!(limit.wait(&answer), Err(SpeechError::Failed { .. })));
    }
}
