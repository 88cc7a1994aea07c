//! Chooses the decoder for a track, or the message if there is none.

use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::codecs::audio::{
    AudioCodecParameters, AudioDecoder, AudioDecoderOptions, CODEC_ID_NULL_AUDIO,
};
use symphonia::core::errors::{Error, Result};
use symphonia::core::formats::Track;
use symphonia::default::get_codecs;

use super::opus::OpusDecoder;
use super::vorbis::SurroundVorbis;

/// The first track whose sound can be decoded.
pub(crate) fn choose(tracks: &[Track]) -> std::result::Result<(u32, Box<dyn AudioDecoder>), &'static str> {
    let mut problem = "it holds no sound";
    for track in tracks {
        let Some(parameters) = track.codec_params.as_ref().and_then(|parameters| parameters.audio()) else {
            continue;
        };
        match decoder(parameters, track) {
            Ok(decoder) => return Ok((track.id, decoder)),
            Err(_) if parameters.codec == CODEC_ID_NULL_AUDIO => {}
            // AAC is the only codec of which some variants can't be decoded.
            Err(_) if parameters.codec == CODEC_ID_AAC => {
                problem = "of AAC only the usual kind (LC) with one or two channels is decoded";
            }
            Err(_) => problem = "its sound is coded in a way that supine does not know",
        }
    }
    if problem == "it holds no sound" && !tracks.is_empty() {
        problem = "it holds no sound, or sound that is coded in a way that supine does not know";
    }
    Err(problem)
}

fn decoder(parameters: &AudioCodecParameters, track: &Track) -> Result<Box<dyn AudioDecoder>> {
    if parameters.codec == CODEC_ID_OPUS {
        return Ok(Box::new(OpusDecoder::new(parameters, track)?));
    }
    // It looks at the sizes that are told in headers, which lewton takes for granted.
    let decoder = get_codecs().make_audio_decoder(parameters, &AudioDecoderOptions::default())?;
    let is_surround = parameters.channels.as_ref().is_some_and(|channels| channels.count() > 2);
    if parameters.codec == CODEC_ID_VORBIS && is_surround {
        return Ok(Box::new(SurroundVorbis::new(parameters)?));
    }
    Ok(decoder)
}

/// symphonia's message, as the end of a sentence about a file.
pub(crate) fn words(error: &Error) -> String {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "it is no music that supine knows, or breaks off at once".to_owned()
        }
        Error::IoError(error) => format!("it can't be read ({error})"),
        Error::Unsupported(text) if text.starts_with("core (probe)") => {
            "it is no music that supine knows".to_owned()
        }
        Error::Unsupported(_) => "it is of a kind that supine does not know".to_owned(),
        error => format!("it is broken ({error})"),
    }
}
