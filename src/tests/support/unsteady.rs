//! Sessions whose voices fail, at random and on purpose, and the voices that replace them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use supine::phrases::Phrases;
use supine::plan::Plan;
use supine::routine::parse::parse;
use supine::score::length::planned;
use supine::session::stage::{Changes, OwnWords, Stage};
use supine::settings::{Pace, Settings};
use supine::sounds::AmbienceChoice;
use supine::speech::fake::FakeSynthesizer;
use supine::speech::voices::Voice;
use supine::speech::{Recording, SpeechError, Synthesizer, Utterance};

const ROUTINE: &str = r#"
title = "Three poses"
language = "en"
ending = "awake"

[[pose]]
name = "Knees"
position = "lying on your back"
steps = ["Lift one knee.", { count = 6 }, "Let it go.", { breaths = 2 }, "Rest your arms."]

[[pose]]
name = "Twist"
steps = ["Turn both knees.", { count = { to = 3, beat = "2s" } }, "Come back."]

[[pose]]
name = "Bridge"
steps = ["Lift your hips.", { seconds = 8 }, "Lower, bone by bone."]
"#;

fn settings() -> Settings {
    Settings { ambience: false, ..Settings::default() }
}

pub fn plan(pace: Pace) -> Plan {
    let (phrases, _) = Phrases::for_language("en");
    planned(&parse(ROUTINE).unwrap(), &Settings { pace, ..settings() }, &phrases)
}

/// A stage with the session's voice, and those that come after it.
pub fn stage(voice: Voice, mut next: impl FnMut() -> Option<Voice> + Send + 'static) -> Stage {
    let word = |text: &str| Utterance::plain(text, 0.8);
    let words = OwnWords {
        slower: word("Slower."),
        faster: word("Faster."),
        left_out: word("Left out."),
        unclear: word("At the usual pace, then."),
        whereabouts: Box::new(|_| vec![Utterance::plain("You are here.", 0.8)]),
        voice_lost: word("Another voice has guided you to here."),
    };
    let next_voice = Arc::new(Mutex::new(move || next().map(|voice| ("next".to_owned(), voice))));
    Stage {
        plan: Arc::new(plan(Pace::NORMAL)),
        settings: settings(),
        ambience: AmbienceChoice::None,
        voice,
        begin: None,
        pause_silence: false,
        changes: Some(Changes { replan: Box::new(|pace, _| plan(pace)), next_voice, words }),
    }
}

pub fn rendered(voice: impl Synthesizer + 'static) -> Voice {
    Voice::Rendered(Box::new(voice))
}

/// A voice that speaks, fails and is slow depending on its seed. Its first words are always heard.
pub struct Unsteady {
    seed: u64,
    said: AtomicU64,
}

impl Unsteady {
    pub fn new(seed: u64) -> Self {
        Self { seed, said: AtomicU64::new(0) }
    }
}

/// A number that looks random (SplitMix64).
pub fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Synthesizer for Unsteady {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        let said = self.said.fetch_add(1, Ordering::Relaxed);
        let luck = mixed(self.seed ^ mixed(said)) % 12;
        if luck == 0 {
            std::thread::sleep(Duration::from_millis(60));
        }
        // An engine is asked twice, so a sentence that it can't say must fail both times.
        let of_text = utterance.text.bytes().fold(self.seed, |sum, byte| mixed(sum ^ u64::from(byte)));
        if said > 0 && of_text % 9 == 0 {
            let (engine, message) = ("the unsteady voice".to_owned(), "exit code 1".to_owned());
            return Err(SpeechError::failed(engine, message));
        }
        FakeSynthesizer.synthesize(utterance)
    }
}

/// The next voices: some take long to be found, and each may fail as well.
pub fn unsteady(seed: u64) -> impl FnMut() -> Option<Voice> {
    let mut number = 0;
    move || {
        number += 1;
        let luck = mixed(seed ^ number);
        std::thread::sleep(Duration::from_millis(luck % 4 * 40));
        (number < 4).then(|| rendered(Unsteady::new(luck)))
    }
}
