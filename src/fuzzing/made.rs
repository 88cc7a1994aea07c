//! Routines and settings made of bytes: every kind of step in every place where it may stand, and every setting over its
//! whole range. What is made is short, so that many of it can be performed.

use std::fmt::Write as _;
use std::time::Duration;

use super::taken::Taken;
use crate::routine::{Ending, Level};
use crate::settings::{BreathCues, Counting, DEFAULT_LOUDNESS, OwnBreath, Settings, WindDown, Words};
use crate::units::Decibels;

/// How deep steps are nested; a routine may go one deeper.
const DEPTH: usize = 4;
/// The most steps, so that little data makes a little routine.
const STEPS: usize = 40;

const LANGUAGES: [&str; 6] = ["en", "de", "es", "fr", "pt", "sv"];
const POSITIONS: [&str; 4] = ["lying on your back", "on all fours", "child's pose", "sitting, 90° upright"];
const RATIOS: [&str; 8] = ["4:6", "3:7", "1:1", "5.5:5.5", "4:2:6:0", "box", "4-7-8", "2:6:3:9"];
/// Words that are said as they are, and what people write short.
const PIECES: [&str; 40] = [
    "slowly", "knee", "rest", "the", "breathe,", "let", "go", "back.", "10", "½", "5-7", "21 s", "e.g.",
    "L/R", "3 × 10", "—", "“so”", "é", "猫", "٣", "C7", "5%", "90°", "1,000.5", "2nd", "min.", "1/2",
    "(or not)", "...", "&", "x2", "10:30", "kg", "-3", "#1", "Dr.", "a.m.", "I.", "’s", "3,5",
];
const SIDED: [&str; 4] = ["{side}", "{other}", "{side:rechte|linke}", "{other: droite | gauche }"];

/// The text of a routine file.
pub(super) fn routine(taken: &mut Taken<'_>) -> String {
    let mut made = Made { text: String::new(), left: STEPS };
    let text = &mut made.text;
    text.push_str("title = \"Made up\"\n");
    let _ = writeln!(text, "language = \"{}\"", taken.one(&LANGUAGES));
    let _ = writeln!(text, "ending = \"{}\"", taken.one(&["asleep", "awake"]));
    let _ = writeln!(text, "order = \"{}\"", taken.one(&["right first", "left first"]));
    text.push_str(taken.one(&["", "", "welcome = \"none\"\n"]));
    text.push_str(taken.one(&["", "own_breath = true\n"]));
    text.push_str(taken.one(&["", "props = [\"a bed\", \"2 pillows\"]\n", "caution = \"Stop at 3/10.\"\n"]));
    text.push_str(taken.one(&["", "", "words = \"full\"\n"]));
    if taken.once_in(3) {
        let _ = writeln!(text, "breath = \"{}\"", taken.one(&RATIOS));
    }
    for pose in 0..taken.number(1, 3) {
        made.pose(pose, taken);
    }
    made.text
}

/// A text that grows, and how many steps it may still get.
struct Made {
    text: String,
    left: usize,
}

impl Made {
    fn pose(&mut self, number: u32, taken: &mut Taken<'_>) {
        let _ = writeln!(self.text, "[[pose]]\nname = \"{} {number}\"", taken.one(&["Cat", "Cow", "Pigeon"]));
        if taken.once_in(2) {
            let _ = writeln!(self.text, "position = \"{}\"", taken.one(&POSITIONS));
        }
        self.text.push_str(taken.one(&["", "optional = true\n"]));
        self.text.push_str(taken.one(&["", "muscles = [\"hips\", \"feet\"]\n"]));
        self.text.push_str("steps = ");
        self.steps(taken, false, 0);
        self.text.push('\n');
    }

    fn steps(&mut self, taken: &mut Taken<'_>, is_sided: bool, depth: usize) {
        self.text.push_str("[\n");
        for _ in 0..taken.number(1, 5) {
            self.left = self.left.saturating_sub(1);
            self.step(taken, is_sided, depth);
            self.text.push_str(",\n");
            if self.left == 0 || taken.is_over() {
                break;
            }
        }
        self.text.push(']');
    }

    fn step(&mut self, taken: &mut Taken<'_>, is_sided: bool, depth: usize) {
        let can_nest = depth < DEPTH && self.left > 0;
        match taken.byte() % 16 {
            0 if can_nest && !is_sided => self.nested("{ each_side = ", taken, true, depth, " }"),
            1 if can_nest => {
                let times = taken.number(1, 3);
                let more = taken.one(&["", "at_least = 1, ", "wait = true, ", "wait = \"2s\", "]);
                let head = format!("{{ repeat = {{ times = {times}, {more}steps = ");
                self.nested(&head, taken, is_sided, depth, " } }");
            }
            2 if can_nest => {
                let head = format!("{{ {} = ", taken.one(&["gentle", "deeper"]));
                self.nested(&head, taken, is_sided, depth, " }");
            }
            3..=6 => {
                let step = hold(taken);
                self.text.push_str(&step);
            }
            7 => {
                let key = taken
                    .one(&["option", "short", "release", "inhale", "exhale", "wait", "gentle", "deeper"]);
                let text = sentence(taken, is_sided);
                let _ = write!(self.text, "{{ {key} = {text} }}");
            }
            8 => self.text.push_str("{ sound = \"bowl\" }"),
            9 => {
                let time = taken.one(&["", ", time = 0.1", ", time = 7.5"]);
                let _ =
                    write!(self.text, "{{ move_to = {{ position = \"{}\"{time} }} }}", taken.one(&POSITIONS));
            }
            10 => {
                let text = sentence(taken, is_sided);
                let _ =
                    write!(self.text, "{{ wait = {{ text = {text}, at_most = {} }} }}", taken.number(1, 9));
            }
            _ => {
                let text = sentence(taken, is_sided);
                self.text.push_str(&text);
            }
        }
    }

