//! Lets a voice speak a part of a plan into a take of the mixer: a rendered voice through a
//! prompter, a live one under a conductor, on a thread of its own that ends with the take.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::conductor::{Conductor, SharedSpeaker};
use super::performance::SessionError;
use super::prompter::{AHEAD, Prompter};
use super::studio::{Studio, chimes};
use crate::clock::Clock;
use crate::mixer::{Feed, MixCue, Take, Transport};
use crate::score::compile::compile;
use crate::score::estimate::estimated_length;
use crate::score::plan::Plan;
use crate::score::{Cue, Score};
use crate::speech::Synthesizer;
use crate::speech::voices::Voice;
use crate::units::{Decibels, Frames, SampleRate};

/// How often a thread looks after its take.
const TEND: Duration = Duration::from_millis(100);
/// Before an engine that has failed is asked once more.
const RETRY: Duration = Duration::from_millis(250);

/// Who speaks, take after take.
pub enum Cast {
    Rendered(Arc<dyn Synthesizer>),
    Live(SharedSpeaker, Arc<dyn Clock>),
}

impl From<Voice> for Cast {
    fn from(voice: Voice) -> Self {
        match voice {
            Voice::Rendered(voice) => Self::Rendered(Arc::from(voice)),
            Voice::Live(speaker, clock) => Self::Live(Arc::new(Mutex::new(speaker)), clock),
        }
    }
}

/// What every take of a session has in common.
pub struct Speaking {
    pub cast: Cast,
    /// LUFS.
    pub loudness: Decibels,
    pub rate: SampleRate,
    /// Gain on a live voice, as the bits of a number of decibels.
    pub volume: Arc<AtomicU32>,
    /// Whether a voice has been heard.
    pub heard: Arc<AtomicBool>,
    /// What went wrong without ending the session.
    pub warnings: Warnings,
}

