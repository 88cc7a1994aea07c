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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Choices;
    use crate::folders::Folders;

    #[test]
    fn a_file_is_made_from_the_words_the_voice_and_its_command() {
        let home = tempfile::tempdir().unwrap();
        let made_from = |routine: &str, command: &str| {
            let config =
                format!("voice = \"mine\"\n[engines.mine]\ncommand = [\"sh\", \"-c\", \"{command}\"]\n");
            std::fs::create_dir_all(home.path().join("config")).unwrap();
            std::fs::write(home.path().join("config/config.toml"), config).unwrap();
            let session = Session::open(routine, Choices::default(), &Folders::below(home.path())).unwrap();
            session.made_from(Format::Opus, None).unwrap()
        };
        let one = made_from("breath-only", "one");
        assert_eq!(made_from("breath-only", "one"), one);
        assert_ne!(made_from("breath-only", "two"), one, "another command is another voice");
        assert_ne!(made_from("back-in-ten", "one"), one);
    }
}
