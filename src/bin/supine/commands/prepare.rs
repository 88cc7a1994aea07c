//! What play, show and render share: reading the routine and the config, and writing the plan.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt::Display;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::progress::Progress;
use super::{Failure, complain};
use supine::catalogue::{self, Source};
use supine::cli::SessionArgs;
use supine::config::{self, Config, Origin, Resolved, home_expanded};
use supine::journal::{self, Identity};
use supine::mixer::{Ambience, Silence};
use supine::phrases::{Notice, Phrases};
use supine::plan::{Plan, Tail};
use supine::routine::Routine;
use supine::routine::parse::parse;
use supine::score::length::planned;
use supine::session::rendered::feeder::Feeder;
use supine::session::report::measure;
use supine::session::stage::{Begin, Changes, Words};
use supine::settings::{Pace, Settings};
use supine::sounds::AmbienceChoice;
use supine::sounds::soundscape::Soundscape;
use supine::speech::clips::Clips;
use supine::speech::voices::{Voice, VoiceError, VoiceId, Voices};
use supine::speech::{SpeechError, Utterance};
use supine::units::SampleRate;

/// The rate of a rendered file, and of what is only measured or shown.
pub const FILE_RATE: SampleRate = SampleRate::HZ_48000;

/// A routine, ready to be given a voice.
pub struct Prepared {
    pub source: Source,
    pub routine: Routine,
    pub resolved: Resolved,
    pub settings: Settings,
    pub plan: Arc<Plan>,
    pub voices: Voices,
    /// The pose to begin at, when that is not at the beginning.
    pub begin: Option<usize>,
    /// Whether the ambience falls silent in a pause.
    pub pause_silence: bool,
    phrases: Phrases,
    /// What is said before all else.
    notices: BTreeSet<Notice>,
}

/// What the config file says; nothing without a file.
pub fn read_config() -> Result<Config, Failure> {
    let Some(path) = config::path() else { return Ok(Config::default()) };
    if !path.exists() {
        return Ok(Config::default());
    }
    let source = catalogue::read_config(&path)?;
    config::parse(&source.text).map_err(|problems| Failure::File(source, problems))
}

/// Reads everything and writes the plan.
pub fn prepare(routine: &OsStr, session: SessionArgs) -> Result<Prepared, Failure> {
    prepare_and_tell(catalogue::read(routine)?, session)
}

/// The same of a routine's text, and tells of a language without phrases.
pub fn prepare_and_tell(source: Source, session: SessionArgs) -> Result<Prepared, Failure> {
    let prepared = prepare_source(source, session)?;
    let language = &prepared.routine.language;
    if !Phrases::for_language(language).1 {
        complain(&format!(
            "supine: there are no phrases in `{language}` yet; counts and cues will be in English"
        ));
    }
    Ok(prepared)
}

/// Reads what goes with a routine's text and writes the plan; tells nothing of it.
pub fn prepare_source(source: Source, session: SessionArgs) -> Result<Prepared, Failure> {
    let config = read_config()?;
    let routine = parse(&source.text).map_err(|problems| Failure::File(source.clone(), problems))?;
    let resolved = Resolved::new(
        &session.into(),
        &config.choices,
        routine.ambience.as_ref().map(|(name, _)| name.as_str()),
    );
    let settings = resolved.settings(routine.ending);
    let (phrases, _) = Phrases::for_language(&routine.language);
    let plan = planned(&routine, &settings, &phrases);
    let voices = Voices::new(config.engines, Clips::of_user());
    Ok(Prepared {
        source,
        routine,
        resolved,
        settings,
        plan: Arc::new(plan),
        voices,
        begin: None,
        pause_silence: config.pause_silence.unwrap_or(false),
        phrases,
        notices: BTreeSet::new(),
    })
}

/// Who may speak in a session. An engine may take seconds to answer.
#[derive(Clone)]
pub struct Casting {
    voices: Voices,
    language: String,
    chosen: Option<String>,
}

impl Casting {
    /// The voice that the listener has chosen, if it speaks the routine's language.
    pub fn chosen(&self) -> Result<Option<VoiceId>, VoiceError> {
        let (Some(name), language) = (&self.chosen, &self.language) else { return Ok(None) };
        let id = self.voices.find(name, language)?;
        if self.voices.speaks(&id, language) == Some(false) {
            return Err(VoiceError::OtherLanguage { id, language: language.clone() });
        }
        Ok(Some(id))
    }

    /// Makes a voice ready.
    pub fn open(&self, id: &VoiceId) -> Result<Voice, SpeechError> {
        self.voices.open(id, &self.language)
    }

    /// The best voice of those that were not `tried`.
    pub fn next_best(&self, rendered: bool, tried: &[VoiceId]) -> Result<(VoiceId, Voice), VoiceError> {
        let found = self.voices.best(&self.language, rendered, tried)?;
        Ok((found.id, found.voice))
    }
}

