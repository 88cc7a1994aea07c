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
/// A cue that comes before the one ahead of it has ended is left out, and a breath's sentence
/// that is longer than its half of the breath stretches it; both are reported as diagnostics.
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
    left_out: Vec<UtteranceId>,
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
            left_out: Vec::new(),
            problems: Vec::new(),
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
        let mut busy_until = start;
        let mut left_out = Vec::new();
        for cue in cues {
            let onset = start + cue.at;
            self.now = onset; // how far the score is final when the words are not known yet
            if onset < busy_until {
                left_out.push(cue);
                self.left_out.push(cue.utterance);
                continue;
            }
            busy_until = self.say(onset, cue.utterance, cue.track, placed)?;
        }
        if let [first, ..] = left_out[..] {
            self.report_left_out(first, left_out.len(), cues.len(), placed);
        }
        let end = start + length;
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

    fn report_left_out(&mut self, first: &HoldCue, count: usize, of: usize, placed: &Placed) {
        let text = &self.plan.utterance(first.utterance).text;
        let which = match count {
            1 => format!("\"{text}\" is left out"),
            _ => format!("{count} of {of} cues are left out, the first is \"{text}\""),
        };
        self.problems.push(Diagnostic::warning(
            "cue-does-not-fit",
            &placed.span,
            format!("{which}: the cue before is still being said"),
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
            left_out: self.left_out,
            ambience: gain_points(&self.spoken, &self.plan.ambience, end, self.rate),
        };
        (score, self.problems)
    }
}
