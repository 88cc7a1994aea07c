//! The options of a session as arguments: every option that the library declares is a flag here.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use supine::config::Choices;
use supine::config::choices::{DeclaredOption, Form, OPTIONS};

/// The choices made by flags: by those of every session, or by those that matter only while one plays.
#[derive(Clone, Debug, Default)]
pub struct OptionArgs<const WHILE_PLAYING: bool>(pub Choices);

/// The options of every session, played or not.
pub type SessionArgs = OptionArgs<false>;
/// The options of a session that is played.
pub type PlayingArgs = OptionArgs<true>;

impl SessionArgs {
    /// All choices for a session that is played.
    pub fn and(self, playing: &PlayingArgs) -> Choices {
        self.0.over(&playing.0)
    }
}

/// The options that matter only while a session plays, or all others.
fn options(while_playing: bool) -> impl Iterator<Item = &'static DeclaredOption> {
    OPTIONS.iter().filter(move |option| option.details.while_playing == while_playing)
}

impl<const WHILE_PLAYING: bool> Args for OptionArgs<WHILE_PLAYING> {
    fn augment_args(command: Command) -> Command {
        command.args(options(WHILE_PLAYING).map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<const WHILE_PLAYING: bool> FromArgMatches for OptionArgs<WHILE_PLAYING> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut args = Self::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for option in options(WHILE_PLAYING) {
            let is_given = matches.value_source(option.key) == Some(ValueSource::CommandLine);
            let words = matches.get_raw(option.key).filter(|_| is_given).into_iter().flatten();
            let word = match option.form {
                Form::List => words.map(OsStr::to_owned).reduce(|all, word| {
                    let mut all = all;
                    all.push(",");
                    all.push(word);
                    all
                }),
                _ => words.last().map(OsStr::to_owned),
            };
            if let Some(word) = &word {
                let refused = |reason: String| clap::Error::raw(ErrorKind::ValueValidation, reason + "\n");
                option.choose(&mut self.0, word).map_err(refused)?;
            }
        }
        Ok(())
    }
}

/// The argument for an option.
fn argument(option: &'static DeclaredOption) -> Arg {
    let argument = Arg::new(option.key).long(option.flag).help(option.help());
    let argument = match option.details.excludes {
        Some(excluded) => argument.conflicts_with(excluded),
        None => argument,
    };
    if option.details.stands_alone {
        return argument.action(ArgAction::SetTrue);
    }
    let is_list = option.form == Form::List;
    let action = if is_list { ArgAction::Append } else { ArgAction::Set };
    let argument = argument.action(action).value_name(option.details.value_name);
    // The word itself is kept; it is read later.
    let checked = |text: &str| option.check(text.as_ref()).map(|()| text.to_owned());
    match option.form {
        Form::Bytes => argument.value_parser(value_parser!(std::ffi::OsString)),
        Form::Text => argument.value_parser(value_parser!(String)),
        Form::Checked | Form::List => argument.value_parser(checked),
        Form::Signed => argument.value_parser(checked).allow_negative_numbers(true),
        Form::Words(words) => argument.value_parser(PossibleValuesParser::new(
            words.iter().map(|(word, help)| PossibleValue::new(*word).help(*help)),
        )),
        Form::Truth => argument
            .value_parser(value_parser!(bool))
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::commands::Cli;

    fn chosen(line: &str) -> Choices {
        let words = ["supine"].into_iter().chain(line.split_whitespace());
        let Cli { session, playing, .. } = Cli::try_parse_from(words).unwrap();
        session.and(&playing)
    }

    /// The words of a command line are read by clap and, from an old journal, by the library.
    #[test]
    fn flags_are_read_as_the_library_reads_them() {
        let line = "--voice=-odd --language=de --pace=0.77 --holds=1.5 --counting=sparse --level=gentle --words=brief --pauses=plain --mono=true --breath-cues=tone \
            --breath=2.5:7 --ambience=rain --ambience-gain=-6 --loudness=-23.5 --voice-gain=-3 --wind-down=off \
            --ending=awake --sleep-timer=1h30min --settle=45s --minutes=12.5 --from=pigeon --only=a,b --skip=c \
            --never=pigeon --always-gentle=d --silent-screen=true --pause-silence=false";
        let words: Vec<_> = line.split_whitespace().map(Into::into).collect();
        assert_eq!(words.len() + 1, OPTIONS.len(), "an option is missing in this test");
        assert_eq!(chosen(line), Choices::of_words(&words).unwrap());
        assert_eq!(chosen("--until-morning").until_morning, Some(true));
        assert_eq!(chosen("--silent-screen").silent_screen, Some(true));
        assert_eq!(chosen("--no-setup --fake-output"), Choices::default());
    }
}
