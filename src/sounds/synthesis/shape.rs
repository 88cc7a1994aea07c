//! The colours of noise, as amplitudes at a frequency in Hz, and how far a sound leans to one side.

use crate::units::Frame;

/// Falls by 3 dB an octave.
pub(crate) fn pink(hz: f32) -> f32 {
    hz.sqrt().recip()
}

/// Falls by 6 dB an octave above the corner.
pub(crate) fn below(hz: f32, corner: f32) -> f32 {
    (1.0 + (hz / corner).powi(2)).sqrt().recip()
}

/// Falls by 6 dB an octave below the corner.
pub(crate) fn above(hz: f32, corner: f32) -> f32 {
    (1.0 + (corner / hz).powi(2)).sqrt().recip()
}

/// Falls by 6 dB an octave on both sides of the centre, the narrower the higher `q` is.
pub(crate) fn around(hz: f32, centre: f32, q: f32) -> f32 {
    (1.0 + (q * (hz / centre - centre / hz)).powi(2)).sqrt().recip()
}

/// From 0 to 1 while `x` does, slow at both ends.
pub(crate) fn ease(x: f64) -> f32 {
    (std::f64::consts::FRAC_PI_2 * x.clamp(0.0, 1.0)).sin().powi(2) as f32
}

/// The amplitudes of both sides at a level in dB, leaning from -1 (left) to 1, at equal power.
pub(crate) fn leaning(level: f32, side: f32) -> Frame {
    let angle = std::f32::consts::FRAC_PI_4 * (1.0 + side.clamp(-1.0, 1.0));
    let gain = std::f32::consts::SQRT_2 * amplitude(level);
    [gain * angle.cos(), gain * angle.sin()]
}

/// The amplitude of a level in dB.
pub(crate) fn amplitude(level: f32) -> f32 {
    10f32.powf(level / 20.0)
}
