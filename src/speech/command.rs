//! Any program that writes WAV, used as a rendered voice. Its command line is a list of arguments with
//! placeholders, taken from the listener's config. No shell is involved, and by default no text is on the
//! command line.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use tempfile::TempPath;

use super::clips::stamp;
use super::process::Run;
use super::{IsWanted, Recording, SpeechError, Synthesizer, Utterance, wav};
use crate::advice::Advice;

/// An upper limit for the sound of a sentence: five minutes at 48 kHz, 32 bits.
const MAX_BYTES: usize = 5 * 60 * 48_000 * 4;

/// An engine that the listener has added, as the config describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Engine {
    /// Its name: lowercase letters, digits and `-`.
    pub name: String,
    /// The program and its arguments, not empty.
    pub command: Vec<Template>,
    /// The language tag of its speech.
    pub language: String,
    /// How long a sentence may take.
    pub time_limit: Duration,
    /// The listener's description of it; may be empty.
    pub about: String,
}

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The path of the WAV file that the engine writes.
    Wav,
    /// The path of a file with the text, in UTF-8.
    Text,
    /// The text itself.
    TextArgument,
    /// The speed: 1.00 is natural, 0.50 half as fast.
    Speed,
    /// How much longer the speech takes than at natural speed: 1 / speed.
    Stretch,
}

/// The placeholders by their names.
pub(crate) const SLOTS: [(&str, Slot); 5] = [
    ("wav", Slot::Wav),
    ("text", Slot::Text),
    ("text_argument", Slot::TextArgument),
    ("speed", Slot::Speed),
    ("stretch", Slot::Stretch),
];

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Plain(String),
    Slot(Slot),
}

/// An argument split into text and placeholders.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    written: String,
    parts: Vec<Part>,
}

impl Template {
    /// Parses an argument. `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// When the text between braces is no placeholder: that text.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = written;
        while let Some(place) = rest.find(['{', '}']) {
            plain.push_str(&rest[..place]);
            rest = &rest[place..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain.push_str(&rest[..1]);
                rest = &rest[2..];
                continue;
            }
            let end = rest.find('}').ok_or_else(|| rest.to_owned())?;
            let name = rest[..end].strip_prefix('{').unwrap_or_default();
            let slot = SLOTS.iter().find(|(known, _)| *known == name);
            let (_, slot) = slot.ok_or_else(|| rest[..=end].to_owned())?;
            parts.push(Part::Plain(std::mem::take(&mut plain)));
            parts.push(Part::Slot(*slot));
            rest = &rest[end + 1..];
        }
        plain.push_str(rest);
        parts.push(Part::Plain(plain));
        Ok(Self { written: written.to_owned(), parts })
    }

    /// The argument as it is written in the config.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether the argument contains `slot`.
    pub(crate) fn has(&self, slot: Slot) -> bool {
        self.parts.contains(&Part::Slot(slot))
    }

    fn filled(&self, fill: &Fill<'_>) -> OsString {
        let mut out = OsString::new();
        for part in &self.parts {
            match part {
                Part::Plain(text) => out.push(text),
                Part::Slot(Slot::Wav) => out.extend(fill.wav.map(Path::as_os_str)),
                Part::Slot(Slot::Text) => out.extend(fill.text.map(Path::as_os_str)),
                // The text must never be taken for an option.
                Part::Slot(Slot::TextArgument) if fill.spoken.starts_with('-') => {
                    out.push(format!(" {}", fill.spoken));
                }
                Part::Slot(Slot::TextArgument) => out.push(fill.spoken),
                Part::Slot(Slot::Speed) => out.push(format!("{:.2}", fill.speed)),
                Part::Slot(Slot::Stretch) => out.push(format!("{:.2}", 1.0 / fill.speed)),
            }
        }
        out
    }
}

/// The values of the placeholders in one call; files only where the command asks for them.
struct Fill<'a> {
    wav: Option<&'a Path>,
    text: Option<&'a Path>,
    spoken: &'a str,
    speed: f32,
}

impl Engine {
    fn has(&self, slot: Slot) -> bool {
        self.command.iter().any(|template| template.has(slot))
    }

    /// What its sound depends on: the command line and every file named there, the program first. `None`
    /// when the program is not found.
    pub(crate) fn version(&self) -> Option<String> {
        let written: Vec<&str> = self.command.iter().map(Template::written).collect();
        let (program, arguments) = written.split_first()?;
        let files = arguments.iter().filter_map(|argument| stamp(Path::new(argument)));
        let stamps: Vec<String> = std::iter::once(program_stamp(program)?).chain(files).collect();
        Some(format!("{written:?} {stamps:?}"))
    }

