//! The sound server, as far as its own tools tell of it, and the device that sessions are heard on.

use std::time::Duration;

use super::finding::{Finding, Health, Machine};
use crate::output;
use crate::speech::SpeechError;
use crate::speech::process::{Run, is_installed};

/// A server that needs longer hangs.
const LIMIT: Duration = Duration::from_secs(3);
/// PulseAudio's and PipeWire's name for no loudspeaker at all.
const NO_SINK: &str = "auto_null";
/// A volume below this is hardly heard, in percent.
const SOFT: u32 = 10;

/// PulseAudio or PipeWire: whether it answers, where sound goes, and whether it is muted.
pub(super) fn server(_: &Machine<'_>) -> Vec<Finding> {
    let info = match pactl(&["info"]) {
        Ok(info) => info,
        // Without its tools nothing is known, and sound may go to ALSA directly.
        Err(SpeechError::NotInstalled { .. }) => return Vec::new(),
        Err(_) => {
            return vec![Finding::doubtful(
                "sound server",
                "PulseAudio or PipeWire does not answer",
                "systemctl --user restart pipewire pipewire-pulse, or pulseaudio --start",
            )];
        }
    };
    let line = |key: &str| info.lines().find_map(|line| line.trim().strip_prefix(key)).map(str::trim);
    let name = line("Server Name:").unwrap_or("it");
    let sink = line("Default Sink:").unwrap_or_default();
    if sink.is_empty() || sink.starts_with(NO_SINK) {
        let mend = "connect headphones or a loudspeaker; `pactl list short sinks` shows what there is";
        return vec![Finding::broken("sound server", format!("{name} has no loudspeaker to play on"), mend)];
    }
    let mut findings = vec![Finding::good("sound server", format!("{name} plays on {sink}"))];
    if pactl(&["get-sink-mute", "@DEFAULT_SINK@"]).is_ok_and(|answer| answer.contains("yes")) {
        findings.push(Finding::broken("volume", "it is muted", "pactl set-sink-mute @DEFAULT_SINK@ 0"));
    } else if let Some(percent) =
        pactl(&["get-sink-volume", "@DEFAULT_SINK@"]).ok().and_then(|answer| percent(&answer))
    {
        findings.push(if percent < SOFT {
            let what = format!("the machine's volume is at {percent} %");
            Finding::doubtful("volume", what, "pactl set-sink-volume @DEFAULT_SINK@ 50%")
        } else {
            Finding::good("volume", format!("the machine's volume is at {percent} %"))
        });
    }
    findings
}

/// The device that a session would open.
pub(super) fn device(_: &Machine<'_>) -> Vec<Finding> {
    vec![match output::open(false) {
        Ok(output) => Finding::good("sound device", format!("it opens, at {} Hz", output.rate().hz())),
        Err(error) => Finding::of("sound device", Health::Broken, &error),
    }]
}

/// The first percentage in an answer.
fn percent(answer: &str) -> Option<u32> {
    let words: Vec<&str> = answer.split_whitespace().collect();
    words.iter().find_map(|word| word.strip_suffix('%')?.parse().ok())
}

fn pactl(arguments: &[&str]) -> Result<String, SpeechError> {
    if !is_installed("pactl") {
        let (engine, install) = ("pactl".to_owned(), "install pulseaudio-utils".to_owned());
        return Err(SpeechError::NotInstalled { engine, install });
    }
    // In the words of no language, whatever the user's is.
    let mut all = vec!["LC_ALL=C".into(), "pactl".into()];
    all.extend(arguments.iter().map(Into::into));
    let run = Run {
        engine: "pactl",
        program: "env".into(),
        arguments: all,
        input: Vec::new(),
        time: LIMIT,
        bytes: 1 << 20,
        file: None,
        is_wanted: &|| true,
        install: "install pulseaudio-utils",
    };
    run.answer().map(|answer| String::from_utf8_lossy(&answer.output).into_owned())
}
