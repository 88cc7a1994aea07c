//! The desktop's own text-to-speech engine as a provider. In a build without it, it is known by name but
//! can't be opened.

use std::sync::Arc;
#[cfg(feature = "system-voice")]
use std::time::Duration;

#[cfg(feature = "system-voice")]
use super::names::{matches, pick};
#[cfg(feature = "system-voice")]
use crate::clock::SystemClock;
#[cfg(feature = "system-voice")]
use crate::language;
use crate::speech::SpeechError;
use crate::speech::clips::Clips;
use crate::speech::provider::{About, Facts, Kind, Match, Provider, Searched, Voice, VoiceError, VoiceId};
#[cfg(feature = "system-voice")]
use crate::speech::system::{SystemSpeaker, SystemVoice, Wanted};

const NAME: &str = "system";

/// How long the engine may take to answer at all. It is started on demand (0.25-0.65 s measured); without a
/// sound server it would keep a caller waiting for over a minute.
#[cfg(feature = "system-voice")]
const DEADLINE: Duration = Duration::from_secs(5);

/// The desktop's engine.
pub(super) struct System;

impl Provider for System {
    fn about(&self) -> About {
        About {
            name: NAME,
            reason: "the desktop's own voice answers",
            is_hidden: false,
            can_hang: true,
            is_one_source: false,
            searched: Searched::Last,
        }
    }

    #[cfg(feature = "system-voice")]
    fn list(&self) -> Result<Vec<Facts>, SpeechError> {
        let listed = SystemSpeaker::voices(DEADLINE)?;
        Ok(with_variants(self.facts(&VoiceId::new(NAME, "")), listed))
    }

    #[cfg(not(feature = "system-voice"))]
    fn list(&self) -> Result<Vec<Facts>, SpeechError> {
        Ok(Vec::new())
    }

    fn facts(&self, id: &VoiceId) -> Facts {
        let title = if id.voice().is_empty() { "the desktop's own choice" } else { id.voice() };
        Facts { kind: Kind::Live, ..Facts::rendered(id.clone(), title) }
    }

    fn offers(&self, _: &str) -> Vec<VoiceId> {
        let own = cfg!(feature = "system-voice").then(|| VoiceId::new(NAME, ""));
        own.into_iter().collect()
    }

    #[cfg(feature = "system-voice")]
    fn named(&self, name: &str) -> Result<VoiceId, VoiceError> {
        let voices = SystemSpeaker::voices(DEADLINE)?;
        let names: Vec<&str> = voices.iter().map(|voice| voice.name.as_str()).collect();
        pick(name, &names, "system:").map(|name| VoiceId::new(NAME, &name))
    }

    #[cfg(not(feature = "system-voice"))]
    fn named(&self, name: &str) -> Result<VoiceId, VoiceError> {
        Ok(VoiceId::new(NAME, name))
    }

    #[cfg(feature = "system-voice")]
    fn matching(&self, part: &str) -> Vec<Match> {
        let voices = SystemSpeaker::voices(DEADLINE).unwrap_or_default();
        matches(part, voices.iter().map(|voice| voice.name.as_str()))
    }

    #[cfg(not(feature = "system-voice"))]
    fn matching(&self, _: &str) -> Vec<Match> {
        Vec::new()
    }

    #[cfg(feature = "system-voice")]
    fn open(&self, id: &VoiceId, language: &str, _: &Arc<Clips>) -> Result<Voice, SpeechError> {
        // The desktop's own choice speaks the desktop's language. Asking the engine would take seconds.
        let desktop = sys_locale::get_locale().filter(|locale| locale != "C" && locale != "POSIX");
        let is_desktops = language::is_same(desktop.as_deref().unwrap_or("en"), language);
        let wanted = match id.voice() {
            "" if is_desktops => Wanted::Any,
            "" => Wanted::Speaking(language),
            name => Wanted::Named(name),
        };
        let speaker = SystemSpeaker::connect(wanted, DEADLINE)?;
        Ok(Voice::Live(Box::new(speaker), Arc::new(SystemClock::default())))
    }

    #[cfg(not(feature = "system-voice"))]
    fn open(&self, _: &VoiceId, _: &str, _: &Arc<Clips>) -> Result<Voice, SpeechError> {
        Err(SpeechError::NotInstalled {
            engine: "the system voice".to_owned(),
            install: "this build of supine has no part for it: build it with the feature `system-voice`"
                .to_owned(),
        })
    }
}

/// The engine's own choice, and its voices. espeak-ng's module lists each of its voices again with every
/// variant.
#[cfg(feature = "system-voice")]
fn with_variants(own: Facts, listed: Vec<SystemVoice>) -> Vec<Facts> {
    let mut voices = vec![own];
    for SystemVoice { language, name } in listed {
        let (base, variant) = name.split_once('+').map_or((name.as_str(), None), |(base, v)| (base, Some(v)));
        let id = VoiceId::new(NAME, base);
        let is_known = |facts: &&mut Facts| facts.id == id && facts.language.as_ref() == Some(&language);
        let variants = variant.map(str::to_owned).into_iter();
        match voices.iter_mut().find(is_known) {
            Some(known) => known.variants.extend(variants),
            None => voices.push(Facts {
                language: Some(language),
                kind: Kind::Live,
                variants: variants.collect(),
                ..Facts::rendered(id, base)
            }),
        }
    }
    voices
}

#[cfg(all(test, feature = "system-voice"))]
mod tests {
    use super::*;

    #[test]
    fn variants_of_a_voice_are_gathered_under_it() {
        let voice =
            |language: &str, name: &str| SystemVoice { language: language.to_owned(), name: name.to_owned() };
        let listed = vec![voice("en", "English"), voice("en", "English+f3"), voice("de", "German+f3")];
        let voices = with_variants(System.facts(&VoiceId::new(NAME, "")), listed);
        let shown: Vec<String> = voices
            .iter()
            .map(|voice| format!("{} {:?} {:?}", voice.id, voice.language, voice.variants))
            .collect();
        assert_eq!(
            shown,
            ["system None []", "system:English Some(\"en\") [\"f3\"]", "system:German Some(\"de\") [\"f3\"]",]
        );
        assert!(voices.iter().all(|voice| voice.kind == Kind::Live));
    }
}
