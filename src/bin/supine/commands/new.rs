//! `supine new`: writes a routine file for somebody to go on writing, and says what to do next.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::failure::Failure;
use crate::opening::shelf;
use crate::screen;
use supine::advice::{Advice, Advise};
use supine::authoring::{self, Imported};
use supine::catalogue;
use supine::config::Choices;
use supine::folders::{Folders, home_expanded};
use supine::language::Tag;
use supine::whole_file;

/// The most poses whose names are printed.
const MOST_NAMES: usize = 20;

pub fn new(
    name: &str,
    from: Option<&OsStr>,
    from_text: Option<&Path>,
    language: Option<Tag>,
) -> Result<ExitCode, Failure> {
    let place = Place::of(name)?;
    let (text, imported) = match (from, from_text) {
        (_, Some(path)) => {
            let text = catalogue::read_text(path)?;
            let language = language.map(|tag| tag.to_string());
            let imported = authoring::import(&text, &place.name, language.as_deref());
            let imported = imported.ok_or_else(|| Failure::Other(nothing_found(path)))?;
            (imported.text.clone(), Some(imported))
        }
        (Some(routine), None) => {
            let choices = Choices { language, ..Choices::default() };
            let source = shelf(&choices)?.read(routine)?;
            let copy = authoring::copy(&source.text, &place.name);
            let help = format!("`supine check {}` shows where", source.path);
            (copy.ok_or_else(|| Failure::Other(Advice::new("its text has mistakes", help)))?, None)
        }
        (None, None) => (authoring::example(&place.name), None),
    };
    whole_file::create(&place.path, &text).map_err(|refusal| {
        let about = |problem| format!("can't write {}: {problem}", place.path.display());
        Failure::Other(refusal.advice().about(about))
    })?;
    tell(&place, imported.as_ref())?;
    Ok(ExitCode::SUCCESS)
}

/// Where the file goes.
struct Place {
    /// The routine's name, from which it has its id.
    name: String,
    path: PathBuf,
    /// How other commands are told of it.
    word: String,
}

impl Place {
    /// A name stands for a routine among the listener's own; with a `/` or an ending it is a path.
    fn of(name: &str) -> Result<Self, Failure> {
        let is_path = name.contains('/') || name.ends_with(".toml");
        if is_path {
            let path = PathBuf::from(home_expanded(name));
            let path = if path.extension().is_some() { path } else { path.with_extension("toml") };
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let word = if path.is_absolute() || name.contains('/') {
                path.display().to_string()
            } else {
                format!("./{}", path.display())
            };
            return Ok(Self { name: stem.unwrap_or_default(), path, word });
        }
        let id = authoring::id_of(name);
        if name.trim().is_empty() || name.starts_with('-') {
            let help = "give it a name, such as `my-back`, or a path, such as `./my-back.toml`";
            return Err(Failure::Other(Advice::new(format!("`{name}` is not a name"), help)));
        }
        if catalogue::names().contains(&id.as_str()) {
            let problem = format!("`{id}` is the name of a built-in routine");
            return Err(Failure::Other(Advice::new(problem, format!("choose another, such as `my-{id}`"))));
        }
        let folder = Folders::of_user().routines().ok_or_else(|| {
            let help = "name a path, such as `./my-back.toml`";
            Failure::Other(Advice::new("there is no home folder for routines of your own", help))
        })?;
        Ok(Self { name: name.to_owned(), path: folder.join(format!("{id}.toml")), word: id })
    }
}

fn nothing_found(path: &Path) -> Advice {
    let help = "write each exercise's name on a line of its own, and what to do below it, as a list";
    Advice::new(format!("no exercise is found in {}", path.display()), help)
}

fn tell(place: &Place, imported: Option<&Imported>) -> Result<(), Failure> {
    let mut out = screen::stdout();
    writeln!(out, "{}", place.path.display())?;
    if let Some(Imported { poses, language, doubts, .. }) = imported {
        let mut names: Vec<&str> = poses.iter().take(MOST_NAMES).map(String::as_str).collect();
        if poses.len() > MOST_NAMES {
            names.push("...");
        }
        let many = if poses.len() == 1 { "pose" } else { "poses" };
        writeln!(out, "{} {many}, in `{language}`: {}", poses.len(), names.join(", "))?;
        if !doubts.is_empty() {
            writeln!(out, "\nNot sure (each stands in the file as well, as a comment):")?;
        }
        for (line, doubt) in doubts {
            writeln!(out, "  line {line}: {doubt}")?;
        }
    }
    let word = &place.word;
    writeln!(out, "\nNext, open it in an editor, and beside it:")?;
    writeln!(out, "  supine check {word} --watch      looks at it each time you save it")?;
    writeln!(out, "  supine play {word} --preview     reads it aloud, with every hold cut to two seconds")?;
    writeln!(out, "  supine play {word}")?;
    Ok(())
}
