//! What is said in a session and when, as far as that is known before a voice has spoken: a routine, the
//! settings, and the session's own words. The plan is written when it is first asked for.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::stage::{Begin, OwnWords};
use super::whereabouts::Telling;
use crate::catalogue::Source;
use crate::phrases::{Notice, Phrases};
use crate::plan::Plan;
use crate::routine::Routine;
use crate::score::length::planned;
use crate::settings::{Pace, Settings};
use crate::utterance::Utterance;

/// A routine with everything that its plan is made from.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// The text that it was read from, for messages that show a place.
    pub source: Source,
    /// The routine.
    pub routine: Routine,
    /// How it is performed.
    pub settings: Settings,
    phrases: Phrases,
    /// The notices that are said before everything else.
    notices: BTreeSet<Notice>,
    plan: OnceLock<Arc<Plan>>,
}

impl Script {
    /// A script of a routine and its settings.
    pub(super) fn new(source: Source, routine: Routine, settings: Settings) -> Self {
        let (phrases, _) = Phrases::for_language(&routine.language);
        let (notices, plan) = Default::default();
        Self { source, routine, settings, phrases, notices, plan }
    }

    /// The plan. It is written only once, unless a notice or a setting changes.
    pub(crate) fn plan(&self) -> &Arc<Plan> {
        self.plan.get_or_init(|| Arc::new(planned(&self.routine, &self.settings, &self.announcing())))
    }

    /// Changes the settings.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.plan.take();
    }

    /// Has a notice said first.
    pub(super) fn announce(&mut self, notice: Notice) {
        if self.notices.insert(notice) {
            self.plan.take();
        }
    }

    /// The beginning at a pose (from 1), with the words that are said first there.
    pub(super) fn beginning(&self, pose: usize) -> Begin {
        let notices = self.notices.iter().map(|notice| self.phrases.notice(*notice));
        let words = notices.chain([self.phrases.resumed.as_str()]);
        Begin { pose, words: words.map(|phrase| self.utterance(phrase)).collect() }
    }

    /// The session's own words, for changes on the way.
    pub(super) fn words(&self) -> OwnWords {
        OwnWords {
            slower: self.utterance(&self.phrases.slower),
            faster: self.utterance(&self.phrases.faster),
            left_out: self.utterance(&self.phrases.left_out),
            whereabouts: self.whereabouts(),
            voice_lost: self.utterance(&self.phrases.voice_lost),
        }
    }

    /// Puts whereabouts into words, in the prosody of the session's beginning.
    fn whereabouts(&self) -> Telling {
        let (settings, phrases) = (self.settings.clone(), self.phrases.clone());
        Box::new(move |here| {
            let lines: Vec<_> =
                here.sentences(&phrases).into_iter().map(|line| (line, Duration::ZERO)).collect();
            Plan::lines(&lines, &settings, &phrases).utterances
        })
    }

    /// Writes the plan at other paces, with the same words.
    pub(super) fn at_other_paces(&self) -> impl Fn(Pace) -> Plan + Send + 'static {
        let (routine, settings, phrases) = (self.routine.clone(), self.settings.clone(), self.announcing());
        move |pace| planned(&routine, &Settings { pace, ..settings.clone() }, &phrases)
    }

    /// A phrase in the prosody of the session's beginning.
    fn utterance(&self, phrase: &str) -> Utterance {
        let plan = Plan::lines(&[(phrase.to_owned(), Duration::ZERO)], &self.settings, &self.phrases);
        // A phrase of the catalogue is one sentence.
        plan.utterances.into_iter().next().unwrap_or_else(|| Utterance::plain(phrase.to_owned(), 1.0))
    }

    /// The phrases, with the notices put before them.
    fn announcing(&self) -> Phrases {
        self.phrases.clone().announcing(self.notices.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::catalogue::Place;
    use crate::routine::Id;
    use crate::routine::parse::parse;

    fn script(text: &str) -> Script {
        let (path, folder, text) = ("a.toml".to_owned(), PathBuf::from("."), text.to_owned());
        let source = Source { path, place: Place::Pipe, folder, text, lacks: None };
        let routine = parse(&source.text).unwrap();
        Script::new(source, routine, Settings::default())
    }

    #[test]
    fn another_pace_changes_nothing_of_what_is_said() {
        let steps = "steps = [{ gentle = \"A little.\" }, \"Lie.\"]";
        let mut script = script(&format!("title = \"A\"\n[[pose]]\nname = \"Cat\"\n{steps}"));
        script.change(|settings| settings.gentler = vec![Id::of("Cat")]);
        script.announce(Notice::NoKeys);
        script.announce(Notice::AnotherVoice);
        script.announce(Notice::AnotherVoice);
        let texts = |plan: &Plan| plan.utterances.iter().map(|said| said.text.clone()).collect::<Vec<_>>();
        let said = texts(script.plan());
        let is_said = |phrase: &str| said.iter().filter(|text| *text == phrase).count();
        assert_eq!([is_said("A little."), is_said(&script.phrases.gentler)], [1, 1]);
        let notices = [Notice::AnotherVoice, Notice::NoKeys].map(|notice| script.phrases.notice(notice));
        assert_eq!(said[..2], notices, "whose voice it is comes first");
        assert_eq!(notices.map(is_said), [1, 1]);
        let slower = (script.at_other_paces())(Pace::SLOW);
        assert_eq!((texts(&slower), slower.items.len()), (said, script.plan().items.len()));
    }

    #[test]
    fn a_beginning_on_the_way_says_so_and_whose_voice_it_is() {
        let mut script = script("title = \"A\"\n[[pose]]\nname = \"Cat\"\nsteps = [\"Lie.\"]");
        script.announce(Notice::AnotherVoice);
        let begin = script.beginning(1);
        let words: Vec<&str> = begin.words.iter().map(|said| said.text.as_str()).collect();
        assert_eq!((begin.pose, words[1]), (1, "Let's go on from where we stopped."));
        assert!(words.len() == 2 && words[0].starts_with("The voice you chose does not answer"), "{words:?}");
    }

    #[test]
    fn the_plan_is_written_once_for_a_start_in_which_nothing_fails() {
        let script = script("title = \"A\"\n[[pose]]\nname = \"Cat\"\nsteps = [\"Lie.\"]");
        let first = Arc::clone(script.plan());
        script.beginning(1);
        script.words();
        assert!(Arc::ptr_eq(&first, script.plan()));
    }
}
