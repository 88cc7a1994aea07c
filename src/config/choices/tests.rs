//! An option is declared once, and keeps its value in every form that it is written in.

use std::os::unix::ffi::OsStrExt;

use super::*;
use crate::config;

fn of_words(line: &str) -> Result<Choices, String> {
    let words: Vec<_> = line.split_whitespace().map(Into::into).collect();
    Choices::of_words(&words)
}

/// Every option with a value of its own. `until_morning` stands in a line of its own, since it excludes the
/// sleep timer.
const EVERYTHING: &str = "--voice=-odd --language=de --pace=0.77 --holds=1.5 --counting=sparse --level=gentle --words=brief --pauses=plain --mono=true --breath-cues=tone \
    --breath=2.5:7 --ambience=rain --ambience-gain=-6.3 --loudness=-23.5 --voice-gain=−3 --wind-down=off \
    --ending=awake --sleep-timer=1h30min --until-morning --settle=45s --minutes=12.5 --from=pigeon --only=a,b --skip=c \
    --never=d,e --always-gentle=f --silent-screen=true --pause-silence=false";

#[test]
fn every_option_survives_the_journal() {
    let chosen = of_words(EVERYTHING).unwrap();
    let missing: Vec<_> = OPTIONS.iter().filter(|option| !option.is_chosen(&chosen)).collect();
    assert!(missing.is_empty(), "an option is missing in this test: {missing:?}");
    let json = serde_json::to_value(&chosen).unwrap();
    assert_eq!(json["ambience_gain"], serde_json::json!(-6.3), "{json}");
    assert_eq!(json["until_morning"], true);
    assert_eq!(json["pace"], "0.77");
    assert_eq!(serde_json::from_value::<Choices>(json).unwrap(), chosen);
    assert_eq!(serde_json::to_string(&Choices::default()).unwrap(), "{}");
    assert_eq!(serde_json::from_str::<Choices>("{}").unwrap(), Choices::default());
}

#[test]
fn every_option_survives_a_config() {
    let chosen = of_words(EVERYTHING).unwrap();
    let lines =
        rows().into_iter().map(|option| format!("{} = {}\n", option.key, option.toml(&chosen).unwrap()));
    assert_eq!(config::parse(&lines.collect::<String>()).unwrap().choices, chosen);
}

#[test]
fn every_example_of_the_help_is_taken() {
    for option in OPTIONS {
        let config = format!("{} = {}", option.key, option.details.example);
        assert!(option.is_chosen(&config::parse(&config).unwrap().choices), "{config}");
        assert!(!option.help().is_empty() && !option.help().ends_with('.'), "{option:?}");
        let has_value = !option.details.stands_alone;
        assert_eq!(has_value, !option.details.value_name.is_empty(), "{option:?}");
        if let Some(excluded) = option.details.excludes {
            assert!(OPTIONS.iter().any(|other| other.key == excluded) && option.details.stands_alone);
        }
    }
}

#[test]
fn a_path_that_is_no_utf_8_survives_the_journal() {
    let mut chosen = Choices { ambience: Some("/m/\u{e9}.flac".into()), ..Choices::default() };
    assert_eq!(serde_json::to_string(&chosen).unwrap(), "{\"ambience\":\"/m/\u{e9}.flac\"}");
    chosen.ambience = Some(OsStr::from_bytes(b"/m/\xff.flac").to_owned());
    let json = serde_json::to_string(&chosen).unwrap();
    assert_eq!(serde_json::from_str::<Choices>(&json).unwrap(), chosen, "{json}");
    let words = [OsStr::from_bytes(b"--ambience=/m/\xff.flac").to_owned()];
    assert_eq!(Choices::of_words(&words).unwrap(), chosen);
}

#[test]
fn what_is_not_understood_any_more_is_said_in_a_sentence() {
    for (words, reason) in [
        ("--harp=soft", "unexpected argument '--harp' found"),
        ("--pace=9", "invalid value '9' for '--pace <PACE>': `9` is not a pace: use slow, normal, brisk, or"),
        ("--holds=0", "invalid value '0' for '--holds <FACTOR>': `0` is not a number from 0.1 to 10"),
        ("--settle=1h", "invalid value '1h' for '--settle <TIME>': `1h` is not a time from 0s to 10min"),
        ("--counting=all", "invalid value 'all' for '--counting <HOW>'"),
        ("--silent-screen=x", "invalid value 'x' for '--silent-screen[=<true|false>]'"),
    ] {
        let message = of_words(words).unwrap_err();
        assert!(message.starts_with(reason), "{message}");
    }
    for (json, reason) in [
        ("{\"harp_gain\": 3}", "unexpected argument '--harp-gain' found"),
        ("{\"pace\": \"9\"}", "invalid value '9' for '--pace <PACE>': `9` is not a pace"),
        ("{\"holds\": 99}", "invalid value '99' for '--holds <FACTOR>'"),
        ("{\"ambience\": {}}", "invalid value '{}' for '--ambience <SOUND>'"),
        ("{\"until_morning\": 3}", "invalid value '3' for '--until-morning'"),
    ] {
        let message = serde_json::from_str::<Choices>(json).unwrap_err().to_string();
        assert!(message.starts_with(reason), "{message}");
    }
}

#[test]
fn new_choices_win_over_old_ones_and_end_what_they_exclude() {
    let over = |anew: &str, old: &str| of_words(anew).unwrap().over(&of_words(old).unwrap());
    let old = "--voice=fake --pace=slow --ambience-gain=-6 --silent-screen=true --pause-silence=true";
    let expected =
        "--voice=fake --pace=brisk --holds=2 --ambience-gain=-6 --silent-screen=false --pause-silence=true";
    assert_eq!(over("--pace=brisk --holds=2 --silent-screen=false", old), of_words(expected).unwrap());
    let timer = over("--sleep-timer=20min", "--pace=slow --until-morning");
    assert_eq!(timer, of_words("--pace=slow --sleep-timer=20min").unwrap());
    let morning = over("--until-morning", "--pace=slow --sleep-timer=20min");
    assert_eq!(morning, of_words("--pace=slow --until-morning").unwrap());
}

#[test]
fn an_ambience_is_found_from_any_folder() {
    let lasting = |ambience: &OsStr| {
        let choices = Choices { ambience: Some(ambience.to_owned()), ..Choices::default() };
        choices.lasting().ambience.unwrap()
    };
    assert_eq!(lasting("none".as_ref()), "none");
    assert_eq!(lasting("rain".as_ref()), "rain");
    assert_eq!(lasting("/music/quiet.flac".as_ref()), "/music/quiet.flac");
    assert_eq!(lasting("quiet.flac".as_ref()), std::env::current_dir().unwrap().join("quiet.flac"));
    assert_eq!(lasting("~/quiet.flac".as_ref()), etcetera::home_dir().unwrap().join("quiet.flac"));
    assert_eq!(lasting(OsStr::from_bytes(b"/\xff.flac")), OsStr::from_bytes(b"/\xff.flac"));
}
