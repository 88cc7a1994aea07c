//! Tests of whole texts, and of every way in which people write an amount.

mod sheets;

use super::*;
use crate::routine::parse::parse;
use crate::routine::{Routine, StepKind};

/// The lines of the steps that come of an item, without indentation.
fn steps_in(language: &str, item: &str) -> Vec<String> {
    let text = format!("## Cat\n- Kneel.\n- {item}\n");
    let found = import(&text, "cat", Some(language)).unwrap();
    parse(&found.text).unwrap_or_else(|problems| panic!("{problems:?}\n{}", found.text));
    let (_, steps) = found.text.split_once("steps = [\n").unwrap();
    let lines = steps.trim_end().trim_end_matches(']').lines();
    let lines = lines.map(|line| line.trim().trim_end_matches(',').to_owned());
    lines.filter(|line| !line.is_empty() && line != "\"Kneel.\"" && !line.starts_with('#')).collect()
}

fn steps(item: &str) -> Vec<String> {
    steps_in("en", item)
}

fn routine(found: &Imported) -> Routine {
    parse(&found.text).unwrap_or_else(|problems| panic!("{problems:?}\n{}", found.text))
}

#[test]
fn every_form_of_a_hold_is_known() {
    for (written, hold) in [
        ("Hold for ten.", "{ count = 10 }"),
        ("Hold this stretch for 15.", "{ count = 15 }"),
        ("Count to 5.", "{ count = 5 }"),
        ("Slowly count up to twelve.", "{ count = 12 }"),
        ("Hold for a slow count of ten.", "{ count = 10 }"),
        ("Stay here for 8 counts.", "{ count = 8 }"),
        ("20 breaths.", "{ breaths = 20 }"),
        ("Stay for ten long, slow breaths.", "{ breaths = 10 }"),
        ("Hold for a few breaths.", "{ breaths = 3 }"),
        ("Stay here for a couple of breaths.", "{ breaths = 2 }"),
        ("Hold 5-8 breaths.", "{ breaths = { cycles = 5, at_least = 5, at_most = 8 } }"),
        ("Hold for at least twenty seconds.", "{ seconds = { time = 20, at_least = 20 } }"),
        ("Hold for up to 1 minute.", "{ seconds = { time = 60, at_most = 60 } }"),
        ("Hold for 20 to 30 seconds.", "{ seconds = { time = 20, at_least = 20, at_most = 30 } }"),
        ("Hold 30 sec.", "{ seconds = 30 }"),
        ("Hold for half a minute.", "{ seconds = 30 }"),
        ("Hold 5 s.", "{ count = { to = 5, beat = \"1s\" } }"),
        ("Stay for one minute.", "{ seconds = 60 }"),
    ] {
        assert_eq!(
            steps(&format!("Round your back. {written}")),
            ["\"Round your back.\"", hold],
            "{written}"
        );
    }
}

#[test]
fn words_around_an_amount_stay_and_what_comes_after_ends_the_hold() {
    let around = ["\"Round your back.\"", "{ count = 5 }", "{ release = \"Lower it again.\" }"];
    assert_eq!(steps("Round your back for a count of five, and lower it again."), around);
    assert_eq!(steps("Round your back and count to 5, then lower it again."), around);
    assert_eq!(steps("Round your back (5 breaths).")[1], "{ breaths = 5 }");
    assert_eq!(
        steps("Let your knees sway for a couple breaths."),
        ["\"Let your knees sway.\"", "{ sway = 2 }"]
    );
    assert_eq!(
        steps("Take a deep breath and lift. Hold for 3."),
        ["\"Take a deep breath and lift.\"", "{ count = 3 }"]
    );
    assert_eq!(
        steps("Round your back. Hold for 5. Release slowly."),
        ["\"Round your back.\"", "{ count = 5 }", "{ release = \"Release slowly.\" }"]
    );
}

#[test]
fn repetitions_and_sets_are_rounds() {
    let ten = ["{ repeat = { times = 10, steps = [", "\"Round your back.\"", "{ rest = 3 }", "] } }"];
    for written in
        ["Repeat 10 times.", "Repeat this exercise ten times.", "10 reps.", "10x", "Do 10 repetitions."]
    {
        assert_eq!(steps(&format!("Round your back. {written}")), ten, "{written}");
    }
    assert_eq!(
        steps("Round your back. 3 x 10, hold 5 s."),
        [
            "{ repeat = { times = 3, steps = [",
            "{ repeat = { times = 10, steps = [",
            "\"Round your back.\"",
            "{ count = { to = 5, beat = \"1s\" } }",
            "] } }",
            "{ rest = 20 }",
            "] } }",
        ]
    );
    assert_eq!(steps("Round your back. 3 sets of 30 seconds.")[2], "{ seconds = 30 }");
    assert_eq!(
        steps("Round your back, hold for 5 seconds, repeat 4 times.")[0],
        "{ repeat = { times = 4, steps = ["
    );
}

