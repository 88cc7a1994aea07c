//! The texts of a routine.

use super::text::Text;
use super::{Id, Routine, Step, StepKind};

impl Routine {
    /// Every text of the file that may be spoken, with its place.
    pub(crate) fn texts(&self) -> Vec<&Text> {
        let mut texts: Vec<&Text> =
            std::iter::once(&self.title).chain(&self.caution).chain(&self.props).collect();
        for pose in &self.poses {
            texts.push(&pose.name);
            texts.extend(&pose.position);
            texts_of(&pose.steps, &mut texts);
        }
        texts
    }
}

impl Routine {
    /// Every step, those inside other steps as well, with its pose's id.
    pub(crate) fn steps(&self) -> Vec<(&Id, &Step)> {
        fn all<'a>(id: &'a Id, steps: &'a [Step], out: &mut Vec<(&'a Id, &'a Step)>) {
            for step in steps {
                out.push((id, step));
                if let StepKind::EachSide(inner)
                | StepKind::Repeat { steps: inner, .. }
                | StepKind::Only(_, inner) = &step.kind
                {
                    all(id, inner, out);
                }
            }
        }
        let mut steps = Vec::new();
        self.poses.iter().for_each(|pose| all(&pose.id, &pose.steps, &mut steps));
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
