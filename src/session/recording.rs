//! A whole session in one voice, for a file, a script or figures. When a voice can't say something, the next
//! rendered one says everything, and a warning gives the reason with its place in the file.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::fitted::Fit;
use super::outcome::{SessionError, Warnings};
use super::rendered::feeder::Feeder;
use super::rendered::kept::{Kept, Spool};
use super::rendered::recorder::{Recorder, Unsaid, chimes};
use super::report::{Report, measure};
use super::script::Script;
use super::{Session, ambience, unsayable};
use crate::advice::{Advice, Advise};
use crate::control::{Watch, Work};
use crate::mixer::{Ambience, Mixer, Silence, Transport};
use crate::output::encoder::{Encoder, encode};
use crate::output::file::{FILE_RATE, FileError};
use crate::plan::estimate::estimated_time;
use crate::plan::{Plan, UtteranceId};
use crate::score::Score;
use crate::score::compile::capacity;
use crate::score::fit::Performed;
use crate::sounds::soundscape::Soundscape;
use crate::speech::voices::{Voice, VoiceError, VoiceId};
use crate::speech::{SpeechError, Synthesizer};
use crate::utterance::Utterance;

/// A recorded session.
pub struct Recorded {
    /// The voice that speaks.
    pub voice: VoiceId,
    pub(super) feeder: Feeder,
    /// What is performed.
    pub(super) performed: Performed,
    /// The better voices that do not speak, and why.
    pub passed_over: Vec<PassedOver>,
}

/// A voice that does not speak, and why.
#[derive(Debug)]
pub struct PassedOver {
    /// The words that it could not say, their place, and the reason.
    pub reason: Advice,
    /// Whether this was known without asking the voice.
    pub is_known: bool,
}

impl Recorded {
    /// Its score, which is complete.
    pub fn score(&self) -> &Score {
        self.feeder.score()
    }

    /// How it fits its time.
    pub(super) fn fit(&self, session: &Session) -> Fit {
        let known = self.feeder.known();
        session.fit(&self.performed, self.feeder.plan(), &session.words(&self.voice, &known))
    }

    /// A sentence for each reason why another voice speaks, and for what did not fit.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings: Vec<String> =
            self.passed_over.iter().map(|passed| passed.reason.to_string()).collect();
        if let Some(last) = warnings.last_mut() {
            *last += &format!("; `{}` speaks instead, from the beginning", self.voice);
        }
        let problems = self.feeder.problems();
        warnings.extend(problems.iter().map(|problem| problem.advice().to_string()));
        warnings
    }
}

/// Why a voice could not be recorded.
enum Lost {
    /// The voice is passed over, and the next one is tried.
    PassedOver(PassedOver),
    /// No other voice is tried.
    Failure(SessionError),
}

impl Session {
    /// Records everything that is said, at [`FILE_RATE`], with the first rendered voice that can say all of it.
    /// A chosen voice that says nothing at all is an error.
    ///
    /// # Errors
    /// When no voice can say everything; the reasons carry their places in the file. When `watch` no longer
    /// waits for the recording.
    pub fn record(&self, watch: &Arc<dyn Watch>) -> Result<Recorded, SessionError> {
        let chosen = self.casting.chosen()?;
        let (mut id, mut voice) = self.casting.voice(true)?;
        let (mut tried, mut passed_over) = (Vec::new(), Vec::new());
        loop {
            let Voice::Rendered(synthesizer) = voice else {
                return Err(self.casting.voices().not_rendered(id).into());
            };
            match self.recorded_by(&id, synthesizer, chosen.as_ref() == Some(&id), watch) {
                Ok((feeder, performed)) => {
                    return Ok(Recorded { voice: id, feeder, performed, passed_over });
                }
                Err(Lost::PassedOver(passed)) if !watch.is_wanted() => {
                    return Err(SessionError::GivenUp(passed.reason));
                }
                Err(Lost::PassedOver(passed)) => passed_over.push(passed),
                Err(Lost::Failure(failure)) => return Err(failure),
            }
            tried.push(id);
            (id, voice) = match self.casting.next_best(true, &tried) {
                Ok(found) => found,
                Err(none) => return Err(SessionError::Unsaid(unsaid(passed_over, none))),
            };
        }
    }

