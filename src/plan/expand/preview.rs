//! A preview: whoever writes a routine hears every word of it once, and waits for nothing.

use std::time::Duration;

use crate::plan::{ItemKind, Track};

/// The longest hold, rest or pause of a preview.
const MOST: Duration = Duration::from_secs(2);

/// An item without what takes longer.
pub(super) fn cut(what: ItemKind) -> ItemKind {
    match what {
        ItemKind::Hold { mut cues, length, then, .. } if length > MOST => {
            cues.retain(|cue| cue.at < MOST || cue.track == Track::Speech);
            cues.iter_mut().for_each(|cue| cue.at = cue.at.min(MOST));
            ItemKind::Hold { cues, breaths: Vec::new(), length: MOST, then: then.min(MOST) }
        }
        ItemKind::Wait(time) => ItemKind::Wait(time.min(MOST)),
        ItemKind::Settle(time) => ItemKind::Settle(time.min(MOST)),
        ItemKind::Speak { utterance, then } => ItemKind::Speak { utterance, then: then.min(MOST) },
        what => what,
    }
}
