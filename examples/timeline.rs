//! Draws a session as a picture (SVG) to standard output, inside another program:
//! `cargo run --example timeline -- bedtime-back > docs/timeline.svg`

#![allow(clippy::print_stdout)] // it is a program

use std::sync::Arc;

use supine::{Choices, Folders, Session, Watch, drawing};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (routine, voice) = (std::env::args().nth(1), std::env::args().nth(2));
    let choices = Choices { voice, ..Choices::default() };
    let session = Session::open(routine.unwrap_or("bedtime-back".to_owned()), choices, &Folders::of_user())?;
    let watch: Arc<dyn Watch> = Arc::new(());
    let scored = session.score(&watch)?;
    print!("{}", drawing::timeline(&scored.score, session.routine().title.as_str(), &scored.voice));
    Ok(())
}
