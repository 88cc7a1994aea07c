//! `supine check`: the linter for routine files.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::prepare::prepare_source;
use super::{Failure, complain, print_problems};
use crate::catalogue::{self, Source};
use crate::cli::SessionArgs;
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::phrases::Phrases;
use crate::routine::Routine;
use crate::routine::lint::lint;
use crate::routine::parse::parse;
use crate::score::fit::fit;
use crate::sounds::{AmbienceChoice, chime_names};
use crate::speech::voices::{Voice, VoiceError};

pub fn check(files: &[PathBuf], quick: bool, session: &SessionArgs) -> Result<ExitCode, Failure> {
    let mut errors = 0;
    for path in files {
        errors += match catalogue::read_path_or_name(path) {
            Ok(source) => match check_one(&source) {
                0 if !quick => measure(source, session.clone())?,
                errors => errors,
            },
            Err(error) => {
                complain(&format!("supine: {error}"));
                1
            }
        };
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Records a file and prints how it sounds. Returns the number of errors.
fn measure(source: Source, session: SessionArgs) -> Result<usize, Failure> {
    let path = source.path.clone();
    let prepared = match prepare_source(source, session) {
        Ok(prepared) => prepared,
        Err(failure) => {
            failure.print();
            return Ok(1);
        }
    };
    match prepared.voice(true) {
        Ok((id, Voice::Rendered(voice))) => {
            let line = prepared.measured(&prepared.recorded(voice)?)?;
            writeln!(std::io::stdout(), "{path}: {line}, with {id}")?;
            Ok(0)
        }
        // A routine is no worse for a voice that can't be measured.
        Ok((id, Voice::Live(..))) => Ok(not_measured(&path, &VoiceError::NotRendered(id))),
        Err(Failure::Voice(error)) => Ok(not_measured(&path, &error)),
        Err(failure) => Err(failure),
    }
}

fn not_measured(path: &str, error: &VoiceError) -> usize {
    complain(&format!("{path}: its sound was not measured, for {error}"));
    0
}

/// Prints the problems of one file and counts its errors.
fn check_one(source: &Source) -> usize {
    let problems = problems(source);
    print_problems(source, &problems);
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    if errors == 0 {
        let advice = match problems.len() {
            0 => "fine".to_owned(),
            1 => "plays, with 1 warning".to_owned(),
            n => format!("plays, with {n} warnings"),
        };
        complain(&format!("{}: {advice}", source.path));
    }
    errors
}

fn problems(source: &Source) -> Vec<Diagnostic> {
    let routine = match parse(&source.text) {
        Ok(routine) => routine,
        Err(problems) => return problems,
    };
    let mut problems = lint(&routine);
    problems.extend(fit(&routine, &chime_names()));
    problems.extend(missing_phrases(&routine));
    problems.extend(routine.ambience.as_ref().and_then(|(name, span)| missing_ambience(name, span, source)));
    problems.sort_by_key(|problem| problem.span.0.start);
    problems
}

fn missing_phrases(routine: &Routine) -> Option<Diagnostic> {
    let (_, fits) = Phrases::for_language(&routine.language);
    let known = Phrases::languages().collect::<Vec<_>>().join(", ");
    (!fits).then(|| {
        Diagnostic::warning(
            "no-phrases",
            &routine.language_span,
            format!("there are no phrases in `{}` yet: counts and cues will be in English", routine.language),
            format!("there are phrases in {known}"),
        )
    })
}

fn missing_ambience(name: &str, span: &Span, source: &Source) -> Option<Diagnostic> {
    let folder: &Path = &source.folder;
    let error = AmbienceChoice::find_within(name, folder).err()?.to_string();
    let (message, help) = error.split_once("; ").unwrap_or((&error, "put the file beside the routine"));
    Some(Diagnostic::error("unknown-ambience", span, message, help))
}
