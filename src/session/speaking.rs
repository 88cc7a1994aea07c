//! Lets a voice speak a part of a plan into a take of the mixer: a rendered voice through a
//! prompter, a live one under a conductor, on a thread of its own that ends with the take.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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
    pub warnings: Arc<Mutex<Vec<String>>>,
}

/// A take that is being spoken.
pub struct Spoken {
    pub transport: Arc<Transport>,
    /// Where moves begin, as far as that is known.
    starts: Arc<Mutex<Vec<Frames>>>,
    thread: Option<std::thread::JoinHandle<Result<(), SessionError>>>,
}

impl Spoken {
    /// A take without words.
    pub fn silent(transport: Arc<Transport>) -> Self {
        Self { transport, starts: Arc::default(), thread: None }
    }

    /// Where moves begin, as far as that is known.
    pub fn starts(&self) -> Vec<Frames> {
        self.starts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether its voice has failed: it is gone, and the take has no end yet.
    pub fn has_failed(&self) -> bool {
        let gone = self.thread.as_ref().is_some_and(std::thread::JoinHandle::is_finished);
        gone && self.transport.end() == Frames::NEVER && !self.transport.is_over()
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
            starts: Arc::default(),
            warnings: Arc::clone(&self.warnings),
        };
        let starts = Arc::clone(&part.starts);
        let thread = match &self.cast {
            Cast::Rendered(voice) => self.begin_rendered(part, Arc::clone(voice), first)?,
            Cast::Live(speaker, clock) => self.begin_live(part, Arc::clone(speaker), Arc::clone(clock))?,
        };
        Ok((take, Spoken { transport, starts, thread: Some(thread) }))
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
    starts: Arc<Mutex<Vec<Frames>>>,
    warnings: Arc<Mutex<Vec<String>>>,
}

impl Part {
    fn prompt(mut self, mut prompter: Prompter, rate: SampleRate) -> Result<(), SessionError> {
        let transport = Arc::clone(&self.transport);
        let ahead = Frames::at(AHEAD, rate);
        while !transport.is_over() {
            if prompter.is_ready_until(transport.position() + ahead) {
                std::thread::sleep(TEND);
            } else {
                match prompter.record_more() {
                    // Who stops a session need not hear that its voice was cut off.
                    Err(_) if transport.is_over() => break,
                    recorded => recorded.map_err(SessionError::VoiceLost)?,
                }
            }
            prompter.hand_over(&mut self.feed, &transport);
            self.show(prompter.score());
        }
        self.warn(prompter.problems().iter().map(|problem| problem.message.clone()));
        Ok(())
    }

    fn conduct(self, conductor: Conductor, heard: &AtomicBool) -> Result<(), SessionError> {
        let heard_now = conductor.heard();
        let result = conductor.lead();
        heard.fetch_or(heard_now.load(Ordering::Acquire), Ordering::AcqRel);
        match result {
            Ok(warnings) => self.warn(warnings),
            Err(_) if self.transport.is_over() => {}
            Err(error) if heard.load(Ordering::Acquire) => return Err(SessionError::VoiceLost(error)),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn show(&self, score: &Score) {
        if let Ok(mut starts) = self.starts.lock() {
            starts.clone_from(&score.starts);
        }
    }

    fn warn(&self, more: impl IntoIterator<Item = String>) {
        if let Ok(mut warnings) = self.warnings.lock() {
            for warning in more {
                // A part that is played again has the same problems.
                if !warnings.contains(&warning) {
                    warnings.push(warning);
                }
            }
        }
    }
}
