//! Pictures of a session: a timeline (SVG), a ribbon for the terminal, and a cover for a sound file. All are
//! drawn from the score.

pub mod cover;
mod parts;
pub mod ribbon;

use svg::Document;
use svg::node::element::{Group, Line, Polyline, Rectangle, Style, Text, Title};

use crate::plan::Track;
use crate::routine::Side;
use crate::routine::breath::Phase;
use crate::score::{Score, ScoreEvent};
use crate::units::Frames;

const WIDTH: f64 = 1200.0;
const LEFT: f64 = 112.0;
const RIGHT: f64 = 24.0;
/// The rows of pose names, from the top. Names take turns, since short poses stand close together.
const NAMES: f64 = 74.0;
const NAME_ROW: f64 = 19.0;
const NAME_ROWS: usize = 4;
/// The widest that a letter of a pose name is, as a part of the font size.
const LETTER: f64 = 0.58;
/// The top of each lane, and its height.
const VOICE: (f64, f64) = (160.0, 24.0);
const SIDE: (f64, f64) = (197.0, 14.0);
const HOLDS: (f64, f64) = (225.0, 24.0);
const BREATH: (f64, f64) = (263.0, 30.0);
const AMBIENCE: (f64, f64) = (311.0, 44.0);
const PACE: (f64, f64) = (373.0, 30.0);
const BOTTOM: f64 = 411.0;
const HEIGHT: f64 = 443.0;
/// The lowest gain of the ambience that is drawn, in dB.
const LOWEST: f64 = -60.0;

