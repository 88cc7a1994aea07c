//! Pictures of sessions, drawn from the scores of built-in routines.

use resvg::usvg;

use crate::catalogue::Shelf;
use crate::drawing::{cover, ribbon, timeline};
use crate::phrases::Phrases;
use crate::plan::Plan;
use crate::routine::Routine;
use crate::routine::parse::parse;
use crate::score::Score;
use crate::score::compile::compile;
use crate::settings::Settings;
use crate::units::{Frames, SampleRate};
use std::time::Duration;

const RATE: SampleRate = SampleRate::HZ_48000;

/// A routine that everybody has, in English.
fn built_in(name: &str) -> Routine {
    parse(&Shelf::english().read(name).unwrap().text).unwrap()
}

fn score(routine: &Routine) -> Score {
    let phrases = Phrases::for_language("en").0;
    let plan = Plan::new(routine, &Settings::default(), &phrases, 30);
    let words = |id| {
        let letters = plan.utterance(id).text.len() as u64;
        Some(Frames::at(Duration::from_millis(70 * letters), RATE))
    };
    compile(&plan, RATE, &words, &|_| Frames::at(Duration::from_secs(4), RATE)).0
}

fn drawn(svg: &str) -> usvg::Tree {
    usvg::Tree::from_str(svg, &usvg::Options::default()).unwrap()
}

#[test]
fn a_timeline_names_every_pose_in_order() {
    let routine = built_in("bedtime-back");
    let svg = timeline(&score(&routine), "Bed & <rest>", "natural");
    let size = drawn(&svg).size();
    assert!(size.width() > 2.0 * size.height());
    assert!(svg.contains("Bed &amp; &lt;rest&gt;"), "signs of XML are escaped");
    let mut from = 0;
    for pose in &routine.poses {
        let name = pose.name.as_str();
        from += svg[from..].find(name).unwrap_or_else(|| panic!("{name} is missing, or out of order"));
    }
    for lane in ["voice", "right", "left", "counts", "breath", "sound"] {
        assert!(svg.contains(&format!(">\n{lane}\n<")) || svg.contains(&format!(">{lane}<")), "{lane}");
    }
}

#[test]
fn a_timeline_of_a_routine_without_holds_or_sides_is_drawn() {
    let routine = parse("title = \"Rest\"\n[[pose]]\nname = \"Lie\"\nsteps = [\"Rest.\"]").unwrap();
    drawn(&timeline(&score(&routine), "Rest", "natural"));
    assert!(!cover::png(&score(&routine)).is_empty());
}

#[test]
fn a_ribbon_has_its_width_and_every_pose_that_has_room() {
    let score = score(&built_in("bedtime-back"));
    for columns in [20, 66, 200] {
        let [numbers, heard] = ribbon::ribbon(&score, columns);
        assert_eq!(heard.chars().count(), columns);
        assert!(numbers.chars().count() <= columns);
        let shown: Vec<usize> = numbers.split_whitespace().map(|number| number.parse().unwrap()).collect();
        assert!(shown.is_sorted() && shown.first() == Some(&1), "{shown:?}");
        if columns >= 66 {
            assert_eq!(shown, (1..=score.markers.len()).collect::<Vec<_>>());
            assert!(heard.starts_with('█'), "it begins with the welcome: {heard}");
            assert!(heard.ends_with('░'), "it ends with the sound alone: {heard}");
            assert!(heard.contains('▒'), "holds are counted: {heard}");
        }
    }
}

#[test]
fn a_cover_is_as_large_and_as_small_as_directories_ask_and_goes_through_the_poses() {
    let score = score(&built_in("bedtime-back"));
    let png = cover::png(&score);
    assert!(png.len() < 512 * 1024, "half a megabyte is the most: {}", png.len());
    let pixels = tiny_skia::Pixmap::decode_png(&png).unwrap();
    assert_eq!((pixels.width(), pixels.height()), (cover::SIDE, cover::SIDE));
    // The ring turns from warm to cool with the poses.
    let middle = |pose: usize| {
        let end =
            score.markers.get(pose + 1).map_or(score.markers[pose].at + Frames(48_000 * 20), |next| next.at);
        let at =
            (score.markers[pose].at.0 + end.0) as f64 / 2.0 / score.length.0 as f64 * std::f64::consts::TAU;
        let radius = f64::from(cover::SIDE) * 262.0 / 700.0;
        let centre = f64::from(cover::SIDE) / 2.0;
        let pixel =
            pixels.pixel((centre + radius * at.sin()) as u32, (centre - radius * at.cos()) as u32).unwrap();
        i32::from(pixel.red()) - i32::from(pixel.blue())
    };
    let warmth: Vec<i32> = (0..score.markers.len()).map(middle).collect();
    assert!(warmth.is_sorted_by(|before, after| before > after), "{warmth:?}");
}
