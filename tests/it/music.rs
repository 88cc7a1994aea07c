//! The listener's own music, through the real program: every format and every channel is heard, a folder is
//! searched with its subfolders, a playlist is followed, and no name makes the program hang.

mod declared;
mod folders;

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::support::home::{Home, Outcome};
use crate::support::rendered::{RATE, Rendered, loudness_of};

const REST: &str = "title = \"Rest\"\nending = \"awake\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest.\", { seconds = 12 }]\n";
/// A start that takes longer than this hangs.
const HANGS: Duration = Duration::from_secs(60);

fn home() -> Home {
    let home = Home::new();
    home.write("rest.toml", REST);
    home
}

fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/music").join(name)
}

/// Copies a stored file into the home folder.
fn copy(home: &Home, name: &str, to: &str) {
    home.write(to, std::fs::read(stored(name)).unwrap());
}

/// Renders a session over an ambience.
fn over(home: &Home, ambience: &str) -> Outcome {
    let mut command = home.command();
    command.args(["render", "rest.toml", "-o", "out.wav", "--voice", "fake", "--ambience", ambience]);
    home.outcome(command.timeout(HANGS))
}

/// A session's sound with the voice subtracted.
struct Heard {
    samples: Vec<f32>,
    stderr: String,
}

fn samples(home: &Home, ambience: &str) -> (Vec<f32>, String) {
    let outcome = over(home, ambience);
    assert_eq!(outcome.code, 0, "{ambience}: {}", outcome.stderr);
    (Rendered::read(&home.path().join("out.wav")).samples, outcome.stderr)
}

/// The session without an ambience: the same in all tests.
fn voice() -> &'static [f32] {
    static VOICE: OnceLock<Vec<f32>> = OnceLock::new();
    VOICE.get_or_init(|| samples(&home(), "none").0)
}

fn heard(home: &Home, ambience: &str) -> Heard {
    let (both, stderr) = samples(home, ambience);
    Heard { samples: without_voice(&both), stderr }
}

fn without_voice(both: &[f32]) -> Vec<f32> {
    both.iter().zip(voice()).map(|(both, voice)| both - voice).collect()
}

impl Heard {
    /// The amplitude of a tone on the left and on the right, over eight seconds of the pause: the mean of many
    /// short parts, since at the end of a file the next one may have another phase.
    fn tone(&self, hz: f64) -> [f64; 2] {
        const PART: usize = RATE as usize / 4;
        [0, 1].map(|side| {
            let power: f64 = (16..48).map(|part| self.part(part * PART, PART, hz, side).powi(2)).sum();
            (power / 32.0).sqrt()
        })
    }

    fn part(&self, start: usize, length: usize, hz: f64, side: usize) -> f64 {
        let (mut re, mut im) = (0.0, 0.0);
        for n in 0..length {
            let angle = TAU * hz * n as f64 / f64::from(RATE);
            // A Hann window keeps a strong tone out of the measurements of others.
            let window = 1.0 - (TAU * n as f64 / length as f64).cos();
            let sample = window * f64::from(self.samples[2 * (start + n) + side]);
            re += sample * angle.cos();
            im += sample * angle.sin();
        }
        2.0 * re.hypot(im) / length as f64
    }

    /// Checks that a tone is heard, on either side.
    #[track_caller]
    fn has(&self, hz: f64) {
        let [left, right] = self.tone(hz);
        assert!(left.max(right) > 1e-4, "{hz} Hz: {left:.6} and {right:.6}");
    }

    #[track_caller]
    fn has_not(&self, hz: f64) {
        let [left, right] = self.tone(hz);
        assert!(left.max(right) < 1e-5, "{hz} Hz: {left:.6} and {right:.6}");
    }
}

/// A WAV file of one channel and 16 bits at 8 kHz: tones, one after another, of some seconds each.
fn wav(tones: &[f64], seconds: f64, amplitude: f64) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::new(&mut out, spec).unwrap();
    for hz in tones {
        for n in 0..(8_000.0 * seconds) as usize {
            let sample = (TAU * hz * n as f64 / 8_000.0).sin() * amplitude * 32_767.0;
            writer.write_sample(sample as i16).unwrap();
        }
    }
    writer.finalize().unwrap();
    out.into_inner()
}