/// The colours, for a light page and for a dark one.
const STYLE: &str = "
  .page { fill: #fbfaf7 } .band { fill: #f0ede6 } .text { fill: #262a36 } .faint { fill: #666c7c } .rule { stroke: #d6d2c8 }
  .voice { fill: #3f62ad } .count { fill: #a8690a } .right { fill: #7a4f9c } .left { fill: #1f7a6c }
  .breath { stroke: #1f7a6c } .sound { stroke: #7a4f9c } .pace { stroke: #3f62ad } .curve { fill: none; stroke-width: 1.4 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #161a26 } .band { fill: #1c2130 } .text { fill: #e8ecf6 } .faint { fill: #98a2ba } .rule { stroke: #343c52 }
    .voice { fill: #8fa8d8 } .count { fill: #e0b060 } .right { fill: #b090d0 } .left { fill: #7fc0a0 }
    .breath { stroke: #7fc0a0 } .sound { stroke: #b090d0 } .pace { stroke: #8fa8d8 }
  }
";

/// A session as a picture of its whole time (SVG): poses, voice, sides, counted holds, breaths, the level of the
/// ambience, and how the words slow down. It has colours for light pages and for dark ones.
pub fn timeline(score: &Score, title: &str, voice: &str) -> String {
    let picture = Picture { score };
    let page = Rectangle::new().set("class", "page").set("width", WIDTH).set("height", HEIGHT).set("rx", 8);
    let minutes = (score.length.to_seconds(score.rate) / 60.0).round();
    let document = Document::new()
        .set("viewBox", (0, 0, WIDTH, HEIGHT))
        .set("font-family", "sans-serif")
        .set("role", "img")
        .add(Title::new(format!("{title}: {minutes} minutes, drawn from left to right")))
        .add(Style::new(STYLE))
        .add(page)
        .add(label(title, "text", LEFT, 34.0, 19))
        .add(
            label(&format!("{minutes} minutes, {voice}"), "faint", WIDTH - RIGHT, 34.0, 13)
                .set("text-anchor", "end"),
        )
        .add(picture.poses())
        .add(picture.voice())
        .add(picture.sides())
        .add(picture.holds())
        .add(picture.breaths())
        .add(picture.ambience())
        .add(picture.pace())
        .add(picture.minutes());
    format!("{document}\n")
}

struct Picture<'a> {
    score: &'a Score,
}

impl Picture<'_> {
    fn x(&self, at: Frames) -> f64 {
        let part = at.to_seconds(self.score.rate) / self.score.length.to_seconds(self.score.rate).max(1.0);
        LEFT + part.min(1.0) * (WIDTH - LEFT - RIGHT)
    }

    /// A bar over a time.
    fn bar(&self, class: &str, (top, height): (f64, f64), from: Frames, to: Frames) -> Rectangle {
        let (from, to) = (self.x(from), self.x(to));
        Rectangle::new()
            .set("class", class)
            .set("x", tenths(from))
            .set("y", top)
            .set("width", tenths((to - from).max(0.8)))
            .set("height", height)
    }

    /// A band for every other pose, and their names.
    fn poses(&self) -> Group {
        let mut group = Group::new();
        for part in parts::parts(self.score).iter().skip(1).step_by(2) {
            group = group.add(self.bar("band", (NAMES - 16.0, BOTTOM - NAMES + 16.0), part.from, part.to));
        }
        // Where each row of names is free again.
        let mut free = [0.0_f64; NAME_ROWS];
        for (number, marker) in (1..).zip(&self.score.markers) {
            let x = self.x(marker.at) + 4.0;
            let text = format!("{number} {}", marker.name);
            let width = text.chars().count() as f64 * 13.0 * LETTER;
            let row = (0..NAME_ROWS).find(|row| free[*row] <= x).unwrap_or_else(|| soonest(&free));
            free[row] = x + width + 10.0;
            // A name near the right end is written to its left.
            let (x, anchor) = if x + width > WIDTH { (WIDTH - RIGHT, "end") } else { (x, "start") };
            let y = NAMES + NAME_ROW * row as f64;
            group = group.add(label(&text, "text", tenths(x), y, 13).set("text-anchor", anchor));
        }
        group
    }

    fn voice(&self) -> Group {
        let spoken = self.score.events.iter().filter(|event| event.track == Track::Speech);
        spoken.fold(lane("voice", VOICE, "voice"), |group, event| {
            group.add(self.bar("voice", VOICE, event.at, event.at + event.length))
        })
    }

    /// Right above, left below, as far as the words of a side reach.
    fn sides(&self) -> Group {
        let mut group = Group::new().add(label("right", "right", 20.0, SIDE.0 + 6.0, 11)).add(label(
            "left",
            "left",
            20.0,
            SIDE.0 + 17.0,
            11,
        ));
        for span in parts::sides(self.score) {
            let (class, top) = match span.side {
                Side::Right => ("right", SIDE.0),
                Side::Left => ("left", SIDE.0 + SIDE.1 / 2.0),
            };
            let bar = self.bar(class, (top, SIDE.1 / 2.0), span.from, span.to);
            group = group.add(bar.add(Title::new(class)));
        }
        group
    }

    fn holds(&self) -> Group {
        let counted = |event: &&ScoreEvent| matches!(event.track, Track::Count | Track::Breath);
        self.score.events.iter().filter(counted).fold(lane("counts", HOLDS, "count"), |group, event| {
            group.add(self.bar("count", HOLDS, event.at, event.at + event.length))
        })
    }

    /// Up with the in-breath, down with the out-breath.
    fn breaths(&self) -> Group {
        let (full, empty) = (BREATH.0, BREATH.0 + BREATH.1);
        let mut group = lane("breath", BREATH, "left");
        let mut curve: Vec<(f64, f64)> = Vec::new();
        for breath in &self.score.breaths {
            let (from, to) = (self.x(breath.at), self.x(breath.at + breath.length));
            let (before, after) = match breath.phase {
                Phase::In => (empty, full),
                Phase::Full => (full, full),
                Phase::Out => (full, empty),
                Phase::Empty => (empty, empty),
            };
            if curve.last().is_some_and(|(end, _)| (end - from).abs() > 0.5) {
                group = group.add(line("breath curve", &std::mem::take(&mut curve)));
            }
            curve.extend([(from, before), (to, after)]);
        }
        if curve.is_empty() { group } else { group.add(line("breath curve", &curve)) }
    }

    fn ambience(&self) -> Group {
        let y = |gain: f64| AMBIENCE.0 + gain.clamp(LOWEST, 0.0) / LOWEST * AMBIENCE.1;
        let points = self.score.ambience.iter();
        let mut curve: Vec<(f64, f64)> =
            points.map(|point| (self.x(point.at), y(point.gain.0.into()))).collect();
        if let Some((_, last)) = curve.last().copied() {
            curve.push((WIDTH - RIGHT, last));
        }
        lane("sound", AMBIENCE, "right")
            .add(label("dB to voice", "faint", 20.0, AMBIENCE.0 + 36.0, 10))
            .add(line("sound curve", &curve))
    }

    /// How many words a minute each pose is led with.
    fn pace(&self) -> Group {
        let led: Vec<(Frames, f64)> = self
            .score
            .markers
            .iter()
            .filter_map(|marker| Some((marker.at, f64::from(marker.lead?.words_per_minute))))
            .collect();
        let (Some(first), Some(last)) = (led.first(), led.last()) else { return Group::new() };
        let (least, most) = led
            .iter()
            .fold((f64::MAX, f64::MIN), |(least, most), (_, pace)| (least.min(*pace), most.max(*pace)));
        let y = |pace: f64| PACE.0 + (most - pace) / (most - least).max(1.0) * PACE.1;
        let mut curve = vec![(LEFT, y(first.1))];
        for (at, pace) in &led {
            let before = curve[curve.len() - 1].1;
            curve.extend([(self.x(*at), before), (self.x(*at), y(*pace))]);
        }
        curve.push((WIDTH - RIGHT, y(last.1)));
        lane("words", PACE, "voice")
            .add(label("a minute", "faint", 20.0, PACE.0 + 30.0, 10))
            .add(
                label(&format!("{most:.0}"), "faint", LEFT - 8.0, PACE.0 + 5.0, 10).set("text-anchor", "end"),
            )
            .add(
                label(&format!("{least:.0}"), "faint", LEFT - 8.0, PACE.0 + PACE.1 + 3.0, 10)
                    .set("text-anchor", "end"),
            )
            .add(line("pace curve", &curve))
    }

    fn minutes(&self) -> Group {
        let minutes = self.score.length.to_seconds(self.score.rate) / 60.0;
        let step = [1, 2, 5, 10, 15, 30, 60]
            .into_iter()
            .find(|step| minutes / f64::from(*step) <= 12.0)
            .unwrap_or(120);
        let mut group = Group::new();
        for minute in (0..=minutes as u32).step_by(step as usize) {
            let x = tenths(LEFT + f64::from(minute) / minutes.max(1.0 / 60.0) * (WIDTH - LEFT - RIGHT));
            let tick = Line::new()
                .set("class", "rule")
                .set("x1", x)
                .set("x2", x)
                .set("y1", BOTTOM)
                .set("y2", BOTTOM + 6.0);
            group = group.add(tick).add(
                label(&format!("{minute} min"), "faint", x, BOTTOM + 20.0, 11).set("text-anchor", "middle"),
            );
        }
        group
    }
}

/// The row that is free first.
fn soonest(free: &[f64; NAME_ROWS]) -> usize {
    (0..NAME_ROWS).min_by(|one, other| free[*one].total_cmp(&free[*other])).unwrap_or(0)
}

/// A lane with its name.
fn lane(name: &str, (top, height): (f64, f64), class: &str) -> Group {
    Group::new().add(label(name, class, 20.0, top + (height / 2.0).min(16.0) + 4.0, 13))
}

fn label(text: &str, class: &str, x: f64, y: f64, size: u32) -> Text {
    Text::new(text).set("class", class).set("x", x).set("y", y).set("font-size", size)
}

fn line(class: &str, points: &[(f64, f64)]) -> Polyline {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    Polyline::new().set("class", class).set("points", points.join(" "))
}

/// A tenth of a unit is finer than a screen shows.
fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
