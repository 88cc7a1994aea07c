//! From an outline to exercises: which headings and lists are poses, and what around them is talk.

use std::sync::LazyLock;

use regex::Regex;

use super::amounts::Amounts;
use super::outline::{Block, Item, blocks};
use super::vocabulary::{Vocabulary, pattern};

/// A heading without a mark is at most so long.
const MAX_HEADING_CHARS: usize = 60;
const MAX_HEADING_WORDS: usize = 8;
/// A numbered item that begins with so few words begins with a name.
const MAX_NAME_WORDS: usize = 4;
/// So many empty lines between two items are a gap.
const GAP: usize = 2;

/// What a text is found to hold.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub title: Option<String>,
    pub props: Vec<String>,
    pub poses: Vec<Section>,
    /// What was left out, in sentences.
    pub left_out: Vec<String>,
}

/// A heading and what stands under it.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// Its heading; `None` for a list without one.
    pub name: Option<String>,
    /// Its items, or its paragraphs where it has none.
    pub items: Vec<Item>,
    paragraphs: Vec<String>,
}

impl Section {
    fn named(name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::default() }
    }

    fn words(&self) -> usize {
        let texts = self.items.iter().map(|item| &item.text).chain(&self.paragraphs);
        texts.map(|text| text.split_whitespace().count()).sum()
    }

    fn is_empty(&self) -> bool {
        self.items.is_empty() && self.paragraphs.is_empty()
    }
}

/// "Bridge: lift your hips" and "Bridge - lift your hips".
static NAMED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^([^:.;,]{2,50}?)(?::|\s+[–—-])\s+(\S.*)$"));

/// Reads a text.
pub(super) fn sheet(text: &str, words: &Vocabulary, amounts: &Amounts<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    let mut blocks = headed(blocks(text), words);
    cut_the_end(&mut blocks, words, &mut sheet);
    let sections: Vec<Section> =
        sections(blocks).into_iter().flat_map(|section| exercises(section, words)).collect();
    let has_lists = sections.iter().any(|section| !section.items.is_empty());
    let mut is_first = true;
    for mut section in sections {
        let is_opening = std::mem::take(&mut is_first);
        if section.is_empty() {
            if is_opening {
                sheet.title = section.name;
            }
            continue;
        }
        let name = section.name.clone().unwrap_or_default();
        if words.props.is_match(&name) {
            let texts = section.items.iter().map(|item| &item.text).chain(&section.paragraphs);
            sheet.props = texts.map(|prop| prop.trim_end_matches(['.', ',', ';']).to_owned()).collect();
            continue;
        }
        let measured = |text: &String| !amounts.find(text).is_empty();
        let is_exercise = if section.items.is_empty() {
            let is_measured = section.paragraphs.iter().any(measured);
            let is_likely = if has_lists { is_measured && !is_opening } else { is_measured || !is_opening };
            section.name.is_some() && is_likely
        } else {
            true
        };
        if !is_exercise || words.no_pose.is_match(&name) {
            sheet.leave_out(&section, is_opening);
            continue;
        }
        if section.items.is_empty() {
            let item = |text| Item { text, depth: 0, is_numbered: false, gap: 0 };
            section.items = std::mem::take(&mut section.paragraphs).into_iter().map(item).collect();
        }
        sheet.poses.push(section);
    }
    sheet
}

impl Sheet {
    fn leave_out(&mut self, section: &Section, is_opening: bool) {
        let count = section.words();
        match &section.name {
            Some(name) if is_opening => {
                self.left_out.push(format!("left out: {count} words before the first pose"));
                self.title = Some(name.clone());
            }
            Some(name) => self.left_out.push(format!("left out: \"{name}\" ({count} words)")),
            None => self.left_out.push(format!("left out: {count} words without a heading")),
        }
    }
}

/// Makes headings of lines that look like one and stand where one would.
fn headed(blocks: Vec<Block>, words: &Vocabulary) -> Vec<Block> {
    let has_marked = blocks.iter().any(|block| matches!(block, Block::Heading(_)));
    let mut out: Vec<Block> = Vec::new();
    let mut rest = blocks.into_iter().peekable();
    while let Some(block) = rest.next() {
        let Block::Lines(mut lines) = block else {
            out.push(block);
            continue;
        };
        let is_before_list = matches!(rest.peek(), Some(Block::Item(_)));
        let is_before_text = matches!(rest.peek(), Some(Block::Lines(_)));
        let is_alone = lines.len() == 1;
        let stands_like_one = match is_alone {
            true => is_before_list || (is_before_text && !has_marked),
            // A wrapped paragraph goes on in small letters.
            false => !has_marked && lines[1].starts_with(|c: char| c.is_uppercase() || c.is_numeric()),
        };
        let is_heading = (stands_like_one && looks_like_heading(&lines[0]))
            || (is_alone && words.the_end.is_match(&lines[0]));
        if !is_heading {
            out.push(Block::Lines(lines));
            continue;
        }
        out.push(Block::Heading(lines.remove(0)));
        if !lines.is_empty() {
            out.push(Block::Lines(lines));
        }
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

/// Leaves out comments and the like, which follow a text on a page.
fn cut_the_end(blocks: &mut Vec<Block>, words: &Vocabulary, sheet: &mut Sheet) {
    let is_end = |block: &Block| matches!(block, Block::Heading(text) if words.the_end.is_match(text));
    let Some(at) = blocks.iter().position(is_end) else { return };
    let Block::Heading(heading) = blocks[at].clone() else { return };
    let count: usize = blocks[at..].iter().map(word_count).sum();
    sheet.left_out.push(format!("left out: everything from \"{heading}\" on ({count} words)"));
    blocks.truncate(at);
}

fn word_count(block: &Block) -> usize {
    match block {
        Block::Heading(text) | Block::Item(Item { text, .. }) => text.split_whitespace().count(),
        Block::Lines(lines) => lines.iter().map(|line| line.split_whitespace().count()).sum(),
    }
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
            Block::Heading(name) => sections.push(Section::named(&name)),
            Block::Lines(lines) => sections[last].paragraphs.push(lines.join(" ")),
            Block::Item(item) => {
                if item.gap >= GAP && gaps_tell && !sections[last].items.is_empty() {
                    sections.push(Section::default());
                }
                let last = sections.len() - 1;
                sections[last].items.push(item);
            }
        }
    }
    sections.retain(|section| section.name.is_some() || !section.is_empty());
    sections
}

/// A numbered list may be a list of exercises: with a list under each item, or with a name before each.
fn exercises(section: Section, words: &Vocabulary) -> Vec<Section> {
    let top: Vec<&Item> = section.items.iter().filter(|item| item.depth == 0).collect();
    let has_lists_below = section.items.iter().any(|item| item.depth > 0);
    let is_numbered = top.len() > 1 && top.iter().all(|item| item.is_numbered);
    let are_named = top.iter().all(|item| named(&item.text, words).is_some());
    if !(is_numbered && (has_lists_below || are_named))
        && !(top.len() > 1 && has_lists_below && are_short(&top))
    {
        return vec![section];
    }
    let mut found = vec![Section { items: Vec::new(), ..section.clone() }];
    for item in &section.items {
        let last = found.len() - 1;
        if item.depth > 0 {
            found[last].items.push(item.clone());
            continue;
        }
        let (name, rest) = named(&item.text, words).unwrap_or_else(|| (item.text.clone(), String::new()));
        let mut exercise = Section::named(&name);
        if !rest.is_empty() {
            exercise.items.push(Item { text: rest, ..item.clone() });
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
