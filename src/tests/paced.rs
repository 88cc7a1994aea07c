//! A hold of breaths as it is planned and scored: what is said in it, what else leads it, and how long a breath is
//! held.

use std::time::Duration;

use supine::phrases::Phrases;
use supine::plan::estimate::estimated_length;
use supine::plan::{BreathSound, ItemKind, Plan};
use supine::routine::breath::Phase;
use supine::routine::parse::parse;
use supine::score::Score;
use supine::score::compile::compile;
use supine::score::length::planned;
use supine::settings::{BreathCues, Counting, Settings};
use supine::units::{Frames, SampleRate};

const RATE: SampleRate = SampleRate::HZ_48000;

fn plan(steps: &str, settings: &Settings) -> Plan {
    let text = format!("title = \"A\"\n[[pose]]\nname = \"B\"\nsteps = [{steps}]");
    planned(&parse(&text).unwrap(), settings, &Phrases::for_language("en").0)
}

fn with(breath_cues: BreathCues) -> Settings {
    Settings { breath_cues, ..Settings::default() }
}

fn score(plan: &Plan) -> Score {
    compile(plan, RATE, &|id| Some(estimated_length(plan.utterance(id), RATE)), &|_| Frames::ZERO).0
}

/// What is said in the holds of a plan.
fn said(plan: &Plan) -> Vec<&str> {
    let cues = plan.items.iter().flat_map(|item| match &item.what {
        ItemKind::Hold { cues, .. } => cues.as_slice(),
        _ => &[],
    });
    cues.map(|cue| plan.utterance(cue.utterance).text.as_str()).collect()
}

/// The breaths of a plan, in seconds of their phases.
fn breaths(plan: &Plan) -> Vec<[f64; 4]> {
    let breaths = plan.items.iter().flat_map(|item| match &item.what {
        ItemKind::Hold { breaths, .. } => breaths.as_slice(),
        _ => &[],
    });
    breaths.map(|breath| breath.phases.times().map(|time| time.as_secs_f64())).collect()
}

const LED_IN: [&str; 4] = ["Breathe in.", "Breathe out.", "Two, in.", "Out."];
const LAST: [&str; 2] = ["One last breath in.", "And breathe out."];

#[test]
fn two_breaths_and_the_last_are_spoken_and_the_sound_breathes_through_all() {
    let plan = plan("{ breaths = 6 }", &Settings::default());
    assert_eq!(said(&plan), [&LED_IN[..], &LAST[..]].concat());
    let score = score(&plan);
    assert_eq!(score.breaths.len(), 12);
    assert!(score.breaths.iter().all(|phase| phase.sound == BreathSound::Breathing && phase.pose == 1));
    // In and out follow each other without a gap, each on the frame of its words.
    let ends = score.breaths.windows(2).all(|pair| pair[0].at + pair[0].length == pair[1].at);
    assert!(ends, "{:?}", score.breaths);
    for word in ["Breathe in.", "Out.", "One last breath in.", "And breathe out."] {
        let at = score.events.iter().find(|event| event.text == word).unwrap().at;
        assert!(score.breaths.iter().any(|phase| phase.at == at), "{word}");
    }
}

#[test]
fn each_way_of_leading_the_breath_says_what_it_says() {
    let said_with = |cues| {
        let plan = plan("{ breaths = 4 }", &with(cues));
        let sound = score(&plan).breaths[0].sound;
        (said(&plan).into_iter().map(str::to_owned).collect::<Vec<_>>().join(" "), sound)
    };
    let voice = "Breathe in. Breathe out. Two, in. Out. Three, in. Out. One last breath in. And breathe out.";
    let sound = "Breathe in. Breathe out. Two, in. Out. One last breath in. And breathe out.";
    for (cues, words, led_by) in [
        (BreathCues::Voice, voice, BreathSound::None),
        (BreathCues::Sound, sound, BreathSound::Breathing),
        (BreathCues::Tone, "", BreathSound::Tones),
        (BreathCues::Number, "One. Two. Three. Four.", BreathSound::None),
        (BreathCues::None, "", BreathSound::None),
    ] {
        assert_eq!(said_with(cues), (words.to_owned(), led_by), "{cues:?}");
    }
    let silent = Settings { counting: Counting::None, ..Settings::default() };
    let silent = plan("{ breaths = 4 }", &silent);
    assert_eq!((said(&silent).len(), score(&silent).breaths[0].sound), (0, BreathSound::Breathing));
    // A sway says which way it goes, and which one is the last.
    let sway = plan("{ sway = 4 }", &Settings::default());
    let first = ["In, and over to one side.", "Out, to the other.", "In, one side.", "Out, the other."];
    assert_eq!(said(&sway), [&first[..], &LAST[..]].concat());
}

