//! How a session begins and ends: the preflight, the time to settle in, and the close.

use std::time::Duration;

use super::{Expander, LEAD_IN};
use crate::diagnostic::Span;
use crate::phrases::Welcome;
use crate::plan::ItemKind;
use crate::routine::text::Text;
use crate::routine::{Chime, Ending, Id, Opening, Pose, Routine};
use crate::settings::Settings;

/// When the first breath is not tapped by then, the session goes on.
const FIRST_TAP: Duration = Duration::from_secs(12);

impl Expander<'_> {
    /// Says what is to come, in the prosody of the first pose, so the listener hears at once whether the voice
    /// is too loud or too soft. Time to settle in may follow.
    pub(crate) fn welcome(&mut self, routine: &Routine, minutes: u32) {
        let span = Span::default();
        self.push(ItemKind::Wait(LEAD_IN), &span);
        let present = routine.present();
        if present.first().is_some_and(|first| first.opening == Opening::None) {
            for notice in self.phrases.notices() {
                self.speak(notice, self.prosody.timing.sentence, &span);
            }
            return;
        }
        self.is_welcomed = true;
        let titles: Vec<&str> = present.iter().map(|head| bare(&head.title)).collect();
        let props = once(present.iter().flat_map(|head| &head.props).map(Text::as_str));
        let never = once(self.settings.never.iter().map(String::as_str));
        let gentle = routine.poses.iter().filter(|pose| self.settings.always_gentle.contains(&pose.id));
        let gently = once(gentle.map(|pose| pose.name.as_str()));
        let welcome = Welcome {
            titles: &titles,
            minutes,
            props: &props,
            start: routine.start().map(Text::as_str),
            never: &never,
            gently: &gently,
            is_still: routine.is_still(),
            cautions: &once(present.iter().filter_map(|head| head.caution.as_ref()).map(Text::as_str)),
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
        if present.first().is_some_and(|first| first.own_breath) {
            self.invite();
        }
    }

    /// Invites the listener to tap their own breath, where they can, and where it would be led.
    fn invite(&mut self) {
        let Settings { takes_taps, is_preview, .. } = *self.settings;
        if !takes_taps || is_preview || self.is_held_long() {
            return;
        }
        let before = self.items.len();
        for phrase in &self.phrases.own_breath {
            self.speak(phrase, self.prosody.timing.sentence, &Span::default());
        }
        let words = self.items.len() - before;
        let slowest = self.settings.slowest_breath(self.breath);
        self.push(ItemKind::Taps { patience: FIRST_TAP, words, slowest }, &Span::default());
    }

    /// Names the next of several routines before its first pose, unless that pose's own name says the same or the routine
    /// begins without a word. What to look out for in it was said in the welcome, if there was one.
    pub(super) fn hand_over(&mut self, pose: &Pose) {
        if std::mem::replace(&mut self.part, pose.part) == pose.part {
            return;
        }
        let Some(head) = self.heads.get(pose.part).copied() else { return };
        let (title, pause) = (bare(&head.title), self.prosody.timing.sentence);
        if head.opening == Opening::Full && Id::of(title) != Id::of(pose.name.as_str()) {
            self.speak(&self.phrases.now(title), pause, head.title.span());
        }
        if let Some(caution) = head.caution.as_ref().filter(|_| !self.is_welcomed) {
            self.speak(caution.as_str(), pause, caution.span());
        }
        // Many a routine ends with the listener lying as they like to sleep, so the way to the next position is said
        // even where the last one that was named is the same.
        self.position = None;
        self.is_start_told = false;
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

/// A title without its mark at the end.
fn bare(title: &Text) -> &str {
    title.as_str().trim_end_matches(['.', '!', '?'])
}

/// Texts without those that came before.
fn once<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut different: Vec<&str> = Vec::new();
    for text in texts {
        if !different.contains(&text) {
            different.push(text);
        }
    }
    different
}
