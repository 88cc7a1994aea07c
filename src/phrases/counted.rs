//! Numbers in a text with the words and marks around them: units, nouns, times, fractions.

use super::fraction::{Around, Fraction, Part};
use super::number::Before;
use super::quantity::{Quantity, part_words};
use super::short::{Doubtful, Unit};
use super::spoken::{Counted, Doubt, Writer};

/// Characters for a prime, which may also be quotation marks.
const PRIMES: [char; 2] = ['"', '\''];

/// A quantity in words.
struct Said<'a> {
    words: String,
    /// Where it ends in the source.
    end: usize,
    unit: Option<&'a Unit>,
    /// Whether it may have another meaning; then also an unambiguous way to write it.
    doubt: Option<Option<String>>,
}

impl<'a> Said<'a> {
    fn plain((words, end): (String, usize)) -> Self {
        Self { words, end, unit: None, doubt: None }
    }
}

impl<'a> Writer<'a> {
    /// Writes the quantity that begins here.
    pub(crate) fn quantity(&mut self) {
        let (quantity, end) = Quantity::read(self.source, self.at, self.short);
        let said = self.ordinal(&quantity, end).map(Said::plain);
        let said = said
            .or_else(|| self.time(&quantity, end))
            .or_else(|| self.doubtful(&quantity, end))
            .or_else(|| self.part(&quantity, end))
            .unwrap_or_else(|| self.number(&quantity, end));
        if let Some(write) = said.doubt {
            let written = self.source[self.at..said.end].iter().collect();
            self.doubts.push(Doubt { written, said: said.words.clone(), write });
        }
        self.put(&said.words, said.end);
        self.counted = Some(Counted { quantity, unit: said.unit, end: said.end });
    }

