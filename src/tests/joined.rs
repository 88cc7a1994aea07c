//! Several routines in one go: one routine with the poses, the holds and the sides of all of them.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::support::routines::routine as made_up;
use crate::catalogue::{Place, Source};
use crate::config::Choices;
use crate::folders::Folders;
use crate::phrases::Phrases;
use crate::plan::{ItemKind, Plan};
use crate::routine::parse::parse;
use crate::routine::{Ending, Id, Routine, Side};
use crate::session::Session;
use crate::settings::Settings;

/// The routines of these texts as one, and the texts one behind the other.
fn joined(texts: &[&str]) -> (Routine, String) {
    let mut starts =
        texts.iter().scan(0, |start, text| Some(std::mem::replace(start, *start + text.len() + 1)));
    let mut read = texts.iter().map(|text| (parse(text).unwrap(), starts.next().unwrap()));
    let (first, _) = read.next().unwrap();
    (first.followed_by(read), texts.join("\n"))
}

fn plan(routine: &Routine, settings: &Settings) -> Plan {
    Plan::new(routine, settings, &Phrases::for_language(&routine.language).0, 20)
}

/// What is said, in order.
fn said(plan: &Plan) -> Vec<&str> {
    let spoken = plan.items.iter().filter_map(|item| match item.what {
        ItemKind::Speak { utterance, .. } => Some(plan.utterance(utterance).text.as_str()),
        _ => None,
    });
    spoken.collect()
}

/// Each hold with its side, its length, and its numbers of cues and breaths.
fn holds(plan: &Plan) -> Vec<(Option<Side>, Duration, usize, usize)> {
    let held = plan.items.iter().filter_map(|item| match &item.what {
        ItemKind::Hold { cues, breaths, length, .. } => Some((item.side, *length, cues.len(), breaths.len())),
        _ => None,
    });
    held.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn poses_holds_and_sides_are_those_of_the_parts_in_their_order(texts in prop::collection::vec(made_up(), 1..4)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (whole, text) = joined(&texts);
        let parts: Vec<Routine> = texts.iter().map(|text| parse(text).unwrap()).collect();
        let ids: BTreeSet<&Id> = whole.poses.iter().map(|pose| &pose.id).collect();
        prop_assert_eq!(ids.len(), whole.poses.len(), "no two poses have one id");
        prop_assert_eq!(whole.last_ending(), parts[parts.len() - 1].ending);

        // Taken apart, it is what it was made of.
        prop_assert_eq!(whole.parts().len(), parts.len());
        for (again, part) in whole.parts().iter().zip(&parts) {
            let ids = |routine: &Routine| -> Vec<Id> { routine.poses.iter().map(|pose| pose.id.clone()).collect() };
            prop_assert_eq!(ids(again), ids(part));
            let same_order = Routine { order: part.order, ..again.clone() };
            prop_assert_eq!(same_order.meaning(), part.meaning());
            prop_assert_eq!(&again.title.as_str(), &part.title.as_str());
        }

        // Every step stands where it stood in its own text.
        let own = texts.iter().zip(&parts).flat_map(|(text, part)| {
            part.steps().into_iter().map(|(_, step)| text[step.span.0.clone()].to_owned()).collect::<Vec<_>>()
        });
        let own: Vec<String> = own.collect();
        let here: Vec<&str> = whole.steps().into_iter().map(|(_, step)| &text[step.span.0.clone()]).collect();
        prop_assert_eq!(here, own);

        // The first one says which side comes first.
        let settings = Settings::default();
        let each = parts.iter().flat_map(|part| {
            holds(&plan(&Routine { order: whole.order, ..part.clone() }, &settings))
        });
        prop_assert_eq!(holds(&plan(&whole, &settings)), each.collect::<Vec<_>>());
    }
}

