//! From a plan and the lengths of its clips to a score in absolute time. Pure: the same plan and
//! lengths give the same score, and a longer beginning only adds to a shorter one.

use std::time::Duration;

use super::duck::{Spoken, gain_points};
use super::plan::{HoldCue, Move, Placed, Plan, Tail, UtteranceId};
use super::{Cue, Event, Marker, Score, Track};
use crate::diagnostic::Diagnostic;
use crate::units::{Frames, SampleRate};

/// How long an utterance is, from its onset; `None` while nobody has spoken it yet.
pub type UtteranceLength<'a> = &'a dyn Fn(UtteranceId) -> Option<Frames>;
/// How long a chime of the plan is.
pub type ChimeLength<'a> = &'a dyn Fn(usize) -> Frames;

/// Compiles `plan` as far as the lengths of its utterances are known.
///
/// A cue that is longer than the time up to the next one is not cut off, and the next one is not left out:
/// the rest of the hold comes later. That is reported as a diagnostic.
pub fn compile(
    plan: &Plan,
    rate: SampleRate,
    utterance: UtteranceLength<'_>,
    chime: ChimeLength<'_>,
) -> (Score, Vec<Diagnostic>) {
    let mut pen = Pen::new(plan, rate, utterance, chime);
    let complete = plan.moves.iter().all(|placed| pen.write(placed).is_some());
    pen.finish(complete)
}

struct Pen<'a> {
    plan: &'a Plan,
    rate: SampleRate,
    utterance: UtteranceLength<'a>,
    chime: ChimeLength<'a>,
    now: Duration,
    last_sound: Duration,
    spoken: Vec<Spoken>,
    starts: Vec<Frames>,
    markers: Vec<Marker>,
    events: Vec<Event>,
    problems: Vec<Diagnostic>,
}

impl<'a> Pen<'a> {
    fn new(plan: &'a Plan, rate: SampleRate, utterance: UtteranceLength<'a>, chime: ChimeLength<'a>) -> Self {
        Self {
            plan,
            rate,
            utterance,
            chime,
            now: Duration::ZERO,
            last_sound: Duration::ZERO,
            spoken: Vec::new(),
            starts: Vec::new(),
            markers: Vec::new(),
            events: Vec::new(),
            problems: plan.notes.clone(),
        }
    }

    /// Writes a move down; `None` when it waits for words that have not been spoken yet.
    fn write(&mut self, placed: &Placed) -> Option<()> {
        self.starts.push(Frames::at(self.now, self.rate));
        match &placed.what {
            Move::Wait(time) | Move::Settle(time) => self.now += *time,
            Move::Pose { name, lead } => self.markers.push(Marker {
                at: Frames::at(self.now, self.rate),
                name: name.clone(),
                lead: *lead,
            }),
            Move::Speak { utterance, then } => {
                let end = self.say(self.now, *utterance, Track::Speech, placed)?;
                self.now = end + *then;
            }
            Move::Chime { chime, then } => {
                let length = (self.chime)(*chime);
                self.event(self.now, length, Track::Chime, Cue::Chime(*chime), placed);
                self.last_sound = self.last_sound.max(self.now + length.to_duration(self.rate));
                self.now += *then;
            }
            Move::Hold { cues, length, then } => {
                let end = self.hold(cues, *length, placed)?;
                self.now = end + *then;
            }
        }
        Some(())
    }

    fn hold(&mut self, cues: &[HoldCue], length: Duration, placed: &Placed) -> Option<Duration> {
        let start = self.now;
        let (mut busy_until, mut late) = (start, Duration::ZERO);
        let mut too_long = Vec::new();
        for (place, cue) in cues.iter().enumerate() {
            let planned = start + cue.at + late;
            let onset = planned.max(busy_until);
            if onset > planned {
                late += onset - planned;
                too_long.push(cues[place.saturating_sub(1)]);
            }
            self.now = onset; // how far the score is final when the words are not known yet
            busy_until = self.say(onset, cue.utterance, cue.track, placed)?;
        }
        if let [first, ..] = too_long[..] {
            self.report_late(&first, too_long.len(), late, placed);
        }
        let end = start + length + late;
        let last = cues.last().map(|cue| cue.track);
        if last == Some(Track::Breath) && busy_until > end {
            self.too_long(cues, busy_until - end, placed);
        }
        Some(end.max(busy_until))
    }

    /// Adds a spoken event at `onset` and returns its end.
    fn say(
        &mut self,
        onset: Duration,
        utterance: UtteranceId,
        track: Track,
        placed: &Placed,
    ) -> Option<Duration> {
        let length = (self.utterance)(utterance);
        let end = length.map(|length| onset + length.to_duration(self.rate));
        let gain = self.plan.utterance(utterance).gain;
        self.spoken.push(Spoken { start: onset, end, gain });
        self.event(onset, length?, track, Cue::Utterance(utterance), placed);
        self.last_sound = self.last_sound.max(end?);
        end
    }

    fn event(&mut self, at: Duration, length: Frames, track: Track, cue: Cue, placed: &Placed) {
        let text = match cue {
            Cue::Utterance(id) => &self.plan.utterance(id).text,
            Cue::Chime(place) => &self.plan.chimes[place],
        };
        self.events.push(Event {
            at: Frames::at(at, self.rate),
            length,
            track,
            pose: placed.pose,
            side: placed.side,
            text: text.clone(),
            cue,
            span: placed.span.clone(),
        });
    }

    fn report_late(&mut self, first: &HoldCue, count: usize, late: Duration, placed: &Placed) {
        let text = &self.plan.utterance(first.utterance).text;
        let which = match count {
            1 => format!("\"{text}\" takes"),
            _ => format!("{count} cues, the first is \"{text}\", take"),
        };
        self.problems.push(Diagnostic::warning(
            "cue-does-not-fit",
            &placed.span,
            format!(
                "{which} longer than the beat, which waits: the hold takes {:.1} s more",
                late.as_secs_f64()
            ),
            "give the hold a longer beat or breath, a brisker voice, or `--counting sparse`",
        ));
    }

    fn too_long(&mut self, cues: &[HoldCue], overlap: Duration, placed: &Placed) {
        let text = cues.last().map_or("", |cue| &self.plan.utterance(cue.utterance).text);
        self.problems.push(Diagnostic::warning(
            "cue-too-long",
            &placed.span,
            format!(
                "\"{text}\" takes {:.1} s longer than its half of the breath, which waits for it",
                overlap.as_secs_f64()
            ),
            "say it in fewer words, or say it before the breath as a sentence of its own",
        ));
    }

    fn finish(self, complete: bool) -> (Score, Vec<Diagnostic>) {
        let tail = self.plan.ambience.tail;
        let end = complete.then(|| self.now.max(self.last_sound + tail.length()));
        let score = Score {
            rate: self.rate,
            length: Frames::at(end.unwrap_or(self.now), self.rate),
            complete,
            endless: tail == Tail::Endless,
            starts: self.starts,
            markers: self.markers,
            events: self.events,
            ambience: gain_points(&self.spoken, &self.plan.ambience, end, self.rate),
        };
        (score, self.problems)
    }
}
