//! Opens the output of a session.

use std::path::Path;

#[cfg(feature = "device")]
use super::device::Device;
use super::fake::FakeOutput;
use super::{Output, OutputError};
use crate::units::SampleRate;

/// Opens the output that a session is heard on.
///
/// # Errors
/// When there is no device.
pub fn open(fake: bool) -> Result<Box<dyn Output>, OutputError> {
    if fake {
        return Ok(Box::new(FakeOutput::new(SampleRate::HZ_48000)));
    }
    #[cfg(feature = "device")]
    return Ok(Box::new(Device::open()?));
    #[cfg(not(feature = "device"))]
    Err(OutputError::NotBuiltIn)
}

/// Opens an output without a device, which writes what is heard into a WAV file, as fast as it can.
///
/// # Errors
/// When the file can't be made.
pub fn record(file: &Path) -> Result<Box<dyn Output>, OutputError> {
    Ok(Box::new(FakeOutput::recording(SampleRate::HZ_48000, file)?))
}
