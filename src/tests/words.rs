//! The words of supine itself, in every language with phrases.

use std::collections::BTreeSet;
use std::time::Duration;

use supine::phrases::{Phrases, Welcome};
use supine::plan::{ItemKind, UtteranceId};
use supine::routine::parse::parse;
use supine::routine::{Ending, Routine, Side};
use supine::score::length::planned;
use supine::settings::{Counting, Settings};
use toml::{Table, Value};

/// The catalogues and a routine in each language.
const LANGUAGES: [(&str, &str, &str); 5] = [
    ("en", include_str!("../../src/phrases/en.toml"), include_str!("../../tests/languages/en.toml")),
    ("es", include_str!("../../src/phrases/es.toml"), include_str!("../../tests/languages/es.toml")),
    ("de", include_str!("../../src/phrases/de.toml"), include_str!("../../tests/languages/de.toml")),
    ("fr", include_str!("../../src/phrases/fr.toml"), include_str!("../../tests/languages/fr.toml")),
    ("pt", include_str!("../../src/phrases/pt.toml"), include_str!("../../tests/languages/pt.toml")),
];

fn phrases(language: &str) -> Phrases {
    let (phrases, fits) = Phrases::for_language(language);
    assert!(fits && phrases.language == language, "{language}");
    phrases
}

/// The phrases of a catalogue by their paths of keys, without lists and tables that are not phrases.
fn texts(catalogue: &str) -> Vec<(String, String)> {
    fn collect(path: &str, value: &Value, out: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) => out.push((path.to_owned(), text.clone())),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(n, item)| collect(&format!("{path}.{n}"), item, out));
            }
            Value::Table(table) => {
                table.iter().for_each(|(key, item)| collect(&format!("{path}.{key}"), item, out));
            }
            _ => {}
        }
    }
    let mut table: Table = catalogue.parse().unwrap();
    for data in ["numbers", "short", "position_endings", "position_words"] {
        table.remove(data);
    }
    let mut out = Vec::new();
    collect("", &Value::Table(table), &mut out);
    out
}

/// The names of the placeholders, without the part after a colon.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    inside.map(|(name, _)| name.split(':').next().unwrap()).collect()
}

#[test]
fn every_catalogue_has_the_placeholders_and_the_final_marks_of_the_english_one() {
    let english = texts(LANGUAGES[0].1);
    assert!(english.len() > 35);
    for (language, catalogue, _) in LANGUAGES {
        let translated = texts(catalogue);
        assert_eq!(translated.len(), english.len(), "{language}");
        for ((key, text), (english_key, original)) in translated.iter().zip(&english) {
            assert_eq!(key, english_key, "{language}");
            assert_eq!(placeholders(text), placeholders(original), "{language}{key}: {text}");
            let mark = |text: &str| text.chars().last().filter(char::is_ascii_punctuation);
            assert_eq!(mark(text), mark(original), "{language}{key}: {text}");
            assert_eq!(text.trim(), text, "{language}{key}");
        }
    }
    assert!(Phrases::languages().eq(LANGUAGES.iter().map(|(language, ..)| *language)));
}

#[test]
fn every_number_of_every_language_is_words() {
    for (language, ..) in LANGUAGES {
        let phrases = phrases(language);
        let mut counts = BTreeSet::new();
        for n in 1..=3_000 {
            let mut said = vec![
                phrases.count(n),
                phrases.count_in(n),
                phrases.hold_count(n),
                phrases.hold_breaths(n),
                phrases.hold_sway(n),
                phrases.hold_seconds(n),
            ];
            said.push(phrases.settle(Duration::from_secs(u64::from(n))));
            let about = Welcome {
                titles: &["Title"],
                minutes: n,
                props: &["a", "b", "c"],
                start: Some("on all fours"),
                never: &["A"],
                gently: &["A", "B"],
                is_still: n % 2 == 0,
                cautions: &[],
            };
            said.extend(phrases.welcome(&about));
            for text in &said {
                assert!(
                    text.ends_with('.') && text.starts_with(char::is_uppercase),
                    "{language} {n}: {text}"
                );
                assert!(
                    !text.contains(|c: char| c.is_numeric() || "{}|".contains(c)),
                    "{language} {n}: {text}"
                );
                assert!(!text.contains("  ") && !text.contains(" ."), "{language} {n}: {text}");
            }
            assert!(counts.insert(phrases.count(n)), "{language} has {n} twice: {}", phrases.count(n));
        }
    }
}

#[test]
fn numbers_are_spelt_as_people_spell_them() {
    let numbers = [0, 1, 16, 21, 31, 80, 81, 99, 100, 101, 121, 200, 300, 1000, 1001, 1100, 1250, 2000, 3000];
    let mut table = String::new();
    for (language, ..) in LANGUAGES {
        let phrases = phrases(language);
        let words = numbers.map(|n| phrases.count(n).to_lowercase().trim_end_matches('.').to_owned());
        table += &format!("{language}: {}\n", words.join(", "));
    }
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(table) });
}