#[test]
fn every_format_is_heard_on_the_sides_where_it_sounds() {
    let home = home();
    for name in [
        "tone.flac",
        "tone.ogg",
        "tone.opus",
        "tone.mp3",
        "tone.m4a",
        "tone.aac",
        "tone.mka",
        "tone.webm",
        "tone.mp2",
        "tone.aiff",
        "tone.caf",
        "alac.m4a",
        "adpcm.wav",
        "opus.mp4",
    ] {
        copy(&home, name, name);
        let [left, right] = heard(&home, name).tone(440.0);
        let ratio = left / right;
        assert!(left > 1e-3 && (1.8..2.2).contains(&ratio), "{name}: {left:.5} and {right:.5}");
    }
}

#[test]
fn every_channel_of_a_surround_file_is_heard_at_the_standard_s_share() {
    let home = home();
    for name in ["six.flac", "six.ogg", "six.opus", "six.m4a"] {
        copy(&home, name, name);
        let heard = heard(&home, name);
        let left = heard.tone(300.0)[0];
        let half = std::f64::consts::FRAC_1_SQRT_2;
        for (hz, share) in [
            (300.0, [1.0, 0.0]),
            (400.0, [0.0, 1.0]),
            (500.0, [half, half]),
            (200.0, [half, half]),
            (700.0, [half, 0.0]),
            (800.0, [0.0, half]),
        ] {
            let [l, r] = heard.tone(hz).map(|amplitude| amplitude / left);
            // The low-frequency channel of a lossy file is softer.
            let near = |is: f64, right: f64| (is - right).abs() < 0.2 || (hz == 200.0 && is > 0.3);
            assert!(near(l, share[0]) && near(r, share[1]), "{name}, {hz} Hz: {l:.3} and {r:.3}");
        }
    }
    copy(&home, "centre-only.flac", "centre.flac");
    heard(&home, "centre.flac").has(440.0);
    copy(&home, "two-one.flac", "bass.flac");
    let heard = heard(&home, "bass.flac");
    [300.0, 400.0, 200.0].iter().for_each(|hz| heard.has(*hz));
    let [left, right] = heard.tone(200.0);
    assert!((left / right - 1.0).abs() < 0.05, "the bass is in the middle: {left:.5} and {right:.5}");
}

#[test]
fn a_wav_with_a_wrong_length_is_played_to_its_end() {
    let home = home();
    let whole = wav(&[300.0, 500.0], 1.0, 0.3);
    for length in [0, 1_000_000, 0x7fff_ffff, u32::MAX] {
        let mut wrong = whole.clone();
        wrong[40..44].copy_from_slice(&length.to_le_bytes());
        home.write("wrong.wav", &wrong);
        let heard = heard(&home, "wrong.wav");
        heard.has(300.0);
        heard.has(500.0);
    }
    // Cut off in the middle of a sample.
    home.write("cut.wav", &whole[..whole.len() - 4_001]);
    heard(&home, "cut.wav").has(500.0);
    crate::support::rows::row(
        "Ambience",
        "a WAV that declares a huge length, or none, or is cut off",
        "heard: the sound that is there",
    );
}

#[cfg(unix)]
#[test]
fn what_has_no_end_or_is_no_file_is_refused_at_once() {
    let home = home();
    let pipe = home.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(home.path().join("socket")).unwrap();
    home.write("nothing/notes.txt", "words");
    home.write("empty.mp3", "");
    for (name, words) in [
        ("pipe", "it is a pipe, not a file"),
        ("socket", "it is a socket, not a file"),
        ("/dev/zero", "it is a device, not a file"),
        ("/dev/urandom", "it is a device, not a file"),
        ("empty.mp3", "it is empty"),
        ("nothing", "there is no sound to play in nothing"),
    ] {
        let message = over(&home, name).failure(2);
        assert!(message.contains(words), "{message}");
    }
    // In a folder such files are skipped.
    home.write("mixed/a.wav", wav(&[300.0], 1.0, 0.3));
    std::os::unix::fs::symlink("/dev/zero", home.path().join("mixed/b.wav")).unwrap();
    std::os::unix::fs::symlink("../pipe", home.path().join("mixed/c.wav")).unwrap();
    heard(&home, "mixed").has(300.0);
    crate::support::rows::row(
        "Ambience",
        "a named pipe, a socket, a device, an empty file",
        "told at once: what it is; in a folder it is passed over",
    );
}

