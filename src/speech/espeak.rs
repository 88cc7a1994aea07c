//! espeak-ng as a rendered voice: a program that reads text on its standard input and writes WAV
//! on its standard output. No shell, and no text on the command line.

use std::ffi::OsStr;
use std::io::{Cursor, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use wait_timeout::ChildExt;

use super::{Recording, SpeechError, Synthesizer, Utterance};
use crate::units::SampleRate;

const ENGINE: &str = "espeak-ng";
/// A sentence takes about 20 ms; whatever takes longer than this has hung.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// espeak-ng's natural speed in words a minute (its own default), and the range that it takes.
const NATURAL_WPM: f32 = 175.0;
const WPM_RANGE: (f32, f32) = (80.0, 450.0);
/// More sound than a sentence can have: five minutes at 22.05 kHz, 16 bits.
const MAX_BYTES: u64 = 5 * 60 * 22_050 * 2;

/// How long it rests at a comma by itself at bedtime speed, measured over the bedtime routine.
const OWN_REST: Duration = Duration::from_millis(210);

/// The voice used for English when none is named.
pub const DEFAULT_VOICE: &str = "en-us";

/// A voice of espeak-ng.
#[derive(Clone, Debug)]
pub struct Espeak {
    program: std::ffi::OsString,
    voice: String,
    time_limit: Duration,
}

impl Espeak {
    /// The voice called `voice`, such as `en-us` or `en-us+f3`.
    pub fn new(voice: &str) -> Self {
        Self { program: program(), voice: voice.to_owned(), time_limit: TIME_LIMIT }
    }

    fn start(&self, speed: f32) -> Result<Child, SpeechError> {
        let wpm = (NATURAL_WPM * speed).clamp(WPM_RANGE.0, WPM_RANGE.1).round();
        command(&self.program)
            .args(["-m", "--stdin", "--stdout", "-v", &self.voice, "-s", &wpm.to_string()])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| not_started(&error))
    }
}

/// The engine's process. It is in a process group of its own: Ctrl-C is for the session, which
/// fades out, and must not cut the engine off in the middle of a word.
fn command(program: &OsStr) -> Command {
    let mut command = Command::new(program);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// The program; `SUPINE_ESPEAK` names another one, for tests of its faults.
fn program() -> std::ffi::OsString {
    std::env::var_os("SUPINE_ESPEAK").unwrap_or_else(|| ENGINE.into())
}

fn not_started(error: &std::io::Error) -> SpeechError {
    if error.kind() == std::io::ErrorKind::NotFound {
        SpeechError::NotInstalled {
            engine: ENGINE.to_owned(),
            install: "install it with your package manager (Debian, Ubuntu: apt install espeak-ng)"
                .to_owned(),
        }
    } else {
        failed(format!("it could not be started: {error}"))
    }
}

fn failed(message: impl Into<String>) -> SpeechError {
    SpeechError::Failed { engine: ENGINE.to_owned(), message: message.into() }
}

impl Synthesizer for Espeak {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        let child = self.start(utterance.speed)?;
        let wav = run(child, ssml(utterance).into_bytes(), self.time_limit)?;
        decode(wav).map_err(|problem| SpeechError::Unusable {
            engine: ENGINE.to_owned(),
            text: utterance.text.clone(),
            problem,
        })
    }
}

/// Feeds the engine, reads all that it says, and ends it when it takes too long.
fn run(mut child: Child, input: Vec<u8>, limit: Duration) -> Result<Vec<u8>, SpeechError> {
    let writer = child.stdin.take().map(|mut stdin| {
        std::thread::spawn(move || {
            // An engine that stops reading tells why on its standard error.
            let _ = stdin.write_all(&input);
        })
    });
    let stdout = child.stdout.take().map(read_all);
    let stderr = child.stderr.take().map(read_all);
    let status = child.wait_timeout(limit).map_err(|error| failed(error.to_string()))?;
    if status.is_none() {
        // It may be gone already; either way it must not be left behind.
        let _ = child.kill();
        let _ = child.wait();
    }
    let Some(status) = status else {
        // The pipes may still be held by the engine's own children: their threads are left alone.
        return Err(SpeechError::TimedOut { engine: ENGINE.to_owned(), limit });
    };
    let joined = |reader: Option<std::thread::JoinHandle<Vec<u8>>>| {
        reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
    };
    if let Some(writer) = writer {
        let _ = writer.join();
    }
    let (output, errors) = (joined(stdout), joined(stderr));
    // An engine that is cut off here may well die of it: its output tells more than its status.
    if status.success() || output.len() as u64 > MAX_BYTES {
        return Ok(output);
    }
    let errors = String::from_utf8_lossy(&errors);
    let words = errors.lines().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason");
    Err(failed(format!("{} ({status})", words.trim())))
}

