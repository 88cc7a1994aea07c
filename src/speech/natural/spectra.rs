//! What lies between the model and the samples: spectra and pitch, frame by frame.

/// Samples under one window.
pub(crate) const WINDOW: usize = 1_200;
/// Bins of the spectrum of a window.
pub(crate) const BINS: usize = WINDOW / 2 + 1;

/// What the model says of an utterance. Parts are stored by bin: `frames` values for each of
/// [`BINS`] bins.
pub(crate) struct Spectra {
    /// How many frames of 12.5 ms.
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
    /// The pitch in Hz, one value a frame.
    pub f0: Vec<f32>,
    /// The frame after the last one of each phoneme.
    pub ends: Vec<usize>,
}
