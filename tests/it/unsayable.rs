//! Words that a voice does not have: reported before a session, with their places, and said by the next voice.
//! And engines that fail on one sentence.

#![cfg(all(unix, feature = "natural-voice"))]

use std::os::unix::fs::PermissionsExt;

use crate::support::home::{Home, Outcome};

/// A home with a routine of three sentences, of which this is the second.
fn home(sentence: &str) -> Home {
    let home = Home::new();
    routine(&home, "title = \"Mixed\"", "Rest", sentence);
    home
}

fn routine(home: &Home, top: &str, name: &str, sentence: &str) {
    home.write(
        "mixed.toml",
        format!(
            "{top}\nending = \"awake\"\nambience = \"none\"\n\n[[pose]]\nname = \"{name}\"\nsteps = [\n  \"Rest here.\",\n  \"{sentence}\",\n  \"Rest again.\",\n]\n"
        ),
    );
}

/// The output of `check --quick` for it.
fn checked(home: &Home) -> String {
    let outcome = home.run("check --quick mixed.toml");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.stderr.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn said_by(outcome: &Outcome) -> &str {
    let line = outcome.stdout.lines().find(|line| line.contains(" · ")).unwrap_or_default();
    line.split(" · ").nth(1).unwrap_or_default()
}

/// Puts a program in the place of espeak-ng.
fn with_espeak(home: &Home, script: &str, arguments: &str) -> Outcome {
    let path = home.write("engine", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    home.outcome(home.command().env("SUPINE_ESPEAK", path).args(arguments.split(' ')))
}

#[test]
fn a_line_in_another_script_is_warned_of_with_a_caret() {
    assert_snapshot!(checked(&home("أغمض عينيك")));
}

#[test]
fn every_script_that_the_voice_does_not_have_is_named_with_the_word_as_it_is_written() {
    let cases = [
        ("Say Привет now.", "`Привет`, which is in Cyrillic letters", 8),
        ("Say Καλημέρα now.", "`Καλημέρα`, which is in Greek letters", 8),
        ("Say 你好 now.", "`你好`, which is in Chinese letters", 8),
        ("Say שָׁלוֹם now.", "`שָׁלוֹם`, which is in Hebrew letters", 8),
        ("Say ไทย now.", "`ไทย`, which is in Thai letters", 8),
        ("Say हिन्दी now.", "`हिन्दी`, which is in Devanagari letters", 8),
        ("Say 한국어 now.", "`한국어`, which is in Korean letters", 8),
        ("A mixed Aмax here.", "`Aмax`, which is in Cyrillic letters", 12),
    ];
    for (sentence, words, column) in cases {
        let said = checked(&home(sentence));
        let found = format!("`natural` can't say {words}, so the next voice");
        assert!(said.contains(&found) && said.contains(&format!("mixed.toml:9:{column}")), "{said}");
        assert!(said.ends_with("mixed.toml: plays, with 1 warning") && !said.contains("\\u"), "{said}");
    }
}

#[test]
fn a_foreign_word_is_found_wherever_it_is_said() {
    let home = Home::new();
    home.write(
        "mixed.toml",
        r#"title = "Мир for the back"
props = ["a bed", "a подушка"]

[[pose]]
name = "Кот"
position = "sit at κλίνη"
steps = [
  { move_to = "lying on the 床" },
  { each_side = ["Bend the {side:خير|يسار} knee."] },
  { deeper = "ไทย" },
  { option = "And asana, and Кот." },
]

[pronounce]
asana = "асана"
"#,
    );
    assert_snapshot!(checked(&home));
}

#[test]
fn a_word_that_is_told_how_to_say_is_no_problem() {
    let home = home("Say Привет now.");
    for pronounce in ["\"Привет\" = \"pree-VYET\"", "\"привет\" = \"/pɹivjˈɛt/\""] {
        routine(
            &home,
            "title = \"Mixed\"",
            "Rest",
            &format!("Say Привет now.\",\n]\n[pronounce]\n{pronounce}\n#"),
        );
        let text = std::fs::read_to_string(home.path().join("mixed.toml")).unwrap();
        // The rest of the template after the sentence is a comment, or cut off.
        home.write("mixed.toml", text.split("\n#").next().unwrap());
        assert_eq!(checked(&home), "mixed.toml: fine", "{pronounce}");
        let outcome = home.run("show mixed.toml");
        assert_eq!((outcome.stderr.as_str(), said_by(&outcome)), ("", "natural"), "{pronounce}");
    }
    home.config("[pronounce]\nbed = \"бед\"\n");
    routine(&home, "title = \"Mixed\"", "Rest", "Find your bed.");
    let said = checked(&home);
    assert!(said.contains("can't say `бед`") && said.contains("mixed.toml:9:3"), "{said}");
}

#[test]
fn a_file_in_the_letters_of_another_language_is_asked_for_its_language() {
    let home = Home::new();
    routine(&home, "title = \"Отдых\"", "Кот", "Лягте на спину.");
    assert_snapshot!(checked(&home));
}

#[test]
fn a_voice_that_spells_a_word_is_warned_of_and_one_that_has_its_letters_is_not() {
    let home = home("Say Привет now.");
    let outcome = home.run("check --quick mixed.toml --voice espeak");
    assert!(outcome.stderr.contains("`espeak:en-us` may only spell `Привет`"), "{}", outcome.stderr);
    assert_eq!(outcome.code, 0);
    routine(&home, "title = \"Отдых\"\nlanguage = \"ru\"", "Кот", "Лягте на спину.");
    let said = checked(&home);
    assert!(said.contains("no phrases in `ru`") && said.ends_with("with 1 warning"), "{said}");
}

#[test]
fn pictures_are_warned_of_for_nobody_says_them() {
    for (sentence, sign) in [("Rest 🙂 now.", "🙂"), ("Rest ☾ now.", "☾")] {
        let said = checked(&home(sentence));
        assert!(said.contains(&format!("`{sign}` is not said by any voice")), "{said}");
        assert!(said.contains("mixed.toml:9:"), "{said}");
    }
    // Digits of other scripts are numbers.
    assert_eq!(checked(&home("Hold for ٣ breaths.")), "mixed.toml: fine");
    for sentence in ["Śirṣāsana, naïve Hawaiʻi.", "Lift 2½ cm – ‘so’ – at 90°…", "Đặt tay, nguyễn ắ."]
    {
        assert_eq!(checked(&home(sentence)), "mixed.toml: fine", "{sentence}");
    }
}

#[test]
fn a_script_and_a_file_are_spoken_whole_by_the_next_voice_which_is_told_with_the_place() {
    let home = home("أغمض عينيك");
    let told = "supine: mixed.toml:9: `natural` can't say `أغمض`, which is in Arabic letters, and other words \
        like it (write how to say it under `[pronounce]`, or choose a --voice that has it); \
        `espeak:en-us` speaks instead, from the beginning\n";
    for voice in ["", " --voice natural"] {
        let outcome = home.run(&format!("show mixed.toml{voice}"));
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, told));
        assert_eq!(said_by(&outcome), "espeak:en-us");
        assert!(outcome.stdout.contains("أغمض عينيك") && outcome.stdout.contains("Rest again."));
    }
    let outcome = home.run("render mixed.toml -o out.wav");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(
        outcome.stderr.starts_with(told) && outcome.stderr.ends_with("with espeak:en-us\n"),
        "{}",
        outcome.stderr
    );
    assert!(home.path().join("out.wav").exists());
}

