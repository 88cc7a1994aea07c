//! Offering a voice and a routine, in a sentence.

use super::Phrases;

impl Phrases {
    /// Offers a routine that takes so many minutes.
    pub fn offer(&self, title: &str, minutes: u32) -> String {
        let minutes = self.plural(&self.minutes, minutes);
        self.shelf
            .option
            .replace("{title}", title.trim_end_matches(['.', '!', '?']))
            .replace("{minutes}", &minutes)
    }

    /// What a built-in ambience is called.
    pub fn ambience<'a>(&'a self, name: &'a str) -> &'a str {
        self.ambiences.get(name).map_or(name, String::as_str)
    }

    /// Announces the voice at a place, counted from 1.
    pub fn setup_voice(&self, n: u32) -> String {
        self.sentence(&self.setup.voice, n)
    }
}
