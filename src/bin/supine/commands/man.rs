//! `supine man`: the manual pages, made from the help.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::failure::Failure;
use crate::screen;
use supine::advice::{Advice, Advise};
use supine::whole_file;

/// The section of user commands.
const SECTION: &str = "1";

/// What stands below the help.
pub const EXAMPLES: &str = "\
Examples:
  supine man | man -l -
  supine man --dir ~/.local/share/man/man1     then: man supine-play";

/// Prints the page of a program, or writes it and those of its subcommands into a folder.
pub fn man(program: Command, folder: Option<&Path>) -> Result<ExitCode, Failure> {
    let mut program = program.disable_help_subcommand(true);
    program.build();
    let Some(folder) = folder else {
        write!(screen::stdout(), "{}", page(&program, None)?)?;
        return Ok(ExitCode::SUCCESS);
    };
    let cant_write = |path: &Path, error: std::io::Error| {
        let problem = format!("can't write {}: {error}", path.display());
        Failure::Other(Advice::new(problem, "choose a folder that you may write into"))
    };
    std::fs::create_dir_all(folder).map_err(|error| cant_write(folder, error))?;
    for (name, text) in pages(&program, None)? {
        let path = folder.join(name);
        whole_file::write(&path, text.as_bytes()).map_err(|refusal| {
            Failure::Other(
                refusal.advice().about(|problem| format!("can't write {}: {problem}", path.display())),
            )
        })?;
        writeln!(screen::stdout(), "{}", path.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The files of a command and of everything below it, each with its text.
fn pages(command: &Command, above: Option<&Command>) -> Result<Vec<(String, String)>, Failure> {
    let mut all = vec![(format!("{}.{SECTION}", full_name(command)), page(command, above)?)];
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        all.extend(pages(below, Some(command))?);
    }
    Ok(all)
}

/// A command with those above it, as in `supine-play`.
fn full_name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn page(command: &Command, above: Option<&Command>) -> Result<String, Failure> {
    let man = Man::new(command.clone())
        .title(full_name(command).to_uppercase())
        .section(SECTION)
        .date(date())
        .source(concat!("supine ", env!("CARGO_PKG_VERSION")))
        .manual("User Commands");
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut out)?;
    }
    if command.get_subcommands().any(|below| !below.is_hide_set()) {
        man.render_subcommands_section(&mut out)?;
    }
    let mut end = Roff::new();
    for paragraph in command.get_after_help().map(ToString::to_string).unwrap_or_default().split("\n\n") {
        write_paragraph(&mut end, paragraph);
    }
    if let Some(above) = above {
        end.control("SH", ["SEE ALSO"]);
        end.text([bold(full_name(above)), roman(format!("({SECTION})"))]);
    }
    end.to_writer(&mut out)?;
    Ok(tidied(&String::from_utf8_lossy(&out)))
}

/// A page without what mandoc complains of: a blank line between two breaks, and spaces at the ends of lines.
fn tidied(page: &str) -> String {
    let lines = page.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect::<String>().replace("\n.br\n\n.br\n", "\n.sp\n")
}

/// A paragraph of what stands below the help. Lines that are indented there stay lines, and a line with a colon over
/// nothing but such lines becomes a heading.
fn write_paragraph(out: &mut Roff, paragraph: &str) {
    let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
    let is_indented = |line: &str| line.starts_with(' ');
    let lines = match first.strip_suffix(':') {
        Some(heading) if !rest.is_empty() && rest.lines().all(is_indented) => {
            out.control("SH", [heading.to_uppercase().as_str()]);
            rest
        }
        _ if paragraph.is_empty() => return,
        _ => {
            out.control("PP", []);
            paragraph
        }
    };
    if lines.lines().any(is_indented) {
        out.control("nf", []);
        lines.lines().for_each(|line| {
            out.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        });
        out.control("fi", []);
    } else {
        lines.lines().for_each(|line| {
            out.text([roman(line)]);
        });
    }
}

/// The day that the pages are of: that of the build where one is given (`SOURCE_DATE_EPOCH`, so that the same sources give
/// the same package), or else today.
fn date() -> String {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let moment =
        given.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or_else(Timestamp::now);
    moment.to_zoned(TimeZone::UTC).date().to_string()
}
