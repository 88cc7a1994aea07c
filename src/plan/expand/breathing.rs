//! A hold of breaths: which breaths are spoken, what else leads them, and how long a breath may be held.

use std::time::Duration;

use super::{Expander, LongBreaths};
use crate::diagnostic::{Diagnostic, Span};
use crate::plan::estimate::estimated_time;
use crate::plan::{BreathSound, HoldCue, ItemKind, PacedBreath, Track};
use crate::routine::breath::Phase;
use crate::routine::text::Text;
use crate::routine::{BreathRatio, Cycles};
use crate::settings::{BreathCues, Counting, OwnBreath};

/// Breaths with a long hold are done at most this often in a row: the usual advice for 4-7-8.
pub(super) const LONG_ROUNDS: u32 = 4;
/// After this much time without a long hold, long holds begin anew.
const RESTED: Duration = Duration::from_secs(30);
/// A shorter hold is over before its word has been understood.
const SPOKEN_HOLD: Duration = Duration::from_secs(2);
/// Allowance for a word's length, as a factor on its estimated length.
const ROOM: f64 = 1.2;
/// The sound takes over after this many breaths have been spoken.
const LED_IN: u32 = 2;

/// A hold of breaths that is being written.
struct Breaths {
    is_sway: bool,
    /// The number of breaths in all, and of those before this pattern.
    of: u32,
    before: u32,
}

/// What a hold of breaths is made of so far.
#[derive(Default)]
struct Led {
    cues: Vec<HoldCue>,
    breaths: Vec<PacedBreath>,
    length: Duration,
}

fn repeated(breath: BreathRatio, times: u32) -> Vec<BreathRatio> {
    (0..times).map(|_| breath).collect()
}

