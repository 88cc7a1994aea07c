//! From an outline to exercises: which headings and lists are poses, and what around them is talk.

use std::sync::LazyLock;

use regex::Regex;

use super::amounts::Amounts;
use super::outline::{Block, Item, blocks};
use super::remainder::Remainder;
use super::vocabulary::{Vocabulary, pattern};
use crate::routine::text::MAX_CHARS;

/// A heading without a mark is at most so long.
const MAX_HEADING_CHARS: usize = 60;
const MAX_HEADING_WORDS: usize = 8;
/// A numbered item that begins with so few words begins with a name.
const MAX_NAME_WORDS: usize = 4;
/// A paragraph that begins with so few words begins with a name.
const MAX_PARAGRAPH_NAME_WORDS: usize = 6;
/// So many empty lines between two items are a gap.
const GAP: usize = 2;

/// What a text is found to hold.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub title: Option<String>,
    pub props: Vec<String>,
    pub poses: Vec<Section>,
    pub remainder: Remainder,
}

/// A heading and what stands under it.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// Its heading; `None` for a list without one.
    pub name: Option<String>,
    /// Its items and paragraphs.
    pub body: Vec<Item>,
    /// What stands there that is no text of an exercise.
    asides: Vec<String>,
}

impl Section {
    fn named(name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::default() }
    }

    fn has_list(&self) -> bool {
        self.body.iter().any(|item| item.is_listed)
    }

    /// Leaves it out.
    pub(super) fn leave_out(&self, place: &str, remainder: &mut Remainder, words: &Vocabulary) {
        let texts = self.body.iter().map(|item| item.text.as_str());
        remainder.leave_out(place, self.name.as_deref(), texts, words);
    }
}

/// What a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Empty,
    Props,
    Exercise,
    Talk,
}

/// "Bridge: lift your hips" and "Bridge - lift your hips".
static NAMED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^([^:.;,]{2,50}?)(?::|\s+[–—-])\s+(\S.*)$"));

/// Reads a text.
pub(super) fn sheet(text: &str, words: &Vocabulary, amounts: &Amounts<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    let mut blocks = headed(named_paragraphs(personal_apart(blocks(text), words), words, amounts), words);
    let end = cut_the_end(&mut blocks, words);
    let sections: Vec<Section> =
        sections(blocks).into_iter().flat_map(|section| exercises(section, words)).collect();
    let has_lists = sections.iter().any(Section::has_list);
    let kinds: Vec<Kind> = sections
        .iter()
        .enumerate()
        .map(|(at, section)| kind(section, at == 0, has_lists, words, amounts))
        .collect();
    let first = kinds.iter().position(|kind| *kind == Kind::Exercise);
    let last = kinds.iter().rposition(|kind| *kind == Kind::Exercise);
    for (at, (mut section, kind)) in sections.into_iter().zip(kinds).enumerate() {
        let place = match (first, last) {
            (Some(first), _) if at < first => "before the first exercise".to_owned(),
            (_, Some(last)) if at > last => "at the end".to_owned(),
            _ => place(&section, sheet.poses.last()),
        };
        let asides = section.asides.iter().map(String::as_str);
        sheet.remainder.leave_out(&place, None, asides, words);
        if at == 0 && matches!(kind, Kind::Empty | Kind::Talk) {
            sheet.title = section.name.take();
        }
        match kind {
            Kind::Exercise if Some(at) == last => {
                let ending = trailing(&mut section, words, amounts);
                sheet.poses.push(section);
                let ending = ending.iter().map(String::as_str);
                sheet.remainder.leave_out("at the end", None, ending, words);
            }
            Kind::Exercise => sheet.poses.push(section),
            Kind::Props => sheet.props(&section),
            Kind::Empty | Kind::Talk => section.leave_out(&place, &mut sheet.remainder, words),
        }
    }
    end.iter().for_each(|(heading, text)| {
        sheet.remainder.note(&format!("everything from \"{heading}\" on"), text);
    });
    sheet
}