impl Prepared {
    /// What the routine is known by in the journal.
    pub fn identity(&self) -> Identity {
        Identity { text: journal::hash(&self.source.text), meaning: journal::hash(&self.routine.meaning()) }
    }

    /// The ambience in force, and what was left out of it, in a line.
    pub fn ambience(&self) -> Result<(AmbienceChoice, Option<String>), Failure> {
        let chosen = &self.resolved.ambience;
        // A routine's file stands beside the routine, the listener's own where the listener is.
        let found = match chosen.origin {
            Origin::Routine => AmbienceChoice::find_within(&chosen.value, &self.source.folder),
            _ => AmbienceChoice::find(home_expanded(&chosen.value), Path::new("")),
        }?;
        let left_out = found.left_out_line();
        Ok((found.choice, left_out))
    }

    /// The ambience in force, where nothing can be said of it.
    pub fn ambience_of_file(&self) -> Result<AmbienceChoice, Failure> {
        let (ambience, left_out) = self.ambience()?;
        if let Some(left_out) = left_out {
            complain(&format!("supine: {left_out}"));
        }
        Ok(ambience)
    }

    /// This session for a file, which has an end: where the config lets it go on until morning, it is
    /// the sleep timer's.
    ///
    /// # Errors
    /// When it was asked for now that it has none.
    pub fn with_an_end(mut self) -> Result<Self, Failure> {
        let until_morning = &self.resolved.until_morning;
        if until_morning.value && until_morning.origin == Origin::Flag {
            return Err(Failure::Endless);
        }
        let ambience = &mut Arc::make_mut(&mut self.plan).ambience;
        if ambience.tail == Tail::Endless {
            ambience.tail = Tail::Fades(self.settings.sleep_timer);
        }
        Ok(self)
    }

    /// The ambience in force, ready to be mixed into a file.
    pub fn soundscape(&self) -> Result<Box<dyn Ambience>, Failure> {
        let ambience = self.ambience_of_file()?;
        let tell = |told| complain(&format!("supine: {told}"));
        let soundscape = Soundscape::open(&ambience, self.settings.loudness, FILE_RATE, Arc::new(tell))?;
        Ok(soundscape.map_or_else(|| Box::new(Silence) as Box<dyn Ambience>, |open| Box::new(open)))
    }

    /// How a recorded session sounds, in a line.
    pub fn measured(&self, feeder: &Feeder) -> Result<String, Failure> {
        let bar = Progress::new("measured", 0);
        let report = measure(feeder.score(), feeder.cues(), self.soundscape()?, &mut |done, of| {
            bar.set(done, of);
        });
        bar.end();
        let target = self.settings.loudness + self.settings.voice_gain;
        let margin = match report.margin {
            Some(margin) => format!("at least {:.1} dB over the ambience", margin.0),
            None => "no ambience".to_owned(),
        };
        Ok(format!(
            "speech {:.1} LUFS (target {:.1}), overall {:.1} LUFS, true peak {:.1} dBTP, {margin}",
            report.speech.0, target.0, report.mix.0, report.true_peak.0
        ))
    }

    /// Says what kept the clips from being kept; to be called when a session has ended.
    pub fn tell_of_clips(&self) {
        if let Some(problem) = self.voices.clips().problem() {
            complain(&format!("supine: {problem}"));
        }
    }

    /// The voice in force; `rendered` asks for one that gives samples.
    pub fn voice(&self, rendered: bool) -> Result<(VoiceId, Voice), Failure> {
        match self.chosen()? {
            None => self.next_best(rendered, &[]),
            Some(id) if rendered && !self.voices.is_rendered(&id) => Err(self.voices.not_rendered(id).into()),
            Some(id) => {
                let voice = self.voices.open(&id, &self.routine.language).map_err(VoiceError::from)?;
                Ok((id, voice))
            }
        }
    }

    /// The voice that the listener has chosen, if it speaks the routine's language.
    pub fn chosen(&self) -> Result<Option<VoiceId>, VoiceError> {
        self.casting().chosen()
    }

    /// The best voice of those that were not `tried`.
    pub fn next_best(&self, rendered: bool, tried: &[VoiceId]) -> Result<(VoiceId, Voice), Failure> {
        Ok(self.casting().next_best(rendered, tried)?)
    }

    /// Who may speak, for a thread that asks them.
    pub fn casting(&self) -> Casting {
        let (voices, language) = (self.voices.clone(), self.routine.language.clone());
        Casting { voices, language, chosen: self.resolved.voice.value.clone() }
    }

    /// Leads these poses gently, and says why.
    pub fn lead_gently(&mut self, poses: Vec<String>) {
        self.settings.gentler = poses;
        self.write_plan();
    }

    /// Where the session begins, and what it says first there.
    pub fn beginning(&self) -> Option<Begin> {
        let notices = self.notices.iter().map(|notice| self.phrases.notice(*notice));
        let words = notices.chain([self.phrases.resumed.as_str()]);
        let words = words.map(|phrase| self.utterance(phrase)).collect();
        self.begin.map(|pose| Begin { pose, words })
    }

