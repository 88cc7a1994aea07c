//! How a session ended, why it did not play to its end, and what went wrong on the way.

use std::sync::{Arc, Mutex, PoisonError};

use crate::advice::{Advice, Advise, advised};
use crate::catalogue::{CatalogueError, Source};
use crate::diagnostic::Diagnostic;
use crate::output::OutputError;
use crate::output::file::FileError;
use crate::sounds::SoundError;
use crate::speech::SpeechError;
use crate::speech::voices::VoiceError;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It played to its end.
    Played,
    /// It was asked to stop, and it faded out.
    Stopped,
}

/// The outcome of a session that was played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub finish: Finish,
    /// A sentence for each thing that differed from what was asked for.
    pub warnings: Vec<String>,
}

/// What kept a session from beginning, or from its end.
#[derive(Debug)]
pub enum SessionError {
    /// There is no such routine, or the config can't be read.
    Catalogue(CatalogueError),
    /// The routine or the config has mistakes.
    Mistakes(Box<Source>, Vec<Diagnostic>),
    /// A session that was cut short has no place in this routine any more.
    Place(Advice),
    /// What was asked for does not fit the routine: a time, or a pose.
    Unfit(Advice),
    /// The ambience that was asked for.
    Ambience(SoundError),
    /// No voice is to be had.
    Voice(VoiceError),
    /// No voice could be recorded to the end; every reason, with its place.
    Unsaid(Vec<Advice>),
    /// The voice, before anything was heard.
    Speech(SpeechError),
    /// The voice, in the middle of the session.
    VoiceLost(SpeechError),
    /// The ambience or a chime, when it was to be heard.
    Sound(SoundError),
    /// The output.
    Output(OutputError),
    /// A file was to go on until morning.
    Endless,
    /// The file that it was to be rendered to.
    Written(FileError),
    /// Nobody waits for it any more.
    GivenUp(Advice),
}

impl Advise for SessionError {
    fn advice(&self) -> Advice {
        match self {
            Self::Catalogue(error) => error.advice(),
            Self::Mistakes(source, _) => format!("there are mistakes in {}", source.path).into(),
            Self::Place(advice) | Self::Unfit(advice) | Self::GivenUp(advice) => advice.clone(),
            Self::Ambience(error) | Self::Sound(error) => error.advice(),
            Self::Voice(error) => error.advice(),
            Self::Unsaid(reasons) => Advice::list("no voice can say all of this routine: ", reasons),
            Self::Speech(error) => error.advice(),
            Self::VoiceLost(error) => error
                .advice()
                .about(|problem| format!("the voice was lost in the middle of the session: {problem}")),
            Self::Output(error) => error.advice(),
            Self::Endless => Advice::new(
                "a file has an end, so `--until-morning` is only for playing",
                "use `--sleep-timer 1h`, for example",
            ),
            Self::Written(error) => error.advice(),
        }
    }
}

advised!(
    SessionError,
    Catalogue(CatalogueError),
    Voice(VoiceError),
    Speech(SpeechError),
    Sound(SoundError),
    Output(OutputError),
    Written(FileError)
);