/// Where a section stands among exercises.
fn place(section: &Section, before: Option<&Section>) -> String {
    match (&section.name, before.and_then(|before| before.name.as_ref())) {
        (Some(name), _) => format!("under \"{name}\""),
        (None, Some(before)) => format!("after \"{before}\""),
        (None, None) => "in a list without a heading".to_owned(),
    }
}

fn kind(
    section: &Section,
    is_opening: bool,
    has_lists: bool,
    words: &Vocabulary,
    amounts: &Amounts<'_>,
) -> Kind {
    let name = section.name.as_deref().unwrap_or_default();
    if section.body.is_empty() {
        return Kind::Empty;
    }
    if words.props.is_match(name) {
        return Kind::Props;
    }
    let is_measured = section.body.iter().any(|item| is_measured(&item.text, words, amounts));
    let is_likely = if has_lists { is_measured && !is_opening } else { is_measured || !is_opening };
    match section.has_list() || (section.name.is_some() && is_likely) {
        true if !words.no_pose.is_match(name) => Kind::Exercise,
        _ => Kind::Talk,
    }
}

/// Whether a text has an amount that is not how often the whole is to be done.
fn is_measured(text: &str, words: &Vocabulary, amounts: &Amounts<'_>) -> bool {
    !amounts.find(&words.how_often.replace_all(text, "")).is_empty()
}

/// Takes the paragraphs that end the last exercise but belong to the whole sheet.
fn trailing(section: &mut Section, words: &Vocabulary, amounts: &Amounts<'_>) -> Vec<String> {
    let has_list = section.has_list();
    let mut found = Vec::new();
    while section.body.len() > 1 {
        let Some(item) = section.body.pop_if(|item| {
            let is_of_all = |sentence: &str| words.is_safety(sentence) || words.how_often.is_match(sentence);
            let sentences = words.phrases.sentences(&item.text);
            !item.is_listed
                && (has_list || sentences.iter().any(|sentence| is_of_all(&sentence.text)))
                && !is_measured(&item.text, words, amounts)
        }) else {
            break;
        };
        found.insert(0, item.text);
    }
    found
}

impl Sheet {
    fn props(&mut self, section: &Section) {
        for item in &section.body {
            let prop = item.text.trim_end_matches(['.', ',', ';']);
            match prop.chars().count() <= MAX_CHARS {
                true => self.props.push(prop.to_owned()),
                false => self.remainder.note("too long for what is needed", prop),
            }
        }
    }
}

/// Puts lines with a date, or with whose sheet it is, beside the text.
fn personal_apart(blocks: Vec<Block>, words: &Vocabulary) -> Vec<Block> {
    let mut out = Vec::new();
    for block in blocks {
        match block {
            Block::Lines(lines) => {
                let (apart, lines): (Vec<_>, Vec<_>) =
                    lines.into_iter().partition(|line| words.is_personal(line));
                if !lines.is_empty() {
                    out.push(Block::Lines(lines));
                }
                out.extend(apart.into_iter().map(Block::Aside));
            }
            Block::Heading(text) if words.is_personal(&text) => out.push(Block::Aside(text)),
            // What warns is no name of an exercise, however large it is written.
            Block::Heading(text) if words.is_safety(&text) => out.push(Block::Lines(vec![text])),
            block => out.push(block),
        }
    }
    out
}

