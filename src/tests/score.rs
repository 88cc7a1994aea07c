//! The promises of a score, over routines and settings made up by proptest. The sound is tested in `mixer.rs`
//! and tests/it/render.rs.

use std::time::Duration;

use crate::tests::support::routines;
use proptest::prelude::*;
use supine::diagnostic::Span;
use supine::phrases::Phrases;
use supine::plan::Track;
use supine::plan::{Item, ItemKind, PacedBreath, Plan, UtteranceId};
use supine::routine::parse::parse;
use supine::routine::{Ending, Id, Level, Routine, Side};
use supine::score::compile::{capacity, compile};
use supine::score::length::planned;
use supine::score::{GainPoint, Score, ScoreEvent};
use supine::settings::{BreathCues, Settings};
use supine::units::{Frames, SampleRate};

/// One frame is one nanosecond, so the score's times need no rounding.
const NANOSECONDS: SampleRate = SampleRate::new(1_000_000_000).unwrap();
const RATE: SampleRate = SampleRate::HZ_48000;
/// 3 frames at 48 kHz: the shortest time that is whole in frames and in nanoseconds.
const GRAIN: Duration = Duration::from_nanos(62_500);
const CHIME: Duration = Duration::from_secs(8);

fn plan(text: &str, settings: &Settings) -> Plan {
    plan_of(&parse(text).expect("a made-up routine is a routine"), settings)
}

fn plan_of(routine: &Routine, settings: &Settings) -> Plan {
    let (phrases, _) = Phrases::for_language("en");
    planned(routine, settings, &phrases)
}

/// How long a speaker takes for a text: a word is 187.5 to 562.5 ms long, varying by word, but "left" is as
/// long as "right".
fn spoken(text: &str) -> Duration {
    let hash = |word: &str| word.bytes().fold(7u32, |hash, byte| hash * 31 % 9_973 + u32::from(byte));
    let word = |word: &str| 3_000 + hash(&word.to_lowercase().replace("left", "right")) % 6_001;
    GRAIN * text.split_whitespace().map(word).sum()
}

/// The score when the first `known` utterances have been spoken.
fn partial(plan: &Plan, rate: SampleRate, known: usize) -> Score {
    let length = |id: UtteranceId| {
        let time = spoken(&plan.utterance(id).text);
        (id.0 < known).then(|| Frames::at(time, rate))
    };
    compile(plan, rate, &length, &|_| Frames::at(CHIME, rate)).0
}

fn score(plan: &Plan, rate: SampleRate) -> Score {
    partial(plan, rate, usize::MAX)
}

fn is_spoken(event: &ScoreEvent) -> bool {
    event.track != Track::Chime
}

/// The gain in dB at a frame, from the points alone.
fn gain_at(points: &[GainPoint], at: Frames) -> f64 {
    let after = points.iter().position(|point| point.at > at).unwrap_or(points.len());
    let from = points[after.saturating_sub(1)];
    let Some(to) = points.get(after) else { return f64::from(from.gain.0) };
    let part = (at.0 - from.at.0) as f64 / (to.at.0 - from.at.0) as f64;
    f64::from(from.gain.0) + f64::from(to.gain.0 - from.gain.0) * part
}

/// The cues heard in each hold of one side: the hold's step, and the onsets counted from the first one.
fn heard(plan: &Plan, events: &[ScoreEvent], side: Side) -> Vec<(usize, Vec<u64>)> {
    let due = due(plan, events);
    let holds = plan.items.iter().enumerate().filter(|(_, item)| matches!(item.what, ItemKind::Hold { .. }));
    let on_side = holds.filter(|(_, item)| item.side == Some(side));
    let onsets = |of: usize| {
        events.iter().zip(&due).filter(move |(_, (place, _))| *place == of).map(|(event, _)| event.at.0)
    };
    let offsets = |place| onsets(place).map(|at| at - onsets(place).next().unwrap_or(0)).collect();
    on_side.map(|(place, item)| (item.span.0.start, offsets(place))).collect()
}

