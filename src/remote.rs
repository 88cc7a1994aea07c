//! Where control comes from: signals, the keyboard, other programs. All of it is optional; nothing
//! here keeps a session from playing. What a request does is the session's business.

mod decode;
pub mod inhibit;
mod keyboard;
pub mod keys;
#[cfg(all(feature = "media-keys", target_os = "linux"))]
mod media_keys;
pub mod signals;
pub mod socket;
mod suspension;
mod terminal;

use std::fmt;
use std::str::FromStr;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use keyboard::Keyboard;
use signals::Signals;
use socket::SocketError;
use socket::server::Socket;
use suspension::Suspension;
pub use terminal::leave_untouched as leave_terminal_untouched;

/// What a listener may ask for while a session plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Pause, or go on after a pause: the one that needs no eyes.
    #[serde(rename = "toggle")]
    PauseOrResume,
    /// Pause; nothing when it is paused.
    Pause,
    /// Go on after a pause; nothing when it plays.
    Resume,
    /// Say again what was said last.
    Again,
    /// On to the next pose.
    Next,
    /// Back to the pose before.
    Previous,
    /// Stay longer in this hold.
    Longer,
    /// Enough of this hold.
    Enough,
    /// A slower pace from here on.
    Slower,
    /// A faster pace from here on.
    Faster,
    /// One step louder.
    Louder,
    /// One step softer.
    Softer,
    /// This volume, in percent of what was asked for at the start: 0 to [`MAX_VOLUME`].
    Volume(u8),
    /// Leave this pose out tonight.
    SkipTonight,
    /// Fade out and end.
    Stop,
    /// The [`Request::Stop`] before was none: what looked like the key Escape was the head of another
    /// key, whose rest came late. Only the keyboard can know that, so no other program can ask for it.
    /// The keyboard asks for it only when no other key of its own has asked for the end.
    #[serde(skip)]
    TakeBackStop,
}

/// The loudest [`Request::Volume`], in percent: 6 dB over what was asked for.
pub const MAX_VOLUME: u8 = 200;

/// Every request that is a plain word, and its word.
pub const WORDS: [(&str, Request); 14] = [
    ("toggle", Request::PauseOrResume),
    ("pause", Request::Pause),
    ("resume", Request::Resume),
    ("again", Request::Again),
    ("next", Request::Next),
    ("previous", Request::Previous),
    ("longer", Request::Longer),
    ("enough", Request::Enough),
    ("slower", Request::Slower),
    ("faster", Request::Faster),
    ("louder", Request::Louder),
    ("softer", Request::Softer),
    ("skip-tonight", Request::SkipTonight),
    ("stop", Request::Stop),
];

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Volume(percent) = self {
            return write!(f, "volume {percent}");
        }
        let word = WORDS.iter().find(|(_, request)| request == self);
        // The only one without a word of its own is not for people.
        f.write_str(word.map_or("take back stop", |(word, _)| word))
    }
}

impl FromStr for Request {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(percent) = text.strip_prefix("volume ") {
            return percent
                .trim()
                .parse()
                .ok()
                .filter(|percent| *percent <= MAX_VOLUME)
                .map(Self::Volume)
                .ok_or_else(|| format!("`{percent}` is not a volume; say a number from 0 to {MAX_VOLUME}"));
        }
        let known = WORDS.iter().find(|(word, _)| *word == text);
        known.map(|(_, request)| *request).ok_or_else(|| {
            let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
            format!("`{text}` is not a request; say one of {}, volume 0 to {MAX_VOLUME}", words.join(", "))
        })
    }
}

/// What a session does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It plays.
    #[default]
    Playing,
    /// It fades into a pause.
    Pausing,
    /// It is paused.
    Paused,
    /// It comes back after a pause.
    Resuming,
    /// It goes to another pose.
    Moving,
    /// It fades out for good.
    Ending,
}

/// What is to be seen of a session from outside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// What it does.
    pub state: State,
    /// The routine.
    pub title: String,
    /// The pose; none in the welcome and the close.
    pub pose: Option<String>,
    /// Its number, from 1; 0 without one.
    pub pose_number: usize,
    /// How many there are.
    pub poses: usize,
    /// How far the session is, in seconds.
    pub position_s: f64,
    /// How long it will be, in seconds, once that is known.
    pub length_s: Option<f64>,
    /// 1 is as loud as was asked for at the start.
    pub volume: f64,
}

/// What came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A listener asks for something.
    Asked(Request),
    /// The process goes on after it was stopped, as by Ctrl-Z and `fg`.
    Continued,
    /// The machine slept, for this long.
    Slept(Duration),
}

/// An event and the moment it came in, from which the way to the loudspeaker can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// What.
    pub event: Event,
    /// When.
    pub at: Instant,
}

/// The far end: threads that hear something say it here.
#[derive(Clone, Debug)]
pub struct Wire(Sender<Heard>);

impl Wire {
    /// Passes a request on.
    pub fn ask(&self, request: Request) {
        self.tell(Event::Asked(request));
    }

    /// Passes an event on.
    pub fn tell(&self, event: Event) {
        // Without a session there is nobody to tell.
        let _ = self.0.send(Heard { event, at: Instant::now() });
    }
}

/// What is now, for all who ask.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Now>);

impl Board {
    /// What was shown last.
    pub(crate) fn now(&self) -> Now {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows what is now, and returns what was shown before.
    fn show(&self, now: &Now) -> Now {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), now.clone())
    }
}

/// The near end of all remotes: events come out of it, and what is now goes in.
pub struct Remotes {
    wire: Wire,
    heard: Receiver<Heard>,
    board: Arc<Board>,
    suspension: Suspension,
    keyboard: Option<Keyboard>,
    socket: Option<Socket>,
    #[cfg(all(feature = "media-keys", target_os = "linux"))]
    media_keys: Option<media_keys::MediaKeys>,
    /// When something was shown last.
    shown: Instant,
}