/// Sentences for the end of a session, each once: a part that is played again has the same problems.
#[derive(Clone, Default)]
pub struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    pub fn add(&self, more: impl IntoIterator<Item = String>) {
        let mut warnings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for warning in more {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }

    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is known of a take so far.
#[derive(Default)]
struct Known {
    /// Where moves begin.
    starts: Vec<Frames>,
    /// Where its last sound ends.
    said: Option<Frames>,
}

/// A take that is being spoken.
pub struct Spoken {
    pub transport: Arc<Transport>,
    known: Arc<Mutex<Known>>,
    thread: Option<std::thread::JoinHandle<Result<(), SessionError>>>,
}

impl Cast {
    /// Whether what it says is recorded ahead of the playhead.
    pub fn is_rendered(&self) -> bool {
        matches!(self, Self::Rendered(_))
    }
}

impl Spoken {
    /// A take without words.
    pub fn silent(transport: Arc<Transport>) -> Self {
        Self { transport, known: Arc::default(), thread: None }
    }

    /// Where moves begin, as far as that is known.
    pub fn starts(&self) -> Vec<Frames> {
        self.known().starts.clone()
    }

    /// Whether everything has been said.
    pub fn is_said(&self) -> bool {
        self.known().said.is_some_and(|said| self.transport.position() >= said)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has kept its voice from speaking on, once it is known.
    pub fn failure(&mut self) -> Option<SessionError> {
        let thread = self.thread.take_if(|thread| thread.is_finished())?;
        // A panic in a thread of ours is a bug, and goes on as one.
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).err()
    }

    /// Waits for its voice.
    ///
    /// # Errors
    /// What kept the voice from speaking.
    pub fn join(self) -> Result<(), SessionError> {
        // A panic in a thread of ours is a bug, and goes on as one.
        self.thread
            .map_or(Ok(()), |thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

impl Speaking {
    /// Begins to speak `plan`. `first` waits for the first words, so that a voice that can't speak
    /// is found out before anything is heard.
    ///
    /// # Errors
    /// Whatever kept the voice or a chime from sounding.
    pub fn begin(&self, plan: Arc<Plan>, first: bool) -> Result<(Take, Spoken), SessionError> {
        let transport = Arc::new(Transport::default());
        let (take, feed) = Take::new(Arc::clone(&transport), plan.capacity());
        let part = Part {
            plan,
            feed,
            transport: Arc::clone(&transport),
            known: Arc::default(),
            warnings: self.warnings.clone(),
        };
        let known = Arc::clone(&part.known);
        let thread = match &self.cast {
            Cast::Rendered(voice) => self.begin_rendered(part, Arc::clone(voice), first)?,
            Cast::Live(speaker, clock) => self.begin_live(part, Arc::clone(speaker), Arc::clone(clock))?,
        };
        Ok((take, Spoken { transport, known, thread: Some(thread) }))
    }

    fn begin_rendered(
        &self,
        mut part: Part,
        voice: Arc<dyn Synthesizer>,
        first: bool,
    ) -> Result<SpeakingThread, SessionError> {
        let studio = Studio::new(voice, self.loudness, self.rate);
        let chimes = chimes(&part.plan, self.loudness, self.rate)?;
        let mut prompter = Prompter::new(Arc::clone(&part.plan), studio, chimes, self.rate);
        if first {
            prompter.record_more()?;
            prompter.hand_over(&mut part.feed, &part.transport);
            part.show(prompter.score());
        }
        self.heard.store(true, Ordering::Release);
        let rate = self.rate;
        Ok(std::thread::spawn(move || part.prompt(prompter, rate)))
    }

    fn begin_live(
        &self,
        mut part: Part,
        speaker: SharedSpeaker,
        clock: Arc<dyn Clock>,
    ) -> Result<SpeakingThread, SessionError> {
        let (plan, rate) = (&part.plan, self.rate);
        let clips: Vec<Arc<_>> = chimes(plan, self.loudness, rate)?.into_iter().map(Arc::new).collect();
        let length = |id| Some(estimated_length(plan.utterance(id), rate));
        let (score, _) = compile(plan, rate, &length, &|place| clips[place].length());
        // The rings hold every event of the plan.
        for event in &score.events {
            if let Cue::Chime(place) = event.cue {
                let clip = Arc::clone(&clips[place]);
                let _ = part.feed.cues.push(MixCue { start: event.at, clip });
            }
        }
        for point in &score.ambience {
            let _ = part.feed.gains.push(*point);
        }
        part.show(&score);
        let transport = Arc::clone(&part.transport);
        let conductor = Conductor::new(Arc::clone(plan), score, speaker, clock, transport)
            .with_volume(Arc::clone(&self.volume));
        let heard = Arc::clone(&self.heard);
        Ok(std::thread::spawn(move || part.conduct(conductor, &heard)))
    }
}

type SpeakingThread = std::thread::JoinHandle<Result<(), SessionError>>;

/// What the thread of a take works with.
struct Part {
    plan: Arc<Plan>,
    feed: Feed,
    transport: Arc<Transport>,
    known: Arc<Mutex<Known>>,
    warnings: Warnings,
}

impl Part {
    fn prompt(mut self, mut prompter: Prompter, rate: SampleRate) -> Result<(), SessionError> {
        let transport = Arc::clone(&self.transport);
        let ahead = Frames::at(AHEAD, rate);
        while !transport.is_over() {
            if prompter.is_ready_until(transport.position() + ahead) {
                std::thread::sleep(TEND);
            } else {
                let recorded = prompter.record_more().or_else(|_| {
                    std::thread::sleep(RETRY);
                    prompter.record_more()
                });
                if let Err(error) = recorded {
                    // Who stops a session need not hear that its voice was cut off.
                    if transport.is_over() {
                        break;
                    }
                    // What was said before it failed is heard.
                    prompter.hand_over(&mut self.feed, &transport);
                    self.show(prompter.score());
                    return Err(SessionError::VoiceLost(error));
                }
            }
            prompter.hand_over(&mut self.feed, &transport);
            self.show(prompter.score());
        }
        self.warnings.add(prompter.problems().iter().map(|problem| problem.message.clone()));
        Ok(())
    }

    fn conduct(self, conductor: Conductor, heard: &AtomicBool) -> Result<(), SessionError> {
        let heard_now = conductor.heard();
        let result = conductor.lead();
        heard.fetch_or(heard_now.load(Ordering::Acquire), Ordering::AcqRel);
        match result {
            Ok(warnings) => self.warnings.add(warnings),
            Err(_) if self.transport.is_over() => {}
            Err(error) if heard.load(Ordering::Acquire) => return Err(SessionError::VoiceLost(error)),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn show(&self, score: &Score) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.starts.clone_from(&score.starts);
        let end = score.events.iter().map(|event| event.at + event.length).max();
        known.said = end.filter(|_| score.complete);
    }
}