/// The holds of a plan for one side: their steps, lengths and numbers of cues.
fn holds_planned(plan: &Plan, side: Side) -> Vec<(&Span, Duration, usize)> {
    let on_side = plan.items.iter().filter(|item| item.side == Some(side));
    let hold = |item: &Item| match &item.what {
        ItemKind::Hold { cues, length, .. } => Some((*length, cues.len())),
        _ => None,
    };
    on_side.filter_map(|item| hold(item).map(|(length, cues)| (&item.span, length, cues))).collect()
}

/// The item of each event and when the event has to begin, from the plan and the lengths of the spoken words:
/// pauses, offsets and beats added up in nanoseconds. Where a cue is longer than its beat, the rest of the hold
/// comes later.
fn due(plan: &Plan, events: &[ScoreEvent]) -> Vec<(usize, Duration)> {
    let end = |event: &ScoreEvent| Duration::from_nanos((event.at + event.length).0);
    let mut due = Vec::new();
    let mut now = Duration::ZERO;
    for (place, item) in plan.items.iter().enumerate() {
        match &item.what {
            ItemKind::Wait(time) | ItemKind::Settle(time) | ItemKind::Taps { patience: time, .. } => {
                now += *time
            }
            ItemKind::Pose { .. } => {}
            ItemKind::Speak { then, .. } => {
                due.push((place, now));
                now = end(&events[due.len() - 1]) + *then;
            }
            ItemKind::Chime { then, .. } => {
                due.push((place, now));
                now += *then;
            }
            ItemKind::Hold { cues, length, then, .. } => {
                let (mut busy, mut late) = (now, Duration::ZERO);
                for cue in cues.iter().map(|cue| now + cue.at) {
                    let onset = busy.max(cue + late);
                    late = onset - cue;
                    due.push((place, onset));
                    busy = end(&events[due.len() - 1]);
                }
                now = busy.max(now + *length + late) + *then;
            }
        }
    }
    due
}

#[test]
fn a_pose_that_was_left_out_last_time_is_led_gently_at_every_level_and_only_that_pose() {
    let steps = "steps = [\"Lie.\", { gentle = \"A little.\" }, { deeper = \"A lot.\" }, { count = 1 }]";
    let text = format!(
        "title = \"A\"\n[[pose]]\nname = \"Cat\"\n{steps}\n[[pose]]\nname = \"Cow\"\nposition = \"prone\"\n{steps}"
    );
    let why = "You left this one out last time, so let it be gentle tonight, and rest through it whenever you like.";
    let gentler = vec![Id::of("Cow"), Id::of("Cobra")];
    for (level, own) in [(Level::Gentle, "A little."), (Level::Standard, ""), (Level::Deeper, "A lot.")] {
        let settings = Settings { level, gentler: gentler.clone(), ..Settings::default() };
        let plan = plan(&text, &settings);
        let said: Vec<&str> = plan
            .items
            .iter()
            .filter(|item| item.pose > 0)
            .filter_map(|item| {
                let ItemKind::Speak { utterance, .. } = item.what else { return None };
                Some(plan.utterance(utterance).text.as_str())
            })
            .collect();
        let cat: Vec<&str> = ["Cat.", "Lie.", own].into_iter().filter(|text| !text.is_empty()).collect();
        let way = "Take your time, and move until you are prone.";
        assert_eq!(said, [&cat[..], &["Cow.", why, way, "Lie.", "A little."]].concat(), "{level:?}");
    }
}

