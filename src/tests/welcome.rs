//! The welcome of a whole session: the position that it tells, and how the listener is asked to move.

use supine::phrases::Phrases;
use supine::plan::{Item, ItemKind};
use supine::routine::parse::parse;
use supine::score::length::planned;
use supine::settings::Settings;

/// The sentences that are said of a routine with this text, without what is said in its holds.
fn script(text: &str) -> Vec<String> {
    let routine = parse(text).expect("a routine");
    let (phrases, _) = Phrases::for_language(&routine.language);
    let plan = planned(&routine, &Settings::default(), &phrases);
    let said = |item: &Item| match item.what {
        ItemKind::Speak { utterance, .. } => Some(plan.utterance(utterance).text.clone()),
        _ => None,
    };
    plan.items.iter().filter_map(said).collect()
}

#[test]
fn the_first_position_is_told_once_and_any_later_one_as_it_comes() {
    let lie = "lying on your back";
    let said = |first: &str| {
        let text = format!(
            "title = \"A\"\n[[pose]]\nname = \"B\"\n{first}\n[[pose]]\nname = \"C\"\nposition = \"on all fours\"\nsteps = [\"Arch.\"]\n[[pose]]\nname = \"D\"\nposition = \"{lie}\"\nsteps = [\"Rest.\"]\n"
        );
        let said = script(&text);
        said.into_iter()
            .filter(|sentence| sentence.contains(lie) || sentence.contains("fours"))
            .collect::<Vec<_>>()
    };
    let way = |position: &str| format!("Take your time, and move until you are {position}.");
    let start = "You begin lying on your back.".to_owned();
    let told_once = [start, way("on all fours"), way(lie)];
    assert_eq!(said(&format!("position = \"{lie}\"\nsteps = [\"Stay.\"]")), told_once);
    assert_eq!(said(&format!("steps = [{{ move_to = \"{lie}\" }}, \"Stay.\"]")), told_once);
    // Without a welcome the pose leads there.
    let silent = format!("position = \"{lie}\"\nsteps = [\"Stay.\"]");
    let text = format!("title = \"A\"\nwelcome = \"none\"\n[[pose]]\nname = \"B\"\n{silent}\n");
    let said = script(&text);
    assert_eq!(said[..2], ["B.".to_owned(), way(lie)]);
}

#[test]
fn only_where_something_moves_is_the_listener_told_to_move_slowly() {
    let tells = |top: &str, pose: &str| {
        let text = format!("title = \"A\"\n{top}\n[[pose]]\nname = \"B\"\n{pose}\n");
        let said = script(&text);
        let moves = said.iter().any(|sentence| sentence.starts_with("Move slowly"));
        assert_ne!(moves, said.iter().any(|sentence| sentence.starts_with("Make yourself comfortable")));
        moves
    };
    let listen = "steps = [\"Feel your feet.\", { breaths = 3 }]";
    assert!(!tells("area = \"rest\"", listen) && !tells("area = \"breath\"", listen));
    assert!(tells("", listen) && tells("area = \"back\"", listen));
    assert!(tells("area = \"rest\"", "muscles = [\"face\"]\nsteps = [\"Frown.\", { seconds = 5 }]"));
    for step in
        ["{ count = 5 }", "{ sway = 2 }", "{ move_to = \"on all fours\" }", "{ release = \"Lower it.\" }"]
    {
        assert!(tells("area = \"rest\"", &format!("steps = [\"Lift your arm.\", {step}]")), "{step}");
    }
}
