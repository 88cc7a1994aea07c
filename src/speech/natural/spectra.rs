//! The data between the model and the samples: spectra and pitch, frame by frame.

/// The length of a window, in samples.
pub(crate) const WINDOW: usize = 1_200;
/// The number of bins in the spectrum of a window.
pub(crate) const BINS: usize = WINDOW / 2 + 1;

/// The model's output for an utterance. The spectra are stored by bin: `frames` values for each of [`BINS`]
/// bins.
pub(crate) struct Spectra {
    /// The number of frames, each 12.5 ms.
    pub frames: usize,
    /// Log-magnitude of the harmonic part.
    pub lh: Vec<f32>,
    /// Its phase in radians.
    pub phase: Vec<f32>,
    /// Log-magnitude of the noise.
    pub ln: Vec<f32>,
    /// Log-magnitude of the part of free phase.
    pub lr: Vec<f32>,
    /// Its phase in radians.
    pub phi: Vec<f32>,
    /// The pitch in Hz, one value for each frame.
    pub f0: Vec<f32>,
    /// For each phoneme, the frame after its last one.
    pub ends: Vec<usize>,
}
