//! Finds out whether the machine was asleep. Linux has two clocks, one that stands still during sleep and one
//! that does not, so no service has to be asked.

use std::time::Duration;

/// The clocks are read one after the other, so a small difference does not mean sleep.
const LEAST: Duration = Duration::from_secs(1);

/// The difference between the clocks at the last look.
#[derive(Debug)]
pub(super) struct Suspension {
    asleep: Duration,
    clocks: fn() -> Duration,
}

impl Default for Suspension {
    fn default() -> Self {
        Self { asleep: asleep_since_boot(), clocks: asleep_since_boot }
    }
}

impl Suspension {
    /// How long the machine has slept since the last look; `None` if it has not.
    pub(super) fn passed(&mut self) -> Option<Duration> {
        let asleep = (self.clocks)();
        let passed = asleep.saturating_sub(self.asleep);
        if passed < LEAST {
            return None;
        }
        self.asleep = asleep;
        Some(passed)
    }
}

/// How long the machine has slept since it was started.
#[cfg(target_os = "linux")]
fn asleep_since_boot() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let read = |clock| Duration::try_from(clock_gettime(clock)).unwrap_or_default();
    // In this order, a pause between the two reads makes the sleep look shorter, not longer.
    let (all, awake) = (read(ClockId::Boottime), read(ClockId::Monotonic));
    all.saturating_sub(awake)
}

/// Unknown on other systems.
#[cfg(not(target_os = "linux"))]
fn asleep_since_boot() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn a_sleep_is_told_once() {
        static ASLEEP: AtomicU64 = AtomicU64::new(5_000);
        let clocks = || Duration::from_millis(ASLEEP.load(Ordering::Relaxed));
        let mut suspension = Suspension { asleep: clocks(), clocks };
        assert_eq!(suspension.passed(), None);
        ASLEEP.store(5_400, Ordering::Relaxed);
        assert_eq!(suspension.passed(), None, "clocks that are read one after the other differ a little");
        ASLEEP.store(65_000, Ordering::Relaxed);
        assert_eq!(suspension.passed(), Some(Duration::from_secs(60)));
        assert_eq!(suspension.passed(), None);
    }

    #[test]
    fn a_machine_that_is_awake_does_not_sleep() {
        let mut suspension = Suspension::default();
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(suspension.passed(), None);
    }
}