#[test]
fn a_number_agrees_with_the_noun_behind_it() {
    for (language, n, said) in [
        ("es", 1, ["Una respiración lenta.", "Quédate así un segundo."]),
        ("es", 21, ["Veintiuna respiraciones lentas.", "Quédate así veintiún segundos."]),
        ("es", 31, ["Treinta y una respiraciones lentas.", "Quédate así treinta y un segundos."]),
        ("es", 101, ["Ciento una respiraciones lentas.", "Quédate así ciento un segundos."]),
        ("de", 1, ["Ein langsamer Atemzug.", "Bleib eine Sekunde so."]),
        ("de", 21, ["Einundzwanzig langsame Atemzüge.", "Bleib einundzwanzig Sekunden so."]),
        ("fr", 21, ["Vingt et une respirations lentes.", "Reste ainsi vingt et une secondes."]),
        ("fr", 81, ["Quatre-vingt-une respirations lentes.", "Reste ainsi quatre-vingt-une secondes."]),
        ("pt", 2, ["Duas respirações lentas.", "Fique assim por dois segundos."]),
        ("pt", 21, ["Vinte e uma respirações lentas.", "Fique assim por vinte e um segundos."]),
    ] {
        let phrases = phrases(language);
        assert_eq!([phrases.hold_breaths(n), phrases.hold_seconds(n)], said);
    }
    let minutes = |language, n: u32| phrases(language).hold_seconds(n * 60);
    assert_eq!(minutes("fr", 21), "Reste ainsi vingt et une minutes.");
    assert_eq!(minutes("es", 21), "Quédate así veintiún minutos.");
    assert_eq!(phrases("es").hold_breaths(200), "Doscientas respiraciones lentas.");
    assert_eq!(phrases("pt").hold_breaths(2_202), "Duas mil duzentas e duas respirações lentas.");
    assert_eq!(phrases("es").hold_breaths(21_000), "Veintiún mil respiraciones lentas.");
}

#[test]
fn the_other_side_is_named_in_the_form_of_its_noun() {
    let sides = |language| [Side::Right, Side::Left].map(|side| phrases(language).other_side(side));
    assert_eq!(sides("en"), ["Now the right side.", "Now the left side."]);
    assert_eq!(sides("es"), ["Ahora, el lado derecho.", "Ahora, el lado izquierdo."]);
    assert_eq!(sides("de"), ["Jetzt die rechte Seite.", "Jetzt die linke Seite."]);
    assert_eq!(sides("fr"), ["Maintenant, le côté droit.", "Maintenant, le côté gauche."]);
    assert_eq!(sides("pt"), ["Agora, o lado direito.", "Agora, o lado esquerdo."]);
}

#[test]
fn the_welcome_names_the_position_that_it_begins_in() {
    for (language, position, sentence) in [
        ("en", "lying on your back", "You begin lying on your back."),
        ("en", "on all fours", "You begin on all fours."),
        ("en", "child's pose", "You begin in child's pose."),
        ("es", "boca arriba", "Empezarás boca arriba."),
        ("es", "a cuatro patas", "Empezarás a cuatro patas."),
        ("es", "la postura del niño", "Empezarás en la postura del niño."),
        ("de", "auf dem Rücken", "Du beginnst auf dem Rücken."),
        ("de", "liegend", "Deine erste Haltung: liegend."),
        ("de", "die Kindhaltung", "Deine erste Haltung: die Kindhaltung."),
        ("fr", "sur le dos", "Tu vas commencer sur le dos."),
        ("fr", "à quatre pattes", "Tu vas commencer à quatre pattes."),
        ("fr", "la posture de l'enfant", "Tu vas commencer dans cette position : la posture de l'enfant."),
        ("pt", "de barriga para cima", "Você vai começar de barriga para cima."),
        ("pt", "em quatro apoios", "Você vai começar em quatro apoios."),
        ("pt", "a postura da criança", "Você vai começar nesta posição: a postura da criança."),
    ] {
        let about = Welcome {
            titles: &["A"],
            minutes: 5,
            props: &[],
            start: Some(position),
            never: &[],
            gently: &[],
            is_still: false,
            cautions: &[],
        };
        assert_eq!(phrases(language).welcome(&about)[2], sentence);
    }
}

