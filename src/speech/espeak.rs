//! espeak-ng as a rendered voice: a program that reads text from its standard input and writes WAV to its
//! standard output. No shell is involved, and no text is on the command line.

use std::ffi::OsString;
use std::time::Duration;

use super::process::{Answer, Run};
use super::{IsWanted, Recording, SpeechError, Synthesizer, Utterance, wav};

const ENGINE: &str = "espeak-ng";
/// A sentence takes about 20 ms; a run longer than this has hung.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Printing the version takes a few milliseconds, and nothing depends on the answer.
const VERSION_LIMIT: Duration = Duration::from_secs(3);
/// espeak-ng's natural speed in words a minute (its own default), and the range that it accepts.
const NATURAL_WPM: f32 = 175.0;
const WPM_RANGE: (f32, f32) = (80.0, 450.0);
/// An upper limit for the sound of a sentence: five minutes at 22.05 kHz, 16 bits.
const MAX_BYTES: usize = 5 * 60 * 22_050 * 2;

/// Its own rest at a comma at bedtime speed, measured over the bedtime routine.
const OWN_REST: Duration = Duration::from_millis(210);

/// The voice used for English when none is named.
pub(crate) const DEFAULT_VOICE: &str = "en-us";

/// A voice of espeak-ng.
#[derive(Clone, Debug)]
pub(crate) struct Espeak {
    voice: String,
}

impl Espeak {
    /// The voice called `voice`, such as `en-us` or `en-us+f3`.
    pub(crate) fn new(voice: &str) -> Self {
        Self { voice: voice.to_owned() }
    }
}

impl Synthesizer for Espeak {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        self.synthesize_while(utterance, &|| true)
    }

    fn synthesize_while(
        &self,
        utterance: &Utterance,
        is_wanted: IsWanted<'_>,
    ) -> Result<Recording, SpeechError> {
        let wpm = (NATURAL_WPM * utterance.speed).clamp(WPM_RANGE.0, WPM_RANGE.1).round().to_string();
        let arguments = ["-m", "--stdin", "--stdout", "-v", &self.voice, "-s", &wpm];
        let answer = run(&arguments, ssml(utterance), TIME_LIMIT, is_wanted)?;
        wav::decode(&answer.output).map_err(|problem| SpeechError::Unusable {
            engine: ENGINE.to_owned(),
            text: utterance.text.clone(),
            why: problem.into(),
        })
    }
}

fn run(
    arguments: &[&str],
    input: String,
    time: Duration,
    is_wanted: IsWanted<'_>,
) -> Result<Answer, SpeechError> {
    let run = Run {
        engine: ENGINE,
        // `SUPINE_ESPEAK` names another program, so that tests can make it fail.
        program: std::env::var_os("SUPINE_ESPEAK").unwrap_or_else(|| ENGINE.into()),
        arguments: arguments.iter().map(OsString::from).collect(),
        input: input.into_bytes(),
        time,
        bytes: MAX_BYTES,
        file: None,
        is_wanted,
        install: "install it with your package manager (Debian, Ubuntu: apt install espeak-ng)",
    };
    run.answer()
}

/// The text as SSML, with its commas as pauses.
fn ssml(utterance: &Utterance) -> String {
    let pause = utterance.comma.saturating_sub(OWN_REST).as_millis();
    let pause = format!("<break time=\"{pause}ms\"/>");
    let mut out = String::from("<speak>");
    let mut chars = utterance.spoken.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Two of them begin phonemes, which espeak-ng reads in SSML, too.
            '[' | ']' => out.push(' '),
            _ => out.push(c),
        }
        if matches!(c, ',' | ';' | ':') && chars.peek().is_some_and(|next| next.is_whitespace()) {
            out.push_str(&pause);
        }
    }
    out.push_str("</speak>");
    out
}

/// The version of espeak-ng, in its own words; `None` when it does not answer.
pub(crate) fn version() -> Option<String> {
    let answer = run(&["--version"], String::new(), VERSION_LIMIT, &|| true).ok()?;
    String::from_utf8_lossy(&answer.output).lines().next().map(str::to_owned)
}

/// One voice that espeak-ng lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedVoice {
    /// The name for `-v`, such as `en-us`; for a variant the part after the plus, such as `f3`.
    pub name: String,
    /// Its language tag; `variant` for a variant.
    pub language: String,
    /// espeak-ng's own title of it.
    pub title: String,
}

/// The voices of espeak-ng, or its variants when `variants` is set.
///
/// # Errors
/// When it is not installed or does not answer.
pub(crate) fn list(variants: bool) -> Result<Vec<ListedVoice>, SpeechError> {
    let which = if variants { "--voices=variant" } else { "--voices" };
    let answer = run(&[which], String::new(), TIME_LIMIT, &|| true)?;
    Ok(listed(&String::from_utf8_lossy(&answer.output)))
}

/// Parses the table `Pty Language Age/Gender VoiceName File Other`. A file name may contain spaces, and
/// other languages are in brackets.
fn listed(table: &str) -> Vec<ListedVoice> {
    let mut voices: Vec<ListedVoice> = Vec::new();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [_, language, _, title, ref rest @ ..] = columns[..] else {
            continue;
        };
        let file: Vec<&str> = rest.iter().copied().take_while(|word| !word.starts_with('(')).collect();
        let file = file.join(" ");
        let name = match file.strip_prefix("!v/") {
            Some(variant) => variant,
            // The mbrola voices are listed even without their data, which is in another package.
            None if file.starts_with("mb/") => continue,
            None => language,
        };
        if !voices.iter().any(|known| known.name == name) {
            voices.push(ListedVoice {
                name: name.to_owned(),
                language: language.to_owned(),
                title: title.replace('_', " "),
            });
        }
    }
    voices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utterance(text: &str) -> Utterance {
        Utterance { comma: Duration::from_millis(600), ..Utterance::plain(text, 0.8) }
    }

    #[test]
    fn markup_in_a_text_is_only_text() {
        assert_eq!(
            ssml(&utterance("a <b>, & c")),
            "<speak>a &lt;b&gt;,<break time=\"390ms\"/> &amp; c</speak>"
        );
        assert_eq!(ssml(&utterance("a [[t3:kI]] b")), "<speak>a   t3:kI   b</speak>");
    }

    #[test]
    fn the_list_of_voices_is_read_and_mbrola_is_left_out() {
        let table = "Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  en-us           --/M      us-mbrola-2        mb/mb-us2            (en 7)
 5  variant         --/M      Mr_serious         !v/Mr serious
 5  variant         --/F      f3                 !v/f3";
        let names: Vec<String> = listed(table).into_iter().map(|voice| voice.name).collect();
        assert_eq!(names, ["en-us", "Mr serious", "f3"]);
    }
}
