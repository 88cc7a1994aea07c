//! Compiles a plan and the lengths of its clips to a score in absolute time. Pure: the same plan and lengths
//! give the same score, and more known lengths only extend the score.

use std::time::Duration;

use super::duck::{FADE_POINTS, Spoken, gain_points, tail_length};
use super::{BreathPhase, Cue, Marker, Score, ScoreEvent};
use crate::diagnostic::Diagnostic;
use crate::plan::{HoldCue, Item, ItemKind, PacedBreath, Plan, Tail, Track, UtteranceId};
use crate::routine::breath::Phase;
use crate::units::{Frames, SampleRate};

/// An utterance's length, from its onset; `None` while no voice has spoken it yet.
pub(crate) type UtteranceLength<'a> = &'a dyn Fn(UtteranceId) -> Option<Frames>;
/// The length of a chime of the plan.
pub(crate) type ChimeLength<'a> = &'a dyn Fn(usize) -> Frames;

/// Compiles `plan` as far as the lengths of its utterances are known.
///
/// When a cue is longer than the time up to the next one, it is not cut off and the next one is not left out:
/// the rest of the hold comes later, and a diagnostic reports that.
pub(crate) fn compile(
    plan: &Plan,
    rate: SampleRate,
    utterance: UtteranceLength<'_>,
    chime: ChimeLength<'_>,
) -> (Score, Vec<Diagnostic>) {
    let mut pen = Pen::new(plan, rate, utterance, chime);
    let complete = plan.items.iter().all(|item| pen.write(item).is_some());
    pen.finish(complete)
}

/// The most that a score of a plan gives to a mixer: its events, or its gain points, of which an event needs
/// four, or its phases of breaths.
pub(crate) fn capacity(plan: &Plan) -> usize {
    let chimes = plan.items.iter().filter(|item| matches!(item.what, ItemKind::Chime { .. }));
    let events = plan.uses().iter().sum::<usize>() + chimes.count();
    let breaths = plan.items.iter().map(|item| match &item.what {
        ItemKind::Hold { breaths, .. } => breaths.len() * Phase::ALL.len(),
        _ => 0,
    });
    ((events + 8) * 4 + usize::from(FADE_POINTS)).max(breaths.sum())
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
    events: Vec<ScoreEvent>,
    breaths: Vec<BreathPhase>,
    /// Up to this time a cue of a breath belongs to the one before: the ambience stays down between them.
    joined_until: Duration,
    problems: Vec<Diagnostic>,
}