#[test]
fn what_a_session_does_not_say_does_not_change_its_voice() {
    let home = home("Rest now.\", { deeper = \"Привет.\" }, \"Rest still.");
    let outcome = home.run("show mixed.toml");
    assert_eq!((outcome.stderr.as_str(), said_by(&outcome)), ("", "natural"));
    let outcome = home.run("show mixed.toml --level deeper");
    assert!(outcome.stderr.contains("mixed.toml:9: `natural` can't say `Привет`"), "{}", outcome.stderr);
    assert_eq!(said_by(&outcome), "espeak:en-us");
}

#[test]
fn a_title_is_found_at_its_line_though_the_welcome_says_it() {
    let home = Home::new();
    routine(&home, "# Мир\ntitle = \"Мир\"", "Rest", "Rest still.");
    let outcome = home.run("show mixed.toml");
    assert!(outcome.stderr.contains("mixed.toml:2: `natural` can't say `Мир`"), "{}", outcome.stderr);
}

#[test]
fn when_no_voice_can_say_everything_the_error_has_the_line_and_the_word() {
    let home = home("Say Привет now.");
    for command in ["show mixed.toml", "render mixed.toml -o out.wav"] {
        let outcome = home.outcome(home.command().env("SUPINE_ESPEAK", "/no/such").args(command.split(' ')));
        let message = outcome.failure(3);
        let place = "no voice can say all of this routine: mixed.toml:9: `natural` can't say `Привет`";
        assert!(message.contains(place) && message.contains("espeak-ng is not installed"), "{message}");
    }
    let outcome = home.outcome(home.command().env("SUPINE_ESPEAK", "/no/such").args(["check", "mixed.toml"]));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "a routine is no worse for it");
    assert!(outcome.stderr.contains("its sound was not measured: no voice"), "{}", outcome.stderr);
}

