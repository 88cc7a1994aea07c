//! `supine resume`: goes on with the session that broke off last.

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use super::prepare::Prepared;
use super::{Failure, play};
use crate::cli::{self, Cli, SessionArgs, StartArgs};
use crate::journal::{Journal, ResumePoint};

pub fn resume(session: SessionArgs, start: StartArgs) -> Result<ExitCode, Failure> {
    let point = Journal::of_user().map_or(Ok(None), |journal| journal.resume_point())?;
    let nothing = || Failure::Other("there is no session to go on with; `supine` starts one".to_owned());
    let point = point.ok_or_else(nothing)?;
    let session = session_of(&point, &session)?;
    play::session(&point.routine, session, start, Some(&point))
}

/// The choices of the session that broke off, but for those that are made anew.
fn session_of(point: &ResumePoint, anew: &SessionArgs) -> Result<SessionArgs, Failure> {
    let anew = anew.to_options();
    // These two exclude each other, and the new one wins.
    let is_night = |option: &String| option.starts_with("--sleep-timer=") || option == "--until-morning";
    let other_night = anew.iter().any(is_night);
    let remembered = point.options.iter().filter(|option| !other_night || !is_night(option)).cloned();
    let words = ["supine".to_owned()].into_iter().chain(remembered).chain(anew.iter().cloned());
    // Whatever is said twice, the second one counts.
    let matches = Cli::command().args_override_self(true).try_get_matches_from(words);
    let cli = matches.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| {
        Failure::Other(format!(
            "the options of that session are not understood any more ({}); {}",
            cli::reason(&error),
            anew_instead(point)
        ))
    })?;
    Ok(cli.session)
}

/// Whether the place is still in the routine.
pub fn check(point: &ResumePoint, prepared: &Prepared) -> Result<(), Failure> {
    let poses = prepared.routine.poses.len();
    let problem = if point.routine_hash != prepared.hash() {
        format!("`{}` was changed since that session broke off, so its place can't be found", point.routine)
    } else if point.pose > poses {
        format!("that session broke off in pose {}, and `{}` has {poses}", point.pose, point.routine)
    } else {
        return Ok(());
    };
    Err(Failure::Other(format!("{problem}; {}", anew_instead(point))))
}

fn anew_instead(point: &ResumePoint) -> String {
    format!("`supine play {}` starts it anew", point.routine)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn flags(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn point(options: &str) -> ResumePoint {
        ResumePoint {
            routine: "mine.toml".to_owned(),
            routine_hash: String::new(),
            pose: 1,
            position_s: 0.0,
            options: flags(options),
            at: jiff::Timestamp::now(),
        }
    }

    #[test]
    fn what_is_chosen_anew_wins_over_what_is_remembered() {
        let anew = Cli::parse_from(["supine", "--pace", "brisk", "--holds", "2"]).session;
        let session = session_of(&point("--voice=fake --pace=slow --ambience-gain=-6"), &anew).unwrap();
        let expected = flags("--voice=fake --pace=brisk --holds=2 --ambience-gain=-6");
        assert_eq!(session.to_options(), expected);
    }

    #[test]
    fn a_night_with_a_timer_wins_over_one_until_morning() {
        let anew = Cli::parse_from(["supine", "--sleep-timer", "20min"]).session;
        let session = session_of(&point("--pace=slow --until-morning"), &anew).unwrap();
        assert_eq!(session.to_options(), flags("--pace=slow --sleep-timer=20min"));
    }

    #[test]
    fn options_of_another_time_are_told_in_a_sentence() {
        for options in ["--pace=slow --harp=soft", "--pace=9"] {
            let failure = session_of(&point(options), &SessionArgs::default());
            let Err(failure) = failure else { panic!("{options} was understood") };
            let message = failure.to_string();
            assert!(message.starts_with("the options of that session are not understood"), "{message}");
            assert!(message.ends_with("`supine play mine.toml` starts it anew"), "{message}");
        }
    }
}
