//! For how long something was missing: the sound, or an answer.

use std::time::{Duration, Instant};

/// So soon after a fault, what is missing is missing because of it.
const AFTER: Duration = Duration::from_secs(10);

/// Something that has to be there at all times. Only its being there ends a stretch in which it is missing: neither a request
/// nor a fault excuses more than its own time.
#[derive(Debug)]
pub struct Missing {
    /// When it was there for the last time.
    since: Instant,
    /// Whether it was there at the last look.
    is_there: bool,
    /// When the last fault was over.
    fault: Option<Instant>,
    /// Whether the stretch of now has been told.
    is_told: bool,
    longest: Longest,
}

/// The longest stretches without it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Longest {
    /// Of those that began within ten seconds after a fault.
    pub after_fault: Duration,
    /// Of all others.
    pub otherwise: Duration,
}

impl Missing {
    /// It was there a moment ago.
    pub fn since_now() -> Self {
        Self {
            since: Instant::now(),
            is_there: true,
            fault: None,
            is_told: false,
            longest: Longest::default(),
        }
    }

    /// Notes whether it is there, and returns how long it has been missing.
    pub fn look(&mut self, is_there: bool) -> Duration {
        self.is_there = is_there;
        if is_there {
            (self.since, self.is_told) = (Instant::now(), false);
            return Duration::ZERO;
        }
        let time = self.since.elapsed();
        let is_after = self.fault.is_some_and(|over| self.since < over + AFTER);
        let longest = if is_after { &mut self.longest.after_fault } else { &mut self.longest.otherwise };
        *longest = time.max(*longest);
        time
    }

    /// Whether this stretch is asked about for the first time.
    pub fn is_news(&mut self) -> bool {
        !std::mem::replace(&mut self.is_told, true)
    }

    /// Nobody looked while something was broken; what is missing from now on is missing after it.
    pub fn fault_is_over(&mut self) {
        let now = Instant::now();
        // What was missing before the fault still is.
        if self.is_there {
            self.since = now;
        }
        self.fault = Some(now);
    }

    pub fn longest(&self) -> Longest {
        self.longest
    }
}

impl Longest {
    /// Takes in those of another session.
    pub fn add(&mut self, other: Self) {
        self.after_fault = self.after_fault.max(other.after_fault);
        self.otherwise = self.otherwise.max(other.otherwise);
    }
}
