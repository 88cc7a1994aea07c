//! How a session begins and ends: the preflight, the time to settle in, and the close.

use std::time::Duration;

use super::{Expander, LEAD_IN};
use crate::diagnostic::Span;
use crate::phrases::Welcome;
use crate::plan::ItemKind;
use crate::routine::text::Text;
use crate::routine::{Chime, Ending, Opening, Routine};
use crate::settings::Settings;

/// When the first breath is not tapped by then, the session goes on.
const FIRST_TAP: Duration = Duration::from_secs(12);

impl Expander<'_> {
    /// Says what is to come, in the prosody of the first pose, so the listener hears at once whether the voice
    /// is too loud or too soft. Time to settle in may follow.
    pub(crate) fn welcome(&mut self, routine: &Routine, minutes: u32) {
        let span = Span::default();
        self.push(ItemKind::Wait(LEAD_IN), &span);
        if routine.opening == Opening::None {
            for notice in self.phrases.notices() {
                self.speak(notice, self.prosody.timing.sentence, &span);
            }
            return;
        }
        let props: Vec<&str> = routine.props.iter().map(Text::as_str).collect();
        let never: Vec<&str> = self.settings.never.iter().map(String::as_str).collect();
        let gentle = routine.poses.iter().filter(|pose| self.settings.always_gentle.contains(&pose.id));
        let gently: Vec<&str> = gentle.map(|pose| pose.name.as_str()).collect();
        let welcome = Welcome {
            title: routine.title.as_str().trim_end_matches(['.', '!', '?']),
            minutes,
            props: &props,
            start: routine.start().map(Text::as_str),
            never: &never,
            gently: &gently,
            is_still: routine.is_still(),
            caution: routine.caution.as_ref().map(Text::as_str),
        };
        // A listener who leaves the welcome before it has told the first position is led there by the first pose.
        self.position = welcome.start.map(|_| String::new());
        for phrase in self.phrases.welcome(&welcome) {
            self.speak(&phrase, self.prosody.timing.sentence, &span);
            if let Some(start) = welcome.start.filter(|start| self.phrases.start(start) == phrase) {
                self.arrive(start.to_owned(), self.prosody.timing.change_position);
                self.is_start_told = true;
            }
        }
        let settle = self.settings.settle;
        if !settle.is_zero() {
            self.speak(&self.phrases.settle(settle), self.prosody.timing.sentence, &span);
            self.push(ItemKind::Settle(settle), &span);
        }
        if routine.own_breath {
            self.invite();
        }
    }

    /// Invites the listener to tap their own breath, where they can. A breath that is held for long is a pattern of its
    /// own, which nobody breathes by themselves.
    fn invite(&mut self) {
        let Settings { takes_taps, is_preview, breath, .. } = *self.settings;
        if !takes_taps || is_preview || self.at_pace(breath).is_held_long() {
            return;
        }
        let before = self.items.len();
        for phrase in &self.phrases.own_breath {
            self.speak(phrase, self.prosody.timing.sentence, &Span::default());
        }
        let words = self.items.len() - before;
        let slowest = self.settings.slowest_breath();
        self.push(ItemKind::Taps { patience: FIRST_TAP, words, slowest }, &Span::default());
    }

    /// Says the last words; in a session that ends awake, a bowl sounds after them.
    pub(crate) fn close(&mut self, ending: Ending) {
        self.pose = 0;
        self.push(ItemKind::Wait(self.prosody.timing.between_poses), &Span::default());
        let phrases = match ending {
            Ending::Asleep => &self.phrases.close_asleep,
            Ending::Awake => &self.phrases.close_awake,
        };
        for phrase in phrases {
            self.speak(phrase, self.prosody.timing.sentence, &Span::default());
        }
        if ending == Ending::Awake {
            self.chime(Chime::Bowl, &Span::default());
        }
    }
}
