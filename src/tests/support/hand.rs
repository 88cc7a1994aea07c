//! A session under a test's control: the test renders the sound, sends requests, and sees what is shown. The
//! session's threads run in real time; nothing is heard except what is rendered here.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use supine::control::{Event, Now, Request};
use supine::control::{Host, News, Practised};
use supine::mixer::Mixer;
use supine::output::{Output, OutputError};
use supine::session::outcome::{Finish, SessionError};
use supine::session::performance::play;
use supine::session::stage::Stage;
use supine::units::{Frame, SampleRate};

pub const RATE: SampleRate = SampleRate::HZ_48000;
/// Longer than any thread of a session takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// A period of the device.
const BLOCK: usize = 1024;

type Ended = Result<(Finish, Vec<String>), SessionError>;

/// What a session has shown and told.
#[derive(Default)]
struct Seen {
    now: Now,
    news: Vec<News>,
    practised: Vec<(usize, Practised)>,
    /// How often the session has looked for a request.
    looks: u64,
    /// How many requests the session has received and done: it asks for the next one then.
    done: u64,
}

struct Ears {
    events: Receiver<Event>,
    seen: Arc<Mutex<Seen>>,
    /// The number of requests that it has received.
    heard: u64,
}

impl Host for Ears {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        {
            let mut seen = self.seen.lock().unwrap();
            seen.looks += 1;
            seen.done = self.heard;
        }
        match self.events.recv_timeout(timeout) {
            Ok(event) => {
                self.heard += 1;
                Some(event)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(timeout);
                None
            }
        }
    }

    fn show(&mut self, now: &Now) {
        self.seen.lock().unwrap().now = now.clone();
    }

    fn tell(&mut self, news: News) {
        self.seen.lock().unwrap().news.push(news);
    }

    fn practised(&mut self, pose: usize, done: Practised) {
        self.seen.lock().unwrap().practised.push((pose, done));
    }
}

/// Gives its mixer away.
struct Handed(Sender<Mixer>);

impl Output for Handed {
    fn rate(&self) -> SampleRate {
        RATE
    }

    fn start(&mut self, mixer: Mixer) {
        let _ = self.0.send(mixer);
    }

    fn is_lost(&self) -> bool {
        false
    }

    fn reopen(&mut self) -> Result<bool, OutputError> {
        Err(OutputError::Lost)
    }
}

/// A session whose sound is rendered by hand.
pub struct Hand {
    pub mixer: Option<Mixer>,
    mixers: Receiver<Mixer>,
    events: Sender<Event>,
    seen: Arc<Mutex<Seen>>,
    session: Option<JoinHandle<Ended>>,
}

impl Hand {
    /// A session that begins to record its first words.
    pub fn opening(stage: impl FnOnce() -> Stage + Send + 'static) -> Self {
        let (give, mixers) = mpsc::channel();
        let (events, heard) = mpsc::channel();
        let seen = Arc::<Mutex<Seen>>::default();
        let mut ears = Ears { events: heard, seen: Arc::clone(&seen), heard: 0 };
        let session = std::thread::spawn(move || play(stage(), &mut Handed(give), &mut ears));
        Self { mixer: None, mixers, events, seen, session: Some(session) }
    }

    /// A session that has begun to sound.
    pub fn playing(stage: impl FnOnce() -> Stage + Send + 'static) -> Self {
        let mut hand = Self::opening(stage);
        hand.wait_until_it_plays();
        hand
    }

    pub fn wait_until_it_plays(&mut self) {
        self.mixer = Some(self.mixers.recv_timeout(PATIENCE).expect("it plays"));
    }

    /// Sends a request, and waits until it is done; returns how long that took, or `None` when the session was
    /// over before.
    pub fn ask(&self, request: Request) -> Option<Duration> {
        self.tell(Event::Asked(request))
    }

    /// The same for any event.
    pub fn tell(&self, event: Event) -> Option<Duration> {
        let asked = Instant::now();
        let before = self.seen.lock().unwrap().done;
        if self.events.send(event).is_err() {
            return None;
        }
        while self.seen.lock().unwrap().done == before {
            if self.is_over() {
                return None;
            }
            assert!(asked.elapsed() < PATIENCE, "{event:?} is not done: {:?}", self.now());
            std::thread::sleep(Duration::from_micros(200));
        }
        Some(asked.elapsed())
    }

    /// The next sound, of one channel.
    pub fn hear(&mut self, time: Duration) -> Vec<f32> {
        let mut samples = Vec::new();
        let mixer = self.mixer.as_mut().expect("it plays");
        let mut block: [Frame; BLOCK] = [[0.0; 2]; BLOCK];
        let frames = (time.as_secs_f64() * f64::from(RATE.hz())) as usize;
        while samples.len() < frames {
            mixer.render(&mut block);
            samples.extend(block.iter().map(|frame| frame[0]));
        }
        samples
    }

    /// Renders until something sounds, and lets voices work meanwhile; false when nothing does.
    pub fn hear_a_word(&mut self, most: Duration) -> bool {
        let since = Instant::now();
        let mut heard = Duration::ZERO;
        while heard < most && since.elapsed() < PATIENCE && !self.is_over() {
            // A voice that is being waited for gets real time, while the session's time stands still.
            if self.mixer.as_ref().is_some_and(Mixer::is_waiting) {
                std::thread::sleep(Duration::from_millis(1));
            } else {
                heard += Duration::from_millis(21);
            }
            if sounds(&self.hear(Duration::from_millis(1))) {
                return true;
            }
        }
        false
    }

    pub fn now(&self) -> Now {
        self.seen.lock().unwrap().now.clone()
    }

    pub fn news(&self) -> Vec<News> {
        self.seen.lock().unwrap().news.clone()
    }

    /// What was done at each pose, as it was told.
    pub fn practised(&self) -> Vec<(usize, Practised)> {
        self.seen.lock().unwrap().practised.clone()
    }

    /// Waits until the session has looked for a request once more.
    pub fn settle(&self) {
        let before = self.seen.lock().unwrap().looks;
        let since = Instant::now();
        while self.seen.lock().unwrap().looks < before + 2 && !self.is_over() {
            assert!(since.elapsed() < PATIENCE, "the session stands still");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until the session tells that something is so.
    pub fn settle_until(&self, is_so: impl Fn(&Now) -> bool) {
        let since = Instant::now();
        while !is_so(&self.now()) {
            assert!(since.elapsed() < PATIENCE, "it is not so: {:?}", self.now());
            self.settle();
        }
    }

    pub fn is_over(&self) -> bool {
        self.session.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for the end of a session that was stopped, as it fades out.
    pub fn end(mut self) -> Ended {
        let since = Instant::now();
        while !self.is_over() {
            assert!(since.elapsed() < PATIENCE, "it does not end: {:?}", self.now());
            if self.mixer.is_some() {
                self.hear(Duration::from_millis(21));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        self.session.take().unwrap().join().unwrap()
    }
}

/// Whether anything is audible in samples.
pub fn sounds(samples: &[f32]) -> bool {
    samples.iter().any(|sample| sample.abs() > 1e-3)
}
