//! The texts that a session is read from, one behind the other: places in its routine count on from text to text.

use super::unsayable::line;
use crate::catalogue::Source;

/// What stands between two texts.
const BETWEEN: &str = "\n";

/// The texts of the routines of a session, in their order; at least one.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    each: Vec<Source>,
    whole: String,
}

impl Sources {
    /// The texts of these routines.
    pub(super) fn new(each: Vec<Source>) -> Self {
        let texts: Vec<&str> = each.iter().map(|source| source.text.as_str()).collect();
        Self { whole: texts.join(BETWEEN), each }
    }

    /// Each of them.
    pub(super) fn each(&self) -> &[Source] {
        &self.each
    }

    /// All of them as one text.
    pub(super) fn whole(&self) -> &str {
        &self.whole
    }

    /// The places in the whole where they begin.
    pub(super) fn starts(&self) -> impl Iterator<Item = usize> {
        self.each.iter().scan(0, |start, source| {
            let end = *start + source.text.len() + BETWEEN.len();
            Some(std::mem::replace(start, end))
        })
    }

    /// A place in the whole as `file:line`; without a place, the file of the first.
    pub(super) fn place(&self, at: Option<usize>) -> String {
        let at_or_start = at.unwrap_or(0);
        let begun = self.starts().zip(&self.each).take_while(|(start, _)| *start <= at_or_start);
        match (begun.last(), at) {
            (Some((start, source)), Some(at)) => {
                format!("{}:{}", source.path, line(&source.text, at - start))
            }
            (Some((_, source)), None) => source.path.clone(),
            (None, _) => String::new(),
        }
    }
}
