//! Tests of sheets as a physiotherapist hands them out: names before texts, dates, warnings at the end.

use super::super::*;
use super::{routine, steps, steps_in};
use crate::routine::{Step, StepKind};

/// What is quoted in the comments of a file.
fn comments(found: &Imported) -> String {
    let lines = found.text.lines().map(str::trim).filter(|line| line.starts_with("# not sure"));
    lines.collect::<Vec<_>>().join("\n")
}

fn caution(found: &Imported) -> Option<String> {
    routine(found).caution.map(|text| text.as_str().to_owned())
}

fn all_holds(found: &Imported) -> Vec<Vec<String>> {
    routine(found).poses.iter().map(|pose| holds(&pose.steps)).collect()
}

/// The holds in steps, those in rounds as well.
fn holds(steps: &[Step]) -> Vec<String> {
    let of = |step: &Step| match &step.kind {
        StepKind::Repeat { steps, .. } => holds(steps),
        StepKind::EachSide(inner) => [vec!["each side".to_owned()], holds(inner)].concat(),
        _ => super::holds(std::slice::from_ref(step)),
    };
    steps.iter().flat_map(of).collect()
}

#[test]
fn a_warning_at_the_end_becomes_the_caution_and_its_neighbours_are_quoted() {
    let list = "# For the back\n\n## Bridge\n- Lift your hips. 10 times.\n\n";
    for end in [
        "Stop if pain goes down the leg.",
        "Do twice daily. Stop if pain goes down the leg.",
        "**Stop if pain goes down the leg.**",
        "Good luck!\n\nStop if pain goes down the leg.",
        "## Precautions\nStop if pain goes down the leg.",
        "## Notes\n- Stop if pain goes down the leg.\n- Breathe calmly.",
    ] {
        for sheet in [list.to_owned(), list.replace("- ", "")] {
            let found = import(&format!("{sheet}{end}\n"), "sheet", None).unwrap();
            assert_eq!(found.poses, ["Bridge"], "{end}");
            assert_eq!(caution(&found).as_deref(), Some("Stop if pain goes down the leg."), "{}", found.text);
            let quoted =
                "the welcome says this once; it stood at the end: \"Stop if pain goes down the leg.\"";
            assert!(comments(&found).contains(quoted), "{}", found.text);
            for (written, quoted) in [
                ("Do twice", "left out, at the end: \"Do twice daily.\""),
                ("luck", "left out, at the end: \"Good luck!\""),
                ("calmly", "left out, at the end: \"Notes: Breathe calmly.\""),
            ] {
                let is_there = comments(&found).contains(quoted);
                let is_said = found.text.contains(&format!("\"{written}"));
                assert_eq!(is_there || is_said, end.contains(written), "{quoted}: {}", found.text);
            }
        }
    }
}

#[test]
fn a_warning_in_an_exercise_or_before_the_first_is_a_caution_too() {
    let text = "# Back\n\nTalk to your doctor if you are pregnant. These help.\n\n## Bridge\n\
                - Lift your hips. Don't go on if it hurts. Hold for 5, 2-3 times a day.\n";
    let found = import(text, "sheet", None).unwrap();
    let expected = "Talk to your doctor if you are pregnant. Don't go on if it hurts.";
    assert_eq!(caution(&found).as_deref(), Some(expected));
    let comments = comments(&found);
    for part in [
        "it stood before the first exercise: \"Talk to",
        "it stood in \"Bridge\": \"Don't go on if it hurts.\"",
        "left out, before the first exercise: \"These help.\"",
        "left out how often to do it, of: \"Hold for 5, 2-3 times a day.\"",
    ] {
        assert!(comments.contains(part), "{part}: {}", found.text);
    }
    assert_eq!(all_holds(&found), [["count 5"]]);
    assert!(!found.text.contains("repeat"), "{}", found.text);
}

#[test]
fn warnings_are_known_in_every_language() {
    for (language, warning) in [
        ("en", "Stop at once if you feel dizzy."),
        ("de", "Hör auf, wenn der Schmerz ins Bein zieht."),
        ("de", "Bei Schmerzen bitte abbrechen."),
        ("es", "Para si el dolor baja por la pierna."),
        ("fr", "Arrêtez si la douleur descend dans la jambe."),
        ("pt", "Pare se a dor descer pela perna."),
    ] {
        let text = format!("## Cat\n- Kneel. 5 s.\n\n{warning}\n");
        let found = import(&text, "cat", Some(language)).unwrap();
        assert_eq!(caution(&found).as_deref(), Some(warning), "{language}: {}", found.text);
    }
}

