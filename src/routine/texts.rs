//! The texts of a routine.

use super::text::Text;
use super::{Pose, Routine, Step, StepKind};

impl Routine {
    /// Every text of the file that may be spoken, with its place.
    pub(crate) fn texts(&self) -> Vec<&Text> {
        let heads = std::iter::once(self).chain(&self.others);
        let mut texts: Vec<&Text> = heads
            .flat_map(|head| std::iter::once(&head.title).chain(&head.caution).chain(&head.props))
            .collect();
        for pose in &self.poses {
            texts.push(&pose.name);
            texts.extend(&pose.position);
            texts_of(&pose.steps, &mut texts);
        }
        texts
    }
}

impl Routine {
    /// Every step, those inside other steps as well, with its pose.
    pub(crate) fn steps(&self) -> Vec<(&Pose, &Step)> {
        fn all<'a>(pose: &'a Pose, steps: &'a [Step], out: &mut Vec<(&'a Pose, &'a Step)>) {
            for step in steps {
                out.push((pose, step));
                if let StepKind::EachSide(inner)
                | StepKind::Repeat { steps: inner, .. }
                | StepKind::Only(_, inner) = &step.kind
                {
                    all(pose, inner, out);
                }
            }
        }
        let mut steps = Vec::new();
        self.poses.iter().for_each(|pose| all(pose, &pose.steps, &mut steps));
        steps
    }
}

fn texts_of<'a>(steps: &'a [Step], texts: &mut Vec<&'a Text>) {
    for step in steps {
        match &step.kind {
            StepKind::Say(text)
            | StepKind::Option(text)
            | StepKind::Short(text)
            | StepKind::Release(text)
            | StepKind::Wait { text, .. }
            | StepKind::Inhale(text)
            | StepKind::Exhale(text)
            | StepKind::MoveTo { position: text, .. } => texts.push(text),
            StepKind::EachSide(inner) | StepKind::Repeat { steps: inner, .. } | StepKind::Only(_, inner) => {
                texts_of(inner, texts)
            }
            StepKind::Count { .. }
            | StepKind::Breaths(_)
            | StepKind::Sway(_)
            | StepKind::Seconds { .. }
            | StepKind::Rest { .. }
            | StepKind::Sound(_) => {}
        }
    }
}
