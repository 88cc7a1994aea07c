//! A whole session in one voice, for a file, a script or a figure: where a voice can't say something,
//! the next one that is rendered says everything, and why is told with the place in the file.

use std::sync::Arc;

use super::prepare::{FILE_RATE, Prepared};
use super::progress::Progress;
use super::{Failure, complain, unsayable};
use supine::plan::{Plan, UtteranceId};
use supine::session::outcome::SessionError;
use supine::session::rendered::feeder::Feeder;
use supine::session::rendered::recorder::{Recorder, Unsaid, chimes};
use supine::speech::voices::{Voice, VoiceError, VoiceId};
use supine::speech::{SpeechError, Synthesizer};

/// A session that is recorded.
pub struct Recorded {
    /// Whose voice it is.
    pub id: VoiceId,
    /// The recording.
    pub feeder: Feeder,
    /// Why better voices do not speak.
    pub passed_over: Vec<PassedOver>,
}

/// Why a voice does not speak.
#[derive(Debug)]
pub struct PassedOver {
    /// What it did not say, where, and why.
    pub reason: String,
    /// Whether it was known without asking the voice.
    pub is_known: bool,
}

impl Recorded {
    /// Tells why another voice speaks, and what did not fit.
    pub fn tell(&self) {
        if let [reasons @ .., last] = &self.passed_over[..] {
            reasons.iter().for_each(|passed| complain(&format!("supine: {}", passed.reason)));
            complain(&format!("supine: {}; `{}` speaks instead, from the beginning", last.reason, self.id));
        }
        super::tell_problems(&self.feeder);
    }
}

/// Whether anybody still waits for a recording.
pub type IsWanted = Arc<dyn Fn() -> bool + Send + Sync>;

/// Why a voice could not be recorded.
enum Lost {
    /// The next one may.
    PassedOver(PassedOver),
    /// None is asked.
    Failure(Failure),
}

impl Prepared {
    /// Everything that is said, recorded at the rate of a file by the first rendered voice that can say
    /// all of it. Who chose a voice that says nothing at all gets an error.
    ///
    /// # Errors
    /// When no voice can say everything; the reasons have their places in the file.
    pub fn recorded(&self) -> Result<Recorded, Failure> {
        self.recorded_while(Arc::new(|| true))
    }

    /// The same, given up soon after `is_wanted` says no.
    ///
    /// # Errors
    /// The same, and when it was given up.
    pub fn recorded_while(&self, is_wanted: IsWanted) -> Result<Recorded, Failure> {
        let chosen = self.chosen()?;
        let (mut id, mut voice) = self.voice(true)?;
        let (mut tried, mut passed_over) = (Vec::new(), Vec::new());
        loop {
            let Voice::Rendered(synthesizer) = voice else { return Err(self.voices.not_rendered(id).into()) };
            let recorded = self.recorded_by(&id, synthesizer, chosen.as_ref() == Some(&id), &is_wanted);
            match recorded {
                Ok(feeder) => return Ok(Recorded { id, feeder, passed_over }),
                Err(Lost::PassedOver(reason)) if !is_wanted() => return Err(Failure::Other(reason.reason)),
                Err(Lost::PassedOver(reason)) => passed_over.push(reason),
                Err(Lost::Failure(failure)) => return Err(failure),
            }
            tried.push(id);
            (id, voice) = match self.next_best(true, &tried) {
                Ok(next) => next,
                Err(none) => return Err(Failure::Unsaid(unsaid(&passed_over, &none))),
            };
        }
    }

    fn recorded_by(
        &self,
        id: &VoiceId,
        voice: Box<dyn Synthesizer>,
        is_chosen: bool,
        is_wanted: &IsWanted,
    ) -> Result<Feeder, Lost> {
        if let Some(reason) = self.cannot_say(id) {
            return Err(Lost::PassedOver(PassedOver { reason, is_known: true }));
        }
        let loudness = self.settings.loudness;
        let chimes = chimes(&self.plan, loudness, FILE_RATE).map_err(|error| Lost::Failure(error.into()))?;
        let is_wanted = Arc::clone(is_wanted);
        let recorder = Recorder::new(Arc::from(voice), loudness, FILE_RATE).while_wanted(move || is_wanted());
        let mut feeder = Feeder::new(Arc::clone(&self.plan), recorder, chimes, FILE_RATE);
        let bar = Progress::new("recorded", self.plan.utterances.len() as u64);
        let recorded = feeder.record_all(&|| bar.step());
        bar.end();
        match recorded {
            Ok(()) => Ok(feeder),
            Err(Unsaid { error, voice_speaks: false, .. }) if is_chosen => {
                Err(Lost::Failure(SessionError::Speech(error).into()))
            }
            Err(Unsaid { error, voice_speaks: false, .. }) => {
                Err(Lost::PassedOver(PassedOver { reason: error.to_string(), is_known: false }))
            }
            Err(Unsaid { id, error, .. }) => {
                Err(Lost::PassedOver(PassedOver { reason: self.failed_at(id, &error), is_known: false }))
            }
        }
    }

    /// What a voice is known not to be able to say in this session, the first word with its place.
    pub fn cannot_say(&self, id: &VoiceId) -> Option<String> {
        let mut said = self.plan.utterances.iter().enumerate();
        let (place, first) = said.find_map(|(place, utterance)| {
            Some((UtteranceId(place), self.voices.unsayable(id, utterance).into_iter().next()?))
        })?;
        let utterance = self.plan.utterance(place);
        let written = unsayable::written(&utterance.text, &first.word);
        let at = self.place(place, &written);
        let mut later =
            self.plan.utterances[place.0..].iter().flat_map(|said| self.voices.unsayable(id, said));
        let other = later.any(|found| found.word != first.word);
        let others = if other { ", and other words like it" } else { "" };
        let word = supine::speech::script::Unsayable { word: written, ..first };
        Some(format!(
            "{at}: `{id}` can't say {word}{others} (write how to say it under `[pronounce]`, or choose a \
             --voice that has it)"
        ))
    }

    fn failed_at(&self, id: UtteranceId, error: &SpeechError) -> String {
        let text = &self.plan.utterance(id).text;
        let at = self.place(id, text);
        let problem = error.to_string();
        // Some say themselves what they could not say.
        if problem.contains(text.as_str()) {
            format!("{at}: {problem}")
        } else {
            format!("{at}: \"{text}\": {problem}")
        }
    }

    /// Where something of an utterance stands, as `file:line`.
    fn place(&self, id: UtteranceId, part: &str) -> String {
        let span = unsayable::place(&self.source.text, &self.routine, used_at(&self.plan, id), part);
        match span {
            Some(start) => format!("{}:{}", self.source.path, unsayable::line(&self.source.text, start)),
            None => self.source.path.clone(),
        }
    }
}

/// Why no voice is left, with what may help.
fn unsaid(passed_over: &[PassedOver], none: &Failure) -> String {
    let why = match none {
        Failure::Voice(VoiceError::None { reasons, .. }) if !reasons.is_empty() => Some(reasons.as_str()),
        _ => None,
    };
    let reasons = passed_over.iter().map(|passed| passed.reason.as_str());
    reasons.chain(why).collect::<Vec<_>>().join("; ")
}

/// The place of the first move that says an utterance.
fn used_at(plan: &Plan, id: UtteranceId) -> supine::diagnostic::Span {
    let uses = |item: &&supine::plan::Item| item.what.says(id);
    plan.items.iter().find(uses).map(|item| item.span.clone()).unwrap_or_default()
}
