//! The outline of a text: headings, paragraphs and list items, from Markdown and from plain text with any kind of
//! bullets.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use super::numbered;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading that is marked as one.
    Heading(String),
    /// The lines of a paragraph.
    Lines(Vec<String>),
    /// An item of a list.
    Item(Item),
    /// What is no text of an exercise: code, HTML, what stands for a picture, a date.
    Aside(String),
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Its text, in one line.
    pub text: String,
    /// The number of lists around its own.
    pub depth: usize,
    /// Whether it is numbered.
    pub is_numbered: bool,
    /// The number of empty lines before it.
    pub gap: usize,
    /// Whether it stands in a list; else it is a paragraph that was taken for an item.
    pub is_listed: bool,
}

/// The kinds of bullets that people and word processors write.
static BULLET: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(\s*)(?:[•◦▪▸●○■‣⁃►·–—*+-]|(\d{1,3})[.)])\s+(.*\w.*)$"));
/// More spaces than this before a line make a block of code of it in Markdown.
const TAB: usize = 4;
/// A bold name has at most so many words.
const MAX_BOLD_WORDS: usize = 8;

fn regex(pattern: &str) -> Regex {
    // The pattern is written in this program, and tests compile it.
    Regex::new(pattern).expect("the pattern is valid")
}

/// The parts of a text in their order.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let text = as_markdown(text);
    let mut reading = Reading { text: &text, ..Reading::default() };
    for (event, range) in Parser::new_ext(&text, Options::empty()).into_offset_iter() {
        reading.event(event, range);
    }
    reading.finished()
}

/// The text with every bullet as a Markdown one, every list indented as Markdown wants it, and nothing else indented.
fn as_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut indents: Vec<usize> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let headings = numbered::headings(&lines);
    for (at, line) in lines.into_iter().enumerate() {
        if let Some(name) = headings.get(&at) {
            indents.clear();
            out.push_str(&format!("\n### {name}\n\n"));
            continue;
        }
        let line = line.replace('\t', "    ").replace('\u{a0}', " ");
        let indent = line.len() - line.trim_start_matches(' ').len();
        match BULLET.captures(&line) {
            Some(found) => {
                indents.retain(|outer| *outer < indent);
                let spaces = " ".repeat(TAB * indents.len());
                indents.push(indent);
                let bullet = found.get(2).map_or("-".to_owned(), |number| format!("{}.", number.as_str()));
                out.push_str(&format!("{spaces}{bullet} {}\n", &found[3]));
            }
            None if line.trim().is_empty() => out.push('\n'),
            // A line that is indented belongs to the item above it.
            None if indent > 0 && !indents.is_empty() => {
                out.push_str(&format!("{}{}\n", " ".repeat(TAB * indents.len()), line.trim()));
            }
            None => {
                indents.clear();
                out.push_str(line.trim());
                out.push('\n');
            }
        }
    }
    out
}

#[derive(Debug, Default)]
struct Reading<'a> {
    text: &'a str,
    blocks: Vec<Block>,
    /// The kinds of the lists around: whether each is numbered.
    lists: Vec<bool>,
    /// The items that are being read, from the outermost to the innermost.
    items: Vec<Item>,
    /// The text of a heading or a paragraph.
    line: String,
    /// How much of it is bold.
    bold: usize,
    /// Where bold words stand at the beginning of a line.
    leads: Vec<Range<usize>>,
    /// Which headings are such words.
    named: Vec<usize>,
    /// What is left out of the outline, so far.
    aside: String,
    is_bold: bool,
    /// How many elements around are left out.
    left_out: usize,
    /// The end of the last text.
    end: usize,
}

