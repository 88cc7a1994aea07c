//! What playing costs: processor time, memory and wakeups, beside mpv with the rendered file.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::support::process::Helper;
use super::support::stage::Stage;

const SOON: Duration = Duration::from_secs(60);
const LIMIT: Duration = Duration::from_secs(600);
/// What is measured: a minute, from the start of the program on; and the next minute.
const MINUTE: Duration = Duration::from_secs(60);

pub fn playing() {
    let stage = Stage::with_device();
    let session = ["bedtime-back", "--voice", "natural", "--ambience", "ocean"];
    for file in ["bed.opus", "bed.wav"] {
        stage.supine(&[&["render"], &session[..], &["-o", file]].concat()).wait(LIMIT).expect_code(0);
    }
    let mut costs = BTreeMap::new();
    for _ in 0..2 {
        let players: [(&str, Command); 3] = [
            ("supine", program(&stage, env!("CARGO_BIN_EXE_supine"), &[&["play"], &session[..]].concat())),
            ("mpv, Opus", program(&stage, "mpv", &["--no-config", "--no-video", "--ao=pulse", "bed.opus"])),
            ("mpv, WAV", program(&stage, "mpv", &["--no-config", "--no-video", "--ao=pulse", "bed.wav"])),
        ];
        for (name, command) in players {
            costs.entry(name).or_insert_with(Vec::new).push(cost(command));
        }
    }
    let least: BTreeMap<&str, Cost> =
        costs.into_iter().map(|(name, costs)| (name, Cost::least(&costs))).collect();
    for (name, cost) in &least {
        println!(
            "playing, {name}: {:.2} s of processor time in the first minute, {:.2} s in the next; \
             {:.0} MiB (of them {:.0} its own); {:.0} wakeups a second",
            cost.first, cost.next, cost.resident, cost.own, cost.wakeups
        );
    }
    if let [Some(supine), Some(mpv)] = ["supine", "mpv, Opus"].map(|name| least.get(name)) {
        println!(
            "playing: beside mpv with the Opus file, {:.2} of its processor time in the first minute, {:.2} in the \
             next, {:.2} of its memory",
            supine.first / mpv.first,
            supine.next / mpv.next,
            supine.resident / mpv.resident
        );
    }
}

fn program(stage: &Stage, program: &str, arguments: &[&str]) -> Command {
    let mut command = stage.command(program);
    command.args(arguments).env_remove("SUPINE_PERIOD");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// What a player needed.
#[derive(Clone, Copy)]
struct Cost {
    /// Seconds of processor time in the first minute and in the second.
    first: f64,
    next: f64,
    /// MiB in memory, and those of them that no other process shares.
    resident: f64,
    own: f64,
    /// Times a second in the second minute that one of its threads was put to work.
    wakeups: f64,
}

impl Cost {
    fn least(costs: &[Self]) -> Self {
        let least = |of: fn(&Self) -> f64| costs.iter().map(of).fold(f64::INFINITY, f64::min);
        Self {
            first: least(|cost| cost.first),
            next: least(|cost| cost.next),
            resident: least(|cost| cost.resident),
            own: least(|cost| cost.own),
            wakeups: least(|cost| cost.wakeups),
        }
    }
}

fn cost(mut command: Command) -> Cost {
    let mut player = Helper::start(&mut command);
    let pid = player.pid();
    std::thread::sleep(MINUTE);
    let (first, woken) = (processor_seconds(pid), switches(pid));
    std::thread::sleep(MINUTE);
    let (both, woken_later) = (processor_seconds(pid), switches(pid));
    let memory = |key: &str| kib(&format!("/proc/{pid}/smaps_rollup"), key) / 1024.0;
    let cost = Cost {
        first,
        next: both - first,
        resident: memory("Rss:"),
        own: memory("Private_Clean:") + memory("Private_Dirty:"),
        wakeups: (woken_later - woken) / MINUTE.as_secs_f64(),
    };
    super::support::process::send("INT", pid);
    player.wait(SOON);
    cost
}

/// The processor time of all threads so far, in seconds: exact, where /proc/PID/stat counts ticks.
fn processor_seconds(pid: u32) -> f64 {
    tasks(pid, "schedstat", |text| {
        text.split_whitespace().next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or(0.0)
    }) / 1e9
}

/// How often its threads were put to work.
fn switches(pid: u32) -> f64 {
    tasks(pid, "status", |text| {
        let lines = text.lines().filter(|line| line.contains("voluntary_ctxt_switches"));
        lines.filter_map(|line| line.split(':').nth(1)?.trim().parse::<f64>().ok()).sum()
    })
}

fn tasks(pid: u32, file: &str, of: impl Fn(&str) -> f64) -> f64 {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).expect("the player is running");
    let texts = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join(file)).ok());
    texts.map(|text| of(&text)).sum()
}

fn kib(path: &str, key: &str) -> f64 {
    let text = fs::read_to_string(path).expect("the player is running");
    let line = text.lines().find_map(|line| line.strip_prefix(key)).expect("Linux says it");
    line.trim().trim_end_matches(" kB").parse().expect("it is a number")
}
