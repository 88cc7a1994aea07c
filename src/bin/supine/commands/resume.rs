//! `supine resume`: goes on with the session that broke off last.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use super::prepare::Prepared;
use super::{Failure, complain, play, silence_screen};
use supine::cli::{self, Cli, SessionArgs, StartArgs};
use supine::journal::{Journal, ResumePoint};

pub fn resume(session: SessionArgs, start: StartArgs) -> Result<ExitCode, Failure> {
    let point = Journal::of_user().map_or(Ok(None), |journal| journal.resume_point())?;
    let nothing = || Failure::Other("there is no session to go on with; `supine` starts one".to_owned());
    let point = point.ok_or_else(nothing)?;
    let (session, start) = choices_of(&point, &session, start)?;
    silence_screen(&start);
    play::session(&point.routine, session, start, Some(&point))
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
        Failure::Other(format!(
            "the options of that session are not understood any more ({}); {}",
            cli::reason(&error),
            anew_instead(point)
        ))
    })?;
    let StartArgs { silent_screen, pause_silence, .. } = cli.start;
    Ok((cli.session, StartArgs { silent_screen, pause_silence, ..start }))
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

    fn flags(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    fn point(options: &str) -> ResumePoint {
        ResumePoint {
            routine: "mine.toml".into(),
            routine_hash: String::new(),
            meaning_hash: None,
            pose: 1,
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
            let failure = choices_of(&point(options), &SessionArgs::default(), StartArgs::default());
            let Err(failure) = failure else { panic!("{options} was understood") };
            let message = failure.to_string();
            assert!(message.starts_with("the options of that session are not understood"), "{message}");
            assert!(message.ends_with("`supine play mine.toml` starts it anew"), "{message}");
        }
    }
}
