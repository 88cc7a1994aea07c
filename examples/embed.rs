//! Plays a routine inside another program, with a host of its own. `cargo run --example embed -- bedtime-back`

#![allow(clippy::print_stdout)] // it is a program

use std::time::Duration;

use supine::{Choices, Event, Folders, Host, News, Now, Pace, Session, output};

/// Prints each pose and never requests anything. A real host passes on keys, buttons or messages.
struct Bedside;

impl Host for Bedside {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        std::thread::sleep(timeout);
        None
    }

    fn show(&mut self, _now: &Now) {}

    fn tell(&mut self, news: News) {
        println!("{news:?}");
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With a second argument, a test voice speaks as fast as it can and nothing is heard.
    let (routine, voice) = (std::env::args().nth(1), std::env::args().nth(2));
    let is_silent = voice.is_some();
    let choices = Choices { pace: Some(Pace::SLOW), voice, ..Choices::default() };
    let routine = routine.unwrap_or("bedtime-back".to_owned());
    let mut session = Session::open(routine, choices, &Folders::of_user())?;
    let outcome = session.play(output::open(is_silent)?.as_mut(), &mut Bedside)?;
    println!("{:?}", outcome.finish);
    Ok(())
}