#[test]
fn a_pose_that_is_left_out_or_gentle_is_named_after_the_sentence_whether_it_is_one_or_a_plural() {
    let welcome = |language, never: &[&str], gently: &[&str]| {
        let about = Welcome {
            titles: &["A"],
            minutes: 5,
            props: &[],
            start: None,
            never,
            gently,
            is_still: false,
            cautions: &[],
        };
        phrases(language).welcome(&about)
    };
    for language in Phrases::languages() {
        for poses in [&["Knee hugs"][..], &["Pigeon", "Knee hugs"]] {
            for said in [&welcome(language, poses, &[])[2], &welcome(language, &[], poses)[2]] {
                let (sentence, names) = said.split_once(':').expect(said);
                assert!(names.ends_with("Knee hugs.") && !sentence.contains("Knee"), "{language}: {said}");
            }
        }
    }
    assert_eq!(welcome("en", &["Knee hugs"], &[])[2], "As you asked, we leave out: Knee hugs.");
}

#[test]
fn the_way_to_a_position_is_a_sentence_however_the_position_is_written() {
    for (language, position, sentence) in [
        ("en", "seated", "Take your time, and move until you are seated."),
        ("en", "face down", "Take your time, and move until you are face down."),
        ("en", "curled up on your side", "Take your time, and move until you are curled up on your side."),
        ("en", "propped on your elbows", "Take your time, and move until you are propped on your elbows."),
        ("en", "down on all fours", "Take your time, and move until you are down on all fours."),
        ("de", "kniend", "Lass dir Zeit für die nächste Haltung: kniend."),
        ("de", "seitlich liegend", "Lass dir Zeit für die nächste Haltung: seitlich liegend."),
        ("de", "auf allen vieren", "Lass dir Zeit, bis du auf allen vieren angekommen bist."),
        ("fr", "couché sur le dos", "Prends ton temps, et installe-toi couché sur le dos."),
        ("fr", "accroupi", "Prends ton temps, et installe-toi accroupi."),
        ("fr", "étendue sur le côté", "Prends ton temps, et installe-toi étendue sur le côté."),
        ("pt", "à beira da cama", "Sem pressa, fique à beira da cama."),
        ("pt", "numa cadeira", "Sem pressa, fique numa cadeira."),
        ("pt", "por cima do travesseiro", "Sem pressa, fique por cima do travesseiro."),
        ("pt", "postura da criança", "Sem pressa, passe para esta posição: postura da criança."),
    ] {
        assert_eq!(phrases(language).position(position), sentence);
    }
}

#[test]
fn only_a_position_that_comes_first_is_where_it_begins() {
    let welcome = |pose: &str| {
        let text = format!(
            "title = \"A\"\n[[pose]]\nname = \"B\"\n{pose}\n[[pose]]\nname = \"C\"\nposition = \"standing\"\nsteps = [\"Stay.\"]\n"
        );
        let said = script(&parse(&text).expect("a routine"), &Settings::default());
        said.into_iter().find(|sentence| sentence.starts_with("You begin"))
    };
    let on_your_back = Some("You begin lying on your back.".to_owned());
    assert_eq!(welcome("position = \"lying on your back\"\nsteps = [\"Stay.\"]"), on_your_back);
    assert_eq!(welcome("steps = [{ move_to = \"lying on your back\" }, \"Stay.\"]"), on_your_back);
    assert_eq!(welcome("steps = [\"Stay.\", { move_to = \"lying on your back\" }]"), None);
}

#[test]
fn the_time_to_settle_in_is_said_in_minutes_or_seconds() {
    let settle = |language, seconds| phrases(language).settle(Duration::from_secs(seconds));
    assert_eq!(settle("en", 60), "Take one minute to settle in, or press any key to begin sooner.");
    assert_eq!(settle("en", 90), "Take ninety seconds to settle in, or press any key to begin sooner.");
    assert_eq!(
        settle("es", 21),
        "Tienes veintiún segundos para acomodarte, o pulsa cualquier tecla para empezar antes."
    );
    assert_eq!(
        settle("de", 60),
        "Du hast eine Minute, um anzukommen. Mit irgendeiner Taste geht es früher los."
    );
    assert_eq!(
        settle("fr", 1),
        "Tu as une seconde pour t'installer, ou appuie sur une touche pour commencer plus tôt."
    );
    assert_eq!(
        settle("pt", 600),
        "Você tem dez minutos para se acomodar, ou aperte qualquer tecla para começar antes."
    );
}

/// Everything that a routine says, in order.
fn script(routine: &Routine, settings: &Settings) -> Vec<String> {
    let (phrases, _) = Phrases::for_language(&routine.language);
    let plan = planned(routine, settings, &phrases);
    let said = |item: &supine::plan::Item| -> Vec<UtteranceId> {
        match &item.what {
            ItemKind::Speak { utterance, .. } => vec![*utterance],
            ItemKind::Hold { cues, .. } => cues.iter().map(|cue| cue.utterance).collect(),
            _ => Vec::new(),
        }
    };
    plan.items.iter().flat_map(said).map(|id| plan.utterance(id).text.clone()).collect()
}

