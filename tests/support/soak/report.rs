//! The report of a soak, and its picture.

use std::fs;
use std::path::Path;
use std::time::Instant;

use svg::Document;
use svg::node::element::{Polyline, Text};

use super::drift::Drift;
use super::missing::Longest;
use super::watched::Usage;

const WIDTH: f64 = 900.0;
const PANEL: f64 = 120.0;

/// One figure of a usage.
type Figure = fn(&Usage) -> f64;

/// What happened.
pub struct Report {
    hours: f64,
    seed: u64,
    began: Instant,
    events: Vec<(f64, String)>,
    pub sessions: u32,
    pub requests: u32,
    /// Requests that came while no session listened.
    pub refused: u32,
    pub usage: Vec<Usage>,
    pub silence: Longest,
    pub no_answer: Longest,
    pub drift: Drift,
    /// How often the sound broke off.
    pub broke_off: u64,
    /// Entries of the log, and how many of them are whole.
    pub entries: usize,
    pub whole: usize,
    /// What must not happen.
    pub lost: Vec<String>,
}

impl Report {
    pub fn begin(hours: f64, seed: u64) -> Self {
        println!("soak: {hours} hours, seed {seed}");
        Self {
            hours,
            seed,
            began: Instant::now(),
            events: Vec::new(),
            sessions: 0,
            requests: 0,
            refused: 0,
            usage: Vec::new(),
            silence: Longest::default(),
            no_answer: Longest::default(),
            drift: Drift::default(),
            broke_off: 0,
            entries: 0,
            whole: 0,
            lost: Vec::new(),
        }
    }

    pub fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    pub fn event(&mut self, what: &str) {
        self.events.push((self.seconds(), what.to_owned()));
    }

    /// What was done last.
    pub fn last_events(&self) -> String {
        let last = self.events.iter().rev().take(5).rev();
        last.map(|(at, what)| format!("at {at:.0} s {what}")).collect::<Vec<_>>().join(", ")
    }

    /// What was seen, line by line.
    pub fn told(&self) -> String {
        let faults = self.events.iter().filter(|(_, what)| what.contains(' ')).count();
        let running = || self.usage.iter().filter(|usage| usage.memory > 0.0);
        let most = |of: fn(&Usage) -> f64| running().map(of).fold(0.0, f64::max);
        let mut text = format!(
            "soak: {:.2} hours of {}, seed {}: {} sessions, {} requests ({} came while none listened), {faults} faults\n",
            self.seconds() / 3_600.0,
            self.hours,
            self.seed,
            self.sessions,
            self.requests,
            self.refused
        );
        text += &format!(
            "soak: at most {:.0} MiB, {:.0} handles, {:.0} threads\n",
            most(|usage| usage.memory),
            most(|usage| usage.handles as f64),
            most(|usage| usage.threads as f64)
        );
        text += &format!("soak: the sound broke off {} times, faults included\n", self.broke_off);
        for (what, longest) in [("sound", self.silence), ("an answer", self.no_answer)] {
            let [after, otherwise] = [longest.after_fault, longest.otherwise].map(|time| time.as_secs_f64());
            text += &format!(
                "soak: without {what} for at most {after:.0} s after a fault, {otherwise:.0} s otherwise\n"
            );
        }
        text += &match self.drift.found() {
            None => "soak: too short to see a drift\n".to_owned(),
            Some(found) => format!(
                "soak: left alone for {:.1} minutes, it drifts {:.0} ms an hour from the clock, give or take {:.0}\n",
                found.seconds / 60.0,
                found.an_hour,
                found.error
            ),
        };
        text += &format!("soak: {} of {} entries in the log are whole\n", self.whole, self.entries);
        for lost in &self.lost {
            text += &format!("soak: LOST: {lost}\n");
        }
        text
    }

    /// Prints the report, and writes it with its picture.
    pub fn write(&self) {
        let text = self.told();
        print!("{text}");
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/target/soak"));
        let events: String = self.events.iter().map(|(at, what)| format!("{at:.0} s\t{what}\n")).collect();
        let written = fs::create_dir_all(folder)
            .and_then(|()| fs::write(folder.join("report.txt"), &text))
            .and_then(|()| fs::write(folder.join("events.txt"), events))
            .and_then(|()| fs::write(folder.join("usage.svg"), self.picture().to_string()));
        if let Err(error) = written {
            println!("soak: the report can't be written: {error}");
        }
    }

    /// Memory, handles and threads over time.
    fn picture(&self) -> Document {
        let panels: [(&str, Figure); 3] = [
            ("MiB", |usage| usage.memory),
            ("handles", |usage| usage.handles as f64),
            ("threads", |usage| usage.threads as f64),
        ];
        let mut picture = Document::new().set("viewBox", (0, 0, WIDTH, PANEL * panels.len() as f64));
        let length = self.usage.last().map_or(1.0, |usage| usage.at.max(1.0));
        for (row, (name, of)) in panels.into_iter().enumerate() {
            let most = self.usage.iter().map(of).fold(1.0, f64::max);
            let floor = PANEL * (row + 1) as f64 - 10.0;
            let point = |usage: &Usage| {
                format!("{:.1},{:.1}", usage.at / length * WIDTH, floor - of(usage) / most * (PANEL - 40.0))
            };
            let points: Vec<String> = self.usage.iter().map(point).collect();
            picture = picture
                .add(
                    Polyline::new().set("points", points.join(" ")).set("fill", "none").set("stroke", "#36c"),
                )
                .add(
                    Text::new(format!("{name}, at most {most:.0}, over {:.1} minutes", length / 60.0))
                        .set("x", 4)
                        .set("y", floor - PANEL + 24.0)
                        .set("font-size", 14),
                );
        }
        picture
    }
}
