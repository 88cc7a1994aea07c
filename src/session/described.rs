//! What a file of a session says about it.

use super::Session;
use crate::drawing::cover;
use crate::output::description::{Cover, Description};
use crate::phrases::Phrases;
use crate::score::Score;
use crate::score::chapters::chapters;

impl Session {
    /// What a file says about the session in it.
    pub fn description(&self, score: &Score, voice: &str) -> Description {
        let routine = &self.script.routine;
        let (phrases, _) = Phrases::for_language(&routine.language);
        Description {
            title: routine.titles(),
            summary: routine.summaries().iter().map(|(_, summary)| *summary).collect::<Vec<_>>().join(" "),
            language: routine.language.clone(),
            voice: voice.to_owned(),
            chapters: chapters(score, &phrases.chapter_welcome, &phrases.chapter_close),
            cover: Some(Cover { media_type: "image/png".to_owned(), bytes: cover::png(score) }),
        }
    }
}
