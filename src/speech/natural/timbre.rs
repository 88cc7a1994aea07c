//! The three voices of one model: the model's own, and two deeper ones. Ten sentences and ten numbers were
//! measured and given to speech recognisers for each: a deeper voice costs no word, and at most 0.06 of
//! DNSMOS.

use super::signal::RATE;
use crate::units::SampleRate;

/// How the model's voice is changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timbre {
    /// Its name after the colon of `natural:low`; empty for the model's own.
    pub name: &'static str,
    /// The rate that its samples are labelled with, in Hz: less than the model's own [`RATE`] makes it
    /// sound like a larger head. The model speaks faster by the same ratio, so that the pace stays.
    rate: SampleRate,
    /// Its pitch as a ratio to the model's own, not counting the effect of the rate.
    pub pitch: f32,
    /// The measured quality: DNSMOS overall, from 1 to 5, the mean of ten sentences with a standard error
    /// of 0.03. Other voices measured in the same way: espeak-ng 3.2, flite 2.6 to 3.3.
    pub quality: f32,
}

/// 24,000 Hz, the model's own rate. The compiler evaluates the unwrap, and the rate is not 0.
const OWN_RATE: SampleRate = SampleRate::new(RATE).unwrap();
/// 0.84 of the model's own rate.
const LOWER_RATE: SampleRate = SampleRate::new(RATE / 100 * 84).unwrap();

impl Timbre {
    /// The model's own voice: a pitch of about 195 Hz.
    pub(crate) const PLAIN: Self = Self { name: "", rate: OWN_RATE, pitch: 1.0, quality: 3.32 };
    /// A larger head: about 164 Hz.
    pub(crate) const LOW: Self = Self { name: "low", rate: LOWER_RATE, pitch: 1.0, quality: 3.26 };
    /// A larger head and a lower pitch: about 123 Hz.
    pub(crate) const DEEP: Self = Self { name: "deep", rate: LOWER_RATE, pitch: 0.75, quality: 3.27 };
    /// All of them, the unchanged one first.
    pub(crate) const ALL: [Self; 3] = [Self::PLAIN, Self::LOW, Self::DEEP];

    /// The rate of its samples.
    pub(crate) fn rate(self) -> SampleRate {
        self.rate
    }

    /// How much faster the model speaks than it is heard.
    pub(super) fn hurry(self) -> f32 {
        RATE as f32 / self.rate.hz() as f32
    }
}
