//! `supine resume`: resumes the session that broke off last.

use std::process::ExitCode;

use super::play;
use crate::args::StartArgs;
use crate::failure::Failure;
use crate::opening::silence_screen;
use supine::advice::Advice;
use supine::config::Choices;
use supine::folders::Folders;
use supine::journal::{Journal, ResumePoint};
use supine::session::resuming::anew_instead;

pub fn resume(choices: Choices, start: StartArgs) -> Result<ExitCode, Failure> {
    let point = Journal::of(&Folders::of_user()).map_or(Ok(None), |journal| journal.resume_point())?;
    let nothing =
        || Failure::Other(Advice::from("there is nothing to resume").and("`supine` starts a session"));
    let point = point.ok_or_else(nothing)?;
    let choices = choices_of(&point, choices)?;
    silence_screen(&choices, &point.routines());
    play::play(&point.routines(), choices, start, Some(&point))
}

/// The choices of the session that broke off, except for those that are made anew.
fn choices_of(point: &ResumePoint, anew: Choices) -> Result<Choices, Failure> {
    let remembered = point.choices.as_ref().map_err(|reason| {
        let problem = format!("the options of that session are not understood any more ({reason})");
        Failure::Other(Advice::from(problem).and(anew_instead(point)))
    })?;
    Ok(anew.over(remembered))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::commands::Cli;

    fn point(options: &str) -> ResumePoint {
        let words: Vec<_> = options.split_whitespace().map(Into::into).collect();
        ResumePoint {
            routine: "mine.toml".into(),
            then: Vec::new(),
            part: 0,
            routine_id: None,
            routine_hash: None,
            meaning_hash: None,
            pose: 1,
            pose_id: None,
            pose_name: None,
            poses: 0,
            position_s: 0.0,
            own_breath: None,
            choices: Choices::of_words(&words),
            at: jiff::Timestamp::now(),
        }
    }

    /// The choices of these flags.
    fn flags(line: &str) -> Choices {
        let words = ["supine"].into_iter().chain(line.split_whitespace());
        let Cli { session, playing, .. } = Cli::parse_from(words);
        session.and(&playing)
    }

    /// The choices of a session with `remembered`, resumed with `anew`.
    fn choices(remembered: &str, anew: &str) -> Choices {
        choices_of(&point(remembered), flags(anew)).unwrap()
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
        let resumed = choices("--pace=slow --until-morning", "--sleep-timer=20min");
        assert_eq!(resumed, flags("--pace=slow --sleep-timer=20min"));
        let resumed = choices("--pace=slow --sleep-timer=20min", "--until-morning");
        assert_eq!(resumed, flags("--pace=slow --until-morning"));
    }

    #[test]
    fn options_of_another_time_are_told_in_a_sentence() {
        for options in ["--pace=slow --harp=soft", "--pace=9"] {
            let failure = choices_of(&point(options), Choices::default());
            let Err(failure) = failure else { panic!("{options} was understood") };
            let message = failure.to_string();
            assert!(message.starts_with("the options of that session are not understood"), "{message}");
            assert!(message.ends_with("`supine play mine.toml` starts it anew"), "{message}");
        }
    }
}
