//! Keeps a mixer supplied with a rendered voice: records the next utterances, compiles the score as far as it
//! is known, and hands over clips and gain points ahead of the playhead. Clips are dropped after they were
//! played, so memory does not grow with the session.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::kept::{Kept, Spool};
use super::recorder::{Recorder, Unsaid};
use crate::clip::Clip;
use crate::diagnostic::Diagnostic;
use crate::mixer::{Feed, MixCue, Transport};
use crate::plan::{Plan, UtteranceId};
use crate::score::compile::compile;
use crate::score::overrun::told_once;
use crate::score::{Cue, Score, ScoreEvent};
use crate::speech::SpeechError;
use crate::units::{Frames, SampleRate};
use crate::utterance::Utterance;

/// How far ahead of the playhead the score is kept ready.
pub(crate) const AHEAD: Duration = Duration::from_secs(45);
/// Utterances that are recorded before the score is compiled again.
const BATCH: usize = 4;

/// Feeds one mixer.
pub(crate) struct Feeder {
    plan: Arc<Plan>,
    /// `None` when everything is recorded: a voice may take a hundred megabytes.
    recorder: Option<Recorder>,
    rate: SampleRate,
    chimes: Vec<Arc<Clip>>,
    clips: Vec<Option<Kept>>,
    /// Where recorded clips are kept, if not in memory.
    spool: Option<Arc<Spool>>,
    lengths: Vec<Option<Frames>>,
    uses_left: Vec<usize>,
    score: Score,
    problems: Vec<Diagnostic>,
    sent_events: usize,
    sent_gains: usize,
    sent_breaths: usize,
}

impl Feeder {
    /// A feeder at the beginning of `plan`.
    pub(crate) fn new(plan: Arc<Plan>, recorder: Recorder, chimes: Vec<Clip>, rate: SampleRate) -> Self {
        let count = plan.utterances.len();
        let (score, problems) = compile(&plan, rate, &|_| None, &|_| Frames::ZERO);
        Self {
            uses_left: plan.uses(),
            plan,
            recorder: Some(recorder),
            rate,
            chimes: chimes.into_iter().map(Arc::new).collect(),
            clips: vec![None; count],
            spool: None,
            lengths: vec![None; count],
            score,
            problems,
            sent_events: 0,
            sent_gains: 0,
            sent_breaths: 0,
        }
    }

    /// This feeder with clips of the same voice that were recorded for another plan.
    pub(crate) fn knowing(mut self, known: &[(Utterance, Kept)]) -> Self {
        for (place, utterance) in self.plan.utterances.iter().enumerate() {
            if let Some((_, clip)) = known.iter().find(|(other, _)| other == utterance) {
                self.lengths[place] = Some(clip.length());
                self.clips[place] = Some(clip.clone());
            }
        }
        self
    }

    /// Keeps the clips of [`Feeder::record_all`] in a file, so that they take no memory.
    pub(crate) fn spooled(self, spool: Option<Arc<Spool>>) -> Self {
        Self { spool, ..self }
    }

    /// The clips that were recorded, each with its utterance.
    pub(crate) fn known(&self) -> Vec<(Utterance, Kept)> {
        let clips = self.plan.utterances.iter().zip(&self.clips);
        clips.filter_map(|(utterance, clip)| Some((utterance.clone(), clip.clone()?))).collect()
    }

    /// The plan that it feeds.
    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The score as far as it is known.
    pub(crate) fn score(&self) -> &Score {
        &self.score
    }

    /// Cues that did not fit, as far as the score is known; each kind of problem once.
    pub(crate) fn problems(&self) -> Vec<Diagnostic> {
        told_once(&self.problems)
    }

    /// Whether the score is final up to `frame`, or complete.
    pub(crate) fn is_ready_until(&self, frame: Frames) -> bool {
        self.score.complete || self.score.length >= frame
    }

    /// Records everything, and compiles the score once. `done` is called after each utterance.
    ///
    /// # Errors
    /// Returns the first utterance that the voice did not say.
    pub(crate) fn record_all(&mut self, done: &(dyn Fn() + Sync)) -> Result<(), Unsaid> {
        let Some(recorder) = &self.recorder else { return Ok(()) };
        let unknown = (0..self.lengths.len()).filter(|place| self.lengths[*place].is_none());
        let ids: Vec<UtteranceId> = unknown.map(UtteranceId).collect();
        let spool = self.spool.clone();
        let keep = move |clip| match &spool {
            Some(spool) => spool.keep(clip),
            None => Kept::here(clip),
        };
        let clips = recorder.record_fast(&self.plan, &ids, &keep, done)?;
        self.take_in(&ids, clips);
        Ok(())
    }

