//! What a file says about the session in it.

use crate::score::chapters::Chapter;

/// What a file says about the session in it: for a player's screen, and to find one's way.
#[derive(Clone, Debug, Default)]
pub struct Description {
    /// The routine's title.
    pub title: String,
    /// What it is for, in one line.
    pub summary: String,
    /// The language of its words, as a BCP 47 tag.
    pub language: String,
    /// The id of the voice that speaks.
    pub voice: String,
    /// Its chapters, in order.
    pub chapters: Vec<Chapter>,
    /// Its picture.
    pub cover: Option<Cover>,
}

/// A picture of a session.
#[derive(Clone, Debug)]
pub struct Cover {
    /// Its media type: `image/png` or `image/jpeg`.
    pub media_type: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}
