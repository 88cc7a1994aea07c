//! Finds where to resume a session that was cut short, in the routine as it is now.

use super::outcome::SessionError;
use crate::advice::Advice;
use crate::journal::{Identity, ResumePoint};

/// The pose to resume with: the one with the same id. When it stands elsewhere now, a sentence says so.
///
/// # Errors
/// When the pose is no longer in the routine.
pub(super) fn place(point: &ResumePoint, known: &Identity) -> Result<(usize, Option<String>), SessionError> {
    place_in(point, known)
        .map_err(|problem| SessionError::Place(Advice::from(problem).and(anew_instead(point))))
}

/// A pose and a sentence about it, or why there is no such pose.
type Place = Result<(usize, Option<String>), String>;

fn place_in(point: &ResumePoint, known: &Identity) -> Place {
    let is_known = |hash: &Option<String>| hash.as_deref().is_some_and(|hash| known.has_hash(hash));
    if is_known(&point.routine_hash) || is_known(&point.meaning_hash) {
        return same_place(point, known.poses().len());
    }
    match point.pose_id.as_ref().and_then(|id| known.pose(id)) {
        Some(place) => {
            let is_where_it_was = (place + 1, known.poses().len()) == (point.pose, point.poses);
            if is_where_it_was && point.routine_id.as_ref() == Some(known.id()) {
                return Ok((point.pose, None));
            }
            Ok((place + 1, Some(moved(point, place + 1, known))))
        }
        None => same_name(point, known),
    }
}

/// The same place, in a routine that has not changed since the time before ids.
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

/// The pose with the same name, when no pose has the id.
fn same_name(point: &ResumePoint, known: &Identity) -> Place {
    let (Some(name), before) = (&point.pose_name, point.pose) else {
        return Err(format!("{}, so its place can't be found", changed(point)));
    };
    // When several poses have the name, the nearest one is meant.
    let same = (1usize..).zip(known.poses()).filter(|(_, (_, known))| known == name);
    let Some((pose, _)) = same.min_by_key(|(pose, _)| pose.abs_diff(before)) else {
        let (of, now) = (point.poses, known.poses().len());
        return Err(format!(
            "{}: it has no pose `{name}` any more (that was pose {before} of {of}, and there are {now} now)",
            changed(point)
        ));
    };
    Ok((pose, Some(moved(point, pose, known))))
}

/// Says where the pose of that session is now.
fn moved(point: &ResumePoint, pose: usize, known: &Identity) -> String {
    let (changed, of, before) = (changed(point), known.poses().len(), point.pose);
    let name = known.poses().get(pose - 1).map_or("", |(_, name)| name);
    if (pose, of) == (before, point.poses) {
        format!("{changed}: `{name}` is still pose {pose} of {of}; going on there")
    } else {
        format!(
            "{changed}: `{name}` is now pose {pose} of {of} (it was pose {before} of {}); going on there",
            point.poses
        )
    }
}

fn changed(point: &ResumePoint) -> String {
    format!("`{}` was changed since that session broke off", point.routine.display())
}

/// What to do instead, to end a message with.
pub fn anew_instead(point: &ResumePoint) -> String {
    format!("`supine play {}` starts it anew", point.routine.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::Id;
    use crate::routine::parse::parse;

    fn point() -> ResumePoint {
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
            own_breath: None,
            choices: Ok(Default::default()),
            at: jiff::Timestamp::now(),
        }
    }

    /// The identity of a routine with these poses, each given as a name or as `id=name`.
    fn known(poses: &[&str]) -> Identity {
        let pose = |pose: &&str| {
            let (id, name) = pose.split_once('=').unwrap_or(("", pose));
            let id = if id.is_empty() { String::new() } else { format!("id = {id:?}\n") };
            format!("[[pose]]\n{id}name = {name:?}\nsteps = [\"Rest.\"]\n")
        };
        let text = format!("title = \"Mine\"\n{}", poses.iter().map(pose).collect::<String>());
        Identity::new(&parse(&text).unwrap(), &text, None)
    }

    fn told(pose: usize, told: &str) -> Place {
        Ok((pose, Some(format!("{CHANGED}: {told}; going on there"))))
    }

    const CHANGED: &str = "`mine.toml` was changed since that session broke off";

    /// A session that broke off at "Twist", the fourth of seven poses.
    fn at_twist() -> ResumePoint {
        let (routine_id, pose_id) = (Some(Id::of("Mine")), Some(Id::of("Twist")));
        let pose_name = Some("Twist".to_owned());
        ResumePoint { routine_id, pose: 4, pose_id, pose_name, poses: 7, ..point() }
    }

    #[test]
    fn in_a_routine_that_was_changed_the_pose_of_the_same_id_is_found() {
        let twist = at_twist();
        let same = known(&["Cat", "Cow", "Fish", "twist=Drehung", "Bow", "Rest", "End"]);
        assert_eq!(place_in(&twist, &same), Ok((4, None)), "whatever it is called");
        let fewer = known(&["Cat", "Twist", "twist=Drehung"]);
        let expected = told(3, "`Drehung` is now pose 3 of 3 (it was pose 4 of 7)");
        assert_eq!(place_in(&twist, &fewer), expected);
        let other = ResumePoint { routine_id: Some(Id::of("Other")), ..twist.clone() };
        assert_eq!(place_in(&other, &same), told(4, "`Drehung` is still pose 4 of 7"));
        // The pose was given an id later.
        let expected = told(2, "`Twist` is now pose 2 of 2 (it was pose 4 of 7)");
        assert_eq!(place_in(&twist, &known(&["Cat", "turn=Twist"])), expected);
    }

    #[test]
    fn where_none_has_the_id_the_pose_of_the_same_name_is_found() {
        // Before there were ids, the pose's name was written down.
        let twist = ResumePoint { routine_id: None, pose_id: None, ..at_twist() };
        let names = known(&["Cat", "Cow", "Twist", "Bow", "Fish", "Rest"]);
        let expected = told(3, "`Twist` is now pose 3 of 6 (it was pose 4 of 7)");
        assert_eq!(place_in(&twist, &names), expected);
        let names = known(&["Twist", "Cat", "Cow", "Twist", "Bow", "Fish", "Rest"]);
        assert_eq!(place_in(&twist, &names), told(4, "`Twist` is still pose 4 of 7"));
        let gone = "it has no pose `Twist` any more (that was pose 4 of 7, and there are 2 now)";
        for point in [&twist, &at_twist()] {
            assert_eq!(place_in(point, &known(&["Cat", "Cow"])), Err(format!("{CHANGED}: {gone}")));
        }
        // supine 0.1 wrote down no name.
        let old = ResumePoint { pose_name: None, ..twist };
        assert_eq!(place_in(&old, &names), Err(format!("{CHANGED}, so its place can't be found")));
    }
}