/// Paragraphs that each begin with a name and a full stop, in a text without lists and headings.
fn named_paragraphs(blocks: Vec<Block>, words: &Vocabulary, amounts: &Amounts<'_>) -> Vec<Block> {
    let is_other = |(at, block): (usize, &Block)| match block {
        Block::Heading(_) => at > 0,
        block => matches!(block, Block::Item(_)),
    };
    if blocks.iter().enumerate().any(is_other) {
        return blocks;
    }
    let split = |text: &str| paragraph_name(text, words, amounts);
    let mut out = Vec::new();
    let (mut count, mut is_dosed) = (0, false);
    for block in &blocks {
        let Block::Lines(lines) = block else {
            out.push(block.clone());
            continue;
        };
        // One line each, or one paragraph each.
        let is_each = lines.len() > 1 && lines.iter().all(|line| split(line).is_some());
        let texts = if is_each { lines.clone() } else { vec![lines.join(" ")] };
        for text in texts {
            // A heading without a mark may stand in the line above.
            let is_within_line = |name: &str| is_each || lines[0].starts_with(&format!("{name}."));
            match split(&text).filter(|(name, _)| is_within_line(name)) {
                Some((name, rest)) => {
                    count += 1;
                    is_dosed |= is_measured(&rest, words, amounts);
                    out.extend([Block::Heading(name), Block::Lines(vec![rest])]);
                }
                None => out.push(Block::Lines(lines.clone())),
            }
        }
    }
    if count > 1 && is_dosed { out } else { blocks }
}

/// The name that a paragraph begins with, and what follows it.
fn paragraph_name(text: &str, words: &Vocabulary, amounts: &Amounts<'_>) -> Option<(String, String)> {
    let sentences = words.phrases.sentences(text);
    let first = &sentences.first().filter(|_| sentences.len() > 1)?.text;
    let is_instruction = words.begins.is_match(first)
        || words.only_hold.is_match(first)
        || words.is_safety(first)
        || words.talk.is_match(first)
        || words.how_often.is_match(first)
        || !amounts.find(first).is_empty();
    let is_name = first.ends_with('.') && first.split_whitespace().count() <= MAX_PARAGRAPH_NAME_WORDS;
    let rest = text.strip_prefix(first.as_str())?.trim();
    (is_name && !is_instruction).then(|| (first.trim_end_matches('.').to_owned(), rest.to_owned()))
}

/// Makes headings of lines that look like one and stand where one would.
fn headed(blocks: Vec<Block>, words: &Vocabulary) -> Vec<Block> {
    let has_marked = blocks.iter().any(|block| matches!(block, Block::Heading(_)));
    let mut out: Vec<Block> = Vec::new();
    let mut rest = blocks.into_iter().peekable();
    let mut asides = Vec::new();
    while let Some(block) = rest.next() {
        let Block::Lines(mut lines) = block else {
            out.push(block);
            continue;
        };
        while let Some(aside) = rest.next_if(|block| matches!(block, Block::Aside(_))) {
            asides.push(aside);
        }
        let is_title = !out.iter().any(|block| !matches!(block, Block::Aside(_)));
        let is_free = is_title || !has_marked;
        let is_before_list = matches!(rest.peek(), Some(Block::Item(_)));
        let is_before_text = matches!(rest.peek(), Some(Block::Lines(_) | Block::Heading(_)));
        let is_alone = lines.len() == 1;
        let stands_like_one = match is_alone {
            true => is_before_list || (is_before_text && is_free),
            // A wrapped paragraph goes on in small letters.
            false => is_free && lines[1].starts_with(|c: char| c.is_uppercase() || c.is_numeric()),
        };
        let is_heading = (stands_like_one && looks_like_heading(&lines[0]) && !words.is_safety(&lines[0]))
            || (is_alone && words.the_end.is_match(&lines[0]));
        if is_heading {
            out.push(Block::Heading(lines.remove(0)));
        }
        if !lines.is_empty() {
            out.push(Block::Lines(lines));
        }
        out.append(&mut asides);
    }
    out
}

fn looks_like_heading(line: &str) -> bool {
    let words = line.split_whitespace().count();
    line.chars().count() <= MAX_HEADING_CHARS
        && words <= MAX_HEADING_WORDS
        && !line.ends_with(['.', '!', ',', ';'])
        && line.chars().any(char::is_alphabetic)
}