    /// How the session may be changed on its way; the voices that were `tried` speak no more.
    pub fn changes(&self, mut tried: Vec<VoiceId>) -> Changes {
        let (routine, settings) = (self.routine.clone(), self.settings.clone());
        let phrases = self.announcing();
        let words = Words {
            slower: self.utterance(&phrases.slower),
            faster: self.utterance(&phrases.faster),
            left_out: self.utterance(&phrases.left_out),
            voice_lost: self.utterance(&phrases.voice_lost),
        };
        let (voices, language) = (self.voices.clone(), self.routine.language.clone());
        let next_voice = move || {
            let found = voices.best(&language, false, &tried).ok()?;
            tried.push(found.id.clone());
            Some((found.id.to_string(), found.voice))
        };
        let replan = move |pace: Pace| {
            let settings = Settings { pace, ..settings.clone() };
            planned(&routine, &settings, &phrases)
        };
        Changes { replan: Box::new(replan), next_voice: Arc::new(Mutex::new(next_voice)), words }
    }

    /// A phrase as it is said at the beginning of the session.
    fn utterance(&self, phrase: &str) -> Utterance {
        let plan = Plan::lines(&[(phrase.to_owned(), Duration::ZERO)], &self.settings, &self.phrases);
        // A phrase of the catalogue is one sentence.
        plan.utterances.into_iter().next().unwrap_or_else(|| Utterance::plain(phrase.to_owned(), 1.0))
    }

    /// Prints a problem that a session plays with, and lets it be said first.
    pub fn tell(&mut self, notice: Notice, problem: &dyn Display) {
        complain(&format!("supine: {problem}"));
        self.announce(notice);
    }

    /// Lets a notice be said first.
    pub fn announce(&mut self, notice: Notice) {
        if self.notices.insert(notice) {
            self.write_plan();
        }
    }

    /// The phrases, with what is said first.
    fn announcing(&self) -> Phrases {
        self.phrases.clone().announcing(self.notices.iter().copied())
    }

    /// Writes the plan anew, for settings or notices that have changed.
    fn write_plan(&mut self) {
        self.plan = Arc::new(planned(&self.routine, &self.settings, &self.announcing()));
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use supine::config::Choices;
    use supine::routine::Ending;

    fn prepared(text: &str) -> Prepared {
        let resolved = Resolved::new(&Choices::default(), &Choices::default(), None);
        let mut prepared = Prepared {
            source: Source { path: "a.toml".to_owned(), folder: PathBuf::from("."), text: text.to_owned() },
            routine: parse(text).unwrap(),
            settings: resolved.settings(Ending::Awake),
            resolved,
            plan: Arc::default(),
            voices: Voices::new(Vec::new(), Clips::of_user()),
            begin: None,
            pause_silence: false,
            phrases: Phrases::for_language("en").0,
            notices: BTreeSet::new(),
        };
        prepared.write_plan();
        prepared
    }

    #[test]
    fn another_pace_changes_nothing_of_what_is_said() {
        let steps = "steps = [{ gentle = \"A little.\" }, \"Lie.\"]";
        let mut prepared = prepared(&format!("title = \"A\"\n[[pose]]\nname = \"Cat\"\n{steps}"));
        prepared.lead_gently(vec!["Cat".to_owned()]);
        prepared.announce(Notice::NoKeys);
        prepared.announce(Notice::AnotherVoice);
        prepared.announce(Notice::AnotherVoice);
        let texts = |plan: &Plan| plan.utterances.iter().map(|said| said.text.clone()).collect::<Vec<_>>();
        let said = texts(&prepared.plan);
        let is_said = |phrase: &str| said.iter().filter(|text| *text == phrase).count();
        assert_eq!([is_said("A little."), is_said(&prepared.phrases.gentler)], [1, 1]);
        let notices = [Notice::AnotherVoice, Notice::NoKeys].map(|notice| prepared.phrases.notice(notice));
        assert_eq!(said[..2], notices, "whose voice it is comes first");
        assert_eq!(notices.map(is_said), [1, 1]);
        let slower = (prepared.changes(Vec::new()).replan)(Pace::SLOW);
        assert_eq!((texts(&slower), slower.items.len()), (said, prepared.plan.items.len()));
    }

    #[test]
    fn who_begins_on_the_way_hears_so_and_whose_voice_it_is() {
        let mut prepared = prepared("title = \"A\"\n[[pose]]\nname = \"Cat\"\nsteps = [\"Lie.\"]");
        assert!(prepared.beginning().is_none());
        prepared.begin = Some(1);
        prepared.announce(Notice::AnotherVoice);
        let begin = prepared.beginning().unwrap();
        let words: Vec<&str> = begin.words.iter().map(|said| said.text.as_str()).collect();
        assert_eq!((begin.pose, words[1]), (1, "Let's go on from where we stopped."));
        assert!(words.len() == 2 && words[0].starts_with("The voice you chose does not answer"), "{words:?}");
    }
}
