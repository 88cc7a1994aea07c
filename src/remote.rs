//! The sources of requests: signals, the keyboard, other programs. All of them are optional; nothing here keeps
//! a session from playing. The session decides what a request does.

pub(crate) mod decode;
mod keyboard;
pub mod keymap;
pub mod keys;
#[cfg(all(feature = "media-keys", target_os = "linux"))]
mod media_keys;
pub mod signals;
pub mod socket;
mod suspension;
mod terminal;
mod wire;

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::control::{Event, Now};
use keyboard::Keyboard;
use signals::Signals;
use socket::SocketError;
use socket::server::Socket;
use suspension::Suspension;
pub use terminal::leave_untouched as leave_terminal_untouched;
pub(crate) use wire::Board;
pub(crate) use wire::{Heard, Wire};

/// The session's end of all remotes: events come out of it, and the session's state goes in.
pub struct Remotes {
    wire: Wire,
    heard: Receiver<Heard>,
    board: Arc<Board>,
    suspension: Suspension,
    keyboard: Option<Keyboard>,
    socket: Option<Socket>,
    #[cfg(all(feature = "media-keys", target_os = "linux"))]
    media_keys: Option<media_keys::MediaKeys>,
    /// When the state was shown last.
    shown: Instant,
}

impl Default for Remotes {
    fn default() -> Self {
        let (sender, heard) = mpsc::channel();
        let (board, suspension) = Default::default();
        Self {
            wire: Wire::new(sender),
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

    /// Listens to the keyboard, if there is one. When this is dropped, the terminal is set back as it was.
    ///
    /// # Errors
    /// A sentence on why there is no keyboard; everything else works.
    pub fn listen_to_keys(&mut self) -> Result<(), String> {
        let keyboard = Keyboard::start(self.wire());
        self.keyboard = keyboard
            .map_err(|error| format!("no keys are heard ({error}); `supine ctl` and Ctrl-C still work"))?;
        Ok(())
    }

    /// Answers on the user's control socket, for `supine ctl` and other programs.
    ///
    /// # Errors
    /// [`SocketError::Taken`] when another session has the socket; any other error only means that there is no
    /// socket, and everything else works.
    pub fn open_socket(&mut self) -> Result<(), SocketError> {
        self.socket = None; // a socket of our own would be in the way
        self.socket = Some(Socket::open(&socket::path(), self.wire(), Arc::clone(&self.board))?);
        Ok(())
    }

    /// Offers the session to the desktop's media keys and headset buttons. Without a desktop, or in a build
    /// without them, this does nothing. Call it after the first [`Remotes::show`], since the desktop sees that
    /// state first.
    pub fn offer_media_keys(&mut self) {
        #[cfg(all(feature = "media-keys", target_os = "linux"))]
        {
            self.media_keys = media_keys::MediaKeys::offer(self.wire(), Arc::clone(&self.board));
        }
    }

    /// Whether the listener can press a key, or have another program ask for something.
    pub fn can_be_asked(&self) -> bool {
        self.keyboard.is_some() || self.socket.is_some()
    }

    /// A wire for another listener.
    pub(crate) fn wire(&self) -> Wire {
        self.wire.clone()
    }

    /// The next event, if one is already there.
    pub(crate) fn try_next(&mut self) -> Option<Heard> {
        self.slept().or_else(|| self.heard.try_recv().ok())
    }

    /// The next event; waits at most `timeout` for one.
    pub fn next(&mut self, timeout: Duration) -> Option<Heard> {
        if let Some(heard) = self.try_next() {
            return Some(heard);
        }
        match self.heard.recv_timeout(timeout) {
            Ok(heard) => Some(heard),
            // The channel can't close, since this holds a sender.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => self.slept(),
        }
    }

    /// Shows the session's state to everybody who looks. Call it as often as you like.
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
        let _ = (before, elapsed); // without media keys, no one has to be told
    }

    fn slept(&mut self) -> Option<Heard> {
        let time = self.suspension.passed()?;
        Some(Heard { event: Event::Slept(time), at: Instant::now() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Request;

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
        // At its timeout it would return nothing.
        let heard = remotes.next(Duration::from_secs(20)).unwrap();
        assert_eq!(heard.event, Event::Asked(Request::Stop));
        asker.join().unwrap();
    }
}
