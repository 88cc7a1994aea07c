//! Checks whether a routine's cues and holds have room for their own words, judged by estimates for every
//! level, slow and brisk.

use std::time::Duration;

use super::compile::compile;
use super::length::planned;
use crate::diagnostic::{Diagnostic, Span};
use crate::phrases::Phrases;
use crate::plan::estimate::{estimated_length, estimated_time};
use crate::plan::{Item, ItemKind, Plan};
use crate::routine::{Level, Routine};
use crate::settings::{Pace, Settings, WindDown};
use crate::units::{Frames, SampleRate};

/// Kinds of which one note is enough: the others differ only in their numbers.
const KINDS: [&str; 2] = ["counted-in-fives", "cue-does-not-fit"];

/// What does not fit: each problem once, in the order of places in the file.
pub fn overrun(routine: &Routine) -> Vec<Diagnostic> {
    let (phrases, _) = Phrases::for_language(&routine.language);
    let mut problems: Vec<Diagnostic> = Vec::new();
    let levels = [Level::Standard, Level::Gentle, Level::Deeper];
    let paces = [Pace::NORMAL, Pace::SLOW, Pace::BRISK];
    for (level, pace) in levels.into_iter().flat_map(|level| paces.map(|pace| (level, pace))) {
        let wind_down = WindDown::by(routine.last_ending());
        let settings = Settings { level, pace, wind_down, ..Settings::default() };
        for problem in judged(&planned(routine, &settings, &phrases)) {
            let known = |other: &Diagnostic| other.span == problem.span && other.code == problem.code;
            if !problems.iter().any(known) {
                problems.push(problem);
            }
        }
    }
    problems.sort_by_key(|problem| problem.span.0.start);
    problems
}

/// The problems to report of one session: each kind once, however many holds it concerns.
pub(crate) fn told_once(problems: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut told: Vec<(Diagnostic, Vec<&Span>)> = Vec::new();
    for problem in problems {
        let known = told.iter_mut().find(|(known, _)| {
            known.code == problem.code && (KINDS.contains(&known.code) || known.message == problem.message)
        });
        match known {
            // Both sides come from one step, so they are one place.
            Some((_, places)) if places.contains(&&problem.span) => {}
            Some((_, places)) => places.push(&problem.span),
            None => told.push((problem.clone(), vec![&problem.span])),
        }
    }
    told.into_iter()
        .map(|(mut problem, places)| {
            match places.len() {
                0 | 1 => {}
                2 => problem.message += " (and so in another hold)",
                more => problem.message += &format!(" (and so in {} other holds)", more - 1),
            }
            problem
        })
        .collect()
}

fn judged(plan: &Plan) -> Vec<Diagnostic> {
    let rate = SampleRate::HZ_48000;
    let length = |id| Some(estimated_length(plan.utterance(id), rate));
    let (_, mut problems) = compile(plan, rate, &length, &|_| Frames::ZERO);
    problems.extend(plan.items.windows(2).filter_map(|pair| short_hold(plan, &pair[0], &pair[1])));
    problems
}

/// A hold that is shorter than its own announcement.
fn short_hold(plan: &Plan, before: &Item, hold: &Item) -> Option<Diagnostic> {
    let (ItemKind::Speak { utterance, .. }, ItemKind::Hold { length, .. }) = (&before.what, &hold.what)
    else {
        return None;
    };
    // An announcement comes from the same step as its hold.
    let words: Duration = estimated_time(plan.utterance(*utterance));
    (before.span == hold.span && *length < words).then(|| {
        Diagnostic::warning(
            "hold-shorter-than-words",
            &hold.span,
            format!("this hold lasts {length:.1?}, and announcing it takes {words:.1?}"),
            "hold it longer, or say it in a sentence and use `rest`",
        )
    })
}
