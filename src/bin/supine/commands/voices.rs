//! `supine voices`: everybody who can speak.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;

use super::opening::{self, read_config};
use super::{Failure, complain, screen};
use supine::speech::command::Engine;
use supine::speech::espeak::{self, ListedVoice};
#[cfg(feature = "system-voice")]
use supine::speech::system::SystemSpeaker;
#[cfg(feature = "system-voice")]
use supine::speech::voices::SYSTEM_DEADLINE;
use supine::speech::voices::{VoiceId, Voices};

/// A voice with its variants: `base` and, for each variant, `base+variant`.
#[derive(Serialize)]
struct Row {
    id: String,
    language: String,
    kind: &'static str,
    title: String,
    #[serde(skip)]
    variants: Vec<String>,
}

pub fn voices(language: Option<&str>, json: bool) -> Result<ExitCode, Failure> {
    let config = read_config()?;
    let voices = opening::voices(&config);
    let mut rows = system_rows();
    rows.extend(natural_row());
    rows.extend(config.engines.into_iter().map(engine_row));
    rows.extend(espeak_rows());
    if let Some(language) = language {
        rows.retain(|row| speaks(&row.language, language));
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

/// Whether a voice of language `tag` speaks `wanted`: the same tag, or a kind of it.
fn speaks(tag: &str, wanted: &str) -> bool {
    let (tag, wanted) = (tag.to_lowercase(), wanted.to_lowercase());
    tag == wanted || tag.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with('-'))
}

fn print_json(rows: &[Row]) -> Result<(), Failure> {
    for row in rows {
        let ids = std::iter::once(row.id.clone());
        for id in ids.chain(row.variants.iter().map(|variant| format!("{}+{variant}", row.id))) {
            let one = Row {
                id,
                language: row.language.clone(),
                kind: row.kind,
                title: row.title.clone(),
                variants: Vec::new(),
            };
            screen::print_json(&one, false)?;
        }
    }
    Ok(())
}

/// Who speaks a language when no flag says so, and why.
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
            let reasons = found.passed_over.into_iter().chain([reason(&found.id).to_owned()]);
            format!("{}  ({why}{})", found.id, reasons.collect::<Vec<_>>().join("; "))
        }
        Err(error) => format!("none  ({why}{error})"),
    }
}

/// Why a voice has its place.
fn reason(id: &VoiceId) -> &'static str {
    match id {
        VoiceId::System(_) => "the desktop's own voice answers",
        VoiceId::Natural => "the voice that comes with supine",
        VoiceId::Engine(_) => "an engine of your config",
        _ => "what is left",
    }
}

fn print_table(rows: &[Row], default: &str) -> Result<(), Failure> {
    let mut out = screen::stdout();
    writeln!(out, "Default: {default}\n")?;
    writeln!(out, "{:<14} {:<9} {:<44} NAME", "LANGUAGE", "KIND", "ID")?;
    for row in rows {
        let variants = if row.variants.is_empty() { "" } else { "  (+ variants)" };
        writeln!(out, "{:<14} {:<9} {:<44} {}{variants}", row.language, row.kind, row.id, row.title)?;
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

/// The variants of each engine, once.
fn variant_lists(rows: &[Row]) -> BTreeMap<&str, Vec<&str>> {
    let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.variants.is_empty()) {
        let engine = row.id.split(':').next().unwrap_or_default();
        let list = lists.entry(engine).or_default();
        for variant in &row.variants {
            if !list.contains(&variant.as_str()) {
                list.push(variant);
            }
        }
    }
    lists
}

fn natural_row() -> Option<Row> {
    cfg!(feature = "natural-voice").then(|| Row {
        id: "natural".to_owned(),
        language: "en-us".to_owned(),
        kind: "rendered",
        title: "a neural voice in this program".to_owned(),
        variants: Vec::new(),
    })
}

fn engine_row(engine: Engine) -> Row {
    let about = if engine.about.is_empty() { "an engine of your config" } else { engine.about.as_str() };
    Row {
        title: about.to_owned(),
        id: engine.name,
        language: engine.language,
        kind: "rendered",
        variants: Vec::new(),
    }
}

fn espeak_rows() -> Vec<Row> {
    let listed = espeak::list(false).and_then(|voices| Ok((voices, espeak::list(true)?)));
    let (voices, variants) = match listed {
        Ok(lists) => lists,
        Err(error) => {
            complain(&format!("supine: {error}"));
            return Vec::new();
        }
    };
    let variants: Vec<String> = variants.into_iter().map(|variant| variant.name).collect();
    let row = |voice: ListedVoice| Row {
        id: format!("espeak:{}", voice.name),
        language: voice.language,
        kind: "rendered",
        title: voice.title,
        variants: variants.clone(),
    };
    voices.into_iter().map(row).collect()
}

/// The rows of the system engine.
#[cfg(feature = "system-voice")]
fn system_rows() -> Vec<Row> {
    let voices = match SystemSpeaker::voices(SYSTEM_DEADLINE) {
        Ok(voices) => voices,
        Err(error) => {
            complain(&format!("supine: {error}"));
            return Vec::new();
        }
    };
    let mut rows = vec![Row {
        id: "system".to_owned(),
        language: "any".to_owned(),
        kind: "live",
        title: "the desktop's own choice".to_owned(),
        variants: Vec::new(),
    }];
    // espeak-ng's module lists each of its voices once more with every variant.
    for voice in voices {
        let (base, variant) = voice
            .name
            .split_once('+')
            .map_or((voice.name.as_str(), None), |(base, variant)| (base, Some(variant)));
        let id = format!("system:{base}");
        let known = rows.iter_mut().find(|row| row.id == id && row.language == voice.language);
        match (known, variant) {
            (Some(row), Some(variant)) => row.variants.push(variant.to_owned()),
            (Some(_), None) => {}
            (None, variant) => rows.push(Row {
                id,
                language: voice.language.clone(),
                kind: "live",
                title: base.to_owned(),
                variants: variant.map(str::to_owned).into_iter().collect(),
            }),
        }
    }
    rows
}

#[cfg(not(feature = "system-voice"))]
fn system_rows() -> Vec<Row> {
    Vec::new()
}