    /// A number with its unit, or with the noun after it.
    fn number(&self, quantity: &Quantity, end: usize) -> Said<'a> {
        let doubt = quantity.is_doubtful().then_some(None);
        if let Some((unit, end)) = self.unit(quantity, end, false) {
            if let Some((words, end)) = self.glued(unit, quantity, end) {
                return Said { words, end, unit: Some(unit), doubt };
            }
            // "2 x 30 s" does not mean "twice".
            let alone = !self.digit_follows(end);
            return Said { words: self.counted(unit, quantity, alone), end, unit: Some(unit), doubt };
        }
        let words = quantity.words(self.noun(end), self.numbers, self.short);
        // Here the prime has no meaning; a closing quotation mark stays.
        if self.source.get(end).is_some_and(|c| PRIMES.contains(c)) && self.is_prime(end) {
            return Said { words, end: end + 1, unit: None, doubt: Some(None) };
        }
        Said { words, end, unit: None, doubt }
    }

    /// A time of day, or a number of minutes and seconds.
    fn time(&self, quantity: &Quantity, end: usize) -> Option<Said<'a>> {
        let (a, b) = quantity.clock()?;
        let clock = &self.short.clock;
        let of_day = clock.after.contains(&self.word_before(self.at));
        let unit = self.unit(quantity, end, true);
        if let Some((unit, end)) = unit.filter(|(unit, _)| !of_day && unit.sixty.is_some()) {
            return Some(Said { unit: Some(unit), ..Said::plain((self.sixty(unit, a, b), end)) });
        }
        let start = end + usize::from(self.source.get(end) == Some(&' '));
        let marked = clock.marks.iter().filter_map(|mark| self.matched(mark, start)).max();
        if marked.is_none() && unit.is_some() {
            return None;
        }
        let words = clock.words(a, b, self.numbers);
        if marked.is_some() || of_day {
            return Some(Said::plain((words, marked.unwrap_or(end))));
        }
        match self.unit_named(&clock.unit).filter(|_| a == 0 || self.is_holding()) {
            Some(unit) => Some(Said { unit: Some(unit), ..Said::plain((self.sixty(unit, a, b), end)) }),
            None => Some(Said { doubt: Some(None), ..Said::plain((words, end)) }),
        }
    }

    /// A number of a unit and a number of its sixtieths.
    fn sixty(&self, unit: &Unit, a: u32, b: u32) -> String {
        let of = |unit: &Unit, n: u32| self.counted(unit, &Quantity::of(n), true);
        match (unit.sixty.as_deref().and_then(|mark| self.unit_named(mark)), a, b) {
            (Some(small), 0, b) => of(small, b),
            (_, a, 0) | (None, a, _) => of(unit, a),
            (Some(small), a, b) => {
                let number = self.numbers.words(b, small.gender());
                let template = &self.short.joins.sixty;
                template.replace("{a}", &of(unit, a)).replace("{b}", &of(small, b)).replace("{n}", &number)
            }
        }
    }

    /// Two digits directly after a unit are its sixtieths: "3h30", "1'30\"".
    fn glued(&self, unit: &Unit, quantity: &Quantity, at: usize) -> Option<(String, usize)> {
        let (whole, small) = (quantity.whole()?, self.unit_named(unit.sixty.as_deref()?)?);
        let digits: String = self.source[at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        let sixtieths = digits.parse().ok().filter(|n| digits.len() == 2 && *n < 60)?;
        let end = at + 2;
        let primes = self.short.doubtful.iter().filter(|mark| small.marks.contains(&mark.unit));
        let marks = small.marks.iter().chain(primes.map(|doubtful| &doubtful.mark));
        let marked = marks.filter_map(|mark| self.matched(mark, end)).max();
        let free = !self.source.get(end).is_some_and(|c| c.is_alphanumeric());
        let end = marked.or(free.then_some(end))?;
        Some((self.sixty(unit, whole, sixtieths), end))
    }

    /// A number with an ambiguous mark.
    fn doubtful(&self, quantity: &Quantity, end: usize) -> Option<Said<'a>> {
        let (rule, mark_end) = self.short.doubtful.iter().find_map(|rule| {
            let spaced = rule.mark.starts_with(char::is_alphabetic) && self.source.get(end) == Some(&' ');
            let mark_end = self.matched(&rule.mark, end + usize::from(spaced))?;
            self.means(rule, end, mark_end).then_some((rule, mark_end))
        })?;
        let unit = self.unit_named(&rule.unit)?;
        if let Some((words, end)) = self.glued(unit, quantity, mark_end) {
            return Some(Said { unit: Some(unit), ..Said::plain((words, end)) });
        }
        let number: String = self.source[self.at..end].iter().collect();
        let words = match quantity.part() {
            Some(part) => self.part_of(unit, part, quantity),
            None if rule.singular => unit.one_of(&quantity.words(unit.gender(), self.numbers, self.short)),
            None => self.counted(unit, quantity, true),
        };
        Some(Said {
            words,
            end: mark_end,
            unit: Some(unit),
            doubt: Some(Some(format!("{number} {}", rule.or.as_ref().unwrap_or(&rule.unit)))),
        })
    }

    /// Whether a mark from `at` to `end` has the meaning of `rule`.
    fn means(&self, rule: &Doubtful, at: usize, end: usize) -> bool {
        let behind = self.words_after(end, 1).into_iter().next().unwrap_or_default().to_lowercase();
        (!rule.mark.starts_with(PRIMES) || self.is_prime(at))
            && (!rule.holding || self.is_holding())
            && (rule.before.is_empty() || rule.before.contains(&behind))
    }

    /// Whether the mark at `at`, after a digit, is a prime: it neither closes a quotation nor is inside a
    /// word.
    fn is_prime(&self, at: usize) -> bool {
        let alphanumeric =
            |at: Option<usize>| at.and_then(|at| self.source.get(at)).is_some_and(|c| c.is_alphanumeric());
        let mark = self.source[at];
        let same = (0..at).filter(|place| self.source[*place] == mark);
        let opens = |place: &usize| !alphanumeric(place.checked_sub(1)) && alphanumeric(Some(place + 1));
        let closes = |place: &usize| alphanumeric(place.checked_sub(1)) && !alphanumeric(Some(place + 1));
        let open = same.clone().filter(opens).count() > same.filter(closes).count();
        let letter = self.source.get(at + 1).is_some_and(|c| c.is_alphabetic());
        !open && !letter
    }

    /// A fraction, with its unit or the noun that belongs to it.
    fn part(&self, quantity: &Quantity, end: usize) -> Option<Said<'a>> {
        let part = quantity.part()?;
        let behind = self.words_after(end, 1).into_iter().next().unwrap_or_default();
        let before = self.word_before(self.at);
        let around = Around { before: &before, noun: &behind, gender: self.short.nouns.gender(&behind) };
        let rule = Fraction::find(&self.short.fractions, part, &around);
        let by_article = rule.filter(|rule| rule.needs_word_before());
        let marked = self.unit(quantity, end, by_article.is_none());
        if let Some((unit, end)) = marked {
            let words = match by_article {
                Some(rule) => unit.one_of(&rule.words(part, "", self.numbers)),
                None => self.part_of(unit, part, quantity),
            };
            return Some(Said { unit: Some(unit), ..Said::plain((words, end)) });
        }
        let rule = rule?;
        let noun = match part.whole {
            None | Some(1) => self.short.nouns.singular(&behind),
            Some(_) => behind.clone(),
        };
        let taken = if rule.takes_noun() { 1 + behind.chars().count() } else { 0 };
        Some(Said::plain((rule.words(part, &noun, self.numbers), end + taken)))
    }

    /// A fraction of a unit.
    fn part_of(&self, unit: &Unit, part: Part, quantity: &Quantity) -> String {
        let small = |over| part_words(Part { whole: None, over }, Before::Nothing, self.numbers, self.short);
        let (a, b) = part.over;
        let exactly = unit.exactly.get(&format!("{a}/{b}")).filter(|_| part.whole.is_none());
        match (part.whole, &unit.part, &unit.and_a_half, &self.short.joins.mixed_unit) {
            _ if exactly.is_some() => exactly.cloned().unwrap_or_default(),
            (None, Some(template), ..) => template.replace("{part}", &small((a, b))),
            (Some(n), _, Some(half), _) if (a, b) == (1, 2) => {
                self.numbers.fill(if n == 1 { &half.one } else { &half.other }, n)
            }
            (Some(n), _, _, Some(template)) => {
                let unit = self.counted(unit, &Quantity::of(n), true);
                template.replace("{unit}", &unit).replace("{part}", &small((a, b)))
            }
            _ => self.counted(unit, quantity, true),
        }
    }

    /// A quantity of a unit. `alone` means that no other number follows.
    fn counted(&self, unit: &Unit, quantity: &Quantity, alone: bool) -> String {
        let exactly = quantity.whole().and_then(|n| unit.exactly.get(&n.to_string()));
        if let Some(words) = exactly.filter(|_| alone) {
            return words.clone();
        }
        let template = if quantity.is_one(self.short.below_two_is_one) { &unit.one } else { &unit.other };
        Before::PLACES.iter().fold(template.clone(), |text, (place, before)| {
            text.replace(place, &quantity.words(*before, self.numbers, self.short))
        })
    }

    /// The unit after a number that ends at `at`, and where the unit ends. The longest mark wins, and of
    /// equal marks the last. With `in_full`, the unit's words count as well.
    pub(crate) fn unit(&self, quantity: &Quantity, at: usize, in_full: bool) -> Option<(&'a Unit, usize)> {
        let start = at + usize::from(self.source.get(at) == Some(&' '));
        let short = self.short;
        let marks = short.units.iter().flat_map(|unit| {
            let words = unit.words.iter().filter(move |_| in_full);
            unit.marks.iter().chain(words).map(move |mark| (unit, mark))
        });
        let n = quantity.leading();
        let found = marks.filter_map(|(unit, mark)| {
            let end = self.matched(mark, start)?;
            let inside = |(from, to)| n.is_some_and(|n| (from..=to).contains(&n));
            if !unit.between.is_none_or(inside) {
                return None;
            }
            // "in." may be an inch or the end of a sentence; "min." is a minute in both cases.
            if mark.ends_with('.') && mark.matches('.').count() > 1 {
                // "a.m." is not another word; its full stop may also end the sentence.
                return Some((unit, end - usize::from(self.sentence_ends(end, true))));
            }
            if mark.ends_with('.') {
                return (!self.sentence_ends(end, false)).then_some((unit, end));
            }
            let dotted = self.source.get(end) == Some(&'.') && mark.ends_with(char::is_alphabetic);
            Some((unit, if dotted && self.goes_on(unit, end + 1) { end + 1 } else { end }))
        });
        found.max_by_key(|(_, end)| *end)
    }

    /// Whether the sentence continues after the full stop of a unit: "5 min. and", "5 min. 30 s".
    fn goes_on(&self, unit: &Unit, at: usize) -> bool {
        let next = at + 1;
        let small = || {
            let mark = unit.sixty.as_deref()?;
            let (quantity, end) = Quantity::read(self.source, next, self.short);
            self.unit(&quantity, end, false)
                .filter(|(small, _)| small.marks.iter().any(|known| known == mark))
        };
        let number = self.source.get(next).is_some_and(char::is_ascii_digit);
        !self.sentence_ends(at, true) || number && small().is_some()
    }

    /// The unit with this mark.
    fn unit_named(&self, mark: &str) -> Option<&'a Unit> {
        let short = self.short;
        short.units.iter().find(|unit| unit.marks.iter().any(|known| known == mark))
    }

    /// The form that the words after a bare number ending at `at` require.
    fn noun(&self, at: usize) -> Before {
        let nouns = &self.short.nouns;
        let words = self.words_after(at, 3);
        let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
        let next = at + first.chars().count() + 2;
        if nouns.joining.contains(&first) && self.source.get(next).is_some_and(char::is_ascii_digit) {
            let (quantity, end) = Quantity::read(self.source, next, self.short);
            return match self.unit(&quantity, end, true) {
                Some((unit, _)) => unit.gender(),
                None => self.noun(end),
            }
            .apart(self.numbers);
        }
        nouns.in_case(nouns.gender_of(&words), &self.word_before(self.at), &words)
    }

    /// Whether the sentence so far asks for a time: "Hold for 30".
    fn is_holding(&self) -> bool {
        let before: String = self.source[..self.at].iter().collect::<String>().to_lowercase();
        let sentence = before.rsplit(['.', '!', '?']).next().unwrap_or_default();
        let mut words = sentence.split(|c: char| !c.is_alphanumeric());
        words.any(|word| self.short.holding.iter().any(|holding| holding == word))
    }

    /// Writes "x3" if it begins here.
    pub(crate) fn times(&mut self) -> bool {
        if !matches!(self.source[self.at], 'x' | 'X' | '×') || !self.starts_word() {
            return false;
        }
        let start = self.at + 1 + usize::from(self.source.get(self.at + 1) == Some(&' '));
        let (Some(unit), true) =
            (self.unit_named("x"), self.source.get(start).is_some_and(char::is_ascii_digit))
        else {
            return false;
        };
        let (quantity, end) = Quantity::read(self.source, start, self.short);
        if self.short.sets.words.contains(&self.word_before(self.at)) {
            let of = self.short.sets.of.clone();
            self.put(&of, self.at + 1);
        } else if self.unit(&quantity, end, false).is_some() {
            let times = self.short.signs.get(&'×').cloned().unwrap_or_default();
            self.put(&times, self.at + 1);
        } else {
            let words = self.counted(unit, &quantity, true);
            self.put(&words, end);
            self.counted = Some(Counted { quantity, unit: Some(unit), end });
        }
        true
    }

    /// Writes the slash of "2x/day" if it begins here.
    pub(crate) fn per(&mut self) -> bool {
        let Some(counted) = self.counted.as_ref().filter(|_| self.source[self.at] == '/') else {
            return false;
        };
        let between: String = self.source[counted.end..self.at].iter().collect();
        let near = between.split(' ').filter(|word| !word.is_empty()).count() <= 3
            && between.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\''));
        let start = self.at + 1 + usize::from(self.source.get(self.at + 1) == Some(&' '));
        let noun: String =
            self.source[start.min(self.source.len())..].iter().take_while(|c| c.is_alphanumeric()).collect();
        let small = noun.to_lowercase();
        let rule = self.short.per.iter().find(|per| near && per.nouns.contains(&small));
        let end = start + noun.chars().count();
        if let Some(rule) = rule {
            self.put(&rule.said.replace("{noun}", &noun), end);
            return true;
        }
        if between.trim().is_empty() && noun.starts_with(char::is_alphabetic) {
            let or = self.short.signs.get(&'/').cloned().unwrap_or_default();
            let written = self.source[self.at..end].iter().collect();
            self.doubts.push(Doubt { written, said: format!("{or} {noun}"), write: None });
        }
        false
    }

    /// Writes the dash between two quantities that both have a unit ("30 s – 1 min") if it is here. Any
    /// other dash before a number is a pause.
    pub(crate) fn span(&mut self) -> bool {
        let c = self.source[self.at];
        let start = self.at + 1 + usize::from(self.source.get(self.at + 1) == Some(&' '));
        let after_unit =
            c == '-' && self.at.checked_sub(1).is_some_and(|at| ['°', '%'].contains(&self.source[at]));
        let counted = self
            .counted
            .clone()
            .filter(|counted| self.source[counted.end..self.at].iter().all(char::is_ascii_whitespace));
        let joined = match counted {
            Some(Counted { quantity, unit: Some(unit), .. })
                if matches!(c, '-' | '–') && self.source.get(start).is_some_and(char::is_ascii_digit) =>
            {
                let (second, end) = Quantity::read(self.source, start, self.short);
                let same = self.unit(&second, end, false).is_some_and(|(other, _)| unit.goes_with(other));
                same.then_some(quantity == second)
            }
            _ => None,
        };
        let out = self.out.trim_end().len();
        match joined {
            Some(false) => {
                let range = self.short.joins.range.replace("{a}", "").replace("{b}", "");
                self.put(range.trim(), start);
            }
            Some(true) => self.rest(out, start),
            None if c == '–' || after_unit => self.rest(out, self.at + 1),
            None => return false,
        }
        true
    }

    fn rest(&mut self, out: usize, end: usize) {
        self.out.truncate(out);
        self.out.push_str(", ");
        self.at = end;
    }
}
