//! A hold of breaths: which breaths are spoken, what else leads them, and how long a breath may be held.

use std::time::Duration;

use super::Expander;
use crate::diagnostic::{Diagnostic, Span};
use crate::plan::estimate::estimated_time;
use crate::plan::{BreathSound, HoldCue, ItemKind, PacedBreath, Track};
use crate::routine::breath::Phase;
use crate::routine::text::Text;
use crate::routine::{BreathRatio, Cycles};
use crate::settings::{BreathCues, Counting};

/// Breaths with a long hold are done at most this often in a row: the usual advice for 4-7-8.
const LONG_ROUNDS: u32 = 4;
/// After this much time without a long hold, long holds begin anew.
const RESTED: Duration = Duration::from_secs(30);
/// A shorter hold is over before its word has been understood.
const SPOKEN_HOLD: Duration = Duration::from_secs(2);
/// The sound takes over after this many breaths have been spoken.
const LED_IN: u32 = 2;

/// A hold of breaths that is being written.
struct Breaths {
    is_sway: bool,
    /// The number of breaths in all, and of those before this pattern.
    of: u32,
    before: u32,
}

impl Expander<'_> {
    pub(super) fn breaths(&mut self, hold: Cycles, span: &Span) {
        let cycles = self.scaled_count(hold.cycles);
        self.announce(&self.phrases.hold_breaths(cycles), span);
        self.paced(hold, Breaths { is_sway: false, of: cycles, before: 0 }, span);
    }

    pub(super) fn sway(&mut self, hold: Cycles, span: &Span) {
        let cycles = self.scaled_count(hold.cycles);
        self.announce(&self.phrases.hold_sway(cycles), span);
        self.paced(hold, Breaths { is_sway: true, of: cycles, before: 0 }, span);
    }

    /// A sentence on one half of a breath.
    pub(super) fn half_breath(&mut self, text: &Text, half: Phase, span: &Span) {
        let breath = self.at_pace(self.calm.breath(self.breath));
        let phases = match half {
            Phase::In | Phase::Full => BreathRatio::unheld(breath.inhale, Duration::ZERO),
            Phase::Out | Phase::Empty => BreathRatio::unheld(Duration::ZERO, breath.exhale),
        };
        let utterance = self.book.id(self.fill(text), &self.prosody);
        let cues = vec![HoldCue { at: Duration::ZERO, utterance, track: Track::Breath }];
        let breaths = vec![PacedBreath { at: Duration::ZERO, phases, sound: BreathSound::None }];
        self.push(ItemKind::Hold { cues, breaths, length: phases.cycle(), then: Duration::ZERO }, span);
    }

    /// Writes the breaths; where the breath would be held for long too often, the rest goes on without holding.
    fn paced(&mut self, hold: Cycles, breaths: Breaths, span: &Span) {
        self.settle();
        let breath = self.at_pace(hold.ratio.unwrap_or_else(|| self.calm.breath(self.breath)));
        if !breath.is_held_long() {
            return self.pattern(breath, breaths.of, &breaths, span);
        }
        let (done, until) = self.held;
        let done = if self.time_since(until) >= RESTED { 0 } else { done };
        let rounds = breaths.of.min(LONG_ROUNDS - done);
        if rounds > 0 {
            self.pattern(breath, rounds, &breaths, span);
            self.held = (done + rounds, self.items.len());
        }
        if rounds < breaths.of {
            let easy = match self.breath.longest_hold().is_zero() {
                true => self.breath,
                false => BreathRatio::default(),
            };
            self.note_long_hold(breath, breaths.of - rounds, easy, span);
            self.speak(&self.phrases.unheld, self.prosody.timing.sentence, span);
            let easy = self.at_pace(self.calm.breath(easy));
            self.pattern(easy, breaths.of - rounds, &Breaths { before: rounds, ..breaths }, span);
        }
    }

    fn at_pace(&self, breath: BreathRatio) -> BreathRatio {
        breath.map(|time| self.settings.pace.scale(time))
    }

    /// The time that the items from `place` on take, by estimates.
    fn time_since(&self, place: usize) -> Duration {
        let time = |what: &ItemKind| match what {
            ItemKind::Pose { .. } => Duration::ZERO,
            ItemKind::Speak { utterance, then } => estimated_time(&self.book.utterances[utterance.0]) + *then,
            ItemKind::Hold { length, then, .. } => *length + *then,
            ItemKind::Chime { then, .. } => *then,
            ItemKind::Wait(time) | ItemKind::Settle(time) => *time,
        };
        self.items[place..].iter().map(|item| time(&item.what)).sum()
    }

    fn note_long_hold(&mut self, breath: BreathRatio, rest: u32, easy: BreathRatio, span: &Span) {
        let breaths = if rest == 1 { "one breath goes".to_owned() } else { format!("{rest} breaths go") };
        let held = (breath.longest_hold().as_secs_f64() * 10.0).round() / 10.0;
        let note = Diagnostic::warning(
            "held-too-often",
            span,
            format!(
                "a breath that is held for {held} s is done at most four times in a row: {breaths} on at {easy}, \
                 without holding"
            ),
            "take four breaths and then rest for 30 s, or hold the breath for at most 5 s",
        );
        // Both sides come from one step, so they give the same note.
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// `cycles` breaths of one pattern.
    fn pattern(&mut self, phases: BreathRatio, cycles: u32, hold: &Breaths, span: &Span) {
        let cycle = phases.cycle();
        let sound = match self.settings.breath_cues {
            BreathCues::Sound => BreathSound::Breathing,
            BreathCues::Tone => BreathSound::Tones,
            BreathCues::Voice | BreathCues::Number | BreathCues::None => BreathSound::None,
        };
        let (mut cues, mut breaths) = (Vec::new(), Vec::new());
        for nth in 0..cycles {
            let start = cycle * nth;
            breaths.push(PacedBreath { at: start, phases, sound });
            for (phase, at, length) in phases.phases() {
                let is_held = matches!(phase, Phase::Full | Phase::Empty);
                if is_held && length < SPOKEN_HOLD {
                    continue;
                }
                cues.extend(self.words(phase, nth, hold).map(|text| HoldCue {
                    at: start + at,
                    utterance: self.book.id(text, &self.prosody),
                    track: Track::Breath,
                }));
            }
        }
        let then = self.prosody.timing.name;
        self.push(ItemKind::Hold { cues, breaths, length: cycle * cycles, then }, span);
    }

    /// What is said on a phase of the breath that is the `nth` (from 0) of its pattern.
    fn words(&self, phase: Phase, nth: u32, hold: &Breaths) -> Option<String> {
        let n = hold.before + nth + 1;
        let (is_first, is_last) = (n == 1, n == hold.of);
        match (self.settings.breath_cues, self.settings.counting) {
            (_, Counting::None) | (BreathCues::Tone | BreathCues::None, _) => return None,
            (BreathCues::Number, Counting::Every) => {
                return (phase == Phase::In).then(|| self.phrases.count(n));
            }
            // Each pattern is led in by words, and so is the last breath.
            (BreathCues::Sound, Counting::Every) if nth >= LED_IN && !is_last => return None,
            (BreathCues::Voice | BreathCues::Sound, Counting::Every) => {}
            (cues, Counting::Sparse) => {
                let is_end = is_last || (is_first && cues != BreathCues::Number);
                if !is_end {
                    let is_half = n == hold.of / 2 + 1 && phase == Phase::In;
                    return is_half.then(|| self.phrases.halfway.clone());
                }
                if cues == BreathCues::Number {
                    return (phase == Phase::In).then(|| self.phrases.count(n));
                }
            }
        }
        let phrases = self.phrases;
        // A sway has words of its own for its last breath only where the sound has led the one before.
        let ends = is_last && !is_first && (!hold.is_sway || (self.is_sound() && nth > LED_IN));
        let said = match (phase, hold.is_sway) {
            (Phase::Full, _) => &phrases.hold_in,
            (Phase::Empty, _) => &phrases.hold_out,
            (Phase::In, _) if ends => &phrases.last_in,
            (Phase::Out, _) if ends => &phrases.last_out,
            (Phase::In, true) if is_first => &phrases.sway_in,
            (Phase::Out, true) if is_first => &phrases.sway_out,
            (Phase::In, true) => &phrases.sway_more_in,
            (Phase::Out, true) => &phrases.sway_more_out,
            (Phase::In, false) if is_first => &phrases.breathe_in,
            (Phase::Out, false) if is_first => &phrases.breathe_out,
            (Phase::In, false) => return Some(phrases.count_in(n)),
            (Phase::Out, false) => &phrases.count_out,
        };
        Some(said.clone())
    }

    fn is_sound(&self) -> bool {
        self.settings.breath_cues == BreathCues::Sound
    }
}
