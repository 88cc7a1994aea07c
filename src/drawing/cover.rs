//! The cover of a session, for players that show one: its time as a ring, clockwise from the top, around a moon.

use std::f64::consts::TAU;

use resvg::{tiny_skia, usvg};
use svg::Document;
use svg::node::element::{Circle, Definitions, Group, Line, LinearGradient, Mask, Path, Rectangle, Stop};

use super::parts;
use crate::plan::Track;
use crate::score::Score;

/// The width and height of the picture, in pixels: the least that podcast directories take (Apple, Spotify).
pub const SIDE: u32 = 1400;
/// The picture's own units.
const UNITS: f64 = 700.0;
const CENTRE: f64 = UNITS / 2.0;
/// The radius of the ring of poses, and the width of its line.
const RING: (f64, f64) = (262.0, 26.0);
/// The radii between which words are drawn.
const WORDS: (f64, f64) = (214.0, 238.0);
/// The free space between two arcs, in radians.
const GAP: f64 = 0.055;
/// The colours of the first pose and of the last.
const FIRST: [f64; 3] = [236.0, 178.0, 98.0];
const LAST: [f64; 3] = [92.0, 124.0, 196.0];
const FAINT: &str = "#3c4764";
const MOON: &str = "#e8e2cf";

/// The cover of a session as a picture (SVG) without letters, for there may be no font where it is drawn.
pub fn cover(score: &Score) -> String {
    let length = score.length.to_seconds(score.rate).max(1.0);
    let angle = |at: crate::units::Frames| at.to_seconds(score.rate) / length * TAU;
    let poses = score.markers.len();
    let mut ring =
        Group::new().set("fill", "none").set("stroke-width", RING.1).set("stroke-linecap", "round");
    for part in parts::parts(score) {
        let colour = part.pose.map_or_else(|| FAINT.to_owned(), |pose| between(pose, poses));
        let (from, to) = (angle(part.from) + GAP / 2.0, angle(part.to) - GAP / 2.0);
        ring = ring.add(Path::new().set("stroke", colour).set("d", arc(from, to.max(from + 0.002))));
    }
    let mut words = Group::new().set("stroke", "#aab4cc").set("stroke-width", 1.6).set("stroke-opacity", 0.7);
    for event in score.events.iter().filter(|event| event.track != Track::Chime) {
        let (x1, y1) = on_circle(angle(event.at), WORDS.0);
        let (x2, y2) = on_circle(angle(event.at), WORDS.1);
        words = words.add(Line::new().set("x1", x1).set("y1", y1).set("x2", x2).set("y2", y2));
    }
    let page = Rectangle::new().set("width", UNITS).set("height", UNITS).set("fill", "url(#night)");
    let document = Document::new()
        .set("viewBox", (0, 0, UNITS, UNITS))
        .add(definitions())
        .add(page)
        .add(ring)
        .add(words)
        .add(circle(CENTRE, CENTRE, 96.0, MOON).set("mask", "url(#crescent)"));
    format!("{document}\n")
}

/// The cover as PNG, [`SIDE`] pixels wide and high.
pub fn png(score: &Score) -> Vec<u8> {
    let drawn = || {
        let tree = usvg::Tree::from_str(&cover(score), &usvg::Options::default()).ok()?;
        let mut pixels = tiny_skia::Pixmap::new(SIDE, SIDE)?;
        let scale = SIDE as f32 / UNITS as f32;
        resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
        pixels.encode_png().ok()
    };
    // It is this file's own drawing, and of one size: a test draws it.
    drawn().unwrap_or_default()
}

fn definitions() -> Definitions {
    let stop = |offset: &'static str, colour: &'static str| {
        Stop::new().set("offset", offset).set("stop-color", colour)
    };
    let night = LinearGradient::new()
        .set("id", "night")
        .set("x1", 0)
        .set("y1", 0)
        .set("x2", 0)
        .set("y2", 1)
        .add(stop("0", "#1b2238"))
        .add(stop("1", "#0d1120"));
    let crescent = Mask::new()
        .set("id", "crescent")
        .add(circle(CENTRE, CENTRE, 96.0, "#ffffff"))
        .add(circle(CENTRE + 42.0, CENTRE - 26.0, 82.0, "#000000"));
    Definitions::new().add(night).add(crescent)
}

fn circle(x: f64, y: f64, radius: f64, fill: &str) -> Circle {
    Circle::new().set("cx", x).set("cy", y).set("r", radius).set("fill", fill)
}

/// A point on a circle around the centre; the angle is in radians, clockwise from the top.
fn on_circle(angle: f64, radius: f64) -> (f64, f64) {
    let hundredths = |number: f64| (number * 100.0).round() / 100.0;
    (hundredths(CENTRE + radius * angle.sin()), hundredths(CENTRE - radius * angle.cos()))
}

/// An arc of the ring.
fn arc(from: f64, to: f64) -> String {
    let ((x1, y1), (x2, y2)) = (on_circle(from, RING.0), on_circle(to, RING.0));
    let radius = RING.0;
    let is_large = u8::from(to - from > TAU / 2.0);
    format!("M{x1},{y1}A{radius},{radius},0,{is_large},1,{x2},{y2}")
}

/// The colour of a pose, from 1 to `poses`.
fn between(pose: usize, poses: usize) -> String {
    let part = (pose - 1) as f64 / (poses.max(2) - 1) as f64;
    let mixed = |at: usize| (FIRST[at] + (LAST[at] - FIRST[at]) * part).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mixed(0), mixed(1), mixed(2))
}
