//! `supine config`: what is in force, and from where.

use std::io::Write;
use std::process::ExitCode;

use clap::ValueEnum;

use crate::failure::Failure;
use crate::opening::read_config;
use crate::screen;
use supine::cli::SessionArgs;
use supine::config::{InForce, Origin, Resolved};
use supine::folders::Folders;
use supine::signs::toml_string;

#[allow(clippy::too_many_lines)] // a line for each choice
pub fn config(session: SessionArgs) -> Result<ExitCode, Failure> {
    let config = read_config()?;
    let resolved = Resolved::new(&session.into(), &config.choices, None);
    let mut out = screen::stdout();
    match Folders::of_user().config_file() {
        Some(path) if path.exists() => writeln!(out, "# {}", path.display())?,
        Some(path) => writeln!(out, "# {} (not there yet)", path.display())?,
        None => writeln!(out, "# no home folder, so no config file")?,
    }
    let mut row = |key: &str, value: String, origin: String| {
        writeln!(out, "{:<33} # {origin}", format!("{key} = {value}"))
    };
    // What is left to supine is a comment, so that the table is a config.
    match &resolved.voice.value {
        Some(voice) => row("voice", toml_string(voice), resolved.voice.origin.to_string())?,
        None => row("# voice", "the first of `supine voices`".to_owned(), Origin::Default.to_string())?,
    }
    row("pace", quoted(&resolved.pace), resolved.pace.origin.to_string())?;
    row(
        "ambience",
        toml_string(&resolved.ambience.value.to_string_lossy()),
        resolved.ambience.origin.to_string(),
    )?;
    row("ambience_gain", plain(&resolved.ambience_gain), resolved.ambience_gain.origin.to_string())?;
    row("counting", named(&resolved.counting), resolved.counting.origin.to_string())?;
    row("holds", plain(&resolved.holds), resolved.holds.origin.to_string())?;
    row("level", named(&resolved.level), resolved.level.origin.to_string())?;
    row("words", named(&resolved.words), resolved.words.origin.to_string())?;
    row("breath", quoted(&resolved.breath), resolved.breath.origin.to_string())?;
    row("loudness", plain(&resolved.loudness), resolved.loudness.origin.to_string())?;
    row("voice_gain", plain(&resolved.voice_gain), resolved.voice_gain.origin.to_string())?;
    match &resolved.wind_down.value {
        Some(value) => row("wind_down", value_name(value), resolved.wind_down.origin.to_string())?,
        None => row("# wind_down", "full, off to end awake".to_owned(), Origin::Default.to_string())?,
    }
    match &resolved.ending.value {
        Some(value) => row("ending", value_name(value), resolved.ending.origin.to_string())?,
        None => row("# ending", "the routine's".to_owned(), Origin::Default.to_string())?,
    }
    row("sleep_timer", quoted(&resolved.sleep_timer), resolved.sleep_timer.origin.to_string())?;
    row("until_morning", plain(&resolved.until_morning), resolved.until_morning.origin.to_string())?;
    row("settle", quoted(&resolved.settle), resolved.settle.origin.to_string())?;
    for (key, value) in [("silent_screen", config.silent_screen), ("pause_silence", config.pause_silence)] {
        let origin = if value.is_some() { Origin::Config } else { Origin::Default };
        row(key, value.unwrap_or(false).to_string(), origin.to_string())?;
    }
    for engine in &config.engines {
        let time = format!("{}s", engine.time_limit.as_secs_f64());
        let command: Vec<_> = engine.command.iter().map(|template| toml_string(template.written())).collect();
        writeln!(out, "\n{:<33} # {}", format!("[engines.{}]", engine.name), Origin::Config)?;
        writeln!(
            out,
            "command = [{}]\nlanguage = {:?}\ntime_limit = {time:?}",
            command.join(", "),
            engine.language
        )?;
        writeln!(out, "about = {}", toml_string(&engine.about))?;
    }
    if !resolved.pronounce.words().is_empty() {
        writeln!(out, "\n[pronounce]")?;
    }
    for word in resolved.pronounce.words() {
        let said = [
            word.say.as_ref().map(|say| format!("say = {}", toml_string(say))),
            word.phonemes.as_ref().map(|phonemes| format!("phonemes = \"/{phonemes}/\"")),
        ];
        let said = said.into_iter().flatten().collect::<Vec<_>>().join(", ");
        writeln!(out, "{:<33} # {}", format!("{} = {{ {said} }}", toml_string(&word.word)), Origin::Config)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn plain(in_force: &InForce<impl std::fmt::Display>) -> String {
    in_force.value.to_string()
}

fn quoted(in_force: &InForce<impl std::fmt::Display>) -> String {
    toml_string(&in_force.value.to_string())
}

fn named(in_force: &InForce<impl ValueEnum>) -> String {
    value_name(&in_force.value)
}

fn value_name(value: &impl ValueEnum) -> String {
    format!("{:?}", value.to_possible_value().as_ref().map_or("", |value| value.get_name()))
}
