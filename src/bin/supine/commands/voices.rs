//! `supine voices`: all voices.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;

use crate::failure::Failure;
use crate::opening::{self, read_config};
use crate::screen::{self, complain};
use supine::advice::Advice;
use supine::language::is_kind_of;
use supine::speech::voices::{Facts, Voices};

/// The language of voices whose language only the engine knows.
const ANY: &str = "any";

/// A voice as JSON.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    language: &'a str,
    kind: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<f32>,
}

pub fn voices(language: Option<&str>, json: bool) -> Result<ExitCode, Failure> {
    let config = read_config()?;
    let voices = opening::voices(&config);
    let mut rows = Vec::new();
    for listed in voices.list() {
        match listed {
            Ok(listed) => rows.extend(listed),
            Err(error) => complain(&format!("supine: {error}")),
        }
    }
    if let Some(language) = language {
        rows.retain(|row| is_kind_of(tag(row), language));
        if rows.is_empty() {
            complain(&format!("supine: no voice speaks `{language}`; `supine voices` lists all languages"));
            return Ok(ExitCode::FAILURE);
        }
    }
    if json {
        print_json(&rows)?
    } else {
        let default = default_voice(&voices, config.choices.voice.as_deref(), language.unwrap_or("en"));
        print_table(&rows, &default)?
    }
    Ok(ExitCode::SUCCESS)
}

fn tag(voice: &Facts) -> &str {
    voice.language.as_deref().unwrap_or(ANY)
}

fn print_json(rows: &[Facts]) -> Result<(), Failure> {
    for row in rows {
        let ids = std::iter::once(row.id.to_string());
        for id in ids.chain(row.variants.iter().map(|variant| format!("{}+{variant}", row.id))) {
            let (language, kind, title) = (tag(row), row.kind.name(), row.title.as_str());
            screen::print_json(&Row { id, language, kind, title, quality: row.quality }, false)?;
        }
    }
    Ok(())
}

/// The voice for a language when no flag names one, and why.
fn default_voice(voices: &Voices, chosen: Option<&str>, language: &str) -> String {
    let chosen = chosen.map(|name| (name, voices.find(name, language)));
    let why = match &chosen {
        Some((_, Ok(id))) if voices.speaks(id, language) != Some(false) => {
            return format!("{id}  (from the config)");
        }
        Some((name, Ok(_))) => format!("`{name}`, from the config, does not speak it; "),
        Some((_, Err(error))) => format!("{error}; "),
        None => String::new(),
    };
    match voices.best(language, false, &[]) {
        Ok(found) => {
            let reasons =
                found.passed_over.iter().map(Advice::to_string).chain([voices.reason(&found.id).to_owned()]);
            format!("{}  ({why}{})", found.id, reasons.collect::<Vec<_>>().join("; "))
        }
        Err(error) => format!("none  ({why}{error})"),
    }
}

fn print_table(rows: &[Facts], default: &str) -> Result<(), Failure> {
    let mut out = screen::stdout();
    writeln!(out, "Default: {default}\n")?;
    writeln!(out, "{:<14} {:<9} {:<44} NAME", "LANGUAGE", "KIND", "ID")?;
    for row in rows {
        let variants = if row.variants.is_empty() { "" } else { "  (+ variants)" };
        let id = row.id.to_string();
        writeln!(out, "{:<14} {:<9} {id:<44} {}{variants}", tag(row), row.kind.name(), row.title)?;
    }
    for (engine, variants) in variant_lists(rows) {
        writeln!(
            out,
            "\nVariants, for any {engine} voice marked so (such as {engine}:...+{}):",
            variants[0]
        )?;
        writeln!(out, "  {}", variants.join(" "))?;
    }
    writeln!(out, "\nlive: speaks by itself. rendered: exact to the sample, and can be rendered to a file.")?;
    Ok(())
}

/// The variants of each engine, each list once.
fn variant_lists(rows: &[Facts]) -> BTreeMap<String, Vec<&str>> {
    let mut lists: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.variants.is_empty()) {
        let id = row.id.to_string();
        let engine = id.split(':').next().unwrap_or_default();
        let list = lists.entry(engine.to_owned()).or_default();
        for variant in &row.variants {
            if !list.contains(&variant.as_str()) {
                list.push(variant);
            }
        }
    }
    lists
}
