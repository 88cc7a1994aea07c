//! What each part of the way from a text to sound costs by itself: reading, compiling, mixing, and the natural voice.
//! The voice for tests speaks without any work, so that a session's cost is that of everything else.

#[path = "common/mod.rs"]
mod common;

use std::sync::Arc;

use common::session;
use divan::Bencher;
use divan::counter::ItemsCount;
use supine::catalogue::Shelf;
use supine::config::Config;
use supine::{Choices, Folders, Watch};

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
    let session = session("breath-only", ambience);
    bencher.counter(ItemsCount::new(common::mix(&session))).bench_local(|| common::mix(&session));
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
