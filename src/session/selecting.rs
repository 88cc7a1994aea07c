//! The poses that a session has, by the listener's choices: from one on, only some, without some, and never some.
//!
//! A pose is named by its id or its name, or as `ROUTINE/POSE` where several routines in one go have one of that name.

use super::outcome::SessionError;
use crate::advice::Advice;
use crate::config::{Choices, Resolved};
use crate::diagnostic::{nearest, suggest};
use crate::routine::{Id, Pose, Routine};

/// What a session has of its routine.
pub(super) struct Selected {
    /// The routine with the poses that are left.
    pub routine: Routine,
    /// The names of the poses that the listener never wants, of those that the routine has.
    pub never: Vec<String>,
    /// The poses that are always gentle, of those that are left.
    pub always_gentle: Vec<Id>,
    /// The wishes that mean no pose of the routine: the option, the name, and whether it was typed.
    pub elsewhere: Vec<(&'static str, String, bool)>,
}

/// What is each routine's own, of those that are done in one go.
pub(super) struct Own {
    /// What it may be called, its id first.
    pub names: Vec<String>,
    /// The choices in force for it alone: those about its poses.
    pub in_force: Resolved,
}

/// The poses of `routine` that are left by the choices in force for each of its `parts`. What was `typed` for this very
/// session has to be there; what the config says for every routine need not.
///
/// # Errors
/// When a pose that was typed is not in the routine or may be one of several, or none is left.
pub(super) fn selected(routine: &Routine, parts: &[Own], typed: &Choices) -> Result<Selected, SessionError> {
    let finder = Finder { routine, parts };
    finder.check(typed).map_err(SessionError::Unfit)?;
    let each: Vec<Wanted<'_>> = (0..parts.len()).map(|part| finder.wanted(part, typed)).collect();
    let from = typed.from.as_deref().and_then(|name| finder.meant(name).first().map(|pose| &pose.id));
    let before = routine.poses.iter().take_while(|pose| from.is_some_and(|from| *from != pose.id));
    let before: Vec<&Id> = before.map(|pose| &pose.id).collect();
    let left = routine.keeping(|pose| !before.contains(&&pose.id) && each[pose.part].keeps(pose));
    if left.poses.is_empty() {
        let help =
            "choose other poses with `--only` and `--skip`, or forget one with `supine never --forget`";
        let problem = format!("every pose of {} is left out", finder.routines());
        return Err(SessionError::Unfit(Advice::new(problem, help)));
    }
    let is_never = |pose: &&Pose| each[pose.part].never.contains(&&pose.id);
    let is_gentle = |pose: &&Pose| each[pose.part].gentle.contains(&&pose.id);
    Ok(Selected {
        never: routine.poses.iter().filter(is_never).map(|pose| pose.name.as_str().to_owned()).collect(),
        always_gentle: left.poses.iter().filter(is_gentle).map(|pose| pose.id.clone()).collect(),
        elsewhere: finder.elsewhere(typed),
        routine: left,
    })
}

/// The poses of one routine that its listener's choices name.
struct Wanted<'a> {
    /// Those before the one that it begins at.
    before: Vec<&'a Id>,
    only: Option<Vec<&'a Id>>,
    skip: Vec<&'a Id>,
    never: Vec<&'a Id>,
    gentle: Vec<&'a Id>,
}

impl Wanted<'_> {
    fn keeps(&self, pose: &Pose) -> bool {
        let id = &pose.id;
        !self.before.contains(&id)
            && self.only.as_ref().is_none_or(|only| only.contains(&id))
            && !self.skip.contains(&id)
            && !self.never.contains(&id)
    }
}

/// Finds poses by what they may be called.
struct Finder<'a> {
    routine: &'a Routine,
    parts: &'a [Own],
}

