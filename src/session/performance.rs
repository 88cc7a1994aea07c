//! One session on an output: sets everything up, then only watches. Three threads work beside it:
//! the device's renders, one decodes the ambience, one records or conducts the voice.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::conductor::Conductor;
use super::prompter::{AHEAD, Prompter};
use super::studio::{Studio, chimes};
use crate::clock::Clock;
use crate::mixer::{Ambience, Feed, MixCue, Mixer, Silence, Transport};
use crate::output::{Output, OutputError};
use crate::score::compile::compile;
use crate::score::estimate::estimated_length;
use crate::score::plan::Plan;
use crate::score::{Cue, Marker, Score};
use crate::settings::Settings;
use crate::sounds::soundscape::Soundscape;
use crate::sounds::{AmbienceChoice, SoundError};
use crate::speech::voices::Voice;
use crate::speech::{Speaker, SpeechError, Synthesizer};
use crate::units::{Decibels, Frame, Frames, SampleRate};

/// Decoded ambience that is kept ready: enough to ride out a busy machine.
const BUFFERED: Duration = Duration::from_secs(3);
/// How often the threads look after their buffers.
const TEND: Duration = Duration::from_millis(100);
/// How often the session is looked at.
const WATCH: Duration = Duration::from_millis(50);

/// What a session needs.
pub struct Stage {
    /// What is said and done.
    pub plan: Arc<Plan>,
    /// How loud.
    pub settings: Settings,
    /// What plays under it.
    pub ambience: AmbienceChoice,
    /// Who speaks.
    pub voice: Voice,
}

/// What a watcher is shown, about 20 times a second.
pub struct Progress<'a> {
    /// How far the score has been played, in seconds.
    pub seconds: f64,
    /// The pose.
    pub pose: Option<&'a str>,
    /// Whether it fades out.
    pub stopping: bool,
}

/// How a session came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It played to its end.
    Played,
    /// The watcher asked it to stop, and it faded out.
    Stopped,
}

/// What kept a session from its end.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The voice, before anything was heard.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// The voice, in the middle of the session.
    #[error("the voice was lost in the middle of the session: {0}")]
    VoiceLost(SpeechError),
    /// The ambience or a chime.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// The output.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// What the threads and the watcher share.
struct Shared {
    transport: Arc<Transport>,
    markers: Mutex<Vec<Marker>>,
    warnings: Mutex<Vec<String>>,
}

