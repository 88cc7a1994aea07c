//! `supine history`: what was practised. It is read by eye or by ear, so every sign has a word beside it.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::args::SessionArgs;
use crate::failure::Failure;
use crate::opening::shelf;
use crate::screen::{self, complain};
use supine::advice::{Advice, Advise};
use supine::history::names::Names;
use supine::history::report::{Period, report};
use supine::history::summary::{Summary, Week};
use supine::history::table::{Json, write_csv};
use supine::history::{History, day_of, picture};
use supine::journal::Journal;
use supine::phrases::{HistoryPhrases, Phrases, time};
use supine::whole_file;

/// The weeks of the calendar.
const WEEKS: usize = 8;

/// What stands below its help.
pub const HELP: &str = "\
Examples:
  supine history
  supine history --report 6w > for-my-physiotherapist.txt
  supine history --svg history.svg
  supine history --csv > history.csv
  supine history --forget

A day ends at four in the morning. A session that you left early counts for what you did.
It is a file of your own, which nobody else may read; nothing of it leaves this machine.";

/// What to show, and how.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Print everything as JSON
    #[arg(long, conflicts_with_all = ["csv", "svg", "report", "forget"])]
    json: bool,
    /// Print every pose of every session as a row of CSV
    #[arg(long, conflicts_with_all = ["svg", "report", "forget"])]
    csv: bool,
    /// Draw half a year into this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["report", "forget"])]
    svg: Option<PathBuf>,
    /// Report on so long: what was done, left out, led gently; such as 14d, 6w, 3m
    #[arg(long, value_name = "TIME", conflicts_with = "forget")]
    report: Option<String>,
    /// Erase all of it
    #[arg(long)]
    forget: bool,
    /// Erase without asking
    #[arg(long, requires = "forget")]
    yes: bool,
    #[command(flatten)]
    session: SessionArgs,
}

pub fn history(args: &HistoryArgs) -> Result<ExitCode, Failure> {
    let Some(journal) = Journal::of(&supine::folders::Folders::of_user()) else {
        return Err(Failure::Other("there is no home folder, so nothing is remembered".into()));
    };
    if args.forget {
        return forget(&journal, args.yes);
    }
    let zone = TimeZone::system();
    let today = day_of(Zoned::now().datetime());
    if args.csv {
        write_csv(&journal, &zone, &mut screen::stdout()).map_err(csv_failure)?;
        return Ok(ExitCode::SUCCESS);
    }
    let shelf = shelf(&args.session.0)?;
    let (phrases, _) = Phrases::for_language(&shelf.language());
    let words = &phrases.history;
    if let Some(length) = &args.report {
        let period = Period::up_to(today, length).map_err(Failure::Other)?;
        let text = report(&journal, &zone, period, &Names::of(&shelf), words)?;
        write!(screen::stdout(), "{text}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let history = History::read(&journal, &zone)?;
    if history.unread.is_cut {
        complain("supine: the last line of the log is cut short, and is not counted");
    }
    if args.json {
        screen::print_json(&Json::new(&history, &history.summary(today, WEEKS)), true)?;
    } else if let Some(path) = &args.svg {
        draw(path, &history.summary(today, picture::WEEKS), words)?;
    } else {
        write_summary(&history.summary(today, WEEKS), &Names::of(&shelf), words)?;
        tell_of_unread(&journal, history.unread.lines);
    }
    Ok(ExitCode::SUCCESS)
}

fn csv_failure(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Failure::Other(format!("can't write CSV ({other:?})").into()),
    }
}

fn draw(path: &Path, summary: &Summary, words: &HistoryPhrases) -> Result<(), Failure> {
    whole_file::write(path, picture::picture(summary, words).as_bytes()).map_err(|refusal| {
        Failure::Other(refusal.advice().about(|problem| format!("can't write {}: {problem}", path.display())))
    })?;
    complain(&format!("supine: drawn into {}", path.display()));
    Ok(())
}

/// Lines that are no entries, and were not cut short by a power cut, which was told at its time.
fn tell_of_unread(journal: &Journal, lines: u64) {
    let log = journal.log_file();
    match lines {
        0 => {}
        1 => complain(&format!("supine: 1 line of {} can't be read, and is not counted", log.display())),
        n => complain(&format!("supine: {n} lines of {} can't be read, and are not counted", log.display())),
    }
}

fn write_summary(summary: &Summary, names: &Names, words: &HistoryPhrases) -> Result<(), Failure> {
    let mut out = screen::stdout();
    let Some(since) = summary.since else {
        writeln!(out, "{}", words.empty)?;
        return Ok(());
    };
    if summary.days.is_empty() {
        writeln!(out, "{}\n  {}", words.last_days, words.nothing_lately)?;
    } else {
        let lately = summary.lately;
        writeln!(out, "{}: {}, {}", words.last_days, words.days(lately.days), time(lately.seconds))?;
    }
    for (date, day) in &summary.days {
        let titles: Vec<&str> = day.routines.iter().map(|id| names.title(id)).collect();
        let date = words.day(*date, summary.today);
        writeln!(out, "  {date:<17} {:>10}  {}", time(day.seconds), titles.join(", "))?;
    }
    writeln!(out, "\n{}", words.weeks)?;
    let header: String = words.weekdays.iter().map(|day| format!("{day:<4}")).collect();
    writeln!(out, "  {:<22}{}", "", header.trim_end())?;
    let this_week = summary.weeks.len().saturating_sub(1);
    for (place, week) in summary.weeks.iter().enumerate() {
        let name = if place == this_week { words.this_week.clone() } else { words.week_of(week.monday) };
        writeln!(out, "  {name:<22}{}", row(week, words))?;
    }
    writeln!(out, "  {:<22}{}", "", words.mark)?;
    if summary.held.iter().next().is_some() {
        writeln!(out, "\n{}", words.held)?;
    }
    for (muscle, sides) in summary.held.iter() {
        writeln!(out, "  {:<28}{}", words.muscle(muscle), words.sides(sides))?;
    }
    writeln!(out, "\n{}", words.all(since, summary.all.days, summary.all.seconds))?;
    Ok(())
}

/// A week in signs, and in words behind them.
fn row(week: &Week, words: &HistoryPhrases) -> String {
    let signs: String =
        week.days.iter().map(|seconds| if *seconds > 0.0 { "o   " } else { ".   " }).collect();
    match week.practised() {
        0 => signs.trim_end().to_owned(),
        days => format!("{signs:<30}{}, {}", words.days(days), time(week.seconds())),
    }
}

/// Erases the log, if that is what the listener wants.
fn forget(journal: &Journal, is_sure: bool) -> Result<ExitCode, Failure> {
    let log = journal.log_file();
    let mut out = screen::stdout();
    if !log.exists() {
        writeln!(out, "there is nothing to forget")?;
        return Ok(ExitCode::SUCCESS);
    }
    if !is_sure {
        if !std::io::stdin().is_terminal() {
            let problem = "`--forget` erases the whole history";
            return Err(Failure::Other(Advice::new(problem, "add `--yes` if that is what you want")));
        }
        complain(&format!("supine: this erases {}, and what was learned from it.", log.display()));
        complain("Nothing can bring it back. Type yes to erase it:");
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if answer.trim() != "yes" {
            writeln!(out, "nothing is erased")?;
            return Ok(ExitCode::SUCCESS);
        }
    }
    journal.forget()?;
    writeln!(out, "everything that was practised is forgotten")?;
    Ok(ExitCode::SUCCESS)
}
