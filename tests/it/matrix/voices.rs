//! Voices that break.

use assert_cmd::Command;

use super::{REST, are_told, home, plays, program, whole, whole_of};
use crate::support::heard::INSTEAD;
use crate::support::home::Home;
use crate::support::rows::row;
use crate::support::timeline::Timeline;

#[cfg(feature = "natural-voice")]
#[test]
fn espeak_that_dies_in_the_middle_of_its_sound_is_replaced() {
    let home = home();
    let espeak = program(
        &home,
        "espeak.sh",
        "case \"$*\" in *--stdin*) ;; *) exec espeak-ng \"$@\";; esac\nespeak-ng \"$@\" | head -c 3000; kill -9 $$",
    );
    let (told, heard) = plays(&home, "espeak", |command| {
        command.env("SUPINE_ESPEAK", espeak);
    });
    are_told(&told, &["espeak-ng failed: it gave no reason (signal 9); going on with `natural`"]);
    heard.says_first(INSTEAD, &whole("natural"));
    row(
        "espeak-ng",
        "dying in the middle of its WAV",
        "heard: the next voice says so, and leads; told: one line",
    );
}

#[test]
fn espeak_that_is_slow_is_waited_for() {
    let home = home();
    let espeak = program(&home, "espeak.sh", "sleep 0.3; exec espeak-ng \"$@\"");
    let (told, heard) = plays(&home, "espeak", |command| {
        command.env("SUPINE_ESPEAK", espeak);
    });
    assert_eq!(told, "");
    heard.is_like(&whole("espeak"));
    row("espeak-ng", "slow (0.3 s more for each sentence)", "heard: everything, in espeak-ng's voice");
}

#[cfg(feature = "natural-voice")]
#[test]
fn a_model_that_is_cut_or_empty_is_replaced_and_one_with_a_flipped_bit_breaks_nothing() {
    let home = home();
    let whole_model = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/voices/heart/heart.onnx")).unwrap();
    let next = whole("espeak");
    for length in [whole_model.len() / 2, 100, 0] {
        let model = home.write("model.onnx", &whole_model[..length]);
        let (told, heard) = plays(&home, "natural", |command| {
            command.env("SUPINE_HEART", model);
        });
        are_told(&told, &["the natural voice failed"]);
        assert!(told.ends_with("; going on with `espeak:en-us`\n"), "{told}");
        heard.says_first(INSTEAD, &next);
    }
    let mut in_its_own_voice = 0;
    let places = (0..4).map(|part| part * whole_model.len() / 4 + 20).chain([whole_model.len() - 40]);
    for place in places {
        let mut flipped = whole_model.clone();
        flipped[place] ^= 0x40;
        // The clips of a model that is given by hand are taken for those of the built-in one.
        let home = self::home();
        let model = home.write("model.onnx", &flipped);
        let (told, heard) = plays(&home, "natural", |command| {
            command.env("SUPINE_HEART", &model);
        });
        if told.is_empty() {
            let change = |command: &mut Command| {
                command.env("SUPINE_HEART", &model);
            };
            heard.is_like(&whole_of(REST, "--voice natural", change));
            in_its_own_voice += 1;
        } else {
            are_told(&told, &["going on with `espeak:en-us`"]);
            heard.says_first(INSTEAD, &next);
        }
    }
    println!("{in_its_own_voice} of 5 bits leave the voice as it is, or make it another one");
    assert!((1..5).contains(&in_its_own_voice), "{in_its_own_voice} of 5");
    row("Natural voice", "its model cut off, or of zero length", "heard: the next voice says so, and leads");
    row(
        "Natural voice",
        "its model with a flipped bit",
        "heard: the session to its end, in this voice or the next one; what a wrong number sounds like is not judged",
    );
}

#[test]
fn without_a_locale_the_session_is_in_the_routine_s_language() {
    const RUHE: &str = "id = \"ruhe\"\ntitle = \"Ruhe\"\nlanguage = \"de\"\nending = \"awake\"\n[[pose]]\n\
                        name = \"Ruhe\"\nsteps = [\"Ruhe hier, und lass den Rücken weit werden.\", { count = 3 }]\n";
    let home = Home::new();
    home.write("rest.toml", RUHE);
    let whole = whole_of(RUHE, "--voice espeak", |_| {});
    for locale in [None, Some("xx_YY.KOI8-R"), Some("\u{fffd}")] {
        let in_locale = |command: &mut Command| {
            for name in ["LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"] {
                command.env_remove(name);
            }
            if let Some(locale) = locale {
                command.env("LC_ALL", locale);
            }
        };
        let (told, heard) = plays(&home, "espeak", in_locale);
        assert_eq!(told, "");
        heard.is_like(&whole);
        let mut show = home.command();
        in_locale(show.args("show rest.toml --json --ambience none --voice espeak".split(' ')));
        let score: Timeline = serde_json::from_str(&home.outcome(&mut show).data()).unwrap();
        assert_eq!(score.voice, "espeak:de");
        for words in ["Lass dir Zeit.", "Eins."] {
            assert!(score.events.iter().any(|event| event.text == words), "{words}: {:?}", score.events);
        }
    }
    row("Machine", "no locale, or one that nobody knows", "heard: everything, in the routine's language");
}
