//! Reads a text as what it does to the body, clause by clause.

use super::act::{Act, Deed, Limb, Need, Part, Posture, Verb, Which};
use super::clause::{Clause, Kind, Role, Token, clauses, tokens};
use super::lexicon::{Found, Lexicon, Mention};
use super::vocabulary::{Entry, first_of, words};

/// What `text`, with its sides filled in, does to the body. With `is_maybe` it may be left undone.
pub(super) fn acts(lexicon: &Lexicon, text: &str, is_maybe: bool) -> Vec<Act> {
    let mut reader = Reader { lexicon, acts: Vec::new(), last: None, is_clear: true };
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
            Token::Need(need) => posture = posture.or(need.posture()),
        }
    }
    let said = acts(lexicon, &rest.join(" "), false);
    (posture, said.into_iter().filter(|act| matches!(act, Act::Do(_))).collect())
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
    /// Whether every clause of the sentence was understood.
    is_clear: bool,
}

impl Reader<'_> {
    fn sentence(&mut self, sentence: &str, is_maybe: bool) {
        let all = words(sentence);
        if all.is_empty() {
            return;
        }
        let lexicon = self.lexicon;
        let has = |entries: &[Entry]| first_of(entries, &all).is_some();
        if let Some(entry) = first_of(&lexicon.forced_breath, &all).filter(|_| !has(&lexicon.not)) {
            self.acts.push(Act::Force(entry.written().to_owned()));
        }
        let parts = sentence.split([',', ':', '(', ')', '\u{2013}', '\u{2014}']);
        let parts: Vec<Clause<'_>> =
            parts.flat_map(|part| clauses(lexicon, tokens(lexicon, &words(part)))).collect();
        let is_choice = |(at, clause): (usize, &Clause<'_>)| {
            clause.kind == Kind::Or && (at == 0 || !clause.is_mere_place())
        };
        let is_maybe = is_maybe || has(&lexicon.maybe) || parts.iter().enumerate().any(is_choice);
        let tone = Tone { is_maybe, is_moving: has(&lexicon.moving) };
        let before = self.acts.len();
        self.parts(&parts, tone);
        if is_maybe {
            for act in &mut self.acts[before..] {
                if let Act::Do(deed) = act {
                    *act = Act::Maybe(*deed);
                }
            }
        }
    }

    fn parts(&mut self, parts: &[Clause<'_>], tone: Tone) {
        let mut verb = None;
        let mut is_understood = false;
        self.is_clear = true;
        for clause in parts {
            match clause.kind {
                Kind::Until => {
                    is_understood = true;
                    self.names(clause, tone);
                }
                // Another place for the same deed.
                Kind::Or if !tone.is_maybe => {}
                Kind::Or | Kind::Next => is_understood |= self.clause(clause, tone, &mut verb),
            }
        }
        if !is_understood && tone.is_moving {
            self.acts.push(Act::Become(None));
        } else if !is_understood || !self.is_clear {
            self.acts.push(Act::Murky);
        }
    }

    fn doubt_all(&mut self, is_moving: bool) {
        self.acts.push(if is_moving { Act::Become(None) } else { Act::DoubtAll });
    }

    /// Postures and needs of a clause; whether there are any.
    fn names(&mut self, clause: &Clause<'_>, tone: Tone) -> bool {
        let before = self.acts.len();
        for (at, token) in clause.words.iter().enumerate() {
            let limb = clause
                .mentions
                .iter()
                .find(|mention| mention.end <= at)
                .filter(|_| matches!(token, Token::Posture(_)) && !clause.has(&self.lexicon.moving));
            match (token, limb) {
                // "Hands on your belly": they go there, and the body does not.
                (Token::Posture(posture), Some(limb))
                    if !limb.part.is_of_leg() && posture.is_named_by_a_part() => {}
                (_, Some(_)) => self.acts.push(Act::Become(None)),
                // "Come to sit back on your heels" says the way there.
                (Token::Need(Need::Kneeling), None) if !tone.is_maybe && clause.has(&self.lexicon.moving) => {
                    self.acts.push(Act::Become(Some(Posture::Kneeling)));
                }
                (token, None) => self.named(token, tone),
            }
        }
        self.acts.len() > before
    }

    fn named(&mut self, token: &Token, tone: Tone) {
        match token {
            Token::Posture(posture) if tone.is_moving && !tone.is_maybe => {
                self.acts.push(Act::Become(Some(*posture)))
            }
            Token::Posture(posture) => self.acts.push(Act::Seems(*posture)),
            Token::Need(need) if !tone.is_maybe => self.acts.push(Act::Needs(*need)),
            Token::Need(_) | Token::Word(_) => {}
        }
    }

    /// Reads a clause; `verb` is the one of the clause before. Whether anything was understood.
    fn clause(&mut self, clause: &Clause<'_>, tone: Tone, verb: &mut Option<Verb>) -> bool {
        if clause.has(&self.lexicon.not) {
            return true;
        }
        let limbs = clause.limbs(self.last);
        let is_understood = self.done(clause, tone, verb, &limbs);
        // From now on, "it" is what was named last: rather the leg than the hand that holds it.
        let is_any = |limb: &&Limb| limb.0.is_of_leg() || limb.0.is_of_arm();
        let last = limbs.iter().rfind(|limb| limb.0.is_of_leg()).or(limbs.iter().rfind(is_any));
        self.last = last.copied().or(self.last);
        is_understood
    }

    fn done(&mut self, clause: &Clause<'_>, tone: Tone, verb: &mut Option<Verb>, limbs: &[Limb]) -> bool {
        if (0..2).any(|at| clause.is_at(at, &self.lexicon.heed)) {
            self.names(clause, Tone { is_moving: false, is_maybe: true });
            *verb = Some(Verb::Still);
            return true;
        }
        let has_names = self.names(clause, tone);
        let found =
            self.lexicon.verb(&clause.words).or_else(|| clause.inherited(*verb)).or_else(|| clause.laid());
        if has_names && limbs.is_empty() {
            *verb = None;
            return true; // "Roll onto your side" moves the whole body.
        }
        let Some(found) = found else {
            *verb = None;
            self.is_clear &= has_names || clause.has(&self.lexicon.breath);
            return self.not_understood(clause, limbs) || has_names;
        };
        *verb = Some(found.verb);
        if found.verb != Verb::Still {
            self.deed(clause, &found, limbs);
        } else if !limbs.is_empty() {
            self.acts.push(Act::DoubtHeld(limbs.to_vec())); // A leg that rests is no longer up.
        }
        true
    }

    /// Forgets what an unknown clause may have moved. Whether it can be passed over.
    fn not_understood(&mut self, clause: &Clause<'_>, limbs: &[Limb]) -> bool {
        if !limbs.is_empty() {
            let nothing = Found { verb: Verb::Still, places: Vec::new() };
            let is_place = |mention: &Mention| matches!(clause.role(mention, &nothing, true), Role::Place);
            let all = clause.mentions.iter().zip(limbs);
            let (there, moved): (Vec<_>, Vec<_>) = all.partition(|(mention, _)| is_place(mention));
            let limbs = |named: Vec<(&Mention, &Limb)>| named.into_iter().map(|(_, limb)| *limb).collect();
            let doubts = [Act::Doubt(limbs(moved)), Act::DoubtHeld(limbs(there))];
            self.acts.extend(
                doubts
                    .into_iter()
                    .filter(|act| !matches!(act, Act::Doubt(none) | Act::DoubtHeld(none) if none.is_empty())),
            );
            return true;
        }
        let is_moving = clause.has(&self.lexicon.moving);
        if (is_moving && !clause.words.iter().any(|token| matches!(token, Token::Posture(_))))
            || clause.has(&self.lexicon.undo)
        {
            self.doubt_all(is_moving);
            return true;
        }
        clause.has(&self.lexicon.breath)
    }

    /// Says what a clause does.
    fn deed(&mut self, clause: &Clause<'_>, found: &Found, limbs: &[Limb]) {
        let mut deed = Deed {
            verb: found.verb,
            object: None,
            place: None,
            hands: None,
            toward: clause.toward(),
            is_far: clause.has(&self.lexicon.far),
            is_lying: clause.has(&self.lexicon.legs_lie),
        };
        let mut others = Vec::new();
        for (mention, limb) in clause.mentions.iter().zip(limbs) {
            let slot = match clause.role(mention, found, deed.object.is_none()) {
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
        self.complete(deed, clause);
        // "The heel of the foot" is named twice and moves once.
        others.retain(|other| {
            Some(*other) != deed.object && deed.object.is_none_or(|object| object.1 != other.1)
        });
        if !others.is_empty() {
            self.acts.push(Act::Doubt(others));
        }
    }

    /// Finds what "it" is, and says nothing of a thing that is no limb.
    fn complete(&mut self, mut deed: Deed, clause: &Clause<'_>) {
        if deed.verb.rank() == 1 && deed.object.is_none() {
            deed.object = deed.place.take(); // "with your knees bent"
        }
        if let Some((Part::Head, Which::One(side))) = deed.object {
            deed.toward = deed.toward.or(Some(side)); // "your right ear"
        }
        if deed.object.is_none() && deed.verb != Verb::LetGo && clause.has(&self.lexicon.it) {
            // Who is told to hold it holds what is up.
            deed.object = self.last.or((deed.verb == Verb::Hold).then_some((Part::Leg, Which::Unknown)));
        }
        let goes_alone = matches!(deed.verb, Verb::LetGo | Verb::Uncross | Verb::Middle | Verb::Push);
        let is_time = deed.verb == Verb::Hold && deed.hands.is_none() && clause.mentions.is_empty();
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
                None => self.doubt_all(clause.has(&self.lexicon.moving)),
            }
        }
    }
}