#[test]
fn how_often_is_no_number_of_rounds_in_any_language() {
    for (language, written) in [
        ("en", "Do this three times a day."),
        ("de", "Dreimal täglich."),
        ("de", "3x täglich."),
        ("es", "Repite 3 veces al día."),
        ("fr", "À faire 3 fois par jour."),
        ("pt", "Faça 3 vezes por dia."),
    ] {
        let text = format!("## Cat\n- Kneel.\n- 5 s.\n- {written}\n");
        let found = import(&text, "cat", Some(language)).unwrap();
        assert!(!found.text.contains("repeat"), "{language}: {}", found.text);
        assert!(comments(&found).contains(written), "{language}: {}", found.text);
    }
}

#[test]
fn what_is_left_out_is_quoted_and_a_long_text_in_part() {
    let long = "word ".repeat(100);
    let text = format!(
        "# Back\n\nHello there.\n\n```\nsome code\n```\n\n## Benefits\n\nLess stiffness.\n\n## Empty\n\n## Cat\n- Kneel. Hold for 5.\n\n\
         ![a cat](cat.png)\n\n## Why\n\n{long}\n\n## 3 comments\n- Nice, stop if it hurts.\n"
    );
    let found = import(&text, "sheet", None).unwrap();
    let comments = comments(&found);
    for part in [
        "\"Hello there.\"",
        "\"some code\"",
        "\"Benefits: Less stiffness.\"",
        "\"Empty\"",
        "\"a cat\"",
        "\"Nice, stop if it hurts.\"",
    ] {
        assert!(comments.contains(part), "{part}: {comments}");
    }
    assert!(comments.contains("word ...\" (101 words in all)"), "{comments}");
    assert_eq!(caution(&found), None, "a comment of a reader is no warning");
    // What is printed is the same.
    assert!(found.doubts.iter().all(|(_, doubt)| comments.contains(doubt.as_str())));
}

const GUIDE: &str = include_str!("../../../../docs/writing-a-routine.md");

#[test]
fn the_sheet_of_the_guide_becomes_its_three_exercises() {
    let quoted: Vec<&str> = GUIDE.lines().filter(|line| line.starts_with('>')).collect();
    let markdown = quoted.join("\n");
    let plain = markdown.replace("> ", "").replace(['>', '*'], "");
    let titled = format!("My evening exercises\n\n{plain}");
    for text in [&markdown, &markdown.replace("> ", "").replace('>', ""), &plain, &titled] {
        let found = import(text, "sheet", None).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.poses, ["Knee to chest", "Bridge", "Rest"], "{text}");
        let holds = all_holds(&found);
        assert_eq!(holds[0], ["each side", "count 10"], "{}", found.text);
        assert_eq!(holds[1..], [["count 5"], ["breaths 10"]], "{}", found.text);
        assert!(found.text.contains("{ release = \"Lower.\" }"), "{}", found.text);
        assert!(found.text.contains("times = 3") && found.text.contains("times = 10"), "{}", found.text);
    }
    assert!(import(&titled, "sheet", None).unwrap().text.contains("title = \"My evening exercises\""));
    // One line each, and prose that only looks alike.
    let found = import("Bridge. Lift your hips. 10 times.\nCat. Round your back. Hold for 5.\n", "x", None);
    assert_eq!(found.unwrap().poses, ["Bridge", "Cat"]);
    let prose = "# Cat\n\nKneel. Round your back.\n\nBreathe. Let it sink. Hold for five.\n";
    assert_eq!(import(prose, "x", None).unwrap().poses, ["Cat"]);
    // Labels under headings are no exercises.
    let labels = "# Sheet\n\n## Cat\n\n**Start:** kneel.\n\n**Then:** round your back, hold 5 s.\n\n## Dog\n\nLift. 5 s.\n";
    assert_eq!(import(labels, "x", None).unwrap().poses, ["Cat", "Dog"]);
}

