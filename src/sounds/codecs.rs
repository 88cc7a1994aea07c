//! Chooses the decoder for a track, or the message if there is none.

use std::sync::LazyLock;

use symphonia::core::codecs::{
    CODEC_TYPE_AAC, CODEC_TYPE_NULL, CODEC_TYPE_VORBIS, CodecRegistry, Decoder, DecoderOptions,
};
use symphonia::core::errors::Error;
use symphonia::core::formats::Track;

use super::opus::OpusDecoder;
use super::vorbis::SurroundVorbis;

static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut codecs);
    codecs.register_all::<OpusDecoder>();
    codecs
});

/// The first track whose sound can be decoded.
pub(crate) fn choose(tracks: &[Track]) -> Result<(u32, Box<dyn Decoder>), &'static str> {
    let mut problem = "it holds no sound";
    for track in tracks.iter().filter(|track| track.codec_params.codec != CODEC_TYPE_NULL) {
        let (parameters, options) = (&track.codec_params, DecoderOptions::default());
        let is_surround = parameters.channels.is_some_and(|channels| channels.count() > 2);
        let made = match parameters.codec {
            CODEC_TYPE_VORBIS if is_surround => {
                SurroundVorbis::try_new(parameters, &options).map(|made| Box::new(made) as Box<dyn Decoder>)
            }
            _ => CODECS.make(parameters, &options),
        };
        match made {
            Ok(decoder) => return Ok((track.id, decoder)),
            // AAC is the only codec of which some variants can't be decoded.
            Err(_) if track.codec_params.codec == CODEC_TYPE_AAC => {
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
