//! Finds the voice that a part of a name means, if only one has it.

use std::sync::Arc;

use crate::diagnostic::nearest;
use crate::speech::provider::{Match, Provider, Searched, VoiceError, VoiceId};

/// The voice whose id or title contains `part`. Providers that answer quickly, or whose voices the listener
/// named, are searched first; the others only if none of those fits.
pub(super) fn by_part(part: &str, providers: &[Arc<dyn Provider>]) -> Result<VoiceId, VoiceError> {
    for stage in [Searched::First, Searched::Then, Searched::Last] {
        let asked = providers.iter().filter(|provider| provider.about().searched == stage);
        let found: Vec<(&Arc<dyn Provider>, Match)> = match part.trim() {
            "" => Vec::new(),
            _ => {
                asked.flat_map(|one| one.matching(part).into_iter().map(move |found| (one, found))).collect()
            }
        };
        let exact = found.iter().find(|(_, found)| found.is_exact);
        match (exact, &found[..]) {
            (Some((provider, found)), _) | (None, [(provider, found)]) => return provider.named(&found.name),
            (None, []) => {}
            (None, several) => {
                let ids = several.iter().map(|(one, found)| format!("{}:{}", one.about().name, found.name));
                return Err(ambiguous(part, ids));
            }
        }
    }
    let ids = known_ids(providers);
    Err(unknown(part, &ids.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The ids that are known without a slow query, to suggest when a name is unknown.
fn known_ids(providers: &[Arc<dyn Provider>]) -> Vec<String> {
    let shown = || providers.iter().filter(|provider| !provider.about().is_hidden);
    let is_quick = |one: &&Arc<dyn Provider>| one.about().searched < Searched::Last;
    let voices = shown().filter(is_quick).flat_map(|one| one.list().unwrap_or_default());
    let whole =
        shown().filter_map(|one| one.called(one.about().name, "en").map(|_| one.about().name.to_owned()));
    voices.map(|voice| voice.id.to_string()).chain(whole).collect()
}

/// Those of `names` that contain `part`.
pub(super) fn matches<'a>(part: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<Match> {
    let fitting = names.into_iter().filter(|name| contains(name, part));
    fitting.map(|name| Match { name: name.to_owned(), is_exact: name.eq_ignore_ascii_case(part) }).collect()
}

/// The name that equals `part`, or else the only one that contains it; `prefix` comes before it in ids.
pub(super) fn pick(part: &str, names: &[&str], prefix: &str) -> Result<String, VoiceError> {
    let found = matches(part, names.iter().copied());
    if let Some(exact) = found.iter().find(|found| found.is_exact) {
        return Ok(exact.name.clone());
    }
    match &found[..] {
        [only] => Ok(only.name.clone()),
        [] => Err(unknown(part, names)),
        several => Err(ambiguous(part, several.iter().map(|found| format!("{prefix}{}", found.name)))),
    }
}

/// Whether `name` contains `part`; case does not matter.
pub(super) fn contains(name: &str, part: &str) -> bool {
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

/// What to do about a name that no voice has.
const LISTED: &str = "`supine voices` lists them all";

fn unknown(name: &str, names: &[&str]) -> VoiceError {
    // Ids share their engine's prefix, which would make all of them look similar.
    let bare = |id: &str| id.split_once(':').map_or(id, |(_, rest)| rest).to_owned();
    let bare_names: Vec<String> = names.iter().map(|id| bare(id)).collect();
    // A language tag of two letters resembles many longer words but is meant by none of them.
    let words = bare_names.iter().map(String::as_str).filter(|bare| bare.len() + 1 >= name.len());
    let near = nearest(name, words);
    let place = near.and_then(|near| bare_names.iter().position(|bare| bare == near));
    VoiceError::Unknown {
        name: name.to_owned(),
        help: match place.and_then(|place| names.get(place)) {
            Some(near) => format!("did you mean `{near}`? {LISTED}"),
            None => LISTED.to_owned(),
        },
    }
}
