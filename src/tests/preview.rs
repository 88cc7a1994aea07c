//! A preview of a routine: every word is said, and nothing is waited for.

use std::time::Duration;

use supine::phrases::Phrases;
use supine::plan::{ItemKind, Plan};
use supine::routine::parse::parse;
use supine::score::length::planned;
use supine::settings::Settings;

const ROUTINE: &str = r#"
title = "A"
[[pose]]
name = "Cat"
position = "on all fours"
steps = [
  { each_side = ["Lift your {side} arm.", { count = 20 }, { release = "Lower it." }] },
  { breaths = 12 },
  { breaths = { cycles = 6, ratio = "4-7-8" } },
  { seconds = 90 },
  { rest = 30 },
  { wait = "Press a key." },
  { repeat = { times = 3, steps = [{ inhale = "In." }, { exhale = "Out." }] } },
]
"#;

fn plan(change: impl FnOnce(&mut Settings)) -> Plan {
    let mut settings = Settings::default();
    change(&mut settings);
    planned(&parse(ROUTINE).unwrap(), &settings, &Phrases::for_language("en").0)
}

#[test]
fn a_preview_says_every_sentence_and_every_hold_takes_two_seconds_at_most() {
    let said = |plan: &Plan| -> Vec<String> {
        plan.items
            .iter()
            .filter_map(|item| match &item.what {
                ItemKind::Speak { utterance, .. } => Some(plan.utterance(*utterance).text.clone()),
                _ => None,
            })
            .collect()
    };
    let preview = plan(Settings::preview);
    let (said, whole) = (said(&preview), said(&plan(|_| {})));
    let is_of_routine = |text: &&String| !text.starts_with("This takes");
    for text in whole.iter().filter(is_of_routine) {
        assert!(said.contains(text), "{text}");
    }
    assert!(said.contains(&"Hold for a slow count of twenty.".to_owned()), "{said:?}");
    let longest = preview.items.iter().map(|item| match &item.what {
        ItemKind::Hold { length, .. } => *length,
        ItemKind::Wait(time) | ItemKind::Settle(time) => *time,
        ItemKind::Speak { then, .. } => *then,
        _ => Duration::ZERO,
    });
    assert!(longest.max().unwrap() <= Duration::from_secs(3));
    let cues = preview.items.iter().flat_map(|item| match &item.what {
        ItemKind::Hold { cues, .. } => cues.as_slice(),
        _ => &[],
    });
    let cues: Vec<&str> = cues.map(|cue| preview.utterance(cue.utterance).text.as_str()).collect();
    let unheld = "From here on, let the breath flow without holding it.";
    assert_eq!(cues, [unheld, "In.", "Out."], "only what is no count is said in a hold, in one round");
}