#[test]
fn a_hold_of_the_breath_is_spoken_when_there_is_time_for_it() {
    let boxed = plan("{ breaths = { cycles = 2, ratio = \"box\" } }", &with(BreathCues::Voice));
    let wanted = "Breathe in. Hold. Breathe out. Rest. One last breath in. Hold. And breathe out. Rest.";
    assert_eq!(said(&boxed).join(" "), wanted);
    let phases: Vec<Phase> = score(&boxed).breaths.iter().map(|phase| phase.phase).take(5).collect();
    assert_eq!(phases, [Phase::In, Phase::Full, Phase::Out, Phase::Empty, Phase::In]);
    let brief = plan("{ breaths = { cycles = 1, ratio = \"4:1:6:0\" } }", &with(BreathCues::Voice));
    assert_eq!(said(&brief), ["Breathe in.", "Breathe out."]);
}

#[test]
fn every_cue_of_every_language_fits_its_phase() {
    for language in ["en", "de", "es", "fr", "pt"] {
        let phrases = Phrases::for_language(language).0;
        for (breath, counting) in
            [("box", Counting::Every), ("4-7-8", Counting::Every), ("4:2:6:2", Counting::Sparse)]
        {
            let settings = Settings { counting, ..with(BreathCues::Voice) };
            let text = format!(
                "title = \"A\"\nlanguage = \"{language}\"\n[[pose]]\nname = \"B\"\nsteps = [{{ breaths = {{ cycles = 4, ratio = \"{breath}\" }} }}]"
            );
            let plan = planned(&parse(&text).unwrap(), &settings, &phrases);
            let length = |id| Some(estimated_length(plan.utterance(id), RATE));
            let problems = compile(&plan, RATE, &length, &|_| Frames::ZERO).1;
            assert!(problems.is_empty(), "{language} {breath}: {problems:?}");
        }
    }
}

#[test]
fn a_long_hold_of_the_breath_is_done_four_times_in_a_row_and_then_the_breath_flows() {
    let long = [4.0, 7.0, 8.0, 0.0];
    let easy = [4.0, 0.0, 6.0, 0.0];
    let counted = |plan: &Plan| {
        let breaths = breaths(plan);
        let long = breaths.iter().filter(|breath| **breath == long).count();
        assert!(breaths.iter().all(|breath| *breath == easy || breath[1] == 7.0));
        (long, breaths.len() - long)
    };
    let step = |n| format!("{{ breaths = {{ cycles = {n}, ratio = \"4-7-8\" }} }}");
    let four = plan(&step(4), &Settings::default());
    assert_eq!((counted(&four), four.notes.len()), ((4, 0), 0));
    let twenty = plan(&step(20), &Settings::default());
    assert_eq!(counted(&twenty), (4, 16));
    let note = &twenty.notes[0].message;
    assert!(note.contains("held for 7 s") && note.contains("16 breaths go on at 4:6"), "{note}");
    assert!(twenty.utterances.iter().any(|said| said.text.contains("without holding it")));
    // The words lead into the easy breath, too.
    assert!(said(&twenty).contains(&"Five, in.") && said(&twenty).contains(&"One last breath in."));
    // In a row: also over two steps, unless there is a rest between them.
    let (row, rest) = (format!("{0}, {0}", step(3)), format!("{0}, {{ rest = 30 }}, {0}", step(3)));
    assert_eq!(counted(&plan(&row, &Settings::default())), (4, 2));
    assert_eq!(counted(&plan(&rest, &Settings::default())), (6, 0));
    // A pattern whose holds are not long goes on.
    let boxed = plan("{ breaths = { cycles = 20, ratio = \"box\" } }", &Settings::default());
    assert_eq!((breaths(&boxed), boxed.notes.len()), (vec![[4.0; 4]; 20], 0));
}

#[test]
fn half_an_hour_of_breaths_can_be_written() {
    let plan = plan("{ breaths = 180 }", &Settings::default());
    let length = plan.items.iter().find_map(|item| match item.what {
        ItemKind::Hold { length, .. } => Some(length),
        _ => None,
    });
    assert_eq!(length, Some(Duration::from_secs(1_800)));
}

#[test]
fn between_two_cues_of_a_breath_the_ambience_stays_where_it_is() {
    for (cues, ramps) in [(BreathCues::Voice, 1), (BreathCues::Number, 1), (BreathCues::Sound, 2)] {
        let score = score(&plan("{ breaths = 8 }, \"Rest.\", { rest = 20 }", &with(cues)));
        let (first, last) = (score.breaths[0].at, score.breaths[15].at + score.breaths[15].length);
        let inside: Vec<f32> = score
            .ambience
            .iter()
            .filter(|point| point.at > first && point.at < last + Frames::at(Duration::from_secs(1), RATE))
            .map(|point| point.gain.0)
            .collect();
        let rises = inside.windows(2).filter(|pair| pair[1] > pair[0]).count();
        assert!(rises <= ramps, "{cues:?}: {inside:?}");
    }
}