/// A phase of a hold before it stands at a time: its offset, its length, and where it comes from.
type Planned = (Duration, Duration, Phase, PacedBreath);

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
            breaths: Vec::new(),
            joined_until: Duration::ZERO,
            problems: plan.notes.clone(),
        }
    }

    /// Writes an item down; `None` when it waits for words that have not been spoken yet.
    fn write(&mut self, item: &Item) -> Option<()> {
        self.starts.push(Frames::at(self.now, self.rate));
        match &item.what {
            ItemKind::Wait(time) | ItemKind::Settle(time) | ItemKind::Taps { patience: time, .. } => {
                self.now += *time;
            }
            ItemKind::Pose { name, lead } => self.markers.push(Marker {
                at: Frames::at(self.now, self.rate),
                name: name.clone(),
                lead: *lead,
            }),
            ItemKind::Speak { utterance, then } => {
                let end = self.say(self.now, *utterance, Track::Speech, item)?;
                self.now = end + *then;
            }
            ItemKind::Chime { chime, then } => {
                let length = (self.chime)(*chime);
                self.event(self.now, length, Track::Chime, Cue::Chime(*chime), item);
                self.last_sound = self.last_sound.max(self.now + length.to_duration(self.rate));
                self.now += *then;
            }
            ItemKind::Hold { cues, breaths, length, then } => {
                let end = self.hold(cues, breaths, *length, item)?;
                self.now = end + *then;
            }
        }
        Some(())
    }

    fn hold(
        &mut self,
        cues: &[HoldCue],
        breaths: &[PacedBreath],
        length: Duration,
        item: &Item,
    ) -> Option<Duration> {
        let start = self.now;
        let phases = |breath: &PacedBreath| {
            let breath = *breath;
            let placed = breath.phases;
            placed
                .phases()
                .map(|(phase, at, length)| (breath.at + at, length, phase, breath))
                .collect::<Vec<_>>()
        };
        let mut phases = breaths.iter().flat_map(phases).peekable();
        let (mut busy_until, mut late) = (start, Duration::ZERO);
        let mut too_long = Vec::new();
        for (place, cue) in cues.iter().enumerate() {
            while let Some(before) = phases.next_if(|(at, ..)| *at < cue.at) {
                self.breathe(before, start + late, item);
            }
            let planned = start + cue.at + late;
            let onset = planned.max(busy_until);
            if onset > planned {
                late += onset - planned;
                let before = cues[place.saturating_sub(1)];
                // What follows a sentence waits for it as it would anywhere else.
                too_long.extend((before.track != Track::Speech).then_some(before));
            }
            self.now = onset; // the score is final up to here when the words are not known yet
            busy_until = self.say(onset, cue.utterance, cue.track, item)?;
            if let Some((.., breath)) = phases.peek() {
                self.joined_until = onset + breath.phases.cycle();
            }
        }
        phases.for_each(|rest| self.breathe(rest, start + late, item));
        if let [first, ..] = too_long[..] {
            self.report_late(&first, too_long.len(), late, item);
        }
        let end = start + length + late;
        let last = cues.last().map(|cue| cue.track);
        if last == Some(Track::Breath) && busy_until > end {
            self.too_long(cues, busy_until - end, item);
        }
        Some(end.max(busy_until))
    }

    /// Adds a phase of a breath, in a hold whose offsets count from `start`.
    fn breathe(&mut self, (at, length, phase, breath): Planned, start: Duration, item: &Item) {
        let from = Frames::at(start + at, self.rate);
        self.breaths.push(BreathPhase {
            at: from,
            length: Frames::at(start + at + length, self.rate).saturating_sub(from),
            phase,
            pose: item.pose,
            sound: breath.sound,
            level: self.plan.ambience.breath,
        });
    }

    /// Adds a spoken event at `onset` and returns its end.
    fn say(
        &mut self,
        onset: Duration,
        utterance: UtteranceId,
        track: Track,
        item: &Item,
    ) -> Option<Duration> {
        let length = (self.utterance)(utterance);
        let end = length.map(|length| onset + length.to_duration(self.rate));
        let gain = self.plan.utterance(utterance).gain;
        let joins = track == Track::Breath && onset <= self.joined_until;
        self.spoken.push(Spoken { start: onset, end, gain, joins });
        self.event(onset, length?, track, Cue::Utterance(utterance), item);
        self.last_sound = self.last_sound.max(end?);
        end
    }

    fn event(&mut self, at: Duration, length: Frames, track: Track, cue: Cue, item: &Item) {
        let text = match cue {
            Cue::Utterance(id) => self.plan.utterance(id).text.as_str(),
            Cue::Chime(place) => self.plan.chimes[place].name(),
        };
        self.events.push(ScoreEvent {
            at: Frames::at(at, self.rate),
            length,
            track,
            pose: item.pose,
            side: item.side,
            text: text.to_owned(),
            cue,
            span: item.span.clone(),
        });
    }

    fn report_late(&mut self, first: &HoldCue, count: usize, late: Duration, item: &Item) {
        let text = &self.plan.utterance(first.utterance).text;
        let which = match count {
            1 => format!("\"{text}\" takes"),
            _ => format!("{count} cues, the first is \"{text}\", take"),
        };
        self.problems.push(Diagnostic::warning(
            "cue-does-not-fit",
            &item.span,
            format!(
                "{which} longer than the beat, which waits: the hold takes {:.1} s more",
                late.as_secs_f64()
            ),
            "give the hold a longer beat or breath, a brisker voice, or `--counting sparse`",
        ));
    }

    fn too_long(&mut self, cues: &[HoldCue], overlap: Duration, item: &Item) {
        let text = cues.last().map_or("", |cue| &self.plan.utterance(cue.utterance).text);
        self.problems.push(Diagnostic::warning(
            "cue-too-long",
            &item.span,
            format!(
                "\"{text}\" takes {:.1} s longer than its half of the breath, which waits for it",
                overlap.as_secs_f64()
            ),
            "say it in fewer words, or say it before the breath as a sentence of its own",
        ));
    }

    fn finish(self, complete: bool) -> (Score, Vec<Diagnostic>) {
        let tail = self.plan.ambience.tail;
        let end = complete.then(|| self.now.max(self.last_sound + tail_length(tail)));
        let score = Score {
            rate: self.rate,
            length: Frames::at(end.unwrap_or(self.now), self.rate),
            complete,
            endless: tail == Tail::Endless,
            starts: self.starts,
            markers: self.markers,
            events: self.events,
            ambience: gain_points(&self.spoken, &self.plan.ambience, end, self.rate),
            breaths: self.breaths,
        };
        (score, self.problems)
    }
}