impl Default for Remotes {
    fn default() -> Self {
        let (sender, heard) = mpsc::channel();
        let (board, suspension) = Default::default();
        Self {
            wire: Wire(sender),
            heard,
            board,
            suspension,
            keyboard: None,
            socket: None,
            #[cfg(all(feature = "media-keys", target_os = "linux"))]
            media_keys: None,
            shown: Instant::now(),
        }
    }
}

impl Remotes {
    /// Listens to signals only.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub fn new(signals: &Signals) -> std::io::Result<Self> {
        let remotes = Self::default();
        signals.connect(remotes.wire())?;
        Ok(remotes)
    }

    /// Listens to the keyboard, when there is one. The terminal is as it was when this is dropped.
    ///
    /// # Errors
    /// A sentence. There is no keyboard then, and all else works.
    pub fn listen_to_keys(&mut self) -> Result<(), String> {
        let keyboard = Keyboard::start(self.wire());
        self.keyboard = keyboard
            .map_err(|error| format!("no keys are heard ({error}); `supine ctl` and Ctrl-C still work"))?;
        Ok(())
    }

    /// Answers on the user's control socket, for `supine ctl` and other programs.
    ///
    /// # Errors
    /// [`SocketError::Taken`] when another session has it; any other error only means that there is
    /// no socket, and all else works.
    pub fn open_socket(&mut self) -> Result<(), SocketError> {
        self.socket = None; // one of its own would be in the way
        self.socket = Some(Socket::open(&socket::path(), self.wire(), Arc::clone(&self.board))?);
        Ok(())
    }

    /// Offers the session to the desktop's media keys and headset buttons. Where there is no desktop,
    /// or this build has none, nothing comes of it. Call it when something has been shown, for that
    /// is what the desktop sees first.
    pub fn offer_media_keys(&mut self) {
        #[cfg(all(feature = "media-keys", target_os = "linux"))]
        {
            self.media_keys = media_keys::MediaKeys::offer(self.wire(), Arc::clone(&self.board));
        }
    }

    /// An end for something else that listens.
    pub fn wire(&self) -> Wire {
        self.wire.clone()
    }

    /// The next event, when there is one already.
    pub fn try_next(&mut self) -> Option<Heard> {
        self.slept().or_else(|| self.heard.try_recv().ok())
    }

    /// The next event; waits for one, for `timeout` at most.
    pub fn next(&mut self, timeout: Duration) -> Option<Heard> {
        if let Some(heard) = self.try_next() {
            return Some(heard);
        }
        match self.heard.recv_timeout(timeout) {
            Ok(heard) => Some(heard),
            // The channel is never closed, for this holds an end of it.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => self.slept(),
        }
    }

    /// Shows what is now to all who look. Call it as often as you like.
    pub fn show(&mut self, now: &Now) {
        let before = self.board.show(now);
        let elapsed = std::mem::replace(&mut self.shown, Instant::now()).elapsed();
        #[cfg(all(feature = "media-keys", target_os = "linux"))]
        if let Some(media_keys) = &self.media_keys
            && media_keys::is_news(&before, now, elapsed)
        {
            media_keys.changed();
        }
        #[cfg(not(all(feature = "media-keys", target_os = "linux")))]
        let _ = (before, elapsed); // nobody has to be told
    }

    fn slept(&mut self) -> Option<Heard> {
        let time = self.suspension.passed()?;
        Some(Heard { event: Event::Slept(time), at: Instant::now() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_one_name_for_people_and_for_programs() {
        for (word, request) in WORDS {
            assert_eq!(word.parse(), Ok(request));
            assert_eq!(request.to_string(), word);
            assert_eq!(serde_json::to_string(&request).unwrap(), format!("\"{word}\""));
        }
        assert_eq!("volume 80".parse(), Ok(Request::Volume(80)));
        assert_eq!(Request::Volume(80).to_string(), "volume 80");
        assert_eq!(serde_json::to_string(&Request::Volume(80)).unwrap(), "{\"volume\":80}");
        assert!("volume 201".parse::<Request>().unwrap_err().contains("0 to 200"));
        // Only the keyboard knows that an Escape was none.
        assert!(Request::TakeBackStop.to_string().parse::<Request>().is_err());
        assert!(serde_json::from_str::<Request>("\"take-back-stop\"").is_err());
        assert!("dance".parse::<Request>().unwrap_err().contains("skip-tonight"));
    }

    #[test]
    fn what_is_heard_comes_out_in_order_with_the_moment_it_came_in() {
        let mut remotes = Remotes::default();
        assert_eq!(remotes.try_next(), None);
        assert_eq!(remotes.next(Duration::from_millis(1)), None);
        let before = Instant::now();
        remotes.wire().ask(Request::Again);
        remotes.wire().tell(Event::Continued);
        let first = remotes.next(Duration::from_secs(1)).unwrap();
        assert_eq!(first.event, Event::Asked(Request::Again));
        assert!(before <= first.at && first.at <= Instant::now());
        assert_eq!(remotes.try_next().unwrap().event, Event::Continued);
    }

    #[test]
    fn what_waits_is_woken_by_a_request() {
        let mut remotes = Remotes::default();
        let wire = remotes.wire();
        let asker = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(30));
            wire.ask(Request::Stop);
        });
        // At its timeout it would come back with nothing.
        let heard = remotes.next(Duration::from_secs(20)).unwrap();
        assert_eq!(heard.event, Event::Asked(Request::Stop));
        asker.join().unwrap();
    }
}