impl Expander<'_> {
    /// A hold of breaths, or a sway. It is one item at every pace and at the listener's own breath, although what is in it
    /// differs: so every place in a plan stays when the plan is written anew.
    pub(super) fn breaths(&mut self, hold: Cycles, is_sway: bool, span: &Span) {
        let cycles = self.scaled_count(hold.cycles);
        // A step that sets its breath keeps it.
        let own = self.own_breath().filter(|_| hold.ratio.is_none());
        let own = own.map(|own| self.own_breaths(own, cycles));
        let of = own.as_ref().map_or(cycles, |own| u32::try_from(own.len()).unwrap_or(u32::MAX));
        let said = if is_sway { self.phrases.hold_sway(of) } else { self.phrases.hold_breaths(of) };
        self.announce(&said, span);
        self.settle();
        let breaths = Breaths { is_sway, of, before: 0 };
        let mut led = Led::default();
        match own {
            Some(own) => self.pattern(&mut led, &own, &breaths),
            None => self.paced(&mut led, hold, &breaths, span),
        }
        let Led { cues, breaths, length } = led;
        let then = self.prosody.timing.name;
        self.push(ItemKind::Hold { cues, breaths, length, then }, span);
    }

    /// The breath that the listener has tapped, unless this routine's is held for long: that is a pattern of its own, which
    /// nobody breathes by themselves.
    pub(super) fn own_breath(&self) -> Option<OwnBreath> {
        self.settings.own_breath.filter(|_| !self.is_held_long())
    }

    /// Whether the usual breath is held for long as it is written: a change of the pace on the way neither takes the
    /// listener's own breath away nor invites to tap it.
    pub(super) fn is_held_long(&self) -> bool {
        self.breath.is_held_long()
    }

    /// Breaths of the listener's own pace: as many as fill the time that `cycles` of the usual ones take. What is left of
    /// it, or missing, goes to the next hold.
    fn own_breaths(&mut self, own: OwnBreath, cycles: u32) -> Vec<BreathRatio> {
        let usual = self.at_pace(self.calm.breath(self.breath)).without_long_holds();
        let left = self.owed.unwrap_or_else(|| -own.late().as_secs_f64());
        let wanted = usual.cycle().as_secs_f64() * f64::from(cycles) + left;
        let (mut breaths, mut time) = (Vec::new(), 0.0);
        loop {
            let breath = own.breath(self.breath, self.led, self.settings.pace.factor());
            let longer = time + breath.cycle().as_secs_f64();
            if !breaths.is_empty() && f64::midpoint(time, longer) > wanted {
                break;
            }
            breaths.push(breath);
            time = longer;
            self.led += 1;
        }
        self.owed = Some(wanted - time);
        breaths
    }

    /// A sentence on one half of a breath.
    pub(super) fn half_breath(&mut self, text: &Text, half: Phase, span: &Span) {
        let breath = match self.own_breath() {
            Some(own) => own.breath(self.breath, self.led, self.settings.pace.factor()),
            None => self.at_pace(self.calm.breath(self.breath)),
        };
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
    fn paced(&mut self, led: &mut Led, hold: Cycles, breaths: &Breaths, span: &Span) {
        let breath = self.at_pace(hold.ratio.unwrap_or_else(|| self.calm.breath(self.breath)));
        if !breath.is_held_long() {
            return self.pattern(led, &repeated(breath, breaths.of), breaths);
        }
        let done = self.long_rounds_done();
        let rounds = breaths.of.min(LONG_ROUNDS - done);
        self.pattern(led, &repeated(breath, rounds), breaths);
        let held = led.length;
        if rounds < breaths.of {
            let easy = match self.breath.longest_hold().is_zero() {
                true => self.breath,
                false => BreathRatio::default(),
            };
            self.note_long_hold(breath, breaths.of - rounds, easy, span);
            self.say_unheld(led);
            let easy = self.at_pace(self.calm.breath(easy));
            let rest = Breaths { before: rounds, ..*breaths };
            self.pattern(led, &repeated(easy, breaths.of - rounds), &rest);
        }
        if rounds > 0 {
            let until = self.items.len() + 1;
            self.held = LongBreaths { done: done + rounds, until, rested: led.length - held };
        }
    }

    /// Says between two breaths that from here on they are not held. The next one waits for the words.
    fn say_unheld(&mut self, led: &mut Led) {
        let timing = &self.prosody.timing;
        let (before, after) = (timing.name, timing.sentence);
        if !led.breaths.is_empty() {
            led.length += before;
        }
        for utterance in self.book.sentences(&self.phrases.unheld, &self.prosody) {
            led.cues.push(HoldCue { at: led.length, utterance, track: Track::Speech });
            let words = estimated_time(&self.book.utterances[utterance.0]);
            led.length += words.mul_f64(ROOM) + after;
        }
    }

    /// How many breaths were held for long since the last rest from that.
    pub(super) fn long_rounds_done(&self) -> u32 {
        let LongBreaths { done, until, rested } = self.held;
        if self.time_since(until) + rested >= RESTED { 0 } else { done }
    }

    pub(super) fn at_pace(&self, breath: BreathRatio) -> BreathRatio {
        breath.map(|time| self.settings.pace.scale(time))
    }

    /// The time that the items from `place` on take, by estimates.
    fn time_since(&self, place: usize) -> Duration {
        let time = |what: &ItemKind| match what {
            ItemKind::Pose { .. } => Duration::ZERO,
            ItemKind::Speak { utterance, then } => estimated_time(&self.book.utterances[utterance.0]) + *then,
            ItemKind::Hold { length, then, .. } => *length + *then,
            ItemKind::Chime { then, .. } => *then,
            ItemKind::Wait(time) | ItemKind::Settle(time) | ItemKind::Taps { patience: time, .. } => *time,
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

    /// Writes these breaths down.
    fn pattern(&mut self, led: &mut Led, pattern: &[BreathRatio], hold: &Breaths) {
        let sound = match self.settings.breath_cues {
            BreathCues::Sound => BreathSound::Breathing,
            BreathCues::Tone => BreathSound::Tones,
            BreathCues::Voice | BreathCues::Number | BreathCues::None => BreathSound::None,
        };
        for (nth, phases) in (0..).zip(pattern.iter().copied()) {
            let start = led.length;
            led.length += phases.cycle();
            led.breaths.push(PacedBreath { at: start, phases, sound });
            let is_understood = |(phase, _, length): &(Phase, Duration, Duration)| {
                *length >= SPOKEN_HOLD || matches!(phase, Phase::In | Phase::Out)
            };
            let spoken = phases.phases().filter(is_understood);
            let said: Vec<(Duration, Duration, String)> = spoken
                .filter_map(|(phase, at, length)| Some((at, length, self.words(phase, nth, hold)?)))
                .collect();
            if !said.iter().all(|(_, length, text)| self.fits(text, *length)) {
                continue;
            }
            led.cues.extend(said.into_iter().map(|(at, _, text)| HoldCue {
                at: start + at,
                utterance: self.book.id(text, &self.prosody),
                track: Track::Breath,
            }));
        }
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

    /// Whether there is time to say something on a phase. A listener's own breath may be too short, and must not wait
    /// for a word: then nothing is said on the whole of it. A breath that somebody has written may wait.
    fn fits(&self, text: &str, time: Duration) -> bool {
        let length = || estimated_time(&self.book.unsaid(text.to_owned(), &self.prosody)).mul_f64(ROOM);
        self.own_breath().is_none() || length() <= time
    }

    fn is_sound(&self) -> bool {
        self.settings.breath_cues == BreathCues::Sound
    }
}