fn read_all(pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is judged by whoever decodes it.
        let _ = pipe.take(MAX_BYTES + 4096).read_to_end(&mut bytes);
        bytes
    })
}

/// Reads espeak-ng's WAV. It writes to a pipe and does not know the length when it writes the
/// header, so the sizes in it are put right first.
fn decode(mut wav: Vec<u8>) -> Result<Recording, String> {
    if wav.is_empty() {
        return Err("it wrote nothing".to_owned());
    }
    if wav.len() as u64 > MAX_BYTES {
        return Err("it does not stop".to_owned());
    }
    if wav.len() > 44 && &wav[36..40] == b"data" {
        // The length was just found to fit.
        let data = (wav.len() - 44) as u32 & !1;
        wav[40..44].copy_from_slice(&data.to_le_bytes());
        wav[4..8].copy_from_slice(&(data + 36).to_le_bytes());
    }
    let reader =
        hound::WavReader::new(Cursor::new(wav)).map_err(|error| format!("it is not WAV ({error})"))?;
    let spec = reader.spec();
    let rate = SampleRate::new(spec.sample_rate).ok_or("its sample rate is 0")?;
    if spec.channels != 1 || spec.bits_per_sample != 16 || spec.sample_format != hound::SampleFormat::Int {
        return Err(format!(
            "it has {} channels of {} bits, not one of 16",
            spec.channels, spec.bits_per_sample
        ));
    }
    let samples = reader
        .into_samples::<i16>()
        .map(|sample| sample.map(|sample| f32::from(sample) / 32_768.0))
        .collect::<Result<Vec<f32>, _>>()
        .map_err(|error| format!("its samples can't be read ({error})"))?;
    Ok(Recording { samples, rate, beat: None })
}

/// The text with its commas as pauses, in SSML.
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
            _ => out.push(c),
        }
        if matches!(c, ',' | ';' | ':') && chars.peek().is_some_and(|next| next.is_whitespace()) {
            out.push_str(&pause);
        }
    }
    out.push_str("</speak>");
    out
}

/// One voice that espeak-ng lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedVoice {
    /// The name for `-v`, such as `en-us`; of a variant the part behind the plus, such as `f3`.
    pub name: String,
    /// Its language tag; `variant` for a variant.
    pub language: String,
    /// What espeak-ng calls it.
    pub title: String,
}

/// The voices of espeak-ng, or its variants when `variants` is set.
///
/// # Errors
/// When it is not installed or does not answer.
pub fn list(variants: bool) -> Result<Vec<ListedVoice>, SpeechError> {
    let argument = OsStr::new(if variants { "--voices=variant" } else { "--voices" });
    let child = command(&program())
        .arg(argument)
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| not_started(&error))?;
    let output = run(child, Vec::new(), TIME_LIMIT)?;
    Ok(listed(&String::from_utf8_lossy(&output)))
}

/// Reads the table `Pty Language Age/Gender VoiceName File Other`; a file's name may have spaces,
/// and other languages stand in brackets.
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
            // The mbrola voices are listed whether or not their data is there, which is another package.
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

    #[test]
    fn garbage_is_refused_in_words() {
        assert!(decode(b"no such thing".to_vec()).unwrap_err().contains("not WAV"));
        assert!(decode(Vec::new()).unwrap_err().contains("nothing"));
    }
}