#[test]
fn a_huge_file_of_nothing_is_given_up_and_its_sound_is_played() {
    let home = home();
    let huge = |name: &str, start: &[u8]| {
        let path = home.write(name, start);
        std::fs::OpenOptions::new().write(true).open(path).unwrap().set_len(20 << 30).unwrap();
    };
    for name in ["zeros.wav", "zeros.mp3", "zeros.opus"] {
        huge(name, b"");
        let message = over(&home, name).failure(2);
        assert!(message.contains(name) && message.contains("use a FLAC"), "{message}");
    }
    for name in ["tone.flac", "tone.mp3"] {
        huge(name, &std::fs::read(stored(name)).unwrap());
        heard(&home, name).has(440.0);
    }
    crate::support::rows::row(
        "Ambience",
        "20 GiB of nothing",
        "told: one line, with what to do; what has sound in it is heard",
    );
}

#[test]
fn a_file_on_which_a_decoder_panics_is_refused_and_passed_over_in_a_folder() {
    let home = home();
    // Packets of so many bytes that their bits are too many for a number: the decoder's own sum fails.
    let mut broken = std::fs::read(stored("tone.caf")).unwrap();
    broken[36..40].fill(0xff);
    home.write("mixed/broken.caf", &broken);
    let message = over(&home, "mixed/broken.caf").failure(2);
    assert!(message.contains("it is broken"), "{message}");
    copy(&home, "tone.flac", "mixed/tone.flac");
    heard(&home, "mixed").has(440.0);
}

#[test]
fn what_is_no_music_is_called_what_it_is() {
    let home = home();
    home.write("cover.wav", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    home.write("words.flac", "Rest here.\n");
    home.write("pack.zip", b"PK\x03\x04\x14\0\0\0\0\0");
    home.write("song.mid", b"MThd\0\0\0\x06\0\x01\0\x01\0`MTrk\0\0\0\x04\0\xff/\0");
    for (name, words) in [
        ("rest.toml", "rest.toml is a routine, and an ambience is music; `supine play rest.toml` plays it"),
        ("cover.wav", "cover.wav is a picture, and an ambience is music; name a music file"),
        ("words.flac", "words.flac is a text, and"),
        ("pack.zip", "pack.zip is an archive (application/zip), and an ambience is music; unpack it"),
        ("song.mid", "song.mid is a MIDI file: notes without a sound"),
    ] {
        let message = over(&home, name).failure(2);
        assert!(message.contains(words), "{message}");
    }
    crate::support::rows::row(
        "Ambience",
        "a picture, a text, an archive, a routine",
        "told: what it is, and what to do",
    );
}

#[test]
fn a_piece_that_begins_softly_is_not_lifted_above_its_margin() {
    let home = home();
    // A minute and a half of very soft sound, then as much at the loudness of music.
    let soft = wav(&[440.0], 90.0, 0.003);
    let loud = wav(&[440.0], 90.0, 0.3);
    let mut both = [&soft[..], &loud[44..]].concat();
    both[40..44].copy_from_slice(&0u32.to_le_bytes());
    home.write("rises.wav", &both);
    home.write("loud.wav", &loud);
    let level = |name: &str| {
        let samples = heard(&home, name).samples;
        loudness_of(&samples[8 * RATE as usize..24 * RATE as usize])
    };
    let (rises, loud) = (level("rises.wav"), level("loud.wav"));
    assert!(loud - rises > 30.0, "its beginning is {:.1} dB below the loud one", loud - rises);
}

#[test]
fn the_gain_in_a_header_of_opus_changes_nothing_that_is_levelled() {
    let home = home();
    let tone = |name: &str| {
        copy(&home, name, name);
        heard(&home, name).tone(440.0)[0]
    };
    let (plain, softer) = (tone("tone.opus"), tone("softer.opus"));
    assert!((plain / softer - 1.0).abs() < 0.02, "{plain:.5} and {softer:.5}");
}

#[test]
fn music_is_known_as_music_and_a_sound_of_supine_is_not() {
    let home = home();
    let file = stored("alac.m4a");
    for (ambience, is_music) in [(file.to_str().unwrap(), true), ("ocean", false), ("none", false)] {
        let option = format!("--ambience={ambience}");
        let choices = supine::Choices::of_words(&[option.into()]).unwrap();
        let routine = home.path().join("rest.toml");
        let session = supine::Session::open(routine, choices, &supine::Folders::default()).unwrap();
        assert_eq!(session.settings().is_music, is_music, "{ambience}");
    }
}
