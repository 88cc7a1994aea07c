//! Tests counts whose numbers are longer than their beat: no listener in the dark is left with a single number
//! missing among others.

use std::time::Duration;

use proptest::prelude::*;
use supine::phrases::Phrases;
use supine::plan::Track;
use supine::plan::estimate::estimated_length;
use supine::plan::{Plan, UtteranceId};
use supine::routine::parse::parse;
use supine::score::compile::compile;
use supine::score::length::planned;
use supine::score::overrun::told_once;
use supine::score::{Score, ScoreEvent};
use supine::settings::{Pace, Settings};
use supine::units::{Frames, SampleRate};

const RATE: SampleRate = SampleRate::HZ_48000;
const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "pt"];

/// A routine whose poses count to twenty on each side, on the ordinary beat.
fn routine(language: &str) -> String {
    let pose =
        "[[pose]]\nname = \"Knee\"\nsteps = [{ each_side = [\"Lift.\", { count = 20 }, \"Lower.\"] }]\n";
    format!("title = \"Count\"\nlanguage = \"{language}\"\n{pose}{}", pose.replace("Knee", "Leg"))
}

fn plan(text: &str, settings: &Settings) -> Plan {
    let routine = parse(text).unwrap();
    planned(&routine, settings, &Phrases::for_language(&routine.language).0)
}

fn compiled(plan: &Plan, length: &dyn Fn(UtteranceId) -> Frames) -> (Score, Vec<String>) {
    let (score, problems) = compile(plan, RATE, &|id| Some(length(id)), &|_| Frames::ZERO);
    (score, told_once(&problems).into_iter().map(|problem| problem.message).collect())
}

fn estimated(plan: &Plan) -> (Score, Vec<String>) {
    compiled(plan, &|id| estimated_length(plan.utterance(id), RATE))
}

fn counts(score: &Score) -> Vec<&ScoreEvent> {
    score.events.iter().filter(|event| event.track == Track::Count).collect()
}

/// The numbers said in a count to `to`, when all are said up to `last` and every fifth after it.
fn in_fives(phrases: &Phrases, last: u32, to: u32) -> Vec<String> {
    let numbers = (1..=last).chain((last + 5..=to).step_by(5));
    numbers.map(|n| phrases.count(n)).collect()
}

#[test]
fn an_ordinary_count_is_said_in_every_language_on_its_beat_and_nothing_is_told() {
    for language in LANGUAGES {
        for pace in [Pace::SLOW, Pace::NORMAL, Pace::BRISK] {
            let plan = plan(&routine(language), &Settings { pace, ..Settings::default() });
            let (score, told) = estimated(&plan);
            assert_eq!(told, [""; 0], "{language}");
            let phrases = Phrases::for_language(language).0;
            let said: Vec<&str> = counts(&score).iter().map(|event| event.text.as_str()).collect();
            let all: Vec<String> = (1..=20).map(|n| phrases.count(n)).collect();
            assert!(said.chunks(20).all(|hold| hold == all), "{language}: {said:?}");
            let beat = pace.scale(Duration::from_millis(1_200));
            for pair in counts(&score).windows(2).take(19) {
                let apart = pair[1].at.saturating_sub(pair[0].at);
                assert!(apart.0.abs_diff(Frames::at(beat, RATE).0) <= 1, "{language}: {apart:?}");
            }
        }
    }
}

#[test]
fn numbers_that_are_longer_than_their_beat_are_said_in_fives_which_is_told_once() {
    for language in LANGUAGES {
        let plan = plan(&routine(language), &Settings { holds: 10.0, ..Settings::default() });
        let (score, told) = estimated(&plan);
        assert_eq!(told.len(), 1, "{language}: {told:?}");
        let last: u32 = told[0].split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!((20..200).contains(&last) && last.is_multiple_of(5), "{language}: {told:?}");
        assert!(told[0].contains("every fifth") && told[0].ends_with("(and so in another hold)"), "{told:?}");
        let counts = counts(&score);
        let expected = in_fives(&Phrases::for_language(language).0, last, 200);
        assert_eq!(counts.len(), expected.len() * 4);
        for hold in counts.chunks(expected.len()) {
            let said: Vec<&str> = hold.iter().map(|event| event.text.as_str()).collect();
            assert_eq!(said, expected, "{language}");
            // On the beat to the end.
            let whole = hold[hold.len() - 1].at.saturating_sub(hold[0].at);
            let planned = Frames::at(Duration::from_millis(1_200) * 199, RATE);
            assert!(whole.0.abs_diff(planned.0) <= 1, "{language}: {whole:?}");
        }
    }
}

#[test]
fn the_last_number_is_said_and_none_that_it_would_follow_at_once() {
    for to in 102..=140 {
        let text = routine("en").replace("count = 20", &format!("count = {to}"));
        let plan = plan(&text, &Settings::default());
        let (score, _) = estimated(&plan);
        let counts = counts(&score);
        let hold = &counts[..counts.len() / 4];
        assert_eq!(hold.last().unwrap().text, Phrases::for_language("en").0.count(to));
        let beats = |pair: &[&ScoreEvent]| pair[1].at.saturating_sub(pair[0].at).to_seconds(RATE) / 1.2;
        assert!(hold[99..].windows(2).all(|pair| beats(pair) > 1.5), "to {to}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn however_slow_a_voice_is_nothing_of_a_hold_is_left_out(
        milliseconds in prop::collection::vec(100u64..3_000, 50),
        beat in 0.5f64..2.0,
        to in 1u32..60,
    ) {
        let steps = format!(
            "\"Lift.\", {{ count = {{ to = {to}, beat = {beat:.2} }} }}, \"Down.\", \
             {{ breaths = {{ cycles = {}, ratio = \"1:1\" }} }}, \"Lower.\"", to / 2 + 1
        );
        let plan = plan(&routine("en").replace("\"Lift.\", { count = 20 }, \"Lower.\"", &steps), &Settings::default());
        let length = |id: UtteranceId| Frames::at(Duration::from_millis(milliseconds[id.0 % 50]), RATE);
        let (score, told) = compiled(&plan, &length);
        let uses: usize = plan.uses().iter().sum();
        prop_assert_eq!(score.events.len(), uses);
        for pair in score.events.windows(2) {
            prop_assert!(pair[0].at + pair[0].length <= pair[1].at + Frames(1), "{:?} over {:?}", pair[1].text, pair[0].text);
        }
        prop_assert!(told.len() <= 4, "{told:?}");
    }
}
