//! `supine check`: the linter for routine files.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Zoned;

use crate::failure::Failure;
use crate::opening::{self, read_config};
use crate::progress::Progress;
use crate::screen::{self, complain, print_problems};
use crate::watching::Watching;
use supine::advice::{Advice, Advise};
use supine::catalogue::{Place, Shelf, Source};
use supine::config::{Choices, Config, ForRoutine, Resolved};
use supine::control::Watch;
use supine::diagnostic::{Diagnostic, Severity, Span};
use supine::folders::Folders;
use supine::phrases::lexicon::Lexicon;
use supine::phrases::{Phrases, notation};
use supine::remote::signals::Signals;
use supine::routine::Routine;
use supine::routine::lint::lint;
use supine::routine::parse::parse;
use supine::score::overrun::overrun;
use supine::session::outcome::SessionError;
use supine::session::{Session, resolved, unsayable};
use supine::sounds::AmbienceChoice;
use supine::speech::voices::{VoiceError, VoiceId, Voices};

/// A mistake in a file, the config or the command line.
const MISTAKE: u8 = 2;

pub fn check(files: &[PathBuf], quick: bool, choices: &Choices) -> Result<ExitCode, Failure> {
    let mut check = Check::new(quick, choices)?;
    let mut seen = BTreeSet::new();
    for path in files.iter().filter(|path| seen.insert(*path)) {
        check.file(path)?;
    }
    Ok(ExitCode::from(check.code))
}

/// Checks the text of files now, and again each time one of them is saved, until Ctrl-C ends it.
pub fn watch(files: &[PathBuf], choices: &Choices) -> Result<ExitCode, Failure> {
    let shelf = opening::shelf(choices)?;
    let mut paths = Vec::new();
    for file in files {
        match shelf.read_path_or_name(file).map(|source| source.place) {
            Ok(Place::File(path)) => paths.push(path),
            Ok(_) => {
                let problem = format!("{} is no file that can be saved", file.display());
                let help = "name a routine file, or copy a built-in one with `supine new`";
                return Err(Failure::Other(Advice::new(problem, help)));
            }
            // What is wrong with it is told by the check, and it may be mended meanwhile.
            Err(_) => paths.push(file.clone()),
        }
    }
    let signals = Signals::listen()?;
    let mut watching = Watching::of(&paths).map_err(Failure::Other)?;
    check(files, true, choices)?;
    loop {
        let changed = watching.next(&|| signals.is_stopped()).map_err(Failure::Other)?;
        if changed.is_empty() {
            return Err(Failure::Signal(signals.exit_code().unwrap_or(1)));
        }
        complain(&format!("\n{}", Zoned::now().strftime("%H:%M:%S")));
        check(&changed, true, choices)?;
    }
}

/// One run over some files.
struct Check<'a> {
    choices: &'a Choices,
    config: Config,
    is_quick: bool,
    /// A mistake's code wins over others; else the first code counts.
    code: u8,
    /// Problems outside the files themselves: each is reported once, and not with every file.
    told: BTreeSet<String>,
}

impl<'a> Check<'a> {
    /// Reads the config. When it has mistakes, the files are read, but not recorded.
    ///
    /// # Errors
    /// When the chosen voice does not exist.
    fn new(is_quick: bool, choices: &'a Choices) -> Result<Self, Failure> {
        let (config, code) = match read_config() {
            Ok(config) => (config, 0),
            Err(failure) => {
                failure.print();
                (Config::default(), failure.exit_code())
            }
        };
        let check = Self { choices, config, is_quick: is_quick || code != 0, code, told: BTreeSet::new() };
        let resolved = Resolved::new(choices, &check.config, ForRoutine::default());
        let found = resolved.voice.value.as_ref().map(|name| check.voices().find(name, "en"));
        // Whether the voice answers is found out when it is asked to speak.
        if let Some(Err(error @ (VoiceError::Unknown { .. } | VoiceError::Ambiguous { .. }))) = found {
            return Err(error.into());
        }
        Ok(check)
    }

    fn voices(&self) -> Voices {
        opening::voices(&self.config)
    }

