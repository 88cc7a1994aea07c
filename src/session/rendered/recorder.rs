//! Records a rendered voice: utterances go in, levelled clips at the session's rate come out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::kept::Kept;
use crate::clip::Clip;
use crate::plan::{Plan, UtteranceId};
use crate::sounds::{self, SoundError};
use crate::speech::{SpeechError, Synthesizer, Utterance};
use crate::units::{Decibels, SampleRate};

/// The number of engines that run side by side when nobody listens yet. While a session plays there is one: it
/// is fast enough, and a second one would cost memory and compete with the device for the same few cores.
const THREADS: usize = 2;

/// An utterance that a voice did not say.
#[derive(Clone, Debug)]
pub(crate) struct Unsaid {
    /// The utterance.
    pub id: UtteranceId,
    /// The reason.
    pub error: SpeechError,
    /// Whether the voice has said something else.
    pub voice_speaks: bool,
}

/// A voice, recorded at one loudness.
pub(crate) struct Recorder {
    voice: Arc<dyn Synthesizer>,
    loudness: Decibels,
    rate: SampleRate,
    is_wanted: Box<dyn Fn() -> bool + Send + Sync>,
}

impl Recorder {
    /// A recorder that brings every clip of `voice` to `loudness` (LUFS), each by itself, so that numbers are
    /// as loud as sentences.
    pub(crate) fn new(voice: Arc<dyn Synthesizer>, loudness: Decibels, rate: SampleRate) -> Self {
        Self { voice, loudness, rate, is_wanted: Box::new(|| true) }
    }

    /// Gives up the current recording soon after `is_wanted` returns false.
    pub(crate) fn while_wanted(self, is_wanted: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { is_wanted: Box::new(is_wanted), ..self }
    }

    /// Records an utterance.
    ///
    /// # Errors
    /// Returns the reason why the voice can't speak.
    pub(crate) fn record(&self, plan: &Plan, id: UtteranceId) -> Result<Clip, SpeechError> {
        let utterance = plan.utterance(id);
        if !(self.is_wanted)() {
            return Err(SpeechError::failed("the voice", "nobody waits for its words"));
        }
        // A voice in which supine itself breaks is lost like any other, and the next one leads on.
        catch_unwind(AssertUnwindSafe(|| self.say(utterance)))
            .unwrap_or_else(|_| Err(SpeechError::failed("the voice", "supine itself broke in it")))
    }

    fn say(&self, utterance: &Utterance) -> Result<Clip, SpeechError> {
        let recording = self.voice.synthesize_while(utterance, &self.is_wanted)?;
        Clip::from_recording(&recording, self.loudness + utterance.gain, self.rate).map_err(|problem| {
            SpeechError::Unusable {
                engine: "the voice".to_owned(),
                text: utterance.text.clone(),
                why: problem.into(),
            }
        })
    }

    /// Records utterances, in order, as fast as the machine can, and has each kept. `done` is called after each.
    ///
    /// # Errors
    /// The first failure. When the voice has said nothing yet, it is asked for another utterance, to find out
    /// whether it speaks at all.
    pub(crate) fn record_fast(
        &self,
        plan: &Plan,
        ids: &[UtteranceId],
        keep: &(dyn Fn(Clip) -> Kept + Sync),
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<Kept>, Unsaid> {
        let recorded = self.record_side_by_side(plan, ids, keep, done);
        let said = recorded.iter().any(Result::is_ok);
        let clips: Result<Vec<Kept>, (usize, SpeechError)> = recorded
            .into_iter()
            .enumerate()
            .map(|(place, clip)| clip.map_err(|error| (place, error)))
            .collect();
        clips.map_err(|(place, error)| {
            let other = ids.iter().rev().find(|id| **id != ids[place]);
            let has_hung = matches!(error, SpeechError::TimedOut { .. });
            let speaks = || !has_hung && other.is_some_and(|id| self.record(plan, *id).is_ok());
            Unsaid { id: ids[place], error, voice_speaks: said || speaks() }
        })
    }

    /// Records up to the first failure, and finishes the utterances that were being recorded then.
    fn record_side_by_side(
        &self,
        plan: &Plan,
        ids: &[UtteranceId],
        keep: &(dyn Fn(Clip) -> Kept + Sync),
        finished: &(dyn Fn() + Sync),
    ) -> Vec<Result<Kept, SpeechError>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((place, id)) = take(&next, ids) {
                let clip = self.record(plan, id).map(keep);
                if clip.is_err() {
                    // When an engine has hung once, the remaining utterances are not tried.
                    next.store(ids.len(), Ordering::Relaxed);
                }
                done.push((place, clip));
                finished();
            }
            done
        };
        let mut recorded = std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..THREADS.min(ids.len())).map(|_| scope.spawn(work)).collect();
            let mut recorded = work();
            for helper in helpers {
                // A panic in a helper thread is a bug in supine, so it is passed on.
                recorded.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            recorded
        });
        recorded.sort_by_key(|(place, _)| *place);
        recorded.into_iter().map(|(_, clip)| clip).collect()
    }
}

fn take(next: &AtomicUsize, ids: &[UtteranceId]) -> Option<(usize, UtteranceId)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    ids.get(place).map(|id| (place, *id))
}

/// The chimes of a plan. They were made for speech at -20 LUFS and are shifted with its loudness.
///
/// # Errors
/// When one can't be decoded.
pub(crate) fn chimes(plan: &Plan, loudness: Decibels, rate: SampleRate) -> Result<Vec<Clip>, SoundError> {
    let gain = loudness - crate::settings::DEFAULT_LOUDNESS;
    plan.chimes.iter().map(|chime| sounds::chime(*chime, gain, rate)).collect()
}
