//! Makes a routine of a text that somebody wrote for eyes: a sheet of exercises, a page with headings and lists. What
//! comes out is meant to be reviewed: it says what it was not sure of.

mod amounts;
mod draft;
mod exercise;
mod measured;
mod numbered;
mod outline;
mod remainder;
mod sections;
mod sides;
#[cfg(test)]
mod tests;
mod vocabulary;
mod wording;
mod written;

use std::sync::OnceLock;

use amounts::Amounts;
use draft::{Draft, DraftPose};
use exercise::Maker;
use sections::{Sheet, sheet};
use sides::Sides;
use vocabulary::{FILES, Vocabulary};
use wording::plain;
use written::Writing;

use crate::routine::parse::MAX_EXPANDED;

/// A routine that was made from a text.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The routine file, with a comment at each doubt.
    pub text: String,
    /// The names of its poses.
    pub poses: Vec<String>,
    /// Its language, as a tag.
    pub language: String,
    /// What to look at: a line of the file, and why.
    pub doubts: Vec<(usize, String)>,
}

/// A title is at most so long.
const MAX_TITLE_WORDS: usize = 14;

/// The words of a language, and the patterns that are made of them.
struct Tools {
    vocabulary: &'static Vocabulary,
    amounts: Amounts<'static>,
    sides: Sides<'static>,
}

impl Tools {
    /// Those of a language. To make them takes far longer than to use them, so they stay.
    fn of(language: &str) -> &'static Self {
        static TOOLS: [OnceLock<Tools>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
        TOOLS[Vocabulary::place(language)].get_or_init(|| {
            let vocabulary = Box::leak(Box::new(Vocabulary::of(language)));
            Self { vocabulary, amounts: Amounts::of(vocabulary), sides: Sides::of(vocabulary) }
        })
    }
}

/// Makes a routine called `name` of `text`. Its language is told by its words, unless it is given.
///
/// Returns `None` when no pose is found.
pub fn import(text: &str, name: &str, language: Option<&str>) -> Option<Imported> {
    let text = text.trim_start_matches('\u{feff}');
    let language = language.map_or_else(|| Vocabulary::language_of(text), crate::language::primary);
    let Tools { vocabulary, amounts, sides } = Tools::of(language);
    let mut sheet = sheet(text, vocabulary, amounts);
    let maker = Maker { vocabulary, amounts, sides };
    let mut poses: Vec<DraftPose> = Vec::new();
    let mut size = 0usize;
    for section in &sheet.poses {
        let pose = maker.pose(section, poses.len() + 1);
        let more = pose.iter().flat_map(|pose| &pose.steps).map(Draft::expanded).sum();
        match pose.filter(|_| size.saturating_add(more) <= MAX_EXPANDED) {
            Some(mut pose) => {
                size += more;
                let place = format!("in \"{}\"", pose.name);
                pose.cautions.drain(..).for_each(|caution| sheet.remainder.caution(&place, &caution));
                poses.push(pose);
            }
            None => {
                let before = poses.last().map(|pose| format!("after \"{}\"", pose.name));
                let place = before.unwrap_or_else(|| "before the first exercise".to_owned());
                section.leave_out(&place, &mut sheet.remainder, vocabulary);
            }
        }
    }
    let first = poses.first_mut()?;
    if first.position.is_none() {
        first.doubts.push("the text names no position to begin in: add position = \"...\"".to_owned());
    }
    let mut file = Writing::default();
    head(&mut file, sheet, name, language);
    poses.iter().for_each(|pose| file.pose(pose));
    let poses = poses.into_iter().map(|pose| pose.name).collect();
    Some(Imported { text: file.text, poses, language: language.to_owned(), doubts: file.doubts })
}

/// Writes all that stands above the poses.
fn head(file: &mut Writing, mut sheet: Sheet, name: &str, language: &str) {
    let is_short = |title: &String| title.split_whitespace().count() <= MAX_TITLE_WORDS;
    if let Some(title) = sheet.title.take_if(|title| !is_short(title)) {
        sheet.remainder.note("for a title too long", &title);
    }
    let (caution, remarks) = sheet.remainder.cautioned();
    file.line(
        0,
        "# Made from a text by `supine new --from-text`. Read it once with the text beside it, then:",
    );
    file.line(0, "#   supine check FILE            what would not work in the dark");
    file.line(0, "#   supine play FILE --preview   hear it, with every hold cut to two seconds");
    sheet.remainder.notes.iter().for_each(|note| file.doubt(0, note));
    file.line(0, "");
    let title =
        sheet.title.map(|title| plain(&title)).filter(|title| title.chars().any(char::is_alphanumeric));
    file.key("title", &title.unwrap_or_else(|| plain(&name.replace(['-', '_'], " "))));
    file.key("id", crate::routine::Id::of(name).as_str());
    file.key("language", language);
    if !caution.is_empty() {
        remarks.iter().for_each(|remark| file.doubt(0, remark));
        file.key("caution", &caution);
    }
    if !sheet.props.is_empty() {
        let props: Vec<String> = sheet.props.iter().map(|prop| written::quoted(&plain(prop))).collect();
        file.line(0, &format!("props = [{}]", props.join(", ")));
    }
    file.key("ending", "asleep");
}
