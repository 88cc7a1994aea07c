//! espeak-ng as a provider: a voice for nearly every language, and variants of each.

use std::sync::Arc;

use super::names::{contains, pick};
use crate::language;
use crate::speech::clips::Clips;
use crate::speech::espeak::{self, Espeak, ListedVoice};
use crate::speech::provider::{
    About, Facts, ForeignWords, Match, Provider, Searched, Voice, VoiceError, VoiceId, cached,
};
use crate::speech::script::{Unsayable, foreign, is_latin};
use crate::speech::{SpeechError, Utterance};

const NAME: &str = "espeak";
/// Measured in the same way as [`Facts::quality`], in US English.
const QUALITY: f32 = 3.2;

/// The program espeak-ng.
pub(super) struct EspeakNg;

impl Provider for EspeakNg {
    fn about(&self) -> About {
        About {
            name: NAME,
            reason: "it speaks many languages",
            is_hidden: false,
            can_hang: true,
            is_one_source: false,
            searched: Searched::Then,
        }
    }

    fn list(&self) -> Result<Vec<Facts>, SpeechError> {
        let voices = espeak::list(false)?;
        let variants: Vec<String> = espeak::list(true)?.into_iter().map(|variant| variant.name).collect();
        let facts = |voice: ListedVoice| Facts {
            language: Some(voice.language),
            title: voice.title,
            variants: variants.clone(),
            ..self.facts(&VoiceId::new(NAME, &voice.name))
        };
        Ok(voices.into_iter().map(facts).collect())
    }

    fn facts(&self, id: &VoiceId) -> Facts {
        Facts {
            language: Some(id.voice().to_owned()),
            quality: language::is_same(id.voice(), "en").then_some(QUALITY),
            foreign_words: ForeignWords::Spelled,
            ..Facts::rendered(id.clone(), id.voice())
        }
    }

    fn offers(&self, language: &str) -> Vec<VoiceId> {
        vec![VoiceId::new(NAME, &default_voice(language))]
    }

    fn called(&self, id: &str, language: &str) -> Option<VoiceId> {
        (id == NAME).then(|| VoiceId::new(NAME, &default_voice(language)))
    }

    /// A name with an optional variant, such as `en-us+f3`.
    fn named(&self, name: &str) -> Result<VoiceId, VoiceError> {
        let (base, variant) = parts(name);
        let voices = espeak::list(false)?;
        // `en` alone is a group of voices, from which espeak-ng chooses.
        let is_family = |voice: &ListedVoice| language::primary(&voice.name) == base;
        let base = if voices.iter().any(|voice| voice.name == base || is_family(voice)) {
            base.to_owned()
        } else {
            let names: Vec<&str> = voices.iter().map(|voice| voice.name.as_str()).collect();
            pick(base, &names, "espeak:")?
        };
        let Some(variant) = variant else { return Ok(VoiceId::new(NAME, &base)) };
        let variants = espeak::list(true)?;
        let names: Vec<&str> = variants.iter().map(|voice| voice.name.as_str()).collect();
        let variant = pick(variant, &names, &format!("espeak:{base}+"))?;
        Ok(VoiceId::new(NAME, &format!("{base}+{variant}")))
    }

    fn matching(&self, part: &str) -> Vec<Match> {
        let (base, variant) = parts(part);
        let plus = variant.filter(|variant| !variant.is_empty()).map(|variant| format!("+{variant}"));
        let fits = |voice: &ListedVoice| contains(&voice.name, base) || contains(&voice.title, base);
        let voices = espeak::list(false).unwrap_or_default().into_iter().filter(fits);
        voices
            .map(|voice| Match {
                is_exact: voice.name.eq_ignore_ascii_case(base),
                name: format!("{}{}", voice.name, plus.as_deref().unwrap_or_default()),
            })
            .collect()
    }

    fn check(&self, _: &VoiceId, language: &str) -> Result<(), SpeechError> {
        let voices = espeak::list(false)?;
        if voices.iter().any(|voice| language::is_same(&voice.language, language)) {
            return Ok(());
        }
        Err(SpeechError::failed("espeak-ng", format!("it has no voice for `{language}`")))
    }

    fn open(&self, id: &VoiceId, _: &str, clips: &Arc<Clips>) -> Result<Voice, SpeechError> {
        let espeak = Espeak::new(id.voice());
        Ok(cached(id, clips, espeak::version, move || Ok(Box::new(espeak.clone()))))
    }

    fn foreign_words(&self, _: &VoiceId, utterance: &Utterance) -> Vec<Unsayable> {
        foreign(&utterance.spoken, is_latin)
    }
}

/// Splits a name into a voice and its variant.
fn parts(name: &str) -> (&str, Option<&str>) {
    name.split_once('+').map_or((name, None), |(base, variant)| (base, Some(variant)))
}

/// Its own voice for a language tag; for English it is en-us.
fn default_voice(language: &str) -> String {
    match language {
        "en" => espeak::DEFAULT_VOICE.to_owned(),
        tag => language::as_written(tag).to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_spoken_as_it_is_written() {
        for (language, voice) in
            [("en", "en-us"), ("en-GB", "en-gb"), ("de", "de"), ("pt", "pt-br"), ("pt-PT", "pt-pt")]
        {
            assert_eq!(default_voice(language), voice);
        }
    }
}
