//! What each part of the way from a text to sound costs by itself: reading, compiling, mixing, and the natural voice.
//! The voice for tests speaks without any work, so that a session's cost is that of everything else.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use supine::catalogue::Shelf;
use supine::config::Config;
use supine::output::description::Description;
use supine::output::encoder::{Encoder, Loudness};
use supine::output::file::FileError;
use supine::score::Score;
use supine::units::Frame;
use supine::{Choices, Folders, Session, Watch};

fn main() {
    divan::main();
}

const ROUTINES: [&str; 2] = ["breath-only", "bedtime-back"];

/// Reads a routine: its text is found, made one with that of its language, parsed.
#[divan::bench(args = ROUTINES)]
fn read(routine: &str) {
    let (folders, choices) = (Folders::default(), Choices::default());
    let shelf = Shelf::new(&choices, &Config::default(), &folders);
    let source = shelf.read(routine).expect("it is built in");
    divan::black_box(supine::routine::parse::parse(&source.text)).expect("it is right");
}

/// Opens, plans and compiles a routine.
#[divan::bench(args = ROUTINES)]
fn compile(routine: &str) {
    let watch: Arc<dyn Watch> = Arc::new(());
    divan::black_box(session(routine, "none").score(&watch)).expect("it can be spoken");
}

/// Mixes a routine: a session of some minutes over each kind of sound.
#[divan::bench(args = ["none", "rain", "ocean"], sample_count = 5, sample_size = 1)]
fn mix(bencher: Bencher, ambience: &str) {
    let watch: Arc<dyn Watch> = Arc::new(());
    let session = session("breath-only", ambience);
    let mut counted = Nowhere(0);
    session.render(&mut counted, &watch).expect("it can be mixed");
    bencher.counter(ItemsCount::new(counted.0)).bench_local(|| {
        session.render(&mut Nowhere(0), &watch).expect("it can be mixed");
    });
}

/// Says a sentence with the natural voice, which is ready.
#[cfg(feature = "natural-voice")]
#[divan::bench(args = ["One.", "Feel your back grow wide and heavy on the bed."], sample_count = 10, sample_size = 1)]
fn natural(bencher: Bencher, text: &str) {
    use supine::speech::Utterance;
    use supine::speech::clips::Clips;
    use supine::speech::voices::{Voice, Voices};
    let voices = Voices::new(Vec::new(), Clips::of(&Folders::default()));
    let id = voices.find("natural", "en").expect("it is in this program");
    let Ok(Voice::Rendered(voice)) = voices.open(&id, "en") else { panic!("it is rendered") };
    let utterance = Utterance::plain(text, 0.8);
    bencher.bench_local(|| voice.synthesize(&utterance).expect("it can say this"));
}

fn session(routine: &str, ambience: &str) -> Session {
    let choices = Choices {
        voice: Some("fake".to_owned()),
        ambience: Some(ambience.parse().expect("it is a sound")),
        ..Choices::default()
    };
    let session = Session::open(routine, choices, &Folders::default()).expect("it is built in");
    session.with_an_end().expect("it has an end")
}

/// Throws frames away and counts them.
struct Nowhere(usize);

impl Encoder for Nowhere {
    fn begin(&mut self, _: &Score, _: &Description) -> Result<(), FileError> {
        Ok(())
    }

    fn write(&mut self, frames: &[Frame]) -> Result<(), FileError> {
        self.0 += divan::black_box(frames).len();
        Ok(())
    }

    fn wants_loudness(&self) -> bool {
        false
    }

    fn finish(&mut self, _: Option<Loudness>) -> Result<(), FileError> {
        Ok(())
    }
}
