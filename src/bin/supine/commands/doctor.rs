//! `supine doctor`: what works on this machine, what does not, and what mends it.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::args::OutputArgs;
use crate::audition::{Audition, Interruption, Narrator};
use crate::failure::Failure;
use crate::opening::shelf;
use crate::screen;
use supine::advice::Advise;
use supine::config::Choices;
use supine::doctor::{Finding, Health, examine};
use supine::folders::{Folders, home_expanded};
use supine::session::lines::Lines;
use supine::sounds::AmbienceChoice;

/// The sound that is tried: one that has a tone.
const SOUND: &str = "pad";
/// How long it is heard.
const TASTE: Duration = Duration::from_secs(3);
const LINK: usize = 15;

/// The JSON of `supine doctor --json`.
#[derive(Serialize)]
struct Report<'a> {
    version: &'static str,
    system: &'static str,
    language: &'a str,
    findings: Vec<Finding>,
}

/// What is printed and heard.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  supine doctor\n  supine doctor --quiet        nothing is played\n  supine doctor --json         to show to others: your home folder is written as ~\n\nNothing is changed. Exits with 1 when something is broken."
)]
pub struct DoctorArgs {
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
    /// Play nothing
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// Checks everything, and lets something be heard unless that is not wanted. Exits with 1 when something is broken.
pub fn doctor(args: &DoctorArgs) -> Result<ExitCode, Failure> {
    let json = args.json;
    // A config that can't be read is one of the things to find out.
    let language = shelf(&Choices::default()).map_or_else(|_| "en".to_owned(), |shelf| shelf.language());
    let mut findings = Vec::new();
    let mut tell = |finding: Finding| -> Result<(), Failure> {
        if !json {
            print(&finding)?;
        }
        findings.push(finding);
        Ok(())
    };
    let mut printed = Ok(());
    examine(&Folders::of_user(), &language, &mut |finding| {
        if printed.is_ok() {
            printed = tell(finding);
        }
    });
    printed?;
    if !args.quiet {
        tell(heard(&language, &args.output)?)?;
    }
    let worst = findings.iter().map(|finding| finding.health).max();
    if json {
        let report = Report {
            version: env!("CARGO_PKG_VERSION"),
            system: std::env::consts::OS,
            language: &language,
            findings: findings.into_iter().map(without_private_paths).collect(),
        };
        screen::print_json(&report, true)?;
    } else {
        writeln!(screen::stdout(), "\n{}", verdict(&findings))?;
    }
    Ok(if worst == Some(Health::Broken) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(finding: &Finding) -> Result<(), Failure> {
    let mut out = screen::stdout();
    let health = match finding.health {
        Health::Good => "fine ",
        Health::Doubtful => "note ",
        Health::Broken => "FAULT",
    };
    writeln!(out, "{health}  {:<LINK$} {}", finding.link, finding.what)?;
    if let Some(mend) = &finding.mend {
        writeln!(out, "       {:<LINK$} > {mend}", "")?;
    }
    out.flush()?;
    Ok(())
}

fn verdict(findings: &[Finding]) -> String {
    let count = |health| findings.iter().filter(|finding| finding.health == health).count();
    match (count(Health::Broken), count(Health::Doubtful)) {
        (0, 0) => "Everything works.".to_owned(),
        (0, 1) => "Sessions play. One thing could be better.".to_owned(),
        (0, notes) => format!("Sessions play. {notes} things could be better."),
        (1, _) => "One thing is broken: the line after it says what mends it.".to_owned(),
        (faults, _) => format!("{faults} things are broken: the line after each says what mends it."),
    }
}

/// Says a sentence in the voice in force, and lets a sound be heard.
fn heard(language: &str, output: &OutputArgs) -> Result<Finding, Failure> {
    const LINK: &str = "test";
    let failed = |error: &Failure| Finding {
        link: LINK,
        health: Health::Broken,
        what: format!("nothing could be played: {}", error.problem()),
        mend: error.help(),
    };
    let mut audition = match Audition::anywhere(language, output) {
        Ok(audition) => audition,
        Err(error) => return Ok(failed(&error)),
    };
    let voice = match Narrator::new(None).voice(&audition) {
        Ok(voice) => voice,
        Err(error) => return Ok(failed(&error)),
    };
    let line = (audition.phrases.setup.cue.clone(), TASTE);
    let sound = AmbienceChoice::find_within(SOUND, "".as_ref()).map_err(supine::SessionError::from)?.choice;
    let lines = Lines::new(&[line], &audition.settings, &audition.phrases).over(sound);
    let said = lines.sentences().next().unwrap_or_default().to_owned();
    Ok(match audition.hear(voice, &lines, "") {
        Err(Failure::Signal(code)) => return Err(Failure::Signal(code)),
        Err(error) => failed(&error),
        Ok(Some(Interruption::Silence)) => Finding {
            link: LINK,
            health: Health::Broken,
            what: "the voice has connected, and says nothing".to_owned(),
            mend: Some("choose another one: supine setup".to_owned()),
        },
        Ok(_) => Finding {
            link: LINK,
            health: Health::Good,
            what: format!(
                "\"{said}\" and a soft sound were played; if you heard nothing, look at the volume and the plugs"
            ),
            mend: None,
        },
    })
}

/// The home folder as `~`: a report may be shown to others.
fn without_private_paths(finding: Finding) -> Finding {
    let home = home_expanded("~").to_string_lossy().trim_end_matches('/').to_owned();
    let hidden = |text: String| if home.len() > 1 { text.replace(&home, "~") } else { text };
    Finding { what: hidden(finding.what), mend: finding.mend.map(hidden), ..finding }
}
