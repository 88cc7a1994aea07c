//! Signals. Ctrl-C, Ctrl-\ (SIGQUIT) and SIGTERM ask a session to fade out, and a second one ends it at
//! once. With a session on the [`Wire`], SIGUSR1 pauses or goes on, a terminal that closes ends
//! nothing, and Ctrl-Z leaves the shell a terminal that it can use.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1};
use signal_hook::iterator::{Handle, Signals as Arriving};
use signal_hook::{flag, low_level};

use super::{Event, Request, Wire, terminal};

/// A terminal that closes sends SIGHUP, and SIGCONT at once: nobody has been away.
const CLOSING: Duration = Duration::from_secs(1);
/// Two threads may be handed the two, and the second be heard first; by now both have been.
const BOTH: Duration = Duration::from_millis(100);

/// The signals that were received.
#[derive(Clone, Debug)]
pub struct Signals {
    received: Received,
    handle: Handle,
}

/// What the thread that hears them shares.
#[derive(Clone, Debug, Default)]
struct Received {
    /// The first that asked to stop, or 0.
    stop: Arc<AtomicUsize>,
    /// Set the moment a SIGHUP comes in, whatever is heard first.
    hung_up: Arc<AtomicBool>,
    /// When the terminal closed.
    closed: Arc<Mutex<Option<Instant>>>,
    wire: Arc<Mutex<Option<Wire>>>,
}

impl Signals {
    /// Listens from now on, to SIGINT, SIGQUIT and SIGTERM.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub fn listen() -> std::io::Result<Self> {
        let mut arriving = Arriving::new([SIGINT, SIGQUIT, SIGTERM])?;
        let handle = arriving.handle();
        let received = Received::default();
        let signals = Self { received: received.clone(), handle };
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            // It only ever waits for the next one, so a signal is heard whatever the rest does.
            for signal in &mut arriving {
                received.hear(signal);
            }
        })?;
        Ok(signals)
    }

    /// Passes on from now on what a session understands. What has asked to stop before asks now.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub fn connect(&self, wire: Wire) -> std::io::Result<()> {
        flag::register(SIGHUP, Arc::clone(&self.received.hung_up))?;
        for signal in [SIGUSR1, SIGHUP, SIGTSTP, SIGCONT] {
            self.handle.add_signal(signal)?;
        }
        let mut connected = self.received.wire();
        if self.is_stopped() {
            wire.ask(Request::Stop);
        }
        *connected = Some(wire);
        Ok(())
    }

    /// The exit code for the signal that asked to stop, if any: 128 and its number.
    pub fn exit_code(&self) -> Option<u8> {
        match self.received.stop.load(Ordering::Acquire) {
            0 => None,
            signal => u8::try_from(signal + 128).ok(),
        }
    }

    /// Whether one has asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.received.stop.load(Ordering::Acquire) != 0
    }
}

impl Received {
    fn wire(&self) -> std::sync::MutexGuard<'_, Option<Wire>> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn closed(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: Event) {
        if let Some(wire) = self.wire().as_ref() {
            wire.tell(event);
        }
    }

    fn hear(&self, signal: i32) {
        match signal {
            SIGINT | SIGQUIT | SIGTERM => self.stop(signal),
            SIGUSR1 => self.tell(Event::Asked(Request::PauseOrResume)),
            SIGTSTP => {
                terminal::give_back();
                // The process stands still in here, and SIGCONT is the next signal to be heard.
                let _ = low_level::emulate_default_handler(SIGTSTP);
            }
            SIGCONT => {
                terminal::take_again();
                std::thread::sleep(BOTH);
                if !self.is_closing() {
                    self.tell(Event::Continued);
                }
            }
            // Who closes the terminal has not asked for silence.
            SIGHUP => *self.closed() = Some(Instant::now()),
            _ => {}
        }
    }

    /// Whether a terminal has just closed. One that has come in and was not heard yet has.
    fn is_closing(&self) -> bool {
        let has_come_in = self.hung_up.swap(false, Ordering::AcqRel);
        self.closed().take().map_or(has_come_in, |closed| closed.elapsed() < CLOSING)
    }

    fn stop(&self, signal: i32) {
        // Held so that `connect` sees either the signal or this sees its wire.
        let wire = self.wire();
        // Signal numbers are small and positive.
        let first = self.stop.compare_exchange(0, signal as usize, Ordering::AcqRel, Ordering::Acquire);
        if first.is_err() {
            terminal::give_back();
            // Nothing is waited for: what hangs may be the reason for the second signal.
            low_level::exit(128 + signal);
        }
        if let Some(wire) = wire.as_ref() {
            wire.ask(Request::Stop);
        }
    }
}
