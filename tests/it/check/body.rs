//! What a body can't follow, as an author reads it.

use super::*;

/// A pose on the back, in this language, with these steps.
fn pose(language: &str, position: &str, steps: &str) -> String {
    check(format!(
        "title = \"Mine\"\nlanguage = \"{language}\"\n[[pose]]\nname = \"A\"\nposition = \"{position}\"\nsteps = [\n{steps}\n]\n[[pose]]\nname = \"B\"\nsteps = [\"Rest.\"]\n"
    ))
}

#[test]
fn a_leg_that_was_never_drawn_in_is_not_slid_out() {
    assert_snapshot!(pose(
        "en",
        "lying on your back",
        "  \"Let both legs lie long.\",\n  { each_side = [\"Slide your {side} leg out.\", { count = 5 }] },"
    ));
}

#[test]
fn a_pose_does_not_end_one_sided() {
    assert_snapshot!(pose(
        "de",
        "auf dem Rücken",
        "  { each_side = [\n    \"Zieh das {side:rechte|linke} Knie zur Brust.\",\n    \"Halte das {side:rechte|linke} Knie mit beiden Händen.\",\n    { count = 10 },\n  ] },"
    ));
}

#[test]
fn a_forced_breath_and_a_position_out_of_reach_are_told_in_other_languages() {
    assert_snapshot!(pose(
        "fr",
        "sur le dos",
        "  \"Inspire aussi profondément que possible.\",\n  \"Les mains sous les épaules, le dos long.\",\n  { breaths = 3 },"
    ));
}

/// Of what is said in a language without a lexicon nothing is known, so nothing is told.
#[test]
fn a_language_without_a_lexicon_is_not_judged() {
    let said = pose("it", "sulla schiena", "  \"Breathe in as deep as you can.\",");
    assert!(!said.contains("forced-breath"), "{said}");
}
