//! The part of speech of each word of a sentence: spaCy's tagger, of which misaki-rs has the features and the
//! weights. Here the weights have 8 or 16 bits, and the net runs in rten.

use misaki_rs::spacy_tagger::debug_features;

use super::assets::{TAGGER, TAGGER_WEIGHTS, TAGS};
use super::model::{Net, options};

/// The name by which the graph calls its weights.
const WEIGHTS_FILE: &str = "tagger.onnx.data";

/// For each feature of a word, how many rows its table has and the seed of its hash. In the graph all tables
/// are one, in this order.
const TABLES: [(u32, u64); 6] = [(5000, 8), (1000, 9), (2500, 10), (2500, 11), (50, 12), (50, 13)];
/// The rows that are added up for a feature.
const KEYS: usize = 4;

/// A word as spaCy's tokenizer sees it: its text, the text that stands for its variants, and whether white
/// space follows.
pub(crate) type Seen = (String, String, bool);

/// The loaded net.
pub(crate) struct Tagger(Net);

impl Tagger {
    /// # Errors
    /// What is wrong with the graph, as text.
    pub(crate) fn load() -> Result<Self, String> {
        let mut options = options();
        Net::load(options.external_data_static(WEIGHTS_FILE, TAGGER_WEIGHTS), TAGGER, ["rows", "tag"])
            .map(Self)
    }

    /// The tags of the words of a sentence, in the names of the Penn Treebank.
    ///
    /// # Errors
    /// What kept the net from running, as text.
    pub(crate) fn tags(&self, words: &[Seen]) -> Result<Vec<&'static str>, String> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let rows = words.iter().flat_map(|(text, norm, spaced)| rows(debug_features(text, norm, *spaced)));
        let tags = self.0.run::<3, 1>([words.len(), TABLES.len(), KEYS], rows.collect())?;
        let name = |tag: i32| usize::try_from(tag).ok().and_then(|tag| TAGS.lines().nth(tag));
        tags.into_iter().map(|tag| name(tag).ok_or_else(|| format!("there is no tag {tag}"))).collect()
    }
}

/// The rows of the table for the features of a word.
fn rows(features: [u64; 6]) -> impl Iterator<Item = i32> {
    let mut first = 0;
    TABLES.into_iter().zip(features).flat_map(move |((rows, seed), feature)| {
        let start = first;
        first += rows;
        hash(feature, seed).map(|key| (start + key % rows) as i32)
    })
}

/// MurmurHash3 (x64, 128 bits) of one number, in four parts. As in thinc (`thinc/backends/numpy_ops.pyx`, MIT), the
/// second half of the block is left out.
fn hash(number: u64, seed: u64) -> [u32; KEYS] {
    const BYTES: u64 = 8;
    let mixed =
        number.wrapping_mul(0x87c3_7b91_1142_53d5).rotate_left(31).wrapping_mul(0x4cf5_ad43_2745_937f);
    let second = seed ^ BYTES;
    let first = (seed ^ mixed ^ BYTES).wrapping_add(second);
    let second = second.wrapping_add(first);
    let (first, second) = (finished(first), finished(second));
    let first = first.wrapping_add(second);
    let second = second.wrapping_add(first);
    [first as u32, (first >> 32) as u32, second as u32, (second >> 32) as u32]
}

/// Spreads every bit over the whole number.
fn finished(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

#[cfg(test)]
mod tests {
    use misaki_rs::norms::norm_of;
    use misaki_rs::spacy_tagger::{self, hash_string};
    use misaki_rs::spacy_tokenizer::SpacyTokenizer;

    use super::*;

    const SENTENCES: &str = "Breathe in, slowly, and let the breath out.\n\
        I read it yesterday; you read it tonight, don't you?\n\
        Lead with your left knee, which lies close to Dr. Smith's 2 pillows.\n\
        Shhh!\n\
        Live well -- it's worth $5 (or more), \u{201c}they\u{201d} say…";

    #[test]
    fn it_gives_the_tags_that_misakis_own_gives() {
        let (ours, theirs) = (Tagger::load().unwrap(), spacy_tagger::Tagger::load());
        let tokenizer = SpacyTokenizer::new();
        for sentence in SENTENCES.lines() {
            let seen: Vec<Seen> = tokenizer
                .tokenize(sentence)
                .iter()
                .map(|token| {
                    let norm = token.norm.clone().unwrap_or_else(|| norm_of(&token.text, hash_string));
                    (token.text.clone(), norm, !token.whitespace.is_empty())
                })
                .collect();
            assert_eq!(ours.tags(&seen).unwrap(), theirs.tag(&seen), "{sentence}");
        }
        assert_eq!(ours.tags(&[]).unwrap(), [""; 0]);
    }
}
