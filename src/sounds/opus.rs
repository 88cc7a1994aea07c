//! Opus decoding for symphonia, which finds the packets in Ogg, MP4, Matroska and CAF but has no Opus
//! decoder: opus-pure, a port of libopus without C.

use opus_pure::{ChannelLayout, MAX_PACKET_SAMPLES, OpusMSDecoder};
use symphonia::core::audio::{
    AsGenericAudioBufferRef, AudioBuffer, AudioMut, AudioSpec, Channels, GenericAudioBufferRef,
};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, FinalizeResult};
use symphonia::core::errors::{Result, decode_error, unsupported_error};
use symphonia::core::formats::Track;
use symphonia::core::packet::PacketRef;

use super::downmix::{usual, vorbis_place};
use super::length::length_of;
use crate::units::{Frames, SampleRate};

/// Opus always uses this clock, whatever was encoded.
const RATE: u32 = 48_000;
/// What symphonia asks every decoder.
const INFO: CodecInfo = CodecInfo { short_name: "opus", long_name: "Opus", profiles: &[] };

/// The identification header of a stream (RFC 7845, 5.1).
#[derive(Debug, PartialEq, Eq)]
struct Head {
    channels: usize,
    /// Frames at 48 kHz to be dropped at the beginning.
    pre_skip: usize,
    /// The gain for all decoded sound, in 1/256 dB.
    gain: i16,
    /// How channels are mapped to streams: 0 is mono or stereo, 1 is Vorbis's order.
    family: u8,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let fields = bytes.strip_prefix(b"OpusHead")?;
        let (version, rest) = fields.split_first()?;
        let [channels, skip_0, skip_1, _, _, _, _, gain_0, gain_1, family, ..] = *rest else { return None };
        // MP4 has the same fields in the other byte order, with version 0.
        let (skip, gain) = match version {
            0 => (u16::from_be_bytes([skip_0, skip_1]), i16::from_be_bytes([gain_0, gain_1])),
            _ => (u16::from_le_bytes([skip_0, skip_1]), i16::from_le_bytes([gain_0, gain_1])),
        };
        let layout = ChannelLayout::surround(usize::from(channels), family).ok()?;
        // Other mappings would be heard from the wrong loudspeakers.
        if family != 0 {
            let (streams, coupled, mapping) =
                (layout.nb_streams as u8, layout.nb_coupled_streams as u8, layout.mapping.as_slice());
            let declared = rest.get(10..12 + usize::from(channels))?;
            if declared[..2] != [streams, coupled] || declared[2..] != *mapping {
                return None;
            }
        }
        Some(Self { channels: usize::from(channels), pre_skip: usize::from(skip), gain, family })
    }
}

/// One Opus stream.
pub(crate) struct OpusDecoder {
    parameters: AudioCodecParameters,
    head: Head,
    decoder: OpusMSDecoder,
    interleaved: Vec<f32>,
    decoded: AudioBuffer<f32>,
    /// Frames still to be dropped.
    skip: usize,
    /// Frames that may still come before the end, if the container gives the end in frames.
    left: Option<u64>,
}

impl OpusDecoder {
    /// # Errors
    /// When the header is broken, or maps its channels in an unusual way.
    pub(crate) fn new(parameters: &AudioCodecParameters, track: &Track) -> Result<Self> {
        let Some(head) = parameters.extra_data.as_deref().and_then(Head::read) else {
            return unsupported_error("opus: a header without a usual order of channels");
        };
        let decoder = OpusMSDecoder::new(RATE as i32, head.channels, head.family);
        let (Some(layout), Ok(mut decoder)) = (usual(head.channels), decoder) else {
            return unsupported_error("opus: so many channels");
        };
        decoder.streams_mut().iter_mut().for_each(|stream| stream.gain_q8 = i32::from(head.gain));
        let spec = AudioSpec::new(RATE, Channels::Positioned(layout));
        let mut parameters = parameters.clone();
        parameters.with_sample_rate(RATE).with_channels(spec.channels().clone());
        Ok(Self {
            left: told_frames(track, head.pre_skip as u64),
            parameters,
            decoder,
            interleaved: vec![0.0; MAX_PACKET_SAMPLES * head.channels],
            decoded: AudioBuffer::new(spec, MAX_PACKET_SAMPLES),
            skip: head.pre_skip,
            head,
        })
    }

    /// Decodes one packet into `decoded`, without the frames to be dropped at either end.
    fn fill(&mut self, packet: &PacketRef<'_>) -> Result<()> {
        self.decoded.clear();
        let Ok(frames) = self.decoder.decode(packet.data, MAX_PACKET_SAMPLES, &mut self.interleaved) else {
            return decode_error("opus: a packet is broken");
        };
        let channels = self.head.channels;
        self.decoded.resize_with_silence(frames);
        for number in 0..channels {
            let samples = self.interleaved[..frames * channels].iter().skip(number).step_by(channels);
            if let Some(plane) = self.decoded.plane_mut(vorbis_place(channels, number)) {
                plane.iter_mut().zip(samples).for_each(|(out, sample)| *out = *sample);
            }
        }
        let start = self.skip.min(frames);
        self.skip -= start;
        // The encoder padded the last packet (RFC 7845, 4.4).
        let kept = (frames - start) as u64;
        let end = self.left.map_or(0, |left| kept.saturating_sub(left)) as usize;
        self.left = self.left.map(|left| left.saturating_sub(kept));
        self.decoded.trim(start, end.max(packet.trim_end.get() as usize));
        Ok(())
    }
}

/// The frames that the container tells, without those to be dropped at the beginning. Ogg and CAF tell both; MP4 counts
/// them together, on a clock of its own.
fn told_frames(track: &Track, pre_skip: u64) -> Option<u64> {
    if track.delay.is_some() {
        return track.num_frames;
    }
    let time = length_of(track)?;
    Frames::at(time, SampleRate::HZ_48000).0.checked_sub(pre_skip)
}

impl AudioDecoder for OpusDecoder {
    fn reset(&mut self) {
        // This is called only after a seek, which does not go to the beginning.
        (self.skip, self.left) = (0, None);
        let _ = self.decoder.reset_state(); // a decoder that was made once can be made again
        self.decoded.clear();
    }

    fn codec_info(&self) -> &CodecInfo {
        &INFO
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.parameters
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.fill(packet)?;
        Ok(self.decoded.as_generic_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
        self.decoded.as_generic_audio_buffer_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_in_the_byte_order_of_its_container() {
        let ogg = *b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\xfe\x00";
        let head = Head { channels: 2, pre_skip: 312, gain: -512, family: 0 };
        assert_eq!(Head::read(&ogg), Some(head));
        let mp4 = *b"OpusHead\x00\x02\x01\x38\x00\x00\xbb\x80\xfe\x00\x00";
        assert_eq!(Head::read(&mp4), Head::read(&ogg));
    }

    #[test]
    fn a_header_that_is_cut_off_or_of_another_order_is_refused() {
        let whole = *b"OpusHead\x01\x06\x38\x01\x80\xbb\x00\x00\x00\x00\x01\x04\x02\x00\x04\x01\x02\x03\x05";
        assert_eq!(Head::read(&whole).map(|head| head.channels), Some(6));
        for length in 0..whole.len() {
            assert_eq!(Head::read(&whole[..length]), None, "{length} bytes");
        }
        let mut other = whole;
        other[25] = 0;
        assert_eq!(Head::read(&other), None, "another order");
        other = whole;
        other[18] = 255;
        assert_eq!(Head::read(&other), None, "channels without places");
    }
}
