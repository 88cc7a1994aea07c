//! `supine config`: the values in force, and where each comes from.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::opening::{read, read_config};
use crate::screen::{self, complain};
use supine::config::choices::{OPTIONS, rows};
use supine::config::{Choices, Config, Origin, Resolved, header};
use supine::folders::Folders;
use supine::session::{parsed, resolved_for_all};
use supine::signs::toml_string;

/// What stands below the help of `supine config`, but for the list of options.
const CONFIG_HELP: [&str; 2] = [
    "\
Examples:
  supine config
  supine config bedtime-back
  supine config --pace slow

The config file is TOML and may hold any of these:",
    "
`until_morning` overrides `sleep_timer`. Options for one routine win over these.
They stand in a table under its name, or under a file's name without `.toml`:
  [routine.bedtime-back]
  counting = \"none\"
For several routines in one go, the tables of all of them hold; where two set the same
option, that of the earlier routine does. Poses and `minutes` in a table are for its own
routine alone, and so is the breath that a routine sets.

Other defaults may hold at night, with any of these options but `from`:
  [night]
  from = \"22:00\"
  to = \"6:00\"
  loudness = -26

Your own speech engines, which must write WAV, go at the end of the file:
  [engines.flite]
  command = [\"flite\", \"-voice\", \"slt\", \"-o\", \"{wav}\"]",
];

/// The help of `supine config`, with an example of every option, three on a line.
pub fn help() -> String {
    let examples: Vec<String> =
        OPTIONS.iter().map(|option| format!("{} = {}", option.key, option.details.example)).collect();
    let line = |three: &[String]| {
        let columns: Vec<String> = three.iter().map(|example| format!("  {example:<26}")).collect();
        columns.concat().trim_end().to_owned() + "\n"
    };
    let lines: String = examples.chunks(3).map(line).collect();
    let [before, after] = CONFIG_HELP;
    format!("{before}\n{lines}{after}")
}

/// Shows the values in force for a routine, or for several in one go; without one, the config's values for all routines
/// and for single ones.
pub fn config(routines: &[OsString], choices: &Choices) -> Result<ExitCode, Failure> {
    let config = read_config()?;
    let mut named = Vec::new();
    if !routines.is_empty() {
        for (_, source) in read(routines, choices)? {
            named.push((parsed(&source)?, source));
        }
    }
    let in_force = resolved_for_all(choices, &config, &named);
    let names: Vec<_> = named.iter().map(|(routine, source)| source.names(routine)).collect();
    for told in config.contradictions(&names, choices) {
        complain(&format!("supine: {told}"));
    }
    let mut out = screen::stdout();
    match Folders::of_user().config_file() {
        Some(path) if path.exists() => writeln!(out, "# {}", path.display())?,
        Some(path) => writeln!(out, "# {} (not there yet)", path.display())?,
        None => writeln!(out, "# no home folder, so no config file")?,
    }
    for option in rows() {
        let row = option.row(&in_force);
        // Options that are left open are comments, so that the table is a valid config.
        let mark = if row.is_open { "# " } else { "" };
        writeln!(out, "{}", noted(&format!("{mark}{} = {}", option.key, row.value), &row.origin))?;
    }
    write_night(&mut out, &config)?;
    if routines.is_empty() {
        write_routines(&mut out, &config)?;
    }
    write_engines(&mut out, &config)?;
    write_words(&mut out, &in_force)?;
    Ok(ExitCode::SUCCESS)
}

/// A line with the origin of its value.
fn noted(line: &str, origin: &Origin) -> String {
    format!("{line:<33} # {origin}")
}

fn write_routines(out: &mut impl Write, config: &Config) -> Result<(), Failure> {
    for (name, choices) in &config.routines {
        writeln!(out, "\n{}", noted(&header(name), &Origin::Config))?;
        let chosen = OPTIONS.iter().filter_map(|option| Some((option.key, option.toml(choices)?)));
        for (key, value) in chosen {
            writeln!(out, "{key} = {value}")?;
        }
    }
    Ok(())
}

/// The table for the night, and whether it is night.
fn write_night(out: &mut impl Write, config: &Config) -> Result<(), Failure> {
    let Some(night) = &config.night else { return Ok(()) };
    let now = if night.is_now { "it is night now" } else { "it is not night now" };
    writeln!(out, "\n{}; {now}", noted("[night]", &Origin::Config))?;
    writeln!(out, "from = \"{}\"", night.from.strftime("%H:%M"))?;
    writeln!(out, "to = \"{}\"", night.to.strftime("%H:%M"))?;
    let chosen = OPTIONS.iter().filter_map(|option| Some((option.key, option.toml(&night.choices)?)));
    for (key, value) in chosen {
        writeln!(out, "{key} = {value}")?;
    }
    Ok(())
}

fn write_engines(out: &mut impl Write, config: &Config) -> Result<(), Failure> {
    for engine in &config.engines {
        let time = format!("{}s", engine.time_limit.as_secs_f64());
        let command: Vec<_> = engine.command.iter().map(|template| toml_string(template.written())).collect();
        writeln!(out, "\n{}", noted(&format!("[engines.{}]", engine.name), &Origin::Config))?;
        writeln!(
            out,
            "command = [{}]\nlanguage = {:?}\ntime_limit = {time:?}",
            command.join(", "),
            engine.language
        )?;
        writeln!(out, "about = {}", toml_string(&engine.about))?;
    }
    Ok(())
}

fn write_words(out: &mut impl Write, in_force: &Resolved) -> Result<(), Failure> {
    if !in_force.pronounce.words().is_empty() {
        writeln!(out, "\n[pronounce]")?;
    }
    for word in in_force.pronounce.words() {
        let said = [
            word.say.as_ref().map(|say| format!("say = {}", toml_string(say))),
            word.phonemes.as_ref().map(|phonemes| format!("phonemes = \"/{phonemes}/\"")),
        ];
        let said = said.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let line = format!("{} = {{ {said} }}", toml_string(&word.word));
        writeln!(out, "{}", noted(&line, &Origin::Config))?;
    }
    Ok(())
}
