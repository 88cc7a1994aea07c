//! Speaks a part of a plan into a take of the mixer: a rendered voice through a feeder, a live one under a
//! conductor, on a thread of its own that ends with the take.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::live::conductor::{Conductor, SharedSpeaker};
use super::outcome::{SessionError, Warnings};
use super::rendered::feeder::{AHEAD, Feeder};
use super::rendered::recorder::{Recorder, chimes};
use crate::clock::Clock;
use crate::mixer::{Feed, MixCue, Take, Transport};
use crate::plan::Plan;
use crate::plan::estimate::estimated_length;
use crate::score::compile::{capacity, compile};
use crate::score::{Cue, Score};
use crate::speech::Synthesizer;
use crate::speech::voices::Voice;
use crate::thread::spawn;
use crate::units::{Decibels, Frames, SampleRate};

/// How often a thread tends to its take.
const TEND: Duration = Duration::from_millis(100);
/// How often a take looks whether its voice has been found.
const LOOK: Duration = Duration::from_millis(10);
/// The wait before an engine that has failed is asked once more.
const RETRY: Duration = Duration::from_millis(250);

/// The voice that speaks, take after take.
#[derive(Clone)]
pub(crate) enum SharedVoice {
    Rendered(Arc<dyn Synthesizer>),
    Live(SharedSpeaker, Arc<dyn Clock>),
    /// Another thread looks for a voice and puts it here. The takes that need it wait for it.
    Sought(Arc<OnceLock<SharedVoice>>),
}

impl From<Voice> for SharedVoice {
    fn from(voice: Voice) -> Self {
        match voice {
            Voice::Rendered(voice) => Self::Rendered(Arc::from(voice)),
            Voice::Live(speaker, clock) => Self::Live(Arc::new(Mutex::new(speaker)), clock),
        }
    }
}

/// What all takes of a session share.
pub(crate) struct Speaking {
    pub cast: SharedVoice,
    /// In LUFS.
    pub loudness: Decibels,
    pub rate: SampleRate,
    /// Gain on a live voice, in decibels, as the bits of its number.
    pub volume: Arc<AtomicU32>,
    /// Whether a voice has been heard.
    pub heard: Arc<AtomicBool>,
    /// Whether anybody still waits for its words.
    pub wanted: Arc<AtomicBool>,
    /// Problems that did not end the session.
    pub warnings: Warnings,
}

/// What is known of a take so far.
#[derive(Default)]
struct Known {
    /// Where items begin.
    starts: Vec<Frames>,
    /// Where its last sound ends.
    said: Option<Frames>,
    /// Whether it is recorded ahead of the playhead.
    is_rendered: bool,
}

/// A take that is being spoken.
pub(crate) struct RunningTake {
    pub transport: Arc<Transport>,
    known: Arc<Mutex<Known>>,
    thread: Option<SpeakingThread>,
}

type SpeakingThread = JoinHandle<Result<(), SessionError>>;

impl SharedVoice {
    /// Waits until the voice is found; `None` when the take is over before that.
    fn found(self, transport: &Transport) -> Option<Self> {
        let Self::Sought(place) = self else { return Some(self) };
        while !transport.is_over() {
            if let Some(found) = place.get() {
                return Some(found.clone());
            }
            std::thread::sleep(LOOK);
        }
        None
    }
}

impl RunningTake {
    /// A take without words.
    pub(crate) fn silent(transport: Arc<Transport>) -> Self {
        Self { transport, known: Arc::default(), thread: None }
    }

    /// Where items begin, as far as that is known.
    pub(crate) fn starts(&self) -> Vec<Frames> {
        self.known().starts.clone()
    }

    /// Whether everything has been said.
    pub(crate) fn is_said(&self) -> bool {
        self.known().said.is_some_and(|said| self.transport.position() >= said)
    }

    /// Whether its words are recorded ahead of the playhead; false until its voice is found.
    pub(crate) fn is_rendered(&self) -> bool {
        self.known().is_rendered
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error that has stopped its voice, once it is known.
    pub(crate) fn failure(&mut self) -> Option<SessionError> {
        let thread = self.thread.take_if(|thread| thread.is_finished())?;
        // A panic in one of supine's threads is a bug, so it is passed on.
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).err()
    }

