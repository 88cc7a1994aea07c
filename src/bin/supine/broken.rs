//! What a listener notices when supine itself breaks: not a listing for programmers, but one sentence. By then the sound
//! has faded out and the terminal is as it was, since a panic drops whatever holds them.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::failure::Failure;
use crate::screen::complain;
use supine::advice::Advice;

/// With this in the environment, panics are printed as well, for those who mend them.
const BACKTRACE: &str = "RUST_BACKTRACE";
/// At so many seconds of a session a test lets it break; not in a release.
const BREAK: &str = "SUPINE_BREAK";

/// Where the first panic was, and what it said.
static NOTED: Mutex<Option<String>> = Mutex::new(None);
static MAY_SLEEP: AtomicBool = AtomicBool::new(false);

/// From now on panics are noted.
pub fn note_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::env::var_os(BACKTRACE).is_some_and(|value| value != "0") {
            usual(panic);
        }
        let place = panic.location().map_or_else(String::new, |place| {
            let file = place.file().rsplit('/').next().unwrap_or_default();
            format!("{file}, line {}: ", place.line())
        });
        let noted = format!("{place}{}", said(panic.payload()));
        NOTED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(noted);
    }));
}

fn said(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no words")
}

fn noted() -> Option<String> {
    NOTED.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn advice(noted: &str) -> Advice {
    Advice::new(
        format!("supine itself broke ({noted}), and stopped"),
        "if a session played, `supine resume` goes on from there",
    )
    .and("a report with this line helps to mend it")
}

/// What is told of a part that broke, while the rest went on.
fn aside(noted: &str) -> String {
    format!(
        "supine: a part of supine broke ({noted}), and the rest went on; a report with this line helps to mend it"
    )
}

/// The result of a command, and a failure when it panics.
pub fn unless_broken<T>(command: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let result = catch_unwind(AssertUnwindSafe(command));
    match (result, noted()) {
        (Err(_), noted) => Err(Failure::Broken(advice(&noted.unwrap_or_default()))),
        (Ok(result), None) => result,
        (Ok(result), Some(noted)) => {
            complain(&aside(&noted));
            result
        }
    }
}

/// The last words were said: from now on nothing is said aloud.
pub fn let_sleep() {
    MAY_SLEEP.store(true, Ordering::Relaxed);
}

/// Whether the listener may be asleep.
pub fn may_sleep() -> bool {
    MAY_SLEEP.load(Ordering::Relaxed)
}

/// Breaks where a test asks for it.
pub fn break_if_asked(position_s: f64) {
    if cfg!(debug_assertions) {
        let at = std::env::var(BREAK).ok().and_then(|at| at.parse().ok());
        assert!(at.is_none_or(|at: f64| position_s < at), "a test asked for it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_broke_is_noted_with_its_place_and_the_command_goes_on() {
        note_panics();
        let part = || std::thread::spawn(|| panic!("a test breaks here")).join().is_err();
        assert!(part());
        let told = aside(&NOTED.lock().unwrap().clone().unwrap());
        assert!(told.contains("broken.rs, line ") && told.contains("a test breaks here"), "{told}");
        let result = unless_broken(|| Ok(part()));
        assert!(matches!(result, Ok(true)), "the command did not go on");
        // What was told once is not told again.
        assert_eq!(noted(), None);
    }
}
