//! The poses that a session has, by the listener's choices: from one on, only some, without some, and never some.

use super::outcome::SessionError;
use crate::advice::Advice;
use crate::config::{Choices, Resolved};
use crate::diagnostic::{nearest, suggest};
use crate::routine::{Id, Routine};

/// What a session has of its routine.
pub(super) struct Selected {
    /// The routine with the poses that are left.
    pub routine: Routine,
    /// The names of the poses that the listener never wants, of those that the routine has.
    pub never: Vec<String>,
    /// The poses that are always gentle, of those that are left.
    pub always_gentle: Vec<Id>,
}

/// The poses of `routine` that are left by the choices in force. What was `typed` for this very session has to be there;
/// what the config says for every routine need not.
///
/// # Errors
/// When a pose that was typed is not in the routine, or none is left.
pub(super) fn selected(
    routine: &Routine,
    in_force: &Resolved,
    typed: &Choices,
) -> Result<Selected, SessionError> {
    check(routine, typed).map_err(SessionError::Unfit)?;
    let ids = |names: &[String]| -> Vec<Id> {
        names.iter().filter_map(|name| Some(routine.called(name)?.id.clone())).collect()
    };
    let from = in_force.from.value.as_deref().and_then(|name| routine.called(name));
    let from = from.and_then(|from| routine.poses.iter().position(|pose| pose.id == from.id));
    let before: Vec<&Id> = routine.poses[..from.unwrap_or(0)].iter().map(|pose| &pose.id).collect();
    let only = in_force.only.value.as_ref().map(|only| ids(only.names())).filter(|only| !only.is_empty());
    let skip = in_force.skip.value.as_ref().map(|skip| ids(skip.names())).unwrap_or_default();
    let never = in_force.never.value.as_ref().map(|never| ids(never.names())).unwrap_or_default();
    let left = routine.keeping(|pose| {
        !before.contains(&&pose.id)
            && only.as_ref().is_none_or(|only| only.contains(&pose.id))
            && !skip.contains(&pose.id)
            && !never.contains(&pose.id)
    });
    if left.poses.is_empty() {
        let help =
            "choose other poses with `--only` and `--skip`, or forget one with `supine never --forget`";
        let problem = format!("every pose of `{}` is left out", routine.id);
        return Err(SessionError::Unfit(Advice::new(problem, help)));
    }
    let gently = in_force.always_gentle.value.as_ref().map(|poses| ids(poses.names())).unwrap_or_default();
    let is_never = |id: &Id| never.contains(id);
    let names =
        routine.poses.iter().filter(|pose| is_never(&pose.id)).map(|pose| pose.name.as_str().to_owned());
    Ok(Selected {
        never: names.collect(),
        always_gentle: left
            .poses
            .iter()
            .map(|pose| pose.id.clone())
            .filter(|id| gently.contains(id))
            .collect(),
        routine: left,
    })
}

fn check(routine: &Routine, typed: &Choices) -> Result<(), Advice> {
    let ids: Vec<&str> = routine.poses.iter().map(|pose| pose.id.as_str()).collect();
    let lists = [typed.only.as_ref().map(|only| only.names()), typed.skip.as_ref().map(|skip| skip.names())];
    let wanted = lists.into_iter().flatten().flatten().chain(&typed.from);
    let lacks = |name: &&String| routine.called(name).is_none();
    let refusal = |name: &String, help: String| {
        Advice::new(format!("`{}` has no pose called `{name}`", routine.id), help.trim_end_matches('.'))
    };
    if let Some(name) = wanted.clone().find(lacks) {
        return Err(refusal(name, suggest(name, &ids)));
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