const BREATH: &str = r#"
id = "breath"
title = "Breath only"
caution = "If you feel dizzy, breathe as you like"
props = ["a pillow"]
breath = "4:4"
words = "full"
[[pose]]
name = "Rest"
position = "lying on your back"
steps = ["Lie.", { breaths = 2 }]
"#;
const BACK: &str = r#"
id = "back"
title = "For your back."
caution = "If a leg goes numb, rest."
props = ["a bed", "a pillow"]
ending = "awake"
[[pose]]
id = "knees"
name = "Knees"
optional = true
position = "lying on your back"
steps = ["Hug.", { breaths = 2 }]
[[pose]]
name = "Rest"
steps = ["Rest well."]
"#;

#[test]
fn one_welcome_names_all_of_them_and_says_each_thing_once_and_the_last_one_ends_it() {
    let (whole, _) = joined(&[BREATH, BACK, BACK]);
    let plan = plan(&whole, &Settings::default());
    let said = said(&plan);
    let welcome = [
        "First: Breath only.",
        "Then: For your back.",
        "Then: For your back.",
        "This takes about twenty minutes.",
        "You will need a pillow, and a bed.",
        "You begin lying on your back.",
        "Move slowly, and only as far as it feels good.",
        "If anything hurts, stop.",
        "If you feel dizzy, breathe as you like.",
        "If a leg goes numb, rest.",
        "Close your eyes whenever you like.",
    ];
    assert_eq!(said[..welcome.len()], welcome);
    let second = said.iter().position(|text| *text == "Now: For your back.").unwrap();
    // Nobody knows how the first one left the listener lying.
    let way = "Take your time, and move until you are lying on your back.";
    assert_eq!(said[second..second + 4], ["Now: For your back.", "Knees.", way, "Hug."]);
    assert_eq!(said.iter().filter(|text| **text == "This is the end of the routine.").count(), 1);
    assert!(!said.contains(&"Sleep well."), "{said:?}");
    assert_eq!(plan.title, "Breath only + For your back. + For your back.");
}

#[test]
fn each_keeps_its_breath_unless_the_listener_chose_one_and_its_poses_take_a_number() {
    let (whole, _) = joined(&[BREATH, BACK]);
    let breaths = |settings: &Settings| -> Vec<f64> {
        holds(&plan(&whole, settings)).iter().map(|(_, length, ..)| length.as_secs_f64()).collect()
    };
    assert_eq!(breaths(&Settings::default()), [16.0, 20.0]);
    let slow: Settings = Settings { breath: "6:6".parse().unwrap(), ..Settings::default() };
    assert_eq!(breaths(&slow), [16.0, 24.0]);
    assert_eq!(breaths(&Settings { is_breath_asked: true, ..slow }), [24.0, 24.0]);
    let ids: Vec<&str> = whole.poses.iter().map(|pose| pose.id.as_str()).collect();
    assert_eq!(ids, ["rest", "knees", "rest-2"]);
    assert_eq!(whole.last_ending(), Ending::Awake);
    // Where nothing of the second is left, the first one's ending holds.
    let first = whole.keeping(|pose| pose.part == 0);
    assert_eq!(first.last_ending(), Ending::Asleep);
}

#[test]
fn one_that_begins_without_a_word_is_not_named_and_what_no_welcome_said_is_said_on_the_way() {
    let quiet = BREATH.replace("words =", "welcome = \"none\"\nwords =");
    let (last, _) = joined(&[BACK, &quiet]);
    let plan_of_last = plan(&last, &Settings::default());
    let words = said(&plan_of_last);
    assert!(!words.iter().any(|text| text.starts_with("Now:")), "{words:?}");
    assert_eq!(words[1], "Then: Breath only.");
    assert_ne!(words[words.len() - 1], "Sleep well.", "it ends without a word, too");
    let (first, _) = joined(&[&quiet, BACK]);
    let plan_of_first = plan(&first, &Settings::default());
    let words = said(&plan_of_first);
    assert_eq!(words[0], "Rest.");
    let now = words.iter().position(|text| *text == "Now: For your back.").unwrap();
    assert_eq!(words[now + 1], "If a leg goes numb, rest.");
}

