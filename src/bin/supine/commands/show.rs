//! `supine show`: what is said and when.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use crate::failure::Failure;
use crate::opening::{open_and_tell, tell_of_clips};
use crate::progress::Progress;
use crate::screen::{self, tell};
use serde::Serialize;
use supine::advice::Advise;
use supine::config::choices::Poses;
use supine::config::{Choices, InForce};
use supine::control::Watch;
use supine::drawing::{self, ribbon};
use supine::output::file::FILE_RATE;
use supine::score::Score;
use supine::score::dose::{ENOUGH, NO_FURTHER_GAIN};
use supine::score::fit::Range;
use supine::score::length::guided;
use supine::score::timeline::{Timeline, clock, script};
use supine::session::Session;
use supine::session::fitted::Fit;
use supine::whole_file;

/// The columns of the ribbon, beside the margin that the script has; it fits a terminal of 80.
const COLUMNS: usize = 66;

/// How a session is fitted to a time, in the words of `score::fit`.
const RULE: &str =
    "Shorter: optional rounds go first, then holds shrink; when that is not enough, optional poses
  are left out, the last one first. Longer: holds grow. Pauses take up the rest. Both sides
  stay alike.";

/// The JSON of `supine show --json`.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    timeline: Timeline,
    fit: FitRow<'a>,
    left_out: &'a [LeftOutRow],
    dose: Vec<DoseRow>,
}

/// How the session fits its time.
#[derive(Serialize)]
struct FitRow<'a> {
    least_min: u32,
    most_min: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<f64>,
    left_out: &'a [String],
    resized: Vec<ResizedRow<'a>>,
    pauses: f64,
}

/// A step that is shorter or longer.
#[derive(Serialize)]
struct ResizedRow<'a> {
    pose: &'a str,
    what: &'static str,
    from: f64,
    to: f64,
}

/// Poses that are left out, or gentle, by the listener's choice.
#[derive(Serialize)]
struct LeftOutRow {
    poses: Vec<String>,
    why: String,
}

/// Seconds for a group of muscles.
#[derive(Serialize)]
struct DoseRow {
    muscle: &'static str,
    right_s: f64,
    left_s: f64,
}

impl<'a> FitRow<'a> {
    fn of(fit: &'a Fit) -> Self {
        let resized = fit.resized.iter();
        Self {
            least_min: fit.range.least,
            most_min: fit.range.most,
            minutes: fit.minutes,
            left_out: &fit.left_out,
            resized: resized
                .map(|one| ResizedRow { pose: &one.pose, what: one.what, from: one.from, to: one.to })
                .collect(),
            pauses: (fit.pauses * 1e4).round() / 1e4,
        }
    }
}

fn doses(fit: &Fit) -> Vec<DoseRow> {
    let tenths = |seconds: f64| (seconds * 10.0).round() / 10.0;
    let row = |dose: &supine::score::dose::Dose| DoseRow {
        muscle: dose.muscle.word(),
        right_s: tenths(dose.right),
        left_s: tenths(dose.left),
    };
    fit.dose.iter().map(row).collect()
}

/// The poses of the whole routine that the listener's choices leave out or make gentle, and why.
fn left_out(session: &Session) -> Vec<LeftOutRow> {
    let settings = session.settings();
    let resolved = session.resolved();
    let why = |what: &str, chosen: &InForce<Option<Poses>>| format!("{what} ({})", chosen.origin);
    let gentle = session.routine().poses.iter().filter(|pose| settings.always_gentle.contains(&pose.id));
    let gentle: Vec<String> = gentle.map(|pose| pose.name.as_str().to_owned()).collect();
    let rows = [
        LeftOutRow { poses: settings.never.clone(), why: why("left out, by `never`", &resolved.never) },
        LeftOutRow { poses: gentle, why: why("gentle, by `always_gentle`", &resolved.always_gentle) },
    ];
    rows.into_iter().filter(|row| !row.poses.is_empty()).collect()
}

/// What was changed to fit the time, and which times are possible.
fn write_fit(out: &mut impl Write, fit: &Fit) -> Result<(), Failure> {
    let Range { least, most } = fit.range;
    let (possible, are) = match least == most {
        true => (format!("{least} min"), format!("only {least} min is")),
        false => (format!("{least} to {most} min"), format!("{least} to {most} are")),
    };
    let Some(minutes) = fit.minutes else {
        writeln!(out, "`--minutes` fits it into {possible}")?;
        return Ok(());
    };
    writeln!(out, "fitted to {minutes} min ({are} possible):")?;
    if !fit.left_out.is_empty() {
        writeln!(out, "  left out: {}", fit.left_out.join(", "))?;
    }
    let mut poses: Vec<(&str, Vec<String>)> = Vec::new();
    for one in &fit.resized {
        let change = format!("{} {:.0} to {:.0}", one.what, one.from, one.to);
        match poses.last_mut() {
            Some((pose, changes)) if *pose == one.pose => changes.push(change),
            _ => poses.push((&one.pose, vec![change])),
        }
    }
    for (pose, changes) in poses {
        writeln!(out, "  {pose}: {}", changes.join(", "))?;
    }
    writeln!(out, "  pauses {:+.1} %", (fit.pauses - 1.0) * 100.0)?;
    writeln!(out, "  {RULE}")?;
    Ok(())
}

