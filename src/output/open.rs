//! Opens the output of a session.

#[cfg(feature = "device")]
use super::device::Device;
use super::{FakeOutput, Output, OutputError};
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
