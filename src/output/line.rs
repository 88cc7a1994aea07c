//! The line to the sound device, through cpal. rodio's own mixer asks for each sample by itself, from source to source,
//! which costs more than all that supine mixes; a session has one source, so its blocks go into the device's buffer as
//! they are.

use std::sync::Arc;

use rodio::cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use rodio::cpal::{
    BufferSize, Device, Error, ErrorKind, I24, SampleFormat, Stream, StreamConfig, SupportedStreamConfig,
    U24, default_host,
};

use super::source::{MixerSource, Playing, Rendering};
use crate::mixer::Mixer;
use crate::units::SampleRate;

/// Mixers on their way to the callback: one plays, and another may take its place before that was noticed.
const COMING: usize = 2;

/// An open line to the default device, silent until a mixer is played.
pub(super) struct Line {
    _stream: Stream,
    coming: rtrb::Producer<MixerSource>,
    rate: SampleRate,
}

impl Line {
    /// Opens the default device at its own rate, with periods of so many frames, or else with those that it wants.
    /// `errors` gives a callback for each attempt.
    ///
    /// # Errors
    /// Why it can't be opened, as a clause. The system's own words name functions of its library, and help nobody.
    pub(super) fn open<E>(period: u32, errors: impl Fn() -> E) -> Result<Self, &'static str>
    where
        E: FnMut(Error) + Send + 'static,
    {
        let device = default_host().default_output_device().ok_or("there is none")?;
        let config =
            device.default_output_config().map_err(|_| "the system names one that does not answer")?;
        let open = |buffer| Self::with_buffer(&device, &config, buffer, errors());
        let opened = open(BufferSize::Fixed(period)).or_else(|_| open(BufferSize::Default));
        opened.map_err(|error| match error.kind() {
            ErrorKind::DeviceBusy => "another program has it",
            ErrorKind::PermissionDenied => "this user may not use it",
            _ => "the system refuses to open it",
        })
    }

    fn with_buffer(
        device: &Device,
        config: &SupportedStreamConfig,
        buffer_size: BufferSize,
        errors: impl FnMut(Error) + Send + 'static,
    ) -> Result<Self, Error> {
        let (coming, playing) = rtrb::RingBuffer::new(COMING);
        let playing = Playing::new(playing, usize::from(config.channels()));
        let asked = StreamConfig { buffer_size, ..config.config() };
        let stream = built(device, asked, config.sample_format(), playing, errors)?;
        stream.play()?;
        let rate = SampleRate::new(config.sample_rate()).unwrap_or(SampleRate::HZ_48000);
        Ok(Self { _stream: stream, coming, rate })
    }

    /// The device's rate.
    pub(super) fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Plays a mixer from now on.
    pub(super) fn play(&mut self, mixer: Mixer, rendering: &Arc<Rendering>) {
        // A callback that takes none has stopped, and then the device counts as lost.
        let _ = self.coming.push(MixerSource::new(mixer, self.rate, rendering));
    }
}

/// A stream whose samples are of the device's format.
fn built(
    device: &Device,
    config: StreamConfig,
    format: SampleFormat,
    mut playing: Playing,
    errors: impl FnMut(Error) + Send + 'static,
) -> Result<Stream, Error> {
    macro_rules! of_format {
        ($($format:ident, $sample:ty);+) => {
            match format {
                $(SampleFormat::$format => device.build_output_stream::<$sample, _, _>(
                    config,
                    move |out, _| playing.fill(out),
                    errors,
                    None,
                ),)+
                _ => Err(Error::with_message(ErrorKind::UnsupportedConfig, "its samples are of an unknown kind")),
            }
        };
    }
    of_format!(
        F32, f32; F64, f64; I8, i8; I16, i16; I24, I24; I32, i32; I64, i64; U8, u8; U16, u16; U24, U24; U32, u32;
        U64, u64
    )
}
