//! Vorbis with more than two channels, decoded by lewton: symphonia (0.6.1) undoes the coupling of channels in
//! the wrong order, so that two coupled pairs get mixed up.

use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{IdentHeader, SetupHeader, read_header_ident, read_header_setup};
use symphonia::core::audio::{
    AsGenericAudioBufferRef, AudioBuffer, AudioMut, AudioSpec, Channels, GenericAudioBufferRef,
};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, FinalizeResult};
use symphonia::core::errors::{Result, decode_error, unsupported_error};
use symphonia::core::packet::PacketRef;

use super::downmix::{usual, vorbis_place};

/// The length of the identification header; the setup header follows it.
const IDENTIFICATION: usize = 30;
/// The length of the longest Vorbis block in samples; half of them are output.
const LONGEST: usize = 8_192;
/// What symphonia asks every decoder.
const INFO: CodecInfo = CodecInfo { short_name: "vorbis", long_name: "Vorbis", profiles: &[] };

/// One Vorbis stream.
pub(crate) struct SurroundVorbis {
    parameters: AudioCodecParameters,
    identification: IdentHeader,
    setup: SetupHeader,
    window: PreviousWindowRight,
    decoded: AudioBuffer<f32>,
}

impl SurroundVorbis {
    /// # Errors
    /// When the headers are broken, or there are more than eight channels.
    pub(crate) fn new(parameters: &AudioCodecParameters) -> Result<Self> {
        let headers =
            parameters.extra_data.as_deref().and_then(|bytes| bytes.split_at_checked(IDENTIFICATION));
        let Some((identification, setup)) = headers else {
            return unsupported_error("vorbis: no headers");
        };
        let Ok(identification) = read_header_ident(identification) else {
            return unsupported_error("vorbis: a broken header");
        };
        let channels = identification.audio_channels;
        let sizes = (identification.blocksize_0, identification.blocksize_1);
        let setup = read_header_setup(setup, channels, sizes);
        let (Some(layout), Ok(setup)) = (usual(usize::from(channels)), setup) else {
            return unsupported_error("vorbis: so many channels");
        };
        let (rate, channels) = (identification.audio_sample_rate, Channels::Positioned(layout));
        let mut parameters = parameters.clone();
        parameters.with_sample_rate(rate).with_channels(channels.clone());
        Ok(Self {
            parameters,
            identification,
            setup,
            window: PreviousWindowRight::new(),
            decoded: AudioBuffer::new(AudioSpec::new(rate, channels), LONGEST),
        })
    }
}

impl AudioDecoder for SurroundVorbis {
    fn reset(&mut self) {
        self.window = PreviousWindowRight::new();
        self.decoded.clear();
    }

    fn codec_info(&self) -> &CodecInfo {
        &INFO
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.parameters
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.decoded.clear();
        let planes: std::result::Result<Vec<Vec<f32>>, _> =
            read_audio_packet_generic(&self.identification, &self.setup, packet.data, &mut self.window);
        let Ok(planes) = planes else { return decode_error("vorbis: a packet is broken") };
        let frames = planes.first().map_or(0, Vec::len).min(LONGEST);
        self.decoded.resize_with_silence(frames);
        for (number, plane) in planes.iter().enumerate() {
            if let Some(out) = self.decoded.plane_mut(vorbis_place(planes.len(), number)) {
                out.iter_mut().zip(plane).for_each(|(out, sample)| *out = *sample);
            }
        }
        self.decoded.trim(packet.trim_start.get() as usize, packet.trim_end.get() as usize);
        Ok(self.decoded.as_generic_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
        self.decoded.as_generic_audio_buffer_ref()
    }
}
