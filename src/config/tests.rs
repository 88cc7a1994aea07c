//! The values in force, wherever they are chosen.

use std::time::Duration;

use super::*;
use crate::routine::Ending;
use crate::settings::{Counting, Pace, WindDown};

/// The choices of these flags, in the form that supine 0.1 wrote into the journal.
fn flags(line: &str) -> Choices {
    let words: Vec<_> = line.split_whitespace().map(Into::into).collect();
    Choices::of_words(&words).unwrap()
}

fn in_force(line: &str, config: &str) -> Resolved {
    Resolved::new(&flags(line), &parse(config).unwrap(), ForRoutine::default())
}

#[test]
fn the_breath_of_a_routine_is_kept_unless_the_listener_chose_one() {
    let routine = ForRoutine { names: &["breath"], ambience: None, breath: Some("4.5:5.5".parse().unwrap()) };
    let breath = |flags: &Choices, config: &str| {
        Resolved::new(flags, &parse(config).unwrap(), routine).breath.value.to_string()
    };
    assert_eq!(breath(&Choices::default(), ""), "4.5:5.5");
    assert_eq!(breath(&Choices::default(), "breath = \"3:7\""), "3:7");
    let flags = Choices { breath: Some("box".parse().unwrap()), ..Choices::default() };
    assert_eq!(breath(&flags, "breath = \"3:7\""), flags.breath.unwrap().to_string());
}

#[test]
fn flags_win_over_the_config_and_the_config_over_the_routine() {
    let config = parse("pace = \"brisk\"\nambience = \"rain\"\nholds = 2").unwrap();
    let flags = flags("--pace=slow");
    let brown = ForRoutine { names: &["mine"], ambience: Some("brown"), breath: None };
    let resolved = Resolved::new(&flags, &config, brown);
    assert_eq!(resolved.pace, InForce { value: Pace::SLOW, origin: Origin::Flag });
    assert_eq!(resolved.ambience, InForce { value: "rain".into(), origin: Origin::Config });
    assert_eq!((resolved.holds.value.get(), resolved.holds.origin), (2.0, Origin::Config));
    assert_eq!(resolved.counting.origin, Origin::Default);
    let resolved = Resolved::new(&flags, &Config::default(), brown);
    assert_eq!(resolved.ambience, InForce { value: "brown".into(), origin: Origin::Routine });
}

#[test]
fn the_table_of_a_routine_wins_over_the_rest_of_the_config_and_loses_to_flags() {
    let config = "counting = \"none\"\nambience = \"rain\"\n[routine.back]\ncounting = \"every\"\npace = \"brisk\"\n\
                  [routine.my-id]\ncounting = \"sparse\"\nsettle = \"60s\"\n[routine.other]\nambience = \"none\"\n";
    let config = parse(config).unwrap();
    let of = |names: &[&str], line: &str| {
        Resolved::new(&flags(line), &config, ForRoutine { names, ambience: Some("brown"), breath: None })
    };
    let back = of(&["back", "my-id"], "--pace=slow");
    let table = |name: &str| Origin::RoutineTable(name.into());
    assert_eq!(back.counting, InForce { value: Counting::Every, origin: table("back") });
    assert_eq!(back.pace, InForce { value: Pace::SLOW, origin: Origin::Flag });
    assert_eq!(back.settle.origin, table("my-id"), "each of its names counts, the first one first");
    assert_eq!(back.ambience, InForce { value: "rain".into(), origin: Origin::Config });
    assert_eq!(of(&["other"], "").ambience, InForce { value: "none".into(), origin: table("other") });
    assert_eq!(of(&[], "").counting, InForce { value: Counting::None, origin: Origin::Config });
    assert_eq!(table("back").to_string(), "config file, [routine.back]");
    assert_eq!(table("my back").to_string(), "config file, [routine.\"my back\"]");
    assert!(table("back").is_in_config() && Origin::Config.is_in_config() && !Origin::Flag.is_in_config());
}

#[test]
fn a_sleep_timer_by_flag_wins_over_the_config_s_morning() {
    let config = "until_morning = true\nsleep_timer = \"1h\"";
    let night = |line: &str| {
        let settings = in_force(line, config).settings(Ending::Asleep);
        (settings.until_morning, settings.sleep_timer.as_secs())
    };
    assert_eq!(night(""), (true, 3600));
    assert_eq!(night("--sleep-timer=1min"), (false, 60));
    assert_eq!(night("--until-morning"), (true, 3600));
}

#[test]
fn a_sleep_timer_for_one_routine_wins_over_a_morning_for_all() {
    let config = parse("until_morning = true\n[routine.nap]\nsleep_timer = \"1min\"").unwrap();
    let nap = Resolved::new(
        &Choices::default(),
        &config,
        ForRoutine { names: &["nap"], ambience: None, breath: None },
    );
    assert!(!nap.until_morning.value);
    assert_eq!(nap.sleep_timer.value.get(), Duration::from_secs(60));
}

#[test]
fn the_wind_down_follows_the_ending_in_force() {
    let wind_down = |line: &str, ending| in_force(line, "").settings(ending).wind_down;
    assert_eq!(wind_down("--ending=awake", Ending::Asleep), WindDown::Off);
    assert_eq!(wind_down("", Ending::Asleep), WindDown::Full);
    assert_eq!(wind_down("--ending=awake --wind-down=gentle", Ending::Asleep), WindDown::Gentle);
}

#[test]
fn every_problem_of_a_config_is_found_at_once() {
    let problems = parse("voise = \"x\"\npace = 9\ncounting = \"evry\"\nholds = nan").unwrap_err();
    let codes: Vec<_> = problems.iter().map(|problem| (problem.code, problem.help.as_str())).collect();
    assert_eq!(codes[0], ("unknown-key", "did you mean `voice`?"));
    assert_eq!(codes[1].0, "out-of-range");
    assert_eq!(codes[2], ("unknown-value", "did you mean `every`?"));
    assert_eq!(codes[3].0, "out-of-range");
}

#[test]
fn every_problem_of_a_routine_s_table_is_found_at_once() {
    let config = "[routine.back]\nvoise = \"x\"\npace = 9\n[routine]\n\"\" = {}\nmine = 3\n[routine.late]\nsetup = false\n\
                  engines = {}\npronounce = {}";
    let codes: Vec<_> = parse(config).unwrap_err().iter().map(|problem| problem.code).collect();
    let unknown = "unknown-key";
    assert_eq!(codes, [unknown, "out-of-range", "bad-name", "wrong-type", unknown, unknown, unknown]);
    assert_eq!(parse("routine = \"back\"").unwrap_err()[0].code, "wrong-type");
    for twice in ["[routine.a]\n[routine.a]", "[routine.a]\npace = 1\npace = 2", "[routine]\na = {}\na = {}"]
    {
        assert_eq!(parse(twice).unwrap_err()[0].code, "syntax", "{twice}");
    }
}

#[test]
fn an_empty_table_of_a_routine_chooses_nothing() {
    let config = parse("[routine.back]\n").unwrap();
    assert_eq!(config.routines, [("back".to_owned(), Choices::default())]);
}
