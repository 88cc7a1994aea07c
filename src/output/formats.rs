//! The encoder for each format.

use super::encoder::Encoder;
use super::file::{Destination, FileError};
use super::flac::Flac;
use super::format::Format;
use super::opus::Opus;
use super::outside::{self, Outside};
use super::wav::Wav;
use crate::speech::process::is_installed;

/// The encoder that writes `destination`, at so many kbit/s if that is asked for.
///
/// # Errors
/// When the format has no bitrate, or nothing is there that writes it.
pub fn encoder(destination: Destination, bitrate: Option<u32>) -> Result<Box<dyn Encoder>, FileError> {
    let format = destination.format();
    if bitrate.is_some() && format.is_lossless() {
        return Err(FileError::NoBitrate(format));
    }
    Ok(match format {
        Format::Wav => Box::new(Wav::new(destination)),
        Format::Opus => Box::new(Opus::new(destination, bitrate)),
        Format::Flac => Box::new(Flac::new(destination)),
        Format::Mp3 | Format::M4a | Format::M4b => Box::new(Outside::start(destination, bitrate)?),
    })
}

/// Whether the program is there that a format needs, if it needs one.
pub fn can_write(format: Format) -> bool {
    outside::programs(format).is_empty()
        || outside::programs(format).iter().any(|program| is_installed(program))
}