#[test]
fn every_language_guides_a_whole_routine() {
    for (language, _, routine) in LANGUAGES {
        let routine = parse(routine).expect("a routine");
        let script = script(&routine, &Settings::default()).join("\n");
        insta::with_settings!({ omit_expression => true, snapshot_suffix => language }, {
            insta::assert_snapshot!("script", script);
        });
    }
}

#[test]
fn no_english_is_heard_in_another_language() {
    // The audible part of an English phrase: the words between its placeholders.
    let english: Vec<String> = texts(LANGUAGES[0].1)
        .iter()
        // The history is read and not heard.
        .filter(|(path, _)| !path.starts_with(".history"))
        .flat_map(|(_, text)| text.split(['{', '}']).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        // French has the same word for minutes, and "in" and "out" may stand inside others.
        .filter(|part| part.trim() != "minutes." && part.trim() != "minutes")
        .filter(|part| part.chars().filter(|c| c.is_alphabetic()).count() > 3)
        .collect();
    assert!(english.len() > 30);
    for (language, _, routine) in &LANGUAGES[1..] {
        for counting in [Counting::Every, Counting::Sparse, Counting::None] {
            for ending in [Ending::Asleep, Ending::Awake] {
                let routine = Routine { ending, ..parse(routine).expect("a routine") };
                let settle = Duration::from_secs(90);
                let settings = Settings { counting, settle, ..Settings::default() };
                for text in script(&routine, &settings) {
                    let heard = english.iter().find(|part| text.contains(part.as_str()));
                    assert_eq!(heard, None, "{language}: {text}");
                    assert!(!text.contains(|c: char| "{}|".contains(c) || c.is_numeric()), "{text}");
                }
            }
        }
    }
}

/// The text that an engine gets for a sentence, and the phonemes in it.
fn spoken(routine: &str, settings: &Settings, sentence: &str) -> (String, Vec<(String, String)>) {
    let routine = parse(routine).expect("a routine");
    let (phrases, _) = Phrases::for_language(&routine.language);
    let plan = planned(&routine, settings, &phrases);
    let found = plan.utterances.iter().find(|utterance| utterance.text == sentence);
    let found = found.unwrap_or_else(|| panic!("{sentence:?} is not said"));
    (found.spoken.clone(), found.phonemes.clone())
}

const PRONOUNCED: &str = r#"
title = "Yoga"
[pronounce]
savasana = "shah-VAH-sah-nah"
"child’s pose" = "/ʧˈIldz pˈOz/"
asana = { say = "AH-sah-nah", phonemes = "/ˈɑsənə/" }
L5 = "ell 5"
[[pose]]
name = "Savasana"
steps = ["Rest in SAVASANA, not savasanas.", "Child's pose, an asana, for 10 s.", "Feel L5."]
"#;

#[test]
fn a_respelling_is_for_every_voice_and_sounds_are_for_those_that_know_them() {
    let said = |sentence| spoken(PRONOUNCED, &Settings::default(), sentence);
    assert_eq!(said("Savasana."), ("shah-VAH-sah-nah.".to_owned(), Vec::new()));
    assert_eq!(
        said("Rest in SAVASANA, not savasanas."),
        ("Rest in shah-VAH-sah-nah, not savasanas.".to_owned(), Vec::new())
    );
    let sounds = [("Child's pose", "ʧˈIldz pˈOz"), ("AH-sah-nah", "ˈɑsənə")];
    assert_eq!(
        said("Child's pose, an asana, for 10 s."),
        (
            "Child's pose, an AH-sah-nah, for ten seconds.".to_owned(),
            sounds.map(|(word, sounds)| (word.to_owned(), sounds.to_owned())).to_vec()
        )
    );
    assert_eq!(said("Feel L5.").0, "Feel ell five.");
}

#[test]
fn the_listener_s_pronunciation_wins_over_the_routine_s() {
    let config = "[pronounce]\nSavasana = \"corpse pose\"\nrest = \"/ɹˈɛst/\"\n";
    let config = supine::config::parse(config).expect("a config");
    let settings = supine::config::Resolved::new(&Default::default(), &config, Default::default())
        .settings(supine::routine::Ending::Asleep);
    let (text, sounds) = spoken(PRONOUNCED, &settings, "Rest in SAVASANA, not savasanas.");
    assert_eq!(text, "Rest in corpse pose, not savasanas.");
    assert_eq!(sounds, [("Rest".to_owned(), "ɹˈɛst".to_owned())]);
    assert_eq!(spoken(PRONOUNCED, &settings, "Feel L5.").0, "Feel ell five.");
}
