//! The poses of a routine that a session has: some of them, or all but some. Who comes to a pose from another one than
//! the routine foresees is led to the position that it begins in.

use super::{Id, Pose, Routine, Step, StepKind};
use crate::routine::text::Text;

impl Routine {
    /// This routine with only those of its poses that `keep`, each begun from the position that it needs.
    pub(crate) fn keeping(&self, keep: impl Fn(&Pose) -> bool) -> Self {
        let mut kept = Vec::new();
        let mut position: Option<&Text> = None;
        let mut has_gap = false;
        let mut part = 0;
        for pose in &self.poses {
            if pose.part != part {
                // A routine begins wherever the listener is, unless it says otherwise.
                (part, position, has_gap) = (pose.part, None, false);
            }
            let begins = pose.position.as_ref().or(position);
            let ends = last_move(&pose.steps).or(begins);
            if keep(pose) {
                let mut pose = pose.clone();
                if has_gap && !leads_on(&pose) {
                    pose.position = pose.position.or_else(|| begins.cloned());
                }
                kept.push(pose);
                has_gap = false;
            } else {
                has_gap = true;
            }
            position = ends;
        }
        Self { poses: kept, ..self.clone() }
    }

    /// The pose of a part that `name` means: by an id, or by a name in any spelling that gives the same id.
    pub(crate) fn called(&self, part: usize, name: &str) -> Option<&Pose> {
        let slug = Id::of(name);
        let poses = || self.poses.iter().filter(|pose| pose.part == part);
        let is_id = |pose: &&Pose| pose.own_id.as_str() == name.trim() || pose.own_id == slug;
        let is_named = |pose: &&Pose| Id::of(pose.name.as_str()) == slug;
        poses().find(is_id).or_else(|| poses().find(is_named))
    }
}

/// Whether a pose leads into a position of its own before it says anything else.
fn leads_on(pose: &Pose) -> bool {
    pose.position.is_none()
        && matches!(pose.steps.first().map(|step| &step.kind), Some(StepKind::MoveTo { .. }))
}

/// The position that steps end in, when they lead into another one. What only one level does ends where it began.
fn last_move(steps: &[Step]) -> Option<&Text> {
    steps.iter().rev().find_map(|step| match &step.kind {
        StepKind::MoveTo { position, .. } if !position.names_side() => Some(position),
        StepKind::EachSide(inner) | StepKind::Repeat { steps: inner, .. } => last_move(inner),
        _ => None,
    })
}
