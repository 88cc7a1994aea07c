//! A score to look at: as JSON, the format that tools and tests rely on, and as a script to read.

use std::fmt::Write as _;

use serde::Serialize;

use super::length::guided;
use super::{Score, ScoreEvent};
use crate::plan::wind_down::PoseTempo;
use crate::plan::{BreathSound, Track};
use crate::routine::Side;
use crate::routine::breath::Phase;
use crate::units::Frames;

/// The JSON of `supine show --json`. Times are seconds from the start.
#[derive(Serialize)]
pub struct Timeline {
    title: String,
    voice: String,
    estimated: bool,
    sample_rate: u32,
    length_s: f64,
    markers: Vec<MarkerRow>,
    events: Vec<EventRow>,
    ambience_gain: Vec<GainRow>,
    /// The phases of paced breaths.
    breaths: Vec<BreathRow>,
    /// One row for each pose; empty without a wind-down.
    wind_down: Vec<LeadRow>,
}

#[derive(Serialize)]
struct MarkerRow {
    at_s: f64,
    name: String,
}

/// How a pose is led.
#[derive(Serialize)]
struct LeadRow {
    pose: usize,
    words_per_minute: f64,
    breaths_per_minute: f64,
    gain_db: f64,
}

impl LeadRow {
    fn new(pose: usize, lead: &PoseTempo) -> Self {
        let tenths = |number: f32| (f64::from(number) * 10.0).round() / 10.0;
        Self {
            pose,
            words_per_minute: tenths(lead.words_per_minute),
            breaths_per_minute: tenths(lead.breaths_per_minute),
            gain_db: tenths(lead.gain.0),
        }
    }
}

#[derive(Serialize)]
struct EventRow {
    at_s: f64,
    length_s: f64,
    track: Track,
    pose: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<&'static str>,
    text: String,
}

#[derive(Serialize)]
struct GainRow {
    at_s: f64,
    gain_db: f64,
}

/// A phase of a breath.
#[derive(Serialize)]
struct BreathRow {
    at_s: f64,
    length_s: f64,
    phase: Phase,
    pose: usize,
    sound: BreathSound,
}

fn side_name(side: Side) -> &'static str {
    match side {
        Side::Right => "right",
        Side::Left => "left",
    }
}

impl Timeline {
    /// The timeline of `score`, spoken by `voice`; `estimated` says that the lengths of words are estimates.
    pub fn new(score: &Score, title: &str, voice: &str, estimated: bool) -> Self {
        let seconds = |frames: Frames| to_microseconds(frames.to_seconds(score.rate));
        Self {
            title: title.to_owned(),
            voice: voice.to_owned(),
            estimated,
            sample_rate: score.rate.hz(),
            length_s: seconds(score.length),
            markers: score
                .markers
                .iter()
                .map(|marker| MarkerRow { at_s: seconds(marker.at), name: marker.name.clone() })
                .collect(),
            events: score
                .events
                .iter()
                .map(|event| EventRow {
                    at_s: seconds(event.at),
                    length_s: seconds(event.length),
                    track: event.track,
                    pose: event.pose,
                    side: event.side.map(side_name),
                    text: event.text.clone(),
                })
                .collect(),
            ambience_gain: score
                .ambience
                .iter()
                .map(|point| GainRow { at_s: seconds(point.at), gain_db: f64::from(point.gain.0) })
                .collect(),
            breaths: score
                .breaths
                .iter()
                .map(|breath| BreathRow {
                    at_s: seconds(breath.at),
                    length_s: seconds(breath.length),
                    phase: breath.phase,
                    pose: breath.pose,
                    sound: breath.sound,
                })
                .collect(),
            wind_down: (1..)
                .zip(&score.markers)
                .filter_map(|(pose, marker)| Some(LeadRow::new(pose, marker.lead.as_ref()?)))
                .collect(),
        }
    }
}

/// Rounds to microseconds: finer than a frame, and without long floating-point tails in the file.
fn to_microseconds(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}

