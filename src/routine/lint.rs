//! Finds what a routine must not ask of a listener whose eyes are closed. Whether holds and cues have time for
//! their words is checked where time is known, in `score::overrun`.

use std::time::Duration;

use super::body::{self, Lexicon};
use super::text::Text;
use super::{Pose, Routine, Step, StepKind};
use crate::diagnostic::Diagnostic;

/// A shorter time is too little to change position, lying in the dark.
const LEAST_TIME: Duration = Duration::from_secs(5);

/// Everything that may leave a listener with closed eyes without guidance, or ask of a body what it can't do. The
/// words of a routine are understood in the languages that have a lexicon.
pub fn lint(routine: &Routine) -> Vec<Diagnostic> {
    let lexicon = Lexicon::for_language(&routine.language);
    let mut warnings = lexicon.as_ref().map(|lexicon| body::warnings(routine, lexicon)).unwrap_or_default();
    let mut linter = Linter { lexicon, warnings: Vec::new() };
    routine.poses.iter().for_each(|pose| linter.pose(pose));
    warnings.extend(linter.warnings);
    warnings.sort_by_key(|warning| warning.span.0.start);
    warnings
}

struct Linter {
    lexicon: Option<Lexicon>,
    warnings: Vec<Diagnostic>,
}

impl Linter {
    fn pose(&mut self, pose: &Pose) {
        self.text(&pose.name, false);
        if let Some(position) = &pose.position {
            self.position(position, false);
        }
        self.steps(&pose.steps, false);
    }

    fn steps(&mut self, steps: &[Step], sided: bool) {
        for (place, step) in steps.iter().enumerate() {
            self.step(step, sided);
            if let Some(text) = spoken(step)
                && !matches!(step.kind, StepKind::Wait { .. })
                && !has_time(next(steps, place))
            {
                self.movement(text);
            }
        }
    }

    fn step(&mut self, step: &Step, sided: bool) {
        if let Some(text) = spoken(step) {
            self.text(text, sided);
        }
        match &step.kind {
            StepKind::EachSide(inner) => {
                if !inner.iter().any(names_side) {
                    self.warnings.push(Diagnostic::warning(
                        "side-not-said",
                        &step.span,
                        "no sentence of this `each_side` says which side it is",
                        "write `{side}` where the side is meant: \"Bend your {side} knee.\"",
                    ));
                } else if self.side_before_hold(inner) == Some(false) {
                    self.warnings.push(Diagnostic::warning(
                        "side-not-said",
                        &step.span,
                        "this `each_side` comes to a hold before a sentence says which side it is",
                        "write `{side}` in a sentence before the hold: \"Bend your {side} knee.\"",
                    ));
                }
                self.steps(inner, true);
            }
            StepKind::Repeat { steps, .. } | StepKind::Only(_, steps) => self.steps(steps, sided),
            StepKind::MoveTo { position, time } => {
                self.position(position, sided);
                if time.is_some_and(|time| time < LEAST_TIME) {
                    self.warnings.push(no_time(position, "give it at least \"5s\", or leave `time` out"));
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &Text, sided: bool) {
        let Some(lexicon) = &self.lexicon else { return };
        if let Some(words) = lexicon.for_the_eyes(text.as_str()) {
            self.warnings.push(Diagnostic::warning(
                "for-the-eyes",
                text.span(),
                format!("\"{words}\" needs eyes, and they are closed"),
                "say what it feels like instead, or where the body is",
            ));
        }
        if sided && let Some(words) = lexicon.fixed_side(text.as_str()) {
            self.warnings.push(Diagnostic::warning(
                "fixed-side",
                text.span(),
                format!("\"{words}\" is said for both sides"),
                "write `{side}`, or `{other}` for the opposite one",
            ));
        }
    }

    fn position(&mut self, position: &Text, sided: bool) {
        self.text(position, sided);
        if self.lexicon.as_ref().is_some_and(|lexicon| !lexicon.knows_position(position.as_str())) {
            self.warnings.push(Diagnostic::warning(
                "unknown-position",
                position.span(),
                format!("\"{}\" names no position that is known", position.as_str()),
                "say how the body lies, sits, kneels or stands; else nothing can be checked there",
            ));
        }
    }

    /// Whether a side is said before the first hold of `steps`; `None` if neither comes.
    fn side_before_hold(&self, steps: &[Step]) -> Option<bool> {
        steps.iter().find_map(|step| {
            let is_named = |text: &Text| {
                self.lexicon.as_ref().is_some_and(|lexicon| lexicon.names_a_side(text.as_str()))
            };
            match &step.kind {
                StepKind::Count { .. }
                | StepKind::Breaths(_)
                | StepKind::Sway(_)
                | StepKind::Seconds { .. } => Some(false),
                StepKind::Repeat { steps, .. } | StepKind::Only(_, steps) => self.side_before_hold(steps),
                _ => (names_side(step) || spoken(step).is_some_and(is_named)).then_some(true),
            }
        })
    }

    fn movement(&mut self, text: &Text) {
        if self.lexicon.as_ref().is_some_and(|lexicon| lexicon.moves_the_body(text.as_str())) {
            self.warnings.push(no_time(text, "use `{ move_to = \"...\" }`, or let a `{ rest = 8 }` follow"));
        }
    }
}

fn no_time(text: &Text, help: &str) -> Diagnostic {
    Diagnostic::warning(
        "no-time-to-move",
        text.span(),
        "this changes the position and leaves no time to do it",
        help,
    )
}

/// The spoken text of a step.
fn spoken(step: &Step) -> Option<&Text> {
    match &step.kind {
        StepKind::Say(text)
        | StepKind::Option(text)
        | StepKind::Short(text)
        | StepKind::Wait { text, .. }
        | StepKind::Release(text)
        | StepKind::Inhale(text)
        | StepKind::Exhale(text) => Some(text),
        _ => None,
    }
}

fn names_side(step: &Step) -> bool {
    match &step.kind {
        StepKind::Repeat { steps, .. } | StepKind::Only(_, steps) => steps.iter().any(names_side),
        StepKind::MoveTo { position, .. } => position.names_side(),
        _ => spoken(step).is_some_and(Text::names_side),
    }
}

/// The step that follows as it is performed: a short form is said instead of the sentences after it.
fn next(steps: &[Step], place: usize) -> Option<&Step> {
    let is_short = matches!(steps[place].kind, StepKind::Short(_));
    let is_replaced = |step: &&Step| is_short && matches!(step.kind, StepKind::Say(_) | StepKind::Option(_));
    steps[place + 1..].iter().find(|step| !is_replaced(step))
}

fn has_time(next: Option<&Step>) -> bool {
    matches!(next.map(|step| &step.kind), Some(StepKind::Rest { time, .. }) if *time >= LEAST_TIME)
}
