//! The register with a test provider: what it finds, in what order it lets voices speak, and what it
//! reports of them.

use std::sync::Arc;

use super::names::{matches, pick};
use super::*;
use crate::speech::fake::FakeSynthesizer;
use crate::speech::provider::{About, Match, Searched};

/// A choir whose voices come from one source. The first one can be told not to answer.
struct Choir {
    answers: bool,
}

const VOICES: [&str; 3] = ["", "bass", "basso"];

impl Provider for Choir {
    fn about(&self) -> About {
        About {
            name: "choir",
            reason: "it sings",
            is_hidden: false,
            can_hang: false,
            is_one_source: true,
            searched: Searched::Then,
        }
    }

    fn list(&self) -> Result<Vec<Facts>, SpeechError> {
        Ok(VOICES.map(|voice| self.facts(&VoiceId::new("choir", voice))).to_vec())
    }

    fn facts(&self, id: &VoiceId) -> Facts {
        let language = Some("en-GB".to_owned());
        Facts { language, is_human_like: true, ..Facts::rendered(id.clone(), "a singer") }
    }

    fn offers(&self, _: &str) -> Vec<VoiceId> {
        VOICES.map(|voice| VoiceId::new("choir", voice)).to_vec()
    }

    fn named(&self, name: &str) -> Result<VoiceId, VoiceError> {
        pick(name, &VOICES[1..], "choir:").map(|name| VoiceId::new("choir", &name))
    }

    fn matching(&self, part: &str) -> Vec<Match> {
        matches(part, VOICES)
    }

    fn check(&self, _: &VoiceId, _: &str) -> Result<(), SpeechError> {
        let (engine, message) = ("the choir".to_owned(), "it is hoarse".to_owned());
        if self.answers { Ok(()) } else { Err(SpeechError::failed(engine, message)) }
    }

    fn open(&self, _: &VoiceId, _: &str, _: &Arc<Clips>) -> Result<Voice, SpeechError> {
        Ok(Voice::Rendered(Box::new(FakeSynthesizer)))
    }
}

/// The register with engines named `low-one` and `two`, the choir, and the voices for tests.
fn voices(answers: bool) -> Voices {
    let engine = |name: &str| Engine {
        name: name.to_owned(),
        command: vec![crate::speech::command::Template::parse("true").unwrap()],
        language: "en".to_owned(),
        time_limit: std::time::Duration::from_secs(1),
        about: String::new(),
    };
    let providers: Vec<Arc<dyn Provider>> = vec![
        Arc::new(own::Own::new(vec![engine("low-one"), engine("two")])),
        Arc::new(Choir { answers }),
        Arc::new(fake::Fake),
    ];
    Voices { providers, clips: Arc::new(Clips::of(&crate::folders::Folders::default())) }
}

