//! Where a session goes on that was cut short, in the routine as it is now.

use super::outcome::SessionError;
use crate::journal::{Identity, ResumePoint};
use crate::routine::Routine;

/// The pose to go on with. In a routine that was changed it is the one of the same name, and so is
/// said.
///
/// # Errors
/// When it is not in the routine any more.
pub(super) fn place(
    point: &ResumePoint,
    routine: &Routine,
    known: &Identity,
) -> Result<(usize, Option<String>), SessionError> {
    let names: Vec<&str> = routine.poses.iter().map(|pose| pose.name.as_str()).collect();
    let is_unchanged =
        point.routine_hash == known.text || point.meaning_hash.as_ref() == Some(&known.meaning);
    let found = if is_unchanged { same_place(point, names.len()) } else { moved_place(point, &names) };
    found.map_err(|problem| SessionError::Place(format!("{problem}; {}", anew_instead(point))))
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

/// What to do instead, for the end of a message.
pub fn anew_instead(point: &ResumePoint) -> String {
    format!("`supine play {}` starts it anew", point.routine.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_routine_that_was_changed_the_pose_of_the_same_name_is_found() {
        let twist = ResumePoint {
            pose: 4,
            pose_name: Some("Twist".to_owned()),
            poses: 7,
            routine: "mine.toml".into(),
            routine_hash: String::new(),
            meaning_hash: None,
            position_s: 0.0,
            choices: Ok(Default::default()),
            at: jiff::Timestamp::now(),
        };
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
}