#[test]
fn numbered_names_with_a_text_below_each_are_exercises_and_a_name_with_a_date_is_left_out() {
    let sheet = "Low back home exercises\nJane Doe, 12.03.2026\n\n\
                 1. Single knee to chest\nLie on your back, knees bent. Pull your right knee to your chest. Hold 20 sec, relax. \
                 Repeat on the other side.\n\n\
                 2. Bridging\nLift your hips. Hold 5 s, lower. 10 reps.\n\n\
                 3. Cat / camel\nOn all fours, round your back. 10 reps. Do twice daily. Stop if pain goes down the leg.\n";
    let variants = [
        sheet.to_owned(),
        sheet.replace("\nJane", "\n\nJane"),
        sheet
            .replace("chest\nLie", "chest\n\nLie")
            .replace("Bridging\n", "Bridging\n\n")
            .replace("camel\n", "camel\n\n"),
        sheet.replace("\nLie", "\n   Lie").replace("\nLift", "\n   Lift").replace("\nOn", "\n   On"),
        sheet.replace("Jane Doe, 12.03.2026", "March 12, 2026"),
        sheet.replace("Jane Doe, 12.03.2026", "Patient: Jane Doe"),
        sheet.replace("1. ", "").replace("2. ", "").replace("3. ", ""),
    ];
    for text in &variants {
        let found = import(text, "sheet", None).unwrap();
        assert_eq!(found.poses, ["Single knee to chest", "Bridging", "Cat / camel"], "{text}");
        assert_eq!(routine(&found).title.as_str(), "Low back home exercises");
        let person = text.lines().skip(1).find(|line| !line.is_empty()).unwrap();
        let quoted = format!("left out, before the first exercise: \"{person}\"");
        assert!(comments(&found).contains(&quoted), "{}", found.text);
        assert_eq!(
            all_holds(&found),
            [vec!["each side", "seconds 20"], vec!["count 5"], vec![]],
            "{}",
            found.text
        );
        for release in ["{ release = \"Relax.\" }", "{ release = \"Lower.\" }"] {
            assert!(found.text.contains(release), "{}", found.text);
        }
        assert_eq!(caution(&found).as_deref(), Some("Stop if pain goes down the leg."));
        assert!(comments(&found).contains("Do twice daily."), "{}", found.text);
    }
}

#[test]
fn a_word_after_a_hold_ends_it_or_is_quoted() {
    for (written, release) in [
        ("lower", "Lower."),
        ("relax", "Relax."),
        ("let go", "Let go."),
        ("then return", "Return."),
        ("come back", "Come back."),
    ] {
        let expected = [
            "{ repeat = { times = 10, steps = [".to_owned(),
            "\"Round your back.\"".to_owned(),
            "{ count = { to = 5, beat = \"1s\" } }".to_owned(),
            format!("{{ release = \"{release}\" }}"),
            "] } }".to_owned(),
        ];
        assert_eq!(steps(&format!("Round your back. Hold 5 s, {written}. 10 reps.")), expected, "{written}");
    }
    for (language, written, release) in [
        ("de", "5 s halten, senken.", "Senken."),
        ("de", "5 s halten, dann lösen.", "Lösen."),
        ("es", "Mantén 5 s, baja.", "Baja."),
        ("fr", "Tenez 5 s, relâchez.", "Relâchez."),
        ("pt", "Segure 5 s, solte.", "Solte."),
    ] {
        let expected = ["{ count = { to = 5, beat = \"1s\" } }", &format!("{{ release = \"{release}\" }}")];
        assert_eq!(steps_in(language, written), expected, "{written}");
    }
    assert_eq!(
        steps("Round your back. Hold 10 s then relax 5 s. Repeat 3 times.")[2..5],
        ["{ count = { to = 10, beat = \"1s\" } }", "{ release = \"Relax.\" }", "{ rest = 5 }"]
    );
    let found = import("## Cat\n- Kneel.\n- Squeeze, hold 5 s, wobble.\n", "cat", None).unwrap();
    assert!(
        found.text.contains("\"Squeeze.\",") && comments(&found).contains("\"wobble.\""),
        "{}",
        found.text
    );
}
