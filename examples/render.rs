//! Renders a routine to a file. `cargo run --example render -- bedtime-back bed.opus`

#![allow(clippy::print_stdout, clippy::print_stderr)] // it is a program

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use supine::output::file::Destination;
use supine::output::formats::encoder;
use supine::{Choices, Folders, Session, Watch};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(routine), Some(file)) = (words.next(), words.next()) else {
        return Err("name a routine and the file to write".into());
    };
    let choices = Choices { voice: words.next(), ..Choices::default() };
    let session = Session::open(routine, choices, &Folders::of_user())?.with_an_end()?;
    let destination = Destination::open(Path::new(&file), None, &(Rc::new(|| true) as _), &mut || {})?;
    // No observer, so rendering is never stopped.
    let watch: Arc<dyn Watch> = Arc::new(());
    let rendered = session.render(encoder(destination, None)?.as_mut(), &watch)?;
    rendered.warnings.iter().for_each(|warning| eprintln!("{warning}"));
    println!("{file}: {:.0} s with {}", rendered.length_s, rendered.voice);
    Ok(())
}
