//! Every built-in routine, in every language that it has, is without fault: it can be followed with closed eyes, its
//! holds have room for their words, at every level and pace.

use supine::catalogue::{self, Shelf};
use supine::config::{Choices, Config};
use supine::folders::Folders;
use supine::phrases::{Phrases, notation};
use supine::routine::Routine;
use supine::routine::lint::lint;
use supine::routine::parse::parse;
use supine::score::length::{estimated_minutes, planned};
use supine::score::overrun::overrun;
use supine::settings::Settings;

/// Every built-in routine in each of its languages.
fn routines() -> Vec<(String, Routine)> {
    let mut routines = Vec::new();
    for name in catalogue::names() {
        for language in catalogue::languages(name) {
            let choices = Choices { language: Some(language.parse().unwrap()), ..Choices::default() };
            let shelf = Shelf::new(&choices, &Config::default(), &Folders::default());
            let source = shelf.read(name).unwrap();
            assert_eq!(source.lacks, None, "{name} {language}");
            let routine =
                parse(&source.text).unwrap_or_else(|problems| panic!("{name} {language}: {problems:?}"));
            assert_eq!(routine.language, language);
            routines.push((format!("{name} {language}"), routine));
        }
    }
    routines
}

#[test]
fn no_built_in_routine_has_a_warning_at_any_level_or_pace_in_any_language() {
    let mut found = Vec::new();
    for (name, routine) in routines() {
        let problems = lint(&routine).into_iter().chain(notation::lint(&routine)).chain(overrun(&routine));
        found.extend(problems.map(|problem| format!("{name}: {}: {}", problem.code, problem.message)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_built_in_routine_says_when_and_what_for_it_is_and_whom_it_is_not_for() {
    for (name, routine) in routines() {
        assert!(routine.when.is_some() && routine.area.is_some(), "{name}");
        assert!(!routine.summary.is_empty() && !routine.not_for.is_empty(), "{name}");
        assert!(
            routine.poses.iter().all(|pose| pose.muscles.windows(2).all(|two| two[0] != two[1])),
            "{name}"
        );
    }
}

#[test]
fn every_built_in_routine_takes_about_as_long_in_each_language() {
    let minutes = |routine: &Routine| {
        let (phrases, _) = Phrases::for_language(&routine.language);
        f64::from(estimated_minutes(&planned(routine, &Settings::default(), &phrases)))
    };
    let routines = routines();
    for (name, routine) in &routines {
        let english =
            routines.iter().find(|(_, other)| other.id == routine.id && other.language == "en").unwrap();
        let (here, there) = (minutes(routine), minutes(&english.1));
        assert!((2.0..=40.0).contains(&here), "{name}: {here} min");
        assert!((here - there).abs() <= 1.0 + there / 5.0, "{name}: {here} min, and {there} in English");
    }
}

#[test]
fn every_routine_is_there_in_english_and_german_and_half_of_them_in_five_languages() {
    let five = [
        "bedtime-back",
        "back-in-ten",
        "neck-and-shoulders",
        "calf-cramps",
        "breath-only",
        "body-scan",
        "back-to-sleep",
    ];
    for name in catalogue::names() {
        let wanted: &[&str] =
            if five.contains(&name) { &["de", "en", "es", "fr", "pt"] } else { &["de", "en"] };
        let languages = catalogue::languages(name);
        assert!(wanted.iter().all(|language| languages.contains(language)), "{name}: {languages:?}");
    }
    assert_eq!(catalogue::names().len(), 14);
}