#[test]
fn a_title_that_its_first_pose_repeats_is_said_once() {
    let legs = BACK.replace("For your back.", "Knees");
    let (whole, _) = joined(&[BREATH, &legs]);
    let plan = plan(&whole, &Settings::default());
    let words = said(&plan);
    assert!(words.contains(&"Knees.") && !words.contains(&"Now: Knees."), "{words:?}");
}

fn source(name: &str, text: &str) -> (std::ffi::OsString, Source) {
    let (place, folder) = (Place::File(name.into()), std::env::temp_dir());
    (name.into(), Source { path: name.to_owned(), place, folder, text: text.to_owned(), lacks: None })
}

/// The poses that are left, each as `routine/pose`, or why there is no session.
fn left(choices: Choices) -> Result<Vec<String>, String> {
    let routines = vec![source("one.toml", BREATH), source("two.toml", BACK)];
    let session =
        Session::of_all(routines, choices, &Folders::default()).map_err(|error| error.to_string())?;
    let routine = session.routine();
    Ok(routine.poses.iter().map(|pose| format!("{}/{}", routine.head(pose.part).id, pose.own_id)).collect())
}

/// These flags.
fn flags(line: &str) -> Choices {
    let words: Vec<_> = line.split_whitespace().map(Into::into).collect();
    Choices::of_words(&words).unwrap()
}

#[test]
fn a_pose_of_any_of_them_is_chosen_and_where_two_have_it_one_is_asked_for_its_routine() {
    let all = ["breath/rest", "back/knees", "back/rest"].map(str::to_owned);
    assert_eq!(left(flags("")).unwrap(), all);
    assert_eq!(left(flags("--from=knees")).unwrap(), all[1..]);
    assert_eq!(left(flags("--from=back/rest")).unwrap(), all[2..]);
    assert_eq!(left(flags("--skip=breath/rest")).unwrap(), all[1..]);
    assert_eq!(
        left(flags("--only=knees,one/Rest")).unwrap(),
        all[..2],
        "a file's name will do, and a pose's"
    );
    assert_eq!(left(flags("--never=rest")).unwrap(), ["back/knees"], "in all of them");
    assert_eq!(
        left(flags("--skip=rest")).unwrap_err(),
        "`rest` is a pose of `breath` and one of `back`; name it as `breath/rest` or `back/rest`"
    );
    assert_eq!(
        left(flags("--only=kneees")).unwrap_err(),
        "`breath` and `back` have no pose called `kneees`; did you mean `knees`?"
    );
    let none = left(flags("--skip=knees --never=rest")).unwrap_err();
    assert!(none.starts_with("every pose of `breath` and `back` is left out"), "{none}");
}

#[test]
fn the_second_pose_of_two_alike_is_led_by_what_is_known_of_it_there() {
    let (whole, _) = joined(&[BREATH, BACK]);
    let gentler = vec![whole.pose_of(1, &"rest".parse().unwrap()).unwrap().id.clone()];
    let plan = plan(&whole, &Settings { gentler, ..Settings::default() });
    let words = said(&plan);
    let left_out = words.iter().position(|text| text.starts_with("You left this one out")).unwrap();
    assert_eq!([words[left_out - 1], words[left_out + 1]], ["Rest.", "Rest well."]);
}

#[test]
fn a_place_names_the_file_that_it_is_in_and_its_line_there() {
    let unsaid = |word: &str| {
        let two = BACK.replace("Hug.", &format!("{word}."));
        let routines = vec![source("one.toml", BREATH), source("two.toml", &two)];
        let session = Session::of_all(routines, flags("--voice=natural"), &Folders::default()).unwrap();
        session.place_of_text(word)
    };
    assert_eq!(unsaid("Umarmung"), "two.toml:12");
}