    /// Reports everything about one file, with the verdict at the end.
    fn file(&mut self, path: &Path) -> Result<(), Failure> {
        let source = match Shelf::new(self.choices, &self.config, &Folders::of_user()).read_path_or_name(path)
        {
            Ok(source) => source,
            Err(error) => {
                complain(&format!("supine: {error}"));
                self.note(MISTAKE);
                return Ok(());
            }
        };
        if let Some(lacks) = source.lacks.as_ref().filter(|_| self.choices.language.is_some()) {
            complain(&format!(
                "supine: {} is not available in `{lacks}` yet, so that can't be checked; this is what there is:",
                path.display()
            ));
            self.note(MISTAKE);
        }
        let problems = self.problems(&source);
        print_problems(&source, &problems);
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            self.note(MISTAKE);
            return Ok(());
        }
        let path = source.path.clone();
        let sound = if self.is_quick { Ok(None) } else { self.measure(source) };
        let line = match sound {
            Ok(line) => line,
            Err(failure) if failure.exit_code() == MISTAKE => {
                self.note(MISTAKE);
                if self.told.insert(failure.to_string()) {
                    failure.print();
                }
                return Ok(());
            }
            // A voice that can't be measured does not make a routine worse.
            Err(failure) => {
                complain(&format!("{path}: its sound was not measured: {failure}"));
                // The listener has asked for a voice by choosing it.
                if !matches!(
                    failure,
                    Failure::Session(SessionError::Voice(VoiceError::None { .. }) | SessionError::Unsaid(_))
                ) {
                    self.note(failure.exit_code());
                }
                None
            }
        };
        complain(&format!("{path}: {}", verdict(problems.len())));
        if let Some(line) = line {
            writeln!(screen::stdout(), "{path}: {line}")?;
        }
        Ok(())
    }

    fn note(&mut self, code: u8) {
        if self.code == 0 || code == MISTAKE {
            self.code = code;
        }
    }

    /// Records a file and returns a line on how it sounds; a live voice can't be measured.
    fn measure(&mut self, source: Source) -> Result<Option<String>, Failure> {
        let path = source.path.clone();
        let session = opening::open_for_a_file(vec![(path.clone().into(), source)], self.choices.clone())?;
        let voices = session.casting().voices();
        if let Some(id) = chosen(&session).filter(|id| !voices.is_rendered(id)) {
            complain(&format!("{path}: its sound was not measured: {}", voices.not_rendered(id)));
            return Ok(None);
        }
        let watch: Arc<dyn Watch> = Arc::new(Progress::default());
        let recorded = session.record(&watch)?;
        for passed in recorded.passed_over.iter().filter(|passed| !passed.is_known) {
            complain(&format!("supine: {}; `{}` is measured instead", passed.reason, recorded.voice));
        }
        opening::tell_of_ambience(&session);
        let report = session.measure(&recorded, watch.as_ref())?;
        let line = opening::report_line(&session, &report);
        opening::tell_of_clips(&session);
        Ok(Some(format!("{line}, with {}", recorded.voice)))
    }

    fn problems(&self, source: &Source) -> Vec<Diagnostic> {
        let routine = match parse(&source.text) {
            Ok(routine) => routine,
            Err(problems) => return problems,
        };
        let mut problems = lint(&routine);
        problems.extend(notation::lint(&routine));
        problems.extend(overrun(&routine));
        problems.extend(missing_phrases(&routine));
        problems
            .extend(routine.ambience.as_ref().and_then(|(name, span)| missing_ambience(name, span, source)));
        problems.extend(self.unsayable(&routine, source));
        problems.sort_by_key(|problem| problem.span.0.start);
        problems
    }

    /// Words that the session's voice can't say, as far as that is known.
    fn unsayable(&self, routine: &Routine, source: &Source) -> Vec<Diagnostic> {
        let resolved = resolved(self.choices, &self.config, routine, source);
        let settings = resolved.settings(routine.ending);
        let (phrases, _) = Phrases::for_language(&routine.language);
        let lexicon = Lexicon::new(&settings.pronounce.over(&routine.pronounce), &phrases);
        let voices = self.voices();
        let chosen = resolved.voice.value.and_then(|name| voices.find(&name, &routine.language).ok());
        let ids = chosen.map_or_else(|| voices.ranking(&routine.language, false), |id| vec![id]);
        unsayable::warnings(&source.text, routine, (&phrases, &lexicon), (&voices, &ids))
    }
}

fn chosen(session: &Session) -> Option<VoiceId> {
    session.casting().chosen().ok().flatten()
}

fn verdict(warnings: usize) -> String {
    match warnings {
        0 => "fine".to_owned(),
        1 => "plays, with 1 warning".to_owned(),
        n => format!("plays, with {n} warnings"),
    }
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
    let error = AmbienceChoice::find_within(name, folder).err()?;
    Some(Diagnostic::error("unknown-ambience", span, error.problem(), error.help().unwrap_or_default()))
}