/// The seconds for each group of muscles, beside public guidance.
fn write_dose(out: &mut impl Write, fit: &Fit) -> Result<(), Failure> {
    if fit.dose.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nSeconds in holds     right  left")?;
    for dose in &fit.dose {
        let much = if dose.right.max(dose.left) > NO_FURTHER_GAIN { "  enough" } else { "" };
        let name = dose.muscle.word().replace('-', " ");
        writeln!(out, "  {name:<17} {:>6.0} {:>5.0}{much}", dose.right, dose.left)?;
    }
    writeln!(out, "Guidance: {ENOUGH:.0} s for a group, two to three days a week (ACSM). {}", no_gain())?;
    Ok(())
}

/// How long it is led, and how long the sound stays after that.
fn length(score: &Score) -> String {
    let whole = score.length.to_seconds(FILE_RATE);
    let led = guided(score);
    let stays = ((whole - led) / 60.0).round() as u32;
    match (score.endless, stays) {
        (true, _) => format!("{}, then the sound until morning", clock(led)),
        (false, 0) => clock(whole),
        (false, minutes) => format!("{}, then {minutes} min of sound", clock(led)),
    }
}

/// The session in two lines.
fn write_ribbon(out: &mut impl Write, score: &Score) -> Result<(), Failure> {
    for line in ribbon::ribbon(score, COLUMNS) {
        writeln!(out, "          {line}")?;
    }
    writeln!(out, "          {}", ribbon::LEGEND)?;
    Ok(())
}

/// `supine show --svg`: the session as a picture.
pub fn draw(routines: &[OsString], file: &Path, choices: Choices) -> Result<ExitCode, Failure> {
    let session = open_and_tell(routines, choices)?;
    let watch: Arc<dyn Watch> = Arc::new(Progress::default());
    let scored = session.score(&watch)?;
    tell(&scored.warnings);
    tell_of_clips(&session);
    let title = session.routine().titles();
    let picture = drawing::timeline(&scored.score, &title, &scored.voice);
    if file == Path::new("-") {
        write!(screen::stdout(), "{picture}")?;
    } else {
        whole_file::write(file, picture.as_bytes()).map_err(|refusal| {
            let about = |problem| format!("can't write {}: {problem}", file.display());
            Failure::Other(refusal.advice().about(about))
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

pub fn show(routines: &[OsString], json: bool, choices: Choices) -> Result<ExitCode, Failure> {
    let session = open_and_tell(routines, choices)?;
    let watch: Arc<dyn Watch> = Arc::new(Progress::default());
    let scored = session.score(&watch)?;
    tell(&scored.warnings);
    tell_of_clips(&session);
    let (score, voice) = (scored.score, scored.voice);
    let title = session.routine().titles();
    let left_out = left_out(&session);
    let mut out = screen::stdout();
    if json {
        let timeline = Timeline::new(&score, &title, &voice, scored.is_estimate);
        let fit = &scored.fit;
        let shown = Shown { timeline, fit: FitRow::of(fit), left_out: &left_out, dose: doses(fit) };
        screen::print_json(&shown, true)?;
    } else {
        let about = if scored.is_estimate { "about " } else { "" };
        for (title, summary) in session.routine().summaries() {
            writeln!(out, "{title}")?;
            if !summary.is_empty() {
                writeln!(out, "{summary}")?;
            }
        }
        writeln!(
            out,
            "{about}{} · {voice} · {}",
            length(&score),
            session.resolved().ambience.value.display()
        )?;
        write_fit(&mut out, &scored.fit)?;
        for LeftOutRow { poses, why } in &left_out {
            writeln!(out, "{}: {}", poses.join(", "), why)?;
        }
        if std::io::stdout().is_terminal() {
            write_ribbon(&mut out, &score)?;
        }
        write!(out, "{}", script(&score))?;
        write_dose(&mut out, &scored.fit)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn no_gain() -> String {
    let minutes = NO_FURTHER_GAIN / 60.0;
    let limit = format!("Beyond {minutes:.0} minutes\nin a session, or 10 a week,");
    format!("{limit} a review of studies found no further gain (PMID 39614059).")
}
