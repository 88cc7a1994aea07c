//! What is in force, whichever place says so.

use super::*;

#[test]
fn flags_win_over_the_config_and_the_config_over_the_routine() {
    let flags = Choices { pace: Some(Pace::SLOW), ..Choices::default() };
    let config = parse("pace = \"brisk\"\nambience = \"rain\"\nholds = 2").unwrap().choices;
    let resolved = Resolved::new(&flags, &config, Some("brown"));
    assert_eq!(resolved.pace, InForce { value: Pace::SLOW, origin: Origin::Flag });
    assert_eq!(resolved.ambience, InForce { value: "rain".into(), origin: Origin::Config });
    assert_eq!(resolved.holds, InForce { value: 2.0, origin: Origin::Config });
    assert_eq!(resolved.counting.origin, Origin::Default);
    let resolved = Resolved::new(&flags, &Choices::default(), Some("brown"));
    assert_eq!(resolved.ambience, InForce { value: "brown".into(), origin: Origin::Routine });
}

#[test]
fn a_sleep_timer_by_flag_wins_over_the_config_s_morning() {
    let config = parse("until_morning = true\nsleep_timer = \"1h\"").unwrap().choices;
    let in_force = |flags: Choices| {
        let settings = Resolved::new(&flags, &config, None).settings(Ending::Asleep);
        (settings.until_morning, settings.sleep_timer.as_secs())
    };
    assert_eq!(in_force(Choices::default()), (true, 3600));
    let timer = Some(Time(Duration::from_secs(60)));
    assert_eq!(in_force(Choices { sleep_timer: timer, ..Choices::default() }), (false, 60));
}

#[test]
fn the_wind_down_follows_the_ending_in_force() {
    let wind_down =
        |flags: Choices, ending| Resolved::new(&flags, &Choices::default(), None).settings(ending).wind_down;
    let awake = || Choices { ending: Some(Ending::Awake), ..Choices::default() };
    assert_eq!(wind_down(awake(), Ending::Asleep), WindDown::Off);
    assert_eq!(wind_down(Choices::default(), Ending::Asleep), WindDown::Full);
    let chosen = Choices { wind_down: Some(WindDown::Gentle), ..awake() };
    assert_eq!(wind_down(chosen, Ending::Asleep), WindDown::Gentle);
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