/// Takes comments and the like, which follow a text on a page: their heading, and their text.
fn cut_the_end(blocks: &mut Vec<Block>, words: &Vocabulary) -> Option<(String, String)> {
    let is_end = |block: &Block| matches!(block, Block::Heading(text) if words.the_end.is_match(text));
    let at = blocks.iter().position(is_end)?;
    let mut end = blocks.split_off(at).into_iter().map(|block| match block {
        Block::Heading(text) | Block::Aside(text) | Block::Item(Item { text, .. }) => text,
        Block::Lines(lines) => lines.join(" "),
    });
    let heading = end.next()?;
    let text: Vec<String> = end.collect();
    Some(if text.is_empty() { (heading.clone(), heading) } else { (heading, text.join(" ")) })
}

/// What stands under each heading. A list that goes on after a gap is another exercise, unless all lists are so.
fn sections(blocks: Vec<Block>) -> Vec<Section> {
    let gaps: Vec<bool> = blocks
        .windows(2)
        .filter_map(|pair| match pair {
            [Block::Item(_), Block::Item(next)] => Some(next.gap >= GAP),
            _ => None,
        })
        .collect();
    let gaps_tell = gaps.iter().filter(|gap| **gap).count() * 2 <= gaps.len();
    let mut sections = vec![Section::default()];
    for block in blocks {
        let last = sections.len() - 1;
        match block {
            Block::Heading(name) => {
                let mut section = Section::named(&name);
                // What stands above the first heading has no section of its own.
                if sections[last].name.is_none() && sections[last].body.is_empty() {
                    section.asides = std::mem::take(&mut sections[last].asides);
                }
                sections.push(section);
            }
            Block::Aside(text) => sections[last].asides.push(text),
            Block::Lines(lines) => {
                let text = lines.join(" ");
                let item = Item { text, depth: 0, is_numbered: false, gap: 0, is_listed: false };
                sections[last].body.push(item);
            }
            Block::Item(item) => {
                if item.gap >= GAP && gaps_tell && sections[last].has_list() {
                    sections.push(Section::default());
                }
                let last = sections.len() - 1;
                sections[last].body.push(item);
            }
        }
    }
    sections
        .retain(|section| section.name.is_some() || !section.body.is_empty() || !section.asides.is_empty());
    sections
}

/// A numbered list may be a list of exercises: with a list under each item, or with a name before each.
fn exercises(section: Section, words: &Vocabulary) -> Vec<Section> {
    let top: Vec<&Item> = section.body.iter().filter(|item| item.is_listed && item.depth == 0).collect();
    let has_lists_below = section.body.iter().any(|item| item.depth > 0);
    let is_numbered = top.len() > 1 && top.iter().all(|item| item.is_numbered);
    let are_named = top.iter().all(|item| named(&item.text, words).is_some());
    if !(is_numbered && (has_lists_below || are_named))
        && !(top.len() > 1 && has_lists_below && are_short(&top))
    {
        return vec![section];
    }
    let mut found = vec![Section { body: Vec::new(), ..section.clone() }];
    for item in &section.body {
        let last = found.len() - 1;
        if item.depth > 0 || !item.is_listed {
            found[last].body.push(item.clone());
            continue;
        }
        let (name, rest) = named(&item.text, words).unwrap_or_else(|| (item.text.clone(), String::new()));
        let mut exercise = Section::named(&name);
        if !rest.is_empty() {
            exercise.body.push(Item { text: rest, ..item.clone() });
        }
        found.push(exercise);
    }
    found
}

fn are_short(items: &[&Item]) -> bool {
    items.iter().all(|item| item.text.split_whitespace().count() <= MAX_HEADING_WORDS)
}

/// The name that an item begins with, and what follows it.
fn named(text: &str, words: &Vocabulary) -> Option<(String, String)> {
    if let Some(found) = NAMED.captures(text) {
        return Some((found[1].to_owned(), found[2].to_owned()));
    }
    let sentences = words.phrases.sentences(text);
    let first = sentences.first().filter(|_| sentences.len() > 1)?;
    let is_short = first.text.split_whitespace().count() <= MAX_NAME_WORDS;
    let rest = text.strip_prefix(&first.text)?.trim();
    is_short.then(|| (first.text.trim_end_matches('.').to_owned(), rest.to_owned()))
}
