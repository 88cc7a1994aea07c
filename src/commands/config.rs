//! `supine config`: what is in force, and from where.

use std::io::Write;
use std::process::ExitCode;

use clap::ValueEnum;

use super::Failure;
use super::prepare::read_config;
use crate::cli::SessionArgs;
use crate::config::{InForce, Origin, Resolved, path};

pub fn config(session: SessionArgs) -> Result<ExitCode, Failure> {
    let resolved = Resolved::new(&session.into(), &read_config()?, None);
    let mut out = std::io::stdout().lock();
    match path() {
        Some(path) if path.exists() => writeln!(out, "# {}", path.display())?,
        Some(path) => writeln!(out, "# {} (not there yet)", path.display())?,
        None => writeln!(out, "# no home folder, so no config file")?,
    }
    let automatic = "(the system's, or else espeak)".to_owned();
    let voice = resolved.voice.value.clone().map_or(automatic, |voice| format!("{voice:?}"));
    let mut row = |key: &str, value: String, origin: String| {
        writeln!(out, "{:<34}# {origin}", format!("{key} = {value}"))
    };
    row("voice", voice, resolved.voice.origin.to_string())?;
    row("pace", quoted(&resolved.pace), resolved.pace.origin.to_string())?;
    row("ambience", quoted(&resolved.ambience), resolved.ambience.origin.to_string())?;
    row("ambience_gain", plain(&resolved.ambience_gain), resolved.ambience_gain.origin.to_string())?;
    row("counting", named(&resolved.counting), resolved.counting.origin.to_string())?;
    row("holds", plain(&resolved.holds), resolved.holds.origin.to_string())?;
    row("level", named(&resolved.level), resolved.level.origin.to_string())?;
    row("words", named(&resolved.words), resolved.words.origin.to_string())?;
    row("breath", quoted(&resolved.breath), resolved.breath.origin.to_string())?;
    row("loudness", plain(&resolved.loudness), resolved.loudness.origin.to_string())?;
    if !resolved.pronounce.words().is_empty() {
        writeln!(out, "\n[pronounce]")?;
    }
    for word in resolved.pronounce.words() {
        let said = [
            word.say.as_ref().map(|say| format!("say = {say:?}")),
            word.phonemes.as_ref().map(|phonemes| format!("phonemes = \"/{phonemes}/\"")),
        ];
        let said = said.into_iter().flatten().collect::<Vec<_>>().join(", ");
        writeln!(out, "{:<33} # {}", format!("{:?} = {{ {said} }}", word.word), Origin::Config)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn plain(in_force: &InForce<impl std::fmt::Display>) -> String {
    in_force.value.to_string()
}

fn quoted(in_force: &InForce<impl std::fmt::Display>) -> String {
    format!("{:?}", in_force.value.to_string())
}

fn named(in_force: &InForce<impl ValueEnum>) -> String {
    let value = in_force.value.to_possible_value();
    format!("{:?}", value.as_ref().map_or("", |value| value.get_name()))
}