#[test]
fn a_session_tells_at_its_start_what_its_voice_can_not_say() {
    let home = home("Say Привет now.");
    for voice in ["natural", "natural:deep"] {
        let outcome = home.run(&format!("play mixed.toml --fake-output --voice {voice}"));
        let told =
            format!("supine: mixed.toml:9: `{voice}` can't say `Привет`, which is in Cyrillic letters");
        assert!(outcome.stderr.starts_with(&told), "{}", outcome.stderr);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    }
}

/// An engine that fails on one sentence.
const PICKY: &str = "text=$(cat)\ncase \"$text\" in *still*) echo 'no such word' >&2; exit 1;; esac\n\
    printf '%s' \"$text\" | espeak-ng --stdin --stdout";

#[test]
fn an_engine_that_fails_on_one_sentence_is_told_with_its_place_and_the_next_voice_speaks() {
    let home = home("Rest still.");
    let script = home.write("picky.sh", PICKY);
    home.config(&format!("[engines.picky]\ncommand = [\"sh\", {script:?}]\n"));
    let told = "supine: mixed.toml:9: \"Rest still.\": picky failed: no such word (exit code 1); \
        `natural` speaks instead, from the beginning\n";
    let outcome = home.run("show mixed.toml --voice picky");
    assert_eq!((outcome.code, outcome.stderr.as_str(), said_by(&outcome)), (0, told, "natural"));
    let outcome = home.run("render mixed.toml -o out.wav --voice picky");
    assert_eq!(outcome.code, 0);
    assert!(outcome.stderr.starts_with(told), "{}", outcome.stderr);
    // The same when it is the first sentence.
    routine(&home, "title = \"Be still\"", "Rest", "Rest.");
    let outcome = home.run("show mixed.toml --voice picky");
    assert!(outcome.stderr.contains("mixed.toml:1: \"Be still.\": picky failed"), "{}", outcome.stderr);
    assert_eq!((outcome.code, said_by(&outcome)), (0, "natural"));
}

#[test]
fn espeak_that_fails_on_one_sentence_is_told_too() {
    let home = home("Rest still.");
    let outcome = with_espeak(
        &home,
        &format!("case \"$*\" in *--voices*|*--version*) exec espeak-ng \"$@\";; esac\n{PICKY}"),
        "show mixed.toml --voice espeak",
    );
    let told = "supine: mixed.toml:9: \"Rest still.\": espeak-ng failed: no such word (exit code 1); `natural` speaks";
    assert!(outcome.stderr.starts_with(told), "{}", outcome.stderr);
    assert_eq!((outcome.code, said_by(&outcome)), (0, "natural"));
}
