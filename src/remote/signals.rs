//! Signals. Ctrl-C, Ctrl-\ (SIGQUIT) and SIGTERM ask a session to fade out, and a second one ends it at once.
//! When a session is connected by a `Wire`, SIGUSR1 pauses or resumes, a closing terminal ends nothing, and
//! Ctrl-Z leaves the shell a usable terminal. A render ends at every signal that would end a program, and
//! leaves no half-written file.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use signal_hook::consts::{
    SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGVTALRM,
    SIGXCPU, SIGXFSZ,
};
use signal_hook::iterator::{Handle, Signals as Arriving};
use signal_hook::{flag, low_level};

use super::{Wire, terminal};
use crate::control::{Event, Request};
use crate::whole_file;

/// Signals that ask a session to stop.
const STOPS: &[i32] = &[SIGINT, SIGQUIT, SIGTERM];
/// Signals that ask a render to stop: all those that would end a program without handlers. SIGUSR1 is not among
/// them: a key of the desktop sends it to the playing session, and does not mean a render.
const RENDER_STOPS: &[i32] =
    &[SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGVTALRM, SIGPROF, SIGUSR2, SIGXCPU];

/// A closing terminal sends SIGHUP, and SIGCONT with it; the listener was not away.
const CLOSING: Duration = Duration::from_secs(1);
/// Different threads may receive the two signals, so the second may be handled first; after this time both have
/// been handled.
const BOTH: Duration = Duration::from_millis(100);

/// The signals that were received.
#[derive(Clone, Debug)]
pub struct Signals {
    received: Received,
    handle: Handle,
}

/// State that is shared with the thread that handles signals.
#[derive(Clone, Debug, Default)]
struct Received {
    /// The signals that ask to stop.
    stops: Arc<[i32]>,
    /// The first signal that asked to stop, or 0.
    stop: Arc<AtomicUsize>,
    /// Set at the moment a SIGHUP comes in, whichever signal is handled first.
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
        Self::listen_to(STOPS.to_vec())
    }

    /// Listens from now on, for a render. Signals that the program was started to ignore, for example by
    /// `nohup`, stay ignored.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub fn listen_for_render() -> std::io::Result<Self> {
        let ignored = ignored();
        // SIGUSR1 gets a handler and is then ignored.
        flag::register(SIGUSR1, Arc::default())?;
        Self::listen_to(
            RENDER_STOPS.iter().copied().filter(|signal| ignored >> (signal - 1) & 1 == 0).collect(),
        )
    }

    fn listen_to(stops: Vec<i32>) -> std::io::Result<Self> {
        // When a file grows beyond a limit, that becomes an error of writing instead of a silent end.
        flag::register(SIGXFSZ, Arc::default())?;
        let mut arriving = Arriving::new(&stops)?;
        let handle = arriving.handle();
        let received = Received { stops: Arc::from(stops), ..Received::default() };
        let signals = Self { received: received.clone(), handle };
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            // The thread only waits for the next signal, so it hears every one, whatever other threads do.
            for signal in &mut arriving {
                received.hear(signal);
            }
        })?;
        Ok(signals)
    }

    /// From now on passes on the signals that a session understands. A stop from before is passed on now.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub(crate) fn connect(&self, wire: Wire) -> std::io::Result<()> {
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

    /// The exit code for the signal that asked to stop, if there was one: 128 plus its number.
    pub fn exit_code(&self) -> Option<u8> {
        match self.received.stop.load(Ordering::Acquire) {
            0 => None,
            signal => u8::try_from(signal + 128).ok(),
        }
    }

    /// Whether a signal has asked to stop.
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
            stop if self.stops.contains(&stop) => self.stop(stop),
            SIGUSR1 => self.tell(Event::Asked(Request::PauseOrResume)),
            SIGTSTP => {
                terminal::give_back();
                // The process is stopped in this call, and SIGCONT is the next signal that it hears.
                let _ = low_level::emulate_default_handler(SIGTSTP);
            }
            SIGCONT => {
                terminal::take_again();
                std::thread::sleep(BOTH);
                if !self.is_closing() {
                    self.tell(Event::Continued);
                }
            }
            // Closing the terminal is not a request for silence.
            SIGHUP => *self.closed() = Some(Instant::now()),
            _ => {}
        }
    }

    /// Whether a terminal has just closed. A SIGHUP that has come in and was not handled yet counts.
    fn is_closing(&self) -> bool {
        let has_come_in = self.hung_up.swap(false, Ordering::AcqRel);
        self.closed().take().map_or(has_come_in, |closed| closed.elapsed() < CLOSING)
    }

    fn stop(&self, signal: i32) {
        // The lock is held so that either `connect` sees the signal, or this sees its wire.
        let wire = self.wire();
        // Signal numbers are small and positive.
        let first = self.stop.compare_exchange(0, signal as usize, Ordering::AcqRel, Ordering::Acquire);
        if first.is_err() {
            terminal::give_back();
            whole_file::remove_unfinished();
            // Nothing is waited for: something that hangs may be the reason for the second signal.
            low_level::exit(128 + signal);
        }
        if let Some(wire) = wire.as_ref() {
            wire.ask(Request::Stop);
        }
    }
}

/// The signals that this program was started to ignore, one bit for each; 0 on systems without `/proc`.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