/// Minutes and seconds, such as "12:05".
pub fn clock(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// Sound after the last word that is worth a line, in seconds.
const NOTICED: f64 = 20.0;

/// The script of a score: the words and their times, each hold folded into one line.
pub fn script(score: &Score) -> String {
    let mut out = String::new();
    let mut pose = usize::MAX;
    let mut side = None;
    let mut events = score.events.iter().peekable();
    let mut led_breaths = led_breaths(score).into_iter().peekable();
    let seconds = |frames: Frames| frames.to_seconds(score.rate);
    // Writing to a String can't fail.
    let silent = |out: &mut String, led: LedBreaths| {
        let _ = writeln!(out, "{:>6}    [ {led} ]", clock(seconds(led.at)));
    };
    while let Some(event) = events.next() {
        // Breaths of which no word is said.
        while let Some(led) = led_breaths.next_if(|led| led.at < event.at) {
            silent(&mut out, led);
        }
        if event.pose != pose {
            pose = event.pose;
            let name = heading(score, event);
            let _ = write!(out, "\n{:>6}  {name}\n", clock(seconds(event.at)));
            side = None;
        }
        if event.side != side {
            side = event.side;
            if let Some(side) = side {
                let _ = writeln!(out, "          {} side", side_name(side));
            }
        }
        let line = match event.track {
            Track::Speech => event.text.clone(),
            Track::Chime => format!("({})", event.text),
            Track::Count | Track::Breath => {
                let mut last = event;
                let mut cues = vec![event.text.trim_end_matches('.')];
                while let Some(next) = events.next_if(|next| same_hold(last, next)) {
                    cues.push(next.text.trim_end_matches('.'));
                    last = next;
                }
                let line = folded(&cues, seconds(last.at + last.length) - seconds(event.at));
                match led_breaths.next_if(|led| (event.at..=last.at + last.length).contains(&led.at)) {
                    Some(led) => format!("{line}  {led}"),
                    None => line,
                }
            }
        };
        let _ = writeln!(out, "{:>6}    {line}", clock(seconds(event.at)));
    }
    led_breaths.for_each(|led| silent(&mut out, led));
    out.push_str(&tail(score));
    out
}

/// The head of a part of the script.
fn heading(score: &Score, event: &ScoreEvent) -> String {
    let first = score.markers.first().map_or(Frames::NEVER, |marker| marker.at);
    match event.pose.checked_sub(1).and_then(|place| score.markers.get(place)) {
        Some(marker) => format!("{}  {}{}", event.pose, marker.name, led(marker.lead)),
        None if event.at < first => "Welcome".to_owned(),
        None => "Close".to_owned(),
    }
}

/// What comes after the last word.
fn tail(score: &Score) -> String {
    let (whole, last) = (score.length.to_seconds(score.rate), guided(score));
    let (fades, end) = if score.endless { ("", "Until morning") } else { (", and fades", "End") };
    let stays = match whole - last > NOTICED {
        true => format!("{:>6}    (the sound stays{fades})\n", clock(last)),
        false => String::new(),
    };
    format!("{stays}{:>6}  {end}\n", clock(whole))
}

/// Breaths that something leads besides words.
struct LedBreaths {
    at: Frames,
    end: Frames,
    sound: BreathSound,
    many: usize,
}

impl std::fmt::Display for LedBreaths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let leads = match self.sound {
            BreathSound::Breathing => "the sound breathes",
            BreathSound::Tones => "tones lead",
            BreathSound::None => "nothing leads",
        };
        match self.many {
            1 => write!(f, "{leads} for 1 breath"),
            many => write!(f, "{leads} for {many} breaths"),
        }
    }
}

/// The breaths of each hold that a sound leads.
fn led_breaths(score: &Score) -> Vec<LedBreaths> {
    let mut led: Vec<LedBreaths> = Vec::new();
    for phase in score.breaths.iter().filter(|phase| phase.sound != BreathSound::None) {
        let is_new = usize::from(phase.phase == Phase::In);
        let end = phase.at + phase.length;
        match led.last_mut() {
            // Between two holds there are words at least.
            Some(hold) if phase.at <= hold.end && hold.sound == phase.sound => {
                (hold.end, hold.many) = (end, hold.many + is_new);
            }
            _ => led.push(LedBreaths { at: phase.at, end, sound: phase.sound, many: is_new }),
        }
    }
    led
}

/// "  (115 words and 8 breaths a minute, +2 dB)".
fn led(lead: Option<PoseTempo>) -> String {
    lead.map_or_else(String::new, |lead| {
        format!(
            "  ({:.0} words and {:.1} breaths a minute, {:+.1} dB)",
            lead.words_per_minute, lead.breaths_per_minute, lead.gain.0
        )
    })
}

fn same_hold(a: &ScoreEvent, b: &ScoreEvent) -> bool {
    a.track == b.track && a.side == b.side && a.pose == b.pose && a.span == b.span
}

fn folded(cues: &[&str], length: f64) -> String {
    match cues {
        [] => String::new(),
        [only] => format!("[ {only} ]"),
        [first, .., last] if cues.len() > 6 => {
            format!("[ {first}, {}, ... {last} ]  {} cues in {length:.0} s", cues[1], cues.len())
        }
        _ => format!("[ {} ]  {length:.0} s", cues.join(", ")),
    }
}
