//! Who can speak, who will, and how the desktop's engine is set up.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

use super::finding::{Finding, Health, Machine};
use crate::advice::{Advice, Advise};
use crate::folders::Folders;
use crate::speech::clips::Clips;
use crate::speech::voices::{Facts, Voice, Voices};
use crate::utterance::Utterance;

/// With less than this in PulseAudio's buffer, Speech Dispatcher's speech has gaps on a busy machine; it comes with 10.
const ENOUGH: u32 = 50;
const STOCK: u32 = 10;

fn register(machine: &Machine<'_>) -> Voices {
    Voices::new(machine.config.engines.clone(), Clips::of(machine.folders))
}

/// Every engine, and the languages that it speaks.
pub(super) fn voices(machine: &Machine<'_>) -> Vec<Finding> {
    let listed = register(machine).list().collect::<Vec<_>>();
    let findings = listed.into_iter().filter_map(|listed| match listed {
        Ok(facts) if facts.is_empty() => None,
        Ok(facts) => Some(Finding::good("voices", several(&facts))),
        Err(error) => Some(Finding::of("voices", Health::Doubtful, &error)),
    });
    findings.collect()
}

/// "espeak: 132 voices in 101 languages".
fn several(facts: &[Facts]) -> String {
    let id = facts[0].id.to_string();
    let engine = id.split(':').next().unwrap_or_default();
    let languages: BTreeSet<&str> =
        facts.iter().filter_map(|facts| facts.language.as_deref()?.split(['-', '_']).next()).collect();
    let voices = match facts.len() {
        1 => "1 voice".to_owned(),
        many => format!("{many} voices"),
    };
    match languages.len() {
        0 => format!("{engine}: {voices}"),
        1 => format!("{engine}: {voices} in {}", languages.first().unwrap_or(&"one language")),
        many => format!("{engine}: {voices} in {many} languages"),
    }
}

/// Whether each engine of the config says a word.
pub(super) fn engines(machine: &Machine<'_>) -> Vec<Finding> {
    const LINK: &str = "own engine";
    // What it said before proves nothing.
    let voices = Voices::new(machine.config.engines.clone(), Clips::of(&Folders::default()));
    let asked = machine.config.engines.iter().map(|engine| {
        let name = &engine.name;
        let id = voices.find(name, &engine.language).map_err(|error| error.advice())?;
        let Voice::Rendered(synthesizer) =
            voices.open(&id, &engine.language).map_err(|error| error.advice())?
        else {
            return Ok(Finding::good(LINK, format!("{name} answers")));
        };
        synthesizer.synthesize(&Utterance::plain("One.", 1.0)).map_err(|error| error.advice())?;
        Ok(Finding::good(LINK, format!("{name} speaks")))
    });
    asked
        .map(|asked: Result<_, Advice>| {
            asked.unwrap_or_else(|error| Finding::of(LINK, Health::Broken, &error))
        })
        .collect()
}

/// The voice that will speak tonight.
pub(super) fn chosen(machine: &Machine<'_>) -> Vec<Finding> {
    let voices = register(machine);
    let language = machine.language;
    let wanted = machine.resolved.voice.value.as_deref().map(|name| voices.find(name, language));
    match wanted {
        Some(Err(error)) => return vec![Finding::of("voice", Health::Broken, &error)],
        Some(Ok(id)) if voices.speaks(&id, language) == Some(false) => {
            let mend = format!("`supine voices {language}` lists those that do");
            return vec![Finding::doubtful(
                "voice",
                format!("{id} was chosen, and does not speak `{language}`"),
                mend,
            )];
        }
        Some(Ok(id)) => {
            return vec![match voices.open(&id, language) {
                Ok(_) => Finding::good("voice", format!("{id} speaks, as the config says")),
                Err(error) => Finding::of("voice", Health::Broken, &error),
            }];
        }
        None => {}
    }
    vec![match voices.best(language, false, &[]) {
        Err(error) => Finding::of("voice", Health::Broken, &error),
        Ok(found) => match found.passed_over.first() {
            None => Finding::good("voice", format!("{} speaks `{language}`", found.id)),
            Some(better) => Finding {
                link: "voice",
                health: Health::Doubtful,
                what: format!("{} speaks `{language}`: {}", found.id, better.problem()),
                mend: better.help(),
            },
        },
    }]
}

/// Whether Speech Dispatcher leaves gaps in its speech.
pub(super) fn dispatcher(_: &Machine<'_>) -> Vec<Finding> {
    let Some(path) = dispatcher_config() else { return Vec::new() };
    let Ok(text) = fs::read_to_string(&path) else { return Vec::new() };
    let value = |key: &str| text.lines().rev().find_map(|line| line.trim().strip_prefix(key)).map(str::trim);
    let method = value("AudioOutputMethod").map_or("pulse", |method| method.trim_matches('"'));
    let length = value("AudioPulseMinLength").and_then(|length| length.parse().ok()).unwrap_or(STOCK);
    if method != "pulse" || length >= ENOUGH {
        return Vec::new();
    }
    let what =
        format!("Speech Dispatcher keeps {length} ms of speech ready, and may leave gaps on a busy machine");
    let mend = format!("write `AudioPulseMinLength 100` into {}, and log in again", path.display());
    vec![Finding::doubtful("speech", what, mend)]
}

/// The config of Speech Dispatcher that is in force: the user's, or else the system's.
fn dispatcher_config() -> Option<PathBuf> {
    let own = choose_base_strategy().ok()?.config_dir().join("speech-dispatcher/speechd.conf");
    let system = PathBuf::from("/etc/speech-dispatcher/speechd.conf");
    [own, system].into_iter().find(|path| path.is_file())
}
