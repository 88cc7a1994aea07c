//! The history as a picture (SVG): half a year of days, and what was held this week. It follows the reader's light or
//! dark, has a title for each day that a screen reader can say, and shows a day without practice as an empty place.

use jiff::ToSpan;
use svg::Document;
use svg::node::element::{Group, Rectangle, Style, Text, Title};

use super::summary::{Summary, Week};
use crate::phrases::{HistoryPhrases, time};

/// The weeks in the picture.
pub const WEEKS: usize = 26;
const LEFT: f64 = 70.0;
const TOP: f64 = 70.0;
const STEP: f64 = 24.0;
const SIZE: f64 = 18.0;
const WIDTH: f64 = LEFT + STEP * WEEKS as f64 + 30.0;
/// Top of the bars, and the height of each.
const BARS_TOP: f64 = TOP + STEP * 7.0 + 50.0;
const BAR: f64 = 22.0;
const BARS_LEFT: f64 = 260.0;
/// A day of this many seconds or more is drawn full.
const FULL: f64 = 30.0 * 60.0;

const STYLE: &str = "
.paper { fill: #f7f6f2 } .ink { fill: #2b3040 } .quiet { fill: #6b7080 } .day { fill: #3f6fb5 } .none { fill: #e4e3de }
@media (prefers-color-scheme: dark) {
  .paper { fill: #161a26 } .ink { fill: #e8ecf6 } .quiet { fill: #98a2ba } .day { fill: #8fb4ec } .none { fill: #252b3b }
}";

/// Draws a summary of [`WEEKS`] weeks.
pub fn picture(summary: &Summary, words: &HistoryPhrases) -> String {
    let bars = summary.held.iter().count();
    let height = if bars == 0 { BARS_TOP - 20.0 } else { BARS_TOP + 30.0 + BAR * bars as f64 };
    let heading = match summary.since {
        Some(since) => words.all(since, summary.all.days, summary.all.seconds),
        None => words.empty.clone(),
    };
    let paper = Rectangle::new().set("width", WIDTH).set("height", height).set("rx", 8).set("class", "paper");
    let mut document = Document::new()
        .set("viewBox", (0, 0, WIDTH, height))
        .set("font-family", "sans-serif")
        .set("role", "img")
        .add(Title::new(heading.clone()))
        .add(Style::new(STYLE))
        .add(paper)
        .add(label(&heading, 30.0, 34.0, 16, "ink"));
    for (place, name) in words.weekdays.iter().enumerate() {
        document = document.add(label(name, 30.0, TOP + STEP * place as f64 + 14.0, 12, "quiet"));
    }
    for (place, week) in summary.weeks.iter().enumerate() {
        document = document.add(column(week, LEFT + STEP * place as f64, summary, words));
    }
    document.add(held(summary, words)).to_string()
}

fn label(text: &str, x: f64, y: f64, size: u32, class: &str) -> Text {
    Text::new(text).set("x", x).set("y", y).set("font-size", size).set("class", class)
}

/// A week, and its month's name where one begins.
fn column(week: &Week, x: f64, summary: &Summary, words: &HistoryPhrases) -> Group {
    let mut group = Group::new();
    if week.monday.day() <= 7 {
        let month = words.month(week.monday).chars().take(3).collect::<String>();
        group = group.add(label(&month, x, TOP - 10.0, 12, "quiet"));
    }
    for (place, seconds) in week.days.iter().enumerate() {
        let day = Rectangle::new()
            .set("x", x)
            .set("y", TOP + STEP * place as f64)
            .set("width", SIZE)
            .set("height", SIZE)
            .set("rx", 4);
        let day = if *seconds > 0.0 {
            let date = week.monday.saturating_add(i64::try_from(place).unwrap_or(0).days());
            let title = format!("{}: {}", words.day(date, summary.today), time(*seconds));
            let strength = 0.45 + 0.55 * (seconds / FULL).min(1.0);
            day.set("class", "day").set("fill-opacity", format!("{strength:.2}")).add(Title::new(title))
        } else {
            day.set("class", "none")
        };
        group = group.add(day);
    }
    group
}

/// A bar for each group of muscles: the longer of its sides.
fn held(summary: &Summary, words: &HistoryPhrases) -> Group {
    let mut group = Group::new();
    let most = summary.held.iter().map(|(_, [right, left])| right.max(left)).fold(1.0, f64::max);
    for (place, (muscle, sides)) in summary.held.iter().enumerate() {
        if place == 0 {
            group = group.add(label(&words.held, 30.0, BARS_TOP, 14, "ink"));
        }
        let y = BARS_TOP + 14.0 + BAR * place as f64;
        let length = sides[0].max(sides[1]) / most * (WIDTH - BARS_LEFT - 210.0);
        let bar = Rectangle::new()
            .set("x", BARS_LEFT)
            .set("y", y)
            .set("width", format!("{length:.1}"))
            .set("height", BAR - 8.0)
            .set("rx", 3)
            .set("class", "day");
        group = group.add(label(words.muscle(muscle), 30.0, y + 12.0, 12, "ink")).add(bar).add(label(
            &words.sides(sides),
            BARS_LEFT + length + 8.0,
            y + 12.0,
            12,
            "quiet",
        ));
    }
    group
}
