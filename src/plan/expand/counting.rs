//! A counted hold: which numbers are said, and when.

use std::time::Duration;

use super::{Expander, Prosody};
use crate::diagnostic::{Diagnostic, Span};
use crate::plan::HoldCue;
use crate::plan::Track;
use crate::plan::estimate::estimated_time;
use crate::settings::Counting;

/// Up to this number every number is said, even when it is longer than its beat; in a larger count, longer
/// numbers may be left out except for every fifth.
const ALL_SAID: u32 = 20;
const FIFTH: u32 = 5;
/// Allowance for a number's length, as a factor on its estimated length. Over the numbers from 21 to 200 of
/// espeak-ng and natural in five languages the mean is 0.77 to 1.1, and all English ones up to 100 fit into 1.2
/// s.
const ROOM: f64 = 1.1;

impl Expander<'_> {
    pub(super) fn count(&mut self, to: u32, beat: Option<Duration>, span: &Span) {
        let to = self.scaled_count(to);
        if self.settings.counting != Counting::Every {
            self.announce(&self.phrases.hold_count(to), span);
        }
        self.settle();
        let beat = beat.map_or(self.prosody.timing.beat, |beat| self.settings.pace.scale(beat));
        let counted = Prosody { is_count: true, ..self.prosody.clone() };
        let numbers: Vec<u32> = match self.settings.counting {
            Counting::Every => self.numbers(to, beat, &counted, span),
            Counting::Sparse => vec![to.div_ceil(2), to],
            Counting::None => Vec::new(),
        };
        let mut cues: Vec<HoldCue> = Vec::new();
        for n in numbers {
            let utterance = self.book.id(self.phrases.count(n), &counted);
            if cues.last().is_none_or(|last| last.at < beat * n) {
                cues.push(HoldCue { at: beat * n, utterance, track: Track::Count });
            }
        }
        self.hold(cues, beat * to, span);
    }

    /// The numbers of a count that are said: all of them, or only every fifth from where numbers become longer
    /// than their beat. So the count stays on its beat, and nobody misses the numbers that are left out.
    fn numbers(&mut self, to: u32, beat: Duration, counted: &Prosody, span: &Span) -> Vec<u32> {
        let is_too_long = |n: &u32| {
            let number = self.book.unsaid(self.phrases.count(*n), counted);
            estimated_time(&number).mul_f64(ROOM) > beat
        };
        let Some(first) = (ALL_SAID + 1..=to).find(is_too_long) else { return (1..=to).collect() };
        let last = (first - 1) / FIFTH * FIFTH;
        let fifths = (last + FIFTH..to).step_by(FIFTH as usize).filter(|fifth| to - fifth > 1);
        let note = Diagnostic::warning(
            "counted-in-fives",
            span,
            format!(
                "after {last} only every fifth number is said: the others take longer than their beat of {:.1} s",
                beat.as_secs_f64()
            ),
            "for every number give the hold a longer beat, for fewer use `--counting sparse`",
        );
        // Both sides come from one step, so they give the same note.
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        (1..=last).chain(fifths).chain([to]).collect()
    }
}