    fn nested(&mut self, head: &str, taken: &mut Taken<'_>, is_sided: bool, depth: usize, tail: &str) {
        self.text.push_str(head);
        self.steps(taken, is_sided, depth + 1);
        self.text.push_str(tail);
    }
}

/// A hold, a rest, or counting.
fn hold(taken: &mut Taken<'_>) -> String {
    let n = taken.number(1, 12);
    let limits = taken.one(&["", ", at_least = 1", ", at_most = 20", ", at_least = 1, at_most = 12"]);
    let kind = taken.one(&["breaths", "sway"]);
    match taken.byte() % 9 {
        0 => format!("{{ count = {n} }}"),
        1 => format!("{{ count = {{ to = {n}, beat = \"{}ms\"{limits} }} }}", taken.number(500, 2_000)),
        2 => format!("{{ {kind} = {n} }}"),
        3 | 4 => format!("{{ {kind} = {{ cycles = {n}, ratio = \"{}\"{limits} }} }}", taken.one(&RATIOS)),
        5 => format!("{{ seconds = {n} }}"),
        6 => format!("{{ seconds = \"{}ms\" }}", taken.number(500, 9_999)),
        7 => format!("{{ rest = {{ time = {n}{limits} }} }}"),
        _ => format!("{{ rest = 0.{n} }}"),
    }
}

/// A sentence in quotes.
fn sentence(taken: &mut Taken<'_>, is_sided: bool) -> String {
    let mut text = "\"Now".to_owned();
    for _ in 0..taken.byte() % 8 {
        let piece = if is_sided && taken.once_in(4) { taken.one(&SIDED) } else { taken.one(&PIECES) };
        text.extend([" ", piece]);
    }
    text + ".\""
}

const BREATH_CUES: [BreathCues; 5] =
    [BreathCues::Sound, BreathCues::Voice, BreathCues::Tone, BreathCues::Number, BreathCues::None];

/// Settings over their whole range; only what would take long is short.
pub(super) fn settings(taken: &mut Taken<'_>) -> Settings {
    let seconds = |taken: &mut Taken<'_>, of: &[u64]| Duration::from_secs(taken.one(of));
    let gain = |taken: &mut Taken<'_>, least: f32, most: f32| {
        if taken.once_in(2) {
            Decibels(least + (most - least) * taken.part() as f32)
        } else {
            Decibels::UNITY
        }
    };
    let mut settings = Settings {
        pace: taken.one(&["normal", "slow", "brisk", "0.5", "0.77", "2"]).parse().unwrap_or_default(),
        holds: taken.one(&[1.0, 0.1, 0.33, 2.0, 3.0]),
        pauses: 0.95 + 0.1 * taken.part(),
        counting: taken.one(&[Counting::Every, Counting::Sparse, Counting::None]),
        level: taken.one(&[Level::Standard, Level::Gentle, Level::Deeper]),
        words: taken.one(&[Words::Full, Words::Brief, Words::Short, Words::Names]),
        breath: taken.one(&RATIOS).parse().unwrap_or_default(),
        is_breath_asked: taken.once_in(2),
        takes_taps: taken.once_in(2),
        breath_cues: taken.one(&BREATH_CUES),
        loudness: if taken.once_in(2) {
            Decibels(-40.0 + 30.0 * taken.part() as f32)
        } else {
            DEFAULT_LOUDNESS
        },
        ambience_gain: gain(taken, -40.0, 12.0),
        voice_gain: gain(taken, -40.0, 6.0),
        wind_down: taken.one(&[WindDown::Off, WindDown::Gentle, WindDown::Full]),
        ambience: !taken.once_in(5),
        is_music: taken.once_in(3),
        ending: taken.one(&[None, Some(Ending::Asleep), Some(Ending::Awake)]),
        sleep_timer: seconds(taken, &[5, 0, 1, 3, 60, 12 * 3600]),
        until_morning: taken.once_in(5),
        settle: seconds(taken, &[0, 0, 1, 60]),
        mono: taken.once_in(4),
        ..Settings::default()
    };
    if taken.once_in(4) {
        let tapped = Duration::from_millis(taken.number(1_500, 15_000).into());
        let slowest = settings.slowest_breath(settings.breath);
        settings.own_breath = Some(OwnBreath::new(tapped, slowest, settings.pace.factor()));
    }
    if taken.once_in(8) {
        settings.preview();
    }
    settings
}