    fn synthesize(&self, utterance: &Utterance, is_wanted: IsWanted<'_>) -> Result<Recording, SpeechError> {
        // Engines read one line: no control character may end a text or an argument early.
        let spoken = utterance.spoken.replace(char::is_control, " ");
        let no_file = |error: std::io::Error| {
            let problem = format!("its files can't be used ({error})");
            SpeechError::failed(&self.name, Advice::new(problem, "check the folder for temporary files"))
        };
        let wav = self.has(Slot::Wav).then(|| file(".wav", "")).transpose().map_err(no_file)?;
        let text = self.has(Slot::Text).then(|| file(".txt", &spoken)).transpose().map_err(no_file)?;
        let (wav, text) = (wav.as_deref(), text.as_deref());
        let fill = Fill { wav, text, spoken: &spoken, speed: utterance.speed };
        let mut arguments: Vec<OsString> =
            self.command.iter().map(|template| template.filled(&fill)).collect();
        let by_itself = text.is_some() || self.has(Slot::TextArgument);
        let run = Run {
            engine: &self.name,
            program: arguments.remove(0), // a command is not empty
            arguments,
            input: if by_itself { Vec::new() } else { format!("{spoken}\n").into_bytes() },
            time: self.time_limit,
            bytes: MAX_BYTES,
            file: wav,
            is_wanted,
            install: "install it, or mend its `command` in the config",
        };
        let answer = run.answer()?;
        let bytes = wav.map_or(Ok(answer.output), std::fs::read).map_err(no_file)?;
        wav::decode(&bytes).map_err(|problem| SpeechError::Unusable {
            engine: self.name.clone(),
            text: utterance.text.clone(),
            why: match answer.words.as_str() {
                "" => problem.into(),
                words => Advice::from(problem).and(format!("it says: {words}")),
            },
        })
    }
}

/// The stamp of a program: of a path, or of a name in `PATH`.
fn program_stamp(program: &str) -> Option<String> {
    if Path::new(program).components().count() > 1 {
        return stamp(Path::new(program));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find_map(|folder| stamp(&folder.join(program)))
}

/// A temporary file that only this listener can read; it is deleted when the path is dropped. Some engines
/// look at the suffix.
fn file(suffix: &str, text: &str) -> std::io::Result<TempPath> {
    let file = tempfile::Builder::new().prefix("supine-").suffix(suffix).tempfile()?;
    std::fs::write(&file, text)?;
    Ok(file.into_temp_path())
}

/// The voice of such an engine.
#[derive(Clone, Debug)]
pub(crate) struct Command(pub Engine);

impl Synthesizer for Command {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        self.0.synthesize(utterance, &|| true)
    }

    fn synthesize_while(
        &self,
        utterance: &Utterance,
        is_wanted: IsWanted<'_>,
    ) -> Result<Recording, SpeechError> {
        self.0.synthesize(utterance, is_wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(written: &str, spoken: &str, speed: f32) -> String {
        let (wav, text) = (Some(Path::new("/tmp/a b.wav")), Some(Path::new("/tmp/c.txt")));
        let fill = Fill { wav, text, spoken, speed };
        Template::parse(written).unwrap().filled(&fill).into_string().unwrap()
    }

    #[test]
    fn placeholders_are_filled_where_they_stand() {
        assert_eq!(filled("--out={wav}", "", 1.0), "--out=/tmp/a b.wav");
        assert_eq!(filled("{text}", "", 1.0), "/tmp/c.txt");
        assert_eq!(filled("s={stretch},{speed}", "", 0.8), "s=1.25,0.80");
        assert_eq!(filled("{{wav}} {speed}}}", "", 1.0), "{wav} 1.00}");
    }

    #[test]
    fn a_text_is_one_argument_and_never_an_option() {
        assert_eq!(filled("{text_argument}", "a \"b\" {wav} $c", 1.0), "a \"b\" {wav} $c");
        assert_eq!(filled("{text_argument}", "-rf", 1.0), " -rf");
    }

    #[test]
    fn what_is_no_placeholder_is_named() {
        for (written, part) in
            [("a {b} c", "{b}"), ("{}", "{}"), ("{wav", "{wav"), ("a}", "}"), ("é}{wav}", "}")]
        {
            assert_eq!(Template::parse(written).unwrap_err(), part);
        }
    }
}
