//! Several routines that are done in one go, as one routine. Whatever is played, fitted or shown after that knows of one
//! routine; only its welcome names what it is made of, and the journal takes it apart again.

use super::text::Text;
use super::{Ending, Id, Pose, Routine, Step, StepKind, id};

impl Routine {
    /// This routine and the others after it, each with the place where its text begins when the texts stand one behind
    /// the other. The way it sounds is that of the first; it ends as the last one does. Each keeps its breath, its words
    /// and what is to be said of it. A pose whose id another one has is given a number.
    pub(crate) fn followed_by(mut self, others: impl IntoIterator<Item = (Self, usize)>) -> Self {
        for (part, (mut next, start)) in (1..).zip(others) {
            next.shift(start);
            next.poses.iter_mut().for_each(|pose| pose.part = part);
            self.poses.append(&mut next.poses);
            self.pronounce = self.pronounce.over(&next.pronounce);
            self.others.push(next);
        }
        let wanted: Vec<_> = self.poses.iter().map(|pose| (None, pose.own_id.clone())).collect();
        self.poses.iter_mut().zip(id::distinct(&wanted)).for_each(|(pose, id)| pose.id = id);
        self
    }

    /// The routines that it is made of, each with those of its poses that are left, under their own ids.
    pub(crate) fn parts(&self) -> Vec<Self> {
        let poses = |part: usize| {
            let own = self.poses.iter().filter(move |pose| pose.part == part);
            own.map(|pose| Pose { id: pose.own_id.clone(), ..pose.clone() }).collect()
        };
        let part = |part| Self { poses: poses(part), others: Vec::new(), ..self.head(part).clone() };
        (0..=self.others.len()).map(part).collect()
    }

    /// What a part says about itself.
    pub(crate) fn head(&self, part: usize) -> &Self {
        part.checked_sub(1).and_then(|other| self.others.get(other)).unwrap_or(self)
    }

    /// How it ends: as the last of its parts does that has any pose left.
    pub fn last_ending(&self) -> Ending {
        self.poses.last().map_or(self.ending, |pose| self.head(pose.part).ending)
    }

    /// What those of its parts say about themselves that have any pose left.
    pub(crate) fn present(&self) -> Vec<&Self> {
        let has_poses = |part: &usize| self.poses.iter().any(|pose| pose.part == *part);
        (0..=self.others.len()).filter(has_poses).map(|part| self.head(part)).collect()
    }

    /// The pose of a part that has this id in its own routine.
    pub(crate) fn pose_of(&self, part: usize, own_id: &Id) -> Option<&Pose> {
        self.poses.iter().find(|pose| pose.part == part && pose.own_id == *own_id)
    }

    /// Its title, or those of its parts, for a line that is shown.
    pub fn titles(&self) -> String {
        let titles: Vec<&str> = self.present().iter().map(|head| head.title.as_str()).collect();
        titles.join(" + ")
    }

    /// Its title and summary, or those of each of its parts.
    pub fn summaries(&self) -> Vec<(&str, &str)> {
        self.present().iter().map(|head| (head.title.as_str(), head.summary.as_str())).collect()
    }

    fn shift(&mut self, by: usize) {
        let texts = std::iter::once(&mut self.title).chain(&mut self.caution).chain(&mut self.props);
        texts.for_each(|text| text.shift(by));
        self.language_span = self.language_span.shifted(by);
        if let Some((_, span)) = &mut self.ambience {
            *span = span.shifted(by);
        }
        for pose in &mut self.poses {
            std::iter::once(&mut pose.name).chain(&mut pose.position).for_each(|text| text.shift(by));
            pose.span = pose.span.shifted(by);
            shift(&mut pose.steps, by);
        }
    }
}

fn shift(steps: &mut [Step], by: usize) {
    for step in steps {
        step.span = step.span.shifted(by);
        match &mut step.kind {
            StepKind::Say(text)
            | StepKind::Option(text)
            | StepKind::Short(text)
            | StepKind::Release(text)
            | StepKind::Inhale(text)
            | StepKind::Exhale(text)
            | StepKind::Wait { text, .. }
            | StepKind::MoveTo { position: text, .. } => Text::shift(text, by),
            StepKind::EachSide(steps) | StepKind::Repeat { steps, .. } | StepKind::Only(_, steps) => {
                shift(steps, by);
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