#[test]
fn the_other_side_makes_steps_of_both_sides() {
    let both =
        ["{ each_side = [", "\"Lift your {side} knee to your {other} hand.\"", "{ count = 10 }", "] }"];
    for written in [
        "Repeat on the other side.",
        "Repeat on the left side.",
        "Switch sides.",
        "Then do the same with the opposite leg.",
        "Other side.",
    ] {
        let item = format!("Lift your right knee to your left hand. Hold for ten. {written}");
        assert_eq!(steps(&item), both, "{written}");
        let mirrored = item.replace("right knee", "LEFT knee").replace("left hand", "right hand");
        assert_eq!(steps(&mirrored.to_lowercase()).len(), 4, "{written}");
    }
    assert_eq!(steps("Lift your right knee to your left hand. Hold for ten on each side."), both);
    let one = steps("Hug one knee. Hold for 5 breaths. Repeat on the other side, and sleep well.");
    assert_eq!(one[1..3], ["\"Hug your {side} knee.\"", "{ breaths = 5 }"]);
    assert_eq!(one.last().unwrap(), "\"Sleep well.\"");
}

#[test]
fn the_other_languages_are_read_as_well() {
    for (language, item, expected) in [
        (
            "de",
            "Heb das rechte Knie. Halte zehn Sekunden. Wiederhole auf der anderen Seite.",
            vec![
                "{ each_side = [",
                "\"Heb das {side:rechte|linke} Knie.\"",
                "{ count = { to = 10, beat = \"1s\" } }",
                "] }",
            ],
        ),
        (
            "de",
            "Mach den Rücken rund. Mindestens 20 Atemzüge.",
            vec!["\"Mach den Rücken rund.\"", "{ breaths = { cycles = 20, at_least = 20 } }"],
        ),
        (
            "de",
            "Mach den Rücken rund. 10 Wiederholungen.",
            vec!["{ repeat = { times = 10, steps = [", "\"Mach den Rücken rund.\"", "{ rest = 3 }", "] } }"],
        ),
        (
            "es",
            "Sube la rodilla derecha. Mantén durante diez respiraciones. Repite con la otra pierna.",
            vec!["{ each_side = [", "\"Sube la rodilla {side}.\"", "{ breaths = 10 }", "] }"],
        ),
        (
            "fr",
            "Montez le genou droit. Tenez pendant vingt secondes. Répétez de l'autre côté.",
            vec!["{ each_side = [", "\"Montez le genou {side:droit|gauche}.\"", "{ seconds = 20 }", "] }"],
        ),
        (
            "pt",
            "Suba o joelho direito. Segure por 30 segundos. Repita do outro lado.",
            vec!["{ each_side = [", "\"Suba o joelho {side:direito|esquerdo}.\"", "{ seconds = 30 }", "] }"],
        ),
    ] {
        assert_eq!(steps_in(language, item), expected, "{language}: {item}");
    }
}

/// A page as people put them online: talk around it, a pose without a heading, comments below.
const PAGE: &str = include_str!("tests/page.txt");

#[test]
fn a_page_becomes_its_eight_poses_and_the_talk_stays_out() {
    let found = import(PAGE, "evening", None).unwrap();
    assert_eq!(
        found.poses,
        [
            "Knees In",
            "Ankle Over",
            "Small Bridge",
            "Wiper",
            "Open Book Legs",
            "Fold",
            "Pose 7",
            "Roll and Rest"
        ]
    );
    let routine = routine(&found);
    assert_eq!((routine.title.as_str(), routine.language.as_str()), ("An Evening For A Tired Back", "en"));
    let holds: Vec<Vec<String>> = routine.poses.iter().map(|pose| holds(&pose.steps)).collect();
    let expected: [&[&str]; 8] = [
        &["each side", "count 10", "count 10"],
        &["each side", "count 10"],
        &["count 5"],
        &["sway 2"],
        &["breaths 3"],
        &["breaths 10"],
        &["each side", "seconds 20", "breaths 3"],
        &["each side", "breaths 20"],
    ];
    assert_eq!(holds, expected);
    let positions: Vec<Option<&str>> =
        routine.poses.iter().map(|pose| pose.position.as_ref().map(|text| text.as_str())).collect();
    assert_eq!(positions[0], Some("lying on your back"));
    assert_eq!(positions[5..7], [Some("on all fours"); 2]);
    for talk in ["sofa", "podcast", "physio", "my left", "shown", "😀", "Reply", "lovely"] {
        let is_comment = |line: &&str| !line.trim_start().starts_with('#');
        let said = found.text.lines().filter(is_comment).find(|line| line.contains(talk));
        assert_eq!(said, None, "{talk}");
    }
}

#[test]
fn every_doubt_stands_in_the_file_above_its_line() {
    let found = import(PAGE, "evening", None).unwrap();
    let lines: Vec<&str> = found.text.lines().collect();
    assert!(!found.doubts.is_empty());
    for (line, doubt) in &found.doubts {
        assert_eq!(lines[line - 1].trim(), format!("# not sure: {doubt}"));
    }
    let doubted = |words: &str| found.doubts.iter().any(|(_, doubt)| doubt.contains(words));
    for words in
        ["everything from \"3 comments\" on", "no heading", "gives no number", "after the hold", "needs eyes"]
    {
        assert!(doubted(words), "{words}: {:?}", found.doubts);
    }
}