fn shown(ids: &[VoiceId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn found(name: &str) -> String {
    voices(true).find(name, "en").map_or_else(|error| error.to_string(), |id| id.to_string())
}

#[test]
fn a_voice_is_found_by_its_id_or_by_a_part_that_only_one_has() {
    for (name, id) in [
        ("two", "two"),
        ("engine:TWO", "two"),
        ("choir", "choir"),
        ("choir:bass", "choir:bass"),
        ("bass", "choir:bass"),
        ("sso", "choir:basso"),
        ("choir:asso", "choir:basso"),
        ("low", "low-one"),
        ("fake", "fake"),
        ("fake-live", "fake-live"),
    ] {
        assert_eq!(found(name), id, "{name}");
    }
    assert_eq!(found("bas"), "`bas` fits 2 voices, such as choir:bass, choir:basso; give more of the id");
    assert_eq!(
        found("choir:bassoo"),
        "there is no voice `bassoo`; did you mean `basso`? `supine voices` lists them all"
    );
    assert_eq!(found("twoo"), "there is no voice `twoo`; did you mean `two`? `supine voices` lists them all");
    for name in ["", " ", "zzz", "choir:", "zzz:two"] {
        assert!(voices(true).find(name, "en").is_err(), "{name:?}");
    }
}

#[test]
fn the_ranking_has_every_voice_that_speaks_the_language_and_none_for_tests() {
    let voices = voices(true);
    let all = ["low-one", "two", "choir", "choir:bass", "choir:basso"];
    assert_eq!(shown(&voices.ranking("en-US", false)), all);
    assert_eq!(shown(&voices.ranking("en", true)), all);
    assert!(voices.ranking("de", false).is_empty());
}

#[test]
fn a_human_like_voice_is_heard_first_and_one_of_each_source_is_enough_in_little_time() {
    let voices = voices(true);
    let whole = shown(&voices.by_ear("en", Hearing::Whole));
    assert_eq!(whole, ["choir", "choir:bass", "choir:basso", "low-one", "two"]);
    assert_eq!(shown(&voices.by_ear("en", Hearing::Brief)), ["choir", "low-one", "two"]);
}

#[test]
fn where_a_voice_fails_no_other_of_its_source_is_asked() {
    let voices = voices(false);
    let [one, two] = ["low-one", "two"].map(|name| voices.find(name, "en").unwrap());
    let next = |tried: &[&VoiceId]| {
        let tried: Vec<VoiceId> = tried.iter().map(|id| (*id).clone()).collect();
        voices.next("en", false, &tried).map(|id| id.to_string())
    };
    assert_eq!(next(&[&one]).as_deref(), Some("two"), "each engine is a source of its own");
    let basso = voices.find("basso", "en").unwrap();
    assert_eq!(next(&[&one, &two, &basso]), None);
    let none = voices.best("en", false, &[one, two]).err().map(|error| error.to_string());
    assert_eq!(none.as_deref(), Some("no voice speaks `en`: the choir failed: it is hoarse"));
}

#[test]
fn the_best_voice_comes_with_the_reasons_against_better_ones() {
    let mut voices = voices(true);
    voices.providers.swap(0, 1);
    voices.providers[0] = Arc::new(Choir { answers: false });
    let found = voices.best("en", false, &[]).ok().unwrap();
    assert_eq!(
        (found.id.to_string().as_str(), voices.reason(&found.id)),
        ("low-one", "an engine of your config")
    );
    assert_eq!(found.passed_over, ["the choir failed: it is hoarse".into()]);
}

#[test]
fn the_way_out_for_a_file_names_voices_that_are_there() {
    let voices = voices(true);
    let live = voices.find("fake-live", "en").unwrap();
    assert!(!voices.is_rendered(&live));
    assert_eq!(
        voices.not_rendered(live).to_string(),
        "`fake-live` speaks by itself and can't be rendered to a file; these can: `--voice choir`"
    );
}

#[test]
fn no_engine_may_have_the_name_of_a_voice_or_a_provider() {
    for name in ["system", "espeak", "natural", "fake", "fake-live", "engine"] {
        assert!(is_taken(name), "{name}");
    }
    assert!(!is_taken("flite") && !is_taken("low"));
}

#[cfg(feature = "natural-voice")]
mod natural {
    use super::*;

    fn of_user() -> Voices {
        Voices::new(Vec::new(), Clips::of(&crate::folders::Folders::default()))
    }

    #[test]
    fn one_model_has_three_voices_and_the_unchanged_one_is_ranked_first() {
        let voices = of_user();
        let ranking = shown(&voices.ranking("en", true));
        assert_eq!(ranking, ["natural", "natural:low", "natural:deep", "espeak:en-us"]);
        assert_eq!(shown(&voices.ranking("de", true)), ["espeak:de"]);
        let heard = shown(&voices.by_ear("en", Hearing::Whole));
        assert_eq!(heard[..3], ["natural", "natural:low", "natural:deep"]);
        let brief = shown(&voices.by_ear("en", Hearing::Brief));
        assert!(brief[0] == "natural" && !brief[1..].iter().any(|id| id.starts_with("natural")), "{brief:?}");
    }

    #[test]
    fn each_of_them_has_its_facts() {
        let voices = of_user();
        for (name, quality) in [("natural", 3.32), ("natural:low", 3.26), ("natural:deep", 3.27)] {
            let id = voices.find(name, "en").unwrap();
            let facts = voices.facts(&id);
            assert_eq!(facts.id, id);
            assert_eq!((facts.language.as_deref(), facts.kind), (Some("en-us"), Kind::Rendered));
            assert_eq!((facts.quality, facts.is_human_like), (Some(quality), true));
            assert!(!voices.can_hang(&id) && voices.speaks(&id, "de") == Some(false));
            let foreign = voices.unsayable(&id, &Utterance::plain("Say Привет.", 1.0));
            assert_eq!(foreign[0].word, "Привет", "{name}");
            assert!(voices.spelled(&id, &Utterance::plain("Say Привет.", 1.0)).is_empty());
        }
        let names = ["deep", "natural:lo"].map(|name| voices.find(name, "en").unwrap().to_string());
        assert_eq!(names, ["natural:deep", "natural:low"]);
        // If one fails, so do the others: they are one model.
        let tried = [voices.find("deep", "en").unwrap()];
        assert_eq!(voices.next("en", true, &tried).unwrap().to_string(), "espeak:en-us");
    }

    #[test]
    fn the_way_out_for_a_file_is_espeak_or_natural() {
        let voices = of_user();
        let live = voices.find("fake-live", "en").unwrap();
        let message = voices.not_rendered(live).to_string();
        assert!(message.ends_with("these can: `--voice espeak`, `--voice natural`"), "{message}");
    }
}