/// Plays a session. `watch` is shown the progress and says whether to go on. Also returns what
/// went wrong without ending the session.
///
/// # Errors
/// When the voice, the ambience or the output fails; what was playing has faded out then.
pub fn play(
    stage: Stage,
    output: &mut dyn Output,
    watch: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Result<(Finish, Vec<String>), SessionError> {
    let rate = output.rate();
    let transport = Arc::new(Transport::default());
    let loudness = stage.settings.loudness;
    let ambience = Soundscape::open(&stage.ambience, loudness, rate)?;
    let ambience = ambience
        .map_or_else(|| Box::new(Silence) as Box<dyn Ambience>, |soundscape| pumped(soundscape, rate));
    let capacity = (stage.plan.max_events() + 8) * 4;
    let (mixer, feed) = Mixer::new(rate, ambience, Arc::clone(&transport), capacity);
    let shared = Arc::new(Shared { transport, markers: Mutex::default(), warnings: Mutex::default() });
    let part = VoicePart { plan: stage.plan, loudness, rate, feed, shared: Arc::clone(&shared) };
    let voice = match stage.voice {
        Voice::Rendered(voice) => part.start_rendered(voice)?,
        Voice::Live(speaker, clock) => part.start_live(speaker, clock)?,
    };
    output.start(mixer);
    let finish = watch_over(output, &shared, &voice, rate, watch)?;
    // A panic in a thread of ours is a bug, and goes on as one.
    voice.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let warnings =
        shared.warnings.lock().map(|mut warnings| std::mem::take(&mut *warnings)).unwrap_or_default();
    Ok((finish, warnings))
}

type VoiceThread = std::thread::JoinHandle<Result<(), SessionError>>;

fn watch_over(
    output: &mut dyn Output,
    shared: &Shared,
    voice: &VoiceThread,
    rate: SampleRate,
    watch: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Result<Finish, SessionError> {
    let mut finish = Finish::Played;
    while !shared.transport.is_finished() {
        if output.is_lost() {
            // Nobody renders any more, so there is nothing to wait for; the threads see this.
            shared.transport.stop();
            return Err(OutputError::Lost.into());
        }
        if voice.is_finished() && !shared.is_complete() {
            shared.transport.stop(); // the voice has failed; its thread says why
        }
        let position = shared.transport.position();
        let name = shared.pose_at(position);
        let progress = Progress {
            seconds: position.to_seconds(rate),
            pose: name.as_deref(),
            stopping: shared.transport.is_stopping(),
        };
        if !watch(&progress) {
            finish = Finish::Stopped;
            shared.transport.stop();
        }
        std::thread::sleep(WATCH);
    }
    Ok(finish)
}

impl Shared {
    fn pose_at(&self, position: Frames) -> Option<String> {
        let markers = self.markers.lock().ok()?;
        let passed = markers.iter().rev().find(|marker| marker.at <= position)?;
        Some(passed.name.clone())
    }

    fn is_complete(&self) -> bool {
        self.transport.end() != Frames::NEVER
    }

    fn show(&self, score: &Score) {
        if let Ok(mut markers) = self.markers.lock() {
            markers.clone_from(&score.markers);
        }
    }

    fn warn(&self, more: impl IntoIterator<Item = String>) {
        if let Ok(mut warnings) = self.warnings.lock() {
            warnings.extend(more);
        }
    }
}

/// What the voice's thread works with.
struct VoicePart {
    plan: Arc<Plan>,
    loudness: Decibels,
    rate: SampleRate,
    feed: Feed,
    shared: Arc<Shared>,
}

impl VoicePart {
    fn start_rendered(mut self, voice: Box<dyn Synthesizer>) -> Result<VoiceThread, SessionError> {
        let studio = Studio::new(voice, self.loudness, self.rate);
        let chimes = chimes(&self.plan, self.loudness, self.rate)?;
        let mut prompter = Prompter::new(Arc::clone(&self.plan), studio, chimes, self.rate);
        prompter.record_more()?;
        prompter.hand_over(&mut self.feed, &self.shared.transport);
        Ok(std::thread::spawn(move || self.prompt(prompter)))
    }

    fn prompt(mut self, mut prompter: Prompter) -> Result<(), SessionError> {
        let transport = Arc::clone(&self.shared.transport);
        let ahead = Frames::at(AHEAD, self.rate);
        while !transport.is_finished() && !transport.is_stopping() {
            if prompter.is_ready_until(transport.position() + ahead) {
                std::thread::sleep(TEND);
            } else {
                match prompter.record_more() {
                    // Who stops a session need not hear that its voice was cut off.
                    Err(_) if transport.is_stopping() => break,
                    recorded => recorded.map_err(SessionError::VoiceLost)?,
                }
            }
            prompter.hand_over(&mut self.feed, &transport);
            self.shared.show(prompter.score());
        }
        self.shared.warn(prompter.problems().iter().map(|problem| problem.message.clone()));
        Ok(())
    }

    fn start_live(
        mut self,
        speaker: Box<dyn Speaker>,
        clock: Arc<dyn Clock>,
    ) -> Result<VoiceThread, SessionError> {
        let (plan, rate) = (&self.plan, self.rate);
        let clips: Vec<Arc<_>> = chimes(plan, self.loudness, rate)?.into_iter().map(Arc::new).collect();
        let length = |id| Some(estimated_length(plan.utterance(id), rate));
        let (score, _) = compile(plan, rate, &length, &|place| clips[place].length());
        // The rings hold every event of the plan.
        for event in &score.events {
            if let Cue::Chime(place) = event.cue {
                let clip = Arc::clone(&clips[place]);
                let _ = self.feed.cues.push(MixCue { start: event.at, clip });
            }
        }
        for point in &score.ambience {
            let _ = self.feed.gains.push(*point);
        }
        self.shared.show(&score);
        let transport = Arc::clone(&self.shared.transport);
        let conductor = Conductor::new(Arc::clone(plan), score, speaker, clock, transport);
        Ok(std::thread::spawn(move || self.conduct(conductor)))
    }

    fn conduct(self, conductor: Conductor) -> Result<(), SessionError> {
        let heard = conductor.heard();
        match conductor.lead() {
            Ok(warnings) => self.shared.warn(warnings),
            Err(_) if self.shared.transport.is_stopping() => {}
            Err(error) if heard.load(Ordering::Acquire) => return Err(SessionError::VoiceLost(error)),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

/// Decodes on a thread of its own, ahead of the audio callback.
fn pumped(mut soundscape: Soundscape, rate: SampleRate) -> Box<dyn Ambience> {
    let (mut ring, consumer) = rtrb::RingBuffer::new(Frames::at(BUFFERED, rate).0 as usize);
    std::thread::spawn(move || {
        let mut block: [Frame; 1024] = [[0.0; 2]; 1024];
        while !ring.is_abandoned() {
            while ring.slots() >= block.len() {
                soundscape.read(&mut block);
                let _ = ring.push_entire_slice(&block); // there is room
            }
            std::thread::sleep(TEND);
        }
    });
    Box::new(Buffered(consumer))
}

/// The audio callback's end of a pump.
struct Buffered(rtrb::Consumer<Frame>);

impl Ambience for Buffered {
    fn read(&mut self, out: &mut [Frame]) {
        let (_, missing) = self.0.pop_partial_slice(out);
        missing.fill([0.0; 2]);
    }
}