    /// Whether its voice no longer speaks.
    pub(crate) fn is_silent(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Speaking {
    /// Begins to speak `plan`. With `first`, it waits for the first words of a rendered voice, so a voice that
    /// can't speak is found out before anything is heard.
    ///
    /// # Errors
    /// The reason why the first words can't be recorded.
    pub(crate) fn begin(&self, plan: Arc<Plan>, first: bool) -> Result<(Take, RunningTake), SessionError> {
        let transport = Arc::new(Transport::default());
        let (take, feed) = Take::new(Arc::clone(&transport), capacity(&plan));
        let mut part = Speech {
            plan,
            feed,
            transport: Arc::clone(&transport),
            known: Arc::default(),
            warnings: self.warnings.clone(),
            loudness: self.loudness,
            rate: self.rate,
            volume: Arc::clone(&self.volume),
            heard: Arc::clone(&self.heard),
            wanted: Arc::clone(&self.wanted),
        };
        let known = Arc::clone(&part.known);
        let feeder = match &self.cast {
            SharedVoice::Rendered(voice) if first => Some(part.begin_to_prompt(Arc::clone(voice))?),
            _ => None,
        };
        let cast = self.cast.clone();
        let thread = spawn("voice", move || match feeder {
            Some(feeder) => part.prompt(feeder),
            None => part.speak(cast),
        });
        Ok((take, RunningTake { transport, known, thread: Some(thread) }))
    }
}

/// The speech of one take, on its thread.
struct Speech {
    plan: Arc<Plan>,
    feed: Feed,
    transport: Arc<Transport>,
    known: Arc<Mutex<Known>>,
    warnings: Warnings,
    loudness: Decibels,
    rate: SampleRate,
    volume: Arc<AtomicU32>,
    heard: Arc<AtomicBool>,
    wanted: Arc<AtomicBool>,
}

impl Speech {
    fn speak(self, cast: SharedVoice) -> Result<(), SessionError> {
        let transport = Arc::clone(&self.transport);
        match cast.found(&transport) {
            Some(SharedVoice::Rendered(voice)) => {
                let feeder = self.feeder(voice)?;
                self.prompt(feeder)
            }
            Some(SharedVoice::Live(speaker, clock)) => self.conduct(speaker, clock),
            // No one waits for its words any more.
            Some(SharedVoice::Sought(_)) | None => Ok(()),
        }
    }

    fn feeder(&self, voice: Arc<dyn Synthesizer>) -> Result<Feeder, SessionError> {
        let (transport, wanted) = (Arc::clone(&self.transport), Arc::clone(&self.wanted));
        let recorder = Recorder::new(voice, self.loudness, self.rate)
            .while_wanted(move || !transport.is_over() && wanted.load(Ordering::Acquire));
        let chimes = chimes(&self.plan, self.loudness, self.rate)?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).is_rendered = true;
        self.heard.store(true, Ordering::Release);
        Ok(Feeder::new(Arc::clone(&self.plan), recorder, chimes, self.rate))
    }

    /// Hands over the first words.
    fn begin_to_prompt(&mut self, voice: Arc<dyn Synthesizer>) -> Result<Feeder, SessionError> {
        let mut feeder = self.feeder(voice)?;
        feeder.record_more()?;
        self.hand_over(&mut feeder);
        Ok(feeder)
    }

    fn prompt(mut self, mut feeder: Feeder) -> Result<(), SessionError> {
        let transport = Arc::clone(&self.transport);
        let ahead = Frames::at(AHEAD, self.rate);
        while !transport.is_over() {
            if feeder.is_ready_until(transport.position() + ahead) {
                std::thread::sleep(TEND);
            } else {
                let recorded = feeder.record_more().or_else(|_| {
                    std::thread::sleep(RETRY);
                    feeder.record_more()
                });
                if let Err(error) = recorded {
                    // A listener who stops a session need not hear that its voice was cut off.
                    if transport.is_over() {
                        break;
                    }
                    // The words from before the failure are still heard.
                    self.hand_over(&mut feeder);
                    return Err(SessionError::VoiceLost(error));
                }
            }
            self.hand_over(&mut feeder);
        }
        self.warnings.add(feeder.problems().iter().map(|problem| problem.message.clone()));
        Ok(())
    }

    fn hand_over(&mut self, feeder: &mut Feeder) {
        feeder.hand_over(&mut self.feed, &self.transport);
        self.show(feeder.score());
    }

    fn conduct(mut self, speaker: SharedSpeaker, clock: Arc<dyn Clock>) -> Result<(), SessionError> {
        let (plan, rate) = (Arc::clone(&self.plan), self.rate);
        let clips: Vec<Arc<_>> = chimes(&plan, self.loudness, rate)?.into_iter().map(Arc::new).collect();
        let length = |id| Some(estimated_length(plan.utterance(id), rate));
        let (score, _) = compile(&plan, rate, &length, &|place| clips[place].length());
        // The rings hold every event of the plan.
        for event in &score.events {
            if let Cue::Chime(place) = event.cue {
                let clip = Arc::clone(&clips[place]);
                let _ = self.feed.cues.push(MixCue { start: event.at, clip });
            }
        }
        for point in &score.ambience {
            let _ = self.feed.gains.push(*point);
        }
        for phase in &score.breaths {
            let _ = self.feed.breaths.push(*phase);
        }
        self.show(&score);
        let conductor = Conductor::new(plan, score, speaker, clock, Arc::clone(&self.transport))
            .with_volume(Arc::clone(&self.volume));
        let heard_now = conductor.heard();
        let result = conductor.lead();
        self.heard.fetch_or(heard_now.load(Ordering::Acquire), Ordering::AcqRel);
        match result {
            Ok(warnings) => self.warnings.add(warnings),
            Err(_) if self.transport.is_over() => {}
            Err(error) if self.heard.load(Ordering::Acquire) => return Err(SessionError::VoiceLost(error)),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn show(&self, score: &Score) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.starts.clone_from(&score.starts);
        let end = score.events.iter().map(|event| event.at + event.length).max();
        // A take without words has said everything.
        known.said = score.complete.then(|| end.unwrap_or_default());
    }
}
