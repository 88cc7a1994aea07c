//! The recorder: the sound that a listener would hear, as samples, while it is heard.

use std::io::Read;
use std::process::{ChildStdout, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::process::{Helper, wait_until};

/// Samples a second, one channel.
pub const RATE: u32 = 48_000;

/// The sound so far, and when its last sample came in.
#[derive(Default)]
struct Tape {
    samples: Vec<f32>,
    /// When the first sample would have come in without any delay: the earliest estimate.
    began: Option<Instant>,
}

/// Records a sink's monitor from its creation on.
pub struct Recorder {
    tape: Arc<Mutex<Tape>>,
    parec: Helper,
}

impl Recorder {
    /// Starts `parec`, and waits for the first samples: a stream that starts before them may stall.
    ///
    /// # Panics
    /// When no samples come.
    pub fn start(mut parec: Command) -> Self {
        let mut parec = Helper::start(&mut parec);
        let tape = Arc::new(Mutex::new(Tape::default()));
        let pipe = parec.child().stdout.take().expect("the pipe was asked for");
        let shared = Arc::clone(&tape);
        std::thread::spawn(move || listen(pipe, &shared));
        let recorder = Self { tape, parec };
        let began = wait_until(Duration::from_secs(5), || recorder.seconds() > 0.1);
        assert!(began, "the recorder hears nothing, not even silence");
        recorder
    }

    /// The length of the recording so far.
    pub fn seconds(&self) -> f64 {
        lock(&self.tape).samples.len() as f64 / f64::from(RATE)
    }

    /// The recording so far.
    pub fn samples(&self) -> Vec<f32> {
        lock(&self.tape).samples.clone()
    }

    /// The recording from `start` on, in seconds.
    pub fn samples_from(&self, start: f64) -> Vec<f32> {
        let first = (start * f64::from(RATE)) as usize;
        lock(&self.tape).samples.get(first..).unwrap_or_default().to_vec()
    }

    /// The place of a moment in the recording, in seconds, accurate to some 10 ms.
    pub fn place_of(&self, moment: Instant) -> f64 {
        let began = lock(&self.tape).began.expect("start has waited for samples");
        moment.saturating_duration_since(began).as_secs_f64()
    }

    /// Waits until `heard` accepts the recording from `start` on; false after `limit`.
    pub fn wait_until(&self, start: f64, limit: Duration, heard: impl Fn(&[f32]) -> bool) -> bool {
        wait_until(limit, || heard(&self.samples_from(start)))
    }

    /// Writes the recording to a WAV file, for people to listen to.
    pub fn save(&self, path: &std::path::Path) {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: RATE,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut file = hound::WavWriter::create(path, spec).expect("a WAV file can be written");
        for sample in &lock(&self.tape).samples {
            file.write_sample(*sample).expect("a sample can be written");
        }
        file.finalize().expect("the WAV file can be closed");
    }
}

/// Left and right of a WAV file of integers, mixed to one channel as a recorder hears it, and the file's rate.
///
/// # Panics
/// When the file is not such a WAV file.
pub fn read(path: &std::path::Path) -> (Vec<f32>, u32) {
    let mut file = hound::WavReader::open(path).expect("the session was written");
    let spec = file.spec();
    let full = f64::from(1u32 << (spec.bits_per_sample - 1));
    let samples: Vec<i32> = file.samples().collect::<Result<_, _>>().expect("the samples are whole");
    let channels = usize::from(spec.channels);
    let mixed = samples.chunks(channels).map(|frame| {
        let sum: f64 = frame.iter().map(|sample| f64::from(*sample)).sum();
        (sum / channels as f64 / full) as f32
    });
    (mixed.collect(), spec.sample_rate)
}

fn lock(tape: &Mutex<Tape>) -> MutexGuard<'_, Tape> {
    tape.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(mut pipe: ChildStdout, tape: &Mutex<Tape>) {
    let mut bytes = Vec::new();
    let mut block = [0; 16_384];
    while let Ok(length @ 1..) = pipe.read(&mut block) {
        let now = Instant::now();
        bytes.extend_from_slice(&block[..length]);
        let whole = bytes.len() / 4 * 4;
        let mut tape = lock(tape);
        for sample in bytes[..whole].chunks_exact(4) {
            tape.samples.push(f32::from_le_bytes([sample[0], sample[1], sample[2], sample[3]]));
        }
        let length = Duration::from_secs_f64(tape.samples.len() as f64 / f64::from(RATE));
        let began = now.checked_sub(length).unwrap_or(now);
        tape.began = Some(tape.began.map_or(began, |earliest| earliest.min(began)));
        drop(tape);
        bytes.drain(..whole);
    }
}
