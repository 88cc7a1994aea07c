//! The data of the natural voice, compiled into the program.

use std::io::{Read, Result};

use flate2::read::GzDecoder;

macro_rules! asset {
    ($name:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/voices/heart/", $name)
    };
}

pub(crate) static ACOUSTIC: &[u8] = include_bytes!(asset!("heart.onnx"));
pub(crate) static VOCABULARY: &str = include_str!(asset!("vocab.json"));
pub(crate) static TAGGER: &[u8] = include_bytes!(asset!("tagger.onnx"));
/// Aligned, so that the weights can be read where they lie.
pub(crate) static TAGGER_WEIGHTS: &[u8] =
    rten::include_external_data!("../../../voices/heart/tagger.onnx.data");
pub(crate) static TAGS: &str = include_str!(asset!("tags.txt"));
pub(crate) static UNKNOWN: &[u8] = include_bytes!(asset!("unknown.onnx"));
pub(crate) static LETTERS: &str = include_str!(asset!("unknown.json"));
/// The SHA-256 of each of these files.
pub(crate) static CHECKSUMS: &str = include_str!(asset!("SHA256SUMS"));

/// What `build.rs` has packed.
macro_rules! packed {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

/// The weights of the acoustic model: 7 MB, for as long as they are held.
///
/// # Errors
/// When they are not what was packed.
pub(crate) fn weights() -> Result<Vec<u8>> {
    unpacked(packed!("heart.onnx.data"))
}

/// The lexicon: 1.5 MB, for as long as it is held.
///
/// # Errors
/// When it is not what was packed.
pub(crate) fn lexicon() -> Result<Vec<u8>> {
    unpacked(packed!("lexicon.fst"))
}

fn unpacked(packed: &[u8]) -> Result<Vec<u8>> {
    // The last four bytes tell the length (RFC 1952), so that no more memory is taken.
    let length = packed.last_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let mut data = Vec::with_capacity(length as usize);
    GzDecoder::new(packed).read_to_end(&mut data)?;
    Ok(data)
}