    /// All cues that are known and have not been handed over, to be mixed.
    ///
    /// # Errors
    /// When a clip can't be read.
    pub(crate) fn cues(&self) -> io::Result<Vec<MixCue>> {
        let cue = |event: &ScoreEvent| {
            let clip = match event.cue {
                Cue::Chime(place) => Arc::clone(&self.chimes[place]),
                Cue::Utterance(id) => match &self.clips[id.0] {
                    Some(kept) => kept.clip()?,
                    None => return Ok(None),
                },
            };
            Ok(Some(MixCue { start: event.at.saturating_sub(clip.onset()), clip }))
        };
        self.score.events[self.sent_events..].iter().map(cue).filter_map(Result::transpose).collect()
    }

    /// Hands over all that is known, and lets the mixer play it.
    pub(crate) fn hand_over(&mut self, feed: &mut Feed, transport: &Transport) {
        // What is kept in memory can always be read.
        let _ = self.hand_over_until(Frames::NEVER, feed);
        self.open(feed, transport);
    }

    /// Hands over the cues up to a frame.
    ///
    /// # Errors
    /// When a clip can't be read.
    pub(crate) fn hand_over_until(&mut self, frame: Frames, feed: &mut Feed) -> io::Result<()> {
        while feed.spent.pop().is_ok() {}
        while let Some(event) = self.score.events.get(self.sent_events).filter(|event| event.at <= frame) {
            let clip = match event.cue {
                Cue::Chime(place) => Some(Arc::clone(&self.chimes[place])),
                Cue::Utterance(id) => take_clip(&mut self.clips, &mut self.uses_left, id)?,
            };
            if let Some(clip) = clip {
                let start = event.at.saturating_sub(clip.onset());
                // The rings hold every event of the plan.
                let _ = feed.cues.push(MixCue { start, clip });
            }
            self.sent_events += 1;
        }
        Ok(())
    }

    /// Hands over everything but cues, and lets the mixer play as far as the score is final.
    pub(crate) fn open(&mut self, feed: &mut Feed, transport: &Transport) {
        for point in &self.score.ambience[self.sent_gains..] {
            let _ = feed.gains.push(*point);
        }
        self.sent_gains = self.score.ambience.len();
        for phase in &self.score.breaths[self.sent_breaths..] {
            let _ = feed.breaths.push(*phase);
        }
        self.sent_breaths = self.score.breaths.len();
        if self.score.complete {
            if !self.score.endless {
                transport.end_at(self.score.length);
            }
            transport.open_until(Frames::NEVER);
        } else {
            // The next clip's sound starts a little before its onset.
            let pre_roll = Frames::at(Duration::from_millis(100), self.rate);
            transport.open_until(self.score.length.saturating_sub(pre_roll));
        }
    }

    /// Records the next few utterances.
    ///
    /// # Errors
    /// The reason why the voice can't speak; what was said before it is kept.
    pub(crate) fn record_more(&mut self) -> Result<(), SpeechError> {
        // The very first word does not wait for the ones after it.
        let batch = if self.lengths.first().is_some_and(Option::is_none) { 1 } else { BATCH };
        let ids = self.next_ids(batch);
        let Some(recorder) = &self.recorder else { return Ok(()) };
        let mut clips = Vec::with_capacity(ids.len());
        let recorded = ids.iter().try_for_each(|id| {
            clips.push(Kept::here(recorder.record(&self.plan, *id)?));
            Ok(())
        });
        self.take_in(&ids, clips);
        recorded
    }

    /// The next utterances to be recorded: they are numbered in the order of their first use.
    fn next_ids(&self, batch: usize) -> Vec<UtteranceId> {
        let first = self.lengths.iter().position(Option::is_none).unwrap_or(self.lengths.len());
        (first..self.lengths.len()).take(batch).map(UtteranceId).collect()
    }

    /// Takes recorded clips and compiles the score as far as it is known now.
    fn take_in(&mut self, ids: &[UtteranceId], clips: Vec<Kept>) {
        for (id, clip) in ids.iter().zip(clips) {
            self.lengths[id.0] = Some(clip.length());
            self.clips[id.0] = Some(clip);
        }
        let (lengths, chimes) = (&self.lengths, &self.chimes);
        (self.score, self.problems) =
            compile(&self.plan, self.rate, &|id| lengths[id.0], &|place| chimes[place].length());
        if self.score.complete {
            self.recorder = None;
        }
    }
}

/// The clip of an utterance; it is dropped after its last use.
fn take_clip(
    clips: &mut [Option<Kept>],
    uses_left: &mut [usize],
    id: UtteranceId,
) -> io::Result<Option<Arc<Clip>>> {
    uses_left[id.0] = uses_left[id.0].saturating_sub(1);
    let kept = if uses_left[id.0] == 0 { clips[id.0].take() } else { clips[id.0].clone() };
    kept.map(|kept| kept.clip()).transpose()
}