/// Sentences for the end of a session, each one once: a part that is played again has the same problems.
#[derive(Clone, Default)]
pub(crate) struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    pub(crate) fn add(&self, more: impl IntoIterator<Item = String>) {
        let mut warnings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for warning in more {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::catalogue::Shelf;
    use crate::journal::JournalError;
    use crate::output::format::Format;
    use crate::remote::socket::SocketError;
    use crate::sounds::AmbienceChoice;
    use crate::speech::script;
    use crate::speech::voices::Voices;
    use crate::whole_file::{self, Refusal};
    use crate::{catalogue, config, control};

    /// What a help begins with: an imperative, a question, or a list to choose from.
    const BEGINNINGS: [&str; 27] = [
        "`supine list` lists",
        "`supine voices` lists",
        "allow",
        "build",
        "check",
        "choose",
        "connect",
        "describe",
        "did you mean",
        "give",
        "install",
        "leave",
        "make",
        "mend",
        "name",
        "only `~/`",
        "put",
        "reinstall",
        "remove",
        "render",
        "restart",
        "save",
        "say",
        "split",
        "start",
        "try",
        "use",
    ];

    type Error = Box<dyn Advise>;

    fn io() -> std::io::Error {
        std::io::ErrorKind::PermissionDenied.into()
    }

    fn of_files() -> Vec<Error> {
        let (folder, path) = (std::env::temp_dir(), || "a/b".into());
        let refusal = || Refusal::from(io());
        let within = |name: &str| AmbienceChoice::find_within(name, Path::new("/")).unwrap_err();
        let (why, name) = (|| "it is no WAV".to_owned(), "name it a.wav".to_owned());
        vec![
            Box::new(Shelf::english().read("bedtime-bac").unwrap_err()),
            Box::new(Shelf::english().read("zzz").unwrap_err()),
            Box::new(Shelf::english().read("~zzz").unwrap_err()),
            Box::new(Shelf::english().read(&folder).unwrap_err()),
            Box::new(Shelf::english().read("/dev/null").unwrap_err()),
            Box::new(Shelf::english().read_all(&["-", "-"]).unwrap_err()),
            Box::new(catalogue::read_file(Path::new("/gone/a.toml")).unwrap_err()),
            Box::new(within("zzz")),
            Box::new(within("brow")),
            Box::new(within("dev/null")),
            Box::new(SoundError::Unreadable { path: path(), error: io() }),
            Box::new(SoundError::Outside(path())),
            Box::new(SoundError::Empty { path: path(), why: " (b.txt: it is a text)".to_owned() }),
            Box::new(whole_file::follow(&folder).unwrap_err()),
            Box::new(whole_file::follow(Path::new("a/")).unwrap_err()),
            Box::new(FileError::Unwritable { path: path(), refusal: refusal() }),
            Box::new(FileError::OtherFormat { path: path(), why: why(), help: name }),
            Box::new(FileError::NotStreamed(Format::Mp3)),
            Box::new(FileError::NoBitrate(Format::Flac)),
            Box::new(FileError::NoProgram { path: path(), format: Format::Mp3, help: "install ffmpeg" }),
            Box::new(FileError::Program { path: path(), program: "ffmpeg", why: why() }),
            Box::new(FileError::Terminal),
            Box::new(FileError::Unread { path: path(), done_s: 1.5 }),
            Box::new(FileError::TooLong { hours: 7.0 }),
            Box::new(FileError::Stopped),
            Box::new(JournalError::Damaged { path: path(), aside: path(), reason: "EOF".to_owned() }),
            Box::new(JournalError::Unwritable { path: path(), refusal: refusal() }),
            Box::new(JournalError::Refused { what: "read", path: path(), error: io() }),
        ]
    }

    fn of_sound() -> Vec<Error> {
        let (engine, language) = (|| "flite".to_owned(), || "de".to_owned());
        let installed = || SpeechError::NotInstalled { engine: engine(), install: "install it".to_owned() };
        let word = script::Unsayable { word: "ა".to_owned(), letters: Some("Georgian") };
        let text = "One; two. Three".to_owned();
        let reasons = || vec![installed().advice(), "`x` is hoarse".into(), installed().advice()];
        let voices = Voices::new(Default::default(), crate::speech::clips::Clips::of(&Default::default()));
        let natural = || voices.find("fake", "en").unwrap();
        vec![
            Box::new(installed()),
            Box::new(SpeechError::TimedOut { engine: engine(), limit: Duration::from_secs(1) }),
            Box::new(SpeechError::failed(engine(), "it is gone")),
            Box::new(SpeechError::Unusable { engine: engine(), text, why: "it is no WAV".into() }),
            Box::new(SpeechError::Unsayable { engine: engine(), word }),
            Box::new(voices.find("fakee", "en").unwrap_err()),
            Box::new(VoiceError::Ambiguous { name: engine(), count: 2, examples: "a, b".to_owned() }),
            Box::new(voices.not_rendered(natural())),
            Box::new(VoiceError::None { language: language(), reasons: reasons() }),
            Box::new(VoiceError::OtherLanguage { id: natural(), language: language() }),
            Box::new(OutputError::NoDevice("none".to_owned())),
            Box::new(OutputError::NotBuiltIn),
            Box::new(OutputError::Lost),
            Box::new(SocketError::Taken),
            Box::new(SocketError::NoSession),
            Box::new(SocketError::NoAnswer),
            Box::new(SocketError::Unusable { path: "a".into(), error: io() }),
            Box::new("dance".parse::<control::Request>().unwrap_err()),
            Box::new("volume 900".parse::<control::Request>().unwrap_err()),
            Box::new(config::remember(&Default::default(), &[]).unwrap_err()),
            Box::new(SessionError::Place(Advice::from("it has no pose"))),
            Box::new(SessionError::Unsaid(reasons())),
            Box::new(SessionError::VoiceLost(installed())),
            Box::new(SessionError::Endless),
        ]
    }

    #[test]
    fn every_error_keeps_what_is_wrong_apart_from_what_to_do() {
        for error in of_files().into_iter().chain(of_sound()) {
            let (problem, shown) = (error.problem(), error.advice().to_string());
            // A text that was to be said may hold anything.
            let words = problem.replace("\"One; two. Three\"", "");
            assert!(!words.contains("; ") && !words.contains(". ") && !words.ends_with('.'), "{problem}");
            let rest = shown.strip_prefix(&problem).unwrap();
            let Some(help) = error.help() else {
                assert!(rest.is_empty() || rest.starts_with("; "), "{shown}");
                continue;
            };
            let joint = if help.starts_with(char::is_uppercase) { ". " } else { "; " };
            assert!(rest.starts_with(&format!("{joint}{help}")), "{shown}");
            let is_help = BEGINNINGS.iter().any(|word| help.to_lowercase().starts_with(word));
            assert!(is_help && !help.ends_with('.'), "{help}");
        }
    }

    #[test]
    fn an_error_inside_another_keeps_its_help() {
        let error =
            SpeechError::NotInstalled { engine: "flite".to_owned(), install: "install it".to_owned() };
        let lost = SessionError::VoiceLost(error);
        assert_eq!(lost.help().as_deref(), Some("install it"));
        assert_eq!(
            lost.to_string(),
            "the voice was lost in the middle of the session: flite is not installed; install it"
        );
    }
}
