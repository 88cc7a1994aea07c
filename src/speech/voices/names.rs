//! What a name on the command line or in the config means: an id, or a part that only one id has.

#[cfg(feature = "system-voice")]
use super::SYSTEM_DEADLINE;
use super::{VoiceError, VoiceId};
use crate::diagnostic::nearest;
use crate::speech::espeak;
#[cfg(feature = "system-voice")]
use crate::speech::system::SystemSpeaker;

#[cfg(feature = "system-voice")]
pub(super) fn system_voice(name: Option<&str>) -> Result<VoiceId, VoiceError> {
    let Some(name) = name else { return Ok(VoiceId::System(None)) };
    let voices = SystemSpeaker::voices(SYSTEM_DEADLINE)?;
    let names: Vec<&str> = voices.iter().map(|voice| voice.name.as_str()).collect();
    pick(name, &names, "system").map(|name| VoiceId::System(Some(name)))
}

#[cfg(not(feature = "system-voice"))]
pub(super) fn system_voice(name: Option<&str>) -> Result<VoiceId, VoiceError> {
    Ok(VoiceId::System(name.map(str::to_owned)))
}

/// Checks an espeak-ng name with an optional variant, such as `en-us+f3`.
pub(super) fn known_espeak(name: &str) -> Result<VoiceId, VoiceError> {
    let (base, variant) = name.split_once('+').map_or((name, None), |(base, variant)| (base, Some(variant)));
    let voices = espeak::list(false)?;
    // `en` alone is a family that espeak-ng resolves by itself.
    let family = |voice: &espeak::ListedVoice| voice.name.split('-').next() == Some(base);
    let base = if voices.iter().any(|voice| voice.name == base || family(voice)) {
        base.to_owned()
    } else {
        let names: Vec<&str> = voices.iter().map(|voice| voice.name.as_str()).collect();
        pick(base, &names, "espeak")?
    };
    let Some(variant) = variant else { return Ok(VoiceId::Espeak(base)) };
    let variants = espeak::list(true)?;
    let names: Vec<&str> = variants.iter().map(|voice| voice.name.as_str()).collect();
    let variant = pick(variant, &names, &format!("espeak:{base}+"))?;
    Ok(VoiceId::Espeak(format!("{base}+{variant}")))
}

/// The voice whose id or title has `part` in it. The listener's own engines and espeak-ng's voices
/// come first; the desktop's engine, which lists each of those with every variant, is asked only
/// when none has it.
pub(super) fn by_part(part: &str, engines: &[&str]) -> Result<VoiceId, VoiceError> {
    if engines.iter().any(|name| contains(name, part)) {
        return pick(part, engines, "engine").map(VoiceId::Engine);
    }
    let (base, variant) = part.split_once('+').map_or((part, ""), |(base, variant)| (base, variant));
    let listed = espeak::list(false).unwrap_or_default();
    let fits = |voice: &&espeak::ListedVoice| contains(&voice.name, base) || contains(&voice.title, base);
    let found: Vec<&espeak::ListedVoice> = listed.iter().filter(fits).collect();
    let exact = found.iter().find(|voice| voice.name.eq_ignore_ascii_case(base));
    match (exact, &found[..]) {
        (Some(voice), _) | (None, [voice]) => {
            let plus = if variant.is_empty() { String::new() } else { format!("+{variant}") };
            known_espeak(&format!("{}{plus}", voice.name))
        }
        (None, []) => by_system_part(part, &listed, engines),
        (None, several) => Err(ambiguous(part, several.iter().map(|voice| format!("espeak:{}", voice.name)))),
    }
}

fn by_system_part(
    part: &str,
    espeak: &[espeak::ListedVoice],
    engines: &[&str],
) -> Result<VoiceId, VoiceError> {
    #[cfg(feature = "system-voice")]
    {
        let voices = SystemSpeaker::voices(SYSTEM_DEADLINE).unwrap_or_default();
        let names: Vec<&str> = voices.iter().map(|voice| voice.name.as_str()).collect();
        if names.iter().any(|name| contains(name, part)) {
            return pick(part, &names, "system").map(|name| VoiceId::System(Some(name)));
        }
    }
    let ids: Vec<String> = espeak
        .iter()
        .map(|voice| format!("espeak:{}", voice.name))
        .chain(["system", "espeak", "natural"].iter().chain(engines).map(|id| (*id).to_owned()))
        .collect();
    Err(unknown(part, &ids.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The name that is `part`, or the only one that has it.
pub(super) fn pick(part: &str, names: &[&str], engine: &str) -> Result<String, VoiceError> {
    if let Some(exact) = names.iter().find(|name| name.eq_ignore_ascii_case(part)) {
        return Ok((*exact).to_owned());
    }
    let found: Vec<&&str> = names.iter().filter(|name| contains(name, part)).collect();
    match found[..] {
        [only] => Ok((*only).to_owned()),
        [] => Err(unknown(part, names)),
        _ => Err(ambiguous(part, found.iter().map(|name| format!("{engine}:{name}")))),
    }
}

fn contains(name: &str, part: &str) -> bool {
    name.to_lowercase().contains(&part.to_lowercase())
}

fn ambiguous(name: &str, ids: impl Iterator<Item = String>) -> VoiceError {
    let ids: Vec<String> = ids.collect();
    VoiceError::Ambiguous {
        name: name.to_owned(),
        count: ids.len(),
        examples: ids[..ids.len().min(4)].join(", "),
    }
}

pub(super) fn unknown(name: &str, names: &[&str]) -> VoiceError {
    // Ids share their engine's prefix, which would make every one look near.
    let bare = |id: &str| id.split_once(':').map_or(id, |(_, rest)| rest).to_owned();
    let bare_names: Vec<String> = names.iter().map(|id| bare(id)).collect();
    // A language's tag of two letters is near to many a longer word, and meant by none.
    let words = bare_names.iter().map(String::as_str).filter(|bare| bare.len() + 1 >= name.len());
    let near = nearest(name, words);
    let place = near.and_then(|near| bare_names.iter().position(|bare| bare == near));
    VoiceError::Unknown {
        name: name.to_owned(),
        help: match place.and_then(|place| names.get(place)) {
            Some(near) => format!("did you mean `{near}`? `supine voices` lists them all"),
            None => "`supine voices` lists them all".to_owned(),
        },
    }
}
