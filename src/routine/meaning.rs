//! What a routine does, independently of its file's layout, and every text in it.
//!
//! The journal recognised routines by the hash of their meaning before they had [ids](super::id). The only
//! purpose of the meaning is to assign entries from that time, so it must stay the same, letter for letter.

use std::fmt::Write;

use super::{Cycles, Routine, Step, StepKind};

impl Routine {
    /// What the routine does, as one text that another file with the same poses gives as well. Comments, white
    /// space, line ends and the order of keys have no part in it; neither have the title, the ambience and
    /// everything else that does not change a pose.
    pub fn meaning(&self) -> String {
        let mut out = String::new();
        for side in self.order.sides() {
            line(&mut out, "side", &format!("{side:?}"));
        }
        for pose in &self.poses {
            line(&mut out, "pose", pose.name.as_str());
            if let Some(position) = &pose.position {
                line(&mut out, "position", position.as_str());
            }
            steps(&mut out, &pose.steps);
        }
        out
    }
}

/// A text has no line breaks: white space is folded when it is read.
fn line(out: &mut String, what: &str, value: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(out, "{what} {value}");
}

fn steps(out: &mut String, steps: &[Step]) {
    for step in steps {
        one(out, &step.kind);
    }
    line(out, "end", "");
}

fn one(out: &mut String, kind: &StepKind) {
    match kind {
        StepKind::Say(text) => line(out, "say", text.as_str()),
        StepKind::Option(text) => line(out, "option", text.as_str()),
        StepKind::Short(text) => line(out, "short", text.as_str()),
        StepKind::Wait { text, .. } => line(out, "wait", text.as_str()),
        StepKind::Release(text) => line(out, "release", text.as_str()),
        StepKind::Inhale(text) => line(out, "inhale", text.as_str()),
        StepKind::Exhale(text) => line(out, "exhale", text.as_str()),
        StepKind::Count { to, beat, .. } => {
            line(out, "count", &format!("{to} {}", beat.map_or(0, |beat| beat.as_nanos())))
        }
        StepKind::Breaths(hold) => line(out, "breaths", &cycles(hold)),
        StepKind::Sway(hold) => line(out, "sway", &cycles(hold)),
        StepKind::Seconds { time, .. } => line(out, "seconds", &time.as_nanos().to_string()),
        StepKind::Rest { time, .. } => line(out, "rest", &time.as_nanos().to_string()),
        StepKind::Sound(chime) => line(out, "sound", chime.name()),
        StepKind::MoveTo { position, time } => {
            let time = time.map_or(0, |time| time.as_nanos());
            line(out, "move_to", &format!("{time} {}", position.as_str()));
        }
        StepKind::EachSide(inner) => {
            line(out, "each_side", "");
            steps(out, inner);
        }
        StepKind::Repeat { times, steps: inner, .. } => {
            line(out, "repeat", &times.to_string());
            steps(out, inner);
        }
        StepKind::Only(level, inner) => {
            line(out, "only", &format!("{level:?}"));
            steps(out, inner);
        }
    }
}

fn cycles(hold: &Cycles) -> String {
    let ratio = hold.ratio.map(|ratio| {
        let held = match ratio.longest_hold().is_zero() {
            true => String::new(),
            false => format!(" {} {}", ratio.full.as_nanos(), ratio.empty.as_nanos()),
        };
        format!("{} {}{held}", ratio.inhale.as_nanos(), ratio.exhale.as_nanos())
    });
    format!("{} {}", hold.cycles, ratio.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use crate::routine::parse::parse;

    const FILE: &str = r#"
title = "A"
[[pose]]
name = "Cat"
position = "on all fours"
steps = ["Rest   here.", { each_side = ["Lift your {side} arm.", { count = 5 }] }, { rest = 5 }]
"#;

    fn meaning(text: &str) -> String {
        parse(text).unwrap().meaning()
    }

    #[test]
    fn what_changes_no_pose_changes_no_meaning() {
        let before = meaning(FILE);
        let same = [
            format!("# A comment.\n{FILE}# Another.\n"),
            FILE.replace('\n', "\r\n"),
            FILE.replace("[\"Rest   here.\",", "[\n  'Rest here.', # here\n"),
            FILE.replace("\"A\"", "\"B\"\nsummary = \"x\"\nambience = \"rain\"\nending = \"awake\""),
            FILE.replace(
                "name = \"Cat\"\nposition = \"on all fours\"",
                "position = \"on all fours\"\nname = \"Cat\"",
            ),
            FILE.replace("rest = 5", "rest = \"5s\""),
        ];
        for text in same {
            assert_eq!(meaning(&text), before, "{text}");
        }
    }

    #[test]
    fn whatever_is_done_otherwise_is_another_meaning() {
        let before = meaning(FILE);
        let changes = [
            ("Cat", "Cow"),
            ("on all fours", "lying down"),
            ("Rest   here.", "Rest there."),
            ("count = 5", "count = 6"),
            ("count = 5", "count = { to = 5, beat = \"2s\" }"),
            ("rest = 5", "rest = 6"),
            ("{ rest = 5 }", "{ gentle = [{ rest = 5 }] }"),
            (
                "\"Lift your {side} arm.\", { count = 5 }]",
                "\"Lift your {side} arm.\"] }, { gentle = [{ count = 5 }]",
            ),
            ("title", "order = \"left first\"\ntitle"),
        ];
        for (from, to) in changes {
            let text = FILE.replace(from, to);
            assert_ne!(meaning(&text), before, "{to}");
        }
    }

    #[test]
    fn every_text_is_listed_with_its_place() {
        let routine = parse(FILE).unwrap();
        let places = routine.texts().into_iter().map(|text| &FILE[text.span().0.clone()]).collect::<Vec<_>>();
        let expected =
            ["\"A\"", "\"Cat\"", "\"on all fours\"", "\"Rest   here.\"", "\"Lift your {side} arm.\""];
        assert_eq!(places, expected);
    }
}
