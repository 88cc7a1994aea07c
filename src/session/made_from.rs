//! What a rendered file says about its session, and what it is made from, as one hash: when that is the same, the
//! file would be the same.

use sha2::{Digest, Sha256};

use super::Session;
use super::outcome::SessionError;
use crate::drawing;
use crate::output::description::{Cover, Description};
use crate::output::format::Format;
use crate::phrases::Phrases;
use crate::score::Score;
use crate::score::chapters::chapters;
use crate::sounds::AmbienceChoice;

impl Session {
    /// What a file says about the session in it.
    pub fn description(&self, score: &Score, voice: &str) -> Description {
        let routine = &self.script.routine;
        let (phrases, _) = Phrases::for_language(&routine.language);
        Description {
            title: routine.title.as_str().to_owned(),
            summary: routine.summary.clone(),
            language: routine.language.clone(),
            voice: voice.to_owned(),
            chapters: chapters(score, &phrases.chapter_welcome, &phrases.chapter_close),
            cover: Some(Cover { media_type: "image/png".to_owned(), bytes: drawing::cover::png(score) }),
        }
    }

    /// A hash of all that a file of this session is made from: the program, the words, the settings, the voice, the
    /// ambience, and how it is encoded.
    ///
    /// # Errors
    /// When no voice is to be had.
    pub fn made_from(&self, format: Format, bitrate: Option<u32>) -> Result<String, SessionError> {
        let (voice, _) = self.casting.voice(true)?;
        let routine = self.routine();
        let mut hash = Sha256::new();
        let mut add = |part: String| {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        };
        add(env!("CARGO_PKG_VERSION").to_owned());
        add(format!("{voice} {format:?} {bitrate:?}"));
        add(format!("{} {} {}", routine.title.as_str(), routine.summary, routine.language));
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
