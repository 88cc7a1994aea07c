//! Reads a text as what it does to the body, clause by clause.

use super::act::{Act, Deed, Limb, Need, Part, Posture, Verb, Which};
use super::lexicon::{Found, Lexicon, Mention};
use super::vocabulary::{Entry, first_of, longest_at, words};
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

/// What `text`, with its sides filled in, does to the body. With `is_maybe` it may be left undone.
pub(super) fn acts(lexicon: &Lexicon, text: &str, is_maybe: bool) -> Vec<Act> {
    let mut reader = Reader { lexicon, acts: Vec::new(), last: None };
    for sentence in text.split(['.', '!', '?', ';', '\u{2026}']) {
        reader.sentence(sentence, is_maybe);
    }
    reader.acts
}

/// The posture that a position's text names, and what it says of the limbs.
pub(super) fn position(lexicon: &Lexicon, text: &str) -> (Option<Posture>, Vec<Act>) {
    let mut posture: Option<Posture> = None;
    let mut rest = Vec::new();
    for token in tokens(lexicon, &words(text)) {
        match token {
            // Who sits on a chair sits.
            Token::Posture(Posture::OnChair) => posture = Some(Posture::OnChair),
            Token::Posture(named) => posture = posture.or(Some(named)),
            Token::Word(word) => rest.push(word),
            Token::Need(_) => {}
        }
    }
    let said = acts(lexicon, &rest.join(" "), false);
    (posture, said.into_iter().filter(|act| matches!(act, Act::Do(_))).collect())
}

/// The words of a part of a sentence, in which the name of a posture is one token.
fn tokens(lexicon: &Lexicon, words: &[String]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let posture = lexicon.posture(words, at).map(|(posture, length)| (Token::Posture(posture), length));
        let need = lexicon.need(words, at).map(|(need, length)| (Token::Need(need), length));
        let thing =
            lexicon.thing(words, at).map(|length| (Token::Word(words[at..at + length].join(" ")), length));
        let word = (Token::Word(words[at].clone()), 1);
        let (token, length) = posture.or(need).or(thing).unwrap_or(word);
        out.push(token);
        at += length;
    }
    out
}

/// What holds for a whole sentence.
#[derive(Clone, Copy)]
struct Tone {
    is_maybe: bool,
    is_moving: bool,
}

struct Reader<'a> {
    lexicon: &'a Lexicon,
    acts: Vec<Act>,
    /// The limb that "it" means.
    last: Option<Limb>,
}

