//! The words of a language for what is done to a body, and where they stand in a clause.
//!
//! An entry is words in their order: `*` at the end of a word stands for any ending, and `...` for any number of
//! words. "slide ... out" is in "slide your right leg out".

use std::collections::BTreeMap;

use serde::Deserialize;

use super::act::{Need, Part, Posture, Verb};
use super::vocabulary::{Entry, first_of, longest_at, words};
use crate::language;
use crate::routine::Side;

const FILES: [(&str, &str); 5] = [
    ("en", include_str!("en.toml")),
    ("de", include_str!("de.toml")),
    ("es", include_str!("es.toml")),
    ("fr", include_str!("fr.toml")),
    ("pt", include_str!("pt.toml")),
];

/// One language's words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::routine) struct Lexicon {
    /// Whether a side stands after its part ("rodilla derecha") instead of before it.
    pub(super) side_after: bool,
    pub(super) right: Vec<Entry>,
    pub(super) left: Vec<Entry>,
    pub(super) both: Vec<Entry>,
    /// "the other".
    pub(super) other: Vec<Entry>,
    /// Words that begin a clause and belong to none.
    pub(super) and: Vec<Entry>,
    /// "until": what follows is how far, and nothing new.
    pub(super) until: Vec<Entry>,
    /// Between two things of which one is chosen.
    pub(super) or: Vec<Entry>,
    /// A sentence with one of these may be followed, or not.
    pub(super) maybe: Vec<Entry>,
    /// A clause with one of these is not to be followed.
    pub(super) not: Vec<Entry>,
    /// A clause that begins with one of these moves nothing.
    pub(super) heed: Vec<Entry>,
    /// Words of breathing.
    pub(super) breath: Vec<Entry>,
    /// Words that may undo anything: "come back", "unwind".
    pub(super) undo: Vec<Entry>,
    /// What a hand does it with follows.
    pub(super) with: Vec<Entry>,
    /// A place follows.
    pub(super) place: Vec<Entry>,
    /// Between a part and what it is a part of.
    pub(super) of: Vec<Entry>,
    /// Words between a part and the word that says what it is there for.
    pub(super) small: Vec<Entry>,
    /// "it": the limb that was named last.
    pub(super) it: Vec<Entry>,
    /// Words that look like a verb or a part, and are neither: "lower back".
    things: Vec<Entry>,
    /// Words that move the whole body to where a posture is named.
    pub(super) moving: Vec<Entry>,
    /// Where hands that hold a leg can't be.
    pub(super) far: Vec<Entry>,
    /// Words that lay a hand on a part whose name is that of a posture, too: "on your belly".
    pub(super) lays: Vec<Entry>,
    /// Legs that lie, and carry nobody.
    pub(super) legs_lie: Vec<Entry>,
    /// Words that tell of a position without naming one that is followed: "in bed".
    positions: Vec<Entry>,
    verbs: BTreeMap<Verb, Vec<Entry>>,
    parts: Parts,
    postures: BTreeMap<Posture, Vec<Entry>>,
    needs: BTreeMap<Need, Vec<Entry>>,
    pub(super) forced_breath: Vec<Entry>,
    for_the_eyes: Vec<Entry>,
    moves_the_body: Vec<Entry>,
    fixed_sides: Vec<Entry>,
}

/// The names of parts: of one, and of both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    knee: Vec<Entry>,
    knees: Vec<Entry>,
    leg: Vec<Entry>,
    legs: Vec<Entry>,
    foot: Vec<Entry>,
    feet: Vec<Entry>,
    hand: Vec<Entry>,
    hands: Vec<Entry>,
    arm: Vec<Entry>,
    arms: Vec<Entry>,
    hips: Vec<Entry>,
    head: Vec<Entry>,
}

/// Where the words of a verb stand in a clause.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub verb: Verb,
    pub places: Vec<usize>,
}

/// A part of the body that is named in a clause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mention {
    pub part: Part,
    pub is_plural: bool,
    pub start: usize,
    /// The place after its last word.
    pub end: usize,
}

impl Lexicon {
    /// The lexicon for a language tag, where there is one.
    pub(in crate::routine) fn for_language(tag: &str) -> Option<Self> {
        let (_, file) = FILES.iter().find(|(known, _)| language::is_same(known, tag))?;
        // The files are compiled in, and a test reads each of them.
        Some(toml::from_str(file).expect("a built-in lexicon is valid"))
    }

    /// Words of `text` that tell the listener to look.
    pub(in crate::routine) fn for_the_eyes(&self, text: &str) -> Option<&str> {
        first_of(&self.for_the_eyes, &words(text)).map(Entry::written)
    }

