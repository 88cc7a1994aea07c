//! What several benches share: sessions of a chosen length whose voice costs nothing, and an encoder that keeps nothing.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use supine::output::description::Description;
use supine::output::encoder::{Encoder, Loudness};
use supine::output::file::FileError;
use supine::score::Score;
use supine::units::Frame;
use supine::{Choices, Folders, Session, Watch};

/// A session of a routine, by its name or file, with the voice for tests over a sound.
pub fn session(routine: impl AsRef<std::ffi::OsStr>, ambience: &str) -> Session {
    let choices = Choices {
        voice: Some("fake".to_owned()),
        ambience: Some(ambience.parse().expect("it is a sound")),
        ..Choices::default()
    };
    let session = Session::open(routine, choices, &Folders::default()).expect("it can be played");
    session.with_an_end().expect("it has an end")
}

/// Mixes all of a session; returns its length in frames.
pub fn mix(session: &Session) -> usize {
    let watch: Arc<dyn Watch> = Arc::new(());
    let mut counted = Nowhere(0);
    session.render(&mut counted, &watch).expect("it can be mixed");
    counted.0
}

/// Writes a routine of about so many minutes: in each minute a sentence, a count, breaths, and rest.
#[allow(dead_code, reason = "not every bench needs it")]
pub fn write_routine(path: &Path, minutes: usize) {
    let mut text = "title = \"Long\"\nending = \"awake\"\n".to_owned();
    for pose in 1..=minutes {
        // Writing into a string does not fail.
        let _ = write!(
            text,
            "\n[[pose]]\nname = \"Pose {pose}\"\nposition = \"lying on your back\"\n\
             steps = [\"Bend your knee a little.\", {{ count = 10 }}, {{ breaths = 2 }}, {{ seconds = 16 }}]\n"
        );
    }
    std::fs::write(path, text).expect("there is room for a file");
}

/// Throws frames away and counts them.
struct Nowhere(usize);

impl Encoder for Nowhere {
    fn begin(&mut self, _: &Score, _: &Description) -> Result<(), FileError> {
        Ok(())
    }

    fn write(&mut self, frames: &[Frame]) -> Result<(), FileError> {
        self.0 += std::hint::black_box(frames).len();
        Ok(())
    }

    fn wants_loudness(&self) -> bool {
        false
    }

    fn finish(&mut self, _: Option<Loudness>) -> Result<(), FileError> {
        Ok(())
    }
}

/// The slope of a straight line through the logarithms of costs: 1 where twice as much costs twice as much.
#[allow(dead_code, reason = "not every bench needs it")]
pub fn exponent(costs: &[(f64, f64)]) -> f64 {
    let points: Vec<(f64, f64)> = costs.iter().map(|(size, cost)| (size.ln(), cost.ln())).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let covariance: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    covariance / points.iter().map(|point| (point.0 - x).powi(2)).sum::<f64>()
}