#[test]
fn a_breath_that_is_held_for_long_is_held_equally_long_on_both_sides() {
    let breaths = |steps: &str| -> Vec<(usize, usize)> {
        let text = format!(
            "title = \"A\"\n[[pose]]\nname = \"Cat\"\nsteps = [{{ each_side = [\"Lie.\", {steps}] }}]"
        );
        let plan = plan(&text, &Settings::default());
        assert_eq!(holds_planned(&plan, Side::Right).len(), 1);
        assert_eq!(holds_planned(&plan, Side::Right)[0].1, holds_planned(&plan, Side::Left)[0].1);
        let holds = plan.items.iter().filter_map(|item| match &item.what {
            ItemKind::Hold { breaths, .. } => Some(breaths),
            _ => None,
        });
        let long = |held: &Vec<PacedBreath>| held.iter().filter(|one| one.phases.is_held_long()).count();
        holds.map(|held| (long(held), held.len() - long(held))).collect()
    };
    let breath = |cycles: u32| format!("{{ breaths = {{ cycles = {cycles}, ratio = \"4-7-8\" }} }}");
    // Four in a row are the most, so each side has two of them, and two that are not held.
    assert_eq!(breaths(&breath(4)), [(2, 2), (2, 2)]);
    assert_eq!(breaths(&breath(2)), [(2, 0), (2, 0)]);
    // After half a minute's rest they begin anew.
    assert_eq!(breaths(&format!("{}, {{ rest = 40 }}", breath(4))), [(4, 0), (4, 0)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn events_come_in_order_and_the_voice_never_talks_over_itself(
        text in routines::routine(), settings in routines::settings(), hz in prop::sample::select(vec![44_100, 48_000]),
    ) {
        let score = score(&plan(&text, &settings), SampleRate::new(hz).unwrap());
        prop_assert!(score.complete);
        prop_assert!(score.events.windows(2).all(|pair| pair[0].at <= pair[1].at));
        prop_assert!(score.markers.windows(2).all(|pair| pair[0].at < pair[1].at));
        let spoken: Vec<&ScoreEvent> = score.events.iter().filter(|event| is_spoken(event)).collect();
        for pair in spoken.windows(2) {
            let end = pair[0].at + pair[0].length;
            prop_assert!(end <= pair[1].at, "{:?} ends at {end:?}, {:?} begins at {:?}", pair[0].text, pair[1].text, pair[1].at);
        }
    }

    #[test]
    fn the_second_side_is_held_as_long_as_the_first(text in routines::routine(), settings in routines::settings()) {
        let plan = plan(&text, &settings);
        prop_assert_eq!(holds_planned(&plan, Side::Right), holds_planned(&plan, Side::Left));
        let events = score(&plan, NANOSECONDS).events;
        prop_assert_eq!(heard(&plan, &events, Side::Right), heard(&plan, &events, Side::Left));
    }

    #[test]
    fn every_count_and_breath_is_exactly_on_its_beat(text in routines::routine(), settings in routines::settings()) {
        let plan = plan(&text, &settings);
        let score = score(&plan, NANOSECONDS);
        let onsets: Vec<Duration> = score.events.iter().map(|event| Duration::from_nanos(event.at.0)).collect();
        let due: Vec<Duration> = due(&plan, &score.events).into_iter().map(|(_, onset)| onset).collect();
        prop_assert_eq!(onsets, due);
    }

    #[test]
    fn every_onset_is_rounded_once_from_its_absolute_offset(
        text in routines::routine(), settings in routines::settings(),
    ) {
        let plan = plan(&text, &settings);
        let (exact, score) = (score(&plan, NANOSECONDS), score(&plan, RATE));
        prop_assert_eq!(exact.events.len(), score.events.len());
        for (exact, event) in exact.events.iter().zip(&score.events) {
            prop_assert_eq!(Frames::at(Duration::from_nanos(exact.at.0), RATE), event.at, "{:?}", &event.text);
        }
    }

    #[test]
    fn a_longer_beginning_only_adds_to_a_shorter_one(text in routines::routine(), settings in routines::settings()) {
        let plan = plan(&text, &settings);
        let whole = score(&plan, RATE);
        let mut length = Frames::ZERO;
        for known in 0..plan.utterances.len() {
            let part = partial(&plan, RATE, known);
            prop_assert!(whole.events.starts_with(&part.events), "events, {known} known");
            prop_assert!(whole.markers.starts_with(&part.markers), "markers, {known} known");
            prop_assert!(whole.breaths.starts_with(&part.breaths), "breaths, {known} known");
            let later = whole.breaths[part.breaths.len()..].first();
            prop_assert!(later.is_none_or(|phase| phase.at >= part.length), "{later:?} before {:?}", part.length);
            prop_assert!(whole.ambience.starts_with(&part.ambience), "gain, {known} known: {:?}", part.ambience.last());
            prop_assert!(!part.complete && part.length >= length && part.length <= whole.length);
            let later = whole.events[part.events.len()..].iter().map(|event| event.at).min();
            prop_assert!(later.is_none_or(|at| at >= part.length), "{later:?} is before {:?}", part.length);
            let later = whole.ambience[part.ambience.len()..].first();
            prop_assert!(later.is_none_or(|point| point.at >= part.length), "gain {later:?} before {:?}", part.length);
            length = part.length;
        }
    }

    #[test]
    fn the_ambience_is_20_db_down_whenever_somebody_speaks(
        text in routines::routine(), settings in routines::settings(),
    ) {
        let score = score(&plan(&text, &settings), RATE);
        let points = &score.ambience;
        prop_assert!(points.windows(2).all(|pair| pair[0].at <= pair[1].at), "{points:?}");
        for event in score.events.iter().filter(|event| is_spoken(event)) {
            let end = event.at + event.length;
            let inside = points.iter().map(|point| point.at).filter(|at| (event.at..end).contains(at));
            for at in inside.chain([event.at, end]) {
                let gain = gain_at(points, at);
                prop_assert!(gain <= -20.0, "{gain} dB at {at:?} in {:?}", event.text);
            }
        }
    }

    #[test]
    fn the_session_ends_as_its_ending_and_its_timer_say(text in routines::routine(), settings in routines::settings()) {
        let score = score(&plan(&text, &settings), RATE);
        let last = score.events.iter().map(|event| (event.at + event.length).to_duration(RATE)).max().unwrap();
        let tail = score.length.to_duration(RATE) - last;
        let asleep = settings.ending.unwrap_or(match text.contains("ending = \"asleep\"") {
            true => Ending::Asleep,
            false => Ending::Awake,
        }) == Ending::Asleep;
        let wanted = match settings.ambience {
            false => Duration::from_secs(1),
            true if asleep => settings.sleep_timer,
            true => Duration::from_secs(6),
        };
        prop_assert_eq!(score.endless, settings.ambience && asleep && settings.until_morning);
        prop_assert_eq!(score.events.last().unwrap().text == "bowl", !asleep);
        let end = score.ambience.last().unwrap();
        if score.endless {
            let before = score.ambience.iter().map(|point| point.gain.0).fold(-96.0, f32::max);
            prop_assert!(end.gain.0 > before - 4.1 && end.at <= score.length, "it does not stay open");
        } else {
            // The time after the last word is never less than the pause after it.
            prop_assert!(tail.abs_diff(wanted) < GRAIN || (wanted < tail && tail.as_secs() < 8), "{tail:?}");
            prop_assert_eq!((end.at, end.gain.amplitude()), (score.length, 0.0));
        }
        prop_assert_eq!(score.ambience[0].gain.amplitude(), 0.0);
    }

    #[test]
    fn the_time_to_settle_in_is_as_long_as_it_was_asked_for_at_every_pace(
        text in routines::routine(), settings in routines::settings(),
    ) {
        let plan = plan(&text, &settings);
        let settling: Vec<usize> =
            (0..plan.items.len()).filter(|at| matches!(plan.items[*at].what, ItemKind::Settle(_))).collect();
        if settings.settle.is_zero() {
            prop_assert!(settling.is_empty());
        } else {
            prop_assert_eq!(settling.len(), 1);
            let at = settling[0];
            prop_assert_eq!(plan.items[at].pose, 0);
            prop_assert!(plan.items[at + 1..].iter().any(|item| item.pose == 1), "it comes before the first pose");
            let starts = score(&plan, NANOSECONDS).starts;
            prop_assert_eq!(Duration::from_nanos(starts[at + 1].0 - starts[at].0), settings.settle);
        }
    }

    #[test]
    fn the_rings_hold_the_whole_score(text in routines::routine(), settings in routines::settings()) {
        let plan = plan(&text, &settings);
        let score = score(&plan, RATE);
        prop_assert!(score.ambience.len() <= capacity(&plan) && score.events.len() <= capacity(&plan));
        prop_assert!(score.breaths.len() <= capacity(&plan));
    }

    #[test]
    fn the_first_word_comes_after_700_ms_and_the_first_marker_with_its_name(
        text in routines::routine(), settings in routines::settings(),
    ) {
        let score = score(&plan(&text, &settings), RATE);
        prop_assert_eq!(score.events[0].at, Frames(33_600));
        for (place, marker) in score.markers.iter().enumerate() {
            let first = score.events.iter().find(|event| event.pose == place + 1);
            let title = format!("{}.", marker.name);
            prop_assert_eq!(first.map(|event| (event.at, &event.text)), Some((marker.at, &title)));
        }
        let poses: Vec<usize> = score.events.iter().map(|event| event.pose).collect();
        prop_assert_eq!((poses[0], poses[poses.len() - 1]), (0, 0));
    }

    #[test]
    fn the_same_routine_gives_the_same_score(text in routines::routine(), settings in routines::settings()) {
        let (one, two) = (score(&plan(&text, &settings), RATE), score(&plan(&text, &settings), RATE));
        prop_assert_eq!((one.length, one.markers, one.events), (two.length, two.markers, two.events));
        prop_assert_eq!(one.ambience, two.ambience);
    }

    #[test]
    fn the_holds_factor_scales_counts_breaths_and_seconds(
        n in 1u32..=100, count in 1u32..=300, ms in 500u64..3_000_000, holds in 0.1f64..=10.0,
    ) {
        let steps = format!("{{ count = {count} }}, {{ breaths = {n} }}, {{ sway = {n} }}, {{ seconds = \"{ms}ms\" }}");
        let text = format!("title = \"A\"\n[[pose]]\nname = \"B\"\nsteps = [{steps}]");
        let settings = Settings { holds, breath_cues: BreathCues::Voice, ..Settings::default() };
        let plan = plan(&text, &settings);
        let (lengths, cues) = planned_holds(&plan);
        let scaled = |n: u32| (f64::from(n) * holds).round().max(1.0) as u32;
        let beat = Duration::from_millis(1_200);
        let breath = Duration::from_secs(10);
        prop_assert_eq!(&lengths[..3], &[beat * scaled(count), breath * scaled(n), breath * scaled(n)]);
        prop_assert!(lengths[3].abs_diff(Duration::from_millis(ms).mul_f64(holds)) < Duration::from_micros(1));
        let halves = |n: u32| (0..n).flat_map(move |n| [breath * n, breath * n + Duration::from_secs(4)]);
        // Above twenty some numbers may be left out except for fives, but none is off its beat.
        let (first, last) = (scaled(count).min(20), scaled(count));
        prop_assert_eq!(&cues[0][..first as usize], &(1..=first).map(|n| beat * n).collect::<Vec<_>>());
        prop_assert!(cues[0].iter().all(|at| at.as_nanos() % beat.as_nanos() == 0));
        prop_assert_eq!(cues[0].last(), Some(&(beat * last)));
        prop_assert_eq!(&cues[1], &halves(scaled(n)).collect::<Vec<_>>());
        prop_assert_eq!(&cues[2], &cues[1]);
    }
}

/// The lengths of a plan's holds, and the offsets of the cues in each.
fn planned_holds(plan: &Plan) -> (Vec<Duration>, Vec<Vec<Duration>>) {
    let hold = |item: &Item| match &item.what {
        ItemKind::Hold { length, cues, .. } => Some((*length, cues.iter().map(|cue| cue.at).collect())),
        _ => None,
    };
    plan.items.iter().filter_map(hold).unzip()
}
