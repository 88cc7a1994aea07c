//! Finds what a routine must not ask of a listener whose eyes are closed. Whether holds and cues have time for
//! their words is checked where time is known, in `score::overrun`.

use std::time::Duration;

use super::text::Text;
use super::{Pose, Routine, Step, StepKind};
use crate::diagnostic::Diagnostic;

/// Words that tell the listener to look. They are matched as whole words.
const FOR_THE_EYES: [&str; 14] = [
    "look at",
    "as shown",
    "as you can see",
    "as pictured",
    "in the picture",
    "in the photo",
    "see how",
    "see the",
    "watch the",
    "watch your",
    "like shown",
    "shown below",
    "on the screen",
    "open your eyes and",
];

/// Words that move the whole body to another position.
const MOVES_THE_BODY: [&str; 16] = [
    "roll over",
    "turn over",
    "roll onto",
    "turn onto",
    "onto all fours",
    "on to all fours",
    "to all fours",
    "onto your hands and knees",
    "sit up",
    "stand up",
    "get up",
    "lie down",
    "onto your back",
    "onto your belly",
    "onto your stomach",
    "kneel",
];

/// The name of a side, where `{side}` is meant.
const FIXED_SIDES: [&str; 8] =
    ["your right", "your left", "the right", "the left", "right knee", "left knee", "right leg", "left leg"];

/// A shorter time is too little to change position, lying in the dark.
const LEAST_TIME: Duration = Duration::from_secs(5);

/// Everything that may leave a listener with closed eyes without guidance.
pub fn lint(routine: &Routine) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for pose in &routine.poses {
        lint_pose(pose, &mut warnings);
    }
    warnings.sort_by_key(|warning| warning.span.0.start);
    warnings
}

fn lint_pose(pose: &Pose, warnings: &mut Vec<Diagnostic>) {
    for text in [Some(&pose.name), pose.position.as_ref()].into_iter().flatten() {
        lint_text(text, false, warnings);
    }
    lint_steps(&pose.steps, false, warnings);
}

fn lint_steps(steps: &[Step], sided: bool, warnings: &mut Vec<Diagnostic>) {
    for (place, step) in steps.iter().enumerate() {
        lint_step(step, sided, warnings);
        if let Some(text) = spoken(step)
            && !has_time(steps.get(place + 1))
        {
            lint_move(text, warnings);
        }
    }
}

fn lint_step(step: &Step, sided: bool, warnings: &mut Vec<Diagnostic>) {
    if let Some(text) = spoken(step) {
        lint_text(text, sided, warnings);
    }
    match &step.kind {
        StepKind::EachSide(inner) => {
            if !inner.iter().any(names_side) {
                warnings.push(Diagnostic::warning(
                    "side-not-said",
                    &step.span,
                    "no sentence of this `each_side` says which side it is",
                    "write `{side}` where the side is meant: \"Bend your {side} knee.\"",
                ));
            }
            lint_steps(inner, true, warnings);
        }
        StepKind::Repeat { steps, .. } | StepKind::Only(_, steps) => lint_steps(steps, sided, warnings),
        StepKind::MoveTo { position, time } => {
            lint_text(position, sided, warnings);
            if time.is_some_and(|time| time < LEAST_TIME) {
                warnings.push(no_time(position, "give it at least \"5s\", or leave `time` out"));
            }
        }
        _ => {}
    }
}

fn lint_text(text: &Text, sided: bool, warnings: &mut Vec<Diagnostic>) {
    if let Some(words) = find(text, &FOR_THE_EYES) {
        warnings.push(Diagnostic::warning(
            "for-the-eyes",
            text.span(),
            format!("\"{words}\" needs eyes, and they are closed"),
            "say what it feels like instead, or where the body is",
        ));
    }
    if sided && let Some(words) = find(text, &FIXED_SIDES) {
        warnings.push(Diagnostic::warning(
            "fixed-side",
            text.span(),
            format!("\"{words}\" is said for both sides"),
            "write `{side}`, or `{other}` for the opposite one",
        ));
    }
}

fn lint_move(text: &Text, warnings: &mut Vec<Diagnostic>) {
    if find(text, &MOVES_THE_BODY).is_some() {
        warnings.push(no_time(text, "use `{ move_to = \"...\" }`, or let a `{ rest = 8 }` follow"));
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

fn has_time(next: Option<&Step>) -> bool {
    matches!(next.map(|step| &step.kind), Some(StepKind::Rest { time, .. }) if *time >= LEAST_TIME)
}

/// The first of `phrases` that is in `text` as whole words.
fn find<'a>(text: &Text, phrases: &[&'a str]) -> Option<&'a str> {
    let plain: String = text
        .as_str()
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' })
        .collect();
    let plain = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
    phrases.iter().copied().find(|phrase| plain.contains(&format!(" {phrase} ")))
}
