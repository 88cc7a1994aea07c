//! The cover of a session, for players that show one: its time as a ring, clockwise from the top, around a moon.

use std::f64::consts::{FRAC_PI_2, TAU};

use kurbo::Arc;
use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LinearGradient, Mask, Paint, Path, PathBuilder, Pixmap, Point,
    Rect, Shader, SpreadMode, Stroke, Transform,
};

use super::parts;
use crate::plan::Track;
use crate::score::Score;
use crate::units::Frames;

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
/// The moon's radius; and the place of what covers it, from the centre, and its radius.
const MOON: f64 = 96.0;
const SHADOW: (f64, f64, f64) = (42.0, -26.0, 82.0);
/// The colours of the sky at its top and at its bottom.
const SKY: [[u8; 3]; 2] = [[0x1b, 0x22, 0x38], [0x0d, 0x11, 0x20]];
/// The colours of the first pose and of the last.
const FIRST: [f64; 3] = [236.0, 178.0, 98.0];
const LAST: [f64; 3] = [92.0, 124.0, 196.0];
const FAINT: [u8; 3] = [0x3c, 0x47, 0x64];
const WORD: [u8; 3] = [0xaa, 0xb4, 0xcc];
const WORD_OPACITY: u8 = 178;
const MOONLIGHT: [u8; 3] = [0xe8, 0xe2, 0xcf];

/// The cover of a session as PNG, [`SIDE`] pixels wide and high. It has no letters.
pub fn png(score: &Score) -> Vec<u8> {
    let drawn = || {
        let mut picture = Picture::new()?;
        picture.sky()?;
        picture.ring(score)?;
        picture.words(score)?;
        picture.moon()?;
        picture.pixels.encode_png().ok()
    };
    // All of it has a size, and a test draws it.
    drawn().unwrap_or_default()
}

/// What is drawn; `None` where a shape has no size.
struct Picture {
    pixels: Pixmap,
    /// From the picture's own units to pixels.
    scale: Transform,
}

impl Picture {
    fn new() -> Option<Self> {
        let scale = (f64::from(SIDE) / UNITS) as f32;
        Some(Self { pixels: Pixmap::new(SIDE, SIDE)?, scale: Transform::from_scale(scale, scale) })
    }

    fn sky(&mut self) -> Option<()> {
        let side = UNITS as f32;
        let [top, bottom] = SKY.map(opaque);
        let stops = vec![GradientStop::new(0.0, top), GradientStop::new(1.0, bottom)];
        let (from, to) = (Point::from_xy(0.0, 0.0), Point::from_xy(0.0, side));
        let shader = LinearGradient::new(from, to, stops, SpreadMode::Pad, Transform::identity())?;
        let paint = Paint { shader, ..Paint::default() };
        self.pixels.fill_rect(Rect::from_xywh(0.0, 0.0, side, side)?, &paint, self.scale, None);
        Some(())
    }

    fn ring(&mut self, score: &Score) -> Option<()> {
        let poses = score.markers.len();
        let stroke = Stroke { width: RING.1 as f32, line_cap: LineCap::Round, ..Stroke::default() };
        for part in parts::parts(score) {
            let colour = part.pose.map_or(FAINT, |pose| between(pose, poses));
            let (from, to) = (angle(score, part.from) + GAP / 2.0, angle(score, part.to) - GAP / 2.0);
            self.stroke(&arc(from, to.max(from + 0.002))?, opaque(colour), &stroke);
        }
        Some(())
    }

    fn words(&mut self, score: &Score) -> Option<()> {
        let [red, green, blue] = WORD;
        let colour = Color::from_rgba8(red, green, blue, WORD_OPACITY);
        let stroke = Stroke { width: 1.6, ..Stroke::default() };
        for event in score.events.iter().filter(|event| event.track != Track::Chime) {
            let mut line = PathBuilder::new();
            let ((x1, y1), (x2, y2)) =
                (on_circle(angle(score, event.at), WORDS.0), on_circle(angle(score, event.at), WORDS.1));
            line.move_to(x1 as f32, y1 as f32);
            line.line_to(x2 as f32, y2 as f32);
            self.stroke(&line.finish()?, colour, &stroke);
        }
        Some(())
    }

    /// A crescent: a circle, but for what lies in another one.
    fn moon(&mut self) -> Option<()> {
        let (right, down, radius) = SHADOW;
        let mut mask = Mask::new(SIDE, SIDE)?;
        mask.fill_path(&circle(CENTRE + right, CENTRE + down, radius)?, FillRule::Winding, true, self.scale);
        mask.invert();
        let paint = Paint { shader: Shader::SolidColor(opaque(MOONLIGHT)), ..Paint::default() };
        let moon = circle(CENTRE, CENTRE, MOON)?;
        self.pixels.fill_path(&moon, &paint, FillRule::Winding, self.scale, Some(&mask));
        Some(())
    }

    fn stroke(&mut self, path: &Path, colour: Color, stroke: &Stroke) {
        let paint = Paint { shader: Shader::SolidColor(colour), ..Paint::default() };
        self.pixels.stroke_path(path, &paint, stroke, self.scale, None);
    }
}

/// Where a place of the session is on the ring, in radians, clockwise from the top.
fn angle(score: &Score, at: Frames) -> f64 {
    at.to_seconds(score.rate) / score.length.to_seconds(score.rate).max(1.0) * TAU
}

/// A point on a circle around the centre; the angle is in radians, clockwise from the top.
fn on_circle(angle: f64, radius: f64) -> (f64, f64) {
    (CENTRE + radius * angle.sin(), CENTRE - radius * angle.cos())
}

fn circle(x: f64, y: f64, radius: f64) -> Option<Path> {
    PathBuilder::from_circle(x as f32, y as f32, radius as f32)
}

/// An arc of the ring, as curves.
fn arc(from: f64, to: f64) -> Option<Path> {
    let (x, y) = on_circle(from, RING.0);
    let mut path = PathBuilder::new();
    path.move_to(x as f32, y as f32);
    // kurbo's angles begin at the right.
    let arc = Arc::new((CENTRE, CENTRE), (RING.0, RING.0), from - FRAC_PI_2, to - from, 0.0);
    arc.to_cubic_beziers(0.01, |a, b, end| {
        let [a, b, end] = [a, b, end].map(|point| (point.x as f32, point.y as f32));
        path.cubic_to(a.0, a.1, b.0, b.1, end.0, end.1);
    });
    path.finish()
}

fn opaque([red, green, blue]: [u8; 3]) -> Color {
    Color::from_rgba8(red, green, blue, u8::MAX)
}

/// The colour of a pose, from 1 to `poses`.
fn between(pose: usize, poses: usize) -> [u8; 3] {
    let part = (pose - 1) as f64 / (poses.max(2) - 1) as f64;
    std::array::from_fn(|at| (FIRST[at] + (LAST[at] - FIRST[at]) * part).round() as u8)
}
