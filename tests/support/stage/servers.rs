//! What may become of a stage's sound server: it dies and comes again, it is another one, and its device is slow to wake.

use std::time::Duration;

use super::super::process::send;
use super::{Bus, Helper, SINK, START_LIMIT, Stage, quiet, require, wait_until};

/// How much a headset swallows of what is played first.
const SWALLOWED: Duration = Duration::from_millis(300);
/// How long somebody may take to play.
const PLAYS: Duration = Duration::from_secs(60);

/// PipeWire's sound device: it has no clock but its own, as PulseAudio's null sink.
const PIPEWIRE_SINK: &str = r#"context.objects = [ { factory = adapter args = {
  factory.name = support.null-audio-sink node.name = stage media.class = Audio/Sink
  audio.position = "FL,FR" audio.rate = 48000 monitor.channel-volumes = true } } ]
"#;

impl Stage {
    /// A stage on PipeWire, which plays for programs that know PulseAudio, with a recorder.
    pub fn with_pipewire() -> Self {
        for (program, package) in
            [("pipewire", "pipewire"), ("wireplumber", "wireplumber"), ("pipewire-pulse", "pipewire-pulse")]
        {
            require(program, package);
        }
        let mut stage = Self::bare();
        stage.write("config/pipewire/pipewire.conf.d/sink.conf", PIPEWIRE_SINK);
        stage.socket = "run/pulse/native";
        let bus = Bus::start(&stage.file("run"));
        for program in ["pipewire", "wireplumber", "pipewire-pulse"] {
            let mut command = stage.command(program);
            command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
            command.env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
            stage.servers.push(Helper::start(quiet(&mut command)));
            let ready = if program == "pipewire" { "run/pipewire-0" } else { "run" };
            assert!(wait_until(START_LIMIT, || stage.file(ready).exists()), "{program} does not answer");
        }
        let is_there = || stage.pactl(&["set-default-sink", SINK]);
        assert!(wait_until(START_LIMIT, is_there), "PipeWire has no sink");
        stage.bus = Some(bus);
        stage.record();
        stage
    }

    /// Kills the sound server.
    pub fn kill_sound_server(&mut self) {
        self.recorder = None;
        self.pulse = None;
        self.servers.iter_mut().for_each(Helper::kill);
    }

    /// Stops the sound server as if it hung, and starts another one in its place. The first one never answers again.
    pub fn replace_hanging_sound_server(&mut self) {
        self.recorder = None;
        let mut hanging = self.pulse.take().expect("there is a sound server");
        send("STOP", hanging.pid());
        assert!(!hanging.has_ended());
        self.servers.push(hanging);
        self.start_sound_server();
    }

    /// Starts a sound server where there was one, and records it.
    pub fn start_sound_server(&mut self) {
        let _ = std::fs::remove_file(self.file(self.socket));
        self.start_pulse();
        self.record();
    }

    /// Mutes the sound device, or lets it sound.
    pub fn mute(&self, is_mute: bool) {
        assert!(self.pactl(&["set-sink-mute", SINK, if is_mute { "1" } else { "0" }]), "it can't be muted");
    }

    /// Lets a muted device sound 0.3 s after somebody begins to play on it, as a headset does that has to wake.
    pub fn wake_as_a_headset(&self) {
        let plays = || {
            let listed = self.command("pactl").args(["list", "short", "sink-inputs"]).output();
            listed.is_ok_and(|listed| !listed.stdout.is_empty())
        };
        assert!(wait_until(PLAYS, plays), "nobody plays");
        std::thread::sleep(SWALLOWED);
        self.mute(false);
    }
}
