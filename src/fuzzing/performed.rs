//! A routine that may be played, from its text to its sound: what is promised of plan, score and mix.

use std::time::Duration;

use super::made;
use super::mixed::{mixed, spoken_at};
use super::routine::phrases;
use super::taken::Taken;
use crate::plan::{ItemKind, Plan, Track};
use crate::routine::parse::parse;
use crate::routine::{Routine, Side};
use crate::score::compile::{capacity, compile};
use crate::score::duck::RAMP_UP;
use crate::score::length::planned;
use crate::score::{Cue, GainPoint, Score};
use crate::settings::Settings;
use crate::units::{Decibels, Frames, SampleRate};

/// Under speech the ambience is at most so loud, relative to it.
const UNDER_SPEECH: f32 = -20.0;
/// What winding down adds at most to a gain.
const WOUND: f32 = 4.0;
const CHIME: Duration = Duration::from_secs(8);

/// Performs a routine that is made of the bytes.
///
/// # Panics
/// When a promise is broken: events in order, a voice that never talks over itself, equal sides, gains in their range, a
/// beginning that only grows, no sample above the ceiling, and exactly the length of the score.
pub fn performed(data: &[u8]) {
    let mut taken = Taken::new(data);
    let settings = made::settings(&mut taken);
    let by = if taken.once_in(3) { taken.part() * 2.0 - 1.0 } else { 0.0 };
    let mut playing =
        taken.one(&[[0u8; 4], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1]]);
    playing.iter_mut().for_each(|choice| *choice *= taken.byte());
    let text = made::routine(&mut taken);
    let routine = parse(&text).unwrap_or_else(|problems| panic!("it can't be played: {problems:?}\n{text}"));
    let routine = if by == 0.0 { routine } else { resized(&routine, by) };
    let plan = planned(&routine, &settings, phrases(&routine.language));
    keeps_sides_equal(&plan, &settings);
    let score = score(&plan, SampleRate::HZ_48000, usize::MAX);
    keeps_order(&plan, &score);
    keeps_gains(&plan, &settings, &score);
    let known = plan.utterances.len() / 2;
    only_grows(&self::score(&plan, SampleRate::HZ_48000, known), &score);
    mixed(&plan, &settings, playing);
}

/// Another size of a routine, which is a routine, too: no value has left its limits.
fn resized(routine: &Routine, by: f64) -> Routine {
    let resized = routine.resized(by);
    for change in routine.resizes(&resized) {
        assert!(change.to > 0.0 && change.to.is_finite(), "{change:?}");
        assert!((by < 0.0) == (change.to < change.from), "{change:?} at {by}");
    }
    resized
}

/// The score when the first `known` utterances have been spoken.
fn score(plan: &Plan, rate: SampleRate, known: usize) -> Score {
    let length = |id: crate::plan::UtteranceId| {
        (id.0 < known).then(|| Frames::at(spoken_at(&plan.utterance(id).text), rate))
    };
    compile(plan, rate, &length, &|_| Frames::at(CHIME, rate)).0
}

/// A listener's own breaths go on growing from one side to the other; everything else is the same.
fn keeps_sides_equal(plan: &Plan, settings: &Settings) {
    if settings.own_breath.is_some() {
        return;
    }
    let holds = |side: Side| {
        let on_side = plan.items.iter().filter(move |item| item.side == Some(side));
        on_side.filter_map(|item| match &item.what {
            ItemKind::Hold { length, breaths, .. } => Some((item.span.clone(), *length, breaths.len())),
            _ => None,
        })
    };
    let (right, left): (Vec<_>, Vec<_>) = (holds(Side::Right).collect(), holds(Side::Left).collect());
    assert_eq!(right, left, "the sides are not held alike");
}

fn keeps_order(plan: &Plan, score: &Score) {
    assert!(score.complete);
    assert!(score.events.windows(2).all(|pair| pair[0].at <= pair[1].at), "{:?}", score.events);
    let spoken: Vec<_> = score.events.iter().filter(|event| event.track != Track::Chime).collect();
    for pair in spoken.windows(2) {
        assert!(pair[0].at + pair[0].length <= pair[1].at, "{:?} talks over {:?}", pair[1], pair[0]);
    }
    assert!(score.starts.windows(2).all(|pair| pair[0] <= pair[1]) && score.starts.len() == plan.items.len());
    assert!(score.events.iter().all(|event| event.at + event.length <= score.length), "it ends too soon");
    for pair in score.breaths.windows(2) {
        assert!(pair[0].at + pair[0].length <= pair[1].at, "{:?} is not over at {:?}", pair[0], pair[1]);
    }
    let room = capacity(plan);
    assert!(score.events.len() <= room && score.ambience.len() <= room && score.breaths.len() <= room);
}

fn keeps_gains(plan: &Plan, settings: &Settings, score: &Score) {
    let points = &score.ambience;
    assert!(points.windows(2).all(|pair| pair[0].at <= pair[1].at), "{points:?}");
    let open = crate::plan::OPEN_GAIN + settings.ambience_gain.0 + settings.voice_gain.0.max(0.0) + WOUND;
    for point in points {
        let gain = point.gain.0;
        assert!(gain.is_finite() && gain <= open.max(Decibels::SILENCE.0), "{point:?}");
    }
    for event in score.events.iter().filter(|event| event.track != Track::Chime) {
        let Cue::Utterance(id) = event.cue else { continue };
        let voice = plan.utterance(id).gain.0;
        for at in [event.at, event.at + event.length] {
            let gain = gain_at(points, at) - voice;
            assert!(gain <= UNDER_SPEECH, "{gain} dB at {at:?} in {event:?}");
        }
    }
    if !score.endless {
        let last = points.last().map(|point| point.gain);
        assert_eq!(last, Some(Decibels::SILENCE), "it ends with a sound");
        assert_eq!(points.last().map(|point| point.at), Some(score.length));
    } else {
        assert!(
            points.last().is_some_and(|point| point.at <= score.length + Frames::at(RAMP_UP, score.rate))
        );
    }
}

/// The gain in dB at a frame, from the points alone.
fn gain_at(points: &[GainPoint], at: Frames) -> f32 {
    let after = points.partition_point(|point| point.at <= at);
    let from = points[after.saturating_sub(1)];
    let Some(to) = points.get(after) else { return from.gain.0 };
    let part = (at.0 - from.at.0) as f32 / (to.at.0 - from.at.0) as f32;
    from.gain.0 + (to.gain.0 - from.gain.0) * part
}

/// What is final stays: the mixer has played it.
fn only_grows(part: &Score, whole: &Score) {
    assert!(whole.events.starts_with(&part.events), "an event has changed");
    assert!(whole.markers.starts_with(&part.markers) && whole.breaths.starts_with(&part.breaths));
    assert!(whole.ambience.starts_with(&part.ambience), "the gain has changed");
    let late = whole.events[part.events.len()..].iter().map(|event| event.at).min();
    assert!(part.complete || late.is_none_or(|at| at >= part.length), "{late:?} is before {:?}", part.length);
}
