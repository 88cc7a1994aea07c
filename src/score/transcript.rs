//! The words of a score to read: as subtitles with their times (WebVTT), and as plain text.

use std::fmt::Write as _;

use super::chapters::Chapter;
use super::{Score, ScoreEvent};
use crate::plan::Track;
use crate::units::{Frames, SampleRate};

/// The words as WebVTT: a cue for everything that is said, for as long as it is heard.
pub fn webvtt(score: &Score, title: &str) -> String {
    let mut out = format!("WEBVTT\n\nNOTE\n{}\n", escaped(title));
    let said: Vec<&ScoreEvent> = score.events.iter().filter(|event| is_said(event)).collect();
    for (place, event) in said.iter().enumerate() {
        // Two cues at once would be shown one above the other.
        let next = said.get(place + 1).map_or(Frames::NEVER, |next| next.at);
        let end = (event.at + event.length).min(next);
        let (start, end) = (time(event.at, score.rate), time(end, score.rate));
        // Writing to a String can't fail.
        let _ = write!(out, "\n{start} --> {end}\n{}\n", escaped(&event.text));
    }
    out
}

/// The words as plain text: a paragraph for each chapter, under its name; what is counted stands in one line.
pub fn plain_text(score: &Score, title: &str, chapters: &[Chapter]) -> String {
    let mut out = format!("{title}\n");
    let mut chapters = chapters.iter().peekable();
    let mut before: Option<&ScoreEvent> = None;
    for event in score.events.iter().filter(|event| is_said(event)) {
        let mut is_new = false;
        while let Some(chapter) = chapters.next_if(|chapter| chapter.at <= event.at) {
            let _ = write!(out, "\n{}\n\n", chapter.name);
            is_new = true;
        }
        let goes_on = !is_new && before.is_some_and(|before| is_counted(before) && is_counted(event));
        if goes_on {
            out.truncate(out.trim_end().len());
            out.push(' ');
        }
        let _ = writeln!(out, "{}", event.text);
        before = Some(event);
    }
    out
}

fn is_said(event: &ScoreEvent) -> bool {
    event.track != Track::Chime
}

fn is_counted(event: &ScoreEvent) -> bool {
    matches!(event.track, Track::Count | Track::Breath)
}

/// "01:02:03.456".
fn time(at: Frames, rate: SampleRate) -> String {
    let ms = (at.to_seconds(rate) * 1000.0).round() as u64;
    let s = ms / 1000;
    format!("{:02}:{:02}:{:02}.{:03}", s / 3600, s / 60 % 60, s % 60, ms % 1000)
}

/// A text without the signs that WebVTT has a meaning for.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
