//! The schema of the format and the reader of routines say the same.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use supine::authoring::{example, schema};
use supine::catalogue::{self, Shelf};
use supine::config::{Choices, Config};
use supine::folders::Folders;
use supine::routine::parse::parse;
use supine::routine::steps::{KINDS, REAL_KINDS};

fn written() -> Value {
    serde_json::from_str(&schema()).unwrap()
}

/// A routine file as JSON; `null` for what is no TOML.
fn as_json(text: &str) -> Value {
    text.parse::<toml::Table>().map_or(Value::Null, |table| serde_json::to_value(table).unwrap())
}

#[track_caller]
fn assert_both(text: &str, is_good: bool) {
    let validator = jsonschema::validator_for(&written()).unwrap();
    let json = as_json(text);
    let problems: Vec<String> = validator.iter_errors(&json).map(|problem| problem.to_string()).collect();
    assert_eq!(parse(text).is_ok(), is_good, "the reader: {text}");
    assert_eq!(problems.is_empty(), is_good, "the schema: {text}\n{problems:?}");
}

/// A routine whose only steps are these.
fn with(steps: &str) -> String {
    format!("title = \"A\"\n[[pose]]\nname = \"B\"\nsteps = [{steps}]\n")
}

/// `supine schema > docs/routine.schema.json` makes it anew.
#[test]
fn the_schema_in_the_repository_is_the_one_that_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/routine.schema.json");
    assert!(std::fs::read_to_string(path).unwrap() == schema(), "run `supine schema` again");
}

#[test]
fn every_built_in_routine_and_the_example_fit_the_schema() {
    assert_both(&example("mine"), true);
    for name in catalogue::names() {
        for language in catalogue::languages(name) {
            let choices = Choices { language: Some(language.parse().unwrap()), ..Choices::default() };
            let shelf = Shelf::new(&choices, &Config::default(), &Folders::default());
            assert_both(&shelf.read(name).unwrap().text, true);
        }
    }
}

/// The keys that the reader names when it meets one that nothing is like.
fn keys_read(text: &str) -> BTreeSet<String> {
    let problems = parse(text).unwrap_err();
    let help = &problems.iter().find(|problem| problem.code == "unknown-key").expect(text).help;
    let (_, keys) = help.split_once("use one of: ").expect(help);
    keys.split(", ").map(str::to_owned).collect()
}

#[test]
fn the_schema_has_every_key_that_the_reader_knows_and_no_other() {
    let schema = written();
    let step = |step: &str| with(&format!("{{ each_side = [\"{{side}}\", {{ {step} }}] }}"));
    for (place, text) in [
        ("", "title = \"A\"\nqqqq = 1\n[[pose]]\nname = \"B\"\nsteps = [\"C.\"]\n".to_owned()),
        ("Pose", with("\"C.\"") + "qqqq = 1\n"),
        ("CountTable", step("count = { to = 5, qqqq = 1 }")),
        ("BreathsTable", step("breaths = { cycles = 5, qqqq = 1 }")),
        ("BreathsTable", step("sway = { cycles = 5, qqqq = 1 }")),
        ("SpanTable", step("seconds = { time = 5, qqqq = 1 }")),
        ("SpanTable", step("rest = { time = 5, qqqq = 1 }")),
        ("Rounds", step("repeat = { times = 5, steps = [\"C.\"], qqqq = 1 }")),
        ("WaitTable", step("wait = { text = \"C.\", qqqq = 1 }")),
        ("MoveToTable", step("move_to = { position = \"C\", qqqq = 1 }")),
        ("PronouncedTable", "pronounce = { a = { say = \"b\", qqqq = 1 } }\n".to_owned() + &with("\"C.\"")),
    ] {
        let table = if place.is_empty() { &schema } else { &schema["definitions"][place] };
        let known: BTreeSet<String> =
            table["properties"].as_object().unwrap_or_else(|| panic!("{place}")).keys().cloned().collect();
        assert_eq!(known, keys_read(&text), "{place}");
        assert_eq!(table["additionalProperties"], json!(false), "{place}");
    }
    let kinds = schema["definitions"]["Kind"]["oneOf"].as_array().unwrap().iter();
    let kinds: BTreeSet<&str> = kinds.map(|kind| kind["required"][0].as_str().unwrap()).collect();
    assert_eq!(kinds, KINDS[..REAL_KINDS].iter().copied().collect());
}

#[test]
fn steps_that_the_reader_refuses_the_schema_refuses_and_what_it_takes_is_valid() {
    for steps in [
        "\"A.\"",
        "{ count = 300 }, { count = { to = 10, beat = \"1.5s\", at_least = 5, at_most = 20 } }",
        "{ seconds = 0.5 }, { seconds = \"2m\" }, { seconds = { time = 30, at_most = \"1m\" } }, { rest = 0.1 }",
        "{ breaths = { cycles = 6, ratio = \"4:6\" } }, { sway = 3 }, { breaths = { cycles = 3, ratio = \"box\" } }",
        "{ gentle = \"A.\" }, { deeper = [\"A.\", { count = 3 }] }, { option = \"A.\" }, { short = \"A.\" }",
        "{ repeat = { times = 2, wait = true, at_least = 1, steps = [\"A.\"] } }, { sound = \"bowl\" }",
        "{ wait = \"A.\" }, { move_to = \"on all fours\" }, { each_side = [\"The {side:a|b} leg.\"] }",
    ] {
        assert_both(&with(steps), true);
    }
    for steps in [
        "",
        "\"\"",
        "7",
        "{}",
        "{ count = 0 }",
        "{ count = 301 }",
        "{ count = 2.5 }",
        "{ count = \"ten\" }",
        "{ count = 10, release = \"A.\" }",
        "{ cuont = 10 }",
        "{ count = { beat = 1 } }",
        "{ breaths = 201 }",
        "{ breaths = { cycles = 3, ratio = \"slow\" } }",
        "{ seconds = 4000 }",
        "{ seconds = \"long\" }",
        "{ repeat = { times = 51, steps = [\"A.\"] } }",
        "{ repeat = { times = 3 } }",
        "{ each_side = [] }",
        "{ each_side = \"A.\" }",
        "{ sound = \"gong\" }",
        "{ option = [\"A.\"] }",
        "{ wait = { at_most = 3 } }",
    ] {
        assert_both(&with(steps), false);
    }
}

#[test]
fn keys_that_the_reader_refuses_the_schema_refuses_and_what_it_takes_is_valid() {
    let top = |line: &str| format!("{line}\n{}", with("\"C.\""));
    for line in [
        "id = \"a-b\"",
        "language = \"pt-BR\"",
        "order = \"left first\"",
        "quieter_by = 8",
        "breath = \"3:7\"",
    ] {
        assert_both(&top(line), true);
    }
    for line in [
        "id = \"A b\"",
        "when = \"noon\"",
        "quieter_by = 21",
        "ending = true",
        "props = \"a bed\"",
        "language = \"English\"",
        "pose = []",
    ] {
        // `pose` stands twice then, which is no TOML.
        assert_both(&top(line), false);
    }
}
