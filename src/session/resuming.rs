//! Finds where to resume a session that was cut short, in the routine as it is now.

use super::outcome::SessionError;
use crate::advice::Advice;
use crate::journal::{Identity, ResumePoint};

/// The pose to resume with, from 1 and counted through all routines: the one with the same id in its routine. When it
/// stands elsewhere now, a sentence says so.
///
/// # Errors
/// When the pose is no longer in its routine.
pub(super) fn place(
    point: &ResumePoint,
    known: &[Identity],
) -> Result<(usize, Option<String>), SessionError> {
    place_in(point, known)
        .map_err(|problem| SessionError::Place(Advice::from(problem).and(anew_instead(point))))
}

/// A pose and a sentence about it, or why there is no such pose.
type Place = Result<(usize, Option<String>), String>;

fn place_in(point: &ResumePoint, routines: &[Identity]) -> Place {
    let poses: usize = routines.iter().map(|routine| routine.poses().len()).sum();
    let Some(routine) = routines.get(point.part) else { return Err(changed(point)) };
    let before: usize = routines[..point.part].iter().map(|routine| routine.poses().len()).sum();
    let known = Known { routine, before, poses };
    let is_known = |hash: &Option<String>| hash.as_deref().is_some_and(|hash| routine.has_hash(hash));
    if is_known(&point.routine_hash) || is_known(&point.meaning_hash) {
        return same_place(point, poses);
    }
    match point.pose_id.as_ref().and_then(|id| routine.pose(id)) {
        Some(place) => {
            let pose = before + place + 1;
            let is_where_it_was = (pose, poses) == (point.pose, point.poses);
            if is_where_it_was && point.routine_id.as_ref() == Some(routine.id()) {
                return Ok((point.pose, None));
            }
            Ok((pose, Some(moved(point, pose, &known))))
        }
        None => same_name(point, &known),
    }
}

/// The routine of a pose as it is now, among all those of a session.
struct Known<'a> {
    routine: &'a Identity,
    /// The number of poses before its own.
    before: usize,
    /// The number of poses in all.
    poses: usize,
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
fn same_name(point: &ResumePoint, known: &Known<'_>) -> Place {
    let (Some(name), was) = (&point.pose_name, point.pose) else {
        return Err(format!("{}, so its place can't be found", changed(point)));
    };
    // When several poses have the name, the nearest one is meant.
    let same = (known.before + 1..).zip(known.routine.poses()).filter(|(_, (_, known))| known == name);
    let Some((pose, _)) = same.min_by_key(|(pose, _)| pose.abs_diff(was)) else {
        let (of, now) = (point.poses, known.poses);
        return Err(format!(
            "{}: it has no pose `{name}` any more (that was pose {was} of {of}, and there are {now} now)",
            changed(point)
        ));
    };
    Ok((pose, Some(moved(point, pose, known))))
}

/// Says where the pose of that session is now.
fn moved(point: &ResumePoint, pose: usize, known: &Known<'_>) -> String {
    let (changed, of, before) = (changed(point), known.poses, point.pose);
    let name = known.routine.poses().get(pose - 1 - known.before).map_or("", |(_, name)| name);
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
    let names: Vec<String> = point.routines().iter().map(|name| format!("`{}`", name.display())).collect();
    let which = match &names[..] {
        [most @ .., last] if !most.is_empty() => format!("one of {} and {last}", most.join(", ")),
        names => names.concat(),
    };
    format!("{which} was changed since that session broke off")
}

/// What to do instead, to end a message with.
pub fn anew_instead(point: &ResumePoint) -> String {
    let names: Vec<String> = point.routines().iter().map(|name| name.display().to_string()).collect();
    format!("`supine play {}` starts it anew", names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::Id;
    use crate::routine::parse::parse;

    fn point() -> ResumePoint {
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
            choices: Ok(Default::default()),
            at: jiff::Timestamp::now(),
        }
    }

    /// The identity of a routine with these poses, each given as a name or as `id=name`.
    fn known(poses: &[&str]) -> [Identity; 1] {
        let pose = |pose: &&str| {
            let (id, name) = pose.split_once('=').unwrap_or(("", pose));
            let id = if id.is_empty() { String::new() } else { format!("id = {id:?}\n") };
            format!("[[pose]]\n{id}name = {name:?}\nsteps = [\"Rest.\"]\n")
        };
        let text = format!("title = \"Mine\"\n{}", poses.iter().map(pose).collect::<String>());
        [Identity::new(&parse(&text).unwrap(), &text, None)]
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
    fn of_several_routines_the_pose_of_its_own_one_is_found() {
        let twist = ResumePoint { then: vec!["two.toml".into()], part: 1, pose: 6, poses: 7, ..at_twist() };
        let [first] = known(&["Cat", "Twist", "Cow", "Bow"]);
        let [second] = known(&["Cat", "Twist", "Fish"]);
        assert_eq!(place_in(&twist, &[first.clone(), second.clone()]), Ok((6, None)));
        let [fewer] = known(&["Cow"]);
        let moved = "one of `mine.toml` and `two.toml` was changed since that session broke off: `Twist` is now pose 3 of 4 (it was pose 6 of \
            7); going on there";
        assert_eq!(place_in(&twist, &[fewer, second]), Ok((3, Some(moved.to_owned()))));
        assert!(place_in(&twist, &[first]).is_err());
        assert_eq!(anew_instead(&twist), "`supine play mine.toml two.toml` starts it anew");
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
