//! Vorbis with more than two channels, decoded by lewton: symphonia (0.5.5 and 0.6.1) undoes the coupling
//! of channels in the wrong order, so that two coupled pairs get mixed up.

use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{IdentHeader, SetupHeader, read_header_ident, read_header_setup};
use symphonia::core::audio::{AsAudioBufferRef, AudioBuffer, AudioBufferRef, Signal, SignalSpec};
use symphonia::core::codecs::{
    CODEC_TYPE_VORBIS, CodecDescriptor, CodecParameters, Decoder, DecoderOptions, FinalizeResult,
};
use symphonia::core::errors::{Result, decode_error, unsupported_error};
use symphonia::core::formats::Packet;
use symphonia::core::support_codec;

use super::downmix::{usual, vorbis_place};

/// The length of the identification header; the setup header follows it.
const IDENTIFICATION: usize = 30;
/// The length of the longest Vorbis block in samples; half of them are output.
const LONGEST: u64 = 8_192;

/// One Vorbis stream.
pub(crate) struct SurroundVorbis {
    parameters: CodecParameters,
    identification: IdentHeader,
    setup: SetupHeader,
    window: PreviousWindowRight,
    decoded: AudioBuffer<f32>,
}

impl Decoder for SurroundVorbis {
    fn try_new(parameters: &CodecParameters, _: &DecoderOptions) -> Result<Self> {
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
        let spec = SignalSpec::new(identification.audio_sample_rate, layout);
        let mut parameters = parameters.clone();
        parameters.with_sample_rate(spec.rate).with_channels(layout);
        Ok(Self {
            parameters,
            identification,
            setup,
            window: PreviousWindowRight::new(),
            decoded: AudioBuffer::new(LONGEST, spec),
        })
    }

    fn supported_codecs() -> &'static [CodecDescriptor] {
        &[support_codec!(CODEC_TYPE_VORBIS, "vorbis", "Vorbis")]
    }

    fn reset(&mut self) {
        self.window = PreviousWindowRight::new();
        self.decoded.clear();
    }

    fn codec_params(&self) -> &CodecParameters {
        &self.parameters
    }

    fn decode(&mut self, packet: &Packet) -> Result<AudioBufferRef<'_>> {
        self.decoded.clear();
        let planes: std::result::Result<Vec<Vec<f32>>, _> =
            read_audio_packet_generic(&self.identification, &self.setup, packet.buf(), &mut self.window);
        let Ok(planes) = planes else { return decode_error("vorbis: a packet is broken") };
        let frames = planes.first().map_or(0, Vec::len).min(LONGEST as usize);
        self.decoded.render_reserved(Some(frames));
        for (number, plane) in planes.iter().enumerate() {
            let out = self.decoded.chan_mut(vorbis_place(planes.len(), number));
            out.iter_mut().zip(plane).for_each(|(out, sample)| *out = *sample);
        }
        self.decoded.trim(packet.trim_start() as usize, packet.trim_end() as usize);
        Ok(self.decoded.as_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> AudioBufferRef<'_> {
        self.decoded.as_audio_buffer_ref()
    }
}
