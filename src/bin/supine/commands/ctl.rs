//! `supine ctl`: sends a request to the playing session, from anywhere.

use std::io::Write;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::screen;
use supine::advice::{Advice, Advise};
use supine::control::{Now, Request, State};
use supine::remote::socket::{Answer, Question, ask, path};
use supine::score::timeline::clock;

pub fn ctl(word: &str, percent: Option<u8>, json: bool) -> Result<ExitCode, Failure> {
    let question = match (word, percent) {
        ("status", None) => Question::Status,
        ("volume", Some(percent)) => Question::Do(Request::Volume(percent)),
        (word, None) => Question::Do(word.parse().map_err(Failure::Other)?),
        (word, Some(_)) => {
            return Err(Failure::Other(
                Advice::from(format!("`{word}` takes no number")).and("only `volume` does"),
            ));
        }
    };
    let answer = ask(&path(), question).map_err(|error| Failure::Other(error.advice()))?;
    if json {
        screen::print_json(&answer, false)?;
    }
    match answer {
        Answer { ok: false, error, .. } => {
            Err(Failure::Other(error.map_or("the session refuses".into(), Advice::from)))
        }
        Answer { now: Some(now), .. } if !json => {
            writeln!(screen::stdout(), "{}", shown(&now))?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// The session's state, in a line.
fn shown(now: &Now) -> String {
    let does = match now.state {
        State::Playing => "playing",
        State::Pausing => "pausing",
        State::Paused => "paused",
        State::Resuming => "resuming",
        State::Moving => "on the way to another pose",
        State::Ending => "fading out",
    };
    let mut at = clock(now.position_s.floor());
    if let Some(length) = now.length_s {
        at = format!("{at} of {}", clock(length.floor()));
    }
    let place = match &now.pose {
        Some(pose) => format!("{pose} ({} of {})", now.pose_number, now.poses),
        None => now.title.clone(),
    };
    let breath = now.own_breath.map(|own| format!("  your breath {own:.1} a minute")).unwrap_or_default();
    format!("{does}  {at}  {place}  volume {:.0} %{breath}", now.volume * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_line() {
        let mut now = Now { title: "Bedtime".to_owned(), position_s: 65.4, volume: 1.0, ..Now::default() };
        assert_eq!(shown(&now), "playing  1:05  Bedtime  volume 100 %");
        now.state = State::Paused;
        now.length_s = Some(1800.9);
        (now.pose, now.pose_number, now.poses) = (Some("Pigeon".to_owned()), 3, 8);
        now.volume = 0.7;
        assert_eq!(shown(&now), "paused  1:05 of 30:00  Pigeon (3 of 8)  volume 70 %");
        now.own_breath = Some(13.333);
        assert!(shown(&now).ends_with("volume 70 %  your breath 13.3 a minute"), "{}", shown(&now));
    }
}
