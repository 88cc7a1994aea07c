//! What is said in a session and when, as far as that is known before a voice has spoken: a routine, the
//! settings, and the session's own words. The plan is written when it is first asked for.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::sources::Sources;
use super::stage::{Begin, OwnWords};
use super::whereabouts::Telling;
use crate::phrases::{Notice, Phrases};
use crate::plan::Plan;
use crate::plan::estimate::estimated_time;
use crate::routine::{Id, Routine};
use crate::score::fit::{Fitting, Performed, Range, Words};
use crate::score::length::planned;
use crate::settings::{OwnBreath, Pace, Settings};
use crate::utterance::Utterance;

/// A routine with everything that its plan is made from.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// The texts that it was read from, for messages that show a place.
    pub sources: Sources,
    /// The routine.
    pub routine: Routine,
    /// How it is performed.
    pub settings: Settings,
    phrases: Phrases,
    /// The notices that are said before everything else.
    notices: BTreeSet<Notice>,
    /// The time that its guided part is to take.
    time: Option<Duration>,
    /// How long words take before they were spoken, as a factor on their estimates.
    tempo: f64,
    /// The poses that are left out for the time.
    left_out: OnceLock<Vec<Id>>,
    performed: OnceLock<Performed>,
    plan: OnceLock<Arc<Plan>>,
}

impl Script {
    /// A script of a routine and its settings.
    pub(super) fn new(sources: Sources, routine: Routine, settings: Settings) -> Self {
        let (phrases, _) = Phrases::for_language(&routine.language);
        let (notices, time, left_out, performed, plan) = Default::default();
        Self { sources, routine, settings, phrases, notices, time, tempo: 1.0, left_out, performed, plan }
    }

    /// The plan. It is written only once, unless a notice or a setting changes.
    pub(crate) fn plan(&self) -> &Arc<Plan> {
        self.plan.get_or_init(|| Arc::new(self.planned(self.performed())))
    }

    /// The plan of what is performed. Its welcome says the minutes that were asked for, whatever the estimates are.
    fn planned(&self, performed: &Performed) -> Plan {
        let Performed { routine, settings } = performed;
        match self.time {
            // At most some hours.
            Some(time) => {
                let minutes = (time.as_secs_f64() / 60.0).round().max(1.0) as u32;
                Plan::new(routine, settings, &self.announcing(), minutes)
            }
            None => planned(routine, settings, &self.announcing()),
        }
    }

    /// The routine as it is performed: fitted to its time, if it has one.
    pub(crate) fn performed(&self) -> &Performed {
        self.performed.get_or_init(|| match self.time {
            Some(time) => {
                self.with_fitting(&self.estimates(), |fitting| fitting.fitted(time, self.left_out()))
            }
            None => Performed { routine: self.routine.clone(), settings: self.settings.clone() },
        })
    }

    /// The poses that are left out for the time. They are chosen once, so that another voice or a notice changes the
    /// words of a session, and not its poses.
    fn left_out(&self) -> &[Id] {
        self.left_out.get_or_init(|| match self.time {
            Some(time) => self.with_fitting(&self.estimates(), |fitting| fitting.left_out(time)),
            None => Vec::new(),
        })
    }

    /// Changes the settings.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.left_out.take();
        self.write_anew();
    }

    /// Has its guided part take a time.
    pub(super) fn take_time(&mut self, time: Duration) {
        self.time = Some(time);
        self.left_out.take();
        self.write_anew();
    }

    /// Has its words estimated for another voice.
    pub(super) fn speak_at(&mut self, tempo: f64) {
        if self.tempo != tempo {
            self.tempo = tempo;
            if self.time.is_some() {
                self.write_anew();
            }
        }
    }

    fn write_anew(&mut self) {
        self.performed.take();
        self.plan.take();
    }

    /// The whole minutes that it can take.
    pub(super) fn range(&self, words: Words<'_>) -> Range {
        self.with_fitting(words, |fitting| fitting.range())
    }

    /// The lengths of words that no voice has spoken yet.
    pub(super) fn estimates(&self) -> impl Fn(&Utterance) -> Duration + use<> {
        let tempo = self.tempo;
        move |utterance| estimated_time(utterance).mul_f64(tempo)
    }

    /// What is performed and its plan, when these are the lengths of the words; `None` without a time to be fitted to.
    /// With a routine that is `tuned`, only pauses change.
    pub(super) fn refitted(
        &self,
        words: Words<'_>,
        tuned: Option<Routine>,
    ) -> Option<(Performed, Arc<Plan>)> {
        let time = self.time?;
        let performed = self.with_fitting(words, |fitting| match tuned {
            Some(routine) => fitting.tuned(routine, time),
            None => fitting.fitted(time, self.left_out()),
        });
        let plan = Arc::new(self.planned(&performed));
        Some((performed, plan))
    }

    fn with_fitting<T>(&self, words: Words<'_>, work: impl FnOnce(Fitting<'_>) -> T) -> T {
        let phrases = self.announcing();
        work(Fitting { routine: &self.routine, settings: &self.settings, phrases: &phrases, words })
    }

    /// Has a notice said first.
    pub(super) fn announce(&mut self, notice: Notice) {
        if self.notices.insert(notice) {
            self.write_anew();
        }
    }

    /// The place (from 1) of a pose among those that are performed; where it is left out, that of the one after it.
    pub(super) fn place_of(&self, pose: &Id) -> usize {
        let poses = &self.performed().routine.poses;
        let place = |id: &Id| poses.iter().position(|pose| pose.id == *id);
        let whole = self.routine.poses.iter().map(|pose| &pose.id);
        whole.skip_while(|id| *id != pose).find_map(place).map_or(1, |place| place + 1)
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
            unclear: self.utterance(&self.phrases.own_breath_unclear),
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

    /// Writes the plan at other paces, and at the listener's own breath, with the same words.
    pub(super) fn paced_otherwise(&self) -> impl Fn(Pace, Option<OwnBreath>) -> Plan + Send + 'static {
        let Performed { routine, settings } = self.performed().clone();
        let phrases = self.announcing();
        move |pace, own_breath| {
            planned(&routine, &Settings { pace, own_breath, ..settings.clone() }, &phrases)
        }
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
    use crate::catalogue::{Place, Source};
    use crate::routine::parse::parse;

    fn script(text: &str) -> Script {
        let (path, folder, text) = ("a.toml".to_owned(), PathBuf::from("."), text.to_owned());
        let source = Source { path, place: Place::Pipe, folder, text, lacks: None };
        let routine = parse(&source.text).unwrap();
        Script::new(Sources::new(vec![source]), routine, Settings::default())
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
        let slower = (script.paced_otherwise())(Pace::SLOW, None);
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