fn holds(steps: &[crate::routine::Step]) -> Vec<String> {
    let mut found = Vec::new();
    for step in steps {
        match &step.kind {
            StepKind::EachSide(inner) => {
                found.push("each side".to_owned());
                found.extend(holds(inner));
            }
            StepKind::Count { to, .. } => found.push(format!("count {to}")),
            StepKind::Breaths(cycles) => found.push(format!("breaths {}", cycles.cycles)),
            StepKind::Sway(cycles) => found.push(format!("sway {}", cycles.cycles)),
            StepKind::Seconds { time, .. } => found.push(format!("seconds {}", time.as_secs())),
            _ => {}
        }
    }
    found
}

#[test]
fn sheets_of_other_shapes_are_read() {
    let poses = |text: &str| {
        let found = import(text, "sheet", None).unwrap();
        routine(&found);
        found.poses
    };
    let expected = ["Bridge", "Cat"];
    assert_eq!(
        poses(
            "# Sheet\n\n## 1. Bridge (3 x 10)\n\nLift your hips.\n\n## 2. Cat\n\nKneel. Hold for 5 breaths.\n"
        ),
        expected
    );
    assert_eq!(
        poses("**Bridge**\n\n- Lift your hips. 10x\n\n**Cat:**\n\n- Round your back. Hold for five.\n"),
        expected
    );
    assert_eq!(poses("1. Bridge: lift your hips. 10 times.\n2. Cat: round your back, hold 5 s.\n"), expected);
    assert_eq!(
        poses("1) Bridge\n   - Lift your hips. 10 reps.\n2) Cat\n   - Kneel. Hold for five.\n"),
        expected
    );
    assert_eq!(
        poses("Bridge\nLie on your back.\nLift your hips for ten.\n\nCat\nKneel.\nHold for five.\n"),
        expected
    );
    let text = "# For the back\n\n## You need\n- a mat\n- a pillow\n\n## Benefits\n- Less pain\n\n## Cat\n- Kneel. Hold for 5.\n";
    let found = import(text, "sheet", None).unwrap();
    assert_eq!(found.poses, ["Cat"]);
    assert!(found.text.contains("props = [\"a mat\", \"a pillow\"]"), "{}", found.text);
}

#[test]
fn a_text_without_exercises_makes_no_routine() {
    for text in ["", "Dear diary, today it rained.", "# A recipe\n\nTake two eggs.\n"] {
        assert!(import(text, "x", None).is_none(), "{text}");
    }
}

#[test]
fn whatever_a_text_holds_the_routine_can_be_read() {
    for odd in [
        "{braces}",
        "a \"quoted\" word",
        "back\\slash",
        "½ turn",
        "tab\there",
        "z\u{200b}w",
        "\u{1b}[2J",
        "“curly” ‘ones’",
    ] {
        let text = format!("## Cat {odd}\n- Round your back {odd}. Hold for 5 breaths.\n");
        routine(&import(&text, odd, None).unwrap());
    }
    let many = format!(
        "## Cat\n- Lift. Hold for 9999 breaths. Repeat 900 times.\n- {}. Hold for 5.\n",
        "word ".repeat(400)
    );
    routine(&import(&many, "many", None).unwrap());
}

#[test]
fn two_exercises_of_one_pose_may_each_be_done_in_sets_for_both_sides() {
    let sets = "## Legs\n- Kneel.\n- Bend your right knee, 3 x 10 s each side.\n- Lift your right leg, 3 x 10 s each side.\n";
    let found = import(sets, "legs", Some("en")).unwrap();
    let each = |step: &crate::routine::Step| match &step.kind {
        StepKind::EachSide(steps) => steps.len(),
        _ => 0,
    };
    let steps = &routine(&found).poses[0].steps;
    assert_eq!(steps.iter().map(each).filter(|of| *of > 0).count(), 2, "{}", found.text);
}

#[test]
fn rounds_of_rounds_and_a_session_without_end_are_left_out_with_a_doubt() {
    let rounds = "Repeat 50 times. ".repeat(9);
    let found = import(&format!("## Legs\n- Bend your knee, hold 5 s. {rounds}"), "legs", Some("en"));
    let text = found.map_or_else(String::new, |found| {
        routine(&found);
        found.text
    });
    assert!(text.is_empty() || text.contains("of what is not clear"), "{text}");
    let first = "## Cat\n- Kneel, hold 5 s.\n";
    let found =
        import(&format!("{first}## Legs\n- Bend your knee, hold 5 s. {rounds}"), "legs", Some("en")).unwrap();
    assert_eq!(routine(&found).poses.len(), 1, "{}", found.text);
    assert!(found.text.contains("left out"), "{}", found.text);
}