    fn recorded_by(
        &self,
        id: &VoiceId,
        voice: Box<dyn Synthesizer>,
        is_chosen: bool,
        watch: &Arc<dyn Watch>,
    ) -> Result<(Feeder, Performed), Lost> {
        if let Some(reason) = self.cannot_say(id) {
            return Err(Lost::PassedOver(PassedOver { reason: reason.into(), is_known: true }));
        }
        let voice: Arc<dyn Synthesizer> = Arc::from(voice);
        let mut feeder = self.spoken(&voice, self.script.plan(), (&[], is_chosen), watch)?;
        let mut performed = self.script.performed().clone();
        // Fitted by the real lengths of its words, it may get others; when those are known too, the pauses give the rest.
        for is_last in [false, true] {
            let known = feeder.known();
            let tuned = is_last.then(|| performed.routine.clone());
            let words = self.words(id, &known);
            let Some((better, plan)) = self.script.refitted(&words, tuned) else { break };
            performed = better;
            feeder = self.spoken(&voice, &plan, (&known, is_chosen), watch)?;
        }
        Ok((feeder, performed))
    }

    /// The lengths of words, recorded or else estimated for a voice.
    pub(super) fn words(&self, id: &VoiceId, known: &[(Utterance, Kept)]) -> impl Fn(&Utterance) -> Duration {
        let lengths: HashMap<String, Vec<(Utterance, Duration)>> =
            known.iter().fold(HashMap::new(), |mut lengths, (said, clip)| {
                let entry: &mut Vec<_> = lengths.entry(said.text.clone()).or_default();
                entry.push((said.clone(), clip.length().to_duration(FILE_RATE)));
                lengths
            });
        let tempo = self.casting.voices().facts(id).tempo;
        move |said| {
            let of_text = lengths.get(&said.text).into_iter().flatten();
            let known = of_text.clone().find(|(other, _)| other == said).map(|(_, length)| *length);
            known.unwrap_or_else(|| estimated_time(said).mul_f64(tempo))
        }
    }

    /// Has a voice say all of a plan.
    fn spoken(
        &self,
        voice: &Arc<dyn Synthesizer>,
        plan: &Arc<Plan>,
        (known, is_chosen): (&[(Utterance, Kept)], bool),
        watch: &Arc<dyn Watch>,
    ) -> Result<Feeder, Lost> {
        let loudness = self.script.settings.loudness;
        let chimes = chimes(plan, loudness, FILE_RATE)
            .map_err(|error| Lost::Failure(SessionError::Ambience(error)))?;
        let still = Arc::clone(watch);
        let recorder =
            Recorder::new(Arc::clone(voice), loudness, FILE_RATE).while_wanted(move || still.is_wanted());
        // Without room for it, the clips stay in memory.
        let spool = Spool::new().ok().map(Arc::new);
        let mut feeder =
            Feeder::new(Arc::clone(plan), recorder, chimes, FILE_RATE).knowing(known).spooled(spool);
        watch.begin(Work::Recording, plan.utterances.len() as u64);
        let done = AtomicU64::new(0);
        let recorded = feeder.record_all(&|| watch.done(done.fetch_add(1, Ordering::Relaxed) + 1));
        watch.end();
        let passed = |reason| Err(Lost::PassedOver(PassedOver { reason, is_known: false }));
        match recorded {
            Ok(()) => Ok(feeder),
            Err(Unsaid { error, voice_speaks: false, .. }) if is_chosen => Err(Lost::Failure(error.into())),
            Err(Unsaid { error, voice_speaks: false, .. }) => passed(error.advice()),
            Err(Unsaid { id, error, .. }) => passed(self.failed_at(plan, id, &error)),
        }
    }

    /// Measures how a recorded session sounds over its ambience.
    ///
    /// # Errors
    /// When the ambience can't be opened.
    pub fn measure(&self, recorded: &Recorded, watch: &dyn Watch) -> Result<Report, SessionError> {
        // Files that are missing from it are reported when they are heard.
        let ambience = self.soundscape(&Warnings::default())?;
        let cues = recorded.feeder.cues().map_err(unspooled)?;
        let mut has_begun = false;
        let report = measure(recorded.score(), cues, ambience, &mut |done, of| {
            if !std::mem::replace(&mut has_begun, true) {
                watch.begin(Work::Measuring, of);
            }
            watch.done(done);
        });
        watch.end();
        Ok(report)
    }