impl<'a> Finder<'a> {
    fn wanted(&self, part: usize, typed: &Choices) -> Wanted<'a> {
        let in_force = &self.parts[part].in_force;
        let ids = |names: Option<&[String]>| -> Vec<&'a Id> {
            let names = names.into_iter().flatten();
            names.filter_map(|name| Some(&self.pose(part, name)?.id)).collect()
        };
        // What was typed says where the whole begins.
        let from = in_force.from.value.as_deref().filter(|_| typed.from.is_none());
        let from = from.and_then(|name| self.pose(part, name)).map(|pose| &pose.id);
        let own = self.routine.poses.iter().filter(|pose| pose.part == part).map(|pose| &pose.id);
        let only = in_force.only.value.as_ref().map(|only| ids(Some(only.names())));
        Wanted {
            before: own.take_while(|id| from.is_some_and(|from| from != *id)).collect(),
            // What the config names may be in other routines.
            only: only.filter(|only| typed.only.is_some() || !only.is_empty()),
            skip: ids(in_force.skip.value.as_ref().map(|skip| skip.names())),
            never: ids(in_force.never.value.as_ref().map(|never| never.names())),
            gentle: ids(in_force.always_gentle.value.as_ref().map(|poses| poses.names())),
        }
    }

    /// The pose of a part that `name` means.
    fn pose(&self, part: usize, name: &str) -> Option<&'a Pose> {
        self.routine.called(part, name).or_else(|| {
            let (routine, pose) = name.split_once('/')?;
            let slug = Id::of(routine);
            let is_named = |known: &String| known == routine.trim() || *known == slug.as_str();
            let is_meant = self.parts[part].names.iter().any(is_named);
            is_meant.then(|| self.routine.called(part, pose)).flatten()
        })
    }

    /// The poses that `name` means, at most one of each routine.
    fn meant(&self, name: &str) -> Vec<&'a Pose> {
        (0..self.parts.len()).filter_map(|part| self.pose(part, name)).collect()
    }

    fn check(&self, typed: &Choices) -> Result<(), Advice> {
        let ids: Vec<&str> = self.routine.poses.iter().map(|pose| pose.own_id.as_str()).collect();
        let lists =
            [typed.only.as_ref().map(|only| only.names()), typed.skip.as_ref().map(|skip| skip.names())];
        let wanted = lists.into_iter().flatten().flatten().chain(&typed.from);
        let lacks = |name: &&String| self.meant(name).is_empty();
        let refusal = |name: &String, help: String| {
            let verb = if self.different().len() == 1 { "has" } else { "have" };
            let problem = format!("{} {verb} no pose called `{name}`", self.routines());
            Advice::new(problem, help.trim_end_matches('.'))
        };
        if let Some(name) = wanted.clone().find(lacks) {
            return Err(refusal(name, suggest(name, &ids)));
        }
        if let Some(ambiguous) = wanted.clone().find_map(|name| self.ambiguous(name)) {
            return Err(ambiguous);
        }
        // What must never be done may be in other routines only; but it must not be done because of a slip of a finger.
        let lists = [&typed.never, &typed.always_gentle].map(|list| list.as_ref().map(|list| list.names()));
        for name in lists.into_iter().flatten().flatten().filter(lacks) {
            if let Some(near) = nearest(name, ids.iter().copied()) {
                return Err(refusal(name, format!("did you mean `{near}`?")));
            }
        }
        Ok(())
    }

    /// What the listener never wants, or only gently, and none of these routines has, each once.
    fn elsewhere(&self, typed: &Choices) -> Vec<(&'static str, String, bool)> {
        let mut elsewhere = Vec::new();
        for in_force in self.parts.iter().map(|part| &part.in_force) {
            let never = (&in_force.never.value, &typed.never, "never");
            let gentle = (&in_force.always_gentle.value, &typed.always_gentle, "always_gentle");
            for (poses, typed, option) in [never, gentle] {
                let names = poses.iter().flat_map(|poses| poses.names());
                for name in names.filter(|name| self.meant(name).is_empty()) {
                    let is_typed = typed.as_ref().is_some_and(|typed| typed.names().contains(name));
                    let wish = (option, name.clone(), is_typed);
                    if !elsewhere.contains(&wish) {
                        elsewhere.push(wish);
                    }
                }
            }
        }
        elsewhere
    }

    /// That `name` may be a pose of one routine or of another. Done twice, a routine is still one.
    fn ambiguous(&self, name: &str) -> Option<Advice> {
        let poses = self.meant(name);
        let (first, others) = poses.split_first()?;
        let called = |pose: &Pose| self.parts[pose.part].names.first().map_or("", String::as_str);
        let other = others.iter().find(|other| called(other) != called(first))?;
        let (one, two) = (called(first), called(other));
        let problem = format!("`{name}` is a pose of `{one}` and one of `{two}`");
        let help = format!("name it as `{one}/{}` or `{two}/{}`", first.own_id, other.own_id);
        Some(Advice::new(problem, help))
    }

    /// The ids of the routines, each once.
    fn different(&self) -> Vec<&'a str> {
        let mut different: Vec<&str> = Vec::new();
        for name in self.parts.iter().filter_map(|part| part.names.first()) {
            if !different.contains(&name.as_str()) {
                different.push(name);
            }
        }
        different
    }

    /// The routines, as a message names them.
    fn routines(&self) -> String {
        let quoted: Vec<String> = self.different().iter().map(|name| format!("`{name}`")).collect();
        match &quoted[..] {
            [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
            quoted => quoted.concat(),
        }
    }
}
