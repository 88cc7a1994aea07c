//! How much of a routine is said: the fewer words, the fewer sentences, and never a side, a release or a hold less.

use supine::phrases::Phrases;
use supine::plan::{ItemKind, Plan};
use supine::routine::Routine;
use supine::routine::parse::parse;
use supine::score::length::planned;
use supine::settings::{Settings, Words};

const FILE: &str = r#"
title = "A"
caution = "If you feel dizzy, stop at once."
[[pose]]
name = "Knees"
steps = [
  "Lie down.",
  "Let your back grow wide.",
  { option = "A pillow helps." },
  { each_side = [
    { short = "Hug your {side} knee." },
    "Draw the {side} knee in.",
    "Hold the shin.",
    { rest = 3 },
    { count = 5 },
    { release = "Let go." },
  ] },
]
[[pose]]
name = "Arms"
steps = [
  { each_side = ["Lift an arm.", "It is your {side} one.", { count = 5 }, { release = "Down." }] },
  { repeat = { times = 2, wait = "20s", steps = ["Up and down."] } },
  { wait = { text = "Press any key when you are there.", at_most = "30s" } },
]
"#;

fn routine() -> Routine {
    parse(FILE).unwrap()
}

/// The texts of a pose, from 1, except for counts.
fn said(plan: &Plan, pose: usize) -> Vec<&str> {
    let items = plan.items.iter().filter(|item| item.pose == pose);
    items
        .filter_map(|item| match &item.what {
            ItemKind::Speak { utterance, .. } => Some(plan.utterances[utterance.0].text.as_str()),
            _ => None,
        })
        .collect()
}

fn plan(settings: &Settings) -> Plan {
    planned(&routine(), settings, &Phrases::for_language("en").0)
}

fn with(words: Words) -> Plan {
    plan(&Settings { words, ..Settings::default() })
}

#[test]
fn with_short_words_a_short_form_or_the_first_sentence_stands_for_the_rest() {
    let plan = with(Words::Short);
    let knees = said(&plan, 1);
    let expected = [
        "Knees.",
        "Lie down.",
        "Hug your right knee.",
        "Let go.",
        "Now the left side.",
        "Hug your left knee.",
        "Let go.",
    ];
    assert_eq!(knees, expected);
    // The first sentence names no side, so it is said first.
    assert_eq!(said(&plan, 2)[..3], ["Arms.", "Now the right side.", "Lift an arm."]);
}

#[test]
fn with_names_alone_the_sides_and_the_ends_of_holds_are_still_said() {
    let plan = with(Words::Names);
    assert_eq!(said(&plan, 1), ["Knees.", "Now the right side.", "Let go.", "Now the left side.", "Let go."]);
}

#[test]
fn fewer_words_leave_every_hold_and_every_rest_as_it_is() {
    let holds = |plan: &Plan| {
        let kept = |what: &ItemKind| matches!(what, ItemKind::Hold { .. } | ItemKind::Settle(_));
        plan.items.iter().filter(|item| kept(&item.what)).count()
    };
    let counts = [Words::Full, Words::Brief, Words::Short, Words::Names].map(|words| holds(&with(words)));
    assert_eq!(counts, [7; 4], "four counts, and three times a key is waited for");
    assert!(said(&with(Words::Full), 1).contains(&"A pillow helps."));
    assert!(!said(&with(Words::Brief), 1).contains(&"A pillow helps."));
    assert!(!said(&with(Words::Full), 1).contains(&"Hug your right knee."));
}

#[test]
fn each_pose_has_the_words_that_its_familiarity_asks_for() {
    let poses = routine().poses;
    let known = vec![(poses[0].id.clone(), Words::after(3)), (poses[1].id.clone(), Words::after(2))];
    let gentler = vec![poses[0].id.clone()];
    let settings = Settings { known, ..Settings::default() };
    let learned = plan(&settings);
    assert_eq!((said(&learned, 1).len(), said(&learned, 2)[2]), (7, "It is your right one."));
    // A pose that was left out last time is told in full.
    let full = plan(&Settings { gentler, ..settings });
    assert!(said(&full, 1).contains(&"Hold the shin."));
    assert_eq!(
        [0, 2, 3, 9, 10].map(Words::after),
        [Words::Full, Words::Full, Words::Short, Words::Short, Words::Names]
    );
}

#[test]
fn what_to_look_out_for_is_said_once_in_the_welcome_and_nowhere_else() {
    let plan = with(Words::Full);
    let texts = |pose| said(&plan, pose).into_iter().filter(|text| text.contains("dizzy")).count();
    assert_eq!([texts(0), texts(1), texts(2)], [1, 0, 0]);
}

#[test]
fn a_routine_for_the_night_begins_and_ends_without_a_word() {
    let text = FILE.replace("title = \"A\"", "title = \"A\"\nwelcome = \"none\"\nquieter_by = 8");
    let routine = parse(&text).unwrap();
    let plan = planned(&routine, &Settings::default(), &Phrases::for_language("en").0);
    assert_eq!(said(&plan, 0), Vec::<&str>::new());
    assert_eq!(routine.quieter_by, 8);
}

#[test]
fn with_names_alone_what_a_name_does_not_tell_is_still_said() {
    let text = r#"
title = "A"
[[pose]]
name = "Hugs"
steps = [
  "Lie long.",
  { each_side = ["Draw the {side} knee in.", { count = 5 }, { release = "Let it slide." }] },
  "Draw both knees in.", "Cross your arms.",
  { count = 5 },
  { release = "Set them down." },
  { short = "Lie the way you like to sleep." },
  "Bring your pillow under your head.", { rest = 5 }, "Lie the way you like.",
]
"#;
    let settings = Settings { words: Words::Names, ..Settings::default() };
    let plan = planned(&parse(text).unwrap(), &settings, &Phrases::for_language("en").0);
    let expected = [
        "Hugs.",
        "Now the right side.",
        "Let it slide.",
        "Now the left side.",
        "Let it slide.",
        "Draw both knees in.",
        "Set them down.",
        "Lie the way you like to sleep.",
    ];
    assert_eq!(said(&plan, 1), expected);
}

/// Where words lead out of a hold of a built-in routine, before the next one or the next pose, a name alone leaves some.
#[test]
fn with_names_alone_every_hold_that_is_led_out_of_still_is() {
    use supine::catalogue::{Shelf, names};
    for name in names() {
        let routine = parse(&Shelf::english().read(name).unwrap().text).unwrap();
        let led_out = |words| {
            let settings = Settings { words, ..Settings::default() };
            let plan = planned(&routine, &settings, &Phrases::for_language("en").0);
            let is_hold = |what: &ItemKind| matches!(what, ItemKind::Hold { then, .. } if !then.is_zero());
            let is_said = |what: &ItemKind| matches!(what, ItemKind::Speak { .. });
            let holds = plan.items.iter().enumerate().filter(|(_, item)| is_hold(&item.what));
            let led_out = |(place, item): (usize, &supine::plan::Item)| {
                let mut behind = plan.items[place + 1..]
                    .iter()
                    .take_while(|next| next.pose == item.pose && !is_hold(&next.what));
                (behind.any(|next| is_said(&next.what)), item.pose)
            };
            holds.map(led_out).collect::<Vec<_>>()
        };
        assert_eq!(led_out(Words::Names), led_out(Words::Full), "{name}");
    }
}
