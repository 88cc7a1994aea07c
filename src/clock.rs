//! Time for everything that is paced by a clock and not by a device. It is monotonic, so that a change of
//! the system's time is not heard. A fake clock does not wait. The time of day is asked for once, and handed on.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Zoned;
use jiff::civil::Time;

/// The time on the wall, where the listener is.
pub fn local_now() -> Zoned {
    Zoned::now()
}

/// The time of day that `text` means: `22:15`, `6:00`, `22:15:00`. Seconds are only for machines, and must be none.
pub fn time_of_day(text: &str) -> Option<Time> {
    let text = text.strip_suffix(":00").filter(|text| text.contains(':')).unwrap_or(text);
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
    let (hour, minute) = (number(hour)?, number(minute).filter(|_| minute.len() == 2)?);
    Time::new(hour, minute, 0, 0).ok()
}

/// A clock that only runs forward.
pub trait Clock: Send + Sync {
    /// Time since some fixed moment.
    fn now(&self) -> Duration;
    /// Waits.
    fn sleep(&self, time: Duration);
}

/// The machine's monotonic clock.
#[derive(Debug)]
pub(crate) struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// A clock that advances only when it sleeps; its sleeps return at once.
#[derive(Debug, Default)]
pub(crate) struct FakeClock(Mutex<Duration>);

impl Clock for FakeClock {
    fn now(&self) -> Duration {
        // The time is still valid even if a thread panicked while it held the lock.
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn sleep(&self, time: Duration) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += time;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_hours_and_minutes() {
        let is = |text: &str, hour, minute| assert_eq!(time_of_day(text), Time::new(hour, minute, 0, 0).ok());
        is("22:15", 22, 15);
        is("6:00", 6, 0);
        is("06:00:00", 6, 0);
        is("0:00", 0, 0);
        for wrong in
            ["24:00", "22", "22:5", "22:60", "-1:00", "+1:00", "22:15:30", "", ":", "10 pm", "1:00:00:00"]
        {
            assert_eq!(time_of_day(wrong), None, "{wrong}");
        }
    }
}
