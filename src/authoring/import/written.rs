//! Writes a draft as a routine file, with a comment at each doubt.

use toml_edit::Value;

use super::draft::{Draft, DraftPose, DraftStep, Hold, HoldKind};

/// How a doubt begins in the file.
const DOUBT: &str = "# not sure: ";

/// A file that is being written.
#[derive(Debug, Default)]
pub(super) struct Writing {
    pub text: String,
    /// Each doubt with its line.
    pub doubts: Vec<(usize, String)>,
    line: usize,
}

impl Writing {
    pub(super) fn line(&mut self, indent: usize, text: &str) {
        self.line += 1;
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub(super) fn doubt(&mut self, indent: usize, doubt: &str) {
        // A comment is one line, and shows all that it holds.
        let is_shown = |c: &char| !c.is_control() && crate::signs::hidden(*c).is_none();
        let doubt: String = doubt.chars().map(|c| if is_shown(&c) { c } else { ' ' }).collect();
        let doubt = doubt.trim();
        self.line(indent, &format!("{DOUBT}{doubt}"));
        self.doubts.push((self.line, doubt.to_owned()));
    }

    pub(super) fn key(&mut self, key: &str, text: &str) {
        self.line(0, &format!("{key} = {}", quoted(text)));
    }

    pub(super) fn pose(&mut self, pose: &DraftPose) {
        self.line(0, "");
        self.line(0, "[[pose]]");
        pose.doubts.iter().for_each(|doubt| self.doubt(0, doubt));
        self.key("name", &pose.name);
        if let Some(position) = &pose.position {
            self.key("position", position);
        }
        self.line(0, "steps = [");
        self.steps(2, &pose.steps);
        self.line(0, "]");
    }

    fn steps(&mut self, indent: usize, steps: &[Draft]) {
        for draft in steps {
            draft.doubts.iter().for_each(|doubt| self.doubt(indent, doubt));
            match &draft.step {
                DraftStep::Text(None, text) => self.line(indent, &format!("{},", quoted(text))),
                DraftStep::Text(Some(kind), text) => {
                    self.line(indent, &format!("{{ {kind} = {} }},", quoted(text)));
                }
                DraftStep::Hold(hold) => self.line(indent, &format!("{},", written(hold))),
                DraftStep::Rest(seconds) => self.line(indent, &format!("{{ rest = {seconds} }},")),
                DraftStep::EachSide(steps) => {
                    self.line(indent, "{ each_side = [");
                    self.steps(indent + 2, steps);
                    self.line(indent, "] },");
                }
                DraftStep::Repeat(times, steps) => {
                    self.line(indent, &format!("{{ repeat = {{ times = {times}, steps = ["));
                    self.steps(indent + 2, steps);
                    self.line(indent, "] } },");
                }
            }
        }
    }
}

/// A text as TOML.
pub(super) fn quoted(text: &str) -> String {
    // toml_edit would choose single quotes for a text with double ones, but all strings are to look alike.
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    match text.chars().any(char::is_control) {
        true => Value::from(text).to_string(),
        false => format!("\"{text}\""),
    }
}

fn written(hold: &Hold) -> String {
    let (key, value, extra) = match hold.kind {
        HoldKind::Count => ("count", "to", ""),
        HoldKind::CountedSeconds => ("count", "to", ", beat = \"1s\""),
        HoldKind::Seconds => ("seconds", "time", ""),
        HoldKind::Breaths => ("breaths", "cycles", ""),
        HoldKind::Sway => ("sway", "cycles", ""),
    };
    let limit =
        |key: &str, limit: Option<u32>| limit.map_or(String::new(), |limit| format!(", {key} = {limit}"));
    let limits = limit("at_least", hold.at_least) + &limit("at_most", hold.at_most);
    if extra.is_empty() && limits.is_empty() {
        return format!("{{ {key} = {} }}", hold.n);
    }
    format!("{{ {key} = {{ {value} = {}{extra}{limits} }} }}", hold.n)
}
