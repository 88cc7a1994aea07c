//! `supine resume`: goes on with the session that broke off last.

use std::process::ExitCode;

use super::prepare::Prepared;
use super::{Failure, complain, play, silence_screen};
use crate::args::StartArgs;
use supine::config::Choices;
use supine::journal::{Journal, ResumePoint};

pub fn resume(choices: Choices, start: StartArgs) -> Result<ExitCode, Failure> {
    let point = Journal::of_user().map_or(Ok(None), |journal| journal.resume_point())?;
    let nothing = || Failure::Other("there is no session to go on with; `supine` starts one".to_owned());
    let point = point.ok_or_else(nothing)?;
    let choices = choices_of(&point, choices)?;
    silence_screen(&choices, Some(&point.routine));
    play::session(&point.routine, choices, start, Some(&point))
}

/// The choices of the session that broke off, but for those that are made anew.
fn choices_of(point: &ResumePoint, anew: Choices) -> Result<Choices, Failure> {
    let remembered = point.choices.as_ref().map_err(|reason| {
        Failure::Other(format!(
            "the options of that session are not understood any more ({reason}); {}",
            anew_instead(point)
        ))
    })?;
    Ok(anew.over(remembered))
}

/// The pose to go on with. In a routine that was changed it is the one of the same name, and so is
/// said.
///
/// # Errors
/// When it is not in the routine any more.
pub fn place(point: &ResumePoint, prepared: &Prepared) -> Result<usize, Failure> {
    let names: Vec<&str> = prepared.routine.poses.iter().map(|pose| pose.name.as_str()).collect();
    let known = prepared.identity();
    let is_unchanged =
        point.routine_hash == known.text || point.meaning_hash.as_ref() == Some(&known.meaning);
    let found = if is_unchanged { same_place(point, names.len()) } else { moved_place(point, &names) };
    match found {
        Ok((pose, told)) => {
            told.iter().for_each(|told| complain(&format!("supine: {told}")));
            Ok(pose)
        }
        Err(problem) => Err(Failure::Other(format!("{problem}; {}", anew_instead(point)))),
    }
}

/// A pose, and what is said of it, or why there is none.
type Place = Result<(usize, Option<String>), String>;

fn same_place(point: &ResumePoint, poses: usize) -> Place {
    if point.pose > poses {
        return Err(format!(
            "that session broke off in pose {}, and `{}` has {poses}",
            point.pose,
            point.routine.display()
        ));
    }
    Ok((point.pose, None))
}

fn moved_place(point: &ResumePoint, names: &[&str]) -> Place {
    let changed = format!("`{}` was changed since that session broke off", point.routine.display());
    let (Some(name), before) = (point.pose_name.as_deref(), point.pose) else {
        return Err(format!("{changed}, so its place can't be found"));
    };
    // Of several with the name the nearest one is meant.
    let same = (1usize..).zip(names).filter(|(_, known)| **known == name);
    let Some((pose, _)) = same.min_by_key(|(pose, _)| pose.abs_diff(before)) else {
        let (of, now) = (point.poses, names.len());
        return Err(format!(
            "{changed}: it has no pose `{name}` any more (that was pose {before} of {of}, and there are {now} now)"
        ));
    };
    let of = names.len();
    let told = if (pose, of) == (before, point.poses) {
        format!("{changed}: `{name}` is still pose {pose} of {of}; going on there")
    } else {
        format!(
            "{changed}: `{name}` is now pose {pose} of {of} (it was pose {before} of {}); going on there",
            point.poses
        )
    };
    Ok((pose, Some(told)))
}

fn anew_instead(point: &ResumePoint) -> String {
    format!("`supine play {}` starts it anew", point.routine.display())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::Cli;

    fn point(options: &str) -> ResumePoint {
        let words: Vec<_> = options.split_whitespace().map(Into::into).collect();
        ResumePoint {
            routine: "mine.toml".into(),
            routine_hash: String::new(),
            meaning_hash: None,
            pose: 1,
            pose_name: None,
            poses: 0,
            position_s: 0.0,
            choices: Choices::of_words(&words),
            at: jiff::Timestamp::now(),
        }
    }

    /// What is chosen by these flags.
    fn flags(line: &str) -> Choices {
        let words = ["supine"].into_iter().chain(line.split_whitespace());
        let Cli { session, playing, .. } = Cli::parse_from(words);
        session.and(&playing)
    }

    /// The choices of a session with these, resumed with those.
    fn choices(remembered: &str, anew: &str) -> Choices {
        choices_of(&point(remembered), flags(anew)).unwrap()
    }

    #[test]
    fn in_a_routine_that_was_changed_the_pose_of_the_same_name_is_found() {
        let twist = ResumePoint { pose: 4, pose_name: Some("Twist".to_owned()), poses: 7, ..point("") };
        let changed = "`mine.toml` was changed since that session broke off";
        let told = |pose: usize, told: &str| Ok((pose, Some(format!("{changed}: {told}; going on there"))));
        let names = ["Cat", "Cow", "Twist", "Bow", "Fish", "Rest"];
        let expected = told(3, "`Twist` is now pose 3 of 6 (it was pose 4 of 7)");
        assert_eq!(moved_place(&twist, &names), expected);
        let names = ["Twist", "Cat", "Cow", "Twist", "Bow", "Fish", "Rest"];
        assert_eq!(moved_place(&twist, &names), told(4, "`Twist` is still pose 4 of 7"));
        let gone = "it has no pose `Twist` any more (that was pose 4 of 7, and there are 2 now)";
        assert_eq!(moved_place(&twist, &["Cat", "Cow"]), Err(format!("{changed}: {gone}")));
        // 0.1 wrote down no name.
        let old = ResumePoint { pose_name: None, ..twist };
        assert_eq!(moved_place(&old, &names), Err(format!("{changed}, so its place can't be found")));
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
            let failure = choices_of(&point(options), Choices::default());
            let Err(failure) = failure else { panic!("{options} was understood") };
            let message = failure.to_string();
            assert!(message.starts_with("the options of that session are not understood"), "{message}");
            assert!(message.ends_with("`supine play mine.toml` starts it anew"), "{message}");
        }
    }
}
