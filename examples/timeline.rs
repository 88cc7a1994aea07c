//! Draws the JSON of `supine show --json` (standard input) as a picture (SVG, standard output):
//! `supine show bedtime-back --json | cargo run --example timeline > docs/timeline.svg`

use std::error::Error;

use serde::Deserialize;
use svg::Document;
use svg::node::element::{Group, Line, Polyline, Rectangle, Text};

const WIDTH: f64 = 1200.0;
const LEFT: f64 = 90.0;
const RIGHT: f64 = 20.0;
const NAMES_TOP: f64 = 60.0;
/// Top of each lane of events, in the order of `LANES`.
const LANES_TOP: f64 = 150.0;
const LANE: f64 = 34.0;
const GAIN_TOP: f64 = 270.0;
const GAIN_HEIGHT: f64 = 70.0;
const HEIGHT: f64 = 385.0;
const LANES: [(&str, &str); 3] = [("speech", "#8fa8d8"), ("count", "#e0b060"), ("breath", "#7fc0a0")];

#[derive(Deserialize)]
struct Timeline {
    title: String,
    voice: String,
    length_s: f64,
    markers: Vec<Marker>,
    events: Vec<Event>,
    ambience_gain: Vec<Gain>,
}

#[derive(Deserialize)]
struct Marker {
    at_s: f64,
    name: String,
}

#[derive(Deserialize)]
struct Event {
    at_s: f64,
    length_s: f64,
    track: String,
}

#[derive(Deserialize)]
struct Gain {
    at_s: f64,
    gain_db: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let timeline: Timeline = serde_json::from_reader(std::io::stdin().lock())?;
    let x = |seconds: f64| LEFT + seconds / timeline.length_s * (WIDTH - LEFT - RIGHT);
    let background =
        Rectangle::new().set("width", WIDTH).set("height", HEIGHT).set("rx", 8).set("fill", "#161a26");
    let document = Document::new()
        .set("viewBox", (0, 0, WIDTH, HEIGHT))
        .set("font-family", "sans-serif")
        .add(background)
        .add(heading(&timeline))
        .add(poses(&timeline, &x))
        .add(events(&timeline, &x))
        .add(ambience(&timeline, &x))
        .add(minutes(&timeline, &x));
    svg::write(std::io::stdout().lock(), &document)?;
    Ok(())
}

fn label(text: &str, x: f64, y: f64, size: u32, fill: &str) -> Text {
    Text::new(text).set("x", x).set("y", y).set("font-size", size).set("fill", fill)
}

fn heading(timeline: &Timeline) -> Group {
    let about = format!("{:.0} minutes, {}", timeline.length_s / 60.0, timeline.voice);
    Group::new().add(label(&timeline.title, LEFT, 30.0, 18, "#e8ecf6")).add(label(
        &about,
        WIDTH - 330.0,
        30.0,
        13,
        "#98a2ba",
    ))
}

fn poses(timeline: &Timeline, x: &dyn Fn(f64) -> f64) -> Group {
    let mut group = Group::new();
    for (place, marker) in timeline.markers.iter().enumerate() {
        let at = x(marker.at_s);
        let line = Line::new()
            .set("x1", at)
            .set("x2", at)
            .set("y1", NAMES_TOP - 10.0)
            .set("y2", GAIN_TOP + GAIN_HEIGHT)
            .set("stroke", "#343c52");
        // Names alternate between rows, since short poses stand close together.
        let y = NAMES_TOP + 22.0 * (place % 3) as f64;
        group = group.add(line).add(label(&marker.name, at + 5.0, y, 13, "#c8d0e4"));
    }
    group
}

fn events(timeline: &Timeline, x: &dyn Fn(f64) -> f64) -> Group {
    let mut group = Group::new();
    for (lane, (track, fill)) in LANES.into_iter().enumerate() {
        let top = LANES_TOP + LANE * lane as f64;
        group = group.add(label(track, 20.0, top + 16.0, 13, fill));
        for event in timeline.events.iter().filter(|event| event.track == track) {
            let width = x(event.at_s + event.length_s) - x(event.at_s);
            let bar = Rectangle::new()
                .set("x", x(event.at_s))
                .set("y", top)
                .set("width", width.max(0.8))
                .set("height", LANE - 12.0)
                .set("fill", fill);
            group = group.add(bar);
        }
    }
    group
}

fn ambience(timeline: &Timeline, x: &dyn Fn(f64) -> f64) -> Group {
    let y = |gain: f64| GAIN_TOP + (-gain).clamp(0.0, 60.0) / 60.0 * GAIN_HEIGHT;
    let points: Vec<String> = timeline
        .ambience_gain
        .iter()
        .map(|point| format!("{:.1},{:.1}", x(point.at_s), y(point.gain_db)))
        .collect();
    let curve = Polyline::new()
        .set("points", points.join(" "))
        .set("fill", "none")
        .set("stroke", "#b090d0")
        .set("stroke-width", 1.2);
    Group::new()
        .add(label("ambience", 20.0, GAIN_TOP + 22.0, 13, "#b090d0"))
        .add(label("dB to voice", 20.0, GAIN_TOP + 38.0, 10, "#98a2ba"))
        .add(curve)
}

fn minutes(timeline: &Timeline, x: &dyn Fn(f64) -> f64) -> Group {
    let mut group = Group::new();
    let mut minute = 0.0;
    while minute * 60.0 <= timeline.length_s {
        let text = format!("{minute:.0} min");
        group = group.add(label(&text, x(minute * 60.0), HEIGHT - 15.0, 11, "#98a2ba"));
        minute += 5.0;
    }
    group
}
