//! The three voices that one model makes: as it is, and two that are deeper. Ten sentences and ten numbers
//! each were measured and listened to by recognisers: a deeper voice costs no word, and 0.06 of DNSMOS at
//! most.

use super::signal::RATE;
use crate::units::SampleRate;

/// How the model's voice is made to sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timbre {
    /// Its name behind the colon of `natural:low`; empty for the model's own.
    pub name: &'static str,
    /// What its samples are called, in Hz: fewer than the model's own [`RATE`] make a larger head. The model
    /// speaks faster by as much, so that the pace stays.
    rate: SampleRate,
    /// Its pitch beside the model's own, besides what the rate does.
    pub pitch: f32,
    /// The measured quality: DNSMOS overall, 1 to 5, the mean of ten sentences with a standard error of 0.03.
    /// Other voices were measured so: espeak-ng has 3.2, flite 2.6 to 3.3.
    pub quality: f32,
}

/// 24,000 Hz, the model's own rate. Unwrapped while compiling, when it is seen not to be 0.
const OWN_RATE: SampleRate = SampleRate::new(RATE).unwrap();
/// 0.84 of it.
const LOWER_RATE: SampleRate = SampleRate::new(RATE / 100 * 84).unwrap();

impl Timbre {
    /// The model's own voice: a pitch of about 195 Hz.
    pub(crate) const PLAIN: Self = Self { name: "", rate: OWN_RATE, pitch: 1.0, quality: 3.32 };
    /// A larger head: about 164 Hz.
    pub(crate) const LOW: Self = Self { name: "low", rate: LOWER_RATE, pitch: 1.0, quality: 3.26 };
    /// Besides, a lower voice in it: about 123 Hz.
    pub(crate) const DEEP: Self = Self { name: "deep", rate: LOWER_RATE, pitch: 0.75, quality: 3.27 };
    /// All of them, the unchanged one first.
    pub(crate) const ALL: [Self; 3] = [Self::PLAIN, Self::LOW, Self::DEEP];

    /// The rate of its samples.
    pub(crate) fn rate(self) -> SampleRate {
        self.rate
    }

    /// How much faster than it is heard the model speaks.
    pub(super) fn hurry(self) -> f32 {
        RATE as f32 / self.rate.hz() as f32
    }
}
