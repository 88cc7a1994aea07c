//! The data of the natural voice, compiled into the program.

macro_rules! asset {
    ($name:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/voices/heart/", $name)
    };
}

pub(crate) static ACOUSTIC: &[u8] = include_bytes!(asset!("heart.onnx"));
/// Aligned, so that the weights can be read where they lie.
pub(crate) static WEIGHTS: &[u8] = rten::include_external_data!("../../../voices/heart/heart.onnx.data");
pub(crate) static VOCABULARY: &str = include_str!(asset!("vocab.json"));
pub(crate) static LEXICON: &[u8] = include_bytes!(asset!("lexicon.fst"));
pub(crate) static TAGGER: &[u8] = include_bytes!(asset!("tagger.onnx"));
pub(crate) static TAGGER_WEIGHTS: &[u8] =
    rten::include_external_data!("../../../voices/heart/tagger.onnx.data");
pub(crate) static TAGS: &str = include_str!(asset!("tags.txt"));
pub(crate) static UNKNOWN: &[u8] = include_bytes!(asset!("unknown.onnx"));
pub(crate) static LETTERS: &str = include_str!(asset!("unknown.json"));
/// The SHA-256 of each of these files.
pub(crate) static CHECKSUMS: &str = include_str!(asset!("SHA256SUMS"));