impl Reader<'_> {
    fn sentence(&mut self, sentence: &str, is_maybe: bool) {
        let all = words(sentence);
        if all.is_empty() {
            return;
        }
        let lexicon = self.lexicon;
        if let Some(entry) = first_of(&lexicon.forced_breath, &all).filter(|_| !self.has(&lexicon.not, &all))
        {
            self.acts.push(Act::Force(entry.written().to_owned()));
        }
        let tone = Tone {
            is_maybe: is_maybe || self.has(&lexicon.maybe, &all),
            is_moving: self.has(&lexicon.moving, &all),
        };
        let mut verb = None;
        let mut is_understood = false;
        for part in sentence.split([',', ':', '(', ')', '\u{2013}', '\u{2014}']) {
            for (clause, is_until) in self.clauses(tokens(lexicon, &words(part))) {
                if is_until {
                    is_understood = true;
                    self.names(&clause, tone, &[]);
                } else {
                    is_understood |= self.clause(&clause, tone, &mut verb);
                }
            }
        }
        if !is_understood {
            self.doubt_all(tone.is_moving);
        }
    }

    fn has<W: AsRef<str>>(&self, entries: &[Entry], words: &[W]) -> bool {
        first_of(entries, words).is_some()
    }

    fn doubt_all(&mut self, is_moving: bool) {
        self.acts.push(if is_moving { Act::Become(None) } else { Act::DoubtAll });
    }

    /// The clauses of a part of a sentence, and of each whether it only says how far.
    fn clauses(&self, tokens: Vec<Token>) -> Vec<(Vec<Token>, bool)> {
        let mut found = vec![(Vec::new(), false)];
        let mut at = 0;
        while at < tokens.len() {
            let and = longest_at(&self.lexicon.and, &tokens, at);
            let until = longest_at(&self.lexicon.until, &tokens, at);
            if let Some(length) = until.or(and) {
                found.push((Vec::new(), until.is_some()));
                at += length;
                continue;
            }
            if let Some((clause, _)) = found.last_mut() {
                clause.push(tokens[at].clone());
            }
            at += 1;
        }
        found.retain(|(clause, _)| !clause.is_empty());
        found
    }

    /// Postures and needs of a clause; whether there are any.
    fn names(&mut self, clause: &[Token], tone: Tone, mentions: &[Mention]) -> bool {
        let before = self.acts.len();
        for (at, token) in clause.iter().enumerate() {
            let limb = mentions
                .iter()
                .find(|mention| mention.end <= at)
                .filter(|_| matches!(token, Token::Posture(_)) && !self.has(&self.lexicon.moving, clause));
            match (token, limb) {
                // "Hands on your belly": they go there, and the body does not.
                (_, Some(limb)) if !limb.part.is_of_leg() => {}
                (_, Some(_)) => self.acts.push(Act::Become(None)),
                (token, None) => self.named(token, tone),
            }
        }
        self.acts.len() > before
    }

    fn named(&mut self, token: &Token, tone: Tone) {
        match token {
            Token::Posture(_) if tone.is_maybe => self.acts.push(Act::Become(None)),
            Token::Posture(posture) if tone.is_moving => self.acts.push(Act::Become(Some(*posture))),
            Token::Posture(posture) => self.acts.push(Act::Seems(*posture)),
            Token::Need(need) if !tone.is_maybe => self.acts.push(Act::Needs(*need)),
            Token::Need(_) | Token::Word(_) => {}
        }
    }

    /// Reads a clause; `verb` is the one of the clause before. Whether anything was understood.
    fn clause(&mut self, clause: &[Token], tone: Tone, verb: &mut Option<Verb>) -> bool {
        let lexicon = self.lexicon;
        if self.has(&lexicon.not, clause) {
            return true;
        }
        let mentions = lexicon.mentions(clause);
        let limbs = self.limbs(clause, &mentions);
        let is_understood = self.done(clause, tone, verb, (&mentions, &limbs));
        // From now on, "it" is what was named last: rather the leg than the hand that holds it.
        let is_any = |limb: &&Limb| limb.0.is_of_leg() || limb.0.is_of_arm();
        let last = limbs.iter().rfind(|limb| limb.0.is_of_leg()).or(limbs.iter().rfind(is_any));
        self.last = last.copied().or(self.last);
        is_understood
    }

    fn done(
        &mut self,
        clause: &[Token],
        tone: Tone,
        verb: &mut Option<Verb>,
        (mentions, limbs): (&[Mention], &[Limb]),
    ) -> bool {
        let lexicon = self.lexicon;
        if (0..2).any(|start| longest_at(&lexicon.heed, clause, start).is_some()) {
            self.names(clause, Tone { is_moving: false, ..tone }, mentions);
            *verb = Some(Verb::Still);
            return true;
        }
        let has_names = self.names(clause, tone, mentions);
        let found = lexicon.verb(clause).or_else(|| self.inherited(clause, mentions, *verb));
        if has_names && limbs.is_empty() {
            *verb = None;
            return true; // "Roll onto your side" moves the whole body.
        }
        let Some(found) = found else {
            *verb = None;
            return self.not_understood(clause, limbs) || has_names;
        };
        *verb = Some(found.verb);
        if tone.is_maybe {
            self.doubt(&found, limbs);
        } else if found.verb != Verb::Still {
            self.deed(clause, &found, mentions, limbs);
        }
        true
    }

    /// The verb of the clause before, for one that names only parts: "your right arm, and your left leg".
    fn inherited(&self, clause: &[Token], mentions: &[Mention], verb: Option<Verb>) -> Option<Found> {
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
        let is_part = |at: usize| mentions.iter().any(|mention| (mention.start..mention.end).contains(&at));
        let is_small = |at: usize| small.iter().any(|entries| longest_at(entries, clause, at) == Some(1));
        let is_bare = !mentions.is_empty() && (0..clause.len()).all(|at| is_part(at) || is_small(at));
        verb.filter(|_| is_bare).map(|verb| Found { verb, places: Vec::new() })
    }

    /// Forgets what an unknown clause may have moved. Whether it can be passed over.
    fn not_understood(&mut self, clause: &[Token], limbs: &[Limb]) -> bool {
        if !limbs.is_empty() {
            self.acts.push(Act::Doubt(limbs.to_vec()));
            return true;
        }
        if self.has(&self.lexicon.undo, clause) {
            self.doubt_all(self.has(&self.lexicon.moving, clause));
            return true;
        }
        self.has(&self.lexicon.breath, clause)
    }

    /// Forgets what a clause moves that may be left undone.
    fn doubt(&mut self, found: &Found, limbs: &[Limb]) {
        if !limbs.is_empty() {
            self.acts.push(Act::Doubt(limbs.to_vec()));
        }
        if matches!(found.verb, Verb::LetGo | Verb::Uncross | Verb::Middle) {
            self.acts.push(Act::DoubtAll);
        } else if let Some(last) = self.last.filter(|_| found.verb.rank() > 0) {
            self.acts.push(Act::Doubt(vec![last]));
        }
    }

    /// The limbs that are mentioned, each with its side.
    fn limbs(&self, clause: &[Token], mentions: &[Mention]) -> Vec<Limb> {
        let mut limbs: Vec<Limb> = Vec::new();
        for (at, mention) in mentions.iter().enumerate() {
            let from = if at == 0 { 0 } else { mentions[at - 1].end };
            let to = mentions.get(at + 1).map_or(clause.len(), |next| next.start);
            let which =
                self.which(&clause[from..mention.start], &clause[mention.end..to], mention, limbs.last());
            // "The heel of your right foot" is one thing.
            if let Some(last) = limbs.last_mut()
                && self.has(&self.lexicon.of, &clause[from..mention.start])
                && !mentions[at - 1].is_plural
                && last.0.is_of_leg() == mention.part.is_of_leg()
            {
                last.1 = which;
            }
            limbs.push((mention.part, which));
        }
        limbs
    }

    fn which(&self, before: &[Token], after: &[Token], mention: &Mention, last: Option<&Limb>) -> Which {
        let lexicon = self.lexicon;
        let near = &before[before.len().saturating_sub(3)..];
        let behind = if lexicon.side_after { &after[..after.len().min(1)] } else { &[] };
        let has = |entries: &[Entry]| self.has(entries, near) || self.has(entries, behind);
        let same =
            last.copied().or(self.last).filter(|(part, _)| part.is_of_leg() == mention.part.is_of_leg());
        match (has(&lexicon.right), has(&lexicon.left)) {
            (true, false) => Which::One(Side::Right),
            (false, true) => Which::One(Side::Left),
            (true, true) => Which::Unknown,
            (false, false) if mention.is_plural || self.has(&lexicon.both, near) => Which::Both,
            (false, false) => match same {
                Some((_, Which::One(side))) if has(&lexicon.other) => Which::One(side.other()),
                Some((_, Which::One(side))) => Which::One(side),
                _ => Which::Unknown,
            },
        }
    }

    /// Says what a clause does.
    fn deed(&mut self, clause: &[Token], found: &Found, mentions: &[Mention], limbs: &[Limb]) {
        let mut deed = Deed { verb: found.verb, object: None, place: None, hands: None, toward: None };
        let mut others = Vec::new();
        for (mention, limb) in mentions.iter().zip(limbs) {
            let slot = match self.role(clause, (mention, mentions), found, deed.object.is_none()) {
                Role::With if limb.0.is_of_arm() => {
                    deed.hands = Some(limb.1);
                    continue;
                }
                Role::With | Role::Place => &mut deed.place,
                Role::Object => &mut deed.object,
            };
            if slot.is_none() {
                *slot = Some(*limb);
            } else {
                others.push(*limb);
            }
        }
        deed.toward = self.toward(clause, mentions);
        self.complete(deed, clause, mentions.is_empty());
        // "The heel of the foot" is named twice and moves once.
        others.retain(|other| {
            Some(*other) != deed.object && deed.object.is_none_or(|object| object.1 != other.1)
        });
        if !others.is_empty() {
            self.acts.push(Act::Doubt(others));
        }
    }

    /// Finds what "it" is, and says nothing of a thing that is no limb.
    fn complete(&mut self, mut deed: Deed, clause: &[Token], is_bare: bool) {
        if deed.verb.rank() == 1 && deed.object.is_none() {
            deed.object = deed.place.take(); // "with your knees bent"
        }
        if let Some((Part::Head, Which::One(side))) = deed.object {
            deed.toward = deed.toward.or(Some(side)); // "your right ear"
        }
        if deed.object.is_none() && deed.verb != Verb::LetGo && self.has(&self.lexicon.it, clause) {
            deed.object = self.last;
        }
        let goes_alone = matches!(deed.verb, Verb::LetGo | Verb::Uncross | Verb::Middle | Verb::Push);
        let is_time = deed.verb == Verb::Hold && deed.hands.is_none() && is_bare;
        if deed.object.is_some() || goes_alone {
            self.acts.push(Act::Do(deed));
        } else if is_time {
            // "Hold" alone is time.
        } else if deed.place.is_some() {
            self.acts.extend(self.last.map(|last| Act::Doubt(vec![last])));
        } else {
            // Something that is not followed is moved, or something that was named elsewhere.
            match self.last {
                Some(last) => self.acts.push(Act::Doubt(vec![last])),
                None => self.doubt_all(self.has(&self.lexicon.moving, clause)),
            }
        }
    }

    /// What `mention` is there for; `is_first` when the clause has named no object yet.
    fn role(
        &self,
        clause: &[Token],
        (mention, mentions): (&Mention, &[Mention]),
        found: &Found,
        is_first: bool,
    ) -> Role {
        let lexicon = self.lexicon;
        for at in (0..mention.start).rev() {
            let is = |entries: &[Entry]| longest_at(entries, clause, at).is_some();
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
            let is_small = |at: usize| small.iter().any(|entries| longest_at(entries, clause, at).is_some());
            if is(&lexicon.of) {
                // "The back of your thigh" is the thigh, "the height of your hips" is no part.
                let is_led_by = |at: usize| {
                    let leads = [&lexicon.with, &lexicon.place];
                    found.places.contains(&at)
                        || is_small(at)
                        || leads.into_iter().any(|entries| longest_at(entries, clause, at).is_some())
                        || mentions.iter().any(|named| named.end == at + 1)
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
    fn toward(&self, clause: &[Token], mentions: &[Mention]) -> Option<Side> {
        let lexicon = self.lexicon;
        let is_of_part = |at: usize| {
            mentions.iter().any(|mention| {
                let reach = if lexicon.side_after {
                    mention.end..mention.end + 1
                } else {
                    mention.start.saturating_sub(2)..mention.start
                };
                reach.contains(&at)
            })
        };
        (0..clause.len()).filter(|at| !is_of_part(*at)).find_map(|at| {
            let is = |entries: &[Entry]| longest_at(entries, clause, at).is_some();
            if is(&lexicon.right) { Some(Side::Right) } else { is(&lexicon.left).then_some(Side::Left) }
        })
    }
}

/// What a part is there for in its clause.
enum Role {
    Object,
    Place,
    /// It does what is done.
    With,
}
