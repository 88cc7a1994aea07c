//! A session's flags as text again, for a session that is to go on another time, from another folder.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;

use clap::ValueEnum;

use super::{SessionArgs, StartArgs};
use crate::folders::home_expanded;
use crate::sounds::AMBIENCES;

impl SessionArgs {
    /// The flags that give these choices, whatever the folder that they are read in.
    pub fn to_options(&self) -> Vec<OsString> {
        // All fields by name: one that is forgotten here does not compile.
        let Self {
            voice,
            pace,
            holds,
            counting,
            level,
            words,
            breath,
            ambience,
            ambience_gain,
            loudness,
            voice_gain,
            wind_down,
            ending,
            sleep_timer,
            until_morning,
            settle,
        } = self;
        let options = [
            given("voice", voice),
            given("pace", pace),
            given("holds", holds),
            named("counting", counting),
            named("level", level),
            named("words", words),
            given("breath", breath),
            ambience.as_deref().map(ambience_from_anywhere),
            given("ambience-gain", ambience_gain),
            given("loudness", loudness),
            given("voice-gain", voice_gain),
            named("wind-down", wind_down),
            named("ending", ending),
            given("sleep-timer", sleep_timer),
            until_morning.then(|| "--until-morning".into()),
            given("settle", settle),
        ];
        options.into_iter().flatten().collect()
    }
}

impl StartArgs {
    /// The flags that give these choices to another session; setup and output are for the one at hand.
    pub fn to_options(&self) -> Vec<OsString> {
        let Self { no_setup: _, silent_screen, pause_silence, output: _ } = self;
        let options = [given("silent-screen", silent_screen), given("pause-silence", pause_silence)];
        options.into_iter().flatten().collect()
    }
}

/// In one word, so that a value may begin with a dash.
fn given(name: &str, value: &Option<impl Display>) -> Option<OsString> {
    value.as_ref().map(|value| format!("--{name}={value}").into())
}

fn named(name: &str, value: &Option<impl ValueEnum>) -> Option<OsString> {
    let value = value.as_ref()?.to_possible_value()?;
    Some(format!("--{name}={}", value.get_name()).into())
}

/// An ambience by its name, or by a path that does not begin where the listener happens to be.
fn ambience_from_anywhere(ambience: &OsStr) -> OsString {
    let mut option = OsString::from("--ambience=");
    if ambience == "none" || AMBIENCES.iter().any(|built_in| built_in.name == ambience) {
        option.push(ambience);
        return option;
    }
    let path = home_expanded(ambience);
    // A path that can't be made absolute is not there either; whoever looks for it says so.
    option.push(std::path::absolute(&path).map_or(path, OsString::from));
    option
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use clap::{Args, Command, Parser};

    use super::*;
    use crate::cli::Cli;
    use crate::config::Choices;

    fn session(options: impl IntoIterator<Item = impl Into<OsString>>) -> SessionArgs {
        let words = ["supine".into()].into_iter().chain(options.into_iter().map(Into::into));
        Cli::try_parse_from(words).unwrap().session
    }

    #[test]
    fn every_flag_survives_being_written_down() {
        let line = "--voice=-odd --pace=0.77 --holds=1.5 --counting=sparse --level=gentle --words=brief \
            --breath=2.5:7 --ambience=rain --ambience-gain=-6 --loudness=-23.5 --voice-gain=-3 --wind-down=off \
            --ending=awake --sleep-timer=1h30min --settle=45s";
        let flags = session(line.split_whitespace().map(str::to_owned));
        let options = flags.to_options();
        let known = SessionArgs::augment_args(Command::new("supine")).get_arguments().count();
        // This one stands alone: it conflicts with a sleep timer.
        assert_eq!(session(["--until-morning".to_owned()]).to_options(), ["--until-morning"]);
        assert_eq!(options.len() + 1, known, "a flag is missing in this test: {options:?}");
        assert_eq!(Choices::from(session(options.clone())), Choices::from(flags));
        assert_eq!(session(options.clone()).to_options(), options);
        assert_eq!(SessionArgs::default().to_options(), [""; 0]);
    }

    #[test]
    fn how_a_session_starts_survives_too_but_for_what_is_only_for_once() {
        let start = |line: &str| {
            let words = ["supine"].into_iter().chain(line.split_whitespace());
            Cli::try_parse_from(words).unwrap().start
        };
        let options = start("--silent-screen --pause-silence=false --no-setup --fake-output").to_options();
        assert_eq!(options, ["--silent-screen=true", "--pause-silence=false"]);
        assert_eq!(start(&options.join(OsStr::new(" ")).to_string_lossy()).to_options(), options);
        assert_eq!(StartArgs::default().to_options(), [""; 0]);
    }

    #[test]
    fn an_ambience_is_found_from_any_folder() {
        let option = |ambience: &str| session([format!("--ambience={ambience}")]).to_options().remove(0);
        assert_eq!(option("none"), "--ambience=none");
        assert_eq!(option("/music/quiet.flac"), "--ambience=/music/quiet.flac");
        let here = std::env::current_dir().unwrap();
        assert_eq!(option("quiet.flac"), *format!("--ambience={}", here.join("quiet.flac").display()));
        let home = etcetera::home_dir().unwrap();
        assert_eq!(option("~/quiet.flac"), *format!("--ambience={}", home.join("quiet.flac").display()));
        let bytes = OsStr::from_bytes(b"--ambience=/music/\xff.flac");
        assert_eq!(session([bytes]).to_options(), [bytes]);
    }
}
