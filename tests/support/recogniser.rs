//! Recognises words with pocketsphinx, which gets windows of sound and the phrases that may be in them. It
//! always hears one of the phrases, so wrong ones have to be among them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::ears::between;
use super::process::{require, require_file};
use super::recorder::RATE;

const MODELS: &str = "/usr/share/pocketsphinx/model/en-us";
/// The model was trained on 16 kHz.
const FACTOR: usize = 3;
/// The filter before downsampling: its length on each side in samples, and its corner in Hz.
const REACH: usize = 48;
const CORNER: f64 = 7_400.0;
/// Digital silence disturbs the recogniser's estimate of the noise, so a dither of -60 dBFS is added.
const DITHER: f32 = 0.001;
/// Time that is kept around the words, in seconds.
const MARGIN: f64 = 0.25;

/// The sound from `from` to `to` seconds, and a little around it.
pub fn window(samples: &[f32], from: f64, to: f64) -> &[f32] {
    between(samples, from - MARGIN, to + MARGIN)
}

/// The one of `phrases` that is heard in each window of sound at 48 kHz; an empty text when none is heard. The
/// same samples give the same answer.
///
/// # Panics
/// When pocketsphinx is missing, or fails.
pub fn heard(windows: &[&[f32]], phrases: &[&str]) -> Vec<String> {
    let windows: Vec<(&[f32], u32)> = windows.iter().map(|window| (*window, 1)).collect();
    heard_in_dither(&windows, phrases)
}

/// Like [`heard`], but each window has a dither with its own seed, which must not be 0. A clear word is heard
/// with every seed.
///
/// # Panics
/// When pocketsphinx is missing, or fails.
pub fn heard_in_dither(windows: &[(&[f32], u32)], phrases: &[&str]) -> Vec<String> {
    require("pocketsphinx_batch", "pocketsphinx");
    require_file("cmudict-en-us.dict", &[MODELS], "pocketsphinx-en-us");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = |name: &str| folder.path().join(name);
    for (place, (window, seed)) in windows.iter().enumerate() {
        fs::write(path(&format!("{place}.raw")), raw(window, *seed)).expect("a window can be written");
    }
    let list: String = (0..windows.len()).map(|place| format!("{place}\n")).collect();
    fs::write(path("windows"), list).expect("the list can be written");
    let grammar = format!("#JSGF V1.0;\ngrammar all;\npublic <all> = {};\n", phrases.join(" | "));
    fs::write(path("grammar"), grammar).expect("the grammar can be written");
    listen(folder.path());
    let answers = fs::read_to_string(path("answers")).expect("the recogniser answers");
    // A line is a phrase and, in parentheses, the window and a score.
    answers.lines().map(|line| line.split('(').next().unwrap_or_default().trim().to_owned()).collect()
}

fn listen(folder: &Path) {
    let status = Command::new("pocketsphinx_batch")
        .current_dir(folder)
        .args(["-hmm", &format!("{MODELS}/en-us"), "-dict", &format!("{MODELS}/cmudict-en-us.dict")])
        .args(["-jsgf", "grammar", "-adcin", "yes", "-cepdir", ".", "-cepext", ".raw"])
        .args(["-ctl", "windows", "-hyp", "answers", "-logfn", "log"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("pocketsphinx can be started");
    let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
    assert!(status.success(), "pocketsphinx failed:\n{}", log());
}

/// 16-bit samples at 16 kHz, with a dither that depends on the seed alone.
fn raw(samples: &[f32], seed: u32) -> Vec<u8> {
    assert_eq!(RATE as usize, 16_000 * FACTOR);
    let filter = low_pass();
    let mut noise = seed;
    let mut random = || {
        // xorshift32 (Marsaglia 2003).
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        noise as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    let filtered = (0..samples.len()).step_by(FACTOR).map(|centre| {
        let taps = filter.iter().enumerate();
        taps.map(|(tap, gain)| {
            let place = (centre + tap).checked_sub(REACH);
            gain * place.and_then(|place| samples.get(place)).copied().unwrap_or(0.0)
        })
        .sum::<f32>()
    });
    // The sum of two uniform distributions is triangular, with a mean power of 2/3.
    let dithered = filtered.map(|sample| sample + (random() + random()) * DITHER * 1.225);
    dithered.flat_map(|sample| ((sample.clamp(-1.0, 1.0) * 32_767.0) as i16).to_le_bytes()).collect()
}

/// A windowed sinc.
fn low_pass() -> Vec<f32> {
    let step = 2.0 * CORNER / f64::from(RATE);
    let taps: Vec<f64> = (0..=2 * REACH)
        .map(|tap| {
            let at = tap as f64 - REACH as f64;
            let phase = std::f64::consts::PI * at * step;
            let sinc = if at == 0.0 { 1.0 } else { phase.sin() / phase };
            let hann = 0.5 + 0.5 * (std::f64::consts::PI * at / (REACH + 1) as f64).cos();
            sinc * hann
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / sum) as f32).collect()
}
