//! `supine sounds`: the built-in sounds, listed, or heard one after another.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use super::setup::remember;
use crate::args::OutputArgs;
use crate::audition::{Audition, Interruption, Narrator};
use crate::failure::Failure;
use crate::opening::shelf;
use crate::screen;
use supine::advice::Advice;
use supine::config::{Choices, DEFAULT_AMBIENCE};
use supine::remote::keymap::Key;
use supine::routine::Chime;
use supine::session::lines::Lines;
use supine::sounds::{AMBIENCES, AmbienceChoice, BuiltIn, recording_of};

/// How long an ambience is open, after its name and before it fades, which takes six seconds more.
const TASTE: Duration = Duration::from_secs(5);

pub fn sounds() -> Result<ExitCode, Failure> {
    let mut out = screen::stdout();
    writeln!(out, "Ambience, for --ambience:")?;
    for sound in AMBIENCES {
        let default = if sound.name == DEFAULT_AMBIENCE { "  (default)" } else { "" };
        writeln!(out, "  {:<8}{}{default}", sound.name, sound.about)?;
    }
    writeln!(
        out,
        "  none    silence\n  or the path of a music file, a playlist (M3U, PLS), or a folder, which is searched {} folders deep",
        supine::sounds::search::DEPTH
    )?;
    writeln!(out, "Chimes, for {{ sound = \"...\" }} in a routine:")?;
    for sound in Chime::ALL.map(recording_of) {
        writeln!(out, "  {:<8}{}", sound.name, sound.about)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Plays a little of each of these ambiences, or of all; a key takes the one that is heard.
pub fn try_sounds(names: &[String], output: &OutputArgs) -> Result<ExitCode, Failure> {
    let sounds = named(names)?;
    let language = shelf(&Choices::default())?.language();
    let mut audition = Audition::anywhere(&language, output)?;
    let mut narrator = Narrator::new(None);
    audition.show("any key takes the ambience that you hear, Escape changes nothing");
    let mut before = None;
    for sound in sounds {
        let line = (audition.phrases.ambience(sound.name).to_owned(), TASTE);
        let lines = Lines::new(&[line], &audition.settings, &audition.phrases);
        let voice = narrator.voice(&audition)?;
        let lines = lines.over(AmbienceChoice::BuiltIn(sound));
        match audition.hear(voice, &lines, sound.name)? {
            Some(Interruption::Key(Key::Escape, _)) => break,
            Some(Interruption::Key(_, early)) => {
                let taken = before.filter(|_| early).unwrap_or(sound);
                remember(&[("ambience", taken.name.into())])?;
                let kept = audition.phrases.setup.kept.clone();
                let voice = narrator.voice(&audition)?;
                audition.say(voice, &[(kept, Duration::ZERO)], "")?;
                break;
            }
            None | Some(Interruption::TooLate | Interruption::Silence) => before = Some(sound),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The ambiences of these names; all for none.
fn named(names: &[String]) -> Result<Vec<BuiltIn>, Failure> {
    if names.is_empty() {
        return Ok(AMBIENCES.to_vec());
    }
    let find = |name: &String| {
        let found = AMBIENCES.iter().find(|sound| sound.name == name).copied();
        let problem = || Advice::new(format!("no ambience is called `{name}`"), "`supine sounds` lists them");
        found.ok_or_else(|| Failure::Other(problem()))
    };
    names.iter().map(find).collect()
}