impl Reading<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range.start),
            Event::End(tag) => self.finish(tag),
            Event::Text(text) | Event::Code(text) if self.left_out == 0 => {
                if self.is_bold {
                    self.bold += text.len();
                }
                self.push(&text);
                self.end = range.end;
            }
            Event::Text(text) | Event::Code(text) | Event::Html(text) => self.aside.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.push("\n"),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        self.items.last_mut().map_or(&mut self.line, |item| &mut item.text).push_str(text);
    }

    fn start(&mut self, tag: &Tag<'_>, at: usize) {
        match tag {
            Tag::List(first) => self.lists.push(first.is_some()),
            Tag::Item => {
                self.flush();
                let between = self.text.get(self.end..at).unwrap_or_default();
                self.items.push(Item {
                    text: String::new(),
                    depth: self.lists.len().saturating_sub(1),
                    is_numbered: self.lists.last().copied().unwrap_or_default(),
                    gap: between.matches('\n').count().saturating_sub(1),
                    is_listed: true,
                });
            }
            Tag::Strong => {
                self.is_bold = true;
                if self.items.is_empty() && (self.line.is_empty() || self.line.ends_with('\n')) {
                    self.leads.push(self.line.len()..self.line.len());
                }
            }
            Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Image { .. } => self.left_out += 1,
            Tag::Paragraph if !self.items.is_empty() => self.push("\n"),
            _ => {}
        }
    }

    fn finish(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::Item => {
                self.flush();
                self.items.pop();
            }
            TagEnd::Strong => {
                self.is_bold = false;
                let end = self.line.len();
                if let Some(lead) = self.leads.last_mut().filter(|lead| lead.start == lead.end) {
                    lead.end = end;
                }
            }
            TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Image => {
                self.left_out = self.left_out.saturating_sub(1);
                let aside = folded(&std::mem::take(&mut self.aside));
                if aside.chars().any(char::is_alphanumeric) {
                    self.blocks.push(Block::Aside(aside));
                }
            }
            TagEnd::Heading(_) | TagEnd::Paragraph if self.items.is_empty() => self.paragraph(tag),
            _ => {}
        }
    }

    /// Ends a heading or a paragraph; a line that is wholly bold is a heading, and so is a bold name before a text.
    fn paragraph(&mut self, tag: TagEnd) {
        let text = std::mem::take(&mut self.line);
        let bold = std::mem::take(&mut self.bold);
        let mut leads = std::mem::take(&mut self.leads);
        leads.retain(|lead| is_name(&text, lead));
        if tag == TagEnd::Paragraph && !leads.is_empty() {
            return self.named(&text, &leads);
        }
        let lines: Vec<String> = text.lines().map(folded).filter(|line| !line.is_empty()).collect();
        let is_heading = tag != TagEnd::Paragraph || (lines.len() == 1 && bold + 1 >= text.trim().len());
        if lines.is_empty() {
            return;
        }
        self.blocks.push(if is_heading { Block::Heading(lines.join(" ")) } else { Block::Lines(lines) });
    }

    /// Bold names with a text behind each.
    fn named(&mut self, text: &str, leads: &[Range<usize>]) {
        self.lines(&text[..leads[0].start]);
        let ends = leads.iter().skip(1).map(|lead| lead.start).chain([text.len()]);
        for (lead, end) in leads.iter().zip(ends) {
            let name = text[lead.clone()].trim_matches(|c: char| c.is_whitespace() || ".:".contains(c));
            self.named.push(self.blocks.len());
            self.blocks.push(Block::Heading(folded(name)));
            self.lines(
                text[lead.end..end].trim_start_matches(|c: char| c.is_whitespace() || ".:–—-".contains(c)),
            );
        }
    }

    /// The blocks. Under headings of their own, bold words at the beginning of a text are no names but labels.
    fn finished(self) -> Vec<Block> {
        let Self { mut blocks, named, .. } = self;
        let headings = blocks.iter().filter(|block| matches!(block, Block::Heading(_))).count();
        if headings < named.len() + 2 {
            return blocks;
        }
        for at in named.into_iter().rev() {
            if let Block::Heading(label) = blocks.remove(at)
                && let Some(Block::Lines(lines)) = blocks.get_mut(at)
            {
                lines[0] = format!("{label}: {}", lines[0]);
            }
        }
        blocks
    }

    fn lines(&mut self, text: &str) {
        let lines: Vec<String> = text.lines().map(folded).filter(|line| !line.is_empty()).collect();
        if !lines.is_empty() {
            self.blocks.push(Block::Lines(lines));
        }
    }

    /// Hands over what the innermost item holds so far.
    fn flush(&mut self) {
        let Some(item) = self.items.last_mut() else { return };
        let text = folded(&std::mem::take(&mut item.text));
        if !text.is_empty() {
            self.blocks.push(Block::Item(Item { text, ..item.clone() }));
        }
    }
}

/// Whether bold words are a name: a sign ends them, and a text follows.
fn is_name(text: &str, lead: &Range<usize>) -> bool {
    let (name, rest) = (text[lead.clone()].trim_end(), text[lead.end..].trim_start());
    let is_ended = name.ends_with(['.', ':']) || rest.starts_with(['.', ':', '–', '—', '-']);
    is_ended && name.split_whitespace().count() <= MAX_BOLD_WORDS && rest.chars().any(char::is_alphanumeric)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block as one line: `#` a heading, `-` or `1.` an item with its depth and gap, `=` lines.
    fn shown(text: &str) -> Vec<String> {
        let one = |block: &Block| match block {
            Block::Heading(text) => format!("# {text}"),
            Block::Lines(lines) => format!("= {}", lines.join(" / ")),
            Block::Item(Item { text, depth, is_numbered, gap, .. }) => {
                format!("{}{depth}{gap} {text}", if *is_numbered { '1' } else { '-' })
            }
            Block::Aside(text) => format!("~ {text}"),
        };
        blocks(text).iter().map(one).collect()
    }

    #[test]
    fn plain_text_and_markdown_have_the_same_outline() {
        let plain =
            "Cat\n\n  • Kneel down.\n  • Round\n    your back.\n\n\n  • Lie down.\n\nAn end. Of it.\n";
        let expected =
            ["= Cat", "-01 Kneel down.", "-00 Round your back.", "-02 Lie down.", "= An end. Of it."];
        assert_eq!(shown(plain), expected);
        let markdown = "## Cat\n- Kneel **down**.\n- [Round](http://x) your back.\n![a picture](b.png)\n";
        assert_eq!(shown(markdown), ["# Cat", "-00 Kneel down.", "~ a picture", "-00 Round your back."]);
        assert_eq!(shown("**Cat**\n\nKneel.\n\n---\n"), ["# Cat", "= Kneel."]);
    }

    #[test]
    fn lists_in_lists_keep_their_depth_however_they_are_indented() {
        let expected = ["100 Bridge", "-10 Lift.", "-10 Lower.", "100 Twist"];
        assert_eq!(shown("1. Bridge\n  - Lift.\n  - Lower.\n2. Twist"), expected);
        // A numbered line with a text below it is a heading, with or without an empty line between.
        let headings = ["# Bridge", "= Lift.", "# Twist", "= Turn."];
        assert_eq!(shown("1. Bridge\nLift.\n\n2. Twist\n   Turn.\n"), headings);
        assert_eq!(shown("1) Bridge\n\nLift.\n\n2) Twist\n\nTurn.\n"), headings);
        assert_eq!(shown("**Bridge.** Lift.\n**Twist**: Turn."), headings);
        assert_eq!(shown("1. Lift your hips and\n   lower them.\n2. Turn.").len(), 2);
        assert_eq!(shown("1) Bridge\n\t• Lift.\n\t• Lower.\n2) Twist"), expected);
    }
}
