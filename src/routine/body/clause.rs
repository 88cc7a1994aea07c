//! A clause: its words, the parts of the body that it names, and what each of them is there for.

use super::act::{Limb, Need, Part, Posture, Verb, Which};
use super::lexicon::{Found, Lexicon, Mention};
use super::vocabulary::{Entry, first_of, longest_at};
use crate::routine::Side;

/// A word, or what several words name together.
#[derive(Clone, Debug)]
pub(super) enum Token {
    Word(String),
    Posture(Posture),
    Need(Need),
}

impl AsRef<str> for Token {
    fn as_ref(&self) -> &str {
        match self {
            Self::Word(word) => word,
            Self::Posture(_) | Self::Need(_) => "",
        }
    }
}

/// The words of a part of a sentence, in which the name of a posture is one token.
pub(super) fn tokens(lexicon: &Lexicon, words: &[String]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let posture = lexicon.posture(words, at).map(|(posture, length)| (Token::Posture(posture), length));
        let need = lexicon.need(words, at).map(|(need, length)| (Token::Need(need), length));
        let thing =
            lexicon.thing(words, at).map(|length| (Token::Word(words[at..at + length].join(" ")), length));
        let word = (Token::Word(words[at].clone()), 1);
        let named = match (posture, need) {
            (Some((_, short)), Some((need, long))) if long > short => Some((need, long)),
            (posture, need) => posture.or(need),
        };
        let (token, length) = named.or(thing).unwrap_or(word);
        out.push(token);
        at += length;
    }
    out
}

/// A clause of a sentence.
pub(super) struct Clause<'a> {
    lexicon: &'a Lexicon,
    pub words: Vec<Token>,
    /// The parts of the body that it names.
    pub mentions: Vec<Mention>,
    pub kind: Kind,
}

/// What a clause is to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Next,
    /// It only says how far.
    Until,
    /// It may be chosen instead.
    Or,
}

/// The clauses of a part of a sentence.
pub(super) fn clauses(lexicon: &Lexicon, tokens: Vec<Token>) -> Vec<Clause<'_>> {
    let mut found = vec![(Vec::new(), Kind::Next)];
    let mut at = 0;
    while at < tokens.len() {
        let kinds = [(Kind::Until, &lexicon.until), (Kind::Or, &lexicon.or), (Kind::Next, &lexicon.and)];
        let next =
            kinds.into_iter().find_map(|(kind, entries)| Some((kind, longest_at(entries, &tokens, at)?)));
        if let Some((kind, length)) = next {
            found.push((Vec::new(), kind));
            at += length;
            continue;
        }
        if let Some((clause, _)) = found.last_mut() {
            clause.push(tokens[at].clone());
        }
        at += 1;
    }
    let clause = |(words, kind): (Vec<Token>, Kind)| {
        let mentions = lexicon.mentions(&words);
        Clause { lexicon, words, mentions, kind }
    };
    found.into_iter().map(clause).filter(|clause| !clause.words.is_empty()).collect()
}

