//! What a rendered file is made from, as one hash: when it is the same, the file would be the same.

use sha2::{Digest, Sha256};

use super::Session;
use super::outcome::SessionError;
use crate::output::format::Format;
use crate::sounds::AmbienceChoice;
use crate::speech::provider::Voice;

impl Session {
    /// A hash of all that a file of this session is made from: the program, the words, the settings, the voice, the
    /// ambience, and how it is encoded.
    ///
    /// # Errors
    /// When no voice is to be had.
    pub fn made_from(&self, format: Format, bitrate: Option<u32>) -> Result<String, SessionError> {
        let (id, voice) = self.casting.voice(true)?;
        let version = match &voice {
            Voice::Rendered(voice) => voice.version(),
            Voice::Live(..) => None,
        };
        let routine = self.routine();
        let mut hash = Sha256::new();
        let mut add = |part: String| {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        };
        add(env!("CARGO_PKG_VERSION").to_owned());
        add(format!("{id} {version:?} {format:?} {bitrate:?}"));
        add(format!("{} {:?} {}", routine.titles(), routine.summaries(), routine.language));
        add(format!("{:?}", self.script.plan()));
        add(format!("{:?}", self.script.settings));
        add(format!("{:?}", self.ambience.choice));
        if let AmbienceChoice::Files(files) = &self.ambience.choice {
            for file in files {
                let data = std::fs::metadata(file).ok();
                add(format!("{:?}", data.map(|data| (data.len(), data.modified().ok()))));
            }
        }
        Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}