    /// Whether `text` moves the whole body to another position.
    pub(in crate::routine) fn moves_the_body(&self, text: &str) -> bool {
        first_of(&self.moves_the_body, &words(text)).is_some()
    }

    /// The name of a side in `text`, outside its placeholders.
    pub(in crate::routine) fn fixed_side(&self, text: &str) -> Option<&str> {
        // A placeholder with its own texts names both sides on purpose.
        let outside = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
        let plain = outside.collect::<Vec<_>>().join(" _ ");
        first_of(&self.fixed_sides, &words(&plain)).map(Entry::written)
    }

    /// Whether `text` names a side in words.
    pub(in crate::routine) fn names_a_side(&self, text: &str) -> bool {
        [&self.right, &self.left].into_iter().any(|entries| first_of(entries, &words(text)).is_some())
    }

    /// Whether anything in `text` says how a body lies, sits or stands.
    pub(in crate::routine) fn knows_position(&self, text: &str) -> bool {
        let all = words(text);
        let is_named = |at: usize| self.posture(&all, at).is_some() || self.need(&all, at).is_some();
        (0..all.len()).any(is_named) || first_of(&self.positions, &all).is_some()
    }

    /// Whether `text` names this side, or "the other" one.
    pub(super) fn names_side(&self, text: &str, side: Side) -> bool {
        let own = if side == Side::Right { &self.right } else { &self.left };
        [own, &self.other].into_iter().any(|entries| first_of(entries, &words(text)).is_some())
    }

    /// The verb of a clause: the one that counts most, and of these the one with most words.
    pub(super) fn verb<W: AsRef<str>>(&self, clause: &[W]) -> Option<Found> {
        let entries =
            self.verbs.iter().flat_map(|(verb, entries)| entries.iter().map(move |entry| (*verb, entry)));
        let found = entries.filter_map(|(verb, entry)| Some(Found { verb, places: entry.find(clause)? }));
        found.max_by_key(|found| {
            // "Press it away" and "suelta el aire" are no pressing and no letting go.
            let is_phrase = found.verb == Verb::Still && found.places.len() > 1;
            let rank = if is_phrase { Verb::LetGo.rank() } else { found.verb.rank() };
            (rank, found.places.len(), std::cmp::Reverse(found.places.first().copied()))
        })
    }

    /// The parts of the body that a clause names.
    pub(super) fn mentions<W: AsRef<str>>(&self, clause: &[W]) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut start = 0;
        while start < clause.len() {
            let mention = self.mention(clause, start);
            start = mention.map_or(start + 1, |mention| mention.end);
            found.extend(mention);
        }
        found
    }

    fn mention<W: AsRef<str>>(&self, clause: &[W], start: usize) -> Option<Mention> {
        let parts = &self.parts;
        let all = [
            (Part::Knee, false, &parts.knee),
            (Part::Knee, true, &parts.knees),
            (Part::Leg, false, &parts.leg),
            (Part::Leg, true, &parts.legs),
            (Part::Foot, false, &parts.foot),
            (Part::Foot, true, &parts.feet),
            (Part::Hand, false, &parts.hand),
            (Part::Hand, true, &parts.hands),
            (Part::Arm, false, &parts.arm),
            (Part::Arm, true, &parts.arms),
            (Part::Hips, true, &parts.hips),
            (Part::Head, false, &parts.head),
        ];
        let fits = all.into_iter().filter_map(|(part, is_plural, entries)| {
            let length = longest_at(entries, clause, start)?;
            Some(Mention { part, is_plural, start, end: start + length })
        });
        fits.max_by_key(|mention| mention.end)
    }

    /// The length of something at `start` that only looks like a verb or a part.
    pub(super) fn thing(&self, clause: &[String], start: usize) -> Option<usize> {
        longest_at(&self.things, clause, start)
    }

    /// The posture whose name stands at `start`, and the length of the name.
    pub(super) fn posture(&self, clause: &[String], start: usize) -> Option<(Posture, usize)> {
        longest(&self.postures, clause, start)
    }

    /// What the words at `start` need, and their length.
    pub(super) fn need(&self, clause: &[String], start: usize) -> Option<(Need, usize)> {
        longest(&self.needs, clause, start)
    }
}

fn longest<K: Copy>(table: &BTreeMap<K, Vec<Entry>>, clause: &[String], start: usize) -> Option<(K, usize)> {
    let fits = table.iter().filter_map(|(key, entries)| Some((*key, longest_at(entries, clause, start)?)));
    fits.max_by_key(|(_, length)| *length)
}