    /// Renders a recorded session with its ambience. Returns a sentence for each thing that differs from what
    /// was asked for.
    ///
    /// # Errors
    /// When the ambience can't be opened, the encoder can't write, or `watch` no longer waits for the render.
    pub fn encode(
        &self,
        recorded: Recorded,
        encoder: &mut dyn Encoder,
        watch: &dyn Watch,
    ) -> Result<Vec<String>, SessionError> {
        let about = self.description(recorded.score(), &recorded.voice.to_string());
        let mut feeder = recorded.feeder;
        let warnings = Warnings::default();
        let transport = Arc::new(Transport::default());
        let ambience = self.soundscape(&warnings)?;
        let room = capacity(feeder.plan());
        let (mixer, mut feed) = Mixer::new(FILE_RATE, ambience, Arc::clone(&transport), room);
        let mut mixer = mixer.in_mono(self.script.settings.mono);
        let score = feeder.score().clone();
        feeder.open(&mut feed, &transport);
        let mut prepare = |until| feeder.hand_over_until(until, &mut feed);
        let rate = u64::from(FILE_RATE.hz());
        watch.begin(Work::Rendering, score.length.0 / rate);
        let encoded = encode((&score, &about), (&mut mixer, &mut prepare), encoder, &mut |done| {
            watch.done(done.0 / rate);
            watch.is_wanted()
        });
        watch.end();
        encoded?;
        Ok(warnings.take())
    }

    /// The ambience in force, ready to be mixed into a file.
    fn soundscape(&self, warnings: &Warnings) -> Result<Box<dyn Ambience>, SessionError> {
        let warnings = warnings.clone();
        let tell = Arc::new(move |told| warnings.add([told]));
        let opened = Soundscape::open(&self.ambience.choice, self.script.settings.loudness, FILE_RATE, tell)
            .map_err(SessionError::Ambience)?;
        Ok(opened.map_or_else(|| Box::new(Silence) as Box<dyn Ambience>, ambience::ahead))
    }

    /// The first word that a voice is known not to be able to say in this session, with its place.
    pub(super) fn cannot_say(&self, id: &VoiceId) -> Option<String> {
        let mut said = self.script.plan().utterances.iter().enumerate();
        let (place, first) = said.find_map(|(place, utterance)| {
            Some((UtteranceId(place), self.casting.voices().unsayable(id, utterance).into_iter().next()?))
        })?;
        let utterance = self.script.plan().utterance(place);
        let written = unsayable::written(&utterance.text, &first.word);
        let at = self.place(self.script.plan(), place, &written);
        let mut later = self.script.plan().utterances[place.0..]
            .iter()
            .flat_map(|said| self.casting.voices().unsayable(id, said));
        let other = later.any(|found| found.word != first.word);
        let others = if other { ", and other words like it" } else { "" };
        let word = crate::speech::script::Unsayable { word: written, ..first };
        Some(format!(
            "{at}: `{id}` can't say {word}{others} (write how to say it under `[pronounce]`, or choose a \
             --voice that has it)"
        ))
    }

    fn failed_at(&self, plan: &Plan, id: UtteranceId, error: &SpeechError) -> Advice {
        let text = &plan.utterance(id).text;
        let at = self.place(plan, id, text);
        error.advice().about(|problem| {
            // Some problems name the text themselves.
            if problem.contains(text.as_str()) {
                format!("{at}: {problem}")
            } else {
                format!("{at}: \"{text}\": {problem}")
            }
        })
    }

    /// The place of a text that is said, as `file:line`.
    #[cfg(test)]
    pub(crate) fn place_of_text(&self, text: &str) -> String {
        let plan = self.script.plan();
        let said = plan.utterances.iter().position(|said| said.text.contains(text));
        self.place(plan, UtteranceId(said.unwrap_or_default()), text)
    }

    /// The place of a part of an utterance, as `file:line`.
    fn place(&self, plan: &Plan, id: UtteranceId, part: &str) -> String {
        let Script { sources, routine, .. } = &self.script;
        sources.place(unsayable::place(sources.whole(), routine, used_at(plan, id), part))
    }
}

/// What was said can't be read again.
fn unspooled(error: std::io::Error) -> SessionError {
    FileError::Unwritable { path: std::env::temp_dir(), refusal: error.into() }.into()
}

/// Why no voice is left, with what may help.
fn unsaid(passed_over: Vec<PassedOver>, none: VoiceError) -> Vec<Advice> {
    let others = match none {
        VoiceError::None { reasons, .. } => reasons,
        _ => Vec::new(),
    };
    passed_over.into_iter().map(|passed| passed.reason).chain(others).collect()
}

/// The place of the first item that says an utterance.
fn used_at(plan: &Plan, id: UtteranceId) -> crate::diagnostic::Span {
    let uses = |item: &&crate::plan::Item| item.what.says(id);
    plan.items.iter().find(uses).map(|item| item.span.clone()).unwrap_or_default()
}