impl Clause<'_> {
    pub(super) fn has(&self, entries: &[Entry]) -> bool {
        first_of(entries, &self.words).is_some()
    }

    /// Whether one of `entries` stands at this place.
    pub(super) fn is_at(&self, at: usize, entries: &[Entry]) -> bool {
        longest_at(entries, &self.words, at).is_some()
    }

    /// Whether it only names another place: "or behind the thigh", "or a little wider".
    pub(super) fn is_mere_place(&self) -> bool {
        let lexicon = self.lexicon;
        let is_word = |token: &Token| matches!(token, Token::Word(_));
        let small = [&lexicon.small, &lexicon.right, &lexicon.left, &lexicon.both, &lexicon.other];
        let is_small = |at: usize| small.iter().any(|entries| self.is_at(at, entries));
        let first = (0..self.words.len()).find(|at| !is_small(*at));
        let leads = first.is_some_and(|at| self.is_at(at, &lexicon.place) || self.is_at(at, &lexicon.with));
        (self.mentions.is_empty() || leads)
            && self.words.iter().all(is_word)
            && lexicon.verb(&self.words).is_none()
            && !self.has(&lexicon.undo)
            && !self.has(&lexicon.moving)
    }

    /// The verb of the clause before, for one that names only parts: "your right arm, and your left leg".
    pub(super) fn inherited(&self, verb: Option<Verb>) -> Option<Found> {
        let lexicon = self.lexicon;
        let small = [
            &lexicon.small,
            &lexicon.right,
            &lexicon.left,
            &lexicon.both,
            &lexicon.other,
            &lexicon.with,
            &lexicon.place,
            &lexicon.of,
        ];
        let is_part =
            |at: usize| self.mentions.iter().any(|mention| (mention.start..mention.end).contains(&at));
        let is_small = |at: usize| small.iter().any(|entries| self.is_at(at, entries));
        let is_bare =
            !self.mentions.is_empty() && (0..self.words.len()).all(|at| is_part(at) || is_small(at));
        verb.filter(|_| is_bare).map(|verb| Found { verb, places: Vec::new() })
    }

    /// "Lay your hand on your belly": the place has the name of a posture.
    pub(super) fn laid(&self) -> Option<Found> {
        let is_there = |token: &Token| matches!(token, Token::Posture(named) if named.is_named_by_a_part());
        let is_hand = self.mentions.first().is_some_and(|mention| mention.part == Part::Hand);
        let at = (0..self.words.len()).find(|at| self.is_at(*at, &self.lexicon.lays))?;
        let is_laid = is_hand && self.words.iter().any(is_there) && !self.has(&self.lexicon.moving);
        is_laid.then(|| Found { verb: Verb::Place, places: vec![at] })
    }

    /// The limbs that are mentioned, each with its side; `last` is the one that was named before.
    pub(super) fn limbs(&self, last: Option<Limb>) -> Vec<Limb> {
        let mut limbs: Vec<Limb> = Vec::new();
        let (clause, mentions) = (&self.words, &self.mentions);
        for (at, mention) in mentions.iter().enumerate() {
            let from = if at == 0 { 0 } else { mentions[at - 1].end };
            let to = mentions.get(at + 1).map_or(clause.len(), |next| next.start);
            let which = self.which(
                &clause[from..mention.start],
                &clause[mention.end..to],
                mention,
                limbs.last().copied().or(last),
            );
            // "The heel of your right foot" is one thing.
            if let Some(last) = limbs.last_mut()
                && first_of(&self.lexicon.of, &clause[from..mention.start]).is_some()
                && first_of(&self.lexicon.place, &clause[from..mention.start]).is_none()
                && !mentions[at - 1].is_plural
                && last.0.is_of_leg() == mention.part.is_of_leg()
            {
                last.1 = which;
            }
            limbs.push((mention.part, which));
        }
        limbs
    }

    fn which(&self, before: &[Token], after: &[Token], mention: &Mention, last: Option<Limb>) -> Which {
        let lexicon = self.lexicon;
        let near = &before[before.len().saturating_sub(3)..];
        let behind = if lexicon.side_after { &after[..after.len().min(1)] } else { &[] };
        let has =
            |entries: &[Entry]| first_of(entries, near).is_some() || first_of(entries, behind).is_some();
        let same = last.filter(|(part, _)| part.is_of_leg() == mention.part.is_of_leg());
        match (has(&lexicon.right), has(&lexicon.left)) {
            (true, false) => Which::One(Side::Right),
            (false, true) => Which::One(Side::Left),
            (true, true) => Which::Unknown,
            (false, false) if mention.is_plural || first_of(&lexicon.both, near).is_some() => Which::Both,
            (false, false) => match same {
                Some((_, Which::One(side))) if has(&lexicon.other) => Which::One(side.other()),
                Some((_, Which::One(side))) => Which::One(side),
                _ => Which::Unknown,
            },
        }
    }

    /// What `mention` is there for; `is_first` when the clause has named no object yet.
    pub(super) fn role(&self, mention: &Mention, found: &Found, is_first: bool) -> Role {
        let lexicon = self.lexicon;
        for at in (0..mention.start).rev() {
            let is = |entries: &[Entry]| self.is_at(at, entries);
            if found.places.contains(&at) {
                // "Rest it across" needs a place, "press into" an object.
                let is_place = !is_first && is(&lexicon.place);
                return if is_place { Role::Place } else { Role::Object };
            }
            if is(&lexicon.with) {
                return Role::With;
            }
            if is(&lexicon.place) {
                return Role::Place;
            }
            let small = [&lexicon.small, &lexicon.right, &lexicon.left, &lexicon.both, &lexicon.other];
            let is_small = |at: usize| small.iter().any(|entries| self.is_at(at, entries));
            if is(&lexicon.of) {
                // "The back of your thigh" is the thigh, "the height of your hips" is no part.
                let is_led_by = |at: usize| {
                    let leads = [&lexicon.with, &lexicon.place];
                    found.places.contains(&at)
                        || is_small(at)
                        || leads.into_iter().any(|entries| self.is_at(at, entries))
                        || self.mentions.iter().any(|named| named.end == at + 1)
                };
                if at == 0 || !is_led_by(at - 1) {
                    return Role::Place;
                }
            } else if !is_small(at) {
                break;
            }
        }
        Role::Object
    }

    /// The side that is said of no part: the direction.
    pub(super) fn toward(&self) -> Option<Side> {
        let lexicon = self.lexicon;
        let is_of_part = |at: usize| {
            self.mentions.iter().any(|mention| {
                let reach = if lexicon.side_after {
                    mention.end..mention.end + 1
                } else {
                    mention.start.saturating_sub(2)..mention.start
                };
                reach.contains(&at)
            })
        };
        (0..self.words.len()).filter(|at| !is_of_part(*at)).find_map(|at| {
            let is = |entries: &[Entry]| self.is_at(at, entries);
            if is(&lexicon.right) { Some(Side::Right) } else { is(&lexicon.left).then_some(Side::Left) }
        })
    }
}

/// What a part is there for in its clause.
pub(super) enum Role {
    Object,
    Place,
    /// It does what is done.
    With,
}
