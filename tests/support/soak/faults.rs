//! What is broken on purpose, and mended again.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::super::process::send;
use super::super::stage::Stage;

/// A fault of the machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// The sound device goes, and comes back after some seconds.
    NoDevice,
    /// It comes back with another rate.
    OtherRate,
    /// The speech service is killed, and comes back.
    NoSpeech,
    /// The program stands still, as with Ctrl-Z.
    Stopped,
    /// Every core is busy for a while.
    Busy,
}

impl Fault {
    pub const ALL: [Self; 5] = [Self::NoDevice, Self::OtherRate, Self::NoSpeech, Self::Stopped, Self::Busy];

    pub fn name(self) -> &'static str {
        match self {
            Self::NoDevice => "no sound device for 4 s",
            Self::OtherRate => "the sound device at another rate",
            Self::NoSpeech => "the speech service killed",
            Self::Stopped => "stopped for 3 s",
            Self::Busy => "four processes that spin for 5 s",
        }
    }

    /// Breaks something, and mends it again.
    pub fn happen(self, stage: &mut Stage, pid: u32) {
        match self {
            Self::NoDevice => renew_sink(stage, 48_000, 4),
            Self::OtherRate => renew_sink(stage, 44_100, 1),
            Self::NoSpeech => {
                stage.dispatcher().kill();
                thread::sleep(Duration::from_secs(3));
                stage.start_dispatcher();
            }
            Self::Stopped => {
                send("STOP", pid);
                thread::sleep(Duration::from_secs(3));
                send("CONT", pid);
            }
            Self::Busy => {
                let spinners = [(); 4].map(|()| {
                    let mut command = stage.command("timeout");
                    command.args(["5", "sh", "-c", "while :; do :; done"]).spawn()
                });
                for mut spinner in spinners.into_iter().flatten() {
                    let _ = spinner.wait();
                }
            }
        }
    }
}

fn renew_sink(stage: &Stage, rate: u32, seconds: u64) {
    let pactl = |arguments: &[&str]| {
        let mut command = stage.command("pactl");
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let _ = command.status();
    };
    pactl(&["unload-module", "module-null-sink"]);
    thread::sleep(Duration::from_secs(seconds));
    let rate = format!("rate={rate}");
    pactl(&[
        "load-module",
        "module-null-sink",
        "sink_name=stage",
        &rate,
        "channels=2",
        "format=float32le",
        "norewinds=1",
    ]);
    pactl(&["set-default-sink", "stage"]);
}
