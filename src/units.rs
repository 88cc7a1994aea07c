//! Quantities with their units: times, frames, sample rates, decibels. Every conversion between
//! seconds, frames and amplitudes happens here.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::signs::typed;

/// Samples per second and channel, in Hz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleRate(NonZeroU32);

impl SampleRate {
    /// The rate of the built-in sounds and of a rendered file.
    pub const HZ_48000: Self = Self(NonZeroU32::new(48_000).unwrap());

    /// A rate in Hz; `None` for zero.
    pub(crate) const fn new(hz: u32) -> Option<Self> {
        match NonZeroU32::new(hz) {
            Some(hz) => Some(Self(hz)),
            None => None,
        }
    }

    /// The rate in Hz.
    pub const fn hz(self) -> u32 {
        self.0.get()
    }
}

/// A length of time as people write it: "45s", "10min", "1h30m".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub Duration);

impl std::str::FromStr for Time {
    type Err = String;

    /// Reads hours, minutes and seconds, each with its unit; the last may have a fraction.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time =
            typed(text).parse::<jiff::SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
        time.map(Self).ok_or_else(|| {
            format!("`{text}` is not a time: write numbers with units, such as 45s, 10min or 1h30m")
        })
    }
}

impl std::fmt::Display for Time {
    /// Writes the form that is read as the same time, such as "10min", "1h30min" or "1.5s".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (minutes, seconds) = (self.0.as_secs() / 60, self.0.as_secs() % 60);
        for (number, unit) in [(minutes / 60, "h"), (minutes % 60, "min")] {
            if number > 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        match self.0.subsec_nanos() {
            0 if seconds == 0 && minutes > 0 => Ok(()),
            0 => write!(f, "{seconds}s"),
            nanos => write!(f, "{}s", format!("{seconds}.{nanos:09}").trim_end_matches('0')),
        }
    }
}

/// A position or a length in frames (one frame is one sample per channel).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frames(pub u64);

impl Frames {
    /// No frames.
    pub(crate) const ZERO: Self = Self(0);
    /// Later than anything that will ever be played.
    pub(crate) const NEVER: Self = Self(u64::MAX);

    /// The frame nearest to an absolute offset. It is rounded only once: convert absolute offsets, never
    /// sums of rounded lengths.
    pub(crate) fn at(offset: Duration, rate: SampleRate) -> Self {
        let scaled = offset.as_nanos() * u128::from(rate.hz());
        let frames = (scaled + 500_000_000) / 1_000_000_000;
        Self(u64::try_from(frames).unwrap_or(u64::MAX))
    }

    /// The offset of this frame, rounded to the nearest nanosecond.
    pub(crate) fn to_duration(self, rate: SampleRate) -> Duration {
        let hz = u128::from(rate.hz());
        let nanos = (u128::from(self.0) * 1_000_000_000 + hz / 2) / hz;
        let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(u64::MAX);
        // The remainder is below 1e9, so it fits.
        Duration::new(seconds, (nanos % 1_000_000_000) as u32)
    }

    /// The offset of this frame in seconds.
    pub fn to_seconds(self, rate: SampleRate) -> f64 {
        self.0 as f64 / f64::from(rate.hz())
    }

    /// `self - other`, or zero.
    pub(crate) fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::ops::Add for Frames {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// A gain or a level in decibels; as a gain, 0 is unity.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Decibels(pub f32);

impl Decibels {
    /// Unity gain.
    pub(crate) const UNITY: Self = Self(0.0);
    /// Treated as no sound at all: 96 dB is the range of a 16-bit file.
    pub(crate) const SILENCE: Self = Self(-96.0);

    /// The amplitude factor, `10^(dB/20)`; zero at [`Decibels::SILENCE`] and below.
    pub(crate) fn amplitude(self) -> f32 {
        if self.0 <= Self::SILENCE.0 { 0.0 } else { self.factor() }
    }

    /// The factor, `10^(dB/20)`, however small: a sound may be that far above full scale.
    pub(crate) fn factor(self) -> f32 {
        10f32.powf(self.0 / 20.0)
    }

    /// The level of an amplitude; [`Decibels::SILENCE`] for zero.
    pub(crate) fn of_amplitude(amplitude: f32) -> Self {
        Self((20.0 * amplitude.abs().log10()).max(Self::SILENCE.0))
    }
}

impl std::ops::Add for Decibels {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Decibels {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

/// One stereo frame: left, right. Full scale is ±1.
pub type Frame = [f32; 2];

/// Whether this can be a sample: a number no larger than an integer of 32 bits, in case its full scale is theirs. A filter
/// would never recover from others, and rubato panics on them.
pub(crate) fn is_sample(value: f32) -> bool {
    value.abs() <= 2f32.powi(31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_offset_is_rounded_to_the_nearest_frame() {
        let rate = SampleRate::HZ_48000;
        assert_eq!(Frames::at(Duration::from_millis(1), rate), Frames(48));
        assert_eq!(Frames::at(Duration::from_nanos(10_416), rate), Frames(0));
        assert_eq!(Frames::at(Duration::from_nanos(10_417), rate), Frames(1));
    }

    #[test]
    fn minus_six_decibels_is_about_half() {
        assert!((Decibels(-6.02).amplitude() - 0.5).abs() < 1e-3);
        assert_eq!(Decibels::SILENCE.amplitude(), 0.0);
    }

    #[test]
    fn a_time_is_a_number_with_a_unit() {
        let seconds = |text: &str| text.parse::<Time>().map(|time| time.0.as_secs_f64());
        for (text, wanted) in [
            ("45s", 45.0),
            ("10min", 600.0),
            ("10 minutes", 600.0),
            ("1h30m", 5400.0),
            ("1.5s", 1.5),
            ("0s", 0.0),
        ] {
            assert_eq!(seconds(text), Ok(wanted), "{text}");
        }
        for text in ["", "10", "-5s", "1.5", "ten minutes", "3d", "99999999999999999999h"] {
            assert!(seconds(text).is_err_and(|message| message.contains("10min")), "{text}");
        }
        for (ms, written) in [(5_400_000, "1h30min"), (600_000, "10min"), (61_500, "1min1.5s"), (0, "0s")] {
            assert_eq!(Time(Duration::from_millis(ms)).to_string(), written);
        }
    }

    proptest! {
        #[test]
        fn a_time_is_read_as_it_was_written(nanos in 0u64..1_000_000_000 * 86_400, whole in any::<bool>()) {
            let time = Time(if whole { Duration::from_secs(nanos / 1_000_000_000) } else { Duration::from_nanos(nanos) });
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }

        #[test]
        fn a_frame_survives_the_way_to_nanoseconds_and_back(
            frame in 0u64..48_000 * 86_400, hz in prop::sample::select(vec![8_000u32, 22_050, 44_100, 48_000, 96_000, 192_000])
        ) {
            let rate = SampleRate::new(hz).unwrap();
            prop_assert_eq!(Frames::at(Frames(frame).to_duration(rate), rate), Frames(frame));
        }

        #[test]
        fn the_hundredth_count_is_as_exact_as_the_first(n in 1u32..1000, beat_ns in 1u64..5_000_000_000) {
            let rate = SampleRate::new(44_100).unwrap();
            let exact = u64::from(n) as f64 * beat_ns as f64 * 44_100.0 / 1e9;
            let frames = Frames::at(Duration::from_nanos(beat_ns) * n, rate).0 as f64;
            prop_assert!((frames - exact).abs() <= 0.51);
        }
    }
}
