//! `supine resume`: goes on with the session that broke off last.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use super::play;
use crate::failure::Failure;
use crate::opening::silence_screen;
use supine::advice::Advice;
use supine::cli::{self, Cli, SessionArgs, StartArgs};
use supine::folders::Folders;
use supine::journal::{Journal, ResumePoint};
use supine::session::resuming::anew_instead;

pub fn resume(session: SessionArgs, start: StartArgs) -> Result<ExitCode, Failure> {
    let point = Journal::of(&Folders::of_user()).map_or(Ok(None), |journal| journal.resume_point())?;
    let nothing =
        || Failure::Other(Advice::from("there is no session to go on with").and("`supine` starts one"));
    let point = point.ok_or_else(nothing)?;
    let (session, start) = choices_of(&point, &session, start)?;
    silence_screen(&start);
    play::play(&point.routine, session, start, Some(&point))
}

/// The choices of the session that broke off, but for those that are made anew.
fn choices_of(
    point: &ResumePoint,
    session: &SessionArgs,
    start: StartArgs,
) -> Result<(SessionArgs, StartArgs), Failure> {
    let anew = [session.to_options(), start.to_options()].concat();
    // These two exclude each other, and the new one wins.
    let is_night = |option: &OsString| {
        let option = option.to_string_lossy();
        option.starts_with("--sleep-timer=") || option == "--until-morning"
    };
    let other_night = anew.iter().any(is_night);
    let remembered = point.options.iter().filter(|option| !other_night || !is_night(option)).cloned();
    let words = ["supine".into()].into_iter().chain(remembered).chain(anew.iter().cloned());
    // Whatever is said twice, the second one counts.
    let matches = Cli::command().args_override_self(true).try_get_matches_from(words);
    let cli = matches.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| {
        let reason = cli::reason(&error);
        let problem = format!("the options of that session are not understood any more ({reason})");
        Failure::Other(Advice::from(problem).and(anew_instead(point)))
    })?;
    let StartArgs { silent_screen, pause_silence, .. } = cli.start;
    Ok((cli.session, StartArgs { silent_screen, pause_silence, ..start }))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn flags(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    fn point(options: &str) -> ResumePoint {
        ResumePoint {
            routine: "mine.toml".into(),
            routine_id: None,
            routine_hash: None,
            meaning_hash: None,
            pose: 1,
            pose_id: None,
            pose_name: None,
            poses: 0,
            position_s: 0.0,
            options: flags(options),
            at: jiff::Timestamp::now(),
        }
    }

    /// The options of a session with these, resumed with those.
    fn choices(remembered: &str, anew: &str) -> Vec<OsString> {
        let words = ["supine"].into_iter().chain(anew.split_whitespace());
        let Cli { session, start, .. } = Cli::parse_from(words);
        let (session, resumed) = choices_of(&point(remembered), &session, start).unwrap();
        assert_eq!(resumed.no_setup, start.no_setup);
        [session.to_options(), resumed.to_options()].concat()
    }

    #[test]
    fn what_is_chosen_anew_wins_over_what_is_remembered() {
        let remembered =
            "--voice=fake --pace=slow --ambience-gain=-6 --silent-screen=true --pause-silence=true";
        let anew = "--pace=brisk --holds=2 --silent-screen=false --no-setup";
        let expected = "--voice=fake --pace=brisk --holds=2 --ambience-gain=-6 --silent-screen=false \
            --pause-silence=true";
        assert_eq!(choices(remembered, anew), flags(expected));
    }

    #[test]
    fn a_night_with_a_timer_wins_over_one_until_morning() {
        let session = choices("--pace=slow --until-morning", "--sleep-timer=20min");
        assert_eq!(session, flags("--pace=slow --sleep-timer=20min"));
    }

    #[test]
    fn options_of_another_time_are_told_in_a_sentence() {
        for options in ["--pace=slow --harp=soft", "--pace=9"] {
            let failure = choices_of(&point(options), &SessionArgs::default(), StartArgs::default());
            let Err(failure) = failure else { panic!("{options} was understood") };
            let message = failure.to_string();
            assert!(message.starts_with("the options of that session are not understood"), "{message}");
            assert!(message.ends_with("`supine play mine.toml` starts it anew"), "{message}");
        }
    }
}
